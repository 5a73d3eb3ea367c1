//! Whole records of a JSON file, not yet read.

use std::ops::Range;
use std::sync::Arc;

use arrow::error::ArrowError;

use super::limits::MAX_RECORD;
use super::record::{Converter, Shape};
use crate::extract::formats::text::Lines;
use crate::extract::frame::{Origin, Pages, Piece, TextRecords, Wanted};

/// A number of whole records of a file.
#[derive(Debug)]
pub(super) struct JsonPiece {
    pub(super) shape: Arc<Shape>,
    pub(super) records: Records,
}

/// The text of the records.
#[derive(Debug)]
pub(super) enum Records {
    /// One in each line that is not blank.
    Lines(Lines),
    /// Elements of a document's array, in these bytes.
    Elements(Vec<u8>, Vec<Element>),
}

/// An element of a document's array.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) range: Range<usize>,
    pub(super) line: u64,
    pub(super) byte_offset: u64,
    pub(super) too_long: bool,
}

impl Piece for JsonPiece {
    fn pages(self: Box<Self>, _: Wanted<'_>, _: usize) -> Result<Box<dyn Pages>, ArrowError> {
        Ok(Box::new(self.records()))
    }
}

impl JsonPiece {
    /// The cells of its records.
    pub(super) fn records(self) -> TextRecords {
        let mut converter = Converter::new(self.shape);
        let mut counts = None;
        let bytes = match self.records {
            Records::Elements(bytes, elements) => {
                for element in elements {
                    let origin = Origin { line: element.line, byte_offset: element.byte_offset, raw: element.range };
                    let text = bytes.get(origin.raw.clone()).unwrap_or_default();
                    converter.add(text, element.too_long, origin);
                }
                bytes
            }
            Records::Lines(mut lines) => {
                let mut of_lines = std::mem::take(&mut lines.counts);
                for origin in lines.origins() {
                    let text = lines.bytes.get(origin.raw.clone()).unwrap_or_default();
                    if !text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
                        converter.add(text, lines.too_long || text.len() > MAX_RECORD, origin);
                    } else {
                        of_lines.ignored += 1;
                    }
                }
                counts = Some(of_lines);
                lines.bytes
            }
        };
        let mut records = converter.finish(bytes);
        counts.into_iter().for_each(|counts| records.set_lines(counts));
        records
    }
}
