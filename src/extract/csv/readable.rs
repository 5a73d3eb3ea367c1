//! Converts a chunk of the file for the splitter, and gives its rejects their places in the file.
//!
//! Text of a single-byte encoding is converted to UTF-8. Records with signs that the splitter does not support (see
//! [`Foreign`](super::dialect::Foreign)) are rewritten with its own. This runs in the decoder, on any thread.

use std::mem;

use memchr::{memchr, memchr_iter, memchr3};

use super::{
    chunk::Chunk,
    dialect::Dialect,
    encoding::Width,
    reject::Reject,
    split::{FaultKind, RecordFault, without_return},
    walk::{Walk, Walked},
};

/// A chunk that the splitter can read.
#[derive(Debug)]
pub(super) struct Readable {
    /// The splitter's input. If records were rewritten, its positions are counted from 0.
    pub(super) chunk: Chunk,
    width: Width,
    rewritten: Option<Rewritten>,
}

/// Rewritten records.
#[derive(Debug)]
struct Rewritten {
    /// The original text, as UTF-8.
    text: Vec<u8>,
    byte_offset: u64,
    first_line: u64,
    records: Vec<Place>,
    /// Records that could not be rewritten, with positions in `text`.
    faults: Vec<RecordFault>,
}

/// The start of a rewritten record, and the range of its original text.
#[derive(Clone, Copy, Debug)]
struct Place {
    written: usize,
    start: usize,
    end: usize,
}

impl Readable {
    /// `None` if the splitter can read the chunk as it is.
    pub(super) fn new(chunk: &Chunk, dialect: &Dialect) -> Option<Self> {
        if dialect.encoding.width() == Width::Bytes && dialect.foreign.is_none() {
            return None;
        }
        let width = dialect.encoding.width();
        let mut chunk = chunk.clone();
        if dialect.recodes_late() {
            chunk.data = dialect.encoding.recode(&chunk.data).into_owned();
        }
        if dialect.foreign.is_none() || chunk.fault.is_some() {
            return Some(Self { chunk, width, rewritten: None });
        }
        let mut rewritten = Rewritten {
            text: mem::take(&mut chunk.data),
            byte_offset: chunk.byte_offset,
            first_line: chunk.first_line,
            records: Vec::new(),
            faults: Vec::new(),
        };
        chunk.data = rewritten.rewrite(dialect);
        (chunk.byte_offset, chunk.first_line) = (0, 1);
        chunk.lines = rewritten.lines();
        Some(Self { chunk, width, rewritten: Some(rewritten) })
    }

    /// The faults of records that the splitter does not see, with positions in [`text`](Self::text).
    pub(super) fn faults(&self) -> &[RecordFault] {
        self.rewritten.as_ref().map_or(&[], |rewritten| &rewritten.faults)
    }

    /// A record of [`faults`](Self::faults).
    pub(super) fn record(&self, fault: &RecordFault) -> &[u8] {
        let text = self.rewritten.as_ref().map_or(self.chunk.data.as_slice(), |rewritten| &rewritten.text);
        text.get(fault.start..fault.end).unwrap_or_default()
    }

    /// The place of a fault in the file: byte and line.
    pub(super) fn place(&self, fault: &RecordFault) -> (u64, u64) {
        self.rewritten.as_ref().map_or((0, 0), |rewritten| rewritten.place(fault.start, self.width))
    }

    /// Gives rejects of the splitter's text their places and their text in the file.
    pub(super) fn place_back(&self, rejects: &mut [Reject]) {
        let Some(rewritten) = &self.rewritten else {
            for reject in rejects {
                let before = (reject.byte_offset - self.chunk.byte_offset) as usize;
                let before = self.chunk.data.get(..before).unwrap_or(&self.chunk.data);
                reject.byte_offset = self.chunk.byte_offset + self.width.measure(before);
            }
            return;
        };
        for reject in rejects {
            let written = reject.byte_offset as usize;
            let Ok(at) = rewritten.records.binary_search_by_key(&written, |place| place.written) else { continue };
            let place = rewritten.records[at];
            (reject.byte_offset, reject.line) = rewritten.place(place.start, self.width);
            reject.show(&rewritten.text[place.start..place.end]);
        }
    }
}

impl Rewritten {
    /// The line of each record, with its start in the rewritten text.
    fn lines(&self) -> Vec<(usize, u64)> {
        let (mut at, mut line) = (0, self.first_line);
        let records = self.records.iter().map(|place| {
            line += memchr_iter(b'\n', self.text.get(at..place.start).unwrap_or_default()).count() as u64;
            at = place.start;
            (place.written, line)
        });
        records.collect()
    }

    fn place(&self, start: usize, width: Width) -> (u64, u64) {
        let before = &self.text[..start];
        (self.byte_offset + width.measure(before), self.first_line + memchr_iter(b'\n', before).count() as u64)
    }

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
                    self.records.push(Place { written, start, end: content });
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
