//! A stream of byte blocks -> chunks of whole records, each with its place in the file.
//!
//! This is the only sequential step of reading a file, so it looks at as few bytes as it can: line ends at the cuts
//! and, where newlines may stand inside values, quotes. Splitting and parsing are left to the decoder.

use std::mem;

use memchr::{memchr, memchr_iter, memrchr};

use super::{
    header::HeaderError,
    reject::RAW_LIMIT,
    split::{record_end, without_return},
};

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Between two fields.
    pub delimiter: u8,
    /// Around fields that hold delimiters.
    pub quote: u8,
    /// Whether a quoted field may hold a newline. If not, a newline always ends the record, whatever the quotes say.
    pub newlines_in_values: bool,
    /// The longest record, in bytes without its line end.
    pub max_record: usize,
    /// The size that chunks are cut at, in bytes; one record more at the most.
    pub chunk_size: usize,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: b'"', newlines_in_values: false, max_record: 1 << 20, chunk_size: 1 << 20 }
    }
}

/// Why a record could not be delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkFault {
    /// It is longer than the limit.
    RecordSize,
    /// A quote opens and the file ends before it closes.
    UnclosedQuote,
}

/// A stretch of a file: whole records, or the first line of one record that could not be delimited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The bytes. Of a faulty record no more than what a reject shows.
    pub data: Vec<u8>,
    /// Where the bytes start in the file, counted from 0, byte order mark included.
    pub byte_offset: u64,
    /// The physical line on which they start; the file's first line is 1.
    pub first_line: u64,
    /// Set if this is one record that could not be delimited.
    pub fault: Option<ChunkFault>,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Cuts a file into chunks. Memory stays within about the chunk size plus the longest record plus one block.
#[derive(Debug)]
pub struct Chunker {
    dialect: Dialect,
    /// Bytes not handed out yet; starts at a record's start.
    pending: Vec<u8>,
    /// How far `pending` has been looked at.
    scanned: usize,
    /// Start in `pending` of the record that is open at `scanned`.
    record: usize,
    /// Whether `scanned` lies inside quotes.
    quoted: bool,
    /// An over-long line whose end has not come yet: what a reject shows of it, and its size so far.
    skipping: Option<(Vec<u8>, u64)>,
    byte_offset: u64,
    line: u64,
    started: bool,
    header: Option<Result<Vec<u8>, HeaderError>>,
}

impl Chunker {
    /// A chunker at the start of a file.
    pub fn new(dialect: Dialect) -> Self {
        // Offsets inside a chunk are 32 bits wide.
        let dialect = Dialect {
            chunk_size: dialect.chunk_size.clamp(1, 1 << 29),
            max_record: dialect.max_record.clamp(1, 1 << 29),
            ..dialect
        };
        Self {
            dialect,
            pending: Vec::new(),
            scanned: 0,
            record: 0,
            quoted: false,
            skipping: None,
            byte_offset: 0,
            line: 1,
            started: false,
            header: None,
        }
    }

    /// The raw first record. `None` until the first chunk has been cut, and for good in an empty file.
    pub fn header(&self) -> Option<Result<&[u8], HeaderError>> {
        self.header.as_ref().map(|h| h.as_deref().map_err(|e| *e))
    }

    /// The bytes held back until more come.
    #[cfg(test)]
    pub fn buffered(&self) -> usize {
        self.pending.len() + self.skipping.as_ref().map_or(0, |(shown, _)| shown.len())
    }

    /// Takes the next block of the file and returns the chunks that are complete with it.
    pub fn push(&mut self, block: &[u8]) -> Vec<Chunk> {
        let mut out = Vec::new();
        // In pieces, so that memory stays bounded by the chunk size however large the block is.
        for piece in block.chunks(self.dialect.chunk_size) {
            self.pending.extend_from_slice(piece);
            self.advance(false, &mut out);
        }
        out
    }

    /// Tells that the file has ended and returns what is left.
    pub fn finish(&mut self) -> Vec<Chunk> {
        let mut out = Vec::new();
        self.advance(true, &mut out);
        out
    }

    fn advance(&mut self, end: bool, out: &mut Vec<Chunk>) {
        if !self.started {
            if self.pending.len() < BOM.len() && !end {
                return;
            }
            self.started = true;
            if self.pending.starts_with(BOM) {
                self.pending.drain(..BOM.len());
                self.byte_offset = BOM.len() as u64;
            }
        }
        loop {
            if self.skipping.is_some() && !self.skip_line(end, out) {
                return;
            }
            if let Some(fault) = self.scan(end) {
                self.break_off(fault, out);
                continue;
            }
            let ready = if end { self.pending.len() } else { self.record };
            if ready > 0 && (end || self.pending.len() >= self.dialect.chunk_size) {
                self.cut(ready, out);
            }
            return;
        }
    }

