//! Checks which lines of a source's text files are declared to be records.

use regex::bytes::Regex;

use super::columns::index_of;
use super::patterns::compiled;
use crate::config::{
    CsvFormat, Format, IgnoreLinesFile, Located, PipelineFile, RecordTypeFile, Scalar, SourceFile, Texts,
};
use crate::diagnostics::Problem;
use crate::extract::MAX_LINE;
use crate::source::OtherTypes;

/// The most records that a header may have.
const MOST_HEADER_LINES: u32 = 20;

pub(super) fn check(
    name: &Located<String>,
    source: &SourceFile,
    file: &PipelineFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    match &source.format {
        Format::Csv(csv) => {
            check_patterns(&csv.ignore_lines, texts, problems);
            check_header(csv, texts, problems);
            if let Some(record) = &csv.record_type {
                check_column(record, csv, source, texts, problems);
            }
        }
        Format::FixedWidth(fixed) => {
            check_patterns(&fixed.ignore_lines, texts, problems);
            let positions = fixed.record_type.iter().flat_map(|line| [&line.start, &line.width]);
            for number in positions.filter(|number| number.value == 0 || number.value as usize > MAX_LINE) {
                let problem = texts.place(number, number.length, "the type has no such position");
                problems.push(problem.hint("start is counted from 1, and width is the number of characters"));
            }
        }
        Format::Xlsx(sheet) => check_patterns(&sheet.ignore_lines, texts, problems),
        Format::JsonLines(_) | Format::Json(_) | Format::Parquet(_) => {}
    }
    if let Some(types) = Types::of(&source.format) {
        check_types(&types, texts, problems);
        check_sharing(name, source, &types, file, texts, problems);
    }
}

/// The record types that other sources of the same files read or ignore.
pub(super) fn other_types(name: &Located<String>, source: &SourceFile, file: &PipelineFile) -> OtherTypes {
    let sharing: Vec<(&Located<String>, Types<'_>)> = sharing(source, file).collect();
    let rejects_unclaimed = sharing.first().is_none_or(|(first, _)| first.value == name.value);
    let others = sharing.iter().filter(|(other, _)| other.value != name.value);
    let claimed = others.flat_map(|(_, types)| types.all().map(|kind| kind.value.to_string())).collect();
    OtherTypes { claimed, rejects_unclaimed }
}

/// The sources with record types that read the same files as this one, itself included.
fn sharing<'a>(
    source: &'a SourceFile,
    file: &'a PipelineFile,
) -> impl Iterator<Item = (&'a Located<String>, Types<'a>)> {
    let same = file.sources.iter().filter(|(_, other)| other.path.value == source.path.value);
    same.filter_map(|(name, other)| Some((name, Types::of(&other.format)?)))
}

/// The declared types of a source's files.
struct Types<'a> {
    own: &'a Located<Scalar>,
    header: Option<&'a Located<Scalar>>,
    ignored: &'a [Located<Scalar>],
}

impl<'a> Types<'a> {
    fn of(format: &'a Format) -> Option<Self> {
        match format {
            Format::Csv(csv) => csv.record_type.as_ref().map(|record| Self {
                own: &record.value,
                header: record.header.as_ref(),
                ignored: &record.ignore,
            }),
            Format::FixedWidth(fixed) => {
                let line = fixed.record_type.as_ref();
                line.map(|line| Self { own: &line.value, header: None, ignored: &line.ignore })
            }
            Format::JsonLines(_) | Format::Json(_) | Format::Parquet(_) | Format::Xlsx(_) => None,
        }
    }

    fn all(&self) -> impl Iterator<Item = &'a Located<Scalar>> {
        std::iter::once(self.own).chain(self.header).chain(self.ignored)
    }
}

fn check_patterns(patterns: &[IgnoreLinesFile], texts: &Texts, problems: &mut Vec<Problem>) {
    for IgnoreLinesFile { pattern, max } in patterns {
        sound_pattern(pattern, texts, problems);
        if let Some(max) = max.as_ref().filter(|max| max.value == 0) {
            let problem = texts.place(max, max.length, "a line that may not occur is not one to ignore");
            problems.push(problem.hint("remove the pattern: such a line is then judged as a record"));
        }
    }
}

/// The pattern of lines that are not records.
pub(super) fn sound_pattern(pattern: &Located<String>, texts: &Texts, problems: &mut Vec<Problem>) -> Option<Regex> {
    match compiled(pattern, &pattern.value, texts) {
        Err(problem) => {
            problems.push(problem);
            None
        }
        Ok(sound) if sound.is_match(b"") => {
            let problem = texts.at(pattern, "the pattern matches every line: nothing would be loaded");
            problems.push(problem.hint("write what such a line begins with, as in '^TOTAL'"));
            None
        }
        Ok(sound) => Some(sound),
    }
}

