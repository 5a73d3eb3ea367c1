//! The content of a fit.

use super::lloyd::nearest;
use super::scale::Scale;

/// Whether a fit has clusters, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// There are clusters.
    Fitted,
    /// Fewer customers than the smallest cluster count requested.
    TooFewCustomers,
    /// Fewer customers who differ in a weighted feature than the smallest cluster count requested.
    NoVariation,
}

impl Status {
    const ALL: [Self; 3] = [Self::Fitted, Self::TooFewCustomers, Self::NoVariation];

    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Fitted => "fitted",
            Self::TooFewCustomers => "too few customers",
            Self::NoVariation => "no variation",
        }
    }

    /// The status with this text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.text() == text)
    }
}

/// Clusters, or the reason for having none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    /// Number of clusters; zero if not fitted.
    pub(super) k: usize,
    /// Scaling of the features; `None` if there were no customers to compute it from.
    pub(super) scale: Option<Scale>,
    /// Standardised centres, one after another, cluster 1 first.
    pub(super) centres: Vec<f64>,
    /// Mean silhouette of the clusters.
    pub(super) silhouette: Option<f64>,
    /// Cluster counts tried, each with its mean silhouette (`None` if a cluster stayed empty).
    pub(super) candidates: Vec<(usize, Option<f64>)>,
    /// Number of customers in the fit.
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

/// Finds the nearest centre of a fit for one row after another.
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

    /// Buffer for the features of a row.
    pub(super) fn width(&self) -> usize {
        self.scale.means.len()
    }

    /// The cluster (from 1) of the row and its distance to that cluster's centre, in scaled space.
    pub(super) fn assign(&mut self, features: &[f64]) -> (i64, f64) {
        self.row.clear();
        self.row.extend(features.iter().enumerate().map(|(at, value)| self.scale.standardised(at, *value)));
        let (number, squared) = nearest(&self.squared_weights, self.centres, &self.row);
        (i64::try_from(number).unwrap_or(i64::MAX).saturating_add(1), squared.sqrt())
    }
}
