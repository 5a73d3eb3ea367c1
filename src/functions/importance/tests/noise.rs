//! Intervals and significance under simulated data, with fixed seeds.

use super::super::analysis::Settings;
use super::super::bootstrap::percentiles;
use super::{Random, analysed, simulated};

/// How many drivers were found significant, the first and all others, in `runs` simulated surveys.
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

/// The interval is two-sided: one in forty of drivers without effect may lie above noise.
#[test]
fn drivers_without_effect_are_seldom_significant() {
    let (first, others) = significant(60, 120, &[0.0; 5], 0.0, 0.0);
    assert!(first + others <= 300 / 40 + 5, "{first} and {others} of 300 with complete rows");
    let (first, others) = significant(30, 600, &[0.0; 5], 0.3, 0.8);
    assert!(first + others <= 150 / 40 + 4, "{first} and {others} of 150 with 80 % missing");
}

#[test]
fn a_moderate_effect_is_found_and_its_neighbours_are_not() {
    let (first, others) = significant(20, 200, &[0.4, 0.0, 0.0, 0.0], 0.0, 0.0);
    assert!(first >= 16 && others <= 60 / 40 + 3, "{first} of 20, {others} of 60 with complete rows");
    let (first, others) = significant(20, 1_000, &[0.5, 0.0, 0.0, 0.0], 0.0, 0.8);
    assert!(first >= 16 && others <= 60 / 40 + 3, "{first} of 20, {others} of 60 with 80 % missing");
}

/// Groups give intervals as wide as single rows do: half of 4,000 rows against 2,000, and the width falls as 1 / √n.
#[test]
fn grouped_responses_have_intervals_of_the_same_width() {
    let mut random = Random(3);
    let rows = simulated(&mut random, 4_000, &[0.5, 0.3], 0.2, 0.0);
    let width = |rows: &[super::Row]| {
        let found = analysed(rows, Settings { seed: 5, replicates: 400 });
        let (low, high) = found.drivers[0].figures.and_then(|figures| figures.interval).expect("interval");
        (high - low) * (rows.len() as f64).sqrt()
    };
    let ratio = width(&rows) / width(&rows[..2_000]);
    assert!((ratio - 1.0).abs() < 0.2, "{ratio}");
}

#[test]
fn percentiles_are_those_of_numpy() {
    assert_eq!(percentiles((0..=40).rev().map(f64::from).collect()), Some((1.0, 39.0)));
    assert_eq!(percentiles(vec![1.0, 3.0]), Some((1.05, 2.95)));
    assert_eq!(percentiles(Vec::new()), None);
}
