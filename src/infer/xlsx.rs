//! Reads a sheet of an Excel workbook into a profile: cells become the same text as in the workbook reader.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use calamine::{Reader, Sheet, SheetVisible, Xlsx, open_workbook};

use super::profile::Profile;
use super::sniffed::Sniffed;
use super::sql_name::sql_names;
use crate::words::few;

/// Rows searched for the header.
const HEAD_ROWS: usize = 50;

/// Finds the sheet and its header.
pub(super) fn look(path: &Path, found: &mut Sniffed) -> io::Result<()> {
    let mut book = open(path)?;
    let (visible, hidden): (Vec<&Sheet>, Vec<&Sheet>) =
        book.sheets_metadata().iter().partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names = |sheets: &[&Sheet]| sheets.iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
    let (visible, hidden) = (names(&visible), names(&hidden));
    let Some(sheet) = visible.first().or(hidden.first()).cloned() else {
        found.remarks.push("the workbook has no sheet".to_owned());
        return Ok(());
    };
    let others: Vec<String> = visible.iter().filter(|name| **name != sheet).cloned().collect();
    if !others.is_empty() {
        found.remarks.push(format!("sheet {sheet} was read, the first visible one, but not {}", few(&others)));
    }
    let passed: Vec<String> = hidden.into_iter().filter(|name| *name != sheet).collect();
    if !passed.is_empty() {
        found.remarks.push(format!("hidden and not read: {}", few(&passed)));
    }
    if visible.is_empty() {
        found.remarks.push("all of its sheets are hidden".to_owned());
    }
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    each_row(&mut book, &sheet, &mut |number, cells| {
        rows.push((number, cells.to_vec()));
        rows.len() < HEAD_ROWS
    })?;
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count();
    let width = rows.iter().map(|(_, row)| filled(row)).max().unwrap_or(0);
    // The header is the first row that is nearly as wide as the table.
    if let Some((number, row)) = rows.iter().find(|(_, row)| filled(row) * 10 >= width * 9 && filled(row) > 0) {
        let end = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        let names: Vec<String> = row[..end].iter().map(|cell| cell.trim().to_owned()).collect();
        found.names = names
            .iter()
            .enumerate()
            .map(|(at, name)| if name.is_empty() { sql_names(&names)[at].clone() } else { name.clone() })
            .collect();
        found.stated = vec![None; found.names.len()];
        found.sheet = Some((sheet, *number));
    }
    Ok(())
}

/// Reads the rows below the header.
pub(super) fn scan(found: &Sniffed, places: &[usize], file: u16, profile: &mut Profile) -> io::Result<()> {
    let Some((sheet, header_row)) = &found.sheet else { return Ok(()) };
    profile.bytes_read += std::fs::metadata(&found.path)?.len();
    let mut book = open(&found.path)?;
    each_row(&mut book, sheet, &mut |number, cells| {
        if number > *header_row && cells.iter().any(|cell| !cell.is_empty()) {
            for (cell, place) in cells.iter().zip(places) {
                profile.cell(*place).extend_from_slice(cell.as_bytes());
            }
            profile.end_row(file);
        }
        true
    })
}

fn open(path: &Path) -> io::Result<Xlsx<BufReader<File>>> {
    open_workbook(path).map_err(|error: calamine::XlsxError| io::Error::other(error.to_string()))
}

/// Passes on the rows of a sheet that are not empty, numbered from 1, until the callback stops it.
fn each_row<R: Read + Seek>(
    book: &mut Xlsx<R>,
    sheet: &str,
    row: &mut dyn FnMut(u32, &[String]) -> bool,
) -> io::Result<()> {
    let failed = |error: calamine::XlsxError| io::Error::other(error.to_string());
    let mut cells = book.worksheet_cells_reader(sheet).map_err(failed)?;
    let (mut current, mut texts): (u32, Vec<String>) = (0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(failed)? {
        let (at, column) = (cell.get_position().0, cell.get_position().1 as usize);
        if at != current {
            if !texts.is_empty() && !row(current + 1, &texts) {
                return Ok(());
            }
            texts.clear();
            current = at;
        }
        let text = crate::extract::xlsx_cell_text(cell.get_value());
        if !text.is_empty() {
            texts.resize(texts.len().max(column + 1), String::new());
            texts[column] = text;
        }
    }
    if !texts.is_empty() {
        row(current + 1, &texts);
    }
    Ok(())
}
