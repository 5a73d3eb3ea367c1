//! `lojal man`: the manual pages, for packages. Hidden: the same texts are in `--help`.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Folder to write lojal.1, lojal-run.1 and so on to.
    folder: PathBuf,
}

impl Man {
    /// Writes a page for the whole command line, and one for each verb.
    pub(super) fn write(&self, command: clap::Command) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.folder)?;
        Ok(clap_mangen::generate_to(command, &self.folder)?)
    }
}
