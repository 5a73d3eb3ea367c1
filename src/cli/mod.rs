//! The command line: one file per verb, each returning an outcome. Exit codes are decided only here.

mod arguments;
mod check;
mod config;
mod export;
mod infer;
mod ls;
mod plan;
mod rejects;
mod replay;
mod run;
mod schema;
mod show;
mod signals;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::failure::Failure;
use crate::printer::Printer;
use arguments::{Arguments, Verb};

/// Planning recurses as deeply as a query is nested, and the usual 8 MB of a main thread are not enough.
const STACK_BYTES: usize = 512 << 20;

/// Workers run plans, which are nested less deeply, and there may be many of them.
const WORKER_STACK_BYTES: usize = 32 << 20;

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run_command);
    let ended = thread.map(std::thread::JoinHandle::join);
    match ended {
        Ok(Ok(code)) => code,
        // The panic was already printed.
        Ok(Err(_)) => ExitCode::from(3),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: no thread could be started: {error}");
            ExitCode::from(3)
        }
    }
}

fn run_command() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to stdout and succeed. Anything else is a usage error.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()) * 2);
        }
    };
    let printer = Printer::new(arguments.common.printer());
    let outcome = execute(&arguments, &printer);
    printer.finish();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            match &failure {
                Failure::Usage(problems) => printer.problems(problems),
                Failure::Unchanged => printer.info(&failure.to_string()),
                _ => printer.error(&failure.to_string(), failure.hint().as_deref()),
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn execute(arguments: &Arguments, printer: &Printer) -> Result<(), Failure> {
    let request = arguments.request()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(request.engine.threads.get())
        .enable_all()
        .thread_stack_size(WORKER_STACK_BYTES)
        .build()?;
    let outcome = runtime.block_on(async {
        match &arguments.verb {
            Verb::Run(_) => run::execute(&request, None, printer).await,
            Verb::Check(_) => check::execute(&request, printer).await,
            Verb::Ls(_) => ls::execute(&request, printer).await,
            Verb::Plan(_) => plan::execute(&request, printer).await,
            Verb::Config(config) => config::execute(&request, config.part.as_deref()),
            Verb::Show(show) => show::execute(&request, show, printer).await,
            Verb::Export(export) => export::execute(&request, export, printer).await,
            Verb::Rejects(rejects) => rejects::execute(&request, rejects, printer).await,
            Verb::Replay(replay) => run::execute(&request, Some(replay), printer).await,
            Verb::Infer(infer) => infer::execute(&request, infer, printer).await,
            Verb::Schema(schema) => schema::execute(schema),
        }
    });
    // A reader interrupted by a signal may be deep in a file; the process does not wait for it.
    runtime.shutdown_background();
    outcome
}

/// Writes data to stdout.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
