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

use super::budget::Budget;
use super::error::IdentityError;
use super::layout::Layout;
use super::persons::Persons;
use super::records::Records;
use super::scoring::Scoring;
use blocks::{Blocks, Pair};
use model::Model;

/// The most pairs that are compared.
const MAX_PAIRS: u64 = 200_000_000;
/// While a blocking rule is numbered: its table of texts.
const BYTES_OF_NUMBERING: usize = 120;
/// A record of a blocking rule: its number, and its place in a group.
const BYTES_OF_BLOCK: usize = 4 + 4 + 12;
/// A record of a comparison: its number, and the share of its value.
const BYTES_OF_COMPARISON: usize = 4 + 8;

/// Upper limit of memory per record, without the pairs.
pub(super) fn bytes_per_record(scoring: &Scoring) -> usize {
    BYTES_OF_NUMBERING + scoring.blocks.len() * BYTES_OF_BLOCK + scoring.comparisons.len() * BYTES_OF_COMPARISON
}

/// Makes persons of the records that the exact rules left apart.
pub(super) fn score(
    layout: &Layout,
    scoring: &Scoring,
    records: &Records,
    record_of: &[u32],
    persons: &mut Persons,
    budget: &Budget,
) -> Result<Outcome, IdentityError> {
    let mut blocks = Blocks::new(scoring, records);
    let skipped = blocks.skip(scoring.max_block);
    let limit = blocks.pair_limit();
    if limit > MAX_PAIRS {
        return Err(IdentityError::TooManyPairs { found: limit, limit: MAX_PAIRS });
    }
    let mut compared = 0;
    blocks.each_pair(|_, _, _| compared += 1);
    let reserve = |bytes: usize| {
        let refused =
            |source| IdentityError::NoMemory { pairs: compared, mebibytes: (bytes as u64).div_ceil(1 << 20), source };
        budget(bytes).map_err(refused)
    };
    let of_pairs = compared as usize * size_of::<Pair>();
    reserve(of_pairs)?;
    let mut pairs = Vec::with_capacity(compared as usize);
    let mut model = Model::new(scoring, records, record_of);
    blocks.each_pair(|earlier, later, blocks| {
        pairs.push(Pair { earlier, later, pattern: model.pattern(earlier, later), blocks });
    });
    drop(blocks);
    estimate::fit(&mut model, scoring, records, &pairs, persons)?;
    let scored = merge::likely(&model, scoring, &pairs, persons);
    reserve(of_pairs + scored.capacity() * size_of::<Scored>())?;
    drop(pairs);
    let (links, blocked, review) = merge::merge(&model, layout, scoring, records, &scored, persons);
    Ok(Outcome { links, blocked, review, skipped, pairs: compared })
}
