//! Models that add columns to a published table: `extends: customers`.
//!
//! The table's own SQL becomes `<table>_base`, and the table is assembled from it and from the models that extend it, joined
//! by the key. Their columns, with descriptions and checks, become the table's.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::parsed::Parsed;
use super::project::{Layer, ModelText, Project};
use crate::config::{Located, ModelFile, PipelineFile};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::quoted;
use crate::engine::{Parameters, Query};
use crate::invariant::BrokenInvariant;

/// Ending of the name of a table's own part.
const BASE: &str = "_base";

/// The tables to assemble, each with the models that extend it, in the order of their columns.
#[derive(Debug, Default)]
pub(super) struct Assembled {
    tables: BTreeMap<String, Vec<String>>,
}

impl Assembled {
    /// Whether a table is assembled here.
    pub(super) fn contains(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Adds the columns of the models that extend a table to the table.
    pub(super) fn describe(&self, properties: &mut BTreeMap<String, ModelFile>) {
        for (table, models) in &self.tables {
            let mut whole = properties.get(table).cloned().unwrap_or_default();
            let base = ModelFile { key: whole.key.clone(), restricted: whole.restricted, ..ModelFile::default() };
            for model in models {
                let Some(own) = properties.get_mut(model) else { continue };
                let is_key = |name: &Located<String>| whole.key.iter().any(|key| key.value == name.value);
                let added: Vec<_> = own.columns.iter().filter(|(name, _)| !is_key(name)).collect();
                let added: Vec<_> = added.into_iter().map(|(name, column)| (name.clone(), column.clone())).collect();
                whole.columns.extend(added);
                // They are proved on the table.
                own.columns.values_mut().for_each(|column| column.checks.clear());
            }
            properties.insert(table.clone(), whole);
            properties.insert(format!("{table}{BASE}"), base);
        }
    }
}

/// Replaces each table that others extend by its base and the assembled table.
///
/// # Errors
/// Models that extend no published table, by another key, or with columns that the table or another extending model
/// already has.
pub(super) fn assemble(
    parsed: &mut Vec<Parsed>,
    file: &PipelineFile,
    project: &Project,
    parameters: &Parameters,
) -> Result<Assembled, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut tables: IndexMap<String, Vec<String>> = IndexMap::new();
    let marts: Vec<String> =
        parsed.iter().filter(|p| p.model.layer == Layer::Marts).map(|p| p.model.name.clone()).collect();
    for (name, model) in &file.models {
        let Some(extends) = &model.extends else { continue };
        let Some(own) = parsed.iter_mut().find(|parsed| parsed.model.name == name.value) else { continue };
        // It is part of a published table and not one itself.
        own.model.layer = Layer::Intermediate;
        let known: Vec<&str> = marts.iter().map(String::as_str).collect();
        if !known.contains(&extends.value.as_str()) || extends.value == name.value {
            let problem = project.texts.unknown(extends, "published table", &known);
            problems.push(match project.domains.off_table(&extends.value) {
                Some(domain) => problem.hint(format!("it belongs to the domain `{domain}`, which is off")),
                None => problem,
            });
            continue;
        }
        if let Some(wrong) = unfit(own.model.domain.as_deref(), model, extends, file, project) {
            problems.push(wrong);
            continue;
        }
        tables.entry(extends.value.clone()).or_default().push(name.value.clone());
    }
    let rank = |name: &String| {
        let model = project.models.iter().find(|model| model.name == *name);
        (project.domains.rank(model.and_then(|model| model.domain.as_deref())), name.clone())
    };
    tables.values_mut().for_each(|models| models.sort_by_key(rank));
    for (table, models) in &tables {
        match assembled(table, models, parsed, file, project, parameters) {
            Ok((base, whole)) => {
                parsed.retain(|parsed| parsed.model.name != *table);
                parsed.extend([base, whole]);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(Assembled { tables: tables.into_iter().collect() }) } else { Err(problems) }
}

/// Why a model may not extend a table: the table is part of another one itself, is open where the model is restricted, or
/// belongs to a domain that the model's does not need.
fn unfit(
    domain: Option<&str>,
    model: &ModelFile,
    extends: &Located<String>,
    file: &PipelineFile,
    project: &Project,
) -> Option<Problem> {
    let table = file.models.get(extends.value.as_str())?;
    let name = &extends.value;
    if let Some(other) = &table.extends {
        let message = format!("`{name}` is not a table: it extends `{}` itself", other.value);
        return Some(project.texts.at(extends, message).hint(format!("write `extends: {}`", other.value)));
    }
    if model.restricted && !table.restricted {
        let message = format!("this model is restricted, and the table `{name}` is published for everyone");
        return Some(project.texts.at(extends, message).hint("extend a restricted table, such as customer_contacts"));
    }
    let owner = project.domains.of_table(name)?;
    let domain = domain.filter(|domain| !project.domains.may_use(domain, owner))?;
    let message = format!("the domain `{domain}` extends `{name}` of the domain `{owner}` and does not need it");
    let hint = format!("add `{owner}: …` with the reason to `needs` in sql/{domain}/{domain}.yml");
    Some(project.texts.at(extends, message).hint(hint))
}

fn assembled(
    table: &str,
    models: &[String],
    parsed: &[Parsed],
    file: &PipelineFile,
    project: &Project,
    parameters: &Parameters,
) -> Result<(Parsed, Parsed), Vec<Problem>> {
    let base_name = format!("{table}{BASE}");
    let Some(own) = parsed.iter().find(|parsed| parsed.model.name == table) else {
        return Err(vec![BrokenInvariant::new(format!("the table `{table}` has no SQL")).into()]);
    };
    if let Some(other) = parsed.iter().find(|parsed| parsed.model.name == base_name) {
        let message = format!("`{base_name}` is the name of what `{table}` is before other models extend it");
        return Err(vec![Problem::new(message).in_file(&other.model.source).hint("give the file another name")]);
    }
    let key = names(file.models.get(table).map(|properties| properties.key.as_slice()).unwrap_or_default());
    let mut problems = Vec::new();
    let mut columns = Vec::new();
    for name in models {
        match file.models.get_key_value(name.as_str()) {
            Some((place, properties)) => {
                problems.extend(wrong_key(place, properties, table, &key, project));
                let added = properties.columns.keys().filter(|column| !key.contains(&column.value.as_str()));
                columns.extend(added.map(|column| (name.as_str(), column)));
            }
            None => continue,
        }
    }
    problems.extend(taken(&columns, table, file, project));
    if !problems.is_empty() {
        return Err(problems);
    }
    let sql = sql(table, &base_name, models, &key, &columns);
    let source = SourceText::new(format!("{} (extended)", own.model.source.path.display()), sql);
    let query = Query::parse(&source, parameters)?;
    let domain = own.model.domain.clone();
    let whole = ModelText { name: table.to_owned(), layer: Layer::Marts, domain, source, renamed: Vec::new() };
    let base = ModelText { name: base_name, layer: Layer::Intermediate, ..own.model.clone() };
    Ok((Parsed { model: base, query: own.query.clone() }, Parsed { model: whole, query }))
}

fn names(key: &[Located<String>]) -> Vec<&str> {
    key.iter().map(|column| column.value.as_str()).collect()
}

fn wrong_key(
    place: &Located<String>,
    properties: &ModelFile,
    table: &str,
    key: &[&str],
    project: &Project,
) -> Option<Problem> {
    let message = format!("`{}` extends `{table}`, whose key is {}", place.value, key.join(", "));
    (names(&properties.key) != key).then(|| {
        let hint = format!("write `key: [{}]`: the two are joined by it", key.join(", "));
        project.texts.at(place, message).hint(hint)
    })
}

/// Columns that the table or an earlier model already has.
fn taken(columns: &[(&str, &Located<String>)], table: &str, file: &PipelineFile, project: &Project) -> Vec<Problem> {
    let of_table = file.models.get(table).map(|properties| &properties.columns);
    let twice = columns.iter().enumerate().filter_map(|(at, (_, column))| {
        let other = columns[..at].iter().find(|(_, other)| other.value == column.value).map(|(model, _)| *model);
        let in_table = of_table.is_some_and(|columns| columns.contains_key(column.value.as_str())).then_some(table);
        let owner = in_table.or(other)?;
        let message = format!("the column `{}` of `{table}` comes from `{owner}` already", column.value);
        Some(project.texts.at(column, message).hint("give the column another name"))
    });
    twice.collect()
}

fn sql(table: &str, base: &str, models: &[String], key: &[&str], columns: &[(&str, &Located<String>)]) -> String {
    let mut sql =
        format!("-- Grain: as {table}. What {table}.sql yields, with the columns of the models that extend it.\n");
    sql.push_str(&format!("select\n    {}.*", quoted(base)));
    for (model, column) in columns {
        sql.push_str(&format!(",\n    {}.{}", quoted(model), quoted(&column.value)));
    }
    sql.push_str(&format!("\nfrom {}", quoted(base)));
    for model in models {
        let on: Vec<String> = key
            .iter()
            .map(|key| format!("{}.{key} = {}.{key}", quoted(base), quoted(model), key = quoted(key)))
            .collect();
        sql.push_str(&format!("\nleft join {}\n    on {}", quoted(model), on.join(" and ")));
    }
    sql.push('\n');
    sql
}

/// A query for the rows that break the promises of a model which extends a table: one row per key, and a row of the
/// table for it.
pub(super) fn broken_rows(model: &str, table: &str, key: &[String]) -> [(String, String, SourceText); 2] {
    let listed = |prefix: &str| key.iter().map(|key| format!("{prefix}{}", quoted(key))).collect::<Vec<_>>().join(", ");
    let twice =
        format!("select {0}, count(*) as rows from {1} group by {0} having count(*) > 1", listed(""), quoted(model));
    let (own, base) = (quoted(model), quoted(&format!("{table}{BASE}")));
    let on: Vec<String> = key.iter().map(|key| format!("{own}.{key} = {base}.{key}", key = quoted(key))).collect();
    let lost =
        format!("select {} from {own} left anti join {base} on {}", listed(&format!("{own}.")), on.join(" and "));
    let text = |what: &str, sql: String| SourceText::new(format!("check {what} of {model}"), sql);
    [
        (format!("key_{model}"), format!("{} identifies a row of {model}", key.join(", ")), text("key", twice)),
        (format!("rows_of_{model}"), format!("every row of {model} belongs to a row of {table}"), text("rows", lost)),
    ]
}
