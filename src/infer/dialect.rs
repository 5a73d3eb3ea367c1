//! Detects delimiter, quote, escape, comment, lines before the header, and whether there is a header: the choice that
//! fits the file's first part most consistently. The whole file then confirms it, or the comments report what does not
//! fit.

use super::database::Database;
use super::header::{Header, header, holds_values, is_value};
use super::null_words::NULL_WORDS;
use super::record_types::{RecordTypes, record_types};
use super::split::{Dialect, Split};
use crate::config::NamesFrom;

/// Possible delimiters, the likelier ones first.
const DELIMITERS: [u8; 7] = [b';', b',', b'\t', b'|', b'^', b'~', 0x1F];
/// Records in the sample.
const SAMPLE: usize = 2000;
/// What a record with fewer fields than the header counts, compared with a whole one.
const SHORT_ROWS: f64 = 0.95;
/// A preamble has at most this many lines.
const MOST_SKIPPED: usize = 30;
/// With fewer rows that end early, they are faults.
const LEAST_SHORT: usize = 2;

/// The layout of a file, from its first part.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) dialect: Dialect,
    /// Number of fields in a record.
    pub(super) width: usize,
    /// Lines before the header, or before the first record.
    pub(super) skip_lines: u32,
    /// Those of them that are the header, if it does not name the columns.
    pub(super) skipped_header: u32,
    /// `None` if the first record is data.
    pub(super) header: Option<Header>,
    /// Lines of the header, if there is one.
    pub(super) header_lines: u32,
    /// The evidence for or against a header, as text.
    pub(super) header_evidence: String,
    /// Whether the last fields of a record may be missing.
    pub(super) short_rows: bool,
    /// Whether records end in a delimiter, with nothing after it.
    pub(super) trailing_delimiters: bool,
    /// Columns of numbers, days or addresses.
    pub(super) value_columns: Vec<usize>,
    pub(super) types: Option<RecordTypes>,
}

impl Layout {
    /// Whether a record has the fields of the table.
    pub(super) fn fits(&self, text: &[u8], fields: &[(usize, usize)]) -> bool {
        let found = fields.len();
        if found == self.width {
            return true;
        }
        if found > self.width {
            return self.trailing_delimiters && found == self.width + 1 && fields[self.width].0 == fields[self.width].1;
        }
        self.short_rows && begins_a_record(&self.cells(text, fields), &self.value_columns)
    }

    /// Whether a record has a value in a column of values: then it is not a title, even if it has few fields.
    pub(super) fn has_values(&self, text: &[u8], fields: &[(usize, usize)]) -> bool {
        let cells = self.cells(text, fields);
        self.value_columns.iter().filter_map(|column| cells.get(*column)).any(|cell| is_value(cell))
    }

    /// Whether a line before the header or the first record looks like a record, or like the header of these records: then
    /// it is not a title.
    pub(super) fn is_like_a_record(&self, line: &[u8]) -> bool {
        let records = self.dialect.records(line.strip_suffix(b"\r").unwrap_or(line), true, 1);
        let Some(cells) = records.first() else { return false };
        let cells: Vec<String> = cells.iter().map(|cell| text_of(&self.dialect, cell)).collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let is_filled = cells.len() > 1 && filled * 2 > cells.len();
        let is_wide = cells.len() + 1 >= self.width;
        is_filled && (self.header.is_none() || is_wide && begins_a_record(&cells, &self.value_columns))
    }

    fn cells(&self, text: &[u8], fields: &[(usize, usize)]) -> Vec<String> {
        fields.iter().map(|(from, to)| text_of(&self.dialect, &text[*from..*to])).collect()
    }
}

/// Whether cells are the first of a record: in columns of values they are values, at least one of them.
fn begins_a_record(cells: &[String], value_columns: &[usize]) -> bool {
    let is_filled = |cell: &&String| !cell.is_empty() && !NULL_WORDS.contains(&cell.as_str());
    let values = || value_columns.iter().filter_map(|column| cells.get(*column)).filter(is_filled);
    cells.len() > 1 && values().count() > 0 && values().all(|cell| is_value(cell))
}

