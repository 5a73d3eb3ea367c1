//! What the functions say about themselves.

use datafusion::logical_expr::Documentation;
use datafusion::logical_expr::scalar_doc_sections::DOC_SECTION_MATH;

use super::function::EstimateOf;

const STRUCT: &str = "Returns a struct: value, ci_low, ci_high (95 % interval).";

/// Documentation of the function that estimates `what`.
pub(super) fn estimate(what: EstimateOf) -> Documentation {
    let call = what.call();
    let (description, example, arguments, related): (&str, &str, &[(&str, &str)], &[&str]) = match what {
        EstimateOf::Share => (
            "The share successes / n with the Wilson score interval (Wilson, JASA 22, 1927). Null where n is 0.",
            "select share_interval(sum(is_resolved), count(*))['ci_low'] from contacts",
            &[("successes", "How many of n, 0 to n."), ("n", "How many in all.")],
            &["share_difference"],
        ),
        EstimateOf::Mean => (
            "The mean sum / n with Student's interval, clamped to the scale where one is given. Null where n is 0; the \
             interval is null below two answers.",
            "select mean_interval(count(csat), sum(csat), sum(csat * csat), 1, 5) from responses",
            &[
                ("n", "Number of answers."),
                ("sum", "Their sum, an integer."),
                ("sum_of_squares", "Sum of their squares, an integer."),
                ("low", "Lowest answer of the scale."),
                ("high", "Highest answer of the scale."),
            ],
            &["mean_difference"],
        ),
        EstimateOf::ShareDifference => (
            "The difference of two shares, first less second, with Newcombe's hybrid score interval (Statistics in \
             Medicine 17, 1998, method 10). Null where either n is 0. Significant where the interval excludes 0.",
            "select share_difference(56, 70, 48, 80)",
            &[
                ("successes_1", "How many of n_1."),
                ("n_1", "How many in the first group."),
                ("successes_2", "How many of n_2."),
                ("n_2", "How many in the second group."),
            ],
            &["share_interval"],
        ),
        EstimateOf::MeanDifference => (
            "The difference of two means, first less second, with Welch's interval (Biometrika 34, 1947). Null where \
             either n is 0; the interval is null where a group has fewer than two answers or neither has any spread. \
             Significant where the interval excludes 0.",
            "select mean_difference(40, 168, 742, 35, 130, 521)",
            &[
                ("n_1", "Number of answers of the first group."),
                ("sum_1", "Their sum, an integer."),
                ("sum_of_squares_1", "Sum of their squares, an integer."),
                ("n_2", "Number of answers of the second group."),
                ("sum_2", "Their sum, an integer."),
                ("sum_of_squares_2", "Sum of their squares, an integer."),
            ],
            &["mean_interval"],
        ),
        EstimateOf::NpsDifference => (
            "The difference of two net promoter scores in points, first less second, -200 to 200, with the adjusted Wald \
             interval: three answers are added to each group, 3/4 to each end (Rocks, The American Statistician 70(4), \
             2016), and the variances of both are added. Null where either n is 0. Significant where the interval \
             excludes 0.",
            "select nps_difference(50, 20, 100, 40, 30, 100)",
            &[
                ("promoters_1", "Answers 9 and 10 of the first group."),
                ("detractors_1", "Answers 0 to 6 of the first group."),
                ("n_1", "All answers of the first group."),
                ("promoters_2", "Answers 9 and 10 of the second group."),
                ("detractors_2", "Answers 0 to 6 of the second group."),
                ("n_2", "All answers of the second group."),
            ],
            &["nps"],
        ),
        EstimateOf::Correlation => (
            "The correlation r with Fisher's interval (Metron 1, 1921). Null where r is null or NaN or n is 0; the \
             interval is null below four pairs.",
            "select correlation_interval(0.5, 28)",
            &[("r", "Correlation, -1 to 1."), ("n", "Pairs that it was made from.")],
            &[],
        ),
    };
    let builder = Documentation::builder(
        DOC_SECTION_MATH,
        format!("{description} {STRUCT}"),
        format!("{}{}", call.function, call.syntax),
    )
    .with_sql_example(example);
    let builder = arguments.iter().fold(builder, |builder, (name, what)| builder.with_argument(*name, *what));
    related.iter().fold(builder, |builder, name| builder.with_related_udf(*name)).build()
}
