//! Pareto/NBD: customers can leave at any time.
//!
//! The likelihood (Schmittlein, Morrison and Colombo, 1987) is `Γ(r+x)/Γ(r) α^r β^s` times
//!
//! ```text
//! (α+T)^-(r+x) (β+T)^-s  +  s ∫_{t_x}^T (α+y)^-(r+x) (β+y)^-(s+1) dy
//! ```
//!
//! for customers still active, or gone at y. Written with integrals to infinity (by parts), that is
//!
//! ```text
//! s ∫_{t_x}^∞ (α+y)^-(r+x) (β+y)^-(s+1) dy  +  (r+x) ∫_T^∞ (α+y)^-(r+x+1) (β+y)^-s dy
//! ```
//!
//! two positive terms, so nothing cancels. The first depends only on frequency and recency, the second only on
//! frequency and age, so each is computed once for all customers that share them.

use super::super::super::numeric::{self, LogGammaRatio, Sum, exp, expm1, ln, ln_1p};
use super::history::History;
use super::sample::{Moment, Sample};
use super::tail::log_tail;

/// Logarithm of the first term and its derivatives with respect to r, alpha, s and beta.
fn at_recency([r, alpha, s, beta]: &[f64; 4], frequency: f64, recency: f64) -> (f64, [f64; 4]) {
    let (value, [by_r, by_s, by_alpha, by_beta]) = log_tail(r + frequency, s + 1.0, *alpha, *beta, recency);
    (ln(*s) + value, [by_r, by_alpha, by_s + 1.0 / s, by_beta])
}

/// Logarithm of the second term and its derivatives with respect to r, alpha, s and beta.
fn at_age([r, alpha, s, beta]: &[f64; 4], frequency: f64, age: f64) -> (f64, [f64; 4]) {
    let rates = r + frequency;
    let (value, [by_r, by_s, by_alpha, by_beta]) = log_tail(rates + 1.0, *s, *alpha, *beta, age);
    (ln(rates) + value, [by_r + 1.0 / rates, by_alpha, by_s, by_beta])
}

/// The probability that the customer is still active.
pub(super) fn p_alive(parameters: &[f64; 4], history: &History) -> f64 {
    let [r, alpha, s, beta] = *parameters;
    let (first, _) = at_recency(parameters, history.frequency(), history.recency());
    let (second, _) = at_age(parameters, history.frequency(), history.age());
    let (both, _) = numeric::log_add(first, second);
    let here = -(r + history.frequency()) * ln(alpha + history.age()) - s * ln(beta + history.age());
    exp(here - both).min(1.0)
}

/// Purchases within `horizon` of a customer who is still active (Schmittlein, Morrison and Colombo, 1987, equation 22).
pub(super) fn expected_if_alive([r, alpha, s, beta]: &[f64; 4], frequency: f64, age: f64, horizon: f64) -> f64 {
    let per_time = (r + frequency) / (alpha + age);
    let log = ln_1p(horizon / (beta + age));
    let exponent = (s - 1.0) * log;
    // (1 - exp(-exponent)) / (s - 1), which tends to `log` where s is 1.
    let stay = if exponent.abs() < 1e-12 { log } else { -expm1(-exponent) / (s - 1.0) };
    per_time * (beta + age) * stay
}

/// The log-likelihood of r, alpha, s and beta.
pub(super) struct Likelihood<'a> {
    sample: &'a Sample,
}

impl<'a> Likelihood<'a> {
    pub(super) const fn new(sample: &'a Sample) -> Self {
        Self { sample }
    }

    fn each(&self, moments: &[Moment], term: impl Fn(f64, f64) -> (f64, [f64; 4])) -> Vec<(f64, [f64; 4])> {
        let frequencies = self.sample.frequencies();
        moments.iter().map(|moment| term(frequencies[moment.frequency as usize].frequency, moment.time)).collect()
    }
}

impl numeric::Likelihood<4> for Likelihood<'_> {
    fn evaluate(&self, parameters: &[f64; 4]) -> (f64, [f64; 4]) {
        let [r, alpha, s, beta] = *parameters;
        let (mut value, mut slopes) = (Sum::default(), [Sum::default(); 4]);
        let rates = LogGammaRatio::from(r);
        let (ln_alpha, ln_beta) = (ln(alpha), ln(beta));
        for group in self.sample.frequencies() {
            let (rate, by_r) = rates.at(group.frequency);
            value.add(group.customers * (rate + r * ln_alpha + s * ln_beta));
            let constant = [by_r + ln_alpha, r / alpha, ln_beta, s / beta];
            for (slope, constant) in slopes.iter_mut().zip(constant) {
                slope.add(group.customers * constant);
            }
        }
        let recencies = self.each(self.sample.recencies(), |x, time| at_recency(parameters, x, time));
        let ages = self.each(self.sample.ages(), |x, time| at_age(parameters, x, time));
        for cell in self.sample.cells() {
            let (first, by_first) = &recencies[cell.recency as usize];
            let (second, by_second) = &ages[cell.age as usize];
            let (both, share) = numeric::log_add(*first, *second);
            value.add(cell.customers * both);
            for ((slope, first), second) in slopes.iter_mut().zip(by_first).zip(by_second) {
                slope.add(cell.customers * (first + share * (second - first)));
            }
        }
        (value.value(), slopes.map(Sum::value))
    }

    fn observations(&self) -> f64 {
        self.sample.customers() as f64
    }
}
