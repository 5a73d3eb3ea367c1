//! What a source that was read to its end has to say, in one sentence each.

use super::changed_cells::ChangedCells;
use super::opened::Opened;
use super::promise_results::PromiseResult;
use super::reading::Closed;
use super::rows::FixKind;
use crate::words::{counted, few};

/// Rejected, corrected, duplicate and late rows; broken promises; unusual columns.
pub(super) fn remarks(opened: &Opened, closed: &Closed) -> Vec<String> {
    let (name, rows) = (&opened.source.name, &closed.count.rows);
    let mut remarks = closed.column_remarks.clone();
    remarks.extend(closed.line_remarks.iter().cloned());
    remarks.extend(closed.count.notes.iter().map(|note| format!("source {name}: {}", note.remark())));
    remarks.extend(trimmed(name, &closed.count.changed_cells));
    if rows.rejected > 0 {
        remarks.push(format!(
            "source {name}: {} of {} rejected; the first: {}",
            rows.rejected,
            counted(rows.read, "row"),
            closed.first_reject.as_deref().unwrap_or_default()
        ));
    }
    let others = closed.count.changed_cells.iter().filter(|cells| cells.kind != FixKind::Trimmed);
    remarks.extend(others.map(|cells| format!("source {name}: {}", cells.sentence())));
    if rows.corrected > 0 {
        remarks.push(format!("source {name}: {} loaded with a correction", counted(rows.corrected, "row")));
    }
    if rows.duplicate > 0 {
        remarks.push(format!("source {name}: {}, loaded once", counted(rows.duplicate, "duplicate row")));
    }
    if rows.after_as_of > 0 {
        remarks
            .push(format!("source {name}: {} after the as-of day, not in any table", counted(rows.after_as_of, "row")));
    }
    if rows.after_as_of > 0 && rows.after_as_of == rows.loaded {
        let day = opened.basis.as_of.map(|day| day.to_string()).unwrap_or_default();
        remarks.push(format!("source {name}: all rows loaded are dated after {day}: its table is empty"));
    }
    remarks.extend(closed.promises.iter().filter(|result| !result.is_kept).map(PromiseResult::warning));
    remarks.extend(closed.type_differences.iter().map(|line| format!("source {name}: {line}")));
    if rows.read == 0 && !opened.files.is_empty() {
        remarks.push(format!("source {name}: its files contain no rows"));
    }
    remarks
}

/// Cells that were read without blanks at their ends.
fn trimmed(source: &str, changed: &[ChangedCells]) -> Option<String> {
    let columns: Vec<&ChangedCells> = changed.iter().filter(|cells| cells.kind == FixKind::Trimmed).collect();
    let first = columns.first()?;
    let counts: Vec<String> = columns.iter().map(|found| format!("{} of {}", found.cells, found.column)).collect();
    let texts = first.texts.as_ref().map(|(from, to)| format!(" {from} is read as {to}")).unwrap_or_default();
    Some(format!(
        "source {source}: cells are read without blanks or invisible characters at their ends ({}); the first of {}: \
         {}{texts} (invisible: keep keeps them)",
        few(&counts),
        first.column,
        first.first
    ))
}
