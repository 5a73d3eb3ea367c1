//! Converts a chunk of the file for the splitter, and knows where each record was.
//!
//! Text of a single-byte encoding is converted to UTF-8. Records with signs that the splitter does not support (see
//! [`Foreign`](super::dialect::Foreign)) are rewritten with its own. Where a [`Sieve`](super::sieve::Sieve) is declared,
//! records are rewritten too: without those that are not rows, and with as many fields as there are columns. This runs in
//! the decoder, on any thread.

use std::mem;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr3};

use super::{
    chunk::Chunk,
    dialect::Dialect,
    sieve::Sifting,
    split::{FaultKind, RecordFault, without_return},
    walk::{Field, Walk, Walked},
};
use crate::extract::formats::text::{BOM, Kind, bare};
use crate::extract::frame::{FileLines, Note, unquote};

/// A chunk's text, for the splitter.
#[derive(Debug)]
pub(super) struct Readable {
    /// What the splitter reads.
    pub(super) data: Vec<u8>,
    /// The chunk's lines; the splitter finds those that are left.
    pub(super) lines: FileLines,
    /// A sign that it has another encoding.
    pub(super) doubt: Option<Note>,
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
    /// Where the records are in `text` that began with a byte order mark.
    marked: Vec<usize>,
    /// Where the cells begin in the rewritten data whose text was written with an escape.
    literals: Vec<usize>,
    /// Lines in `text` that mark the end of the data.
    ends: Vec<usize>,
    /// Where records are in `text` with an escape before a letter that databases give a meaning.
    doubtful: Vec<usize>,
}

/// The start of a rewritten record, and the range of its original text.
#[derive(Clone, Debug)]
struct Record {
    written: usize,
    original: Range<usize>,
}

impl Readable {
    /// `nulls` are the null words with an escape.
    pub(super) fn new(chunk: Chunk, dialect: &Dialect, sifting: Option<Sifting<'_>>, nulls: &[Box<[u8]>]) -> Self {
        let Chunk { mut data, mut lines, .. } = chunk;
        let has_total = sifting.is_some_and(|sifting| sifting.sieve.patterns.has_total());
        if has_total && chunk.fault.is_some() {
            lines.totals.last_record = chunk.first_line;
        }
        let mut doubt = None;
        if dialect.recodes_late() {
            doubt = dialect.encoding.doubt(&data, chunk.first_line);
            data = dialect.encoding.recode(&data).into_owned();
        }
        if (dialect.foreign.is_none() && sifting.is_none()) || chunk.fault.is_some() {
            return Self { data, lines, doubt, rewritten: None };
        }
        let mut rewriter = Rewriter {
            rewritten: Rewritten::of(data),
            walk: Walk::new(dialect),
            dialect,
            sifting,
            nulls,
            lines,
            line: chunk.first_line,
            out: Vec::new(),
            fields: Vec::new(),
            kind: Vec::new(),
            found: Vec::new(),
            scratch: Vec::new(),
        };
        rewriter.rewrite();
        Self { data: rewriter.out, lines: rewriter.lines, doubt, rewritten: Some(rewriter.rewritten) }
    }

    /// Whether the records were rewritten, so that all other lines are counted.
    pub(super) fn is_rewritten(&self) -> bool {
        self.rewritten.is_some()
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

    /// Where the cells begin in the data whose text was written with an escape, so that no null word is meant.
    pub(super) fn literals(&self) -> &[usize] {
        self.rewritten.as_ref().map(|rewritten| rewritten.literals.as_slice()).unwrap_or_default()
    }

    /// Lines in [`text`](Self::text) that mark the end of the data.
    pub(super) fn ends(&self) -> &[usize] {
        self.rewritten.as_ref().map(|rewritten| rewritten.ends.as_slice()).unwrap_or_default()
    }

    /// Where records are in [`text`](Self::text) with an escape before a letter that databases give a meaning.
    pub(super) fn doubtful(&self) -> &[usize] {
        self.rewritten.as_ref().map(|rewritten| rewritten.doubtful.as_slice()).unwrap_or_default()
    }

    /// Where the records are in [`text`](Self::text) that began with a byte order mark, which the splitter does not see.
    pub(super) fn marked(&self) -> Vec<usize> {
        self.rewritten.as_ref().map(|rewritten| rewritten.marked.clone()).unwrap_or_default()
    }

    /// The faults of records that the splitter does not see, with positions in [`text`](Self::text).
    pub(super) fn take_faults(&mut self) -> Vec<RecordFault> {
        self.rewritten.as_mut().map(|rewritten| mem::take(&mut rewritten.faults)).unwrap_or_default()
    }
}

impl Rewritten {
    fn of(text: Vec<u8>) -> Self {
        Self {
            text,
            records: Vec::new(),
            faults: Vec::new(),
            marked: Vec::new(),
            literals: Vec::new(),
            ends: Vec::new(),
            doubtful: Vec::new(),
        }
    }
}

/// Rewrites the records of a chunk.
struct Rewriter<'a> {
    rewritten: Rewritten,
    walk: Walk,
    dialect: &'a Dialect,
    sifting: Option<Sifting<'a>>,
    /// Null words with an escape.
    nulls: &'a [Box<[u8]>],
    lines: FileLines,
    /// The line at which the next record starts.
    line: u64,
    out: Vec<u8>,
    /// For each field of the record that was written last: whether it is empty, and its end in `out`.
    fields: Vec<(bool, usize)>,
    /// The text of its type.
    kind: Vec<u8>,
    /// Its fields as the walk found them.
    found: Vec<Field>,
    scratch: Vec<u8>,
}

