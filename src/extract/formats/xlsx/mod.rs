//! A sheet of a workbook. calamine reads the sheet as a stream and lends its texts, so it runs on a thread of its own,
//! which finds the cells too. Only a few pieces wait at a time.

mod book;
mod cell;
mod formulas;
#[cfg(any(test, fuzzing))]
pub(in crate::extract) mod fuzzing;
mod header;
mod rows;
pub(crate) mod view;
mod workbook;
mod writer;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use self::header::Header;
use self::rows::SheetRows;
use self::writer::{Known, RowWriter};
use super::text::Patterns;
use crate::config::XlsxFormat;
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{
    FileColumns, FileLines, Format, FormatError, LeftOut, Note, NoteKind, Piece, Pieces, TextRecords,
};
use crate::extract::rows::as_declared;
use crate::source::Column;
use crate::store::Stored;
use crate::words::printable;

const UNSOUND: &str = "reading the workbook failed: it is not a valid one";
/// Approximate bytes of rows per piece.
const PIECE: usize = 1 << 20;
/// The limit for the text of all rows, in bytes: many cells may refer to one long text, which is stored once.
const MAX_TEXT: usize = 1 << 30;
/// Pieces that wait to be read.
const WAITING: usize = 2;

/// The files of a source.
#[derive(Clone, Debug)]
pub(super) struct Workbooks {
    declared: XlsxFormat,
    columns: Arc<[Column]>,
    patterns: Patterns,
}

impl Workbooks {
    /// `None` if a pattern of rows to leave out is not a regular expression.
    pub(super) fn new(declared: &XlsxFormat, columns: &[Column]) -> Option<Self> {
        let patterns = Patterns::new(&declared.ignore_lines, None)?;
        Some(Self { declared: declared.clone(), columns: columns.into(), patterns })
    }
}

impl Format for Workbooks {
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError> {
        let (workbooks, stored) = (self.clone(), file.stored.clone());
        // On a thread of its own, like the cells: a workbook that makes calamine panic ends with an error.
        let opened = std::thread::spawn(move || names(&workbooks, &stored));
        let found = opened.join().map_err(|_| FormatError::Content(UNSOUND.to_owned()))?;
        let (names, remarks) = found.map_err(FormatError::Header)?;
        let names = as_declared(&names, &self.columns);
        Ok(FileColumns::Named { names, rows: None, remarks })
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        Ok(Box::new(Rows::start(self.clone(), file.stored.clone())))
    }

    fn has_own_values(&self) -> bool {
        true
    }
}

/// The names of a sheet's columns, and what was passed over to find the sheet.
fn names(workbooks: &Workbooks, stored: &Stored) -> Result<(Vec<String>, Vec<String>), String> {
    let format = &workbooks.declared;
    let mut opened = workbook::open(format, stored)?;
    let merged = header::merged(format, &mut opened)?;
    let mut rows = SheetRows::new(opened.book.cells(&opened.sheet, stored)?, workbooks.patterns.clone());
    let header = Header::read(format, &workbooks.columns, &merged, &mut rows)?;
    Ok((header.names(), opened.remark.into_iter().collect()))
}

/// A sheet being read.
struct Rows {
    pieces: Receiver<Result<TextRecords, String>>,
}

