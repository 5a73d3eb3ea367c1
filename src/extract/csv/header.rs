//! The header of a file, and the position of each declared column in the file.

use std::{
    collections::{HashMap, HashSet},
    error, fmt,
};

use xxhash_rust::xxh3::xxh3_64;

use super::{
    chunk::{Chunk, ChunkFault, Dialect},
    encoding::TextEncoding,
    readable::Readable,
    split::{RowTable, Tokenizer, field_count, unquote},
};
use crate::source::Column;

/// A first record that cannot be read as a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It is longer than a record may be.
    TooLong,
    /// A quote opens and does not close.
    UnclosedQuote,
    /// It is not in the declared encoding.
    Encoding(TextEncoding),
    /// The file starts like one in another encoding, a compressed file, or another format.
    LooksLike {
        /// What it looks like.
        like: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
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
        match self {
            Self::TooLong => f.write_str("the header is longer than a record may be"),
            Self::UnclosedQuote => f.write_str("a quote in the header is never closed"),
            Self::Encoding(TextEncoding::Utf8) => f.write_str(
                "it is not valid UTF-8; older systems often export windows-1252: set `encoding: windows-1252`",
            ),
            Self::Encoding(encoding) => write!(f, "it is not valid {}", encoding.as_str()),
            Self::LooksLike { like, advice } => write!(f, "the file {like}: {advice}"),
        }
    }
}

impl error::Error for HeaderError {}

/// Checks the first bytes of a file for signs that it is not text in the declared encoding.
///
/// # Errors
/// The kind of file that it looks like.
pub fn check_head(head: &[u8], dialect: &Dialect) -> Result<(), HeaderError> {
    const OTHERS: [(&[u8], &str, &str); 6] = [
        (b"\x1F\x8B", "is compressed with gzip", "set `compression: gzip`, or end the file name in .gz"),
        (b"\x28\xB5\x2F\xFD", "is compressed with Zstandard", "set `compression: zstd`, or end the file name in .zst"),
        (b"\xFD7zXZ\0", "is compressed with xz", "set `compression: xz`, or end the file name in .xz"),
        (b"PK\x03\x04", "is a zip archive or a workbook", "set `format: { xlsx: {} }` if it is a workbook"),
        (b"PAR1", "is a Parquet file", "set `format: { parquet: {} }`"),
        (b"%PDF-", "is a PDF document", "ask for the data as CSV"),
    ];
    let looks_like = |like, advice| Err(HeaderError::LooksLike { like, advice });
    if let Some((_, like, advice)) = OTHERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return looks_like(like, advice);
    }
    if matches!(head, [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..]) {
        return looks_like("is compressed with bzip2", "set `compression: bzip2`, or end the file name in .bz2");
    }
    let marked = matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let utf16 = "set `encoding: utf-16`";
    match dialect.encoding {
        TextEncoding::Utf16 if !marked => {
            if head.len() < 2 || !head.contains(&0) {
                return looks_like("is not UTF-16", "declare its actual encoding, such as `encoding: utf-8`");
            }
            looks_like("has no byte order mark", "set `encoding: utf-16le` or `encoding: utf-16be`")
        }
        TextEncoding::Utf16Le if head.starts_with(b"\xFE\xFF") => looks_like("starts like utf-16be", utf16),
        TextEncoding::Utf16Be if head.starts_with(b"\xFF\xFE") => looks_like("starts like utf-16le", utf16),
        // In UTF-16, delimiters and line ends consist of a NUL byte and an ASCII byte.
        TextEncoding::Utf16Le | TextEncoding::Utf16Be if !head.is_empty() && !head.contains(&0) => {
            looks_like("is not UTF-16", "declare its actual encoding, such as `encoding: utf-8`")
        }
        TextEncoding::Utf16 | TextEncoding::Utf16Le | TextEncoding::Utf16Be => Ok(()),
        _ if dialect.encoding.is_single_byte() && head.starts_with(b"\xEF\xBB\xBF") => {
            looks_like("starts with the byte order mark of UTF-8", "set `encoding: utf-8`")
        }
        _ if marked => looks_like("starts with the byte order mark of UTF-16", utf16),
        _ => Ok(()),
    }
}

