//! JSON lines and JSON documents. A file is cut into pieces of whole records. Any thread turns a piece into records in
//! the decoder's own form, with their places.

mod document;
mod keys;
mod lines;
mod record;
mod syntax;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub(super) use document::{Document, DocumentError};
pub(super) use keys::Keys;
pub(super) use lines::Lines;
pub(super) use record::Converter;

/// The longest record, in bytes.
const MAX_RECORD: usize = 1 << 20;
/// Approximate bytes per piece.
const PIECE: usize = 1 << 20;
/// Bytes kept of a record beyond the limit: more than a reject shows.
const SHOWN: usize = 64 << 10;

/// A number of whole records of a file.
#[derive(Debug)]
pub(super) struct Piece {
    bytes: Vec<u8>,
    byte_offset: u64,
    line: u64,
    /// The elements; `None` if each line is a record.
    elements: Option<Vec<Element>>,
    /// Whether the data are the start of a line beyond the limit.
    too_long: bool,
}

/// An element of a document's array.
#[derive(Debug)]
struct Element {
    range: Range<usize>,
    line: u64,
    byte_offset: u64,
    too_long: bool,
}

/// Refuses text that is visibly not UTF-8 in its first bytes.
pub(super) fn check_encoding(start: &[u8]) -> Result<(), &'static str> {
    match start {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b'{' | b'[', ..] | [b'{' | b'[', 0, ..] => {
            Err("it is UTF-16, but JSON is read as UTF-8: export it again as UTF-8")
        }
        _ => Ok(()),
    }
}
