//! The header of a file where it comes again, as in files that were joined: it is not a row.

use super::dialect::Dialect;
use super::fields::fields;
use crate::extract::formats::text::without_mark;
use crate::source::{Column, ColumnType};

/// The header records of a file.
#[derive(Debug)]
pub(super) struct KnownHeader {
    dialect: Dialect,
    records: Vec<KnownRecord>,
    /// Whether one of them might keep the rules of the columns, so that it must be looked for among good rows. Mostly a
    /// column is not text, and a header that comes again is found among the few rejected rows.
    pub(super) may_load: bool,
}

#[derive(Debug)]
struct KnownRecord {
    /// As in the file, in UTF-8.
    raw: Vec<u8>,
    cells: Vec<String>,
    /// The bytes of its cells alone, and the most that a record with the same cells is likely to have.
    sizes: [usize; 2],
}

impl KnownHeader {
    /// The header of a file: each record as it is there, in UTF-8, with its cells. `names` are the names of the columns.
    pub(super) fn new(
        dialect: &Dialect,
        records: Vec<(Vec<u8>, Vec<String>)>,
        names: &[String],
        columns: &[Column],
    ) -> Self {
        let may_load = records.iter().any(|(_, cells)| may_load(cells, names, columns));
        let records = records.into_iter().map(|(raw, cells)| {
            let least = cells.iter().map(String::len).sum();
            let most = raw.len() + 4 * cells.len() + 8;
            KnownRecord { raw, cells, sizes: [least, most] }
        });
        Self { dialect: *dialect, records: records.collect(), may_load }
    }

    /// Whether a record is the header again, perhaps after a byte order mark or with other quotes.
    pub(super) fn is_again(&self, record: &[u8]) -> bool {
        self.records.iter().any(|known| {
            let [least, most] = known.sizes;
            // A single empty name says nothing about a line.
            let is_like = (least.max(1)..=most).contains(&record.len());
            is_like && (record == known.raw || self.has_cells(record, known))
        })
    }

    fn has_cells(&self, record: &[u8], known: &KnownRecord) -> bool {
        let first = known.cells.first().map(String::as_bytes).unwrap_or_default();
        let first = &first[..first.len().min(4)];
        let record = without_mark(record);
        if first.is_empty() && !record.starts_with(&known.raw[..known.raw.len().min(8)]) {
            return false;
        }
        let start = record.iter().position(|byte| !matches!(byte, b' ' | b'"' | b'\''));
        let start = start.map(|start| &record[start..]).unwrap_or_default();
        if !start.starts_with(first) {
            return false;
        }
        let cells = fields(&String::from_utf8_lossy(record), &self.dialect, &[]);
        // Delimiters at the end may come and go.
        let mut cells = cells.iter().map(|cell| cell.trim_matches(' '));
        known.cells.iter().all(|cell| cells.next() == Some(cell)) && cells.all(str::is_empty)
    }
}

/// Whether a record with these cells might be a good row.
fn may_load(cells: &[String], names: &[String], columns: &[Column]) -> bool {
    columns.iter().all(|spec| {
        let place = spec.names().find_map(|wanted| names.iter().position(|name| name == wanted));
        let cell = place.and_then(|place| cells.get(place)).map(String::as_str).unwrap_or_default();
        match spec.ty {
            ColumnType::String | ColumnType::Bool => true,
            // Every number, day and time has a digit.
            _ => {
                cell.is_empty()
                    || cell.bytes().any(|byte| byte.is_ascii_digit())
                    || spec.form.null_words.iter().any(|word| word == cell)
            }
        }
    })
}
