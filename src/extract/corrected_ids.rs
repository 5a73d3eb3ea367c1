//! The ids of a source that are written in another way than they are read, column by column.

use serde_json::{Value, json};

/// The corrected ids of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectedIds {
    /// The column.
    pub column: String,
    /// Corrected cells of the rows without a fault, duplicates included.
    pub cells: u64,
    /// File and line of the first.
    pub first: String,
    /// Its text in the file and the id that was read, in quotes; `None` if messages must not quote it.
    pub texts: Option<(String, String)>,
}

impl CorrectedIds {
    /// For run_results.json.
    pub(super) fn to_json(&self) -> Value {
        let (from, to) = self.texts.clone().unzip();
        json!({ "column": self.column, "cells": self.cells, "first": self.first, "from": from, "to": to })
    }
}
