//! What a fit knows.

use super::lloyd::nearest;
use super::scale::Scale;

/// Whether a fit has clusters, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// There are clusters.
    Fitted,
    /// Fewer customers than the fewest clusters asked for.
    TooFewCustomers,
    /// Fewer customers who differ in a feature with weight than the fewest clusters asked for.
    NoVariation,
}

impl Status {
    const ALL: [Self; 3] = [Self::Fitted, Self::TooFewCustomers, Self::NoVariation];

    /// The text in SQL.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Fitted => "fitted",
            Self::TooFewCustomers => "too few customers",
            Self::NoVariation => "no variation",
        }
    }

    /// The status that `text` names.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.text() == text)
    }
}

/// Clusters, or why there are none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    /// Number of clusters; zero where not fitted.
    pub(super) k: usize,
    /// Scaling of the features; `None` where nobody was there to take it from.
    pub(super) scale: Option<Scale>,
    /// Standardised centres, one after another, cluster 1 first.
    pub(super) centres: Vec<f64>,
    /// Mean silhouette of the clusters.
    pub(super) silhouette: Option<f64>,
    /// Numbers of clusters tried, each with its mean silhouette (`None`: a cluster stayed empty).
    pub(super) candidates: Vec<(usize, Option<f64>)>,
    /// Customers fitted on.
    pub(super) customers: u64,
    /// Whether there are clusters.
    pub(super) status: Status,
}

impl Fit {
    /// A fit without clusters.
    pub(super) const fn none(status: Status, scale: Option<Scale>, customers: u64) -> Self {
        Self { k: 0, scale, centres: Vec::new(), silhouette: None, candidates: Vec::new(), customers, status }
    }
}

/// Finds the nearest centre of a fit, row after row.
pub(super) struct Assigner<'a> {
    scale: &'a Scale,
    squared_weights: Vec<f64>,
    centres: &'a [f64],
    row: Vec<f64>,
}

impl<'a> Assigner<'a> {
    /// `None` for a fit without clusters.
    pub(super) fn new(fit: &'a Fit) -> Option<Self> {
        let scale = fit.scale.as_ref().filter(|_| fit.status == Status::Fitted)?;
        Some(Self { scale, squared_weights: scale.squared_weights(), centres: &fit.centres, row: Vec::new() })
    }

    /// Features of a row.
    pub(super) fn width(&self) -> usize {
        self.scale.means.len()
    }

    /// Cluster (from 1) of the row and its distance to that cluster's centre, in scaled space.
    pub(super) fn assign(&mut self, features: &[f64]) -> (i64, f64) {
        self.row.clear();
        self.row.extend(features.iter().enumerate().map(|(at, value)| self.scale.standardised(at, *value)));
        let (number, squared) = nearest(&self.squared_weights, self.centres, &self.row);
        (i64::try_from(number).unwrap_or(i64::MAX).saturating_add(1), squared.sqrt())
    }
}
