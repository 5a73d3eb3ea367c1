//! Checks the `identity` block against the columns of its models, and completes its query.

use arrow::datatypes::DataType;
use indexmap::IndexMap;

use super::columns::{has, needed, not_text};
use super::erasures;
use super::normaliser::{self, DATE};
use super::select;
use super::{Identity, overrides, placeholders};
use crate::config::{IdentityFile, IdentityKeyFile, PipelineFile, Texts};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::engine::{Engine, Parameters, Query, quoted};
use crate::identity::RECORD_COLUMNS;
use crate::invariant::BrokenInvariant;
use crate::plan::project::Project;
use crate::plan::{Lookup, Model};

/// Checks the columns that the block names, and writes the query of the identity. All models are registered.
pub(in crate::plan) async fn fits(
    identity: &mut Identity,
    file: &PipelineFile,
    project: &Project,
    lookups: &IndexMap<String, Lookup>,
    models: &IndexMap<String, Model>,
    parameters: &Parameters,
    engine: &Engine,
) -> Vec<Problem> {
    let (Some(typed), Some(records)) = (&file.identity, models.get(&identity.records)) else { return Vec::new() };
    let mut problems = records_fit(typed, records, &project.texts);
    problems.extend(placeholders::check(typed, file, lookups, &project.texts));
    if let (Some(place), Some(model)) =
        (&typed.overrides, identity.overrides.as_ref().and_then(|name| models.get(name)))
    {
        problems.extend(overrides::fit(place, model, &project.texts));
    }
    if !problems.is_empty() {
        return problems;
    }
    for key in typed.keys.values() {
        problems.extend(normaliser_fits(key, &identity.records, &project.texts, parameters, engine).await);
    }
    if !problems.is_empty() {
        return problems;
    }
    if let Some(model) = identity.overrides.as_ref().and_then(|name| models.get(name)) {
        identity.select_overrides = overrides::select(model);
        if let Err(problem) = planned(&identity.select_overrides, parameters, engine).await {
            let broken = format!(
                "the query of decisions cannot be planned: {}: {}",
                problem.message, identity.select_overrides.text
            );
            return vec![BrokenInvariant::new(broken).into()];
        }
    }
    if let (Some(place), Some(model)) = (&typed.erasures, identity.erasures.as_ref().and_then(|name| models.get(name)))
    {
        problems.extend(erasures::fit(typed, place, model, &project.texts));
        if !problems.is_empty() {
            return problems;
        }
        identity.select_erasures = erasures::select(typed, &identity.layout, model);
        if let Err(problem) = planned(&identity.select_erasures, parameters, engine).await {
            let broken = format!(
                "the query of erasure requests cannot be planned: {}: {}",
                problem.message, identity.select_erasures.text
            );
            return vec![BrokenInvariant::new(broken).into()];
        }
    }
    let placeholders = placeholders::of(typed, file);
    identity.select = select::records(typed, &identity.layout, &placeholders, |name| has(&records.schema, name));
    // Nothing that it names is missing: a mistake here is one of lojal.
    match planned(&identity.select, parameters, engine).await {
        Ok(()) => Vec::new(),
        Err(problem) => {
            let broken =
                format!("the query of identity cannot be planned: {}: {}", problem.message, identity.select.text);
            vec![BrokenInvariant::new(broken).into()]
        }
    }
}

async fn planned(text: &SourceText, parameters: &Parameters, engine: &Engine) -> Result<(), Problem> {
    let query = Query::parse(text, parameters).map_err(|mut found| found.swap_remove(0))?;
    let relation = engine.plan(&query).await.map_err(|error| error.into_problem(text))?;
    engine.verify(&relation).map_err(|error| error.into_problem(text))?;
    Ok(())
}

fn records_fit(typed: &IdentityFile, records: &Model, texts: &Texts) -> Vec<Problem> {
    let [source, source_id, known_from, attaches] = RECORD_COLUMNS;
    let columns: Vec<&str> = records.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut problems = needed(&[source, source_id], &typed.records, records, texts);
    problems.extend([source, source_id].iter().filter_map(|name| not_text(name, records)));
    for (name, wanted, sql) in [(known_from, DataType::Date32, "date"), (attaches, DataType::Boolean, "boolean")] {
        let found = records.schema.field_with_name(name).ok().map(|field| field.data_type());
        if let Some(found) = found.filter(|found| **found != wanted && **found != DataType::Null) {
            let message = format!("`{name}` of `{}` is {found}, identity needs a {sql}", records.name);
            problems.push(Problem::new(message).in_file(&records.sql).hint(format!("cast({name} as {sql}) as {name}")));
        }
    }
    for key in typed.keys.values() {
        for column in normaliser::columns(key).filter(|column| !columns.contains(&column.value.as_str())) {
            let message = format!("there is no column of `{}` named `{}`", records.name, column.value);
            problems.push(texts.at(column, message).hint(did_you_mean(&column.value, &columns)));
        }
        problems.extend(of_another_type(key, records, texts));
    }
    problems
}

/// The column of a key that is neither text nor, if the key says so, a date.
fn of_another_type(key: &IdentityKeyFile, records: &Model, texts: &Texts) -> Vec<Problem> {
    let is_date = key.normalise.as_ref().is_some_and(|function| function.value == DATE);
    let mut problems = Vec::new();
    for column in normaliser::columns(key) {
        let Ok(field) = records.schema.field_with_name(&column.value) else { continue };
        let found = field.data_type();
        if is_date && *found != DataType::Date32 {
            let message = format!("`{}` of `{}` is {found}, not a date", column.value, records.name);
            problems.push(texts.at(column, message).hint("cast it to date in the model"));
        } else if !is_date {
            problems.extend(not_text(&column.value, records));
        }
    }
    problems
}

/// Plans the call of a key's function alone, so that a mistake is reported where it is written.
async fn normaliser_fits(
    key: &IdentityKeyFile,
    records: &str,
    texts: &Texts,
    parameters: &Parameters,
    engine: &Engine,
) -> Option<Problem> {
    let function = key.normalise.as_ref()?;
    let sql = format!("select {} as value from {}", normaliser::call(key, ""), quoted(records));
    let problem = planned(&SourceText::new("identity", sql), parameters, engine).await.err()?;
    let message = format!("`{}` cannot read this key: {}", function.value, problem.message);
    Some(texts.at(function, message).hint(
        "see the arguments of the function: `country`, `pattern`, `gmail_dots` and `plus_tags` are options of the key",
    ))
}
