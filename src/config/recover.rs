//! Parses a pipeline or language file and gathers every mistake, not just the first.
//!
//! serde stops at the first error. To find the rest, the faulty entry (its line and the deeper lines below it) is
//! blanked out and the text parsed again; what then is merely missing because of that is not reported.

use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_yaml::Error;

use super::{ExtensionFile, LanguageFile, Located, PipelineFile};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// More mistakes than this are not worth listing in one go.
const MOST_PROBLEMS: usize = 50;

/// Reads a pipeline file's text, with the files above it that it extends.
///
/// # Errors
/// All mistakes of all files, the base's first, in the order of their lines.
pub fn parse(source: &SourceText) -> Result<PipelineFile, Vec<Problem>> {
    let parts = source.parts();
    let (first, extensions) = parts.split_first().map_or((0..source.text.len(), &[][..]), |(a, b)| (a.clone(), b));
    let mut problems = Vec::new();
    let whole = parse_text::<PipelineFile>(source, alone(&source.text, &first));
    let mut merged = whole.map_err(|found| problems.extend(found)).ok();
    if let Some(extends) = merged.as_ref().and_then(|file| file.extends.as_ref()) {
        let problem = Problem::new("`extends` does not begin a line as it is");
        let problem = problem.at(source, extends.line, extends.column, extends.value.chars().count());
        problems.push(problem.hint("write `extends: PATH` at the top level, the key without quotes"));
    }
    for part in extensions {
        match parse_text::<ExtensionFile>(source, alone(&source.text, part)) {
            Ok(file) => merged = merged.map(|base| file.over(base, source, &mut problems)),
            Err(found) => problems.extend(found),
        }
    }
    match merged {
        Some(file) if problems.is_empty() => Ok(file),
        _ => Err(problems),
    }
}

/// The pipeline file that a pipeline file's text says it extends.
pub fn base_of(text: &str) -> Option<Located<String>> {
    #[derive(serde::Deserialize)]
    struct Head {
        extends: Located<String>,
    }
    let mut start = 0;
    let line = text.split_inclusive('\n').find_map(|line| {
        let range = start..start + line.len();
        start = range.end;
        line.starts_with("extends:").then_some(range)
    })?;
    serde_yaml::from_str::<Head>(&alone(text, &line)).ok().map(|head| head.extends)
}

/// A part of a text with blanks in place of what stands before it, so that lines and bytes are counted as in the whole.
fn alone(text: &str, part: &Range<usize>) -> String {
    let before = text.bytes().take(part.start);
    let mut alone: String = before.map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    alone.push_str(text.get(part.clone()).unwrap_or_default());
    alone
}

/// Reads a language file's text.
///
/// # Errors
/// All mistakes of the file, in the order of their lines.
pub fn parse_language(source: &SourceText) -> Result<LanguageFile, Vec<Problem>> {
    parse_text(source, source.text.to_string())
}

/// Reads `text`, all of `source` or a part of it.
fn parse_text<T: DeserializeOwned>(source: &SourceText, mut text: String) -> Result<T, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut blanked: Vec<usize> = Vec::new();
    // Each turn blanks at least one line.
    for _ in 0..source.text.lines().count().max(1) {
        let error = match serde_yaml::from_str::<T>(&text) {
            Ok(file) if problems.is_empty() => return Ok(file),
            Ok(_) => break,
            Err(error) => error,
        };
        let kind = Kind::of(error.without_snippet());
        let Some(location) = error.location().filter(|location| location.line() > 0) else {
            problems.push(problem(source, &error, 0, 0, 1));
            break;
        };
        let line = usize::try_from(location.line()).unwrap_or(1);
        let column = usize::try_from(location.column()).unwrap_or(1);
        let follows = match kind {
            Kind::OfItsOwn => false,
            Kind::Missing | Kind::Shape => follows_from(&blanked, &text, line),
            // Blanking may break the text's structure; a text that was broken from the start is told once.
            Kind::Syntax => !problems.is_empty(),
        };
        if !follows {
            let length = usize::try_from(location.span().len()).unwrap_or(1);
            problems.push(problem(source, &error, line, column, if kind == Kind::OfItsOwn { length } else { 1 }));
        }
        if kind == Kind::Syntax || problems.len() >= MOST_PROBLEMS {
            break;
        }
        // What is missing cannot be blanked: its whole block is.
        let entry = if kind == Kind::Missing { owner(&text, line) } else { Some(line) };
        let Some((next, lines)) = entry.and_then(|line| without_entry(&text, line)) else { break };
        text = next;
        blanked.extend(lines);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Err(problems)
}

/// What a mistake says of the text around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Independent of what else was blanked.
    OfItsOwn,
    /// A key that is not there, perhaps because it was blanked.
    Missing,
    /// A block of another shape, perhaps because its content was blanked.
    Shape,
    /// No YAML.
    Syntax,
}

