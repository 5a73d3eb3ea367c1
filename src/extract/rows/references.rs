//! References: which rows find their value in another source, and which do not.
//!
//! The other source's column is read beforehand into a set of hashes; rows are compared as they pass. Each loaded row is
//! counted once per reference: matched, unmatched, without a value, or not compared because the other extract is absent.

use std::sync::{Arc, OnceLock};

use hashbrown::HashTable;

use super::amount::Amount;
use super::likeness::Sample;
use super::typed::{CellValue, TypedCells};
use crate::source::Reference;

/// How many values that find no partner are named.
const NAMED: usize = 3;

/// The values of a column that others refer to: 64 bits of each one's hash. Among ten million values, the chance that a
/// missing one passes for one of them is one in a million million.
#[derive(Debug, Default)]
pub struct Referred {
    hashes: HashTable<u64>,
    sample: Sample,
    /// Whether the extract is one that the company may not have, and does not have: nothing is compared with it.
    is_absent: bool,
}

impl Referred {
    /// Adds values, of which `sample` is a sample.
    pub fn add(&mut self, hashes: &[u64], sample: Sample) {
        for hash in hashes {
            if let hashbrown::hash_table::Entry::Vacant(vacant) =
                self.hashes.entry(*hash, |other| other == hash, |other| *other)
            {
                vacant.insert(*hash);
            }
        }
        self.sample.merge(sample);
    }

    /// The values of a source that may be absent, and is if it has none.
    #[must_use]
    pub fn of_optional(mut self, is_optional: bool) -> Self {
        self.is_absent = is_optional && self.hashes.is_empty();
        self
    }

    /// A sample of the values.
    pub fn sample(&self) -> &Sample {
        &self.sample
    }

    fn contains(&self, value: CellValue<'_>) -> bool {
        let hash = short_hash(value);
        self.hashes.find(hash, |other| *other == hash).is_some()
    }

    fn memory_size(&self) -> usize {
        self.hashes.allocation_size()
    }
}

/// The hash of a value in [`Referred`].
pub(super) fn short_hash(value: CellValue<'_>) -> u64 {
    value.hash() as u64
}

/// A column whose values another source must contain.
#[derive(Debug)]
pub struct References {
    pub column: usize,
    /// The other column, and what happens to a value that it does not contain.
    pub target: Reference,
    /// The other column's values, once they have been read.
    pub values: OnceLock<Arc<Referred>>,
}

impl References {
    /// A promise before any row.
    pub fn new(column: usize, target: Reference) -> Self {
        Self { column, target, values: OnceLock::new() }
    }

    /// Whether a row's value is not in the other source.
    pub(super) fn is_missing(&self, cells: &(impl TypedCells + ?Sized), row: usize) -> bool {
        self.matched(cells, row) == Match::Unmatched
    }

    pub(super) fn matched(&self, cells: &(impl TypedCells + ?Sized), row: usize) -> Match {
        match (cells.value(self.column, row), self.values.get()) {
            (None, _) => Match::Empty,
            (Some(_), None) => Match::Unjudged,
            (Some(_), Some(known)) if known.is_absent => Match::Unjudged,
            (Some(value), Some(known)) if known.contains(value) => Match::Matched,
            (Some(_), Some(_)) => Match::Unmatched,
        }
    }

    /// Bytes it holds.
    pub(super) fn memory_size(&self) -> usize {
        self.values.get().map_or(0, |values| values.memory_size())
    }
}

/// What became of a row's reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// The other source has the value.
    Matched,
    /// It does not.
    Unmatched,
    /// The row has no value, or deletes its key.
    Empty,
    /// The other extract is absent.
    Unjudged,
}

/// Loaded rows and their amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub rows: u64,
    pub amount: Amount,
}

impl Part {
    /// Adds rows.
    pub fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.amount.add(other.amount);
    }
}

