//! How well rows fit their clusters: the silhouette (Rousseeuw, Journal of Computational and Applied Mathematics 20,
//! 1987), which selects the number of clusters.

use super::lloyd::{Clusters, squared_distance};
use super::sample::Rows;

/// Mean silhouette, from -1 to 1, of several clusterings of the same standardised `rows`.
///
/// For a customer, a is the mean distance to the others in the same cluster and b the smallest mean distance to another
/// cluster. The silhouette is (b - a) / max(a, b), or 0 for a customer alone in a cluster. Distances are computed once
/// for all clusterings. Time grows with the square of the number of rows.
pub(super) fn mean_silhouettes(rows: &Rows, squared_weights: &[f64], ways: &[&Clusters]) -> Vec<f64> {
    let mut totals = vec![0.0; ways.len()];
    let mut sums: Vec<Vec<f64>> = ways.iter().map(|way| vec![0.0; way.sizes.len()]).collect();
    for (at, (row, count)) in rows.iter().zip(&rows.counts).enumerate() {
        sums.iter_mut().for_each(|sums| sums.fill(0.0));
        for (other_at, (other, others)) in rows.iter().zip(&rows.counts).enumerate() {
            let distance = *others as f64 * squared_distance(squared_weights, row, other).sqrt();
            for (sums, way) in sums.iter_mut().zip(ways) {
                sums[way.of_row[other_at]] += distance;
            }
        }
        for ((total, sums), way) in totals.iter_mut().zip(&sums).zip(ways) {
            *total += *count as f64 * silhouette(way.of_row[at], sums, &way.sizes);
        }
    }
    let customers = rows.customers() as f64;
    totals.into_iter().map(|total| total / customers).collect()
}

/// Silhouette of one customer in cluster `own`, from the summed distances to each cluster.
fn silhouette(own: usize, sums: &[f64], sizes: &[u64]) -> f64 {
    if sizes[own] <= 1 {
        return 0.0;
    }
    let within = sums[own] / (sizes[own] - 1) as f64;
    let others = (0..sums.len()).filter(|cluster| *cluster != own && sizes[*cluster] > 0);
    let between = others.map(|cluster| sums[cluster] / sizes[cluster] as f64).fold(f64::INFINITY, f64::min);
    let larger = within.max(between);
    if larger > 0.0 && larger < f64::INFINITY { (between - within) / larger } else { 0.0 }
}
