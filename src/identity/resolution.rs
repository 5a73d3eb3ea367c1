//! Why the persons are what they are: links, what was blocked or stopped, and how much each rule did.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::RecordBatch;

use super::erasures::{Erased, Outcome, UnclearRequest};
use super::error::IdentityError;
use super::evidence::Cause;
use super::golden::Golden;
use super::layout::{Layout, OVERRIDE, PARTS, SCORED};
use super::matching::{Link, Matched};
use super::overrides::Unapplied;
use super::records::Records;
use super::scored::{self, Doubt, Scored, Skipped, value_of};
use super::tables::{self, ErasureRow, LinkRow, Output, RequestRow, ReviewKind, ReviewRow, RuleCounts, RuleRow};
use super::values::{Crowd, Stopped};

const BATCH_ROWS: usize = 8_192;
/// Between the parts of a value of several keys, where it is shown.
pub const PARTS_SHOWN: &str = " / ";

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
    pub(super) scored: scored::Outcome,
    pub(super) stopped: Vec<(u8, Stopped)>,
    pub(super) ambiguous: Vec<Ambiguous>,
    pub(super) unapplied: Unapplied,
    pub(super) counts: Vec<RuleCounts>,
    pub(super) rejects: Vec<RecordBatch>,
    pub(super) golden: Option<Arc<Golden>>,
    pub(super) erased: Arc<Erased>,
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

    /// The rows of erasure requests that erase nobody.
    pub fn unclear_requests(&self) -> Vec<UnclearRequest> {
        self.erased.unclear()
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
            Output::Rejects if !self.erased.is_any() => Ok(self.rejects.clone()),
            Output::Rejects => self.rejects.iter().map(|batch| self.erased.without(batch, &self.records)).collect(),
            Output::Golden | Output::Origins => {
                let (Some(golden), Some(table)) = (&self.golden, output.golden()) else { return Ok(Vec::new()) };
                (0..).map_while(|number| golden.batch(table, number)).collect()
            }
            Output::Erasures => Ok(vec![self.erasures()?]),
            Output::ErasureRequests => Ok(vec![self.erasure_requests()?]),
        }
    }

    /// The links that make persons of records, in the order in which they were made, then those that were blocked.
    pub(super) fn links(&self) -> impl Iterator<Item = Result<RecordBatch, IdentityError>> {
        let linked = self.matched.links.iter().filter(|link| self.is_left(link));
        let linked = linked.map(|link| self.link_row(link, None));
        let blocked = self.matched.blocked.iter().filter(|blocked| self.is_left(&blocked.link));
        let blocked = blocked.map(|blocked| self.link_row(&blocked.link, Some(blocked.cause)));
        let scored = self.scored.links.iter().filter(|link| self.are_left(link.earlier, link.later));
        let scored = scored.map(|link| self.scored_row(link, None));
        let of_scored = self.scored.blocked.iter().filter(|(link, _)| self.are_left(link.earlier, link.later));
        let of_scored = of_scored.map(|(link, cause)| self.scored_row(link, Some(*cause)));
        in_batches(linked.chain(scored).chain(blocked).chain(of_scored), tables::links)
    }

    /// What somebody should look at.
    pub(super) fn review(&self) -> impl Iterator<Item = Result<RecordBatch, IdentityError>> {
        let shared =
            self.stopped.iter().filter_map(|(rule, stopped)| self.shared_row(*rule, self.left_of(*rule, *stopped)?));
        let open = self.matched.blocked.iter().filter(|blocked| blocked.is_open() && self.is_left(&blocked.link));
        let conflicts = open.map(|blocked| self.conflict_row(&blocked.link, blocked.cause));
        let ambiguous = self.ambiguous.iter().filter(|ambiguous| !self.erased.has(ambiguous.record));
        let ambiguous = ambiguous.map(|ambiguous| self.ambiguous_row(ambiguous));
        let unknown = self.unapplied.unknown.iter().map(|decision| ReviewRow {
            kind: ReviewKind::Override,
            rule: OVERRIDE.to_owned(),
            value: None,
            records: None,
            names: None,
            record: (&decision.left.0, &decision.left.1),
            other: Some((&decision.right.0, &decision.right.1)),
            score: None,
            reason: "the decision names a record that does not exist".to_owned(),
            proposal: "correct the ids of the decision, or take it out",
        });
        let attached = self.unapplied.attached.iter();
        let attached = attached.filter(|(earlier, later)| !self.erased.has(*earlier) && !self.erased.has(*later));
        let attached = attached.map(|(earlier, later)| ReviewRow {
            kind: ReviewKind::Override,
            rule: OVERRIDE.to_owned(),
            value: None,
            records: None,
            names: None,
            record: self.id(*later),
            other: Some(self.id(*earlier)),
            score: None,
            reason: "neither record founds a person: both only attach".to_owned(),
            proposal: "decide for each of the two and a record that founds a person",
        });
        let open = self
            .scored
            .blocked
            .iter()
            .filter(|(link, cause)| *cause != Cause::Override && self.are_left(link.earlier, link.later));
        let of_scored = open.map(|(link, cause)| ReviewRow {
            score: Some(link.score),
            ..self.apart_row(self.id(link.later), self.id(link.earlier), SCORED.to_owned(), *cause)
        });
        let doubtful = self.scored.review.iter().filter(|(link, _)| self.are_left(link.earlier, link.later));
        let doubtful = doubtful.map(|(link, doubt)| self.doubtful_row(link, *doubt));
        let skipped = self.scored.skipped.iter().filter(|skipped| !self.erased.has(skipped.first));
        let skipped = skipped.map(|skipped| self.skipped_row(skipped));
        let exact = shared.chain(conflicts).chain(ambiguous).chain(unknown).chain(attached);
        let rows = exact.chain(of_scored).chain(doubtful).chain(skipped).chain(self.open_requests());
        in_batches(rows, tables::review)
    }

    /// How much each rule did, in the order of the rules.
    pub(super) fn rules(&self) -> Result<RecordBatch, IdentityError> {
        let decided = self.matched.links.iter().filter(|link| usize::from(link.rule) == self.layout.rules.len());
        let of_overrides = RuleCounts { values: decided.count() as u64, ..RuleCounts::default() };
        let of_scored = self.layout.scored.as_ref().map(|_| self.scored_counts());
        let names = self.layout.rules.iter().map(|rule| rule.name.as_str()).chain([OVERRIDE, SCORED]);
        let rows: Vec<RuleRow<'_>> = (1..)
            .zip(names)
            .zip(self.counts.iter().chain([&of_overrides]).chain(&of_scored))
            .map(|((position, rule), counts)| RuleRow { position, rule, counts: *counts })
            .collect();
        tables::rules(&rows)
    }

    /// Requests that erase nobody because they may mean several persons.
    fn open_requests(&self) -> impl Iterator<Item = ReviewRow<'_>> {
        // Who asks twice is one case.
        let mut seen = HashSet::new();
        (1..).zip(&self.erased.requests).filter_map(move |(number, request): (u32, _)| {
            let reason = match request.outcome {
                Outcome::Ambiguous(persons) => format!("what request {number} gives leads to {persons} persons"),
                Outcome::Contradiction => format!("what request {number} gives leads to different persons"),
                Outcome::Erased | Outcome::Unmatched | Outcome::Invalid => return None,
            };
            let first = request.first.filter(|first| !self.erased.has(*first))?;
            let rule = request.key.as_ref().unwrap_or(&request.given);
            if !seen.insert((rule, first)) {
                return None;
            }
            Some(ReviewRow {
                kind: ReviewKind::Erasure,
                rule: rule.clone(),
                // Who asks to be forgotten is not written down once more.
                value: None,
                records: None,
                names: None,
                record: self.id(first),
                other: None,
                score: None,
                reason,
                proposal: "find out who asked, and give the customer_id in the request",
            })
        })
    }

    fn erasures(&self) -> Result<RecordBatch, IdentityError> {
        let rows: Vec<ErasureRow<'_>> = self
            .erased
            .rows
            .iter()
            .map(|row| ErasureRow {
                source: row.record.map(|record| self.records.source(record)),
                source_id: match (&row.id, row.record) {
                    (_, Some(record)) => self.records.source_id(record),
                    (id, None) => id.as_deref().unwrap_or_default(),
                },
                day: row.day,
            })
            .collect();
        tables::erasures(&rows)
    }

    fn erasure_requests(&self) -> Result<RecordBatch, IdentityError> {
        let requests: Vec<RequestRow<'_>> = (1..)
            .zip(&self.erased.requests)
            .map(|(number, request)| RequestRow {
                number,
                day: request.day,
                given: &request.given,
                outcome: request.outcome.word(),
                records: request.records,
            })
            .collect();
        tables::erasure_requests(&requests)
    }

    /// Pairs, links, blocks that were not compared, conflicts and doubts of scored matching.
    fn scored_counts(&self) -> RuleCounts {
        let scored = &self.scored;
        RuleCounts {
            values: scored.pairs,
            records_linked: scored.scores().len() as u64,
            values_stopped: scored.skipped.len() as u64,
            records_stopped: scored.skipped.iter().map(|skipped| u64::from(skipped.records)).sum(),
            conflicts: scored.blocked.iter().filter(|(_, cause)| *cause != Cause::Override).count() as u64,
            ambiguous: scored.review.len() as u64,
            ..RuleCounts::default()
        }
    }

    pub(super) fn id(&self, record: u32) -> (&str, &str) {
        (self.records.source(record), self.records.source_id(record))
    }

    fn rule_name(&self, rule: u8) -> String {
        self.layout.rules.get(usize::from(rule)).map_or(OVERRIDE, |rule| &rule.name).to_owned()
    }

    fn value(&self, rule: u8, record: u32) -> Option<String> {
        let column = self.layout.rules.get(usize::from(rule))?.column;
        self.records.value(column, record).map(|value| value.replace(PARTS, PARTS_SHOWN))
    }

    pub(super) fn reason(&self, cause: Cause) -> String {
        match cause {
            Cause::Override => "a decision says that they are different".to_owned(),
            Cause::Strong(key) => {
                let name = self.layout.strong.get(key).map_or("a strong key", |key| &key.name);
                format!("two values of {name}")
            }
            Cause::BirthDate => "two birth dates with two names".to_owned(),
        }
    }

    /// Whether both records of a link are left.
    fn is_left(&self, link: &Link) -> bool {
        self.are_left(link.earlier, link.later)
    }

    fn are_left(&self, earlier: u32, later: u32) -> bool {
        !self.erased.has(earlier) && !self.erased.has(later)
    }

    /// A value that links nobody, without the erased records; `None` if at most one is left.
    fn left_of(&self, rule: u8, stopped: Stopped) -> Option<Stopped> {
        if !self.erased.is_any() {
            return Some(stopped);
        }
        let column = self.layout.rules.get(usize::from(rule))?.column;
        let value = self.records.value(column, stopped.first);
        let has_it = |record: &u32| !self.records.is_attached(*record) && self.records.value(column, *record) == value;
        let (mut first, mut records) = (None, 0);
        for record in (0..self.records.count()).filter(has_it).filter(|record| !self.erased.has(*record)) {
            first = first.or(Some(record));
            records += 1;
        }
        (records > 1).then_some(Stopped { first: first?, records, ..stopped })
    }

    fn link_row(&self, link: &Link, cause: Option<Cause>) -> LinkRow<'_> {
        LinkRow {
            record: self.id(link.later),
            other: self.id(link.earlier),
            rule: self.rule_name(link.rule),
            value: self.value(link.rule, link.later),
            score: None,
            reason: cause.map(|cause| self.reason(cause)),
        }
    }

    fn shared_row(&self, rule: u8, stopped: Stopped) -> Option<ReviewRow<'_>> {
        Some(ReviewRow {
            kind: ReviewKind::SharedValue,
            rule: self.rule_name(rule),
            value: self.value(rule, stopped.first),
            records: Some(stopped.records),
            names: stopped.names,
            record: self.id(stopped.first),
            other: None,
            score: None,
            reason: match stopped.crowd {
                Crowd::Records => "more records have the value than a person has".to_owned(),
                Crowd::Strangers => "records with clearly different names have the value".to_owned(),
            },
            proposal: "find out whose value it is: a till's, a household's or a placeholder links nobody",
        })
    }

    fn conflict_row(&self, link: &Link, cause: Cause) -> ReviewRow<'_> {
        ReviewRow {
            value: self.value(link.rule, link.later),
            ..self.apart_row(self.id(link.later), self.id(link.earlier), self.rule_name(link.rule), cause)
        }
    }

    /// Two records that something keeps apart.
    fn apart_row<'a>(
        &self,
        record: (&'a str, &'a str),
        other: (&'a str, &'a str),
        rule: String,
        cause: Cause,
    ) -> ReviewRow<'a> {
        let proposal = match cause {
            Cause::Strong(_) => "keep apart; if one of the numbers is wrong, correct it or decide `same`",
            Cause::BirthDate | Cause::Override => {
                "keep apart, as members of a household; if they are one person, correct the record or decide `same`"
            }
        };
        ReviewRow {
            kind: ReviewKind::Conflict,
            rule,
            value: None,
            records: Some(2),
            names: None,
            record,
            other: Some(other),
            score: None,
            reason: self.reason(cause),
            proposal,
        }
    }

    fn scored_row(&self, link: &Scored, cause: Option<Cause>) -> LinkRow<'_> {
        LinkRow {
            record: self.id(link.later),
            other: self.id(link.earlier),
            rule: SCORED.to_owned(),
            value: None,
            score: Some(link.score),
            reason: cause.map(|cause| self.reason(cause)),
        }
    }

    fn doubtful_row(&self, link: &Scored, doubt: Doubt) -> ReviewRow<'_> {
        let reason = match doubt {
            Doubt::Between => "the score is between `review` and `merge`",
            Doubt::Chain => "the two are alike, but other records of their persons are not",
        };
        ReviewRow {
            kind: ReviewKind::Score,
            rule: SCORED.to_owned(),
            value: None,
            records: Some(2),
            names: None,
            record: self.id(link.later),
            other: Some(self.id(link.earlier)),
            score: Some(link.score),
            reason: reason.to_owned(),
            proposal: "decide `same` if they are one person, `different` if they are two",
        }
    }

    fn skipped_row(&self, skipped: &Skipped) -> ReviewRow<'_> {
        let block = self.layout.scored.as_ref().and_then(|scoring| scoring.blocks.get(skipped.block));
        let value = block.map(|block| value_of(block, &self.records, skipped.first).replace(PARTS, PARTS_SHOWN));
        ReviewRow {
            kind: ReviewKind::SharedValue,
            rule: SCORED.to_owned(),
            value,
            records: Some(skipped.records),
            names: None,
            record: self.id(skipped.first),
            other: None,
            score: None,
            reason: format!(
                "more records than `max_block` agree in {}: their pairs are not compared by it",
                block.map_or("a rule of block_on", |block| &block.name)
            ),
            proposal: "add a key to this rule of `block_on`, or raise `max_block`",
        }
    }

    fn ambiguous_row(&self, ambiguous: &Ambiguous) -> ReviewRow<'_> {
        ReviewRow {
            kind: ReviewKind::Ambiguous,
            rule: self.rule_name(ambiguous.rule),
            value: self.value(ambiguous.rule, ambiguous.record),
            records: Some(1),
            names: None,
            record: self.id(ambiguous.record),
            other: (!self.erased.has(ambiguous.first)).then(|| self.id(ambiguous.first)),
            score: None,
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
