//! The result of decoding a chunk: rows, rejects and counts of both.

use std::{collections::HashSet, sync::Arc};

use arrow::array::RecordBatch;

use super::alike::AlikeRows;
use super::amount::Amount;
use super::fix::FixCount;
use super::members::Members;
use super::notes::NoteCount;
use super::references::{MatchCount, Part};
use super::versions::{Shown, ShownRow, Version};
use crate::extract::frame::{FileKeys, FileLines, Note, Reject};

/// The result of decoding a chunk. `rows_read` = `rows_loaded` + `rows_rejected` + `duplicate` + `rows_superseded`.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The rows to deliver: those loaded, without those after the event limit.
    pub batches: Vec<RecordBatch>,
    /// The rejected rows, in file order.
    pub rejects: Vec<Reject>,
    /// The lines of the chunk: those read are the header's, the ignored ones and the records.
    pub lines: FileLines,
    /// Records in the chunk, not counting blank lines.
    pub rows_read: u64,
    /// Good rows, including those after the event limit.
    pub rows_loaded: u64,
    /// Rows that break a rule.
    pub rows_rejected: u64,
    /// Rejected rows that a correction leaves out on purpose.
    pub rows_dropped: u64,
    /// Good rows that repeat an earlier row and do not count.
    pub duplicate: EqualRows,
    /// Loaded rows that repeat another row of their delivery.
    pub repeated: EqualRows,
    /// Loaded rows that differ from rows of other deliveries only in undeclared columns.
    pub alike: AlikeRows,
    /// Good rows that a later version of their key replaces.
    pub rows_superseded: u64,
    /// Loaded rows with an event after the limit.
    pub rows_after_limit: u64,
    /// Good rows, including duplicates, dated long before their delivery.
    pub rows_late: u64,
    /// Rows loaded with a correction.
    pub rows_corrected: u64,
    /// Cells that are read as another text than the file has, by column and kind, with the line of the first.
    pub fixes: Vec<FixCount<u64>>,
    /// Cells that were loaded otherwise than they are written, by column and kind, with the line of the first.
    pub cell_notes: Vec<NoteCount<u64>>,
    /// Loaded rows by reference and what became of it.
    pub references: Vec<MatchCount<u64>>,
    /// Loaded rows none of whose references is broken.
    pub matched: Part,
    /// Loaded rows with a reference to a value that the other source does not contain.
    pub unmatched: Part,
    /// The control total of all rows whose cells for it can be read.
    pub amount_read: Amount,
    /// The sums that total lines state, over all rows whose cells for them can be read.
    pub sums: Vec<Amount>,
    /// The control total of the loaded rows.
    pub amount_loaded: Amount,
    /// The control total of the loaded rows that do not count yet.
    pub amount_after: Amount,
    /// The latest event among the loaded rows that count, in the column's own unit.
    pub max_event: Option<i64>,
    /// Rows with a watched value.
    pub watched: Vec<Watched>,
    /// Rows of noted keys.
    pub versions: Vec<Version>,
    /// The rows that a message about superseded rows speaks of.
    pub shown: Vec<(Shown, ShownRow)>,
    /// For each column of lists or structs, the members that were met.
    pub members: Vec<(usize, Members)>,
    /// The columns found in the records, for formats without a header.
    pub keys: Option<FileKeys>,
    /// What the reader met that is not the fault of a row.
    pub notes: Vec<Note>,
}

/// Rows that repeat others.
#[derive(Clone, Debug, Default)]
pub struct EqualRows {
    pub rows: u64,
    /// Their control total.
    pub amount: Amount,
    /// Their hashes, of those whose place is not known yet.
    pub hashes: Vec<u128>,
}

impl EqualRows {
    /// Adds a row.
    pub(super) fn add(&mut self, amount: Amount, hash: Option<u128>) {
        self.rows += 1;
        self.amount.add(amount);
        self.hashes.extend(hash);
    }

    /// Adds other rows.
    pub fn append(&mut self, mut other: Self) {
        self.rows += other.rows;
        self.amount.add(other.amount);
        self.hashes.append(&mut other.hashes);
    }
}

/// A row with a watched value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its line, or its row number in a table.
    pub line: u64,
    /// Hash of the value.
    pub value: u128,
    /// Hash of the row.
    pub row: u128,
    /// Whether it has an empty cell in the key.
    pub is_without_key: bool,
}

/// What the values of a row are that are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// Those of unique columns, by their index in the contract.
    Unique(usize),
    /// All cells that make rows equal.
    Rows,
    /// The cells of declared columns.
    Declared,
}

/// The watched values.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What is watched.
    pub what: Watching,
    /// Hashes of the values.
    pub values: Arc<HashSet<u128>>,
}
