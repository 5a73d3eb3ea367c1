//! Counts the cells that were loaded otherwise than they are written, and names the first of each kind.

use arrow::error::ArrowError;

use super::Decoder;
use crate::extract::frame::{Pages, TextPage};
use crate::extract::rows::decoded::Decoded;
use crate::extract::rows::notes::{CellNote, Note, NoteCount};
use crate::extract::rows::values::Job;

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

    /// Notes the cells of a column whose formula has no value.
    #[cold]
    pub(super) fn note_uncomputed(&mut self, page: TextPage<'_>, job: Job) {
        for (at, row) in page.rows().enumerate() {
            if page.uncomputed.binary_search(&(row[job.place] as usize)).is_ok() {
                let (row, column) = (job.first_row + at, job.column);
                self.notes.push(CellNote { row, column, note: Note::NotComputed });
            }
        }
    }
}
