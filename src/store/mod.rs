//! Files in any store: found by path, URL or glob, read as a stream or by ranges.
//!
//! Extracts are read only through this module, and so are the warehouse's remote stores. Reading blocks, as decoding
//! does: each reader has a worker of its own, while requests to remote stores run on separate threads.

mod address;
mod connect;
mod fault;
mod find;
mod read;
mod remote;
mod stored;
mod version;

use std::path::PathBuf;

pub use address::{Address, AddressError, RemoteAddress, StoreKind, escaped, secrets, without_secrets};
pub(crate) use connect::{start, wait};
pub use fault::{FaultKind, RemoteFault};
pub use find::{find, is_left_by_program};
pub(crate) use remote::Remote;
pub use stored::Stored;

/// Files that could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The path is not a valid glob.
    #[error("{0}")]
    Pattern(String),
    /// The URL does not name a location.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A file, folder or store cannot be read.
    #[error("{path}: {source}", path = escaped(&path.display().to_string()))]
    Unreadable {
        /// The file, folder or URL.
        path: PathBuf,
        source: std::io::Error,
    },
}

/// The files behind a path or glob.
#[derive(Debug, Default)]
pub struct Found {
    /// The files, sorted by path.
    pub files: Vec<Stored>,
    /// If nothing was found: other names in the folder, as suggestions.
    pub nearby: Vec<String>,
    /// Folders whose names match: their files are not read.
    pub folders: Vec<String>,
    /// Hidden files among `files`.
    pub hidden: Vec<String>,
    /// Files whose names match and that programs put beside others by themselves: they are not read.
    pub of_programs: Vec<String>,
    /// Other files, neither hidden nor empty, in the folders of `files`, as far as these were listed.
    pub beside: Vec<String>,
}
