//! Proves what was promised of the staged tables. Only what passes here can be published.
//!
//! Stage between transform and publish. `Checked` has no public constructor: `check` is the only way to get one.

mod prove;

use arrow::array::RecordBatch;

pub use prove::check;

use crate::config::CheckSeverity;
use crate::publish::Snapshot;
use crate::report::counted;

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
    pub severity: CheckSeverity,
    /// Rows that break the promise.
    pub failures: u64,
    /// Rows that the table has, where their number is what was promised.
    pub rows: Option<u64>,
    /// A few of the rows that break it: the least ones, so that they are the same every time.
    pub examples: Vec<RecordBatch>,
    /// Seconds it took; 0 where it was proved along with others.
    pub seconds: f64,
}

impl CheckResult {
    /// Whether nothing breaks the promise.
    pub fn passed(&self) -> bool {
        self.failures == 0
    }

    /// What was found instead of what was promised.
    pub fn found(&self) -> String {
        match self.rows {
            Some(rows) => format!("it has {}", counted(rows, "row")),
            None => counted(self.failures, "row"),
        }
    }

    /// Whether it keeps the run from being published.
    pub fn stops(&self) -> bool {
        !self.passed() && self.severity == CheckSeverity::Error
    }
}
