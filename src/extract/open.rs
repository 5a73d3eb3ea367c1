//! Opens a run's sources: files are found and every header is held against its declaration before a row is read.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use datafusion::catalog::TableProvider;

use super::csv::{
    Chunker, Dialect, HeaderMatch, Layout, LocalTime, Plan, PlanError, PlanOptions, check_head, parse_header,
};
use super::exec::ExtractTable;
use super::files::{ExtractFile, list, unreadable};
use super::ledger::{SourceCount, counts_batch};
use super::parquet::{self, RowGroup};
use super::scan::{Scan, Worker};
use super::{ColumnSpec, ColumnType, ExtractError, records, text};
use crate::config::{ExtraColumns, Format};
use crate::plan::{Source, end_of_day};
use crate::publish::Input;
use crate::report::counted;

/// Bytes read at a time to find a header.
const HEADER_BYTES: usize = 64 << 10;

/// Where and how a run's sources are read.
#[derive(Debug, Clone)]
pub struct OpenOptions<'a> {
    /// Project folder, which paths are relative to.
    pub project: &'a Path,
    /// Zone of local times.
    pub time_zone: Tz,
    /// Folder for rejected rows.
    pub quarantine: PathBuf,
}

/// A run's sources.
#[derive(Debug)]
pub struct Extracts {
    scans: BTreeMap<String, Arc<Scan>>,
    settled: std::sync::Mutex<Vec<String>>,
    time_zone: Tz,
    /// What is odd about the extracts and yet no error.
    pub warnings: Vec<String>,
}

impl Extracts {
    /// Finds the files of `sources` and checks their headers. `as_of` bounds what is delivered; without it, all is.
    ///
    /// # Errors
    /// Missing files or columns, undeclared columns where they are forbidden, files that cannot be read.
    pub fn open(
        sources: &[&Source],
        as_of: Option<NaiveDate>,
        options: &OpenOptions<'_>,
    ) -> Result<Self, ExtractError> {
        let local_time = Arc::new(LocalTime::new(options.time_zone));
        let mut extracts = Self {
            scans: BTreeMap::new(),
            settled: std::sync::Mutex::default(),
            time_zone: options.time_zone,
            warnings: Vec::new(),
        };
        for source in sources {
            let files = list(options.project, source)?;
            if files.is_empty() {
                extracts
                    .warnings
                    .push(format!("source {}: no file matches {}; its table is empty", source.name, source.path.shown));
            }
            let limit = as_of.and_then(|as_of| event_limit(source, as_of, options.time_zone));
            let plan = plan_of(source, &local_time, limit).map_err(|errors| undeclarable(source, &errors))?;
            let (layouts, groups) = headers(source, &plan, &files, &mut extracts.warnings)?;
            let quarantine = options.quarantine.join(&source.name);
            let scan = Scan::new((*source).clone(), Arc::new(plan), files, layouts, groups, quarantine);
            extracts.scans.insert(source.name.clone(), Arc::new(scan));
        }
        Ok(extracts)
    }

    /// The files of all sources.
    pub fn inputs(&self) -> Vec<Input> {
        self.scans.values().flat_map(|scan| scan.files.iter().map(|file| file.input.clone())).collect()
    }

    /// The newest day on which something happened, in the pipeline's zone. Reads every source that has an event
    /// time, and of it that column alone; afterwards the sources start again from their first row.
    ///
    /// # Errors
    /// Files that cannot be read, or no event anywhere.
    pub async fn newest_day(&self, threads: usize) -> Result<NaiveDate, ExtractError> {
        let mut newest: Option<NaiveDate> = None;
        for scan in self.scans.values().filter(|scan| scan.source.event_time.is_some()) {
            let workers: Vec<_> = (0..threads.max(1))
                .map(|_| {
                    let mut worker = Worker::new(Arc::clone(scan), Vec::new());
                    tokio::task::spawn_blocking(move || worker.newest_event())
                })
                .collect();
            for worker in workers {
                let found = worker.await.map_err(|error| broken_off(scan, &error.to_string()))??;
                newest = newest.max(found.and_then(|event| self.day_of(scan, event)));
            }
            scan.rewind();
        }
        newest.ok_or(ExtractError::NoEvent)
    }

