//! What can be wrong with a call of a k-means function, or with the rows it meets.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;

use super::sample::LARGEST;

/// A wrong call of a k-means function, or rows that it cannot be applied to.
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
        /// The argument list to write.
        syntax: &'static str,
    },
    /// Features or weights that are no list of numbers.
    #[error("{function} takes {argument} as a list of numbers, not {found}: write make_array(…)")]
    NotAList {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
        /// Its type.
        found: DataType,
    },
    /// A fit that no fit function made.
    #[error("the {place} argument of {function} must be what kmeans_fit or kmeans_refit returned, not {found}")]
    NotAFit {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument, in words.
        place: &'static str,
        /// Its type.
        found: DataType,
    },
    /// Settings must be known before any data is read.
    #[error("{argument} of {function} must be an integer literal or a $var of the pipeline")]
    NotALiteral {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
    },
    /// Numbers of clusters that make no sense.
    #[error(
        "kmeans_fit cannot try {k_min} to {k_max} clusters: k_min is at least 2, k_max at least k_min and at most {most}"
    )]
    ClusterRange {
        /// Fewest clusters asked for.
        k_min: i64,
        /// Most clusters asked for.
        k_max: i64,
        /// Most clusters that can be asked for.
        most: i64,
    },
    /// A seed below zero.
    #[error("the seed of kmeans_fit is {seed}: it must not be negative")]
    NegativeSeed {
        /// The seed given.
        seed: i64,
    },
    /// `distinct` would drop customers who behave alike.
    #[error("{function}(distinct …) would count customers who behave alike once: leave out distinct")]
    Distinct {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// A list with a null inside.
    #[error(
        "{function} met a null at place {place} of {argument}: give every feature a value, for instance with coalesce"
    )]
    NullInside {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
        /// Place in the list, from 1.
        place: usize,
    },
    /// NaN, infinity, or a number too large to be squared.
    #[error(
        "{function} met {value} at place {place} of {argument}: a feature lies between -{LARGEST:e} and {LARGEST:e}; \
         guard the division or cast that made it"
    )]
    NotUsable {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
        /// Place in the list, from 1.
        place: usize,
        /// The value.
        value: f64,
    },
    /// Lists of different lengths.
    #[error(
        "{function} met {argument} of {found} values where {expected} were expected: every list has one value per feature, and weights too"
    )]
    Length {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
        /// Values in the list.
        found: usize,
        /// Values in the lists before it.
        expected: usize,
    },
    /// A list without values.
    #[error("{function} met {argument} without values: a customer has at least one feature")]
    Empty {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
    },
    /// A customer without weights.
    #[error("{function} met a row whose {argument} are null: they must be the same on every row")]
    NullList {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
    },
    /// A weight below zero.
    #[error("{function} met the weight {value} at place {place}: weights are zero or more")]
    NegativeWeight {
        /// Name of the SQL function.
        function: &'static str,
        /// Place in the list, from 1.
        place: usize,
        /// The weight.
        value: f64,
    },
    /// Weights or an earlier fit that change from row to row.
    #[error("{function} met more than one value of {argument}: it must be the same on every row")]
    NotConstant {
        /// Name of the SQL function.
        function: &'static str,
        /// Which argument.
        argument: &'static str,
    },
}

impl From<ClusterError> for DataFusionError {
    fn from(error: ClusterError) -> Self {
        Self::External(Box::new(error))
    }
}
