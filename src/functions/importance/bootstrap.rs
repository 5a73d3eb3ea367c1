//! Resampling: how far importance would have moved with other respondents, and whether it is more than noise has.
//!
//! **Units.** Up to [`MOST_ROWS`] responses are resampled one by one. More are put at random into [`GROUPS`] groups of
//! equal size, and the groups are resampled through their sums. Groups of independent responses are independent, and a
//! sum of n resampled groups has the variance of a sum of resampled responses, so intervals keep their width (the
//! variance is estimated from 1,000 groups, with a standard error of some 4.5 %), while a replicate costs as much for a
//! million responses as for a thousand.
//!
//! **Noise.** After Tonidandel, LeBreton & Johnson (Psychological Methods 14(4), 2009) a random variable that has
//! nothing to do with anything joins the drivers, and a driver counts as significant where the interval of (its
//! importance - the noise's) lies above 0. Importance is never negative, so it always is a little more than 0; a noise
//! variable is so by as much as a driver without effect. That holds only if it is as sparse: each driver is compared with
//! noise that is missing where the driver is, in an analysis of its own. Drivers missing together share one.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use super::super::numeric::ln;
use super::decomposition::{johnson, lmg};
use super::matrix::Matrix;
use super::moments::{Correlations, Layout, Pattern};
use super::pool;

/// Most responses that are resampled one by one.
pub(super) const MOST_ROWS: usize = 2_000;
/// Groups of more responses.
pub(super) const GROUPS: usize = 1_000;
/// Most drivers whose sets are all looked at.
pub(super) const MOST_FOR_LMG: usize = 15;

/// What one replicate found, by driver.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Replicate {
    /// Importance: LMG up to [`MOST_FOR_LMG`] drivers, Johnson's weight above.
    pub(super) importance: Vec<f64>,
    /// Johnson's weight of the driver less that of its noise.
    pub(super) beyond_noise: Vec<f64>,
}

/// A generator for one purpose of one call.
fn generator(seed: u64, purpose: u64) -> Xoshiro256PlusPlus {
    // The odd constant of SplitMix64 keeps purposes of neighbouring seeds apart.
    Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_add(purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// A number below `end`, each equally likely to 1 in 2^32.
fn below(generator: &mut Xoshiro256PlusPlus, end: usize) -> usize {
    ((u128::from(generator.next_u64()) * end as u128) >> 64) as usize
}

/// Standard normal numbers (Marsaglia's polar method).
pub(super) fn noise(seed: u64, count: usize) -> Vec<f64> {
    let mut generator = generator(seed, 1);
    let mut uniform = || (generator.next_u64() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
    let mut numbers = Vec::with_capacity(count + 1);
    while numbers.len() < count {
        let (x, y) = (uniform(), uniform());
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            let factor = (-2.0 * ln(square) / square).sqrt();
            numbers.extend([x * factor, y * factor]);
        }
    }
    numbers.truncate(count);
    numbers
}

/// The unit that each of `rows` rows belongs to, and how many units there are.
pub(super) fn units(seed: u64, rows: usize) -> (Vec<usize>, usize) {
    if rows <= MOST_ROWS {
        return ((0..rows).collect(), rows);
    }
    let mut generator = generator(seed, 2);
    let mut units: Vec<usize> = (0..rows).map(|row| row % GROUPS).collect();
    for row in (1..rows).rev() {
        units.swap(row, below(&mut generator, row + 1));
    }
    (units, GROUPS)
}

/// The matrix as importance is reckoned from: pairwise correlations are repaired where no data could have them all.
pub(super) fn sound(joint: Matrix, pattern: &Pattern) -> (Matrix, bool) {
    match pattern.least_eigenvalue {
        Some(least) => joint.repaired(least),
        None => (joint, false),
    }
}

/// Importance by the method for as many drivers.
pub(super) fn importance(joint: &Matrix) -> Vec<f64> {
    if joint.size() <= MOST_FOR_LMG + 1 { lmg(joint) } else { johnson(joint) }
}

/// Importance beyond that of noise.
fn beyond_noise(found: &Correlations, pattern: &Pattern) -> Vec<f64> {
    let drivers = found.joint.size() - 1;
    let weights: Vec<Vec<f64>> =
        found.noise.iter().map(|noise| johnson(&sound(found.joint.bordered(noise), pattern).0)).collect();
    (0..drivers).map(|driver| &weights[pattern.kind_of[driver]]).enumerate().map(|(i, w)| w[i] - w[drivers]).collect()
}

/// `count` replicates from the sums of each unit, the units' sums one after another.
pub(super) fn replicates(layout: &Layout, pattern: &Pattern, sums: &[f64], seed: u64, count: usize) -> Vec<Replicate> {
    let width = layout.len();
    let units = sums.len() / width;
    let one = |number: usize| {
        let mut generator = generator(seed, 3 + number as u64);
        let mut times = vec![0_u32; units];
        (0..units).for_each(|_| times[below(&mut generator, units)] += 1);
        let mut total = vec![0.0; width];
        for (unit, times) in sums.chunks_exact(width).zip(times).filter(|(_, times)| *times > 0) {
            let times = f64::from(times);
            total.iter_mut().zip(unit).for_each(|(total, value)| *total += times * value);
        }
        let found = layout.correlations(&total, pattern);
        let beyond_noise = beyond_noise(&found, pattern);
        Replicate { importance: importance(&sound(found.joint, pattern).0), beyond_noise }
    };
    // Collected by number, so that the result does not depend on threads.
    pool::install(|| (0..count).into_par_iter().map(one).collect())
}

/// The ends that 95 % of `values` lie between, interpolated as R's and numpy's default; `None` without values.
pub(super) fn percentiles(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |share: f64| {
        let place = share * last as f64;
        let (low, part) = (place as usize, place - place.floor());
        let (low, high) = (values[low], values[(low + 1).min(last)]);
        low + part * (high - low)
    };
    Some((at(0.025), at(0.975)))
}
