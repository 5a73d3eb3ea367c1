//! The models against high-precision values of the published formulas, and against fits of other implementations.
//!
//! The expected values are in `tests/data/purchase_models`, made by its `expectations.py`.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::super::super::numeric::{self, Likelihood as _};
use super::*;

/// Rows of a CSV file under `tests/data`, without the header.
fn csv(path: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is not a number"))
}

fn close(found: f64, wanted: f64, tolerance: f64) -> bool {
    (found - wanted).abs() <= tolerance * wanted.abs()
}

fn log_likelihood(fit: &Parameters, sample: &Sample) -> (f64, [f64; 4]) {
    match fit.model {
        PurchaseModel::BgNbd => beta_geometric::Likelihood::new(sample, false).evaluate(&fit.values),
        PurchaseModel::MbgNbd => beta_geometric::Likelihood::new(sample, true).evaluate(&fit.values),
        PurchaseModel::ParetoNbd => pareto::Likelihood::new(sample).evaluate(&fit.values),
    }
}

fn sample(histories: impl IntoIterator<Item = (i64, f64, f64)>) -> Sample {
    let mut counts = Histories::default();
    for (frequency, recency, age) in histories {
        counts.add(&History::new(frequency, recency, age).expect("history"), 1);
    }
    Sample::new(&counts)
}

#[test]
fn single_histories_equal_the_published_formulas() {
    let rows = csv("purchase_models/histories.csv");
    assert!(rows.len() > 500);
    let mut worst = [(0.0, String::new()), (0.0, String::new()), (0.0, String::new()), (0.0, String::new())];
    for row in rows {
        let model = PurchaseModel::named(&row[0]).expect("model");
        let n = |place: usize| number(&row[place]);
        let fit = model.with([n(1), n(2), n(3), n(4)]);
        let frequency: i64 = row[5].parse().expect("frequency");
        let history = History::new(frequency, n(6), n(7)).expect("history");
        let (value, _) = log_likelihood(&fit, &sample([(frequency, n(6), n(7))]));
        let alive = fit.p_alive(&history);
        let expected = alive * fit.expected_if_alive(history.frequency(), history.age(), n(8));
        let found = [value, alive, expected, fit.expected_new(n(8))];
        for (place, found) in found.into_iter().enumerate() {
            let wanted = n(9 + place);
            // A log-likelihood near 0 has no meaningful relative error; a probability below 1e-300 is 0.
            let scale = if place == 0 { wanted.abs().max(1.0) } else { wanted.abs().max(1e-300) };
            let error = (found - wanted).abs() / scale;
            assert!(error.is_finite(), "{}", row.join(","));
            if error > worst[place].0 {
                worst[place] = (error, row.join(","));
            }
        }
    }
    for (limit, (error, row)) in [1e-12, 1e-10, 1e-10, 1e-11].into_iter().zip(&worst) {
        assert!(*error <= limit, "{error:e} above {limit:e} for {row}");
    }
}

/// Gradients against differences of the likelihood, over all histories in the file at once.
#[test]
fn gradients_match_the_likelihood() {
    let histories: Vec<_> = csv("purchase_models/histories.csv")
        .iter()
        .map(|row| (row[5].parse().expect("frequency"), number(&row[6]), number(&row[7])))
        .collect();
    let sample = sample(histories);
    for model in PurchaseModel::ALL {
        for values in [[0.6, 10.0, 0.8, 2.5], [2.0, 3.0, 5.0, 60.0], [0.1, 200.0, 0.05, 0.5]] {
            let (_, gradient) = log_likelihood(&model.with(values), &sample);
            for place in 0..4 {
                let at = |factor: f64| {
                    let mut moved = values;
                    moved[place] *= factor;
                    log_likelihood(&model.with(moved), &sample).0
                };
                let step = 1e-4;
                let wanted = (8.0 * (at(1.0 + step) - at(1.0 - step)) - (at(1.0 + 2.0 * step) - at(1.0 - 2.0 * step)))
                    / (12.0 * step * values[place]);
                assert!(
                    close(gradient[place], wanted, 1e-6),
                    "{model:?} {values:?} {place}: {} {wanted}",
                    gradient[place]
                );
            }
        }
    }
}

/// Both forms of the expectation, each far into the other's range.
#[test]
fn series_and_integral_agree() {
    for n in [0.01, 0.24, 1.0, 7.5, 300.0, 10_000.0] {
        for a in [1e-3, 0.2, 0.999_999, 1.0, 3.0, 40.0] {
            for b in [1e-3, 0.5, 2.4, 50.0, 10_000.0] {
                for tau in [1e-9, 1e-3, 0.1, 1.0, 30.0, 300.0] {
                    // Beyond this, rounding errors of the series' terms accumulate.
                    if n * tau > 1e5 {
                        continue;
                    }
                    let (series, integral) = expectation::both(n, a, b, tau);
                    assert!(close(series, integral, 1e-11), "{n} {a} {b} {tau}: {series} {integral}");
                }
            }
        }
    }
}

