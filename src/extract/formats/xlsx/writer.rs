//! Rows of a sheet as rows of text: the declared columns, then one cell for everything else.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::cell::{Text, in_percent, letters, place};
use super::header::Header;
use super::rows::Row;
use crate::extract::formats::written::{write_bool, write_number};
use crate::extract::frame::{FileLines, LeftOut, Origin, Rule, TextRecords};
use crate::extract::rows::as_declared;
use crate::source::{Column, ColumnType};
use crate::words::few;

/// The longest row, in bytes.
const MAX_RECORD: usize = 1 << 20;

/// Finds the cells of rows: the declared columns, then one for everything else.
pub(super) struct RowWriter<'a> {
    columns: &'a [Column],
    sheet: String,
    /// Declared columns by their column in the sheet.
    declared: HashMap<u32, usize>,
    names: HashMap<u32, String>,
    /// Whether the sheet names its columns: otherwise they are known by their places.
    has_header: bool,
    known: Known,
}

/// What is known of the numbers of a workbook.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// The name of the system in which it counts days.
    pub(super) days: Option<&'static str>,
    /// Whether it is known how they are shown.
    pub(super) formats: bool,
}

impl Known {
    /// What is wrong with a number in a column: it would be another value than people see.
    fn fault_of(self, cell: &Text, spec: &Column) -> Option<String> {
        let (Text::Number(number) | Text::Percent(number) | Text::Padded(number, _)) = cell else { return None };
        let formats = match spec.ty {
            ColumnType::Date => &spec.form.date_formats,
            ColumnType::Timestamp => &spec.form.timestamp_formats,
            _ if !self.formats && reads_percent(spec) => {
                return Some(format!(
                    "is the number {number}, and only an .xlsx workbook shows whether that is a percentage \
                     (currency_signs: [\"%\"]): save it as .xlsx, or declare the column without %"
                ));
            }
            _ => return None,
        };
        // Larger numbers are other counts.
        let is_day = number.split('.').next().is_some_and(|whole| whole.len() <= 5);
        let own = self.days.filter(|_| is_day)?;
        let other = formats.iter().find(|format| matches!(format.as_str(), "excel_1900" | "excel_1904"))?;
        (other != own).then(|| {
            format!(
                "is the day {number} of a workbook that counts by {own}, and the column declares {other}: declare {own}"
            )
        })
    }
}

/// Whether a column reads percent signs: then its numbers are in percent.
fn reads_percent(spec: &Column) -> bool {
    spec.ty.numeric_scale().is_some() && spec.form.currency_signs.iter().any(|sign| sign == "%")
}

impl<'a> RowWriter<'a> {
    /// For rows below this header.
    pub(super) fn new(columns: &'a [Column], header: &Header, sheet: String, known_numbers: Known) -> Self {
        let names = header.cells.iter().cloned().collect();
        let written: Vec<String> = header.cells.iter().map(|(_, name)| name.clone()).collect();
        let known = as_declared(&written, columns);
        let mut declared = HashMap::new();
        for (column, spec) in columns.iter().enumerate() {
            // The declared name takes precedence over its aliases, as everywhere.
            let mut names = spec.names();
            let found = names.find_map(|wanted| header.cells.iter().zip(&known).find(|(_, name)| *name == wanted));
            if let Some(((at, _), _)) = found {
                declared.insert(*at, column);
            }
        }
        Self { columns, sheet, has_header: header.is_written, declared, names, known: known_numbers }
    }

    /// Keeps rows that were left out, so that they can be judged: those that are rows of the source have cells.
    pub(super) fn keep(&self, rows: Vec<(LeftOut, Row)>, lines: &mut FileLines) {
        for (why, row) in rows {
            let mut alone = TextRecords::new(self.columns.len() + 1);
            self.write(&row, &mut alone);
            let text = String::from_utf8_lossy(alone.raw()).into_owned();
            let cells = alone.finish().texts().pop().unwrap_or_default();
            lines.leave_out_row(why, u64::from(row.number) + 1, text, cells);
        }
    }

    /// Whether a row has cells in columns without a name.
    pub(super) fn has_nameless(&self, row: &Row) -> bool {
        self.has_header && row.cells.iter().any(|(at, _)| !self.names.contains_key(at))
    }

