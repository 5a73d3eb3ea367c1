//! CSV and its relatives: text with a sign between the fields.
//!
//! The path of a file: its bytes go block by block into a [`Chunker`], which removes the header and cuts the rest into
//! [`Chunk`]s of whole records. [`CsvPages`] splits a chunk into cells, on any thread.
//!
//! Quotes follow the usual rules, which the file `quoting` states and applies for every step. Records end at `\n` or
//! `\r\n`; a lone `\r` is data, unless `line_ends` says that it ends lines. Blank lines are not rows. Two faults make record
//! boundaries doubtful: a record longer than the limit, and a quote that is not closed where a field ends. Every step treats
//! them alike: the record becomes one reject, made of its first line, and reading continues at the next line.

mod chunk;
mod chunker;
mod declared;
mod dialect;
mod fields;
mod header;
mod known_header;
mod pages;
mod quoting;
mod readable;
mod sieve;
mod split;
mod walk;

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, Read};
use std::sync::Arc;

use crate::config::{CsvFormat, NamesFrom};
use crate::extract::extract_file::ExtractFile;
use crate::extract::formats::text::{check_head, check_line_ends, column_names};
use crate::extract::frame::{
    EndNotes, FileColumns, FileLines, Format, FormatError, Piece, Pieces, RecordText, Signs, Sizes,
};
use crate::source::{Column, OtherTypes};

pub(crate) use declared::can_hold;
pub(crate) use dialect::Dialect;
pub(crate) use walk::{Field, Walk, Walked};

use chunk::Chunk;
use chunker::Chunker;
use dialect::NO_QUOTE;
use header::{HeaderError, parse_header};
use known_header::KnownHeader;
use pages::{CsvPiece, OfFile, piece};
use readable::Readable;
use sieve::{Sieve, Sifting};

/// Bytes read at a time to find a header.
const HEADER_BYTES: usize = 64 << 10;

/// The files of a source.
#[derive(Clone, Debug)]
pub(super) struct Csv {
    dialect: Dialect,
    /// Bytes read at a time.
    block: usize,
    /// The columns; their names are those of files without a header.
    columns: Arc<[Column]>,
    /// Which header record names the columns.
    names_from: NamesFrom,
    /// Which records are rows, if that is declared.
    sieve: Option<Arc<Sieve>>,
    /// Null words with an escape, which are compared before it is removed.
    nulls: Arc<[Box<[u8]>]>,
}

impl Csv {
    /// `None` if the declared signs are unusable.
    pub(super) fn new(declared: &CsvFormat, columns: &[Column], others: &OtherTypes) -> Option<Self> {
        let dialect = declared::dialect(declared);
        let names_from = declared.names_from.as_ref().map(|from| from.value).unwrap_or_default();
        let sieve = Sieve::new(declared, others)?.map(Arc::new);
        let words = columns.iter().flat_map(|column| &column.form.null_words).map(|word| word.as_bytes());
        let has_escape = |word: &&[u8]| dialect.signs().escape.is_some_and(|escape| word.contains(&escape));
        let nulls: BTreeSet<&[u8]> = words.filter(has_escape).collect();
        let nulls = nulls.into_iter().map(Into::into).collect();
        let block = Sizes::default().block;
        dialect.is_sound().then(|| Self { dialect, block, columns: columns.into(), names_from, sieve, nulls })
    }

    /// The columns of a file whose header has these records.
    fn of_header(&self, records: &[Vec<u8>]) -> Result<FileColumns, FormatError> {
        let unfit = |reason: &dyn std::fmt::Display| FormatError::Header(reason.to_string());
        let lines = records.iter().map(|record| parse_header(record, &self.dialect));
        let lines = lines.collect::<Result<Vec<_>, HeaderError>>().map_err(|error| unfit(&error))?;
        let names = self.names(lines);
        if let Some(Err(column)) = self.sieve.as_ref().map(|sieve| sieve.place(&names)) {
            return Err(unfit(&format!("it has no column `{column}`, which record_type names")));
        }
        Ok(FileColumns::InOrder(names))
    }

