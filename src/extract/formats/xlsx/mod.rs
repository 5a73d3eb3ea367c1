//! A sheet of a workbook. calamine reads the sheet as a stream and lends its texts, so it runs on a thread of its own,
//! which finds the cells too. Only a few pieces wait at a time.

mod book;
mod cell;
mod header;
mod rows;
mod workbook;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use calamine::DataRef;
use xxhash_rust::xxh3::xxh3_128;

use self::cell::{Text, letters, place, text};
use self::header::Header;
use self::rows::{Row, SheetRows};
use super::written::{write_bool, write_number};
use crate::config::XlsxFormat;
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{FileColumns, FileLines, Format, FormatError, Origin, Piece, Pieces, Rule, TextRecords};
use crate::extract::rows::as_declared;
use crate::source::{Column, ColumnType};
use crate::store::Stored;
use crate::words::few;

/// The text of a cell as a run reads it.
pub(crate) fn cell_text(cell: &DataRef<'_>) -> String {
    text(cell).map(|text| text.shown().to_owned()).unwrap_or_default()
}

const UNSOUND: &str = "reading the workbook failed: it is not a valid one";
/// Approximate bytes of rows per piece.
const PIECE: usize = 1 << 20;
/// The longest row, in bytes.
const MAX_RECORD: usize = 1 << 20;
/// Pieces that wait to be read.
const WAITING: usize = 2;

/// The files of a source.
#[derive(Debug)]
pub(super) struct Workbooks {
    declared: XlsxFormat,
    columns: Arc<[Column]>,
}

impl Workbooks {
    pub(super) fn new(declared: &XlsxFormat, columns: &[Column]) -> Self {
        Self { declared: declared.clone(), columns: columns.into() }
    }
}

impl Format for Workbooks {
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError> {
        let (declared, columns, stored) = (self.declared.clone(), Arc::clone(&self.columns), file.stored.clone());
        // On a thread of its own, like the cells: a workbook that makes calamine panic ends with an error.
        let opened = std::thread::spawn(move || names(&declared, &columns, &stored));
        let found = opened.join().map_err(|_| FormatError::Content(UNSOUND.to_owned()))?;
        let (names, remarks) = found.map_err(FormatError::Header)?;
        let names = as_declared(&names, &self.columns);
        Ok(FileColumns::Named { names, rows: None, remarks })
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        Ok(Box::new(Rows::start(Arc::clone(&self.columns), &self.declared, &file.stored)))
    }

    fn has_own_values(&self) -> bool {
        true
    }
}

/// The names of a sheet's columns, and what was passed over to find the sheet.
fn names(format: &XlsxFormat, columns: &[Column], stored: &Stored) -> Result<(Vec<String>, Vec<String>), String> {
    let mut opened = workbook::open(format, stored)?;
    let merged = header::merged(format, &mut opened)?;
    let mut rows = SheetRows::new(opened.book.cells(&opened.sheet)?);
    let header = Header::read(format, columns, &merged, &mut rows)?;
    Ok((header.names(), opened.remark.into_iter().collect()))
}

/// A sheet being read.
struct Rows {
    pieces: Receiver<Result<TextRecords, String>>,
}

impl Rows {
    /// Starts reading.
    fn start(columns: Arc<[Column]>, format: &XlsxFormat, stored: &Stored) -> Self {
        let (sender, pieces) = sync_channel(WAITING);
        let (format, stored) = (format.clone(), stored.clone());
        // It ends at the end of the sheet, or when the receiver is gone.
        std::thread::spawn(move || {
            let sent = read(&columns, &format, &stored, |piece| sender.send(Ok(piece)).is_ok());
            if let Err(error) = sent {
                let _ = sender.send(Err(error));
            }
            // Marks the regular end: a thread that panics does not send it.
            let _ = sender.send(Ok(TextRecords::new(0)));
        });
        Self { pieces }
    }
}

impl Pieces for Rows {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        let broken = |_| FormatError::Content(UNSOUND.to_owned());
        let piece = self.pieces.recv().map_err(broken)?.map_err(FormatError::Content)?;
        Ok(if piece.is_empty() { None } else { Some(Box::new(piece)) })
    }
}

/// Reads the rows below the header and passes them on in pieces until `take` returns false.
fn read(
    columns: &[Column],
    format: &XlsxFormat,
    stored: &Stored,
    mut take: impl FnMut(TextRecords) -> bool,
) -> Result<(), String> {
    let mut opened = workbook::open(format, stored)?;
    let merged = header::merged(format, &mut opened)?;
    let mut rows = SheetRows::new(opened.book.cells(&opened.sheet)?);
    let header = Header::read(format, columns, &merged, &mut rows)?;
    let first_row = format.first_row.as_ref().map_or(0, |row| row.value.saturating_sub(1));
    let writer = RowWriter::new(columns, &header, opened.sheet.clone());
    let width = columns.len() + 1;
    let mut piece = TextRecords::new(width);
    while let Some(row) = rows.next_row()? {
        if row.number < first_row {
            rows.pass_over();
            continue;
        }
        writer.write(&row, &mut piece);
        if piece.raw().len() >= PIECE {
            piece.set_lines(rows.take_lines());
            if !take(std::mem::replace(&mut piece, TextRecords::new(width)).finish()) {
                return Ok(());
            }
        }
    }
    let lines = rows.take_lines();
    if lines != FileLines::default() {
        piece.set_lines(lines);
        take(piece.finish());
    }
    Ok(())
}

/// Finds the cells of rows: the declared columns, then one for everything else.
struct RowWriter<'a> {
    columns: &'a [Column],
    sheet: String,
    /// Declared columns by their column in the sheet.
    declared: HashMap<u32, usize>,
    names: HashMap<u32, String>,
    /// Whether the sheet names its columns: otherwise they are known by their places.
    has_header: bool,
}

impl<'a> RowWriter<'a> {
    fn new(columns: &'a [Column], header: &Header, sheet: String) -> Self {
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
        Self { columns, sheet, has_header: header.is_written, declared, names }
    }

    fn write(&self, row: &Row, out: &mut TextRecords) {
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
                errors.push((column, format!("{}!{place} contains the error {error}", self.sheet)));
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
                Some(Text::Number(number)) => write_number(number, spec, out.cell()),
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
