//! Finds clusters in a sample of customers, or moves the clusters of an earlier fit.

use std::sync::LazyLock;

use linfa::DatasetBase;
use linfa::prelude::Fit as _;
use linfa_clustering::{KMeans, KMeansInit};
use ndarray::Array2;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::lloyd::{Clusters, nearest, settle};
use super::model::{Fit, Status};
use super::sample::{Rows, Sample, compare};
use super::scale::Scale;
use super::silhouette::mean_silhouettes;

/// Most customers on whom cluster counts are compared: the silhouette's time grows with the square of their number.
const COMPARED: u64 = 2_000;
/// Starts of k-means++; the one with the least inertia is used.
const STARTS: usize = 10;
/// Iterations per start; [`settle`] finishes the best one.
const ROUNDS: u64 = 100;
/// A start has settled when the centres move less than this, in weighted standard deviations.
const TOLERANCE: f64 = 1e-3;

/// One thread for linfa, which would otherwise use all cores regardless of `--threads`. Its result does not depend on
/// the number of threads: rows are only assigned in parallel, and sums are added in order.
static ONE_THREAD: LazyLock<Option<ThreadPool>> =
    LazyLock::new(|| ThreadPoolBuilder::new().num_threads(1).thread_name(|_| "k-means".to_owned()).build().ok());

/// The settings of `kmeans_fit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    /// Fewest clusters, at least 2.
    pub(super) k_min: usize,
    /// Most clusters.
    pub(super) k_max: usize,
    /// Seed of k-means++.
    pub(super) seed: u64,
}

/// Finds clusters in `sample` with weighted features.
///
/// Every cluster count from `k_min` to `k_max` is tried on at most [`COMPARED`] customers: k-means++ (Arthur &
/// Vassilvitskii, SODA 2007) from [`STARTS`] starts, then Lloyd's algorithm until it converges. The count with the
/// largest mean silhouette wins; on a tie, the smaller count. Its centres then settle on all rows of the sample.
/// Clusters are numbered from the largest to the smallest, and clusters of equal size by their centres.
pub(super) fn fit(sample: &Sample, weights: &[f64], settings: Settings) -> Fit {
    let customers = sample.customers();
    if customers == 0 {
        return Fit::none(Status::TooFewCustomers, None, 0);
    }
    let rows = sample.sorted();
    let scale = Scale::of(&rows, weights);
    if customers < settings.k_min as u64 {
        return Fit::none(Status::TooFewCustomers, Some(scale), customers);
    }
    let squared_weights = scale.squared_weights();
    let all = scale.standardise(&rows);
    let compared = all.thinned(COMPARED);
    let most = settings.k_max.min(different(&compared, &scale.weights));
    let tried: Vec<(usize, Option<Clusters>)> = (settings.k_min..=most)
        .map(|k| {
            let start = proposed(&compared, &scale.weights, k, settings.seed);
            let clusters = start.map(|centres| settle(&compared, &squared_weights, centres));
            (k, clusters.filter(|clusters| !clusters.has_empty()))
        })
        .collect();
    let ways: Vec<&Clusters> = tried.iter().filter_map(|(_, clusters)| clusters.as_ref()).collect();
    let mut silhouettes = mean_silhouettes(&compared, &squared_weights, &ways).into_iter();
    let (mut candidates, mut best) = (Vec::new(), None::<(f64, usize, &Clusters)>);
    for (k, clusters) in &tried {
        let silhouette = clusters.as_ref().and_then(|_| silhouettes.next());
        candidates.push((*k, silhouette));
        if let (Some(clusters), Some(silhouette)) = (clusters, silhouette)
            && best.is_none_or(|(largest, ..)| silhouette > largest)
        {
            best = Some((silhouette, *k, clusters));
        }
    }
    let Some((silhouette, k, clusters)) = best else {
        return Fit { candidates, ..Fit::none(Status::NoVariation, Some(scale), customers) };
    };
    let settled = settle(&all, &squared_weights, clusters.centres.clone());
    let centres = numbered(&settled, all.width);
    Fit { k, scale: Some(scale), centres, silhouette: Some(silhouette), candidates, customers, status: Status::Fitted }
}

