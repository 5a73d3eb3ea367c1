//! What a source has to say in one sentence each: what is unusual about its files, and about its rows once the last one
//! has passed.

use super::changed_cells::ChangedCells;
use super::equal_count::EqualCount;
use super::opened::Opened;
use super::promise_results::PromiseResult;
use super::reading::Closed;
use super::rows::FixKind;
use crate::config::Deduplicate;
use crate::words::{counted, few, rows_shown};

/// A sentence about a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The source; `None` if it is about no single source.
    pub source: Option<String>,
    /// The sentence. It names the source.
    pub text: String,
    /// Whether it is a warning. If not, it says what was declared to be right.
    pub is_warning: bool,
}

impl Remark {
    /// A warning about a source.
    pub(super) fn warning(source: &str, text: String) -> Self {
        Self { source: Some(source.to_owned()), text, is_warning: true }
    }
}

/// Rejected, corrected, duplicate and late rows; broken promises; unusual columns.
pub(super) fn remarks(opened: &Opened, closed: &Closed) -> Vec<Remark> {
    let (name, rows) = (&opened.source.name, &closed.count.rows);
    let mut remarks = closed.column_remarks.clone();
    remarks.extend(closed.line_remarks.iter().cloned());
    remarks.extend(closed.count.notes.iter().map(|note| format!("source {name}: {}", note.remark())));
    remarks.extend(trimmed(name, &closed.count.changed_cells));
    if rows.rejected > 0 {
        remarks.push(format!(
            "source {name}: {} of {} rejected; the first: {}",
            rows_shown(rows.rejected),
            counted(rows.read, "row"),
            closed.first_reject.as_deref().unwrap_or_default()
        ));
    }
    let others = closed.count.changed_cells.iter().filter(|cells| cells.kind != FixKind::Trimmed);
    remarks.extend(others.map(|cells| format!("source {name}: {}", cells.sentence())));
    if rows.corrected > 0 {
        remarks.push(format!("source {name}: {} loaded with a correction", counted(rows.corrected, "row")));
    }
    remarks.extend(closed.count.noted_cells.iter().map(|cells| format!("source {name}: {}", cells.sentence())));
    if rows.duplicate > 0 {
        remarks.push(duplicates(opened, &closed.count.duplicates));
    }
    if closed.count.alike.rows > 0 {
        remarks.push(alike(opened, &closed.count.alike));
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
    let mut remarks: Vec<Remark> = remarks.into_iter().map(|text| Remark::warning(name, text)).collect();
    if rows.repeated > 0 {
        remarks.push(Remark {
            is_warning: opened.source.deduplicate.is_none(),
            ..Remark::warning(name, repeated(opened, &closed.count.repeated))
        });
    }
    remarks
}

/// Cells that were read without blanks at their ends.
fn trimmed(source: &str, changed: &[ChangedCells]) -> Option<String> {
    let columns: Vec<&ChangedCells> = changed.iter().filter(|cells| cells.kind == FixKind::Trimmed).collect();
    let first = columns.first()?;
    let counts: Vec<String> = columns.iter().map(|found| format!("{} of {}", found.cells, found.column)).collect();
    let shown = |(from, to): &(String, String)| match from == to {
        // Trimmed inside a list or struct.
        true => format!(" {from}"),
        false => format!(" {from} is read as {to}"),
    };
    let texts = first.texts.as_ref().map(shown).unwrap_or_default();
    Some(format!(
        "source {source}: cells are read without blanks or invisible characters at their ends ({}); the first of {}: \
         {}{texts} (invisible: keep keeps them)",
        few(&counts),
        first.column,
        first.first
    ))
}

/// Rows that repeat others and were left out.
fn duplicates(opened: &Opened, found: &EqualCount) -> String {
    let source = &opened.source;
    let is_dated = source.delivery.as_ref().is_some_and(|delivery| delivery.date_in_name.is_some());
    // A key would not help: nothing distinguishes equal rows, and under a key they are one.
    let advice = match (source.key.is_empty(), source.deduplicate) {
        (false, _) => "; if such rows are further facts, add the column that distinguishes them to the `key`",
        (true, _) if !source.replaces.is_empty() => "",
        (true, Some(Deduplicate::All)) => {
            "; if equal rows of one delivery are facts, declare `deduplicate: by_delivery`; if all are, `deduplicate: false`"
        }
        (true, _) if is_dated => "; if such rows are further facts, declare `deduplicate: false`",
        (true, _) => {
            "; if such rows are further facts, declare `deduplicate: false`; if these files are one delivery, its day \
             (`date_in_name`)"
        }
    };
    format!(
        "source {}: {}, loaded once{}{advice}",
        source.name,
        counted(found.rows, "duplicate row"),
        amount_and_first(opened, found)
    )
}

/// Rows that repeat others of their delivery and were loaded.
fn repeated(opened: &Opened, found: &EqualCount) -> String {
    let source = &opened.source;
    let rows = match found.rows {
        1 => "1 row repeats another row of its delivery and was loaded".to_owned(),
        rows => format!("{} repeat other rows of their delivery and were loaded", counted(rows, "row")),
    };
    let advice = match (source.deduplicate, source.key.is_empty()) {
        (Some(_), _) => "",
        (None, true) if !source.replaces.is_empty() => {
            "; if such rows are copies, declare a `key`; if they are not, `deduplicate: by_delivery` confirms it"
        }
        (None, true) => {
            "; if such rows are copies, declare a `key`, or `deduplicate: all`; if they are not, \
             `deduplicate: by_delivery` confirms it"
        }
        (None, false) => "; a cell of their `key` is empty, so that it does not decide about them",
    };
    format!("source {}: {rows}{}{advice}", source.name, amount_and_first(opened, found))
}

/// Rows that were loaded and differ from rows of another delivery only in columns that nobody reads.
fn alike(opened: &Opened, found: &EqualCount) -> String {
    let source = &opened.source;
    let (were, differ) = if found.rows == 1 { ("was", "differs") } else { ("were", "differ") };
    let others = if source.counts_equal_rows() { "rows of another delivery" } else { "other rows" };
    format!(
        "source {}: {} {were} loaded and {differ} from {others} only in undeclared columns{}; if they are the same facts, \
         declare `extra_columns: ignore`, by which only declared columns decide, or a `key`; if not, declare the column that \
         distinguishes them",
        source.name,
        counted(found.rows, "row"),
        amount_and_first(opened, found)
    )
}

fn amount_and_first(opened: &Opened, found: &EqualCount) -> String {
    let is_personal = |column: &usize| opened.source.personal.iter().any(|name| name == opened.column_name(*column));
    let amount = found.amount.filter(|_| !opened.source.amount.iter().any(is_personal));
    let amount = amount.map(|amount| format!(" (amount {amount})")).unwrap_or_default();
    let first = match &found.first {
        Some((row, of)) => format!(": {row} repeats {of}"),
        None => ": rows corrected with `lojal replay`".to_owned(),
    };
    format!("{amount}{first}")
}
