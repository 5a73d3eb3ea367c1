//! The cells of a column that were read as another text than the file has, or look as if they should be.

use serde_json::{Value, json};

use super::rows::FixKind;
use crate::words::counted;

/// The changed cells of a column, of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedCells {
    /// The column.
    pub column: String,
    /// What was changed.
    pub kind: FixKind,
    /// Changed cells of the rows without a fault, duplicates included.
    pub cells: u64,
    /// File and line of the first.
    pub first: String,
    /// Its text in the file and the text that was read, in quotes; `None` if messages must not quote it.
    pub texts: Option<(String, String)>,
}

impl ChangedCells {
    /// For run_results.json; `None` if nothing was changed.
    pub(super) fn to_json(&self) -> Option<Value> {
        let change = match self.kind {
            FixKind::Id => "corrected",
            FixKind::Rounded => "rounded",
            FixKind::Unwrapped => "unwrapped",
            FixKind::Trimmed => "trimmed",
            FixKind::Repaired => "repaired",
            FixKind::LooksWrapped | FixKind::LooksRounded | FixKind::LooksQuoted => return None,
        };
        let (from, to) = self.texts.clone().unzip();
        let (column, cells, first) = (&self.column, self.cells, &self.first);
        Some(json!({ "column": column, "change": change, "cells": cells, "first": first, "from": from, "to": to }))
    }

    /// For people.
    pub(super) fn sentence(&self) -> String {
        let from = self.texts.as_ref().map(|(from, _)| format!(" ({from})")).unwrap_or_default();
        let (column, first) = (&self.column, &self.first);
        let done = match self.kind {
            FixKind::LooksWrapped => {
                return format!(
                    "{column}: {first} has a text wrapped for a spreadsheet{from}, which is kept as it is: \
                     `unwrap_formulas: true` under `values` reads what is inside"
                );
            }
            FixKind::LooksRounded => {
                return format!(
                    "{column}: {first} has a number that a spreadsheet has rounded{from}, so that different ones look \
                     the same: export the column as text"
                );
            }
            FixKind::LooksQuoted => {
                return format!(
                    "{column}: {first} has a text whose quotes stand behind a blank{from}: they are part of the text, and \
                     a delimiter between them would separate fields; export the file without blanks behind delimiters"
                );
            }
            FixKind::Id => "corrected",
            FixKind::Rounded => "rounded (`round`)",
            FixKind::Unwrapped => "unwrapped (`unwrap_formulas`)",
            FixKind::Trimmed => "trimmed of blanks and invisible characters",
            FixKind::Repaired => "read without NUL bytes and halves of characters (`broken_text: replace`)",
        };
        let texts = self.texts.as_ref().map(|(from, to)| format!(": {from} is read as {to}")).unwrap_or_default();
        let were = if self.cells == 1 { "was" } else { "were" };
        format!("{} of {column} {were} {done}; the first: {first}{texts}", counted(self.cells, "cell"))
    }
}
