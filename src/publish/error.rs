//! What can go wrong while staging or publishing; all of it is the store's fault, none of it the data's.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A failure of the warehouse.
#[derive(Debug, Error)]
pub enum PublishError {
    /// A file operation failed.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Parquet could not be written.
    #[error("could not write {}: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: parquet::errors::ParquetError,
    },
    /// Rows came in another order than the file says of itself; readers that skip by it would miss some.
    #[error("the rows of table {table} are not in the order of its key: this is a fault of lojal")]
    Unsorted {
        /// The table.
        table: String,
    },
    /// Another run is writing to the warehouse.
    #[error("the warehouse folder {} is in use by another run ({holder})", path.display())]
    Locked {
        /// The warehouse.
        path: PathBuf,
        /// What the lock file says of its holder.
        holder: String,
    },
    /// A snapshot's description cannot be read.
    #[error("{} is not a snapshot's description: {source}", path.display())]
    Description {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: serde_json::Error,
    },
    /// `current` exists and is no symlink.
    #[error("{} exists and is not the symlink that lojal makes", path.display())]
    NotOurs {
        /// The path.
        path: PathBuf,
    },
    /// A warehouse URL of a kind that cannot be written.
    #[error("the warehouse `{url}` is not a local folder")]
    NotLocal {
        /// The URL.
        url: String,
    },
}

impl PublishError {
    /// Adds what was tried to an I/O error.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// Adds the file to a Parquet error.
    pub(super) fn parquet(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Parquet { path: path.to_owned(), source }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "wait for it to end, or give this run another --warehouse",
            Self::NotOurs { .. } => "move it away, or give this run another --warehouse",
            Self::NotLocal { .. } => "give a path or a file:// URL",
            Self::Description { .. } => "move the damaged snapshot away and run again",
            Self::Unsorted { .. } => "nothing was published; report it with the table's SQL",
            Self::Io { .. } | Self::Parquet { .. } => {
                "see that the folder exists, is writable and has room; nothing was published"
            }
        }
    }
}
