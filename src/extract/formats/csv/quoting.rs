//! The quoting rules of delimited text. Every reader follows them through this file: the [`Chunker`], the [`Walk`] that
//! splits records of any dialect, and through it the splitter and the detection of dialects.
//!
//! - A quote opens only at the start of a field. Elsewhere it is an ordinary character.
//! - Inside quotes, a doubled quote is a quote.
//! - A quote closes only where its field ends: before a delimiter, a line end or the end of the data. Anywhere else it
//!   is misplaced, and the record is faulty.
//! - An escape, inside quotes or outside, makes the next character ordinary. One that nothing follows is data.
//! - A field ends at the next delimiter or newline outside quotes, or at the end of the data. A `\r` before that newline
//!   or at the end of the data belongs to the line end.
//! - A byte order mark at the start of a record does not belong to it.
//! - If values may not contain newlines, a newline ends the record everywhere, also inside quotes and after an escape.
//!
//! What the text of a field is, once its borders are known, is stated in the seam, since the row side reads fields in place.
//!
//! The searches skip everything that these rules leave ordinary, so most bytes are seen by `memchr` alone. Where the
//! caller knows that the signs are plain (`PLAIN`: a delimiter of one byte and no escape), the compiler drops the rest.
//!
//! [`Chunker`]: super::chunker::Chunker
//! [`Walk`]: super::walk::Walk

use memchr::{memchr, memchr2, memchr3};

use super::dialect::Dialect;
use crate::extract::formats::text::BOM;
use crate::extract::frame::{EscapeTable, escaped, field_text};

/// A dialect's signs and what they mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoting {
    delimiter: [u8; 4],
    delimiter_size: usize,
    quote: Option<u8>,
    escape: Option<u8>,
    table: EscapeTable,
    /// Whether a newline may be part of a value.
    newlines: bool,
    /// Whether a newline after an escape is part of a value.
    escaped_newlines: bool,
    /// Whether a record may begin with a byte order mark.
    marks: bool,
}

/// What a quote inside quotes means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inner {
    /// The first one of a pair, which is a quote in the value.
    Doubled,
    Closes,
    /// Neither, as byte `at` shows.
    Misplaced {
        at: usize,
    },
    /// The bytes that decide it have not arrived yet.
    Unknown,
}

/// Where quotes close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// At the quote before `after`. The field ends there, or a lone `\r` follows.
    Closed { after: usize },
    /// Nowhere in the record: a quote stands in the middle of the field, as byte `at` shows.
    Misplaced { at: usize },
    /// Nowhere in the line, or in all of the data.
    Unclosed,
    /// More bytes are needed; the search may then continue at `from`.
    Unknown { from: usize },
}

impl Quoting {
    #[inline]
    pub(super) fn new(dialect: &Dialect) -> Self {
        let signs = dialect.signs();
        let mut delimiter = [0; 4];
        let delimiter_size = signs.delimiter.encode_utf8(&mut delimiter).len();
        Self {
            delimiter,
            delimiter_size,
            quote: signs.quote,
            escape: signs.escape,
            table: signs.table,
            newlines: dialect.spans_lines_plainly(),
            escaped_newlines: dialect.spans_lines(),
            marks: dialect.has_marks(),
        }
    }

    /// Whether the delimiter is one byte and there is no escape.
    pub(super) fn is_plain(&self) -> bool {
        self.delimiter_size == 1 && self.escape.is_none()
    }

    /// The number of bytes of the delimiter.
    #[inline(always)]
    pub(super) fn delimiter_size<const PLAIN: bool>(&self) -> usize {
        if PLAIN { 1 } else { self.delimiter_size }
    }

    #[inline(always)]
    fn escape<const PLAIN: bool>(&self) -> Option<u8> {
        if PLAIN { None } else { self.escape }
    }

    /// The quote that opens at `at`, which is the start of a field.
    #[inline(always)]
    pub(super) fn opening(&self, data: &[u8], at: usize) -> Option<u8> {
        self.quote.filter(|quote| data.get(at) == Some(quote))
    }

