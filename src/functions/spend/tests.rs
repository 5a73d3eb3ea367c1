//! Gamma-Gamma against high-precision values of the published formulas, and the error cases.

use std::fs;
use std::path::Path;

use super::super::numeric::{Failure, Likelihood as _};
use super::gamma_gamma::*;

fn sample(spends: impl IntoIterator<Item = (i64, f64)>) -> Sample {
    let mut counts = Spends::default();
    for (frequency, spend) in spends {
        counts.add(frequency, spend, 1);
    }
    Sample::new(&counts)
}

#[test]
fn single_customers_equal_the_published_formulas() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/purchase_models/spends.csv");
    let text = fs::read_to_string(path).expect("spends.csv");
    for line in text.lines().skip(1) {
        let [p, q, gamma, frequency, spend, log_likelihood, expected] =
            line.split(',').map(|cell| cell.parse::<f64>().expect("number")).collect::<Vec<_>>()[..]
        else {
            panic!("{line}");
        };
        let sample = sample([(frequency as i64, spend)]);
        // The terms that cancel grow with p x.
        let scale = log_likelihood.abs().max(1.0).max(p * frequency);
        let (value, _) = Likelihood::new(&sample).evaluate(&[p, q, gamma]);
        assert!((value - log_likelihood).abs() <= 1e-14 * scale * 10.0, "{line}: {value}");
        let found = Parameters { p, q, gamma }.expected(frequency as i64, Some(spend));
        assert!((found - expected).abs() <= 1e-13 * expected, "{line}: {found}");
    }
}

#[test]
fn a_gradient_matches_the_likelihood() {
    let sample = sample([(1, 20.0), (1, 35.5), (2, 14.0), (7, 90.0), (10_000, 55.0)]);
    let at = |values: [f64; 3]| Likelihood::new(&sample).evaluate(&values);
    let values = [6.0, 3.5, 15.0];
    for place in 0..3 {
        let moved = |factor: f64| {
            let mut moved = values;
            moved[place] *= factor;
            at(moved).0
        };
        let wide = moved(1.0 + 2e-3) - moved(1.0 - 2e-3);
        let wanted = (8.0 * (moved(1.0 + 1e-3) - moved(1.0 - 1e-3)) - wide) / (12e-3 * values[place]);
        let found = at(values).1[place];
        assert!((found - wanted).abs() <= 1e-6 * wanted.abs(), "{place}: {found} {wanted}");
    }
}

#[test]
fn zero_spend_is_excluded_from_fits_and_still_predicted() {
    let fit = Parameters { p: 6.25, q: 3.74, gamma: 15.44 };
    assert!((fit.expected(0, None) - 6.25 * 15.44 / 2.74).abs() < 1e-12);
    assert_eq!(fit.expected(0, Some(99.0)), fit.mean());
    assert_eq!(fit.expected(3, None), fit.mean());
    let nothing = fit.expected(3, Some(0.0));
    assert!(nothing > 0.0 && nothing < fit.expected(3, Some(1.0)));
    assert_eq!(fit.expected(3, Some(-50.0)), nothing);
    assert!(fit.expected(10_000, Some(f64::MAX)).is_finite());
    assert_eq!(sample([(0, 10.0), (3, 0.0), (3, -1.0)]).customers(), 0);
}

#[test]
fn data_that_cannot_be_fitted_has_a_status() {
    assert_eq!(fit(&sample([])), Err(NotFitted::TooFewCustomers));
    assert_eq!(fit(&sample((0..29).map(|n| (2, 10.0 + f64::from(n))))), Err(NotFitted::TooFewCustomers));
    assert_eq!(fit(&sample((0..500).map(|_| (2, 10.0)))), Err(NotFitted::Search(Failure::NoInnerMaximum)));
    // Levels of spend whose inverses are gamma distributed with shape 1/2 near 0: their mean is infinite.
    let wild = (1..1600_i32).map(|n| {
        let (frequency, noise) = if n % 2 == 0 { (1, [0.1, 0.5, 1.1, 2.3]) } else { (9, [0.7, 0.9, 1.1, 1.3]) };
        (frequency, noise[(n / 2) as usize % 4] * (1600.0 / f64::from(n)).powi(2))
    });
    assert_eq!(fit(&sample(wild)), Err(NotFitted::InfiniteMean));
    assert_eq!(sample((0..500).map(|_| (2, 10.0))).correlation(), None);
}
