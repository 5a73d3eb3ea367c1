//! Opens a run's sources: finds the files and compares every header with its declaration before any row is read.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use chrono::NaiveDate;
use chrono_tz::Tz;
use datafusion::catalog::TableProvider;
use indexmap::IndexMap;

use super::correction::Corrections;
use super::csv::{
    Chunker, Contract, Dialect, DuplicateFilter, HeaderMatch, Layout, LocalTime, Plan, PlanError, PlanOptions,
    check_head, parse_header,
};
use super::delivery::contract::{contract_of, last_of};
use super::delivery::{choose, day_decides};
use super::error::HeaderDiff;
use super::exec::ExtractTable;
use super::files::{ExtractFile, list, unreadable};
use super::ledger::{SourceCount, counts_batch};
use super::parquet::{self, RowGroup};
use super::promise::{Basis, Promise};
use super::quarantine::Origin;
use super::scan::{Kept, Scan};
use super::worker::Worker;
use super::{ExtractError, records, text};
use crate::config::{ExtraColumns, Format};
use crate::engine::Latest;
use crate::source::Column;
use crate::source::Input;
use crate::source::Source;
use crate::store::Stored;
use crate::words::{counted, few};

/// Bytes read at a time to find a header.
const HEADER_BYTES: usize = 64 << 10;

/// Options for reading a run's sources.
#[derive(Debug, Clone)]
pub struct OpenOptions<'a> {
    /// Project folder, which paths are relative to.
    pub project: &'a Path,
    /// Zone of local times.
    pub time_zone: Tz,
    /// Folder for rejected rows.
    pub quarantine: PathBuf,
    /// All sources of the pipeline; some are read only for the values that others refer to.
    pub all: &'a IndexMap<String, Source>,
    /// The files of the extracts in the last snapshot.
    pub earlier: &'a [Input],
    /// The run, for its rejected rows.
    pub run_id: &'a str,
    /// The warehouse's files of corrections, sorted by name.
    pub corrections: Vec<Stored>,
}

/// A run's sources.
#[derive(Debug)]
pub struct Extracts {
    scans: BTreeMap<String, Arc<Scan>>,
    /// Sources that are read only for the values that others refer to.
    aside: BTreeMap<String, Arc<Scan>>,
    settled: std::sync::Mutex<Vec<String>>,
    /// Unusual facts about the extracts that are not errors.
    pub warnings: Vec<String>,
}

impl Extracts {
    /// Finds the files of `sources` and checks their headers. Only deliveries by `as_of` count; without it, all do.
    ///
    /// # Errors
    /// Missing files or columns, undeclared columns where these are forbidden, files that cannot be read.
    pub fn open(
        sources: &[&Source],
        as_of: Option<NaiveDate>,
        options: &OpenOptions<'_>,
    ) -> Result<Self, ExtractError> {
        let local_time = Arc::new(LocalTime::new(options.time_zone));
        let mut extracts = Self {
            scans: BTreeMap::new(),
            aside: BTreeMap::new(),
            settled: std::sync::Mutex::default(),
            warnings: Vec::new(),
        };
        for source in sources {
            let scan = open_one(source, as_of, &local_time, options, &mut extracts.warnings)?;
            extracts.scans.insert(source.name.clone(), Arc::new(scan));
        }
        let referred = sources.iter().flat_map(|source| &source.columns).filter_map(|spec| spec.references.as_ref());
        for reference in referred.filter(|reference| !sources.iter().any(|source| source.name == reference.source)) {
            if let Some(source) = options.all.get(&reference.source)
                && !extracts.aside.contains_key(&source.name)
            {
                let scan = open_one(source, as_of, &local_time, options, &mut extracts.warnings)?;
                extracts.aside.insert(source.name.clone(), Arc::new(scan));
            }
        }
        Ok(extracts)
    }

