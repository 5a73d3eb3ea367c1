//! Compiles checks: what the pipeline file promises of tables, and the laws written as SQL files.

use std::collections::BTreeMap;

use super::models::scans;
use super::project::{Project, stem};
use super::{Plan, problem, unknown};
use crate::config::{ColumnCheck, Located, ModelCheck, ModelFile, PipelineFile, Scalar, Trigger};
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
    pub severity: Trigger,
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
            severity: Trigger::Error,
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
    let mut add = |place: (usize, usize), name: String, severity, promise: String, kind| {
        checks.push(Check {
            name,
            table: Some(table.to_owned()),
            severity,
            promise,
            kind,
            scans: BTreeMap::new(),
            shown_columns: properties.restricted.then(|| key.clone()),
            place: Some(place),
        });
    };
    for (column, described) in &properties.columns {
        let column = column.value.as_str();
        let cell = quoted(column);
        for check in &described.checks {
            let place = (check.line, check.column);
            match &check.value {
                ColumnCheck::NotNull(options) => add(
                    place,
                    format!("not_null_{table}_{column}"),
                    options.severity,
                    format!("{table}.{column} is never null"),
                    CheckKind::FailingRow(format!("{cell} is null")),
                ),
                ColumnCheck::Unique(options) => add(
                    place,
                    format!("unique_{table}_{column}"),
                    options.severity,
                    format!("no value of {table}.{column} stands twice"),
                    CheckKind::FailingRows(SourceText::new(
                        format!("check unique_{table}_{column}"),
                        format!(
                            "select {cell}, count(*) as rows from {} where {cell} is not null group by {cell} having count(*) > 1",
                            quoted(table)
                        ),
                    )),
                ),
                ColumnCheck::AcceptedValues(accepted) => add(
                    place,
                    format!("accepted_values_{table}_{column}"),
                    accepted.severity,
                    format!("{table}.{column} is one of {}", listed(&accepted.values)),
                    CheckKind::FailingRow(format!(
                        "{cell} not in ({})",
                        accepted.values.iter().map(literal).collect::<Vec<_>>().join(", ")
                    )),
                ),
                ColumnCheck::Range(range) => {
                    let low = range.min.as_ref().map(|min| format!("{cell} < {}", literal(min)));
                    let high = range.max.as_ref().map(|max| format!("{cell} > {}", literal(max)));
                    let conditions: Vec<String> = low.into_iter().chain(high).collect();
                    let condition = if conditions.is_empty() { "false".to_owned() } else { conditions.join(" or ") };
                    add(
                        place,
                        format!("range_{table}_{column}"),
                        range.severity,
                        format!("{table}.{column} is {}", bounds(range.min.as_ref(), range.max.as_ref())),
                        CheckKind::FailingRow(condition),
                    );
                }
                ColumnCheck::Relationships(to) => {
                    let target = target_problem(plan, project, &to.table, &to.column);
                    if target.is_some() {
                        problems.extend(target);
                        continue;
                    }
                    add(
                        place,
                        format!("relationships_{table}_{column}"),
                        to.severity,
                        format!("{table}.{column} stands in {}.{}", to.table.value, to.column.value),
                        CheckKind::FailingRows(SourceText::new(
                            format!("check relationships_{table}_{column}"),
                            format!(
                                "select {0}.{cell} from {0} left anti join {1} on {0}.{cell} = {1}.{2} where {0}.{cell} is not null",
                                quoted(table),
                                quoted(&to.table.value),
                                quoted(&to.column.value)
                            ),
                        )),
                    );
                }
            }
        }
    }
    for check in &properties.checks {
        let place = (check.line, check.column);
        match &check.value {
            ModelCheck::RowCount(limits) => add(
                place,
                format!("row_count_{table}"),
                limits.severity,
                format!("the number of rows of {table} is {}", bounds(limits.min, limits.max)),
                CheckKind::RowCount { min: limits.min, max: limits.max },
            ),
            ModelCheck::Expression(expression) => add(
                (expression.sql.line, expression.sql.column),
                format!("{}_{table}", expression.name.value),
                expression.severity,
                format!("{table}: {}", expression.sql.value),
                CheckKind::FailingRow(format!("not coalesce(({}), false)", expression.sql.value)),
            ),
        }
    }
}

fn bounds<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "anything".to_owned(),
    }
}

fn target_problem(
    plan: &Plan,
    project: &Project,
    table: &Located<String>,
    column: &Located<String>,
) -> Option<Problem> {
    let identity = plan.identity.as_ref().filter(|identity| identity.table == table.value);
    let schema = match (identity, plan.models.get(&table.value), plan.sources.get(&table.value)) {
        (Some(_), ..) => crate::identity::schema(),
        (_, Some(model), _) => model.schema.clone(),
        (_, _, Some(source)) => source.schema.clone(),
        _ => {
            let identity = plan.identity.iter().map(|identity| identity.table.as_str());
            let known: Vec<&str> =
                plan.models.keys().chain(plan.sources.keys()).map(String::as_str).chain(identity).collect();
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

fn literal(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    }
}

fn listed(values: &[Scalar]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
