//! Whole records of a JSON file, not yet read.

use std::ops::Range;
use std::sync::Arc;

use arrow::error::ArrowError;
use memchr::memchr_iter;

use super::limits::MAX_RECORD;
use super::record::{Converter, Shape};
use crate::extract::frame::{Origin, Pages, Piece, TextRecords, Wanted};

/// A number of whole records of a file.
#[derive(Debug)]
pub(super) struct JsonPiece {
    pub(super) shape: Arc<Shape>,
    pub(super) bytes: Vec<u8>,
    pub(super) byte_offset: u64,
    pub(super) line: u64,
    /// The elements; `None` if each line is a record.
    pub(super) elements: Option<Vec<Element>>,
    /// Whether the data are the start of a line beyond the limit.
    pub(super) too_long: bool,
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
        let Self { shape, bytes, byte_offset, mut line, elements, too_long } = self;
        let mut converter = Converter::new(shape);
        match elements {
            Some(elements) => {
                for element in elements {
                    let origin = Origin { line: element.line, byte_offset: element.byte_offset, raw: element.range };
                    let text = bytes.get(origin.raw.clone()).unwrap_or_default();
                    converter.add(text, element.too_long, origin);
                }
            }
            None => {
                let mut start = 0;
                for newline in memchr_iter(b'\n', &bytes).chain(std::iter::once(bytes.len())) {
                    let text = &bytes[start..newline];
                    let kept = text.strip_suffix(b"\r").unwrap_or(text);
                    let origin =
                        Origin { line, byte_offset: byte_offset + start as u64, raw: start..start + kept.len() };
                    if !kept.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
                        converter.add(kept, too_long || kept.len() > MAX_RECORD, origin);
                    }
                    line += 1;
                    start = newline + 1;
                    if start > bytes.len() {
                        break;
                    }
                }
            }
        }
        converter.finish(bytes)
    }
}
