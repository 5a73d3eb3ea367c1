//! Which keys the records of each file had. JSON has no header: what a file lacks, or has beyond what is declared, is
//! known when its last record has passed.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Undeclared names kept of a file.
const MOST: usize = 50;

/// The keys of one file.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct FileKeys {
    /// Records looked at.
    pub(in crate::extract) records: u64,
    /// For each declared column, whether a record had it.
    pub(in crate::extract) declared: Vec<bool>,
    /// Undeclared names, the first in the alphabet where there are too many.
    pub(in crate::extract) extra: BTreeSet<String>,
}

impl FileKeys {
    /// Notes an undeclared name.
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

    /// What was found, by file.
    pub(in crate::extract) fn files(&self) -> Vec<FileKeys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets it.
    pub(in crate::extract) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
