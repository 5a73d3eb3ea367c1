//! Equal texts as equal numbers: the values of a rule, the names, the birth dates.

use std::hash::BuildHasher;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::layout::Rule;
use super::records::NONE;
use super::text_column::TextColumn;
use super::unrelated;

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

/// Why a value links nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crowd {
    /// More records have it than the rule allows.
    Records,
    /// Its records have clearly different names.
    Strangers,
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
    /// Why.
    pub(super) crowd: Crowd,
}

/// The names of the records.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    /// By record: the number of its name; [`NONE`] without one.
    pub(super) of: &'a [u32],
    /// By row.
    pub(super) texts: &'a TextColumn,
    /// By record: its row.
    pub(super) row_of: &'a [u32],
}

impl<'a> Names<'a> {
    fn text(&self, record: u32) -> &'a str {
        self.texts.text(self.row_of[record as usize])
    }
}

/// A couple's address is one person's: only more clearly different names than this are strangers', for any rule.
const COUPLE: u32 = 2;

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

    /// Takes out the values that too many records have, or records of clearly different names, in the order of their first
    /// records.
    pub(super) fn stop_shared(&mut self, rule: &Rule, names: Option<Names<'_>>, attaches: &[bool]) -> Vec<Stopped> {
        let Some(most) = rule.max_records else { return Vec::new() };
        // Fewer records have too few names.
        let least = match (names, rule.max_names) {
            (Some(_), Some(most_names)) => most.min(most_names.max(COUPLE)),
            _ => most,
        };
        let is_suspect = |value: u32| value != NONE && self.founders[value as usize] > least;
        if !(0..self.founders.len() as u32).any(is_suspect) {
            return Vec::new();
        }
        let stopped_of = match names {
            Some(names) => self.crowds(rule, most, names, attaches, is_suspect),
            None => {
                let suspects = (0..self.founders.len() as u32).filter(|value| is_suspect(*value));
                suspects.map(|value| (value, (None, Crowd::Records))).collect()
            }
        };
        if stopped_of.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Stopped> = Vec::new();
        let mut is_listed = vec![false; self.founders.len()];
        for (record, value) in (0..).zip(&self.of).filter(|(record, _)| !attaches[*record as usize]) {
            if *value == NONE || is_listed[*value as usize] {
                continue;
            }
            if let Some((names, crowd)) = stopped_of.get(value) {
                is_listed[*value as usize] = true;
                let records = self.founders[*value as usize];
                found.push(Stopped { first: record, records, names: *names, crowd: *crowd });
            }
        }
        for value in self.of.iter_mut().filter(|value| **value != NONE) {
            if is_listed[*value as usize] {
                *value = NONE;
            }
        }
        found
    }

    /// The suspect values that link nobody, with the number of names and why.
    fn crowds(
        &self,
        rule: &Rule,
        most: u32,
        names: Names<'_>,
        attaches: &[bool],
        is_suspect: impl Fn(u32) -> bool,
    ) -> HashMap<u32, (Option<u32>, Crowd)> {
        // Value, name and record.
        let mut having: Vec<(u32, u32, u32)> = Vec::new();
        for (record, value) in (0..).zip(&self.of).filter(|(record, _)| !attaches[*record as usize]) {
            if is_suspect(*value) {
                having.push((*value, names.of[record as usize], record));
            }
        }
        having.sort_unstable();
        let mut stopped = HashMap::new();
        let mut texts: Vec<&str> = Vec::new();
        for of_value in having.chunk_by(|left, right| left.0 == right.0) {
            let Some((value, ..)) = of_value.first() else { continue };
            let distinct = of_value.chunk_by(|left, right| left.1 == right.1);
            let named = distinct.filter_map(|of_name| of_name.first()).filter(|(_, name, _)| *name != NONE);
            texts.clear();
            texts.extend(named.map(|(.., record)| names.text(*record)));
            // A record without a name may be anybody.
            let unnamed = of_value.iter().filter(|(_, name, _)| *name == NONE).count();
            let spread = (texts.len() + unnamed) as u32;
            let is_crowded = of_value.len() > most as usize && rule.max_names.is_none_or(|most| spread > most);
            let are_strangers = || {
                let most = rule.max_names.map(|most| most.max(COUPLE));
                most.is_some_and(|most| texts.len() > most as usize && unrelated::groups(&texts) > most)
            };
            if is_crowded {
                stopped.insert(*value, (Some(spread), Crowd::Records));
            } else if are_strangers() {
                stopped.insert(*value, (Some(spread), Crowd::Strangers));
            }
        }
        stopped
    }
}
