//! What verbs write to stdout: data, and nothing else.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow::util::pretty::pretty_format_batches;
use clap::ValueEnum;

use crate::failure::Failure;

/// A format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// Aligned columns, for people.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Json,
}

/// Writes data to stdout.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Rows as text, without the last line break.
pub(super) fn shaped(batches: &[RecordBatch], shape: Shape) -> Result<String, Failure> {
    let failed = |error: ArrowError| Failure::engine(error.into(), "show");
    let mut out = Vec::new();
    match shape {
        Shape::Table => return Ok(pretty_format_batches(batches).map_err(failed)?.to_string()),
        Shape::Csv => {
            let mut writer = arrow::csv::Writer::new(&mut out);
            batches.iter().try_for_each(|batch| writer.write(&without_lists(batch)?)).map_err(failed)?;
        }
        Shape::Json => {
            let mut writer = arrow::json::LineDelimitedWriter::new(&mut out);
            batches.iter().try_for_each(|batch| writer.write(batch)).map_err(failed)?;
            writer.finish().map_err(failed)?;
        }
    }
    Ok(String::from_utf8_lossy(&out).trim_end().to_owned())
}

/// CSV has no lists: they become text, as in a table.
fn without_lists(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let options = FormatOptions::default();
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        if !column.data_type().is_nested() {
            return Ok((field.name(), Arc::clone(column)));
        }
        let cells = ArrayFormatter::try_new(column.as_ref(), &options)?;
        let texts = (0..column.len()).map(|row| column.is_valid(row).then(|| cells.value(row).to_string()));
        Ok((field.name(), Arc::new(texts.collect::<StringArray>()) as ArrayRef))
    });
    RecordBatch::try_from_iter(columns.collect::<Result<Vec<_>, ArrowError>>()?)
}
