//! Walks through one record byte by byte, by the rules of any dialect. Used where the faster splitter cannot be.

use memchr::memchr;

use super::dialect::Dialect;

/// A dialect's signs, prepared for comparison.
#[derive(Debug)]
pub(super) struct Walk {
    delimiter: [u8; 4],
    delimiter_size: usize,
    quote: Option<u8>,
    escape: Option<u8>,
    comment: Option<u8>,
    spans_lines: bool,
}

/// How the walk through a record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walked {
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

impl Walk {
    pub(super) fn new(dialect: &Dialect) -> Self {
        let signs = dialect.signs();
        let mut delimiter = [0; 4];
        let delimiter_size = signs.delimiter.encode_utf8(&mut delimiter).len();
        let (quote, escape, comment) = (signs.quote, signs.escape, dialect.comment);
        Self { delimiter, delimiter_size, quote, escape, comment, spans_lines: dialect.spans_lines() }
    }

    /// Walks through the record that starts at `start` and reports the number and text of each field. With `whole`, no
    /// data follow, so that the end of the data is the end of the last record.
    pub(super) fn record(&self, data: &[u8], start: usize, whole: bool, mut field: impl FnMut(usize, &[u8])) -> Walked {
        let line_end = memchr(b'\n', &data[start..]).map(|at| start + at);
        let line = &data[start..line_end.unwrap_or(data.len())];
        let is_comment = self.comment.is_some_and(|comment| line.first() == Some(&comment));
        if is_comment || line.is_empty() || line == b"\r" {
            return match line_end {
                None if !whole => Walked::Incomplete,
                _ => Walked::NoRecord { end: start + line.len() },
            };
        }
        if !self.spans_lines {
            if line_end.is_none() && !whole {
                return Walked::Incomplete;
            }
            let content = line.strip_suffix(b"\r").unwrap_or(line);
            return match self.fields(content, &mut field) {
                Walked::Record { .. } => Walked::Record { end: start + line.len() },
                Walked::Misplaced { .. } => Walked::Unclosed,
                other => other,
            };
        }
        match self.fields(&data[start..], &mut field) {
            Walked::Record { end } if start + end < data.len() || whole => Walked::Record { end: start + end },
            Walked::Unclosed if whole => Walked::Unclosed,
            // The first line is the part to reject.
            Walked::Misplaced { at } if whole || line_end.is_some() => Walked::Misplaced { at: start + at },
            _ => Walked::Incomplete,
        }
    }

    /// The fields up to the first newline that is not part of a value.
    fn fields(&self, data: &[u8], field: &mut impl FnMut(usize, &[u8])) -> Walked {
        let mut text = Vec::new();
        let (mut at, mut number) = (0, 0);
        loop {
            text.clear();
            if self.quote.is_some() && data.get(at) == self.quote.as_ref() {
                match self.quoted(data, at + 1, &mut text) {
                    Some(after) if self.ends_field(&data[after..]) => at = after,
                    Some(after) => return Walked::Misplaced { at: after + self.matching(&data[after..]) },
                    None => return Walked::Unclosed,
                }
            }
            let delimited = loop {
                let rest = &data[at..];
                match rest.first() {
                    None | Some(b'\n') => break false,
                    Some(b'\r') if matches!(rest, [_, b'\n', ..]) || (self.spans_lines && rest.len() == 1) => {
                        break false;
                    }
                    _ if rest.starts_with(&self.delimiter[..self.delimiter_size]) => break true,
                    Some(byte) if Some(*byte) == self.escape => at = self.escaped(data, at, &mut text),
                    Some(byte) => {
                        text.push(*byte);
                        at += 1;
                    }
                }
            };
            field(number, &text);
            if !delimited {
                return Walked::Record { end: at + usize::from(data.get(at) == Some(&b'\r')) };
            }
            number += 1;
            at += self.delimiter_size;
        }
    }

    /// Whether a field may end before `rest`, as far as it is known.
    fn ends_field(&self, rest: &[u8]) -> bool {
        matches!(rest.first(), None | Some(b'\n' | b'\r')) || self.matching(rest) == rest.len().min(self.delimiter_size)
    }

    /// How many bytes of a delimiter match.
    fn matching(&self, rest: &[u8]) -> usize {
        self.delimiter[..self.delimiter_size].iter().zip(rest).take_while(|(sign, byte)| sign == byte).count()
    }

    /// Reads from after an opening quote. Returns where the field continues after the closing one.
    fn quoted(&self, data: &[u8], mut at: usize, text: &mut Vec<u8>) -> Option<usize> {
        loop {
            let byte = *data.get(at)?;
            if Some(byte) == self.quote {
                if data.get(at + 1) != Some(&byte) {
                    return Some(at + 1);
                }
                text.push(byte);
                at += 2;
            } else if Some(byte) == self.escape {
                at = self.escaped(data, at, text);
            } else {
                text.push(byte);
                at += 1;
            }
        }
    }

    /// Reads an escape and the character after it. The data's last escape has none after it and is data itself.
    fn escaped(&self, data: &[u8], at: usize, text: &mut Vec<u8>) -> usize {
        let taken = match data.get(at + 1..).unwrap_or_default() {
            [b'\r', b'\n', ..] => 2,
            [] => {
                text.extend_from_slice(&data[at..=at]);
                return at + 1;
            }
            // A character beyond ASCII: none of its other bytes means anything, except in a delimiter.
            [first, rest @ ..] if !first.is_ascii() => {
                1 + rest.iter().take(3).take_while(|byte| *byte & 0xC0 == 0x80).count()
            }
            _ => 1,
        };
        text.extend_from_slice(&data[at + 1..at + 1 + taken]);
        at + 1 + taken
    }
}
