//! What a run says about its persons: counts for the documents, and a sentence about each kind of value, record or
//! decision that the rules did not take as it is. No sentence has a personal value.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use serde::Serialize;

use super::erasures::Outcome;
use super::evidence::Cause;
use super::identities::Identities;
use super::layout::{OVERRIDE, SCORED};
use super::overrides::Override;
use super::records::UNKNOWN_DAY;
use super::resolution::Resolution;
use super::tables::{Output, RuleCounts};
use crate::identifying::shown_or_withheld;
use crate::words::counted;

/// What counts as a placeholder among the reasons of values that are not valid.
const PLACEHOLDER: &str = "a placeholder";

const MICROS_OF_A_DAY: i64 = 86_400_000_000;

/// Counts of a resolution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Source records that are left after erasures.
    pub records: u64,
    pub persons: u64,
    /// Links between records by rule.
    pub links: BTreeMap<String, u64>,
    /// Values that cannot be a key, by key and reason.
    pub rejected_values: BTreeMap<String, BTreeMap<String, u64>>,
    /// Those of them that are placeholders.
    pub placeholders: u64,
    /// Values that too many records have, and those records.
    pub guarded_values: u64,
    pub guarded_records: u64,
    /// Pairs of records with an equal value, or a score, that something keeps apart.
    pub conflicts: u64,
    /// Records that attach and whose value leads to several persons.
    pub ambiguous: u64,
    /// Pairs whose score asks for a decision.
    pub doubtful_pairs: u64,
    /// Erasure requests that erase nobody.
    pub open_requests: u64,
    pub decisions: DecisionFacts,
}

/// What became of the decisions of analysts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionFacts {
    /// Pairs of records about which one counts.
    pub applied: u64,
    /// Replaced by a later one that says the opposite.
    pub superseded: u64,
    /// Made after the as-of day, and applied.
    pub applied_after_as_of: u64,
    /// Made after the as-of day, and left out.
    pub left_out_after_as_of: u64,
    /// About a record that does not exist.
    pub unknown_record: u64,
    /// About two records that only attach.
    pub only_attached: u64,
}

/// Something that a run says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub text: String,
    /// The table that lists such cases: a pipeline that reads it sees them there.
    pub lists: Option<Output>,
    /// The ids of the decision that it is about.
    pub decision: Option<[String; 2]>,
    /// Something to know, and nothing to do about.
    pub is_note: bool,
}

impl Finding {
    fn listed(text: String) -> Self {
        Self { text, lists: Some(Output::Review), decision: None, is_note: false }
    }
}

/// Counts of a resolution.
pub fn facts(identities: &Identities, resolution: &Resolution) -> Facts {
    let layout = resolution.layout();
    let name = |rule: u8| layout.rules.get(usize::from(rule)).map_or(OVERRIDE, |rule| &rule.name);
    let mut links: BTreeMap<String, u64> = BTreeMap::new();
    for link in &resolution.matched.links {
        count(&mut links, name(link.rule), 1);
    }
    if !resolution.scored.links.is_empty() {
        links.insert(SCORED.to_owned(), resolution.scored.links.len() as u64);
    }
    let mut rejected: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for batch in &resolution.rejects {
        let text = |name: &str| batch.column_by_name(name).filter(|column| *column.data_type() == DataType::Utf8);
        let (Some(keys), Some(reasons)) = (text("key"), text("reason")) else { continue };
        let (keys, reasons) = (keys.as_string::<i32>(), reasons.as_string::<i32>());
        for row in (0..batch.num_rows()).filter(|row| keys.is_valid(*row) && reasons.is_valid(*row)) {
            match rejected.get_mut(keys.value(row)) {
                Some(of_key) => count(of_key, reasons.value(row), 1),
                None => {
                    let of_key = BTreeMap::from([(reasons.value(row).to_owned(), 1)]);
                    rejected.insert(keys.value(row).to_owned(), of_key);
                }
            }
        }
    }
    let reasons = rejected.values().flatten();
    let placeholders = reasons.filter(|(reason, _)| reason.starts_with(PLACEHOLDER)).map(|(_, values)| values).sum();
    let scored = &resolution.scored;
    let of_rules = |of: fn(&RuleCounts) -> u64| resolution.counts.iter().map(of).sum::<u64>();
    let unapplied = &resolution.unapplied;
    Facts {
        records: identities.record_count() as u64,
        persons: identities.keys().person_count().into(),
        links,
        placeholders,
        rejected_values: rejected,
        guarded_values: of_rules(|counts| counts.values_stopped) + scored.skipped.len() as u64,
        guarded_records: of_rules(|counts| counts.records_stopped)
            + scored.skipped.iter().map(|skipped| u64::from(skipped.records)).sum::<u64>(),
        conflicts: of_rules(|counts| counts.conflicts)
            + scored.blocked.iter().filter(|(_, cause)| *cause != Cause::Override).count() as u64,
        ambiguous: of_rules(|counts| counts.ambiguous),
        doubtful_pairs: scored.review.len() as u64,
        open_requests: resolution.erased.requests.iter().filter(|request| request.outcome != Outcome::Erased).count()
            as u64,
        decisions: DecisionFacts {
            applied: unapplied.applied,
            superseded: unapplied.superseded,
            applied_after_as_of: unapplied.held.len() as u64,
            left_out_after_as_of: unapplied.later.len() as u64,
            unknown_record: unapplied.unknown.len() as u64,
            only_attached: unapplied.attached.len() as u64,
        },
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    match counts.get_mut(name) {
        Some(found) => *found += more,
        None => drop(counts.insert(name.to_owned(), more)),
    }
}

/// Says what was found. Ids of records are not shown if they are personal.
pub struct Findings<'a> {
    resolution: &'a Resolution,
    shows_ids: bool,
    now: i64,
}

