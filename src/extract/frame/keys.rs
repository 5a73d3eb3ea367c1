//! The columns found in the records of a file. A format without a header knows missing and undeclared columns only after
//! the last record.

use std::collections::BTreeSet;

/// The most undeclared names kept per file.
const MOST: usize = 50;

/// The columns found in one file.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct FileKeys {
    /// Number of records seen.
    pub(in crate::extract) records: u64,
    /// For each declared column, whether a record had it.
    pub(in crate::extract) declared: Vec<bool>,
    /// Undeclared names; if there are too many, the alphabetically first.
    pub(in crate::extract) extra: BTreeSet<String>,
}

impl FileKeys {
    /// Adds an undeclared name.
    pub(in crate::extract) fn note(&mut self, name: &[u8]) {
        if self.extra.iter().any(|known| known.as_bytes() == name) {
            return;
        }
        self.extra.insert(String::from_utf8_lossy(name).into_owned());
        if self.extra.len() > MOST {
            self.extra.pop_last();
        }
    }

    /// Adds what was found in other records of the file.
    pub(in crate::extract) fn add(&mut self, other: Self) {
        self.records += other.records;
        if self.declared.len() < other.declared.len() {
            self.declared.resize(other.declared.len(), false);
        }
        for (known, found) in self.declared.iter_mut().zip(other.declared) {
            *known |= found;
        }
        for name in other.extra {
            self.note(name.as_bytes());
        }
    }
}
