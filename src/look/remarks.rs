//! What the rows of an answer do not show: where they come from, and what became of the other rows of the extracts.

use chrono::NaiveDate;

use super::tables::{NamedTable, Tables};
use crate::extract::{Extracts, LookedAt};
use crate::printer::Printer;
use crate::words::{counted, few, rows_shown};

/// Causes of rejects shown of one source.
const CAUSES_SHOWN: usize = 20;

/// Says where the rows come from.
pub(super) fn origins(named: &[NamedTable], tables: &Tables<'_>, as_of: NaiveDate, printer: &Printer) {
    for table in named.iter().filter(|table| !table.is_live) {
        if let Some(found) = tables.snapshot.and_then(|snapshot| snapshot.tables.get(&table.name)) {
            printer.info(&format!("{}: published by run {}, as of {}", table.name, found.run_id, found.as_of));
        }
    }
    let mut live: Vec<String> = named.iter().filter(|table| table.is_live).map(|table| table.name.clone()).collect();
    live.sort_unstable();
    live.dedup();
    if !live.is_empty() {
        printer.info(&format!("{}: computed from the extracts, as of {as_of}", few(&live)));
    }
}

/// Warns of published tables of another day than the one asked for.
pub(super) fn other_days(named: &[NamedTable], tables: &Tables<'_>, as_of: Option<NaiveDate>, printer: &Printer) {
    let Some(as_of) = as_of else { return };
    for table in named.iter().filter(|table| !table.is_live) {
        let found = tables.snapshot.and_then(|snapshot| snapshot.tables.get(&table.name));
        if let Some(found) = found.filter(|found| found.as_of != as_of) {
            printer.warning(&format!(
                "{0} is published as of {1}, not {as_of}: write live.{0} to compute it as of {as_of}",
                table.name, found.as_of
            ));
        }
    }
}

/// Says what was read of each extract, and what was not loaded of it and why.
pub(super) fn extracts(extracts: &Extracts, printer: &Printer) {
    for LookedAt { count, causes, is_whole, found } in extracts.looked_at() {
        let (name, rows) = (&count.source, &count.rows);
        let read = counted(rows.read, "row");
        let outcome = format!("{} loaded, {} rejected", rows_shown(rows.loaded), rows_shown(rows.rejected));
        printer.info(&match is_whole {
            true => format!("source {name}: {read} read: {outcome}"),
            false => {
                format!("source {name}: only the first {read} read (--limit): {outcome}; later rows may replace them")
            }
        });
        found.iter().for_each(|line| printer.warning(line));
        if !causes.is_empty() {
            let lines = causes.iter().take(CAUSES_SHOWN).map(|cause| format!("\n  {}", cause.line()));
            let more = causes.len().saturating_sub(CAUSES_SHOWN);
            let more =
                if more == 0 { String::new() } else { format!("\n  and {}", counted(more as u64, "other cause")) };
            printer.warning(&format!("source {name}: rejected by{}{more}", lines.collect::<String>()));
        }
    }
}
