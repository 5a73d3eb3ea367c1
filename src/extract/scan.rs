//! One source being read: files cut into units of work, taken by as many workers as ask, decoded where they land.

use std::collections::VecDeque;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;

use super::ExtractError;
use super::csv::{self, Amount, Chunk, Chunker, Decoded, Decoder, DuplicateFilter, FirstSeen, Layout};
use super::files::{ExtractFile, unreadable};
use super::json::Keys;
use super::ledger::{Decimal, SourceCount};
use super::parquet::{ParquetDecoder, RowGroup};
use super::quarantine::Quarantine;
use super::records::{self, Reader, RecordDecoder, Records};
use crate::plan::Source;

/// Bytes read at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// A source whose files were found and whose headers fit.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) source: Source,
    pub(super) plan: Arc<csv::Plan>,
    pub(super) files: Vec<ExtractFile>,
    /// For CSV, where the declared columns stand in each file.
    pub(super) layouts: Vec<Arc<Layout>>,
    /// For Parquet, the row groups of all files.
    pub(super) row_groups: Vec<RowGroup>,
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
    count: SourceCount,
    amount_read: Amount,
    amount_loaded: Amount,
    quarantine: Quarantine,
    /// Rejected rows whose text is not in the declared encoding.
    wrong_encoding: u64,
}

impl Books {
    fn new(source: &str, files: usize, quarantine: PathBuf) -> Self {
        Self {
            count: SourceCount { source: source.to_owned(), files: files as u64, ..SourceCount::default() },
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
        files: Vec<ExtractFile>,
        layouts: Vec<Arc<Layout>>,
        row_groups: Vec<RowGroup>,
        quarantine: PathBuf,
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
            files,
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

    /// Bytes that the duplicate filter holds.
    pub(super) fn memory_size(&self) -> usize {
        self.filter.as_ref().map_or(0, DuplicateFilter::memory_size)
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
        let mut feeder = lock(&self.feeder);
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
            if !self.advance(&mut feeder)? {
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
        books.count.add(decoded);
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
        let books = lock(&self.books);
        let mut count = books.count.clone();
        if !self.source.amount.is_empty() {
            count.amount_read = Decimal::new(books.amount_read, self.plan.amount_scale());
            count.amount_loaded = Decimal::new(books.amount_loaded, self.plan.amount_scale());
        }
        count
    }

    /// Writes the rejected rows and holds the source to its bounds. Call it once the last row has passed.
    pub(super) fn close(&self) -> Result<(), ExtractError> {
        records::check_keys(&self.source, &self.files, &self.keys)?;
        let mut books = lock(&self.books);
        let written = books.quarantine.write(&self.shown);
        written.map_err(|error| self.quarantine_failed(&books.quarantine, &error))?;
        let count = &books.count;
        if count.rows_read == 0 && !self.source.optional {
            return Err(ExtractError::Empty {
                name: self.source.name.clone(),
                pattern: self.source.path.shown.clone(),
            });
        }
        if !self.source.max_rejected.allows(count.rows_rejected, count.rows_read) {
            return Err(ExtractError::TooManyRejected {
                name: self.source.name.clone(),
                rejected: count.rows_rejected,
                read: count.rows_read,
                allowed: self.source.max_rejected.to_string(),
                first: self.first_reject(&books.quarantine).unwrap_or_default(),
                encoding: (books.wrong_encoding * 2 > count.rows_rejected)
                    .then(|| self.plan.dialect().encoding.as_str()),
                quarantine: books.quarantine.folder().display().to_string(),
            });
        }
        Ok(())
    }

    /// What is odd about the keys that the records had.
    pub(super) fn key_remarks(&self) -> Vec<String> {
        // What is an error was told when the source was closed.
        records::check_keys(&self.source, &self.files, &self.keys).unwrap_or_default()
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
}

impl Worker {
    pub(super) fn new(scan: Arc<Scan>, projection: Vec<usize>) -> Self {
        Self { scan, projection, csv: None, records: None, parquet: None, ready: VecDeque::new() }
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

    /// The newest event of the whole rest of the source, in the event column's unit; nothing else is decoded.
    pub(super) fn newest_event(&mut self) -> Result<Option<i64>, ExtractError> {
        let mut newest = None;
        while let Some(unit) = self.scan.next()? {
            let found = match unit {
                Unit::Chunk(file, chunk) => self.decoder(file)?.max_event(&chunk),
                Unit::Records(file, records) => {
                    let records = self.record_decoder().chunk(file, records);
                    self.decoder(file)?.max_event(records.chunk())
                }
                Unit::RowGroup(_) => self.decode(unit)?.1.max_event,
            };
            newest = newest.max(found);
        }
        Ok(newest)
    }

    fn decode(&mut self, unit: Unit) -> Result<(usize, Decoded), ExtractError> {
        let scan = Arc::clone(&self.scan);
        let seen = scan.filter.as_ref().map(|filter| filter as &dyn FirstSeen);
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
                    empty => empty.insert(ParquetDecoder::new(&scan, &self.projection)),
                };
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
            self.csv = Some((Arc::clone(layout), decoder));
        }
        match &mut self.csv {
            Some((_, decoder)) => Ok(decoder),
            None => Err(self.scan.undecodable(file, "no decoder")),
        }
    }
}

impl Scan {
    fn undecodable(&self, file: usize, reason: &str) -> ExtractError {
        let path = self.shown.get(file).cloned().unwrap_or_default();
        ExtractError::Format { name: self.source.name.clone(), path, reason: reason.to_owned() }
    }
}
