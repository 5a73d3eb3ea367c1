//! One source being read: its files are cut into units of work, which any number of workers take and decode.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;

use super::ExtractError;
use super::correction::Corrections;
use super::csv::{
    self, Amount, CellValue, Chunk, Chunker, Decoded, DuplicateFilter, FromFile, Layout, Place, Reject, Rule,
};
use super::files::{ExtractFile, unreadable};
use super::halt::{Halt, InWork};
use super::json::Keys;
use super::ledger::{Decimal, FileCount, FileStatus, RowCounts, SourceCount};
use super::parquet::RowGroup;
use super::promise::{Basis, Promise, judge};
use super::quarantine::{Full, Origin, Quarantine};
use super::records::{self, Reader, Records};
use crate::config::{CheckSeverity, Format, OnBadRow};
use crate::engine::Latest;
use crate::source::ColumnType;
use crate::source::Input;
use crate::source::Source;
use crate::words::counted;

/// Bytes read at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// A source whose files were found and whose headers match.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) source: Source,
    pub(super) plan: Arc<csv::Plan>,
    pub(super) files: Vec<ExtractFile>,
    /// Files of the source that are not read.
    pub(super) unread: Vec<FileCount>,
    /// For CSV, the positions of the declared columns in each file.
    pub(super) layouts: Vec<Arc<Layout>>,
    /// For Parquet, the row groups of all files.
    pub(super) row_groups: Vec<RowGroup>,
    /// What its promises are compared with.
    pub(super) basis: Basis,
    promises: Mutex<Vec<Promise>>,
    shown: Vec<PathBuf>,
    feeder: Mutex<Feeder>,
    pub(super) filter: Option<DuplicateFilter>,
    books: Mutex<Books>,
    taken: AtomicBool,
    /// For JSON, the keys of the records.
    pub(super) keys: Arc<Keys>,
    /// The corrections of rejected rows.
    pub(super) corrections: Option<Corrections>,
    halt: Arc<Halt>,
}

/// How far the files have been read.
#[derive(Default)]
pub(super) struct Feeder {
    next_file: usize,
    next_group: usize,
    open: Option<(usize, Box<dyn Read + Send>, Chunker)>,
    records: Option<(usize, Reader)>,
    ready: VecDeque<(usize, Chunk)>,
    ended: bool,
}

impl std::fmt::Debug for Feeder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feeder").field("next_file", &self.next_file).field("ended", &self.ended).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Books {
    /// Row counts of each file, by its number.
    rows: Vec<RowCounts>,
    newest_event: Option<i64>,
    /// Values that the latest rows of several keys share, by column.
    repeated_latest: Vec<(String, u64)>,
    /// Cells that are not of the declared type, by column.
    type_faults: BTreeMap<String, u64>,
    amount_read: Amount,
    amount_loaded: Amount,
    /// Rejected rows that were left out on purpose.
    dropped: u64,
    quarantine: Quarantine,
    /// Rejected rows whose text is not in the declared encoding.
    wrong_encoding: u64,
}

impl Books {
    fn new(files: usize, quarantine: Quarantine) -> Self {
        Self {
            rows: vec![RowCounts::default(); files],
            newest_event: None,
            repeated_latest: Vec::new(),
            type_faults: BTreeMap::new(),
            amount_read: Amount::default(),
            amount_loaded: Amount::default(),
            wrong_encoding: 0,
            dropped: 0,
            quarantine,
        }
    }
}

/// A piece of a source that one worker decodes in one step.
pub(super) enum Unit {
    Chunk(usize, Chunk),
    Records(usize, Records),
    RowGroup(RowGroup),
}

/// What a scan is compared with, and where its rejected rows go.
pub(super) struct Kept {
    pub(super) quarantine: Origin,
    pub(super) corrections: Option<Corrections>,
    pub(super) basis: Basis,
}

