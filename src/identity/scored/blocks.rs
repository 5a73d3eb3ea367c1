//! Blocking: which pairs are compared. Two records are a pair if they agree in all parts of one blocking rule.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::super::layout::PARTS;
use super::super::records::{NONE, Records};
use super::super::scoring::{Block, BlockKey, Scoring};
use super::outcome::Skipped;

/// The values of the blocking rules.
pub(super) struct Blocks {
    /// By rule and record; [`NONE`] without one.
    of: Vec<Vec<u32>>,
    /// By rule: the records of each value that several have, in record order, one value after the other.
    groups: Vec<Vec<Vec<u32>>>,
}

impl Blocks {
    pub(super) fn new(scoring: &Scoring, records: &Records) -> Self {
        let (mut of, mut groups) = (Vec::new(), Vec::new());
        for block in &scoring.blocks {
            let (of_rule, of_groups) = numbered(block, records);
            of.push(of_rule);
            groups.push(of_groups);
        }
        Self { of, groups }
    }

    /// Takes out the values that more than `most` records have.
    pub(super) fn skip(&mut self, most: u32) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        for (block, groups) in self.groups.iter_mut().enumerate() {
            for group in groups.iter_mut().filter(|group| group.len() > most as usize) {
                for record in &*group {
                    self.of[block][*record as usize] = NONE;
                }
                let first = group.first().copied().unwrap_or(NONE);
                skipped.push(Skipped { block, first, records: group.len() as u32 });
                group.clear();
            }
        }
        skipped
    }

    /// An upper limit of the pairs.
    pub(super) fn pair_limit(&self) -> u64 {
        let pairs = |group: &Vec<u32>| (group.len() as u64) * (group.len() as u64).saturating_sub(1) / 2;
        self.groups.iter().flatten().map(pairs).sum()
    }

    /// Calls `each` once for each pair: the earlier record, the later one, and the rules in which they agree, as bits.
    pub(super) fn each_pair(&self, mut each: impl FnMut(u32, u32, u16)) {
        for (block, groups) in self.groups.iter().enumerate() {
            for group in groups {
                for (at, earlier) in group.iter().enumerate() {
                    for later in group.iter().skip(at + 1) {
                        let agree = self.agreement(*earlier, *later);
                        // The pair belongs to the first of its rules.
                        if agree.trailing_zeros() as usize == block {
                            each(*earlier, *later, agree);
                        }
                    }
                }
            }
        }
    }

    fn agreement(&self, left: u32, right: u32) -> u16 {
        self.of.iter().enumerate().fold(0, |agree, (block, of)| {
            let value = of[left as usize];
            agree | u16::from(value != NONE && value == of[right as usize]) << block
        })
    }
}

/// What a record has for a blocking rule; empty if it lacks a part.
pub(in crate::identity) fn value_of(block: &Block, records: &Records, record: u32) -> String {
    let part = |key: &BlockKey| records.value(key.column, record).and_then(|value| key.part.of(value));
    let parts: Option<Vec<Cow<'_, str>>> = block.keys.iter().map(part).collect();
    parts.unwrap_or_default().join(&String::from(PARTS))
}

/// By record: the number of its value. And the records of each value that several have.
fn numbered(block: &Block, records: &Records) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut known: HashMap<String, u32> = HashMap::new();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut of = vec![NONE; records.count() as usize];
    for record in (0..records.count()).filter(|record| !records.is_attached(*record)) {
        let text = value_of(block, records, record);
        if text.is_empty() {
            continue;
        }
        let number = match known.get(&text) {
            Some(number) => *number,
            None => {
                let number = groups.len() as u32;
                known.insert(text, number);
                groups.push(Vec::new());
                number
            }
        };
        of[record as usize] = number;
        groups[number as usize].push(record);
    }
    groups.retain(|group| group.len() > 1);
    (of, groups)
}

/// A pair of records that were compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) earlier: u32,
    pub(super) later: u32,
    /// The level of each comparison, three bits each.
    pub(super) pattern: u32,
    /// The blocking rules in which they agree, as bits.
    pub(super) blocks: u16,
}
