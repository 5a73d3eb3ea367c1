//! The end of a run, in words and as the one JSON line for orchestrators.

use serde_json::json;

use super::RunFacts;
use crate::publish::Published;
use crate::words::{counted, few, rows_shown, seconds_shown};

/// What was published and rejected, the warnings, and what to do next.
pub fn summary(facts: &RunFacts<'_>, published: &Published, project_flag: &str) -> String {
    let mut lines = vec![String::new(), format!("{} as of {}", facts.plan.name, facts.as_of)];
    let widest = published.snapshot.tables.keys().map(String::len).max().unwrap_or(0);
    for (name, table) in &published.snapshot.tables {
        let carried = if table.run_id == facts.run_id { "" } else { "  (carried over)" };
        let restricted = if table.restricted { "  (restricted)" } else { "" };
        lines.push(format!("  {name:widest$}  {:>12} rows{restricted}{carried}", rows_shown(table.rows)));
    }
    lines.push(String::new());
    let superseded: u64 = facts.counts.iter().map(|count| count.rows.superseded).sum();
    let replaced = if superseded == 0 { String::new() } else { format!(", {} superseded", rows_shown(superseded)) };
    lines.push(format!(
        "read {} rows: {} loaded, {} rejected, {}{replaced}",
        rows_shown(facts.counts.iter().map(|count| count.rows.read).sum()),
        rows_shown(facts.counts.iter().map(|count| count.rows.loaded).sum()),
        rows_shown(facts.counts.iter().map(|count| count.rows.rejected).sum()),
        counted(facts.counts.iter().map(|count| count.rows.duplicate).sum(), "duplicate"),
    ));
    let warned = facts.checks.iter().filter(|check| !check.passed()).count();
    let of_them = if warned == 0 { "all passed".to_owned() } else { format!("{warned} with warnings") };
    lines.push(format!("{} checks, {of_them}; {} in all", facts.checks.len(), seconds_shown(facts.seconds)));
    if !published.snapshot.accepted.is_empty() {
        lines.push(format!("accepted: {}", few(&published.snapshot.accepted)));
    }
    lines.push(format!("published in {}", published.current));
    if facts.counts.iter().any(|count| count.rows.rejected > 0) {
        lines.push(format!("rejected rows in {}", facts.quarantine));
    }
    lines.push(String::new());
    let tables = &published.snapshot.tables;
    let example =
        if tables.contains_key("customers") { Some("customers") } else { tables.keys().next().map(String::as_str) };
    lines.extend(example.map(|table| format!("next: lojal{project_flag} show {table} --limit 5")));
    lines.join("\n")
}

/// The last line on stdout: one compact JSON object; `warnings` is the number of all that were printed.
pub fn last_line(facts: &RunFacts<'_>, published: &Published, warnings: u64) -> String {
    let mut line = json!({
        "run_id": facts.run_id,
        "pipeline": facts.plan.name,
        "as_of": facts.as_of,
        "status": "success",
        "tables": published.snapshot.tables.len(),
        "rows_published": published.snapshot.tables.values().map(|table| table.rows).sum::<u64>(),
        "rows_rejected": facts.counts.iter().map(|count| count.rows.rejected).sum::<u64>(),
        "warnings": warnings,
        "seconds": (facts.seconds * 1000.0).round() / 1000.0,
        "snapshot": published.current,
    });
    if !published.snapshot.accepted.is_empty() {
        line["accepted"] = json!(published.snapshot.accepted);
    }
    line.to_string()
}
