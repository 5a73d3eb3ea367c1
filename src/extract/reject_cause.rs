//! Why rows of a source were rejected: one entry for each rule and column.

use crate::words::counted;

/// Rejected rows that break one rule in one column. A row with two faults counts in two of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectCause {
    /// The column; `None` if the whole record is at fault.
    pub column: Option<String>,
    /// The broken rule.
    pub rule: &'static str,
    /// How many rows.
    pub rows: u64,
    /// File and line of the first.
    pub first: String,
    /// What is wrong with the first; `None` if it would quote personal data.
    pub reason: Option<String>,
}

impl RejectCause {
    /// One line for people.
    pub fn line(&self) -> String {
        let column = self.column.as_ref().map(|column| format!("{column}, ")).unwrap_or_default();
        let reason = self.reason.as_deref().unwrap_or("a personal value, not shown");
        format!("{column}{}: {}, the first {}: {reason}", self.rule, counted(self.rows, "row"), self.first)
    }
}
