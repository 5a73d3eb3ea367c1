//! Refuses to carry tables over when the requests of persons to be forgotten have changed: the tables of the last snapshot
//! still have those who have asked since.

use std::collections::BTreeSet;
use std::path::Path;

use crate::diagnostics::Problem;
use crate::extract::lying;
use crate::failure::Failure;
use crate::plan::{Plan, Schedule};
use crate::publish::Warehouse;
use crate::source::Source;

/// A file by its name and bytes.
type Files = BTreeSet<(String, u64)>;

/// Refuses tables that are carried over from a snapshot with other requests.
///
/// # Errors
/// Requests that have changed, and files that cannot be listed.
pub fn requests_continue(
    project: &Path,
    plan: &Plan,
    schedule: &Schedule<'_>,
    warehouse: &Warehouse,
) -> Result<(), Failure> {
    let Some(model) = plan.identity.as_ref().and_then(|identity| identity.erasures.as_ref()) else { return Ok(()) };
    if schedule.carried_over.is_empty() {
        return Ok(());
    }
    let sources = sources_behind(plan, model);
    let mut now = Files::new();
    for source in &sources {
        for name in lying(project, source)?.matching {
            // A file of a store has no size here: its name counts.
            let bytes = std::fs::metadata(project.join(&name)).map_or(0, |data| data.len());
            now.insert((name, bytes));
        }
    }
    // The first run carries nothing over.
    if now.is_empty() || warehouse.snapshot()?.is_none() {
        return Ok(());
    }
    for run_id in warehouse.kept_runs()? {
        let Some(snapshot) = warehouse.snapshot_of(&run_id)? else { continue };
        let read = snapshot.inputs.iter().filter(|input| sources.iter().any(|source| source.name == input.source));
        let is_local = |path: &str| project.join(path).exists();
        let before: Files =
            read.map(|input| (input.path.clone(), if is_local(&input.path) { input.bytes } else { 0 })).collect();
        if !before.is_empty() {
            if before == now {
                return Ok(());
            }
            break;
        }
    }
    let message = "erasure requests have changed since the last run of all tables: those that are carried over would \
                   publish the persons again";
    Err(Failure::Usage(vec![Problem::new(message).hint("run all tables: take --select and --exclude out")]))
}

/// The sources that a model reads, directly or not.
fn sources_behind<'a>(plan: &'a Plan, model: &'a str) -> Vec<&'a Source> {
    let mut seen = BTreeSet::new();
    let mut next = vec![model];
    while let Some(name) = next.pop() {
        if seen.insert(name) {
            next.extend(plan.reads(name));
        }
    }
    plan.sources
        .values()
        .filter(|source| seen.contains(source.table.as_str()) || seen.contains(source.name.as_str()))
        .collect()
}
