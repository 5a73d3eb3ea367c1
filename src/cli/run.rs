//! `lojal run`, and the run at the end of `lojal replay`: the main job, stopped cleanly by a signal. In every case the
//! last line on stdout is one JSON object that reports how the run ended.

use chrono::NaiveDate;
use clap::Args;
use clap::builder::FalseyValueParser;
use serde_json::json;

use super::arguments::Target;
use super::command::Command;
use super::output::print;
use super::runtime::with_workers;
use super::signals::StopSignals;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::{Outcome, Request, RunDetails, run_id};

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
}

/// The names to accept, those of the environment first.
pub(super) fn accepted_names(typed: &[String]) -> Vec<String> {
    let environment = std::env::var("LOJAL_ACCEPT").unwrap_or_default();
    let names = environment.split(';').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).chain(typed.iter().cloned()).collect()
}

impl Command for Run {
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
    prepare: impl AsyncFnOnce(&RunDetails) -> Result<Request, Failure>,
) -> Result<(), Failure> {
    // Listening starts before the run, so that no signal is missed.
    let mut signals = StopSignals::listen()?;
    let run_id = run_id(chrono::Utc::now());
    let details = RunDetails::default();
    let whole = async {
        let request = prepare(&details).await?;
        crate::run::run(&request, &run_id, &details, printer).await
    };
    let outcome = tokio::select! {
        // A signal takes precedence over a run that finishes at the same moment.
        biased;
        (name, signal) = signals.stop() => Err(Failure::Stopped { name, signal }),
        outcome = whole => outcome,
    };
    printer.finish();
    match outcome {
        Ok(Outcome { summary, last_line }) => {
            printer.info(&summary);
            print(&printer.masked(&last_line))
        }
        Err(failure) => {
            print(&printer.masked(&failed_line(request, &run_id, &details, &failure)))?;
            Err(failure)
        }
    }
}

fn failed_line(request: &Request, run_id: &str, details: &RunDetails, failure: &Failure) -> String {
    let status = match failure {
        Failure::Unchanged => "skipped",
        Failure::Stopped { .. } => "stopped",
        _ => "failed",
    };
    json!({
        "run_id": run_id,
        "pipeline": details.pipeline.get().or(request.pipeline.as_ref()),
        "as_of": details.as_of.get().or(request.as_of.as_ref()),
        "status": status,
        "exit_code": failure.exit_code(),
        "rows_published": 0,
        "error": failure.to_string().lines().next(),
    })
    .to_string()
}