/// Detects the layout of a file from its start `head`, which is the whole file if `ended`.
pub(super) fn detect(head: &[u8], ended: bool) -> Layout {
    let comment = comment_of(head);
    let mut best: Option<(f64, Dialect, usize)> = None;
    let database = Database::of(head);
    for quote in quotes_of(head, database) {
        for delimiter in DELIMITERS {
            let escape = database.map(|_| b'\\').or_else(|| escape_of(head, quote));
            let dialect = Dialect { delimiter, quote, escape, comment, database };
            let (score, width) = score(&dialect, head, ended);
            if best.as_ref().is_none_or(|(known, ..)| score > *known) {
                best = Some((score, dialect, width));
            }
        }
    }
    let comma = Dialect { delimiter: b',', quote: Some(b'"'), escape: None, comment, database: None };
    let (_, mut dialect, width) = best.filter(|(score, ..)| *score > 0.0).unwrap_or((0.0, comma, 1));
    // A line that begins with the sign may also be a part of a value.
    let uncommented = Dialect { comment: None, ..dialect };
    let is_comment = |record: &Vec<&[u8]>| record.first().is_some_and(|field| field.starts_with(b"#"));
    if comment.is_some() && !uncommented.records(head, ended, usize::MAX).iter().any(is_comment) {
        dialect = uncommented;
    }
    let all = texts(&dialect, head, ended);
    if let Some(types) = record_types(&all) {
        return of_types(dialect, types, &all);
    }
    let (width, trailing_delimiters) = declared_width(&all, width);
    let skip_lines = preamble(head, &dialect, width);
    let after = after_lines(head, skip_lines as usize);
    let all = texts(&dialect, after, ended);
    let is_closed = |record: &&Vec<String>| trailing_delimiters && record.len() == width + 1;
    let whole = all.iter().filter(|record| record.len() == width || is_closed(record));
    let records: Vec<Vec<String>> = whole.map(|record| record[..width].to_vec()).collect();
    let (header, header_evidence) = header(&records);
    let heads = header.as_ref().map_or(0, |header| header.records);
    let (heads_of, rows) = records.split_at((heads as usize).min(records.len()));
    // A header that comes again is not a row.
    let rows: Vec<Vec<String>> = rows.iter().filter(|row| !heads_of.contains(row)).cloned().collect();
    let value_columns: Vec<usize> = (0..width).filter(|column| holds_values(&rows, *column)).collect();
    let short_rows = header.is_some() && has_short_rows(&all, &rows, width, &value_columns);
    let header_lines = lines_of(&dialect, after, ended, heads);
    Layout {
        dialect,
        width,
        skip_lines,
        skipped_header: 0,
        header,
        header_lines,
        header_evidence,
        short_rows,
        trailing_delimiters,
        value_columns,
        types: None,
    }
}

/// The layout of records of several types.
fn of_types(dialect: Dialect, types: RecordTypes, all: &[Vec<String>]) -> Layout {
    let of = |name: &str| all.iter().filter(|record| record[0] == name).cloned().collect::<Vec<_>>();
    let rows = of(&types.value);
    let width = rows.first().map_or(0, Vec::len);
    let names = types.header.as_ref().and_then(|name| of(name).into_iter().next());
    let header = names.map(|names| Header { names, records: 0, names_from: NamesFrom::First });
    let header_evidence = match &types.header {
        Some(name) => format!("header: the records of type {name} name the columns"),
        None => "no header: no type of record names the columns".to_owned(),
    };
    Layout {
        dialect,
        width,
        skip_lines: 0,
        skipped_header: 0,
        header,
        header_lines: 0,
        header_evidence,
        short_rows: false,
        trailing_delimiters: false,
        value_columns: Vec::new(),
        types: Some(types),
    }
}

