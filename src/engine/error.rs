//! What can go wrong inside the engine, and which kind of failure it is.

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use thiserror::Error;

use super::plannable::Correlated;
use super::withheld::without_data;
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::identifying::shown_or_withheld;
use crate::invariant::BrokenInvariant;

/// A DataFusion error, or an error of what the engine does around it.
#[derive(Debug, Error)]
pub enum EngineError {
    /// DataFusion's own error.
    #[error("{}", shown(.0))]
    DataFusion(#[from] Box<DataFusionError>),
    /// A kept table could not be written to disk.
    #[error("could not write {path}: {source}")]
    Scratch {
        /// File or folder.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A subquery that can be planned and not run.
    #[error("{} cannot be run here", .0.named())]
    NotRunnable(Correlated),
    /// The engine contradicts itself.
    #[error(transparent)]
    Internal(#[from] BrokenInvariant),
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        Self::DataFusion(Box::new(error))
    }
}

impl From<arrow::error::ArrowError> for EngineError {
    fn from(error: arrow::error::ArrowError) -> Self {
        DataFusionError::from(error).into()
    }
}

impl From<parquet::errors::ParquetError> for EngineError {
    fn from(error: parquet::errors::ParquetError) -> Self {
        DataFusionError::from(error).into()
    }
}

impl EngineError {
    /// Whether memory or disk ran out, or a file could not be read or written. The data is not at fault.
    pub fn is_infrastructure(&self) -> bool {
        match self {
            Self::Scratch { .. } | Self::Internal(_) => true,
            Self::NotRunnable(_) => false,
            Self::DataFusion(error) => matches!(
                error.find_root(),
                DataFusionError::ResourcesExhausted(_) | DataFusionError::IoError(_) | DataFusionError::ObjectStore(_)
            ),
        }
    }

    /// Whether a larger memory limit would help.
    pub fn is_memory(&self) -> bool {
        matches!(self, Self::DataFusion(error) if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)))
    }

    /// The error of type `E` that a table returned while a query scanned it, if any.
    pub fn scan_error<E: std::error::Error + 'static>(&self) -> Option<&E> {
        let Self::DataFusion(error) = self else { return None };
        match error.find_root() {
            DataFusionError::External(inner) => inner.downcast_ref(),
            _ => None,
        }
    }

    /// The error as a problem in the SQL text `source`, with its position where DataFusion gives one.
    pub fn into_problem(self, source: &SourceText) -> Problem {
        if let Self::NotRunnable(found) = self {
            let problem = Problem::new(format!("{self}: the engine cannot turn it into a join"));
            let problem = match source.word(found.word()) {
                Some((line, column, length)) => problem.at(source, line, column, length),
                None => problem.in_file(source),
            };
            return problem.hint(
                "join the table instead: `inner join (select distinct …) as b on b.x = a.x`, with names that differ \
                 from those of the query around it",
            );
        }
        let Self::DataFusion(error) = self else {
            return Problem::new(self.to_string()).in_file(source);
        };
        if matches!(error.find_root(), DataFusionError::SQL(..)) && parser_position(&error).is_none() {
            let (line, column) = end_of(&source.text);
            let problem = Problem::new(plain(&error)).at(source, line, column, 1);
            return problem.hint("the query is incomplete, or a word before this point is misspelled");
        }
        if let Some((line, column)) = parser_position(&error) {
            let text = plain(&error);
            let message = text.split(" at Line: ").next().unwrap_or(&text).to_owned();
            return Problem::new(message).at(source, line, column, 1).hint("check the SQL just before this point");
        }
        let (message, hint) = describe(&error);
        let problem = Problem::new(message).maybe_hint(hint);
        match error.diagnostic().and_then(|diagnostic| diagnostic.span) {
            Some(span) => {
                let line = usize::try_from(span.start.line).unwrap_or(1);
                let column = usize::try_from(span.start.column).unwrap_or(1);
                let one_line = span.end.line == span.start.line;
                let length = if one_line { span.end.column.saturating_sub(span.start.column) } else { 1 };
                problem.at(source, line, column, usize::try_from(length).unwrap_or(1))
            }
            None => match call_position(&plain(&error), source) {
                Some((line, column, length)) => problem.at(source, line, column, length).or_hint(CALL_HINT),
                None => problem.in_file(source).or_hint(TYPE_HINT),
            },
        }
    }
}

