//! What the functions say about themselves: description, syntax and the source of each formula.
//!
//! DataFusion serves it (`show functions`), and the manual's function reference is made from it.

use datafusion::logical_expr::Documentation;
use datafusion::logical_expr::aggregate_doc_sections::DOC_SECTION_STATISTICAL;
use datafusion::logical_expr::scalar_doc_sections::{DOC_SECTION_DATETIME, DOC_SECTION_MATH};

use super::local_timestamp::LocalPart;
use super::metric::{Metric, Statistic};
use super::money::Factor;

const ROCKS: &str = "Adjusted Wald interval: three responses are added, 3/4 to each end, and the result is clamped \
    to the scale (Rocks, The American Statistician 70(4), 2016).";
const WILSON: &str = "Wilson score interval (Wilson, JASA 22, 1927).";
const SCORES: &str = "Nulls are left out; without any response the result is null; a score off the scale is an error.";

/// Documentation of the aggregate that returns `statistic` of `metric`.
pub(super) fn score_aggregate(metric: Metric, statistic: Statistic) -> Documentation {
    let function = metric.function(statistic);
    let (what, scale, source) = match metric {
        Metric::Nps => (
            "the net promoter score, -100 to 100: 100 (promoters - detractors) / responses, promoters 9-10, detractors 0-6 \
             (Reichheld, Harvard Business Review 81(12), 2003)",
            "Integer answer from 0 to 10.",
            ROCKS.to_owned(),
        ),
        Metric::Csat => (
            "customer satisfaction, 0 to 1: the share of 4 and 5 among the answers 1 to 5",
            "Integer answer from 1 to 5.",
            WILSON.to_owned(),
        ),
        Metric::Ces => (
            "the customer effort score by the chosen method; by default, 0 to 1, the share of 5 to 7 among the answers \
             1 to 7, where 7 is easy (Dixon, Freeman & Toman, Harvard Business Review 88(7), 2010)",
            "Integer answer from 1 to 7, 7 = easy.",
            format!(
                "For 'top_box': {WILSON} For 'net': {ROCKS} For 'mean': the normal interval of a mean, null below two \
                 responses, clamped to 1..7."
            ),
        ),
    };
    let description = match statistic {
        Statistic::Value => format!("Returns {what}. {SCORES}"),
        Statistic::CiLow => {
            format!("Returns the lower end of the 95 % confidence interval of {what}. {source} {SCORES}")
        }
        Statistic::CiHigh => {
            format!("Returns the upper end of the 95 % confidence interval of {what}. {source} {SCORES}")
        }
    };
    let builder = Documentation::builder(DOC_SECTION_STATISTICAL, description, format!("{function}(score)"))
        .with_argument("score", scale)
        .with_sql_example(format!("select journey, {function}(score) as {function} from responses group by journey"));
    let builder = match metric {
        Metric::Nps | Metric::Csat => builder,
        Metric::Ces => builder.with_alternative_syntax(format!("{function}(score, method)")).with_argument(
            "method",
            "String literal: 'top_box' (default; share of 5-7, 0 to 1), 'mean' (1 to 7) or 'net' (share of 6-7 minus \
             share of 1-3, times 100, -100 to 100).",
        ),
    };
    Statistic::ALL
        .into_iter()
        .filter(|other| *other != statistic)
        .fold(builder, |builder, other| builder.with_related_udf(metric.function(other)))
        .build()
}

