//! What can be estimated, and the SQL function of each with its arguments.

use crate::functions::arguments::{Call, Kind};

/// The quantity to estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EstimateOf {
    Share,
    Mean,
    /// The difference of two shares.
    ShareDifference,
    /// The difference of two means.
    MeanDifference,
    /// The difference of two net promoter scores.
    NpsDifference,
    Correlation,
}

impl EstimateOf {
    pub const ALL: [Self; 6] =
        [Self::Share, Self::Mean, Self::ShareDifference, Self::MeanDifference, Self::NpsDifference, Self::Correlation];

    /// Name and arguments of the SQL function.
    pub(super) const fn call(self) -> &'static Call {
        match self {
            Self::Share => &Call {
                function: "share_interval",
                arguments: &[("successes", Kind::Whole), ("n", Kind::Whole)],
                optional: 0,
                expected: "two arguments",
                syntax: "(successes, n)",
            },
            Self::Mean => &Call {
                function: "mean_interval",
                arguments: &[
                    ("n", Kind::Whole),
                    ("sum", Kind::Whole),
                    ("sum_of_squares", Kind::Whole),
                    ("low", Kind::Number),
                    ("high", Kind::Number),
                ],
                optional: 2,
                expected: "three or five arguments",
                syntax: "(n, sum, sum_of_squares) or, with a scale, (n, sum, sum_of_squares, low, high)",
            },
            Self::ShareDifference => &Call {
                function: "share_difference",
                arguments: &[
                    ("successes_1", Kind::Whole),
                    ("n_1", Kind::Whole),
                    ("successes_2", Kind::Whole),
                    ("n_2", Kind::Whole),
                ],
                optional: 0,
                expected: "four arguments",
                syntax: "(successes_1, n_1, successes_2, n_2)",
            },
            Self::MeanDifference => &Call {
                function: "mean_difference",
                arguments: &[
                    ("n_1", Kind::Whole),
                    ("sum_1", Kind::Whole),
                    ("sum_of_squares_1", Kind::Whole),
                    ("n_2", Kind::Whole),
                    ("sum_2", Kind::Whole),
                    ("sum_of_squares_2", Kind::Whole),
                ],
                optional: 0,
                expected: "six arguments",
                syntax: "(n_1, sum_1, sum_of_squares_1, n_2, sum_2, sum_of_squares_2)",
            },
            Self::NpsDifference => &Call {
                function: "nps_difference",
                arguments: &[
                    ("promoters_1", Kind::Whole),
                    ("detractors_1", Kind::Whole),
                    ("n_1", Kind::Whole),
                    ("promoters_2", Kind::Whole),
                    ("detractors_2", Kind::Whole),
                    ("n_2", Kind::Whole),
                ],
                optional: 0,
                expected: "six arguments",
                syntax: "(promoters_1, detractors_1, n_1, promoters_2, detractors_2, n_2)",
            },
            Self::Correlation => &Call {
                function: "correlation_interval",
                arguments: &[("r", Kind::Number), ("n", Kind::Whole)],
                optional: 0,
                expected: "two arguments",
                syntax: "(r, n)",
            },
        }
    }
}
