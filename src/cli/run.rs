//! `lojal run`, and the run at the end of `lojal replay`: the main job, stopped cleanly by a signal. In every case the
//! last line on stdout is one JSON object that reports how the run ended.

use serde_json::json;

use super::arguments::Replay;
use super::signals::StopSignals;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::{Known, Outcome, Request, run_id};

pub(super) async fn execute(request: &Request, replay: Option<&Replay>, printer: &Printer) -> Result<(), Failure> {
    // Listening starts before the run, so that no signal is missed.
    let mut signals = StopSignals::listen()?;
    let run_id = run_id(chrono::Utc::now());
    let known = Known::default();
    let whole = async {
        match replay {
            None => crate::run::run(request, &run_id, &known, printer).await,
            Some(replay) => {
                let request = super::replay::prepare(request, replay, &known, printer).await?;
                crate::run::run(&request, &run_id, &known, printer).await
            }
        }
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
            super::print(&printer.masked(&last_line))
        }
        Err(failure) => {
            super::print(&printer.masked(&failed_line(request, &run_id, &known, &failure)))?;
            Err(failure)
        }
    }
}

fn failed_line(request: &Request, run_id: &str, known: &Known, failure: &Failure) -> String {
    let status = match failure {
        Failure::Unchanged => "skipped",
        Failure::Stopped { .. } => "stopped",
        _ => "failed",
    };
    json!({
        "run_id": run_id,
        "pipeline": known.pipeline.get().or(request.pipeline.as_ref()),
        "as_of": known.as_of.get().or(request.as_of.as_ref()),
        "status": status,
        "exit_code": failure.exit_code(),
        "rows_published": 0,
        "error": failure.to_string().lines().next(),
    })
    .to_string()
}
