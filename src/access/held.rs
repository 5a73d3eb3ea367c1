//! What is held about a person, as it is written.

use serde::Serialize;
use serde_json::{Map, Value};

/// What is held about a person.
#[derive(Debug, Serialize)]
pub(super) struct Held {
    pub(super) customer_keys: Vec<String>,
    /// The run whose snapshot this is.
    pub(super) run_id: String,
    pub(super) as_of: chrono::NaiveDate,
    pub(super) issued_at: chrono::DateTime<chrono::Utc>,
    pub(super) tables: Vec<HeldTable>,
}

/// Rows of one table, of one extract, or rejected ones.
#[derive(Debug, Serialize)]
pub(super) struct HeldTable {
    /// `table`, `extract` or `rejected rows`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) description: String,
    /// Meaning of the columns.
    pub(super) columns: Map<String, Value>,
    pub(super) rows: Vec<Map<String, Value>>,
}
