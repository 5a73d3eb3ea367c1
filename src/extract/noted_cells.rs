//! Cells of a source that were loaded otherwise than they are written, column by column.

use serde_json::{Value, json};

use super::rows::Note;
use crate::words::counted;

/// The cells of one column to which one thing happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedCells {
    /// The column.
    pub column: String,
    /// What happened.
    pub note: Note,
    /// Cells of the rows without a fault, duplicates included.
    pub cells: u64,
    /// File and line of the first.
    pub first: String,
    /// Its text in quotes; `None` if messages must not quote it.
    pub text: Option<String>,
}

impl NotedCells {
    /// For run_results.json.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "column": self.column, "what": self.note.as_str(), "cells": self.cells, "first": self.first,
            "from": self.text,
        })
    }

    /// One sentence, without the name of its source.
    pub(super) fn sentence(&self) -> String {
        let text = self.text.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
        format!("{}: {} {}; the first: {}{text}", self.column, counted(self.cells, "cell"), self.note, self.first)
    }
}
