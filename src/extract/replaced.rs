//! What a message says about rows that a newer version of their key replaced.

use std::sync::Arc;

use super::opened::Opened;
use super::rows::{Replaced, Resolution, Shown, ShownRow, decimal_shown};
use super::verdict::Verdict;
use crate::config::CheckSeverity;
use crate::words::{counted, few};

/// What the reader of such a message can do.
const SUPERSEDED: &str =
    "the later delivery, file or line counts; set on_repeated_key to error to stop the run instead";
/// The same, if rows may belong together.
const SUPERSEDED_LINES: &str = "the later delivery, file or line counts, and earlier rows that come no more stay: declare \
    `replaces` if they come again as a whole, or set on_repeated_key to error to stop the run instead";

/// The same, if rows of an order come again without a key.
const SUPERSEDED_GROUP: &str = "the later delivery or file counts; if it continues the earlier one instead, declare the day \
    that both have (`date_in_name`)";

/// What a reading found out about replaced rows.
#[derive(Debug, Default)]
pub(super) struct Replacements {
    /// The order of the rows whose keys repeat; `None` if no key does.
    pub(super) resolution: Option<Arc<Resolution>>,
    /// The first replaced row and the one that replaces it.
    pub(super) shown: Vec<(Shown, ShownRow)>,
}

/// Whether rows of a key were replaced, and which first.
pub(super) fn versions(opened: &Opened, key: &[usize], superseded: u64, found: &Replacements) -> Verdict {
    let names = key.iter().map(|column| name_of(opened, *column)).collect::<Vec<_>>().join(", ");
    let by_group = opened.source.key.is_empty();
    let is_part = key.len() > 1 && opened.source.replaces.is_empty();
    let verdict = |is_kept, found| Verdict {
        kind: "key".to_owned(),
        severity: CheckSeverity::Warn,
        is_kept,
        found,
        advice: match (by_group, is_part) {
            (true, _) => SUPERSEDED_GROUP,
            (false, true) => SUPERSEDED_LINES,
            (false, false) => SUPERSEDED,
        },
    };
    let Some((resolution, first)) = found.resolution.as_ref().and_then(|known| Some((known, known.first?))) else {
        let what = if by_group { "rows" } else { "values" };
        return verdict(true, format!("no {names} comes again with other {what}"));
    };
    let rows = if superseded == 1 { "1 row was".to_owned() } else { format!("{} were", counted(superseded, "row")) };
    let newer = if by_group { "the rows of a later delivery with" } else { "a newer version of" };
    let mut text = format!("{rows} replaced by {newer} the same {names}; the first: ");
    text.push_str(&described(opened, key, &first, &found.shown));
    if !opened.source.amount.is_empty() && superseded > 1 {
        text.push_str(&format!("; all replacements change the amount by {}", signed(opened, resolution.change)));
    }
    if resolution.moved > 0 {
        let moved = counted(resolution.moved, "replaced row");
        text.push_str(&format!(
            "; {moved} more than a day from the newer one: if numbers begin again, or name several events, add a column \
             to {}",
            if by_group { "`replaces`" } else { "the key" }
        ));
    }
    verdict(false, text)
}

/// The first replaced row: its place and the other's, its key, the columns that changed and the amounts.
fn described(opened: &Opened, key: &[usize], first: &Replaced, shown: &[(Shown, ShownRow)]) -> String {
    let row = |wanted: Shown| shown.iter().find(|(which, _)| *which == wanted).map(|(_, row)| row);
    let (old, new) = (row(Shown::Replaced), row(Shown::By));
    let by = if first.whole.is_some() {
        "is replaced by the rows that begin at"
    } else if first.is_left_out {
        "is left out where its rows come again, at"
    } else {
        "by"
    };
    let mut parts = vec![format!("{} {by} {}", opened.place(first.row.shown()), opened.place(first.by.shown()))];
    if let Some(old) = old {
        let values = key.iter().zip(&old.key).map(|(column, value)| {
            let name = name_of(opened, *column);
            if is_personal(opened, *column) { format!("{name} not shown") } else { format!("{name} {value}") }
        });
        parts.push(values.collect::<Vec<_>>().join(", "));
    }
    if let (Some(old), Some(new), false) = (old, new, first.is_left_out) {
        let changed = old.values.iter().zip(&new.values).enumerate().filter(|(_, (old, new))| old != new);
        let changed: Vec<String> = changed.map(|(column, _)| name_of(opened, column).to_owned()).collect();
        parts.push(format!("{} changed", few(&changed)));
    }
    if !opened.source.amount.is_empty() && !opened.source.amount.iter().any(|column| is_personal(opened, *column)) {
        let amount = |value: i128| decimal_shown(value, opened.rules.amount_scale());
        parts.push(match (first.whole, first.is_left_out) {
            (Some((before, after)), _) => format!("amount of all its rows {} -> {}", amount(before), amount(after)),
            (None, true) => format!("amount {}", amount(first.row.amount())),
            (None, false) => format!("amount {} -> {}", amount(first.row.amount()), amount(first.by.amount())),
        });
    }
    parts.join("; ")
}

fn signed(opened: &Opened, value: i128) -> String {
    let text = decimal_shown(value, opened.rules.amount_scale());
    if value > 0 { format!("+{text}") } else { text }
}

fn is_personal(opened: &Opened, column: usize) -> bool {
    opened.source.personal.iter().any(|personal| *personal == name_of(opened, column))
}

fn name_of(opened: &Opened, column: usize) -> &str {
    opened.source.columns.get(column).map(|column| column.name.as_str()).unwrap_or_default()
}
