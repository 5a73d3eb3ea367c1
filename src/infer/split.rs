//! Splits text into records and fields under any dialect to be tried. The extract reader has its own, faster splitter
//! for the declared dialect; the inferred block is verified with that one in the end.

use memchr::{memchr, memchr2, memchr3};

/// A possible dialect of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
    pub(super) comment: Option<u8>,
}

/// A quoted value with more line breaks than this means a stray quote.
const MOST_BREAKS: usize = 200;
/// A longer value means the same.
pub(super) const LONGEST: usize = 1 << 20;

/// One record, or the reason for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    /// A record that ends before `end`, with the next one starting at `next` and `breaks` line breaks inside quotes.
    Record { end: usize, next: usize, breaks: usize },
    /// A line with an unclosed quote.
    Unclosed { end: usize, next: usize },
    /// A blank line or a comment.
    Nothing { next: usize },
    /// More bytes are needed.
    More,
}

impl Dialect {
    /// Splits the record at `start`. Writes the boundaries of its fields to `fields`.
    pub(super) fn split(&self, text: &[u8], start: usize, ended: bool, fields: &mut Vec<(usize, usize)>) -> Split {
        fields.clear();
        let first = text.get(start).copied();
        if first.is_none() {
            return Split::More;
        }
        if matches!(first, Some(b'\n'))
            || text[start..].starts_with(b"\r\n")
            || (self.comment.is_some() && first == self.comment)
        {
            return match memchr(b'\n', &text[start..]) {
                Some(at) => Split::Nothing { next: start + at + 1 },
                None if ended => Split::Nothing { next: text.len() },
                None => Split::More,
            };
        }
        let (mut at, mut breaks) = (start, 0);
        loop {
            let field = at;
            if self.quote.is_some() && text.get(at).copied() == self.quote {
                match self.quoted(text, at + 1, &mut breaks) {
                    Some(after) if after == text.len() && !ended => return Split::More,
                    Some(after) if breaks <= MOST_BREAKS && self.ends_field(text, after) => at = after,
                    None if !ended && text.len() - start <= LONGEST => return Split::More,
                    _ => return self.unclosed(text, start, ended),
                }
            }
            let end = match self.field_end(text, at) {
                Some(end) => end,
                None if !ended => {
                    return if text.len() - start > LONGEST { self.unclosed(text, start, ended) } else { Split::More };
                }
                None => text.len(),
            };
            // Before the end, it is unknown whether the byte after the last one closes a quote.
            if text.get(end) == Some(&self.delimiter) {
                fields.push((field, end));
                at = end + 1;
                continue;
            }
            let content = if end > field && text[end - 1] == b'\r' { end - 1 } else { end };
            fields.push((field, content));
            return Split::Record { end: content, next: (end + 1).min(text.len()), breaks };
        }
    }

    /// A quote closes only where its field ends.
    fn ends_field(&self, text: &[u8], at: usize) -> bool {
        text.get(at).is_none_or(|next| *next == self.delimiter || matches!(next, b'\n' | b'\r'))
    }

    fn unclosed(&self, text: &[u8], start: usize, ended: bool) -> Split {
        match memchr(b'\n', &text[start..]) {
            Some(at) => Split::Unclosed { end: start + at, next: start + at + 1 },
            None if ended || text.len() - start > LONGEST => Split::Unclosed { end: text.len(), next: text.len() },
            None => Split::More,
        }
    }

    /// The end of the quoted part that starts at `at`.
    fn quoted(&self, text: &[u8], mut at: usize, breaks: &mut usize) -> Option<usize> {
        let quote = self.quote?;
        loop {
            let rest = text.get(at..)?;
            let found = at
                + match self.escape {
                    Some(escape) => memchr3(quote, escape, b'\n', rest)?,
                    None => memchr2(quote, b'\n', rest)?,
                };
            match text[found] {
                b'\n' => {
                    *breaks += 1;
                    at = found + 1;
                }
                byte if byte == quote && text.get(found + 1) == Some(&quote) => at = found + 2,
                byte if byte == quote => return Some(found + 1),
                _ => at = found + 2,
            }
        }
    }

    fn field_end(&self, text: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let rest = text.get(at..)?;
            let found = at
                + match self.escape {
                    Some(escape) => memchr3(self.delimiter, b'\n', escape, rest)?,
                    None => memchr2(self.delimiter, b'\n', rest)?,
                };
            if Some(text[found]) != self.escape {
                return Some(found);
            }
            at = found + 2;
        }
    }

    /// The text of a field, without its quotes.
    pub(super) fn unquote(&self, field: &[u8], out: &mut Vec<u8>) {
        out.clear();
        let quoted = self.quote.is_some() && field.first().copied() == self.quote;
        if !quoted && self.escape.is_none() {
            out.extend_from_slice(field);
            return;
        }
        let mut bytes = field.iter().copied().skip(usize::from(quoted)).peekable();
        let mut open = quoted;
        while let Some(byte) = bytes.next() {
            if Some(byte) == self.escape {
                out.extend(bytes.next());
            } else if open && Some(byte) == self.quote {
                match bytes.peek() {
                    Some(next) if *next == byte => out.extend(bytes.next()),
                    _ => open = false,
                }
            } else {
                out.push(byte);
            }
        }
    }

    /// The first `most` records of a text, each with its fields.
    pub(super) fn records<'a>(&self, text: &'a [u8], ended: bool, most: usize) -> Vec<Vec<&'a [u8]>> {
        let (mut at, mut fields, mut records) = (0, Vec::new(), Vec::new());
        while records.len() < most {
            match self.split(text, at, ended, &mut fields) {
                Split::More => break,
                Split::Nothing { next } => at = next,
                Split::Unclosed { end, next } => {
                    records.push(vec![&text[at..end]]);
                    at = next;
                }
                Split::Record { next, .. } => {
                    records.push(fields.iter().map(|(start, end)| &text[*start..*end]).collect());
                    at = next;
                }
            }
        }
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, escape: Option<u8>) -> Vec<Vec<String>> {
        let dialect = Dialect { delimiter: b';', quote: Some(b'"'), escape, comment: Some(b'#') };
        let texts = |record: Vec<&[u8]>| {
            let mut out = Vec::new();
            record
                .iter()
                .map(|field| {
                    dialect.unquote(field, &mut out);
                    String::from_utf8_lossy(&out).into_owned()
                })
                .collect()
        };
        dialect.records(text.as_bytes(), true, 100).into_iter().map(texts).collect()
    }

    #[test]
    fn quotes_may_contain_delimiters_breaks_and_quotes() {
        assert_eq!(split("a;b\r\n\n#x\n\"1;\n\"\"\";2", None), [["a", "b"], ["1;\n\"", "2"]]);
        assert_eq!(split("\"a\\\"b\";c\n", Some(b'\\')), [["a\"b", "c"]]);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let found = split("a;\"b\n1;2\n", None);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], ["1", "2"]);
    }
}
