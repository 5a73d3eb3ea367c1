//! Converts a chunk of the file for the splitter, and knows where each record was.
//!
//! Text of a single-byte encoding is converted to UTF-8. Records with signs that the splitter does not support (see
//! [`Foreign`](super::dialect::Foreign)) are rewritten with its own. This runs in the decoder, on any thread.

use std::mem;
use std::ops::Range;

use memchr::{memchr, memchr3};

use super::{
    chunk::Chunk,
    dialect::Dialect,
    split::{FaultKind, RecordFault, without_return},
    walk::{Walk, Walked},
};

/// A chunk's text, for the splitter.
#[derive(Debug)]
pub(super) struct Readable {
    /// What the splitter reads.
    pub(super) data: Vec<u8>,
    rewritten: Option<Rewritten>,
}

/// Rewritten records.
#[derive(Debug)]
struct Rewritten {
    /// The original text, as UTF-8.
    text: Vec<u8>,
    records: Vec<Record>,
    /// Records that could not be rewritten, with positions in `text`.
    faults: Vec<RecordFault>,
}

/// The start of a rewritten record, and the range of its original text.
#[derive(Clone, Debug)]
struct Record {
    written: usize,
    original: Range<usize>,
}

impl Readable {
    pub(super) fn new(chunk: Chunk, dialect: &Dialect) -> Self {
        let mut data = chunk.data;
        if dialect.recodes_late() {
            data = dialect.encoding.recode(&data).into_owned();
        }
        if dialect.foreign.is_none() || chunk.fault.is_some() {
            return Self { data, rewritten: None };
        }
        let mut rewritten = Rewritten { text: data, records: Vec::new(), faults: Vec::new() };
        let data = rewritten.rewrite(dialect);
        Self { data, rewritten: Some(rewritten) }
    }

    /// The text as it is in the file, as UTF-8.
    pub(super) fn text(&self) -> &[u8] {
        self.rewritten.as_ref().map_or(&self.data, |rewritten| &rewritten.text)
    }

    /// The range in [`text`](Self::text) of the record at `start..end` of the data.
    pub(super) fn span(&self, start: usize, end: usize) -> Range<usize> {
        let found = self.rewritten.as_ref().and_then(|rewritten| {
            let at = rewritten.records.binary_search_by_key(&start, |record| record.written).ok()?;
            rewritten.records.get(at)
        });
        found.map_or(start..end, |record| record.original.clone())
    }

    /// The faults of records that the splitter does not see, with positions in [`text`](Self::text).
    pub(super) fn take_faults(&mut self) -> Vec<RecordFault> {
        self.rewritten.as_mut().map(|rewritten| mem::take(&mut rewritten.faults)).unwrap_or_default()
    }
}

impl Rewritten {
    fn rewrite(&mut self, dialect: &Dialect) -> Vec<u8> {
        let walk = Walk::new(dialect);
        let mut out = Vec::with_capacity(self.text.len() + self.text.len() / 8);
        let mut start = 0;
        while start < self.text.len() {
            let written = out.len();
            let walked = walk.record(&self.text, start, true, |number, field| write_field(&mut out, number, field));
            let (end, kind) = match walked {
                Walked::NoRecord { end } => {
                    start = end + 1;
                    continue;
                }
                Walked::Record { end } => (end, None),
                Walked::Unclosed | Walked::Misplaced { .. } | Walked::Incomplete => {
                    let line = memchr(b'\n', &self.text[start..]).map_or(self.text.len(), |at| start + at);
                    (line, Some(FaultKind::UnclosedQuote))
                }
            };
            let kind = if end - start > dialect.max_record { Some(FaultKind::RecordSize) } else { kind };
            let content = start + without_return(&self.text[start..end]).len();
            match kind {
                Some(kind) => {
                    out.truncate(written);
                    self.faults.push(RecordFault { start, end: content, kind });
                }
                None => {
                    // A record with a single empty field would be a blank line.
                    if out.len() == written {
                        out.extend_from_slice(b"\"\"");
                    }
                    out.push(b'\n');
                    self.records.push(Record { written, original: start..content });
                }
            }
            start = end + 1;
        }
        out
    }
}

/// Appends a field with the splitter's signs.
fn write_field(out: &mut Vec<u8>, number: usize, field: &[u8]) {
    if number > 0 {
        out.push(b',');
    }
    let needs_quotes = memchr3(b',', b'"', b'\n', field).is_some() || field.last() == Some(&b'\r');
    if !needs_quotes {
        out.extend_from_slice(field);
        return;
    }
    out.push(b'"');
    for byte in field {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}
