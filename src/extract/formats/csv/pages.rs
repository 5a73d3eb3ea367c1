//! A chunk of a file -> pages of cells, with the places of its records in the file.

use std::sync::Arc;

use arrow::error::ArrowError;
use memchr::memchr_iter;

use super::{
    chunk::{Chunk, ChunkFault},
    dialect::Dialect,
    fields::fields,
    known_header::{Again, KnownHeader},
    readable::Readable,
    sieve::{Sieve, Sifting},
    split::{FaultKind, RecordFault, Tokenizer, without_return},
};
use crate::extract::formats::text::{LONE_RETURN, TextEncoding, Width};
use crate::extract::frame::{
    Fault, FileLines, Note, NoteKind, Page, Pages, Piece, Place, RAW_LIMIT, Reject, RowTable, Rule, Signs, TextPage,
    WHOLE_LIMIT, Wanted, quoted_cell, unclean_places,
};
use crate::invariant::BrokenInvariant;

/// Added to the reason for an unclosed quote if values contain no line breaks.
const ON_ITS_LINE: &str = " on its line (newlines_in_values: true allows line breaks in values)";

/// Added to the reason for a row whose last fields are missing where the file ends.
const AT_THE_END: &str =
    ", and the file ends here without a line end: it may be cut off (if it is whole, let it end with a line end)";

/// What is known about a file besides its dialect.
#[derive(Clone, Debug, Default)]
pub(super) struct OfFile {
    /// Which of its records are rows, if that is declared.
    pub(super) sieve: Option<Arc<Sieve>>,
    /// Where the type of a record is.
    pub(super) place: Option<usize>,
    /// Its header.
    pub(super) header: Option<Arc<KnownHeader>>,
    /// Null words with an escape.
    pub(super) nulls: Arc<[Box<[u8]>]>,
}

/// A chunk and the dialect of its file.
pub(super) struct CsvPiece {
    pub(super) chunk: Chunk,
    pub(super) dialect: Dialect,
    pub(super) of_file: OfFile,
}

/// A rejected record as a piece of a file. Rejected text is kept as UTF-8, in any encoding of the file.
pub(super) fn piece(raw: &str, dialect: &Dialect, of_file: OfFile) -> Box<dyn Piece> {
    let chunk = Chunk { data: format!("{raw}\n").into_bytes(), first_line: 1, ..Chunk::default() };
    Box::new(CsvPiece { chunk, dialect: Dialect { encoding: TextEncoding::Utf8, ..*dialect }, of_file })
}

impl Piece for CsvPiece {
    fn pages(self: Box<Self>, _: Wanted<'_>, width: usize) -> Result<Box<dyn Pages>, ArrowError> {
        Ok(Box::new(CsvPages::of_file(self.chunk, self.dialect, width, self.of_file)))
    }
}

/// The records of a chunk as pages of cells.
pub(in crate::extract) struct CsvPages {
    /// Of the file.
    dialect: Dialect,
    /// Columns of the file.
    width: usize,
    of_file: OfFile,
    readable: Readable,
    cursor: Cursor,
    fault: Option<ChunkFault>,
    tokenizer: Tokenizer,
    table: RowTable,
    unclean: Vec<usize>,
    /// Whether the faults that were found before splitting have been reported.
    is_started: bool,
    /// Where the records are that began with a byte order mark.
    marked: Vec<usize>,
}

/// A place in the chunk's text, with its line and byte in the file. Places are mostly asked for in order.
struct Cursor {
    start: Position,
    last: Position,
    width: Width,
}

#[derive(Clone, Copy)]
struct Position {
    at: usize,
    line: u64,
    byte_offset: u64,
}

impl Cursor {
    /// The place of position `at` in the text.
    fn at(&mut self, text: &[u8], at: usize) -> Position {
        if at < self.last.at {
            self.last = self.start;
        }
        let passed = text.get(self.last.at..at).unwrap_or_default();
        self.last = Position {
            at,
            line: self.last.line + memchr_iter(b'\n', passed).count() as u64,
            byte_offset: self.last.byte_offset + self.width.measure(passed),
        };
        self.last
    }
}

impl CsvPages {
    /// The pages of a chunk whose file has `width` columns.
    #[cfg(test)]
    pub(in crate::extract) fn new(chunk: Chunk, dialect: Dialect, width: usize) -> Self {
        Self::of_file(chunk, dialect, width, OfFile::default())
    }

    /// The same for a file of which more is known.
    pub(super) fn of_file(chunk: Chunk, dialect: Dialect, width: usize, of_file: OfFile) -> Self {
        let start = Position { at: 0, line: chunk.first_line, byte_offset: chunk.byte_offset };
        let cursor = Cursor { start, last: start, width: dialect.encoding.width() };
        let (fault, is_marked) = (chunk.fault, chunk.is_marked);
        let sifting = of_file.sieve.as_deref().map(|sieve| Sifting { sieve, place: of_file.place, width });
        let readable = Readable::new(chunk, &dialect, sifting, &of_file.nulls);
        let unclean = if fault.is_some() { Vec::new() } else { unclean_places(&readable.data) };
        let tokenizer = Tokenizer::new(dialect.of_splitter(), width, &readable.data);
        let (table, mut marked) = (RowTable::default(), readable.marked());
        marked.extend(is_marked.then_some(0));
        Self { dialect, width, of_file, readable, cursor, fault, tokenizer, table, unclean, is_started: false, marked }
    }