    /// The names of the columns, from the cells of the header's records.
    fn names(&self, lines: Vec<Vec<String>>) -> Vec<String> {
        let mut names = column_names(lines, self.names_from);
        let trims = self.sieve.as_ref().is_some_and(|sieve| sieve.trims);
        while trims && names.pop_if(|name| name.is_empty()).is_some() {}
        names
    }

    fn declared_names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// The columns of a file in which records of a type of their own name them: the first one does.
    fn by_header_type(&self, file: &ExtractFile, sieve: &Sieve) -> Result<FileColumns, FormatError> {
        let mut opened = file.open()?;
        let dialect = Dialect { chunk_size: HEADER_BYTES, ..self.dialect };
        let mut chunker = Chunker::sifting(dialect, self.sieve.clone());
        let place = sieve.place(&[]).unwrap_or_default();
        let mut is_first = true;
        loop {
            let block = read_block(&mut opened, HEADER_BYTES)?;
            if is_first {
                if block.is_empty() {
                    return Ok(FileColumns::Empty);
                }
                let Dialect { encoding, line_ends, .. } = self.dialect;
                check_head(&block, encoding).map_err(|error| FormatError::Header(error.to_string()))?;
                check_line_ends(&block, encoding, line_ends).map_err(|error| FormatError::Header(error.to_string()))?;
            }
            is_first = false;
            let chunks = if block.is_empty() { chunker.finish() } else { chunker.push(&block) };
            if let Some(broken) = chunker.broken() {
                return Err(FormatError::Header(broken.to_string()));
            }
            for chunk in chunks {
                let sifting = Sifting { sieve, place, width: 0 };
                let FileLines { headers, .. } = Readable::new(chunk, &self.dialect, Some(sifting), &[]).lines;
                if let Some((_, names)) = headers.into_iter().min_by_key(|(line, _)| *line) {
                    return Ok(FileColumns::InOrder(self.names(vec![names])));
                }
            }
            if block.is_empty() {
                let reason = "no record is of the type that names the columns (`header` of record_type)";
                return Err(FormatError::Header(reason.to_owned()));
            }
        }
    }
}

