//! The dialect of a CSV file: its signs, its encoding, and the lines that are not records.
//!
//! Most files need a delimiter and perhaps a quote, each of them one ASCII character. The fast splitter reads these
//! directly. Other files ([`Foreign`]: an escape character, a delimiter beyond ASCII) are first rewritten for it, chunk
//! by chunk, by [`Readable`](super::readable::Readable).

use crate::config::LineEnds;
use crate::extract::formats::text::{TextEncoding, Width};
use crate::extract::frame::EscapeTable;

/// Means that there is no quote: a newline, which no cell contains if nothing is quoted.
pub const NO_QUOTE: u8 = b'\n';

/// The dialect of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The sign between two fields.
    pub delimiter: u8,
    /// The sign around fields that contain delimiters; [`NO_QUOTE`] if there is none.
    pub quote: u8,
    /// Whether a value may contain a newline, quoted or escaped. If not, a newline always ends the record, even inside
    /// quotes.
    pub newlines_in_values: bool,
    /// A line that starts with it is not a record.
    pub comment: Option<u8>,
    /// The file's own signs, if its records are rewritten to use `delimiter` and `quote`.
    pub foreign: Option<Foreign>,
    /// Whether the first record contains the column names.
    pub header: bool,
    /// Number of records that are the header, if there is one.
    pub header_lines: u32,
    /// Physical lines before the header or the first record.
    pub skip_lines: u32,
    /// Physical lines after the last record, not counting blank lines at the end of the file.
    pub footer_lines: u32,
    /// Character encoding.
    pub encoding: TextEncoding,
    /// How lines end.
    pub line_ends: LineEnds,
    /// The longest record, in bytes without its line end.
    pub max_record: usize,
    /// The size of chunks in bytes, which one record may exceed.
    pub chunk_size: usize,
}

/// Signs that the fast splitter does not support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The sign between two fields.
    pub delimiter: char,
    /// The sign around fields that contain delimiters.
    pub quote: Option<u8>,
    /// The sign that makes the next character ordinary.
    pub escape: Option<u8>,
    /// What the next character means.
    pub table: EscapeTable,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            newlines_in_values: false,
            comment: None,
            foreign: None,
            header: true,
            header_lines: 1,
            skip_lines: 0,
            footer_lines: 0,
            encoding: TextEncoding::Utf8,
            line_ends: LineEnds::Lf,
            max_record: 1 << 20,
            chunk_size: 1 << 20,
        }
    }
}

impl Dialect {
    /// The same dialect with these signs. An escape equal to the quote is the usual doubling.
    #[must_use]
    pub fn with_signs(self, delimiter: char, quote: Option<u8>, escape: Option<u8>) -> Self {
        let escape = escape.filter(|escape| Some(*escape) != quote);
        match u8::try_from(delimiter) {
            Ok(delimiter) if delimiter.is_ascii() && escape.is_none() => {
                Self { delimiter, quote: quote.unwrap_or(NO_QUOTE), foreign: None, ..self }
            }
            _ => {
                let foreign = Some(Foreign { delimiter, quote, escape, table: EscapeTable::Plain });
                Self { delimiter: b',', quote: b'"', foreign, ..self }
            }
        }
    }

    /// The same dialect with the escape sequences of a database, if it has an escape.
    #[must_use]
    pub fn with_table(self, table: EscapeTable) -> Self {
        Self { foreign: self.foreign.map(|signs| Foreign { table, ..signs }), ..self }
    }

    /// Whether the signs are distinct and usable.
    pub fn is_sound(&self) -> bool {
        let Foreign { delimiter, quote, escape, .. } = self.signs();
        let bytes = [quote, escape, self.comment];
        let signs: Vec<char> = bytes.iter().flatten().map(|byte| char::from(*byte)).chain([delimiter]).collect();
        let differ = signs.iter().enumerate().all(|(at, sign)| !signs[..at].contains(sign));
        let ascii = bytes.iter().flatten().all(u8::is_ascii);
        let known = self.encoding.has(delimiter) && (self.foreign.is_some() || delimiter.is_ascii());
        differ && ascii && known && !signs.iter().any(|sign| matches!(sign, '\0' | '\n' | '\r'))
    }

    /// Whether the dialect has quotes.
    pub(super) fn has_quotes(&self) -> bool {
        self.quote != NO_QUOTE
    }

    /// Whether a newline may be part of a value.
    pub(super) fn spans_lines(&self) -> bool {
        // Databases write an escape before each newline of a value.
        self.spans_lines_plainly() || self.signs().table != EscapeTable::Plain
    }

    /// Whether a newline may be part of a value without an escape before it.
    pub(super) fn spans_lines_plainly(&self) -> bool {
        let signs = self.signs();
        self.newlines_in_values && (signs.quote.is_some() || signs.escape.is_some())
    }

    /// The line ends to look for: where values contain line feeds, not every one is a fault.
    pub(super) fn line_ends_sought(&self) -> LineEnds {
        if self.spans_lines() && self.line_ends == LineEnds::Cr { LineEnds::Any } else { self.line_ends }
    }

    /// Whether a record may begin with a byte order mark, where files were joined.
    pub(super) fn has_marks(&self) -> bool {
        !self.encoding.is_single_byte()
    }

    /// The signs used in the file.
    pub(crate) fn signs(&self) -> Foreign {
        let quote = self.has_quotes().then_some(self.quote);
        let plain = Foreign { delimiter: self.delimiter.into(), quote, escape: None, table: EscapeTable::Plain };
        self.foreign.unwrap_or(plain)
    }

    /// Whether the text is converted to UTF-8 before it is cut into chunks, rather than afterwards.
    pub(super) fn recodes_early(&self) -> bool {
        let beyond_ascii = self.foreign.is_some_and(|signs| !signs.delimiter.is_ascii());
        match self.encoding {
            TextEncoding::Utf8 => false,
            _ if !self.encoding.is_single_byte() => true,
            _ => beyond_ascii,
        }
    }

    /// Whether the decoder converts chunks to UTF-8.
    pub(super) fn recodes_late(&self) -> bool {
        self.encoding != TextEncoding::Utf8 && !self.recodes_early()
    }

    /// Converts the bytes that the chunker sees to bytes of the file.
    pub(super) fn chunker_width(&self) -> Width {
        if self.recodes_late() { Width::Bytes } else { self.encoding.width() }
    }

    /// The dialect of chunks as the splitter sees them.
    pub(super) fn of_splitter(&self) -> Self {
        match self.foreign {
            // Rewriting has already measured the records and removed the comments; a line end may be an escaped one.
            Some(_) => Self {
                foreign: None,
                comment: None,
                max_record: 1 << 30,
                newlines_in_values: self.spans_lines(),
                line_ends: LineEnds::Any,
                ..*self
            },
            None => *self,
        }
    }
}
