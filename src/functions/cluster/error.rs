//! What can be wrong with a call of a k-means function, or with the rows it reads.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;

use super::LARGEST;

/// A wrong call of a k-means function, or rows that it cannot process.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// Too few or too many arguments.
    #[error("{function} takes {expected}, not {found}: write {function}{syntax}")]
    ArgumentCount {
        /// Name of the SQL function.
        function: &'static str,
        /// What it takes, in words.
        expected: &'static str,
        /// How many arguments were given.
        found: usize,
        /// The argument list to show.
        syntax: &'static str,
    },
    /// Features or weights that are not a list of numbers.
    #[error("{function} takes {argument} as a list of numbers, not {found}: write make_array(…)")]
    NotAList {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
        found: DataType,
    },
    /// A value that no fit function returned as a fit.
    #[error("the {place} argument of {function} must be what kmeans_fit or kmeans_refit returned, not {found}")]
    NotAFit {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument, in words.
        place: &'static str,
        found: DataType,
    },
    /// A setting that is not known before data is read.
    #[error("{argument} of {function} must be an integer literal or a $var of the pipeline")]
    NotALiteral {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
    },
    /// An impossible range of cluster counts.
    #[error(
        "kmeans_fit cannot try {k_min} to {k_max} clusters: k_min must be at least 2, \
         k_max at least k_min and at most {most}"
    )]
    ClusterRange {
        /// Fewest clusters requested.
        k_min: i64,
        /// Most clusters requested.
        k_max: i64,
        /// Most clusters allowed.
        most: i64,
    },
    /// A seed below zero.
    #[error("the seed of kmeans_fit is {seed}: it must not be negative")]
    NegativeSeed { seed: i64 },
    /// `distinct` would drop customers who behave alike.
    #[error("{function}(distinct …) would count customers who behave alike once: remove distinct")]
    Distinct {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// A list that contains a null.
    #[error(
        "{function} found a null at position {place} of {argument}: give each feature a value, for instance \
         with coalesce"
    )]
    NullInside {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
        /// Position in the list, from 1.
        place: usize,
    },
    /// NaN, infinity, or a number too large to be squared.
    #[error(
        "{function} found {value} at position {place} of {argument}: a feature must be between -{LARGEST:e} and \
         {LARGEST:e}; guard the division or cast that made it"
    )]
    NotUsable {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
        /// Position in the list, from 1.
        place: usize,
        value: f64,
    },
    /// Lists of different lengths.
    #[error(
        "{function} found {found} values in {argument} instead of {expected}: each list, and the \
         weights, need one value per feature"
    )]
    Length {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
        /// Number of values in the list.
        found: usize,
        /// Number of values in the lists before it.
        expected: usize,
    },
    /// An empty list.
    #[error("{function} found {argument} without values: a customer needs at least one feature")]
    Empty {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
    },
    /// A row whose weights are null.
    #[error("{function} found a row whose {argument} are null: they must be the same on every row")]
    NullList {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
    },
    #[error("{function} found the weight {value} at position {place}: weights must be zero or more")]
    NegativeWeight {
        /// Name of the SQL function.
        function: &'static str,
        /// Position in the list, from 1.
        place: usize,
        value: f64,
    },
    /// Weights or an earlier fit that differ between rows.
    #[error("{function} found more than one value of {argument}: it must be the same on every row")]
    NotConstant {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
    },
}

impl From<ClusterError> for DataFusionError {
    fn from(error: ClusterError) -> Self {
        Self::External(Box::new(error))
    }
}
