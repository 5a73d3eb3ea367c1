//! Records -> a table of cell boundaries, for a chunk or a part of one.
//!
//! The [`Walk`] decides what a record is. Before it stands an accelerator for well-formed records: it compares 64 bytes at
//! a time with delimiter, newline and quote, and tracks quotes with bit arithmetic. At a quote that well-formed CSV does
//! not have, it leaves the record to the walk, and continues at the next one. Both give the same result.

use memchr::memchr;

use super::{
    dialect::Dialect,
    walk::{Walk, Walked},
};
use crate::config::LineEnds;
use crate::extract::formats::text::BOM;
use crate::extract::frame::{Quotes, RowTable};

/// Why a record did not become a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    FieldCount {
        found: usize,
    },
    /// The file ends within it, or so it seems.
    CutOff {
        found: usize,
    },
    /// No source reads its type.
    Unclaimed,
    /// A value of its own line that contains another line end.
    LoneReturn,
    RecordSize,
    UnclosedQuote,
}

/// A record that did not become a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordFault {
    pub(super) start: usize,
    /// End of the record, without its line end.
    pub(super) end: usize,
    pub(super) kind: FaultKind,
}

/// Walks through a chunk's records.
#[derive(Debug)]
pub(super) struct Tokenizer {
    dialect: Dialect,
    walk: Walk,
    width: usize,
    has_quotes: bool,
    /// Start of the next record.
    at: usize,
    /// The faulty records that the last call of [`fill`](Self::fill) passed.
    pub(super) faults: Vec<RecordFault>,
    /// The lines without a record that were passed so far.
    pub(super) ignored: u64,
    /// Where the records are that began with a byte order mark.
    pub(super) marked: Vec<usize>,
}

/// Why the accelerator stopped.
enum Stop {
    /// All records are split, or the table is full.
    Done,
    /// The next record has a quote where well-formed CSV has none.
    Doubtful,
}

impl Tokenizer {
    /// Starts at the chunk's first record; rows have `width` cells.
    pub(super) fn new(dialect: Dialect, width: usize, data: &[u8]) -> Self {
        let has_quotes = dialect.has_quotes() && memchr(dialect.quote, data).is_some();
        let (faults, marked) = (Vec::new(), Vec::new());
        Self { dialect, walk: Walk::new(&dialect), width, has_quotes, at: 0, faults, ignored: 0, marked }
    }

    /// Start of the next record.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Whether values of the chunk may contain line breaks.
    pub(super) fn may_span_lines(&self) -> bool {
        self.has_quotes && self.dialect.newlines_in_values
    }

    /// Whether all records of the chunk have been split.
    pub(super) fn is_done(&self, data: &[u8]) -> bool {
        self.at >= data.len()
    }

    /// Replaces the table's content with the next records, at most `max_rows` rows.
    pub(super) fn fill(&mut self, data: &[u8], max_rows: usize, table: &mut RowTable) {
        table.clear(self.width);
        self.faults.clear();
        while !self.is_done(data) && table.len() < max_rows {
            let stop = if self.is_marked(data) || self.has_quotes && self.dialect.comment.is_some() {
                // A comment may contain a quote that has no meaning.
                Stop::Doubtful
            } else if self.has_quotes {
                self.scan::<true>(data, max_rows, table)
            } else {
                self.scan::<false>(data, max_rows, table)
            };
            if matches!(stop, Stop::Doubtful) {
                self.walk(data, table);
            }
        }
    }

