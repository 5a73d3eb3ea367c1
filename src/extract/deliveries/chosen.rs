//! Which files of a source are read, and which are not.

use crate::extract::extract_file::ExtractFile;
use crate::extract::ledger::{FileCount, FileStatus};

/// The files of a source that are read, and those that are not.
#[derive(Debug, Default)]
pub(in crate::extract) struct Chosen {
    /// The files to read, in delivery order.
    pub(in crate::extract) files: Vec<ExtractFile>,
    /// The files not read.
    pub(in crate::extract) unread: Vec<FileCount>,
    /// Those of them that were compared with others, byte for byte.
    pub(in crate::extract) compared: Vec<ExtractFile>,
    /// Unusual facts that are not errors.
    pub(in crate::extract) warnings: Vec<String>,
}

impl Chosen {
    pub(super) fn pass_over(&mut self, file: &ExtractFile, status: FileStatus) {
        self.unread.push(FileCount::new(&file.input, status));
    }
}
