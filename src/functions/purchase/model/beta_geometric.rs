//! BG/NBD and MBG/NBD: customers leave, if they do, right after a purchase.
//!
//! The two differ in one chance to leave: after each repeat purchase, or after every purchase including the first. With
//! `k` chances survived before the last purchase, both likelihoods are
//!
//! ```text
//! L = Γ(r+x)/Γ(r) · α^r (α+T)^-(r+x) · B(a, b+k)/B(a, b) · (1 + [k > 0] a/(b+k-1) · ((α+T)/(α+t_x))^(r+x))
//! ```
//!
//! with k = x for BG/NBD (Fader, Hardie and Lee, 2005, equation 6) and k = x + 1 for MBG/NBD (Batislam, Denizel and
//! Filiztekin, 2007). The second term is for a customer who left right after the last purchase.

use super::super::super::numeric::{self, LogGammaRatio, Sum, exp, ln};
use super::history::History;
use super::sample::{Moment, Sample};

/// Chances to leave up to and including the last purchase.
const fn chances(frequency: f64, modified: bool) -> f64 {
    if modified { frequency + 1.0 } else { frequency }
}

/// The probability that the customer is still active.
pub(super) fn p_alive([r, alpha, a, b]: &[f64; 4], history: &History, modified: bool) -> f64 {
    let chances = chances(history.frequency(), modified);
    if chances == 0.0 {
        return 1.0;
    }
    let silence = numeric::ln_1p((history.age() - history.recency()) / (alpha + history.recency()));
    let odds = ln(*a) - ln(b + chances - 1.0) + (r + history.frequency()) * silence;
    1.0 / (1.0 + exp(odds))
}

/// The log-likelihood of r, alpha, a and b.
pub(super) struct Likelihood<'a> {
    sample: &'a Sample,
    modified: bool,
}

impl<'a> Likelihood<'a> {
    pub(super) const fn new(sample: &'a Sample, modified: bool) -> Self {
        Self { sample, modified }
    }

    /// The part that depends only on the frequency: value, and derivatives with respect to r, a and b.
    fn of_frequencies(&self, [r, alpha, a, b]: &[f64; 4]) -> (Sum, [Sum; 4]) {
        let (rates, survivals, all) = (LogGammaRatio::from(*r), LogGammaRatio::from(*b), LogGammaRatio::from(a + b));
        let (mut value, mut slopes) = (Sum::default(), [Sum::default(); 4]);
        let ln_alpha = ln(*alpha);
        for group in self.sample.frequencies() {
            let chances = chances(group.frequency, self.modified);
            let (rate, by_r) = rates.at(group.frequency);
            let (survival, by_b) = survivals.at(chances);
            let (total, by_both) = all.at(chances);
            value.add(group.customers * (rate + r * ln_alpha + survival - total));
            slopes[0].add(group.customers * (by_r + ln_alpha));
            slopes[1].add(group.customers * r / alpha);
            slopes[2].add(-group.customers * by_both);
            slopes[3].add(group.customers * (by_b - by_both));
        }
        (value, slopes)
    }
}

/// `ln(alpha + time)` and `1 / (alpha + time)` of each moment.
fn logs(moments: &[Moment], alpha: f64) -> Vec<(f64, f64)> {
    moments.iter().map(|moment| (ln(alpha + moment.time), 1.0 / (alpha + moment.time))).collect()
}

impl numeric::Likelihood<4> for Likelihood<'_> {
    fn evaluate(&self, parameters: &[f64; 4]) -> (f64, [f64; 4]) {
        let [r, alpha, a, b] = *parameters;
        let (mut value, mut slopes) = self.of_frequencies(parameters);
        let (recencies, ages) = (logs(self.sample.recencies(), alpha), logs(self.sample.ages(), alpha));
        let ln_a = ln(a);
        let cells = self.sample.cells().chunk_by(|left, right| {
            self.sample.recencies()[left.recency as usize].frequency
                == self.sample.recencies()[right.recency as usize].frequency
        });
        for (group, cells) in self.sample.frequencies().iter().zip(cells) {
            let exponent = r + group.frequency;
            let chances = chances(group.frequency, self.modified);
            let leaving = b + chances - 1.0;
            let ln_leaving = if chances > 0.0 { ln_a - ln(leaving) } else { f64::NEG_INFINITY };
            // Value; derivatives with respect to r and alpha; customers weighted by the probability that they have
            // left.
            let (mut sum, mut by_r, mut by_alpha, mut left) = (Sum::default(), Sum::default(), Sum::default(), 0.0);
            for cell in cells {
                let (ln_age, per_age) = ages[cell.age as usize];
                let (mut term, mut term_r, mut term_alpha) = (-exponent * ln_age, -ln_age, -exponent * per_age);
                if chances > 0.0 {
                    let (ln_recency, per_recency) = recencies[cell.recency as usize];
                    let silence = ln_age - ln_recency;
                    let (either, gone) = numeric::log_add(0.0, ln_leaving + exponent * silence);
                    term += either;
                    term_r += gone * silence;
                    term_alpha += gone * exponent * (per_age - per_recency);
                    left += cell.customers * gone;
                }
                sum.add(cell.customers * term);
                by_r.add(cell.customers * term_r);
                by_alpha.add(cell.customers * term_alpha);
            }
            value.add(sum.value());
            slopes[0].add(by_r.value());
            slopes[1].add(by_alpha.value());
            if chances > 0.0 {
                slopes[2].add(left / a);
                slopes[3].add(-left / leaving);
            }
        }
        (value.value(), slopes.map(Sum::value))
    }

    fn observations(&self) -> f64 {
        self.sample.customers() as f64
    }
}
