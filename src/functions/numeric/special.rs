//! The logarithm of the gamma function and its derivative.

use super::ln;

/// Natural logarithm of the gamma function, for `x > 0`.
#[inline]
pub(crate) fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Derivative of [`ln_gamma`], for `x > 0`.
///
/// Recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.5 and 6.3.18), whose first omitted term
/// is below 1e-17 there.
pub(crate) fn digamma(x: f64) -> f64 {
    /// Bernoulli numbers `B(2k) / 2k`, k from 1.
    const COEFFICIENTS: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32_760.0,
        1.0 / 12.0,
        -3_617.0 / 8_160.0,
    ];
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * square);
    ln(x) - 0.5 / x - series - shift
}

/// `ln(gamma(x + n) / gamma(x))` and its derivative, for one `x > 0` and many `n >= 0`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogGammaRatio {
    x: f64,
    ln_gamma: f64,
    digamma: f64,
}

impl LogGammaRatio {
    /// Ratios from `x`.
    pub(crate) fn from(x: f64) -> Self {
        Self { x, ln_gamma: ln_gamma(x), digamma: digamma(x) }
    }

    /// Value and derivative with respect to `x` at `n`.
    pub(crate) fn at(&self, n: f64) -> (f64, f64) {
        if n == 0.0 {
            return (0.0, 0.0);
        }
        (ln_gamma(self.x + n) - self.ln_gamma, digamma(self.x + n) - self.digamma)
    }
}
