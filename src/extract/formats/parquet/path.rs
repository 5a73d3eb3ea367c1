//! Values inside nested columns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::compute::{is_null, nullif, take};
use arrow::datatypes::{DataType, FieldRef, Fields};
use arrow::error::ArrowError;

use super::nested::{inner_field, plain_list};
use crate::invisible::{as_seen, is_named};

/// The values at a dotted path, with their field: members of structs, list elements by position from 0. Null if a row has
/// none. `fields` are those of the file.
pub(super) fn at_path(
    batch: &RecordBatch,
    fields: &Fields,
    path: &str,
) -> Result<Option<(ArrayRef, FieldRef)>, ArrowError> {
    let mut steps = path.split('.');
    let root = steps.next().and_then(|root| Some((batch.column_by_name(root)?, fields.find(root)?.1)));
    let Some((column, field)) = root else { return Ok(None) };
    let (mut column, mut field) = (Arc::clone(column), Arc::clone(field));
    for step in steps {
        if let Some(list) = plain_list(&column)? {
            let (Ok(place), Some(element)) = (step.parse::<i32>(), inner_field(&field)) else { return Ok(None) };
            let list = list.as_list::<i32>();
            let at = |row: usize| {
                let range = list.value_offsets().get(row..row + 2)?;
                let at = range[0].checked_add(place)?;
                (list.is_valid(row) && at < range[1]).then_some(i64::from(at))
            };
            let places: Int64Array = (0..list.len()).map(at).collect();
            (column, field) = (take(list.values(), &places, None)?, element);
            continue;
        }
        let inner = match field.data_type() {
            DataType::Struct(members) => member_named(members, step).map(|place| (place, Arc::clone(&members[place]))),
            _ => None,
        };
        let Some((place, member)) = inner else { return Ok(None) };
        let parts = column.as_struct();
        (column, field) = (nullif(parts.column(place), &is_null(parts)?)?, member);
    }
    Ok(Some((column, field)))
}

/// The place of a member; names that look alike are one name, unless the struct has several of them.
fn member_named(members: &Fields, name: &str) -> Option<usize> {
    if let Some((place, _)) = members.find(name) {
        return Some(place);
    }
    let seen = as_seen(name);
    let mut alike = members.iter().enumerate().filter(|(_, member)| is_named(member.name().as_bytes(), &seen));
    let (place, _) = alike.next()?;
    alike.next().is_none().then_some(place)
}
