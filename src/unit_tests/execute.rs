//! Runs one test in an engine of its own: registers the given rows, runs the models, compares what comes out.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;

use super::case::{Case, Expected, Table};
use super::cells::{self, Misfit};
use super::compare::{Difference, Row, Rules};
use super::diff::Diff;
use super::grid::Grid;
use super::rows::{Written, values};
use crate::diagnostics::{Problem, did_you_mean};
use crate::engine::{Engine, EngineError, EngineOptions, schema_of};
use crate::failure::Failure;

/// How a test ended.
#[derive(Debug)]
pub enum Verdict {
    Passed,
    /// Other rows came out.
    Failed(Box<Diff>),
    /// A query failed on the rows that it was given.
    Broken(String),
}

/// Differences of floats up to this are taken for rounding, in a hint.
const ROUNDING: f64 = 1e-9;

enum Stopped {
    Broken(String),
    Failed(Failure),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Runs a test.
///
/// # Errors
/// Mistakes that only show now, such as an expected column that does not come out; infrastructure.
pub(super) async fn verdict(case: &Case, options: EngineOptions) -> Result<Verdict, Failure> {
    match Box::pin(compared(case, options)).await {
        Ok(verdict) => Ok(verdict),
        Err(Stopped::Broken(message)) => Ok(Verdict::Broken(message)),
        Err(Stopped::Failed(failure)) => Err(failure),
    }
}

async fn compared(case: &Case, options: EngineOptions) -> Result<Verdict, Stopped> {
    let engine = Engine::open(options).map_err(|error| failed(error, &case.name))?;
    for table in &case.tables {
        match table {
            Table::Rows { name, rows } => {
                let added = engine.add_small(name, rows.schema(), vec![rows.clone()]);
                added.map_err(|error| failed(error, name))?;
            }
            Table::Query { name, schema, written } => given(&engine, name, schema.as_ref(), written).await?,
        }
    }
    let mut last = None;
    for step in &case.steps {
        let relation = engine.plan(&step.query).await.map_err(|error| usage(error.into_problem(&step.sql)))?;
        let rows = engine
            .collect_small(&relation)
            .await
            .map_err(|error| failed(error, &step.sql.path.display().to_string()))?;
        let schema = schema_of(&engine.optimised(&relation).map_err(|error| usage(error.into_problem(&step.sql)))?);
        let schema = rows.first().map_or(schema, RecordBatch::schema);
        let added = engine.add_small(&step.name, Arc::clone(&schema), rows.clone());
        added.map_err(|error| failed(error, &step.name))?;
        if step.name == case.model {
            last = Some((schema, rows));
        }
    }
    let found = match &case.query {
        Some(query) => Some(rows_of(&engine, query).await?),
        None => last,
    };
    let Some((schema, batches)) = found else {
        return Err(Failure::from(crate::invariant::BrokenInvariant::new("a test runs its model")).into());
    };
    let grid;
    let (columns, expected) = match &case.expected {
        Expected::Grid(written) => {
            grid = written;
            of_grid(case, grid, &schema)?
        }
        Expected::Query(query) => of_query(&engine, query, &schema).await?,
    };
    let places: Vec<usize> = columns.iter().filter_map(|name| schema.index_of(name).ok()).collect();
    let batches: Result<Vec<RecordBatch>, _> = batches.iter().map(|batch| batch.project(&places)).collect();
    let texts = batches.and_then(|batches| {
        let schema = schema.project(&places)?;
        cells::texts(&Arc::new(schema), &batches)
    });
    let found = texts.map_err(|error| Stopped::Broken(error.to_string()))?;
    let rules = rules(case, &columns, &schema)?;
    Ok(judged(rules, columns, expected, found))
}

fn judged(rules: Rules, columns: Vec<String>, expected: Vec<Row>, found: Vec<Row>) -> Verdict {
    let differences = rules.differences(&expected, &found);
    if differences.is_empty() {
        return Verdict::Passed;
    }
    let is_float = |at: &usize| rules.tolerances.get(*at).copied().flatten().is_some();
    let is_near = |expected: &Row, found: &Row, at: usize| {
        let number = |row: &Row| row.get(at)?.as_deref()?.parse::<f64>().ok();
        let (Some(expected), Some(found)) = (number(expected), number(found)) else { return false };
        (expected - found).abs() <= ROUNDING * expected.abs().max(1.0)
    };
    let is_rounding = differences.iter().all(|difference| match difference {
        Difference::Differs { expected: row, found: other, columns } => {
            columns.iter().all(|at| is_float(at) && is_near(&expected[*row], &found[*other], *at))
        }
        _ => false,
    });
    Verdict::Failed(Box::new(Diff { columns, key: rules.key, expected, found, differences, is_rounding }))
}

fn rules(case: &Case, columns: &[String], schema: &SchemaRef) -> Result<Rules, Stopped> {
    let mut problems = Vec::new();
    let is_float = |name: &str| schema.field_with_name(name).is_ok_and(|field| field.data_type().is_floating());
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    for (name, _) in &case.expect.tolerances {
        if !names.contains(&name.value.as_str()) {
            problems.push(case.texts.unknown(name, "expected column", &names));
        } else if !is_float(&name.value) {
            let message = format!("`{}` is not a float: it is compared exactly", name.value);
            problems.push(case.texts.at(name, message).hint("remove its tolerance"));
        }
    }
    if let Some(tolerance) = &case.expect.tolerance
        && !columns.iter().any(|name| is_float(name))
    {
        let problem = case.texts.place(tolerance, tolerance.length, "no expected column is a float");
        problems.push(problem.hint("remove the tolerance: everything else is compared exactly"));
    }
    if !problems.is_empty() {
        return Err(Failure::Usage(problems).into());
    }
    let tolerance = |name: &String| {
        let own = case.expect.tolerances.iter().find(|(column, _)| column.value == *name).map(|(_, by)| *by);
        let of_all = case.expect.tolerance.as_ref().map_or(0.0, |by| by.value);
        is_float(name).then(|| own.unwrap_or(of_all))
    };
    let key: Option<Vec<usize>> =
        case.key.iter().map(|name| columns.iter().position(|column| column == name)).collect();
    Ok(Rules {
        tolerances: columns.iter().map(tolerance).collect(),
        key: key.unwrap_or_default(),
        ordered: case.expect.ordered,
    })
}

/// The expected rows of a grid, as texts of the types that the columns have.
fn of_grid(case: &Case, grid: &Grid, schema: &SchemaRef) -> Result<(Vec<String>, Vec<Row>), Stopped> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let what = if case.query.is_some() { "the query has".to_owned() } else { format!("`{}` has", case.model) };
    let mut problems = Vec::new();
    let mut columns: Vec<Vec<Option<String>>> = Vec::new();
    for (at, (name, spot)) in grid.columns.iter().enumerate() {
        let Ok(field) = schema.field_with_name(name) else {
            let problem = grid.problem(*spot, &case.texts, format!("{what} no column `{name}`"));
            problems.push(problem.hint(did_you_mean(name, &names)));
            continue;
        };
        let shown = values(grid, at, field.data_type(), &case.texts).map(|column| cells::shown(&column));
        match shown {
            Ok(Ok(column)) => columns.push(column),
            Ok(Err(error)) => problems.push(grid.problem(*spot, &case.texts, error.to_string())),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Usage(problems).into());
    }
    // A test that expects no row shows whole rows if there are some.
    if grid.columns.is_empty() {
        return Ok((names.into_iter().map(str::to_owned).collect(), Vec::new()));
    }
    let row = |at: usize| columns.iter().map(|column| column.get(at).cloned().flatten()).collect();
    let names = grid.columns.iter().map(|(name, _)| name.clone()).collect();
    Ok((names, (0..grid.rows.len()).map(row).collect()))
}

