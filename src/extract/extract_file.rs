//! One file of an extract.

use std::io::Read;
use std::path::PathBuf;

use super::bytes;
use crate::config::Compression;
use crate::source::Input;
use crate::store::Stored;

/// A file of an extract.
#[derive(Debug, Clone)]
pub(super) struct ExtractFile {
    /// The file in its store.
    pub(super) stored: Stored,
    /// Its name in messages, with control characters escaped.
    pub(super) shown: PathBuf,
    pub(super) compression: Compression,
    /// The facts that identify this version of it.
    pub(super) input: Input,
}

impl ExtractFile {
    /// Its text from the start, decompressed.
    pub(super) fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        bytes::decompressed(self.stored.open()?, self.compression)
    }
}