    /// The accelerator. It recognises a record only if each quote in it opens or closes a field or is doubled, so it needs
    /// no rules for any other: these records are left to the walk. Leaves `at` at the start of the first record that it
    /// did not split.
    fn scan<const QUOTES: bool>(&mut self, data: &[u8], max_rows: usize, table: &mut RowTable) -> Stop {
        let Dialect { delimiter, quote, newlines_in_values, .. } = self.dialect;
        let full = max_rows * table.stride;
        let mut inside = 0_u64;
        // Whether a quote in the next block's first byte would be at a boundary, and whether a quote precedes it.
        let (mut border_before, mut quote_before) = (1_u64, 0_u64);
        // Whether a quote in the last block's last byte closes.
        let mut closing_before = 0_u64;
        let mut row = table.used;
        table.push(self.at);
        let mut base = self.at;
        let mut tail = [0_u8; 64];
        while base < data.len() {
            let rest = &data[base..];
            let block = rest.first_chunk::<64>().unwrap_or_else(|| {
                tail[..rest.len()].copy_from_slice(rest);
                &tail
            });
            let (mut delimiters, mut newlines, quotes) = masks::<QUOTES>(block, delimiter, quote);
            if QUOTES {
                let within = prefix_xor(quotes) ^ inside;
                let opening = quotes & within;
                let borders = delimiters | newlines | quotes;
                let stray = opening & !((borders << 1) | border_before);
                let closing = quotes & !within;
                let followed = ((closing << 1) | closing_before) & !(borders | mask(block, b'\r'));
                let beyond = if rest.len() < 64 { u64::MAX << rest.len() } else { 0 };
                if stray != 0 || followed & !beyond != 0 || (!newlines_in_values && newlines & within != 0) {
                    table.used = row;
                    return Stop::Doubtful;
                }
                if quotes != 0 {
                    let doubled = opening & ((quotes << 1) | quote_before) != 0;
                    table.quotes = table.quotes.max(if doubled { Quotes::Any } else { Quotes::Plain });
                }
                inside = ((within as i64) >> 63) as u64;
                closing_before = closing >> 63;
                border_before = borders >> 63;
                quote_before = quotes >> 63;
                delimiters &= !within;
                newlines &= !within;
            }
            if table.borders.len() < table.used + 192 {
                table.borders.resize(table.borders.len() * 2 + 256, 0);
            }
            let mut ends = delimiters;
            while newlines != 0 {
                let bit = newlines.trailing_zeros();
                newlines &= newlines - 1;
                table.used = write_borders(&mut table.borders, table.used, base, ends & ((1_u64 << bit) - 1));
                ends &= u64::MAX << bit;
                let newline = base + bit as usize;
                row = self.end_row(data, newline, row, table);
                if row >= full {
                    return Stop::Done;
                }
                if self.is_marked(data) {
                    return Stop::Doubtful;
                }
                table.push(self.at);
            }
            table.used = write_borders(&mut table.borders, table.used, base, ends);
            base += 64;
        }
        if inside != 0 {
            table.used = row;
            return Stop::Doubtful;
        }
        if self.at < data.len() {
            self.end_row(data, data.len(), row, table);
        } else {
            table.used = row;
        }
        Stop::Done
    }

    /// Closes the row that starts at boundary `row`, with the record ending at `end`. Returns the start of the next
    /// row.
    #[inline]
    fn end_row(&mut self, data: &[u8], end: usize, row: usize, table: &mut RowTable) -> usize {
        let start = self.at;
        let content = end - usize::from(end > start && data[end - 1] == b'\r');
        self.at = end + 1;
        let found = table.used - row;
        let fits = found == self.width && content > start && end - start <= self.dialect.max_record;
        let torn = self.width == 1 && fits && self.has_lone_return(&data[start..content]);
        if fits && !torn && !self.is_comment(data, start) {
            table.push(content + 1);
            return table.used;
        }
        table.used = row;
        if content > start {
            if self.is_comment(data, start) {
                self.ignored += 1;
                return row;
            }
            let kind = match end - start > self.dialect.max_record {
                true => FaultKind::RecordSize,
                false if torn => FaultKind::LoneReturn,
                false => FaultKind::FieldCount { found },
            };
            self.faults.push(RecordFault { start, end: content, kind });
        } else {
            self.ignored += 1;
        }
        row
    }

    /// Whether the only value of a record contains a carriage return outside quotes: then these are probably two records.
    /// With more columns, their number shows it.
    fn has_lone_return(&self, record: &[u8]) -> bool {
        let is_quoted = self.has_quotes && record.first() == Some(&self.dialect.quote);
        self.dialect.line_ends == LineEnds::Lf && !is_quoted && memchr(b'\r', record).is_some()
    }

    /// Whether the next record begins with a byte order mark.
    #[inline]
    fn is_marked(&self, data: &[u8]) -> bool {
        data.get(self.at) == Some(&BOM[0]) && self.walk.after_mark(data, self.at) > self.at
    }

    /// Whether a line that starts at `start` is not a record.
    #[inline]
    fn is_comment(&self, data: &[u8], start: usize) -> bool {
        self.dialect.comment.is_some_and(|comment| data[start] == comment)
    }

