//! What the reader of a format does.

use std::fmt;
use std::io;
use std::sync::Arc;

use arrow::error::ArrowError;

use super::keys::FileKeys;
use super::lines::FileLines;
use super::notes::Note;
use super::page::{Page, Signs};
use super::reject::{Fault, Reject};
use super::signs::SIGNS;
use crate::extract::extract_file::ExtractFile;

/// How much of a file is handled at a time, in bytes. What is read does not depend on it.
#[derive(Clone, Copy, Debug)]
pub(in crate::extract) struct Sizes {
    /// Read at once.
    pub(in crate::extract) block: usize,
    /// Approximate size of a piece.
    pub(in crate::extract) piece: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { block: 1 << 20, piece: 1 << 20 }
    }
}

/// A format of files.
pub(in crate::extract) trait Format: fmt::Debug + Send + Sync {
    /// The columns of a file, before its rows are read.
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError>;

    /// Starts cutting a file.
    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError>;

    /// Whether text of the format may also hold numbers, truth values and times in one form of its own, beside the
    /// declared forms. (Parquet is strict: what it hands over as text must have the declared form.)
    fn has_own_values(&self) -> bool {
        false
    }

    /// The declared character encoding, if its files have one.
    fn encoding(&self) -> Option<&'static str> {
        None
    }

    /// The signs of rows of text, by which rows are compared: a row equals one with the same cells between these signs.
    fn signs(&self) -> Signs {
        SIGNS
    }

    /// The same format with other sizes and, if it has one, this limit for a record; `None` if it has no pieces of text.
    #[cfg(any(test, fuzzing))]
    fn in_sizes(&self, _sizes: Sizes, _longest: usize) -> Option<Arc<dyn Format>> {
        None
    }

    /// For formats whose lines can be left out: lines of a file, as UTF-8, as a piece of it. None of them is left out of
    /// the piece for its text.
    fn lines(&self, _: &str) -> Option<Box<dyn Piece>> {
        None
    }

    /// For formats whose rejected records can be read again one by one, from their text.
    fn records(self: Arc<Self>) -> Option<Arc<dyn RecordText>> {
        None
    }
}

/// Records as text, each read by itself.
pub(in crate::extract) trait RecordText: fmt::Debug + Send + Sync {
    /// A rejected record, as its reject shows it, as a piece of a file with these columns.
    fn piece(&self, raw: &str, names: &[String]) -> Box<dyn Piece>;

    /// The fields of a rejected record, as far as they can be separated.
    fn fields(&self, raw: &str) -> Vec<String>;
}

/// The columns of a file.
#[derive(Debug)]
pub(in crate::extract) enum FileColumns {
    /// Names in the file's order; the cells of a row come in the same order.
    InOrder(Vec<String>),
    /// Names in the file. The cells of a row are the declared columns in their order, then one for everything else.
    Named {
        names: Vec<String>,
        /// Rows of the file, if it states them.
        rows: Option<usize>,
        /// What else the file has that is not read, one sentence part each.
        remarks: Vec<String>,
    },
    /// Known only after the last record ([`FileKeys`]); cells as in `Named`.
    InRecords,
    /// The file has no bytes.
    Empty,
}

/// What rows are read for.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) enum Wanted<'a> {
    /// All cells: rows are also compared by their undeclared columns.
    All,
    /// The declared columns.
    Declared,
    /// These declared columns; the others may be empty.
    Only(&'a [usize]),
}

/// The pieces of a file, in its order.
pub(in crate::extract) trait Pieces: Send {
    /// The next piece; `None` at the end of the file.
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError>;
}

/// Some whole records of a file, not yet split into cells.
pub(in crate::extract) trait Piece: Send {
    /// Starts to find the cells; `width` is the number of columns in the file's rows.
    fn pages(self: Box<Self>, wanted: Wanted<'_>, width: usize) -> Result<Box<dyn Pages>, ArrowError>;
}

/// Where a record begins in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Place {
    /// Its line, or its number in a table, counted from 1. Records of JSON may share a line.
    pub(in crate::extract) line: u64,
    /// Its first byte, or its number in a table: no two records of a file have the same, and later ones have greater.
    pub(in crate::extract) byte_offset: u64,
}

/// The cells of a piece, page by page.
pub(in crate::extract) trait Pages {
    /// Moves to the next rows, at most `most`, and returns their number; `None` at the end. Records that have no cells
    /// are added to `rejects`.
    fn next_page(&mut self, most: usize, rejects: &mut Vec<Reject>) -> Result<Option<usize>, ArrowError>;

    /// The current page.
    fn page(&self) -> Page<'_>;

    /// The place of a row of the page in its file.
    fn place(&mut self, row: usize) -> Place;

    /// The line of a row of the page, or its number in a table, counted from 1.
    fn line(&mut self, row: usize) -> u64 {
        self.place(row).line
    }

    /// A rejected row of the page, with its place and its text; `None` if it turns out to be no record.
    fn reject(&mut self, row: usize, faults: Vec<Fault>) -> Result<Option<Reject>, ArrowError>;

    /// The lines of the piece, once all of its pages have been read; `None` if every line is a record.
    fn take_lines(&mut self) -> Option<FileLines> {
        None
    }

    /// The columns found in the records of all pages so far, for formats without a header.
    fn take_keys(&mut self) -> Option<FileKeys> {
        None
    }

    /// What was met in all pages so far that is not the fault of a row.
    fn take_notes(&mut self) -> Vec<Note> {
        Vec::new()
    }
}

/// A file that cannot be read.
#[derive(Debug)]
pub(in crate::extract) enum FormatError {
    /// The file cannot be opened or read.
    Io(io::Error),
    /// Its columns cannot be read.
    Header(String),
    /// Its content is not of the format.
    Content(String),
}

impl From<io::Error> for FormatError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
