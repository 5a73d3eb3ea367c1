//! The keys of the records of each file. JSON has no header: missing and undeclared columns are known only after the
//! last record.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The most undeclared names kept per file.
const MOST: usize = 50;

/// The keys of one file.
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
    pub(super) fn note(&mut self, name: &[u8]) {
        if self.extra.iter().any(|known| known.as_bytes() == name) {
            return;
        }
        self.extra.insert(String::from_utf8_lossy(name).into_owned());
        if self.extra.len() > MOST {
            self.extra.pop_last();
        }
    }
}

/// The keys of all files of a source.
#[derive(Debug, Default)]
pub(in crate::extract) struct Keys(Mutex<Vec<FileKeys>>);

impl Keys {
    pub(super) fn add(&self, file: usize, found: FileKeys) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if files.len() <= file {
            files.resize_with(file + 1, FileKeys::default);
        }
        let Some(known) = files.get_mut(file) else { return };
        known.records += found.records;
        known.declared.resize(found.declared.len(), false);
        for (known, found) in known.declared.iter_mut().zip(found.declared) {
            *known |= found;
        }
        for name in found.extra {
            known.note(name.as_bytes());
        }
    }

    /// The keys of each file.
    pub(in crate::extract) fn files(&self) -> Vec<FileKeys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Clears all keys.
    pub(in crate::extract) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