fn check_header(csv: &CsvFormat, texts: &Texts, problems: &mut Vec<Problem>) {
    let lines = csv.header_lines.as_ref();
    if let Some(lines) = lines {
        let place = |message: String| texts.place(lines, lines.length, message);
        if lines.value == 0 {
            problems.push(place("a header has at least one line".to_owned()).hint("without a header: `header: false`"));
        } else if lines.value > MOST_HEADER_LINES {
            let message = format!("a header has at most {MOST_HEADER_LINES} lines");
            problems.push(place(message).hint("skip_lines and ignore_lines pass over lines before the header"));
        } else if !csv.header {
            let message = format!("`header: false`, and header_lines: {}", lines.value);
            problems.push(place(message).hint("remove one of the two"));
        }
    }
    if let Some(from) = csv.names_from.as_ref().filter(|_| lines.is_none_or(|lines| lines.value < 2)) {
        let problem =
            texts.place(from, from.length, "names_from chooses among several header lines, and there are none");
        problems.push(problem.hint("set header_lines, or remove names_from"));
    }
    let header = csv.record_type.as_ref().and_then(|record| record.header.as_ref());
    if let Some(header) = header.filter(|_| !csv.header || lines.is_some()) {
        let key = if csv.header { "header_lines" } else { "header: false" };
        let message = format!("records of the type {} are the header, and so is what `{key}` says", header.value);
        problems.push(texts.place(header, header.length, message).hint("remove one of the two"));
    }
}

/// The column with the type is a number, or a name that can be looked up.
fn check_column(
    record: &RecordTypeFile,
    csv: &CsvFormat,
    source: &SourceFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let column = &record.column;
    match &column.value {
        Scalar::Int(number) if (1..=65_536).contains(number) => {}
        Scalar::Int(number) => {
            let problem = texts.place(column, column.length, format!("there is no column {number}"));
            problems.push(problem.hint("columns are counted from 1"));
        }
        Scalar::Text(_) if record.header.is_some() => {
            let message = "a type that says which record is the header cannot be in a column that the header names";
            problems.push(texts.place(column, column.length, message).hint("give the column's number, from 1"));
        }
        Scalar::Text(name) if !csv.header => {
            let names: Vec<&str> = source.columns.keys().map(|name| name.value.as_str()).collect();
            let wanted = Located {
                value: name.clone(),
                file: column.file,
                line: column.line,
                column: column.column,
                length: column.length,
            };
            index_of(&wanted, &names, texts, problems);
        }
        Scalar::Text(_) => {}
        Scalar::Bool(_) | Scalar::Decimal(_) => {
            let problem = texts.place(column, column.length, "the column is neither a number nor a name");
            problems.push(problem.hint("give its number, from 1, or its name in the header"));
        }
    }
}

/// No type is in two roles.
fn check_types(types: &Types<'_>, texts: &Texts, problems: &mut Vec<Problem>) {
    let all: Vec<&Located<Scalar>> = types.all().collect();
    for (at, kind) in all.iter().enumerate() {
        let text = kind.value.to_string();
        if all[..at].iter().any(|earlier| earlier.value.to_string() == text) {
            let problem = texts.place(kind, kind.length, format!("the record type {text} is named twice"));
            problems.push(problem.hint("a type is the source's own, the header's, or ignored"));
        }
    }
}

/// Each record of files that several sources read belongs to one of them.
fn check_sharing(
    name: &Located<String>,
    source: &SourceFile,
    types: &Types<'_>,
    file: &PipelineFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let own = types.own.value.to_string();
    let earlier = sharing(source, file).take_while(|(other, _)| other.value != name.value);
    for (other, _) in earlier.filter(|(_, other)| other.own.value.to_string() == own) {
        let message = format!("the records of type {own} would be read twice: source `{}` reads them too", other.value);
        let problem = texts.place(types.own, types.own.length, message);
        problems.push(problem.hint("let each source of the same files read a type of its own"));
    }
    let whole = file.sources.iter().filter(|(other, _)| other.value != name.value);
    let whole = whole.filter(|(_, other)| other.path.value == source.path.value && Types::of(&other.format).is_none());
    for (other, _) in whole {
        let message =
            format!("the records of type {own} would be read twice: source `{}` reads all types", other.value);
        let problem = texts.place(types.own, types.own.length, message);
        problems.push(problem.hint(format!("give `{}` a record_type as well", other.value)));
    }
}
