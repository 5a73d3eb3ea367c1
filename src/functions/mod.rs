//! lojal's own SQL functions, usable in any model.
//!
//! They stand beside the flow: the engine registers what [`all_udafs`] and [`all_udfs`] return on every
//! session it makes, and a distributed executor does the same, so that a function is known under one name
//! everywhere. Which scores exist and what a response counts as is in [`metric`], the formulas on counts are
//! in [`interval`], and the rest of the folder is the way from Arrow arrays to those counts.

mod accumulate;
mod documentation;
mod error;
pub mod interval;
mod local_timestamp;
pub mod metric;
mod score;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

pub use error::FunctionError;
pub use local_timestamp::LocalTimestamp;
pub use score::ScoreAggregate;

use metric::{Metric, Statistic};

/// The aggregate functions: `nps`, `csat` and `ces`, each with its `_ci_low` and `_ci_high`.
pub fn all_udafs() -> Vec<Arc<AggregateUDF>> {
    Metric::ALL
        .into_iter()
        .flat_map(|metric| {
            Statistic::ALL.map(|statistic| Arc::new(AggregateUDF::from(ScoreAggregate::new(metric, statistic))))
        })
        .collect()
}

/// The scalar functions: `local_timestamp`.
pub fn all_udfs() -> Vec<Arc<ScalarUDF>> {
    vec![Arc::new(ScalarUDF::from(LocalTimestamp::new()))]
}
