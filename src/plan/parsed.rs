//! The SQL of models, parsed: the first step of compiling them.

use indexmap::IndexMap;

use super::contract;
use super::project::{Layer, ModelText, Project};
use crate::diagnostics::Problem;
use crate::engine::{Parameters, Query};
use crate::source::Source;

/// A model's text with its query.
pub(super) struct Parsed {
    pub(super) model: ModelText,
    pub(super) query: Query,
}

/// Parses every model of the project. Where a source and a model have the same name, staging models read the source, and
/// all others the model.
pub(super) fn parse(
    project: &Project,
    sources: &IndexMap<String, Source>,
    parameters: &Parameters,
) -> Result<Vec<Parsed>, Vec<Problem>> {
    let mut parsed = Vec::with_capacity(project.models.len());
    let mut problems = Vec::new();
    let shared = sources.values().filter(|source| source.table != source.name);
    let shared: Vec<_> = shared.map(|source| (source.name.clone(), source.table.clone())).collect();
    for model in &project.models {
        let renamed = if model.layer == Layer::Staging { shared.clone() } else { Vec::new() };
        let model = ModelText { renamed, ..model.clone() };
        match model.query(parameters) {
            Ok(query) => parsed.push(Parsed { model, query }),
            Err(found) if project.off_vars_in(&model.source).is_some() => {
                let hint = project.off_vars_in(&model.source).unwrap_or_default();
                problems.extend(found.into_iter().map(|problem| problem.hint(hint.clone())));
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(parsed) } else { Err(problems) }
}

/// Models of extracts that the company does not have become empty tables with the columns of their contract.
pub(super) fn without_extract(
    parsed: &mut [Parsed],
    project: &Project,
    parameters: &Parameters,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let staging = parsed.iter_mut().filter(|parsed| parsed.model.layer == Layer::Staging);
    for parsed in staging {
        let Some(table) = parsed.query.tables().iter().find(|table| project.sources_out.contains(&table.name)) else {
            continue;
        };
        let has = |name: &str| project.file.sources.contains_key(name);
        if let Some(other) = parsed.query.tables().iter().find(|table| has(&table.name)) {
            let message = format!("`{}` reads the source `{}`, which was removed", parsed.model.name, table.name);
            let length = table.name.chars().count();
            let problem = Problem::new(message).at(&parsed.model.source, table.line, table.column, length);
            problems
                .push(problem.hint(format!("it reads `{}` too: write the model without `{}`", other.name, table.name)));
            continue;
        }
        let properties = project.file.models.get(parsed.model.name.as_str());
        match properties.and_then(|properties| contract::empty(&parsed.model.name, properties)) {
            Some(source) => {
                parsed.model.source = source;
                parsed.query = parsed.model.query(parameters)?;
            }
            None => {
                let message = format!("`{}` reads the source `{}`, which was removed", parsed.model.name, table.name);
                let problem = Problem::new(message);
                let length = table.name.chars().count();
                let problem = problem.at(&parsed.model.source, table.line, table.column, length);
                problems.push(
                    problem.hint("declare its columns with types in sql/staging/_staging.yml: the model is then empty"),
                );
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
