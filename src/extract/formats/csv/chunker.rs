//! A stream of byte blocks -> chunks of whole records, each with its position in the file.
//!
//! This is the only sequential step of reading a file, so it looks at as few bytes as possible: at line ends near the
//! cuts and, if values may contain line breaks, at quotes. Splitting and parsing are left to the decoder.

use std::borrow::Cow;
use std::mem;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use super::{
    chunk::{Chunk, ChunkFault},
    dialect::Dialect,
    header::HeaderError,
    quoting::{Closing, Quoting},
    readable::line_breaks,
    sieve::Sieve,
    split::{record_end, without_return},
    walk::{Walk, Walked},
};
use crate::extract::formats::text::{BOM, Intake, IntakeError, Width, end_notes, leave_out_each, physical_lines};
use crate::extract::frame::{FileLines, LeftOut, Note, RAW_LIMIT};

/// Cuts a file into chunks. Memory stays within about the chunk size plus the longest record plus one block.
#[derive(Debug)]
pub struct Chunker {
    dialect: Dialect,
    intake: Intake,
    /// Lines that are left out by their text.
    sieve: Option<Arc<Sieve>>,
    quoting: Quoting,
    /// Finds the ends of records where quotes alone do not show them.
    walk: Option<Walk>,
    /// Converts bytes seen here to bytes of the file.
    width: Width,
    /// Lines before the header or the first record that are still to be skipped.
    lines_to_skip: u32,
    /// The start of a line that is being skipped, where it may have been a record.
    skipped: Vec<u8>,
    /// Lines that belong to the next chunk and are not in its bytes.
    lines: FileLines,
    /// Bytes not returned yet; they start at the start of a record.
    pending: Vec<u8>,
    /// How far `pending` has been scanned.
    scanned: usize,
    /// Start in `pending` of the record that is incomplete at `scanned`.
    record: usize,
    /// Whether `scanned` is inside quotes.
    quoted: bool,
    /// An over-long line whose end has not arrived yet: the part that a reject shows, and its size so far.
    skipping: Option<(Vec<u8>, u64)>,
    byte_offset: u64,
    line: u64,
    started: bool,
    /// The records of the header so far.
    header: Vec<Vec<u8>>,
    header_error: Option<HeaderError>,
}

impl Chunker {
    /// A chunker at the start of a file.
    #[cfg(test)]
    pub fn new(dialect: Dialect) -> Self {
        Self::sifting(dialect, None)
    }

    /// The same for a file of which only some records are rows.
    pub(super) fn sifting(dialect: Dialect, sieve: Option<Arc<Sieve>>) -> Self {
        // Offsets inside a chunk are 32 bits wide.
        let dialect = Dialect {
            chunk_size: dialect.chunk_size.clamp(1, 1 << 29),
            max_record: dialect.max_record.clamp(1, 1 << 29),
            ..dialect
        };
        let has_patterns = sieve.as_ref().is_some_and(|sieve| !sieve.patterns.is_empty());
        let needs_walk =
            dialect.spans_lines() && (dialect.foreign.is_some() || dialect.comment.is_some() || has_patterns);
        Self {
            intake: Intake::new(
                dialect.recodes_early().then_some(dialect.encoding),
                dialect.line_ends_sought(),
                dialect.footer_lines,
            ),
            sieve,
            quoting: Quoting::new(&dialect),
            walk: needs_walk.then(|| Walk::new(&dialect)),
            width: dialect.chunker_width(),
            lines_to_skip: dialect.skip_lines,
            skipped: Vec::new(),
            lines: FileLines::default(),
            dialect,
            pending: Vec::new(),
            scanned: 0,
            record: 0,
            quoted: false,
            skipping: None,
            byte_offset: 0,
            line: 1,
            started: false,
            header: Vec::new(),
            header_error: None,
        }
    }

    /// Why the rest of the file cannot be read.
    pub fn broken(&self) -> Option<IntakeError> {
        self.intake.broken
    }

    /// What was met at the end of the file, once it has ended.
    pub(in crate::extract) fn take_end_notes(&mut self) -> Vec<Note> {
        end_notes(self.intake.take_end_marks(), self.line)
    }

