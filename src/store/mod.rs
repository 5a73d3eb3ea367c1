//! Files wherever they are stored: found by path, URL or glob, read as a stream or by ranges.
//!
//! The one door to storage for extracts, and to remote stores for the warehouse. Reading is blocking, as decoding is:
//! whoever reads is a worker of its own, while requests to remote stores run on threads beside.

mod address;
mod connect;
mod fault;
mod find;
mod read;
mod remote;
mod stored;

use std::path::PathBuf;

pub use address::{Address, AddressError, RemoteAddress, StoreKind, escaped, secrets, without_secrets};
pub use connect::RETRY_VARIABLE;
pub(crate) use connect::{start, wait};
pub use fault::{FaultKind, RemoteFault};
pub use find::find;
pub(crate) use remote::Remote;
pub use stored::Stored;

/// Files that could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The path is no valid glob.
    #[error("{0}")]
    Pattern(String),
    /// The URL names no place.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A file, folder or store cannot be read.
    #[error("{path}: {source}", path = escaped(&path.display().to_string()))]
    Unreadable {
        /// The file, folder or URL.
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