impl<'a> Findings<'a> {
    /// What was found in a resolution. `now` is in microseconds.
    pub fn new(resolution: &'a Resolution, shows_ids: bool, now: i64) -> Self {
        Self { resolution, shows_ids, now }
    }

    /// A sentence for each kind of case.
    pub fn all(&self) -> Vec<Finding> {
        let mut found = self.of_rules();
        found.extend(self.of_scored());
        found.extend(self.of_decisions());
        let today = self.now.div_euclid(MICROS_OF_A_DAY);
        let is_future = |day: i32| day != UNKNOWN_DAY && i64::from(day) > today;
        let future = self.resolution.erased.requests.iter().filter(|request| is_future(request.day)).count() as u64;
        if future > 0 {
            let requests = counted(future, "request");
            let text =
                format!("identity: {requests} to be forgotten counted although the day is still to come: correct it");
            found.push(Finding { lists: None, ..Finding::listed(text) });
        }
        found
    }

    fn of_rules(&self) -> Vec<Finding> {
        let resolution = self.resolution;
        let mut found = Vec::new();
        for ((number, rule), counts) in (0_u8..).zip(&resolution.layout.rules).zip(&resolution.counts) {
            let name = &rule.name;
            if counts.values_stopped > 0 {
                let first = resolution.stopped.iter().filter(|(of, _)| *of == number).map(|(_, stopped)| stopped.first);
                found.push(Finding::listed(format!(
                    "identity: {} of the rule `{name}`, which {} have, {} nobody: more records have the value than a \
                     person has{}",
                    counted(counts.values_stopped, "value"),
                    counted(counts.records_stopped, "record"),
                    verb(counts.values_stopped, "links", "link"),
                    self.first(first)
                )));
            }
            let blocked = || resolution.matched.blocked.iter().filter(|blocked| blocked.is_open());
            let mut causes: BTreeMap<Cause, u64> = BTreeMap::new();
            blocked().filter(|blocked| blocked.link.rule == number).for_each(|blocked| {
                *causes.entry(blocked.cause).or_default() += 1;
            });
            for (cause, pairs) in causes {
                let of = blocked().filter(|blocked| blocked.link.rule == number && blocked.cause == cause);
                found.push(Finding::listed(format!(
                    "identity: {} with an equal value of the rule `{name}` {} apart: {}{}",
                    counted(pairs, "pair"),
                    verb(pairs, "stays", "stay"),
                    resolution.reason(cause),
                    self.first_pair(of.map(|blocked| (blocked.link.earlier, blocked.link.later)))
                )));
            }
            if counts.ambiguous > 0 {
                let of = resolution.ambiguous.iter().filter(|ambiguous| ambiguous.rule == number);
                found.push(Finding::listed(format!(
                    "identity: {} may belong to several persons by the rule `{name}`, and {} to none of them by it{}",
                    counted(counts.ambiguous, "attached record"),
                    verb(counts.ambiguous, "belongs", "belong"),
                    self.first(of.map(|ambiguous| ambiguous.record))
                )));
            }
        }
        found
    }

