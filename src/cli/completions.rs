//! `lojal completions`: a script with which a shell completes verbs and options.

use clap::Args;
use clap_complete::Shell;

use super::output::print;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints the script for the whole command line.
    pub(super) fn print(&self, mut command: clap::Command) -> Result<(), Failure> {
        let (name, mut script) = (command.get_name().to_owned(), Vec::new());
        clap_complete::generate(self.shell, &mut command, name, &mut script);
        print(String::from_utf8_lossy(&script).trim_end())
    }
}