impl Kind {
    fn of(error: &Error) -> Self {
        match error {
            Error::SerdeMissingField { .. } => Self::Missing,
            Error::Unexpected { .. } => Self::Shape,
            Error::SerdeUnknownField { .. }
            | Error::SerdeUnknownVariant { .. }
            | Error::SerdeInvalidType { .. }
            | Error::SerdeInvalidValue { .. }
            | Error::SerdeInvalidLength { .. }
            | Error::InvalidScalar { .. }
            | Error::InvalidCharNotSingleScalar { .. }
            | Error::DuplicateMappingKey { .. }
            | Error::Message { .. } => Self::OfItsOwn,
            other if other.to_string().contains("invalid ") => Self::OfItsOwn,
            _ => Self::Syntax,
        }
    }
}

fn problem(source: &SourceText, error: &Error, line: usize, column: usize, length: usize) -> Problem {
    let (message, hint) = describe(error.without_snippet());
    let length = length.min(source.text.lines().nth(line.saturating_sub(1)).map_or(1, |l| l.chars().count()));
    let problem = Problem::new(message).maybe_hint(hint);
    if line == 0 { problem.in_file(source) } else { problem.at(source, line, column, length) }
}

fn describe(error: &Error) -> (String, Option<String>) {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            (format!("unknown key `{field}`"), Some(did_you_mean(field, expected)))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("`{variant}` is not one of the choices here"), Some(did_you_mean(variant, expected)))
        }
        Error::SerdeMissingField { field, .. } => {
            (format!("the key `{field}` is missing"), Some(format!("add `{field}:` to this block")))
        }
        Error::DuplicateMappingKey { key, .. } => (
            format!("the key `{}` stands twice in this block", key.as_deref().unwrap_or("?")),
            Some("keep one of the two".to_owned()),
        ),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("expected {expected}, found {unexpected}"), Some(format!("write {expected} here")))
        }
        Error::Unexpected { expected, .. } => {
            let wanted = match *expected {
                "mapping start" => "keys with values (`key: value`)",
                "sequence start" => "a list (`- item` or `[a, b]`)",
                other => other,
            };
            (format!("expected {wanted}"), Some("see how the other pipelines write this block".to_owned()))
        }
        other => {
            let text = other.to_string();
            let message = text.rfind(" at line ").map_or(text.as_str(), |at| &text[..at]);
            let message = message.strip_prefix("error: ").unwrap_or(message);
            match message {
                "invalid boolean" => ("expected true or false".to_owned(), Some("write true or false".to_owned())),
                _ if message.starts_with("invalid char") => {
                    ("expected one character".to_owned(), Some("write a single character, such as \";\"".to_owned()))
                }
                _ => {
                    (message.to_owned(), Some("see pipelines/pipeline.schema.json for what can stand here".to_owned()))
                }
            }
        }
    }
}

/// The text without the entry that begins on `line` (1-based), line numbers kept, and the lines that were blanked;
/// `None` when nothing is left to take.
fn without_entry(text: &str, line: usize) -> Option<(String, std::ops::RangeInclusive<usize>)> {
    let lines: Vec<&str> = text.split('\n').collect();
    let first = lines.get(line - 1)?;
    if first.trim().is_empty() {
        return None;
    }
    let indent = indentation(first);
    let is_deeper = |next: &&&str| next.trim().is_empty() || indentation(next) > indent;
    let last = line + lines[line..].iter().take_while(is_deeper).count();
    let blank = |(at, text): (usize, &&'_ str)| {
        if (line..=last).contains(&(at + 1)) { String::new() } else { (*text).to_owned() }
    };
    let kept: Vec<String> = lines.iter().enumerate().map(blank).collect();
    Some((kept.join("\n"), line..=last))
}

