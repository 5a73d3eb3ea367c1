//! All source records by number. Records are numbered in record order: by the day on which the company first knew
//! them, unknown days last, then by source and source_id. So a person's first record has the lowest number.

use std::cmp::Ordering;

use super::text_column::TextColumn;

/// The number that stands for no record, no value and no person.
pub(super) const NONE: u32 = u32::MAX;
/// A day after all others.
pub(super) const UNKNOWN_DAY: i32 = i32::MAX;

/// The records of a resolution.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) source: TextColumn,
    pub(super) source_id: TextColumn,
    /// The text columns of the layout.
    pub(super) columns: Vec<TextColumn>,
    /// By record: the row on which it arrived.
    pub(super) row_of: Vec<u32>,
    /// The records in order of source and source_id.
    pub(super) by_id: Vec<u32>,
    /// By record: it belongs to a person that others found.
    pub(super) attaches: Vec<bool>,
    /// By row: the day on which the record was first known.
    pub(super) known_from: Vec<i32>,
}

impl Records {
    pub(super) fn count(&self) -> u32 {
        self.row_of.len() as u32
    }

    pub(super) fn source(&self, record: u32) -> &str {
        self.source.text(self.row_of[record as usize])
    }

    pub(super) fn source_id(&self, record: u32) -> &str {
        self.source_id.text(self.row_of[record as usize])
    }

    /// The day on which the company first knew the record.
    pub(super) fn known_from(&self, record: u32) -> Option<i32> {
        let day = self.known_from.get(self.row_of[record as usize] as usize).copied();
        day.filter(|day| *day != UNKNOWN_DAY)
    }

    pub(super) fn is_attached(&self, record: u32) -> bool {
        self.attaches[record as usize]
    }

    /// The record's value in a column of the layout.
    pub(super) fn value(&self, column: usize, record: u32) -> Option<&str> {
        self.columns.get(column)?.key(self.row_of[record as usize])
    }

    /// What messages call a record.
    pub(super) fn name(&self, record: u32) -> String {
        format!("{} {}", self.source(record), self.source_id(record))
    }

    /// The record with this identifier.
    pub(super) fn find(&self, source: &str, source_id: &str) -> Option<u32> {
        let against = |record: &u32| -> Ordering {
            self.source(*record).cmp(source).then_with(|| self.source_id(*record).cmp(source_id))
        };
        self.by_id.binary_search_by(against).ok().and_then(|at| self.by_id.get(at).copied())
    }
}
