//! Expected purchases of a customer who is still active, for BG/NBD and MBG/NBD.
//!
//! The published form (Fader, Hardie and Lee, 2005, equation 10) is a difference with a Gaussian hypergeometric
//! function, divided by `a - 1`. It cancels for short horizons and near a = 1, and overflows for frequent customers.
//! Two forms without subtractions replace it, both equal to `E[(1 - (1 + p τ)^-n) / p]` with p from Beta(a, b), n = r +
//! x, τ = horizon / (alpha + age):
//!
//! - a series: if the customer stayed, the number J of purchases would be negative binomial, and the i-th is made with
//!   probability `(b)_i / (a+b)_i`, so the expectation is the sum over i of `(b)_i / (a+b)_i · P(J > i)`;
//! - an integral over the log-odds u of p, by the trapezoidal rule, which converges exponentially for functions that
//!   are analytic near the real line (Trefethen and Weideman, SIAM Review 56(3), 2014).

use super::super::super::numeric::{exp, expm1, ln, ln_1p};

/// A longer series costs more than the integral.
const LONGEST_SERIES: f64 = 4_000.0;

/// `E[(1 - (1 + p tau)^-n) / p]`, p from Beta(a, b).
pub(super) fn while_here(n: f64, a: f64, b: f64, tau: f64) -> f64 {
    if tau <= 0.0 {
        return 0.0;
    }
    // The mean of J, nine standard deviations, and a geometric tail of ratio tau / (1 + tau).
    let mean = n * tau;
    let terms = mean + 9.0 * (mean * (1.0 + tau)).sqrt() + 40.0 * (1.0 + tau);
    if terms <= LONGEST_SERIES { series(n, a, b, tau / (1.0 + tau)) } else { integral(n, a, b, tau) }
}

/// Sum over j of the negative binomial weights `(n)_j / j! z^j` times the expected purchases among j, divided by the
/// sum of the weights.
fn series(n: f64, a: f64, b: f64, z: f64) -> f64 {
    /// Weights above this are scaled down, with both sums, by a power of two, so that no digit is lost.
    const LARGE: f64 = f64::from_bits((1023 + 600) << 52);
    const SMALL: f64 = f64::from_bits((1023 - 600) << 52);
    let (mut weight, mut weights) = (1.0, 1.0);
    let (mut made, mut all_made) = (1.0, 0.0);
    let mut expected = 0.0;
    let mut j = 0.0;
    loop {
        let ratio = z * (n + j) / (j + 1.0);
        weight *= ratio;
        all_made += made;
        made *= (b + j) / (a + b + j);
        j += 1.0;
        weights += weight;
        let term = weight * all_made;
        expected += term;
        // Past the mode, the rest is below a geometric series of this ratio (the expected purchases grow even more
        // slowly).
        if ratio < 1.0 && term <= 1e-18 * (1.0 - ratio) * expected {
            return expected / weights;
        }
        if weight > LARGE {
            weight *= SMALL;
            weights *= SMALL;
            expected *= SMALL;
        }
    }
}

/// The trapezoidal rule on `u = ln(p / (1 - p))`, normalised by the same rule on the density alone.
fn integral(n: f64, a: f64, b: f64, tau: f64) -> f64 {
    /// The integrand is analytic and well behaved up to |Im u| = pi/2, so the error is about exp(-pi^2 / step) = 1e-17.
    const WIDEST_STEP: f64 = 0.25;
    /// exp(-37) is the rounding error of 1.
    const NEGLIGIBLE: f64 = 37.0;
    // A narrow density, whose curvature at the peak is a b / (a + b), grows off the real line: exp(-2 pi^2 / (step^2
    // curvature)) must also stay below 1e-17.
    let step = WIDEST_STEP.min((0.5 * (a + b) / a / b).sqrt());
    let log_density = |u: f64| -a * softplus(-u) - b * softplus(u);
    let peak = log_density(ln(a / b));
    let at = |u: f64| {
        let p = exp(-softplus(-u));
        let density = exp(log_density(u) - peak);
        let purchases = if p * tau > 0.0 && p > 1e-290 { -expm1(-n * ln_1p(p * tau)) / p } else { n * tau };
        (density, density * purchases)
    };
    // Below the lowest point p, and above the highest point 1 - p, is so small that the integrand is exp(a u) or exp(-b
    // u) times a constant. The omitted part is a geometric series.
    let low = -ln(1.0 + b + (n + 1.0) * (1.0 + tau)) - NEGLIGIBLE;
    let lowest = (low / step).floor();
    let highest = (NEGLIGIBLE / step).ceil();
    let (mut mass, mut expected) = (0.0, 0.0);
    let mut add = |u: f64, factor: f64| {
        let (density, purchases) = at(u);
        mass += factor * density;
        expected += factor * purchases;
    };
    add(lowest * step, 1.0 + 1.0 / expm1(a * step));
    let mut place = lowest + 1.0;
    while place < highest {
        add(place * step, 1.0);
        place += 1.0;
    }
    add(highest * step, 1.0 + 1.0 / expm1(b * step));
    expected / mass
}

/// `ln(1 + exp(u))`.
fn softplus(u: f64) -> f64 {
    if u > 0.0 { u + ln_1p(exp(-u)) } else { ln_1p(exp(u)) }
}

/// Both forms, for tests.
#[cfg(test)]
pub(super) fn both(n: f64, a: f64, b: f64, tau: f64) -> (f64, f64) {
    (series(n, a, b, tau / (1.0 + tau)), integral(n, a, b, tau))
}
