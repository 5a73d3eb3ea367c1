//! A workbook before its source is declared: its sheets, the cells of one, and the names that a header gives. `infer`
//! looks through this, so that it sees what a run will read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{SheetType, SheetVisible};

use super::UNSOUND;
use super::header::{self, Header};
use super::rows::SheetRows;
use super::workbook::{self, book};
use crate::config::XlsxFormat;
use crate::extract::formats::text::Patterns;
use crate::store::Stored;

/// A sheet with cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedSheet {
    pub(crate) name: String,
    pub(crate) is_visible: bool,
}

/// The sheets with cells, in the order that people see.
///
/// # Errors
/// Files that are not workbooks.
pub(crate) fn sheets(stored: &Stored) -> Result<Vec<ListedSheet>, String> {
    sound(|| {
        let book = book(stored)?;
        let tables = book.sheets().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let listed = tables
            .map(|sheet| ListedSheet { name: sheet.name.clone(), is_visible: sheet.visible == SheetVisible::Visible });
        Ok(listed.collect())
    })
}

/// What is done with the number and the cells of a row; false ends the reading.
pub(crate) type EachRow<'a> = dyn FnMut(u32, &[(u32, String)]) -> bool + 'a;

/// Passes on the rows of a sheet that are not empty, with their numbers from 1 and the texts of their cells by column from
/// 0, until `each` returns false.
///
/// # Errors
/// Files that are not workbooks, and sheets that cannot be read.
pub(crate) fn sheet_rows(stored: &Stored, sheet: &str, each: &mut EachRow<'_>) -> Result<(), String> {
    sound(|| {
        let mut book = book(stored)?;
        let mut rows = SheetRows::new(book.cells(sheet, stored)?, Patterns::default());
        while let Some(row) = rows.next_row()? {
            let cells: Vec<(u32, String)> =
                row.cells.into_iter().map(|(column, text)| (column, text.shown().to_owned())).collect();
            if !each(row.number + 1, &cells) {
                break;
            }
        }
        Ok(())
    })
}

/// The names of the columns under a declaration, by column from 0.
///
/// # Errors
/// Files that are not workbooks, and headers that are not there.
pub(crate) fn sheet_names(stored: &Stored, declared: &XlsxFormat) -> Result<Vec<(u32, String)>, String> {
    sound(|| {
        let mut opened = workbook::open(declared, stored)?;
        let merged = header::merged(declared, &mut opened)?;
        let mut rows = SheetRows::new(opened.book.cells(&opened.sheet, stored)?, Patterns::default());
        Ok(Header::read(declared, &[], &merged, &mut rows)?.cells)
    })
}

/// A workbook that makes calamine panic ends with an error.
fn sound<T>(look: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| Err(UNSOUND.to_owned()))
}
