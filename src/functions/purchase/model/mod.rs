//! The purchase models: likelihoods, maximum likelihood, and the expectations of a fitted model.
//!
//! Each customer buys at an individual rate until, unobserved, they leave for good. The models differ in when a
//! customer can leave: after a repeat purchase ([`PurchaseModel::BgNbd`]), after any purchase
//! ([`PurchaseModel::MbgNbd`]) or at any time ([`PurchaseModel::ParetoNbd`]). Nothing here depends on Arrow or SQL.

mod beta_geometric;
mod expectation;
mod history;
mod pareto;
mod sample;
mod tail;
#[cfg(test)]
mod tests;

pub(crate) use history::History;
pub(crate) use sample::{Histories, Sample};

use super::super::numeric::{Failure, Maximum, maximise};

/// A model of when customers buy and when they leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::enum_variant_names, reason = "the names that the models have in the literature")]
pub enum PurchaseModel {
    /// Beta-geometric / negative binomial (Fader, Hardie and Lee, Marketing Science 24(2), 2005).
    BgNbd,
    /// Modified beta-geometric / negative binomial (Batislam, Denizel and Filiztekin, International Journal of Research in
    /// Marketing 24(3), 2007): a customer can leave after the first purchase as well.
    MbgNbd,
    /// Pareto / negative binomial (Schmittlein, Morrison and Colombo, Management Science 33(1), 1987).
    ParetoNbd,
}

impl PurchaseModel {
    pub const ALL: [Self; 3] = [Self::BgNbd, Self::MbgNbd, Self::ParetoNbd];

    /// The model's name in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BgNbd => "bg_nbd",
            Self::MbgNbd => "mbg_nbd",
            Self::ParetoNbd => "pareto_nbd",
        }
    }

    /// The model with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name() == name)
    }

    /// The model with these four parameters, in the order of [`Parameters::values`].
    pub(crate) const fn with(self, [first, second, third, fourth]: [f64; 4]) -> Parameters {
        Parameters { model: self, values: [first, second, third, fourth] }
    }
}

/// A model with its parameters, all of which are positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Parameters {
    model: PurchaseModel,
    values: [f64; 4],
}

impl Parameters {
    pub(crate) const fn model(&self) -> PurchaseModel {
        self.model
    }

    /// r and alpha (shape and rate of the buying rates' gamma distribution), then a and b (the beta distribution of
    /// leaving after a purchase) or, for Pareto/NBD, s and beta (the gamma distribution of the leaving rates).
    pub(crate) const fn values(&self) -> [f64; 4] {
        self.values
    }

    /// The probability that a customer with this history has not left, 0 to 1.
    pub(crate) fn p_alive(&self, history: &History) -> f64 {
        match self.model {
            PurchaseModel::BgNbd => beta_geometric::p_alive(&self.values, history, false),
            PurchaseModel::MbgNbd => beta_geometric::p_alive(&self.values, history, true),
            PurchaseModel::ParetoNbd => pareto::p_alive(&self.values, history),
        }
    }

    /// Purchases within `horizon` from now of a customer who has not left and bought again `frequency` times in `age`.
    /// Recency does not matter for a customer known to be active.
    pub(crate) fn expected_if_alive(&self, frequency: f64, age: f64, horizon: f64) -> f64 {
        let [r, alpha, third, fourth] = self.values;
        let expected = match self.model {
            PurchaseModel::BgNbd => {
                expectation::while_here(r + frequency, third, fourth + frequency, horizon / (alpha + age))
            }
            PurchaseModel::MbgNbd => {
                expectation::while_here(r + frequency, third, fourth + frequency + 1.0, horizon / (alpha + age))
            }
            PurchaseModel::ParetoNbd => pareto::expected_if_alive(&self.values, frequency, age, horizon),
        };
        expected.clamp(0.0, f64::MAX)
    }

    /// Repeat purchases within `horizon` from the first purchase of a customer about whom nothing else is known.
    pub(crate) fn expected_new(&self, horizon: f64) -> f64 {
        let [_, _, a, b] = self.values;
        let here = match self.model {
            PurchaseModel::BgNbd | PurchaseModel::ParetoNbd => 1.0,
            PurchaseModel::MbgNbd => b / (a + b),
        };
        here * self.expected_if_alive(0.0, 0.0, horizon)
    }
}

/// Fewer customers than this are too few for four parameters.
pub(crate) const LEAST_CUSTOMERS: i64 = 30;

/// Why a fit has no parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFitted {
    /// Fewer customers than [`LEAST_CUSTOMERS`].
    TooFewCustomers,
    /// No customer was observed for any length of time.
    NoTimeObserved,
    /// No customer bought again.
    NoRepeatPurchases,
    /// The search found no maximum.
    Search(Failure),
}

impl NotFitted {
    /// The status shown in the fit.
    pub(crate) const fn status(self) -> &'static str {
        match self {
            Self::TooFewCustomers => "too few customers",
            Self::NoTimeObserved => "no time observed",
            Self::NoRepeatPurchases => "no repeat purchases",
            Self::Search(Failure::NoInnerMaximum) => "no inner maximum",
            Self::Search(Failure::NoConvergence) => "no convergence",
        }
    }
}

/// Maximum likelihood of `model` on `sample`: parameters and log-likelihood.
pub(crate) fn fit(model: PurchaseModel, sample: &Sample) -> Result<(Parameters, f64), NotFitted> {
    if sample.customers() < LEAST_CUSTOMERS {
        return Err(NotFitted::TooFewCustomers);
    }
    let (purchases, age) = sample.means();
    if age == 0.0 {
        return Err(NotFitted::NoTimeObserved);
    }
    if purchases == 0.0 {
        return Err(NotFitted::NoRepeatPurchases);
    }
    // Buying rates r / alpha close to the mean rate; the other values are shapes seen in real data.
    let spread = age / purchases;
    let found = match model {
        PurchaseModel::BgNbd | PurchaseModel::MbgNbd => {
            let starts = [
                [0.5, 0.5 * spread, 0.5, 1.5],
                [1.0, spread, 1.0, 4.0],
                [2.0, 2.0 * spread, 0.1, 2.0],
                [0.2, 0.1 * spread, 1.0, 1.0],
            ];
            maximise(&beta_geometric::Likelihood::new(sample, model == PurchaseModel::MbgNbd), &starts)
        }
        PurchaseModel::ParetoNbd => {
            let starts = [
                [0.5, 0.5 * spread, 0.5, 0.5 * age],
                [1.0, spread, 1.0, age],
                [2.0, 2.0 * spread, 0.2, age],
                [0.2, 0.1 * spread, 1.0, 4.0 * age],
            ];
            maximise(&pareto::Likelihood::new(sample), &starts)
        }
    };
    let Maximum { parameters, log_likelihood } = found.map_err(NotFitted::Search)?;
    Ok((model.with(parameters), log_likelihood))
}