impl Scan {
    pub(super) fn new(
        source: Source,
        plan: Arc<csv::Plan>,
        (files, unread): (Vec<ExtractFile>, Vec<FileCount>),
        layouts: Vec<Arc<Layout>>,
        row_groups: Vec<RowGroup>,
        Kept { quarantine, corrections, basis }: Kept,
    ) -> Self {
        let books = Books::new(files.len(), Quarantine::new(quarantine));
        Self {
            corrections,
            halt: Arc::default(),
            plan,
            layouts,
            row_groups,
            shown: files.iter().map(|file| file.shown.clone()).collect(),
            feeder: Mutex::default(),
            filter: source.deduplicate.then(DuplicateFilter::new),
            books: Mutex::new(books),
            taken: AtomicBool::new(false),
            keys: Arc::default(),
            source,
            basis,
            promises: Mutex::default(),
            files,
            unread,
        }
    }

    /// Claims the right to read the source, which is read once.
    pub(super) fn take(&self) -> Result<(), ExtractError> {
        if self.taken.swap(true, Ordering::Relaxed) {
            return Err(ExtractError::ReadTwice { name: self.source.name.clone() });
        }
        Ok(())
    }

    /// Whether a reader has claimed it.
    pub(super) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    /// Whether the last unit has been handed out.
    pub(super) fn has_ended(&self) -> bool {
        lock(&self.feeder).ended
    }

    /// Bytes held by the duplicate filter and the contract.
    pub(super) fn memory_size(&self) -> usize {
        let contract = self.plan.contract().map_or(0, |contract| contract.memory_size());
        self.filter.as_ref().map_or(0, DuplicateFilter::memory_size) + contract
    }

    /// Estimated rows: the planner uses them to choose the side of a join that is hashed.
    pub(super) fn estimated_rows(&self) -> usize {
        /// Bytes of a row in the extracts seen so far; only the order of magnitude matters.
        const ROW_BYTES: u64 = 100;
        if !self.row_groups.is_empty() {
            return self.row_groups.iter().map(|group| group.rows).sum();
        }
        let bytes: u64 = self.files.iter().map(|file| file.input.bytes).sum();
        usize::try_from(bytes / ROW_BYTES + 1).unwrap_or(usize::MAX)
    }

    /// Starts again at the first file.
    pub(super) fn rewind(&self) {
        *lock(&self.feeder) = Feeder::default();
    }

