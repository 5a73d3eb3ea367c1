//! Reads bytes as a file of a source, for the fuzzers: all at once, or in small pieces by two decoders in turn.
#![allow(clippy::expect_used, clippy::panic, reason = "a fuzzer shows a fault by a panic")]

mod cells;
mod oracle;

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use bytes::Bytes;
use chrono::{DateTime, NaiveDate};

use super::books::Books;
use super::columns::{compare_keys, layouts};
use super::extract_file::ExtractFile;
use super::feeder::{Feeder, Unit};
use super::files::Surroundings;
use super::frame::{FileColumns, Format, NoteKind, RAW_LIMIT, Reject, Rule, Sizes, Wanted};
use super::ledger::{RowCounts, SourceCount};
use super::left_out::LeftOutJudge;
use super::line_results;
use super::open::Reader;
use super::opened::{Basis, Opened};
use super::quarantine::Origin;
use super::rows::{Decoded, Decoder, DuplicateFilter, RowFilter, RowRules, SeenRows};
use super::unit_decoder::UnitDecoder;
use crate::config::{Compression, Format as Declared};
use crate::local_time::LocalTime;
use crate::source::{Input, Source};
use crate::store::Stored;

pub(crate) use cells::{CellReader, inspect_workbook};

/// The sizes of a cut, each from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// Bytes read at once.
    pub(crate) block: usize,
    /// Approximate bytes of a piece.
    pub(crate) piece: usize,
}

/// The observable result of reading a file.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    /// The rows delivered; `None` if there are none.
    pub(crate) rows: Option<RecordBatch>,
    pub(crate) counts: RowCounts,
    pub(crate) rejects: Vec<Reject>,
    /// The ledger, as in run_results.json.
    ledger: String,
    /// Everything else that is said about the file.
    remarks: Vec<String>,
}

/// A declaration, ready to read any number of files.
pub(crate) struct FileReader {
    source: Source,
    whole: Reader,
    /// The same rules with small batches.
    small: Arc<RowRules>,
    as_of: NaiveDate,
    /// The longest record, in bytes, of formats that have such a limit.
    longest: usize,
}

impl FileReader {
    /// A reader with a limit for records and, in pieces, this size of batches. `None` if the rules of the source are wrong.
    pub(crate) fn new(source: Source, longest: usize, batch: usize) -> Option<Self> {
        let as_of = NaiveDate::from_ymd_opt(2026, 1, 31)?;
        let local_time = LocalTime::shared(chrono_tz::Europe::Stockholm);
        let mut whole = Reader::new(&source, &local_time, Some(as_of), None, None).ok()?;
        if let Some(format) = whole.format.in_sizes(Sizes::default(), longest) {
            whole.format = format;
        }
        let mut small = RowRules::clone(&whole.rules);
        small.options.batch_size = batch;
        Some(Self { source, small: Arc::new(small), whole, as_of, longest })
    }

    /// The declaration.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Reads a file whole and in pieces, and panics if the results differ or one of them cannot be right.
    pub(crate) fn check(&self, file: &[u8], cut: Cut) -> Result<Seen, String> {
        let file = Bytes::copy_from_slice(file);
        let Reader { format, rules } = &self.whole;
        let whole = self.read(&file, Arc::clone(format), Arc::clone(rules), 1);
        let sizes = Sizes { block: cut.block.max(1), piece: cut.piece.max(1) };
        if let Some(small) = format.in_sizes(sizes, self.longest) {
            let pieces = self.read(&file, small, Arc::clone(&self.small), 2);
            assert_same(&whole, &pieces, cut);
        }
        if let Ok(seen) = &whole {
            self.check_rejects(seen, &file);
            if let Declared::Csv(csv) = &self.source.format {
                oracle::check(csv, &file, seen.counts, &seen.rejects);
            }
        }
        whole
    }

    fn read(
        &self,
        file: &Bytes,
        format: Arc<dyn Format>,
        rules: Arc<RowRules>,
        decoders: usize,
    ) -> Result<Seen, String> {
        let (opened, mut remarks) = self.open(file, format, rules)?;
        let opened = Arc::new(opened);
        let filter: Option<Box<dyn SeenRows>> = match &opened.source {
            source if source.counts_equal_rows() => Some(Box::new(RowFilter::new())),
            source if source.compares_rows() => Some(Box::new(DuplicateFilter::new())),
            _ => None,
        };
        let all: Vec<usize> = (0..opened.source.columns.len()).collect();
        let mut feeder = Feeder::new(Arc::clone(&opened));
        let mut decoders: Vec<_> = (0..decoders).map(|_| UnitDecoder::new(Arc::clone(&opened), all.clone())).collect();
        let mut judge = LeftOutJudge::new(Arc::clone(&opened));
        let mut books = Books::new(&opened);
        let (mut batches, mut rejects) = (Vec::new(), Vec::new());
        while let Some(Unit { file, piece }) = feeder.next().map_err(|error| error.to_string())? {
            decoders.rotate_left(1);
            let decoded = decoders[0].decode(Unit { file, piece }, filter.as_deref());
            let mut decoded = decoded.expect("cells of text are decoded");
            judge.judge(file, &mut decoded.lines).expect("lines are judged");
            check_decoded(&decoded);
            // Each piece is judged by itself, so that these depend on the cuts.
            let is_doubt = |kind| matches!(kind, NoteKind::ControlCharacters | NoteKind::LooksLikeUtf8);
            decoded.notes.retain(|note| !is_doubt(note.kind));
            batches.append(&mut decoded.batches);
            rejects.extend_from_slice(&decoded.rejects);
            // Rejects that would go to disk are kept here already.
            drop(books.enter(file, &mut decoded));
        }
        let count = books.count(&opened);
        assert_eq!(count.unbalanced(), None);
        remarks.extend(line_results::mistake(&opened, books.lines()).map(|error| error.to_string()));
        remarks.extend(line_results::remarks(&opened, books.lines()));
        remarks.extend(compare_keys(&opened, books.keys()).map_err(|error| error.to_string())?);
        remarks.extend(books.lacking_members(&opened));
        remarks.extend(books.type_differences(&opened, count.rows.read));
        let rows = batches.first().map(|first| concat_batches(&first.schema(), &batches).expect("one schema"));
        Ok(Seen { rows, counts: count.rows, rejects, ledger: ledger(&count), remarks })
    }

