//! Cells of a Parquet column as text, in the form that their declared column has.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::extract::formats::written::{write_bool, write_number};
use crate::source::{Column, ColumnType};

/// A column whose cells are written as text.
#[derive(Debug)]
pub(super) struct TextCells {
    column: ArrayRef,
}

impl TextCells {
    pub(super) fn new(column: &ArrayRef) -> Result<Self, ArrowError> {
        // This leaves few kinds of arrays. The row side judges bytes that are declared as text.
        let plain = match column.data_type() {
            DataType::LargeUtf8 | DataType::Utf8View => cast(column, &DataType::Utf8)?,
            DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                cast(column, &DataType::Binary)?
            }
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => cast(column, &DataType::Int64)?,
            DataType::Float16 => cast(column, &DataType::Float32)?,
            _ => Arc::clone(column),
        };
        Ok(Self { column: plain })
    }

    /// The cells, if they are text.
    pub(super) fn strings(&self) -> Option<StringArray> {
        self.column.as_string_opt::<i32>().cloned()
    }

    /// Whether a cell is empty.
    pub(super) fn is_null(&self, row: usize) -> bool {
        self.column.is_null(row)
    }

    /// Appends a cell in the form of its column.
    pub(super) fn write(&self, row: usize, spec: &Column, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        if self.column.is_null(row) {
            return Ok(());
        }
        match self.column.data_type() {
            DataType::Utf8 => out.extend_from_slice(self.column.as_string::<i32>().value(row).as_bytes()),
            DataType::Binary => out.extend_from_slice(self.column.as_binary::<i32>().value(row)),
            DataType::Boolean => write_bool(self.column.as_boolean().value(row), spec, out),
            kind => {
                let mut text = Vec::new();
                self.show(row, &mut text)?;
                let text = String::from_utf8_lossy(&text);
                let text = match spec.ty {
                    // Whole numbers and days may be stored with a fraction of zeros.
                    ColumnType::Int if kind.is_decimal() => whole(&text),
                    ColumnType::Date => text.strip_suffix("T00:00:00").unwrap_or(&text),
                    _ => &text,
                };
                if kind.is_numeric() { write_number(text, spec, out) } else { out.extend_from_slice(text.as_bytes()) }
            }
        }
        Ok(())
    }

    /// Appends a cell as it is: bytes, which messages show as digits, are taken for text.
    pub(super) fn push(&self, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        match self.column.as_binary_opt::<i32>().filter(|bytes| bytes.is_valid(row)) {
            Some(bytes) => out.extend_from_slice(bytes.value(row)),
            None => self.show(row, out)?,
        }
        Ok(())
    }

    /// Appends a cell in the form that messages show.
    pub(super) fn show(&self, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        if self.column.is_null(row) {
            return Ok(());
        }
        match self.column.data_type() {
            DataType::Utf8 => out.extend_from_slice(self.column.as_string::<i32>().value(row).as_bytes()),
            DataType::Int64 => write!(out, "{}", self.column.as_primitive::<Int64Type>().value(row))?,
            // The shortest text for this number.
            DataType::Float64 => write!(out, "{}", self.column.as_primitive::<Float64Type>().value(row))?,
            DataType::Float32 => write!(out, "{}", self.column.as_primitive::<Float32Type>().value(row))?,
            _ => {
                let options = FormatOptions::default().with_display_error(true);
                write!(out, "{}", ArrayFormatter::try_new(&self.column, &options)?.value(row))?;
            }
        }
        Ok(())
    }
}

fn whole(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}
