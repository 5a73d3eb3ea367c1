//! The `triggers` block: events that call for an action on a customer, written as SQL over a model's columns.
//!
//! The expressions are texts here; `plan` parses them and checks them against their model.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Named;
use super::{Located, Scalar};

/// An event that calls for an action, and the rules of that action.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerFile {
    /// What has happened and why it calls for an action, in a sentence that staff can read.
    pub description: String,
    /// Model whose rows are examined; it must have the column customer_key.
    pub from: Located<String>,
    /// SQL condition over that model's columns. The trigger fires for the customers of the rows for which it is true.
    pub when: Located<String>,
    /// SQL expression: when the condition became true, a timestamp or a date in local time. null means the as-of day
    /// [default: the as-of day].
    pub at: Option<Located<String>>,
    /// SQL expression that yields text: why it fired for this customer. null means the description
    /// [default: the description].
    pub reason: Option<Located<String>>,
    /// The recommended action, in a word.
    pub action: Located<String>,
    /// Why the customer may be contacted.
    pub purpose: Purpose,
    /// Channels that the action may use, the preferred one first.
    pub channels: Vec<Located<String>>,
    /// If several triggers fire for one customer, the one with the lowest number wins.
    pub priority: Located<u32>,
    /// Days that must pass before the trigger can act on the same customer again.
    pub cooldown_days: Located<u32>,
    /// Days after which the action is too late.
    pub expires_days: Located<u32>,
    /// Share of the customers in the control group, 0 to 1: they are not contacted, so that the effect can be
    /// measured.
    pub control_share: Located<Scalar>,
    /// What is measured afterwards: for each outcome, the days after activation that count.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Vec<u32>>")]
    pub outcomes: Named<Vec<Located<u32>>>,
}

/// Why a customer may be contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Something the customer has a right to or asked for: no consent is needed.
    Service,
    /// Anything meant to sell: only with marketing consent.
    Marketing,
}

impl Purpose {
    /// The word in the pipeline file and in SQL.
    pub fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Marketing => "marketing",
        }
    }
}

/// A table of the snapshot that is current when a run begins, which the run may read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierTableFile {
    /// What one row is.
    #[serde(default)]
    pub description: String,
    /// The published table.
    pub table: Located<String>,
    /// The columns to read; the table must have them with these names and types.
    #[schemars(with = "IndexMap<String, EarlierColumnFile>")]
    pub columns: Named<EarlierColumnFile>,
}

/// A column of an earlier table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierColumnFile {
    /// string, int, decimal(precision,scale), date, timestamp or bool.
    #[serde(rename = "type")]
    pub data_type: Located<String>,
    /// What the column means.
    #[serde(default)]
    pub description: String,
    /// An earlier snapshot may lack the column, which is then null. For columns that were added later.
    #[serde(default)]
    pub optional: bool,
}