    /// The raw records of the header. `None` until the chunk with the last of them has been cut, and always for an empty
    /// file or one without a header.
    pub fn headers(&self) -> Option<Result<&[Vec<u8>], HeaderError>> {
        match self.header_error {
            Some(error) => Some(Err(error)),
            None => (self.dialect.header && !self.lacks_header()).then_some(Ok(&self.header)),
        }
    }

    /// The first of them.
    #[cfg(test)]
    pub fn header(&self) -> Option<Result<&[u8], HeaderError>> {
        self.headers().map(|records| records.map(|records| records[0].as_slice()))
    }

    /// Whether records of the header have not arrived yet.
    fn lacks_header(&self) -> bool {
        self.dialect.header
            && self.header_error.is_none()
            && self.header.len() < usize::try_from(self.dialect.header_lines).unwrap_or(usize::MAX)
    }

    /// Number of bytes held back until more arrive.
    pub fn buffered(&self) -> usize {
        self.pending.len() + self.skipping.as_ref().map_or(0, |(shown, _)| shown.len()) + self.intake.held()
    }

    /// Whether no more is held back than a chunk and a record. A footer has its own limit.
    pub(super) fn is_bounded(&self) -> bool {
        let Dialect { chunk_size, max_record, footer_lines, .. } = self.dialect;
        // Text grows by at most half when converted to UTF-8.
        footer_lines > 0 || self.buffered() <= chunk_size * 2 + max_record + BOM.len() + RAW_LIMIT + 100
    }

    /// Adds the next block of the file and returns the chunks that it completes.
    pub fn push(&mut self, block: &[u8]) -> Vec<Chunk> {
        let mut out = Vec::new();
        self.take_in(block, false, &mut out);
        out
    }

    /// Marks the end of the file and returns the remaining chunks.
    pub fn finish(&mut self) -> Vec<Chunk> {
        let mut out = Vec::new();
        self.take_in(&[], true, &mut out);
        self.advance(true, &mut out);
        if self.lacks_header() && !self.header.is_empty() {
            self.header_error =
                Some(HeaderError::TooFew { found: self.header.len(), wanted: self.dialect.header_lines });
        }
        self.leave_out_ends();
        if self.lines != FileLines::default() {
            let (lines, byte_offset, first_line) = (mem::take(&mut self.lines), self.byte_offset, self.line);
            out.push(Chunk { byte_offset, first_line, lines, ..Chunk::default() });
        }
        out
    }

    /// Counts the footer, and a skipped line that has no line end.
    fn leave_out_ends(&mut self) {
        let skipped = mem::take(&mut self.skipped);
        if !skipped.is_empty() {
            let text = self.recoded(&skipped).into_owned();
            self.skip(&text);
        }
        let footer = self.intake.take_footer();
        let text = self.recoded(&footer).into_owned();
        leave_out_each(&mut self.lines, LeftOut::Footer, self.line, &text);
    }

    /// Counts a skipped line. Before a header there are no records that it could be one of.
    fn skip(&mut self, text: &[u8]) {
        leave_out_each(&mut self.lines, LeftOut::Skipped, self.line, text);
        if self.dialect.header {
            self.lines.left_out.clear();
        }
    }

