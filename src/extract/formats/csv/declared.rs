//! A source's declaration of its text files, in the types of the CSV reader.

use super::dialect::Dialect;
use crate::config::{CsvFormat, Located};
use crate::extract::formats::text::text_encoding;

/// The dialect of a source's CSV files. The plan has already checked its signs.
pub(super) fn dialect(csv: &CsvFormat) -> Dialect {
    let sign = |sign: &Option<Located<char>>| sign.as_ref().and_then(|sign| u8::try_from(sign.value).ok());
    let has_header_type = csv.record_type.as_ref().is_some_and(|record| record.header.is_some());
    Dialect {
        newlines_in_values: csv.newlines_in_values,
        comment: sign(&csv.comment),
        // Header records that are known by their type stand anywhere.
        header: csv.header && !has_header_type,
        header_lines: csv.header_lines.as_ref().map_or(1, |lines| lines.value),
        skip_lines: csv.skip_lines,
        footer_lines: csv.footer_lines,
        encoding: text_encoding(csv.encoding),
        ..Dialect::default()
    }
    .with_signs(csv.delimiter.value, sign(&csv.quote), sign(&csv.escape))
}