    fn open(
        &self,
        file: &Bytes,
        format: Arc<dyn Format>,
        rules: Arc<RowRules>,
    ) -> Result<(Opened, Vec<String>), String> {
        let source = self.source.clone();
        let files = vec![in_memory(file.clone())];
        let mut remarks = Vec::new();
        let found = layouts(&source, format.as_ref(), &files, &mut remarks).map_err(|error| error.to_string())?;
        let quarantine = Origin {
            run_id: "fuzzing".to_owned(),
            source: source.name.clone(),
            as_of: Some(self.as_of),
            files: vec![files[0].shown.clone()],
            folder: PathBuf::new(),
        };
        let opened = Opened {
            source,
            format,
            rules,
            files,
            deliveries: vec![0],
            unread: Vec::new(),
            compared: Vec::new(),
            place: Surroundings::default(),
            layouts: found.layouts,
            stated_rows: found.stated_rows,
            basis: Basis { as_of: Some(self.as_of), zone: chrono_tz::Europe::Stockholm, earlier: Vec::new() },
            corrections: None,
            quarantine,
            is_looked_at: false,
        };
        Ok((opened, remarks))
    }

    /// Every rejected row has a place and a reason, and can be read again from its text.
    fn check_rejects(&self, seen: &Seen, file: &Bytes) {
        assert_eq!(seen.counts.rejected, seen.rejects.len() as u64);
        for reject in &seen.rejects {
            assert!(reject.line > 0 && !reject.faults.is_empty(), "{reject:?}");
            assert!(reject.faults.iter().all(|fault| !fault.reason.is_empty()), "{reject:?}");
            assert!(!reject.raw_is_cut || reject.raw.len() + 4 > RAW_LIMIT, "{reject:?}");
        }
        let Some(records) = Arc::clone(&self.whole.format).records().filter(|_| !seen.rejects.is_empty()) else {
            return;
        };
        let Reader { format, rules } = &self.whole;
        let opened = self.open(file, Arc::clone(format), Arc::clone(rules));
        let (opened, _) = opened.expect("it was opened before");
        let names = match format.columns(&opened.files[0]) {
            Ok(FileColumns::InOrder(names)) => names,
            other => panic!("columns in an order: {other:?}"),
        };
        let layout = Arc::clone(&opened.layouts[0]);
        let mut decoder = Decoder::new(Arc::clone(rules), Arc::clone(&layout), &[]).expect("a decoder of no columns");
        // A limit for the tests is not that of records by themselves, and a record does not show that its file ends in it.
        let is_alone = |reject: &&Reject| {
            let depends = reject.breaks(Rule::Encoding) || reject.breaks(Rule::RecordSize);
            let is_at_end = reject.faults.iter().any(|fault| fault.reason.contains("the file ends here"));
            !depends && !is_at_end && !reject.raw_is_cut && !reject.raw.contains('\u{FFFD}')
        };
        for reject in seen.rejects.iter().filter(is_alone) {
            records.fields(&reject.raw);
            let pages = records.piece(&reject.raw, &names).pages(Wanted::Declared, layout.width);
            let again = pages.and_then(|mut pages| decoder.decode(pages.as_mut(), None)).expect("a record is decoded");
            assert_eq!(again.rows_loaded, 0, "{reject:?}");
        }
    }
}

/// Panics if a file was not read alike in two cuts.
fn assert_same(whole: &Result<Seen, String>, pieces: &Result<Seen, String>, cut: Cut) {
    if let (Ok(whole), Ok(pieces)) = (whole, pieces) {
        assert_eq!(whole.rejects, pieces.rejects, "rejects, {cut:?}");
        assert_eq!(whole.ledger, pieces.ledger, "ledger, {cut:?}");
        assert_eq!(whole.remarks, pieces.remarks, "remarks, {cut:?}");
    }
    assert_eq!(whole, pieces, "read whole and in pieces, {cut:?}");
}

fn ledger(count: &SourceCount) -> String {
    count.to_json().to_string()
}

fn check_decoded(decoded: &Decoded) {
    let rows: usize = decoded.batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(decoded.rows_loaded, rows as u64);
    assert!(decoded.rejects.is_sorted_by_key(|reject| reject.byte_offset));
}

/// Bytes as a file.
fn in_memory(bytes: Bytes) -> ExtractFile {
    let input = Input {
        source: "fuzzed".to_owned(),
        path: "file".to_owned(),
        bytes: bytes.len() as u64,
        modified_at: DateTime::UNIX_EPOCH,
        delivery_day: None,
        rows: None,
        entity_tag: None,
    };
    ExtractFile {
        stored: Stored::memory("file", bytes),
        name: "file".to_owned(),
        member: None,
        bundle: None,
        shown: PathBuf::from("file"),
        compression: Compression::None,
        input,
    }
}
