//! Vars, lookups and sources that a project names and nothing uses: in a file that extends another, this is a
//! misspelt name.

use indexmap::IndexMap;

use super::project::Project;
use crate::config::{Located, ModelCheck, Scalar};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::source::Source;

/// What files that extend others name without effect, each with the nearest name in the base.
pub(super) fn entries(
    project: &Project,
    vars: &IndexMap<String, Scalar>,
    sources: &IndexMap<String, Source>,
) -> Vec<Problem> {
    let file = &project.file;
    let texts = sql_texts(project);
    let mut problems = Vec::new();
    let used = |var: &str| {
        let in_sql = texts.iter().any(|text| project.vars_in(text).iter().any(|(name, ..)| name == var));
        let paths = file.sources.values().map(|source| source.path.value.as_str());
        in_sql || paths.chain([file.publish.warehouse.as_str()]).any(|text| has_word(text, &format!("${var}")))
    };
    for name in file.vars.keys().filter(|name| project.is_extending(name) && !used(&name.value)) {
        let known: Vec<&str> = vars.keys().map(String::as_str).filter(|var| *var != name.value).collect();
        problems.push(unused(project, name, "var", &known));
    }
    let reads = |table: &str| texts.iter().any(|text| reads_table(&text.text, table));
    for name in file.lookups.keys().filter(|name| project.is_extending(name) && !reads(&name.value)) {
        let known: Vec<&str> = names(file.lookups.keys(), name);
        problems.push(unused(project, name, "lookup", &known));
    }
    let referenced = |table: &str| {
        let columns = file.sources.values().flat_map(|source| source.columns.values());
        let mut to = columns.filter_map(|column| column.references.as_ref());
        to.any(|to| to.to.value.split('.').next() == Some(table))
    };
    for name in file.sources.keys().filter(|name| project.is_extending(name) && sources.contains_key(&name.value)) {
        if !reads(&name.value) && !referenced(&name.value) {
            problems.push(unused(project, name, "source", &names(file.sources.keys(), name)));
        }
    }
    problems
}

fn names<'a>(all: impl Iterator<Item = &'a Located<String>>, but: &Located<String>) -> Vec<&'a str> {
    all.map(|name| name.value.as_str()).filter(|name| *name != but.value).collect()
}

fn unused(project: &Project, name: &Located<String>, what: &str, known: &[&str]) -> Problem {
    let message = format!("the base has no {what} `{}`, and no SQL of this project reads it", name.value);
    project.texts.at(name, message).hint(did_you_mean(&name.value, known))
}

/// All SQL of a project: models, checks, exports and the expressions of triggers.
fn sql_texts(project: &Project) -> Vec<SourceText> {
    let models = project.models.iter().map(|model| model.source.clone());
    let checks = project.checks.iter().map(|check| check.source.clone());
    let triggers = project.file.triggers.iter().flatten().flat_map(|(_, trigger)| {
        [Some(&trigger.when), trigger.at.as_ref(), trigger.reason.as_ref()].into_iter().flatten()
    });
    let triggers = triggers.map(|sql| SourceText::new("trigger", sql.value.as_str()));
    let promised =
        project.file.models.values().flat_map(|model| &model.checks).filter_map(|check| match &check.value {
            ModelCheck::Expression(expression) => Some(SourceText::new("check", expression.sql.value.as_str())),
            ModelCheck::RowCount(_) => None,
        });
    models.chain(promised).chain(checks).chain(project.exports.iter().cloned()).chain(triggers).collect()
}

/// Whether a SQL text reads a table: its name follows `from` or `join`. Comments do not count.
fn reads_table(sql: &str, table: &str) -> bool {
    let code: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let words: Vec<&str> = code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    words.windows(2).any(|pair| matches!(pair[0].to_lowercase().as_str(), "from" | "join") && pair[1] == table)
}

/// Whether a text has a word.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = text.match_indices(word);
    found.any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}
