//! Examines the start of a file: format, compression, encoding, dialect and header.

use std::io::{self, Cursor, Read};
use std::path::Path;

use super::dialect::{Layout, detect};
use super::encoding::{RecodedReader, Utf16Reader, old_encoding, utf16};
use super::input::{self, Input, Kind};
use super::line_ends::{LineEnds, LineFeeds};
use super::sniffed::Sniffed;
use super::sql_name::{sql_name, sql_names};
use super::{json, parquet, xlsx};
use crate::config::Encoding;
use crate::invisible::as_seen;

/// Lines examined for a fixed width.
const SAMPLE_LINES: usize = 500;

/// Examines a file, or each member of a zip archive.
pub(super) fn sniff(path: &Path) -> io::Result<Vec<Sniffed>> {
    // A pipe can be read once only.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is a folder, a pipe or a device, and not a file"));
    }
    let Some(members) = input::members(path)? else { return Ok(vec![examine(path, None)?]) };
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for name in &members {
        match examine(path, Some(name)) {
            Ok(member) => found.push(member),
            Err(error) => unread.push((name, error)),
        }
    }
    let Some(first) = found.first_mut() else {
        return Err(unread.pop().map_or_else(|| io::Error::other("it has no members"), |(_, error)| error));
    };
    first.remarks.extend(unread.iter().map(|(name, error)| format!("member {name} is left out: {error}")));
    found.iter_mut().for_each(|member| member.siblings = members.len());
    Ok(found)
}

fn examine(path: &Path, member: Option<&String>) -> io::Result<Sniffed> {
    let Input { kind, compression, head, .. } = input::open(path, member.map(String::as_str))?;
    let mut found = Sniffed {
        path: path.to_owned(),
        member: member.cloned(),
        siblings: 0,
        kind,
        compression,
        names: Vec::new(),
        stated: Vec::new(),
        layout: None,
        recoded: None,
        line_ends: LineEnds::default(),
        records: None,
        sheet: None,
        questions: Vec::new(),
        remarks: Vec::new(),
    };
    match kind {
        Kind::Text => text(&mut found, &head)?,
        Kind::JsonLines | Kind::Json => {
            let (names, records) = json::names(kind, &head);
            if names.is_empty() {
                found.remarks.push(json::without_records(&head));
            }
            (found.names, found.records) = (names, records);
        }
        Kind::Parquet => (found.names, found.stated, found.remarks) = parquet::schema(path)?,
        Kind::Xlsx => xlsx::look(path, &mut found)?,
    }
    Ok(found)
}

fn text(found: &mut Sniffed, start: &[u8]) -> io::Result<()> {
    found.recoded = utf16(start).or_else(|| old_encoding(start));
    // A head that is cut inside a character ends in a replacement character, which does no harm here.
    let mut decoded = Vec::new();
    found.decoded(Box::new(Cursor::new(start.to_vec()))).read_to_end(&mut decoded)?;
    found.line_ends = LineEnds::of(&decoded);
    let mut fed = Vec::new();
    LineFeeds::new(decoded.as_slice()).read_to_end(&mut fed)?;
    // A carriage return among other line ends may also be data, and a line feed may be data where carriage returns end
    // lines.
    if found.line_ends == LineEnds::Any && !is_rather_a_table(&fed, &decoded) {
        found.line_ends = LineEnds::Lf;
    }
    let head = if found.line_ends == LineEnds::Lf { decoded } else { fed };
    let head = head.as_slice();
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if head.trim_ascii().is_empty() {
        found.remarks.push("the file is empty".to_owned());
    }
    let ended = head.len() < 1 << 19;
    let mut layout = detect(head, ended);
    found.names = match layout.header.clone() {
        // Names are compared without what nobody sees.
        Some(header) => {
            let names = header.names.iter().map(|name| as_seen(name).into_owned()).collect();
            named(found, &mut layout, names)
        }
        None => (1..=layout.width).map(|number| format!("column_{number}")).collect(),
    };
    if head.trim_ascii().is_empty() {
        found.names.clear();
    }
    if let Some(what) = markup(head) {
        found.names.clear();
        found.remarks.push(format!(
            "it is {what}, under any name: open it in a spreadsheet program and save it as a workbook or as CSV, or have the \
             data exported as one of them"
        ));
    }
    if layout.width == 1
        && let Some(width) = fixed_width(head)
    {
        found.names.clear();
        found.remarks.push(format!(
            "every line has {width} characters, with blanks between its values and none of the usual delimiters: it \
             looks like text of fixed width, whose columns are declared by hand (format: {{ fixed_width: {{}} }}, and \
             a start and a width for each column)"
        ));
    }
    found.stated = vec![None; found.names.len()];
    found.layout = Some(layout);
    Ok(())
}

/// The language of a text of tags.
fn markup(head: &[u8]) -> Option<&'static str> {
    const MOST: usize = 20;
    let start = head.trim_ascii_start();
    let start = String::from_utf8_lossy(&start[..start.len().min(MOST)]).to_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| start.starts_with(word));
    match () {
        () if begins(&["<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<style"]) => Some("HTML"),
        () if begins(&["<?xml", "<!doctype", "<workbook", "<feed", "<rss"]) => Some("XML"),
        () => None,
    }
}

