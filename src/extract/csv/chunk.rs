//! A section of a file: whole records with their position, or what is shown of a record that cannot be read.

use memchr::memchr_iter;

pub use super::dialect::Dialect;

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
    /// If the records were rewritten: the start of each one here, and its line in the file.
    pub lines: Vec<(usize, u64)>,
}

impl Chunk {
    /// The line of the file on which the record at `start` begins.
    pub fn line_at(&self, start: usize) -> u64 {
        match self.lines.binary_search_by_key(&start, |line| line.0) {
            Ok(at) => self.lines[at].1,
            Err(_) => {
                let before = self.data.get(..start).unwrap_or(&self.data);
                self.first_line + memchr_iter(b'\n', before).count() as u64
            }
        }
    }
}
