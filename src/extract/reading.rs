//! A source that is being read: units go out to any number of workers, and their outcomes come back into the books.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::books::Books;
use super::columns::compare_keys;
use super::equal_rows::{first_alike, first_of};
use super::error::{ExtractError, ExtractFault};
use super::feeder::{Feeder, Unit};
use super::files::{of_path, unreadable};
use super::halt::{Halt, InWork};
use super::ledger::SourceCount;
use super::line_results;
use super::opened::Opened;
use super::promise_results::{PromiseResult, results};
use super::quarantine::Full;
use super::reject_cause::RejectCause;
use super::replaced::Replacements;
use super::rows::{AlikeFilter, Compared, Decoded, DuplicateFilter, KeyFilter, Noted, Resolution, RowFilter, SeenRows};
use super::total_line;
use crate::config::{CheckSeverity, OnBadRow};
use crate::engine::Latest;
use crate::source::Input;

/// One reading of a source, from its first row to its last.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) opened: Arc<Opened>,
    /// The rows seen, where duplicates are left out.
    filter: Filter,
    /// Which rows of repeated keys count, once that is known.
    pub(super) resolution: Option<Arc<Resolution>>,
    feeder: Mutex<Feeder>,
    books: Mutex<Books>,
    halt: Arc<Halt>,
    in_work: Mutex<DeliveriesInWork>,
    workers: AtomicUsize,
}

/// What finds duplicates.
#[derive(Debug)]
enum Filter {
    None,
    /// Each row counts once.
    Once(DuplicateFilter),
    /// A row counts as often as one of the deliveries has it.
    ByDelivery(RowFilter),
    /// The same, with rows that differ only in undeclared columns counted.
    OnceAlike(AlikeFilter<DuplicateFilter>),
    ByDeliveryAlike(AlikeFilter<RowFilter>),
    Keys(KeyFilter),
}

/// A source after its last row.
#[derive(Debug)]
pub(super) struct Closed {
    pub(super) count: SourceCount,
    /// Its promises with their results.
    pub(super) promises: Vec<PromiseResult>,
    /// Unusual columns of its records.
    pub(super) column_remarks: Vec<String>,
    /// Lines that were filled, cut or left out although they may have been meant otherwise.
    pub(super) line_remarks: Vec<String>,
    /// Columns whose cells are mostly not of the declared type.
    pub(super) type_differences: Vec<String>,
    /// Place and reason of the first rejected row.
    pub(super) first_reject: Option<String>,
    /// Its files with the rows read from them, and its corrections.
    pub(super) inputs: Vec<Input>,
    /// Why rows were rejected.
    pub(super) causes: Vec<RejectCause>,
    /// What would have ended a run. Rows that are only looked at are shown all the same.
    pub(super) pardoned: Vec<String>,
}

impl Reading {
    pub(super) fn new(opened: Arc<Opened>, resolution: Option<Arc<Resolution>>) -> Self {
        let in_both_ways = opened.promises().is_some_and(|promises| promises.compared == Compared::Both);
        let filter = match &opened.source {
            source if source.has_versions() => Filter::Keys(KeyFilter::new()),
            source if source.counts_equal_rows() && in_both_ways => {
                Filter::ByDeliveryAlike(AlikeFilter::new(RowFilter::new()))
            }
            source if source.counts_equal_rows() => Filter::ByDelivery(RowFilter::new()),
            source if source.compares_rows() && in_both_ways => {
                Filter::OnceAlike(AlikeFilter::new(DuplicateFilter::new()))
            }
            source if source.compares_rows() => Filter::Once(DuplicateFilter::new()),
            _ => Filter::None,
        };
        Self {
            filter,
            resolution,
            feeder: Mutex::new(Feeder::new(Arc::clone(&opened))),
            books: Mutex::new(Books::new(&opened)),
            halt: Arc::default(),
            in_work: Mutex::default(),
            workers: AtomicUsize::new(0),
            opened,
        }
    }

    /// The rows seen, where duplicates are left out.
    pub(super) fn seen(&self) -> Option<&dyn SeenRows> {
        match &self.filter {
            Filter::None => None,
            Filter::Once(rows) => Some(rows),
            Filter::ByDelivery(rows) => Some(rows),
            Filter::OnceAlike(rows) => Some(rows),
            Filter::ByDeliveryAlike(rows) => Some(rows),
            Filter::Keys(keys) => Some(keys),
        }
    }

    /// The keys that came again with other values, if nothing is known about them yet.
    pub(super) fn repeated_keys(&self) -> Option<Noted> {
        match &self.filter {
            Filter::Keys(keys) if self.resolution.is_none() => keys.noted(),
            Filter::Keys(_)
            | Filter::ByDelivery(_)
            | Filter::ByDeliveryAlike(_)
            | Filter::Once(_)
            | Filter::OnceAlike(_)
            | Filter::None => None,
        }
    }

