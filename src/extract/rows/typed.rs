//! Typed cells, one by one: what promises and comparisons of rows see.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use chrono::{DateTime, NaiveDate, SecondsFormat};
use xxhash_rust::xxh3::xxh3_128;

use crate::source::ColumnType;
use crate::words::printable;

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

    /// Its text in messages.
    pub(super) fn shown(self, ty: ColumnType) -> String {
        match self {
            Self::Text(text) => printable(&String::from_utf8_lossy(text)),
            Self::Int(value) => value.to_string(),
            Self::Decimal(value) => decimal_shown(value, u32::from(ty.numeric_scale().unwrap_or(0).unsigned_abs())),
            Self::Date(day) => NaiveDate::from_epoch_days(day).map(|day| day.to_string()).unwrap_or_default(),
            Self::Timestamp(at) => {
                let at = DateTime::from_timestamp_micros(at);
                at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)).unwrap_or_default()
            }
            Self::Bool(value) => value.to_string(),
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

/// A decimal number with all of its digits.
pub fn decimal_shown(value: i128, scale: u32) -> String {
    let scale = scale as usize;
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
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
