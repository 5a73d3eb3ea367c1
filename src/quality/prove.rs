//! Runs checks: all row conditions of one table in a single scan, laws as separate queries.

use std::collections::BTreeMap;
use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use futures::StreamExt;

use super::accepted::sorted_out;
use super::{CheckResult, Checked, Staged};
use crate::diagnostics::SourceText;
use crate::engine::{Engine, EngineError, Parameters, Query, Relation};
use crate::plan::{Acceptance, Check, CheckKind};

/// How many failing rows are shown.
const EXAMPLES: usize = 5;
/// How many failing rows of a check can be accepted one by one: it judges figures, not the rows of a table.
const MOST_NAMED: usize = 10_000;

/// A check that could not be proved, because its query failed.
#[derive(Debug)]
pub struct Unproved<'a> {
    /// The first of the checks that the query proves.
    pub check: &'a Check,
    pub cause: EngineError,
}

impl<'a> Unproved<'a> {
    /// The SQL of the check, if it has some of its own.
    pub fn sql(&self) -> Option<&'a SourceText> {
        match &self.check.kind {
            CheckKind::FailingRows(text) => Some(text),
            _ => None,
        }
    }
}

/// Proves every check, apart from what `acceptances` take. The tables must be registered with the engine.
///
/// # Errors
/// Query errors. A failing check is a result, not an error; then there is no [`Checked`].
pub async fn check<'a, S>(
    staged: Staged<S>,
    checks: &'a [Check],
    acceptances: &[Acceptance],
    engine: &Engine,
    parameters: &Parameters,
) -> Result<(Option<Checked<S>>, Vec<CheckResult>), Unproved<'a>> {
    let mut results = Vec::with_capacity(checks.len());
    let mut at = 0;
    while let Some(first) = checks.get(at) {
        let failed = |cause| Unproved { check: first, cause };
        let grouped =
            checks[at..].iter().take_while(|check| check.table == first.table && counts_in_one_scan(check)).count();
        if grouped > 0 {
            let group = &checks[at..at + grouped];
            results.extend(in_one_scan(group, engine, parameters).await.map_err(failed)?);
            at += grouped;
        } else {
            results.push(alone(first, &staged.key_faults, acceptances, engine, parameters).await.map_err(failed)?);
            at += 1;
        }
    }
    let passed = !results.iter().any(CheckResult::stops);
    let accepted = results.iter().flat_map(|result| result.accepted.iter().cloned()).collect();
    Ok((passed.then_some(Checked { snapshot: staged.snapshot, accepted }), results))
}

fn counts_in_one_scan(check: &Check) -> bool {
    matches!(check.kind, CheckKind::FailingRow(_) | CheckKind::RowCount { .. })
}

fn result(check: &Check, failures: u64, mut examples: Vec<RecordBatch>, seconds: f64) -> CheckResult {
    let hidden = hide(&check.hidden, &mut examples);
    CheckResult {
        name: check.name.clone(),
        promise: check.promise.clone(),
        severity: check.severity,
        failures,
        acceptable: Vec::new(),
        accepted: Vec::new(),
        rows: None,
        examples,
        hidden,
        seconds,
    }
}

/// Takes columns out of rows; returns those that the rows had.
fn hide(columns: &[String], rows: &mut Vec<RecordBatch>) -> Vec<String> {
    let mut hidden = Vec::new();
    for batch in rows.iter_mut().filter(|_| !columns.is_empty()) {
        hidden = columns.iter().filter(|name| batch.column_by_name(name).is_some()).cloned().collect();
        for name in &hidden {
            if let Ok(index) = batch.schema().index_of(name) {
                batch.remove_column(index);
            }
        }
    }
    rows.retain(|batch| batch.num_columns() > 0);
    hidden
}

async fn in_one_scan(
    group: &[Check],
    engine: &Engine,
    parameters: &Parameters,
) -> Result<Vec<CheckResult>, EngineError> {
    let started = Instant::now();
    let table = crate::engine::quoted(group[0].table.as_deref().unwrap_or_default());
    let counts: Vec<String> = group.iter().enumerate().map(|(number, check)| count_expression(number, check)).collect();
    let rows = run(&format!("select {} from {table}", counts.join(", ")), engine, parameters).await?;
    let mut results = Vec::with_capacity(group.len());
    for (number, check) in group.iter().enumerate() {
        let counted = rows
            .first()
            .and_then(|batch| u64::try_from(batch.column(number).as_primitive::<Int64Type>().value(0)).ok());
        let count = counted.ok_or_else(|| unproved(check))?;
        let seconds = if number == 0 { started.elapsed().as_secs_f64() } else { 0.0 };
        results.push(match &check.kind {
            CheckKind::RowCount { min, max } => {
                CheckResult { rows: Some(count), ..result(check, outside(count, *min, *max), Vec::new(), seconds) }
            }
            CheckKind::FailingRow(condition) if count > 0 => {
                let columns = check.shown_columns.as_deref().map_or("*".to_owned(), listed);
                let sql = format!("select {columns} from {table} where {condition}");
                result(check, count, first(&sql, engine, parameters).await?, seconds)
            }
            _ => result(check, count, Vec::new(), seconds),
        });
    }
    Ok(results)
}