/// The expected rows of a query, as texts of the types that the columns have.
async fn of_query(engine: &Engine, query: &Written, schema: &SchemaRef) -> Result<(Vec<String>, Vec<Row>), Stopped> {
    let (own, batches) = rows_of(engine, query).await?;
    let rows = as_columns(query, &own, &batches, schema)?;
    let names: Vec<String> = own.fields().iter().map(|field| field.name().clone()).collect();
    let places: Vec<usize> = names.iter().filter_map(|name| schema.index_of(name).ok()).collect();
    let texts = rows.project(&places).and_then(|rows| cells::texts(&rows.schema(), &[rows]));
    Ok((names, texts.map_err(|error| Stopped::Broken(error.to_string()))?))
}

/// Registers a given table whose rows are those of a query.
async fn given(engine: &Engine, name: &str, schema: Option<&SchemaRef>, written: &Written) -> Result<(), Stopped> {
    let (own, batches) = rows_of(engine, written).await?;
    let (schema, rows) = match schema {
        Some(schema) => (Arc::clone(schema), vec![as_columns(written, &own, &batches, schema)?]),
        None => (own, batches),
    };
    engine.add_small(name, schema, rows).map_err(|error| failed(error, name))
}

/// Rows of a query as columns of a table; those that the query leaves out are null.
fn as_columns(
    written: &Written,
    own: &SchemaRef,
    batches: &[RecordBatch],
    schema: &SchemaRef,
) -> Result<RecordBatch, Stopped> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let unknown = own.fields().iter().filter(|field| !names.contains(&field.name().as_str()));
    let unknown: Vec<Problem> = unknown
        .map(|field| {
            let message = format!("there is no column `{}`", field.name());
            last_mention(written, field.name(), message).hint(did_you_mean(field.name(), &names))
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::Usage(unknown).into());
    }
    let whole = arrow::compute::concat_batches(own, batches).map_err(|error| Stopped::Broken(error.to_string()))?;
    let column = |field: &arrow::datatypes::Field| -> Result<ArrayRef, Stopped> {
        let Some(column) = whole.column_by_name(field.name()) else {
            return Ok(arrow::array::new_null_array(field.data_type(), whole.num_rows()));
        };
        cells::converted(column, field.data_type()).map_err(|Misfit { row, message }| {
            let message = format!("row {}, column `{}`: {message}", row + 1, field.name());
            usage(last_mention(written, field.name(), message))
        })
    };
    let columns = schema.fields().iter().map(|field| column(field)).collect::<Result<Vec<_>, _>>()?;
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(whole.num_rows()));
    let rows = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options);
    rows.map_err(|error| Stopped::Broken(error.to_string()))
}

