//! Fits on rows in memory.

use ndarray::Array2;
use proptest::prelude::*;

use super::super::fit::{fit, refit, search};
use super::super::lloyd::{Clusters, settle};
use super::super::model::{Assigner, Fit, Status};
use super::super::sample::{MOST_ROWS, Rows, Sample};
use super::super::silhouette::mean_silhouettes;
use super::{Noise, planted, sample, settings};

fn clusters_of<'a>(fit: &Fit, rows: impl IntoIterator<Item = &'a Vec<f64>>) -> Vec<i64> {
    let mut assigner = Assigner::new(fit).expect("fitted");
    rows.into_iter().map(|row| assigner.assign(row).0).collect()
}

#[test]
fn planted_types_are_found_and_numbered_by_size() {
    let rows = planted();
    let found = fit(&sample(rows.iter().map(|row| &row.1)), &[1.0, 1.0, 1.0], settings(2, 6));
    assert_eq!((found.status, found.k, found.customers), (Status::Fitted, 3, 120));
    let wanted: Vec<i64> = rows.iter().map(|row| row.0 as i64 + 1).collect();
    assert_eq!(clusters_of(&found, rows.iter().map(|row| &row.1)), wanted);
    assert_eq!(found.candidates.len(), 5);
    assert!(found.candidates.iter().all(|(k, silhouette)| (*k == 3) == (*silhouette == found.silhouette)));
    // The mean of the first type's store share, within the noise.
    let scale = found.scale.as_ref().expect("scale");
    assert!((scale.in_units(&found.centres[..3])[0] - 0.9).abs() < 0.02);
}

#[test]
fn weights_decide_what_matters() {
    // Two features, each of which splits the customers in half, independently of the other.
    let rows: Vec<Vec<f64>> = (0..40).map(|n| vec![f64::from(n % 2), f64::from(n / 20)]).collect();
    for feature in 0..2 {
        let mut weights = [0.1, 0.1];
        weights[feature] = 1.0;
        let found = fit(&sample(&rows), &weights, settings(2, 2));
        let clusters = clusters_of(&found, &rows);
        for (one, other) in rows.iter().zip(&clusters).zip(rows.iter().zip(&clusters).skip(1)) {
            assert_eq!(one.0[feature] == other.0[feature], one.1 == other.1);
        }
    }
}

#[test]
fn the_silhouette_is_that_of_rousseeuw() {
    let rows = Rows { width: 1, values: vec![0.0, 1.0, 10.0, 11.0], counts: vec![1; 4] };
    let clusters = Clusters { centres: vec![0.5, 10.5], of_row: vec![0, 0, 1, 1], sizes: vec![2, 2] };
    let wanted = (9.5 / 10.5 + 8.5 / 9.5) / 2.0;
    assert!((mean_silhouettes(&rows, &[1.0], &[&clusters])[0] - wanted).abs() < 1e-15);
    // The first customer twice: the two are at distance 0, and both count.
    let twice = Rows { counts: vec![2, 1, 1, 1], ..rows };
    let clusters = Clusters { sizes: vec![3, 2], ..clusters };
    let s = |a: f64, b: f64| (b - a) / b;
    let wanted = (2.0 * s(0.5, 10.5) + s(1.0, 9.5) + s(1.0, (20.0 + 9.0) / 3.0) + s(1.0, (22.0 + 10.0) / 3.0)) / 5.0;
    assert!((mean_silhouettes(&twice, &[1.0], &[&clusters])[0] - wanted).abs() < 1e-15);
    // A customer alone in a cluster has silhouette 0.
    let alone = Rows { width: 1, values: vec![0.0, 5.0], counts: vec![1, 1] };
    let clusters = Clusters { centres: vec![0.0, 5.0], of_row: vec![0, 1], sizes: vec![1, 1] };
    assert_eq!(mean_silhouettes(&alone, &[1.0], &[&clusters]), [0.0]);
}

