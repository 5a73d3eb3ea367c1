//! CSV and its relatives: text with a sign between the fields.
//!
//! The path of a file: its bytes go block by block into a [`Chunker`], which removes the header and cuts the rest into
//! [`Chunk`]s of whole records. [`CsvPages`] splits a chunk into cells, on any thread.
//!
//! Quotes follow the usual rules, which the file `quoting` states and applies for every step. Records end at `\n` or
//! `\r\n`; a lone `\r` is data. Blank lines are not rows. Two faults make record boundaries doubtful: a record longer
//! than the limit, and a quote that is not closed where a field ends. Every step treats them alike: the record becomes
//! one reject, made of its first line, and reading continues at the next line.

mod chunk;
mod chunker;
mod declared;
mod dialect;
mod fields;
mod header;
mod pages;
mod quoting;
mod readable;
mod split;
mod walk;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;

use crate::config::CsvFormat;
use crate::extract::extract_file::ExtractFile;
use crate::extract::formats::text::check_head;
use crate::extract::frame::{FileColumns, Format, FormatError, Piece, Pieces, RecordText, Signs};
use crate::source::Column;

pub(crate) use dialect::Dialect;
pub(crate) use walk::{Field, Walk, Walked};

use chunk::Chunk;
use chunker::Chunker;
use dialect::NO_QUOTE;
use header::parse_header;
use pages::CsvPiece;

/// Bytes read at a time to find a header.
const HEADER_BYTES: usize = 64 << 10;
/// Bytes read at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// The files of a source.
#[derive(Debug)]
pub(super) struct Csv {
    dialect: Dialect,
    /// Names of the columns, for files without a header.
    declared: Vec<String>,
}

impl Csv {
    /// `None` if the declared signs are unusable.
    pub(super) fn new(declared: &CsvFormat, columns: &[Column]) -> Option<Self> {
        let dialect = declared::dialect(declared);
        let names = columns.iter().map(|column| column.name.clone()).collect();
        dialect.is_sound().then_some(Self { dialect, declared: names })
    }
}

impl Format for Csv {
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError> {
        let unfit = |reason: &dyn std::fmt::Display| FormatError::Header(reason.to_string());
        let mut opened = file.open()?;
        let mut chunker = Chunker::new(Dialect { chunk_size: HEADER_BYTES, ..self.dialect });
        let mut is_first = true;
        while chunker.header().is_none() {
            let block = read_block(&mut opened, HEADER_BYTES)?;
            if is_first {
                if block.is_empty() {
                    return Ok(FileColumns::Empty);
                }
                check_head(&block, self.dialect.encoding).map_err(|error| unfit(&error))?;
                if !self.dialect.header {
                    return Ok(FileColumns::InOrder(self.declared.clone()));
                }
            }
            is_first = false;
            chunker.push(&block);
            if block.is_empty() {
                chunker.finish();
                break;
            }
        }
        if let Some(broken) = chunker.broken() {
            return Err(unfit(&broken));
        }
        let Some(record) = chunker.header() else { return Ok(FileColumns::Empty) };
        let names = record.and_then(|record| parse_header(record, &self.dialect));
        names.map(FileColumns::InOrder).map_err(|error| unfit(&error))
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        let (dialect, chunker) = (self.dialect, Chunker::new(self.dialect));
        Ok(Box::new(CsvPieces { input: file.open()?, dialect, chunker, ready: VecDeque::new(), has_ended: false }))
    }

    fn encoding(&self) -> Option<&'static str> {
        Some(self.dialect.encoding.as_str())
    }

    fn signs(&self) -> Signs {
        let Dialect { delimiter, quote, .. } = self.dialect;
        Signs { delimiter, quote: if quote == NO_QUOTE { b'"' } else { quote } }
    }

    fn records(self: Arc<Self>) -> Option<Arc<dyn RecordText>> {
        Some(self)
    }
}

impl RecordText for Csv {
    fn piece(&self, raw: &str) -> Box<dyn Piece> {
        fields::piece(raw, &self.dialect)
    }

    fn fields(&self, raw: &str) -> Vec<String> {
        fields::fields(raw, &self.dialect)
    }
}

/// A file being cut into chunks.
struct CsvPieces {
    input: Box<dyn Read + Send>,
    dialect: Dialect,
    chunker: Chunker,
    ready: VecDeque<Chunk>,
    has_ended: bool,
}

impl Pieces for CsvPieces {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Ok(Some(Box::new(CsvPiece { chunk, dialect: self.dialect })));
            }
            if self.has_ended {
                return Ok(None);
            }
            let block = read_block(&mut self.input, BLOCK_BYTES)?;
            self.has_ended = block.is_empty();
            let chunks = if self.has_ended { self.chunker.finish() } else { self.chunker.push(&block) };
            if let Some(broken) = self.chunker.broken() {
                return Err(FormatError::Content(broken.to_string()));
            }
            self.ready.extend(chunks);
        }
    }
}

/// The next bytes of a file; none at its end.
fn read_block(input: &mut Box<dyn Read + Send>, size: usize) -> io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(size);
    input.take(size as u64).read_to_end(&mut block)?;
    Ok(block)
}

#[cfg(any(test, fuzzing))]
pub(in crate::extract) mod fuzzing;

#[cfg(test)]
mod chunk_tests;
#[cfg(test)]
mod decode_tests;
#[cfg(test)]
mod dialect_tests;
#[cfg(test)]
#[path = "../../../../fuzz/check.rs"]
mod fuzz_check;
#[cfg(test)]
pub(crate) mod quoting_tests;
#[cfg(test)]
mod split_tests;
