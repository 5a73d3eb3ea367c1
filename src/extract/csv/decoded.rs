//! What became of a chunk: rows, rejects and the counts of both.

use std::{collections::HashSet, sync::Arc};

use arrow::array::RecordBatch;

use super::reject::Reject;

/// A control total: a whole number at the plan's [`amount_scale`](Plan::amount_scale).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// The sum.
    pub value: i128,
    /// Whether it grew beyond 128 bits somewhere, so that `value` is a limit and not the sum.
    pub saturated: bool,
}

impl Amount {
    /// Adds another sum.
    pub fn add(&mut self, other: Self) {
        self.saturated |= other.saturated;
        self.value = self.value.checked_add(other.value).unwrap_or_else(|| {
            self.saturated = true;
            self.value.saturating_add(other.value)
        });
    }
}

/// What became of a chunk. `rows_read` = `rows_loaded` + `rows_rejected` + `rows_duplicate`.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The rows to deliver: those loaded without those after the event limit.
    pub batches: Vec<RecordBatch>,
    /// The rows rejected, in the file's order.
    pub rejects: Vec<Reject>,
    /// Records in the chunk; blank lines are none.
    pub rows_read: u64,
    /// Good rows, those after the event limit included.
    pub rows_loaded: u64,
    /// Rows that break a rule.
    pub rows_rejected: u64,
    /// Of the rows rejected, those that a correction leaves out on purpose.
    pub rows_dropped: u64,
    /// Good rows that were seen before.
    pub rows_duplicate: u64,
    /// Rows loaded whose event lies after the limit.
    pub rows_after_limit: u64,
    /// Good rows, duplicates among them, that happened long before their delivery.
    pub rows_late: u64,
    /// Rows loaded as somebody corrected them.
    pub rows_corrected: u64,
    /// The control total of all rows in which its cells can be read.
    pub amount_read: Amount,
    /// The control total of the rows loaded.
    pub amount_loaded: Amount,
    /// The latest event among the rows loaded that count, in the column's own unit.
    pub max_event: Option<i64>,
    /// Rows that hold a watched value.
    pub watched: Vec<Watched>,
}

/// A row that holds a watched value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its line, or its number in a table.
    pub line: u64,
    /// Hash of the value.
    pub value: u128,
    /// Hash of the row.
    pub row: u128,
}

/// Which values are watched: of which promise of the contract, and their hashes.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Index among the contract's unique columns.
    pub unique: usize,
    /// Hashes of the values.
    pub values: Arc<HashSet<u128>>,
}

impl Decoded {
    /// Adds what became of the chunk after.
    pub(in crate::extract) fn append(&mut self, mut next: Self) {
        self.batches.append(&mut next.batches);
        self.rejects.append(&mut next.rejects);
        self.rows_read += next.rows_read;
        self.rows_loaded += next.rows_loaded;
        self.rows_rejected += next.rows_rejected;
        self.rows_duplicate += next.rows_duplicate;
        self.rows_after_limit += next.rows_after_limit;
        self.rows_late += next.rows_late;
        self.rows_corrected += next.rows_corrected;
        self.rows_dropped += next.rows_dropped;
        self.watched.append(&mut next.watched);
        self.amount_read.add(next.amount_read);
        self.amount_loaded.add(next.amount_loaded);
        self.max_event = self.max_event.max(next.max_event);
    }
}