    /// Reads the columns that others refer to, each separately, so that no source depends on the order of reading.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub async fn read_referenced(&self, threads: usize) -> Result<(), ExtractError> {
        let mut read: BTreeMap<String, Arc<DuplicateFilter>> = BTreeMap::new();
        for scan in self.scans.values() {
            for reference in scan.plan.contract().into_iter().flat_map(|contract| &contract.references) {
                let Some((source, column)) = reference.target.split_once('.') else { continue };
                let Some(target) = self.scans.get(source).or_else(|| self.aside.get(source)) else { continue };
                let Some(index) = target.source.columns.iter().position(|spec| spec.name == column) else { continue };
                let values = match read.get(&reference.target) {
                    Some(values) => Arc::clone(values),
                    None => {
                        let values = Arc::new(DuplicateFilter::new());
                        let into = Arc::clone(&values);
                        in_parallel(target, threads, move |mut worker| worker.values_of(index, &into)).await?;
                        target.restart()?;
                        read.insert(reference.target.clone(), Arc::clone(&values));
                        values
                    }
                };
                // The cell is still empty: each contract is created with its scan.
                let _ = reference.values.set(values);
            }
        }
        Ok(())
    }

    /// The files of all sources, and their corrections.
    pub fn inputs(&self) -> Vec<Input> {
        let inputs = self.scans.values().flat_map(|scan| {
            let corrections = scan.corrections.iter().flat_map(|corrections| &corrections.inputs);
            scan.files.iter().map(|file| &file.input).chain(corrections)
        });
        inputs.cloned().collect()
    }

    /// The files of all sources with the rows read from them.
    pub fn inputs_with_rows(&self) -> Vec<Input> {
        self.scans.values().flat_map(|scan| scan.inputs_with_rows()).collect()
    }

    /// The promises about whole sources, with their results.
    pub fn promises(&self) -> Vec<Promise> {
        self.scans.values().flat_map(|scan| scan.promises()).collect()
    }

    /// Records the latest versions of a source's rows in its counts.
    pub fn enter_latest(&self, name: &str, latest: &Latest) {
        if let Some(scan) = self.scans.get(name) {
            scan.enter_latest(latest);
        }
    }

    /// The newest day, in the pipeline's zone, of an event, a version of an upsert, or a delivery (where the delivery
    /// day decides which files count). Only those columns are read. Afterwards the sources start again at their first
    /// row.
    ///
    /// # Errors
    /// Files that cannot be read; no such day in any source.
    pub async fn newest_day(&self, threads: usize) -> Result<NaiveDate, ExtractError> {
        let mut newest: Option<NaiveDate> = None;
        for scan in self.scans.values() {
            if scan.source.delivery.as_ref().is_some_and(|delivery| day_decides(&scan.source, delivery)) {
                newest = newest.max(scan.files.iter().filter_map(|file| file.input.delivery_day).max());
            }
            if scan.clocks().is_empty() {
                continue;
            }
            for found in in_parallel(scan, threads, |mut worker| worker.newest_day()).await? {
                newest = newest.max(found);
            }
            scan.rewind();
        }
        newest.ok_or(ExtractError::NoEvent)
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

    /// Lets a source be read again, as if it had not been read.
    ///
    /// # Errors
    /// Rejected rows that cannot be removed.
    pub fn restart(&self, name: &str) -> Result<(), ExtractError> {
        self.scans.get(name).map_or(Ok(()), |scan| scan.restart())
    }

    /// Reads everything that no query has asked for, so that every row is accounted for.
    ///
    /// # Errors
    /// Files that cannot be read, or a source that exceeds its limits.
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

    /// Closes every source whose last row has passed: writes its rejected rows and checks its limits.
    ///
    /// # Errors
    /// A source that exceeds its limits.
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

    /// The counts of each source, sorted by name.
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
            path: PathBuf::from(super::ledger::SOURCE_COUNTS),
            reason: error.to_string(),
        })
    }

    /// One sentence per source with rejected or late rows.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for scan in self.scans.values() {
            let count = scan.count();
            remarks.extend(scan.key_remarks());
            if count.rows.rejected > 0 {
                let example = scan.example().unwrap_or_default();
                remarks.push(format!(
                    "source {}: {} of {} rejected; the first: {example}",
                    count.source,
                    count.rows.rejected,
                    counted(count.rows.read, "row")
                ));
            }
            if count.rows.corrected > 0 {
                remarks.push(format!(
                    "source {}: {} loaded with a correction",
                    count.source,
                    counted(count.rows.corrected, "row")
                ));
            }
            if count.rows.duplicate > 0 {
                remarks.push(format!(
                    "source {}: {}, loaded once",
                    count.source,
                    counted(count.rows.duplicate, "duplicate row")
                ));
            }
            if count.rows.after_as_of > 0 {
                remarks.push(format!(
                    "source {}: {} after the as-of day, not in any table",
                    count.source,
                    counted(count.rows.after_as_of, "row")
                ));
            }
            if count.rows.after_as_of > 0 && count.rows.after_as_of == count.rows.loaded {
                let day = scan.basis.as_of.map(|day| day.to_string()).unwrap_or_default();
                remarks.push(format!(
                    "source {}: all rows loaded are dated after {day}: its table is empty",
                    count.source
                ));
            }
            let broken = scan.promises().into_iter().filter(|promise| !promise.is_kept);
            remarks.extend(broken.map(|promise| promise.warning()));
            remarks.extend(scan.type_differences().iter().map(|line| format!("source {}: {line}", count.source)));
            if count.rows.read == 0 && scan.is_taken() && !scan.files.is_empty() {
                remarks.push(format!("source {}: its files contain no rows", count.source));
            }
        }
        remarks
    }
}

