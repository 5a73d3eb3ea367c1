//! What can be wrong with a call of `relative_importance`, or with the rows it reads.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;

/// Largest answer, in absolute value: its square can be summed without overflow.
pub(super) const LARGEST: f64 = 1e100;
/// Most bootstrap replicates allowed.
pub(super) const MOST_REPLICATES: i64 = 10_000;

/// A wrong call of `relative_importance`, or rows that it cannot process.
#[derive(Debug, thiserror::Error)]
pub enum ImportanceError {
    /// Too few or too many arguments.
    #[error(
        "relative_importance takes three to five arguments, not {found}: write \
         relative_importance(target, drivers, names [, seed [, replicates]])"
    )]
    ArgumentCount {
        /// How many arguments were given.
        found: usize,
    },
    /// An argument of the wrong type.
    #[error("relative_importance takes {argument} as {wanted}, not {found}")]
    WrongArgument {
        argument: &'static str,
        /// What it takes.
        wanted: &'static str,
        found: DataType,
    },
    /// A setting that is not known before data is read.
    #[error("{argument} of relative_importance must be an integer literal or a $var of the pipeline")]
    NotALiteral { argument: &'static str },
    /// A setting out of its range.
    #[error("{argument} of relative_importance is {value}: it must be {wanted}")]
    OutOfRange {
        argument: &'static str,
        value: i64,
        /// What it must be.
        wanted: &'static str,
    },
    /// `distinct` would drop respondents with equal answers.
    #[error("relative_importance(distinct …) would count respondents with equal answers once: remove distinct")]
    Distinct,
    /// Different numbers of names and drivers.
    #[error(
        "relative_importance found {drivers} drivers and {names} names: give one name per driver, in the same order"
    )]
    Length {
        /// Drivers in the row.
        drivers: usize,
        /// Names given.
        names: usize,
    },
    /// Names that are missing or differ between rows.
    #[error("relative_importance found {found}: the names must be the same list of distinct texts on every row")]
    Names { found: String },
    /// NaN, infinity, or a number too large to be squared.
    #[error(
        "relative_importance found {value} as {what}: an answer must be between -{LARGEST:e} and {LARGEST:e}; guard \
         the division or cast that made it"
    )]
    NotUsable {
        /// The target, or the name of the driver.
        what: String,
        value: f64,
    },
}

impl From<ImportanceError> for DataFusionError {
    fn from(error: ImportanceError) -> Self {
        Self::External(Box::new(error))
    }
}
