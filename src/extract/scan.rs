//! One source being read: files cut into units of work, taken by as many workers as ask, decoded where they land.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use chrono::NaiveDate;

use super::csv::{
    self, Amount, CellValue, Cells, Chunk, Chunker, Decoded, Decoder, DuplicateFilter, FirstSeen, FromFile, Layout,
    Place, Rule, Watch, value_hash,
};
use super::files::{ExtractFile, unreadable};
use super::json::Keys;
use super::ledger::{Decimal, FileCount, FileStatus, RowCounts, SourceCount};
use super::parquet::{ParquetDecoder, RowGroup};
use super::promise::{Basis, Promise, judge};
use super::quarantine::Quarantine;
use super::records::{self, Reader, RecordDecoder, Records};
use super::{ColumnType, ExtractError};
use crate::config::CheckSeverity;
use crate::plan::Source;
use crate::publish::Input;
use crate::report::counted;

/// Bytes read at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// A source whose files were found and whose headers fit.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) source: Source,
    pub(super) plan: Arc<csv::Plan>,
    pub(super) files: Vec<ExtractFile>,
    /// Files of the source that are not read.
    pub(super) unread: Vec<FileCount>,
    /// For CSV, where the declared columns stand in each file.
    pub(super) layouts: Vec<Arc<Layout>>,
    /// For Parquet, the row groups of all files.
    pub(super) row_groups: Vec<RowGroup>,
    /// What its promises are held against.
    pub(super) basis: Basis,
    promises: Mutex<Vec<Promise>>,
    shown: Vec<PathBuf>,
    feeder: Mutex<Feeder>,
    filter: Option<DuplicateFilter>,
    books: Mutex<Books>,
    taken: AtomicBool,
    /// For JSON, the keys that the records had.
    pub(super) keys: Arc<Keys>,
}

#[derive(Default)]
struct Feeder {
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
    /// What each file gave, by its number.
    rows: Vec<RowCounts>,
    newest_event: Option<i64>,
    /// Cells that are not of their type, by column.
    type_faults: BTreeMap<String, u64>,
    amount_read: Amount,
    amount_loaded: Amount,
    quarantine: Quarantine,
    /// Rejected rows whose text is not in the declared encoding.
    wrong_encoding: u64,
}

impl Books {
    fn new(source: &str, files: usize, quarantine: PathBuf) -> Self {
        Self {
            rows: vec![RowCounts::default(); files],
            newest_event: None,
            type_faults: BTreeMap::new(),
            amount_read: Amount::default(),
            amount_loaded: Amount::default(),
            quarantine: Quarantine::new(source, quarantine),
            wrong_encoding: 0,
        }
    }
}

/// A piece of a source that one worker decodes at once.
enum Unit {
    Chunk(usize, Chunk),
    Records(usize, Records),
    RowGroup(RowGroup),
}

