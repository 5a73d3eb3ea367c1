//! Finds a source's files: one path, or the matches of a glob in the order of their names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bytes::{self, BytesError};
use super::error::{ExtractError, ExtractFault};
use super::extract_file::ExtractFile;
use super::frame::FormatError;
use crate::source::Input;
use crate::source::Source;
use crate::store::{self, StoreError, Stored};
use crate::words::printable;

/// Lists the files of a source, sorted by path.
pub(super) fn list(project: &Path, source: &Source) -> Result<Vec<ExtractFile>, ExtractError> {
    let found = store::find(project, &source.path.value).map_err(|error| match error {
        StoreError::Pattern(reason) => of_path(source, ExtractFault::Pattern(reason)),
        StoreError::Address(error) => ExtractError::of(source, ExtractFault::Address(error)),
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
        return Err(of_path(source, ExtractFault::Missing { nearby: found.nearby }));
    }
    Ok(files)
}

/// A fault of all files of a source.
pub(super) fn of_path(source: &Source, fault: ExtractFault) -> ExtractError {
    ExtractError::of(source, fault).at(&source.path.shown)
}

/// A file that cannot be read, or whose compressed data are faulty.
pub(super) fn unreadable(source: &Source, path: &Path, cause: std::io::Error) -> ExtractError {
    let path = PathBuf::from(store::escaped(&source.path.mask(&path.display().to_string())));
    let fault = match BytesError::of(&cause) {
        Some(fault) => ExtractFault::Content(fault.to_string()),
        None => ExtractFault::Unreadable(Arc::new(cause)),
    };
    ExtractError::of(source, fault).at(path)
}

/// A file that its format cannot read.
pub(super) fn unfit(source: &Source, file: &ExtractFile, error: FormatError) -> ExtractError {
    let fault = match error {
        FormatError::Io(error) => return unreadable(source, &file.shown, error),
        FormatError::Header(reason) => ExtractFault::Header(reason),
        FormatError::Content(reason) => ExtractFault::Content(reason),
    };
    ExtractError::of(source, fault).at(&file.shown)
}
