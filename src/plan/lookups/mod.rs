//! Checks the small tables written in a pipeline file: names, columns, key, and every cell against its type.
//!
//! The result is the finished table: lists expanded, the first match taken, sorted by key. SQL then reads it like any
//! other.

mod rows;

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use arrow::util::display::array_value_to_string;
use chrono_tz::Tz;
use indexmap::IndexMap;

use super::project::Project;
use super::source::single_type;
use crate::config::{CellValue, Located, LookupFile, Named, PipelineFile, Texts};
use crate::diagnostics::{Problem, did_you_mean, nearest};
use crate::extract::read_cells;
use crate::local_time::LocalTime;
use crate::source::ColumnType;

/// Rows that all lookups of a pipeline may have together, once their lists are expanded.
const MOST_ROWS: usize = 10_000;

/// A checked lookup.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// Table name.
    pub name: String,
    /// What one row is.
    pub description: String,
    /// Its columns, in declared order.
    pub columns: Vec<LookupColumn>,
    /// Its rows, each key once, sorted by key.
    pub rows: RecordBatch,
}

impl Lookup {
    /// Names and types of its columns.
    pub fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }
}

/// A column of a lookup.
#[derive(Debug, Clone)]
pub struct LookupColumn {
    /// Its name.
    pub name: String,
    /// The type of its cells.
    pub ty: ColumnType,
    /// What it means.
    pub description: String,
}