    fn day_of(&self, scan: &Scan, event: i64) -> Option<NaiveDate> {
        let column = scan.source.event_time.and_then(|index| scan.source.columns.get(index))?;
        match column.ty {
            ColumnType::Date => NaiveDate::from_epoch_days(i32::try_from(event).ok()?),
            _ => DateTime::<Utc>::from_timestamp_micros(event).map(|at| at.with_timezone(&self.time_zone).date_naive()),
        }
    }

    /// A source as a table.
    ///
    /// # Errors
    /// A name that was not opened.
    pub fn table(&self, name: &str) -> Result<Arc<dyn TableProvider>, ExtractError> {
        let scan = self.scans.get(name).ok_or_else(|| ExtractError::Missing {
            name: name.to_owned(),
            pattern: "any path".to_owned(),
            nearby: Vec::new(),
        })?;
        Ok(Arc::new(ExtractTable::new(Arc::clone(scan))))
    }

    /// Lets a source be read once more, as if it had not been.
    ///
    /// # Errors
    /// Rejected rows that cannot be removed.
    pub fn restart(&self, name: &str) -> Result<(), ExtractError> {
        self.scans.get(name).map_or(Ok(()), |scan| scan.restart())
    }

    /// Reads what no query has asked for, so that every row is accounted for.
    ///
    /// # Errors
    /// Files that cannot be read, or a source beyond its bounds.
    pub async fn drain(&self) -> Result<(), ExtractError> {
        for scan in self.scans.values().filter(|scan| !scan.has_ended()) {
            let mut worker = Worker::new(Arc::clone(scan), Vec::new());
            let drained = tokio::task::spawn_blocking(move || {
                while worker.next()?.is_some() {}
                Ok(())
            });
            drained.await.map_err(|error| broken_off(scan, &error.to_string()))??;
        }
        self.settle().await
    }

    /// Closes every source whose last row has passed: rejected rows are written, bounds are held.
    ///
    /// # Errors
    /// A source beyond its bounds.
    pub async fn settle(&self) -> Result<(), ExtractError> {
        for (name, scan) in self.scans.iter().filter(|(_, scan)| scan.has_ended()) {
            let is_new = {
                let mut settled = self.settled.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let is_new = !settled.contains(name);
                settled.extend(is_new.then(|| name.clone()));
                is_new
            };
            if is_new {
                scan.close()?;
            }
        }
        Ok(())
    }

    /// What each source gave, by name.
    pub fn source_counts(&self) -> Vec<SourceCount> {
        self.scans.values().map(|scan| scan.count()).collect()
    }

    /// The counts as the built-in table.
    ///
    /// # Errors
    /// Sums beyond 38 digits.
    pub fn counts(&self) -> Result<RecordBatch, ExtractError> {
        counts_batch(&self.source_counts()).map_err(|error| ExtractError::Format {
            name: "all".to_owned(),
            path: PathBuf::from(crate::plan::SOURCE_COUNTS),
            reason: error.to_string(),
        })
    }

    /// One sentence per source with rejected or late rows.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for scan in self.scans.values() {
            let count = scan.count();
            remarks.extend(scan.key_remarks());
            if count.rows_rejected > 0 {
                let example = scan.example().unwrap_or_default();
                remarks.push(format!(
                    "source {}: {} of {} rejected; the first: {example}",
                    count.source,
                    count.rows_rejected,
                    counted(count.rows_read, "row")
                ));
            }
            if count.rows_duplicate > 0 {
                remarks.push(format!(
                    "source {}: {}, loaded once",
                    count.source,
                    counted(count.rows_duplicate, "duplicate row")
                ));
            }
            if count.rows_after_as_of > 0 {
                remarks.push(format!(
                    "source {}: {} after the as-of day, in no table",
                    count.source,
                    counted(count.rows_after_as_of, "row")
                ));
            }
            if count.rows_read == 0 && scan.is_taken() && !scan.files.is_empty() {
                remarks.push(format!("source {}: its files hold no row", count.source));
            }
        }
        remarks
    }
}

