//! The end of a run, in words and as the one JSON line for orchestrators.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Ending, RunLog, RunStatus};
use crate::extract::SourceCount;
use crate::publish::Published;
use crate::quality::CheckResult;
use crate::words::{counted, few, rows_shown, seconds_shown};

/// What a run that published has to report.
pub struct RunSummary<'a> {
    pub log: &'a RunLog,
    pub pipeline: &'a str,
    pub as_of: NaiveDate,
    pub published: &'a Published,
    pub counts: &'a [SourceCount],
    pub checks: &'a [CheckResult],
    /// How many warnings were printed.
    pub warnings: usize,
    /// Where rejected rows are, as shown to people.
    pub quarantine: &'a str,
}

/// What was published and rejected, the warnings, and what to do next.
pub fn summary(run: &RunSummary<'_>, project_flag: &str) -> String {
    let published = run.published;
    let mut lines = vec![String::new(), format!("{} as of {}", run.pipeline, run.as_of)];
    let widest = published.snapshot.tables.keys().map(String::len).max().unwrap_or(0);
    for (name, table) in &published.snapshot.tables {
        let carried = if table.run_id == run.log.run_id { "" } else { "  (carried over)" };
        let restricted = if table.restricted { "  (restricted)" } else { "" };
        lines.push(format!("  {name:widest$}  {:>12} rows{restricted}{carried}", rows_shown(table.rows)));
    }
    lines.push(String::new());
    let superseded: u64 = run.counts.iter().map(|count| count.rows.superseded).sum();
    let replaced = if superseded == 0 { String::new() } else { format!(", {} superseded", rows_shown(superseded)) };
    lines.push(format!(
        "read {} rows: {} loaded, {} rejected, {}{replaced}",
        rows_shown(run.counts.iter().map(|count| count.rows.read).sum()),
        rows_shown(run.counts.iter().map(|count| count.rows.loaded).sum()),
        rows_shown(run.counts.iter().map(|count| count.rows.rejected).sum()),
        counted(run.counts.iter().map(|count| count.rows.duplicate).sum(), "duplicate"),
    ));
    let warned = run.checks.iter().filter(|check| !check.passed()).count();
    let of_them = if warned == 0 { "all passed".to_owned() } else { format!("{warned} with warnings") };
    lines.push(format!("{} checks, {of_them}; {} in all", run.checks.len(), seconds_shown(run.log.seconds())));
    if !published.snapshot.accepted.is_empty() {
        lines.push(format!("accepted: {}", few(&published.snapshot.accepted)));
    }
    lines.push(format!("published in {}", published.current));
    if run.counts.iter().any(|count| count.rows.rejected > 0) {
        lines.push(format!("rejected rows in {}", run.quarantine));
    }
    lines.push(String::new());
    let tables = &published.snapshot.tables;
    let example =
        if tables.contains_key("customers") { Some("customers") } else { tables.keys().next().map(String::as_str) };
    lines.extend(example.map(|table| format!("next: lojal{project_flag} show {table} --limit 5")));
    lines.join("\n")
}

/// The last line on stdout of a run that published: one JSON object.
pub fn last_line(run: &RunSummary<'_>) -> Value {
    let published = run.published;
    let mut line = json!({
        "run_id": run.log.run_id,
        "pipeline": run.pipeline,
        "as_of": run.as_of,
        "status": RunStatus::Success,
        "exit_code": 0,
        "tables": published.snapshot.tables.len(),
        "rows_published": published.snapshot.tables.values().map(|table| table.rows).sum::<u64>(),
        "rows_rejected": run.counts.iter().map(|count| count.rows.rejected).sum::<u64>(),
        "warnings": run.warnings,
        "seconds": thousandths(run.log.seconds()),
        "snapshot": published.current,
    });
    if !published.snapshot.accepted.is_empty() {
        line["accepted"] = json!(published.snapshot.accepted);
    }
    line
}

/// The last line on stdout of a run that did not publish. `log` is missing if the command line itself could not be read.
pub fn failed_line(log: Option<&RunLog>, ending: &Ending, warnings: usize) -> Value {
    let mut line = json!({
        "run_id": log.map(|log| &log.run_id),
        "pipeline": log.and_then(|log| log.pipeline.get()),
        "as_of": log.and_then(|log| log.as_of.get()),
        "status": ending.status,
        "exit_code": ending.exit_code,
        "rows_published": 0,
        "warnings": warnings,
        "seconds": thousandths(log.map_or(0.0, RunLog::seconds)),
        "error": ending.error,
    });
    let failed = log.map(|log| log.results(ending, Vec::new()));
    let failed: Vec<&str> = failed.iter().flat_map(|results| results.failed_checks()).collect();
    if !failed.is_empty() {
        line["failed_checks"] = json!(failed);
    }
    line
}

fn thousandths(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
