//! The rows that have one of some values, for answers about single records.

use std::collections::{BTreeMap, BTreeSet};

use arrow::error::ArrowError;

use super::Decoder;
use crate::extract::frame::Pages;
use crate::extract::rows::CellValue;

impl Decoder {
    /// The rows of a piece whose text or whole number in a column is one of `values`: the value, and the line.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn rows_with(
        &mut self,
        column: usize,
        values: &BTreeSet<String>,
        pages: &mut dyn Pages,
    ) -> Result<Vec<(String, u64)>, ArrowError> {
        let mut found = Vec::new();
        self.each_of(&[column], pages, |_, cells, rows, pages| {
            for row in 0..rows {
                let value = match cells.value(row) {
                    Some(CellValue::Text(text)) => std::str::from_utf8(text).ok().and_then(|text| values.get(text)),
                    Some(CellValue::Int(number)) => values.get(&number.to_string()),
                    _ => None,
                };
                found.extend(value.map(|value| (value.clone(), pages.line(row))));
            }
        })?;
        Ok(found)
    }

    /// The texts and whole numbers in some columns, by line. An empty cell is `None`.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn cells_of(
        &mut self,
        columns: &[usize],
        pages: &mut dyn Pages,
    ) -> Result<BTreeMap<u64, Vec<Option<String>>>, ArrowError> {
        let mut found: BTreeMap<u64, Vec<Option<String>>> = BTreeMap::new();
        self.each_of(columns, pages, |number, cells, rows, pages| {
            for row in 0..rows {
                let value = match cells.value(row) {
                    Some(CellValue::Text(text)) => std::str::from_utf8(text).ok().map(str::to_owned),
                    Some(CellValue::Int(number)) => Some(number.to_string()),
                    _ => None,
                };
                let of_row = found.entry(pages.line(row)).or_insert_with(|| vec![None; columns.len()]);
                if let Some(cell) = of_row.get_mut(number) {
                    *cell = value;
                }
            }
        })?;
        Ok(found)
    }
}