    fn of_scored(&self) -> Vec<Finding> {
        let scored = &self.resolution.scored;
        let mut found = Vec::new();
        let doubtful = scored.review.len() as u64;
        if doubtful > 0 {
            let pairs = scored.review.iter().map(|(pair, _)| (pair.earlier, pair.later));
            found.push(Finding::listed(format!(
                "identity: {} {} a score that asks for a decision{}",
                counted(doubtful, "pair"),
                verb(doubtful, "has", "have"),
                self.first_pair(pairs)
            )));
        }
        let blocked = || scored.blocked.iter().filter(|(_, cause)| *cause != Cause::Override);
        let apart = blocked().count() as u64;
        if apart > 0 {
            found.push(Finding::listed(format!(
                "identity: {} with a high score {} apart, because their values contradict each other{}",
                counted(apart, "pair"),
                verb(apart, "stays", "stay"),
                self.first_pair(blocked().map(|(pair, _)| (pair.earlier, pair.later)))
            )));
        }
        let skipped = scored.skipped.len() as u64;
        if skipped > 0 {
            let records = scored.skipped.iter().map(|skipped| u64::from(skipped.records)).sum();
            found.push(Finding::listed(format!(
                "identity: scored matching does not compare {}, in which {} agree: more than `max_block`{}",
                counted(skipped, "block"),
                counted(records, "record"),
                self.first(scored.skipped.iter().map(|skipped| skipped.first))
            )));
        }
        found
    }

    fn of_decisions(&self) -> Vec<Finding> {
        let unapplied = &self.resolution.unapplied;
        let mut found = Vec::new();
        // Ids that erasure requests name and no record has: the decision was about somebody who is forgotten.
        let forgotten: Vec<&str> = self.resolution.erased.rows.iter().filter_map(|row| row.id.as_deref()).collect();
        let is_known =
            |decision: &&Override| !forgotten.contains(&&*decision.left.1) && !forgotten.contains(&&*decision.right.1);
        let mut about = |decisions: &[Override], lists: Option<Output>, is_note: bool, text: &str| {
            if decisions.is_empty() {
                return;
            }
            let first = decisions.iter().find(is_known);
            let text = text.replace("{}", &counted(decisions.len() as u64, "decision"));
            let pair = first.map_or_else(String::new, |first| {
                let [left, right] = [&first.left, &first.right].map(|id| self.shown((&id.0, &id.1)));
                format!("; first: {left} and {right}")
            });
            let decision = first.map(|first| [first.left.1.clone(), first.right.1.clone()]);
            found.push(Finding { text: format!("identity: {text}{pair}"), lists, decision, is_note });
        };
        about(
            &unapplied.later,
            None,
            false,
            "{} of `overrides` from after the as-of day not applied: a run without --as-of, or of a later day, has them",
        );
        let is_future = |decision: &&Override| decision.at.is_some_and(|at| at > self.now);
        let (future, held): (Vec<&Override>, Vec<&Override>) = unapplied.held.iter().partition(is_future);
        let owned = |decisions: Vec<&Override>| -> Vec<Override> { decisions.into_iter().cloned().collect() };
        about(&owned(held), None, true, "{} of `overrides` from after the as-of day applied");
        about(&owned(future), None, false, "{} of `overrides` applied although the time is still to come: correct it");
        about(
            &unapplied.unknown,
            Some(Output::Review),
            false,
            "{} of `overrides` not applied: no record has one of the two ids; correct it, or take the row out",
        );
        let attached = unapplied.attached.len() as u64;
        if attached > 0 {
            found.push(Finding::listed(format!(
                "identity: {} of `overrides` not applied: neither record founds a person{}",
                counted(attached, "decision"),
                self.first_pair(unapplied.attached.iter().copied())
            )));
        }
        found
    }

    /// The first record that is not erased.
    fn first(&self, records: impl Iterator<Item = u32>) -> String {
        let first = records.into_iter().find(|record| !self.resolution.erased.has(*record));
        first.map_or_else(String::new, |record| format!("; first: {}", self.shown(self.resolution.id(record))))
    }

    fn first_pair(&self, mut pairs: impl Iterator<Item = (u32, u32)>) -> String {
        let erased = &self.resolution.erased;
        let first = pairs.find(|(earlier, later)| !erased.has(*earlier) && !erased.has(*later));
        first.map_or_else(String::new, |(earlier, later)| {
            let [one, other] = [later, earlier].map(|record| self.shown(self.resolution.id(record)));
            format!("; first: {one} and {other}")
        })
    }

    fn shown(&self, (source, source_id): (&str, &str)) -> String {
        match self.shows_ids {
            true => format!("{source} {}", shown_or_withheld(source_id)),
            false => format!("a record of {source}"),
        }
    }
}

fn verb(number: u64, one: &'static str, several: &'static str) -> &'static str {
    if number == 1 { one } else { several }
}
