//! What was removed where, and what was not: without a personal value.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::counted;

/// Places of one file that are named one by one.
const LINES_NAMED: usize = 20;

/// The certificate of an erasure.
#[derive(Debug, Serialize)]
pub(super) struct Certificate {
    request_id: String,
    issued_at: DateTime<Utc>,
    lojal_version: &'static str,
    /// Those who were found.
    persons: usize,
    persons_not_found: usize,
    /// Keyed hashes that keep them out, with those of earlier erasures.
    tombstones: u64,
    /// Nothing was removed: this is what would be.
    dry_run: bool,
    removed: Vec<Removed>,
    not_removed: Vec<Left>,
    notes: Vec<&'static str>,
}

/// Rows that were removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Removed {
    /// Run of the snapshot, of the quarantine or of the corrections.
    run_id: String,
    what: String,
    rows: u64,
}

/// What the owner has to delete.
#[derive(Debug, Serialize)]
struct Left {
    file: String,
    lines: Vec<u64>,
    more_lines: u64,
    why: String,
}

impl Certificate {
    pub(super) fn new(request_id: &str, persons: usize, dry_run: bool) -> Self {
        Self {
            request_id: request_id.to_owned(),
            issued_at: Utc::now(),
            lojal_version: env!("CARGO_PKG_VERSION"),
            persons,
            persons_not_found: 0,
            tombstones: 0,
            dry_run,
            removed: Vec::new(),
            not_removed: Vec::new(),
            notes: vec![
                "Tables of counts and sums in snapshots of earlier runs still count the persons: they name nobody. The \
                 next run computes them without the persons.",
                "Tombstones, which are keyed hashes, keep the persons out of later runs.",
                "In text, an e-mail address is found anywhere, a phone number where it stands alone in a field or \
                 between other signs, and an id as a whole field. A row that has only the name, the birth date or the \
                 postal address of the person is not found: many have the same.",
                "Copies outside the warehouse (exports, backups, BI extracts) are not known here.",
            ],
        }
    }

    /// Notes rows that went.
    pub(super) fn removed(&mut self, run_id: &str, what: &str, rows: u64) {
        if rows > 0 {
            self.removed.push(Removed { run_id: run_id.to_owned(), what: what.to_owned(), rows });
        }
    }

    /// Notes how many persons were sought and not found.
    pub(super) fn not_found(&mut self, persons: usize) {
        self.persons_not_found = persons;
    }

    /// Notes how many tombstones there are.
    pub(super) fn tombstones(&mut self, count: u64) {
        self.tombstones = count;
    }

    /// Whether it names rows that go, or lines that have to.
    pub(super) fn has_any(&self) -> bool {
        !self.removed.is_empty() || self.not_removed.iter().any(|left| !left.lines.is_empty())
    }

    /// Notes rows of a table of a snapshot in which persons were held to be one who are not.
    pub(super) fn shared(&mut self, run_id: &str, table: &str, rows: u64) {
        if rows > 0 {
            let why = format!(
                "{}: the person was held to be one with somebody else then, and nothing says whose they are; \
                 they go with the snapshot, once newer ones push it out (`keep_snapshots`)",
                counted(rows, "row")
            );
            self.left(&format!("snapshots/{run_id}/{table}"), &[], &why);
        }
    }

    /// Whether nothing is removed.
    pub(super) fn is_dry(&self) -> bool {
        self.dry_run
    }

    /// What went.
    pub(super) fn removals(self) -> Vec<Removed> {
        self.removed
    }

    /// Of an erasure that was interrupted, this certificate knows only what was left to do: adds what was planned at its
    /// start.
    pub(super) fn include(&mut self, planned: &[Removed]) {
        for plan in planned {
            let same = |done: &&mut Removed| done.run_id == plan.run_id && done.what == plan.what;
            match self.removed.iter_mut().find(same) {
                Some(done) => done.rows = done.rows.max(plan.rows),
                None => self.removed.push(plan.clone()),
            }
        }
    }

    /// Says that it took several attempts.
    pub(super) fn was_interrupted(&mut self) {
        self.notes.push("The erasure was interrupted and has been completed.");
    }

    /// Notes a file that still names the persons, or that could not be searched.
    pub(super) fn left(&mut self, file: &str, lines: &[u64], why: &str) {
        self.not_removed.push(Left {
            file: file.to_owned(),
            lines: lines.iter().copied().take(LINES_NAMED).collect(),
            more_lines: lines.len().saturating_sub(LINES_NAMED) as u64,
            why: why.to_owned(),
        });
    }

    pub(super) fn text(&self) -> String {
        format!("{:#}\n", serde_json::json!(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_before_an_interruption_counts() {
        let mut planned = Certificate::new("erase-1", 1, true);
        planned.removed("run-1", "orders", 5);
        planned.removed("run-1", "customers", 1);
        let planned = planned.removals();
        let mut certificate = Certificate::new("erase-1", 1, false);
        certificate.removed("run-1", "orders", 2);
        certificate.removed("run-2", "orders", 3);
        certificate.include(&planned);
        let rows: Vec<(&str, &str, u64)> =
            certificate.removed.iter().map(|done| (done.run_id.as_str(), done.what.as_str(), done.rows)).collect();
        assert_eq!(rows, [("run-1", "orders", 5), ("run-2", "orders", 3), ("run-1", "customers", 1)]);
    }
}