    /// Text as UTF-8.
    fn recoded<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if self.dialect.recodes_late() { self.dialect.encoding.recode(text) } else { Cow::Borrowed(text) }
    }

    fn take_in(&mut self, block: &[u8], end: bool, out: &mut Vec<Chunk>) {
        let text = self.intake.push(block, end);
        // In pieces, so that memory stays bounded by the chunk size for blocks of any size.
        for piece in text.chunks(self.dialect.chunk_size) {
            self.pending.extend_from_slice(piece);
            self.advance(false, out);
        }
    }

    fn advance(&mut self, end: bool, out: &mut Vec<Chunk>) {
        if !self.started {
            if self.pending.len() < BOM.len() && !end {
                return;
            }
            self.started = true;
            if self.pending.starts_with(BOM) {
                self.pending.drain(..BOM.len());
                self.byte_offset = self.width.measure(BOM);
            }
        }
        self.skip_first_lines();
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

    /// Skips the declared number of lines at the start.
    fn skip_first_lines(&mut self) {
        while self.lines_to_skip > 0 && !self.pending.is_empty() {
            let newline = memchr(b'\n', &self.pending);
            let part = self.take_front(newline.map_or(self.pending.len(), |at| at + 1));
            self.byte_offset += self.width.measure(&part);
            // Of a line beyond the limit, the start is enough to see that it is not a record.
            let room = (self.dialect.max_record + 1).saturating_sub(self.skipped.len()).min(part.len());
            self.skipped.extend_from_slice(&part[..room]);
            if newline.is_some() {
                let line = mem::take(&mut self.skipped);
                let text = self.recoded(&line).into_owned();
                self.skip(&text);
                self.line += 1;
                self.lines_to_skip -= 1;
            }
        }
    }

    /// Scans the new bytes and finds the start of the record that is incomplete at their end.
    fn scan(&mut self, end: bool) -> Option<ChunkFault> {
        let Dialect { quote, max_record, .. } = self.dialect;
        let quoting = self.quoting;
        let bytes = self.pending.as_slice();
        if let Some(walk) = &self.walk {
            let (record, fault) = walk_records(walk, self, self.record, end, max_record);
            (self.record, self.scanned) = (record, bytes.len());
            return fault;
        }
        if !self.dialect.spans_lines() {
            if let Some(last) = memrchr(b'\n', &bytes[self.scanned..]) {
                self.record = self.scanned + last + 1;
            }
            self.scanned = bytes.len();
            let begin = quoting.after_mark(bytes, self.record);
            return (bytes.len() - begin > max_record).then_some(ChunkFault::RecordSize);
        }
        while self.scanned < bytes.len() {
            if self.quoted {
                match quoting.closing::<true>(bytes, self.scanned, quote, end) {
                    Closing::Closed { after } => (self.quoted, self.scanned) = (false, after),
                    Closing::Unclosed => self.scanned = bytes.len(),
                    Closing::Unknown { from } => {
                        self.scanned = from;
                        break;
                    }
                    Closing::Misplaced { at } => {
                        // The record's first line is the part to reject.
                        let begin = quoting.after_mark(bytes, self.record);
                        let line_end = memchr(b'\n', &bytes[begin..]);
                        if !end && line_end.is_none() {
                            break;
                        }
                        let line = line_end.unwrap_or(bytes.len() - begin);
                        if line.max(at - begin) > max_record {
                            return Some(ChunkFault::RecordSize);
                        }
                        // The decoder finds the quote too, or the end of its chunk, and rejects the same line. A chunk for
                        // each such line would cost as much as the block.
                        self.record = (begin + line + 1).min(bytes.len());
                        (self.quoted, self.scanned) = (false, self.record);
                    }
                }
                continue;
            }
            // Outside quotes, only a quote can hide line ends. The search for it is the fastest way through the bytes.
            let next = memchr(quote, &bytes[self.scanned..]).map(|i| self.scanned + i);
            let stop = next.unwrap_or(bytes.len());
            let region = &bytes[self.scanned..stop];
            if let Some(last) = memrchr(b'\n', region) {
                // The record that ends here may contain quoted line breaks, so the decoder could not find the end of
                // its first line on its own. Longer records without quotes are left to the decoder.
                let first = memchr(b'\n', region).unwrap_or(last);
                let begin = quoting.after_mark(bytes, self.record);
                if self.record < self.scanned && self.scanned + first - begin > max_record {
                    return Some(ChunkFault::RecordSize);
                }
                self.record = self.scanned + last + 1;
            }
            self.scanned = stop;
            if next.is_some() {
                self.quoted = quoting.starts_field::<true>(bytes, self.record, stop);
                self.scanned += 1;
            }
        }
        if bytes.len() - quoting.after_mark(bytes, self.record) > max_record {
            return Some(ChunkFault::RecordSize);
        }
        (end && self.quoted).then_some(ChunkFault::UnclosedQuote)
    }

    /// Returns the first `at` bytes as records and keeps the rest.
    fn cut(&mut self, at: usize, out: &mut Vec<Chunk>) {
        let data = self.take_front(at);
        self.scanned = self.scanned.saturating_sub(at);
        self.record = self.record.saturating_sub(at);
        let (byte_offset, first_line) = (self.byte_offset, self.line);
        self.byte_offset += self.width.measure(&data);
        let lines = physical_lines(&data);
        self.line += lines - u64::from(!data.ends_with(b"\n"));
        let mut lines = mem::take(&mut self.lines).and_read(lines);
        let mut chunk = Chunk { data, byte_offset, first_line, ..Chunk::default() };
        if self.lacks_header() {
            self.take_header(&mut chunk, &mut lines);
        }
        if chunk.data.is_empty() {
            self.lines = lines;
        } else {
            out.push(Chunk { lines, ..chunk });
        }
    }

    /// Returns the records before the faulty one, then the first line of the faulty one.
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
        let (size, lines) = (self.width.measure(&line), u64::from(line.last() == Some(&b'\n')));
        self.emit_fault(line, size, lines, fault, out);
    }

    /// Skips bytes up to the end of the line, keeping the part that a reject shows. False if the end has not arrived
    /// yet.
    fn skip_line(&mut self, end: bool, out: &mut Vec<Chunk>) -> bool {
        let newline = memchr(b'\n', &self.pending);
        let part = self.take_front(newline.map_or(self.pending.len(), |at| at + 1));
        let Some((mut shown, size)) = self.skipping.take() else { return true };
        let size = size + self.width.measure(&part);
        let room = (BOM.len() + RAW_LIMIT + 1).saturating_sub(shown.len()).min(part.len());
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
        // A byte order mark of a joined file does not belong to the record.
        let marks = self.quoting.after_mark(&data, 0);
        let (byte_offset, first_line) = (self.byte_offset + self.width.measure(&data[..marks]), self.line);
        self.byte_offset += size;
        self.line += lines;
        data.drain(..marks);
        data.truncate(RAW_LIMIT + 1);
        if self.dialect.comment.is_some() && data.first().copied() == self.dialect.comment {
            // A comment of any length is not a record.
            self.lines.read += 1;
            self.lines.ignored += 1;
        } else if self.lacks_header() {
            self.header_error = Some(HeaderError::from(fault));
        } else {
            let lines = mem::take(&mut self.lines).and_read(1);
            let is_marked = marks > 0;
            out.push(Chunk { data, byte_offset, first_line, fault: Some(fault), is_marked, lines });
        }
    }

    /// Removes the records of the header, and the lines before and between them that are not records, from the start of
    /// a chunk.
    fn take_header(&mut self, chunk: &mut Chunk, lines: &mut FileLines) {
        let dialect = self.dialect;
        let (walk, mut start) = (Walk::new(&dialect), 0);
        while self.lacks_header() && start < chunk.data.len() {
            start = walk.after_mark(&chunk.data, start);
            let rest = &chunk.data[start..];
            let line_end = memchr(b'\n', rest).unwrap_or(rest.len());
            let next_line = (start + line_end + 1).min(chunk.data.len());
            let line = without_return(&rest[..line_end]);
            let is_blank = line.is_empty() && line_end < rest.len();
            if is_blank || (dialect.comment.is_some() && line.first().copied() == dialect.comment) {
                lines.ignored += 1;
                start = next_line;
                continue;
            }
            if let Some(sieve) = self.sieve.as_ref().filter(|sieve| !sieve.patterns.is_empty()) {
                let text = self.recoded(&rest[..line_end]);
                if let Some(why) = sieve.left_out(&text, dialect.max_record) {
                    let number = chunk.first_line + memchr_iter(b'\n', &chunk.data[..start]).count() as u64;
                    lines.leave_out(why, number, without_return(&text));
                    start = next_line;
                    continue;
                }
            }
            let (end, closed) = record_end(&chunk.data, start, &dialect);
            let record = &chunk.data[start..end];
            match closed {
                _ if end - start > dialect.max_record => self.header_error = Some(HeaderError::TooLong),
                false => self.header_error = Some(HeaderError::UnclosedQuote),
                true => {
                    // The law counts a record as one line.
                    lines.read -= line_breaks(&chunk.data, start, end);
                    lines.header += 1;
                    let record = without_return(record);
                    if dialect.header_lines > 1 {
                        let number = chunk.first_line + memchr_iter(b'\n', &chunk.data[..start]).count() as u64;
                        lines.doubt_header(number, &self.recoded(record));
                    }
                    self.header.push(record.to_vec());
                }
            }
            start = (end + 1).min(chunk.data.len());
        }
        chunk.first_line += memchr_iter(b'\n', &chunk.data[..start]).count() as u64;
        chunk.byte_offset += self.width.measure(&chunk.data[..start]);
        chunk.data.drain(..start);
    }

    /// Removes the first `at` bytes. Large parts keep their memory, small ones get their own: many of them may wait to be
    /// decoded.
    fn take_front(&mut self, at: usize) -> Vec<u8> {
        if at < self.pending.capacity() / 4 {
            return self.pending.drain(..at).collect();
        }
        let mut rest = Vec::with_capacity((self.dialect.chunk_size * 2).min(8 << 20).max(self.pending.len() - at));
        rest.extend_from_slice(&self.pending[at..]);
        let mut front = mem::replace(&mut self.pending, rest);
        front.truncate(at);
        front
    }
}