#[test]
fn cdnow_fits_equal_those_of_scipy_and_lifetimes() {
    let sample = sample(
        csv("cdnow/reference_bgnbd_sample2357_cal39w.csv")
            .iter()
            .map(|row| (row[3].parse().expect("frequency"), number(&row[4]) / 7.0, number(&row[5]) / 7.0)),
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/purchase_models/cdnow_fits.json");
    let fits: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).expect("fits")).expect("json");
    for (model, precision) in [(PurchaseModel::MbgNbd, 1e-10), (PurchaseModel::ParetoNbd, 1e-8)] {
        let (found, log_likelihood) = fit(model, &sample).expect("fitted");
        let wanted = &fits[model.name()];
        for (place, found) in found.values.into_iter().enumerate() {
            let polished = wanted["parameters"][place].as_f64().expect("number");
            assert!(close(found, polished, precision), "{model:?} {place}: {found} {polished}");
            let lifetimes = wanted["lifetimes"][place].as_f64().expect("number");
            // lifetimes stops where its optimiser does.
            assert!(close(found, lifetimes, 2e-4), "{model:?} {place}: {found} {lifetimes}");
        }
        assert!(close(log_likelihood, wanted["log_likelihood"].as_f64().expect("number"), 1e-13));
        let (_, gradient) = super::tests::log_likelihood(&found, &sample);
        for (slope, parameter) in gradient.into_iter().zip(found.values) {
            assert!((slope * parameter).abs() < 1e-9, "{model:?}: {gradient:?}");
        }
    }
}

#[test]
fn digamma_equals_mpmath() {
    for row in csv("purchase_models/special.csv") {
        let (x, wanted) = (number(&row[0]), number(&row[1]));
        let found = numeric::digamma(x);
        assert!((found - wanted).abs() <= 1e-15 * wanted.abs().max(1.0) * 4.0, "{x}: {found} {wanted}");
    }
}

fn parameters() -> impl Strategy<Value = Parameters> {
    let positive = |low: f64, high: f64| (low.ln()..high.ln()).prop_map(f64::exp);
    let values = (positive(1e-3, 1e3), positive(1e-3, 1e5), positive(1e-3, 1e3), positive(1e-3, 1e5));
    (prop::sample::select(PurchaseModel::ALL.to_vec()), values)
        .prop_map(|(model, (r, alpha, third, fourth))| model.with([r, alpha, third, fourth]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// For all parameters: a probability, and expectations that are finite, not negative and grow with the horizon.
    #[test]
    fn predictions_are_sane(
        fit in parameters(),
        frequency in prop_oneof![Just(0_i64), 1..50_i64, 1_000..20_000_i64],
        age in prop_oneof![Just(0.0), 0.0..5_000.0],
        share in 0.0..=1.0,
        horizon in prop_oneof![Just(0.0), 0.0..5_000.0, Just(1e12)],
        further in 0.0..1_000.0,
    ) {
        let recency = if frequency == 0 { 0.0 } else { age * share };
        let history = History::new(frequency, recency, age).expect("history");
        let alive = fit.p_alive(&history);
        prop_assert!((0.0..=1.0).contains(&alive), "{alive}");
        let near = fit.expected_if_alive(history.frequency(), age, horizon);
        let far = fit.expected_if_alive(history.frequency(), age, horizon + further);
        prop_assert!(near.is_finite() && near >= 0.0, "{near}");
        // The last digits may differ where one form replaces the other.
        prop_assert!(far.is_finite() && far >= near * (1.0 - 1e-11), "{near} {far}");
        let new = fit.expected_new(horizon);
        prop_assert!(new.is_finite() && new >= 0.0, "{new}");
    }
}

fn reason(found: Result<(Parameters, f64), NotFitted>) -> Option<&'static str> {
    found.err().map(NotFitted::status)
}

#[test]
fn data_that_cannot_be_fitted_has_a_status() {
    for model in PurchaseModel::ALL {
        let of = |histories: Vec<(i64, f64, f64)>| reason(fit(model, &sample(histories)));
        assert_eq!(of(vec![]), Some("too few customers"), "{model:?}");
        assert_eq!(of(vec![(3, 20.0, 30.0)]), Some("too few customers"), "{model:?}");
        // All customers have a single purchase.
        assert_eq!(of((0..100).map(|n| (0, 0.0, f64::from(n))).collect()), Some("no repeat purchases"), "{model:?}");
        // All purchases are on the last day.
        assert_eq!(of(vec![(0, 0.0, 0.0); 100]), Some("no time observed"), "{model:?}");
        // All equal: buying rates do not differ, so r and alpha grow without bound.
        assert_eq!(of(vec![(3, 20.0, 30.0); 500]), Some("no inner maximum"), "{model:?}");
        assert_eq!(of(vec![(1, 30.0, 30.0); 500]), Some("no inner maximum"), "{model:?}");
    }
}

/// Ten thousand orders of one customer among ordinary ones are valid data.
#[test]
fn a_customer_with_ten_thousand_orders_does_not_break_a_fit() {
    let mut histories: Vec<(i64, f64, f64)> = csv("cdnow/reference_bgnbd_sample2357_cal39w.csv")
        .iter()
        .map(|row| (row[3].parse().expect("frequency"), number(&row[4]), number(&row[5])))
        .collect();
    histories.push((10_000, 272.0, 272.0));
    let sample = sample(histories);
    for model in PurchaseModel::ALL {
        let (found, log_likelihood) = fit(model, &sample).expect("fitted");
        assert!(log_likelihood.is_finite());
        let history = History::new(10_000, 272.0, 272.0).expect("history");
        let expected = found.p_alive(&history) * found.expected_if_alive(10_000.0, 272.0, 365.0);
        assert!(expected > 1_000.0 && expected < 20_000.0, "{model:?}: {expected}");
    }
}