    /// Whether `at`, outside quotes, is the start of a field of the record that starts at `record`.
    #[inline(always)]
    pub(super) fn starts_field<const PLAIN: bool>(&self, data: &[u8], record: usize, at: usize) -> bool {
        at == record
            || match self.delimiter_size::<PLAIN>() {
                1 => data[at - 1] == self.delimiter[0],
                _ => data[record..at].ends_with(self.delimiter()),
            }
            || at == self.after_mark(data, record)
    }

    /// Where the record at `record` begins, after byte order marks of joined files.
    #[inline(always)]
    pub(super) fn after_mark(&self, data: &[u8], mut record: usize) -> usize {
        while self.marks && data.get(record) == Some(&BOM[0]) && data[record..].starts_with(BOM) {
            record += BOM.len();
        }
        record
    }

    /// Finds where `quote`, open at `at`, closes. With `whole`, no data follow.
    #[inline(always)]
    pub(super) fn closing<const PLAIN: bool>(&self, data: &[u8], mut at: usize, quote: u8, whole: bool) -> Closing {
        loop {
            let rest = data.get(at..).unwrap_or_default();
            let found = match (self.escape::<PLAIN>(), self.newlines) {
                (None, true) => memchr(quote, rest),
                (None, false) => memchr2(quote, b'\n', rest),
                (Some(escape), true) => memchr2(quote, escape, rest),
                (Some(escape), false) => memchr3(quote, escape, b'\n', rest),
            };
            let Some(found) = found.map(|found| at + found) else {
                return if whole { Closing::Unclosed } else { Closing::Unknown { from: data.len() } };
            };
            if Some(data[found]) == self.escape::<PLAIN>() {
                at = self.after_escape(data, found);
                continue;
            }
            if data[found] != quote {
                return Closing::Unclosed;
            }
            match self.inner::<PLAIN>(data, found, quote, whole) {
                Inner::Doubled => at = found + 2,
                Inner::Closes => return Closing::Closed { after: found + 1 },
                Inner::Misplaced { at } => return Closing::Misplaced { at },
                Inner::Unknown => return Closing::Unknown { from: found },
            }
        }
    }

    /// What the quote at `at`, inside quotes, means.
    #[inline(always)]
    fn inner<const PLAIN: bool>(&self, data: &[u8], at: usize, quote: u8, whole: bool) -> Inner {
        match data.get(at + 1) {
            None if whole => Inner::Closes,
            None => Inner::Unknown,
            Some(next) if *next == quote => Inner::Doubled,
            // A lone `\r` after a closing quote is data of the field.
            Some(b'\n' | b'\r') => Inner::Closes,
            Some(next) if self.delimiter_size::<PLAIN>() == 1 && *next == self.delimiter[0] => Inner::Closes,
            Some(_) if self.delimiter_size::<PLAIN>() == 1 => Inner::Misplaced { at: at + 1 },
            Some(_) => self.before_long_delimiter(data, at + 1, whole),
        }
    }

    /// What a quote means before `at`, where a delimiter of several bytes may begin.
    #[cold]
    fn before_long_delimiter(&self, data: &[u8], at: usize, whole: bool) -> Inner {
        let rest = &data[at..];
        let matching = self.delimiter().iter().zip(rest).take_while(|(sign, byte)| sign == byte).count();
        let cut_off = matching > 0 && !self.newlines && is_line_end(&rest[matching..]);
        match matching {
            _ if matching == self.delimiter_size => Inner::Closes,
            _ if matching == rest.len() && !whole => Inner::Unknown,
            // A delimiter that is cut off by the end of the line or of the data is data after the closing quote.
            _ if matching == rest.len() || cut_off => Inner::Closes,
            _ => Inner::Misplaced { at: at + matching },
        }
    }