fn listed(columns: &[String]) -> String {
    columns.iter().map(|name| crate::engine::quoted(name)).collect::<Vec<_>>().join(", ")
}

fn count_expression(number: usize, check: &Check) -> String {
    match &check.kind {
        CheckKind::FailingRow(condition) => format!("count(*) filter (where {condition}) as c{number}"),
        _ => format!("count(*) as c{number}"),
    }
}

/// How many rows are missing or in excess.
fn outside(rows: u64, min: Option<u64>, max: Option<u64>) -> u64 {
    min.map_or(0, |min| min.saturating_sub(rows)).max(max.map_or(0, |max| rows.saturating_sub(max)))
}

async fn alone(
    check: &Check,
    key_faults: &BTreeMap<String, u64>,
    acceptances: &[Acceptance],
    engine: &Engine,
    parameters: &Parameters,
) -> Result<CheckResult, EngineError> {
    let started = Instant::now();
    match (&check.kind, &check.table) {
        (CheckKind::Key(key), Some(table)) => {
            let failures = *key_faults.get(table).ok_or_else(|| unproved(check))?;
            let columns = listed(key);
            let examples = if failures == 0 {
                Vec::new()
            } else {
                let nulls =
                    key.iter().map(|name| format!("{} is null", crate::engine::quoted(name))).collect::<Vec<_>>();
                let sql = format!(
                    "select {columns}, count(*) as rows from {} group by {columns} having count(*) > 1 or {}",
                    crate::engine::quoted(table),
                    nulls.join(" or ")
                );
                first(&sql, engine, parameters).await?
            };
            Ok(result(check, failures, examples, started.elapsed().as_secs_f64()))
        }
        (CheckKind::FailingRows(text), _) => {
            let relation = engine.plan(&parsed(text, parameters)?).await?;
            let failures = count(&relation, engine).await?;
            if let (Some(column), true) = (&check.accept_by, failures > 0) {
                let rows = engine.collect_small(&engine.first(relation, MOST_NAMED)?).await?;
                let sorted = sorted_out(check, &column.value, &rows, acceptances, EXAMPLES)?;
                let left = failures - sorted.taken;
                let found = result(check, left, sorted.examples, started.elapsed().as_secs_f64());
                return Ok(CheckResult { acceptable: sorted.acceptable, accepted: sorted.accepted, ..found });
            }
            let hidden = failures == 0 || check.shown_columns.is_some();
            let examples =
                if hidden { Vec::new() } else { engine.collect_small(&engine.first(relation, EXAMPLES)?).await? };
            Ok(result(check, failures, examples, started.elapsed().as_secs_f64()))
        }
        _ => Err(unproved(check)),
    }
}

/// A check that nothing proves must fail.
fn unproved(check: &Check) -> EngineError {
    datafusion::error::DataFusionError::Execution(format!("the check {} could not be proved", check.name)).into()
}

async fn count(relation: &Relation, engine: &Engine) -> Result<u64, EngineError> {
    let mut stream = engine.stream(relation).await?;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += batch?.num_rows() as u64;
    }
    Ok(rows)
}

/// The first rows of a query in sort order.
async fn first(sql: &str, engine: &Engine, parameters: &Parameters) -> Result<Vec<RecordBatch>, EngineError> {
    let relation = engine.plan(&parsed(&SourceText::new("check", sql), parameters)?).await?;
    engine.collect_small(&engine.first(relation, EXAMPLES)?).await
}

async fn run(sql: &str, engine: &Engine, parameters: &Parameters) -> Result<Vec<RecordBatch>, EngineError> {
    let relation = engine.plan(&parsed(&SourceText::new("check", sql), parameters)?).await?;
    engine.collect_small(&relation).await
}

fn parsed(text: &SourceText, parameters: &Parameters) -> Result<Query, EngineError> {
    Query::parse(text, parameters).map_err(|problems| {
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        datafusion::error::DataFusionError::Plan(texts.join("\n")).into()
    })
}