impl Rows {
    /// Starts reading.
    fn start(workbooks: Workbooks, stored: Stored) -> Self {
        let (sender, pieces) = sync_channel(WAITING);
        // It ends at the end of the sheet, or when the receiver is gone.
        std::thread::spawn(move || {
            let sent = read(&workbooks, &stored, MAX_TEXT, |piece| sender.send(Ok(piece)).is_ok());
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

/// Reads the rows below the header and passes them on in pieces until `take` returns false. Their text may have `most`
/// bytes.
fn read(
    workbooks: &Workbooks,
    stored: &Stored,
    most: usize,
    mut take: impl FnMut(TextRecords) -> bool,
) -> Result<(), String> {
    let Workbooks { declared: format, columns, patterns } = workbooks;
    let mut opened = workbook::open(format, stored)?;
    let merged = header::merged(format, &mut opened)?;
    let known = Known { days: opened.book.day_system(), formats: opened.book.knows_formats() };
    let mut rows = SheetRows::new(opened.book.cells(&opened.sheet, stored)?, patterns.clone());
    let header = Header::read(format, columns, &merged, &mut rows)?;
    let first_row = format.first_row.as_ref().map_or(0, |row| row.value.saturating_sub(1));
    let writer = RowWriter::new(columns, &header, opened.sheet.clone(), known);
    let width = columns.len() + 1;
    let mut piece = TextRecords::new(width);
    let (mut nameless, mut text) = (None, 0);
    while let Some(row) = rows.next_row()? {
        text += row.cells.iter().map(|(_, cell)| cell.shown().len()).sum::<usize>();
        if text > most {
            return Err(too_much_text(&opened.sheet, row.number, most));
        }
        if row.number < first_row {
            rows.leave_out(LeftOut::Skipped, row);
            continue;
        }
        if header.is_again(&row) {
            rows.lines().enter_repeated_header(u64::from(row.number) + 1);
            continue;
        }
        if writer.has_nameless(&row) {
            let first = nameless.get_or_insert(Note {
                kind: NoteKind::NamelessCells,
                count: 0,
                line: u64::from(row.number) + 1,
            });
            first.count += 1;
        }
        writer.write(&row, &mut piece);
        if piece.raw().len() >= PIECE {
            piece.set_lines(taken(&mut rows, &writer));
            piece.set_notes(nameless.take().into_iter().collect());
            if !take(std::mem::replace(&mut piece, TextRecords::new(width)).finish()) {
                return Ok(());
            }
        }
    }
    let lines = taken(&mut rows, &writer);
    if lines != FileLines::default() {
        piece.set_lines(lines);
        piece.set_notes(nameless.into_iter().collect());
        take(piece.finish());
    }
    Ok(())
}

/// The error for a sheet whose rows have more text than is read.
fn too_much_text(sheet: &str, row: u32, most: usize) -> String {
    format!(
        "up to row {} of the sheet `{}`, its cells have more than {most} bytes of text, as texts that are stored once \
         come again: export it as CSV",
        u64::from(row) + 1,
        printable(sheet)
    )
}

/// The lines since the last call.
fn taken(rows: &mut SheetRows<'_>, writer: &RowWriter<'_>) -> FileLines {
    let left_out = rows.take_left_out();
    let mut lines = rows.take_lines();
    writer.keep(left_out, &mut lines);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ColumnType;

    #[test]
    fn a_text_that_many_cells_refer_to_counts_for_each() {
        let folder = tempfile::tempdir().unwrap();
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "note").unwrap();
        (1..4).for_each(|row| _ = sheet.write(row, 0, "x".repeat(1000)).unwrap());
        let path = folder.path().join("a.xlsx");
        workbook.save(&path).unwrap();
        let stored = Stored::local(folder.path(), &path).unwrap().unwrap();
        let columns = [Column::new("note", ColumnType::String)];
        let declared = XlsxFormat {
            sheet: None,
            header: true,
            header_row: None,
            header_lines: None,
            names_from: None,
            first_row: None,
            ignore_lines: Vec::new(),
        };
        let workbooks = Workbooks::new(&declared, &columns).unwrap();
        let mut rows = 0;
        let mut read = |most| {
            read(&workbooks, &stored, most, |piece| {
                rows += piece.texts().len();
                true
            })
        };
        assert_eq!(read(3000), Ok(()));
        let error = read(2999).unwrap_err();
        assert_eq!(rows, 3);
        assert!(error.contains("up to row 4 of the sheet `Sheet1`") && error.contains("2999 bytes"), "{error}");
    }
}
