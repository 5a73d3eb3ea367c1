//! k-means in SQL: `kmeans_fit` finds clusters, `kmeans_refit` moves them to newer data and keeps their numbers,
//! `kmeans_cluster` and `kmeans_distance` assign rows to them.
//!
//! An example. Each customer has a list of features (share of orders in store, lines per order, …). `kmeans_fit` keeps
//! a [`sample`] of the rows that does not depend on their order. [`scale`] makes the features comparable. [`fit`] lets
//! linfa's k-means++ propose clusters for each allowed count, [`lloyd`] settles them, and [`silhouette`] selects the
//! count. The result is a [`model::Fit`], a struct value in SQL ([`value`]), which any later query passes to
//! `kmeans_cluster`.
//!
//! The same rows give the same bits on every machine: rows are sorted before any sum, and all arithmetic is + - * / and
//! the square root, each rounded according to IEEE 754.

mod accumulate;
mod aggregate;
mod answer;
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
pub use answer::Answer;
pub use assign::KmeansAssign;

/// Largest feature, in absolute value: its square can be summed without overflow.
const LARGEST: f64 = 1e100;