    /// Ends a reading whose last unit is decoded if keys came again with other values: the source must be read again.
    pub(super) fn fail_on_repeated_keys(&self) -> Result<(), ExtractError> {
        let is_over = self.halt.is_idle() && self.has_ended();
        match is_over && self.repeated_keys().is_some() {
            true => Err(ExtractError::of(&self.opened.source, ExtractFault::KeysRepeat)),
            false => Ok(()),
        }
    }

    /// Bytes held by the duplicate filter, the versions of keys and the promises.
    pub(super) fn memory_size(&self) -> usize {
        let promises = self.opened.promises().map_or(0, |promises| promises.memory_size());
        let filter = match &self.filter {
            Filter::None => 0,
            Filter::Once(rows) => rows.memory_size(),
            Filter::ByDelivery(rows) => rows.memory_size(),
            Filter::OnceAlike(rows) => rows.memory_size(),
            Filter::ByDeliveryAlike(rows) => rows.memory_size(),
            Filter::Keys(keys) => keys.memory_size(),
        };
        filter + promises + self.resolution.as_ref().map_or(0, |resolution| resolution.memory_size())
    }

    /// Whether the last unit has been handed out.
    pub(super) fn has_ended(&self) -> bool {
        lock(&self.feeder).has_ended()
    }

    /// The next unit; `None` at the end of the source, or once a bad row ends the run.
    pub(super) fn next(&self) -> Result<Option<(Unit, InWork)>, ExtractError> {
        let mut feeder = lock(&self.feeder);
        let Some(in_work) = self.halt.begin() else { return Ok(None) };
        let Some(unit) = feeder.next()? else { return Ok(None) };
        self.set_oldest(lock(&self.in_work).begin(self.opened.delivery_of(unit.file)));
        Ok(Some((unit, in_work)))
    }

    /// From now on, no row of a delivery before this one comes.
    fn set_oldest(&self, delivery: u32) {
        match &self.filter {
            Filter::ByDelivery(rows) => rows.set_oldest(delivery),
            Filter::ByDeliveryAlike(rows) => rows.set_oldest(delivery),
            Filter::Keys(keys) => keys.set_oldest(delivery),
            Filter::Once(_) | Filter::OnceAlike(_) | Filter::None => {}
        }
    }

    /// Counts a worker of this reading.
    pub(super) fn joined(&self) {
        self.workers.fetch_add(1, Ordering::Relaxed);
    }

    /// Enters the outcome of a unit.
    pub(super) fn enter(&self, file: usize, decoded: &mut Decoded) -> Result<(), ExtractError> {
        self.set_oldest(lock(&self.in_work).end(self.opened.delivery_of(file)));
        let full = {
            let mut books = lock(&self.books);
            let full = books.enter(file, decoded);
            if self.ends_at_bad_row() && books.has_rejects() {
                self.halt.halt();
            }
            full
        };
        let written = full.map_or(Ok(()), Full::write);
        written.map_err(|error| lock(&self.books).quarantine_failed(&self.opened, &error))
    }

    fn ends_at_bad_row(&self) -> bool {
        self.opened.source.on_bad_row == OnBadRow::Fail && !self.opened.is_looked_at
    }

    /// The counts and the causes of rejects of a reading that stopped before its end.
    pub(super) fn so_far(&self) -> (SourceCount, Vec<RejectCause>) {
        let books = lock(&self.books);
        (books.count(&self.opened), books.causes(&self.opened))
    }

    /// Ends the run at the first bad row, if there is one and the source asks for it.
    pub(super) fn fail_on_bad_row(&self) -> Result<(), ExtractError> {
        match self.halt.has_halted() {
            true => Err(lock(&self.books).only_first_reject(&self.opened)),
            false => Ok(()),
        }
    }

    /// Records the latest versions of the rows.
    pub(super) fn enter_latest(&self, latest: &Latest) {
        lock(&self.books).enter_latest(latest);
    }

    /// Forgets everything that was read, so that another reading can begin.
    pub(super) fn discard(&self) -> Result<(), ExtractError> {
        self.halt.wait_until_idle();
        if let Some(promises) = self.opened.promises() {
            promises.clear();
        }
        let discarded = lock(&self.books).discard();
        discarded.map_err(|error| unreadable(&self.opened.source, &self.opened.quarantine.folder, error))
    }

