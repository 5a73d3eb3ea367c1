//! Reads trees into structs and gathers every mistake, not just the first.
//!
//! serde stops at the first error. To find the rest, the faulty entry is removed from the tree and the tree is read
//! again; keys that are missing only because of the removal are not reported.

use serde::de::DeserializeOwned;

use super::read::{ReadError, ReadErrorKind};
use super::{Node, Place, Value, read_tree};
use crate::config::{FileId, LanguageFile, PipelineFile, Texts};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// More mistakes than this are not listed in one go.
const MOST_PROBLEMS: usize = 50;

/// Reads a pipeline of one file.
///
/// # Errors
/// All mistakes of the file, in the order of their lines.
pub fn parse(source: &SourceText) -> Result<(PipelineFile, Texts), Vec<Problem>> {
    let (texts, file) = Texts::of(source.clone());
    let tree = tree_of(&texts, file)?;
    read_whole(&tree, &texts).map(|pipeline| (pipeline, texts))
}

/// Reads a language file.
///
/// # Errors
/// All mistakes of the file, in the order of their lines.
pub fn parse_language(texts: &Texts, file: FileId) -> Result<LanguageFile, Vec<Problem>> {
    read_whole(&tree_of(texts, file)?, texts)
}

/// The tree of a file.
///
/// # Errors
/// Text that is not YAML, at its place.
pub fn tree_of(texts: &Texts, file: FileId) -> Result<Node, Vec<Problem>> {
    let source = texts.file(file);
    read_tree(source, file).map_err(|error| vec![not_yaml(source, &error)])
}

/// Reads a tree into a struct.
///
/// # Errors
/// All mistakes, file by file in the order of their lines.
pub(crate) fn read_whole<T: DeserializeOwned>(tree: &Node, texts: &Texts) -> Result<T, Vec<Problem>> {
    let mut tree = tree.clone();
    let mut problems: Vec<(Place, Problem)> = Vec::new();
    let mut pruned: Vec<Place> = Vec::new();
    while problems.len() < MOST_PROBLEMS {
        let error = match T::deserialize(&tree) {
            Ok(value) if problems.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        let place = error.place.unwrap_or_default();
        // A block from which a mistake was removed may be wrong only because of that.
        if !pruned.contains(&place) {
            problems.push((place, problem(texts, &error, place)));
        }
        let whole_block = matches!(error.kind, ReadErrorKind::MissingKey { .. });
        match prune(&mut tree, place, whole_block) {
            Some(parent) => pruned.push(parent),
            None => break,
        }
    }
    problems.sort_by_key(|(place, _)| *place);
    Err(problems.into_iter().map(|(_, problem)| problem).collect())
}

/// Removes the entry or item at a place from its parent, and returns the parent's place. `None` if no entry or item
/// is there: at the top, or at a place without a value.
fn prune(node: &mut Node, place: Place, whole_block: bool) -> Option<Place> {
    let own = node.place;
    match &mut node.value {
        Value::Map(entries) => {
            let is_there =
                |key: &super::Key, value: &Node| value.place == place || (!whole_block && key.place == place);
            if let Some(at) = entries.iter().position(|(key, value)| is_there(key, value)) {
                entries.remove(at);
                return Some(own);
            }
            entries.iter_mut().find_map(|(_, value)| prune(value, place, whole_block))
        }
        Value::List(items) => {
            if let Some(at) = items.iter().position(|item| item.place == place) {
                items.remove(at);
                return Some(own);
            }
            items.iter_mut().find_map(|item| prune(item, place, whole_block))
        }
        _ => None,
    }
}

fn problem(texts: &Texts, error: &ReadError, place: Place) -> Problem {
    let (message, hint) = match &error.kind {
        ReadErrorKind::UnknownKey { key, .. } if key.contains(' ') => {
            let hint = "a comma ends an unquoted text inside `{ … }`: put the text in double quotes";
            (format!("unknown key `{key}`"), hint.to_owned())
        }
        ReadErrorKind::UnknownKey { key, expected } => (format!("unknown key `{key}`"), did_you_mean(key, expected)),
        ReadErrorKind::UnknownChoice { choice, expected } => {
            (format!("`{choice}` is not one of the choices here"), did_you_mean(choice, expected))
        }
        ReadErrorKind::MissingKey { key } => {
            (format!("the key `{key}` is missing"), format!("add `{key}:` to this block"))
        }
        ReadErrorKind::WrongKind { expected, found } => {
            let hint = match expected.as_str() {
                "one character" => "write a single character, such as \";\"".to_owned(),
                expected => format!("write {expected} here"),
            };
            (format!("expected {expected}, found {found}"), hint)
        }
        ReadErrorKind::Other(message) => {
            (message.clone(), "see pipelines/pipeline.schema.json for what is allowed here".to_owned())
        }
    };
    let problem = Problem::new(message).hint(hint);
    let source = texts.file(place.file);
    if place.line == 0 {
        return problem.in_file(source);
    }
    let block = matches!(error.kind, ReadErrorKind::MissingKey { .. });
    let rest = source.text.lines().nth(place.line - 1).map_or(1, |line| line.chars().count() + 1 - place.column.min(1));
    problem.at(source, place.line, place.column, if block { 1 } else { place.length.min(rest) })
}

fn not_yaml(source: &SourceText, error: &serde_yaml::Error) -> Problem {
    let error = error.without_snippet();
    let (message, hint) = match error {
        serde_yaml::Error::DuplicateMappingKey { key, .. } => (
            format!("the key `{}` is written twice in this block", key.as_deref().unwrap_or("?")),
            "keep one of the two".to_owned(),
        ),
        other => {
            let text = other.to_string();
            let message = text.rfind(" at line ").map_or(text.as_str(), |at| &text[..at]);
            let message = message.strip_prefix("error: ").unwrap_or(message).to_owned();
            let hint = match message.contains("did not find expected '-' indicator") {
                true => "a block holds either `- items` or keys with values, not both",
                false => "see pipelines/pipeline.schema.json for what is allowed here",
            };
            (message, hint.to_owned())
        }
    };
    let problem = Problem::new(message).hint(hint);
    let length = match error {
        serde_yaml::Error::DuplicateMappingKey { key, .. } => key.as_ref().map_or(1, |key| key.chars().count()),
        _ => 1,
    };
    match error.location().filter(|location| location.line() > 0) {
        Some(location) => {
            let number = |value: u64| usize::try_from(value).unwrap_or(1);
            problem.at(source, number(location.line()), number(location.column()), length)
        }
        None => problem.in_file(source),
    }
}
