//! The header of a file.

use std::{error, fmt};

use memchr::memchr;

use super::{
    chunk::{Chunk, ChunkFault},
    dialect::Dialect,
    readable::Readable,
    split::{FaultKind, Tokenizer, field_count},
};
use crate::extract::formats::text::{OtherKind, TextEncoding, Width, likely_encoding};
use crate::extract::frame::{RowTable, unquote};

/// A first record that cannot be read as a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It is longer than a record may be.
    TooLong,
    /// A quote opens and does not close.
    UnclosedQuote,
    /// The file ends before it has as many records.
    TooFew {
        /// Its records.
        found: usize,
        /// The declared number.
        wanted: u32,
    },
    /// It is not in the declared encoding.
    Encoding {
        declared: TextEncoding,
        /// What its bytes look like.
        like: TextEncoding,
    },
    /// A line end is amid it.
    LoneReturn,
    /// It is not text in the declared encoding.
    OtherKind(OtherKind),
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
            Self::TooFew { found, wanted } => {
                write!(f, "header_lines: {wanted}, and the file has {found} of them")
            }
            Self::Encoding { declared: TextEncoding::Utf8, like } => {
                let like = like.as_str();
                write!(f, "it is not valid UTF-8; its bytes look like {like}: set `encoding: {like}`")
            }
            Self::Encoding { declared, like } if declared == like => {
                write!(f, "it is not valid {}", declared.as_str())
            }
            Self::Encoding { declared, like } => {
                let (declared, like) = (declared.as_str(), like.as_str());
                write!(f, "it is not valid {declared}; its bytes look like {like}: set `encoding: {like}`")
            }
            Self::LoneReturn => f.write_str(
                "it contains a carriage return (CR) without a line feed: if lines end so, set `line_ends: any`",
            ),
            Self::OtherKind(kind) => kind.fmt(f),
        }
    }
}

impl error::Error for HeaderError {}

/// Splits the first record of a file into column names, without ASCII spaces around them.
pub fn parse_header(written: &[u8], dialect: &Dialect) -> Result<Vec<String>, HeaderError> {
    if let Some(at) = written.iter().position(|byte| *byte == 0) {
        let advice = if at % 2 == 1 { "set `encoding: utf-16le`" } else { "set `encoding: utf-16be`" };
        let advice = if written.iter().filter(|byte| **byte == 0).count() * 3 < written.len() {
            "check that it is a text file"
        } else {
            advice
        };
        let like = "contains NUL bytes in its header, as UTF-16 does";
        return Err(HeaderError::OtherKind(OtherKind { like, advice }));
    }
    let readable = Readable::new(Chunk { data: written.to_vec(), ..Chunk::default() }, dialect, None, &[]);
    let is_converted = dialect.foreign.is_some() || dialect.encoding.width() != Width::Bytes;
    let record = if is_converted { readable.data.trim_ascii_end() } else { &readable.data };
    // The chunker has already measured the header.
    let splitter = Dialect { max_record: record.len(), ..dialect.of_splitter() };
    let width = field_count(record, &splitter).ok_or(HeaderError::UnclosedQuote)?;
    let mut table = RowTable::default();
    let mut tokenizer = Tokenizer::new(splitter, width, record);
    tokenizer.fill(record, 1, &mut table);
    if tokenizer.faults.iter().any(|fault| fault.kind == FaultKind::LoneReturn) {
        return Err(HeaderError::LoneReturn);
    }
    let mut scratch = Vec::new();
    table
        .row(0)
        .windows(2)
        .map(|pair| {
            let cell = record.get(pair[0] as usize..pair[1] as usize - 1).unwrap_or_default();
            let outside = cell.iter().rposition(|byte| *byte == splitter.quote).map_or(cell, |quote| &cell[quote..]);
            let is_quoted = cell.first() == Some(&splitter.quote);
            if memchr(b'\r', if is_quoted { outside } else { cell }).is_some() {
                return Err(HeaderError::LoneReturn);
            }
            let name = unquote(cell, splitter.quote, &mut scratch);
            let other = |_| HeaderError::Encoding { declared: dialect.encoding, like: likely_encoding(written) };
            let name = std::str::from_utf8(name).map_err(other)?;
            Ok(name.trim_matches(' ').to_owned())
        })
        .collect()
}
