//! The documentation of the functions on scores, of `cell_suppression` and of journeys: what they return, their
//! arguments and the source of each formula.
//!
//! DataFusion serves it (`show functions`), and docs/functions.md is generated from it.

use datafusion::logical_expr::Documentation;

use super::metric::{Metric, Statistic};
use super::topic;

const ROCKS: &str = "Adjusted Wald interval: three responses are added, 3/4 to each end, and the result is clamped \
    to the scale (Rocks, The American Statistician 70(4), 2016).";
const WILSON: &str = "Wilson score interval (Wilson, JASA 22, 1927).";
const SCORES: &str = "Nulls are ignored. Without any response the result is null. A score off the scale is an error.";

/// Documentation of the aggregate that returns `statistic` of `metric`.
pub(super) fn score_aggregate(metric: Metric, statistic: Statistic) -> Documentation {
    let function = metric.function(statistic);
    let (what, scale, source) = match metric {
        Metric::Nps => (
            "the net promoter score, -100 to 100: 100 x (promoters - detractors) / responses. Promoters answer 9 or 10, \
             detractors 0 to 6 (Reichheld, Harvard Business Review 81(12), 2003)",
            "Integer answer from 0 to 10.",
            ROCKS.to_owned(),
        ),
        Metric::Csat => (
            "customer satisfaction, 0 to 1: the share of 4 and 5 among answers from 1 to 5",
            "Integer answer from 1 to 5.",
            WILSON.to_owned(),
        ),
        Metric::Ces => (
            "the customer effort score by the chosen method: by default, 0 to 1, the share of 5 to 7 among answers from \
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
    let builder = Documentation::builder(topic::SCORES, description, format!("{function}(score)"))
        .with_argument("score", scale)
        .with_sql_example(format!("select journey, {function}(score) as {function} from responses group by journey"));
    let builder = match metric {
        Metric::Nps | Metric::Csat => builder,
        Metric::Ces => builder.with_alternative_syntax(format!("{function}(score, method)")).with_argument(
            "method",
            "String literal: 'top_box' (default: share of 5-7, 0 to 1), 'mean' (1 to 7) or 'net' (100 x (share of 6-7 \
             - share of 1-3), -100 to 100).",
        ),
    };
    Statistic::ALL
        .into_iter()
        .filter(|other| *other != statistic)
        .fold(builder, |builder, other| builder.with_related_udf(metric.function(other)))
        .build()
}

/// Documentation of the window function `cell_suppression`.
pub(super) fn cell_suppression() -> Documentation {
    Documentation::builder(
        topic::SUPPRESSION,
        "Returns true for a figure that must be hidden, so that no figure on fewer than `least` answers can be computed from \
         those that are shown: from its siblings and their total, from the levels above and below, or from overlapping \
         windows of twelve months. Figures with too few answers are hidden (primary suppression), and others go with them \
         (complementary suppression: Cox, JASA 75(370), 1980).\n\n\
         For each series the function finds the shortest calendar periods (months, quarters, half-years, years) that have \
         enough answers. Months are shown where each month has; windows where they begin and end with such a period. The \
         window partition holds all families of a metric, months and windows together. The order of rows does not matter. \
         Nulls are errors, except as parent.",
        "cell_suppression(family, series, parent, period_months, month, responses, least, last_month)",
    )
    .with_sql_example(
        "select item, month, cell_suppression('channels', make_array(item), null, 1, month, responses, 5, 24311) over \
         (partition by metric) as is_suppressed from answers_by_channel",
    )
    .with_argument("family", "Text: the set of series that add up to one parent.")
    .with_argument(
        "series",
        "List of text that identifies the series, such as make_array(level, item). Of series with equally many answers, the \
         first in its order is hidden with others.",
    )
    .with_argument("parent", "List of text: the series to which the family adds up. Null: readers do not know a total.")
    .with_argument("period_months", "1 for the figure of a month, 12 for that of the twelve months up to and with month.")
    .with_argument("month", "The (last) month as an integer: 12 x year + month - 1.")
    .with_argument("responses", "Answers in the period. Each month with answers needs its row of period_months 1.")
    .with_argument("least", "Fewest answers of a figure that is shown, the same in every row.")
    .with_argument("last_month", "The last month of the data, as month: periods that end later are not over.")
    .build()
}

/// Documentation of the window function `journey_step`.
pub(super) fn journey_step() -> Documentation {
    Documentation::builder(
        topic::JOURNEYS,
        "Cuts events into journeys by the lookups journey_rules, journey_touchpoints and journey_outcomes. The window's \
         partition is a group of persons, its order customer_no, time, event and event id. Returns, for each event, a \
         struct. journey, journey_number (among the person's journeys, by start), started_at and first_event (null but \
         where an earlier event of the journey before came at the same instant) name the journey that the event is part \
         of: of several the first by name, with the rest in the list other_journeys; journey_count says how many. The \
         list ended_journeys has the journeys whose last event this is, in the same four fields and: ended_at, \
         completed_at (first end), touchpoints, contacts, two_way, automatic, steps, path, channel_count, channels, \
         outcome (a step's, or what came in time after the last one) and next_order_at. Events of customer_no 0 are \
         in no journey.",
        "journey_step(customer_no, occurred_at, event, event_id, touchpoint, channel, journey, is_two_way, is_automatic, \
         rules, touchpoints, outcomes)",
    )
    .with_argument("customer_no", "The person; 0: unidentified.")
    .with_argument("occurred_at", "When it happened, in UTC microseconds.")
    .with_argument("event", "contact, order, return or survey.")
    .with_argument("event_id", "Its id.")
    .with_argument("touchpoint", "Touchpoint of the event; null: unknown.")
    .with_argument("channel", "Channel of the event; null: unknown.")
    .with_argument("journey", "The journey that its extract names, for a contact that no row of touchpoints fits.")
    .with_argument("is_two_way", "1 for a contact in which both sides speak, else 0.")
    .with_argument("is_automatic", "1 for automatic mail, else 0.")
    .with_argument("rules", "The rows of journey_rules as one list of structs: journey, time_out_days.")
    .with_argument("touchpoints", "The rows of journey_touchpoints: event, touchpoint, channel, journey, role.")
    .with_argument("outcomes", "The rows of journey_outcomes: journey, priority, outcome, event, touchpoint, within_days.")
    .with_related_udf("journey_id")
    .build()
}

pub(super) fn journey_id() -> Documentation {
    Documentation::builder(
        topic::JOURNEYS,
        "Returns the id of a journey: customer_key, journey and start, and the first event where journey_step gives one, \
         separated by spaces. Null where one of the first three is.",
        "journey_id(customer_key, journey, started_at, first_event)",
    )
    .with_argument("customer_key", "The person.")
    .with_argument("journey", "Which journey.")
    .with_argument("started_at", "When it began, in UTC microseconds.")
    .with_argument("first_event", "What distinguishes it from another one of the same start; null: not needed.")
    .build()
}

pub(super) fn nps_group() -> Documentation {
    Documentation::builder(
        topic::SCORES,
        "Returns the group of an answer to the recommendation question: 'promoter' (9-10), 'passive' (7-8) or 'detractor' \
         (0-6) (Reichheld, Harvard Business Review 81(12), 2003). A score off the scale is an error.",
        "nps_group(score)",
    )
    .with_argument("score", "Integer answer from 0 to 10.")
    .with_sql_example("select nps_group(score) as nps_group, count(*) as answers from responses group by nps_group(score)")
    .with_related_udf("nps")
    .build()
}
