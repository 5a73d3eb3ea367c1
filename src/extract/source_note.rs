//! What was met in the files of a source that is not the fault of a row, all files together.

use serde_json::{Value, json};

use super::frame::NoteKind;
use crate::words::counted;

/// One kind of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNote {
    /// What it is.
    pub kind: NoteKind,
    /// How often it was met.
    pub count: u64,
    /// File and line of the first.
    pub first: String,
}

impl SourceNote {
    /// The sentence about it.
    pub(super) fn remark(&self) -> String {
        let (count, outcome) = (counted(self.count, self.kind.thing()), self.kind.outcome());
        format!("{count} {outcome}; the first: {}", self.first)
    }

    /// For run_results.json.
    pub(super) fn to_json(&self) -> Value {
        json!({ "what": self.kind.as_str(), "count": self.count, "first": self.first })
    }
}
