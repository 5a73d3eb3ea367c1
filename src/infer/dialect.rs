//! Detects delimiter, quote, escape, comment, lines before the header, and whether there is a header: the choice that
//! fits the file's first part most consistently. The whole file then confirms it, or the comments report what does not
//! fit.

use super::day::day;
use super::number::number;
use super::split::{Dialect, Split};

/// Possible delimiters, the likelier ones first.
const DELIMITERS: [u8; 7] = [b';', b',', b'\t', b'|', b'^', b'~', 0x1F];
/// Records in the sample.
const SAMPLE: usize = 2000;
/// A preamble has at most this many lines.
const MOST_SKIPPED: usize = 30;

/// The layout of a file, from its first part.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) dialect: Dialect,
    /// Number of fields in a record.
    pub(super) width: usize,
    /// Lines before the header, or before the first record.
    pub(super) skip_lines: u32,
    /// Names of the columns; `None` if the first record is data.
    pub(super) header: Option<Vec<String>>,
    /// Lines of the header, if there is one.
    pub(super) header_lines: u32,
    /// The evidence for or against a header, as text.
    pub(super) header_evidence: String,
}

/// Detects the layout of a file from its start `head`, which is the whole file if `ended`.
pub(super) fn detect(head: &[u8], ended: bool) -> Layout {
    let comment = comment_of(head);
    let mut best: Option<(f64, Dialect, usize)> = None;
    for quote in quotes_of(head) {
        for delimiter in DELIMITERS {
            let dialect = Dialect { delimiter, quote, escape: escape_of(head, quote), comment };
            let (score, width) = score(&dialect, head, ended);
            if best.as_ref().is_none_or(|(known, ..)| score > *known) {
                best = Some((score, dialect, width));
            }
        }
    }
    let comma = Dialect { delimiter: b',', quote: Some(b'"'), escape: None, comment };
    let (_, dialect, width) = best.filter(|(score, ..)| *score > 0.0).unwrap_or((0.0, comma, 1));
    let skip_lines = preamble(head, &dialect, width);
    let after = after_lines(head, skip_lines as usize);
    let records = dialect.records(after, ended, SAMPLE);
    let records: Vec<Vec<String>> = records
        .iter()
        .filter(|record| record.len() == width)
        .map(|record| record.iter().map(|field| text_of(&dialect, field)).collect())
        .collect();
    let (header, header_evidence) = header(&records);
    let header_lines = if header.is_some() { lines_of_first(&dialect, after, ended) } else { 0 };
    Layout { dialect, width, skip_lines, header, header_lines, header_evidence }
}

/// The lines up to the end of the first record.
fn lines_of_first(dialect: &Dialect, text: &[u8], ended: bool) -> u32 {
    let (mut at, mut fields) = (0, Vec::new());
    while let Split::Nothing { next } = dialect.split(text, at, ended, &mut fields) {
        at = next;
    }
    let end = match dialect.split(text, at, ended, &mut fields) {
        Split::Record { next, .. } | Split::Unclosed { next, .. } => next,
        Split::Nothing { .. } | Split::More => text.len(),
    };
    u32::try_from(memchr::memchr_iter(b'\n', &text[..end]).count()).unwrap_or(u32::MAX)
}

fn text_of(dialect: &Dialect, field: &[u8]) -> String {
    let (mut raw, mut out) = (Vec::new(), Vec::new());
    dialect.unquote(field, &mut raw);
    super::encoding::push_utf8(&raw, &mut out);
    String::from_utf8_lossy(&out).trim().to_owned()
}

