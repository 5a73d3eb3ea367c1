//! Runs checks: all conditions on the rows of one table in a single scan, laws as queries of their own.

use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use futures::StreamExt;

use super::{CheckResult, Checked, Staged};
use crate::diagnostics::SourceText;
use crate::engine::{Engine, EngineError, Parameters, Query};
use crate::plan::{Check, CheckKind};

/// How many failing rows are shown.
const EXAMPLES: usize = 5;

/// Proves every check. The tables are in the engine's reach.
///
/// # Errors
/// What a query runs into; failing checks are results, not errors: then there is no [`Checked`].
pub async fn check(
    staged: Staged,
    checks: &[Check],
    engine: &Engine,
    parameters: &Parameters,
) -> Result<(Option<Checked>, Vec<CheckResult>), EngineError> {
    let mut results = Vec::with_capacity(checks.len());
    let mut at = 0;
    while let Some(first) = checks.get(at) {
        let grouped =
            checks[at..].iter().take_while(|check| check.table == first.table && counts_in_one_scan(check)).count();
        if grouped > 0 {
            let group = &checks[at..at + grouped];
            results.extend(in_one_scan(group, engine, parameters).await?);
            at += grouped;
        } else {
            results.push(alone(first, &staged, engine, parameters).await?);
            at += 1;
        }
    }
    let passed = !results.iter().any(CheckResult::stops);
    Ok((passed.then_some(Checked { snapshot: staged.snapshot }), results))
}

fn counts_in_one_scan(check: &Check) -> bool {
    matches!(check.kind, CheckKind::FailingRow(_) | CheckKind::RowCount { .. })
}

fn result(check: &Check, failures: u64, examples: Vec<RecordBatch>, seconds: f64) -> CheckResult {
    CheckResult {
        name: check.name.clone(),
        table: check.table.clone(),
        promise: check.promise.clone(),
        severity: check.severity,
        failures,
        examples,
        seconds,
    }
}

async fn in_one_scan(
    group: &[Check],
    engine: &Engine,
    parameters: &Parameters,
) -> Result<Vec<CheckResult>, EngineError> {
    let started = Instant::now();
    let table = crate::plan::quoted(group[0].table.as_deref().unwrap_or_default());
    let counts: Vec<String> = group.iter().enumerate().map(|(number, check)| count_expression(number, check)).collect();
    let rows = run(&format!("select {} from {table}", counts.join(", ")), engine, parameters).await?;
    let mut results = Vec::with_capacity(group.len());
    for (number, check) in group.iter().enumerate() {
        let count = rows.first().map_or(0, |batch| batch.column(number).as_primitive::<Int64Type>().value(0));
        let count = u64::try_from(count).unwrap_or(0);
        let (failures, examples) = match &check.kind {
            CheckKind::RowCount { min, max } => (outside(count, *min, *max), Vec::new()),
            CheckKind::FailingRow(condition) if count > 0 => {
                let sql = format!("select * from {table} where {condition} limit {EXAMPLES}");
                (count, run(&sql, engine, parameters).await?)
            }
            _ => (count, Vec::new()),
        };
        let seconds = if number == 0 { started.elapsed().as_secs_f64() } else { 0.0 };
        results.push(result(check, failures, examples, seconds));
    }
    Ok(results)
}

fn count_expression(number: usize, check: &Check) -> String {
    match &check.kind {
        CheckKind::FailingRow(condition) => format!("count(*) filter (where {condition}) as c{number}"),
        _ => format!("count(*) as c{number}"),
    }
}

/// How many rows are missing or too many.
fn outside(rows: u64, min: Option<u64>, max: Option<u64>) -> u64 {
    min.map_or(0, |min| min.saturating_sub(rows)).max(max.map_or(0, |max| rows.saturating_sub(max)))
}

async fn alone(
    check: &Check,
    staged: &Staged,
    engine: &Engine,
    parameters: &Parameters,
) -> Result<CheckResult, EngineError> {
    let started = Instant::now();
    match (&check.kind, &check.table) {
        (CheckKind::Key(key), Some(table)) => {
            let failures = staged.key_faults.get(table).copied().unwrap_or(0);
            let columns = key.iter().map(|name| crate::plan::quoted(name)).collect::<Vec<_>>().join(", ");
            let examples = if failures == 0 {
                Vec::new()
            } else {
                let nulls = key.iter().map(|name| format!("{} is null", crate::plan::quoted(name))).collect::<Vec<_>>();
                let sql = format!(
                    "select {columns}, count(*) as rows from {} group by {columns} having count(*) > 1 or {} order by {columns} limit {EXAMPLES}",
                    crate::plan::quoted(table),
                    nulls.join(" or ")
                );
                run(&sql, engine, parameters).await?
            };
            Ok(result(check, failures, examples, started.elapsed().as_secs_f64()))
        }
        (CheckKind::FailingRows(text), _) => {
            let (failures, examples) = failing_rows(text, engine, parameters).await?;
            Ok(result(check, failures, examples, started.elapsed().as_secs_f64()))
        }
        _ => Ok(result(check, 0, Vec::new(), 0.0)),
    }
}

async fn failing_rows(
    text: &SourceText,
    engine: &Engine,
    parameters: &Parameters,
) -> Result<(u64, Vec<RecordBatch>), EngineError> {
    let relation = engine.plan(&parsed(text, parameters)?).await?;
    let mut stream = engine.stream(&relation).await?;
    let (mut failures, mut examples, mut shown) = (0_u64, Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        failures += batch.num_rows() as u64;
        let take = batch.num_rows().min(EXAMPLES - shown);
        if take > 0 {
            examples.push(batch.slice(0, take));
            shown += take;
        }
    }
    Ok((failures, examples))
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
