//! The integral behind Pareto/NBD, and its derivatives.

use super::super::super::numeric::ln;

/// The continued fraction never needs more steps. It needs this many if one rate is a millionth of the other.
const MOST_STEPS: f64 = 20_000.0;

/// Logarithm of `∫_t^∞ (alpha+y)^-rates (beta+y)^-leavings dy` and its derivatives by rates, leavings, alpha and beta.
///
/// With m = rates + leavings - 1, mu the smaller and nu the larger of alpha and beta, it is (Euler's transformation of
/// the form in Fader and Hardie, 2005, "A Note on Deriving the Pareto/NBD Model", A0)
///
/// ```text
/// (alpha+t)^-rates (beta+t)^-leavings (mu+t)/m · 2F1(1, q; m+1; (nu-mu)/(nu+t))
/// ```
///
/// with q the exponent of the smaller one: positive for all parameters, with an argument from 0 to 1.
pub(super) fn log_tail(rates: f64, leavings: f64, alpha: f64, beta: f64, t: f64) -> (f64, [f64; 4]) {
    let m = rates + leavings - 1.0;
    let (ln_alpha, ln_beta) = (ln(alpha + t), ln(beta + t));
    let swapped = alpha > beta;
    let (mu, nu) = if swapped { (beta, alpha) } else { (alpha, beta) };
    let q = if swapped { rates } else { leavings };
    let [f, by_q, by_m, by_z] = fraction(q, m, (nu - mu) / (nu + t));
    let ln_mu = if swapped { ln_beta } else { ln_alpha };
    let value = -rates * ln_alpha - leavings * ln_beta + ln_mu - ln(m) + ln(f);
    let (by_q, by_m, by_z) = (by_q / f, by_m / f - 1.0 / m, by_z / f);
    let by_mu = 1.0 / (mu + t) - by_z / (nu + t);
    let by_nu = by_z * (mu + t) / ((nu + t) * (nu + t));
    let mut slopes = [by_m - ln_alpha, by_m - ln_beta, -rates / (alpha + t), -leavings / (beta + t)];
    if swapped {
        slopes[0] += by_q;
        slopes[2] += by_nu;
        slopes[3] += by_mu;
    } else {
        slopes[1] += by_q;
        slopes[2] += by_mu;
        slopes[3] += by_nu;
    }
    (value, slopes)
}

/// `2F1(1, q; m+1; z)` for 0 <= z < 1 and its derivatives by q, m and z.
///
/// Gauss's continued fraction (DLMF 15.7.5 with b = 0) from the inside out, starting from the limit of its tail. Each
/// step reduces the error of that start by the factor below.
fn fraction(q: f64, m: f64, z: f64) -> [f64; 4] {
    let root = (1.0 - z).sqrt();
    let shrinking = (1.0 - root) / (1.0 + root);
    let steps = if shrinking > 0.0 { (-38.0 / ln(shrinking)).min(MOST_STEPS) } else { 0.0 };
    let mut k = 2.0 * (steps * 0.5).ceil() + 8.0;
    // Value and derivatives of the inner fraction.
    let (mut v, mut by_q, mut by_m, mut by_z) = (0.5 * (1.0 + root), 0.0, 0.0, -0.25 / root);
    while k > 0.0 {
        // Element k: up z / (down), with derivatives of its logarithm.
        let n = (k * 0.5).floor();
        let odd = k > 2.0 * n;
        let below = (m + k - 1.0) * (m + k);
        let (up, up_q, up_m) = if odd { ((q + n) * (m + n), m + n, q + n) } else { (n * (m - q + n), -n, n) };
        let per_below = 1.0 / below;
        let element = up * z * per_below;
        let element_q = up_q * z * per_below;
        let element_m = up_m * z * per_below - element * (2.0 * (m + k) - 1.0) * per_below;
        let element_z = up * per_below;
        let per_v = 1.0 / v;
        let pull = element * per_v * per_v;
        by_q = pull * by_q - element_q * per_v;
        by_m = pull * by_m - element_m * per_v;
        by_z = pull * by_z - element_z * per_v;
        v = 1.0 - element * per_v;
        k -= 1.0;
    }
    let f = 1.0 / v;
    [f, -by_q * f * f, -by_m * f * f, -by_z * f * f]
}