/// The width of lines that all have the same, most of them with several blanks in a row.
fn fixed_width(head: &[u8]) -> Option<usize> {
    const LEAST_LINES: usize = 3;
    const LEAST_WIDTH: usize = 20;
    let text = String::from_utf8_lossy(head);
    // The last line of the head may be cut off.
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).take(SAMPLE_LINES).collect();
    let width = lines.first()?.chars().count();
    let blank = lines.iter().filter(|line| line.contains("  ")).count();
    let is_fixed = lines.len() >= LEAST_LINES
        && width >= LEAST_WIDTH
        && blank * 2 > lines.len()
        && lines.iter().all(|line| line.chars().count() == width);
    is_fixed.then_some(width)
}

/// Whether one reading of a text has more records of one width than the other, or as many and fewer others.
fn is_rather_a_table(one: &[u8], other: &[u8]) -> bool {
    let counts = |text: &[u8]| {
        let layout = detect(text, true);
        let records = layout.dialect.records(text, true, usize::MAX);
        let fitting = records.iter().filter(|record| record.len() == layout.width).count();
        (layout.width > 1, fitting, records.len() - fitting)
    };
    let ((is_wide, fitting, misfits), (_, fitting_other, misfits_other)) = (counts(one), counts(other));
    // Every reading of a single column is a table.
    (is_wide && fitting > fitting_other) || misfits < misfits_other
}

/// The names of the columns by a header. A column without a name can be declared if it is the only one; names that
/// occur twice cannot.
fn named(found: &mut Sniffed, layout: &mut Layout, names: Vec<String>) -> Vec<String> {
    let repeated = |at: usize| names[..at].contains(&names[at]);
    let shown = |at: usize| {
        if names[at].is_empty() {
            format!("column {} has no name", at + 1)
        } else {
            format!("\"{}\" appears twice", names[at])
        }
    };
    let unnamed: Vec<usize> = (0..names.len()).filter(|at| names[*at].is_empty()).collect();
    let distinct = !(0..names.len()).any(repeated);
    if distinct {
        found.remarks.extend(unnamed.iter().map(|at| format!("{}: its header is empty, hence the alias", shown(*at))));
        return names;
    }
    // Columns that share a name can only be identified by position.
    let doubtful: Vec<String> =
        (0..names.len()).filter(|at| names[*at].is_empty() || repeated(*at)).map(shown).collect();
    found.remarks.push(format!(
        "the header does not distinguish all columns ({}): it is skipped, and columns are read by position",
        doubtful.join(", ")
    ));
    layout.skip_lines += layout.header_lines;
    layout.skipped_header = layout.header_lines;
    layout.types.iter_mut().for_each(|types| types.header = None);
    layout.header = None;
    sql_names(&names)
}

impl Sniffed {
    /// The content as UTF-8, or with one byte per character.
    pub(super) fn content(&self) -> io::Result<Box<dyn Read + Send>> {
        let content = self.decoded(input::open(&self.path, self.member.as_deref())?.content);
        Ok(if self.line_ends == LineEnds::Lf { content } else { Box::new(LineFeeds::new(content)) })
    }

    fn decoded(&self, content: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self.recoded.as_ref().map(|choice| choice.encoding) {
            Some(encoding @ (Encoding::Utf16 | Encoding::Utf16Le | Encoding::Utf16Be)) => {
                Box::new(Utf16Reader::new(content, encoding))
            }
            Some(encoding) => Box::new(RecodedReader::new(content, encoding)),
            None => content,
        }
    }

    /// Whether its columns are identified by name.
    pub(super) fn is_named(&self) -> bool {
        self.layout.as_ref().is_none_or(|layout| layout.header.is_some())
            && self.sheet.as_ref().is_none_or(|layout| layout.header)
    }

    /// Its path, with its name in an archive, as messages show it.
    pub(super) fn shown(&self) -> String {
        let path = self.path.display();
        self.member.as_ref().map_or_else(|| path.to_string(), |member| format!("{path}!{member}"))
    }

    /// Its name without folders.
    pub(super) fn file_name(&self) -> String {
        if let Some(member) = &self.member {
            return member.rsplit('/').next().unwrap_or_default().to_owned();
        }
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The words of its name: the name without extensions, numbers and days.
    pub(super) fn stem(&self) -> String {
        let name = self.file_name();
        let name = name.split('.').next().unwrap_or_default();
        let letters: String = name.chars().map(|letter| if letter.is_ascii_digit() { ' ' } else { letter }).collect();
        let stem = sql_name(&letters);
        if stem.is_empty() { "source".to_owned() } else { stem }
    }

    /// A name for the source: of its only file, or of one of `several`.
    pub(super) fn source_name(&self, several: bool) -> String {
        let name = self.file_name();
        let name = name.split('.').next().unwrap_or_default();
        let mut runs = name.split(|letter: char| !letter.is_ascii_digit());
        // Many digits are a day or a time; a few are part of the name.
        let whole = if several || runs.any(|run| run.len() >= 4) { String::new() } else { sql_name(name) };
        if whole.starts_with(|first: char| first.is_ascii_lowercase()) { whole } else { self.stem() }
    }
}
