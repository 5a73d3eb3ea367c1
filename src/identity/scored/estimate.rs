//! Estimates the weights: `u` on random pairs, `m` by expectation and maximisation on the pairs of each blocking rule.

use std::collections::BTreeMap;

use super::super::error::IdentityError;
use super::super::persons::Persons;
use super::super::records::Records;
use super::super::scoring::Scoring;
use super::blocks::Pair;
use super::model::{Model, level_of, probability};

/// Random pairs for `u`; fewer where nothing is optimised.
const SAMPLE: u64 = if cfg!(test) { 100_000 } else { 1_000_000 };
/// Steps of expectation and maximisation, at most.
const STEPS: usize = 300;
/// Change at which the estimate stands.
const STANDS: f64 = 1e-7;
/// Added to the count of each level, so that none has no chance at all.
const PSEUDO: f64 = 0.5;
/// Share of an attribute's pairs of one person that are equal, to begin with.
const EQUAL_AT_FIRST: f64 = 0.8;
/// Share of a block's pairs that are one person, to begin with.
const SHARE_AT_FIRST: f64 = 0.1;
/// Pairs of one person that an estimate needs.
const FEWEST: f64 = 10.0;

/// How many pairs have each pattern of levels.
type Patterns = BTreeMap<u32, u64>;
/// Per comparison and level.
type Shares = Vec<Vec<f64>>;

/// Estimates the weights that are not given, and the prior.
pub(super) fn fit(
    model: &mut Model<'_>,
    scoring: &Scoring,
    records: &Records,
    pairs: &[Pair],
    persons: &mut Persons,
) -> Result<(), IdentityError> {
    if scoring.prior.is_some() || pairs.is_empty() {
        return Ok(());
    }
    let founders: Vec<u32> = (0..records.count()).filter(|record| !records.is_attached(*record)).collect();
    let u = of_strangers(model, &founders, persons);
    let mut of_block: Vec<Patterns> = vec![Patterns::new(); scoring.blocks.len()];
    let mut of_all = Patterns::new();
    for pair in pairs {
        *of_all.entry(pair.pattern).or_default() += 1;
        for (block, patterns) in of_block.iter_mut().enumerate() {
            if pair.blocks & 1 << block != 0 {
                *patterns.entry(pair.pattern).or_default() += 1;
            }
        }
    }
    let m = of_persons(scoring, &of_block, &u)?;
    for (attribute, (m, u)) in model.attributes.iter_mut().zip(m.iter().zip(&u)) {
        attribute.weights = m.iter().zip(u).map(|(m, u)| libm::log2(m / u)).collect();
        if attribute.comparison.frequency {
            attribute.weights[0] = libm::log2(m[0]) - attribute.log_chance;
        }
    }
    model.prior = prior(model, &of_all, founders.len() as f64);
    Ok(())
}

/// `u`: the levels of random pairs that the exact rules did not link.
fn of_strangers(model: &Model<'_>, founders: &[u32], persons: &mut Persons) -> Shares {
    let mut counts: Shares = model.attributes.iter().map(|attribute| vec![PSEUDO; attribute.weights.len()]).collect();
    let mut add = |left: u32, right: u32| {
        if left == right || persons.find(left) == persons.find(right) {
            return;
        }
        let pattern = model.pattern(left, right);
        for (number, counts) in counts.iter_mut().enumerate() {
            if let Some(count) = level_of(pattern, number).checked_sub(1) {
                counts[count] += 1.0;
            }
        }
    };
    let count = founders.len() as u64;
    if count * count.saturating_sub(1) / 2 <= SAMPLE {
        for (at, left) in founders.iter().enumerate() {
            founders.iter().skip(at + 1).for_each(|right| add(*left, *right));
        }
    } else {
        for number in 0..SAMPLE {
            let draw = |number: u64| founders[(scattered(number) % count) as usize];
            add(draw(2 * number), draw(2 * number + 1));
        }
    }
    shares(counts)
}

