//! `cell_suppression(...)`, a window function: which published figures must be hidden so that nobody can derive a
//! figure on too few answers from the others.
//!
//! Data flow: [`function`] receives a window partition and [`table`] reads it into figures and [`series`] (the
//! answers by month). [`rhythm`] decides how often each series is shown: [`divide`] goes from years over half-years
//! and quarters to months, and [`complement`] chooses the members of a family that are hidden with another.
//! [`figure`] judges each figure by those rhythms.

mod complement;
mod divide;
mod figure;
mod function;
mod rhythm;
mod series;
mod table;
#[cfg(test)]
mod tests;

use datafusion::arrow::datatypes::DataType;

pub use function::CellSuppression;

/// Name of the SQL function.
const FUNCTION: &str = "cell_suppression";

/// The type of the keys of series.
fn key_type() -> DataType {
    DataType::new_list(DataType::Utf8, true)
}

/// What a figure needs to be shown.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Least number of answers of a shown figure, and of hidden figures together.
    least: i64,
    /// The last month of the data, counted from year 0. Later answers can still come.
    last_month: i64,
}
