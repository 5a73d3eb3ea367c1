//! Estimates with 95 % intervals in SQL, from counts and sums: `share_interval`, `mean_interval`,
//! `share_difference`, `mean_difference`, `nps_difference` and `correlation_interval`.
//!
//! A query counts and adds integers, in any order and at any level, and these functions take the totals: the same
//! totals give the same bits. The formulas are in [`formula`], the SQL interface in [`function`].

mod documentation;
mod formula;
mod function;
mod quantity;
#[cfg(test)]
mod tests;

pub use function::EstimateFunction;
pub use quantity::EstimateOf;
