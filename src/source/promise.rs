//! What a source promises as a whole, beyond the cells of single rows. A run judges it after the last row.

use super::{Reference, Source};
use crate::config::{Age, FreshnessFile, VolumeFile};

/// A promise about all rows of a source.
#[derive(Debug, Clone, Copy)]
pub enum Promise<'a> {
    /// It has at least this number of rows.
    MinRows(u64),
    /// Its newest data are at most as old as declared.
    Freshness(&'a FreshnessFile),
    /// Its number of rows differs from the earlier ones by no more than declared.
    Volume(&'a VolumeFile),
    /// No two rows have the same values in its key.
    Key(&'a [usize]),
    /// No row has a newer version; if one has, that is reported.
    Versions(&'a [usize]),
    /// No two rows have the same value in this column; if rows are versions, no two latest rows.
    Unique(usize),
    /// Another source contains the values of this column.
    References(usize, &'a Reference),
    /// No row happened longer than this before its delivery.
    OnTime(Age),
}

impl Source {
    /// Its promises, in the order in which they are judged.
    pub fn promises(&self) -> Vec<Promise<'_>> {
        let is_key = |index: usize| self.key == [index];
        let columns = || self.columns.iter().enumerate();
        // Versions of a row share the key.
        let key = match self.has_versions() {
            true if self.key.is_empty() => Some(Promise::Versions(&self.replaces)),
            true => Some(Promise::Versions(&self.key)),
            false => (!self.key.is_empty() && !self.is_upsert()).then_some(Promise::Key(&self.key)),
        };
        let unique = columns().filter(|(index, column)| column.unique && (self.is_upsert() || !is_key(*index)));
        let references = columns().filter_map(|(index, column)| {
            column.references.as_ref().map(|reference| Promise::References(index, reference))
        });
        let late_after = self.delivery.as_ref().and_then(|delivery| delivery.late_after);
        self.min_rows
            .map(Promise::MinRows)
            .into_iter()
            .chain(self.freshness.as_ref().map(Promise::Freshness))
            .chain(self.volume.as_ref().map(Promise::Volume))
            .chain(key)
            .chain(unique.map(|(index, _)| Promise::Unique(index)))
            .chain(references)
            .chain(late_after.map(Promise::OnTime))
            .collect()
    }
}
