//! What was found about a promise, before it is named.

use crate::config::CheckSeverity;

/// Severity, whether the promise was kept, the finding, and what to do.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) kind: String,
    pub(super) severity: CheckSeverity,
    pub(super) is_kept: bool,
    pub(super) found: String,
    pub(super) advice: &'static str,
}
