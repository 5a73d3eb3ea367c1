//! The command line: one file per verb, with its arguments and what it does. Exit codes are decided only here.
//!
//! A new verb is a file, its `mod` line, and a line each in [`Verb`] and `Verb::command`.

mod access;
mod arguments;
mod check;
mod command;
mod completions;
mod config;
mod config_diff;
mod config_lines;
mod erase;
mod export;
mod infer;
mod init;
mod last_line;
mod ls;
mod man;
mod output;
mod panics;
mod parse;
mod plan;
mod query;
mod rejects;
mod replay;
mod rows;
mod run;
mod runtime;
mod schema;
mod show;
mod signals;
mod test;
mod why;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, Parser, Subcommand};

use crate::bundle::{self, Bundle};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::report::{Ending, failed_line};
use arguments::Common;
use command::Command;
use last_line::LastLine;

/// The command line. Its `about` is the description in Cargo.toml.
#[derive(Debug, Parser)]
#[command(name = "lojal", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 the data or a check failed, 2 usage or pipeline error, \
3 infrastructure, 99 nothing new (--skip-unchanged), 130/143 stopped by a signal.")]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the main job: load, transform, check and publish.
    Run(run::Run),
    /// Validate the pipeline and its SQL without reading data.
    Check(check::Check),
    /// Run the unit tests of SQL models: given rows, expected rows.
    Test(test::Test),
    /// List sources, lookups, models and checks.
    Ls(ls::Ls),
    /// Show what would run, in which order, and why.
    Plan(plan::Plan),
    /// Show rows of a published table, or of any source or model without publishing.
    Show(show::Show),
    /// Run a SQL query over sources, models and published tables.
    Query(query::Query),
    /// Show why source records are one person, or what keeps them apart.
    Why(why::Why),
    /// Write a trigger's contact list: treated customers and the addresses to reach them.
    Export(export::Export),
    /// Summarise the rejected rows of a run by cause, or write them to a file to fix.
    Rejects(rejects::Rejects),
    /// Load rejected rows after a fix, in a file or in the pipeline, and run the main job.
    Replay(replay::Replay),
    /// Write everything that is held about one person, as JSON and as a workbook.
    Access(access::Access),
    /// Forget persons: remove them from retained snapshots and keep them out of later runs.
    Erase(erase::Erase),
    /// Write the `sources:` block for undeclared files, with its evidence.
    Infer(infer::Infer),
    /// Print the merged configuration, with the file that each part comes from.
    Config(config::Config),
    /// Print the JSON Schema of a pipeline, domain or unit test file.
    Schema(schema::Schema),
    /// Write a small project that extends the one inside lojal.
    Init(init::Init),
    /// Print a script with which a shell completes verbs and options.
    Completions(completions::Completions),
    /// Write the manual pages of all verbs.
    #[command(hide = true)]
    Man(man::Man),
}

impl Verb {
    fn command(&self) -> Option<&dyn Command> {
        Some(match self {
            Self::Run(run) => run,
            Self::Check(check) => check,
            Self::Test(test) => test,
            Self::Ls(ls) => ls,
            Self::Plan(plan) => plan,
            Self::Show(show) => show,
            Self::Query(query) => query,
            Self::Why(why) => why,
            Self::Export(export) => export,
            Self::Rejects(rejects) => rejects,
            Self::Replay(replay) => replay,
            Self::Access(access) => access,
            Self::Erase(erase) => erase,
            Self::Infer(infer) => infer,
            Self::Config(config) => config,
            Self::Schema(schema) => schema,
            Self::Init(init) => init,
            // They need no pipeline, only the description of the command line.
            Self::Completions(_) | Self::Man(_) => return None,
        })
    }
}

/// Planning recurses as deeply as a query is nested, and the usual 8 MB of a main thread are not enough.
const STACK_BYTES: usize = 512 << 20;

/// Parses the command line and runs the command. `files` are those of the default project, by their path.
pub fn main(files: impl IntoIterator<Item = (String, &'static [u8])>) -> ExitCode {
    bundle::carry(Bundle::of_bytes(files));
    let arguments = match parse::arguments::<Arguments>() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    panics::keep_quiet();
    let printer = Arc::new(Printer::new(arguments.common.printer()));
    let last_line = arguments.verb.command().and_then(Command::last_line).cloned();
    let for_command = Arc::clone(&printer);
    let thread =
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || run_command(&arguments, &for_command));
    let outcome = match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(panics::failure()),
        Err(error) => Err(Failure::Output(error)),
    };
    end(outcome, last_line.as_ref(), &printer)
}

fn run_command(arguments: &Arguments, printer: &Printer) -> Result<(), Failure> {
    let command = match &arguments.verb {
        Verb::Completions(completions) => return completions.print(Arguments::command()),
        Verb::Man(man) => return man.write(Arguments::command()),
        verb => verb.command(),
    };
    let Some(command) = command else { return Ok(()) };
    command.last_line().map_or(Ok(()), LastLine::prepare)?;
    command.execute(arguments.common.request()?, printer)
}

/// Reports how the command ended: messages first, then the last line.
fn end(outcome: Result<(), Failure>, last_line: Option<&LastLine>, printer: &Printer) -> ExitCode {
    printer.finish();
    let ending = match &outcome {
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Ok(()) => Ending::success(),
        Err(failure) => {
            match failure {
                Failure::Usage(problems) => printer.problems(problems),
                Failure::Unchanged => printer.info(&failure.to_string()),
                _ => printer.error(&failure.to_string(), failure.hint().as_deref()),
            }
            Ending::of(failure)
        }
    };
    let Some(last_line) = last_line else { return ExitCode::from(ending.exit_code) };
    let line = printer.last_line().unwrap_or_else(|| failed_line(None, &ending, printer.warnings().len()));
    match last_line.write(&line, printer) {
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        Err(failure) => {
            printer.error(&failure.to_string(), None);
            return ExitCode::from(if ending.exit_code == 0 { failure.exit_code() } else { ending.exit_code });
        }
        Ok(()) => {}
    }
    ExitCode::from(ending.exit_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
