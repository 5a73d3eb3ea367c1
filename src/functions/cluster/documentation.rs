//! The documentation of the k-means functions.

use datafusion::logical_expr::Documentation;

use super::answer::Answer;
use crate::functions::topic;

const FEATURES: &str = "List of numbers, one per feature, of the same length on every row. Null rows are ignored; a null, NaN \
    or infinity inside a list is an error.";

/// Documentation of `kmeans_fit`.
pub(super) fn fit() -> Documentation {
    Documentation::builder(
        topic::CLUSTERS,
        "Groups similar rows into clusters. Each feature is standardised (less its mean, in standard deviations) and multiplied \
         by its weight; a constant feature has no effect.\n\n\
         - For every k from k_min to k_max: k-means++ (Arthur & Vassilvitskii, SODA 2007) with 10 starts of at most 100 \
         rounds, then Lloyd until nothing moves (at most 300 rounds), on an even sample of at most 2,000 rows. The k with the \
         largest mean silhouette (Rousseeuw 1987) wins, the smaller of equals.\n\
         - Its centroids then settle among all rows or, above 20,000 different rows, among the 20,000 whose values have the \
         lowest hashes. Means and deviations are those of the same rows.\n\n\
         The order of rows does not matter. Clusters are numbered from 1, the largest first. Returns a struct:\n\n\
         - k, silhouette, customers (rows counted);\n\
         - centroids (in units of the features), standardised (the centroids as z values), means, deviations, weights;\n\
         - candidates: k and silhouette of each k tried, the silhouette null where a cluster stayed empty;\n\
         - status: 'fitted', 'too few customers' (fewer rows than k_min) or 'no variation' (fewer different rows than k_min).",
        "kmeans_fit(features, weights, k_min, k_max, seed)",
    )
    .with_sql_example("select kmeans_fit(make_array(store_share, lines), make_array(1.0, 0.5), 3, 8, 1) as fit from buyers")
    .with_argument("features", FEATURES)
    .with_argument("weights", "List of numbers: the weight of each feature, zero or more, the same on every row.")
    .with_argument("k_min", "Fewest clusters, at least 2; an integer literal or $var.")
    .with_argument("k_max", "Most clusters, at most 64; an integer literal or $var.")
    .with_argument("seed", "Seed of the random starts, zero or more; an integer literal or $var.")
    .with_related_udf("kmeans_refit")
    .with_related_udf("kmeans_cluster")
    .build()
}

/// Documentation of `kmeans_refit`.
pub(super) fn refit() -> Documentation {
    Documentation::builder(
        topic::CLUSTERS,
        "Moves the clusters of an earlier fit to where the rows are now: Lloyd from its centroids, with its k, scaling, \
         weights and cluster numbers, on rows sampled as in kmeans_fit. A cluster without rows stays where it was. An \
         earlier fit without clusters is returned with its status, and a null one gives null; in both cases use kmeans_fit. \
         Without rows the earlier centroids are returned, with customers 0 and no silhouette. Returns the struct of \
         kmeans_fit; candidates has the one k.",
        "kmeans_refit(earlier_fit, features)",
    )
    .with_sql_example("select kmeans_refit((select fit from last_year), make_array(store_share, lines)) as fit from buyers")
    .with_argument("earlier_fit", "Struct from kmeans_fit or kmeans_refit, the same on every row.")
    .with_argument("features", FEATURES)
    .with_related_udf("kmeans_fit")
    .with_related_udf("kmeans_cluster")
    .build()
}

/// Documentation of `kmeans_cluster` and `kmeans_distance`.
pub(super) fn assign(answer: Answer) -> Documentation {
    let (function, other, what) = match answer {
        Answer::Cluster => (
            "kmeans_cluster",
            "kmeans_distance",
            "Returns the number, from 1, of the cluster whose centroid is nearest in scaled space; of several that are \
             equally near, the lowest.",
        ),
        Answer::Distance => (
            "kmeans_distance",
            "kmeans_cluster",
            "Returns the Euclidean distance to the nearest centroid in scaled space: standard deviations, weighted.",
        ),
    };
    Documentation::builder(
        topic::CLUSTERS,
        format!("{what} Null where fit or features are null, or the fit has no clusters."),
        format!("{function}(fit, features)"),
    )
    .with_sql_example(format!("select {function}((select fit from fits), make_array(store_share, lines)) from buyers"))
    .with_argument("fit", "Struct from kmeans_fit or kmeans_refit.")
    .with_argument("features", "List of numbers: the features that the model was fitted on, in the same order.")
    .with_related_udf(other)
    .with_related_udf("kmeans_fit")
    .build()
}
