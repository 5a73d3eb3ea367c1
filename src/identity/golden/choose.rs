//! Which of the known values of a person counts.
//!
//! After what `take` says, the more recent record wins, then the more trusted source, then the earlier one in record
//! order. So the choice depends only on the records, and never falls on an empty value while another is known.

use std::cmp::Ordering;

use super::super::records::UNKNOWN_DAY;
use super::members::Golden;
use crate::config::Take;

/// The record whose value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) record: u32,
    /// How many different values the records of the person have.
    pub(super) candidates: u32,
}

/// How good the record is: the least is the best.
type Rank = (i64, i64, u32, u32);

impl Golden {
    /// The choice for each attribute of a person; `None` where no record has a value.
    pub(super) fn choose(&self, members: &[u32], chosen: &mut Vec<Option<Chosen>>) {
        chosen.clear();
        for decision in self.layout.decisions() {
            match decision.len() {
                1 => chosen.push(self.alone(decision.start, members)),
                _ => self.together(decision, members, chosen),
            }
        }
    }

    /// The value of a record, if it is known.
    pub(super) fn value(&self, attribute: usize, record: u32) -> Option<&str> {
        self.attributes.value(attribute, self.row(record))
    }

    /// The day of a record that counts for such a choice.
    pub(super) fn day(&self, take: Take, record: u32) -> i32 {
        let row = self.row(record);
        match take {
            Take::First => self.records.known_from(record).unwrap_or(UNKNOWN_DAY),
            _ => self.attributes.since(row),
        }
    }

    fn row(&self, record: u32) -> u32 {
        self.records.row_of[record as usize]
    }

    fn rank(&self, take: Take, record: u32, value: &str) -> Rank {
        let row = self.row(record);
        let trust = self.trust.get(row as usize).copied().unwrap_or_default();
        let recent = -i64::from(self.attributes.since(row));
        match take {
            Take::MostRecent | Take::MostFrequent => (recent, 0, trust, record),
            // Unknown days are after all others.
            Take::First => (self.day(take, record).into(), 0, trust, record),
            Take::Longest => (-(value.chars().count() as i64), recent, trust, record),
            Take::MostTrusted => (trust.into(), recent, trust, record),
        }
    }

    fn alone(&self, attribute: usize, members: &[u32]) -> Option<Chosen> {
        let take = self.layout.attributes[attribute].take;
        if let [record] = members {
            return self.value(attribute, *record).map(|_| Chosen { record: *record, candidates: 1 });
        }
        let mut known: Vec<(&str, Rank)> = Vec::new();
        for record in members {
            let Some(value) = self.value(attribute, *record) else { continue };
            known.push((value, self.rank(take, *record, value)));
        }
        known.sort_unstable();
        let runs = known.chunk_by(|(left, _), (right, _)| left == right);
        let candidates = runs.clone().count() as u32;
        // The first of a run is the best record with the value.
        let better = |left: &&[(&str, Rank)], right: &&[(&str, Rank)]| -> Ordering {
            let by_count = if take == Take::MostFrequent { right.len().cmp(&left.len()) } else { Ordering::Equal };
            by_count.then_with(|| left.first().map(|(_, rank)| rank).cmp(&right.first().map(|(_, rank)| rank)))
        };
        let (_, rank) = runs.min_by(better)?.first()?;
        Some(Chosen { record: rank.3, candidates })
    }

    /// Attributes whose values come from one record: the best of those that know the first of them. What it lacks comes
    /// from the next best that agree with it in that attribute and contradict it in none.
    fn together(&self, attributes: std::ops::Range<usize>, members: &[u32], chosen: &mut Vec<Option<Chosen>>) {
        let take = self.layout.attributes[attributes.start].take;
        let first_known = |record: &u32| attributes.clone().find(|attribute| self.value(*attribute, *record).is_some());
        let Some(anchor) = members.iter().filter_map(first_known).min() else {
            chosen.extend(attributes.map(|_| None));
            return;
        };
        let known =
            members.iter().filter_map(|record| Some((self.rank(take, *record, self.value(anchor, *record)?), record)));
        let mut known: Vec<(Rank, &u32)> = known.collect();
        known.sort_unstable();
        let start = chosen.len();
        chosen.extend(attributes.clone().map(|_| None));
        for (_, record) in known {
            let own = attributes.clone().map(|attribute| self.value(attribute, *record));
            let so_far = &mut chosen[start..];
            let values = attributes
                .clone()
                .zip(&*so_far)
                .map(|(attribute, chosen)| chosen.as_ref().and_then(|chosen| self.value(attribute, chosen.record)));
            let agrees = values.zip(own.clone()).all(|(value, own)| match (value, own) {
                (Some(value), Some(own)) => is_same(value, own),
                _ => true,
            });
            if !agrees {
                continue;
            }
            for (chosen, _) in so_far.iter_mut().zip(own).filter(|(chosen, own)| chosen.is_none() && own.is_some()) {
                *chosen = Some(Chosen { record: *record, candidates: 0 });
            }
        }
        for (attribute, chosen) in attributes.zip(&mut chosen[start..]) {
            let Some(chosen) = chosen else { continue };
            let mut values: Vec<&str> = members.iter().filter_map(|record| self.value(attribute, *record)).collect();
            values.sort_unstable();
            values.dedup();
            chosen.candidates = values.len() as u32;
        }
    }
}

/// Equal but for case and spaces: `222 22` and `22222`.
fn is_same(left: &str, right: &str) -> bool {
    let letters = |text: &'_ str| -> String {
        text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
    };
    left == right || letters(left) == letters(right)
}
