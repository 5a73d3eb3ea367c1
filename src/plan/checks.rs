//! Compiles checks: what the pipeline file promises of tables, and the laws written as SQL files.

use std::collections::BTreeMap;

use super::models::scans;
use super::project::{Project, stem};
use super::promises::{self, Promise};
use super::{Plan, problem, unknown};
use crate::config::{CheckSeverity, ColumnCheck, Located, ModelCheck, ModelFile, PipelineFile};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::{Engine, Parameters, Query};

/// A check, ready to run.
#[derive(Debug, Clone)]
pub struct Check {
    /// Unique name, e.g. `not_null_customers_customer_key`.
    pub name: String,
    /// The table it is about; `None` for a law over several.
    pub table: Option<String>,
    /// What a failure does.
    pub severity: CheckSeverity,
    /// What is promised, for the reader.
    pub promise: String,
    /// How it is proved.
    pub kind: CheckKind,
    /// How often its query scans each table.
    pub scans: BTreeMap<String, usize>,
    /// The only columns of a failing row that may be shown, where the table holds direct identifiers.
    pub shown_columns: Option<Vec<String>>,
    /// Line and column in the pipeline file; `None` for a SQL file.
    pub place: Option<(usize, usize)>,
}

/// How a check is proved.
#[derive(Debug, Clone)]
pub enum CheckKind {
    /// A SQL condition that is true for a row that fails.
    FailingRow(String),
    /// A query whose rows are failures.
    FailingRows(SourceText),
    /// Bounds on the number of rows.
    RowCount {
        /// Fewest.
        min: Option<u64>,
        /// Most.
        max: Option<u64>,
    },
    /// Key columns: no null, no key twice. Proved while the sorted table is written.
    Key(Vec<String>),
}

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
            table: Some(table.to_owned()),
            severity: CheckSeverity::Error,
            promise: format!("{} identifies a row of {table}", key.join(", ")),
            kind: CheckKind::Key(key),
            scans: BTreeMap::new(),
            shown_columns: None,
            place: None,
        });
    }
    let properties = plan.models.values().map(|model| (model.name.as_str(), &model.properties));
    let identity = plan.identity.iter().map(|identity| (identity.table.as_str(), &identity.properties));
    for (table, properties) in identity.chain(properties) {
        of_model(table, properties, plan, project, &mut checks, &mut problems);
    }
    laws(project, file, &mut checks, &mut problems);
    for check in &mut checks {
        match planned(check, project, parameters, engine).await {
            Ok(scans) => check.scans = scans,
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(checks) } else { Err(problems) }
}

async fn planned(
    check: &Check,
    project: &Project,
    parameters: &Parameters,
    engine: &Engine,
) -> Result<BTreeMap<String, usize>, Vec<Problem>> {
    let text = match (&check.kind, &check.table) {
        (CheckKind::FailingRows(text), _) => text.clone(),
        (CheckKind::FailingRow(condition), Some(table)) => {
            let sql = format!("select 1 as failing from {} where {condition}", quoted(table));
            SourceText::new(format!("check {}", check.name), sql)
        }
        _ => return Ok(BTreeMap::new()),
    };
    let planned = async {
        let query = Query::parse(&text, parameters)?;
        let relation = engine.plan(&query).await.map_err(|error| vec![problem(error, &text)])?;
        engine.verify(&relation).map_err(|error| vec![problem(error, &text)])?;
        Ok(scans(&relation))
    };
    // The SQL of a check in the pipeline file is ours: its place is where the check was written.
    planned.await.map_err(|problems: Vec<Problem>| match check.place {
        Some((line, column)) => problems
            .into_iter()
            .map(|found| {
                Problem { column, line, length: 1, source: Some(project.pipeline.clone()), ..found }
                    .or_hint("see the table's columns with `lojal ls`, and their types in its SQL")
            })
            .collect(),
        None => problems,
    })
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
    let mut add = |place: (usize, usize), promise: Promise| {
        checks.push(Check {
            name: promise.name,
            table: Some(table.to_owned()),
            severity: promise.severity,
            promise: promise.words,
            kind: promise.kind,
            scans: BTreeMap::new(),
            shown_columns: properties.restricted.then(|| key.clone()),
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
            add((check.line, check.column), promises::of_column(table, &column.value, &check.value));
        }
    }
    for check in &properties.checks {
        let place = match &check.value {
            ModelCheck::Expression(expression) => (expression.sql.line, expression.sql.column),
            ModelCheck::RowCount(_) => (check.line, check.column),
        };
        add(place, promises::of_model(table, &check.value));
    }
}

fn target_problem(
    plan: &Plan,
    project: &Project,
    table: &Located<String>,
    column: &Located<String>,
) -> Option<Problem> {
    let identity = plan.identity.as_ref().filter(|identity| identity.table == table.value);
    let name = &table.value;
    let schema = match (identity, plan.models.get(name), plan.sources.get(name), plan.lookups.get(name)) {
        (Some(_), ..) => crate::identity::schema(),
        (_, Some(model), ..) => model.schema.clone(),
        (_, _, Some(source), _) => source.schema.clone(),
        (.., Some(lookup)) => lookup.schema(),
        _ => {
            let identity = plan.identity.iter().map(|identity| identity.table.as_str());
            let declared = plan.models.keys().chain(plan.sources.keys()).chain(plan.lookups.keys());
            let known: Vec<&str> = declared.map(String::as_str).chain(identity).collect();
            return Some(unknown(&project.pipeline, table, "table", &known));
        }
    };
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let what = format!("column of `{}` named", table.value);
    (!columns.contains(&column.value.as_str())).then(|| unknown(&project.pipeline, column, &what, &columns))
}

fn laws(project: &Project, file: &PipelineFile, checks: &mut Vec<Check>, problems: &mut Vec<Problem>) {
    let names: Vec<String> = project.checks.iter().map(|text| stem(&text.path)).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    for name in file.checks.keys().filter(|name| !known.contains(&name.value.as_str())) {
        problems.push(unknown(&project.pipeline, name, "SQL file under sql/checks/ for the check", &known));
    }
    for (name, text) in names.iter().zip(&project.checks) {
        let Some(law) = file.checks.get(name.as_str()) else {
            let problem = Problem::new(format!("the check `{name}` is not declared")).in_file(text);
            problems.push(problem.hint(format!("add it under checks in {}", project.pipeline.path.display())));
            continue;
        };
        checks.push(Check {
            name: name.clone(),
            table: None,
            severity: law.severity,
            promise: law.description.clone(),
            kind: CheckKind::FailingRows(text.clone()),
            scans: BTreeMap::new(),
            shown_columns: None,
            place: None,
        });
    }
}

/// A name as a quoted SQL identifier.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
