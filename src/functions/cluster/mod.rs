//! k-means in SQL: `kmeans_fit` finds clusters, `kmeans_refit` moves them on to newer data under the same numbers,
//! `kmeans_cluster` and `kmeans_distance` say to which of them a row belongs.
//!
//! A worked scenario. Each customer has a list of features (share of orders in store, lines per order, …).
//! `kmeans_fit` keeps a [`sample`] of the rows, which does not depend on their order; [`scale`] makes the features
//! comparable; [`fit`] lets linfa's k-means++ propose clusters for each number of clusters allowed, [`lloyd`] settles
//! them, [`silhouette`] chooses among the numbers. What comes out is a [`model::Fit`], a struct value in SQL
//! ([`value`]), which any later query hands to `kmeans_cluster`.
//!
//! The same rows give the same bits on every machine: rows are sorted before anything is added up, and all arithmetic
//! is + - * / and the square root, each rounded as IEEE 754 says.

mod accumulate;
mod aggregate;
mod assign;
mod documentation;
mod error;
mod fit;
mod lists;
mod lloyd;
mod model;
mod sample;
mod scale;
mod silhouette;
#[cfg(test)]
mod tests;
mod value;

pub use aggregate::{KmeansFit, KmeansRefit};
pub use assign::{Answer, KmeansAssign};
pub use error::ClusterError;