    /// The end of a field that is outside quotes at `at`, without a `\r` of the line end; and the place of its delimiter
    /// or newline, or the end of the data.
    #[inline(always)]
    pub(super) fn field_end<const PLAIN: bool>(&self, data: &[u8], mut at: usize) -> (usize, usize) {
        // Everything from here on is ordinary.
        let mut ordinary = at;
        let border = loop {
            let rest = data.get(at..).unwrap_or_default();
            let found = match self.escape::<PLAIN>() {
                None => memchr2(self.delimiter[0], b'\n', rest),
                Some(escape) => memchr3(self.delimiter[0], b'\n', escape, rest),
            };
            let Some(found) = found.map(|found| at + found) else { break data.len() };
            if data[found] == b'\n' {
                break found;
            }
            if data[found] == self.delimiter[0] {
                if self.delimiter_size::<PLAIN>() == 1 || data[found..].starts_with(self.delimiter()) {
                    return (found, found);
                }
                at = found + 1;
                continue;
            }
            at = self.after_escape(data, found);
            ordinary = at;
        };
        let returns = border > ordinary && data[border - 1] == b'\r';
        (border - usize::from(returns), border)
    }

    /// Where the text continues after the escape at `at` and the character that it makes ordinary.
    #[inline(never)]
    fn after_escape(&self, data: &[u8], at: usize) -> usize {
        let rest = data.get(at + 1..).unwrap_or_default();
        let taken = if !self.escaped_newlines && is_line_end(rest) { 0 } else { escaped(rest).len() };
        at + 1 + taken
    }

    fn delimiter(&self) -> &[u8] {
        &self.delimiter[..self.delimiter_size]
    }

    /// The text of a field: without quotes around it, doubled quotes and escapes. `scratch` holds it if it differs from
    /// the bytes in the file.
    pub(super) fn text<'a>(&self, field: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
        field_text(field, self.quote, self.escape, self.table, scratch)
    }

    /// Whether the text of a field was written with an escape.
    pub(super) fn has_escape(&self, field: &[u8]) -> bool {
        self.escape.is_some_and(|escape| memchr(escape, field).is_some())
    }

    /// Whether a field means NULL, judged by what is written: by the rules of a database, or because it is one of the
    /// words. Words without an escape are left to the row side, which knows the column.
    pub(super) fn is_null(&self, field: &[u8], words: &[Box<[u8]>]) -> bool {
        let quoted = self.quote.filter(|quote| field.first() == Some(quote));
        let written = match field {
            [first, inner @ .., last] if Some(*first) == quoted && first == last => inner,
            _ => field,
        };
        let by_table = match self.table {
            EscapeTable::Plain => false,
            // Where values are quoted, the bare word NULL is not text.
            EscapeTable::MySql => written == b"\\N" || self.quote.is_some() && field == b"NULL",
            EscapeTable::PostgreSql => written == b"\\N",
        };
        by_table || self.has_escape(written) && words.iter().any(|word| **word == *written)
    }

    /// Whether a field has an escape without a meaning of its own before a letter that databases give one.
    pub(super) fn may_mean_more(&self, field: &[u8]) -> bool {
        let Some(escape) = self.escape.filter(|_| self.table == EscapeTable::Plain) else { return false };
        let mut at = 0;
        while let Some(found) = memchr(escape, field.get(at..).unwrap_or_default()).map(|found| at + found) {
            if matches!(field.get(found + 1), Some(b'0'..=b'7' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'x' | b'Z'))
            {
                return true;
            }
            at = found + 2;
        }
        false
    }

    /// Whether a line marks the end of the data.
    pub(super) fn ends_data(&self, line: &[u8]) -> bool {
        self.table == EscapeTable::PostgreSql && line == b"\\."
    }
}

/// Whether the line ends before `rest`.
fn is_line_end(rest: &[u8]) -> bool {
    matches!(rest, [] | [b'\r'] | [b'\n', ..] | [b'\r', b'\n', ..])
}
