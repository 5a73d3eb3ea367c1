//! What the functions say about themselves: description, syntax and the source of each formula.
//!
//! DataFusion serves it (`show functions`), and the manual's function reference is made from it.

use datafusion::logical_expr::Documentation;
use datafusion::logical_expr::aggregate_doc_sections::DOC_SECTION_STATISTICAL;
use datafusion::logical_expr::scalar_doc_sections::DOC_SECTION_DATETIME;

use super::metric::{Metric, Statistic};

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

/// Documentation of the window function `journey_step`.
pub(super) fn journey_step() -> Documentation {
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
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

/// Documentation of `journey_id`.
pub(super) fn journey_id() -> Documentation {
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
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

/// Documentation of `local_timestamp`.
pub(super) fn local_timestamp() -> Documentation {
    Documentation::builder(
        DOC_SECTION_DATETIME,
        "Returns the wall-clock time in a time zone at an instant, as a timestamp without zone: the way to months and \
         days of the pipeline's zone. Offsets are those of the IANA time zone database.",
        "local_timestamp(instant, zone)",
    )
    .with_sql_example("select date_trunc('month', local_timestamp(ordered_at, $time_zone)) as month from transactions")
    .with_argument("instant", "A timestamp with a time zone.")
    .with_argument("zone", "String literal with an IANA name, such as 'Europe/Stockholm'.")
    .with_related_udf("date_trunc")
    .build()
}