impl Rewriter<'_> {
    fn rewrite(&mut self) {
        self.out = Vec::with_capacity(self.rewritten.text.len() + self.rewritten.text.len() / 8);
        let mut start = 0;
        while start < self.rewritten.text.len() {
            let next = self.record(start);
            let passed = self.rewritten.text.get(start..next).unwrap_or(&self.rewritten.text[start..]);
            self.line += if self.dialect.spans_lines() { memchr_iter(b'\n', passed).count() as u64 } else { 1 };
            start = next;
        }
    }

    /// Rewrites the record at `start`, or leaves it out. Returns the start of the next one.
    fn record(&mut self, start: usize) -> usize {
        if let Some(next) = self.leave_out(start) {
            return next;
        }
        let written = self.out.len();
        let after_mark = self.walk.after_mark(&self.rewritten.text, start);
        if after_mark > start {
            self.rewritten.marked.push(after_mark);
        }
        let start = after_mark;
        let walked = self.write(start);
        let text = &self.rewritten.text;
        let (end, kind) = match walked {
            Walked::NoRecord { end } => {
                self.lines.ignored += 1;
                return end + 1;
            }
            Walked::Record { end } => (end, None),
            Walked::Unclosed | Walked::Misplaced { .. } | Walked::Incomplete => {
                let line = memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at);
                (line, Some(FaultKind::UnclosedQuote))
            }
        };
        if self.dialect.spans_lines() {
            // The law counts a record as one line. The lines of a single record, without its file, are not counted.
            self.lines.read = self.lines.read.saturating_sub(line_breaks(text, start, end));
        }
        let content = start + without_return(&text[start..end]).len();
        let kind = if end - start > self.dialect.max_record { Some(FaultKind::RecordSize) } else { kind };
        if kind.is_none() && self.walk.quoting().ends_data(&text[start..content]) {
            self.take_back(written, start);
            self.rewritten.ends.push(start);
            self.lines.ignored += 1;
            return end + 1;
        }
        let kind = match (kind, self.sifting) {
            (None, Some(sifting)) => match self.sift(sifting, written, start..content, end == text.len()) {
                Sifted::Row => None,
                Sifted::NoRow => {
                    self.take_back(written, start);
                    return end + 1;
                }
                Sifted::Fault(kind) => Some(kind),
            },
            (kind, _) => kind,
        };
        if self.sifting.is_some_and(|sifting| sifting.sieve.patterns.has_total()) {
            self.lines.totals.last_record = self.line;
        }
        match kind {
            Some(kind) => {
                self.take_back(written, start);
                self.rewritten.faults.push(RecordFault { start, end: content, kind });
            }
            None => {
                // A record with a single empty field would be a blank line.
                if self.out.len() == written && self.dialect.has_quotes() {
                    self.out.extend_from_slice(&[self.dialect.quote; 2]);
                }
                self.out.push(b'\n');
                self.rewritten.records.push(Record { written, original: start..content });
            }
        }
        end + 1
    }

    /// Leaves the line at `start` out, if a pattern says so. Returns the start of the next one.
    fn leave_out(&mut self, start: usize) -> Option<usize> {
        let sieve = self.sifting?.sieve;
        if sieve.patterns.is_empty() {
            return None;
        }
        let rest = &self.rewritten.text[start..];
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let why = sieve.left_out(&rest[..end], self.dialect.max_record)?;
        self.lines.leave_out(why, self.line, without_return(&rest[..end]));
        Some(start + end + 1)
    }

    /// Removes the record at `start`, which was written last, from `written` on. The chunker takes some faulty records out
    /// before they come here, so that what is odd in a faulty one must not count here either.
    fn take_back(&mut self, written: usize, start: usize) {
        self.out.truncate(written);
        while self.rewritten.doubtful.pop_if(|record| *record >= start).is_some() {}
        while self.rewritten.literals.pop_if(|start| *start >= written).is_some() {}
    }

    /// Appends the record at `start`: with the splitter's signs if it has others, and else as it is.
    fn write(&mut self, start: usize) -> Walked {
        self.fields.clear();
        self.kind.clear();
        self.found.clear();
        let Self { rewritten, walk, dialect, sifting, nulls, out, fields, kind, found, scratch, .. } = self;
        let text = &rewritten.text;
        let place = sifting.and_then(|sifting| sifting.place);
        let walked = walk.split(text, start, true, |field| found.push(field));
        let Walked::Record { end } = walked else { return walked };
        if dialect.foreign.is_none() {
            let before = out.len();
            for (number, field) in found.iter().enumerate() {
                let cell = &text[field.start..field.end];
                if Some(number) == place {
                    kind.extend_from_slice(unquote(cell, dialect.quote, scratch));
                }
                let is_empty = cell.is_empty() || (dialect.has_quotes() && cell == [dialect.quote; 2]);
                fields.push((is_empty, before + field.end - start));
            }
            out.extend_from_slice(without_return(&text[start..end]));
            return walked;
        }
        for (number, field) in found.iter().enumerate() {
            out.extend((number > 0).then_some(b','));
            let field = &text[field.start..field.end];
            if walk.quoting().is_null(field, nulls) {
                fields.push((true, out.len()));
                continue;
            }
            if walk.quoting().has_escape(field) {
                rewritten.literals.push(out.len());
                if walk.quoting().may_mean_more(field) {
                    rewritten.doubtful.push(start);
                }
            }
            let value = walk.quoting().text(field, scratch);
            if Some(number) == place {
                kind.extend_from_slice(value);
            }
            write_field(out, value);
            fields.push((value.is_empty(), out.len()));
        }
        walked
    }

    /// Whether the record that was written is a row. Gives it as many fields as there are columns, as far as that is
    /// declared.
    fn sift(&mut self, sifting: Sifting<'_>, written: usize, original: Range<usize>, is_last: bool) -> Sifted {
        let Sifting { sieve, width, .. } = sifting;
        match sieve.kind(&self.kind) {
            Kind::Own => {}
            Kind::Other => {
                self.lines.leave_to_others(bare(&self.kind));
                return Sifted::NoRow;
            }
            Kind::Unclaimed => return Sifted::Fault(FaultKind::Unclaimed),
            Kind::Header => {
                let mut names = Vec::new();
                self.walk.record(&self.rewritten.text[original], 0, true, |_, field| {
                    // After the mark of a joined file, quotes are still around the first name.
                    let name = if names.is_empty() { bare(field) } else { field };
                    names.push(String::from_utf8_lossy(name).trim_matches(' ').to_owned());
                });
                self.lines.enter_header(self.line, names);
                return Sifted::NoRow;
            }
        }
        let found = self.fields.len();
        if sieve.fills && found < width {
            let text = &self.rewritten.text[original];
            let escape = self.dialect.signs().escape;
            let escapes = text.iter().rev().take_while(|byte| Some(**byte) == escape).count();
            if is_last {
                // Whether its end is missing or was never written is unknown.
                return Sifted::Fault(FaultKind::CutOff { found });
            }
            if escapes % 2 == 1 {
                return Sifted::Fault(FaultKind::FieldCount { found });
            }
            self.out.resize(self.out.len() + width - found, self.dialect.of_splitter().delimiter);
            self.lines.short.note(self.line);
        }
        let beyond = self.fields.get(width..).unwrap_or_default();
        let kept = width.checked_sub(1).and_then(|last| self.fields.get(last));
        if sieve.trims
            && !beyond.is_empty()
            && beyond.iter().all(|(is_empty, _)| *is_empty)
            && let Some((_, end)) = kept.filter(|(_, end)| *end > written || self.dialect.has_quotes())
        {
            self.out.truncate(*end);
            self.lines.trailing.note(self.line);
        }
        Sifted::Row
    }
}

/// The line breaks inside the record at `start..end`. An escaped one at the end of the data is the end of its line.
pub(super) fn line_breaks(data: &[u8], start: usize, end: usize) -> u64 {
    let record = data.get(start..end).unwrap_or_default();
    let is_end = end == data.len() && record.ends_with(b"\n");
    memchr_iter(b'\n', record).count() as u64 - u64::from(is_end)
}

/// What a record turns out to be.
enum Sifted {
    Row,
    NoRow,
    Fault(FaultKind),
}

/// Appends a field with the splitter's signs.
fn write_field(out: &mut Vec<u8>, field: &[u8]) {
    let has_sign = memchr3(b',', b'"', b'\n', field).is_some();
    // At the start of a record, the splitter would take a mark for one of a joined file.
    let needs_quotes = has_sign || field.last() == Some(&b'\r') || field.starts_with(BOM);
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
