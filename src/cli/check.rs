//! `lojal check`: validates the pipeline and its SQL without reading data.

use clap::Args;

use super::arguments::Target;
use super::command::Command;
use super::output::print;
use super::runtime::without_workers;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::{Request, make_plan, warehouse};

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    target: Target,
}

impl Command for Check {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.target.pipeline.clone(), ..request };
        without_workers(check(&request, printer))
    }
}

async fn check(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    printer.problems(&plan.gaps);
    let schedule = plan.schedule(&request.selection)?;
    warehouse(request, &plan, printer)?;
    let some = |number: usize, what: &str| match number {
        0 => String::new(),
        1 => format!("1 {what}, "),
        several => format!("{several} {what}s, "),
    };
    // The lookups that describe triggers are counted as triggers.
    let written = plan.lookups.keys().filter(|name| !plan.is_of_triggers(name)).count();
    let sources = some(plan.sources.len(), "source");
    let (lookups, triggers) = (some(written, "lookup"), some(plan.trigger_count(), "trigger"));
    print(&format!(
        "{}: {sources}{lookups}{triggers}{} models, {} tables to publish, {} checks: all consistent",
        plan.text.path.display(),
        plan.models.len(),
        plan.published().count(),
        schedule.checks.len(),
    ))
}
