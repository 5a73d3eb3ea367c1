//! The responses: stored compactly, and sorted into an order that depends only on their content.

use std::cmp::Ordering;

use xxhash_rust::xxh3::Xxh3Default;

/// Rows of target and drivers, one after another; NaN if a driver was not answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Responses {
    /// Numbers in a row, including the target.
    pub(super) width: usize,
    pub(super) values: Vec<f64>,
}

impl Responses {
    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    pub(super) fn row(&self, place: usize) -> &[f64] {
        &self.values[place * self.width..(place + 1) * self.width]
    }

    /// Adds a row, unless no driver was answered: such a row contains no information about drivers.
    pub(super) fn add(&mut self, target: f64, drivers: impl Iterator<Item = Option<f64>>) {
        let start = self.values.len();
        // Adding zero turns -0 into +0, so that equal numbers have equal bits.
        self.values.push(target + 0.0);
        self.values.extend(drivers.map(|driver| driver.map_or(f64::NAN, |value| value + 0.0)));
        if self.values[start + 1..].iter().all(|value| value.is_nan()) {
            self.values.truncate(start);
        }
    }

    /// Positions of the rows ordered by a hash of their content; equal rows come in any order. Hashing is faster than
    /// comparing rows with many equal answers.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut keys: Vec<(u128, usize)> = (0..self.len())
            .map(|place| {
                let mut hasher = Xxh3Default::new();
                self.row(place).iter().for_each(|value| hasher.update(&bits(*value).to_le_bytes()));
                (hasher.digest128(), place)
            })
            .collect();
        keys.sort_unstable_by(|left, right| left.0.cmp(&right.0).then_with(|| self.compare(left.1, right.1)));
        keys.into_iter().map(|(_, place)| place).collect()
    }

    fn compare(&self, one: usize, other: usize) -> Ordering {
        self.row(one).iter().map(|value| bits(*value)).cmp(self.row(other).iter().map(|value| bits(*value)))
    }
}

/// The number's bits, the same for every NaN.
const fn bits(value: f64) -> u64 {
    if value.is_nan() { u64::MAX } else { value.to_bits() }
}
