//! Rows of text from records that hold values: JSON objects, rows of a sheet, lines of fixed widths. The reader writes
//! the text of one cell after the other; no signs are needed between them, since the boundaries are kept.

use std::ops::Range;

use arrow::error::ArrowError;
use memchr::{memchr_iter, memchr2};

use super::format::{Pages, Piece, Place, Wanted};
use super::keys::FileKeys;
use super::lines::FileLines;
use super::notes::Note;
use super::page::{Page, Quotes, RowTable, Signs, TextPage, unclean_places};
use super::reject::{Fault, Reject, Rule, WHOLE_LIMIT};
use super::signs::SIGNS;
use crate::invariant::BrokenInvariant;

/// The place of a record in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Origin {
    /// The line, or the row of a sheet, counted from 1.
    pub(in crate::extract) line: u64,
    /// Counted from 0; for sheets, the row.
    pub(in crate::extract) byte_offset: u64,
    /// Its text within the raw bytes.
    pub(in crate::extract) raw: Range<usize>,
}

/// Records with their cells as text, and their places.
#[derive(Debug)]
pub(in crate::extract) struct TextRecords {
    data: Vec<u8>,
    table: RowTable,
    signs: Signs,
    origins: Vec<Origin>,
    raw: Vec<u8>,
    rejects: Vec<Reject>,
    keys: Option<FileKeys>,
    lines: Option<FileLines>,
    notes: Vec<Note>,
    /// Where the open row starts in `data` and in the table.
    open: (usize, usize),
    /// The rows of the current page.
    page: Range<usize>,
    unclean: Vec<usize>,
    /// Where cells begin that hold a formula without a value.
    uncomputed: Vec<usize>,
    holds_signs: bool,
}

impl TextRecords {
    /// No records yet; each will have `width` cells.
    pub(in crate::extract) fn new(width: usize) -> Self {
        Self::with_signs(width, SIGNS)
    }

    /// The same, for rows that are compared by other signs.
    pub(in crate::extract) fn with_signs(width: usize, signs: Signs) -> Self {
        let mut table = RowTable::default();
        table.clear(width);
        Self {
            data: Vec::new(),
            table,
            signs,
            origins: Vec::new(),
            raw: Vec::new(),
            rejects: Vec::new(),
            keys: None,
            lines: None,
            notes: Vec::new(),
            open: (0, 0),
            page: 0..0,
            unclean: Vec::new(),
            uncomputed: Vec::new(),
            holds_signs: false,
        }
    }

