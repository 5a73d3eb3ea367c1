//! Files wherever they are stored: found by path or glob, read as a stream or by ranges.
//!
//! The one door to storage for extracts. Reading is blocking, as decoding is: whoever reads is a worker of its own.

mod stored;

use std::path::{Path, PathBuf};

pub use stored::Stored;

/// Files that could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The path is no valid glob.
    #[error("{0}")]
    Pattern(String),
    /// A file or folder cannot be read.
    #[error("{path}: {source}", path = path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// What a path or glob names.
#[derive(Debug)]
pub struct Found {
    /// The files, sorted by path.
    pub files: Vec<Stored>,
    /// Where nothing was found: names of the folder's files, to choose from.
    pub nearby: Vec<String>,
}

/// Finds the files that `pattern` (a path or glob, relative to `project`) names.
///
/// # Errors
/// A pattern that is no glob, folders that cannot be read.
pub fn find(project: &Path, pattern: &str) -> Result<Found, StoreError> {
    let pattern = project.join(pattern);
    let text = pattern.to_str().ok_or_else(|| StoreError::Pattern("not UTF-8".to_owned()))?;
    let matches = glob::glob(text).map_err(|error| StoreError::Pattern(error.msg.to_owned()))?;
    let mut files = Vec::new();
    for found in matches {
        let path = found.map_err(|error| StoreError::Unreadable {
            path: error.path().to_owned(),
            source: std::io::Error::other(error.to_string()),
        })?;
        files.extend(Stored::local(project, &path).map_err(|source| StoreError::Unreadable { path, source })?);
    }
    files.sort_by(|a, b| a.name().cmp(b.name()));
    let nearby = if files.is_empty() { neighbours(pattern.parent().unwrap_or(project)) } else { Vec::new() };
    Ok(Found { files, nearby })
}

fn neighbours(folder: &Path) -> Vec<String> {
    const SHOWN: usize = 12;
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.truncate(SHOWN);
    names
}
