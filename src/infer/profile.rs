//! The evidence from all files of one source, in any format: rows of UTF-8 cells go in, columns and keys come out.

use std::collections::{BTreeMap, HashSet};

use super::column::ColumnProfile;
use super::encoding::Bytes;
use super::inside::Seen;
use super::keys::Keys;
use super::odd::{OddLine, OddLines};
use super::totals::Totals;
use crate::source::ColumnType;

/// All evidence kept of a source's rows.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// Names of the columns as in the files.
    pub(super) names: Vec<String>,
    /// For each column, its other names in the files.
    pub(super) aliases: Vec<Vec<String>>,
    /// The evidence about each column.
    pub(super) columns: Vec<ColumnProfile>,
    /// For each column, what is inside its lists and objects.
    pub(super) inside: Vec<Seen>,
    /// For each column, the type that the file itself states, as Parquet does.
    pub(super) stated: Vec<Option<ColumnType>>,
    /// For each column, whether some file lacks it.
    pub(super) lacking: Vec<bool>,
    /// Columns that may identify a row.
    pub(super) keys: Keys,
    pub(super) rows: u64,
    /// Rows of each file.
    pub(super) rows_of: Vec<u64>,
    /// Records with another number of fields, or with unclosed quotes.
    pub(super) misfits: u64,
    /// Records with line breaks inside quotes: those that fit, and those that do not.
    pub(super) broken_lines: (u64, u64),
    /// Statistics of the bytes, for the encoding.
    pub(super) bytes: Bytes,
    /// Lines that are not records.
    pub(super) odd: OddLines,
    /// Rows of workbooks that are not records: no declaration leaves them out.
    pub(super) no_rows: OddLines,
    /// Those of the lines before the header that look like records.
    pub(super) left_out: Vec<OddLine>,
    /// Lines before the header or the first record.
    pub(super) preamble: Vec<OddLine>,
    /// Rows that load and look like totals.
    pub(super) totals: Totals,
    /// Records of JSON in other lists than the one that is read, by path.
    pub(super) other_lists: BTreeMap<String, u64>,
    /// Lines that look like totals and are records: file and line.
    pub(super) exempt: HashSet<(u16, u64)>,
    /// Rows whose last fields are missing.
    pub(super) short_rows: u64,
    /// Records of other types than the table's, and those that name its columns.
    pub(super) other_types: BTreeMap<String, u64>,
    pub(super) type_headers: u64,
    /// Bytes of content read.
    pub(super) bytes_read: u64,
    cells: Vec<Vec<u8>>,
}

impl Profile {
    /// Adds a column whose cells so far were empty. Returns its index.
    pub(super) fn add_column(&mut self, name: String) -> usize {
        self.names.push(name);
        self.aliases.push(Vec::new());
        self.columns.push(ColumnProfile { empty: self.rows, ..ColumnProfile::default() });
        self.inside.push(Seen::default());
        self.stated.push(None);
        self.lacking.push(false);
        self.cells.push(Vec::new());
        self.columns.len() - 1
    }

    /// The column of this name, added if it is new.
    pub(super) fn column(&mut self, name: &str) -> usize {
        let known = |at: &usize| self.names[*at] == name || self.aliases[*at].iter().any(|alias| alias == name);
        match (0..self.names.len()).find(known) {
            Some(at) => at,
            None => self.add_column(name.to_owned()),
        }
    }

    /// The buffer for a cell of the current row.
    pub(super) fn cell(&mut self, column: usize) -> &mut Vec<u8> {
        &mut self.cells[column]
    }

    /// Adds the current row of a file of lines, and judges whether it is a total. `at` is its line and text.
    pub(super) fn end_line(&mut self, file: u16, at: impl FnOnce() -> (u64, String)) {
        self.totals.take(file, &self.cells, at);
        self.end_row(file);
    }

    /// Whether the current row, which is not added, has sums of the rows above.
    pub(super) fn is_sum(&mut self) -> bool {
        let is_sum = self.totals.is_sum(&self.cells);
        self.cells.iter_mut().for_each(Vec::clear);
        is_sum
    }

    /// Adds the current row.
    pub(super) fn end_row(&mut self, file: u16) {
        for (column, cell) in self.columns.iter_mut().zip(&self.cells) {
            column.take(cell);
        }
        self.keys.take(file, &self.cells);
        self.cells.iter_mut().for_each(Vec::clear);
        self.rows += 1;
        let file = usize::from(file);
        if self.rows_of.len() <= file {
            self.rows_of.resize(file + 1, 0);
        }
        self.rows_of[file] += 1;
    }
}
