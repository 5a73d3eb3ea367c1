//! snapshot.json: what a snapshot holds and what it was made from.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Description of a snapshot; the last file written into it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of this description's shape.
    pub version: u32,
    /// The run that made it.
    pub run_id: String,
    /// Name of the pipeline.
    pub pipeline: String,
    /// Everything known up to the end of this day counts.
    pub as_of: NaiveDate,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The run whose snapshot was current before.
    pub previous_run_id: Option<String>,
    /// Hash of all that determines the result: pipeline, SQL, vars, as-of, selection, the extracts' names, sizes and times.
    pub fingerprint: String,
    /// The extracts' files.
    pub inputs: Vec<Input>,
    /// Tables by name.
    pub tables: BTreeMap<String, SnapshotTable>,
}

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
    /// The day of the delivery, where its name says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_day: Option<NaiveDate>,
    /// Rows read from it, by this run or an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// One table of a snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotTable {
    /// The run that computed it; another one where it was carried over.
    pub run_id: String,
    /// Its as-of day.
    pub as_of: NaiveDate,
    /// Whether it holds direct identifiers.
    pub restricted: bool,
    /// Rows.
    pub rows: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Its files, in the order of the key.
    pub files: Vec<SnapshotFile>,
}

/// One Parquet file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotFile {
    /// Path below the snapshot.
    pub path: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Snapshot {
    /// Shape of the description that this version writes.
    pub const VERSION: u32 = 1;
}