    /// The reject of a record that was not split; positions are those of the text.
    fn record_reject(&mut self, fault: RecordFault) -> Reject {
        let (rule, reason) = match fault.kind {
            FaultKind::FieldCount { found } => {
                let lone = if self.has_lone_return(&fault) { LONE_RETURN } else { "" };
                (Rule::FieldCount, format!("expected {} fields, found {found}{lone}", self.width))
            }
            FaultKind::CutOff { found } => {
                (Rule::FieldCount, format!("expected {} fields, found {found}{AT_THE_END}", self.width))
            }
            FaultKind::Unclaimed => (Rule::RecordType, self.unclaimed(fault)),
            FaultKind::LoneReturn => (Rule::FieldCount, format!("expected one value on a line{LONE_RETURN}")),
            FaultKind::RecordSize => {
                (Rule::RecordSize, format!("the record is longer than {} bytes", self.dialect.max_record))
            }
            FaultKind::UnclosedQuote => {
                let lines = if self.dialect.newlines_in_values { "" } else { ON_ITS_LINE };
                (Rule::UnclosedQuote, format!("a quote opens and is not closed where a field ends{lines}"))
            }
        };
        // If the end of a record is unknown, no more is kept than the chunker keeps.
        let is_unclosed = fault.kind == FaultKind::UnclosedQuote && self.dialect.spans_lines();
        let is_open = self.fault.is_some() || fault.kind == FaultKind::RecordSize || is_unclosed;
        let limit = if is_open { RAW_LIMIT } else { WHOLE_LIMIT };
        let text = self.readable.text();
        let place = self.cursor.at(text, fault.start);
        let record = text.get(fault.start..fault.end).unwrap_or_default();
        Reject::new(place.line, place.byte_offset, vec![Fault { column: None, rule, reason }], record, limit)
    }

    /// Why a record of an unknown type is rejected.
    fn unclaimed(&self, fault: RecordFault) -> String {
        let record = self.readable.text().get(fault.start..fault.end).unwrap_or_default();
        let fields = fields(&String::from_utf8_lossy(record), &self.dialect, &self.of_file.nulls);
        let kind = self.of_file.place.and_then(|place| fields.into_iter().nth(place)).unwrap_or_default();
        format!("no source reads records of the type {}, and no list `ignore` has it", quoted_cell(kind.as_bytes()))
    }

    /// Counts records over several lines as one line each: those from `start` to where the splitter is.
    fn discount_line_breaks(&mut self, start: usize, ignored: u64) {
        let data = &self.readable.data;
        let region = data.get(start..self.tokenizer.at().min(data.len())).unwrap_or_default();
        let breaks = |text: &[u8]| memchr_iter(b'\n', text).count() as u64;
        let lines = breaks(region) + u64::from(!region.is_empty() && !region.ends_with(b"\n"));
        let faults = &self.tokenizer.faults;
        if lines == (self.table.len() + faults.len()) as u64 + ignored {
            return;
        }
        let within = |start: usize, end: usize| breaks(data.get(start..end).unwrap_or_default());
        let in_rows = (0..self.table.len()).map(|row| match self.table.row(row) {
            [start, .., end] => within(*start as usize, *end as usize - 1),
            _ => 0,
        });
        let in_faults = faults.iter().map(|fault| within(fault.start, fault.end));
        let inside = in_rows.chain(in_faults).sum::<u64>();
        // A difference that remains is found when the source is closed.
        self.readable.lines.read = self.readable.lines.read.saturating_sub(inside);
    }

    /// Whether the record at `start..end` of the text is the header again. It is then counted as one.
    fn is_header(&mut self, start: usize, end: usize) -> bool {
        let text = self.readable.text();
        let record = text.get(start..end).unwrap_or_default();
        let Some(again) = self.of_file.header.as_ref().and_then(|header| header.again(record)) else { return false };
        let line = self.cursor.at(text, start).line;
        self.readable.lines.enter_repeated_header(line);
        if let Again::Reordered(names) = again {
            self.readable.lines.other_headers.push((line, names));
        }
        true
    }

    /// Takes headers that come again out of the page.
    fn drop_headers(&mut self) {
        let mut table = std::mem::take(&mut self.table);
        table.retain(|row| match row {
            [start, .., end] => {
                let span = self.readable.span(*start as usize, *end as usize - 1);
                !self.is_header(span.start, span.end)
            }
            _ => true,
        });
        self.table = table;
    }