/// Documentation of the window function `complementary_suppression`.
pub(super) fn complementary_suppression() -> Documentation {
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
        "Says which figures of a family (figures that add up to a total that readers know, for a stretch of time in parts) go \
         with those that must be hidden, so that none follows from the totals: 'kept', 'undivided' (told for the whole \
         stretch only) or 'hidden'. The window's partition is the family, its order that in which figures are chosen. \
         Secondary suppression: Cox, JASA 75(370), 1980.",
        "complementary_suppression(is_undivided, is_hidden, is_open, is_free, is_without_total, parts, least)",
    )
    .with_argument("is_undivided", "The figure is told for the whole stretch only, or not even for that.")
    .with_argument("is_hidden", "The figure is not told at all.")
    .with_argument("is_open", "Its parts are unknowns: not told, and not settled by what is told of it.")
    .with_argument("is_free", "Nothing is told of it for just this stretch.")
    .with_argument("is_without_total", "The family's total is not told either.")
    .with_argument("parts", "Answers in each part, a list of bigint.")
    .with_argument("least", "How many answers hidden figures must have together.")
    .build()
}

/// Documentation of the function that returns `part` of the local time.
pub(super) fn local_time(part: LocalPart) -> Documentation {
    let function = part.function();
    let what = match part {
        LocalPart::Timestamp => "the wall-clock time in a time zone at an instant, as a timestamp without zone",
        LocalPart::Date => "the calendar day in a time zone at an instant",
        LocalPart::Month => "the first day of the calendar month in a time zone at an instant",
    };
    let builder = Documentation::builder(
        DOC_SECTION_DATETIME,
        format!("Returns {what}. Offsets are those of the IANA time zone database."),
        format!("{function}(instant, zone)"),
    )
    .with_sql_example(format!("select {function}(ordered_at, $time_zone) as {function} from transactions"))
    .with_argument("instant", "A timestamp with a time zone.")
    .with_argument("zone", "String literal with an IANA name, such as 'Europe/Stockholm'.");
    LocalPart::ALL
        .into_iter()
        .filter(|other| *other != part)
        .fold(builder, |builder, other| builder.with_related_udf(other.function()))
        .build()
}

/// Documentation of `nps_group`.
pub(super) fn nps_group() -> Documentation {
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
        "Returns the group of an answer to the recommendation question: 'promoter' (9-10), 'passive' (7-8) or 'detractor' \
         (0-6) (Reichheld, Harvard Business Review 81(12), 2003). A score off the scale is an error.",
        "nps_group(score)",
    )
    .with_argument("score", "Integer answer from 0 to 10.")
    .with_sql_example("select nps_group(score) as nps_group, count(*) as answers from responses group by nps_group(score)")
    .with_related_udf("nps")
    .build()
}

/// Documentation of `money`.
pub(super) fn money() -> Documentation {
    Documentation::builder(
        DOC_SECTION_MATH,
        "Returns an amount in minor units (hundredths) as decimal(18,2). Models sum money as integers, which is exact and \
         fast, and publish it with this function.",
        "money(minor)",
    )
    .with_argument("minor", "Integer: the amount in minor units.")
    .with_sql_example("select money(sum(net_minor)) as net_revenue from orders")
    .with_related_udf("to_base_currency")
    .build()
}

/// Documentation of the function that multiplies amounts by `factor`.
pub(super) fn scaled_amount(factor: Factor) -> Documentation {
    let function = factor.function();
    let (description, argument, what, example) = match factor {
        Factor::Rate => (
            "Returns an amount in minor units of the base currency: amount x rate, rounded half up (towards positive \
             infinity) to a whole unit. Round each line, then sum.",
            "rate",
            "Decimal with at most six places: units of the base currency per unit of the amount's.",
            "select to_base_currency(charged_minor, rate) as net_minor from lines",
        ),
        Factor::Share => (
            "Returns a share of an amount in minor units: amount x share, rounded half up (towards positive infinity) to a \
             whole unit.",
            "share",
            "Decimal with at most six places: 0.015 is 1.5 percent.",
            "select share_of(paid_minor, payment_share) as payment_cost_minor from orders",
        ),
    };
    Documentation::builder(
        DOC_SECTION_MATH,
        format!("{description} The product is exact; a result beyond a bigint is an error."),
        format!("{function}(amount, {argument})"),
    )
    .with_argument("amount", "Integer: the amount in minor units.")
    .with_argument(argument, what)
    .with_sql_example(example)
    .with_related_udf("money")
    .build()
}
