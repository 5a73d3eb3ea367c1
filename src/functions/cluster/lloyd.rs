//! Lloyd's algorithm (IEEE Transactions on Information Theory 28(2), 1982): assigns each row to the nearest centre and
//! moves each centre to the mean of its rows, until no row changes.

use super::sample::Rows;

/// Most iterations before the centres are used as they are; ten or twenty are usual.
const MOST_ROUNDS: usize = 300;

/// Weighted squared Euclidean distance, summed from the first feature to the last.
pub(super) fn squared_distance(squared_weights: &[f64], one: &[f64], other: &[f64]) -> f64 {
    let mut sum = 0.0;
    for ((weight, one), other) in squared_weights.iter().zip(one).zip(other) {
        let difference = one - other;
        sum += weight * (difference * difference);
    }
    sum
}

/// Number (from 0) of the nearest of `centres` and the squared distance to it; on a tie, the first.
pub(super) fn nearest(squared_weights: &[f64], centres: &[f64], row: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (number, centre) in centres.chunks_exact(row.len()).enumerate() {
        let distance = squared_distance(squared_weights, centre, row);
        if distance < best.1 {
            best = (number, distance);
        }
    }
    best
}

/// Rows in clusters around settled centres.
#[derive(Debug, Clone)]
pub(super) struct Clusters {
    /// The centres, one after another.
    pub(super) centres: Vec<f64>,
    /// Cluster of each row, from 0.
    pub(super) of_row: Vec<usize>,
    /// Customers in each cluster.
    pub(super) sizes: Vec<u64>,
}

impl Clusters {
    /// Whether a cluster is empty.
    pub(super) fn has_empty(&self) -> bool {
        self.sizes.contains(&0)
    }
}

/// Settles `centres` among standardised `rows`. A centre without rows stays where it is.
pub(super) fn settle(rows: &Rows, squared_weights: &[f64], mut centres: Vec<f64>) -> Clusters {
    let width = rows.width;
    let clusters = centres.len() / width;
    let mut of_row = vec![usize::MAX; rows.counts.len()];
    let mut sizes = vec![0_u64; clusters];
    for _ in 0..MOST_ROUNDS {
        let mut has_changed = false;
        sizes.fill(0);
        let mut sums = vec![0.0; centres.len()];
        for ((row, count), cluster) in rows.iter().zip(&rows.counts).zip(&mut of_row) {
            let (number, _) = nearest(squared_weights, &centres, row);
            has_changed |= *cluster != number;
            *cluster = number;
            sizes[number] += count;
            for (sum, value) in sums[number * width..].iter_mut().zip(row) {
                *sum += *count as f64 * value;
            }
        }
        if !has_changed {
            break;
        }
        for ((centre, sum), size) in centres.chunks_exact_mut(width).zip(sums.chunks_exact(width)).zip(&sizes) {
            if *size > 0 {
                centre.iter_mut().zip(sum).for_each(|(value, sum)| *value = sum / *size as f64);
            }
        }
    }
    Clusters { centres, of_row, sizes }
}
