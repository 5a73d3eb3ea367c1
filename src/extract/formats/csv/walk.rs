//! Walks through one record of any dialect, by the rules of [`Quoting`].

use memchr::memchr;

use super::{dialect::Dialect, quoting::Closing, quoting::Quoting};

/// Splits records, one at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk {
    quoting: Quoting,
    comment: Option<u8>,
}

/// How the walk through a record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walked {
    /// At its newline, or at the end of the data.
    Record { end: usize },
    /// A blank or comment line.
    NoRecord { end: usize },
    /// A quote is not closed in its line, or in all of the data.
    Unclosed,
    /// A quote closes in the middle of a field, which is detected at byte `at`.
    Misplaced { at: usize },
    /// More bytes are needed.
    Incomplete,
}

/// The bounds of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) start: usize,
    /// Its end, without the line end.
    pub(crate) end: usize,
    /// Where its delimiter or newline is, or the end of the data.
    pub(crate) border: usize,
}

impl Walk {
    #[inline]
    pub(crate) fn new(dialect: &Dialect) -> Self {
        Self { quoting: Quoting::new(dialect), comment: dialect.comment }
    }

    /// The rules that it follows.
    pub(super) fn quoting(&self) -> &Quoting {
        &self.quoting
    }

    /// Walks through the record that starts at `start` and reports the number and text of each field. With `whole`, no
    /// data follow, so that the end of the data is the end of the last record.
    pub(super) fn record(&self, data: &[u8], start: usize, whole: bool, mut field: impl FnMut(usize, &[u8])) -> Walked {
        let (mut number, mut scratch) = (0, Vec::new());
        self.split(data, start, whole, |found| {
            field(number, self.quoting.text(&data[found.start..found.end], &mut scratch));
            number += 1;
        })
    }

    /// Walks through the record that starts at `start` and reports the bounds of each field. Of an incomplete or faulty
    /// record, it reports the fields up to there.
    pub(super) fn split(&self, data: &[u8], start: usize, whole: bool, field: impl FnMut(Field)) -> Walked {
        self.split_if(data, start, whole, |_, _| true, field)
    }

    /// The same for a reader that may refuse what stands between quotes, from one byte to another: the closing quote then
    /// counts as misplaced.
    pub(crate) fn split_if(
        &self,
        data: &[u8],
        start: usize,
        whole: bool,
        quoted: impl FnMut(usize, usize) -> bool,
        field: impl FnMut(Field),
    ) -> Walked {
        let start = self.after_mark(data, start);
        self.no_record(data, start, whole).unwrap_or_else(|| self.fields(data, start, whole, quoted, field))
    }

    /// Where the record at `start` begins, after byte order marks of joined files.
    #[inline]
    pub(super) fn after_mark(&self, data: &[u8], start: usize) -> usize {
        self.quoting.after_mark(data, start)
    }

    /// Whether the line at `start` is blank or a comment.
    fn no_record(&self, data: &[u8], start: usize, whole: bool) -> Option<Walked> {
        let rest = &data[start..];
        let end = match rest {
            [first, ..] if Some(*first) == self.comment => memchr(b'\n', rest).map(|at| start + at),
            [b'\n', ..] => Some(start),
            [b'\r', b'\n', ..] => Some(start + 1),
            [] | [b'\r'] => None,
            _ => return None,
        };
        Some(match end {
            Some(end) => Walked::NoRecord { end },
            None if whole => Walked::NoRecord { end: data.len() },
            None => Walked::Incomplete,
        })
    }

    /// The fields of what is certainly a record.
    #[inline]
    pub(super) fn fields(
        &self,
        data: &[u8],
        record: usize,
        whole: bool,
        quoted: impl FnMut(usize, usize) -> bool,
        field: impl FnMut(Field),
    ) -> Walked {
        if self.quoting.is_plain() {
            self.fields_of::<true>(data, record, whole, quoted, field)
        } else {
            self.fields_of::<false>(data, record, whole, quoted, field)
        }
    }

    #[inline]
    fn fields_of<const PLAIN: bool>(
        &self,
        data: &[u8],
        record: usize,
        whole: bool,
        mut quoted: impl FnMut(usize, usize) -> bool,
        mut field: impl FnMut(Field),
    ) -> Walked {
        let mut start = self.after_mark(data, record);
        loop {
            let mut at = start;
            if let Some(quote) = self.quoting.opening(data, at) {
                let misplaced = match self.quoting.closing::<PLAIN>(data, start + 1, quote, whole) {
                    Closing::Closed { after } if quoted(start + 1, after - 1) => {
                        at = after;
                        None
                    }
                    Closing::Closed { after: at } | Closing::Misplaced { at } => Some(at),
                    Closing::Unclosed => return Walked::Unclosed,
                    Closing::Unknown { .. } => return Walked::Incomplete,
                };
                if let Some(at) = misplaced {
                    // The first line is the part to reject.
                    let ends = whole || memchr(b'\n', &data[record..]).is_some();
                    return if ends { Walked::Misplaced { at } } else { Walked::Incomplete };
                }
            }
            let (end, border) = self.quoting.field_end::<PLAIN>(data, at);
            field(Field { start, end, border });
            match data.get(border) {
                Some(b'\n') => return Walked::Record { end: border },
                None if whole => return Walked::Record { end: border },
                None => return Walked::Incomplete,
                Some(_) => start = border + self.quoting.delimiter_size::<PLAIN>(),
            }
        }
    }
}
