//! Splits text into records and fields under any dialect to be tried, with the reader's own walk. A dialect that is only
//! tried can be wrong, so there are limits to what a quoted value may contain.

use memchr::{memchr, memchr_iter};

use crate::extract::{Field, TextDialect, Walk, Walked, push_text};

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
    /// The reader's walk for this dialect. Any quoted value may contain newlines.
    fn walk(&self) -> Walk {
        let dialect = TextDialect { newlines_in_values: true, comment: self.comment, ..TextDialect::default() };
        Walk::new(&dialect.with_signs(self.delimiter.into(), self.quote, self.escape))
    }

    /// Splits the record at `start`. Writes the boundaries of its fields to `fields`.
    pub(super) fn split(&self, text: &[u8], start: usize, ended: bool, fields: &mut Vec<(usize, usize)>) -> Split {
        fields.clear();
        let Some(first) = text.get(start).copied() else { return Split::More };
        let mut breaks = 0;
        let few_breaks = |value: &[u8]| {
            breaks += memchr_iter(b'\n', value).count();
            breaks <= MOST_BREAKS
        };
        let walked = self.walk().split_if(text, start, ended, few_breaks, |field: Field| {
            fields.push((field.start, field.end));
        });
        let next = |end: usize| (end + 1).min(text.len());
        let is_long = text.len() - start > LONGEST;
        match walked {
            Walked::NoRecord { end } => Split::Nothing { next: next(end) },
            Walked::Record { end } => {
                let content = fields.last().map_or(end, |(_, end)| *end);
                Split::Record { end: content, next: next(end), breaks }
            }
            Walked::Incomplete if !is_long || Some(first) == self.comment => Split::More,
            Walked::Unclosed | Walked::Misplaced { .. } | Walked::Incomplete => {
                let end = memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at);
                Split::Unclosed { end, next: next(end) }
            }
        }
    }

    /// The text of a field, without its quotes.
    pub(super) fn unquote(&self, field: &[u8], out: &mut Vec<u8>) {
        out.clear();
        push_text(field, self.quote, self.escape, out);
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
