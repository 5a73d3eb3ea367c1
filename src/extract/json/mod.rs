//! JSON lines and JSON documents: a file is cut into pieces of whole records, and each piece becomes records in the
//! decoder's own form, with their places, on whichever thread decodes it.

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
/// Bytes that pieces are cut at.
const PIECE: usize = 1 << 20;
/// What is kept of a record beyond the limit: more than a reject shows.
const SHOWN: usize = 64 << 10;

/// Some whole records of a file.
#[derive(Debug)]
pub(super) struct Piece {
    bytes: Vec<u8>,
    byte_offset: u64,
    line: u64,
    /// Where the records are; `None`: one in each line.
    elements: Option<Vec<Element>>,
    /// Whether its lines are the start of one that is beyond the limit.
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

/// Refuses text that is not UTF-8 by its first bytes.
pub(super) fn check_encoding(start: &[u8]) -> Result<(), &'static str> {
    match start {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b'{' | b'[', ..] | [b'{' | b'[', 0, ..] => {
            Err("it is UTF-16, and JSON is read as UTF-8: export it again as UTF-8")
        }
        _ => Ok(()),
    }
}
