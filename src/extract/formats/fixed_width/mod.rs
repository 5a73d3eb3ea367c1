//! Text with columns at declared positions. A file is cut into pieces of whole lines; on any thread, each line is split
//! by the number of its characters.

mod records;
mod shape;
mod sieve;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::Arc;

use arrow::error::ArrowError;

use super::text::{LineCutter, Lines, TextEncoding, check_head, check_line_ends, text_encoding};
use crate::config::{FixedWidthFormat, LineEnds};
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{EndNotes, FileColumns, Format, FormatError, Pages, Piece, Pieces, Wanted};
use crate::source::{Column, OtherTypes};

use shape::Shape;
use sieve::Sieve;

/// Bytes in which signs of another kind of file are searched for.
const HEAD_BYTES: u64 = 64 << 10;

/// The files of a source.
#[derive(Debug)]
pub(super) struct FixedWidth {
    shape: Arc<Shape>,
    encoding: TextEncoding,
    skip_lines: u32,
    footer_lines: u32,
    line_ends: LineEnds,
    sieve: Arc<Sieve>,
}

impl FixedWidth {
    /// # Errors
    /// The first column without a position of its own. The plan has already checked that there is none, and that patterns
    /// are regular expressions.
    pub(super) fn new<'a>(
        declared: &FixedWidthFormat,
        columns: &'a [Column],
        others: &OtherTypes,
    ) -> Result<Self, &'a Column> {
        Ok(Self {
            sieve: Arc::new(Sieve::new(declared, others).unwrap_or_default()),
            shape: Arc::new(Shape::new(declared, columns)?),
            encoding: text_encoding(declared.encoding),
            skip_lines: declared.skip_lines,
            footer_lines: declared.footer_lines,
            line_ends: declared.line_ends,
        })
    }
}

impl Format for FixedWidth {
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError> {
        let mut head = Vec::new();
        file.open()?.take(HEAD_BYTES).read_to_end(&mut head)?;
        if head.is_empty() {
            return Ok(FileColumns::Empty);
        }
        check_head(&head, self.encoding)
            .and_then(|()| check_line_ends(&head, self.encoding, self.line_ends))
            .map_err(|kind| FormatError::Header(kind.to_string()))?;
        // Whether a file has text outside the declared columns is known only after its last line.
        Ok(FileColumns::InRecords)
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        let Self { encoding, line_ends, skip_lines, footer_lines, .. } = *self;
        let cutter = LineCutter::new(file.open()?, encoding, line_ends, skip_lines, footer_lines);
        let (shape, sieve) = (Arc::clone(&self.shape), Arc::clone(&self.sieve));
        Ok(Box::new(FixedWidthPieces { cutter, shape, sieve, encoding }))
    }

    fn lines(&self, text: &str) -> Option<Box<dyn Piece>> {
        let sieve = Arc::new(self.sieve.of_lines());
        let (lines, shape) = (Lines::of_text(text), Arc::clone(&self.shape));
        Some(Box::new(FixedWidthPiece { lines, shape, sieve, encoding: TextEncoding::Utf8 }))
    }

    fn encoding(&self) -> Option<&'static str> {
        Some(self.encoding.as_str())
    }
}

/// A file being cut.
struct FixedWidthPieces {
    cutter: LineCutter,
    shape: Arc<Shape>,
    sieve: Arc<Sieve>,
    encoding: TextEncoding,
}

impl Pieces for FixedWidthPieces {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        let (shape, sieve, encoding) = (&self.shape, &self.sieve, self.encoding);
        let piece = |lines| FixedWidthPiece { lines, shape: Arc::clone(shape), sieve: Arc::clone(sieve), encoding };
        if let Some(lines) = self.cutter.next()? {
            return Ok(Some(Box::new(piece(lines))));
        }
        let notes = self.cutter.take_end_notes();
        Ok((!notes.is_empty()).then(|| Box::new(EndNotes(notes)) as _))
    }
}

/// Whole lines, not yet split.
struct FixedWidthPiece {
    lines: Lines,
    shape: Arc<Shape>,
    sieve: Arc<Sieve>,
    encoding: TextEncoding,
}

impl Piece for FixedWidthPiece {
    fn pages(self: Box<Self>, _: Wanted<'_>, _: usize) -> Result<Box<dyn Pages>, ArrowError> {
        Ok(Box::new(records::split(self.lines, &self.shape, &self.sieve, self.encoding)))
    }
}
