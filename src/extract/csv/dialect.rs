//! How a CSV file is written: its signs, its encoding, the lines that are no records.
//!
//! Most files need a delimiter and perhaps a quote, one ASCII character each; those go through the fast splitter as
//! they are. What it does not know ([`Foreign`]: an escape character, a delimiter beyond ASCII) is first rewritten to
//! what it knows, chunk by chunk, by [`Readable`](super::readable::Readable).

use super::encoding::{TextEncoding, Width};

/// Stands for no quote: a newline, which no cell holds where nothing is quoted.
pub const NO_QUOTE: u8 = b'\n';

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Between two fields.
    pub delimiter: u8,
    /// Around fields that hold delimiters; [`NO_QUOTE`] where there are none.
    pub quote: u8,
    /// Whether a value may hold a newline, quoted or escaped. If not, a newline always ends the record, whatever the
    /// quotes say.
    pub newlines_in_values: bool,
    /// A line that begins with it is no record.
    pub comment: Option<u8>,
    /// Signs that stand in the file instead of `delimiter` and `quote`, which its records are rewritten to.
    pub foreign: Option<Foreign>,
    /// Whether the first record names the columns.
    pub header: bool,
    /// Physical lines before the header or the first record.
    pub skip_lines: u32,
    /// Physical lines after the last record; blank lines at the file's end do not count.
    pub footer_lines: u32,
    /// Character encoding.
    pub encoding: TextEncoding,
    /// The longest record, in bytes without its line end.
    pub max_record: usize,
    /// The size that chunks are cut at, in bytes; one record more at the most.
    pub chunk_size: usize,
}

/// Signs of a file that the fast splitter does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Between two fields.
    pub delimiter: char,
    /// Around fields that hold delimiters.
    pub quote: Option<u8>,
    /// Takes the next character's meaning away.
    pub escape: Option<u8>,
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
            skip_lines: 0,
            footer_lines: 0,
            encoding: TextEncoding::Utf8,
            max_record: 1 << 20,
            chunk_size: 1 << 20,
        }
    }
}

impl Dialect {
    /// The same dialect with these signs. An escape that is the quote itself is the usual doubling.
    #[must_use]
    pub fn with_signs(self, delimiter: char, quote: Option<u8>, escape: Option<u8>) -> Self {
        let escape = escape.filter(|escape| Some(*escape) != quote);
        match u8::try_from(delimiter) {
            Ok(delimiter) if delimiter.is_ascii() && escape.is_none() => {
                Self { delimiter, quote: quote.unwrap_or(NO_QUOTE), foreign: None, ..self }
            }
            _ => Self { delimiter: b',', quote: b'"', foreign: Some(Foreign { delimiter, quote, escape }), ..self },
        }
    }

    /// Whether the signs can be told apart.
    pub(super) fn is_sound(&self) -> bool {
        let Foreign { delimiter, quote, escape } = self.signs();
        let bytes = [quote, escape, self.comment];
        let signs: Vec<char> = bytes.iter().flatten().map(|byte| char::from(*byte)).chain([delimiter]).collect();
        let differ = signs.iter().enumerate().all(|(at, sign)| !signs[..at].contains(sign));
        let ascii = bytes.iter().flatten().all(u8::is_ascii);
        let known = self.encoding.has(delimiter) && (self.foreign.is_some() || delimiter.is_ascii());
        differ && ascii && known && !signs.iter().any(|sign| matches!(sign, '\0' | '\n' | '\r'))
    }

    /// Whether quotes mean anything.
    pub(super) fn has_quotes(&self) -> bool {
        self.quote != NO_QUOTE
    }

    /// Whether a newline can be anything but a record's end.
    pub(super) fn spans_lines(&self) -> bool {
        let signs = self.signs();
        self.newlines_in_values && (signs.quote.is_some() || signs.escape.is_some())
    }

    /// The signs as they stand in the file.
    pub(super) fn signs(&self) -> Foreign {
        let quote = self.has_quotes().then_some(self.quote);
        self.foreign.unwrap_or(Foreign { delimiter: self.delimiter.into(), quote, escape: None })
    }

    /// Whether the text becomes UTF-8 before it is cut into chunks, and not afterwards.
    pub(super) fn recodes_early(&self) -> bool {
        let beyond_ascii = self.foreign.is_some_and(|signs| !signs.delimiter.is_ascii());
        match self.encoding {
            TextEncoding::Utf8 => false,
            _ if !self.encoding.is_single_byte() => true,
            _ => beyond_ascii,
        }
    }

    /// Whether chunks become UTF-8 in the decoder.
    pub(super) fn recodes_late(&self) -> bool {
        self.encoding != TextEncoding::Utf8 && !self.recodes_early()
    }

    /// How the bytes that the chunker sees are measured in the file.
    pub(super) fn chunker_width(&self) -> Width {
        if self.recodes_late() { Width::Bytes } else { self.encoding.width() }
    }

    /// The dialect of chunks as the splitter sees them.
    pub(super) fn of_splitter(&self) -> Self {
        match self.foreign {
            // Rewriting has measured the records and left the comments out.
            Some(_) => Self { foreign: None, comment: None, max_record: 1 << 30, ..*self },
            None => *self,
        }
    }
}
