//! The header of a file where it comes again, as in files that were joined: it is not a row.

use super::dialect::Dialect;
use super::fields::fields;
use crate::extract::formats::text::without_mark;
use crate::invisible::as_seen;
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

/// How a record names the columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// As the header does.
    Same,
    /// With the same names in another order: these.
    Reordered(Vec<String>),
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

    /// Whether a record is the header again, perhaps after a byte order mark, with other quotes, blanks or case.
    pub(super) fn again(&self, record: &[u8]) -> Option<Again> {
        self.records.iter().find_map(|known| {
            let [least, most] = known.sizes;
            // A single empty name says nothing about a line.
            let is_like = (least.max(1)..=most).contains(&record.len());
            match is_like {
                true if record == known.raw => Some(Again::Same),
                true => self.names(record, known),
                false => None,
            }
        })
    }

    fn names(&self, record: &[u8], known: &KnownRecord) -> Option<Again> {
        let record = without_mark(record);
        let begins = |name: &String| !name.is_empty() && starts_like(record, name);
        let begins_unnamed =
            || known.cells.first().is_some_and(String::is_empty) && record.starts_with(&known.raw[..1]);
        if !known.cells.iter().any(begins) && !begins_unnamed() {
            return None;
        }
        let mut cells = fields(&String::from_utf8_lossy(record), &self.dialect, &[]);
        // Delimiters at the end may come and go.
        while cells.len() > known.cells.len() && cells.pop_if(|cell| cell.is_empty()).is_some() {}
        cells.resize(cells.len().max(known.cells.len()), String::new());
        if cells.len() != known.cells.len() {
            return None;
        }
        if cells.iter().zip(&known.cells).all(|(cell, name)| plain(cell) == plain(name)) {
            return Some(Again::Same);
        }
        let in_order = |names: &[String]| {
            let mut names: Vec<String> = names.iter().map(|name| plain(name)).collect();
            names.sort();
            names
        };
        (in_order(&cells) == in_order(&known.cells)).then_some(Again::Reordered(cells))
    }
}

/// A name without what differs between headers of the same columns: case, and blanks around it.
fn plain(name: &str) -> String {
    as_seen(name).trim_matches(|c: char| c.is_whitespace() || c == '"').to_lowercase()
}

/// Whether the first cell of a record may be this name. Mostly a record is known not to be a header by its first bytes.
fn starts_like(record: &[u8], name: &str) -> bool {
    let start = record.iter().position(|byte| !matches!(byte, b' ' | b'"' | b'\''));
    let start = start.map(|start| &record[start..]).unwrap_or_default();
    match (start.first(), name.as_bytes().first()) {
        (Some(found), Some(wanted)) if found.is_ascii() && wanted.is_ascii() => {
            let length = name.bytes().take_while(u8::is_ascii).take(4).count();
            start.len() >= length && start[..length].eq_ignore_ascii_case(&name.as_bytes()[..length])
        }
        // Letters beyond ASCII have a case too.
        (Some(found), Some(_)) => !found.is_ascii(),
        _ => false,
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
