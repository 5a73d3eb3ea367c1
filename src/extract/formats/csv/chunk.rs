//! A section of a file: whole records with their position, or what is shown of a record that cannot be read.

use crate::extract::frame::FileLines;

/// Why the end of a record could not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkFault {
    /// It is longer than the limit.
    RecordSize,
    /// A quote opens and does not close before the file ends.
    UnclosedQuote,
}

/// A section of a file: whole records, or the first line of one record whose end could not be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The bytes. Of a faulty record, at most what a reject shows.
    pub data: Vec<u8>,
    /// Position of the bytes in the file, counted from 0, including the byte order mark.
    pub byte_offset: u64,
    /// The physical line on which the bytes start; the file's first line is 1.
    pub first_line: u64,
    /// Set for a single record whose end could not be found.
    pub fault: Option<ChunkFault>,
    /// Whether that record began with a byte order mark, which is not in the bytes.
    pub is_marked: bool,
    /// Its lines, and those before it that are not records.
    pub lines: FileLines,
}