    /// Whether there are neither records nor other lines.
    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.origins.is_empty() && self.rejects.is_empty() && self.lines.is_none()
    }

    /// Bytes of the cells so far.
    pub(in crate::extract) fn size(&self) -> usize {
        self.data.len()
    }

    /// The original bytes, which the origins refer to.
    pub(in crate::extract) fn raw(&mut self) -> &mut Vec<u8> {
        &mut self.raw
    }

    /// Starts a row. A row that was started and not ended is forgotten.
    pub(in crate::extract) fn start_row(&mut self) {
        self.forget_open_row();
        self.table.push(self.data.len());
    }

    fn forget_open_row(&mut self) {
        self.data.truncate(self.open.0);
        self.table.used = self.open.1;
        while self.uncomputed.last().is_some_and(|at| *at >= self.open.0) {
            self.uncomputed.pop();
        }
    }

    /// The text to which the open cell is appended.
    pub(in crate::extract) fn cell(&mut self) -> &mut Vec<u8> {
        &mut self.data
    }

    /// Notes that the open cell, which is empty, holds a formula without a value.
    pub(in crate::extract) fn mark_uncomputed(&mut self) {
        self.uncomputed.push(self.data.len());
    }

    /// Ends the open cell.
    pub(in crate::extract) fn end_cell(&mut self) {
        self.data.push(self.signs.delimiter);
        self.table.push(self.data.len());
    }

    /// Ends the row. All of its cells must have been ended.
    pub(in crate::extract) fn end_row(&mut self, origin: Origin) {
        self.origins.push(origin);
        self.open = (self.data.len(), self.table.used);
    }

    /// Adds a record that has no cells; `raw` is its original text.
    pub(in crate::extract) fn reject(
        &mut self,
        rule: Rule,
        column: Option<&str>,
        reason: String,
        origin: &Origin,
        raw: &[u8],
    ) {
        let faults = vec![Fault { column: column.map(Into::into), rule, reason }];
        self.rejects.push(Reject::new(origin.line, origin.byte_offset, faults, raw, WHOLE_LIMIT));
    }

    /// States the columns found in the records.
    pub(in crate::extract) fn set_keys(&mut self, keys: FileKeys) {
        self.keys = Some(keys);
    }

    /// States the lines that the records are from.
    pub(in crate::extract) fn set_lines(&mut self, lines: FileLines) {
        self.lines = Some(lines);
    }

    /// States what was met that is not the fault of a record.
    pub(in crate::extract) fn set_notes(&mut self, notes: Vec<Note>) {
        self.notes = notes;
    }

    /// Ends the last row and makes the records ready to be read.
    pub(in crate::extract) fn finish(mut self) -> Self {
        self.forget_open_row();
        self.unclean = unclean_places(&self.data);
        let cells = self.origins.len() * (self.table.stride - 1);
        self.holds_signs = memchr2(self.signs.quote, b'\n', &self.data).is_some()
            || memchr_iter(self.signs.delimiter, &self.data).count() != cells;
        self
    }

    /// The text of each row's cells.
    pub(in crate::extract) fn texts(&self) -> Vec<Vec<String>> {
        let text = |pair: &[u32]| String::from_utf8_lossy(&self.data[pair[0] as usize..pair[1] as usize - 1]).into();
        self.table.rows().map(|row| row.windows(2).map(text).collect()).collect()
    }
}

impl Piece for TextRecords {
    fn pages(self: Box<Self>, _: Wanted<'_>, _: usize) -> Result<Box<dyn Pages>, ArrowError> {
        Ok(self)
    }
}

impl Pages for TextRecords {
    fn next_page(&mut self, most: usize, rejects: &mut Vec<Reject>) -> Result<Option<usize>, ArrowError> {
        if self.page.end >= self.origins.len() && self.rejects.is_empty() {
            return Ok(None);
        }
        rejects.append(&mut self.rejects);
        self.page = self.page.end..(self.page.end + most).min(self.origins.len());
        Ok(Some(self.page.len()))
    }

    fn page(&self) -> Page<'_> {
        Page::Text(TextPage {
            data: &self.data,
            borders: self.table.between(self.page.start, self.page.end),
            stride: self.table.stride,
            quotes: Quotes::None,
            quote: SIGNS.quote,
            signs: self.signs,
            holds_signs: self.holds_signs,
            unclean: &self.unclean,
            literals: &[],
            uncomputed: &self.uncomputed,
        })
    }

    fn place(&mut self, row: usize) -> Place {
        let origin = self.origins.get(self.page.start + row);
        origin.map_or_else(Place::default, |origin| Place { line: origin.line, byte_offset: origin.byte_offset })
    }

    fn reject(&mut self, row: usize, faults: Vec<Fault>) -> Result<Option<Reject>, ArrowError> {
        let origin = self.origins.get(self.page.start + row).ok_or(BrokenInvariant::new("every row has an origin"))?;
        let raw = self.raw.get(origin.raw.clone()).unwrap_or_default();
        Ok(Some(Reject::new(origin.line, origin.byte_offset, faults, raw, WHOLE_LIMIT)))
    }

    fn take_lines(&mut self) -> Option<FileLines> {
        self.lines.take()
    }

    fn take_keys(&mut self) -> Option<FileKeys> {
        self.keys.take()
    }

    fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }
}
