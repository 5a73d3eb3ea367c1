//! `lojal plan`: what would run, in which order, and why each step is handled as it is.

use clap::Args;

use super::arguments::Target;
use super::command::Command;
use super::output::print;
use super::runtime::without_workers;
use crate::failure::Failure;
use crate::plan::{Handling, StepKind};
use crate::printer::Printer;
use crate::run::{Request, make_plan};

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    target: Target,
}

impl Command for Plan {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.target.pipeline.clone(), ..request };
        without_workers(explain(&request, printer))
    }
}

async fn explain(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let schedule = plan.schedule(&request.selection)?;
    let mut lines =
        vec![format!("{}: {} steps, then {} checks", plan.name, schedule.steps.len(), schedule.checks.len())];
    let widest = schedule.steps.iter().map(|step| step.name.len()).max().unwrap_or(0);
    for (number, step) in schedule.steps.iter().enumerate() {
        let why = match (step.handling, step.readers) {
            (Handling::Published, 0) => "published".to_owned(),
            (Handling::Published, readers) => format!("published, then read by {readers}"),
            (Handling::Kept, readers) if matches!(step.kind, StepKind::Earlier(_)) => {
                format!(
                    "from the last snapshot: read {}",
                    if readers == 1 { "once".to_owned() } else { format!("{readers} times") }
                )
            }
            (Handling::Kept, 1) if matches!(step.kind, StepKind::Lookup(_)) => {
                "written in the pipeline: read once".to_owned()
            }
            (Handling::Kept, readers) if matches!(step.kind, StepKind::Lookup(_)) => {
                format!("written in the pipeline: read {readers} times")
            }
            (Handling::Kept, readers) => format!("computed once and kept: read {readers} times"),
            (Handling::View, 0) => "not read".to_owned(),
            (Handling::View, _) => "inlined: read once".to_owned(),
        };
        let from = if step.reads.is_empty() { String::new() } else { format!("  <- {}", step.reads.join(", ")) };
        let kind = step.kind.label();
        lines.push(format!("{:>3}  {kind:<12} {:<widest$}  {why}{from}", number + 1, step.name));
    }
    if !schedule.carried_over.is_empty() {
        lines.push(format!("carried over from the last snapshot: {}", schedule.carried_over.join(", ")));
    }
    print(&lines.join("\n"))
}
