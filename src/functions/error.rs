//! What can be wrong with a call of one of lojal's SQL functions.
//!
//! DataFusion carries these to the caller as `DataFusionError::External`, so that the engine can look for a
//! [`FunctionError`] at the root of an error and tell it from its own.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;

/// A wrong call of a lojal function, or data that it cannot be applied to.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// Too few or too many arguments.
    #[error("{function} takes {expected}, not {found}: write {function}{syntax}")]
    ArgumentCount {
        /// Name of the SQL function.
        function: &'static str,
        /// What it takes, in words.
        expected: &'static str,
        /// How many arguments were given.
        found: usize,
        /// The argument list to write.
        syntax: &'static str,
    },
    /// The score column is no integer.
    #[error("{function} takes an integer score, not {found}: cast the score to bigint in staging")]
    NotAScore {
        /// Name of the SQL function.
        function: &'static str,
        /// Type of the argument.
        found: DataType,
    },
    /// A score that nobody can have given.
    #[error(
        "{function} met the score {value}, off its scale of {low} to {high}: reject such rows at the source \
         (min: {low}, max: {high}) or turn them into null in staging"
    )]
    ScoreOffScale {
        /// Name of the SQL function.
        function: &'static str,
        /// The offending score.
        value: i64,
        /// Lowest score of the scale.
        low: i64,
        /// Highest score of the scale.
        high: i64,
    },
    /// The method of `ces` must be known before any data is read.
    #[error("the second argument of {function} must be a string literal: 'top_box', 'mean' or 'net'")]
    MethodNotLiteral {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// A method that `ces` does not have.
    #[error("{function} has no method '{method}': write 'top_box', 'mean' or 'net'")]
    UnknownMethod {
        /// Name of the SQL function.
        function: &'static str,
        /// What was written.
        method: String,
    },
    /// `distinct` would count each score once instead of each response.
    #[error("{function}(distinct …) would count each score once, not each response: leave out distinct")]
    Distinct {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// `local_timestamp` of something that is no instant.
    #[error(
        "local_timestamp takes a timestamp with a time zone (an instant), not {found}: a timestamp without zone \
         is wall-clock time already"
    )]
    NotAnInstant {
        /// Type of the argument.
        found: DataType,
    },
    /// The zone must be known before any data is read.
    #[error(
        "the second argument of local_timestamp must be a string literal: $time_zone, or a name such as 'Europe/Stockholm'"
    )]
    ZoneNotLiteral,
    /// A time zone that the IANA database does not know.
    #[error("unknown time zone '{zone}': {}", match nearest {
        Some(nearest) => format!("did you mean '{nearest}'?"),
        None => "write an IANA name such as 'Europe/Stockholm'".to_owned(),
    })]
    UnknownZone {
        /// What was written.
        zone: String,
        /// The closest name of the IANA database, where one is close.
        nearest: Option<&'static str>,
    },
    /// An instant outside the years that the calendar covers.
    #[error(
        "local_timestamp cannot tell the wall-clock time of {micros} microseconds since 1970 in {zone}: reject such timestamps at the source"
    )]
    InstantOutOfRange {
        /// The instant, in microseconds since 1970-01-01 UTC.
        micros: i64,
        /// The time zone.
        zone: &'static str,
    },
}

impl From<FunctionError> for DataFusionError {
    fn from(error: FunctionError) -> Self {
        Self::External(Box::new(error))
    }
}
