//! Equal texts as equal numbers: the values of a rule, the names, the birth dates.

use std::hash::BuildHasher;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::layout::Rule;
use super::records::NONE;
use super::text_column::TextColumn;

/// By record: the number of its text, [`NONE`] without one. Equal texts have equal numbers; which number says nothing.
pub(super) fn numbered(texts: &TextColumn, record_of: &[u32]) -> (Vec<u32>, u32) {
    let mut numbers = vec![NONE; record_of.len()];
    let hasher = DefaultHashBuilder::default();
    // Per distinct text: a row that has it, and its number. Space for all at once: growing would hash every text again.
    let mut known: HashTable<(u32, u32)> = HashTable::with_capacity(texts.valid_count());
    let mut count = 0;
    for (row, record) in (0..).zip(record_of) {
        let Some(text) = texts.key(row) else { continue };
        let same = |(first, _): &(u32, u32)| texts.text(*first) == text;
        let entry = known.entry(hasher.hash_one(text), same, |(first, _)| hasher.hash_one(texts.text(*first)));
        numbers[*record as usize] = match entry {
            Entry::Occupied(found) => found.get().1,
            Entry::Vacant(free) => {
                free.insert((row, count));
                count += 1;
                count - 1
            }
        };
    }
    (numbers, count)
}

/// The values of a rule that several records have.
pub(super) struct Values {
    /// By record: the number of its value; [`NONE`] if it has none, shares it with nobody, or the value links nobody.
    pub(super) of: Vec<u32>,
    /// By value: records that have it and do not attach.
    founders: Vec<u32>,
    /// How many distinct values there are, shared or not.
    pub(super) distinct: u32,
}

/// A value that links nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped {
    /// First of the records that have it.
    pub(super) first: u32,
    /// How many have it.
    pub(super) records: u32,
    /// Distinct names among them, and records without a name; `None` if names are not known.
    pub(super) names: Option<u32>,
}

impl Values {
    pub(super) fn new(texts: &TextColumn, record_of: &[u32], attaches: &[bool]) -> Self {
        let (mut of, distinct) = numbered(texts, record_of);
        let mut all = vec![0_u32; distinct as usize];
        let mut founding = vec![0_u32; distinct as usize];
        for (value, attaches) in of.iter().zip(attaches).filter(|(value, _)| **value != NONE) {
            all[*value as usize] += 1;
            founding[*value as usize] += u32::from(!attaches);
        }
        let mut founders = Vec::new();
        // From here on, `all` leads from the old number of a value to the new one.
        for (all, founding) in all.iter_mut().zip(&founding) {
            if *all > 1 && *founding > 0 {
                *all = founders.len() as u32;
                founders.push(*founding);
            } else {
                *all = NONE;
            }
        }
        for value in of.iter_mut().filter(|value| **value != NONE) {
            *value = all[*value as usize];
        }
        Self { of, founders, distinct }
    }

    /// How many values several records have.
    /// Takes the values of some records out.
    pub(super) fn without(&mut self, out: &[bool]) {
        for (value, _) in self.of.iter_mut().zip(out).filter(|(_, is_out)| **is_out) {
            *value = NONE;
        }
    }

    pub(super) fn count(&self) -> usize {
        self.founders.len()
    }

    /// Takes out the values that too many records have, in the order of their first records.
    pub(super) fn stop_shared(&mut self, rule: &Rule, names: Option<&[u32]>, attaches: &[bool]) -> Vec<Stopped> {
        let Some(most) = rule.max_records else { return Vec::new() };
        let is_suspect = |value: u32| value != NONE && self.founders[value as usize] > most;
        if !(0..self.founders.len() as u32).any(is_suspect) {
            return Vec::new();
        }
        let mut names_of: Vec<Option<u32>> = vec![None; self.founders.len()];
        if let Some(names) = names {
            let mut pairs: Vec<(u32, u32)> = Vec::new();
            for ((value, name), _) in self.of.iter().zip(names).zip(attaches).filter(|(_, attaches)| !**attaches) {
                if is_suspect(*value) {
                    pairs.push((*value, *name));
                }
            }
            pairs.sort_unstable();
            let mut last = None;
            for pair in pairs {
                let spread = names_of[pair.0 as usize].get_or_insert(0);
                // A record without a name may be anybody.
                *spread += u32::from(pair.1 == NONE || last != Some(pair));
                last = Some(pair);
            }
        }
        let is_stopped = |value: u32| {
            is_suspect(value)
                && match (names_of[value as usize], rule.max_names) {
                    (Some(names), Some(most)) => names > most,
                    _ => true,
                }
        };
        let mut found: Vec<Stopped> = Vec::new();
        let mut is_listed = vec![false; self.founders.len()];
        for (record, value) in (0..).zip(&self.of).filter(|(record, _)| !attaches[*record as usize]) {
            if is_stopped(*value) && !is_listed[*value as usize] {
                is_listed[*value as usize] = true;
                let (records, names) = (self.founders[*value as usize], names_of[*value as usize]);
                found.push(Stopped { first: record, records, names });
            }
        }
        for value in self.of.iter_mut().filter(|value| **value != NONE) {
            if is_listed[*value as usize] {
                *value = NONE;
            }
        }
        found
    }
}
