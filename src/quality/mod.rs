//! Proves the promises about the staged tables. Only tables that pass can be published.
//!
//! The stage between transform and publish. `Checked` has no public constructor: `check` is the only way to get one.
//! What is staged is a matter of `publish`, so that both types leave it open.

mod accepted;
mod prove;

use arrow::array::RecordBatch;

pub use accepted::unused;
pub use prove::{Unproved, check};

use crate::config::CheckSeverity;
use crate::words::counted;

/// A run's staged tables, not yet checked.
#[derive(Debug)]
pub struct Staged<S> {
    /// What the snapshot says about itself.
    pub snapshot: S,
    /// Rows with key faults per table, counted while the table was written in key order.
    pub key_faults: std::collections::BTreeMap<String, u64>,
}

/// Staged tables for which every promise with severity `error` was proved.
#[derive(Debug)]
pub struct Checked<S> {
    snapshot: S,
    accepted: Vec<String>,
}

impl<S> Checked<S> {
    /// The description of the snapshot that may be published, and the names of the changes that were accepted.
    pub fn into_parts(self) -> (S, Vec<String>) {
        (self.snapshot, self.accepted)
    }
}

#[derive(Debug)]
pub struct CheckResult {
    pub name: String,
    /// What was promised.
    pub promise: String,
    /// The effect of a failure.
    pub severity: CheckSeverity,
    /// Rows that break the promise and were not accepted.
    pub failures: u64,
    /// What `--accept` takes for these rows; empty for a check that cannot be accepted.
    pub acceptable: Vec<String>,
    /// What `--accept` took: the names of rows that break the promise, sorted.
    pub accepted: Vec<String>,
    /// Number of rows in the table, for promises about that number.
    pub rows: Option<u64>,
    /// A few of the rows that break it: the first in sort order, so that they are always the same.
    pub examples: Vec<RecordBatch>,
    /// Columns that the examples lack, because they have personal values.
    pub hidden: Vec<String>,
    /// Seconds it took; 0 if it was proved together with others.
    pub seconds: f64,
}

impl CheckResult {
    /// Whether the promise is kept, apart from what was accepted.
    pub fn passed(&self) -> bool {
        self.failures == 0
    }

    /// What was found instead.
    pub fn found(&self) -> String {
        match self.rows {
            Some(rows) => format!("it has {}", counted(rows, "row")),
            None => counted(self.failures, "row"),
        }
    }

    /// Whether it prevents the run from being published.
    pub fn stops(&self) -> bool {
        !self.passed() && self.severity == CheckSeverity::Error
    }
}
