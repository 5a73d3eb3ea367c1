//! One file of an extract.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use super::bytes;
use super::zip_members::Member;
use crate::config::Compression;
use crate::source::Input;
use crate::store::Stored;

/// A file of an extract.
#[derive(Debug, Clone)]
pub(super) struct ExtractFile {
    /// The file in its store.
    pub(super) stored: Stored,
    /// Its name: that of the stored file, and of the member if it is one of an archive.
    pub(super) name: String,
    /// Where it lies in a zip archive, if it is a member of one.
    pub(super) member: Option<Arc<Member>>,
    /// What it is a part of, if several files are one delivery: an archive, or the output of a job.
    pub(super) bundle: Option<String>,
    /// Its name in messages, with control characters escaped.
    pub(super) shown: PathBuf,
    pub(super) compression: Compression,
    /// The facts that identify this version of it.
    pub(super) input: Input,
}

impl ExtractFile {
    /// Its text from the start, decompressed.
    pub(super) fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        match &self.member {
            Some(member) => member.open(&self.stored),
            None => bytes::decompressed(self.stored.open()?, self.compression),
        }
    }

    /// Its bytes as they were delivered: those of the stored file, or of the member of an archive.
    pub(super) fn open_delivered(&self) -> std::io::Result<Box<dyn Read + Send>> {
        if self.member.is_some() { self.open() } else { self.stored.open() }
    }

    /// The name by which it is ordered first: that of its bundle, or its own.
    pub(super) fn whole(&self) -> &str {
        self.bundle.as_deref().unwrap_or(&self.name)
    }

    /// The last part of its name.
    pub(super) fn file_name(&self) -> &str {
        self.name.rsplit(['/', '!']).next().unwrap_or(&self.name)
    }
}