impl Format for Csv {
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError> {
        if let Some(sieve) = self.sieve.as_deref().filter(|sieve| sieve.has_header_type()) {
            return self.by_header_type(file, sieve);
        }
        let unfit = |reason: &dyn std::fmt::Display| FormatError::Header(reason.to_string());
        let mut opened = file.open()?;
        let dialect = Dialect { chunk_size: HEADER_BYTES, ..self.dialect };
        let mut chunker = Chunker::sifting(dialect, self.sieve.clone());
        let mut is_first = true;
        while chunker.headers().is_none() {
            let block = read_block(&mut opened, HEADER_BYTES)?;
            if is_first {
                if block.is_empty() {
                    return Ok(FileColumns::Empty);
                }
                let Dialect { encoding, line_ends, .. } = self.dialect;
                check_head(&block, encoding).map_err(|error| unfit(&error))?;
                check_line_ends(&block, encoding, line_ends).map_err(|error| unfit(&error))?;
                if !self.dialect.header {
                    return Ok(FileColumns::InOrder(self.declared_names()));
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
        let Some(records) = chunker.headers() else { return Ok(FileColumns::Empty) };
        self.of_header(records.map_err(|error| unfit(&error))?)
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        let chunker = Chunker::sifting(self.dialect, self.sieve.clone());
        let (input, csv) = (file.open()?, self.clone());
        let pieces = CsvPieces { input, csv, chunker, of_file: None, ready: VecDeque::new(), has_ended: false };
        Ok(Box::new(pieces))
    }

    #[cfg(any(test, fuzzing))]
    fn in_sizes(&self, sizes: Sizes, longest: usize) -> Option<Arc<dyn Format>> {
        let dialect = Dialect { chunk_size: sizes.piece, max_record: longest, ..self.dialect };
        Some(Arc::new(Self { dialect, block: sizes.block, ..self.clone() }))
    }

    fn lines(&self, text: &str) -> Option<Box<dyn Piece>> {
        // Each line by itself: a quote that opens in one of them does not reach the next one.
        let dialect = Dialect { newlines_in_values: false, ..self.dialect };
        let sieve = self.sieve.as_ref().map(|sieve| Arc::new(sieve.of_lines()));
        let place = sieve.as_ref().and_then(|sieve| sieve.place(&[]).ok().flatten());
        let nulls = Arc::clone(&self.nulls);
        Some(piece(text, &dialect, OfFile { sieve, place, header: None, nulls }))
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
    fn piece(&self, raw: &str, names: &[String]) -> Box<dyn Piece> {
        let sieve = self.sieve.as_ref().map(|sieve| Arc::new(sieve.of_record()));
        let place = sieve.as_ref().and_then(|sieve| sieve.place(names).ok().flatten());
        piece(raw, &self.dialect, OfFile { sieve, place, nulls: Arc::clone(&self.nulls), ..OfFile::default() })
    }

    fn fields(&self, raw: &str) -> Vec<String> {
        fields::fields(raw, &self.dialect, &self.nulls)
    }
}

/// A file being cut into chunks.
struct CsvPieces {
    input: Box<dyn Read + Send>,
    csv: Csv,
    chunker: Chunker,
    /// Known once the header has passed.
    of_file: Option<OfFile>,
    ready: VecDeque<Chunk>,
    has_ended: bool,
}

impl Pieces for CsvPieces {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                let of_file = self.of_file();
                return Ok(Some(Box::new(CsvPiece { chunk, dialect: self.csv.dialect, of_file })));
            }
            if self.has_ended {
                let notes = self.chunker.take_end_notes();
                return Ok((!notes.is_empty()).then(|| Box::new(EndNotes(notes)) as _));
            }
            let block = read_block(&mut self.input, self.csv.block)?;
            self.has_ended = block.is_empty();
            let chunks = if self.has_ended { self.chunker.finish() } else { self.chunker.push(&block) };
            if let Some(broken) = self.chunker.broken() {
                return Err(FormatError::Content(broken.to_string()));
            }
            debug_assert!(self.chunker.is_bounded(), "the chunker holds back too much");
            self.ready.extend(chunks);
        }
    }
}

impl CsvPieces {
    /// What is known about the file, by the time that records follow.
    fn of_file(&mut self) -> OfFile {
        let Self { csv, chunker, .. } = self;
        let found = self.of_file.get_or_insert_with(|| {
            let header = chunker.headers().and_then(Result::ok).map(|records| {
                let records = records.iter().filter_map(|record| {
                    let cells = parse_header(record, &csv.dialect).ok()?;
                    let is_late = csv.dialect.recodes_late();
                    let raw = if is_late { csv.dialect.encoding.recode(record).into_owned() } else { record.clone() };
                    Some((raw, cells))
                });
                records.collect::<Vec<_>>()
            });
            let names = match &header {
                Some(records) => csv.names(records.iter().map(|(_, cells)| cells.clone()).collect()),
                None => csv.declared_names(),
            };
            let place = csv.sieve.as_ref().and_then(|sieve| sieve.place(&names).ok().flatten());
            let header = header.map(|records| Arc::new(KnownHeader::new(&csv.dialect, records, &names, &csv.columns)));
            OfFile { sieve: csv.sieve.clone(), place, header, nulls: Arc::clone(&csv.nulls) }
        });
        found.clone()
    }
}

/// The next bytes of a file; none at its end.
fn read_block(input: &mut Box<dyn Read + Send>, size: usize) -> io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(size);
    input.take(size as u64).read_to_end(&mut block)?;
    Ok(block)
}

#[cfg(test)]
mod chunk_tests;
#[cfg(test)]
mod decode_tests;
#[cfg(test)]
mod dialect_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
pub(crate) mod quoting_tests;
#[cfg(test)]
mod split_tests;
