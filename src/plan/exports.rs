//! Lists for other tools: queries in sql/exports over what is published, run on request and never published.

use super::parameters::of_export;
use super::{Plan, Project};
use crate::diagnostics::{Problem, did_you_mean};
use crate::engine::{Engine, Parameters, Query};

/// Plans every export. An export can read only published tables and lookups, because a snapshot contains nothing
/// else.
///
/// # Errors
/// Mistakes of their SQL, and tables that are not published.
pub(super) async fn check(
    project: &Project,
    plan: &Plan,
    of_run: &Parameters,
    engine: &Engine,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let readable: Vec<&str> =
        plan.published().map(|(name, _)| name).chain(plan.lookups.keys().map(String::as_str)).collect();
    for text in &project.exports {
        let query = match Query::parse(text, &of_export(of_run.clone(), "")) {
            Ok(query) => query,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        let before = problems.len();
        for table in query.tables().iter().filter(|table| !readable.contains(&table.name.as_str())) {
            let message = format!("`{}` is neither published nor a lookup", table.name);
            let length = table.name.chars().count();
            let problem = Problem::new(message).at(text, table.line, table.column, length);
            problems.push(problem.hint(did_you_mean(&table.name, &readable)));
        }
        if problems.len() > before {
            continue;
        }
        match engine.plan(&query).await.and_then(|relation| engine.verify(&relation)) {
            Ok(_) => {}
            Err(error) => problems.push(error.into_problem(text)),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
