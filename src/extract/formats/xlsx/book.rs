//! Workbooks of every kind that calamine reads, as one: the list of sheets, and the cells of one sheet row by row.
//!
//! .xlsx and .xlsb sheets are streamed. .xls and .ods are read whole by calamine.

use std::io::BufReader;

use calamine::{
    Data, DataRef, Dimensions, Ods, OdsError, Range, Reader, Sheet, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError,
};

use super::cell::{Text, formatted, text};
use super::formulas::Uncomputed;
use crate::extract::stored_reader::StoredReader;
use crate::store::Stored;

type Bytes = BufReader<StoredReader>;

/// An open workbook.
pub(super) enum Book {
    Xlsx(Box<Xlsx<Bytes>>),
    Xlsb(Box<Xlsb<Bytes>>),
    Xls(Box<Xls<Bytes>>),
    Ods(Box<Ods<Bytes>>),
}

/// The kinds of workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

const ENCRYPTED: &str = "it is encrypted: save it without a password";

/// The reason for a failure, for messages.
fn unsound(kind: &str, error: impl std::fmt::Display) -> String {
    format!("it is not a valid {kind} workbook: {error}")
}

/// The reason why a .xlsx workbook cannot be read.
pub(super) fn xlsx_reason(error: &XlsxError) -> String {
    if matches!(error, XlsxError::Password) { ENCRYPTED.to_owned() } else { unsound(".xlsx", error) }
}

fn xlsb_reason(error: &XlsbError) -> String {
    if matches!(error, XlsbError::Password) { ENCRYPTED.to_owned() } else { unsound(".xlsb", error) }
}

fn xls_reason(error: &XlsError) -> String {
    if matches!(error, XlsError::Password) { ENCRYPTED.to_owned() } else { unsound(".xls", error) }
}

fn ods_reason(error: &OdsError) -> String {
    if matches!(error, OdsError::Password) { ENCRYPTED.to_owned() } else { unsound(".ods", error) }
}

impl Book {
    pub(super) fn open(kind: Kind, stored: &Stored) -> Result<Self, String> {
        let bytes = BufReader::new(StoredReader::new(stored));
        Ok(match kind {
            Kind::Xlsx => Self::Xlsx(Box::new(Xlsx::new(bytes).map_err(|error| xlsx_reason(&error))?)),
            Kind::Xlsb => Self::Xlsb(Box::new(Xlsb::new(bytes).map_err(|error| xlsb_reason(&error))?)),
            Kind::Xls => Self::Xls(Box::new(Xls::new(bytes).map_err(|error| xls_reason(&error))?)),
            Kind::Ods => Self::Ods(Box::new(Ods::new(bytes).map_err(|error| ods_reason(&error))?)),
        })
    }

    /// Its sheets, in the order that people see.
    pub(super) fn sheets(&self) -> &[Sheet] {
        match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        }
    }

    /// The cells of a sheet, row by row.
    pub(super) fn cells(&mut self, sheet: &str, stored: &Stored) -> Result<SheetCells<'_>, String> {
        Ok(match self {
            Self::Xlsx(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| xlsx_reason(&error))?;
                let mut uncomputed = Uncomputed::new(stored, sheet);
                Box::new(move || {
                    while let Some((cell, style)) =
                        cells.next_cell_with_style_id().map_err(|error| xlsx_reason(&error))?
                    {
                        let (row, column) = cell.get_position();
                        let format = || cells.styles().get(style).and_then(|style| style.number_format.as_ref());
                        if let Some(text) = text(cell.get_value()) {
                            let text = match format().filter(|_| style > 0) {
                                Some(format) => formatted(text, &format.format_code),
                                None => text,
                            };
                            return Ok(Some((row, column, text)));
                        }
                        if *cell.get_value() == DataRef::Empty && uncomputed.holds(row, column)? {
                            return Ok(Some((row, column, Text::NotComputed)));
                        }
                    }
                    Ok(None)
                })
            }
            Self::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| xlsb_reason(&error))?;
                Box::new(move || {
                    while let Some(cell) = cells.next_cell().map_err(|error| xlsb_reason(&error))? {
                        let (row, column) = cell.get_position();
                        if let Some(text) = text(cell.get_value()) {
                            return Ok(Some((row, column, text)));
                        }
                    }
                    Ok(None)
                })
            }
            Self::Xls(book) => whole(book.worksheet_range(sheet).map_err(|error| xls_reason(&error))?),
            Self::Ods(book) => whole(book.worksheet_range(sheet).map_err(|error| ods_reason(&error))?),
        })
    }

    /// The name of the system in which it counts days; `None` if its kind has none.
    pub(super) fn day_system(&self) -> Option<&'static str> {
        let is_1904 = match self {
            Self::Xlsx(book) => book.has_1904_epoch(),
            Self::Xlsb(book) => book.has_1904_epoch(),
            Self::Xls(book) => book.has_1904_epoch(),
            Self::Ods(_) => return None,
        };
        Some(if is_1904 { "excel_1904" } else { "excel_1900" })
    }

    /// Whether it is known how its numbers are shown.
    pub(super) fn knows_formats(&self) -> bool {
        matches!(self, Self::Xlsx(_))
    }

    /// The merged cells of a sheet; `None` if calamine does not know those of its kind.
    pub(super) fn merged(&mut self, sheet: &str) -> Result<Option<Vec<Dimensions>>, String> {
        Ok(match self {
            Self::Xlsx(book) => Some(book.merge_cells_by_sheet_name(sheet).map_err(|error| xlsx_reason(&error))?),
            Self::Xls(book) => Some(book.merge_cells_by_sheet_name(sheet).map_err(|error| xls_reason(&error))?),
            Self::Xlsb(_) | Self::Ods(_) => None,
        })
    }
}

/// A cell that is not empty: its row and its column, from 0, and its text.
pub(super) type PlacedText = (u32, u32, Text);

/// Hands over the cells of a sheet, row by row; `None` at the end. It is not asked again after the end.
pub(super) type SheetCells<'a> = Box<dyn FnMut() -> Result<Option<PlacedText>, String> + 'a>;

/// The cells of a sheet in memory.
fn whole(range: Range<Data>) -> SheetCells<'static> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let (height, width) = range.get_size();
    let mut next = (0, 0);
    Box::new(move || {
        while next.0 < height {
            let at = next;
            next = if at.1 + 1 < width { (at.0, at.1 + 1) } else { (at.0 + 1, 0) };
            let place = |first: u32, at: usize| u32::try_from(at).ok().and_then(|at| first.checked_add(at));
            let (Some(row), Some(column)) = (place(first_row, at.0), place(first_column, at.1)) else {
                return Err("it has more rows than a sheet can have".to_owned());
            };
            if let Some(text) = range.get(at).and_then(|cell| text(&lent(cell))) {
                return Ok(Some((row, column, text)));
            }
        }
        Ok(None)
    })
}

/// A cell as streamed sheets hand it over.
fn lent(cell: &Data) -> DataRef<'_> {
    match cell {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(value) => DataRef::SharedString(value),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(value) => DataRef::DateTimeIso(value.clone()),
        Data::DurationIso(value) => DataRef::DurationIso(value.clone()),
        Data::Error(value) => DataRef::Error(value.clone()),
        Data::Empty => DataRef::Empty,
    }
}
