//! Text with columns at declared positions. A file is cut into pieces of whole lines; on any thread, each line is split
//! by the number of its characters.

mod records;
mod shape;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::Arc;

use arrow::error::ArrowError;

use super::text::{LineCutter, Lines, TextEncoding, check_head, text_encoding};
use crate::config::FixedWidthFormat;
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{FileColumns, Format, FormatError, Pages, Piece, Pieces, Wanted};
use crate::source::Column;

use shape::Shape;

/// Bytes in which signs of another kind of file are searched for.
const HEAD_BYTES: u64 = 64 << 10;

/// The files of a source.
#[derive(Debug)]
pub(super) struct FixedWidth {
    shape: Arc<Shape>,
    encoding: TextEncoding,
    skip_lines: u32,
    footer_lines: u32,
}

impl FixedWidth {
    /// # Errors
    /// The first column without a position of its own. The plan has already checked that there is none.
    pub(super) fn new<'a>(declared: &FixedWidthFormat, columns: &'a [Column]) -> Result<Self, &'a Column> {
        Ok(Self {
            shape: Arc::new(Shape::new(declared, columns)?),
            encoding: text_encoding(declared.encoding),
            skip_lines: declared.skip_lines,
            footer_lines: declared.footer_lines,
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
        check_head(&head, self.encoding).map_err(|kind| FormatError::Header(kind.to_string()))?;
        // Whether a file has text outside the declared columns is known only after its last line.
        Ok(FileColumns::InRecords)
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        let Self { encoding, skip_lines, footer_lines, .. } = *self;
        let cutter = LineCutter::new(file.open()?, encoding, skip_lines, footer_lines);
        Ok(Box::new(FixedWidthPieces { cutter, shape: Arc::clone(&self.shape), encoding }))
    }

    fn encoding(&self) -> Option<&'static str> {
        Some(self.encoding.as_str())
    }
}

/// A file being cut.
struct FixedWidthPieces {
    cutter: LineCutter,
    shape: Arc<Shape>,
    encoding: TextEncoding,
}

impl Pieces for FixedWidthPieces {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        let (shape, encoding) = (&self.shape, self.encoding);
        let piece = |lines| FixedWidthPiece { lines, shape: Arc::clone(shape), encoding };
        Ok(self.cutter.next()?.map(|lines| Box::new(piece(lines)) as _))
    }
}

/// Whole lines, not yet split.
struct FixedWidthPiece {
    lines: Lines,
    shape: Arc<Shape>,
    encoding: TextEncoding,
}

impl Piece for FixedWidthPiece {
    fn pages(self: Box<Self>, _: Wanted<'_>, _: usize) -> Result<Box<dyn Pages>, ArrowError> {
        Ok(Box::new(records::split(self.lines, &self.shape, self.encoding)))
    }
}