    /// Starts over as if nothing had been read: counts, rows seen and rejected rows are cleared.
    pub(super) fn restart(&self) -> Result<(), ExtractError> {
        self.rewind();
        if let Some(filter) = &self.filter {
            filter.clear();
        }
        self.keys.clear();
        if let Some(contract) = self.plan.contract() {
            contract.clear();
        }
        let mut books = lock(&self.books);
        let emptied = books.quarantine.emptied();
        let quarantine = emptied.map_err(|error| unreadable(&self.source, books.quarantine.folder(), error))?;
        *books = Books::new(self.files.len(), quarantine);
        self.halt.reset();
        self.taken.store(false, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn next(&self) -> Result<Option<(Unit, InWork)>, ExtractError> {
        let mut feeder = lock(&self.feeder);
        let Some(in_work) = self.halt.begin() else { return Ok(None) };
        Ok(self.next_of(&mut feeder)?.map(|unit| (unit, in_work)))
    }

    pub(super) fn next_of(&self, feeder: &mut Feeder) -> Result<Option<Unit>, ExtractError> {
        if let Some(group) = self.row_groups.get(feeder.next_group) {
            feeder.next_group += 1;
            return Ok(Some(Unit::RowGroup(group.clone())));
        }
        loop {
            if let Some((file, chunk)) = feeder.ready.pop_front() {
                return Ok(Some(Unit::Chunk(file, chunk)));
            }
            if let Some((number, reader)) = &mut feeder.records {
                let number = *number;
                match reader.next_records(&self.source, &self.files[number])? {
                    Some(records) => return Ok(Some(Unit::Records(number, records))),
                    None => feeder.records = None,
                }
            }
            if !self.advance(feeder)? {
                feeder.ended = true;
                return Ok(None);
            }
        }
    }

    /// Reads one more block; false when every file has been read.
    fn advance(&self, feeder: &mut Feeder) -> Result<bool, ExtractError> {
        let Some((number, file, chunker)) = &mut feeder.open else {
            // Parquet is handed out by row groups.
            if feeder.next_file >= self.layouts.len() || matches!(self.source.format, Format::Parquet(_)) {
                return Ok(false);
            }
            let number = feeder.next_file;
            if let Some(reader) = Reader::open(&self.source, &self.files[number])? {
                feeder.records = Some((number, reader));
                feeder.next_file += 1;
                return Ok(true);
            }
            let file = self.files[number].open();
            let file = file.map_err(|error| unreadable(&self.source, &self.files[number].shown, error))?;
            feeder.open = Some((number, file, Chunker::new(*self.plan.dialect())));
            feeder.next_file += 1;
            return Ok(true);
        };
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        let read = file.take(BLOCK_BYTES as u64).read_to_end(&mut block);
        let read = read.map_err(|error| unreadable(&self.source, &self.files[*number].shown, error))?;
        let chunks = if read == 0 { chunker.finish() } else { chunker.push(&block) };
        if let Some(broken) = chunker.broken() {
            return Err(self.undecodable(*number, &broken.to_string()));
        }
        feeder.ready.extend(chunks.into_iter().map(|chunk| (*number, chunk)));
        if read == 0 {
            feeder.open = None;
        }
        Ok(true)
    }

    pub(super) fn enter(&self, file: usize, decoded: &mut Decoded) -> Result<(), ExtractError> {
        let mut books = lock(&self.books);
        if let Some(rows) = books.rows.get_mut(file) {
            rows.add(decoded);
        }
        for fault in decoded.rejects.iter().flat_map(|reject| &reject.faults).filter(|fault| fault.rule == Rule::Type) {
            *books.type_faults.entry(fault.column.as_deref().unwrap_or_default().to_owned()).or_default() += 1;
        }
        books.newest_event = books.newest_event.max(decoded.max_event);
        books.amount_read.add(decoded.amount_read);
        books.amount_loaded.add(decoded.amount_loaded);
        let wrong = decoded.rejects.iter().filter(|reject| reject.breaks(Rule::Encoding)).count();
        books.wrong_encoding += wrong as u64;
        books.dropped += decoded.rows_dropped;
        let full = books.quarantine.add(file, std::mem::take(&mut decoded.rejects));
        if self.source.on_bad_row == OnBadRow::Fail && books.quarantine.first().is_some() {
            self.halt.halt();
        }
        drop(books);
        full.map_or(Ok(()), Full::write).map_err(|error| self.quarantine_failed(&lock(&self.books).quarantine, &error))
    }

    /// Ends the run at the first bad row, if there is one and the source asks for it.
    pub(super) fn fail_on_bad_row(&self) -> Result<(), ExtractError> {
        if !self.halt.has_halted() {
            return Ok(());
        }
        let mut books = lock(&self.books);
        let first = self.first_reject(&books.quarantine).unwrap_or_default();
        // Anything else read in the meantime depends on the threads.
        books.quarantine.keep_first();
        let written = books.quarantine.write(None);
        written.map_err(|error| self.quarantine_failed(&books.quarantine, &error))?;
        let quarantine = books.quarantine.folder().display().to_string();
        Err(ExtractError::BadRow { name: self.source.name.clone(), first, quarantine })
    }

    fn quarantine_failed(&self, quarantine: &Quarantine, error: &super::quarantine::QuarantineError) -> ExtractError {
        ExtractError::Unreadable {
            name: self.source.name.clone(),
            path: quarantine.folder().to_owned(),
            cause: Arc::new(std::io::Error::other(error.to_string())),
        }
    }

    /// The counts so far.
    pub(super) fn count(&self) -> SourceCount {
        self.count_of(&lock(&self.books))
    }

    fn count_of(&self, books: &Books) -> SourceCount {
        let read = self
            .files
            .iter()
            .zip(&books.rows)
            .map(|(file, rows)| FileCount { rows: *rows, ..FileCount::new(&file.input, FileStatus::Read) });
        let mut by_file: Vec<FileCount> = read.chain(self.unread.iter().cloned()).collect();
        by_file.sort_by(|a, b| (a.delivery_day, &a.path).cmp(&(b.delivery_day, &b.path)));
        let mut count = SourceCount::of(&self.source.name, by_file);
        if !self.source.amount.is_empty() {
            count.amount_read = Decimal::new(books.amount_read, self.plan.amount_scale());
            count.amount_loaded = Decimal::new(books.amount_loaded, self.plan.amount_scale());
        }
        count
    }

    /// Writes the rejected rows and checks the source's limits. Call it once the last row has passed.
    pub(super) fn close(self: &Arc<Self>) -> Result<(), ExtractError> {
        records::check_keys(&self.source, &self.files, &self.keys)?;
        let mut books = lock(&self.books);
        let count = self.count_of(&books);
        let differs = self.differences(&books, &count);
        let written = books.quarantine.write(Some(count.rows.read));
        written.map_err(|error| self.quarantine_failed(&books.quarantine, &error))?;
        if let Some((path, rows)) = count.unbalanced() {
            return Err(ExtractError::Unbalanced { name: self.source.name.clone(), path, rows: Box::new(rows) });
        }
        if count.rows.read == 0 && !self.source.optional {
            return Err(ExtractError::Empty {
                name: self.source.name.clone(),
                pattern: self.source.path.shown.clone(),
            });
        }
        if !self.source.max_rejected.allows(count.rows.rejected - books.dropped, count.rows.read) {
            return Err(ExtractError::TooManyRejected {
                name: self.source.name.clone(),
                rejected: count.rows.rejected - books.dropped,
                read: count.rows.read,
                allowed: self.source.max_rejected.to_string(),
                found: format!(
                    "by cause: {}; the first: {}{}",
                    books.quarantine.causes(),
                    self.first_reject(&books.quarantine).unwrap_or_default(),
                    differs.iter().map(|line| format!("\n  {line}")).collect::<String>()
                ),
                encoding: (books.wrong_encoding * 2 > count.rows.rejected).then_some(self.plan.dialect().encoding),
                quarantine: books.quarantine.folder().display().to_string(),
            });
        }
        let newest_event = books.newest_event;
        drop(books);
        let promises = judge(self, &count, newest_event)?;
        let broken = promises.iter().filter(|promise| !promise.is_kept && promise.severity == CheckSeverity::Error);
        let broken: Vec<Promise> = broken.cloned().collect();
        if !broken.is_empty() {
            return Err(ExtractError::Broken { promises: broken });
        }
        *lock(&self.promises) = promises;
        Ok(())
    }

    /// Unusual keys of the records.
    pub(super) fn key_remarks(&self) -> Vec<String> {
        // Errors were reported when the source was closed.
        records::check_keys(&self.source, &self.files, &self.keys).unwrap_or_default()
    }

    /// Its promises; empty until it is closed.
    pub(super) fn promises(&self) -> Vec<Promise> {
        lock(&self.promises).clone()
    }

    /// Its files with the rows read from them, or the last snapshot's counts for files that were not read; then the
    /// corrections of its rows.
    pub(super) fn inputs_with_rows(&self) -> Vec<Input> {
        let books = lock(&self.books);
        let read = self.files.iter().zip(&books.rows);
        let read = read.map(|(file, rows)| Input { rows: Some(rows.read), ..file.input.clone() });
        let known = self.unread.iter().filter_map(|file| {
            let is_it = |input: &&Input| input.path == file.path && input.bytes == file.bytes;
            self.basis.earlier.iter().find(is_it).cloned()
        });
        let corrections = self.corrections.iter().flat_map(|corrections| corrections.inputs.clone());
        read.chain(known).chain(corrections).collect()
    }

    /// For each unique column of versioned rows, how many values the latest rows of several keys share.
    pub(super) fn repeated_latest(&self) -> Vec<(String, u64)> {
        lock(&self.books).repeated_latest.clone()
    }

    /// Records the latest versions: how many each file gave, and values that are not unique.
    pub(super) fn enter_latest(&self, latest: &Latest) {
        let mut books = lock(&self.books);
        books.repeated_latest.clone_from(&latest.repeated);
        let latest = &latest.by_file;
        for (number, rows) in books.rows.iter_mut().enumerate() {
            let (_, kept, gone) = latest.iter().find(|(file, ..)| *file == number).copied().unwrap_or_default();
            rows.superseded = rows.loaded.saturating_sub(rows.after_as_of).saturating_sub(kept);
            rows.deleted = gone;
        }
    }

    /// Columns whose cells are mostly not of the declared type.
    pub(super) fn type_differences(&self) -> Vec<String> {
        let books = lock(&self.books);
        self.differences(&books, &self.count_of(&books))
    }

    fn differences(&self, books: &Books, count: &SourceCount) -> Vec<String> {
        let mostly = books.type_faults.iter().filter(|(_, faults)| **faults > count.rows.read / 2);
        let lines = mostly.map(|(column, faults)| {
            let ty = self.source.columns.iter().find(|spec| spec.name == *column).map(|spec| spec.ty.to_string());
            let percent = faults * 100 / count.rows.read.max(1);
            let ty = ty.unwrap_or_default();
            format!("~ {column}: declared {ty}; {percent} % of {} are not", counted(count.rows.read, "cell"))
        });
        lines.collect()
    }

    /// A place as shown in messages.
    pub(super) fn place(&self, (file, line): Place) -> String {
        format!("{}:{line}", self.shown.get(file).map(|path| path.display().to_string()).unwrap_or_default())
    }

    /// Place and reason of the first rejected row.
    pub(super) fn example(&self) -> Option<String> {
        self.first_reject(&lock(&self.books).quarantine)
    }

    fn first_reject(&self, quarantine: &Quarantine) -> Option<String> {
        let (file, reject) = quarantine.first()?;
        let name = self.shown.get(*file).map(|path| path.display().to_string()).unwrap_or_default();
        Some(format!("{name}:{}: {}", reject.line, self.reasons(reject)))
    }

    /// Every fault of a row, without quoting personal data.
    fn reasons(&self, reject: &Reject) -> String {
        let faults = reject.faults.iter().map(|fault| match &fault.column {
            Some(column)
                if fault.rule != Rule::Required
                    && self.source.personal.iter().any(|personal| **personal == **column) =>
            {
                format!("{column}: breaks the rule `{}`", fault.rule)
            }
            _ => fault.to_string(),
        });
        faults.collect::<Vec<_>>().join("; ")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock means another worker panicked; its panic is what gets reported.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Unit {
    /// Number of its file.
    pub(super) fn file(&self) -> usize {
        match self {
            Self::Chunk(file, _) | Self::Records(file, _) => *file,
            Self::RowGroup(group) => group.file,
        }
    }
}

impl Scan {
    pub(super) fn origin_of(&self, number: usize) -> FromFile {
        FromFile { number, day: self.files.get(number).and_then(|file| file.input.delivery_day) }
    }

    /// The columns that date a row.
    pub(super) fn clocks(&self) -> Vec<usize> {
        let limited = self.plan.contract().map(|contract| contract.limits.as_slice()).unwrap_or_default();
        self.source.event_time.into_iter().chain(limited.iter().map(|(column, _)| *column)).collect()
    }

    /// The day of a value in a date or timestamp column.
    pub(super) fn day_of(&self, column: usize, value: i64) -> Option<NaiveDate> {
        let value = match self.source.columns.get(column)?.ty {
            ColumnType::Date => CellValue::Date(i32::try_from(value).ok()?),
            _ => CellValue::Timestamp(value),
        };
        self.plan.contract()?.day_of(value)
    }

    pub(super) fn undecodable(&self, file: usize, reason: &str) -> ExtractError {
        let path = self.shown.get(file).cloned().unwrap_or_default();
        ExtractError::Format { name: self.source.name.clone(), path, reason: reason.to_owned() }
    }
}
