//! The columns found in the records of a file. A format without a header knows missing and undeclared columns only after
//! the last record.

use std::collections::BTreeSet;
use std::sync::Arc;

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
    /// For each list on the way to the records, the objects that should hold it.
    pub(in crate::extract) holders: Vec<Holders>,
}

/// The objects that should hold a list of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Holders {
    /// The list, as declared.
    pub(in crate::extract) list: Arc<str>,
    /// Their number.
    pub(in crate::extract) all: u64,
    /// Those that do not have its key.
    pub(in crate::extract) lacking: u64,
    /// Those whose list has no element, with those that lack it.
    pub(in crate::extract) childless: u64,
    /// The line of the first of these.
    pub(in crate::extract) first_childless: Option<u64>,
}

impl Holders {
    fn add(&mut self, other: &Self) {
        self.list = Arc::clone(&other.list);
        self.all += other.all;
        self.lacking += other.lacking;
        self.childless += other.childless;
        self.first_childless = self.first_childless.into_iter().chain(other.first_childless).min();
    }
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
        if self.holders.len() < other.holders.len() {
            self.holders.resize(other.holders.len(), Holders::default());
        }
        for (known, found) in self.holders.iter_mut().zip(&other.holders) {
            known.add(found);
        }
    }
}
