//! What the k-means functions say about themselves.

use datafusion::logical_expr::Documentation;
use datafusion::logical_expr::aggregate_doc_sections::DOC_SECTION_STATISTICAL;

use super::assign::Answer;

const FEATURES: &str = "List of numbers, one per feature; every row has as many. Null rows are left out; a null, NaN or \
    infinity inside a list is an error.";

/// Documentation of `kmeans_fit`.
pub(super) fn fit() -> Documentation {
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
        "Finds clusters of rows that are alike. Each feature is standardised (less its mean, in standard deviations) and \
         multiplied by its weight; a constant feature weighs nothing. For every k from k_min to k_max, k-means++ (Arthur \
         & Vassilvitskii, SODA 2007) with 10 starts of at most 100 rounds, then Lloyd until nothing moves (at most 300 \
         rounds), on an even sample of at most 2,000 rows; the k with the largest mean silhouette (Rousseeuw 1987) wins, \
         the smaller of equals. Its centroids then settle among all rows, or, above 20,000 different rows, among those \
         20,000 whose values have the least hashes; means and deviations are those of the same rows. The result does not \
         depend on the order of rows. Clusters are numbered from 1, the largest first. Returns a struct: k, centroids (in \
         units of the features), standardised (the centroids as z values), means, deviations, weights, silhouette, \
         candidates (k and silhouette of each k tried; null: a cluster stayed empty), customers (rows counted), status \
         ('fitted'; 'too few customers': fewer rows than k_min; 'no variation': fewer different rows than k_min).",
        "kmeans_fit(features, weights, k_min, k_max, seed)",
    )
    .with_sql_example("select kmeans_fit(make_array(store_share, lines), make_array(1.0, 0.5), 3, 8, 1) as fit from buyers")
    .with_argument("features", FEATURES)
    .with_argument("weights", "List of the weight of each feature, zero or more, the same on every row.")
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
        DOC_SECTION_STATISTICAL,
        "Moves the clusters of an earlier fit to where the rows are now: Lloyd from its centroids, with its k, scaling, \
         weights and cluster numbers, on rows sampled as kmeans_fit does. A cluster without rows stays where it was. An \
         earlier fit without clusters is returned with its status, and a null one gives null: fit anew then. Without \
         rows the earlier centroids are returned, with customers 0 and no silhouette. Returns what kmeans_fit returns; \
         candidates holds the one k.",
        "kmeans_refit(earlier_fit, features)",
    )
    .with_sql_example("select kmeans_refit((select fit from last_year), make_array(store_share, lines)) as fit from buyers")
    .with_argument("earlier_fit", "What kmeans_fit or kmeans_refit returned, the same on every row.")
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
            "Returns the number, from 1, of the cluster whose centroid is nearest in scaled space; the least number of \
             several as near.",
        ),
        Answer::Distance => (
            "kmeans_distance",
            "kmeans_cluster",
            "Returns the Euclidean distance to the nearest centroid in scaled space: standard deviations, weighted.",
        ),
    };
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
        format!("{what} Null where the fit has no clusters, or fit or features are null."),
        format!("{function}(fit, features)"),
    )
    .with_sql_example(format!("select {function}((select fit from fits), make_array(store_share, lines)) from buyers"))
    .with_argument("fit", "What kmeans_fit or kmeans_refit returned.")
    .with_argument("features", "List of numbers, the features that the fit was made from, in the same order.")
    .with_related_udf(other)
    .with_related_udf("kmeans_fit")
    .build()
}
