//! INT96, the times of Spark and Impala: days and nanoseconds, which nanoseconds in 64 bits hold for the years 1677 to
//! 2262 only and wrap beyond. They are read in microseconds, which hold every year, and once more in nanoseconds, which
//! are right to the last three digits even where they wrap: together they are the time in the file.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{
    DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType, TimestampNanosecondType,
};
use arrow::error::ArrowError;
use chrono::DateTime;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Type;
use parquet::schema::types::SchemaDescriptor;

use crate::invariant::BrokenInvariant;
use crate::store::Stored;

/// The digits beyond microseconds of a row group's columns; those inside structs and lists end with microseconds.
pub(super) struct FinerTimes {
    nanos: ParquetRecordBatchReader,
}

impl FinerTimes {
    /// `None` if the file has no such columns.
    pub(super) fn open(
        stored: &Stored,
        metadata: &ArrowReaderMetadata,
        group: usize,
        batch_rows: usize,
    ) -> Result<Option<Self>, ArrowError> {
        let schema = metadata.parquet_schema();
        let roots = leaves(schema).into_iter().filter(|leaf| schema.column(*leaf).path().parts().len() == 1);
        let roots: Vec<usize> = roots.collect();
        if roots.is_empty() {
            return Ok(None);
        }
        let own = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let own = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), own)?;
        let mask = ProjectionMask::leaves(schema, roots);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(stored.clone(), own);
        let reader = reader.with_row_groups(vec![group]).with_projection(mask).with_batch_size(batch_rows);
        Ok(Some(Self { nanos: reader.build()? }))
    }

    /// The next rows of the group: columns that have digits beyond microseconds as text with all of them.
    pub(super) fn apply(&mut self, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let broken = || BrokenInvariant::new("two readers of one row group give the same rows");
        let nanos = self.nanos.next().transpose()?.filter(|nanos| nanos.num_rows() == rows.num_rows());
        let nanos = nanos.ok_or_else(broken)?;
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
            let finer = nanos.column_by_name(field.name()).and_then(|nanos| with_finer_digits(column, nanos));
            fields.push(match &finer {
                Some(_) => Arc::new(Field::new(field.name(), DataType::Utf8, true)),
                None => Arc::clone(field),
            });
            columns.push(finer.unwrap_or_else(|| Arc::clone(column)));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
    }
}

/// The columns without children that are INT96.
fn leaves(schema: &SchemaDescriptor) -> Vec<usize> {
    let columns = schema.columns().iter().enumerate();
    columns.filter(|(_, column)| column.physical_type() == Type::INT96).map(|(leaf, _)| leaf).collect()
}

/// The same file with INT96 in microseconds.
pub(super) fn in_micros(metadata: ArrowReaderMetadata) -> Result<ArrowReaderMetadata, ArrowError> {
    let wanted = leaves(metadata.parquet_schema());
    if wanted.is_empty() {
        return Ok(metadata);
    }
    let mut leaf = 0;
    let fields = fields_in_micros(metadata.schema().fields(), &wanted, &mut leaf);
    let schema: SchemaRef = Arc::new(Schema::new_with_metadata(fields, metadata.schema().metadata().clone()));
    let options = ArrowReaderOptions::new().with_schema(schema);
    Ok(ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)?)
}

fn fields_in_micros(fields: &Fields, wanted: &[usize], leaf: &mut usize) -> Fields {
    fields.iter().map(|field| field_in_micros(field, wanted, leaf)).collect()
}

fn field_in_micros(field: &FieldRef, wanted: &[usize], leaf: &mut usize) -> FieldRef {
    let inner = |field: &FieldRef, leaf: &mut usize| field_in_micros(field, wanted, leaf);
    let kind = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields_in_micros(fields, wanted, leaf)),
        DataType::List(field) => DataType::List(inner(field, leaf)),
        DataType::LargeList(field) => DataType::LargeList(inner(field, leaf)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(inner(field, leaf), *size),
        DataType::Map(field, sorted) => DataType::Map(inner(field, leaf), *sorted),
        own => {
            let is_wanted = wanted.contains(leaf);
            *leaf += 1;
            match own {
                DataType::Timestamp(TimeUnit::Nanosecond, zone) if is_wanted => {
                    DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
                }
                own => own.clone(),
            }
        }
    };
    Arc::new(Field::clone(field).with_data_type(kind))
}

/// Times in microseconds, as text with nine decimals where the file has digits beyond; `None` if it has none. `nanos` are
/// the same times in wrapped nanoseconds.
fn with_finer_digits(micros: &ArrayRef, nanos: &ArrayRef) -> Option<ArrayRef> {
    let micros = micros.as_primitive_opt::<TimestampMicrosecondType>()?;
    let nanos = nanos.as_primitive_opt::<TimestampNanosecondType>()?;
    let beyond = |row: usize| nanos.value(row).wrapping_sub(micros.value(row).wrapping_mul(1000));
    let rows = 0..micros.len();
    if !rows.clone().any(|row| micros.is_valid(row) && beyond(row) != 0) {
        return None;
    }
    let mark = if micros.timezone().is_some() { "Z" } else { "" };
    let text = |row: usize| {
        let at = DateTime::from_timestamp_micros(micros.value(row)).filter(|_| micros.is_valid(row))?;
        let day = at.format("%Y-%m-%dT%H:%M:%S");
        Some(match beyond(row) {
            0 => format!("{}{mark}", at.format("%Y-%m-%dT%H:%M:%S%.f")),
            finer => format!("{day}.{:06}{finer:03}{mark}", at.timestamp_subsec_micros()),
        })
    };
    Some(Arc::new(rows.map(text).collect::<StringArray>()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{TimestampMicrosecondArray, TimestampNanosecondArray};

    use super::*;

    #[test]
    fn digits_beyond_microseconds_are_found_though_nanoseconds_wrap() {
        // 9999-12-31 23:59:59.000000001 and 2024-01-01 00:00:00.123456789.
        let micros: Vec<i64> = vec![253_402_300_799_000_000, 1_704_067_200_123_456];
        let nanos: Vec<i64> =
            micros.iter().zip([1, 789]).map(|(at, beyond)| at.wrapping_mul(1000).wrapping_add(beyond)).collect();
        assert!(nanos[0] < 0 || nanos[0] / 1000 != micros[0], "the far day wraps");
        let (micros, nanos): (ArrayRef, ArrayRef) =
            (Arc::new(TimestampMicrosecondArray::from(micros)), Arc::new(TimestampNanosecondArray::from(nanos)));
        let found = with_finer_digits(&micros, &nanos).unwrap();
        let found: Vec<_> = found.as_string::<i32>().iter().flatten().collect();
        assert_eq!(found, ["9999-12-31T23:59:59.000000001", "2024-01-01T00:00:00.123456789"]);
        let whole: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![0, 1000]));
        let same: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![0, 1]));
        assert!(with_finer_digits(&same, &whole).is_none());
    }
}
