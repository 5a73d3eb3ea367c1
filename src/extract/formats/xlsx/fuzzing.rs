//! Cells as calamine hands them over -> records, for the fuzzers.

use calamine::DataRef;

use super::cell::{formatted, text};
use super::header::Header;
use super::rows::Row;
use super::workbook;
use super::writer::{Known, RowWriter};
use crate::extract::frame::TextRecords;
use crate::source::Column;
use crate::store::Stored;

/// A cell by itself in a row: its column, its value and its number format.
pub(in crate::extract) type LoneCell<'a> = (usize, DataRef<'a>, Option<&'a str>);

/// One record for each cell.
pub(in crate::extract) fn records(columns: &[Column], cells: &[LoneCell<'_>]) -> TextRecords {
    let names = (0..).zip(columns).map(|(at, column)| (at, column.name.clone()));
    let header = Header { cells: names.collect(), is_written: true, rows: Vec::new() };
    let writer = RowWriter::new(columns, &header, "sheet".to_owned(), Known { days: None, formats: true });
    let mut records = TextRecords::new(columns.len() + 1);
    for (number, (column, cell, format)) in (0..).zip(cells) {
        let found = text(cell).map(|found| format.map_or_else(|| found.clone(), |code| formatted(found.clone(), code)));
        let cells = found.map(|found| (u32::try_from(*column).unwrap_or(0), found));
        writer.write(&Row { number, cells: cells.into_iter().collect() }, &mut records);
    }
    records.finish()
}

/// Looks at the parts of a workbook, as before it is opened.
///
/// # Errors
/// What is wrong with it.
pub(in crate::extract) fn inspect(stored: &Stored) -> Result<(), String> {
    workbook::kind_of(stored).map(|_| ())
}
