//! Values inside nested columns.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::compute::{is_null, nullif, take};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

/// The values at a dotted path: members of structs, list elements by position from 0. Null if a row has none.
pub(super) fn at_path(batch: &RecordBatch, path: &str) -> Result<Option<ArrayRef>, ArrowError> {
    let mut steps = path.split('.');
    let root = steps.next().and_then(|root| batch.column_by_name(root));
    let Some(mut column) = root.cloned() else { return Ok(None) };
    for step in steps {
        let inner = match column.data_type() {
            DataType::Struct(_) => {
                let Some(inner) = column.as_struct().column_by_name(step) else { return Ok(None) };
                nullif(inner, &is_null(&column)?)?
            }
            DataType::List(_) => {
                let Ok(place) = step.parse::<i32>() else { return Ok(None) };
                let list = column.as_list::<i32>();
                let element = |row: usize| {
                    let range = list.value_offsets().get(row..row + 2)?;
                    let at = range[0].checked_add(place)?;
                    (list.is_valid(row) && at < range[1]).then_some(i64::from(at))
                };
                let places: Int64Array = (0..list.len()).map(element).collect();
                take(list.values(), &places, None)?
            }
            _ => return Ok(None),
        };
        column = inner;
    }
    Ok(Some(column))
}
