//! The sources of a run, as the stages after this one see them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use chrono::NaiveDate;
use datafusion::catalog::TableProvider;
use glob::Pattern;

use super::as_of::{Choice, DayRules, choose};
use super::column_worker::{ColumnWorker, Unreadable};
use super::deliveries::day_decides;
use super::error::{ExtractError, ExtractFault};
use super::exec::ExtractTable;
use super::feeder::Feeder;
use super::files::{list, of_path};
use super::ledger::{FileCount, FileStatus, SOURCE_COUNTS, SourceCount, counts_batch};
use super::open::{OpenOptions, open};
use super::opened::Opened;
use super::places::{cells_of, first_after, rows_with};
use super::promise_results::PromiseResult;
use super::reference_counts::{REFERENCE_COUNTS, reference_batch};
use super::reject_cause::RejectCause;
use super::remarks::{Remark, remarks};
use super::row_promises::last_of;
use super::rows::{Referred, Resolution, Tally};
use super::scan::Scan;
use super::version_worker::{Means, VersionWorker};
use super::worker::Worker;
use crate::engine::Latest;
use crate::invariant::BrokenInvariant;
use crate::local_time::LocalTime;
use crate::source::{Input, Source};
use crate::words::{counted, few};

/// A run's sources.
#[derive(Debug)]
pub struct Extracts {
    scans: BTreeMap<String, Arc<Scan>>,
    /// Sources that are read only for the values that others refer to.
    aside: BTreeMap<String, Arc<Opened>>,
    /// Unusual facts about the extracts that are not errors.
    pub warnings: Vec<Remark>,
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
        Self::open_for(sources, as_of, options, false)
    }

    /// As [`Self::open`], to look at the rows: rejected rows and broken promises that would end a run are remarks.
    ///
    /// # Errors
    /// See [`Self::open`].
    pub fn open_to_look(
        sources: &[&Source],
        as_of: NaiveDate,
        options: &OpenOptions<'_>,
    ) -> Result<Self, ExtractError> {
        Self::open_for(sources, Some(as_of), options, true)
    }

    fn open_for(
        sources: &[&Source],
        as_of: Option<NaiveDate>,
        options: &OpenOptions<'_>,
        is_looked_at: bool,
    ) -> Result<Self, ExtractError> {
        let local_time = LocalTime::shared(options.time_zone);
        let mut extracts = Self { scans: BTreeMap::new(), aside: BTreeMap::new(), warnings: Vec::new() };
        for source in sources {
            let opened = extracts.opened(source, as_of, &local_time, options)?;
            let opened = Opened { is_looked_at, ..opened };
            extracts.scans.insert(source.name.clone(), Arc::new(Scan::new(opened)));
        }
        let referred = sources.iter().flat_map(|source| &source.columns).filter_map(|spec| spec.references.as_ref());
        for reference in referred.filter(|reference| !sources.iter().any(|source| source.name == reference.source)) {
            if let Some(source) = options.all.get(&reference.source)
                && !extracts.aside.contains_key(&source.name)
            {
                let opened = extracts.opened(source, as_of, &local_time, options)?;
                extracts.aside.insert(source.name.clone(), Arc::new(opened));
            }
        }
        Ok(extracts)
    }

    fn opened(
        &mut self,
        source: &Source,
        as_of: Option<NaiveDate>,
        local_time: &Arc<LocalTime>,
        options: &OpenOptions<'_>,
    ) -> Result<Opened, ExtractError> {
        let mut warnings = Vec::new();
        let opened = open(source, as_of, local_time, options, &mut warnings)?;
        self.warnings.extend(warnings.into_iter().map(|text| Remark::warning(&source.name, text)));
        Ok(opened)
    }

    /// Reads the columns that others refer to, each separately, so that no source depends on the order of reading.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub async fn read_referenced(&self, threads: usize) -> Result<(), ExtractError> {
        let mut read: BTreeMap<(&str, &str), Arc<Referred>> = BTreeMap::new();
        for scan in self.scans.values() {
            for reference in scan.opened.promises().into_iter().flat_map(|promises| &promises.references) {
                let target = &reference.target;
                let values = match read.get(&(target.source.as_str(), target.column.as_str())) {
                    Some(values) => Arc::clone(values),
                    None => {
                        let (opened, index) = self.referenced(&target.source, &target.column)?;
                        let values = Arc::new(Mutex::new(Referred::default()));
                        let into = Arc::clone(&values);
                        let done = in_parallel(opened, threads, move |mut worker| worker.values_of(index, &into)).await;
                        opened.if_unchanged(done)?;
                        let values = std::mem::take(&mut *values.lock().unwrap_or_else(PoisonError::into_inner));
                        let values = Arc::new(values.of_optional(opened.source.optional));
                        read.insert((&target.source, &target.column), Arc::clone(&values));
                        values
                    }
                };
                let is_first = reference.values.set(values).is_ok();
                if !is_first {
                    return Err(broken(&scan.opened.source.name, "referenced values are read once"));
                }
            }
        }
        Ok(())
    }

    /// A source that another refers to, and the index of the column.
    fn referenced(&self, source: &str, column: &str) -> Result<(&Arc<Opened>, usize), ExtractError> {
        let opened = self.scans.get(source).map(|scan| &scan.opened).or_else(|| self.aside.get(source));
        let found = opened
            .and_then(|opened| Some((opened, opened.source.columns.iter().position(|spec| spec.name == column)?)));
        found.ok_or_else(|| broken(source, "the plan has checked that a referenced column exists"))
    }

    /// The files that no source reads, in the folders of those that are read: one sentence, if there are any. `all` are the
    /// pipeline's sources, `ignored` matches the names of other files.
    ///
    /// # Errors
    /// Files that cannot be listed.
    pub fn unread_files<'a>(
        &self,
        all: impl Iterator<Item = &'a Source>,
        project: &Path,
        ignored: &[Pattern],
    ) -> Result<Option<Remark>, ExtractError> {
        let opened: Vec<&Arc<Opened>> =
            self.scans.values().map(|scan| &scan.opened).chain(self.aside.values()).collect();
        let is_data = |name: &str| {
            let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
            let is_ignored = |part: &str| ignored.iter().any(|pattern| pattern.matches(part));
            !folder.is_empty() && !file.starts_with('_') && !name.split('/').any(is_ignored)
        };
        let beside = opened.iter().flat_map(|opened| &opened.place.beside);
        let mut unread: BTreeMap<&str, &str> =
            beside.map(|(name, shown)| (name.as_str(), shown.as_str())).filter(|(name, _)| is_data(name)).collect();
        for name in opened.iter().flat_map(|opened| &opened.place.matching) {
            unread.remove(name.as_str());
        }
        if !unread.is_empty() {
            for source in all.filter(|source| !opened.iter().any(|opened| opened.source.name == source.name)) {
                let optional = Source { optional: true, ..source.clone() };
                for name in list(project, &optional)?.place.matching {
                    unread.remove(name.as_str());
                }
            }
        }
        let names: Vec<String> = unread.values().map(|shown| (*shown).to_owned()).collect();
        let text = match names.as_slice() {
            [] => return Ok(None),
            [name] => format!("no source reads {name}, which lies beside the extracts"),
            names => format!("no source reads {} files that lie beside the extracts: {}", names.len(), few(names)),
        };
        let text = format!("{text}; declare a source for them, or name them in `ignore_files`");
        Ok(Some(Remark { source: None, text, is_warning: true }))
    }

    /// The files of all sources, also of those that are only referred to, and their corrections.
    pub fn inputs(&self) -> Vec<Input> {
        let read = self.scans.values().map(|scan| &scan.opened);
        read.chain(self.aside.values()).flat_map(|opened| opened.inputs().cloned()).collect()
    }

    /// The files of all sources with the rows read from them. Sources that are not closed have none yet.
    pub fn inputs_with_rows(&self) -> Vec<Input> {
        self.scans.values().filter_map(|scan| scan.closed()).flat_map(|closed| closed.inputs.clone()).collect()
    }

    /// The promises about whole sources, with their results.
    pub fn promises(&self) -> Vec<PromiseResult> {
        self.scans.values().filter_map(|scan| scan.closed()).flat_map(|closed| closed.promises.clone()).collect()
    }

    /// Records the latest versions of a source's rows in its counts.
    ///
    /// # Errors
    /// A source that is not being read.
    pub fn enter_latest(&self, name: &str, latest: &Latest) -> Result<(), ExtractError> {
        let reading = self.scan(name)?.reading();
        let reading = reading.ok_or_else(|| broken(name, "versions are counted before their source is closed"))?;
        reading.enter_latest(latest);
        Ok(())
    }

    /// The newest plausible day, in the pipeline's zone, of an event, a version of an upsert, or a delivery (where the
    /// delivery day decides which files count), and one sentence for each source with rows beyond it. Only the columns that
    /// date a row are read.
    ///
    /// # Errors
    /// Files that cannot be read; no such day in any source; rows that leave it open which day it is.
    pub async fn newest_day(&self, threads: usize, rules: DayRules) -> Result<(NaiveDate, Vec<String>), ExtractError> {
        let (mut clocks, mut rows) = (Vec::new(), Vec::new());
        let mut delivered: Option<NaiveDate> = None;
        let (mut future, mut unreadable) = (Vec::new(), Vec::new());
        for opened in self.scans.values().map(|scan| &scan.opened) {
            if opened.source.delivery.as_ref().is_some_and(|delivery| day_decides(&opened.source, delivery)) {
                delivered = delivered.max(opened.files.iter().filter_map(|file| file.input.delivery_day).max());
                future.extend(future_deliveries(opened));
            }
            let columns = opened.clocks();
            if columns.is_empty() {
                continue;
            }
            let mut tallies = vec![Tally::default(); columns.len()];
            let mut faults: Vec<Option<Unreadable>> = vec![None; columns.len()];
            let found = in_parallel(opened, threads, |mut worker| worker.tally()).await;
            for found in opened.if_unchanged(found)? {
                for ((tally, fault), (found, first)) in tallies.iter_mut().zip(&mut faults).zip(found) {
                    tally.merge(&found);
                    *fault = fault.take().into_iter().chain(first).min();
                }
            }
            for ((column, tally), fault) in columns.into_iter().zip(&tallies).zip(faults) {
                unreadable.extend(fault.map(|first| unreadable_cells(opened, column, tally.unreadable(), first)));
                let mut by_day: BTreeMap<NaiveDate, u64> = BTreeMap::new();
                let days = tally.days().filter_map(|(count, latest)| Some((opened.day_of(column, latest)?, count)));
                days.for_each(|(day, count)| *by_day.entry(day).or_default() += count);
                rows.push(by_day);
                clocks.push(Clock { opened, column, latest: tally.latest() });
            }
        }
        let day = match choose(&rows, rules) {
            Choice::Day(day) => Some(day.max(delivered.unwrap_or(day))),
            Choice::Nothing => delivered,
            Choice::Doubtful { after, rows, all } => {
                let beyond = beyond(&clocks, after)?;
                let fault = ExtractFault::DoubtfulDay { after, beyond, rows, all };
                return Err(ExtractError { source: None, place: None, fault: Box::new(fault) });
            }
        };
        let no_day =
            || ExtractError { source: None, place: None, fault: Box::new(ExtractFault::NoEvent { unreadable }) };
        let day = day.ok_or_else(no_day)?;
        future.extend(beyond(&clocks, Some(day))?);
        Ok((day, future))
    }

    /// A source as a table.
    ///
    /// # Errors
    /// A name that was not opened.
    pub fn table(&self, name: &str) -> Result<Arc<dyn TableProvider>, ExtractError> {
        Ok(Arc::new(ExtractTable::new(Arc::clone(self.scan(name)?))))
    }

    /// The places of the rows whose value in a column is one of `values`, as messages name them, in the order of the
    /// files. The rows are not judged: rejected ones are among them.
    ///
    /// # Errors
    /// Files that cannot be read, or a name that was not opened.
    pub fn rows_with(
        &self,
        name: &str,
        column: usize,
        values: &BTreeSet<String>,
    ) -> Result<Vec<(String, String)>, ExtractError> {
        let opened = &self.scan(name)?.opened;
        let rows = rows_with(opened, column, values)?;
        Ok(rows.into_iter().map(|(value, place)| (value, opened.place(place))).collect())
    }

    /// The texts and whole numbers in some columns of each row, with its place as messages name it. The rows are not
    /// judged: rejected ones are among them.
    ///
    /// # Errors
    /// Files that cannot be read, or a name that was not opened.
    pub fn cells_of(&self, name: &str, columns: &[usize]) -> Result<Vec<ShownCells>, ExtractError> {
        let opened = &self.scan(name)?.opened;
        let rows = cells_of(opened, columns)?;
        Ok(rows.into_iter().map(|(cells, place)| (cells, opened.place(place))).collect())
    }

    /// Lets a source be read again, as if it had not been read.
    ///
    /// # Errors
    /// Rejected rows that cannot be removed, or a name that was not opened.
    pub fn restart(&self, name: &str) -> Result<(), ExtractError> {
        self.scan(name)?.restart()
    }

    /// Settles which rows of a source count whose keys came again with other values, so that it can be read again. Call
    /// it after a reading that ended with [`ExtractFault::KeysRepeat`].
    ///
    /// # Errors
    /// Files that cannot be read, or rows that leave it open which of them count.
    pub async fn resolve_keys(&self, name: &str, means: &Means) -> Result<(), ExtractError> {
        let scan = self.scan(name)?;
        let opened = &scan.opened;
        let noted = scan.reading().and_then(|reading| reading.repeated_keys());
        let noted = noted.ok_or_else(|| broken(name, "keys are resolved after a reading that met them"))?;
        let keys = opened.promises().and_then(|promises| promises.versions.clone());
        let keys = keys.ok_or_else(|| broken(name, "only rows with a key are versions"))?;
        let noted = Arc::new(noted);
        let feeder = Arc::new(Mutex::new(Feeder::new(Arc::clone(opened))));
        let worker = || VersionWorker::new(Arc::clone(opened), Arc::clone(&feeder), &noted, means);
        let workers = (0..means.threads.max(1)).map(|_| worker());
        let found = joined(opened, workers, |mut worker| worker.versions()).await;
        let found = opened.if_unchanged(found)?.concat();
        let resolution = Resolution::of(noted, found, &keys).map_err(|split| {
            let name = |column: &usize| opened.source.columns.get(*column).map(|column| column.name.clone());
            let places = [split.one, split.other].map(|row| opened.place(row.shown()));
            let columns = keys.group.iter().filter_map(name).collect();
            ExtractError::of(&opened.source, ExtractFault::SplitGroup { columns, places })
        })?;
        means.release();
        scan.resolve(resolution);
        Ok(())
    }

    pub(super) fn scan(&self, name: &str) -> Result<&Arc<Scan>, ExtractError> {
        self.scans.get(name).ok_or_else(|| broken(name, "only sources that were opened are read"))
    }

    /// Reads everything that no query has asked for, so that every row is accounted for.
    ///
    /// # Errors
    /// Files that cannot be read, or a source that exceeds its limits.
    pub async fn drain(&self, means: &Means) -> Result<(), ExtractError> {
        for (name, scan) in &self.scans {
            while let Some(reading) = scan.unfinished()? {
                let worker = Worker::new(reading, Vec::new());
                let drained = joined(&scan.opened, std::iter::once(worker), |mut worker| {
                    while worker.next()?.is_some() {}
                    Ok(())
                });
                match drained.await {
                    Ok(_) => break,
                    Err(error) if matches!(*error.fault, ExtractFault::KeysRepeat) => {
                        self.resolve_keys(name, means).await?;
                        scan.restart()?;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        self.settle()
    }

    /// Closes every source whose last row has passed: writes its rejected rows and checks its limits.
    ///
    /// # Errors
    /// A source that exceeds its limits.
    pub fn settle(&self) -> Result<(), ExtractError> {
        self.scans.values().try_for_each(|scan| scan.settle())
    }

    /// The counts of each source that is closed, sorted by name.
    pub fn source_counts(&self) -> Vec<SourceCount> {
        self.scans.values().filter_map(|scan| scan.closed()).map(|closed| closed.count.clone()).collect()
    }

    /// The counts as the built-in table.
    ///
    /// # Errors
    /// Sums beyond 38 digits.
    pub fn counts(&self) -> Result<RecordBatch, ExtractError> {
        counts_batch(&self.source_counts()).map_err(|error| ExtractError {
            source: Some("all".to_owned()),
            place: Some(SOURCE_COUNTS.into()),
            fault: Box::new(ExtractFault::Content(error.to_string())),
        })
    }

    /// What became of the references of each source that is closed, as the built-in table.
    ///
    /// # Errors
    /// Sums beyond 38 digits.
    pub fn reference_counts(&self) -> Result<RecordBatch, ExtractError> {
        reference_batch(&self.source_counts()).map_err(|error| ExtractError {
            source: Some("all".to_owned()),
            place: Some(REFERENCE_COUNTS.into()),
            fault: Box::new(ExtractFault::Content(error.to_string())),
        })
    }

    /// What was seen of each source that was looked at, sorted by name.
    pub fn looked_at(&self) -> Vec<LookedAt> {
        let seen = self.scans.values().filter_map(|scan| match scan.closed() {
            Some(closed) => {
                let mut found = closed.pardoned.clone();
                found.extend(remarks(&scan.opened, &closed).into_iter().map(|remark| remark.text));
                Some(LookedAt { count: closed.count.clone(), causes: closed.causes.clone(), is_whole: true, found })
            }
            None => {
                let (count, causes) = scan.reading()?.so_far();
                Some(LookedAt { count, causes, is_whole: false, found: Vec::new() })
            }
        });
        seen.collect()
    }

    /// What is unusual about the rows of the sources that are closed.
    pub fn remarks(&self) -> Vec<Remark> {
        let closed = self.scans.values().filter_map(|scan| Some((&scan.opened, scan.closed()?)));
        closed.flat_map(|(opened, closed)| remarks(opened, &closed)).collect()
    }
}

/// Cells of a row, and where it is as messages name it.
pub type ShownCells = (Vec<Option<String>>, String);

/// What was seen of a source while looking at its rows.
#[derive(Debug)]
pub struct LookedAt {
    /// The rows read, by outcome.
    pub count: SourceCount,
    /// Why rows were rejected.
    pub causes: Vec<RejectCause>,
    /// Whether the source was read to its end.
    pub is_whole: bool,
    /// Everything unusual, in one sentence each. What only the last row shows is missing if reading stopped earlier.
    pub found: Vec<String>,
}

fn broken(source: &str, what: &'static str) -> ExtractError {
    let fault = Box::new(ExtractFault::Invariant(BrokenInvariant::new(what)));
    ExtractError { source: Some(source.to_owned()), place: None, fault }
}

async fn in_parallel<T: Send + 'static>(
    opened: &Arc<Opened>,
    threads: usize,
    work: impl Fn(ColumnWorker) -> Result<T, ExtractError> + Clone + Send + 'static,
) -> Result<Vec<T>, ExtractError> {
    let feeder = Arc::new(Mutex::new(Feeder::new(Arc::clone(opened))));
    let worker = || ColumnWorker::new(Arc::clone(opened), Arc::clone(&feeder));
    joined(opened, (0..threads.max(1)).map(|_| worker()), work).await
}

/// What several workers find, each on its own thread.
async fn joined<W: Send + 'static, T: Send + 'static>(
    opened: &Opened,
    workers: impl Iterator<Item = W>,
    work: impl Fn(W) -> Result<T, ExtractError> + Clone + Send + 'static,
) -> Result<Vec<T>, ExtractError> {
    let started = workers.map(|worker| {
        let work = work.clone();
        tokio::task::spawn_blocking(move || work(worker))
    });
    let workers: Vec<_> = started.collect();
    let mut done = Vec::with_capacity(workers.len());
    for worker in workers {
        done.push(worker.await.map_err(|error| broken_off(opened, &error.to_string()))??);
    }
    Ok(done)
}

/// A reading thread that stopped for no reason of the data.
fn broken_off(opened: &Opened, reason: &str) -> ExtractError {
    let stopped = BrokenInvariant::new(format!("a reading thread of {} stopped: {reason}", opened.source.name));
    of_path(&opened.source, ExtractFault::Invariant(stopped))
}

/// A column that dates rows, and its latest value.
struct Clock<'a> {
    opened: &'a Arc<Opened>,
    column: usize,
    latest: Option<i64>,
}

/// The first row after a day of each column that has one, with its place and value; without a day, the first of all.
fn beyond(clocks: &[Clock<'_>], day: Option<NaiveDate>) -> Result<Vec<String>, ExtractError> {
    let mut found = Vec::new();
    for Clock { opened, column, latest } in clocks {
        let Some(spec) = opened.source.columns.get(*column) else {
            return Err(broken(&opened.source.name, "a column that dates rows is declared"));
        };
        let limit = day.map_or(i64::MIN, |day| last_of(spec.ty, day, opened.basis.zone));
        // Most columns have no such row: their files are not read again.
        if latest.is_none_or(|latest| latest <= limit) {
            continue;
        }
        let Some((place, value)) = first_after(opened, *column, limit)? else { continue };
        let shown = opened.day_of(*column, value).map(|day| day.to_string()).unwrap_or_default();
        found.push(format!("source {}: {}: {} is {shown}", opened.source.name, opened.place(place), spec.name));
    }
    Ok(found)
}

/// The cells of a column that dates rows and that cannot be read.
fn unreadable_cells(opened: &Opened, column: usize, cells: u64, (place, fault): Unreadable) -> String {
    let name = opened.column_name(column);
    let fault = if opened.may_quote(column, &fault) { fault } else { "it breaks a rule".to_owned() };
    let cells = counted(cells, "cell");
    format!(
        "source {}: {name}: {cells} cannot be read; the first: {}: {fault}",
        opened.source.name,
        opened.place(place)
    )
}

/// Deliveries of days to come.
fn future_deliveries(opened: &Opened) -> Vec<String> {
    let future = opened.unread.iter().filter(|file| file.status == FileStatus::AfterAsOf);
    let sentence = |file: &FileCount| {
        let day = file.delivery_day.map(|day| day.to_string()).unwrap_or_default();
        format!("source {}: {} is a delivery of {day}", opened.source.name, file.path)
    };
    future.map(sentence).collect()
}