impl Scan {
    pub(super) fn new(
        source: Source,
        plan: Arc<csv::Plan>,
        (files, unread): (Vec<ExtractFile>, Vec<FileCount>),
        layouts: Vec<Arc<Layout>>,
        row_groups: Vec<RowGroup>,
        quarantine: PathBuf,
        basis: Basis,
    ) -> Self {
        let books = Books::new(&source.name, files.len(), quarantine);
        Self {
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

    /// Claims the source's one reading.
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

    /// Bytes that the duplicate filter and the contract hold.
    pub(super) fn memory_size(&self) -> usize {
        let contract = self.plan.contract().map_or(0, |contract| contract.memory_size());
        self.filter.as_ref().map_or(0, DuplicateFilter::memory_size) + contract
    }

    /// Estimated rows, for the planner to choose which side of a join to hash.
    pub(super) fn estimated_rows(&self) -> usize {
        /// Bytes of a row in the extracts seen so far; only the order of magnitude matters.
        const ROW_BYTES: u64 = 100;
        if !self.row_groups.is_empty() {
            return self.row_groups.iter().map(|group| group.rows).sum();
        }
        let bytes: u64 = self.files.iter().map(|file| file.input.bytes).sum();
        usize::try_from(bytes / ROW_BYTES + 1).unwrap_or(usize::MAX)
    }

    /// Starts again from the first file.
    pub(super) fn rewind(&self) {
        *lock(&self.feeder) = Feeder::default();
    }

    /// Starts again as if nothing had been read: counts, rows seen and rejected rows are forgotten.
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
        let folder = books.quarantine.folder().to_owned();
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(unreadable(&self.source, &folder, error));
            }
            _ => {}
        }
        *books = Books::new(&self.source.name, self.files.len(), folder);
        self.taken.store(false, Ordering::Relaxed);
        Ok(())
    }

    fn next(&self) -> Result<Option<Unit>, ExtractError> {
        self.next_of(&mut lock(&self.feeder))
    }

    fn next_of(&self, feeder: &mut Feeder) -> Result<Option<Unit>, ExtractError> {
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
            if feeder.next_file >= self.layouts.len() {
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

    fn enter(&self, file: usize, decoded: &mut Decoded) -> Result<(), ExtractError> {
        let mut books = lock(&self.books);
        if let Some(rows) = books.rows.get_mut(file) {
            rows.add(decoded);
        }
        for reject in decoded.rejects.iter().filter(|reject| reject.rule == Rule::Type) {
            *books.type_faults.entry(reject.column.clone().unwrap_or_default()).or_default() += 1;
        }
        books.newest_event = books.newest_event.max(decoded.max_event);
        books.amount_read.add(decoded.amount_read);
        books.amount_loaded.add(decoded.amount_loaded);
        let wrong = decoded.rejects.iter().filter(|reject| reject.rule == csv::Rule::Encoding).count();
        books.wrong_encoding += wrong as u64;
        let added = books.quarantine.add(file, std::mem::take(&mut decoded.rejects), &self.shown);
        added.map_err(|error| self.quarantine_failed(&books.quarantine, &error))
    }

    fn quarantine_failed(&self, quarantine: &Quarantine, error: &super::quarantine::QuarantineError) -> ExtractError {
        ExtractError::Unreadable {
            name: self.source.name.clone(),
            path: quarantine.folder().to_owned(),
            cause: Arc::new(std::io::Error::other(error.to_string())),
        }
    }

    /// What the source gave so far.
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

    /// Writes the rejected rows and holds the source to its bounds. Call it once the last row has passed.
    pub(super) fn close(self: &Arc<Self>) -> Result<(), ExtractError> {
        records::check_keys(&self.source, &self.files, &self.keys)?;
        let mut books = lock(&self.books);
        let written = books.quarantine.write(&self.shown);
        written.map_err(|error| self.quarantine_failed(&books.quarantine, &error))?;
        let count = self.count_of(&books);
        let differs = self.differences(&books, &count);
        if let Some((path, rows)) = count.unbalanced() {
            return Err(ExtractError::Unbalanced { name: self.source.name.clone(), path, rows });
        }
        if count.rows.read == 0 && !self.source.optional {
            return Err(ExtractError::Empty {
                name: self.source.name.clone(),
                pattern: self.source.path.shown.clone(),
            });
        }
        if !self.source.max_rejected.allows(count.rows.rejected, count.rows.read) {
            return Err(ExtractError::TooManyRejected {
                name: self.source.name.clone(),
                rejected: count.rows.rejected,
                read: count.rows.read,
                allowed: self.source.max_rejected.to_string(),
                first: self.first_reject(&books.quarantine).unwrap_or_default(),
                encoding: (books.wrong_encoding * 2 > count.rows.rejected)
                    .then(|| self.plan.dialect().encoding.as_str()),
                quarantine: books.quarantine.folder().display().to_string(),
                differs,
            });
        }
        let newest_event = books.newest_event;
        drop(books);
        let promises = judge(self, &count, newest_event)?;
        let broken = promises.iter().filter(|promise| !promise.is_kept && promise.severity == CheckSeverity::Error);
        let broken: Vec<String> = broken.map(|promise| promise.found.clone()).collect();
        if !broken.is_empty() {
            return Err(ExtractError::Broken { promises: broken });
        }
        *lock(&self.promises) = promises;
        Ok(())
    }

    /// What is odd about the keys that the records had.
    pub(super) fn key_remarks(&self) -> Vec<String> {
        // What is an error was told when the source was closed.
        records::check_keys(&self.source, &self.files, &self.keys).unwrap_or_default()
    }

    /// Its promises; none before it was closed.
    pub(super) fn promises(&self) -> Vec<Promise> {
        lock(&self.promises).clone()
    }

    /// Its files with the rows read from them; of files that were not read, what the last snapshot knew.
    pub(super) fn inputs_with_rows(&self) -> Vec<Input> {
        let books = lock(&self.books);
        let read = self.files.iter().zip(&books.rows);
        let read = read.map(|(file, rows)| Input { rows: Some(rows.read), ..file.input.clone() });
        let known = self.unread.iter().filter_map(|file| {
            let is_it = |input: &&Input| input.path == file.path && input.bytes == file.bytes;
            self.basis.earlier.iter().find(is_it).cloned()
        });
        read.chain(known).collect()
    }

    /// Enters how many latest versions each file gave: file, rows, and how many of them say that their key is gone.
    pub(super) fn enter_latest(&self, latest: &[(usize, u64, u64)]) {
        for (number, rows) in lock(&self.books).rows.iter_mut().enumerate() {
            let (_, kept, gone) = latest.iter().find(|(file, ..)| *file == number).copied().unwrap_or_default();
            rows.superseded = rows.loaded.saturating_sub(rows.after_as_of).saturating_sub(kept);
            rows.deleted = gone;
        }
    }

    /// Columns of which most cells are not of their type.
    pub(super) fn type_differences(&self) -> Vec<String> {
        let books = lock(&self.books);
        self.differences(&books, &self.count_of(&books))
    }

    fn differences(&self, books: &Books, count: &SourceCount) -> Vec<String> {
        let mostly = books.type_faults.iter().filter(|(_, faults)| **faults > count.rows.read / 2);
        let told = mostly.map(|(column, faults)| {
            let ty = self.source.columns.iter().find(|spec| spec.name == *column).map(|spec| spec.ty.to_string());
            let percent = faults * 100 / count.rows.read.max(1);
            let ty = ty.unwrap_or_default();
            format!("~ {column}: declared {ty}; {percent} % of {} are not", counted(count.rows.read, "cell"))
        });
        told.collect()
    }

    /// A place as it is named to people.
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
        let quotes_personal = self.source.personal.iter().any(|column| reject.reason.contains(&format!("{column}: ")));
        let reason = match &reject.column {
            Some(column) if quotes_personal => format!("{column}: breaks the rule `{}`", reject.rule.as_str()),
            _ => reject.reason.clone(),
        };
        Some(format!("{name}:{}: {reason}", reject.line))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock means another worker panicked; its panic is what gets reported.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One worker's view of a scan: takes units until none is left and decodes them into batches.
pub(super) struct Worker {
    scan: Arc<Scan>,
    projection: Vec<usize>,
    csv: Option<(Arc<Layout>, Decoder)>,
    records: Option<RecordDecoder>,
    parquet: Option<ParquetDecoder>,
    ready: VecDeque<RecordBatch>,
    watch: Option<Watch>,
}

impl Worker {
    pub(super) fn new(scan: Arc<Scan>, projection: Vec<usize>) -> Self {
        Self { scan, projection, csv: None, records: None, parquet: None, ready: VecDeque::new(), watch: None }
    }

    /// The next rows, or `None` when the source has no more.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, ExtractError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            let Some(unit) = self.scan.next()? else { return Ok(None) };
            let (file, mut decoded) = self.decode(unit)?;
            self.scan.enter(file, &mut decoded)?;
            self.ready.extend(decoded.batches.into_iter().filter(|batch| batch.num_rows() > 0));
        }
    }

    /// The newest day, of events and versions, in the whole rest of the source; little else is decoded.
    pub(super) fn newest_day(&mut self) -> Result<Option<NaiveDate>, ExtractError> {
        let scan = Arc::clone(&self.scan);
        let columns = scan.clocks();
        self.projection.clone_from(&columns);
        let mut newest = None;
        while let Some(unit) = scan.next()? {
            let (file, chunk) = match self.chunk_of(unit) {
                Ok(chunk) => chunk,
                Err(group) => {
                    for batch in self.decode(Unit::RowGroup(group))?.1.batches {
                        let cells = (0..columns.len()).flat_map(|at| (0..batch.num_rows()).map(move |row| (at, row)));
                        let contract = scan.plan.contract();
                        let day = |(at, row)| contract.zip(batch.value(at, row)).and_then(|(c, value)| c.day_of(value));
                        newest = newest.max(cells.filter_map(day).max());
                    }
                    continue;
                }
            };
            for column in &columns {
                let latest = self.decoder(file)?.latest_of(*column, &chunk);
                newest = newest.max(latest.and_then(|at| scan.day_of(*column, at)));
            }
        }
        Ok(newest)
    }

    /// A unit's records as the decoder takes them; a row group stays what it is.
    fn chunk_of(&mut self, unit: Unit) -> Result<(usize, Chunk), RowGroup> {
        match unit {
            Unit::Chunk(file, chunk) => Ok((file, chunk)),
            Unit::Records(file, records) => Ok((file, self.record_decoder().chunk(file, records).into_chunk())),
            Unit::RowGroup(group) => Err(group),
        }
    }

    /// Reads the whole rest of the source for the values of one column.
    pub(super) fn values_of(&mut self, column: usize, into: &DuplicateFilter) -> Result<(), ExtractError> {
        let scan = Arc::clone(&self.scan);
        self.projection = vec![column];
        let mut first = Vec::new();
        while let Some(unit) = scan.next()? {
            first.clear();
            match self.chunk_of(unit) {
                Ok((file, chunk)) => into.first_seen(&self.decoder(file)?.hashes_of(column, &chunk), &mut first),
                Err(group) => {
                    for batch in self.decode(Unit::RowGroup(group))?.1.batches {
                        let rows = 0..batch.num_rows();
                        let hashes: Vec<u128> = rows.filter_map(|row| value_hash(&batch, 0, row)).collect();
                        into.first_seen(&hashes, &mut first);
                    }
                }
            }
        }
        Ok(())
    }

    /// Goes through the source once more for rows that hold repeated values of a promise, in the order of the files, until
    /// `wanted` values have the places of two different rows each.
    pub(super) fn places_of(&mut self, watch: &Watch, wanted: usize) -> Result<Vec<(Place, Place)>, ExtractError> {
        let scan = Arc::clone(&self.scan);
        let mut feeder = Feeder::default();
        let mut first: HashMap<u128, (Place, u128)> = HashMap::new();
        let mut places = BTreeMap::new();
        self.watch = Some(watch.clone());
        while let Some(unit) = scan.next_of(&mut feeder)? {
            let file = unit.file();
            for row in self.decode_unseen(unit)?.watched {
                let place = (file, row.line);
                match first.get(&row.value) {
                    None => {
                        first.insert(row.value, (place, row.row));
                    }
                    Some((_, same)) if *same == row.row && scan.filter.is_some() => {}
                    Some((earlier, _)) => {
                        places.entry(*earlier).or_insert(place);
                    }
                }
            }
            if places.len() >= wanted {
                break;
            }
        }
        Ok(places.into_iter().take(wanted).collect())
    }

    fn decode(&mut self, unit: Unit) -> Result<(usize, Decoded), ExtractError> {
        let scan = Arc::clone(&self.scan);
        self.decode_with(unit, scan.filter.as_ref().map(|filter| filter as &dyn FirstSeen))
    }

    fn decode_unseen(&mut self, unit: Unit) -> Result<Decoded, ExtractError> {
        Ok(self.decode_with(unit, None)?.1)
    }

    fn decode_with(&mut self, unit: Unit, seen: Option<&dyn FirstSeen>) -> Result<(usize, Decoded), ExtractError> {
        let scan = Arc::clone(&self.scan);
        match unit {
            Unit::Chunk(file, chunk) => {
                let decoded = self.decoder(file)?.decode(&chunk, seen);
                decoded.map(|decoded| (file, decoded)).map_err(|error| scan.undecodable(file, &error.to_string()))
            }
            Unit::Records(file, records) => {
                let records = self.record_decoder().chunk(file, records);
                let decoded = records::decode(records, self.decoder(file)?, seen);
                decoded.map(|decoded| (file, decoded)).map_err(|error| scan.undecodable(file, &error.to_string()))
            }
            Unit::RowGroup(group) => {
                let decoder = match &mut self.parquet {
                    Some(decoder) => decoder,
                    empty => {
                        let decoder = ParquetDecoder::new(&scan, &self.projection);
                        let mut decoder = decoder.map_err(|error| scan.undecodable(group.file, &error.to_string()))?;
                        self.watch.iter().for_each(|watch| decoder.watch(watch.clone()));
                        empty.insert(decoder)
                    }
                };
                decoder.from_file(scan.from_file(group.file));
                let decoded = decoder.decode(&group, seen);
                decoded
                    .map(|decoded| (group.file, decoded))
                    .map_err(|error| scan.undecodable(group.file, &error.to_string()))
            }
        }
    }

    fn record_decoder(&mut self) -> &mut RecordDecoder {
        self.records.get_or_insert_with(|| RecordDecoder::new(&self.scan))
    }

    /// Decoders keep their buffers, so one serves as long as files have the same layout.
    fn decoder(&mut self, file: usize) -> Result<&mut Decoder, ExtractError> {
        let layout = &self.scan.layouts[file];
        if self.csv.as_ref().is_none_or(|(held, _)| held != layout) {
            let decoder = Decoder::new(Arc::clone(&self.scan.plan), Arc::clone(layout), &self.projection);
            let decoder = decoder.map_err(|error| self.scan.undecodable(file, &error.to_string()))?;
            let mut decoder = decoder;
            self.watch.iter().for_each(|watch| decoder.watch(watch.clone()));
            self.csv = Some((Arc::clone(layout), decoder));
        }
        match &mut self.csv {
            Some((_, decoder)) => {
                decoder.from_file(self.scan.from_file(file));
                Ok(decoder)
            }
            None => Err(self.scan.undecodable(file, "no decoder")),
        }
    }
}