    /// Whether a record contains a carriage return without a line feed.
    fn has_lone_return(&self, fault: &RecordFault) -> bool {
        let record = self.readable.text().get(fault.start..fault.end).unwrap_or_default();
        memchr_iter(b'\r', record).any(|at| record.get(at + 1) != Some(&b'\n'))
    }

    /// The fault of a chunk that is one record without an end.
    fn whole_fault(&self, fault: ChunkFault) -> RecordFault {
        let kind = match fault {
            ChunkFault::RecordSize => FaultKind::RecordSize,
            ChunkFault::UnclosedQuote => FaultKind::UnclosedQuote,
        };
        let data = self.readable.text();
        let line = data.strip_suffix(b"\n").unwrap_or(data);
        RecordFault { start: 0, end: without_return(line).len(), kind }
    }

    /// Reports the faults found before splitting. Returns whether that was all.
    fn start(&mut self, rejects: &mut Vec<Reject>) -> bool {
        self.is_started = true;
        let found = match self.fault {
            Some(fault) => vec![self.whole_fault(fault)],
            None => self.readable.take_faults(),
        };
        let is_empty = found.is_empty();
        for fault in found {
            rejects.push(self.record_reject(fault));
        }
        !is_empty
    }
}

impl Pages for CsvPages {
    fn next_page(&mut self, most: usize, rejects: &mut Vec<Reject>) -> Result<Option<usize>, ArrowError> {
        if !self.is_started && self.start(rejects) {
            return Ok(Some(0));
        }
        if self.fault.is_some() || self.tokenizer.is_done(&self.readable.data) {
            return Ok(None);
        }
        let (start, ignored) = (self.tokenizer.at(), self.tokenizer.ignored);
        self.tokenizer.fill(&self.readable.data, most, &mut self.table);
        if self.tokenizer.may_span_lines() && !self.readable.is_rewritten() {
            self.discount_line_breaks(start, self.tokenizer.ignored - ignored);
        }
        for fault in std::mem::take(&mut self.tokenizer.faults) {
            let span = self.readable.span(fault.start, fault.end);
            if self.is_header(span.start, span.end) {
                continue;
            }
            rejects.push(self.record_reject(RecordFault { start: span.start, end: span.end, ..fault }));
        }
        for start in std::mem::take(&mut self.tokenizer.marked) {
            self.marked.push(self.readable.span(start, start).start);
        }
        if self.of_file.header.as_ref().is_some_and(|header| header.may_load) {
            self.drop_headers();
        }
        Ok(Some(self.table.len()))
    }

    fn page(&self) -> Page<'_> {
        let dialect = self.dialect.of_splitter();
        Page::Text(TextPage {
            data: &self.readable.data,
            borders: self.table.between(0, self.table.len()),
            stride: self.width + 1,
            quotes: self.table.quotes,
            quote: dialect.quote,
            signs: Signs { delimiter: dialect.delimiter, quote: dialect.quote },
            holds_signs: false,
            unclean: &self.unclean,
            literals: self.readable.literals(),
            uncomputed: &[],
        })
    }

    fn place(&mut self, row: usize) -> Place {
        let start = self.table.row(row).first().map_or(0, |start| *start as usize);
        let span = self.readable.span(start, start);
        let Position { line, byte_offset, .. } = self.cursor.at(self.readable.text(), span.start);
        Place { line, byte_offset }
    }

    fn reject(&mut self, row: usize, faults: Vec<Fault>) -> Result<Option<Reject>, ArrowError> {
        let borders = self.table.row(row);
        let (start, end) = match borders {
            [start, .., end] => (*start as usize, *end as usize - 1),
            _ => return Err(BrokenInvariant::new("a rejected row is on the page").into()),
        };
        let span = self.readable.span(start, end);
        if self.is_header(span.start, span.end) {
            return Ok(None);
        }
        let text = self.readable.text();
        let place = self.cursor.at(text, span.start);
        let record = text.get(span).unwrap_or_default();
        Ok(Some(Reject::new(place.line, place.byte_offset, faults, record, WHOLE_LIMIT)))
    }

    fn take_lines(&mut self) -> Option<FileLines> {
        let mut lines = std::mem::take(&mut self.readable.lines);
        lines.ignored += std::mem::take(&mut self.tokenizer.ignored);
        Some(lines)
    }

    fn take_notes(&mut self) -> Vec<Note> {
        let doubt = self.readable.doubt.take();
        let text = self.readable.text();
        let found = [
            (NoteKind::ByteOrderMark, self.marked.as_slice()),
            (NoteKind::EndOfData, self.readable.ends()),
            (NoteKind::EscapedLetter, self.readable.doubtful()),
        ];
        let notes = found.into_iter().filter_map(|(kind, places)| {
            let line = self.cursor.at(text, *places.iter().min()?).line;
            Some(Note { kind, count: places.len() as u64, line })
        });
        notes.chain(doubt).collect()
    }
}