/// Splits the first record of a file into column names, without ASCII spaces around them.
pub fn parse_header(record: &[u8], dialect: &Dialect) -> Result<Vec<String>, HeaderError> {
    if let Some(at) = record.iter().position(|byte| *byte == 0) {
        let advice = if at % 2 == 1 { "set `encoding: utf-16le`" } else { "set `encoding: utf-16be`" };
        let advice = if record.iter().filter(|byte| **byte == 0).count() * 3 < record.len() {
            "check that it is a text file"
        } else {
            advice
        };
        return Err(HeaderError::LooksLike { like: "contains NUL bytes in its header, as UTF-16 does", advice });
    }
    let chunk = Chunk { data: record.to_vec(), byte_offset: 0, first_line: 1, fault: None, lines: Vec::new() };
    let readable = Readable::new(&chunk, dialect);
    let record = readable.as_ref().map_or(record, |readable| readable.chunk.data.trim_ascii_end());
    // The chunker has already measured the header.
    let splitter = Dialect { max_record: record.len(), ..dialect.of_splitter() };
    let width = field_count(record, &splitter).ok_or(HeaderError::UnclosedQuote)?;
    let mut table = RowTable::default();
    Tokenizer::new(splitter, width, record).fill(record, 1, &mut table);
    let mut scratch = Vec::new();
    let Some(row) = table.rows().next() else { return Ok(Vec::new()) };
    row.windows(2)
        .map(|pair| {
            let cell = record.get(pair[0] as usize..pair[1] as usize - 1).unwrap_or_default();
            let name = unquote(cell, splitter.quote, &mut scratch);
            let name = std::str::from_utf8(name).map_err(|_| HeaderError::Encoding(dialect.encoding))?;
            Ok(name.trim_matches(' ').to_owned())
        })
        .collect()
}

/// The differences between a header and the declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderMatch {
    /// Required columns that the file lacks.
    pub missing: Vec<String>,
    /// Optional columns that the file lacks.
    pub absent: Vec<String>,
    /// The file's undeclared columns.
    pub extra: Vec<String>,
    /// Names that appear more than once in the header.
    pub duplicated: Vec<String>,
    /// Declared columns that appear in the header under several of their names, with those names.
    pub ambiguous: Vec<(String, Vec<String>)>,
}

/// Each name of a header with its first position.
fn first_places(header: &[String]) -> HashMap<&str, usize> {
    let mut places = HashMap::with_capacity(header.len());
    for (place, name) in header.iter().enumerate() {
        places.entry(name.as_str()).or_insert(place);
    }
    places
}

/// The names that a header may use for a column.
fn names(spec: &Column) -> impl Iterator<Item = &str> {
    std::iter::once(spec.name.as_str()).chain(spec.aliases.iter().map(String::as_str))
}

impl HeaderMatch {
    /// Compares a header with the declared columns.
    pub fn new(header: &[String], declared: &[Column]) -> Self {
        let mut found = Self::default();
        let places = first_places(header);
        let mut known = HashSet::with_capacity(declared.len());
        for spec in declared {
            known.extend(names(spec));
            let mut there: Vec<String> =
                names(spec).filter(|name| places.contains_key(name)).map(str::to_owned).collect();
            there.dedup();
            match there.len() {
                0 if spec.optional => found.absent.push(spec.name.clone()),
                0 => found.missing.push(spec.name.clone()),
                1 => {}
                _ => found.ambiguous.push((spec.name.clone(), there)),
            }
        }
        let mut listed = HashSet::new();
        for (place, name) in header.iter().enumerate() {
            if places.get(name.as_str()) != Some(&place) {
                if listed.insert(name.as_str()) {
                    found.duplicated.push(name.clone());
                }
            } else if !known.contains(name.as_str()) {
                found.extra.push(name.clone());
            }
        }
        found
    }
}

/// The positions of the declared columns in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Number of columns in the file.
    pub(super) width: usize,
    /// For each declared column its position in the file; `None` for an optional one that the file lacks.
    pub(super) places: Vec<Option<usize>>,
    /// The order in which cells enter a row's hash: declared columns, then the others by name. An absent column enters
    /// as an empty cell, so that the row equals one from a file where the column exists and is empty.
    pub(super) hash_order: Vec<Option<usize>>,
    /// Whether `hash_order` is the file's own order.
    pub(super) in_hash_order: bool,
    /// Distinguishes rows from files with different undeclared columns.
    pub(super) hash_seed: u64,
}

impl Layout {
    /// Maps the declared columns to those of a header by name or alias; a name that appears twice maps to its first
    /// position. Fails with the differences if a required column is missing.
    pub fn new(header: &[String], declared: &[Column]) -> Result<Self, HeaderMatch> {
        let first = first_places(header);
        let places: Vec<Option<usize>> =
            declared.iter().map(|spec| names(spec).find_map(|name| first.get(name).copied())).collect();
        if places.iter().zip(declared).any(|(place, spec)| place.is_none() && !spec.optional) {
            return Err(HeaderMatch::new(header, declared));
        }
        let mut is_extra = vec![true; header.len()];
        places.iter().flatten().for_each(|place| is_extra[*place] = false);
        let mut extra: Vec<usize> = (0..header.len()).filter(|i| is_extra[*i]).collect();
        extra.sort_by(|a, b| header[*a].cmp(&header[*b]));
        let names: Vec<&str> = extra.iter().map(|i| header[*i].as_str()).collect();
        let hash_seed = if names.is_empty() { 0 } else { xxh3_64(names.join("\n").as_bytes()) };
        let hash_order: Vec<Option<usize>> = places.iter().copied().chain(extra.into_iter().map(Some)).collect();
        let in_hash_order = hash_order.iter().enumerate().all(|(i, place)| Some(i) == *place);
        Ok(Self { width: header.len(), places, hash_order, in_hash_order, hash_seed })
    }
}