fn open_one(
    source: &Source,
    as_of: Option<NaiveDate>,
    local_time: &Arc<LocalTime>,
    options: &OpenOptions<'_>,
    warnings: &mut Vec<String>,
) -> Result<Scan, ExtractError> {
    let files = list(options.project, source)?;
    if files.is_empty() {
        warnings.push(format!("source {}: no file matches {}; its table is empty", source.name, source.path.shown));
    }
    let chosen = choose(source, files, as_of)?;
    warnings.extend(chosen.warnings);
    let limit = as_of.and_then(|as_of| event_limit(source, as_of, options.time_zone));
    let contract = contract_of(source, local_time, as_of, options.time_zone)?;
    let plan = plan_of(source, local_time, limit, Some(contract)).map_err(|errors| undeclarable(source, &errors))?;
    let (layouts, groups) = headers(source, &plan, &chosen.files, warnings)?;
    let quarantine = Origin {
        run_id: options.run_id.to_owned(),
        source: source.name.clone(),
        as_of,
        files: chosen.files.iter().map(|file| file.shown.clone()).collect(),
        folder: options.quarantine.join(&source.name),
    };
    let corrections = corrections(source, options)?;
    let earlier = options.earlier.iter().filter(|input| input.source == source.name).cloned().collect();
    let basis = Basis { as_of, zone: options.time_zone, earlier };
    let files = (chosen.files, chosen.unread);
    let kept = Kept { quarantine, corrections, basis };
    Ok(Scan::new(source.clone(), Arc::new(plan), files, layouts, groups, kept))
}

async fn in_parallel<T: Send + 'static>(
    scan: &Arc<Scan>,
    threads: usize,
    work: impl Fn(Worker) -> Result<T, ExtractError> + Clone + Send + 'static,
) -> Result<Vec<T>, ExtractError> {
    let workers: Vec<_> = (0..threads.max(1))
        .map(|_| {
            let (worker, work) = (Worker::new(Arc::clone(scan), Vec::new()), work.clone());
            tokio::task::spawn_blocking(move || work(worker))
        })
        .collect();
    let mut done = Vec::with_capacity(workers.len());
    for worker in workers {
        done.push(worker.await.map_err(|error| broken_off(scan, &error.to_string()))??);
    }
    Ok(done)
}

fn corrections(source: &Source, options: &OpenOptions<'_>) -> Result<Option<Corrections>, ExtractError> {
    let found = Corrections::read(&options.corrections, &source.name);
    found.map_err(|error| ExtractError::Corrections { name: source.name.clone(), cause: Arc::new(error) })
}

fn broken_off(scan: &Scan, reason: &str) -> ExtractError {
    let path = PathBuf::from(&scan.source.path.shown);
    ExtractError::Format { name: scan.source.name.clone(), path, reason: reason.to_owned() }
}

/// Checks a source's rules: each limit and accepted value must be a valid value of its column.
///
/// # Errors
/// All invalid rules.
pub fn check_rules(source: &Source, zone: Tz) -> Result<(), Vec<PlanError>> {
    plan_of(source, &Arc::new(LocalTime::new(zone)), None, None).map(|_| ())
}

