//! Estimates and 95 % confidence intervals from counts of responses.
//!
//! Pure functions behind the SQL aggregates. They know nothing about Arrow or scales. Counts are exact integers, so an
//! estimate does not depend on the order in which responses were counted. Floating point starts here, with a fixed
//! number of operations per estimate.

/// Two-sided 95 % quantile of the standard normal distribution.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// A point estimate with its 95 % confidence interval, in the unit stated by its function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate computed from the responses.
    pub value: f64,
    /// Lower and upper end of the interval; `None` if there are too few responses.
    pub interval: Option<(f64, f64)>,
}

/// Net score 100(high - low)/n on -100..100 with the adjusted Wald interval; `None` without responses.
///
/// Adjusted Wald for a difference of two shares of one multinomial: add three responses, 3/4 to each end and 3/2 to the
/// middle, and use the normal interval of the result, with variance `h + l - (h - l)²`, clamped to the scale. Source:
/// B. Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician 70(4), 2016; recommended by
/// Lewis & Sauro, MeasuringU, 2021. The value itself is not adjusted.
pub fn net_score(high: i64, low: i64, responses: i64) -> Option<Estimate> {
    if responses <= 0 {
        return None;
    }
    let n = responses as f64 + 3.0;
    let high_share = (high as f64 + 0.75) / n;
    let low_share = (low as f64 + 0.75) / n;
    let net = high_share - low_share;
    let margin = Z_95 * ((high_share + low_share - net * net) / n).sqrt();
    Some(Estimate {
        value: 100.0 * (high - low) as f64 / responses as f64,
        interval: Some(((100.0 * (net - margin)).clamp(-100.0, 100.0), (100.0 * (net + margin)).clamp(-100.0, 100.0))),
    })
}

/// Share 0..1 of `successes` among `responses` with the Wilson score interval; `None` without responses.
///
/// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927;
/// recommended for small n by Brown, Cai & DasGupta, Statistical Science 16(2), 2001.
pub fn share(successes: i64, responses: i64) -> Option<Estimate> {
    if responses <= 0 {
        return None;
    }
    let n = responses as f64;
    let p = successes as f64 / n;
    let z2 = Z_95 * Z_95;
    let centre = p + z2 / (2.0 * n);
    let margin = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // At the ends the bound is exactly 0 or 1 by algebra, but rounding could leave it one ulp off.
    let low = if successes == 0 { 0.0 } else { ((centre - margin) / scale).clamp(0.0, 1.0) };
    let high = if successes == responses { 1.0 } else { ((centre + margin) / scale).clamp(0.0, 1.0) };
    Some(Estimate { value: p, interval: Some((low, high)) })
}

