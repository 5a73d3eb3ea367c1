//! Why the persons are what they are: links, what was blocked or stopped, and how much each rule did.

use std::sync::Arc;

use arrow::array::RecordBatch;

use super::error::IdentityError;
use super::evidence::Cause;
use super::golden::Golden;
use super::layout::{Layout, OVERRIDE};
use super::matching::{Link, Matched};
use super::overrides::Unapplied;
use super::records::Records;
use super::tables::{self, LinkRow, Output, ReviewRow, RuleCounts, RuleRow};
use super::values::Stopped;

const BATCH_ROWS: usize = 8_192;
/// Between the parts of a value of several keys, where it is shown.
pub const PARTS_SHOWN: &str = " / ";
/// Between the parts of a value of several keys.
pub const PARTS: char = '\u{1f}';

/// A record that attaches, and whose value leads to several persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ambiguous {
    pub(super) rule: u8,
    pub(super) record: u32,
    /// First record of the persons' records.
    pub(super) first: u32,
    pub(super) persons: u32,
}

/// What a resolution decided, and what it left undecided.
pub struct Resolution {
    pub(super) layout: Layout,
    pub(super) records: Arc<Records>,
    pub(super) matched: Matched,
    pub(super) stopped: Vec<(u8, Stopped)>,
    pub(super) ambiguous: Vec<Ambiguous>,
    pub(super) unapplied: Unapplied,
    pub(super) counts: Vec<RuleCounts>,
    pub(super) rejects: Vec<RecordBatch>,
    pub(super) golden: Option<Arc<Golden>>,
}

impl Resolution {
    /// What was asked for.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The values of each person that count, if they are asked for.
    pub fn golden(&self) -> Option<&Arc<Golden>> {
        self.golden.as_ref()
    }

    /// The rows of a table beside the persons.
    ///
    /// # Errors
    /// An array without space.
    pub fn output(&self, output: Output) -> Result<Vec<RecordBatch>, IdentityError> {
        match output {
            Output::Links => self.links().collect(),
            Output::Review => self.review().collect(),
            Output::Rules => Ok(vec![self.rules()?]),
            Output::Rejects => Ok(self.rejects.clone()),
            Output::Golden | Output::Origins => {
                let (Some(golden), Some(table)) = (&self.golden, output.golden()) else { return Ok(Vec::new()) };
                (0..).map_while(|number| golden.batch(table, number)).collect()
            }
        }
    }

    /// The links that make persons of records, in the order in which they were made, then those that were blocked.
    pub(super) fn links(&self) -> impl Iterator<Item = Result<RecordBatch, IdentityError>> {
        let linked = self.matched.links.iter().map(|link| self.link_row(link, None));
        let blocked = self.matched.blocked.iter().map(|blocked| self.link_row(&blocked.link, Some(blocked.cause)));
        in_batches(linked.chain(blocked), tables::links)
    }

    /// What somebody should look at.
    pub(super) fn review(&self) -> impl Iterator<Item = Result<RecordBatch, IdentityError>> {
        let shared = self.stopped.iter().map(|(rule, stopped)| self.shared_row(*rule, stopped));
        let open = self.matched.blocked.iter().filter(|blocked| blocked.is_open());
        let conflicts = open.map(|blocked| self.conflict_row(&blocked.link, blocked.cause));
        let ambiguous = self.ambiguous.iter().map(|ambiguous| self.ambiguous_row(ambiguous));
        let unknown = self.unapplied.unknown.iter().map(|decision| ReviewRow {
            kind: "override",
            rule: OVERRIDE.to_owned(),
            value: None,
            records: None,
            names: None,
            record: (&decision.left.0, &decision.left.1),
            other: Some((&decision.right.0, &decision.right.1)),
            reason: "the decision names a record that does not exist".to_owned(),
            proposal: "correct the ids of the decision, or take it out",
        });
        let attached = self.unapplied.attached.iter().map(|(earlier, later)| ReviewRow {
            kind: "override",
            rule: OVERRIDE.to_owned(),
            value: None,
            records: None,
            names: None,
            record: self.id(*later),
            other: Some(self.id(*earlier)),
            reason: "neither record founds a person: both only attach".to_owned(),
            proposal: "decide for each of the two and a record that founds a person",
        });
        in_batches(shared.chain(conflicts).chain(ambiguous).chain(unknown).chain(attached), tables::review)
    }

