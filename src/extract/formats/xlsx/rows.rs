//! The cells of a sheet, assembled into rows.

use super::book::SheetCells;
use super::cell::Text;
use crate::extract::formats::text::Patterns;
use crate::extract::frame::{FileLines, LeftOut};

/// Rows that a sheet can have.
const MAX_ROWS: u32 = 1 << 20;

/// A row that is not empty.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// From 0.
    pub(super) number: u32,
    /// By column, from 0.
    pub(super) cells: Vec<(u32, Text)>,
}

impl Row {
    /// The cells from column A on, with a tab between them.
    fn text(&self) -> String {
        let mut text = String::new();
        let mut tabs = 0;
        for (at, cell) in &self.cells {
            while tabs < *at {
                text.push('\t');
                tabs += 1;
            }
            text.push_str(cell.shown());
        }
        text
    }
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
    /// Rows that are not records, by their text.
    patterns: Patterns,
    /// The rows so far, and what those became that are not records.
    lines: FileLines,
    /// Rows that were left out, and are not in `lines` yet.
    left_out: Vec<(LeftOut, Row)>,
}

impl<'a> SheetRows<'a> {
    pub(super) fn new(cells: SheetCells<'a>, patterns: Patterns) -> Self {
        let (lines, left_out) = (FileLines::default(), Vec::new());
        Self { cells, ahead: None, returned: None, last: None, ended: false, patterns, lines, left_out }
    }

    /// Gives a row back: it is the next one again.
    pub(super) fn give_back(&mut self, row: Row) {
        self.returned = Some(row);
    }

    /// Counts rows that name the columns. Of several, each is judged: a file may have fewer of them.
    pub(super) fn count_header(&mut self, rows: &[Row], declared: u32) {
        self.lines.header += rows.len() as u64;
        if declared > 1 {
            self.left_out.extend(rows.iter().map(|row| (LeftOut::Header, row.clone())));
        }
    }

    /// Leaves out a row that may be a record.
    pub(super) fn leave_out(&mut self, why: LeftOut, row: Row) {
        self.left_out.push((why, row));
    }

    /// The rows that were left out since the last call.
    pub(super) fn take_left_out(&mut self) -> Vec<(LeftOut, Row)> {
        std::mem::take(&mut self.left_out)
    }

    /// Counts a row that is not a record.
    pub(super) fn pass_over(&mut self) {
        self.lines.ignored += 1;
    }

    /// The rows so far, and what those became that are not records.
    pub(super) fn lines(&mut self) -> &mut FileLines {
        &mut self.lines
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

    /// The next row that is not empty and that no pattern leaves out.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, String> {
        if let Some(row) = self.returned.take() {
            return Ok(Some(row));
        }
        while let Some(row) = self.next_written()? {
            let why = if self.patterns.is_empty() { None } else { self.patterns.matching(row.text().as_bytes()) };
            match why {
                Some(why) => self.leave_out(why, row),
                None => return Ok(Some(row)),
            }
        }
        Ok(None)
    }

    /// The next row that is not empty.
    fn next_written(&mut self) -> Result<Option<Row>, String> {
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
