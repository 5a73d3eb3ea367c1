//! Scored matching: finds records of one person that no exact rule links, because an address, a number, a name or a date
//! is mistyped. Runs after the exact rules, and only if the pipeline asks for it.
//!
//! The method is that of Fellegi and Sunter (A theory for record linkage, JASA 64, 1969), in the form that Splink
//! documents:
//!
//! 1. [`blocks`]: only pairs of records that agree in one of several blocking rules are compared.
//! 2. [`super::likeness`]: each attribute of a pair falls into a level, from equal to different. Unknown says nothing.
//! 3. [`model`]: a level has the weight `log2(m / u)`, where `m` is its share among pairs of one person and `u` among
//!    pairs of two persons. An equal value that is rare weighs more: `u` of an equal value is its share (the term
//!    frequency). The weight of a pair is the sum over its attributes, plus `log2(prior / (1 - prior))` for the share
//!    `prior` of pairs of one person among all pairs. The score is the probability `1 / (1 + 2^-weight)`.
//! 4. [`estimate`]: `u` is counted on random pairs, `m` is found by expectation and maximisation on the pairs of each
//!    blocking rule (Winkler, Using the EM algorithm for weight computation, 1988), `prior` by the same on all of them.
//! 5. [`merge`]: pairs from the highest score down become one person, unless something speaks against it.
//!
//! The result depends only on the set of records: pairs are drawn and sums are added in record order, and logarithms come
//! from libm.

mod blocks;
mod estimate;
mod merge;
mod model;
mod outcome;
#[cfg(test)]
mod tests;

pub(super) use blocks::value_of;
pub(super) use outcome::{Doubt, Outcome, Scored, Skipped};

use super::error::IdentityError;
use super::layout::Layout;
use super::persons::Persons;
use super::records::Records;
use super::scoring::Scoring;
use blocks::{Blocks, Pairs};
use model::Model;

/// The most pairs that are compared: 16 bytes each.
const MAX_PAIRS: u64 = 200_000_000;

/// Makes persons of the records that the exact rules left apart.
pub(super) fn score(
    layout: &Layout,
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
    let (links, blocked, review) = merge::merge(&model, layout, scoring, records, &pairs, persons);
    Ok(Outcome { links, blocked, review, skipped, pairs: compared })
}
