//! Splits text into records and fields under any dialect to be tried, with the reader's own walk. A dialect that is only
//! tried can be wrong, so there are limits to what a quoted value may contain.

use memchr::{memchr, memchr_iter};

use super::database::Database;
use crate::extract::{Field, TextDialect, Walk, Walked, push_text};

/// A possible dialect of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
    pub(super) comment: Option<u8>,
    /// The database whose rules hold for backslashes.
    pub(super) database: Option<Database>,
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
        let line_end = || memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at);
        let (mut breaks, mut first_break) = (0, None);
        let few_breaks = |from: usize, to: usize| {
            if to > *first_break.get_or_insert_with(line_end) {
                breaks += memchr_iter(b'\n', &text[from..to]).count();
            }
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
                let end = line_end();
                Split::Unclosed { end, next: next(end) }
            }
        }
    }

    /// The text of a field, without its quotes.
    pub(super) fn unquote(&self, field: &[u8], out: &mut Vec<u8>) {
        out.clear();
        match self.database {
            Some(database) => database.push_text(field, self.quote, out),
            None => push_text(field, self.quote, self.escape, out),
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

    /// Where the record at `at` begins, after byte order marks of joined files.
    fn after_marks(text: &[u8], mut at: usize) -> usize {
        while text[at..].starts_with(b"\xEF\xBB\xBF") {
            at += 3;
        }
        at
    }

    use crate::extract::quoting_tests;

    fn split(text: &str, escape: Option<u8>) -> Vec<Vec<String>> {
        let dialect = Dialect { delimiter: b';', quote: Some(b'"'), escape, comment: Some(b'#'), database: None };
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

    #[test]
    fn records_are_split_as_they_are_read() {
        quoting_tests::for_random_texts(|read, text, _| {
            let signs = read.signs();
            if !signs.delimiter.is_ascii() {
                return;
            }
            let delimiter = u8::try_from(signs.delimiter).unwrap();
            let (quote, escape, comment) = (signs.quote, signs.escape, read.comment);
            let dialect = Dialect { delimiter, quote, escape, comment, database: None };
            let (mut at, mut fields, mut raw, mut found) = (0, Vec::new(), Vec::new(), Vec::new());
            loop {
                match dialect.split(text, at, true, &mut fields) {
                    Split::More => break,
                    Split::Nothing { next } => at = next,
                    Split::Unclosed { next, .. } => {
                        found.push((after_marks(text, at), None));
                        at = next;
                    }
                    Split::Record { next, .. } => {
                        let texts = fields.iter().map(|(start, end)| {
                            dialect.unquote(&text[*start..*end], &mut raw);
                            raw.clone()
                        });
                        found.push((after_marks(text, at), Some(texts.collect())));
                        at = next;
                    }
                }
            }
            let read = TextDialect { newlines_in_values: true, ..*read };
            let shown = String::from_utf8_lossy(text);
            assert_eq!(found, quoting_tests::by_the_rules(&read, text), "{dialect:?} {shown:?}");
        });
    }
}
