//! The documentation of the estimates from counts and sums.

use datafusion::logical_expr::Documentation;

use super::quantity::EstimateOf;
use crate::functions::topic;

const STRUCT: &str = "The result is a struct: value, ci_low, ci_high.";

pub(super) fn estimate(what: EstimateOf) -> Documentation {
    let call = what.call();
    let (description, example, arguments, related): (&str, &str, &[(&str, &str)], &[&str]) = match what {
        EstimateOf::Share => (
            "Returns the share, successes / n, with the Wilson score interval (Wilson, JASA 22, 1927). Null where n is 0.",
            "select share_interval(sum(is_resolved), count(*))['ci_low'] from contacts",
            &[("successes", "Integer, 0 to n."), ("n", "Integer: how many in all.")],
            &["share_difference"],
        ),
        EstimateOf::Mean => (
            "Returns the mean, sum / n, with Student's interval, clamped to the scale where one is given. Null where n is 0; the \
             interval is null below two answers.",
            "select mean_interval(count(csat), sum(csat), sum(csat * csat), 1, 5) from responses",
            &[
                ("n", "Integer: answers."),
                ("sum", "Integer: their sum."),
                ("sum_of_squares", "Integer: the sum of their squares."),
                ("low", "Integer: lowest answer of the scale."),
                ("high", "Integer: highest answer of the scale."),
            ],
            &["mean_difference"],
        ),
        EstimateOf::ShareDifference => (
            "Returns the difference of two shares, first less second, with Newcombe's hybrid score interval (Statistics in \
             Medicine 17, 1998, method 10). Null where either n is 0. Significant where the interval excludes 0.",
            "select share_difference(56, 70, 48, 80)",
            &[
                ("successes_1", "Integer, 0 to n_1."),
                ("n_1", "Integer: size of the first group."),
                ("successes_2", "Integer, 0 to n_2."),
                ("n_2", "Integer: size of the second group."),
            ],
            &["share_interval"],
        ),
        EstimateOf::MeanDifference => (
            "Returns the difference of two means, first less second, with Welch's interval (Biometrika 34, 1947). Null where \
             either n is 0; the interval is null where a group has fewer than two answers or neither has any spread. \
             Significant where the interval excludes 0.",
            "select mean_difference(40, 168, 742, 35, 130, 521)",
            &[
                ("n_1", "Integer: answers of the first group."),
                ("sum_1", "Integer: their sum."),
                ("sum_of_squares_1", "Integer: the sum of their squares."),
                ("n_2", "Integer: answers of the second group."),
                ("sum_2", "Integer: their sum."),
                ("sum_of_squares_2", "Integer: the sum of their squares."),
            ],
            &["mean_interval"],
        ),
        EstimateOf::NpsDifference => (
            "Returns the difference of two net promoter scores in points, first less second, -200 to 200, with the adjusted Wald \
             interval: three answers are added to each group, 3/4 to each end (Rocks, The American Statistician 70(4), \
             2016), and the variances of both are added. Null where either n is 0. Significant where the interval \
             excludes 0.",
            "select nps_difference(50, 20, 100, 40, 30, 100)",
            &[
                ("promoters_1", "Integer: answers 9 and 10 of the first group."),
                ("detractors_1", "Integer: answers 0 to 6 of the first group."),
                ("n_1", "Integer: all answers of the first group."),
                ("promoters_2", "Integer: answers 9 and 10 of the second group."),
                ("detractors_2", "Integer: answers 0 to 6 of the second group."),
                ("n_2", "Integer: all answers of the second group."),
            ],
            &["nps"],
        ),
        EstimateOf::Correlation => (
            "Returns the correlation r with Fisher's interval (Metron 1, 1921). Null where r is null or NaN or n is 0; the \
             interval is null below four pairs.",
            "select correlation_interval(0.5, 28)",
            &[("r", "Number: correlation, -1 to 1."), ("n", "Integer: pairs that it was computed from.")],
            &[],
        ),
    };
    let (arguments_of, scaled) = match what {
        EstimateOf::Mean => ("(n, sum, sum_of_squares)", Some("(n, sum, sum_of_squares, low, high)")),
        _ => (call.syntax, None),
    };
    let function = call.function;
    let builder = Documentation::builder(
        topic::ESTIMATES,
        format!("{description} {STRUCT}"),
        format!("{function}{arguments_of}"),
    )
    .with_sql_example(example);
    let builder = scaled
        .into_iter()
        .fold(builder, |builder, arguments| builder.with_alternative_syntax(format!("{function}{arguments}")));
    let builder = arguments.iter().fold(builder, |builder, (name, what)| builder.with_argument(*name, *what));
    related.iter().fold(builder, |builder, name| builder.with_related_udf(*name)).build()
}
