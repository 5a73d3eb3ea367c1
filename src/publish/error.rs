//! What can go wrong while staging or publishing. The store is always at fault, never the data.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::store::{AddressError, RemoteFault};

/// A failure of the warehouse.
#[derive(Debug, Error)]
pub enum PublishError {
    /// A file operation failed.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was attempted, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        source: std::io::Error,
    },
    /// Parquet could not be written.
    #[error("could not write {}: {source}", path.display())]
    Parquet { path: PathBuf, source: parquet::errors::ParquetError },
    /// A published Parquet file cannot be read.
    #[error("could not read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: parquet::errors::ParquetError },
    /// A table of the last snapshot does not match the pipeline's declaration.
    #[error("the table {table} of the last snapshot ({run_id}) does not match earlier_tables: {fault}")]
    OtherShape {
        table: String,
        /// The run that published it.
        run_id: String,
        /// The column at fault.
        fault: String,
    },
    /// Rows came in a different order than the file declares; readers that skip by that order would miss some.
    #[error("the rows of table {table} are not in the order of its key: this is a bug in lojal")]
    Unsorted { table: String },
    /// Another run is writing to the warehouse.
    #[error("the warehouse folder {} is in use by another run ({holder})", path.display())]
    Locked {
        path: PathBuf,
        /// What the lock file says about its holder.
        holder: String,
    },
    /// The description of a snapshot cannot be read.
    #[error("{} is not a snapshot description: {source}", path.display())]
    Description { path: PathBuf, source: serde_json::Error },
    /// `current` exists and is not a symlink.
    #[error("{} exists and is not a symlink created by lojal", path.display())]
    NotOurs { path: PathBuf },
    /// A snapshot description names something outside the snapshot.
    #[error("{} cannot be trusted: {fault}", path.display())]
    Hostile { path: PathBuf, fault: String },
    /// A request to a remote store failed.
    #[error("could not {action} {place}: {source}")]
    Store {
        /// What was attempted, as a verb.
        action: &'static str,
        /// The place, as a URL without secrets.
        place: String,
        source: std::io::Error,
    },
    /// Another run published after this one started.
    #[error("another run ({by}) has published to {warehouse} since this one started; nothing was published")]
    Overtaken {
        warehouse: String,
        /// The other run.
        by: String,
    },
    /// The key of the tombstones is locked by another secret than the present one.
    #[error(
        "{} is locked with the secret of key id {ids}, which is not the present `identity.key_secret`: persons who were \
         erased could come back unnoticed",
        path.display()
    )]
    TombstonesLocked {
        path: PathBuf,
        /// Key ids of the secrets that open it.
        ids: String,
    },
    /// Tombstones that were there are gone, or their key is.
    #[error("{}: {fault}; persons who were erased would come back", path.display())]
    TombstonesLost { path: PathBuf, fault: String },
    /// A warehouse URL that cannot be used.
    #[error("the warehouse {0}")]
    Address(#[from] AddressError),
    /// A store without conditional writes, where two runs could both believe that they published.
    #[error(
        "{url} cannot be a warehouse: lojal cannot write conditionally over HTTP, so two \
         runs could overwrite each other"
    )]
    Http { url: String },
}

impl PublishError {
    /// Adds what was attempted to an I/O error.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// Adds the file to a Parquet error.
    pub(super) fn parquet(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Parquet { path: path.to_owned(), source }
    }

    /// Adds the file to an error from reading it.
    pub(super) fn unreadable(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Unreadable { path: path.to_owned(), source }
    }

    /// Whether the request is wrong rather than the store.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Address(_) | Self::Http { .. } | Self::TombstonesLocked { .. })
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Store { source, .. } => RemoteFault::inside(source).map(RemoteFault::hint).unwrap_or_else(|| {
                "check that the store can be reached and written, and the folder for temporary files (TMPDIR) too"
                    .to_owned()
            }),
            _ => self.fixed_hint().to_owned(),
        }
    }

    fn fixed_hint(&self) -> &'static str {
        match self {
            Self::OtherShape { .. } => {
                "mark a column added since then as `optional: true`; to change a type, keep the old column and add a \
                 new one, or publish to another --warehouse"
            }
            Self::Unreadable { .. } => {
                "the file is damaged: publish to another --warehouse, or point `current` to an older snapshot"
            }
            Self::Locked { .. } => "wait for it to end, or give this run another --warehouse",
            Self::NotOurs { .. } => "move it away, or give this run another --warehouse",
            Self::Address(_) => "give a path, or the URL of a store without user name and password: s3://bucket/folder",
            Self::TombstonesLost { .. } => {
                "put the folder erasures/ of the warehouse back from a copy. Without one: put everybody who was erased into \
                 the extract erasure_requests, move erasures/ and the snapshots away, and run"
            }
            Self::TombstonesLocked { .. } => {
                "restore that secret; if it was replaced, give it once more in the variable with _BEFORE at its end (for \
                 LOJAL_KEY: LOJAL_KEY_BEFORE)"
            }
            Self::Http { .. } => "give a path, or the store's own URL: s3://, gs://, az://, abfss://",
            Self::Overtaken { .. } => "run again, starting from what the other run published",
            Self::Hostile { .. } => "check who can write to the warehouse; publish to another --warehouse",
            Self::Description { .. } => "move the damaged snapshot away and run again",
            Self::Unsorted { .. } => "nothing was published; report this bug with the table's SQL",
            Self::Io { .. } | Self::Parquet { .. } | Self::Store { .. } => {
                "check that the folder exists, is writable and has space; nothing was published"
            }
        }
    }
}
