//! Results against published figures and against numpy.

use serde_json::Value;

use super::super::decomposition::{collinear, johnson, lmg, r_squared};
use super::super::matrix::Matrix;
use super::{Row, analysed, without_bootstrap};

fn close(found: &[f64], wanted: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (one, other) in found.iter().zip(wanted) {
        assert!((one - other).abs() <= tolerance, "{what}: {found:?}, wanted {wanted:?} within {tolerance}");
    }
}

fn matrix(target: &[f64], among: &[(usize, usize, f64)]) -> Matrix {
    let mut joint = Matrix::identity(target.len() + 1);
    target.iter().enumerate().for_each(|(driver, r)| joint.set(0, driver + 1, *r));
    among.iter().for_each(|(a, b, r)| joint.set(*a, *b, *r));
    joint
}

#[test]
fn importance_equals_the_golden_numbers() {
    let two = matrix(&[0.6, 0.4], &[(1, 2, 0.5)]);
    let wanted = [0.86 / 3.0, 0.26 / 3.0];
    close(&lmg(&two), &wanted, 1e-14, "two drivers");
    close(&johnson(&two), &wanted, 1e-14, "two drivers");
    let three = matrix(&[0.5, 0.45, 0.3], &[(1, 2, 0.7), (1, 3, 0.3), (2, 3, 0.2)]);
    close(&lmg(&three), &[0.14082, 0.10393, 0.05024], 5e-6, "three drivers");
    close(&johnson(&three), &[0.13779, 0.10462, 0.05257], 5e-6, "three drivers");
    close(&[lmg(&three).iter().sum()], &[r_squared(&three)], 1e-14, "sum");
}

#[test]
fn one_driver_has_its_squared_correlation() {
    let one = matrix(&[-0.3], &[]);
    assert_eq!((lmg(&one), johnson(&one)), (vec![0.09], vec![0.09]));
}

/// Two copies of a driver share the importance of one, and other drivers keep theirs.
#[test]
fn copies_share_equally() {
    let single = matrix(&[0.5, 0.3], &[(1, 2, 0.4)]);
    let copied = matrix(&[0.5, 0.3, 0.5], &[(1, 2, 0.4), (1, 3, 1.0), (2, 3, 0.4)]);
    for found in [lmg(&copied), johnson(&copied)] {
        assert!((found[0] - found[2]).abs() < 1e-14 && found.iter().all(|value| *value > 0.0));
        close(&[found.iter().sum()], &[r_squared(&single)], 1e-12, "sum");
    }
    assert_eq!(collinear(&copied), [vec![], vec![], vec![0]]);
}

fn table(csv: &str) -> Vec<Row> {
    csv.lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',').map(|cell| cell.parse::<f64>().ok());
            (cells.next().flatten().expect("target"), cells.collect())
        })
        .collect()
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().expect("list").iter().map(|value| value.as_f64().expect("number")).collect()
}

#[test]
fn swiss_and_mtcars_equal_the_published_figures() {
    let published: Value =
        serde_json::from_str(include_str!("../../../../tests/data/relative_importance/published.json")).expect("json");
    for (name, csv) in [
        ("swiss", include_str!("../../../../tests/data/relative_importance/swiss.csv")),
        ("mtcars4", include_str!("../../../../tests/data/relative_importance/mtcars4.csv")),
    ] {
        let found = analysed(&table(csv), without_bootstrap());
        let wanted = &published[name];
        let in_order = |field: &str| -> Vec<f64> {
            let names = wanted["x"].as_array().expect("names");
            names.iter().map(|name| wanted[field][name.as_str().expect("name")].as_f64().expect("number")).collect()
        };
        let figures: Vec<_> = found.drivers.iter().map(|driver| driver.figures.expect(name)).collect();
        let dominance: Vec<f64> = figures.iter().map(|figures| figures.lmg.expect(name)).collect();
        let weights: Vec<f64> = figures.iter().map(|figures| figures.johnson).collect();
        let percent: Vec<f64> = figures.iter().map(|figures| 100.0 * figures.johnson_share.expect(name)).collect();
        close(&dominance, &in_order("lmg"), 1e-12, name);
        close(&weights, &in_order("johnson_raw"), 1e-12, name);
        close(&percent, &in_order("johnson_pct"), 1e-10, name);
        close(&[found.r_squared.expect(name)], &[wanted["R2"].as_f64().expect("R2")], 1e-12, name);
        assert_eq!((found.method, found.status), (Some("complete rows"), "analysed"));
    }
}

#[test]
fn complete_and_missing_answers_equal_numpy() {
    let reference: Value =
        serde_json::from_str(include_str!("../../../../tests/data/relative_importance/reference.json")).expect("json");
    for (name, csv) in [
        ("complete", include_str!("../../../../tests/data/relative_importance/complete.csv")),
        ("mild", include_str!("../../../../tests/data/relative_importance/mild.csv")),
        ("sparse", include_str!("../../../../tests/data/relative_importance/sparse.csv")),
        ("rare", include_str!("../../../../tests/data/relative_importance/rare.csv")),
        ("rarest", include_str!("../../../../tests/data/relative_importance/rarest.csv")),
    ] {
        let found = analysed(&table(csv), without_bootstrap());
        let wanted = &reference[name];
        assert_eq!(found.method, wanted["method"].as_str(), "{name}");
        close(&[found.r_squared.expect(name)], &[wanted["r_squared"].as_f64().expect("R2")], 1e-9, name);
        let each = |field: fn(&super::super::analysis::Driver) -> f64| -> Vec<f64> {
            found.drivers.iter().map(field).collect()
        };
        close(&each(|driver| driver.figures.and_then(|f| f.lmg).expect("lmg")), &numbers(&wanted["lmg"]), 1e-9, name);
        close(&each(|driver| driver.figures.expect("johnson").johnson), &numbers(&wanted["johnson"]), 1e-9, name);
        close(&each(|driver| driver.correlation.expect("r")), &numbers(&wanted["correlation"]), 1e-12, name);
        close(&each(|driver| driver.mean.expect("mean")), &numbers(&wanted["mean"]), 1e-12, name);
        close(&each(|driver| driver.responses as f64), &numbers(&wanted["responses"]), 0.0, name);
    }
}
