//! The rows that have one of some values, for answers about single records.

use std::collections::BTreeSet;

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
}
