//! Counts the cells that were loaded otherwise than they are written, and names the first of each kind.

use arrow::error::ArrowError;

use super::Decoder;
use crate::extract::frame::Pages;
use crate::extract::rows::decoded::Decoded;
use crate::extract::rows::notes::{CellNote, NoteCount};

impl Decoder {
    /// Counts the cells with notes of a page's good rows.
    pub(super) fn enter_notes(
        &mut self,
        pages: &mut dyn Pages,
        rows: usize,
        out: &mut Decoded,
    ) -> Result<(), ArrowError> {
        let first_row = self.good.len() - rows;
        self.notes.sort_by_key(|note| note.row);
        for &CellNote { row, column, note } in self.notes.iter().filter(|note| self.good[note.row]) {
            let is_same = |count: &&mut NoteCount<u64>| count.column == column && count.note == note;
            if let Some(count) = out.cell_notes.iter_mut().find(is_same) {
                count.cells += 1;
                continue;
            }
            let first = pages.line(row - first_row);
            let mut scratch = Vec::new();
            let text = self.shown(&pages.page(), row - first_row, column, &mut scratch)?.unwrap_or_default();
            let text = String::from_utf8_lossy(text).into_owned();
            out.cell_notes.push(NoteCount { column, note, cells: 1, first, text });
        }
        Ok(())
    }
}