/// How consistent a dialect is: the share of records with the most frequent number of fields, and that number.
fn score(dialect: &Dialect, head: &[u8], ended: bool) -> (f64, usize) {
    let records = dialect.records(head, ended, SAMPLE);
    let mut widths: Vec<usize> = records.iter().map(Vec::len).filter(|width| *width > 1).collect();
    widths.sort_unstable();
    let common = widths.chunk_by(|a, b| a == b).max_by_key(|run| run.len());
    let Some(common) = common else { return (0.0, 1) };
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let (share, fields) = (common.len() as f64 / records.len() as f64, common[0] as f64);
    // A quote inside a field, or at only one of its ends, is evidence against the dialect.
    let stray = records.iter().flatten().filter(|field| {
        [b'"', b'\''].iter().any(|quote| {
            dialect.quote != Some(*quote)
                && field.len() > 1
                && field.first() == Some(quote)
                && field.last() == Some(quote)
        })
    });
    let stray = stray.count().min(records.len());
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let penalty = 1.0 - 0.5 * stray as f64 / records.len() as f64;
    (share * share * penalty * (1.0 + fields.ln() / 10.0), common[0])
}

fn quotes_of(head: &[u8]) -> Vec<Option<u8>> {
    let has = |quote: u8| head.contains(&quote);
    let mut quotes = vec![Some(b'"')];
    // An apostrophe is a quote only if fields start and end with it.
    let begins = head.windows(2).any(|pair| DELIMITERS.contains(&pair[0]) && pair[1] == b'\'');
    if begins && has(b'\'') {
        quotes.push(Some(b'\''));
    }
    if has(b'"') {
        quotes.push(None);
    }
    quotes
}

/// A backslash that makes a quote ordinary.
fn escape_of(head: &[u8], quote: Option<u8>) -> Option<u8> {
    let quote = quote?;
    let escaped = head
        .windows(3)
        .filter(|three| {
            three[0] == b'\\'
                && three[1] == quote
                && !matches!(three[2], b'\r' | b'\n')
                && !DELIMITERS.contains(&three[2])
        })
        .count();
    let doubled = head
        .windows(4)
        .filter(|four| {
            four[1] == quote && four[2] == quote && four[0].is_ascii_alphanumeric() && four[3].is_ascii_alphanumeric()
        })
        .count();
    (escaped > 0 && escaped > doubled).then_some(b'\\')
}

/// `#` starts comments if the lines that start with it do not look like the records around them.
fn comment_of(head: &[u8]) -> Option<u8> {
    let lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').take(SAMPLE).collect();
    let delimiters = |line: &[u8]| DELIMITERS.map(|delimiter| line.iter().filter(|byte| **byte == delimiter).count());
    let (comments, others): (Vec<&[u8]>, Vec<&[u8]>) = lines.into_iter().partition(|line| line.starts_with(b"#"));
    let usual = others.iter().map(|line| delimiters(line)).nth(others.len() / 2)?;
    let alike = comments.iter().filter(|line| usual.iter().sum::<usize>() > 0 && delimiters(line) == usual).count();
    (!comments.is_empty() && alike == 0 && comments.len() < others.len()).then_some(b'#')
}

/// The number of lines at the start with another number of fields than the records.
fn preamble(head: &[u8], dialect: &Dialect, width: usize) -> u32 {
    // A line that names the delimiter for Excel.
    if head.len() > 5 && head[..4].eq_ignore_ascii_case(b"sep=") && matches!(head.get(5), Some(b'\r' | b'\n')) {
        return 1;
    }
    if width < 2 {
        return 0;
    }
    let lines = head.split_inclusive(|byte| *byte == b'\n').take(MOST_SKIPPED);
    let fits = |line: &[u8]| {
        dialect.records(line, true, 1).first().is_some_and(|record| record.len() == width && !is_blank(record))
    };
    // A record of several lines is not a preamble, so the first one is also tried as a record.
    if dialect.records(head, true, 1).first().is_some_and(|record| record.len() == width && !is_blank(record)) {
        return 0;
    }
    let skipped = lines.take_while(|line| !fits(line)).count();
    if skipped == MOST_SKIPPED { 0 } else { u32::try_from(skipped).unwrap_or(0) }
}

