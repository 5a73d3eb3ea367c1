//! `relative_importance`: which drivers a target, such as a recommendation score, goes with, and how much of its variance
//! each explains.
//!
//! A worked scenario. Each response has the answer that counts (the target) and ratings of a dozen drivers, some of them
//! left out. [`responses`] gathers the rows and orders them by content; [`moments`] adds up what correlations are made
//! from; [`decomposition`] shares the explained variance out among the drivers; [`bootstrap`] says how far that would
//! have moved with other respondents and whether it is more than noise. [`analysis`] tells the story; what comes out is
//! a struct value in SQL ([`value`]).
//!
//! The same rows give the same bits on every machine, in any order, split and threading.

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
pub use error::ImportanceError;