    /// Adds a row of the sheet.
    pub(super) fn write(&self, row: &Row, out: &mut TextRecords) {
        let line = u64::from(row.number) + 1;
        let mut cells: Vec<Option<&Text>> = vec![None; self.columns.len()];
        let mut rest: Vec<(String, &str)> = Vec::new();
        let mut errors = Vec::new();
        let mut raw = Vec::new();
        for (at, cell) in &row.cells {
            let name = self.names.get(at).cloned().unwrap_or_else(|| letters(*at));
            if !raw.is_empty() {
                raw.extend_from_slice(b", ");
            }
            raw.extend_from_slice(format!("{name}={}", cell.shown()).as_bytes());
            let Some(column) = self.declared.get(at).copied() else {
                rest.push((name, cell.shown()));
                continue;
            };
            let spec = &self.columns[column];
            if let Text::Error(error) = cell
                && !spec.form.null_words.contains(error)
            {
                let place = place(row.number, *at);
                let advice = "if it means an empty cell, name it in `null_words`";
                let reason = format!("{}!{place} contains the spreadsheet error {error}: {advice}", self.sheet);
                errors.push((column, reason));
            }
            if let Some(fault) = self.known.fault_of(cell, spec) {
                errors.push((column, format!("{}!{} {fault}", self.sheet, place(row.number, *at))));
            }
            if let Text::Inexact(number) = cell {
                let place = place(row.number, *at);
                errors.push((column, format!("{}!{place} {}", self.sheet, inexact(number))));
            }
            cells[column] = Some(cell);
        }
        let too_long = raw.len() > MAX_RECORD;
        raw.truncate(MAX_RECORD);
        let start = out.raw().len();
        let origin = Origin { line, byte_offset: line, raw: start..start + raw.len() };
        out.raw().extend_from_slice(&raw);
        if too_long {
            let reason = format!("the record is longer than {MAX_RECORD} bytes");
            out.reject(Rule::RecordSize, None, reason, &origin, &raw);
            return;
        }
        if !self.has_header && !rest.is_empty() {
            let places: Vec<String> = rest.iter().map(|(name, _)| name.clone()).collect();
            let reason = format!("expected {} columns, found cells in {} too", self.columns.len(), few(&places));
            out.reject(Rule::FieldCount, None, reason, &origin, &raw);
            return;
        }
        errors.sort();
        if let Some((first, _)) = errors.first() {
            let column = self.columns[*first].name.as_str();
            let reasons: Vec<String> = errors.into_iter().map(|(_, reason)| reason).collect();
            out.reject(Rule::Type, Some(column), reasons.join("; "), &origin, &raw);
            return;
        }
        out.start_row();
        for (cell, spec) in cells.iter().zip(self.columns) {
            match cell {
                Some(Text::Percent(number)) if reads_percent(spec) => {
                    write_number(&in_percent(number), spec, out.cell())
                }
                Some(Text::Number(number) | Text::Percent(number)) => write_number(number, spec, out.cell()),
                Some(Text::NotComputed) => out.mark_uncomputed(),
                // In a number, zeros in front mean nothing.
                Some(Text::Padded(text, zeros)) if spec.ty != ColumnType::String => {
                    write_number(&text[*zeros..], spec, out.cell());
                }
                Some(Text::Bool(value)) => write_bool(*value, spec, out.cell()),
                Some(cell) => out.cell().extend_from_slice(cell.shown().as_bytes()),
                None => {}
            }
            out.end_cell();
        }
        if !rest.is_empty() {
            rest.sort();
            let rest: Vec<String> = rest.iter().map(|(name, text)| format!("{name}\u{1F}{text}")).collect();
            let hash = xxh3_128(rest.join("\u{1F}").as_bytes());
            out.cell().extend_from_slice(format!("{hash:032x}").as_bytes());
        }
        out.end_cell();
        out.end_row(origin);
    }
}

/// Why a number is not read.
fn inexact(number: &str) -> String {
    format!(
        "contains a whole number of {} digits, and a sheet keeps 15 digits of a number: its last digits are lost (numbers \
         that are ids must be text in the sheet)",
        number.len()
    )
}