/// Moves the clusters of `earlier` to `sample`: Lloyd's algorithm from the earlier centres, with the earlier scaling
/// and numbers. If `earlier` has no clusters, neither has the result. A cluster without customers stays where it was,
/// and without any customers all clusters do.
pub(super) fn refit(earlier: &Fit, sample: &Sample) -> Fit {
    let customers = sample.customers();
    let Some(scale) = earlier.scale.as_ref().filter(|_| earlier.status == Status::Fitted) else {
        return Fit { customers, ..earlier.clone() };
    };
    if customers == 0 {
        return Fit { customers, silhouette: None, candidates: Vec::new(), ..earlier.clone() };
    }
    let squared_weights = scale.squared_weights();
    let all = scale.standardise(&sample.sorted());
    let settled = settle(&all, &squared_weights, earlier.centres.clone());
    let compared = all.thinned(COMPARED);
    // The centres are settled already. This only finds the cluster of each compared customer.
    let clusters = assigned(&compared, &squared_weights, &settled.centres);
    let silhouette = mean_silhouettes(&compared, &squared_weights, &[&clusters]).first().copied();
    Fit {
        centres: settled.centres,
        silhouette,
        candidates: vec![(earlier.k, silhouette)],
        customers,
        ..earlier.clone()
    }
}

/// Assigns rows to clusters with fixed centres.
fn assigned(rows: &Rows, squared_weights: &[f64], centres: &[f64]) -> Clusters {
    let of_row: Vec<usize> = rows.iter().map(|row| nearest(squared_weights, centres, row).0).collect();
    let mut sizes = vec![0; centres.len() / rows.width];
    of_row.iter().zip(&rows.counts).for_each(|(cluster, count)| sizes[*cluster] += count);
    Clusters { centres: centres.to_vec(), of_row, sizes }
}

/// How many rows differ in a feature with weight.
fn different(rows: &Rows, weights: &[f64]) -> usize {
    let mut weighted: Vec<Vec<f64>> = rows.iter().map(|row| weighted(row, weights).collect()).collect();
    weighted.sort_by(|left, right| compare(left, right));
    weighted.dedup();
    weighted.len()
}

fn weighted<'a>(row: &'a [f64], weights: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    // Adding zero turns -0 into +0, so that equal values have equal bits.
    row.iter().zip(weights).map(|(value, weight)| value * weight + 0.0)
}

/// Centres that linfa's k-means++ proposes for `k` clusters, standardised; `None` if it finds no finite inertia.
fn proposed(rows: &Rows, weights: &[f64], k: usize, seed: u64) -> Option<Vec<f64>> {
    // linfa has no counts, so a row that represents several customers is repeated.
    let repeated: Vec<f64> = rows
        .iter()
        .zip(&rows.counts)
        .flat_map(|(row, count)| (0..*count).flat_map(move |_| weighted(row, weights)))
        .collect();
    let customers = repeated.len() / rows.width;
    let records = Array2::from_shape_vec((customers, rows.width), repeated).ok()?;
    let found = match ONE_THREAD.as_ref() {
        Some(pool) => pool.install(|| search(records, k, seed))?,
        None => search(records, k, seed)?,
    };
    // A feature without weight has no value in the centres yet; settling sets it.
    let unweighted = |(value, weight): (&f64, &f64)| if *weight > 0.0 { value / weight } else { 0.0 };
    Some(found.iter().zip(weights.iter().cycle()).map(unweighted).collect())
}

/// The best centres of [`STARTS`] starts, on the thread pool that calls this function.
pub(super) fn search(records: Array2<f64>, k: usize, seed: u64) -> Option<Array2<f64>> {
    let parameters = KMeans::params_with_rng(k, Xoshiro256Plus::seed_from_u64(seed))
        .init_method(KMeansInit::KMeansPlusPlus)
        .n_runs(STARTS)
        .max_n_iterations(ROUNDS)
        .tolerance(TOLERANCE);
    parameters.fit(&DatasetBase::from(records)).ok().map(|model| model.centroids().clone())
}

/// The centres in the order of their numbers.
fn numbered(clusters: &Clusters, width: usize) -> Vec<f64> {
    let mut order: Vec<(u64, &[f64])> =
        clusters.sizes.iter().copied().zip(clusters.centres.chunks_exact(width)).collect();
    order.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| compare(left.1, right.1)));
    order.into_iter().flat_map(|(_, centre)| centre.iter().copied()).collect()
}
