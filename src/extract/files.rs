//! Finds a source's files: one path, or the matches of a glob in the order of their names.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ExtractError;
use super::bytes::{self, BytesError};
use crate::config::Compression;
use crate::source::Input;
use crate::source::Source;
use crate::store::{self, StoreError, Stored};
use crate::words::printable;

/// A file of an extract.
#[derive(Debug, Clone)]
pub(super) struct ExtractFile {
    /// The file in its store.
    pub(super) stored: Stored,
    /// Its name in messages, with control characters escaped.
    pub(super) shown: PathBuf,
    compression: Compression,
    /// The facts that identify this version of it.
    pub(super) input: Input,
}

impl ExtractFile {
    /// Its text from the start, decompressed.
    pub(super) fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        bytes::decompressed(self.stored.open()?, self.compression)
    }
}

/// Lists the files of a source, sorted by path.
pub(super) fn list(project: &Path, source: &Source) -> Result<Vec<ExtractFile>, ExtractError> {
    let found = store::find(project, &source.path.value).map_err(|error| match error {
        StoreError::Pattern(reason) => {
            ExtractError::Pattern { name: source.name.clone(), pattern: source.path.shown.clone(), reason }
        }
        StoreError::Address(error) => ExtractError::Address { name: source.name.clone(), error },
        StoreError::Unreadable { path, source: cause } => unreadable(source, &path, cause),
    })?;
    let file = |stored: Stored| {
        let shown = printable(&source.path.mask(stored.name()));
        let compression = bytes::compression(source.compression, stored.file_name());
        let input = Input {
            source: source.name.clone(),
            path: shown.clone(),
            bytes: stored.bytes(),
            modified_at: stored.modified_at(),
            delivery_day: None,
            rows: None,
            entity_tag: stored.entity_tag().map(str::to_owned),
        };
        ExtractFile { stored, shown: PathBuf::from(shown), compression, input }
    };
    let files: Vec<ExtractFile> = found.files.into_iter().map(file).collect();
    if files.is_empty() && !source.optional {
        let (name, pattern, nearby) = (source.name.clone(), source.path.shown.clone(), found.nearby);
        return Err(ExtractError::Missing { name, pattern, nearby });
    }
    Ok(files)
}

pub(super) fn unreadable(source: &Source, path: &Path, cause: std::io::Error) -> ExtractError {
    let path = PathBuf::from(store::escaped(&source.path.mask(&path.display().to_string())));
    if let Some(fault) = BytesError::of(&cause) {
        return ExtractError::Format { name: source.name.clone(), path, reason: fault.to_string() };
    }
    ExtractError::Unreadable { name: source.name.clone(), path, cause: Arc::new(cause) }
}
