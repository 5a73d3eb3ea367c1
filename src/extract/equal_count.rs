//! How many rows of a source repeat others, as the ledger and messages have it.

use serde_json::{Value, json};

use super::decimal::Decimal;

/// The rows of a source that repeat others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EqualCount {
    pub rows: u64,
    /// Their control total, if the source has one.
    pub amount: Option<Decimal>,
    /// The place of the first of them and of the row that it repeats; `None` if they are corrected rows.
    pub first: Option<(String, String)>,
}

impl EqualCount {
    /// For run_results.json.
    pub(super) fn to_json(&self) -> Value {
        let (first, of) = self.first.clone().unzip();
        json!({ "rows": self.rows, "amount": self.amount.map(|amount| amount.to_string()), "first": first, "repeats": of })
    }
}
