//! The cells of a sheet, assembled into rows.

use super::book::SheetCells;
use super::cell::Text;
use crate::extract::frame::FileLines;

/// Rows that a sheet can have.
const MAX_ROWS: u32 = 1 << 20;

/// A row that is not empty.
#[derive(Debug)]
pub(super) struct Row {
    /// From 0.
    pub(super) number: u32,
    /// By column, from 0.
    pub(super) cells: Vec<(u32, Text)>,
}

/// The rows of a sheet that are not empty.
pub(super) struct SheetRows<'a> {
    cells: SheetCells<'a>,
    ahead: Option<(u32, u32, Text)>,
    /// A row that was read too early.
    returned: Option<Row>,
    last: Option<u32>,
    /// The end was reached; asking for another cell would be an error.
    ended: bool,
    /// The rows so far, and what those became that are not records.
    lines: FileLines,
}

impl<'a> SheetRows<'a> {
    pub(super) fn new(cells: SheetCells<'a>) -> Self {
        Self { cells, ahead: None, returned: None, last: None, ended: false, lines: FileLines::default() }
    }

    /// Gives a row back: it is the next one again.
    pub(super) fn give_back(&mut self, row: Row) {
        self.returned = Some(row);
    }

    /// Counts rows that name the columns.
    pub(super) fn count_header(&mut self, rows: usize) {
        self.lines.header += rows as u64;
    }

    /// Counts a row that is not a record.
    pub(super) fn pass_over(&mut self) {
        self.lines.ignored += 1;
    }

    /// The rows since the last call. A row that was given back is one of them.
    pub(super) fn take_lines(&mut self) -> FileLines {
        std::mem::take(&mut self.lines)
    }

    fn next_cell(&mut self) -> Result<Option<(u32, u32, Text)>, String> {
        if self.ended {
            return Ok(None);
        }
        let cell = (self.cells)()?;
        self.ended = cell.is_none();
        Ok(cell)
    }

    /// The next row that is not empty.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, String> {
        if let Some(row) = self.returned.take() {
            return Ok(Some(row));
        }
        let first = match self.ahead.take() {
            Some(cell) => Some(cell),
            None => self.next_cell()?,
        };
        let Some((number, column, text)) = first else { return Ok(None) };
        if self.last.is_some_and(|last| number <= last) || number >= MAX_ROWS {
            return Err(format!("row {} of the sheet is out of order", u64::from(number) + 1));
        }
        self.last = Some(number);
        self.lines.read += 1;
        let mut row = Row { number, cells: vec![(column, text)] };
        while let Some((next, column, text)) = self.next_cell()? {
            if next != number {
                self.ahead = Some((next, column, text));
                break;
            }
            row.cells.push((column, text));
        }
        Ok(Some(row))
    }
}
