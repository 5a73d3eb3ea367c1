//! Columns of Parquet that hold several values, as JSON text; UUIDs in their usual form.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::buffer::NullBuffer;
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use arrow::error::ArrowError;
use parquet::basic::LogicalType;
use parquet::schema::types::SchemaDescriptor;
use uuid::Uuid;

use super::text::TextCells;
use crate::extract::json::write_string;

/// Where Arrow notes that a field is more than its type says.
const EXTENSION: &str = "ARROW:extension:name";
const UUID: &str = "arrow.uuid";
const UUID_BYTES: i32 = 16;

/// The fields of a file, each UUID marked as one: Arrow's type is that of any other bytes.
pub(super) fn marked_fields(fields: &Fields, file: &SchemaDescriptor) -> Fields {
    let mut leaf = 0;
    fields.iter().map(|field| marked(field, file, &mut leaf)).collect()
}

/// A field; `leaf` counts the file's columns, which are its innermost fields in their order.
fn marked(field: &FieldRef, file: &SchemaDescriptor, leaf: &mut usize) -> FieldRef {
    let mut inner = |field: &FieldRef| marked(field, file, leaf);
    let ty = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        DataType::List(element) => DataType::List(inner(element)),
        DataType::LargeList(element) => DataType::LargeList(inner(element)),
        DataType::ListView(element) => DataType::ListView(inner(element)),
        DataType::LargeListView(element) => DataType::LargeListView(inner(element)),
        DataType::FixedSizeList(element, size) => DataType::FixedSizeList(inner(element), *size),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        other => {
            let column = (*leaf < file.num_columns()).then(|| file.column(*leaf));
            *leaf += 1;
            let is_uuid = column.is_some_and(|column| column.logical_type_ref() == Some(&LogicalType::Uuid));
            if *other != DataType::FixedSizeBinary(UUID_BYTES) || !is_uuid {
                return Arc::clone(field);
            }
            let mark = HashMap::from([(EXTENSION.to_owned(), UUID.to_owned())]);
            return Arc::new(field.as_ref().clone().with_metadata(mark));
        }
    };
    Arc::new(Field::new(field.name(), ty, field.is_nullable()).with_metadata(field.metadata().clone()))
}

/// A column whose cells are single values: values instead of positions in a dictionary, the text of a UUID, and the JSON
/// text of lists, structs and maps.
pub(super) fn plain(array: &ArrayRef, field: &Field) -> Result<ArrayRef, ArrowError> {
    Ok(match array.data_type() {
        DataType::Dictionary(_, value) => cast(array, value)?,
        DataType::RunEndEncoded(_, values) => cast(array, values.data_type())?,
        DataType::FixedSizeBinary(UUID_BYTES) if is_uuid(field) => Arc::new(uuids(array)),
        ty if ty.is_nested() => {
            let node = Node::new(array, field)?;
            let mut cells = Vec::with_capacity(array.len());
            for row in 0..array.len() {
                let mut text = Vec::new();
                node.write(row, &mut text)?;
                cells.push((!node.is_null(row)).then(|| String::from_utf8_lossy(&text).into_owned()));
            }
            Arc::new(StringArray::from(cells))
        }
        _ => Arc::clone(array),
    })
}

pub(super) fn is_uuid(field: &Field) -> bool {
    field.metadata().get(EXTENSION).is_some_and(|name| name == UUID)
}

fn uuids(array: &ArrayRef) -> StringArray {
    let bytes = array.as_fixed_size_binary();
    let text = |value: Option<&[u8]>| Uuid::from_slice(value?).ok().map(|uuid| uuid.to_string());
    bytes.iter().map(text).collect()
}

/// A list in Arrow's plain form, from any form that a file may have; `None` if it is not a list.
pub(super) fn plain_list(array: &ArrayRef) -> Result<Option<ArrayRef>, ArrowError> {
    let element = match array.data_type() {
        DataType::List(_) => return Ok(Some(Arc::clone(array))),
        DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => Arc::clone(element),
        _ => return Ok(None),
    };
    let list = DataType::List(element);
    if !can_cast_types(array.data_type(), &list) {
        let message = format!("lojal does not read the type {}: write it as a plain list", array.data_type());
        return Err(ArrowError::NotYetImplemented(message));
    }
    cast(array, &list).map(Some)
}

