//! Reads the quarantined rows of an earlier run, one batch at a time.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::NaiveDate;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::error::QuarantineError;
use crate::store::Stored;

/// One fault of one rejected row, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// The file, as named in messages.
    pub file: String,
    /// Its line or row.
    pub line: i64,
    /// Number of the fault within the row, from 1.
    pub fault: i64,
    /// The faulty column.
    pub column: Option<String>,
    /// The broken rule.
    pub rule: String,
    /// What is wrong.
    pub reason: String,
    /// The record's text.
    pub raw: String,
    /// Whether the text was truncated.
    pub raw_is_cut: bool,
    /// Hash of the record's bytes, in hexadecimal.
    pub raw_hash: String,
}

impl QuarantinedRow {
    /// File and line.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// Facts about the run in a source's quarantine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuarantineFacts {
    /// Rows read from the source.
    pub rows_read: Option<u64>,
    /// The run's as-of day.
    pub as_of: Option<NaiveDate>,
}

/// Passes every fault of a source's rejected rows to `each`, in order; `parts` are its files, sorted by name.
///
/// # Errors
/// Files that cannot be read, and errors of `each`.
pub fn quarantined<E: From<QuarantineError>>(
    parts: &[Stored],
    mut each: impl FnMut(QuarantinedRow) -> Result<(), E>,
) -> Result<QuarantineFacts, E> {
    let mut facts = QuarantineFacts::default();
    for part in parts {
        let builder = ParquetRecordBatchReaderBuilder::try_new(part.clone()).map_err(QuarantineError::from)?;
        let builder = builder.with_batch_size(1024);
        let metadata = builder.schema().metadata();
        facts.rows_read = metadata.get("lojal.rows_read").and_then(|rows| rows.parse().ok());
        facts.as_of = metadata.get("lojal.as_of").and_then(|day| day.parse().ok());
        for batch in builder.build().map_err(QuarantineError::from)? {
            let batch = batch.map_err(QuarantineError::from)?;
            (0..batch.num_rows()).try_for_each(|at| each(row(&batch, at)?))?;
        }
    }
    Ok(facts)
}

fn row(batch: &RecordBatch, at: usize) -> Result<QuarantinedRow, QuarantineError> {
    let column = |name: &str| {
        let lost = || {
            arrow::error::ArrowError::SchemaError(format!(
                "the quarantine lacks the column {name}: an older version of lojal wrote it"
            ))
        };
        batch.column_by_name(name).ok_or_else(lost)
    };
    let text = |name: &str| Ok::<_, QuarantineError>(column(name)?.as_string::<i32>().value(at).to_owned());
    let number = |name: &str| Ok::<_, QuarantineError>(column(name)?.as_primitive::<Int64Type>().value(at));
    let is_of_column = column("column")?.is_valid(at);
    Ok(QuarantinedRow {
        file: text("file")?,
        line: number("line")?,
        fault: number("fault")?,
        column: is_of_column.then(|| text("column")).transpose()?,
        rule: text("rule")?,
        reason: text("reason")?,
        raw: text("raw")?,
        raw_is_cut: column("raw_is_cut")?.as_boolean().value(at),
        raw_hash: text("raw_hash")?,
    })
}
