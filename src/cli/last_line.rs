//! How the verbs that run the main job end: one JSON object as the last line on stdout, after every message on stderr,
//! and in the file of `--result-file`. It is written for every end but being killed.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::output::print;
use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::report::{Ending, failed_line};

/// The option of the verbs that run the main job.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct LastLine {
    /// Also write the last line to this file, however the run ends; for a Kubernetes pod /airflow/xcom/return.json.
    #[arg(long, value_name = "PATH", env = "LOJAL_RESULT_FILE")]
    result_file: Option<PathBuf>,
}

impl LastLine {
    /// Empties the file, so that a killed run does not leave the line of an earlier one behind.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn prepare(&self) -> Result<(), Failure> {
        let Some(path) = &self.result_file else { return Ok(()) };
        std::fs::write(path, "").map_err(|error| {
            let problem = Problem::new(format!("--result-file {}: {error}", path.display()));
            Failure::Usage(vec![problem.hint("name a file in an existing folder that this process may write to")])
        })
    }

    /// Prints the line and writes the file.
    ///
    /// # Errors
    /// A stdout or file that cannot be written.
    pub(super) fn write(&self, line: &Value, printer: &Printer) -> Result<(), Failure> {
        let line = printer.masked(&line.to_string());
        let filed = match &self.result_file {
            Some(path) => std::fs::write(path, format!("{line}\n")).map_err(Failure::Output),
            None => Ok(()),
        };
        print(&line).and(filed)
    }
}

/// The verbs that end with the line, by their names.
const VERBS: [&str; 2] = ["run", "replay"];

/// Ends a command line that could not be read. There, only the words that were typed show what was wanted.
pub(super) fn after_usage_error(message: &str, words: &[String], printer: &Printer) -> Result<(), Failure> {
    let verb = words.iter().find(|word| VERBS.contains(&word.as_str()));
    if verb.is_none() {
        return Ok(());
    }
    let flag = "--result-file";
    let joined = words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
    let apart = words.iter().position(|word| word == flag).and_then(|at| words.get(at + 1)).map(String::as_str);
    let environment = std::env::var("LOJAL_RESULT_FILE").ok().filter(|path| !path.is_empty());
    let result_file = joined.or(apart).map(str::to_owned).or(environment).map(PathBuf::from);
    let failure = Failure::Usage(vec![Problem::new(message)]);
    LastLine { result_file }.write(&failed_line(None, &Ending::of(&failure), 0), printer)
}
