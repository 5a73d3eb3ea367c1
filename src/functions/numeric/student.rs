//! The quantile of Student's t distribution for 95 % intervals of means.

use super::{exp, ln_1p};
use crate::functions::interval::Z_95;

/// Probability above the two-sided 95 % quantile.
const TAIL: f64 = 0.025;
/// Degrees of freedom above which the expansion in their inverse is exact to the last digits.
const MANY: f64 = 2_000.0;

/// Two-sided 95 % quantile of Student's t distribution, for `freedom >= 1` degrees of freedom (any real number).
///
/// Newton's method on the upper tail, which is convex above 0. The start, the normal quantile, is too small, and each
/// step stops short of the root, so no bracket is needed. For many degrees of freedom the Cornish-Fisher expansion
/// (Abramowitz and Stegun 26.7.5), whose first omitted term is below 1e-15 there.
pub(crate) fn student_95(freedom: f64) -> f64 {
    if freedom >= MANY {
        return expansion(freedom);
    }
    let mut t = Z_95;
    for _ in 0..100 {
        let step = (upper_tail(t, freedom) - TAIL) / density(t, freedom);
        t += step;
        if step <= 4.0 * f64::EPSILON * t {
            break;
        }
    }
    t
}

fn expansion(freedom: f64) -> f64 {
    let z = Z_95;
    let z2 = z * z;
    // Polynomials in z by Horner's rule, one per power of 1 / freedom.
    let terms = [
        z,
        z * (z2 + 1.0) / 4.0,
        z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        z * ((((79.0 * z2 + 776.0) * z2 + 1_482.0) * z2 - 1_920.0) * z2 - 945.0) / 92_160.0,
    ];
    terms.iter().rev().fold(0.0, |sum, term| sum / freedom + term)
}

/// `gamma(a + 1/2) / gamma(a)` for `a > 0`.
///
/// The asymptotic series in 1 / a, after the recurrence up to 64, where its first omitted term is below 1e-18. The
/// difference of two logarithms would lose the digits that they share.
fn gamma_ratio(a: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        1.0,
        -1.0 / 8.0,
        1.0 / 128.0,
        5.0 / 1_024.0,
        -21.0 / 32_768.0,
        -399.0 / 262_144.0,
        869.0 / 4_194_304.0,
        39_325.0 / 33_554_432.0,
    ];
    let (mut a, mut shift) = (a, 1.0);
    while a < 64.0 {
        shift *= a / (a + 0.5);
        a += 1.0;
    }
    shift * a.sqrt() * COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| sum / a + coefficient)
}

/// `(1 + t² / freedom) ^ (-freedom / 2)`.
fn kernel(t: f64, freedom: f64) -> f64 {
    exp(-0.5 * freedom * ln_1p(t * t / freedom))
}

fn density(t: f64, freedom: f64) -> f64 {
    let scale = gamma_ratio(0.5 * freedom) / (std::f64::consts::PI * freedom).sqrt();
    scale * kernel(t, freedom) / (1.0 + t * t / freedom).sqrt()
}

/// Probability above `t`: half the incomplete beta function at `x = freedom / (freedom + t²)` with parameters `freedom
/// / 2` and 1/2, by its continued fraction (Abramowitz and Stegun 26.5.8; Lentz's method). From the normal quantile
/// upwards, `x` is where the fraction converges fast.
fn upper_tail(t: f64, freedom: f64) -> f64 {
    const LEAST: f64 = 1e-300;
    let (a, b) = (0.5 * freedom, 0.5);
    let x = freedom / (freedom + t * t);
    let away = |value: f64| if value.abs() < LEAST { LEAST } else { value };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for number in 1..10_000 {
        let m = f64::from(number);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for coefficient in [even, odd] {
            d = 1.0 / away(1.0 + coefficient * d);
            c = away(1.0 + coefficient / c);
            factor = c * d;
            fraction *= factor;
        }
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    // x^a (1 - x)^b / (a beta(a, b)), with beta(a, 1/2) = gamma(a) sqrt(pi) / gamma(a + 1/2).
    let front =
        kernel(t, freedom) * (t * t / (freedom + t * t)).sqrt() * gamma_ratio(a) / (a * std::f64::consts::PI.sqrt());
    0.5 * front * fraction
}

#[cfg(test)]
mod tests {
    use super::student_95;

    /// The usual textbook table, and one degree of freedom in closed form: tan(0.475 pi).
    #[test]
    fn quantiles_equal_the_table() {
        for (freedom, wanted) in
            [(1.0, 12.706), (2.0, 4.303), (5.0, 2.571), (10.0, 2.228), (30.0, 2.042), (120.0, 1.980), (1e9, 1.960)]
        {
            assert!((student_95(freedom) - wanted).abs() < 0.0005, "{freedom}");
        }
        assert!((student_95(1.0) - libm::tan(0.475 * std::f64::consts::PI)).abs() < 1e-11);
        // Two degrees: 0.95 sqrt(2 / (4 x 0.975 x 0.025)).
        assert!((student_95(2.0) - 0.95 * (2.0_f64 / (4.0 * 0.975 * 0.025)).sqrt()).abs() < 1e-13);
    }

    #[test]
    fn quantiles_fall_with_the_degrees_of_freedom_across_both_methods() {
        let quantiles: Vec<f64> = (10..40_000).map(|tenths| student_95(f64::from(tenths) / 10.0)).collect();
        assert!(quantiles.windows(2).all(|pair| pair[0] > pair[1]));
    }
}