fn undeclarable(source: &Source, errors: &[PlanError]) -> ExtractError {
    let reason = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    ExtractError::Format { name: source.name.clone(), path: PathBuf::from(&source.path.shown), reason }
}

/// The last event time that counts, in the unit of the source's event column.
fn event_limit(source: &Source, as_of: NaiveDate, zone: Tz) -> Option<i64> {
    Some(last_of(source.columns.get(source.event_time?)?.ty, as_of, zone))
}

pub(super) fn plan_of(
    source: &Source,
    local_time: &Arc<LocalTime>,
    limit: Option<i64>,
    contract: Option<Contract>,
) -> Result<Plan, Vec<PlanError>> {
    let mut options = PlanOptions::new(Arc::clone(local_time));
    if let Format::Csv(csv) = &source.format {
        options.dialect = text::dialect(csv);
    }
    // These formats have numbers, truth values and times of their own; the declared forms apply to text only.
    options.plain_forms = matches!(source.format, Format::JsonLines(_) | Format::Json(_) | Format::Xlsx(_));
    if records::applies(&source.format) {
        options.dialect = records::dialect();
    }
    options.event_time = source.event_time;
    options.event_limit = limit;
    options.contract = contract.map(Arc::new);
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
    let (mut layouts, mut groups, mut diffs) = (Vec::new(), Vec::new(), Vec::new());
    for (number, file) in files.iter().enumerate() {
        let names = match source.format {
            Format::Parquet(_) => {
                let inspected = parquet::inspect(number, &file.stored, &source.columns)
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
                // A file of no bytes has no rows; whether its source allows that is checked when the source is closed.
                None => {
                    warnings.push(format!(
                        "source {}: {} is empty and has no header",
                        source.name,
                        file.shown.display()
                    ));
                    source.columns.iter().map(|spec| spec.name.clone()).collect()
                }
            },
        };
        let names =
            if records::applies(&source.format) { records::declared_names(names, &source.columns) } else { names };
        let found = HeaderMatch::new(&names, &source.columns);
        if !found.missing.is_empty() || source.extra_columns == ExtraColumns::Fail && !found.extra.is_empty() {
            diffs.push(HeaderDiff { path: file.shown.clone(), missing: found.missing, added: found.extra });
            continue;
        }
        compare(source, file, &found, warnings)?;
        if matches!(source.format, Format::Csv(_))
            && let Ok(layout) = Layout::new(&names, &source.columns)
        {
            layouts.push(Arc::new(layout));
        }
    }
    if records::applies(&source.format) {
        let layout = records::layouts(source, files.len());
        layouts = layout.map_err(|found| undeclarable_layout(source, &found))?;
    }
    if diffs.is_empty() {
        return Ok((layouts, groups));
    }
    Err(ExtractError::OtherColumns { name: source.name.clone(), files: diffs })
}

/// Unreachable: rewritten records have every declared column.
fn undeclarable_layout(source: &Source, found: &HeaderMatch) -> ExtractError {
    let path = PathBuf::from(&source.path.shown);
    ExtractError::Format { name: source.name.clone(), path, reason: format!("lacks {}", found.missing.join(", ")) }
}

pub(super) fn csv_header(
    source: &Source,
    plan: &Plan,
    file: &ExtractFile,
) -> Result<Option<Vec<String>>, ExtractError> {
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
    if !found.absent.is_empty() {
        warnings.push(format!(
            "source {}: {} lacks the optional columns {}: their cells count as empty",
            source.name,
            file.shown.display(),
            few(&found.absent)
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
        ExtraColumns::Ignore | ExtraColumns::Fail => {}
        ExtraColumns::Warn => warnings.push(format!(
            "source {}: {} has undeclared columns, which are not read: {}",
            source.name,
            file.shown.display(),
            few(&found.extra)
        )),
    }
    Ok(())
}

fn is_named(spec: &Column, name: &str) -> bool {
    spec.name == name || spec.aliases.iter().any(|alias| alias == name)
}

fn header_error(source: &Source, file: &ExtractFile, reason: &str) -> ExtractError {
    ExtractError::Header { name: source.name.clone(), path: file.shown.clone(), reason: reason.to_owned() }
}
