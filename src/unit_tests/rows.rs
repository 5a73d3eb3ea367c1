//! The rows that a test writes, in whichever format, and the rows of a table that they become.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::cells::{self, Misfit};
use super::grid::Grid;
use super::text::Text;
use crate::config::{Located, RowsFile, RowsFormat, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::engine::{Parameters, Query};
use crate::plan::Suite;

/// A query that a test writes.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) query: Query,
    pub(super) text: Text,
}

/// Rows as a test writes them.
pub(super) enum Rows {
    Grid(Grid),
    Query(Written),
}

/// Where a test writes rows: in the file or in a fixture.
pub(super) struct Block<'a> {
    pub(super) place: &'a Located<String>,
    pub(super) format: Option<&'a Located<RowsFormat>>,
    pub(super) rows: Option<&'a Located<RowsFile>>,
    pub(super) fixture: Option<&'a Located<String>>,
}

/// What reading rows needs.
pub(super) struct Reader<'a> {
    pub(super) suite: &'a Suite,
    pub(super) texts: &'a Texts,
    pub(super) parameters: &'a Parameters,
}

impl Reader<'_> {
    /// The query in a value.
    pub(super) fn value(&self, text: &Located<String>) -> Result<Written, Vec<Problem>> {
        self.query(Text::of_value(text.clone(), self.texts))
    }

    fn query(&self, text: Text) -> Result<Written, Vec<Problem>> {
        let parsed = Query::parse(&text.source, self.parameters);
        let query =
            parsed.map_err(|found| found.into_iter().map(|problem| text.placed(problem)).collect::<Vec<_>>())?;
        Ok(Written { query, text })
    }

    /// Rows in whichever format.
    pub(super) fn block(&self, block: &Block<'_>, is_complete: bool) -> Result<Rows, Vec<Problem>> {
        let texts = self.texts;
        let one = |problem: Problem| vec![problem];
        let format = block.format.map(|format| format.value);
        let (text, format) = match (block.rows, block.fixture) {
            (Some(rows), None) => match (&rows.value, format) {
                (RowsFile::List(rows), None | Some(RowsFormat::Dict)) => {
                    return Grid::of_list(rows, is_complete, texts).map(Rows::Grid);
                }
                (RowsFile::Text(text), Some(format @ (RowsFormat::Csv | RowsFormat::Sql))) => {
                    let place = rows.place();
                    let value = Located { value: text.clone(), ..at_nothing(&place) };
                    (Text::of_value(value, texts), format)
                }
                (RowsFile::Text(_), _) => {
                    let problem = texts.place(rows, 1, "the rows are a text, and their format is not known");
                    return Err(one(problem.hint("add `format: csv` or `format: sql`, or write a list of rows")));
                }
                (RowsFile::List(_), Some(_)) => {
                    let problem = texts.place(rows, 1, "the rows are a list, and the format is that of a text");
                    return Err(one(problem.hint("remove `format`, or write the rows as a text after `rows: |`")));
                }
            },
            (None, Some(fixture)) => {
                let ending = match fixture.value.rsplit_once('.') {
                    Some((_, "csv")) => Some(RowsFormat::Csv),
                    Some((_, "sql")) => Some(RowsFormat::Sql),
                    _ => None,
                };
                let Some(format) = format.filter(|format| *format != RowsFormat::Dict).or(ending) else {
                    let problem = texts.at(fixture, format!("`{}` is neither CSV nor SQL", fixture.value));
                    return Err(one(problem.hint("name a file with the ending .csv or .sql, or add `format`")));
                };
                (Text::of_file(self.suite.fixture(fixture, texts).map_err(one)?), format)
            }
            (Some(_), Some(fixture)) => {
                let problem = texts.at(fixture, "there are `rows` and a `fixture`");
                return Err(one(problem.hint("keep one of the two")));
            }
            (None, None) => {
                let problem = texts.at(block.place, format!("`{}` has no rows", block.place.value));
                return Err(one(problem.hint("write `rows: […]` or `fixture: FILE`; `rows: []` means none at all")));
            }
        };
        match format {
            RowsFormat::Sql => self.query(text).map(Rows::Query),
            RowsFormat::Csv | RowsFormat::Dict => Grid::of_csv(text).map(Rows::Grid).map_err(one),
        }
    }
}

fn at_nothing(place: &Located<()>) -> Located<String> {
    Located { value: String::new(), file: place.file, line: place.line, column: place.column, length: place.length }
}

/// The columns, each of which may be null: a test gives only those that matter.
pub(super) fn nullable(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| Field::new(field.name(), field.data_type().clone(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The rows of a table; columns that are left out are null.
pub(super) fn batch(grid: &Grid, schema: &SchemaRef, texts: &Texts, table: &str) -> Result<RecordBatch, Vec<Problem>> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let unknown = grid.columns.iter().filter(|(name, _)| !names.contains(&name.as_str()));
    let mut problems: Vec<Problem> = unknown
        .map(|(name, spot)| {
            let message = format!("`{table}` has no column `{name}`");
            grid.problem(*spot, texts, message).hint(did_you_mean(name, &names))
        })
        .collect();
    let mut columns = Vec::with_capacity(names.len());
    for field in schema.fields() {
        let at = grid.columns.iter().position(|(name, _)| name == field.name());
        match at {
            None => columns.push(new_null_array(field.data_type(), grid.rows.len())),
            Some(at) => match values(grid, at, field.data_type(), texts) {
                Ok(column) => columns.push(column),
                Err(problem) => problems.push(problem),
            },
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(grid.rows.len()));
    let batch = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options);
    batch.map_err(|error| vec![Problem::new(format!("`{table}`: {error}"))])
}

/// The values of a column of a grid.
pub(super) fn values(grid: &Grid, at: usize, ty: &DataType, texts: &Texts) -> Result<ArrayRef, Problem> {
    let cells: Vec<_> = grid.rows.iter().filter_map(|row| row.get(at).map(|(cell, _)| cell)).collect();
    cells::values(ty, &cells).map_err(|Misfit { row, message }| {
        let spot = grid.rows.get(row).and_then(|row| row.get(at)).map(|(_, spot)| *spot);
        let name = grid.columns.get(at).map(|(name, _)| name.as_str()).unwrap_or_default();
        match spot {
            Some(spot) => grid.problem(spot, texts, format!("column `{name}`: {message}")),
            None => Problem::new(message),
        }
    })
}
