//! `relative_importance`: which drivers a target, such as a recommendation score, depends on, and how much of its
//! variance each explains.
//!
//! An example. Each response has a target answer and ratings of a dozen drivers, some of them missing. [`responses`]
//! collects the rows and orders them by content. [`moments`] sums what correlations are computed from.
//! [`decomposition`] divides the explained variance among the drivers. [`bootstrap`] estimates how much that would vary
//! with other respondents and whether it exceeds noise. [`analysis`] combines the steps; the result is a struct value
//! in SQL ([`value`]).
//!
//! The same rows give the same bits on every machine, in any order, partitioning and number of threads.

mod accumulate;
mod aggregate;
mod analysis;
mod bootstrap;
mod decomposition;
mod documentation;
mod error;
mod matrix;
mod moments;
mod pool;
mod responses;
#[cfg(test)]
mod tests;
mod value;

pub use aggregate::RelativeImportance;
