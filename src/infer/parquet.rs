//! A Parquet file states its own types, which are used, and its statistics give the number of rows.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Field, Float64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::profile::Profile;
use crate::extract::parquet_column;
use crate::source::ColumnType;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 8192;

/// Names of the columns, their types if lojal has them, and remarks on columns that cannot be read.
type ParquetSchema = (Vec<String>, Vec<Option<ColumnType>>, Vec<String>);

/// Names and types of a file's columns, and remarks on columns that cannot be read.
pub(super) fn schema(path: &Path) -> io::Result<ParquetSchema> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?).map_err(io::Error::other)?;
    let mut found = (Vec::new(), Vec::new(), Vec::new());
    builder.schema().fields().iter().for_each(|field| add("", field, &mut found));
    Ok(found)
}

/// Adds a column, or the members of a struct by their dotted paths.
fn add(before: &str, field: &Field, found: &mut ParquetSchema) {
    let name = if before.is_empty() { field.name().clone() } else { format!("{before}.{}", field.name()) };
    match type_of(field.data_type()) {
        Some(stated) => {
            found.0.push(name);
            found.1.push(stated);
        }
        None => match field.data_type() {
            DataType::Struct(members) => members.iter().for_each(|member| add(&name, member, found)),
            other => found.2.push(format!("column {name} is left out: lojal does not read the type {other}")),
        },
    }
}

/// Reads a file's rows as text for facts that its schema lacks: empty cells, keys, personal data.
pub(super) fn scan(
    path: &Path,
    places: &[usize],
    names: &[String],
    file: u16,
    profile: &mut Profile,
) -> io::Result<()> {
    let stored = File::open(path)?;
    profile.bytes_read += stored.metadata()?.len();
    let builder = ParquetRecordBatchReaderBuilder::try_new(stored).map_err(io::Error::other)?;
    for batch in builder.with_batch_size(BATCH_ROWS).build().map_err(io::Error::other)? {
        let batch = batch.map_err(io::Error::other)?;
        let options = FormatOptions::new();
        let of_name = |name: &String| match batch.column_by_name(name) {
            Some(column) => Some(Ok(Arc::clone(column))),
            None => parquet_column(&batch, name).transpose(),
        };
        let arrays = names.iter().map(of_name).collect::<Option<Result<Vec<_>, _>>>();
        let arrays = arrays.transpose().map_err(io::Error::other)?;
        let arrays = arrays.ok_or_else(|| io::Error::other("a column of the schema is not in the rows"))?;
        let columns = arrays.iter().map(|array| ArrayFormatter::try_new(array, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
        for row in 0..batch.num_rows() {
            for ((column, array), place) in columns.iter().zip(&arrays).zip(places) {
                let cell = profile.cell(*place);
                match array.as_primitive_opt::<Float64Type>().filter(|array| array.is_valid(row)) {
                    // As the reader writes it: without an exponent.
                    Some(numbers) => write!(cell, "{}", numbers.value(row))?,
                    None => write!(cell, "{}", column.value(row))?,
                }
            }
            profile.end_row(file);
        }
    }
    Ok(())
}

/// The lojal type of a Parquet column: `Some(None)` if it depends on the values.
fn type_of(ty: &DataType) -> Option<Option<ColumnType>> {
    Some(Some(match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnType::String,
        DataType::Dictionary(_, values) => return type_of(values),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => ColumnType::Int,
        // Its greatest number has 20 digits.
        DataType::UInt64 => ColumnType::Decimal { precision: 20, scale: 0 },
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale)
            if *scale >= 0 && *precision <= DECIMAL128_MAX_PRECISION =>
        {
            ColumnType::Decimal { precision: *precision, scale: *scale }
        }
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Float32
        | DataType::Float64 => return Some(None),
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        DataType::Boolean => ColumnType::Bool,
        _ => return None,
    }))
}