    /// Writes the rejected rows, checks the source's limits and that its files are those that were found. Call it once
    /// the last row has passed.
    pub(super) fn close(&self) -> Result<Closed, ExtractError> {
        self.halt.wait_until_idle();
        self.fail_on_repeated_keys()?;
        self.opened.if_unchanged(self.judge())
    }

    fn judge(&self) -> Result<Closed, ExtractError> {
        let opened = &self.opened;
        self.fail_on_bad_row()?;
        let mut books = lock(&self.books);
        let mut column_remarks = compare_keys(opened, books.keys())?;
        column_remarks.extend(books.lacking_members(opened));
        let mistake = line_results::mistake(opened, books.lines());
        let mut line_remarks = line_results::remarks(opened, books.lines());
        let totals = total_line::compare(opened, books.files_read());
        line_remarks.extend(totals.remarks);
        let mut count = books.count(opened);
        count.superseded_moved = self.resolution.as_ref().map_or(0, |known| known.moved);
        let type_differences = books.type_differences(opened, count.rows.read);
        books.write_rejects(opened, count.rows.read)?;
        if let Some((path, rows)) = count.unbalanced() {
            return Err(ExtractError::of(&opened.source, ExtractFault::Unbalanced(rows)).at(path));
        }
        let empty = (count.rows.read == 0 && !opened.source.optional).then_some(ExtractFault::Empty);
        let empty = empty.map(|fault| of_path(&opened.source, fault));
        let too_many = books.too_many_rejected(opened, count.rows).map(|fault| ExtractError::of(&opened.source, fault));
        let bad_row = opened.source.on_bad_row == OnBadRow::Fail && books.has_rejects();
        let mut pardoned = Vec::new();
        for error in mistake.into_iter().chain(empty).chain(too_many).chain(totals.mistake) {
            match opened.is_looked_at {
                true => pardoned.push(format!("a run would fail: {error}")),
                false => return Err(error),
            }
        }
        if bad_row && pardoned.is_empty() {
            let name = &opened.source.name;
            pardoned.push(format!("a run would fail: source {name}: on_bad_row: fail ends it at the first bad row"));
        }
        let (newest_event, repeated_latest) = (books.newest_event, books.repeated_latest.clone());
        let replacements =
            Replacements { resolution: self.resolution.clone(), shown: std::mem::take(&mut books.shown) };
        let (first_reject, inputs, causes) = (books.first_reject(opened), books.inputs(opened), books.causes(opened));
        let (duplicates, repeated) = (std::mem::take(&mut books.duplicates), std::mem::take(&mut books.repeated));
        let alike = std::mem::take(&mut books.alike);
        drop(books);
        let threads = self.workers.load(Ordering::Relaxed);
        let first = first_of(opened, (&duplicates, &repeated), self.resolution.as_ref(), threads)?;
        count.duplicates = duplicates.counted(opened, first.duplicate);
        count.repeated = repeated.counted(opened, first.repeated);
        count.alike = alike.counted(opened, first_alike(opened, &alike, threads)?);
        let promises = results(opened, &count, newest_event, &repeated_latest, &replacements)?;
        let is_fatal = |result: &&PromiseResult| !result.is_kept && result.severity == CheckSeverity::Error;
        let broken: Vec<&PromiseResult> = promises.iter().filter(is_fatal).collect();
        if !broken.is_empty() && !opened.is_looked_at {
            let found = broken.iter().map(|result| result.found.clone()).collect();
            let mut advice: Vec<&str> = broken.iter().map(|result| result.advice).collect();
            advice.dedup();
            return Err(ExtractError::of(&opened.source, ExtractFault::Broken { found, advice }));
        }
        Ok(Closed {
            count,
            promises,
            column_remarks,
            line_remarks,
            type_differences,
            first_reject,
            inputs,
            causes,
            pardoned,
        })
    }
}

/// The deliveries with units that are being decoded. Units are handed out in the order of the deliveries.
#[derive(Debug, Default)]
struct DeliveriesInWork {
    units: BTreeMap<u32, usize>,
    latest: u32,
}

impl DeliveriesInWork {
    /// A unit of a delivery is handed out. Returns the first delivery that may still have rows to come.
    fn begin(&mut self, delivery: u32) -> u32 {
        *self.units.entry(delivery).or_default() += 1;
        self.latest = delivery;
        self.oldest()
    }

    /// A unit of a delivery has been counted.
    fn end(&mut self, delivery: u32) -> u32 {
        if let Some(units) = self.units.get_mut(&delivery) {
            *units -= 1;
            if *units == 0 {
                self.units.remove(&delivery);
            }
        }
        self.oldest()
    }

    fn oldest(&self) -> u32 {
        self.units.first_key_value().map_or(self.latest, |(delivery, _)| *delivery)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock means another worker panicked; its panic is what gets reported.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
