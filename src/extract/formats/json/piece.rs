//! Whole records of a JSON file, not yet read.

use std::ops::Range;
use std::sync::Arc;

use arrow::error::ArrowError;

use super::limits::{CELLS, MAX_PARENT, MAX_RECORD};
use super::record::{Converter, Shape};
use crate::extract::formats::text::{BOM, Lines};
use crate::extract::frame::{
    Fault, FileKeys, Note, NoteKind, Origin, Page, Pages, Piece, Place, Reject, TextRecords, Wanted,
};

/// A number of whole records of a file, or of objects that hold records.
#[derive(Debug)]
pub(super) struct JsonPiece {
    pub(super) shape: Arc<Shape>,
    pub(super) records: Records,
}

/// The text of the records.
#[derive(Debug)]
pub(super) enum Records {
    /// One in each line that is not blank.
    Lines(Box<Lines>),
    /// Elements of a document's array, in these bytes.
    Elements(Vec<u8>, Vec<Element>),
}

/// An element of a document's array, or the document itself.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) range: Range<usize>,
    pub(super) line: u64,
    pub(super) byte_offset: u64,
    pub(super) too_long: bool,
    /// The first of the path's lists that is inside it.
    pub(super) list: usize,
}

impl Piece for JsonPiece {
    fn pages(self: Box<Self>, _: Wanted<'_>, _: usize) -> Result<Box<dyn Pages>, ArrowError> {
        let has_parents = match &self.records {
            Records::Lines(_) => !self.shape.lists.is_empty(),
            Records::Elements(_, elements) => elements.iter().any(|element| element.list < self.shape.lists.len()),
        };
        Ok(if has_parents { Box::new(Children::new(*self)) } else { Box::new(self.records()) })
    }
}

impl JsonPiece {
    /// The cells of its records, none of which is inside another object.
    pub(super) fn records(self) -> TextRecords {
        let mut converter = Converter::new(self.shape);
        let (mut counts, mut notes) = (None, Vec::new());
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
                    let text = own_text(text, origin.line, &mut notes);
                    if !is_blank(text) {
                        converter.add(text, lines.too_long || text.len() > MAX_RECORD, origin);
                    } else {
                        of_lines.ignored += 1;
                    }
                }
                counts = Some(of_lines);
                lines.bytes
            }
        };
        let mut records = converter.finish(Some(bytes));
        counts.into_iter().for_each(|counts| records.set_lines(counts));
        records.set_notes(notes);
        records
    }
}

/// A line without what programs leave around an object when they join files or cut a document into lines; it is counted.
fn own_text<'a>(mut text: &'a [u8], line: u64, notes: &mut Vec<Note>) -> &'a [u8] {
    if text.first() == Some(&BOM[0])
        && let Some(rest) = text.strip_prefix(BOM)
    {
        Note::count(NoteKind::ByteOrderMark, line, notes);
        text = rest;
    }
    if text.last() == Some(&b',') {
        Note::count(NoteKind::TrailingComma, line, notes);
        text = &text[..text.len() - 1];
    }
    text
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// Records inside the objects of a piece, some objects at a time: each record has the fields of its parents too, so that
/// all of them together could be much larger than the piece.
pub(super) struct Children {
    shape: Arc<Shape>,
    bytes: Vec<u8>,
    parents: std::vec::IntoIter<Element>,
    current: TextRecords,
    keys: FileKeys,
}

impl Children {
    pub(super) fn new(piece: JsonPiece) -> Self {
        let JsonPiece { shape, records } = piece;
        let (bytes, parents) = match records {
            Records::Elements(bytes, elements) => (bytes, elements),
            Records::Lines(lines) => {
                let parent = |origin: Origin| Element {
                    too_long: lines.too_long || origin.raw.len() > MAX_PARENT,
                    range: origin.raw,
                    line: origin.line,
                    byte_offset: origin.byte_offset,
                    list: 0,
                };
                let parents = lines.origins().map(parent);
                let parents = parents.filter(|parent| !is_blank(&lines.bytes[parent.range.clone()])).collect();
                (lines.bytes, parents)
            }
        };
        let current = Converter::new(Arc::clone(&shape)).finish(None);
        Self { shape, bytes, parents: parents.into_iter(), current, keys: FileKeys::default() }
    }

    /// Reads the next objects; false at the end.
    fn fill(&mut self) -> bool {
        let mut converter = Converter::new(Arc::clone(&self.shape));
        let mut is_any = false;
        while converter.size() < CELLS
            && let Some(parent) = self.parents.next()
        {
            is_any = true;
            let text = self.bytes.get(parent.range.clone()).unwrap_or_default();
            converter.add_children(text, &parent);
        }
        let mut current = converter.finish(None);
        self.keys.add(current.take_keys().unwrap_or_default());
        self.current = current;
        is_any
    }
}

impl Pages for Children {
    fn next_page(&mut self, most: usize, rejects: &mut Vec<Reject>) -> Result<Option<usize>, ArrowError> {
        loop {
            if let Some(rows) = self.current.next_page(most, rejects)? {
                return Ok(Some(rows));
            }
            if !self.fill() {
                return Ok(None);
            }
        }
    }

    fn page(&self) -> Page<'_> {
        self.current.page()
    }

    fn place(&mut self, row: usize) -> Place {
        self.current.place(row)
    }

    fn reject(&mut self, row: usize, faults: Vec<Fault>) -> Result<Option<Reject>, ArrowError> {
        Pages::reject(&mut self.current, row, faults)
    }

    fn take_keys(&mut self) -> Option<FileKeys> {
        Some(std::mem::take(&mut self.keys))
    }
}