fn broken_off(scan: &Scan, reason: &str) -> ExtractError {
    let path = PathBuf::from(&scan.source.path.shown);
    ExtractError::Format { name: scan.source.name.clone(), path, reason: reason.to_owned() }
}

/// Checks a source's rules: each bound and accepted value must be a value of its column.
///
/// # Errors
/// Everything that is wrong with them.
pub fn check_rules(source: &Source, zone: Tz) -> Result<(), Vec<PlanError>> {
    plan_of(source, &Arc::new(LocalTime::new(zone)), None).map(|_| ())
}

fn undeclarable(source: &Source, errors: &[PlanError]) -> ExtractError {
    let reason = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    ExtractError::Format { name: source.name.clone(), path: PathBuf::from(&source.path.shown), reason }
}

/// The last event that counts, in the unit of the source's event column.
fn event_limit(source: &Source, as_of: NaiveDate, zone: Tz) -> Option<i64> {
    let column = source.columns.get(source.event_time?)?;
    match column.ty {
        ColumnType::Date => Some(i64::from(as_of.to_epoch_days())),
        _ => Some(end_of_day(as_of, zone).timestamp_micros() - 1),
    }
}

fn plan_of(source: &Source, local_time: &Arc<LocalTime>, limit: Option<i64>) -> Result<Plan, Vec<PlanError>> {
    let mut options = PlanOptions::new(Arc::clone(local_time));
    if let Format::Csv(csv) = &source.format {
        options.dialect = text::dialect(csv);
    }
    // These have numbers, truth values and times of their own, whatever form their texts are declared in.
    options.plain_forms = matches!(source.format, Format::JsonLines(_) | Format::Json(_) | Format::Xlsx(_));
    if records::applies(&source.format) {
        options.dialect = records::dialect();
    }
    options.event_time = source.event_time;
    options.event_limit = limit;
    options.amount.clone_from(&source.amount);
    Plan::new(source.columns.clone(), options)
}

type Headers = (Vec<Arc<Layout>>, Vec<RowGroup>);

fn headers(
    source: &Source,
    plan: &Plan,
    files: &[ExtractFile],
    warnings: &mut Vec<String>,
) -> Result<Headers, ExtractError> {
    let (mut layouts, mut groups) = (Vec::new(), Vec::new());
    for (number, file) in files.iter().enumerate() {
        let names = match source.format {
            Format::Parquet(_) => {
                let inspected = parquet::inspect(number, &file.stored)
                    .map_err(|error| header_error(source, file, &error.to_string()))?;
                groups.extend(inspected.1);
                inspected.0
            }
            Format::JsonLines(_) | Format::Json(_) | Format::Xlsx(_) => match records::inspect(source, file)? {
                Some(names) => names,
                None => continue,
            },
            Format::Csv(_) => match csv_header(source, plan, file)? {
                Some(names) => names,
                // A file of no bytes has no rows; whether its source may have none is settled when the source is closed.
                None => {
                    warnings.push(format!(
                        "source {}: {} is empty, without even a header",
                        source.name,
                        file.shown.display()
                    ));
                    source.columns.iter().map(|spec| spec.name.clone()).collect()
                }
            },
        };
        compare(source, file, &HeaderMatch::new(&names, &source.columns), warnings)?;
        if matches!(source.format, Format::Csv(_)) {
            let layout = Layout::new(&names, &source.columns).map_err(|found| missing(source, file, found))?;
            layouts.push(Arc::new(layout));
        }
    }
    if records::applies(&source.format) {
        let layout = records::layouts(source, files.len());
        layouts = layout.map_err(|found| undeclarable_layout(source, &found))?;
    }
    Ok((layouts, groups))
}

