//! Reads the command line and the environment variables that stand in for options.

use std::process::ExitCode;

use clap::builder::{OsStr, Resettable};
use clap::{Arg, Parser};

use super::last_line::after_usage_error;
use crate::failure::Failure;
use crate::printer::{LogFormat, Printer, PrinterOptions};

/// The command line, or the exit code of one that only asks for help or cannot be read.
pub(super) fn arguments<A: Parser>() -> Result<A, ExitCode> {
    let command = without_empty_variables(A::command());
    let parsed = command.try_get_matches().and_then(|matches| A::from_arg_matches(&matches));
    parsed.map_err(|error| {
        if !error.use_stderr() {
            // Help and version go to stdout and succeed.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        refused(&error)
    })
}

/// An environment variable that is set to nothing counts as not set: orchestrators set all that they know of.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let without = |arg: Arg| {
        let is_empty = arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        if is_empty { arg.env(Resettable::<OsStr>::Reset) } else { arg }
    };
    command.mut_args(without).mut_subcommands(without_empty_variables)
}

fn refused(error: &clap::Error) -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let message = line.strip_prefix("error: ").unwrap_or(line);
    let format = if wants_json(&words) { LogFormat::Json } else { LogFormat::Text };
    let printer = Printer::new(PrinterOptions { format, ..PrinterOptions::default() });
    match format {
        LogFormat::Json => printer.error(text.trim_end().trim_start_matches("error: "), None),
        // A closed stderr changes nothing.
        LogFormat::Text => drop(error.print()),
    }
    match after_usage_error(message, &words, &printer) {
        Err(Failure::Output(error)) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            printer.error(&format!("could not write the output: {error}"), None);
        }
        _ => {}
    }
    ExitCode::from(2)
}

fn wants_json(words: &[String]) -> bool {
    let typed = words.windows(2).any(|pair| pair[0] == "--log-format" && pair[1] == "json");
    let joined = words.iter().any(|word| word == "--log-format=json");
    typed || joined || std::env::var("LOJAL_LOG_FORMAT").is_ok_and(|format| format == "json")
}