/// Mean of scores with the normal interval of a mean, clamped to the scale `lowest..=highest`.
///
/// `None` without responses. A single response has no interval, because its spread is unknown. The numerator of the
/// sample variance, `(n Σx² - (Σx)²) / (n (n - 1))`, is computed in integers, so no digits cancel.
pub fn mean(sum: i64, sum_of_squares: i64, responses: i64, lowest: i64, highest: i64) -> Option<Estimate> {
    if responses <= 0 {
        return None;
    }
    let n = responses as f64;
    let value = sum as f64 / n;
    let interval = (responses >= 2).then(|| {
        // i128: the products overflow i64 from about 10^9 responses.
        let spread = i128::from(responses) * i128::from(sum_of_squares) - i128::from(sum) * i128::from(sum);
        let variance = spread as f64 / (n * (n - 1.0));
        let margin = Z_95 * (variance / n).sqrt();
        let (lowest, highest) = (lowest as f64, highest as f64);
        ((value - margin).max(lowest).min(highest), (value + margin).max(lowest).min(highest))
    });
    Some(Estimate { value, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64, tolerance: f64) {
        assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted} within {tolerance}");
    }

    fn ends(estimate: Option<Estimate>) -> (f64, f64, f64) {
        let estimate = estimate.expect("responses");
        let (low, high) = estimate.interval.expect("interval");
        (estimate.value, low, high)
    }

    /// The product contract's golden numbers: P, D, n = 20, 10, 50 and 5, 0, 5.
    #[test]
    fn net_score_equals_the_golden_numbers() {
        let (value, low, high) = ends(net_score(20, 10, 50));
        close(value, 20.0, 1e-12);
        close(low, -1.26, 0.005);
        close(high, 38.99, 0.005);
        let (value, low, high) = ends(net_score(5, 0, 5));
        assert_eq!((value, high), (100.0, 100.0));
        close(low, 17.49, 0.005);
    }

    /// Cross Validated q/18603 (whuber): shares 1/2, 1/3, 1/6, here with n = 324.
    #[test]
    fn net_score_equals_the_cross_validated_example() {
        let (value, low, high) = ends(net_score(162, 54, 324));
        close(value, 33.333_333_333_333_37, 1e-9);
        close(low, 24.945_251_413_033_576, 1e-9);
        close(high, 41.109_794_458_526_06, 1e-9);
    }

    /// R package NPS 1.1 (Rocks), bundled test data, n = 1000.
    #[test]
    fn net_score_equals_the_r_package_example() {
        let (value, low, high) = ends(net_score(462, 362, 1000));
        close(value, 10.0, 1e-9);
        close(low, 4.389_666_925_032_081, 1e-9);
        close(high, 15.550_512_536_583_067, 1e-9);
    }

    /// CYBAEA, R-bloggers 2016-01: with p = d = 1/3 the full width is about 320/√n, or 10 points at n = 1024.
    #[test]
    fn net_score_width_follows_the_rule_of_thumb() {
        let (_, low, high) = ends(net_score(341, 341, 1024));
        close(high - low, 10.0, 0.03);
    }

    /// Newcombe, Statistics in Medicine 17, 1998, table I, method 3 (Wilson): 81/263, 15/148, 0/20, 1/29.
    #[test]
    fn share_equals_newcombes_table() {
        for (successes, responses, wanted) in [
            (81, 263, (0.2553, 0.3662)),
            (15, 148, (0.0624, 0.1605)),
            (0, 20, (0.0, 0.1611)),
            (1, 29, (0.0061, 0.1718)),
        ] {
            let (_, low, high) = ends(share(successes, responses));
            close(low, wanted.0, 0.000_05);
            close(high, wanted.1, 0.000_05);
        }
    }

    #[test]
    fn share_is_exact_at_the_ends() {
        for n in 1..200 {
            assert_eq!(ends(share(0, n)).1, 0.0);
            assert_eq!(ends(share(n, n)).2, 1.0);
        }
    }

    /// 1, 2, 3, 4, 5: mean 3, sample variance 2.5, margin z √(2.5/5).
    #[test]
    fn mean_has_the_normal_interval() {
        let (value, low, high) = ends(mean(15, 55, 5, 1, 7));
        close(value, 3.0, 1e-12);
        close(low, 3.0 - Z_95 * 0.5_f64.sqrt(), 1e-12);
        close(high, 3.0 + Z_95 * 0.5_f64.sqrt(), 1e-12);
    }

    #[test]
    fn the_interval_of_equal_scores_has_no_width_and_a_wide_one_is_clamped() {
        assert_eq!(ends(mean(7 * 9, 49 * 9, 9, 1, 7)), (7.0, 7.0, 7.0));
        assert_eq!(ends(mean(8, 50, 2, 1, 7)), (4.0, 1.0, 7.0));
    }

    #[test]
    fn too_few_responses_give_no_estimate() {
        assert_eq!(net_score(0, 0, 0), None);
        assert_eq!(share(0, 0), None);
        assert_eq!(mean(0, 0, 0, 1, 7), None);
        assert_eq!(mean(4, 16, 1, 1, 7), Some(Estimate { value: 4.0, interval: None }));
    }
}
