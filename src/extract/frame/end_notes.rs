//! The piece after the last record of a file, with what was met there.

use arrow::error::ArrowError;

use super::format::{Pages, Piece, Place, Wanted};
use super::notes::Note;
use super::page::{Page, Quotes, TextPage};
use super::reject::{Fault, Reject};
use super::signs::SIGNS;
use crate::invariant::BrokenInvariant;

/// No records, and what was met at the end of a file.
pub(in crate::extract) struct EndNotes(pub(in crate::extract) Vec<Note>);

impl Piece for EndNotes {
    fn pages(self: Box<Self>, _: Wanted<'_>, _: usize) -> Result<Box<dyn Pages>, ArrowError> {
        Ok(self)
    }
}

impl Pages for EndNotes {
    fn next_page(&mut self, _: usize, _: &mut Vec<Reject>) -> Result<Option<usize>, ArrowError> {
        Ok(None)
    }

    fn page(&self) -> Page<'_> {
        Page::Text(TextPage {
            data: &[],
            borders: &[],
            stride: 1,
            quotes: Quotes::None,
            quote: SIGNS.quote,
            signs: SIGNS,
            holds_signs: false,
            unclean: &[],
            literals: &[],
            uncomputed: &[],
        })
    }

    fn place(&mut self, _: usize) -> Place {
        Place::default()
    }

    fn reject(&mut self, _: usize, _: Vec<Fault>) -> Result<Option<Reject>, ArrowError> {
        Err(BrokenInvariant::new("the end of a file has no rows").into())
    }

    fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.0)
    }
}
