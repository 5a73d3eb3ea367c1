//! `lojal run`: the main job, stopped cleanly by a signal.

use super::signals;
use crate::failure::Failure;
use crate::report::Printer;
use crate::run::Request;

pub(super) async fn execute(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let outcome = tokio::select! {
        outcome = crate::run::run(request, printer) => outcome?,
        (name, signal) = signals::stop() => return Err(Failure::Stopped { name, signal }),
    };
    printer.finish();
    printer.info(&outcome.summary);
    super::print(&outcome.last_line)
}
