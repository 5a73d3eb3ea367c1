//! Typed cells, one by one: what promises and comparisons of rows see.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use xxhash_rust::xxh3::xxh3_128;

/// A typed cell that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellValue<'a> {
    Text(&'a [u8]),
    /// A whole number.
    Int(i64),
    /// A decimal number at its column's scale.
    Decimal(i128),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970, UTC.
    Timestamp(i64),
    /// True or false.
    Bool(bool),
}

impl CellValue<'_> {
    pub(super) fn hash(self) -> u128 {
        match self {
            Self::Text(text) => xxh3_128(text),
            Self::Int(value) | Self::Timestamp(value) => xxh3_128(&value.to_le_bytes()),
            Self::Decimal(value) => xxh3_128(&value.to_le_bytes()),
            Self::Date(value) => xxh3_128(&value.to_le_bytes()),
            Self::Bool(value) => xxh3_128(&[u8::from(value)]),
        }
    }

    /// Appends the value in a form that no other value has.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                out.push(1);
                out.extend_from_slice(&(text.len() as u64).to_le_bytes());
                out.extend_from_slice(text);
            }
            Self::Int(value) | Self::Timestamp(value) => {
                out.push(2);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Self::Decimal(value) => {
                out.push(3);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Self::Date(value) => {
                out.push(4);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Self::Bool(value) => out.push(5 + u8::from(value)),
        }
    }

    /// Its value as a time, in the unit of its type.
    pub(super) fn in_time(self) -> Option<i64> {
        match self {
            Self::Date(value) => Some(i64::from(value)),
            Self::Timestamp(value) | Self::Int(value) => Some(value),
            _ => None,
        }
    }
}

/// Rows of typed cells.
pub trait TypedCells {
    /// The cell of a declared column; `None` if it is empty.
    fn value(&self, column: usize, row: usize) -> Option<CellValue<'_>>;
}

impl TypedCells for RecordBatch {
    fn value(&self, column: usize, row: usize) -> Option<CellValue<'_>> {
        self.columns().get(column).and_then(|array| array_value(array, row))
    }
}

pub(super) fn array_value(array: &ArrayRef, row: usize) -> Option<CellValue<'_>> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Utf8 => CellValue::Text(array.as_string::<i32>().value(row).as_bytes()),
        DataType::Int64 => CellValue::Int(array.as_primitive::<Int64Type>().value(row)),
        DataType::Decimal128(..) => CellValue::Decimal(array.as_primitive::<Decimal128Type>().value(row)),
        DataType::Date32 => CellValue::Date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(..) => CellValue::Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        DataType::Boolean => CellValue::Bool(array.as_boolean().value(row)),
        _ => return None,
    })
}
