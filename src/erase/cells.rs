//! Cells of tables as text.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;

/// The text in a column of a row; `None` if it is null or there is no such column.
pub(super) fn text_at(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = cast(batch.column_by_name(column)?, &DataType::Utf8).ok()?;
    let texts = column.as_string_opt::<i32>()?;
    (!texts.is_null(row)).then(|| texts.value(row).to_owned())
}

/// Columns of a batch as texts; `None` if one is missing.
pub(super) fn texts(batch: &RecordBatch, columns: &[&str]) -> Option<Vec<arrow::array::StringArray>> {
    let text = |name: &&str| {
        let column = cast(batch.column_by_name(name)?, &DataType::Utf8).ok()?;
        column.as_string_opt::<i32>().cloned()
    };
    columns.iter().map(text).collect()
}
