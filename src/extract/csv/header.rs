//! The header of a file, and where each declared column stands in the file.

use std::{error, fmt};

use xxhash_rust::xxh3::xxh3_64;

use super::{
    chunk::{ChunkFault, Dialect},
    split::{RowTable, Tokenizer, field_count, unquote},
};
use crate::extract::column::ColumnSpec;

/// A first record that cannot be read as a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It is longer than the longest record allowed.
    TooLong,
    /// A quote opens and does not close.
    UnclosedQuote,
    /// It is not valid UTF-8.
    Encoding,
}

impl From<ChunkFault> for HeaderError {
    fn from(fault: ChunkFault) -> Self {
        match fault {
            ChunkFault::RecordSize => Self::TooLong,
            ChunkFault::UnclosedQuote => Self::UnclosedQuote,
        }
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the header is longer than the longest record allowed",
            Self::UnclosedQuote => "a quote in the header is never closed",
            Self::Encoding => "the header is not valid UTF-8",
        })
    }
}

impl error::Error for HeaderError {}

/// Splits the first record of a file into column names. ASCII spaces around a name do not count.
pub fn parse_header(record: &[u8], dialect: &Dialect) -> Result<Vec<String>, HeaderError> {
    let width = field_count(record, dialect).ok_or(HeaderError::UnclosedQuote)?;
    // The header has been measured by the chunker.
    let dialect = Dialect { max_record: record.len(), ..*dialect };
    let mut table = RowTable::default();
    Tokenizer::new(dialect, width, record).fill(record, 1, &mut table);
    let mut scratch = Vec::new();
    let Some(row) = table.rows().next() else { return Ok(Vec::new()) };
    row.windows(2)
        .map(|pair| {
            let cell = record.get(pair[0] as usize..pair[1] as usize - 1).unwrap_or_default();
            let name = unquote(cell, dialect.quote, &mut scratch);
            let name = std::str::from_utf8(name).map_err(|_| HeaderError::Encoding)?;
            Ok(name.trim_matches(' ').to_owned())
        })
        .collect()
}

/// How a header differs from the declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderMatch {
    /// Declared columns that the file does not have and must have.
    pub missing: Vec<String>,
    /// Declared columns that the file does not have and need not have.
    pub absent: Vec<String>,
    /// The file's columns that are not declared.
    pub extra: Vec<String>,
    /// Names that the header holds more than once.
    pub duplicated: Vec<String>,
}

impl HeaderMatch {
    /// Compares a header with the declared columns.
    pub fn new(header: &[String], declared: &[ColumnSpec]) -> Self {
        let mut found = Self::default();
        for spec in declared.iter().filter(|spec| !header.contains(&spec.name)) {
            let list = if spec.optional { &mut found.absent } else { &mut found.missing };
            list.push(spec.name.clone());
        }
        for (i, name) in header.iter().enumerate() {
            if header[..i].contains(name) {
                if !found.duplicated.contains(name) {
                    found.duplicated.push(name.clone());
                }
            } else if !declared.iter().any(|spec| spec.name == *name) {
                found.extra.push(name.clone());
            }
        }
        found
    }
}

/// Where the declared columns stand in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Columns in the file.
    pub(super) width: usize,
    /// For each declared column its place in the file; `None` for an optional one that the file does not have.
    pub(super) places: Vec<Option<usize>>,
    /// The order in which cells enter a row's hash: declared columns, then the others by name. An absent column enters
    /// as an empty cell, so that the row is the same in a file that has the column and leaves it empty.
    pub(super) hash_order: Vec<Option<usize>>,
    /// Whether `hash_order` is the file's own order.
    pub(super) in_hash_order: bool,
    /// Keeps rows apart that come from files with different undeclared columns.
    pub(super) hash_seed: u64,
}

impl Layout {
    /// Maps the declared columns to a header's by name, the first of a duplicated name. Fails with the differences if
    /// a declared column is missing that is not optional.
    pub fn new(header: &[String], declared: &[ColumnSpec]) -> Result<Self, HeaderMatch> {
        let places: Vec<Option<usize>> =
            declared.iter().map(|spec| header.iter().position(|name| *name == spec.name)).collect();
        if places.iter().zip(declared).any(|(place, spec)| place.is_none() && !spec.optional) {
            return Err(HeaderMatch::new(header, declared));
        }
        let mut extra: Vec<usize> = (0..header.len()).filter(|i| !places.contains(&Some(*i))).collect();
        extra.sort_by(|a, b| header[*a].cmp(&header[*b]));
        let names: Vec<&str> = extra.iter().map(|i| header[*i].as_str()).collect();
        let hash_seed = if names.is_empty() { 0 } else { xxh3_64(names.join("\n").as_bytes()) };
        let hash_order: Vec<Option<usize>> = places.iter().copied().chain(extra.into_iter().map(Some)).collect();
        let in_hash_order = hash_order.iter().enumerate().all(|(i, place)| Some(i) == *place);
        Ok(Self { width: header.len(), places, hash_order, in_hash_order, hash_seed })
    }
}