/// The number of columns, and whether records have a delimiter after the last: by a header that is wider than most
/// records, or narrower by a field that is always empty.
fn declared_width(all: &[Vec<String>], common: usize) -> (usize, bool) {
    let reads_like_names = |record: &&Vec<String>| {
        record.len() * 2 > common
            && record.len() > 1
            && record.iter().filter(|cell| cell.is_empty()).count() <= 1
            && record
                .iter()
                .filter(|cell| !cell.is_empty())
                .all(|cell| !is_value(cell) && cell.starts_with(|first: char| first.is_alphabetic() || first == '_'))
    };
    let Some(names) = all.iter().take(MOST_SKIPPED).find(reads_like_names) else { return (common, false) };
    let longest = all.iter().map(Vec::len).max().unwrap_or(common);
    let is_open = |record: &Vec<String>| record.len() == common && record[common - 1].is_empty();
    if names.len() > common && names.len() == longest {
        (names.len(), false)
    } else if names.len() + 1 == common && all.iter().filter(|record| record.len() == common).all(is_open) {
        (names.len(), true)
    } else {
        (common, false)
    }
}

/// Whether rows end early, as a spreadsheet program writes them: many do, they begin like others, and what they lack is
/// empty in some complete row, or there is none.
fn has_short_rows(all: &[Vec<String>], rows: &[Vec<String>], width: usize, value_columns: &[usize]) -> bool {
    let short: Vec<&Vec<String>> =
        all.iter().filter(|record| record.len() < width && begins_a_record(record, value_columns)).collect();
    let shortest = short.iter().map(|record| record.len()).min().unwrap_or(width);
    // Where no row ends in an empty cell, the last column is never empty in a complete row.
    let may_lack = |column: &usize| *column + 1 == width && !value_columns.contains(column);
    let may_be_empty = (shortest..width)
        .all(|column| rows.is_empty() || may_lack(&column) || rows.iter().any(|row| row[column].is_empty()));
    short.len() >= LEAST_SHORT && short.len() * 100 >= all.len() && may_be_empty
}

/// The records of a text as UTF-8.
fn texts(dialect: &Dialect, text: &[u8], ended: bool) -> Vec<Vec<String>> {
    let records = dialect.records(text, ended, SAMPLE);
    records.iter().map(|record| record.iter().map(|field| text_of(dialect, field)).collect()).collect()
}

/// The lines up to the end of the first `records` records.
fn lines_of(dialect: &Dialect, text: &[u8], ended: bool, records: u32) -> u32 {
    let (mut at, mut fields, mut left) = (0, Vec::new(), records);
    while left > 0 {
        match dialect.split(text, at, ended, &mut fields) {
            Split::Nothing { next } => at = next,
            Split::Record { next, .. } | Split::Unclosed { next, .. } => {
                at = next;
                left -= 1;
            }
            Split::More => break,
        }
    }
    u32::try_from(memchr::memchr_iter(b'\n', &text[..at]).count()).unwrap_or(u32::MAX)
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
    let (mut share, mut fields) = (common.len() as f64 / records.len() as f64, common[0] as f64);
    // Rows may end early, where a header shows how many fields they have.
    if let Some(width) = widths.last().copied().filter(|width| *width > common[0] && has_header_of(&records, *width)) {
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let (of_rows, width) = (widths.len() as f64 / records.len() as f64, width as f64);
        if of_rows * SHORT_ROWS > share {
            (share, fields) = (of_rows * SHORT_ROWS, width);
        }
    }
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

/// Whether one of the first records has this number of fields, and all of them read like names.
fn has_header_of(records: &[Vec<&[u8]>], width: usize) -> bool {
    let is_name = |field: &&[u8]| {
        let text = String::from_utf8_lossy(field);
        let text = text.trim_matches(['"', '\u{feff}', ' ']);
        text.starts_with(|first: char| first.is_alphabetic() || first == '_') && !is_value(text)
    };
    // One column may have no name.
    let names = |record: &Vec<&[u8]>| record.iter().filter(|field| is_name(field)).count() + 1 >= width;
    width > 2 && records.iter().take(MOST_SKIPPED).any(|record| record.len() == width && names(record))
}

fn quotes_of(head: &[u8], database: Option<Database>) -> Vec<Option<u8>> {
    match database {
        Some(Database::PostgreSql) => return vec![None],
        Some(Database::MySql) => return vec![None, Some(b'"')],
        None => {}
    }
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
            assert_eq!(layout.header.unwrap().names, ["a", "b"], "{text}");
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