#[test]
fn data_without_clusters_has_a_status() {
    let status = |rows: &[Vec<f64>], weights: &[f64]| {
        let found = fit(&sample(rows), weights, settings(3, 5));
        assert_eq!((found.k, found.silhouette), (0, None));
        assert!(Assigner::new(&found).is_none());
        found.status
    };
    let two = vec![vec![1.0], vec![2.0]];
    assert_eq!(status(&[], &[1.0]), Status::TooFewCustomers);
    assert_eq!(status(&two, &[1.0]), Status::TooFewCustomers);
    assert_eq!(status(&vec![vec![0.1, 0.1]; 50], &[1.0, 1.0]), Status::NoVariation);
    assert_eq!(status(&[two.clone(), two.clone()].concat(), &[1.0]), Status::NoVariation);
    // The only feature that differs has no weight.
    let rows: Vec<Vec<f64>> = (0..50).map(|n| vec![f64::from(n), 4.0]).collect();
    assert_eq!(status(&rows, &[0.0, 1.0]), Status::NoVariation);
}

#[test]
fn a_constant_feature_has_no_weight_and_one_feature_is_enough() {
    let rows: Vec<Vec<f64>> = (0..60).map(|n| vec![f64::from(n / 20) * 10.0 + f64::from(n % 20) * 0.05]).collect();
    let one = fit(&sample(&rows), &[1.0], settings(2, 5));
    assert_eq!(one.k, 3);
    let with_constant: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0], 0.1]).collect();
    let two = fit(&sample(&with_constant), &[1.0, 5.0], settings(2, 5));
    let scale = two.scale.as_ref().expect("scale");
    assert_eq!((scale.deviations[1], scale.weights.as_slice()), (0.0, [1.0, 0.0].as_slice()));
    assert_eq!(clusters_of(&two, &with_constant), clusters_of(&one, &rows));
    // No more clusters than different customers.
    let pairs: Vec<Vec<f64>> = (0..30).map(|n| vec![f64::from(n % 3)]).collect();
    let few = fit(&sample(&pairs), &[1.0], settings(2, 9));
    assert_eq!((few.k, few.candidates.len(), few.silhouette), (3, 2, Some(1.0)));
}

#[test]
fn a_refit_moves_the_centres_and_keeps_the_numbers() {
    let rows: Vec<Vec<f64>> = planted().into_iter().map(|row| row.1).collect();
    let first = fit(&sample(&rows), &[1.0, 1.0, 1.0], settings(3, 3));
    assert_eq!(refit(&first, &sample(&rows)).centres, first.centres);

    // All customers drift, and the smallest type becomes the largest. Its number is still 3.
    let drifted: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0] + 0.03, row[1] - 20.0, row[2] + 0.4]).collect();
    let third = drifted.iter().zip(clusters_of(&first, &rows)).filter(|(_, cluster)| *cluster == 3).map(|(row, _)| row);
    let grown: Vec<Vec<f64>> = (0..9)
        .flat_map(|n| third.clone().map(move |row| vec![row[0], row[1] + f64::from(n) * 0.01, row[2]]))
        .chain(drifted.iter().cloned())
        .collect();
    let moved = refit(&first, &sample(&grown));
    assert_eq!((moved.k, moved.customers, &moved.scale), (3, grown.len() as u64, &first.scale));
    assert_ne!(moved.centres, first.centres);
    assert_eq!(clusters_of(&moved, &drifted), clusters_of(&first, &rows));
    assert_eq!(moved.candidates, [(3, moved.silhouette)]);

    // Nobody of the third type is left: its centre stays where it was.
    let two: Vec<Vec<f64>> = rows.iter().filter(|row| row[2] < 5.0).cloned().collect();
    assert_eq!(refit(&first, &sample(&two)).centres[6..], first.centres[6..]);

    let nobody = refit(&first, &Sample::default());
    assert_eq!((nobody.centres, nobody.customers, nobody.silhouette), (first.centres, 0, None));
    let none = refit(&Fit::none(Status::NoVariation, None, 9), &sample(&rows));
    assert_eq!((none.status, none.customers), (Status::NoVariation, 120));
}

