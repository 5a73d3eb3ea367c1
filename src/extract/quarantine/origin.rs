//! Where the rejected rows of a source come from and go.

use std::path::PathBuf;

use chrono::NaiveDate;

/// The facts about the run that every quarantined row carries.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Origin {
    pub(in crate::extract) run_id: String,
    pub(in crate::extract) source: String,
    pub(in crate::extract) as_of: Option<NaiveDate>,
    /// The source's files, as named in messages.
    pub(in crate::extract) files: Vec<PathBuf>,
    /// The output folder.
    pub(in crate::extract) folder: PathBuf,
}
