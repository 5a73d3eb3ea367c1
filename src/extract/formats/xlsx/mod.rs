//! A sheet of an .xlsx workbook. calamine reads the sheet as a stream and lends its texts, so it runs on a thread of its
//! own, which finds the cells too. Only a few pieces wait at a time.

mod cell;
mod workbook;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use calamine::{DataRef, XlsxCellReader};
use xxhash_rust::xxh3::xxh3_128;

use self::cell::{Text, letters, place, text};
use super::written::{write_bool, write_number};
use crate::config::XlsxFormat;
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{FileColumns, Format, FormatError, Origin, Piece, Pieces, Rule, TextRecords};
use crate::source::Column;
use crate::store::Stored;

/// The text of a cell as a run reads it.
pub(crate) fn cell_text(cell: &DataRef<'_>) -> String {
    text(cell).map(|text| text.shown().to_owned()).unwrap_or_default()
}

/// Rows that a sheet can have.
const MAX_ROWS: u32 = 1 << 20;
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
        let names = header(&self.declared, &file.stored).map_err(FormatError::Header)?;
        Ok(FileColumns::Named { names, rows: None })
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        Ok(Box::new(Rows::start(Arc::clone(&self.columns), &self.declared, &file.stored)))
    }

    fn has_own_values(&self) -> bool {
        true
    }
}

/// The names in the header row, without empty cells.
fn header(format: &XlsxFormat, stored: &Stored) -> Result<Vec<String>, String> {
    let (mut workbook, sheet) = workbook::open(format, stored)?;
    let cells = workbook.worksheet_cells_reader(&sheet).map_err(|error| workbook::reason(&error))?;
    let mut rows = SheetRows::new(cells);
    let header = header_row(&mut rows, format)?;
    Ok(header.map(|row| row.cells).unwrap_or_default().into_iter().map(|(_, cell)| name(&cell)).collect())
}

fn name(cell: &Text) -> String {
    cell.shown().trim().to_owned()
}

/// The header row: the declared one, otherwise the first row that is not empty.
fn header_row<R: std::io::Read + std::io::Seek>(
    rows: &mut SheetRows<'_, R>,
    format: &XlsxFormat,
) -> Result<Option<Row>, String> {
    let Some(wanted) = format.header_row.as_ref().map(|row| row.value) else { return rows.next_row() };
    while let Some(row) = rows.next_row()? {
        if row.number + 1 == wanted {
            return Ok(Some(row));
        }
        if row.number + 1 > wanted {
            break;
        }
    }
    Err(format!("row {wanted}, the declared header row, is empty"))
}

/// A row that is not empty.
struct Row {
    /// From 0.
    number: u32,
    /// By column, from 0.
    cells: Vec<(u32, Text)>,
}

/// The cells of a sheet, assembled into rows.
struct SheetRows<'a, R: std::io::Read + std::io::Seek> {
    cells: XlsxCellReader<'a, R>,
    ahead: Option<(u32, u32, Text)>,
    last: Option<u32>,
    /// The end was reached; asking for another cell would be an error.
    ended: bool,
}

impl<'a, R: std::io::Read + std::io::Seek> SheetRows<'a, R> {
    fn new(cells: XlsxCellReader<'a, R>) -> Self {
        Self { cells, ahead: None, last: None, ended: false }
    }

    fn next_cell(&mut self) -> Result<Option<(u32, u32, Text)>, String> {
        while !self.ended {
            let Some(cell) = self.cells.next_cell().map_err(|error| workbook::reason(&error))? else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            if let Some(text) = text(cell.get_value()) {
                return Ok(Some((row, column, text)));
            }
        }
        Ok(None)
    }

    /// The next row that is not empty.
    fn next_row(&mut self) -> Result<Option<Row>, String> {
        let first = match self.ahead.take() {
            Some(cell) => Some(cell),
            None => self.next_cell()?,
        };
        let Some((number, column, text)) = first else { return Ok(None) };
        if self.last.is_some_and(|last| number <= last) || number >= MAX_ROWS {
            return Err(format!("row {} of the sheet is out of order", u64::from(number) + 1));
        }
        self.last = Some(number);
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
        let broken = |_| FormatError::Content("reading the workbook failed: it is not a valid .xlsx".to_owned());
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
    let (mut workbook, sheet) = workbook::open(format, stored)?;
    let cells = workbook.worksheet_cells_reader(&sheet).map_err(|error| workbook::reason(&error))?;
    let mut rows = SheetRows::new(cells);
    let Some(header) = header_row(&mut rows, format)? else { return Ok(()) };
    let writer = RowWriter::new(columns, &header, sheet);
    let width = columns.len() + 1;
    let mut piece = TextRecords::new(width);
    while let Some(row) = rows.next_row()? {
        writer.write(&row, &mut piece);
        if piece.raw().len() >= PIECE && !take(std::mem::replace(&mut piece, TextRecords::new(width)).finish()) {
            return Ok(());
        }
    }
    if !piece.is_empty() {
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
}

impl<'a> RowWriter<'a> {
    fn new(columns: &'a [Column], header: &Row, sheet: String) -> Self {
        let names: HashMap<u32, String> = header.cells.iter().map(|(at, cell)| (*at, name(cell))).collect();
        let mut declared = HashMap::new();
        for (column, spec) in columns.iter().enumerate() {
            // The declared name takes precedence over its aliases, as everywhere.
            let found = spec.names().find_map(|wanted| header.cells.iter().find(|(_, cell)| name(cell) == wanted));
            if let Some((at, _)) = found {
                declared.insert(*at, column);
            }
        }
        Self { columns, sheet, declared, names }
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
