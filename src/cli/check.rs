//! `lojal check`: everything that can be known without reading the data.

use crate::failure::Failure;
use crate::report::Printer;
use crate::run::{Request, make_plan, warehouse};

pub(super) async fn execute(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let schedule = plan.schedule(&request.selection).map_err(Failure::Usage)?;
    warehouse(request, &plan, printer)?;
    let lookups = match plan.lookups.len() {
        0 => String::new(),
        1 => "1 lookup, ".to_owned(),
        several => format!("{several} lookups, "),
    };
    super::print(&format!(
        "{}: {} sources, {lookups}{} models, {} tables to publish, {} checks: all consistent",
        plan.text.path.display(),
        plan.sources.len(),
        plan.models.len(),
        plan.published().count(),
        schedule.checks.len(),
    ))
}
