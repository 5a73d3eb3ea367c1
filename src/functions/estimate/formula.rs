//! The formulas: shares, means and their differences, from integers that the caller has checked.

use super::super::interval::{Estimate, Z_95, share};
use super::super::numeric::student_95;

/// Totals of the answers to a question on a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    /// Number of answers, at least 0.
    pub(super) n: i64,
    pub(super) sum: i64,
    /// The sum of their squares; at least `sum²/n`.
    pub(super) sum_of_squares: i64,
}

impl Totals {
    /// `n Σx² - (Σx)²` in integers, so that no digits cancel; negative if there are no answers.
    pub(super) fn spread(self) -> i128 {
        i128::from(self.n) * i128::from(self.sum_of_squares) - i128::from(self.sum) * i128::from(self.sum)
    }

    fn mean(self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / self.n as f64)
    }

    /// Squared standard error of the mean; `None` for fewer than two answers.
    fn squared_error(self) -> Option<f64> {
        let n = self.n as f64;
        (self.n >= 2).then(|| self.spread() as f64 / (n * n * (n - 1.0)))
    }
}

/// Mean with Student's interval, clamped to the scale if one is given. Fewer than two answers have no interval.
pub(super) fn mean(totals: Totals, scale: Option<(f64, f64)>) -> Option<Estimate> {
    let value = totals.mean()?;
    let interval = totals.squared_error().map(|squared| {
        let margin = student_95((totals.n - 1) as f64) * squared.sqrt();
        let (low, high) = scale.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        ((value - margin).max(low).min(high), (value + margin).max(low).min(high))
    });
    Some(Estimate { value, interval })
}

/// Difference of two means, first minus second, with Welch's interval.
///
/// Degrees of freedom by Welch (Biometrika 34, 1947) and Satterthwaite (Biometrics Bulletin 2, 1946). The interval is
/// missing if either group has fewer than two answers, or if neither has any spread: its width would be zero for
/// every n, and two equal answers against two others would look like proof.
pub(super) fn mean_difference(one: Totals, other: Totals) -> Option<Estimate> {
    let value = one.mean()? - other.mean()?;
    let interval = one.squared_error().zip(other.squared_error()).filter(|(a, b)| a + b > 0.0).map(|(a, b)| {
        // In shares of the variance, so that squares of very small errors do not underflow.
        let (a_share, b_share) = (a / (a + b), b / (a + b));
        let freedom = 1.0 / (a_share * a_share / (one.n - 1) as f64 + b_share * b_share / (other.n - 1) as f64);
        let margin = student_95(freedom.max(1.0)) * (a + b).sqrt();
        (value - margin, value + margin)
    });
    Some(Estimate { value, interval })
}

/// Difference of two shares, first minus second, with the hybrid of both Wilson intervals.
///
/// Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
/// Medicine 17, 1998, method 10 (without continuity correction). Each argument is (successes, n).
pub(super) fn share_difference(one: (i64, i64), other: (i64, i64)) -> Option<Estimate> {
    let (one, other) = (share(one.0, one.1)?, share(other.0, other.1)?);
    let value = one.value - other.value;
    let interval = one.interval.zip(other.interval).map(|((low_1, high_1), (low_2, high_2))| {
        let margin = |a: f64, b: f64| (a * a + b * b).sqrt();
        let below = margin(one.value - low_1, high_2 - other.value);
        let above = margin(high_1 - one.value, other.value - low_2);
        ((value - below).max(-1.0), (value + above).min(1.0))
    });
    Some(Estimate { value, interval })
}

/// Promoters, detractors and answers of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Promotion {
    /// Answers 9 and 10.
    pub(super) promoters: i64,
    /// Answers 0 to 6.
    pub(super) detractors: i64,
    /// All answers, at least the sum of both.
    pub(super) n: i64,
}

/// Difference of two net promoter scores, first minus second, in points (-200..200), with the adjusted Wald interval.
///
/// Both groups are adjusted as for a single score (three answers added, 3/4 of an answer to each end; Rocks, The
/// American Statistician 70(4), 2016), and their variances are added, as Lewis and Sauro do to compare two scores
/// (MeasuringU, 2021). The value itself is not adjusted.
pub(super) fn nps_difference(one: Promotion, other: Promotion) -> Option<Estimate> {
    if one.n <= 0 || other.n <= 0 {
        return None;
    }
    let score = |group: Promotion| 100.0 * (group.promoters - group.detractors) as f64 / group.n as f64;
    let adjusted = |group: Promotion| {
        let n = group.n as f64 + 3.0;
        let (high, low) = ((group.promoters as f64 + 0.75) / n, (group.detractors as f64 + 0.75) / n);
        let net = high - low;
        (net, (high + low - net * net) / n)
    };
    let ((net_1, variance_1), (net_2, variance_2)) = (adjusted(one), adjusted(other));
    let margin = Z_95 * (variance_1 + variance_2).sqrt();
    let net = net_1 - net_2;
    let points = |share: f64| (100.0 * share).clamp(-200.0, 200.0);
    Some(Estimate { value: score(one) - score(other), interval: Some((points(net - margin), points(net + margin))) })
}

/// Correlation `r` of `n` pairs with Fisher's interval (Metron 1, 1921): normal in `atanh(r)` with variance `1/(n -
/// 3)`.
/// Fewer than four pairs have no interval.
pub(super) fn correlation(r: f64, n: i64) -> Option<Estimate> {
    if n <= 0 || r.is_nan() {
        return None;
    }
    let interval = (n >= 4).then(|| {
        let (centre, margin) = (libm::atanh(r), Z_95 / ((n - 3) as f64).sqrt());
        (libm::tanh(centre - margin), libm::tanh(centre + margin))
    });
    Some(Estimate { value: r, interval })
}