/// Walks through all complete records of what is pending, and past the first lines of those with a misplaced quote, which
/// the decoder rejects. Returns the start of the first incomplete record, or of the first
/// faulty one.
fn walk_records(
    walk: &Walk,
    chunker: &Chunker,
    mut start: usize,
    end: bool,
    max_record: usize,
) -> (usize, Option<ChunkFault>) {
    let bytes = chunker.pending.as_slice();
    let too_long = |size: usize| (size > max_record).then_some(ChunkFault::RecordSize);
    while start < bytes.len() {
        if let Some(sieve) = chunker.sieve.as_ref().filter(|sieve| !sieve.patterns.is_empty()) {
            // A quote in a line that is left out means nothing.
            let line_end = memchr(b'\n', &bytes[start..]).map(|at| start + at);
            let Some(line_end) = line_end.or(end.then_some(bytes.len())) else { break };
            let line = chunker.recoded(&bytes[start..line_end]);
            if sieve.left_out(&line, max_record).is_some() {
                start = (line_end + 1).min(bytes.len());
                continue;
            }
        }
        let begin = walk.after_mark(bytes, start);
        match walk.split(bytes, start, end, |_| {}) {
            Walked::Record { end } if end - begin > max_record => return (start, Some(ChunkFault::RecordSize)),
            Walked::Record { end } | Walked::NoRecord { end } => start = (end + 1).min(bytes.len()),
            Walked::Misplaced { at } => {
                let line = memchr(b'\n', &bytes[begin..]).unwrap_or(bytes.len() - begin);
                if line.max(at - begin) > max_record {
                    return (start, Some(ChunkFault::RecordSize));
                }
                // By itself the first line might be a record, if its line end is escaped.
                if at > begin + line {
                    return (start, Some(ChunkFault::UnclosedQuote));
                }
                start = (begin + line + 1).min(bytes.len());
            }
            Walked::Unclosed if !chunker.dialect.newlines_in_values => {
                // It had to close in its line; what follows does not belong to the record.
                let line = memchr(b'\n', &bytes[begin..]).unwrap_or(bytes.len() - begin);
                if line > max_record {
                    return (start, Some(ChunkFault::RecordSize));
                }
                start = (begin + line + 1).min(bytes.len());
            }
            Walked::Unclosed => {
                return (start, Some(too_long(bytes.len() - begin).unwrap_or(ChunkFault::UnclosedQuote)));
            }
            Walked::Incomplete => break,
        }
    }
    (start, too_long(bytes.len() - walk.after_mark(bytes, start)))
}