    /// How much each rule did, in the order of the rules.
    pub(super) fn rules(&self) -> Result<RecordBatch, IdentityError> {
        let decided = self.matched.links.iter().filter(|link| usize::from(link.rule) == self.layout.rules.len());
        let of_overrides = RuleCounts { values: decided.count() as u64, ..RuleCounts::default() };
        let names = self.layout.rules.iter().map(|rule| rule.name.as_str()).chain([OVERRIDE]);
        let rows: Vec<RuleRow<'_>> = (1..)
            .zip(names)
            .zip(self.counts.iter().chain([&of_overrides]))
            .map(|((position, rule), counts)| RuleRow { position, rule, counts: *counts })
            .collect();
        tables::rules(&rows)
    }

    fn id(&self, record: u32) -> (&str, &str) {
        (self.records.source(record), self.records.source_id(record))
    }

    fn rule_name(&self, rule: u8) -> String {
        self.layout.rules.get(usize::from(rule)).map_or(OVERRIDE, |rule| &rule.name).to_owned()
    }

    fn value(&self, rule: u8, record: u32) -> Option<String> {
        let column = self.layout.rules.get(usize::from(rule))?.column;
        self.records.value(column, record).map(|value| value.replace(PARTS, PARTS_SHOWN))
    }

    fn reason(&self, cause: Cause) -> String {
        match cause {
            Cause::Override => "a decision says that they are different".to_owned(),
            Cause::Strong(key) => {
                let name = self.layout.strong.get(key).map_or("a strong key", |key| &key.name);
                format!("two values of {name}")
            }
            Cause::BirthDate => "two birth dates with two names".to_owned(),
        }
    }

    fn link_row(&self, link: &Link, cause: Option<Cause>) -> LinkRow<'_> {
        LinkRow {
            record: self.id(link.later),
            other: self.id(link.earlier),
            rule: self.rule_name(link.rule),
            value: self.value(link.rule, link.later),
            reason: cause.map(|cause| self.reason(cause)),
        }
    }

    fn shared_row(&self, rule: u8, stopped: &Stopped) -> ReviewRow<'_> {
        ReviewRow {
            kind: "shared_value",
            rule: self.rule_name(rule),
            value: self.value(rule, stopped.first),
            records: Some(stopped.records),
            names: stopped.names,
            record: self.id(stopped.first),
            other: None,
            reason: "more records have the value than a person has".to_owned(),
            proposal: "find out whose value it is: a till's, a household's or a placeholder links nobody",
        }
    }

    fn conflict_row(&self, link: &Link, cause: Cause) -> ReviewRow<'_> {
        let proposal = match cause {
            Cause::Strong(_) => "keep apart; if one of the numbers is wrong, correct it or decide `same`",
            Cause::BirthDate | Cause::Override => {
                "keep apart, as members of a household; if they are one person, correct the record or decide `same`"
            }
        };
        ReviewRow {
            kind: "conflict",
            rule: self.rule_name(link.rule),
            value: self.value(link.rule, link.later),
            records: Some(2),
            names: None,
            record: self.id(link.later),
            other: Some(self.id(link.earlier)),
            reason: self.reason(cause),
            proposal,
        }
    }

    fn ambiguous_row(&self, ambiguous: &Ambiguous) -> ReviewRow<'_> {
        ReviewRow {
            kind: "ambiguous",
            rule: self.rule_name(ambiguous.rule),
            value: self.value(ambiguous.rule, ambiguous.record),
            records: Some(1),
            names: None,
            record: self.id(ambiguous.record),
            other: Some(self.id(ambiguous.first)),
            reason: format!("the value leads to {} persons", ambiguous.persons),
            proposal: "decide `same` for this record and a record of the right person",
        }
    }
}

/// Rows in batches of [`BATCH_ROWS`].
fn in_batches<Row>(
    mut rows: impl Iterator<Item = Row>,
    batch: fn(&[Row]) -> Result<RecordBatch, IdentityError>,
) -> impl Iterator<Item = Result<RecordBatch, IdentityError>> {
    std::iter::from_fn(move || {
        let part: Vec<Row> = rows.by_ref().take(BATCH_ROWS).collect();
        (!part.is_empty()).then(|| batch(&part))
    })
}