/// Line and column of the last character of a text.
fn end_of(text: &str) -> (usize, usize) {
    let text = text.trim_end();
    (text.matches('\n').count() + 1, text.chars().rev().take_while(|c| *c != '\n').count().max(1))
}

fn describe(error: &DataFusionError) -> (String, Option<String>) {
    if let DataFusionError::SchemaError(schema, _) = error.find_root()
        && let datafusion::common::SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref()
    {
        let names: Vec<&str> = valid_fields.iter().map(|column| column.name()).collect();
        return (format!("no column `{}`", field.name()), Some(did_you_mean(field.name(), &names)));
    }
    let notes = error.diagnostic().map(|diagnostic| {
        let helps = diagnostic.helps.iter().map(|help| help.message.clone());
        helps.chain(diagnostic.notes.iter().map(|note| note.message.clone())).collect::<Vec<_>>().join("; ")
    });
    let message = error.diagnostic().map_or_else(|| plain(error), |diagnostic| diagnostic.message.clone());
    (message, notes.filter(|text| !text.is_empty()))
}

/// The text of an error for readers of any message: what rows are to blame for is not quoted. What is wrong with a
/// query is.
fn shown(error: &DataFusionError) -> String {
    let text = plain(error);
    let hides = match error.find_root() {
        DataFusionError::ArrowError(cause, _) => !matches!(cause.as_ref(), ArrowError::DivideByZero),
        DataFusionError::Execution(_) | DataFusionError::ExecutionJoin(_) | DataFusionError::Internal(_) => true,
        // Some functions call an argument that is a cell a mistake of planning. `into_problem` shows the real ones.
        DataFusionError::Plan(_) => true,
        // Others come from lojal itself, which quotes with care.
        DataFusionError::External(cause) => cause.is::<regex::Error>(),
        _ => false,
    };
    if hides { without_data(&text) } else { shown_or_withheld(&text).to_owned() }
}

/// DataFusion's text without its backtrace, error-kind prefixes and request to report a bug.
fn plain(error: &DataFusionError) -> String {
    let text = error.find_root().message().into_owned();
    let text = text.split("\nThis issue was likely caused by a bug").next().unwrap_or_default();
    let text = text.split("\n\nbacktrace:").next().unwrap_or_default();
    // The rest is DataFusion's own list of signatures or consumers.
    let text = text.split(", errors: Error during planning").next().unwrap_or_default();
    let text = text.split(" No function matches the given").next().unwrap_or_default();
    let text = if text.starts_with("Additional allocation failed") { OUT_OF_MEMORY } else { text };
    text.trim_start_matches("Internal error: ")
        .trim_start_matches("SQL error: ")
        .trim_start_matches("TokenizerError(\"")
        .trim_start_matches("ParserError(\"")
        .trim_end_matches("\")")
        .to_owned()
}

const OUT_OF_MEMORY: &str = "the query needs more memory than the limit allows";
const CALL_HINT: &str = "pass arguments of the types the function takes; cast(x as type) converts";
const TYPE_HINT: &str = "both sides need compatible types; cast(x as type) converts";

/// Where the function named in an error is called.
fn call_position(message: &str, source: &SourceText) -> Option<(usize, usize, usize)> {
    let words = message.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let mut names = words.filter(|word| word.len() > 1 && !word.eq_ignore_ascii_case("cast"));
    names.find_map(|name| source.call_of(name))
}

/// Position from "… at Line: 3, Column: 7" in a parser error.
fn parser_position(error: &DataFusionError) -> Option<(usize, usize)> {
    if !matches!(error.find_root(), DataFusionError::SQL(..)) {
        return None;
    }
    let text = error.to_string();
    let (_, place) = text.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    let digits: String = column.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, digits.parse().ok()?))
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
