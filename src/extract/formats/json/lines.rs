//! JSON lines: pieces of whole lines, each a record or the parent of records.

use std::io::Read;
use std::sync::Arc;

use super::limits::{MAX_PARENT, MAX_RECORD};
use super::piece::{JsonPiece, Records};
use super::record::Shape;
use crate::config::LineEnds;
use crate::extract::formats::text::{LineCutter, TextEncoding};
use crate::extract::frame::{EndNotes, FormatError, Piece, Pieces, Sizes};

/// Cuts a file.
pub(super) struct JsonLines {
    shape: Arc<Shape>,
    cutter: LineCutter,
}

impl JsonLines {
    pub(super) fn new(input: Box<dyn Read + Send>, shape: Arc<Shape>) -> Self {
        let longest = if shape.lists.is_empty() { MAX_RECORD } else { MAX_PARENT };
        let cutter = LineCutter::new(input, TextEncoding::Utf8, LineEnds::Lf, 0, 0).with_longest(longest);
        Self { shape, cutter }
    }

    /// The same, in pieces of another size.
    pub(super) fn in_sizes(self, sizes: Sizes) -> Self {
        Self { cutter: self.cutter.in_sizes(sizes), ..self }
    }

    /// The next lines; `None` at the end of the file.
    pub(super) fn next_lines(&mut self) -> Result<Option<JsonPiece>, FormatError> {
        let lines = self.cutter.next()?;
        Ok(lines.map(|lines| JsonPiece { shape: Arc::clone(&self.shape), records: Records::Lines(Box::new(lines)) }))
    }
}

impl Pieces for JsonLines {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        if let Some(piece) = self.next_lines()? {
            return Ok(Some(Box::new(piece)));
        }
        let notes = self.cutter.take_end_notes();
        Ok((!notes.is_empty()).then(|| Box::new(EndNotes(notes)) as _))
    }
}
