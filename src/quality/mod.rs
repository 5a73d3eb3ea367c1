//! Proves what was promised of the staged tables. Only what passes here can be published.
//!
//! Stage between transform and publish. `Checked` has no public constructor: `check` is the only way to get one.

mod prove;

use arrow::array::RecordBatch;

pub use prove::check;

use crate::config::Trigger;
use crate::publish::Snapshot;

/// A run's staged tables, not yet checked.
#[derive(Debug)]
pub struct Staged {
    /// What the snapshot will say of itself.
    pub snapshot: Snapshot,
    /// Rows at fault per table, found while it was written sorted by its key.
    pub key_faults: std::collections::BTreeMap<String, u64>,
}

/// Staged tables of which every promise with severity `error` was proved.
#[derive(Debug)]
pub struct Checked {
    snapshot: Snapshot,
}

impl Checked {
    /// The description of what may be published.
    pub fn into_snapshot(self) -> Snapshot {
        self.snapshot
    }
}

/// How a check ended.
#[derive(Debug)]
pub struct CheckResult {
    /// Name of the check.
    pub name: String,
    /// The table it is about, if one.
    pub table: Option<String>,
    /// What was promised.
    pub promise: String,
    /// What a failure does.
    pub severity: Trigger,
    /// Rows that break the promise.
    pub failures: u64,
    /// A few of them.
    pub examples: Vec<RecordBatch>,
    /// Seconds it took; 0 where it was proved along with others.
    pub seconds: f64,
}

impl CheckResult {
    /// Whether nothing breaks the promise.
    pub fn passed(&self) -> bool {
        self.failures == 0
    }

    /// Whether it keeps the run from being published.
    pub fn stops(&self) -> bool {
        !self.passed() && self.severity == Trigger::Error
    }
}