/// A problem at the last mention of a column in a query.
fn last_mention(written: &Written, column: &str, message: String) -> Problem {
    let sql = &written.text.source.text;
    let at = sql.rfind(column).map_or(0, |at| sql[..at].chars().count());
    written.text.problem(at, column.chars().count(), message)
}

async fn rows_of(engine: &Engine, written: &Written) -> Result<(SchemaRef, Vec<RecordBatch>), Stopped> {
    let placed = |error: EngineError| usage(written.text.placed(error.into_problem(&written.text.source)));
    let relation = engine.plan(&written.query).await.map_err(placed)?;
    let schema = schema_of(&engine.optimised(&relation).map_err(placed)?);
    let mut names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let message = format!("the column `{}` comes out twice", twice[0]);
        return Err(usage(last_mention(written, twice[0], message).hint("name each column once, with `as`")));
    }
    let rows = engine.collect_small(&relation).await.map_err(|error| {
        let place = written.text.problem(0, 1, "");
        failed(error, &format!("{}:{}", written.text.source.path.display(), place.line))
    })?;
    // The columns of the result have the types that it really has.
    let schema = rows.first().map_or(schema, RecordBatch::schema);
    Ok((schema, rows))
}

fn usage(problem: Problem) -> Stopped {
    Stopped::Failed(Failure::Usage(vec![problem]))
}

/// A failed query: the test's failure, unless memory or disk ran out.
fn failed(error: EngineError, place: &str) -> Stopped {
    match Failure::engine(error, place) {
        failure if failure.exit_code() == 3 => Stopped::Failed(failure),
        failure => Stopped::Broken(failure.to_string()),
    }
}