/// The rows of a source by what became of one of their references; `P` is the place of a row.
#[derive(Clone, Debug)]
pub struct MatchCount<P> {
    pub matched: Part,
    pub unmatched: Part,
    pub empty: Part,
    pub unjudged: Part,
    /// The first different values that found no partner.
    pub first: First<P>,
    /// A sample of them.
    pub sample: Sample,
}

impl<P> Default for MatchCount<P> {
    fn default() -> Self {
        Self {
            matched: Part::default(),
            unmatched: Part::default(),
            empty: Part::default(),
            unjudged: Part::default(),
            first: First(Vec::new()),
            sample: Sample::default(),
        }
    }
}

impl<P> MatchCount<P> {
    /// Counts a loaded row.
    pub(super) fn count(&mut self, matched: Match, amount: i128) {
        let part = match matched {
            Match::Matched => &mut self.matched,
            Match::Unmatched => &mut self.unmatched,
            Match::Empty => &mut self.empty,
            Match::Unjudged => &mut self.unjudged,
        };
        part.add(Part { rows: 1, amount: Amount { value: amount, saturated: false } });
    }
}

impl<P: Copy + Ord> MatchCount<P> {
    /// Adds other rows, whose places `place` translates.
    pub fn add<Q: Copy>(&mut self, other: MatchCount<Q>, place: impl Fn(Q) -> P) {
        self.matched.add(other.matched);
        self.unmatched.add(other.unmatched);
        self.empty.add(other.empty);
        self.unjudged.add(other.unjudged);
        for (at, value) in other.first.0 {
            self.first.add(place(at), value);
        }
        self.sample.merge(other.sample);
    }
}

impl MatchCount<u64> {
    /// Notes a value that found no partner; rows come in the order of their lines. Duplicates count too: which copy of a row
    /// is loaded may differ from run to run.
    pub(super) fn note(&mut self, value: CellValue<'_>, line: impl FnOnce() -> u64) {
        self.sample.add(value);
        if self.first.0.len() >= NAMED {
            return;
        }
        let shown = match value {
            CellValue::Text(text) => String::from_utf8_lossy(text).into_owned(),
            CellValue::Int(number) => number.to_string(),
            _ => String::new(),
        };
        if !self.first.0.iter().any(|(_, known)| *known == shown) {
            self.first.0.push((line(), shown));
        }
    }
}

/// The different values that come first, each with its first place, in the order of the places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First<P>(pub Vec<(P, String)>);

impl<P: Copy + Ord> First<P> {
    fn add(&mut self, place: P, value: String) {
        match self.0.iter_mut().find(|(_, known)| *known == value) {
            Some((first, _)) => *first = place.min(*first),
            None => self.0.push((place, value)),
        }
        self.0.sort();
        self.0.truncate(NAMED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::random::Random;

    #[test]
    fn the_first_values_do_not_depend_on_the_order() {
        let rows: Vec<(u64, String)> = (0..40).map(|line| (line, format!("K{}", line % 7))).collect();
        let mut random = Random(7);
        for _ in 0..200 {
            let mut shuffled = rows.clone();
            for at in (1..shuffled.len()).rev() {
                shuffled.swap(at, random.below(at + 1));
            }
            let mut first = First(Vec::new());
            shuffled.into_iter().for_each(|(place, value)| first.add(place, value));
            let expected: Vec<(u64, String)> = rows.iter().take(NAMED).cloned().collect();
            assert_eq!(first.0, expected);
        }
    }

    #[test]
    fn every_row_is_counted_once() {
        let mut count = MatchCount::<u64>::default();
        let all = [Match::Matched, Match::Unmatched, Match::Empty, Match::Unjudged, Match::Matched];
        for (matched, amount) in all.into_iter().zip([1, 2, 4, 8, 16]) {
            count.count(matched, amount);
        }
        let parts = [count.matched, count.unmatched, count.empty, count.unjudged];
        assert_eq!(parts.map(|part| part.rows), [2, 1, 1, 1]);
        assert_eq!(parts.map(|part| part.amount.value), [17, 2, 4, 8]);
    }
}