/// Values that can be written as JSON.
enum Node {
    /// Numbers and truth values are bare, everything else is a string.
    Scalar(TextCells, bool),
    /// Members in the order of their names.
    Struct(Option<NullBuffer>, Vec<(String, Node)>),
    /// The elements of each row.
    List(Option<NullBuffer>, Vec<Range<usize>>, Box<Node>),
    /// The entries of each row.
    Map(Option<NullBuffer>, Vec<Range<usize>>, StringArray, Box<Node>),
}

impl Node {
    fn new(array: &ArrayRef, field: &Field) -> Result<Self, ArrowError> {
        let ranges = |offsets: &[i32]| -> Vec<Range<usize>> {
            offsets.windows(2).map(|ends| ends[0] as usize..ends[1] as usize).collect()
        };
        if let Some(list) = plain_list(array)? {
            let list = list.as_list::<i32>();
            let element = inner_field(field);
            let node = Self::new(list.values(), element.as_deref().unwrap_or(field))?;
            return Ok(Self::List(list.nulls().cloned(), ranges(list.value_offsets()), Box::new(node)));
        }
        match (array.data_type(), field.data_type()) {
            (DataType::Struct(_), DataType::Struct(fields)) => {
                let parts = array.as_struct();
                let mut members = Vec::with_capacity(fields.len());
                for (field, column) in fields.iter().zip(parts.columns()) {
                    members.push((field.name().clone(), Self::new(column, field)?));
                }
                members.sort_by(|a, b| a.0.cmp(&b.0));
                Ok(Self::Struct(parts.nulls().cloned(), members))
            }
            (DataType::Map(..), DataType::Map(entries, _)) => {
                let map = array.as_map();
                let DataType::Struct(fields) = entries.data_type() else { return Self::scalar(array, field) };
                let keys = plain(map.keys(), fields.first().map_or(field, AsRef::as_ref))?;
                let values = Self::new(map.values(), fields.get(1).map_or(field, AsRef::as_ref))?;
                let keys = cast(&keys, &DataType::Utf8)?.as_string::<i32>().clone();
                Ok(Self::Map(map.nulls().cloned(), ranges(map.value_offsets()), keys, Box::new(values)))
            }
            _ => Self::scalar(array, field),
        }
    }

    fn scalar(array: &ArrayRef, field: &Field) -> Result<Self, ArrowError> {
        let array = plain(array, field)?;
        let is_bare = array.data_type().is_numeric() || *array.data_type() == DataType::Boolean;
        Ok(Self::Scalar(TextCells::new(&array)?, is_bare))
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Scalar(cells, _) => cells.is_null(row),
            Self::Struct(nulls, _) | Self::List(nulls, ..) | Self::Map(nulls, ..) => {
                nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
            }
        }
    }

    /// Writes the value of a row, the members of objects in the order of their names.
    fn write(&self, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        if self.is_null(row) {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        match self {
            Self::Scalar(cells, is_bare) => {
                let mut text = Vec::new();
                cells.show(row, &mut text)?;
                // JSON has no number for NaN and infinity.
                let is_word =
                    !matches!(text.as_slice(), b"true" | b"false") && !text.last().is_some_and(u8::is_ascii_digit);
                match *is_bare && !is_word {
                    true => out.extend_from_slice(&text),
                    false => write_string(&text, out),
                }
            }
            Self::Struct(_, members) => {
                out.push(b'{');
                for (at, (name, member)) in members.iter().enumerate() {
                    separate(at, out);
                    write_string(name.as_bytes(), out);
                    out.push(b':');
                    member.write(row, out)?;
                }
                out.push(b'}');
            }
            Self::List(_, ranges, element) => {
                out.push(b'[');
                for (at, place) in ranges.get(row).cloned().unwrap_or_default().enumerate() {
                    separate(at, out);
                    element.write(place, out)?;
                }
                out.push(b']');
            }
            Self::Map(_, ranges, keys, values) => {
                let mut places: Vec<usize> = ranges.get(row).cloned().unwrap_or_default().collect();
                places.sort_by(|a, b| keys.value(*a).cmp(keys.value(*b)));
                out.push(b'{');
                for (at, place) in places.into_iter().enumerate() {
                    separate(at, out);
                    write_string(keys.value(place).as_bytes(), out);
                    out.push(b':');
                    values.write(place, out)?;
                }
                out.push(b'}');
            }
        }
        Ok(())
    }
}

fn separate(at: usize, out: &mut Vec<u8>) {
    if at > 0 {
        out.push(b',');
    }
}

/// The field of a list's elements.
pub(super) fn inner_field(field: &Field) -> Option<FieldRef> {
    match field.data_type() {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => Some(Arc::clone(element)),
        _ => None,
    }
}
