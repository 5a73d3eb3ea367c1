//! Proves the laws about settings alone, before any data is read.
//!
//! A check under `sql/checks/` that reads only lookups, or no table, checks settings: vars and rows of the pipeline
//! file. What it returns is a mistake in that file, so it is reported with the others and not after a whole run.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use indexmap::IndexMap;

use super::Lookup;
use super::project::{Project, stem};
use crate::config::{CheckSeverity, Located, PipelineFile, Scalar};
use crate::diagnostics::{Problem, Severity, SourceText};
use crate::engine::{Engine, EngineError, Parameters, Query};

/// How many failing rows are shown.
const SHOWN: usize = 5;

/// Parameters that are known only once a run begins.
const OF_A_RUN: [&str; 2] = ["as_of", "as_of_end"];

/// Where the settings come from.
pub(super) struct Settings<'a> {
    pub(super) project: &'a Project,
    pub(super) file: &'a PipelineFile,
    pub(super) overrides: &'a [(String, Scalar)],
    pub(super) lookups: &'a IndexMap<String, Lookup>,
}

impl Settings<'_> {
    /// Proves every law about settings; the lookups are registered in the engine. Returns warnings, or all mistakes.
    pub(super) async fn prove(&self, parameters: &Parameters, engine: &Engine) -> Result<Vec<Problem>, Vec<Problem>> {
        let mut known = parameters.clone();
        known.retain(|name, _| !OF_A_RUN.contains(&name.as_str()));
        let mut found = Vec::new();
        for text in self.project.checks.iter().map(|check| &check.source) {
            // SQL that does not parse is reported when checks are planned.
            let Ok(query) = Query::parse(text, &known) else { continue };
            if query.tables().iter().all(|table| self.lookups.contains_key(&table.name)) {
                found.extend(self.broken(text, &query, engine).await);
            }
        }
        if found.iter().any(|problem| problem.severity == Severity::Error) { Err(found) } else { Ok(found) }
    }

    async fn broken(&self, text: &SourceText, query: &Query, engine: &Engine) -> Option<Problem> {
        let name = stem(&text.path);
        let (place, law) = self.file.checks.get_key_value(name.as_str())?;
        let failing = async {
            let relation = engine.plan(query).await?;
            let rows = engine.collect_small(&engine.first(relation, SHOWN + 1)?).await?;
            Ok::<_, EngineError>(shown(&rows)?)
        };
        let rows: Vec<String> = match failing.await {
            Ok(rows) => rows,
            Err(error) => return Some(error.into_problem(text)),
        };
        if rows.is_empty() {
            return None;
        }
        let more = if rows.len() > SHOWN { "; …" } else { "" };
        let rows = rows.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
        let message = format!("the check {name} fails: {} ({rows}{more})", law.description.trim());
        let problem = self.project.texts.at(place, message).hint(self.hint(text, query, &rows));
        Some(if law.severity == CheckSeverity::Error { problem } else { problem.warning() })
    }

    /// Names the lookups that a check reads, and its vars, or only the vars that its rows name, if any.
    fn hint(&self, text: &SourceText, query: &Query, rows: &str) -> String {
        let texts = &self.project.texts;
        let lookups = self.file.lookups.keys().filter(|key| query.tables().iter().any(|table| table.name == key.value));
        let lookups = lookups.map(|key| format!("the lookup {} on {}", key.value, texts.in_words(key)));
        let of_triggers = query.tables().iter().any(|table| super::triggers::TABLES.contains(&table.name.as_str()));
        let lookups = lookups.chain(of_triggers.then(|| self.triggers(rows)));
        let read: Vec<_> = self.file.vars.keys().filter(|key| names(&text.text, &format!("${}", key.value))).collect();
        let named: Vec<_> = read.iter().copied().filter(|key| names(rows, &key.value)).collect();
        let vars = if named.is_empty() { read } else { named };
        let vars = vars.into_iter().map(|key| match self.overrides.iter().any(|(name, _)| *name == key.value) {
            true => format!("--vars {}", key.value),
            false => format!("the var {} on {}", key.value, texts.in_words(key)),
        });
        let all: Vec<String> = lookups.chain(vars).collect();
        match all.is_empty() {
            true => format!("{} reads neither lookups nor vars: fix its SQL", text.path.display()),
            false => format!("look at {}", all.join(", ")),
        }
    }
}

impl Settings<'_> {
    /// Names the triggers that failing rows name, or the block if they name none.
    fn triggers(&self, rows: &str) -> String {
        let named = self.file.triggers.iter().flatten().map(|(key, _)| key).filter(|key| names(rows, &key.value));
        let line = |key: &Located<String>| self.project.texts.in_words(key);
        let named: Vec<String> = named.map(|key| format!("the trigger {} on {}", key.value, line(key))).collect();
        if named.is_empty() { "the block triggers".to_owned() } else { named.join(", ") }
    }
}

/// Whether a text has this word.
fn names(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = text.match_indices(word);
    found.any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

/// Each row as `column: value, column: value`.
fn shown(batches: &[RecordBatch]) -> Result<Vec<String>, ArrowError> {
    let mut rows = Vec::new();
    for batch in batches {
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().zip(schema.fields()).map(|(cells, field)| {
                let value = if cells.is_null(row) { "null".to_owned() } else { array_value_to_string(cells, row)? };
                Ok(format!("{}: {value}", field.name()))
            });
            rows.push(cells.collect::<Result<Vec<_>, ArrowError>>()?.join(", "));
        }
    }
    Ok(rows)
}