    /// Splits one record by walking through it.
    #[cold]
    fn walk(&mut self, data: &[u8], table: &mut RowTable) {
        let start = self.walk.after_mark(data, self.at);
        if start > self.at {
            self.marked.push(start);
            self.at = start;
        }
        let row = table.used;
        table.push(start);
        match self.walk.split(data, start, true, |field| table.push(field.border + 1)) {
            Walked::NoRecord { end } => {
                table.used = row;
                self.ignored += 1;
                self.at = end + 1;
            }
            Walked::Record { end } => {
                // The row's end is pushed by `end_row`, which knows about `\r`.
                table.used -= 1;
                table.quotes = Quotes::Any;
                self.end_row(data, end, row, table);
            }
            Walked::Unclosed | Walked::Misplaced { .. } | Walked::Incomplete => {
                table.used = row;
                let end = line_end(data, start);
                let content = start + without_return(&data[start..end]).len();
                let too_long = end - start > self.dialect.max_record;
                let kind = if too_long { FaultKind::RecordSize } else { FaultKind::UnclosedQuote };
                self.faults.push(RecordFault { start, end: content, kind });
                self.at = end + 1;
            }
        }
    }
}

/// The end of the line that starts at `start`.
fn line_end(data: &[u8], start: usize) -> usize {
    memchr(b'\n', &data[start..]).map_or(data.len(), |at| start + at)
}

/// Reports the end of each field of the record at `start`, of the last one with a `\r` of the line end. Returns the end of
/// the record, and whether every quote is closed where its field ends; if not, the record is its first line. A blank line
/// is a record with one empty field, and there are no comments.
pub(super) fn walk_fields(data: &[u8], start: usize, dialect: &Dialect, mut field: impl FnMut(usize)) -> (usize, bool) {
    match Walk::new(dialect).fields(data, start, true, |_, _| true, |found| field(found.border)) {
        Walked::Record { end } | Walked::NoRecord { end } => (end, true),
        Walked::Unclosed | Walked::Misplaced { .. } | Walked::Incomplete => (line_end(data, start), false),
    }
}

/// The end of the record that starts at `start`, and whether its quotes are closed there.
pub(super) fn record_end(data: &[u8], start: usize, dialect: &Dialect) -> (usize, bool) {
    walk_fields(data, start, dialect, |_| {})
}

/// The number of fields of one record; `None` if a quote does not close.
pub(super) fn field_count(record: &[u8], dialect: &Dialect) -> Option<usize> {
    let mut fields = 0;
    let (_, closed) = walk_fields(record, 0, dialect, |_| fields += 1);
    closed.then_some(fields)
}

/// A line without the `\r` of its line end.
pub(super) fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Writes the boundaries for the bits of `ends`. Returns the new length.
#[inline(always)]
fn write_borders(borders: &mut [u32], mut used: usize, base: usize, mut ends: u64) -> usize {
    let after = base as u32 + 1;
    while ends != 0 {
        borders[used] = after + ends.trailing_zeros();
        used += 1;
        ends &= ends - 1;
    }
    used
}

/// Bit `i`: whether an odd number of bits is set up to and including `i`.
#[inline(always)]
fn prefix_xor(bits: u64) -> u64 {
    let mut x = bits;
    for shift in [1, 2, 4, 8, 16, 32] {
        x ^= x << shift;
    }
    x
}

/// The positions of delimiters, newlines and (if asked for) quotes in the block.
#[inline(always)]
fn masks<const QUOTES: bool>(block: &[u8; 64], delimiter: u8, quote: u8) -> (u64, u64, u64) {
    let quotes = if QUOTES { mask(block, quote) } else { 0 };
    (mask(block, delimiter), mask(block, b'\n'), quotes)
}

/// Bit `i`: whether byte `i` equals `byte`.
#[inline(always)]
fn mask(block: &[u8; 64], byte: u8) -> u64 {
    // Compilers turn this loop into vector instructions: each byte becomes its bit within eight.
    let mut bits = [0_u8; 64];
    for (i, (bit, found)) in bits.iter_mut().zip(block).enumerate() {
        *bit = if *found == byte { 1 << (i % 8) } else { 0 };
    }
    // The multiplication sums up eight bytes in the highest one; they have no bits in common.
    let words = bits.as_chunks::<8>().0.iter().enumerate();
    words.fold(0, |mask, (i, eight)| {
        let sum = u64::from_le_bytes(*eight).wrapping_mul(0x0101_0101_0101_0101) >> 56;
        mask | (sum << (8 * i))
    })
}