fn is_blank(record: &[&[u8]]) -> bool {
    record.iter().filter(|field| field.trim_ascii().is_empty()).count() * 2 > record.len()
}

/// The text after the first `lines` lines.
pub(super) fn after_lines(text: &[u8], lines: usize) -> &[u8] {
    let mut rest = text;
    for _ in 0..lines {
        rest = memchr::memchr(b'\n', rest).map_or(&[][..], |at| &rest[at + 1..]);
    }
    rest
}

/// Whether the first record is a header: none of its cells is a value, and the columns below contain values of another
/// kind, or it reads like names.
pub(super) fn header(records: &[Vec<String>]) -> (Option<Vec<String>>, String) {
    let Some((first, rows)) = records.split_first() else { return (None, "the file contains no records".to_owned()) };
    let is_value = |cell: &str| {
        number(cell.as_bytes()).is_some() || day(cell.as_bytes(), |_, _| {}).is_some() || cell.contains('@')
    };
    if let Some(cell) = first.iter().find(|cell| is_value(cell)) {
        let like = if cell.contains('@') { "an address".to_owned() } else { format!("the value {cell}") };
        return (None, format!("no header: the first record contains {like}"));
    }
    let filled = |column: usize| rows.iter().map(move |row| row[column].as_str()).filter(|cell| !cell.is_empty());
    let contrast = (0..first.len()).filter(|column| {
        let (values, all) = (filled(*column).filter(|cell| is_value(cell)).count(), filled(*column).count());
        all > 0 && values * 10 >= all * 8
    });
    let contrast = contrast.count();
    if contrast > 0 && first.iter().any(|cell| !cell.is_empty()) {
        let columns = if contrast == 1 { "1 column".to_owned() } else { format!("{contrast} columns") };
        return (
            Some(first.clone()),
            format!("header: {columns} of numbers, days or addresses, except in the first record"),
        );
    }
    let repeats = (0..first.len()).filter(|column| filled(*column).any(|cell| cell == first[*column])).count();
    if repeats > 0 {
        return (None, "no header: cells of the first record repeat in later ones".to_owned());
    }
    let name_like = |cell: &String| {
        cell.starts_with(|first: char| first.is_alphabetic() || first == '_') && cell.chars().count() <= 64
    };
    let distinct = first.iter().enumerate().all(|(at, cell)| !first[..at].contains(cell));
    if first.iter().all(name_like) && distinct {
        return (
            Some(first.clone()),
            "header: the first record reads like names; all columns contain text, so please check".to_owned(),
        );
    }
    (None, "no header: the first record does not read like names".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_consistent_delimiter_is_chosen() {
        for (text, delimiter) in [
            ("a;b\n1,5;2\n2,5;3\n", b';'),
            ("a,b\n\"1;5\",2\n\"2;5\",3\n", b','),
            ("a\tb\n1\t2, 3\n", b'\t'),
            ("a|b\n1|2,3;4\n", b'|'),
        ] {
            let layout = detect(text.as_bytes(), true);
            assert_eq!((layout.dialect.delimiter, layout.width), (delimiter, 2), "{text}");
            assert_eq!(layout.header.unwrap(), ["a", "b"], "{text}");
        }
    }

    #[test]
    fn lines_before_the_header_are_counted() {
        let layout = detect(b"Report of 2024\n\nid;name;amount\n1;a;2\n2;b;3\n", true);
        assert_eq!((layout.skip_lines, layout.width), (2, 3));
        assert_eq!(detect(b"sep=;\na;b\n1;2\n", true).skip_lines, 1);
    }

    #[test]
    fn a_first_record_of_values_is_not_a_header() {
        assert!(detect(b"1;a\n2;b\n", true).header.is_none());
        assert!(detect(b"red;big\nblue;small\nred;small\n", true).header.is_none());
        assert!(detect(b"colour;size\nblue;small\nred;small\n", true).header.is_some());
    }
}
