//! One file of an extract, as a snapshot records it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One file of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The source it belongs to.
    pub source: String,
    /// Path as the pipeline names it.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// Last change.
    pub modified_at: DateTime<Utc>,
    /// The delivery day, if the name contains one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_day: Option<NaiveDate>,
    /// Rows read from it, by this run or an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The entity tag that distinguishes versions in a remote store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_tag: Option<String>,
}
