//! Where the table is in a sheet of a workbook.

use crate::config::NamesFrom;

/// Where the table is in a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetLayout {
    /// Whether its serial days are those of the 1904 system.
    pub(super) counts_from_1904: bool,
    pub(super) sheet: String,
    /// Whether rows of the sheet name the columns.
    pub(super) header: bool,
    /// The first of them.
    pub(super) header_row: u32,
    pub(super) header_lines: u32,
    pub(super) names_from: NamesFrom,
    /// The row of the first record.
    pub(super) first_row: u32,
    /// For each name, its column in the sheet, from 0.
    pub(super) columns: Vec<u32>,
    /// For each name, whether its column holds numbers, days or addresses.
    pub(super) has_values: Vec<bool>,
}

/// Sheet, header, header row, lines, which names, first row.
pub(super) type SheetPlace<'a> = (&'a str, bool, u32, u32, NamesFrom, u32);

impl SheetLayout {
    /// What differs between workbooks of different sources.
    pub(super) fn place(&self) -> SheetPlace<'_> {
        let Self { sheet, header, header_row, header_lines, names_from, first_row, .. } = self;
        (sheet, *header, *header_row, *header_lines, *names_from, *first_row)
    }
}
