//! What is asked of `lojal infer`.

use std::path::PathBuf;

use crate::config::MaxRejected;

/// Which files, and what the block may do with them.
#[derive(Debug, Clone)]
pub struct InferRequest {
    /// The files, as typed or relative to the project folder.
    pub files: Vec<PathBuf>,
    /// Name of the source; by default it comes from the file names.
    pub name: Option<String>,
    /// The project folder; paths in the block are relative to it.
    pub project: PathBuf,
    /// Folder for rejected rows while the block is verified.
    pub scratch: PathBuf,
    /// The most rows that the block may reject [default: as many as a source may without a `max_rejected`].
    pub max_rejected: Option<MaxRejected>,
}
