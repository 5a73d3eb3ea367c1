//! Compiles checks: what the pipeline file promises about tables, and the laws written as SQL files.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::array_value_to_string;

use super::check_rules::{self, CheckRule};
use super::models::foreign;
use super::project::{CheckText, Project};
use super::relations::scans;
use super::{Check, CheckKind, Model, Plan, extensions, personal};
use crate::config::{AcceptedValues, CheckSeverity, ColumnCheck, Located, ModelCheck, ModelFile, PipelineFile, Scalar};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::quoted;
use crate::engine::{Engine, Parameters, Query};

/// Compiles and plans every check.
pub(super) async fn compile(
    project: &Project,
    file: &PipelineFile,
    plan: &Plan,
    parameters: &Parameters,
    engine: &Engine,
) -> Result<Vec<Check>, Vec<Problem>> {
    let mut checks = Vec::new();
    let mut problems = Vec::new();
    for (table, properties) in plan.published() {
        let key: Vec<String> = properties.key.iter().map(|column| column.value.clone()).collect();
        checks.push(Check {
            name: format!("key_{table}"),
            domain: None,
            table: Some(table.to_owned()),
            severity: CheckSeverity::Error,
            promise: format!("{} identifies a row of {table}", key.join(", ")),
            kind: CheckKind::Key(key),
            scans: BTreeMap::new(),
            shown_columns: None,
            hidden: Vec::new(),
            accepted: None,
            accept_by: None,
            place: None,
        });
    }
    let properties = plan.models.values().map(|model| (model.name.as_str(), &model.properties));
    let identity = plan.identity.iter().map(|identity| (identity.table.as_str(), &identity.properties));
    for (table, properties) in identity.chain(properties) {
        of_model(table, properties, plan, project, &mut checks, &mut problems);
    }
    laws(project, file, &mut checks, &mut problems);
    checks.extend(plan.models.values().flat_map(of_extension));
    for check in &mut checks {
        match planned(check, project, plan, parameters, engine).await {
            Ok((scans, hidden)) => (check.scans, check.hidden) = (scans, hidden),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(checks) } else { Err(problems) }
}

async fn planned(
    check: &Check,
    project: &Project,
    plan: &Plan,
    parameters: &Parameters,
    engine: &Engine,
) -> Result<(BTreeMap<String, usize>, Vec<String>), Vec<Problem>> {
    let text = match (&check.kind, &check.table) {
        (CheckKind::FailingRows(text), _) => text.clone(),
        (CheckKind::FailingRow(condition), Some(table)) => {
            let sql = format!("select 1 as failing from {} where {condition}", quoted(table));
            SourceText::new(format!("check {}", check.name), sql)
        }
        (_, table) => return Ok((BTreeMap::new(), plan.personal.columns(table.as_deref().unwrap_or_default()))),
    };
    let planned = async {
        let query = Query::parse(&text, parameters)?;
        let foreign = check.domain.iter().flat_map(|domain| foreign(query.tables(), &text, domain, project));
        let foreign: Vec<Problem> = foreign.collect();
        if !foreign.is_empty() {
            return Err(foreign);
        }
        let relation = engine.plan(&query).await.map_err(|error| vec![error.into_problem(&text)])?;
        let optimised = engine.optimised(&relation).map_err(|error| vec![error.into_problem(&text)])?;
        let carried = plan.personal.of(&optimised);
        if let Some(column) = &check.accept_by {
            names_rows(column, relation.schema().as_arrow(), project).map_err(|problem| vec![problem])?;
            if let Some(problem) = personal::named_by(&check.name, &column.value, &text, &carried) {
                return Err(vec![problem]);
            }
        }
        // Of a condition, the rows of the table are shown.
        let hidden = match (&check.kind, &check.table) {
            (CheckKind::FailingRow(_), Some(table)) => plan.personal.columns(table),
            _ => carried.into_keys().collect(),
        };
        Ok((scans(&relation), hidden))
    };
    // The SQL of a check in the pipeline file is generated: a problem with it is placed where the check was written.
    planned.await.map_err(|problems: Vec<Problem>| match &check.place {
        Some(place) => problems
            .into_iter()
            .map(|found| {
                let source = Some(project.texts.file(place.file).clone());
                Problem { column: place.column, line: place.line, length: 1, source, ..found }
                    .or_hint("see the table's columns with `lojal ls`, and their types in its SQL")
            })
            .collect(),
        None => problems,
    })
}

/// The column that `accept_by` names must be a text of the check's result.
fn names_rows(column: &Located<String>, result: &Schema, project: &Project) -> Result<(), Problem> {
    match result.field_with_name(&column.value).map(Field::data_type) {
        Ok(DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8) => Ok(()),
        Ok(other) => {
            let message = format!("`accept_by: {}` is {other}, not text", column.value);
            Err(project.texts.at(column, message).hint("name a text column, or cast it to varchar in the check's SQL"))
        }
        Err(_) => {
            let columns: Vec<&str> = result.fields().iter().map(|field| field.name().as_str()).collect();
            Err(project.texts.unknown(column, "column of the check's result named", &columns))
        }
    }
}

fn of_model(
    table: &str,
    properties: &ModelFile,
    plan: &Plan,
    project: &Project,
    checks: &mut Vec<Check>,
    problems: &mut Vec<Problem>,
) {
    let key: Vec<String> = properties.key.iter().map(|column| column.value.clone()).collect();
    let mut add = |place: Located<()>, rule: CheckRule| {
        checks.push(Check {
            name: rule.name,
            domain: None,
            table: Some(table.to_owned()),
            severity: rule.severity,
            promise: rule.words,
            kind: rule.kind,
            scans: BTreeMap::new(),
            shown_columns: properties.restricted.then(|| key.clone()),
            hidden: Vec::new(),
            accepted: rule.accepted,
            accept_by: None,
            place: Some(place),
        });
    };
    for (column, described) in &properties.columns {
        for check in &described.checks {
            if let ColumnCheck::Relationships(to) = &check.value
                && let Some(problem) = target_problem(plan, project, &to.table, &to.column)
            {
                problems.push(problem);
                continue;
            }
            match listed(&check.value, plan, project) {
                Ok(listed) => add(check.place(), check_rules::of_column(table, &column.value, &check.value, &listed)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    for check in &properties.checks {
        let place = match &check.value {
            ModelCheck::Expression(expression) => expression.sql.place(),
            ModelCheck::RowCount(_) => check.place(),
        };
        add(place, check_rules::of_model(table, &check.value));
    }
}

/// What a model that extends a table promises: one row per key, and a row of the table for each.
fn of_extension(model: &Model) -> Vec<Check> {
    let Some(table) = &model.properties.extends else { return Vec::new() };
    let broken = extensions::broken_rows(&model.name, &table.value, &model.key());
    let checks = broken.into_iter().map(|(name, promise, sql)| Check {
        name,
        domain: None,
        table: Some(model.name.clone()),
        severity: CheckSeverity::Error,
        promise,
        kind: CheckKind::FailingRows(sql),
        scans: BTreeMap::new(),
        shown_columns: model.properties.restricted.then(|| model.key()),
        hidden: Vec::new(),
        accepted: None,
        accept_by: None,
        place: None,
    });
    checks.collect()
}

/// The values of the lookup column that a check of accepted values names.
fn listed(check: &ColumnCheck, plan: &Plan, project: &Project) -> Result<Vec<Scalar>, Problem> {
    let ColumnCheck::AcceptedValues(AcceptedValues { lookup: Some(wanted), rows, .. }) = check else {
        return Ok(Vec::new());
    };
    let (table, column) = wanted.value.split_once('.').unwrap_or((&wanted.value, ""));
    let known: Vec<&str> = plan.lookups.keys().map(String::as_str).collect();
    let Some(lookup) = plan.lookups.get(table) else {
        return Err(project.texts.unknown(wanted, "lookup", &known));
    };
    let Some(cells) = lookup.rows.column_by_name(column) else {
        let columns: Vec<&str> = lookup.columns.iter().map(|column| column.name.as_str()).collect();
        return Err(project.texts.unknown(wanted, "lookup.column", &columns));
    };
    let columns: Vec<&str> = lookup.columns.iter().map(|column| column.name.as_str()).collect();
    let mut filters = Vec::new();
    for (name, value) in rows {
        match lookup.rows.column_by_name(&name.value) {
            Some(cells) => filters.push((cells, value)),
            None => return Err(project.texts.unknown(name, "lookup column", &columns)),
        }
    }
    let shown = |cells: &ArrayRef, row| {
        array_value_to_string(cells, row).map_err(|error| project.texts.at(wanted, error.to_string()))
    };
    let mut values = BTreeSet::new();
    for row in (0..cells.len()).filter(|row| !cells.is_null(*row)) {
        let mut fits = true;
        for (cells, value) in &filters {
            fits &= shown(cells, row)? == **value;
        }
        if fits {
            values.insert(shown(cells, row)?);
        }
    }
    Ok(values.into_iter().map(Scalar::Text).collect())
}

fn target_problem(
    plan: &Plan,
    project: &Project,
    table: &Located<String>,
    column: &Located<String>,
) -> Option<Problem> {
    let identity = plan.identity.as_ref().filter(|identity| identity.table == table.value);
    let name = &table.value;
    let schema = match (identity, plan.models.get(name), plan.source_of(name), plan.lookups.get(name)) {
        (Some(_), ..) => crate::identity::schema(),
        (_, Some(model), ..) => model.schema.clone(),
        (_, _, Some(source), _) => source.schema.clone(),
        (.., Some(lookup)) => lookup.schema(),
        _ => {
            let identity = plan.identity.iter().map(|identity| identity.table.as_str());
            let declared = plan.models.keys().chain(plan.sources.keys()).chain(plan.lookups.keys());
            let known: Vec<&str> = declared.map(String::as_str).chain(identity).collect();
            let problem = project.texts.unknown(table, "table", &known);
            return Some(match project.domains.off_table(&table.value) {
                Some(domain) => problem.hint(format!("it belongs to the domain `{domain}`, which is off")),
                None => problem,
            });
        }
    };
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let what = format!("column of `{}` named", table.value);
    (!columns.contains(&column.value.as_str())).then(|| project.texts.unknown(column, &what, &columns))
}

fn laws(project: &Project, file: &PipelineFile, checks: &mut Vec<Check>, problems: &mut Vec<Problem>) {
    let known: Vec<&str> = project.checks.iter().map(|text| text.name.as_str()).collect();
    for name in file.checks.keys().filter(|name| !known.contains(&name.value.as_str())) {
        problems.push(project.texts.unknown(name, "SQL file in a folder checks/ for the check", &known));
    }
    for CheckText { name, domain, source: text } in &project.checks {
        let Some(law) = file.checks.get(name.as_str()) else {
            let problem = Problem::new(format!("the check `{name}` is not declared")).in_file(text);
            let own = project.pipeline().path.display().to_string();
            let file = domain.as_ref().map_or(own, |domain| format!("sql/{domain}/{domain}.yml"));
            problems.push(problem.hint(format!("add it under checks in {file}")));
            continue;
        };
        checks.push(Check {
            name: name.clone(),
            domain: domain.clone(),
            table: None,
            severity: law.severity,
            promise: law.description.clone(),
            kind: CheckKind::FailingRows(text.clone()),
            scans: BTreeMap::new(),
            shown_columns: None,
            hidden: Vec::new(),
            accepted: None,
            accept_by: law.accept_by.clone(),
            place: None,
        });
    }
}
