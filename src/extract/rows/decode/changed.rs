//! Counts the cells that are read otherwise than they are written: corrected ids, rounded numbers, and texts with blanks at their ends.

use arrow::error::ArrowError;

use super::Decoder;
use crate::extract::frame::Pages;
use crate::extract::rows::decoded::Decoded;
use crate::extract::rows::fix::{FixCount, FixKind};
use crate::extract::rows::repairs::inside_nul;
use crate::invisible::trimmed;

impl Decoder {
    /// Counts the changed cells of a page's good rows.
    pub(super) fn enter_fixes(
        &mut self,
        pages: &mut dyn Pages,
        rows: usize,
        out: &mut Decoded,
    ) -> Result<(), ArrowError> {
        let first_row = self.good.len() - rows;
        self.fixes.sort_by_key(|fix| (fix.row, fix.column, fix.kind));
        for fix in self.fixes.iter().filter(|fix| self.good[fix.row]) {
            // Rows come in the order of their lines.
            if let Some(count) = out.fixes.iter_mut().find(|count| (count.column, count.kind) == (fix.column, fix.kind))
            {
                count.cells += 1;
                continue;
            }
            let row = fix.row - first_row;
            let first = pages.line(row);
            let mut scratch = Vec::new();
            let from = self.shown(&pages.page(), row, fix.column, &mut scratch)?.unwrap_or_default();
            let from = String::from_utf8_lossy(from).into_owned();
            let to = String::from_utf8_lossy(&fix.text).into_owned();
            out.fixes.push(FixCount { column: fix.column, kind: fix.kind, cells: 1, first, from, to });
        }
        Ok(())
    }

    /// Counts the cells of a page's good rows that had blanks at their ends.
    pub(super) fn enter_trimmed(
        &mut self,
        pages: &mut dyn Pages,
        rows: usize,
        out: &mut Decoded,
    ) -> Result<(), ArrowError> {
        let first_row = self.good.len() - rows;
        for (row, column) in self.trimmed.iter().filter(|(row, _)| self.good[*row]) {
            // A column's cells come in the order of their lines.
            if let Some(count) =
                out.fixes.iter_mut().find(|count| (count.column, count.kind) == (*column, FixKind::Trimmed))
            {
                count.cells += 1;
                continue;
            }
            let row = row - first_row;
            let first = pages.line(row);
            let mut scratch = Vec::new();
            let from = self.shown(&pages.page(), row, *column, &mut scratch)?.unwrap_or_default();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let kept = if self.rules.columns[*column].form.pads_nul { &from[inside_nul(from)] } else { from };
            let (from, to) = (text(from), text(trimmed(kept)));
            out.fixes.push(FixCount { column: *column, kind: FixKind::Trimmed, cells: 1, first, from, to });
        }
        Ok(())
    }
}
