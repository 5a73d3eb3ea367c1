//! A source's declaration of its text files, in the types of the CSV reader.

use super::dialect::Dialect;
use super::encoding::TextEncoding;
use crate::config::{CsvFormat, Encoding, Located};

/// The dialect of a source's CSV files. The plan has already checked its signs.
pub(super) fn dialect(csv: &CsvFormat) -> Dialect {
    let sign = |sign: &Option<Located<char>>| sign.as_ref().and_then(|sign| u8::try_from(sign.value).ok());
    Dialect {
        newlines_in_values: csv.newlines_in_values,
        comment: sign(&csv.comment),
        header: csv.header,
        skip_lines: csv.skip_lines,
        footer_lines: csv.footer_lines,
        encoding: encoding(csv.encoding),
        ..Dialect::default()
    }
    .with_signs(csv.delimiter.value, sign(&csv.quote), sign(&csv.escape))
}

/// A declared encoding, in the reader's type.
pub(crate) fn encoding(declared: Encoding) -> TextEncoding {
    match declared {
        Encoding::Utf8 => TextEncoding::Utf8,
        Encoding::Utf16 => TextEncoding::Utf16,
        Encoding::Utf16Le => TextEncoding::Utf16Le,
        Encoding::Utf16Be => TextEncoding::Utf16Be,
        Encoding::Windows1252 => TextEncoding::Windows1252,
        Encoding::Iso8859_1 => TextEncoding::Iso8859_1,
        Encoding::Iso8859_15 => TextEncoding::Iso8859_15,
    }
}
