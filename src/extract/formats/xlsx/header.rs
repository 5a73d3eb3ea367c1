//! The names of a sheet's columns: from one row or several, or by the places of the columns.

use calamine::Dimensions;

use super::cell::Text;
use super::rows::{Row, SheetRows};
use super::workbook::Opened;
use crate::config::{NamesFrom, XlsxFormat};
use crate::extract::formats::text::column_names;
use crate::source::Column;

/// Header rows that make sense.
const MOST_LINES: u32 = 100;
/// Columns that a sheet can have.
const MAX_COLUMNS: usize = 1 << 14;

/// The names of the columns.
#[derive(Debug)]
pub(super) struct Header {
    /// By column, from 0; columns without a name are not here.
    pub(super) cells: Vec<(u32, String)>,
    /// Whether the sheet names its columns.
    pub(super) is_written: bool,
    /// The rows that are the header.
    pub(super) rows: Vec<Row>,
}

/// The merged cells of the sheet, if they matter for its names and are known.
pub(super) fn merged(format: &XlsxFormat, opened: &mut Opened) -> Result<Option<Vec<Dimensions>>, String> {
    let is_joined = format.names_from.as_ref().is_some_and(|from| from.value == NamesFrom::All);
    if is_joined && lines_of(format) > 1 { opened.book.merged(&opened.sheet) } else { Ok(None) }
}

fn lines_of(format: &XlsxFormat) -> u32 {
    format.header_lines.as_ref().map_or(1, |lines| lines.value.clamp(1, MOST_LINES))
}

impl Header {
    /// Reads the header; the rows that follow are the records.
    pub(super) fn read(
        format: &XlsxFormat,
        columns: &[Column],
        merged: &Option<Vec<Dimensions>>,
        rows: &mut SheetRows<'_>,
    ) -> Result<Self, String> {
        if !format.header {
            let names = (0..).zip(columns).map(|(at, spec)| (at, spec.name.clone()));
            return Ok(Self { cells: names.collect(), is_written: false, rows: Vec::new() });
        }
        let none = || Self { cells: Vec::new(), is_written: true, rows: Vec::new() };
        let Some(first) = first_row(rows, format)? else { return Ok(none()) };
        let start = first.number;
        let mut lines = vec![first];
        // Header rows follow each other; one of them may be empty.
        while let Some(row) = rows.next_row()? {
            if row.number >= start.saturating_add(lines_of(format)) {
                rows.give_back(row);
                break;
            }
            lines.push(row);
        }
        rows.count_header(&lines, lines_of(format));
        Ok(Self { cells: names(format, start, &lines, merged), is_written: true, rows: lines })
    }

    /// Whether a row is the header again, as in sheets that were put together.
    pub(super) fn is_again(&self, row: &Row) -> bool {
        let [header] = self.rows.as_slice() else { return false };
        let cells = |row: &Row| row.cells.iter().map(|(at, cell)| (*at, name(cell))).collect::<Vec<_>>();
        // Mostly the first cell differs.
        row.cells.len() == header.cells.len()
            && row.cells.first().map(|(at, cell)| (at, name(cell)))
                == header.cells.first().map(|(at, cell)| (at, name(cell)))
            && cells(row) == cells(header)
    }

    /// The names, in the order of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.cells.iter().map(|(_, name)| name.clone()).collect()
    }
}

/// The first header row: the declared one, otherwise the first row that is not empty.
fn first_row(rows: &mut SheetRows<'_>, format: &XlsxFormat) -> Result<Option<Row>, String> {
    let Some(wanted) = format.header_row.as_ref().map(|row| row.value) else { return rows.next_row() };
    while let Some(row) = rows.next_row()? {
        if row.number + 1 == wanted {
            return Ok(Some(row));
        }
        if row.number + 1 > wanted {
            break;
        }
        rows.pass_over();
    }
    Err(format!("row {wanted}, the declared header row, is empty"))
}

fn names(format: &XlsxFormat, start: u32, rows: &[Row], merged: &Option<Vec<Dimensions>>) -> Vec<(u32, String)> {
    let from = format.names_from.as_ref().map_or(NamesFrom::default(), |from| from.value);
    let width = rows.iter().flat_map(|row| &row.cells).map(|(at, _)| *at as usize + 1).max().unwrap_or(0);
    let mut lines = vec![vec![String::new(); width.min(MAX_COLUMNS)]; lines_of(format) as usize];
    for row in rows {
        let Some(line) = lines.get_mut((row.number - start) as usize) else { continue };
        for (at, cell) in &row.cells {
            if let Some(place) = line.get_mut(*at as usize) {
                *place = name(cell);
            }
        }
    }
    let found = match merged {
        Some(merged) => joined(start, &mut lines, merged),
        None => column_names(lines, from),
    };
    (0..).zip(found).filter(|(_, name)| !name.is_empty()).collect()
}

/// The texts of each column from top to bottom, where it is known which cells are merged.
fn joined(start: u32, lines: &mut [Vec<String>], merged: &[Dimensions]) -> Vec<String> {
    for region in merged.iter().filter(|region| region.start.1 < region.end.1) {
        let Some(line) = region.start.0.checked_sub(start).and_then(|at| lines.get_mut(at as usize)) else { continue };
        let (first, last) = (region.start.1 as usize, region.end.1 as usize);
        let text = line.get(first).cloned().unwrap_or_default();
        line.iter_mut().take(last.saturating_add(1)).skip(first).for_each(|cell| cell.clone_from(&text));
    }
    let width = lines.iter().map(Vec::len).max().unwrap_or(0);
    let texts = |column: usize| {
        let cells = lines.iter().filter_map(move |line| line.get(column).map(String::as_str));
        cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    };
    (0..width).map(texts).collect()
}

fn name(cell: &Text) -> String {
    cell.shown().trim().to_owned()
}