/// The line whose key owns the block that `line` is part of; `None` at the top level.
fn owner(text: &str, line: usize) -> Option<usize> {
    let lines: Vec<&str> = text.split('\n').collect();
    let indent = indentation(lines.get(line - 1)?);
    let above = lines[..line - 1].iter().enumerate().rev();
    above.into_iter().find(|(_, text)| !text.trim().is_empty() && indentation(text) < indent).map(|(at, _)| at + 1)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a fault of the block around `line` may be there only because a part of that block was blanked.
fn follows_from(blanked: &[usize], text: &str, line: usize) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    let indent = lines.get(line - 1).map_or(0, |text| indentation(text));
    let is_outside =
        |at: &usize| lines.get(*at - 1).is_some_and(|text| !text.trim().is_empty() && indentation(text) < indent);
    let first = (1..line).rev().find(is_outside).unwrap_or(1);
    let last = (line + 1..=lines.len()).find(is_outside).unwrap_or(lines.len() + 1);
    // Blanked lines just above the first line of the block that is left belong to it too.
    blanked.iter().any(|at| (first..=last).contains(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: SEK\n";

    fn problems(rest: &str) -> Vec<String> {
        let source = SourceText::new("p.yml", format!("{HEAD}{rest}"));
        let all = parse(&source).err().unwrap_or_default();
        all.iter()
            .map(|p| format!("{}:{} {} ({})", p.line, p.column, p.message, p.hint.as_deref().unwrap_or("")))
            .collect()
    }

    #[test]
    fn a_correct_file_is_read() {
        let source = SourceText::new(
            "p.yml",
            format!(
                "{HEAD}vars: {{ a: 11.35, b: x }}\nsources:\n  t:\n    path: $b/*.csv\n    format: {{ csv: {{ delimiter: ';' }} }}\n    columns:\n      id: {{ type: int }}\nmodels:\n  m:\n    columns:\n      id: {{ checks: [not_null, {{ range: {{ min: 0 }} }}] }}\n"
            ),
        );
        let file = parse(&source).unwrap();
        assert_eq!(file.sources.len(), 1);
        assert_eq!(file.models["m"].columns["id"].checks.len(), 2);
        assert_eq!(file.sources.get_index(0).unwrap().0.line, 7);
    }

    #[test]
    fn every_mistake_is_reported_at_its_own_place() {
        let found = problems(
            "sourcs: 1\nsources:\n  a:\n    pth: x\n    columns: {}\n  b:\n    path: y\n    extra_columns: wrn\n    columns:\n      id: { type: int, requird: true }\n",
        );
        assert_eq!(
            found,
            [
                "5:1 unknown key `sourcs` (did you mean `sources`?)",
                "8:5 unknown key `pth` (did you mean `path`?)",
                "12:20 `wrn` is not one of the choices here (did you mean `warn`?)",
                "14:24 unknown key `requird` (did you mean `required`?)",
            ]
        );
    }

    #[test]
    fn a_missing_key_names_its_block() {
        assert_eq!(
            problems("sources:\n  a:\n    columns: {}\n"),
            ["7:5 the key `path` is missing (add `path:` to this block)"]
        );
    }

    #[test]
    fn a_key_written_twice_is_refused() {
        let found = problems("sources: {}\nsources: {}\n");
        assert_eq!(found, ["6:1 the key `sources` stands twice in this block (keep one of the two)"]);
    }

    const BASE: &str = "vars: { a: 1, b: 2 }\nsources:\n  t:\n    path: x\n    columns:\n      id: { type: int }\n";

    fn extended(own: &str) -> Result<PipelineFile, Vec<Problem>> {
        let base = SourceText::new("base.yml", format!("{HEAD}{BASE}"));
        parse(&SourceText::new("own.yml", format!("extends: base.yml\nname: own\n{own}")).extending(&base))
    }

    #[test]
    fn what_a_file_leaves_out_is_as_its_base_has_it() {
        let file =
            extended("base_currency: NOK\nvars: { b: null, c: åä, a: 3 }\npublish: { keep_snapshots: 2 }\n").unwrap();
        assert_eq!((file.name.as_str(), file.base_currency.as_str(), file.time_zone.as_str()), ("own", "NOK", "UTC"));
        let vars: Vec<String> = file.vars.iter().map(|(name, value)| format!("{}={value}", name.value)).collect();
        assert_eq!(vars, ["a=3", "c=åä"]);
        assert_eq!(file.vars.get_index(0).unwrap().0.line, 14, "lines are numbered through");
        assert_eq!((file.publish.keep_snapshots.value, file.publish.warehouse.as_str()), (2, "warehouse"));
        assert_eq!(file.sources.len(), 1);
    }

    #[test]
    fn a_file_that_extends_is_told_of_as_one_of_its_own() {
        let told = |own| extended(own).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let text = told("sources: { u: null, t: { pth: x, path: y, columns: {} } }\n");
        assert!(text.contains("own.yml:3:26: unknown key `pth`"), "{text}");
        let text = told("sources: { u: null }\n");
        assert!(text.contains("own.yml:3:12: the base has no source `u`"), "{text}");
        let text = told("time_zne: UTC\n");
        assert!(text.contains("own.yml:3:1") && text.contains("did you mean `time_zone`?"), "{text}");
    }

    #[test]
    fn a_base_is_named_on_a_line_of_its_own() {
        assert_eq!(
            base_of("# x\nextends: ../a.yml # why\nsources: [\n").map(|found| (found.value, found.line)),
            Some(("../a.yml".to_owned(), 2))
        );
        assert!(base_of("name: extends\n").is_none());
        assert!(problems("extend: x\nsources: {}\n")[0].contains("did you mean `extends`?"));
        assert!(problems("'extends': x\nsources: {}\n")[0].contains("without quotes"));
    }

    #[test]
    fn text_that_is_not_yaml_ends_with_one_problem_or_more() {
        assert!(!problems("sources: [\n").is_empty());
        assert!(!problems("\t- :\n").is_empty());
    }
}