impl Unit {
    fn file(&self) -> usize {
        match self {
            Self::Chunk(file, _) | Self::Records(file, _) => *file,
            Self::RowGroup(group) => group.file,
        }
    }
}

impl Scan {
    fn from_file(&self, number: usize) -> FromFile {
        FromFile { number, day: self.files.get(number).and_then(|file| file.input.delivery_day) }
    }

    /// The columns that say as of which day a row counts.
    pub(super) fn clocks(&self) -> Vec<usize> {
        let limited = self.plan.contract().map(|contract| contract.limits.as_slice()).unwrap_or_default();
        self.source.event_time.into_iter().chain(limited.iter().map(|(column, _)| *column)).collect()
    }

    /// The day of a value of a date or timestamp column.
    pub(super) fn day_of(&self, column: usize, value: i64) -> Option<NaiveDate> {
        let value = match self.source.columns.get(column)?.ty {
            ColumnType::Date => CellValue::Date(i32::try_from(value).ok()?),
            _ => CellValue::Timestamp(value),
        };
        self.plan.contract()?.day_of(value)
    }

    fn undecodable(&self, file: usize, reason: &str) -> ExtractError {
        let path = self.shown.get(file).cloned().unwrap_or_default();
        ExtractError::Format { name: self.source.name.clone(), path, reason: reason.to_owned() }
    }
}
