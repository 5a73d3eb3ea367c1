//! A chunk of a file -> pages of cells, with the places of its records in the file.

use arrow::error::ArrowError;
use memchr::memchr_iter;

use super::{
    chunk::{Chunk, ChunkFault},
    dialect::Dialect,
    readable::Readable,
    split::{FaultKind, RecordFault, Tokenizer, without_return},
};
use crate::extract::formats::text::Width;
use crate::extract::frame::{
    Fault, Page, Pages, Piece, Place, RAW_LIMIT, Reject, RowTable, Rule, Signs, TextPage, WHOLE_LIMIT, Wanted,
    unclean_places,
};
use crate::invariant::BrokenInvariant;

/// Added to the reason for an unclosed quote if values contain no line breaks.
const ON_ITS_LINE: &str = " on its line (newlines_in_values: true allows line breaks in values)";

/// A chunk and the dialect of its file.
pub(super) struct CsvPiece {
    pub(super) chunk: Chunk,
    pub(super) dialect: Dialect,
}

impl Piece for CsvPiece {
    fn pages(self: Box<Self>, _: Wanted<'_>, width: usize) -> Result<Box<dyn Pages>, ArrowError> {
        Ok(Box::new(CsvPages::new(self.chunk, self.dialect, width)))
    }
}

/// The records of a chunk as pages of cells.
pub(in crate::extract) struct CsvPages {
    /// Of the file.
    dialect: Dialect,
    /// Columns of the file.
    width: usize,
    readable: Readable,
    cursor: Cursor,
    fault: Option<ChunkFault>,
    tokenizer: Tokenizer,
    table: RowTable,
    unclean: Vec<usize>,
    /// Whether the faults that were found before splitting have been reported.
    is_started: bool,
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
    pub(in crate::extract) fn new(chunk: Chunk, dialect: Dialect, width: usize) -> Self {
        let start = Position { at: 0, line: chunk.first_line, byte_offset: chunk.byte_offset };
        let cursor = Cursor { start, last: start, width: dialect.encoding.width() };
        let fault = chunk.fault;
        let readable = Readable::new(chunk, &dialect);
        let unclean = if fault.is_some() { Vec::new() } else { unclean_places(&readable.data) };
        let tokenizer = Tokenizer::new(dialect.of_splitter(), width, &readable.data);
        let table = RowTable::default();
        Self { dialect, width, readable, cursor, fault, tokenizer, table, unclean, is_started: false }
    }

    /// The reject of a record that was not split; positions are those of the text.
    fn record_reject(&mut self, fault: RecordFault) -> Reject {
        let (rule, reason) = match fault.kind {
            FaultKind::FieldCount { found } => {
                (Rule::FieldCount, format!("expected {} fields, found {found}", self.width))
            }
            FaultKind::RecordSize => {
                (Rule::RecordSize, format!("the record is longer than {} bytes", self.dialect.max_record))
            }
            FaultKind::UnclosedQuote => {
                let lines = if self.dialect.newlines_in_values { "" } else { ON_ITS_LINE };
                (Rule::UnclosedQuote, format!("a quote opens and is not closed where a field ends{lines}"))
            }
        };
        // If the end of a record is unknown, no more is kept than the chunker keeps.
        let is_open = self.fault.is_some() || fault.kind == FaultKind::RecordSize;
        let limit = if is_open { RAW_LIMIT } else { WHOLE_LIMIT };
        let text = self.readable.text();
        let place = self.cursor.at(text, fault.start);
        let record = text.get(fault.start..fault.end).unwrap_or_default();
        Reject::new(place.line, place.byte_offset, vec![Fault { column: None, rule, reason }], record, limit)
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
        self.tokenizer.fill(&self.readable.data, most, &mut self.table);
        for fault in std::mem::take(&mut self.tokenizer.faults) {
            let span = self.readable.span(fault.start, fault.end);
            rejects.push(self.record_reject(RecordFault { start: span.start, end: span.end, ..fault }));
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
        })
    }

    fn place(&mut self, row: usize) -> Place {
        let start = self.table.row(row).first().map_or(0, |start| *start as usize);
        let span = self.readable.span(start, start);
        let Position { line, byte_offset, .. } = self.cursor.at(self.readable.text(), span.start);
        Place { line, byte_offset }
    }

    fn reject(&mut self, row: usize, faults: Vec<Fault>) -> Result<Reject, ArrowError> {
        let borders = self.table.row(row);
        let (start, end) = match borders {
            [start, .., end] => (*start as usize, *end as usize - 1),
            _ => return Err(BrokenInvariant::new("a rejected row is on the page").into()),
        };
        let span = self.readable.span(start, end);
        let text = self.readable.text();
        let place = self.cursor.at(text, span.start);
        let record = text.get(span).unwrap_or_default();
        Ok(Reject::new(place.line, place.byte_offset, faults, record, WHOLE_LIMIT))
    }
}
