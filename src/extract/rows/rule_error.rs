//! Declarations that cannot be right.

use std::{error, fmt};

use crate::source::ColumnType;

/// An invalid declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// A limit or accepted value is not a value of its column.
    Value {
        column: String,
        /// The value as written.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Limits on a column whose values have no order.
    NoOrder { column: String, ty: ColumnType },
    /// The event time is neither a date nor a timestamp.
    EventTime { column: String, ty: ColumnType },
    /// The control total uses a column that is not a number.
    Amount { column: String, ty: ColumnType },
    /// A column number beyond the declared columns.
    NoSuchColumn {
        /// The number.
        index: usize,
    },
    /// Signs must differ and must not be line ends or NUL. All but the delimiter must be ASCII.
    Dialect,
    /// A path of records that names no list.
    Records {
        /// The path as written.
        path: String,
    },
    /// A column of a fixed-width file without a position of its own.
    Position {
        /// The column.
        column: String,
    },
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { column, value, reason } => write!(f, "rule of column '{column}': '{value}' {reason}"),
            Self::NoOrder { column, ty } => write!(f, "column '{column}' is a {ty}, which has no minimum or maximum"),
            Self::EventTime { column, ty } => {
                write!(f, "event time '{column}' is a {ty}; it must be a date or a timestamp")
            }
            Self::Amount { column, ty } => {
                write!(f, "amount column '{column}' is a {ty}; it must be an int or a decimal")
            }
            Self::NoSuchColumn { index } => write!(f, "there is no column number {index}"),
            Self::Dialect => f.write_str("delimiter, quote, escape and comment must differ and must not be line ends"),
            Self::Records { path } => write!(f, "`{path}` does not lead to a list of records"),
            Self::Position { column } => write!(f, "column '{column}' has no position of its own"),
        }
    }
}

impl error::Error for RuleError {}
