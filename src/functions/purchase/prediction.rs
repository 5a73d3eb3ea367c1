//! What can be predicted of a customer, and the SQL function of each prediction with its arguments.

use super::fit_value::FIT;
use super::model::PurchaseModel;
use crate::functions::arguments::{Call, Kind};

const OF_HISTORY: &[(&str, Kind)] =
    &[FIT, ("frequency", Kind::Whole), ("recency", Kind::Number), ("age", Kind::Number)];
const OF_HISTORY_AND_HORIZON: &[(&str, Kind)] =
    &[FIT, ("frequency", Kind::Whole), ("recency", Kind::Number), ("age", Kind::Number), ("horizon", Kind::Number)];
const OF_HORIZON: &[(&str, Kind)] = &[FIT, ("horizon", Kind::Number)];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prediction {
    /// The probability that the customer has not left.
    PAlive,
    /// Purchases within a horizon, by the fit's model or by the named model.
    Purchases(Option<PurchaseModel>),
    /// Repeat purchases of a newly acquired customer.
    PurchasesNew,
}

impl Prediction {
    pub const ALL: [Self; 6] = [
        Self::PAlive,
        Self::Purchases(None),
        Self::Purchases(Some(PurchaseModel::BgNbd)),
        Self::Purchases(Some(PurchaseModel::MbgNbd)),
        Self::Purchases(Some(PurchaseModel::ParetoNbd)),
        Self::PurchasesNew,
    ];

    pub(super) const fn call(self) -> Call {
        match self {
            Self::PAlive => Call {
                function: "p_alive",
                arguments: OF_HISTORY,
                optional: 0,
                expected: "four arguments",
                syntax: "(fit, frequency, recency, age)",
            },
            Self::Purchases(model) => Call {
                function: match model {
                    None => "expected_purchases",
                    Some(PurchaseModel::BgNbd) => "bg_nbd_expected_purchases",
                    Some(PurchaseModel::MbgNbd) => "mbg_nbd_expected_purchases",
                    Some(PurchaseModel::ParetoNbd) => "pareto_nbd_expected_purchases",
                },
                arguments: OF_HISTORY_AND_HORIZON,
                optional: 0,
                expected: "five arguments",
                syntax: "(fit, frequency, recency, age, horizon)",
            },
            Self::PurchasesNew => Call {
                function: "expected_purchases_new",
                arguments: OF_HORIZON,
                optional: 0,
                expected: "two arguments",
                syntax: "(fit, horizon)",
            },
        }
    }
}
