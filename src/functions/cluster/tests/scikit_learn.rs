//! Agreement with scikit-learn's Lloyd from the same starting centroids. tests/data/kmeans/expectations.py made the
//! files.

use super::super::fit::refit;
use super::super::model::{Assigner, Fit, Status};
use super::super::scale::Scale;
use super::sample;

const WEIGHTS: [f64; 5] = [1.0, 0.5, 1.0, 2.0, 0.75];

fn table(name: &str) -> Vec<Vec<f64>> {
    let path = format!("{}/tests/data/kmeans/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("file");
    text.lines().map(|line| line.split(',').filter_map(|cell| cell.parse().ok()).collect()).collect()
}

#[track_caller]
fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "found {found}, wanted {wanted}");
}

#[test]
fn centroids_members_inertia_and_silhouette_agree() {
    let customers = table("customers");
    let customers_sample = sample(&customers);
    let start = Fit {
        k: 4,
        scale: Some(Scale::of(&customers_sample.sorted(), &WEIGHTS)),
        centres: table("start").concat(),
        silhouette: None,
        candidates: Vec::new(),
        customers: 0,
        status: Status::Fitted,
    };
    let found = refit(&start, &customers_sample);
    let scale = found.scale.as_ref().expect("scale");
    for (found, wanted) in found.centres.chunks(5).zip(table("centroids")) {
        scale.in_units(found).iter().zip(wanted).for_each(|(found, wanted)| close(*found, wanted));
    }
    let mut assigner = Assigner::new(&found).expect("fitted");
    let assigned: Vec<(i64, f64)> = customers.iter().map(|row| assigner.assign(row)).collect();
    let wanted: Vec<i64> = table("members").iter().map(|row| row[0] as i64).collect();
    assert_eq!(assigned.iter().map(|(cluster, _)| *cluster).collect::<Vec<_>>(), wanted);
    let figures = table("figures");
    close(assigned.iter().map(|(_, distance)| distance * distance).sum(), figures[0][0]);
    close(found.silhouette.expect("silhouette"), figures[1][0]);
    // The start is not the solution, so agreement means something.
    assert!(figures[2][0] > 3.0 && start.centres != found.centres);
}
