//! Makes features comparable: subtracts the mean and divides by the standard deviation.

use super::sample::Rows;

/// How a feature becomes a standardised value, and its weight in a distance.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    /// Mean of each feature.
    pub(super) means: Vec<f64>,
    /// Standard deviation of each (of the population, divided by n); zero for a constant feature.
    pub(super) deviations: Vec<f64>,
    /// Weight of each after standardising; zero for a constant feature.
    pub(super) weights: Vec<f64>,
}

impl Scale {
    /// The scale of `rows`, summed in order; they must be sorted.
    pub(super) fn of(rows: &Rows, weights: &[f64]) -> Self {
        let customers = rows.customers() as f64;
        let mut means = vec![0.0; rows.width];
        for (row, count) in rows.iter().zip(&rows.counts) {
            for (sum, value) in means.iter_mut().zip(row) {
                *sum += *count as f64 * value;
            }
        }
        means.iter_mut().for_each(|sum| *sum /= customers);
        let mut squares = vec![0.0; rows.width];
        for (row, count) in rows.iter().zip(&rows.counts) {
            for ((sum, value), mean) in squares.iter_mut().zip(row).zip(&means) {
                *sum += *count as f64 * ((value - mean) * (value - mean));
            }
        }
        let mut scale = Self { means, deviations: Vec::new(), weights: weights.to_vec() };
        for (feature, squares) in squares.into_iter().enumerate() {
            let deviation = (squares / customers).sqrt();
            // The mean of equal values can be off by a rounding error, which must not count as variation.
            let is_constant = deviation <= 1e-12 * scale.means[feature].abs() || deviation < 1e-150;
            scale.deviations.push(if is_constant { 0.0 } else { deviation });
            if is_constant {
                scale.weights[feature] = 0.0;
            }
        }
        scale
    }

    /// Standardised value of feature number `feature`.
    pub(super) fn standardised(&self, feature: usize, value: f64) -> f64 {
        if self.deviations[feature] > 0.0 { (value - self.means[feature]) / self.deviations[feature] } else { 0.0 }
    }

    /// Converts a standardised row back to the units of the features.
    pub(super) fn in_units(&self, standardised: &[f64]) -> Vec<f64> {
        let spread = self.means.iter().zip(&self.deviations);
        spread.zip(standardised).map(|((mean, deviation), value)| mean + deviation * value).collect()
    }

    /// All rows, standardised.
    pub(super) fn standardise(&self, rows: &Rows) -> Rows {
        let values =
            rows.iter().flat_map(|row| row.iter().enumerate().map(|(at, value)| self.standardised(at, *value)));
        Rows { width: rows.width, values: values.collect(), counts: rows.counts.clone() }
    }

    /// The factor for the square of each standardised difference.
    pub(super) fn squared_weights(&self) -> Vec<f64> {
        self.weights.iter().map(|weight| weight * weight).collect()
    }
}
