//! What can go wrong while staging or publishing; all of it is the store's fault, none of it the data's.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::store::{AddressError, RemoteFault};

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
    /// A published Parquet file cannot be read.
    #[error("could not read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: parquet::errors::ParquetError,
    },
    /// A table of the last snapshot is not as the pipeline declares it.
    #[error("the table {table} of the last snapshot ({run_id}) is not as earlier_tables declares it: {fault}")]
    OtherShape {
        /// The table.
        table: String,
        /// The run that published it.
        run_id: String,
        /// The column at fault.
        fault: String,
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
    /// A snapshot's description names what is not part of the snapshot.
    #[error("{} cannot be trusted: {fault}", path.display())]
    Hostile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// A request to a remote store failed.
    #[error("could not {action} {place}: {source}")]
    Store {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what, as a URL without secrets.
        place: String,
        /// The cause.
        source: std::io::Error,
    },
    /// Another run published after this one had begun.
    #[error("another run ({by}) has published in {warehouse} since this one began; nothing was published")]
    Overtaken {
        /// The warehouse.
        warehouse: String,
        /// The other run.
        by: String,
    },
    /// A warehouse URL that names no place.
    #[error("the warehouse {0}")]
    Address(#[from] AddressError),
    /// A store without conditional writes, where two runs could both believe that they have published.
    #[error(
        "{url} cannot be a warehouse: over HTTP nothing can be written on condition that it has not changed, so two \
         runs could overwrite each other"
    )]
    Http {
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

    /// Adds the file to an error while it is read.
    pub(super) fn unreadable(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Unreadable { path: path.to_owned(), source }
    }

    /// Whether the request is wrong, and not the store.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Address(_) | Self::Http { .. })
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Store { source, .. } => RemoteFault::inside(source).map(RemoteFault::hint).unwrap_or_else(|| {
                "see that the store can be reached and written, and the folder for temporary files (TMPDIR) too"
                    .to_owned()
            }),
            _ => self.fixed_hint().to_owned(),
        }
    }

    fn fixed_hint(&self) -> &'static str {
        match self {
            Self::OtherShape { .. } => {
                "mark a column that was added since as `optional: true`; for another type, keep the old column and add a \
                 new one, or begin anew in another --warehouse"
            }
            Self::Unreadable { .. } => {
                "the file is damaged: publish anew in another --warehouse, or point `current` to an older snapshot"
            }
            Self::Locked { .. } => "wait for it to end, or give this run another --warehouse",
            Self::NotOurs { .. } => "move it away, or give this run another --warehouse",
            Self::Address(_) => "give a path, or the URL of a store without user and password: s3://bucket/folder",
            Self::Http { .. } => "give a path, or the store's own URL: s3://, gs://, az://, abfss://",
            Self::Overtaken { .. } => "run again: it then begins from what the other run has published",
            Self::Hostile { .. } => "see who can write to the warehouse; begin anew in another --warehouse",
            Self::Description { .. } => "move the damaged snapshot away and run again",
            Self::Unsorted { .. } => "nothing was published; report it with the table's SQL",
            Self::Io { .. } | Self::Parquet { .. } | Self::Store { .. } => {
                "see that the folder exists, is writable and has room; nothing was published"
            }
        }
    }
}
