//! How the days of columns spread, before any row is judged: the as-of day is chosen by them.

use std::sync::Arc;

use arrow::error::ArrowError;

use super::{Decoder, PAGE_ROWS};
use crate::extract::frame::Pages;
use crate::extract::rows::tally::Tally;

impl Decoder {
    /// Adds the values in a piece of each of these date or timestamp columns to a tally, and counts the cells
    /// that cannot be read.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn tally(&mut self, wanted: &[usize], pages: &mut dyn Pages, tallies: &mut [Tally]) -> Result<(), ArrowError> {
        let zone = Arc::clone(&self.rules.options.local_time);
        self.start_batch();
        let mut rejects = Vec::new();
        while let Some(rows) = pages.next_page(PAGE_ROWS, &mut rejects)? {
            rejects.clear();
            for (column, tally) in wanted.iter().zip(tallies.iter_mut()) {
                if self.read_column(&pages.page(), *column, rows, false, true)? {
                    tally.add(&self.columns[*column], rows, &zone);
                }
                if let Some(first) = self.faults.first().copied() {
                    let fault = self.explain(&pages.page(), first.row, &first)?.map(|fault| fault.reason);
                    let line = pages.line(first.row);
                    tally.add_unreadable(self.faults.len() as u64, fault.map(|fault| (line, fault)));
                }
                self.columns[*column].clear();
                self.faults.clear();
                self.notes.clear();
            }
        }
        Ok(())
    }
}
