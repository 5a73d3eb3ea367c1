//! What was removed where, and what was not: without a personal value.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Places of one file that are named one by one.
const LINES_NAMED: usize = 20;

/// The certificate of an erasure.
#[derive(Debug, Serialize)]
pub(super) struct Certificate {
    request_id: String,
    issued_at: DateTime<Utc>,
    lojal_version: &'static str,
    persons: usize,
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
            dry_run,
            removed: Vec::new(),
            not_removed: Vec::new(),
            notes: vec![
                "Tables of counts and sums in snapshots of earlier runs still count the persons: they name nobody. The \
                 next run computes them without the persons.",
                "Tombstones, which are keyed hashes, keep the persons out of later runs.",
                "In text, an e-mail address is found anywhere, and an id or a phone number as a whole field. Names are \
                 not looked for: many have the same.",
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
