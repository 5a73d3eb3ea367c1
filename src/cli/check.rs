//! `lojal check`: everything that can be known without reading the data.

use crate::failure::Failure;
use crate::report::Printer;
use crate::run::{Request, make_plan, warehouse};

pub(super) async fn execute(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let schedule = plan.schedule(&request.selection).map_err(Failure::Usage)?;
    warehouse(request, &plan, printer)?;
    super::print(&format!(
        "{}: {} sources, {} models, {} tables to publish, {} checks: all consistent",
        plan.text.path.display(),
        plan.sources.len(),
        plan.models.len(),
        plan.published().count(),
        schedule.checks.len(),
    ))
}
