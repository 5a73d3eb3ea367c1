//! Quarantined rows as Parquet files: temporary sorted runs for the merge, and the final parts.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::error::QuarantineError;
use super::origin::Origin;
use crate::extract::frame::{Fault, Reject};

/// Rows per write.
pub(super) const BATCH_ROWS: usize = 1024;
/// Approximate size of the raw text in a part.
const PART_BYTES: usize = 128 << 20;
/// Approximate size of the raw text in a row group, which a writer holds in memory.
const GROUP_BYTES: usize = 16 << 20;

/// One fault of one rejected row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) file: usize,
    pub(super) reject: &'a Reject,
    /// Number of the fault within the row, from 1.
    pub(super) number: i64,
    pub(super) fault: &'a Fault,
}

/// The columns of the quarantine.
pub(super) fn schema() -> Schema {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    Schema::new(vec![
        text("run_id", false),
        text("source", false),
        text("file", false),
        number("line"),
        number("byte_offset"),
        number("fault"),
        text("column", true),
        text("rule", false),
        text("reason", false),
        text("raw", false),
        Field::new("raw_is_cut", DataType::Boolean, false),
        text("raw_hash", false),
    ])
}

/// Columns that order a run's file for the merge. The file number is its last column, which the parts do not have.
pub(super) fn run_order(batch: &RecordBatch) -> [&Int64Array; 3] {
    let last = batch.num_columns() - 1;
    [last, 4, 5].map(|column| batch.column(column).as_primitive())
}

fn batch(origin: &Origin, rows: &[Row<'_>]) -> Result<RecordBatch, ArrowError> {
    fn text<'a>(rows: &'a [Row<'a>], pick: impl Fn(&Row<'a>) -> Option<&'a str>) -> ArrayRef {
        Arc::new(rows.iter().map(pick).collect::<StringArray>())
    }
    let number = |pick: fn(&Row<'_>) -> i64| Arc::new(Int64Array::from_iter_values(rows.iter().map(pick))) as ArrayRef;
    let names: Vec<String> = origin.files.iter().map(|path| path.display().to_string()).collect();
    let cut: Vec<bool> = rows.iter().map(|row| row.reject.raw_is_cut).collect();
    RecordBatch::try_new(
        Arc::new(schema()),
        vec![
            Arc::new(StringArray::from_iter_values(rows.iter().map(|_| &origin.run_id))),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|_| &origin.source))),
            Arc::new(
                rows.iter().map(|row| Some(names.get(row.file).map_or("", String::as_str))).collect::<StringArray>(),
            ),
            number(|row| row.reject.line.cast_signed()),
            number(|row| row.reject.byte_offset.cast_signed()),
            number(|row| row.number),
            text(rows, |row| row.fault.column.as_deref()),
            text(rows, |row| Some(row.fault.rule.as_str())),
            text(rows, |row| Some(&row.fault.reason)),
            text(rows, |row| Some(&row.reject.raw)),
            Arc::new(BooleanArray::from(cut)),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| format!("{:032x}", row.reject.raw_hash)))),
        ],
    )
}

/// Writes sorted rows as a run for the merge.
pub(super) fn write_run(origin: &Origin, path: &Path, rows: &[Row<'_>]) -> Result<(), QuarantineError> {
    let mut writer: Option<ArrowWriter<File>> = None;
    for rows in rows.chunks(BATCH_ROWS) {
        let batch = batch(origin, rows)?;
        let files: Int64Array = rows.iter().map(|row| Some(row.file as i64)).collect();
        let mut fields = batch.schema().fields().to_vec();
        fields.push(Arc::new(Field::new("file_number", DataType::Int64, false)));
        let columns = batch.columns().iter().cloned().chain([Arc::new(files) as ArrayRef]).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(ArrowWriter::try_new(create(path)?, batch.schema(), Some(properties()?))?),
        };
        writer.write(&batch)?;
    }
    if let Some(writer) = writer {
        writer.close()?;
    }
    Ok(())
}

/// The final files, written one after the other.
pub(super) struct Parts<'a> {
    origin: &'a Origin,
    schema: SchemaRef,
    writer: Option<ArrowWriter<File>>,
    files: usize,
    bytes: usize,
    group_bytes: usize,
}

impl<'a> Parts<'a> {
    pub(super) fn new(origin: &'a Origin, rows_read: Option<u64>) -> Self {
        let rows_read = rows_read.map(|rows| ("lojal.rows_read".to_owned(), rows.to_string()));
        let as_of = origin.as_of.map(|day| ("lojal.as_of".to_owned(), day.to_string()));
        let facts: HashMap<String, String> = rows_read.into_iter().chain(as_of).collect();
        let schema = Arc::new(schema().with_metadata(facts));
        Self { origin, schema, writer: None, files: 0, bytes: 0, group_bytes: 0 }
    }

    pub(super) fn write_rows(&mut self, rows: &[Row<'_>]) -> Result<(), QuarantineError> {
        rows.chunks(BATCH_ROWS).try_for_each(|rows| self.write(&batch(self.origin, rows)?))
    }

    /// Writes rows. All batches but the last have the same size, so the boundaries depend only on the rows.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), QuarantineError> {
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), batch.columns()[..self.schema.fields().len()].to_vec())?;
        if self.bytes >= PART_BYTES {
            self.end_part()?;
        }
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let path = self.origin.folder.join(format!("part-{:05}.parquet", self.files));
                self.files += 1;
                none.insert(ArrowWriter::try_new(create(&path)?, Arc::clone(&self.schema), Some(properties()?))?)
            }
        };
        writer.write(&batch)?;
        let raw = batch.column(9).as_string::<i32>().value_data().len();
        self.bytes += raw;
        self.group_bytes += raw;
        if self.group_bytes >= GROUP_BYTES {
            writer.flush()?;
            self.group_bytes = 0;
        }
        Ok(())
    }

    fn end_part(&mut self) -> Result<(), QuarantineError> {
        (self.bytes, self.group_bytes) = (0, 0);
        if let Some(writer) = self.writer.take() {
            writer.close()?;
        }
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), QuarantineError> {
        self.end_part()
    }
}

fn properties() -> Result<WriterProperties, QuarantineError> {
    // Raw rows rarely repeat: a dictionary would be tried and abandoned in every row group.
    let plain = ["raw", "raw_hash", "reason"].map(|name| ColumnPath::from(name.to_owned()));
    let builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    Ok(plain.into_iter().fold(builder, |builder, column| builder.set_column_dictionary_enabled(column, false)).build())
}

/// Creates a file that only its owner can read.
fn create(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).open(path)
}
