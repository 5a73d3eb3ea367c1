//! A Parquet file states its own types, which are used, and its statistics give the number of rows.

use std::fs::File;
use std::io;
use std::path::Path;

use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::profile::Profile;
use crate::source::ColumnType;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 8192;

/// Names of the columns, their types if lojal has them, and remarks on columns that cannot be read.
type ParquetSchema = (Vec<String>, Vec<Option<ColumnType>>, Vec<String>);

/// Names and types of a file's columns, and remarks on columns that cannot be read.
pub(super) fn schema(path: &Path) -> io::Result<ParquetSchema> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?).map_err(io::Error::other)?;
    let (mut names, mut types, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
    for field in builder.schema().fields() {
        match type_of(field.data_type()) {
            Some(ty) => {
                names.push(field.name().clone());
                types.push(Some(ty));
            }
            None => remarks.push(format!(
                "column {} is left out: lojal does not read the type {}",
                field.name(),
                field.data_type()
            )),
        }
    }
    Ok((names, types, remarks))
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
    let schema = builder.schema().clone();
    let indexes: Vec<usize> = names.iter().filter_map(|name| schema.index_of(name).ok()).collect();
    for batch in builder.with_batch_size(BATCH_ROWS).build().map_err(io::Error::other)? {
        let batch = batch.map_err(io::Error::other)?;
        let options = arrow::util::display::FormatOptions::new();
        let columns =
            indexes.iter().map(|index| arrow::util::display::ArrayFormatter::try_new(batch.column(*index), &options));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
        for row in 0..batch.num_rows() {
            for (column, place) in columns.iter().zip(places) {
                let cell = column.value(row).to_string();
                profile.cell(*place).extend_from_slice(cell.as_bytes());
            }
            profile.end_row(file);
        }
    }
    Ok(())
}

/// The lojal type of a Parquet column.
fn type_of(ty: &DataType) -> Option<ColumnType> {
    Some(match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnType::String,
        DataType::Dictionary(_, values) => type_of(values)?,
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => ColumnType::Int,
        DataType::Decimal128(precision, scale) if *scale >= 0 => {
            ColumnType::Decimal { precision: *precision, scale: *scale }
        }
        DataType::Float32 | DataType::Float64 => ColumnType::Decimal { precision: 18, scale: 6 },
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        DataType::Boolean => ColumnType::Bool,
        _ => return None,
    })
}