/// Checks every lookup of a pipeline file. Local times among the cells are those of `zone`.
///
/// # Errors
/// All mistakes of all lookups, in the order of their lines.
pub fn check_lookups(file: &PipelineFile, texts: &Texts, zone: Tz) -> Result<IndexMap<String, Lookup>, Vec<Problem>> {
    let mut lookups = IndexMap::new();
    if file.lookups.is_empty() {
        return Ok(lookups);
    }
    let zone = LocalTime::shared(zone);
    let mut problems = Vec::new();
    let mut room = MOST_ROWS;
    for (name, typed) in &file.lookups {
        let mut check = LookupCheck { name, typed, texts, zone: &zone, problems: &mut problems };
        if let Some(lookup) = check.lookup(&mut room) {
            lookups.insert(name.value.clone(), lookup);
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if problems.is_empty() { Ok(lookups) } else { Err(problems) }
}

/// Names of lookups and earlier tables that are not valid in SQL or belong to another table.
pub(super) fn names_clash(file: &PipelineFile, project: &Project, problems: &mut Vec<Problem>) {
    let identity = file.identity.as_ref().map(|identity| identity.table.value.as_str());
    let lookups = file.lookups.keys().map(|name| (name, "lookup", "a lookup's"));
    let earlier = file.earlier_tables.keys().map(|name| (name, "earlier table", "an earlier table's"));
    for (name, what, whose) in lookups.chain(earlier) {
        let taken = match name.value.as_str() {
            found if super::project::is_reserved(found) => Some("reserved by lojal".to_owned()),
            found if file.triggers.is_some() && super::triggers::TABLES.contains(&found) => {
                Some("also the name of a table that the block `triggers` makes".to_owned())
            }
            found if what != "lookup" && file.lookups.contains_key(found) => {
                Some("also the name of a lookup".to_owned())
            }
            found if file.sources.contains_key(found) => Some("also the name of a source".to_owned()),
            found if identity == Some(found) => Some("also the name of the identity table".to_owned()),
            found => project
                .models
                .iter()
                .find(|model| model.name == found)
                .map(|model| format!("also the name of the model {}", model.source.path.display())),
        };
        if let Some(taken) = taken {
            let problem = project.texts.at(name, format!("`{}` is {taken}", name.value));
            problems.push(problem.hint(format!("give the {what} another name")));
        } else if !super::project::is_table_name(&name.value) {
            let problem = project.texts.at(name, format!("`{}` cannot be {whose} name", name.value));
            problems.push(problem.hint("write it in lower-case letters, digits and underscores, such as rfm_segments"));
        }
    }
}

/// One lookup while it is checked.
struct LookupCheck<'a> {
    name: &'a Located<String>,
    typed: &'a LookupFile,
    texts: &'a Texts,
    zone: &'a LocalTime,
    problems: &'a mut Vec<Problem>,
}

/// The cells of a column as written, before lists are expanded.
struct CellsOfColumn {
    /// Values of all rows, one after the other.
    values: ArrayRef,
    /// How many of them each row has.
    counts: Vec<usize>,
}

impl<'a> LookupCheck<'a> {
    fn lookup(&mut self, room: &mut usize) -> Option<Lookup> {
        if let Some((column, _)) = self.typed.remove.iter().flatten().next() {
            let message = "there are no rows of a base to remove".to_owned();
            self.report(column, message, "`remove` belongs in a file that extends another one and inherits the lookup");
        }
        let before = self.problems.len();
        let typed = self.typed;
        if typed.columns.is_empty() {
            self.report(
                self.name,
                format!("lookup `{}` declares no column", self.name.value),
                "list every column with its type",
            );
            return None;
        }
        let columns = self.columns();
        let key = self.key();
        self.complete_names(&key);
        self.shape_of_rows(&key);
        let cells = self.cells(&columns);
        let complete = self.complete_values(&columns);
        if self.problems.len() > before {
            return None;
        }
        if let Err(error) = self.values_outside(&columns, &cells, &complete) {
            self.problems.push(self.texts.at(self.name, format!("lookup `{}`: {error}", self.name.value)));
        }
        if self.problems.len() > before {
            return None;
        }
        let rows = self.table(&columns, &cells, &key, &complete, room)?;
        let description = typed.description.trim().to_owned();
        Some(Lookup { name: self.name.value.clone(), description, columns, rows })
    }

    fn report(&mut self, value: &Located<String>, message: String, hint: impl Into<String>) {
        self.problems.push(self.texts.at(value, message).hint(hint));
    }

    fn report_value(&mut self, value: &CellValue, message: String, hint: impl Into<String>) {
        self.problems.push(self.texts.place(value, value.length, message).hint(hint));
    }

    fn names(&self) -> Vec<&'a str> {
        self.typed.columns.keys().map(|name| name.value.as_str()).collect()
    }

    /// The columns of a valid type.
    fn columns(&mut self) -> Vec<LookupColumn> {
        let columns = self.typed.columns.iter().filter_map(|(name, column)| {
            let ty = single_type(&column.data_type, self.texts, self.problems)?;
            let description = column.description.trim().to_owned();
            Some(LookupColumn { name: name.value.clone(), ty, description })
        });
        columns.collect()
    }

    /// The key; none if one of its columns does not exist, because the rest cannot be checked then.
    fn key(&mut self) -> Vec<&'a str> {
        let before = self.problems.len();
        let (typed, names) = (self.typed, self.names());
        if typed.key.is_empty() {
            self.report(
                self.name,
                format!("lookup `{}` has no key", self.name.value),
                "name the columns that identify a row",
            );
        }
        let mut key: Vec<&str> = Vec::new();
        for wanted in &typed.key {
            if !names.contains(&wanted.value.as_str()) {
                let message = format!("the key `{}` is not a column of lookup `{}`", wanted.value, self.name.value);
                self.report(wanted, message, did_you_mean(&wanted.value, &names));
            } else if key.contains(&wanted.value.as_str()) {
                self.report(wanted, format!("`{}` occurs twice in the key", wanted.value), "keep one of the two");
            } else {
                key.push(&wanted.value);
            }
        }
        if self.problems.len() == before { key } else { Vec::new() }
    }

    fn complete_names(&mut self, key: &[&str]) {
        let (typed, names) = (self.typed, self.names());
        for (name, values) in &typed.complete {
            if !names.contains(&name.value.as_str()) {
                let message = format!("`{}` is not a column of lookup `{}`", name.value, self.name.value);
                self.report(name, message, did_you_mean(&name.value, &names));
            } else if !key.contains(&name.value.as_str()) && !key.is_empty() {
                let message = format!("`{}` is not in the key of lookup `{}`", name.value, self.name.value);
                self.report(name, message, format!("`complete` is about key columns: {}", key.join(", ")));
            } else if values.is_empty() {
                let message = format!("`complete` lists no value of `{}`", name.value);
                self.report(name, message, "list the values that must be covered, or omit the column");
            }
        }
    }

    /// Checks rows without reading the values of their cells.
    fn shape_of_rows(&mut self, key: &[&str]) {
        let (typed, names) = (self.typed, self.names());
        for row in &typed.rows {
            for (name, cell) in &row.value {
                let in_key = key.contains(&name.value.as_str());
                if !names.contains(&name.value.as_str()) {
                    let message = format!("`{}` is not a column of lookup `{}`", name.value, self.name.value);
                    self.report(name, message, did_you_mean(&name.value, &names));
                } else if cell.is_list && !in_key && !key.is_empty() {
                    let message = format!("a list means several rows, and `{}` is not in the key", name.value);
                    let problem = self.texts.place(cell, 1, message);
                    self.problems.push(problem.hint("write one value: lists belong in key columns"));
                } else if cell.values.is_empty() {
                    let problem = self.texts.place(cell, 2, "an empty list makes no row");
                    self.problems.push(problem.hint("list at least one value, or remove the row"));
                } else if in_key {
                    for value in cell.values.iter().filter(|value| value.text().is_none()) {
                        let message =
                            format!("`{}` is in the key of lookup `{}` and null here", name.value, self.name.value);
                        self.report_value(value, message, "write a value: null does not identify a row");
                    }
                }
            }
            for name in key.iter().filter(|name| !row.value.contains_key(**name)) {
                let message = format!("the row has no `{name}`, which is in the key of lookup `{}`", self.name.value);
                let problem = self.texts.place(row, 1, message);
                self.problems.push(problem.hint(format!("add `{name}: …` to the row; a list means one row per value")));
            }
        }
    }

    /// The cells of every column, typed.
    fn cells(&mut self, columns: &[LookupColumn]) -> Vec<CellsOfColumn> {
        let typed = self.typed;
        let mut all = Vec::with_capacity(columns.len());
        for column in columns {
            let mut values: Vec<Option<&CellValue>> = Vec::new();
            let mut counts = Vec::with_capacity(typed.rows.len());
            for row in &typed.rows {
                let before = values.len();
                match row.value.get(column.name.as_str()) {
                    Some(cell) => values.extend(cell.values.iter().map(Some)),
                    None => values.push(None),
                }
                counts.push(values.len() - before);
            }
            all.extend(self.typed_values(column, &values).map(|values| CellsOfColumn { values, counts }));
        }
        all
    }

    /// The values of `complete` by column, typed.
    fn complete_values(&mut self, columns: &[LookupColumn]) -> Vec<(usize, ArrayRef)> {
        let complete: &Named<Vec<CellValue>> = &self.typed.complete;
        let mut all = Vec::with_capacity(complete.len());
        for (name, values) in complete {
            let Some(at) = columns.iter().position(|column| column.name == name.value) else { continue };
            for value in values.iter().filter(|value| value.text().is_none()) {
                self.report_value(value, "a key cannot be null".to_owned(), "remove it from the list");
            }
            let values: Vec<Option<&CellValue>> = values.iter().map(Some).collect();
            all.extend(self.typed_values(&columns[at], &values).map(|values| (at, values)));
        }
        all
    }

    /// Reports cells in a column of `complete` whose value it does not list.
    fn values_outside(
        &mut self,
        columns: &[LookupColumn],
        cells: &[CellsOfColumn],
        complete: &[(usize, ArrayRef)],
    ) -> Result<(), ArrowError> {
        let typed = self.typed;
        for (at, values) in complete {
            let column = &columns[*at];
            let converter = RowConverter::new(vec![SortField::new(column.ty.data_type())])?;
            let listed = converter.convert_columns(std::slice::from_ref(values))?;
            let listed: HashSet<_> = listed.iter().collect();
            let found = converter.convert_columns(std::slice::from_ref(&cells[*at].values))?;
            let names = (0..values.len()).map(|value| array_value_to_string(values, value));
            let names = names.collect::<Result<Vec<_>, ArrowError>>()?;
            let of_column = typed.rows.iter().filter_map(|row| row.value.get(column.name.as_str()));
            let written = of_column.flat_map(|cell| &cell.values);
            for (value, _) in written.zip(&found).filter(|(_, row)| !listed.contains(row)) {
                let shown = value.text().unwrap_or_default();
                let near = nearest(shown, names.iter().map(String::as_str)).filter(|_| column.ty == ColumnType::String);
                let listed = format!("add it to `complete`, or write one of {}", names.join(", "));
                let message = format!("`{shown}` is not among the values of `{}` that `complete` lists", column.name);
                self.report_value(value, message, near.map_or(listed, |name| format!("did you mean `{name}`?")));
            }
        }
        Ok(())
    }

    fn typed_values(&mut self, column: &LookupColumn, values: &[Option<&CellValue>]) -> Option<ArrayRef> {
        let texts: Vec<_> = values.iter().map(|value| value.and_then(|value| value.text())).collect();
        let cells: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        match read_cells(column.ty, &cells, self.zone) {
            Ok(array) => Some(array),
            Err(wrong) => {
                for cell in wrong {
                    if let Some(Some(value)) = values.get(cell.index) {
                        let shown = cells[cell.index].unwrap_or_default();
                        let message = format!("column `{}`: `{shown}` {}", column.name, cell.reason);
                        self.report_value(value, message, format!("the column is of type {}", column.ty));
                    }
                }
                None
            }
        }
    }

    fn schema(&self, columns: &[LookupColumn], key: &[&str]) -> SchemaRef {
        let fields = columns
            .iter()
            .map(|column| Field::new(&column.name, column.ty.data_type(), !key.contains(&column.name.as_str())));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests;