/// A number that looks random, the same in every run: the output function of SplitMix64.
pub(super) fn scattered(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

fn shares(counts: Shares) -> Shares {
    counts
        .into_iter()
        .map(|counts| {
            let sum: f64 = counts.iter().sum();
            counts.iter().map(|count| count / sum).collect()
        })
        .collect()
}

/// `m`: the levels of pairs of one person. Each blocking rule estimates those attributes that it does not look at: of the
/// others, its pairs are equal in any case.
fn of_persons(scoring: &Scoring, of_block: &[Patterns], u: &Shares) -> Result<Shares, IdentityError> {
    let mut counts: Shares = u.iter().map(|u| vec![0.0; u.len()]).collect();
    for (block, patterns) in scoring.blocks.iter().zip(of_block) {
        let is_open = |number: &usize| {
            let column = scoring.comparisons[*number].column;
            !block.keys.iter().any(|key| key.column == column)
        };
        let open: Vec<usize> = (0..u.len()).filter(is_open).collect();
        for (number, found) in open.iter().zip(maximised(&open, patterns, u)) {
            counts[*number].iter_mut().zip(found).for_each(|(count, found)| *count += found);
        }
    }
    for (comparison, counts) in scoring.comparisons.iter().zip(&counts) {
        let found: f64 = counts.iter().sum();
        if found < FEWEST {
            let key = comparison.name.clone();
            return Err(IdentityError::TooFewMatches { key, found: found as u32, needed: FEWEST as u32 });
        }
    }
    counts.iter_mut().flatten().for_each(|count| *count += PSEUDO);
    Ok(shares(counts))
}

/// The levels of a block's pairs of one person, as expected counts, for each of the attributes `open`.
fn maximised(open: &[usize], patterns: &Patterns, u: &Shares) -> Shares {
    let mut m: Shares = open.iter().map(|number| at_first(u[*number].len())).collect();
    let mut share = SHARE_AT_FIRST;
    let pairs: f64 = patterns.values().map(|count| *count as f64).sum();
    let mut counts: Shares = Vec::new();
    for _ in 0..STEPS {
        counts = m.iter().map(|m| vec![0.0; m.len()]).collect();
        let mut of_one = 0.0;
        for (pattern, count) in patterns {
            let mut odds = share / (1.0 - share);
            for (m, number) in m.iter().zip(open) {
                if let Some(level) = level_of(*pattern, *number).checked_sub(1) {
                    odds *= m[level] / u[*number][level];
                }
            }
            let expected = *count as f64 * odds / (1.0 + odds);
            of_one += expected;
            for (counts, number) in counts.iter_mut().zip(open) {
                if let Some(level) = level_of(*pattern, *number).checked_sub(1) {
                    counts[level] += expected;
                }
            }
        }
        let next = (of_one / pairs.max(1.0)).clamp(1e-9, 1.0 - 1e-9);
        let smooth = |counts: &Vec<f64>| counts.iter().map(|count| count + PSEUDO).collect::<Vec<f64>>();
        let found = shares(counts.iter().map(smooth).collect());
        let of_m = found.iter().flatten().zip(m.iter().flatten()).map(|(new, old)| (new - old).abs());
        let change = of_m.fold((next - share).abs(), f64::max);
        (share, m) = (next, found);
        if change < STANDS {
            break;
        }
    }
    counts
}

fn at_first(levels: usize) -> Vec<f64> {
    let others = (1.0 - EQUAL_AT_FIRST) / (levels - 1) as f64;
    (0..levels).map(|level| if level == 0 { EQUAL_AT_FIRST } else { others }).collect()
}

/// The weight of the share of pairs of one person among all pairs. Pairs that share no block count as two persons.
fn prior(model: &Model<'_>, patterns: &Patterns, founders: f64) -> f64 {
    let all = founders * (founders - 1.0) / 2.0;
    let weighed: Vec<(f64, f64)> = patterns
        .iter()
        .map(|(pattern, count)| {
            let weigh = |(number, attribute): (usize, &super::model::Attribute<'_>)| {
                level_of(*pattern, number).checked_sub(1).map_or(0.0, |level| attribute.weights[level])
            };
            (model.attributes.iter().enumerate().map(weigh).sum(), *count as f64)
        })
        .collect();
    let mut prior = libm::log2(FEWEST / all);
    for _ in 0..STEPS {
        let of_one: f64 = weighed.iter().map(|(weight, count)| count * probability(prior + weight)).sum();
        let share = (of_one / all).clamp(f64::MIN_POSITIVE, 0.5);
        let next = libm::log2(share / (1.0 - share));
        let change = (next - prior).abs();
        prior = next;
        if change < STANDS {
            break;
        }
    }
    prior
}
