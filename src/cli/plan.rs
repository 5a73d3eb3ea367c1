//! `lojal plan`: what would run, in which order, and why each step is handled as it is.

use crate::failure::Failure;
use crate::plan::{Handling, StepKind};
use crate::printer::Printer;
use crate::run::{Request, make_plan};

pub(super) async fn execute(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let schedule = plan.schedule(&request.selection).map_err(Failure::Usage)?;
    let mut lines =
        vec![format!("{}: {} steps, then {} checks", plan.name, schedule.steps.len(), schedule.checks.len())];
    let widest = schedule.steps.iter().map(|step| step.name.len()).max().unwrap_or(0);
    for (number, step) in schedule.steps.iter().enumerate() {
        let why = match (step.handling, step.readers) {
            (Handling::Published, 0) => "published".to_owned(),
            (Handling::Published, readers) => format!("published, then read by {readers}"),
            (Handling::Kept, readers) if step.kind == StepKind::Earlier => {
                format!(
                    "from the last snapshot: read {}",
                    if readers == 1 { "once".to_owned() } else { format!("{readers} times") }
                )
            }
            (Handling::Kept, 1) if step.kind == StepKind::Lookup => "written in the pipeline: read once".to_owned(),
            (Handling::Kept, readers) if step.kind == StepKind::Lookup => {
                format!("written in the pipeline: read {readers} times")
            }
            (Handling::Kept, readers) => format!("computed once and kept: read {readers} times"),
            (Handling::View, 0) => "not read".to_owned(),
            (Handling::View, _) => "inlined: read once".to_owned(),
        };
        let reads: Vec<&str> = plan.reads(&step.name).collect();
        let from = if reads.is_empty() { String::new() } else { format!("  <- {}", reads.join(", ")) };
        let kind = plan.describe_kind(&step.name);
        lines.push(format!("{:>3}  {kind:<12} {:<widest$}  {why}{from}", number + 1, step.name));
    }
    if !schedule.carried_over.is_empty() {
        lines.push(format!("carried over from the last snapshot: {}", schedule.carried_over.join(", ")));
    }
    super::print(&lines.join("\n"))
}
