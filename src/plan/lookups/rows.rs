//! From the rows as written to the rows of the table: one per key, in the order of keys, none missing, none
//! unreachable.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use arrow::util::display::array_value_to_string;

use super::{CellsOfColumn, LookupCheck, LookupColumn, MOST_ROWS};

/// Rows with every list expanded.
struct Expanded {
    /// Which written row each comes from.
    origins: Vec<usize>,
    /// Their cells, one array per column.
    arrays: Vec<ArrayRef>,
}

impl LookupCheck<'_> {
    /// The finished table; `None` where a mistake was found.
    pub(super) fn table(
        &mut self,
        columns: &[LookupColumn],
        cells: &[CellsOfColumn],
        key: &[&str],
        complete: &[(usize, ArrayRef)],
        room: &mut usize,
    ) -> Option<RecordBatch> {
        let expanded = match self.expanded(cells, room)? {
            Ok(expanded) => expanded,
            Err(error) => return self.fail(&error),
        };
        let places: Vec<usize> =
            key.iter().filter_map(|name| columns.iter().position(|column| column.name == **name)).collect();
        let made = self.winners(columns, &expanded, &places).and_then(|winners| {
            self.covered(columns, &expanded, complete)?;
            let winners = UInt32Array::from(winners);
            let arrays = expanded.arrays.iter().map(|array| take(array, &winners, None));
            RecordBatch::try_new(self.schema(columns, key), arrays.collect::<Result<_, _>>()?)
        });
        match made {
            Ok(rows) => Some(rows),
            Err(error) => self.fail(&error),
        }
    }

    /// Arrow accepts what was checked so far; if it did not, the lookup would be wrong.
    fn fail<T>(&mut self, error: &ArrowError) -> Option<T> {
        self.problems.push(self.texts.at(self.name, format!("lookup `{}`: {error}", self.name.value)));
        None
    }

    fn expanded(&mut self, cells: &[CellsOfColumn], room: &mut usize) -> Option<Result<Expanded, ArrowError>> {
        let mut origins = Vec::new();
        let mut indices: Vec<Vec<u32>> = vec![Vec::new(); cells.len()];
        let mut starts = vec![0_usize; cells.len()];
        for (number, row) in self.typed.rows.iter().enumerate() {
            let counts: Vec<usize> = cells.iter().map(|column| column.counts[number]).collect();
            let rows = counts.iter().fold(1_usize, |product, count| product.saturating_mul(*count));
            let Some(left) = room.checked_sub(rows) else {
                let message = format!("the lookups have more than {MOST_ROWS} rows with this one, each list expanded");
                let problem = self.texts.place(row, 1, message);
                self.problems.push(problem.hint("a table of this size belongs in an extract: declare it as a source"));
                return None;
            };
            *room = left;
            origins.extend(std::iter::repeat_n(number, rows));
            // As in nested loops, with the last column innermost.
            let mut inner = rows;
            for ((column, start), count) in indices.iter_mut().zip(&mut starts).zip(&counts) {
                inner /= count;
                let index = |at: usize| u32::try_from(*start + at / inner % count).unwrap_or(u32::MAX);
                column.extend((0..rows).map(index));
                *start += count;
            }
        }
        let taken = cells.iter().zip(indices).map(|(column, at)| take(&column.values, &UInt32Array::from(at), None));
        Some(taken.collect::<Result<_, _>>().map(|arrays| Expanded { origins, arrays }))
    }

    /// The rows that are the first of their key, by key. Reports keys given twice, or rows that are never first.
    fn winners(
        &mut self,
        columns: &[LookupColumn],
        expanded: &Expanded,
        key: &[usize],
    ) -> Result<Vec<u32>, ArrowError> {
        let converter = converter(columns, key)?;
        let keys = converter.convert_columns(&of(expanded, key))?;
        let mut first: HashMap<_, usize> = HashMap::new();
        let mut wins = vec![false; self.typed.rows.len()];
        let mut reported = HashSet::new();
        let mut beaten_by = vec![BTreeSet::new(); self.typed.rows.len()];
        // A row of the extending file may replace one of the base.
        let mut overridden = vec![false; self.typed.rows.len()];
        for (at, origin) in expanded.origins.iter().enumerate() {
            match first.entry(keys.row(at)) {
                Entry::Vacant(vacant) => {
                    vacant.insert(at);
                    wins[*origin] = true;
                }
                Entry::Occupied(earlier) if !self.typed.first_match && reported.insert(*origin) => {
                    let earlier = &self.typed.rows[expanded.origins[*earlier.get()]];
                    let row = &self.typed.rows[*origin];
                    let shown = combination(columns, key, &of(expanded, key), at)?;
                    let same_file = earlier.file == row.file;
                    let whose = match same_file && earlier.line == row.line && earlier.column == row.column {
                        true => "twice in this row".to_owned(),
                        false if !same_file => format!("twice, first in {}", self.texts.in_words(earlier)),
                        false => format!("twice, first in the row on line {}", earlier.line),
                    };
                    let problem = self.texts.place(row, 1, format!("the key {shown} is given {whose}"));
                    let hint = "keep one of the two, or write `first_match: true` if the first should win";
                    self.problems.push(problem.hint(hint));
                }
                Entry::Occupied(earlier) => {
                    let earlier = &self.typed.rows[expanded.origins[*earlier.get()]];
                    overridden[*origin] |= earlier.file != self.typed.rows[*origin].file;
                    beaten_by[*origin].insert(earlier.line);
                }
            }
        }
        if self.typed.first_match {
            for (at, row) in self.typed.rows.iter().enumerate().filter(|(at, _)| !wins[*at] && !overridden[*at]) {
                let lines = beaten_by[at].iter().take(5).map(ToString::to_string);
                let lines: Vec<String> = lines.collect();
                let more = if beaten_by[at].len() > lines.len() { ", …" } else { "" };
                let lines = format!("line{} {}{more}", if lines.len() == 1 { "" } else { "s" }, lines.join(", "));
                let message = format!("this row can never win: each key it names goes to a row above it ({lines})");
                self.problems.push(self.texts.place(row, 1, message).hint("move it up, or remove it"));
            }
        }
        let mut sorted: Vec<_> = first.into_iter().collect();
        sorted.sort_unstable();
        Ok(sorted.into_iter().map(|(_, at)| u32::try_from(at).unwrap_or(u32::MAX)).collect())
    }

    /// Reports combinations of `complete` that no row has.
    fn covered(
        &mut self,
        columns: &[LookupColumn],
        expanded: &Expanded,
        complete: &[(usize, ArrayRef)],
    ) -> Result<(), ArrowError> {
        let Some((place, _)) = self.typed.complete.get_index(0) else { return Ok(()) };
        let all = complete.iter().fold(1_usize, |product, (_, values)| product.saturating_mul(values.len()));
        if all > MOST_ROWS {
            let problem = self.texts.at(place, format!("`complete` names more than {MOST_ROWS} combinations"));
            self.problems.push(problem.hint("name fewer values, or fewer columns"));
            return Ok(());
        }
        let names: Vec<usize> = complete.iter().map(|(column, _)| *column).collect();
        let mut inner = all;
        let mut wanted = Vec::with_capacity(complete.len());
        for (_, values) in complete {
            inner /= values.len();
            let index = |at: usize| u32::try_from(at / inner % values.len()).unwrap_or(u32::MAX);
            wanted.push(take(values, &UInt32Array::from_iter_values((0..all).map(index)), None)?);
        }
        let converter = converter(columns, &names)?;
        let (have, want) = (converter.convert_columns(&of(expanded, &names))?, converter.convert_columns(&wanted)?);
        let have: HashSet<_> = have.iter().collect();
        let missing: Vec<usize> = (0..all).filter(|at| !have.contains(&want.row(*at))).collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let shown = combination(columns, &names, &wanted, *first)?;
        let are = if missing.len() == 1 { "is" } else { "are" };
        let count = format!("{} of {all} combinations {are} missing", missing.len());
        let message = format!("lookup `{}` is not complete: no row covers {shown} ({count})", self.name.value);
        self.problems.push(
            self.texts.at(place, message).hint("add a row for it; with `first_match` a last row can cover the rest"),
        );
        Ok(())
    }
}

fn converter(columns: &[LookupColumn], which: &[usize]) -> Result<RowConverter, ArrowError> {
    RowConverter::new(which.iter().map(|at| SortField::new(columns[*at].ty.data_type())).collect())
}

fn of(expanded: &Expanded, which: &[usize]) -> Vec<ArrayRef> {
    which.iter().map(|at| ArrayRef::clone(&expanded.arrays[*at])).collect()
}

/// `measure: recency, score: 2`.
fn combination(
    columns: &[LookupColumn],
    which: &[usize],
    arrays: &[ArrayRef],
    row: usize,
) -> Result<String, ArrowError> {
    let parts = which
        .iter()
        .zip(arrays)
        .map(|(column, array)| Ok(format!("{}: {}", columns[*column].name, array_value_to_string(array, row)?)));
    Ok(parts.collect::<Result<Vec<_>, ArrowError>>()?.join(", "))
}
