//! Numerics for the statistical functions: logarithms, gamma functions, quantiles, sums and maximum likelihood.
//!
//! Everything uses the `libm` crate or plain arithmetic, never the platform's mathematical library, so the same input
//! gives the same bits on every machine. Nothing here depends on Arrow or SQL.

mod maximise;
mod newton;
mod special;
mod student;
mod sum;

pub(super) use maximise::{Failure, Likelihood, Maximum, maximise};
pub(super) use special::{LogGammaRatio, digamma, ln_gamma};
pub(super) use student::student_95;
pub(super) use sum::Sum;

pub(super) use libm::{exp, expm1, log as ln, log1p as ln_1p};

/// `ln(exp(a) + exp(b))` and the share of `exp(b)` in the sum, without overflow.
#[inline]
pub(super) fn log_add(a: f64, b: f64) -> (f64, f64) {
    let difference = b - a;
    if difference > 0.0 {
        let ratio = exp(-difference);
        (b + ln_1p(ratio), 1.0 / (1.0 + ratio))
    } else {
        let ratio = exp(difference);
        (a + ln_1p(ratio), ratio / (1.0 + ratio))
    }
}
