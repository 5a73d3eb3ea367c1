//! The topics under which docs/functions.md lists the functions, in its order.

use datafusion::logical_expr::DocSection;

pub(super) const SCORES: DocSection = topic(
    "Survey scores",
    "Aggregates over single answers: net promoter score, customer satisfaction and customer effort, each with its 95 % \
     confidence interval.",
);
pub(super) const ESTIMATES: DocSection = topic(
    "Estimates from counts and sums",
    "Each takes integers that a query has counted or added up, and returns a struct of `value`, `ci_low` and `ci_high`, the \
     95 % confidence interval. The same totals give the same bits.",
);
pub(super) const DRIVERS: DocSection = topic("Drivers", "Which ratings explain a target, and by how much.");
pub(super) const SUPPRESSION: DocSection =
    topic("Hidden figures", "Which figures must be hidden because they, or others, rest on too few answers.");
pub(super) const VALUE: DocSection = topic(
    "Purchase models and lifetime value",
    "Models that are fitted on the purchase histories of all customers, and predictions for one customer.",
);
pub(super) const CLUSTERS: DocSection = topic("Clusters", "k-means: groups of similar rows.");
pub(super) const MONEY: DocSection = topic("Money", "Amounts in whole minor units, which add up exactly.");
pub(super) const JOURNEYS: DocSection =
    topic("Journeys", "Events that belong together, cut into the journeys of each person.");
pub(super) const CONTACTS: DocSection = topic(
    "Contact details",
    "What records of persons and organisations may be known by, in one spelling, and why others are not valid. Records with \
     equal values may become one person, so everything that is not a valid value is null, and so is what people type where \
     a value is required: `n/a`, `test@…`, zeros.",
);
pub(super) const TIME: DocSection = topic("Time", "From instants to the calendar of the pipeline, and back.");

/// The topics. Sections that are not among them follow by name.
#[cfg(test)]
pub(super) const ALL: [DocSection; 10] =
    [SCORES, ESTIMATES, DRIVERS, SUPPRESSION, VALUE, CLUSTERS, JOURNEYS, MONEY, CONTACTS, TIME];

const fn topic(label: &'static str, description: &'static str) -> DocSection {
    DocSection { include: true, label, description: Some(description) }
}
