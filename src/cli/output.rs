//! What verbs write to stdout: data, and nothing else.

use std::io::Write;

use arrow::array::RecordBatch;
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
    let failed = |error: arrow::error::ArrowError| Failure::engine(error.into(), "show");
    let mut out = Vec::new();
    match shape {
        Shape::Table => return Ok(pretty_format_batches(batches).map_err(failed)?.to_string()),
        Shape::Csv => {
            let mut writer = arrow::csv::Writer::new(&mut out);
            batches.iter().try_for_each(|batch| writer.write(batch)).map_err(failed)?;
        }
        Shape::Json => {
            let mut writer = arrow::json::LineDelimitedWriter::new(&mut out);
            batches.iter().try_for_each(|batch| writer.write(batch)).map_err(failed)?;
            writer.finish().map_err(failed)?;
        }
    }
    Ok(String::from_utf8_lossy(&out).trim_end().to_owned())
}
