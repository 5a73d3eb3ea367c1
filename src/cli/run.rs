//! `lojal run`, and the run at the end of `lojal replay`: the main job, stopped cleanly by a signal. In every case the
//! last line on stdout is one JSON object that reports how the run ended (`last_line.rs`).

use super::arguments::Target;
use super::command::Command;
use super::last_line::LastLine;
use super::panics;
use super::runtime::with_workers;
use super::signals::StopSignals;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::report::{Ending, RunLog, failed_line};
use crate::run::{Outcome, Request, document_failure, run_id};
use chrono::NaiveDate;
use clap::Args;
use clap::builder::FalseyValueParser;
use futures::FutureExt;

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    target: Target,
    /// Use everything known by the end of this day [default: the newest event date in the extracts]
    #[arg(long, value_name = "DATE", env = "LOJAL_AS_OF")]
    as_of: Option<NaiveDate>,
    /// Exit with code 99 if neither extracts nor pipeline have changed since the last snapshot.
    #[arg(long, env = "LOJAL_SKIP_UNCHANGED", value_parser = FalseyValueParser::new())]
    skip_unchanged: bool,
    /// Publish although this check, or this row of it, fails: CHECK or CHECK:NAME, as the failed run prints it; repeatable.
    /// Holds for this run only [env: LOJAL_ACCEPT="NAME;NAME"]
    #[arg(long, value_name = "NAME")]
    accept: Vec<String>,
    /// Make all customer keys with another secret than those of the last snapshot. Without it, a changed secret of
    /// `identity.key_secret` is refused. The restricted table customer_identity_changes gets the old and the new keys.
    #[arg(long)]
    rekey: bool,
    #[command(flatten)]
    last_line: LastLine,
}

/// The names to accept, those of the environment first.
pub(super) fn accepted_names(typed: &[String]) -> Vec<String> {
    let environment = std::env::var("LOJAL_ACCEPT").unwrap_or_default();
    let names = environment.split(';').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).chain(typed.iter().cloned()).collect()
}

impl Command for Run {
    fn last_line(&self) -> Option<&LastLine> {
        Some(&self.last_line)
    }

    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request {
            pipeline: self.target.pipeline.clone(),
            as_of: self.as_of,
            skip_unchanged: self.skip_unchanged,
            accept: accepted_names(&self.accept),
            rekey: self.rekey,
            ..request
        };
        with_workers(&request, main_job(&request, printer, async |_| Ok(request.clone())))
    }
}

/// Runs the main job. `prepare` does the work before it and returns the request to run.
pub(super) async fn main_job(
    request: &Request,
    printer: &Printer,
    prepare: impl AsyncFnOnce(&RunLog) -> Result<Request, Failure>,
) -> Result<(), Failure> {
    // Listening starts before the run, so that no signal is missed.
    let mut signals = StopSignals::listen()?;
    let now = chrono::Utc::now();
    let log = RunLog::start(run_id(now), now);
    let whole = async {
        let request = prepare(&log).await?;
        crate::run::run(&request, &log, printer).await
    };
    // A panic unwinds to here, so that the run is documented.
    let whole = std::panic::AssertUnwindSafe(whole)
        .catch_unwind()
        .map(|ended| ended.unwrap_or_else(|_| Err(panics::failure())));
    let outcome = tokio::select! {
        // A signal takes precedence over a run that finishes at the same moment.
        biased;
        (name, signal) = signals.stop() => Err(Failure::Stopped { name, signal }),
        outcome = whole => outcome,
    };
    // A library may have turned a panic of a worker into an ordinary error.
    let outcome = outcome.map_err(|failure| match failure {
        Failure::Query { .. } if panics::any() => panics::failure(),
        failure => failure,
    });
    printer.finish();
    match outcome {
        Ok(Outcome { summary, last_line }) => {
            printer.info(&summary);
            printer.set_last_line(last_line);
            Ok(())
        }
        Err(failure) => {
            if let Some(as_of) = request.as_of {
                log.as_of.get_or_init(|| as_of);
            }
            if let Err(error) = document_failure(&log, &failure, printer) {
                printer.warning(&format!("this run's documents are not kept: {error}"));
            }
            printer.set_last_line(failed_line(Some(&log), &Ending::of(&failure), printer.warnings().len()));
            Err(failure)
        }
    }
}
