//! An input that cannot be analysed has a reason, and no result is ever NaN.

use super::super::analysis::{Analysis, Settings};
use super::{Random, Row, analysed, simulated, without_bootstrap};

fn changed(mut rows: Vec<Row>, change: impl Fn(usize, &mut Row)) -> Vec<Row> {
    rows.iter_mut().enumerate().for_each(|(place, row)| change(place, row));
    rows
}

fn statuses(found: &Analysis) -> Vec<&str> {
    found.drivers.iter().map(|driver| driver.status.as_str()).collect()
}

fn is_finite(found: &Analysis) -> bool {
    found.drivers.iter().filter_map(|driver| driver.figures).all(|figures| {
        [figures.lmg.unwrap_or(0.0), figures.johnson, figures.lmg_share.unwrap_or(0.0)].iter().all(|v| v.is_finite())
            && figures.interval.is_none_or(|(low, high)| low.is_finite() && high.is_finite())
    }) && found.replicates.iter().all(|replicate| replicate.importance.iter().all(|value| value.is_finite()))
}

fn rows() -> Vec<Row> {
    simulated(&mut Random(7), 100, &[0.5, 0.3, 0.0, 0.2], 0.2, 0.0)
}

#[test]
fn drivers_that_cannot_be_analysed_have_a_status() {
    let found = analysed(
        &changed(rows(), |place, row| {
            row.1[1] = Some(4.0);
            if place >= 29 {
                row.1[2] = None;
            }
        }),
        Settings { seed: 1, replicates: 20 },
    );
    assert_eq!(statuses(&found), ["analysed", "constant", "too few responses", "analysed"]);
    assert_eq!((found.status, found.method), ("analysed", Some("complete rows")));
    assert_eq!((found.drivers[1].mean, found.drivers[2].responses), (Some(4.0), 29));
    assert!(found.drivers[1].figures.is_none() && found.drivers[2].correlation.is_none() && is_finite(&found));
    assert_eq!((found.analysed.as_slice(), found.replicates.len()), (&[0, 3][..], 20));
}

#[test]
fn a_combination_of_drivers_names_them_and_is_analysed() {
    let found = analysed(
        &changed(rows(), |_, row| {
            let sum = row.1[0].zip(row.1[2]).map(|(a, b)| a + 2.0 * b);
            row.1[3] = sum;
        }),
        Settings { seed: 1, replicates: 20 },
    );
    assert_eq!(statuses(&found)[3], "collinear with driver_1, driver_3");
    assert!(is_finite(&found) && found.drivers[3].figures.is_some());
    // Copies answered by different people.
    let found = analysed(
        &changed(rows(), |place, row| {
            row.1[2] = row.1[0];
            row.1[place % 4] = None;
        }),
        Settings { seed: 1, replicates: 20 },
    );
    assert_eq!((statuses(&found)[2], found.method), ("collinear with driver_1", Some("pairwise, repaired")));
    assert!(is_finite(&found));
}

#[test]
fn calls_without_an_analysis_have_a_status() {
    let whole = |rows: &[Row]| analysed(rows, without_bootstrap()).status;
    assert_eq!(whole(&[]), "too few responses");
    assert_eq!(whole(&rows()[..29]), "too few responses");
    assert_eq!(whole(&changed(rows(), |_, row| row.0 = 9.0)), "constant target");
    assert_eq!(whole(&changed(rows(), |_, row| row.1.fill(Some(1.0)))), "no driver");
    assert_eq!(
        whole(&changed(rows(), |place, row| (0..4).for_each(|i| if i != place % 4 {
            row.1[i] = None
        }))),
        "too few responses"
    );
    let found = analysed(&changed(rows(), |_, row| row.0 = 9.0), without_bootstrap());
    assert_eq!(statuses(&found), ["constant target"; 4]);
}

#[test]
fn more_than_fifteen_drivers_have_johnsons_weights() {
    let rows = simulated(&mut Random(9), 120, &[0.2; 17], 0.2, 0.0);
    let found = analysed(&rows, Settings { seed: 1, replicates: 20 });
    assert_eq!(found.status, "analysed without lmg: more than 15 drivers");
    let figures: Vec<_> = found.drivers.iter().filter_map(|driver| driver.figures).collect();
    assert!(figures.len() == 17 && figures.iter().all(|figures| figures.lmg.is_none() && figures.interval.is_some()));
    let total: f64 = figures.iter().map(|figures| figures.johnson).sum();
    assert!((total - found.r_squared.expect("analysed")).abs() < 1e-12);
}

/// A target fully explained by the drivers, and drivers in very different units.
#[test]
fn extremes_stay_finite() {
    let exact = changed(rows(), |_, row| {
        row.1[1] = row.1[1].map(|value| 1e9 + 1e-3 * value);
        row.0 = row.1[0].unwrap_or(0.0) * 1e50;
    });
    let found = analysed(&exact, Settings { seed: 1, replicates: 20 });
    assert!(is_finite(&found) && (found.r_squared.expect("analysed") - 1.0).abs() < 1e-9);
}

/// The order of rows and the number of threads do not change a bit.
#[test]
fn order_and_threads_do_not_change_the_result() {
    let settings = Settings { seed: 4, replicates: 30 };
    // Among 900 responses with 87 % missing, pairs of drivers share a pooled correlation.
    for (count, missing) in [(150, 0.0), (150, 0.4), (2_500, 0.3), (900, 0.87)] {
        let mut rows = simulated(&mut Random(11), count, &[0.4, 0.2, 0.0], 0.3, missing);
        // Answers on a scale, so that many rows are equal.
        rows.iter_mut().for_each(|(target, drivers)| {
            *target = target.round();
            drivers.iter_mut().for_each(|value| *value = value.map(f64::round));
        });
        let wanted = analysed(&rows, settings);
        rows.reverse();
        rows.rotate_left(count / 3);
        let found =
            rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("pool").install(|| analysed(&rows, settings));
        assert_eq!(found, wanted);
        assert_ne!(analysed(&rows, Settings { seed: 5, ..settings }).replicates, wanted.replicates);
    }
}