/// Records that are written anew hold every declared column, so that this is never seen.
fn undeclarable_layout(source: &Source, found: &HeaderMatch) -> ExtractError {
    let path = PathBuf::from(&source.path.shown);
    ExtractError::Format { name: source.name.clone(), path, reason: format!("lacks {}", found.missing.join(", ")) }
}

fn csv_header(source: &Source, plan: &Plan, file: &ExtractFile) -> Result<Option<Vec<String>>, ExtractError> {
    let mut opened = file.open().map_err(|error| unreadable(source, &file.shown, error))?;
    let mut chunker = Chunker::new(Dialect { chunk_size: HEADER_BYTES, ..*plan.dialect() });
    let mut is_first = true;
    while chunker.header().is_none() {
        let mut block = Vec::with_capacity(HEADER_BYTES);
        let read = (&mut opened).take(HEADER_BYTES as u64).read_to_end(&mut block);
        let size = read.map_err(|error| unreadable(source, &file.shown, error))?;
        if is_first {
            if size == 0 {
                return Ok(None);
            }
            check_head(&block, plan.dialect()).map_err(|error| header_error(source, file, &error.to_string()))?;
            if !plan.dialect().header {
                return Ok(Some(source.columns.iter().map(|spec| spec.name.clone()).collect()));
            }
        }
        is_first = false;
        chunker.push(&block);
        if size == 0 {
            chunker.finish();
            break;
        }
    }
    if let Some(broken) = chunker.broken() {
        return Err(header_error(source, file, &broken.to_string()));
    }
    let Some(record) = chunker.header() else { return Ok(None) };
    let names = record.and_then(|record| parse_header(record, plan.dialect()));
    names.map(Some).map_err(|error| header_error(source, file, &error.to_string()))
}

fn compare(
    source: &Source,
    file: &ExtractFile,
    found: &HeaderMatch,
    warnings: &mut Vec<String>,
) -> Result<(), ExtractError> {
    if !found.missing.is_empty() {
        return Err(missing(source, file, found.clone()));
    }
    if !found.absent.is_empty() {
        warnings.push(format!(
            "source {}: {} does not have the optional columns {}: their cells count as empty",
            source.name,
            file.shown.display(),
            text::few(&found.absent)
        ));
    }
    let repeated: Vec<String> = found
        .duplicated
        .iter()
        .filter(|name| source.columns.iter().any(|spec| is_named(spec, name)))
        .cloned()
        .collect();
    if !repeated.is_empty() {
        return Err(ExtractError::RepeatedColumns {
            name: source.name.clone(),
            path: file.shown.clone(),
            columns: repeated,
        });
    }
    if let Some((column, names)) = found.ambiguous.first() {
        return Err(ExtractError::AmbiguousColumn {
            name: source.name.clone(),
            path: file.shown.clone(),
            column: column.clone(),
            names: names.clone(),
        });
    }
    match source.extra_columns {
        _ if found.extra.is_empty() => {}
        ExtraColumns::Ignore => {}
        ExtraColumns::Warn => warnings.push(format!(
            "source {}: {} has columns that are not declared and not read: {}",
            source.name,
            file.shown.display(),
            text::few(&found.extra)
        )),
        ExtraColumns::Fail => {
            return Err(ExtractError::ExtraColumns {
                name: source.name.clone(),
                path: file.shown.clone(),
                columns: found.extra.clone(),
            });
        }
    }
    Ok(())
}

fn is_named(spec: &ColumnSpec, name: &str) -> bool {
    spec.name == name || spec.aliases.iter().any(|alias| alias == name)
}

fn missing(source: &Source, file: &ExtractFile, found: HeaderMatch) -> ExtractError {
    ExtractError::MissingColumns {
        name: source.name.clone(),
        path: file.shown.clone(),
        missing: found.missing,
        extra: found.extra,
    }
}

fn header_error(source: &Source, file: &ExtractFile, reason: &str) -> ExtractError {
    ExtractError::Header { name: source.name.clone(), path: file.shown.clone(), reason: reason.to_owned() }
}
