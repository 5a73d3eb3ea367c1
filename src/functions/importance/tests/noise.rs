//! Intervals and significance on simulated data, with fixed seeds.

use super::super::analysis::Settings;
use super::super::bootstrap::percentiles;
use super::{Random, Row, analysed, simulated, without_bootstrap};

/// How often drivers were significant, the first one and all others, in `runs` simulated surveys.
fn significant(runs: u64, rows: usize, slopes: &[f64], common: f64, missing: f64) -> (usize, usize) {
    let mut random = Random(1);
    let (mut first, mut others) = (0, 0);
    for run in 0..runs {
        let rows = simulated(&mut random, rows, slopes, common, missing);
        let found = analysed(&rows, Settings { seed: run, replicates: 100 });
        for (place, driver) in found.drivers.iter().enumerate() {
            let is_significant = driver.figures.and_then(|figures| figures.is_significant).expect("analysed");
            *if place == 0 { &mut first } else { &mut others } += usize::from(is_significant);
        }
    }
    (first, others)
}

/// The interval is two-sided: one in forty drivers without effect may exceed noise.
#[test]
fn drivers_without_effect_are_rarely_significant() {
    let (first, others) = significant(60, 120, &[0.0; 5], 0.0, 0.0);
    assert!(first + others <= 300 / 40 + 5, "{first} and {others} of 300 with complete rows");
    let (first, others) = significant(30, 600, &[0.0; 5], 0.3, 0.8);
    assert!(first + others <= 150 / 40 + 4, "{first} and {others} of 150 with 80 % missing");
}

/// One mood behind all nine drivers (loadings 0.6 to 0.8) and the target (loading `mood`). 88 % of the cells are
/// missing, so no pair of drivers is answered together often enough for a correlation of its own.
fn moody(random: &mut Random, mood: f64) -> Vec<Row> {
    (0..500)
        .map(|_| {
            let shared = random.normal();
            let mut with = |loading: f64| loading * shared + (1.0 - loading * loading).sqrt() * random.normal();
            let target = with(mood);
            let drivers: Vec<f64> = (0..9).map(|place| with(0.6 + 0.025 * f64::from(place))).collect();
            (target, drivers.into_iter().map(|value| (random.uniform() >= 0.88).then_some(value)).collect())
        })
        .collect()
}

/// With all answers R² would be 0.44. With the drivers treated as independent, it would average 0.74. With the true
/// correlations between them it would be 0.58, because the target's correlations are estimated from 60 answers each.
#[test]
fn drivers_rarely_answered_together_share_information() {
    let mut random = Random(5);
    let runs = 40;
    let total: f64 =
        (0..runs).map(|_| analysed(&moody(&mut random, 0.7), without_bootstrap()).r_squared.expect("analysed")).sum();
    let mean = total / f64::from(runs);
    assert!((0.5..0.66).contains(&mean), "{mean}");
}

/// A mood without effect on the target.
#[test]
fn drivers_rarely_answered_together_are_rarely_significant_without_effect() {
    let mut random = Random(6);
    let significant: usize = (0..16)
        .map(|run| analysed(&moody(&mut random, 0.0), Settings { seed: run, replicates: 100 }))
        .flat_map(|found| found.drivers)
        .filter(|driver| driver.figures.and_then(|figures| figures.is_significant) == Some(true))
        .count();
    assert!(significant <= 144 / 40 + 4, "{significant} of 144");
}

/// Without joint responses there is nothing to pool, and drivers are treated as independent.
#[test]
fn drivers_never_answered_together_count_as_independent() {
    let mut rows = simulated(&mut Random(8), 300, &[0.4, 0.2, 0.1], 0.3, 0.0);
    for (place, row) in rows.iter_mut().enumerate() {
        (0..3).filter(|driver| *driver != place % 3).for_each(|driver| row.1[driver] = None);
    }
    let found = analysed(&rows, without_bootstrap());
    assert_eq!(found.method, Some("pairwise"));
    for driver in found.drivers {
        let lmg = driver.figures.and_then(|figures| figures.lmg).expect("lmg");
        assert!((lmg - driver.correlation.expect("r").powi(2)).abs() < 1e-12);
    }
}

#[test]
fn a_moderate_effect_is_found_and_its_neighbours_are_not() {
    let (first, others) = significant(20, 200, &[0.4, 0.0, 0.0, 0.0], 0.0, 0.0);
    assert!(first >= 16 && others <= 60 / 40 + 3, "{first} of 20, {others} of 60 with complete rows");
    let (first, others) = significant(20, 1_000, &[0.5, 0.0, 0.0, 0.0], 0.0, 0.8);
    assert!(first >= 16 && others <= 60 / 40 + 3, "{first} of 20, {others} of 60 with 80 % missing");
}

/// Intervals from groups are as wide as those from single rows: half of 4,000 rows against 2,000; the width falls as 1
/// / √n.
#[test]
fn grouped_responses_have_intervals_of_the_same_width() {
    let mut random = Random(3);
    let rows = simulated(&mut random, 4_000, &[0.5, 0.3], 0.2, 0.0);
    let width = |rows: &[Row]| {
        let found = analysed(rows, Settings { seed: 5, replicates: 400 });
        let (low, high) = found.drivers[0].figures.and_then(|figures| figures.interval).expect("interval");
        (high - low) * (rows.len() as f64).sqrt()
    };
    let ratio = width(&rows) / width(&rows[..2_000]);
    assert!((ratio - 1.0).abs() < 0.2, "{ratio}");
}

#[test]
fn percentiles_equal_numpy() {
    assert_eq!(percentiles((0..=40).rev().map(f64::from).collect()), Some((1.0, 39.0)));
    assert_eq!(percentiles(vec![1.0, 3.0]), Some((1.05, 2.95)));
    assert_eq!(percentiles(Vec::new()), None);
}
