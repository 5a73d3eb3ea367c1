//! `lojal check`: validates the pipeline and its SQL without reading data.

use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::{Request, make_plan, warehouse};

pub(super) async fn execute(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    printer.problems(&plan.gaps);
    let schedule = plan.schedule(&request.selection).map_err(Failure::Usage)?;
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
    super::print(&format!(
        "{}: {sources}{lookups}{triggers}{} models, {} tables to publish, {} checks: all consistent",
        plan.text.path.display(),
        plan.models.len(),
        plan.published().count(),
        schedule.checks.len(),
    ))
}