    /// Looks at the bytes that are new, and finds the start of the record that is open at their end.
    fn scan(&mut self, end: bool) -> Option<ChunkFault> {
        let Dialect { delimiter, quote, max_record, newlines_in_values, .. } = self.dialect;
        let bytes = self.pending.as_slice();
        if !newlines_in_values {
            if let Some(last) = memrchr(b'\n', &bytes[self.scanned..]) {
                self.record = self.scanned + last + 1;
            }
            self.scanned = bytes.len();
            return (bytes.len() - self.record > max_record).then_some(ChunkFault::RecordSize);
        }
        while self.scanned < bytes.len() {
            let next = memchr(quote, &bytes[self.scanned..]).map(|i| self.scanned + i);
            if self.quoted {
                match next {
                    None => self.scanned = bytes.len(),
                    Some(at) if bytes.get(at + 1) == Some(&quote) => self.scanned = at + 2,
                    // The next byte decides whether this quote closes.
                    Some(at) if at + 1 == bytes.len() && !end => {
                        self.scanned = at;
                        break;
                    }
                    Some(at) => {
                        self.quoted = false;
                        self.scanned = at + 1;
                    }
                }
                continue;
            }
            let stop = next.unwrap_or(bytes.len());
            let region = &bytes[self.scanned..stop];
            if let Some(last) = memrchr(b'\n', region) {
                // The record that ends here may hold quoted newlines, so the decoder could not find its first line's
                // end from outside. Longer records without quotes are left to the decoder.
                let first = memchr(b'\n', region).unwrap_or(last);
                if self.record < self.scanned && self.scanned + first - self.record > max_record {
                    return Some(ChunkFault::RecordSize);
                }
                self.record = self.scanned + last + 1;
            }
            self.scanned = stop;
            if next.is_some() {
                self.quoted = stop == self.record || bytes[stop - 1] == delimiter;
                self.scanned += 1;
            }
        }
        if bytes.len() - self.record > max_record {
            return Some(ChunkFault::RecordSize);
        }
        (end && self.quoted).then_some(ChunkFault::UnclosedQuote)
    }

    /// Hands out the first `at` bytes as records and keeps the rest.
    fn cut(&mut self, at: usize, out: &mut Vec<Chunk>) {
        let data = self.take_front(at);
        self.scanned = self.scanned.saturating_sub(at);
        self.record = self.record.saturating_sub(at);
        let (byte_offset, first_line) = (self.byte_offset, self.line);
        self.byte_offset += at as u64;
        self.line += memchr_iter(b'\n', &data).count() as u64;
        let mut chunk = Chunk { data, byte_offset, first_line, fault: None };
        if self.header.is_none() {
            self.header = take_header(&mut chunk, &self.dialect);
        }
        if !chunk.data.is_empty() {
            out.push(chunk);
        }
    }

    /// Hands out the records before the faulty one, then the faulty one's first line.
    fn break_off(&mut self, fault: ChunkFault, out: &mut Vec<Chunk>) {
        if self.record > 0 {
            self.cut(self.record, out);
        }
        (self.scanned, self.record, self.quoted) = (0, 0, false);
        let line = match memchr(b'\n', &self.pending) {
            Some(newline) => self.take_front(newline + 1),
            None if fault == ChunkFault::UnclosedQuote => mem::take(&mut self.pending),
            None => {
                self.skipping = Some((Vec::new(), 0));
                return;
            }
        };
        let (size, lines) = (line.len() as u64, u64::from(line.last() == Some(&b'\n')));
        self.emit_fault(line, size, lines, fault, out);
    }

    /// Throws bytes away up to the end of the line, keeping what a reject shows. False if the end has not come yet.
    fn skip_line(&mut self, end: bool, out: &mut Vec<Chunk>) -> bool {
        let newline = memchr(b'\n', &self.pending);
        let part = self.take_front(newline.map_or(self.pending.len(), |at| at + 1));
        let Some((mut shown, size)) = self.skipping.take() else { return true };
        let size = size + part.len() as u64;
        let room = (RAW_LIMIT + 1).saturating_sub(shown.len()).min(part.len());
        shown.extend_from_slice(&part[..room]);
        if newline.is_none() && !end {
            self.skipping = Some((shown, size));
            return false;
        }
        let line_end = u64::from(newline.is_some());
        self.emit_fault(shown, size, line_end, ChunkFault::RecordSize, out);
        true
    }

    fn emit_fault(&mut self, mut data: Vec<u8>, size: u64, lines: u64, fault: ChunkFault, out: &mut Vec<Chunk>) {
        let (byte_offset, first_line) = (self.byte_offset, self.line);
        self.byte_offset += size;
        self.line += lines;
        data.truncate(RAW_LIMIT + 1);
        if self.header.is_none() {
            self.header = Some(Err(HeaderError::from(fault)));
        } else {
            out.push(Chunk { data, byte_offset, first_line, fault: Some(fault) });
        }
    }

    fn take_front(&mut self, at: usize) -> Vec<u8> {
        let mut rest = Vec::with_capacity((self.dialect.chunk_size * 2).min(8 << 20).max(self.pending.len() - at));
        rest.extend_from_slice(&self.pending[at..]);
        let mut front = mem::replace(&mut self.pending, rest);
        front.truncate(at);
        front
    }
}

/// Takes the first record off a file's first chunk. `None` if there are only blank lines.
fn take_header(chunk: &mut Chunk, dialect: &Dialect) -> Option<Result<Vec<u8>, HeaderError>> {
    let mut start = 0;
    loop {
        let rest = &chunk.data[start..];
        if rest.is_empty() {
            chunk.data.clear();
            return None;
        }
        match rest {
            [b'\n', ..] => start += 1,
            [b'\r', b'\n', ..] => start += 2,
            _ => break,
        }
    }
    let (end, closed) = record_end(&chunk.data, start, dialect);
    let content = without_return(&chunk.data[start..end]).to_vec();
    let next = (end + 1).min(chunk.data.len());
    chunk.first_line += memchr_iter(b'\n', &chunk.data[..next]).count() as u64;
    chunk.byte_offset += next as u64;
    chunk.data.drain(..next);
    Some(match closed {
        _ if end - start > dialect.max_record => Err(HeaderError::TooLong),
        false => Err(HeaderError::UnclosedQuote),
        true => Ok(content),
    })
}
