//! lojal's own SQL functions, usable in any model.
//!
//! They stand beside the flow: the engine registers what [`all_udafs`], [`all_udfs`] and [`all_udwfs`] return on every
//! session it makes, and a distributed executor does the same, so that a function is known under one name
//! everywhere. Scores: which exist and what a response counts as is in [`metric`], the formulas on counts are
//! in [`interval`], and the files beside them are the way from Arrow arrays to those counts. From counts and sums that
//! SQL has already, [`estimate`] makes shares, means and differences with their intervals. Predicted value: [`purchase`]
//! says when customers buy and whether they are still there, [`spend`] what they spend, both on the numerics in `numeric`.
//! Segments: [`cluster`] is k-means. What drives loyalty: [`importance`]. Journeys: [`journey`]
//! cuts events into them.

mod accumulate;
mod arguments;
mod cluster;
mod documentation;
mod error;
mod estimate;
mod importance;
pub mod interval;
mod journey;
mod local_timestamp;
pub mod metric;
mod numeric;
pub mod purchase;
mod score;
pub mod spend;
mod suppress;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

pub use cluster::{Answer, ClusterError, KmeansAssign, KmeansFit, KmeansRefit};
pub use error::FunctionError;
pub use estimate::{EstimateFunction, EstimateOf};
pub use importance::{ImportanceError, RelativeImportance};
pub use journey::{JourneyId, JourneyStep};
pub use local_timestamp::LocalTimestamp;
pub use score::ScoreAggregate;
pub use suppress::ComplementarySuppression;

use metric::{Metric, Statistic};
use purchase::{CustomerLifetimeValue, Prediction, PurchaseFit, PurchaseModel, PurchasePrediction};
use spend::{ExpectedSpend, GammaGammaFit};

/// The aggregate functions: `nps`, `csat` and `ces`, each with its `_ci_low` and `_ci_high`, those that fit models
/// and clusters, and `relative_importance`.
pub fn all_udafs() -> Vec<Arc<AggregateUDF>> {
    let scores = Metric::ALL
        .into_iter()
        .flat_map(|metric| Statistic::ALL.map(|statistic| AggregateUDF::from(ScoreAggregate::new(metric, statistic))));
    let purchases = PurchaseModel::ALL.into_iter().map(Some).chain([None]).map(PurchaseFit::new);
    scores
        .chain(purchases.map(AggregateUDF::from))
        .chain([AggregateUDF::from(GammaGammaFit::new())])
        .chain([AggregateUDF::from(KmeansFit::new()), AggregateUDF::from(KmeansRefit::new())])
        .chain([AggregateUDF::from(RelativeImportance::new())])
        .map(Arc::new)
        .collect()
}

/// The scalar functions: `journey_id`, `local_timestamp`, those that predict or assign with what was fitted, and estimates with
/// intervals from counts and sums.
pub fn all_udfs() -> Vec<Arc<ScalarUDF>> {
    let predictions =
        Prediction::ALL.into_iter().map(|prediction| ScalarUDF::from(PurchasePrediction::new(prediction)));
    [ScalarUDF::from(JourneyId::new()), ScalarUDF::from(LocalTimestamp::new())]
        .into_iter()
        .chain(predictions)
        .chain([ScalarUDF::from(CustomerLifetimeValue::new()), ScalarUDF::from(ExpectedSpend::new())])
        .chain(Answer::ALL.map(|answer| ScalarUDF::from(KmeansAssign::new(answer))))
        .chain(EstimateOf::ALL.map(|what| ScalarUDF::from(EstimateFunction::new(what))))
        .map(Arc::new)
        .collect()
}

/// The window functions: `complementary_suppression` and `journey_step`.
pub fn all_udwfs() -> Vec<Arc<WindowUDF>> {
    vec![Arc::new(WindowUDF::from(ComplementarySuppression::new())), Arc::new(WindowUDF::from(JourneyStep::new()))]
}