#[test]
fn a_centre_without_customers_stays() {
    let rows = Rows { width: 1, values: vec![0.0, 1.0], counts: vec![1, 3] };
    let settled = settle(&rows, &[1.0], vec![0.4, 9.0]);
    assert_eq!((settled.centres.as_slice(), settled.sizes.as_slice()), ([0.75, 9.0].as_slice(), [4, 0].as_slice()));
    assert!(settled.has_empty());
}

#[test]
fn the_number_of_threads_does_not_change_a_fit() {
    let rows = planted();
    let values: Vec<f64> = rows.iter().flat_map(|row| row.1.clone()).collect();
    let records = Array2::from_shape_vec((rows.len(), 3), values).expect("shape");
    let of = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
        pool.install(|| search(records.clone(), 4, 7)).expect("centres")
    };
    let one = of(1);
    assert!((2..=5).all(|threads| of(threads) == one));
}

#[test]
fn a_thinned_sample_is_even_and_counts_each_customer_once() {
    let rows = Rows { width: 1, values: (0..10).map(f64::from).collect(), counts: vec![1, 1, 1, 1, 1, 1, 1, 1, 1, 91] };
    let thin = rows.thinned(20);
    assert_eq!((thin.customers(), thin.values.last(), thin.counts.last()), (20, Some(&9.0), Some(&18)));
    assert_eq!(rows.thinned(100), rows);
}

/// More different rows than are kept: the choice and the counts must not depend on the order.
#[test]
fn a_large_sample_is_bounded_and_independent_of_order_and_parts() {
    let mut noise = Noise(42);
    let rows: Vec<Vec<f64>> = (0..MOST_ROWS + 6_000).map(|n| vec![noise.next(), (n % 7) as f64]).collect();
    let twice: Vec<&Vec<f64>> = rows.iter().chain(rows.iter().rev()).collect();
    let whole = sample(twice.iter().copied());
    let (values, counts) = whole.parts();
    assert_eq!((values.len(), whole.customers()), (2 * MOST_ROWS, twice.len() as u64));
    assert!(counts.iter().all(|count| *count == 2));
    assert!(whole.size() < 8 << 20);

    let (left, right) = twice.split_at(17_111);
    let mut merged = sample(right.iter().copied());
    let part = sample(left.iter().copied());
    let (part_values, part_counts) = part.parts();
    merged.merge("test", part.customers(), 2, &part_values, part_counts.into_iter()).expect("merge");
    assert_eq!(merged.sorted(), whole.sorted());
    assert_eq!(merged.customers(), whole.customers());
    // A fair sample: the mean of uniform numbers is one half.
    let mean = values.iter().step_by(2).sum::<f64>() / MOST_ROWS as f64;
    assert!((mean - 0.5).abs() < 0.01, "{mean}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Order and partitions do not change a bit of a fit. Coarse values make many customers equal.
    #[test]
    fn fits_do_not_depend_on_order_or_parts(
        mut rows in prop::collection::vec(prop::collection::vec((-4_i32..5).prop_map(|n| f64::from(n) * 0.1), 2), 3..60),
        cut in 0..60_usize,
        seed: u64,
    ) {
        let wanted = fit(&sample(&rows), &[1.0, 0.7], settings(2, 4));
        let mut noise = Noise(seed | 1);
        for at in (1..rows.len()).rev() {
            rows.swap(at, (noise.next() * (at + 1) as f64) as usize);
        }
        let (left, right) = rows.split_at(cut.min(rows.len()));
        let mut merged = sample(left);
        let part = sample(right);
        let (values, counts) = part.parts();
        merged.merge("test", part.customers(), 2, &values, counts.into_iter()).expect("merge");
        let found = fit(&merged, &[1.0, 0.7], settings(2, 4));
        prop_assert_eq!(&found, &wanted);
        if wanted.status == Status::Fitted {
            prop_assert!(wanted.centres.iter().all(|value| value.is_finite()));
            prop_assert!(wanted.silhouette.is_some_and(|s| (-1.0..=1.0).contains(&s)));
            let clusters = clusters_of(&wanted, &rows);
            prop_assert!((1..=wanted.k as i64).all(|k| clusters.contains(&k)));
            prop_assert_eq!(refit(&wanted, &merged).centres, wanted.centres);
        }
    }
}
