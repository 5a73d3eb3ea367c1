//! Scored matching: finds records of one person that no exact rule links, because an address, a number, a name or a date
//! is mistyped. Runs after the exact rules, and only if the pipeline asks for it.
//!
//! The method is that of Fellegi and Sunter (A theory for record linkage, JASA 64, 1969), in the form that Splink
//! documents:
//!
//! 1. [`blocks`]: only pairs of records that agree in one of several blocking rules are compared.
//! 2. [`likeness`]: each attribute of a pair falls into a level, from equal to different. Unknown is no evidence.
//! 3. [`model`]: a level has the weight `log2(m / u)`, where `m` is its share among pairs of one person and `u` among
//!    pairs of two persons. An equal value that is rare weighs more: `u` of an equal name is the share of that name (the
//!    term frequency). The weight of a pair is the sum over its attributes, plus `log2(prior / (1 - prior))` for the share
//!    `prior` of pairs of one person among all pairs. The score is the probability `1 / (1 + 2^-weight)`.
//! 4. [`estimate`]: `u` is counted on random pairs, `m` is found by expectation and maximisation on the pairs of each
//!    blocking rule (Winkler, Using the EM algorithm for weight computation, 1988), `prior` by the same on all of them.
//! 5. [`merge`]: pairs from the highest score down become one person, unless something speaks against it.
//!
//! The result depends only on the set of records: pairs are drawn and sums are added in record order, and logarithms come
//! from libm.

mod blocks;
mod estimate;
mod likeness;
mod merge;
mod model;
#[cfg(test)]
mod tests;

pub use blocks::{Block, BlockKey, Part};
pub use likeness::Likeness;

use hashbrown::HashMap;

use super::error::IdentityError;
use super::evidence::Cause;
use super::persons::Persons;
use super::records::Records;
use blocks::{Blocks, Pairs};
use model::Model;

/// The most comparisons: each level takes three bits of a pattern.
pub const MAX_COMPARISONS: usize = 10;
/// The most blocking rules: each is one bit of a pair.
pub const MAX_BLOCKS: usize = 16;
/// The most pairs that are compared: 16 bytes each.
const MAX_PAIRS: u64 = 200_000_000;

/// An attribute that is compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The key.
    pub name: String,
    /// Its values: a number of [`super::Layout::columns`].
    pub column: usize,
    /// How two values are compared.
    pub like: Likeness,
    /// Whether an equal value weighs more the rarer it is.
    pub frequency: bool,
    /// The weight of each level, equal first; `None` to estimate them.
    pub weights: Option<Vec<f64>>,
}

/// What scored matching is asked for.
#[derive(Debug, Clone)]
pub struct Scoring {
    /// Which pairs are compared.
    pub blocks: Vec<Block>,
    /// In what.
    pub comparisons: Vec<Comparison>,
    /// The share of pairs of one person among all pairs, if weights are given.
    pub prior: Option<f64>,
    /// From which score on two records are one person.
    pub merge: f64,
    /// From which score on somebody should look.
    pub review: f64,
    /// How many records may have a block's value before its pairs are not compared.
    pub max_block: u32,
}

/// Two records and the probability that they are one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scored {
    pub(super) earlier: u32,
    pub(super) later: u32,
    pub(super) score: f64,
}

/// Why a pair is left to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Its score is between the two thresholds.
    Between,
    /// Its score is high enough, but other records of the two persons do not fit each other.
    Chain,
}

/// A block whose pairs were not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Skipped {
    /// The blocking rule.
    pub(super) block: usize,
    pub(super) first: u32,
    pub(super) records: u32,
}

/// What scored matching did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// In the order in which they were made.
    pub(super) links: Vec<Scored>,
    pub(super) blocked: Vec<(Scored, Cause)>,
    pub(super) review: Vec<(Scored, Doubt)>,
    pub(super) skipped: Vec<Skipped>,
    /// How many pairs were compared.
    pub(super) pairs: u64,
}

impl Outcome {
    /// The score of each record that a scored link names: that of its best one.
    pub(super) fn scores(&self) -> HashMap<u32, f64> {
        let mut scores = HashMap::new();
        for link in &self.links {
            for record in [link.earlier, link.later] {
                scores.entry(record).or_insert(link.score);
            }
        }
        scores
    }
}

/// Makes persons of the records that the exact rules left apart.
pub(super) fn score(
    scoring: &Scoring,
    records: &Records,
    record_of: &[u32],
    persons: &mut Persons,
) -> Result<Outcome, IdentityError> {
    let mut blocks = Blocks::new(scoring, records);
    let skipped = blocks.skip(scoring.max_block);
    let found = blocks.pair_count();
    if found > MAX_PAIRS {
        return Err(IdentityError::TooManyPairs { found, limit: MAX_PAIRS });
    }
    let mut model = Model::new(scoring, records, record_of);
    let mut pairs = Pairs::default();
    blocks.each_pair(|earlier, later, blocks| {
        pairs.push(earlier, later, model.pattern(earlier, later), blocks);
    });
    drop(blocks);
    estimate::fit(&mut model, scoring, records, &pairs, persons)?;
    let compared = pairs.len() as u64;
    let (links, blocked, review) = merge::merge(&model, scoring, &pairs, persons);
    Ok(Outcome { links, blocked, review, skipped, pairs: compared })
}
