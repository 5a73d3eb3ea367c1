//! The weights, and what two records weigh.

use super::super::records::{NONE, Records};
use super::super::scoring::{Comparison, Scoring};
use super::super::values;

/// Bits of a level in a pattern.
const LEVEL_BITS: usize = 3;
/// Picks one.
const LEVEL_MASK: u32 = (1 << LEVEL_BITS) - 1;

/// The level of a comparison in a pattern; 0: unknown.
pub(super) fn level_of(pattern: u32, comparison: usize) -> usize {
    (pattern >> (comparison * LEVEL_BITS) & LEVEL_MASK) as usize
}

/// An attribute of all records.
pub(super) struct Attribute<'a> {
    pub(super) comparison: &'a Comparison,
    /// By record: the number of its value; [`NONE`] if unknown.
    of: Vec<u32>,
    /// By value: its share, as a power of two; empty if frequencies do not matter.
    log_shares: Vec<f64>,
    /// The chance that two records have one value, as a power of two, if frequencies matter.
    pub(super) log_chance: f64,
    /// The weight of each level.
    pub(super) weights: Vec<f64>,
}

/// The weights, once they are estimated.
pub(super) struct Model<'a> {
    records: &'a Records,
    pub(super) attributes: Vec<Attribute<'a>>,
    /// `log2(prior / (1 - prior))`.
    pub(super) prior: f64,
}

impl<'a> Model<'a> {
    /// With the weights that are given, zero for the others.
    pub(super) fn new(scoring: &'a Scoring, records: &'a Records, record_of: &[u32]) -> Self {
        let attributes = scoring.comparisons.iter().map(|comparison| Attribute::new(comparison, records, record_of));
        let prior = scoring.prior.map_or(0.0, |prior| libm::log2(prior / (1.0 - prior)));
        Self { records, attributes: attributes.collect(), prior }
    }

    /// The level of each comparison.
    pub(super) fn pattern(&self, left: u32, right: u32) -> u32 {
        self.attributes.iter().enumerate().fold(0, |pattern, (number, attribute)| {
            pattern | attribute.level(self.records, left, right) << (number * LEVEL_BITS)
        })
    }

    /// What the attributes of two records weigh together, without the prior.
    pub(super) fn evidence(&self, left: u32, right: u32, pattern: u32) -> f64 {
        let weigh = |(number, attribute): (usize, &Attribute<'_>)| match level_of(pattern, number) {
            0 => 0.0,
            1 => attribute.weights[0] + attribute.rarity(left, right),
            level => attribute.weights[level - 1],
        };
        self.attributes.iter().enumerate().map(weigh).sum()
    }

    /// The probability that two records are one person.
    pub(super) fn score(&self, left: u32, right: u32, pattern: u32) -> f64 {
        probability(self.prior + self.evidence(left, right, pattern))
    }
}

/// The probability of a weight.
pub(super) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + libm::exp2(-weight))
}

impl<'a> Attribute<'a> {
    fn new(comparison: &'a Comparison, records: &Records, record_of: &[u32]) -> Self {
        let texts = &records.columns[comparison.column];
        let (of, distinct) = values::numbered(texts, record_of);
        let levels = comparison.like.levels().len();
        let weights = comparison.weights.clone().unwrap_or_else(|| vec![0.0; levels]);
        let (mut log_shares, mut log_chance) = (Vec::new(), 0.0);
        if comparison.frequency {
            let mut counts = vec![0_u32; distinct as usize];
            let founders = of.iter().zip(&records.attaches).filter(|(value, attaches)| **value != NONE && !**attaches);
            for (value, _) in founders {
                counts[*value as usize] += 1;
            }
            let known: f64 = counts.iter().map(|count| f64::from(*count)).sum();
            // In order of size: the numbers of values depend on the order of rows.
            let mut sizes = counts.clone();
            sizes.sort_unstable();
            let pairs: f64 = sizes.iter().map(|count| f64::from(*count) * f64::from(count.saturating_sub(1))).sum();
            if known > 1.0 {
                log_chance = libm::log2(pairs.max(1.0) / (known * (known - 1.0)));
                // Of the other records. A value that two records have is one that one other has.
                let share = |count: &u32| libm::log2(f64::from(count.saturating_sub(1).max(1)) / (known - 1.0));
                log_shares = counts.iter().map(share).collect();
            }
        }
        Self { comparison, of, log_shares, log_chance, weights }
    }

    fn level(&self, records: &Records, left: u32, right: u32) -> u32 {
        let (first, second) = (self.of[left as usize], self.of[right as usize]);
        if first == NONE || second == NONE {
            return 0;
        }
        if first == second {
            return 1;
        }
        let value = |record: u32| records.value(self.comparison.column, record).unwrap_or_default();
        self.comparison.like.level(value(left), value(right))
    }

    /// How much more an equal value weighs than any equal value.
    fn rarity(&self, left: u32, right: u32) -> f64 {
        let value = self.of[left.min(right) as usize];
        self.log_shares.get(value as usize).map_or(0.0, |share| self.log_chance - share)
    }
}
