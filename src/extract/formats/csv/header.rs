//! The header of a file.

use std::{error, fmt};

use super::{
    chunk::{Chunk, ChunkFault},
    dialect::Dialect,
    encoding::{TextEncoding, Width},
    readable::Readable,
    split::{Tokenizer, field_count},
};
use crate::extract::frame::{RowTable, unquote};

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
    let readable = Readable::new(Chunk { data: record.to_vec(), ..Chunk::default() }, dialect);
    let is_converted = dialect.foreign.is_some() || dialect.encoding.width() != Width::Bytes;
    let record = if is_converted { readable.data.trim_ascii_end() } else { &readable.data };
    // The chunker has already measured the header.
    let splitter = Dialect { max_record: record.len(), ..dialect.of_splitter() };
    let width = field_count(record, &splitter).ok_or(HeaderError::UnclosedQuote)?;
    let mut table = RowTable::default();
    Tokenizer::new(splitter, width, record).fill(record, 1, &mut table);
    let mut scratch = Vec::new();
    table
        .row(0)
        .windows(2)
        .map(|pair| {
            let cell = record.get(pair[0] as usize..pair[1] as usize - 1).unwrap_or_default();
            let name = unquote(cell, splitter.quote, &mut scratch);
            let name = std::str::from_utf8(name).map_err(|_| HeaderError::Encoding(dialect.encoding))?;
            Ok(name.trim_matches(' ').to_owned())
        })
        .collect()
}
