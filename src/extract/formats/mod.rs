//! The formats of extracts: one folder each. A format frames records and knows nothing about types, rules and counts.
//! `text` and `written` hold what several of them share.

pub(in crate::extract) mod csv;
mod fixed_width;
mod json;
mod parquet;
pub(in crate::extract) mod text;
mod written;
mod xlsx;

use std::sync::Arc;

use super::frame;
use super::rows::RuleError;
use crate::config::Format;
use crate::source::{Column, OtherTypes};

pub(crate) use parquet::view::ParquetView;
pub(in crate::extract) use written::{write_bool, write_number};
#[cfg(any(test, fuzzing))]
pub(in crate::extract) use xlsx::fuzzing as lone_cells;
pub(crate) use xlsx::view as workbook;

/// The reader of a source's declared format.
///
/// # Errors
/// Signs that are equal or unusable, or columns without a position.
pub(super) fn reader(
    declared: &Format,
    columns: &[Column],
    others: &OtherTypes,
) -> Result<Arc<dyn frame::Format>, RuleError> {
    Ok(match declared {
        Format::Csv(csv) => Arc::new(csv::Csv::new(csv, columns, others).ok_or(RuleError::Dialect)?),
        Format::FixedWidth(fixed) => {
            let lacking = |column: &Column| RuleError::Position { column: column.name.clone() };
            Arc::new(fixed_width::FixedWidth::new(fixed, columns, others).map_err(lacking)?)
        }
        Format::JsonLines(lines) => Arc::new(json::Json::lines(lines, columns)?),
        Format::Json(json) => Arc::new(json::Json::document(json, columns)?),
        Format::Xlsx(xlsx) => Arc::new(xlsx::Workbooks::new(xlsx, columns).ok_or(RuleError::Dialect)?),
        Format::Parquet(_) => Arc::new(parquet::Parquet::new(columns)),
    })
}
