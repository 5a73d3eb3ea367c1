//! A source's declaration of its text files, in the types of the CSV reader.

use super::dialect::Dialect;
use super::walk::{Field, Walk, Walked};
use crate::config::{CsvFormat, Escape, Located};
use crate::extract::formats::text::text_encoding;
use crate::extract::frame::EscapeTable;

/// The dialect of a source's CSV files. The plan has already checked its signs.
pub(super) fn dialect(csv: &CsvFormat) -> Dialect {
    let byte = |sign: char| u8::try_from(sign).ok();
    let sign = |sign: Option<&Located<char>>| sign.and_then(|sign| byte(sign.value));
    let escape = csv.escape.as_ref().map(|escape| escape.value);
    let table = match escape {
        None | Some(Escape::Sign(_)) => EscapeTable::Plain,
        Some(Escape::MySql) => EscapeTable::MySql,
        Some(Escape::PostgreSql) => EscapeTable::PostgreSql,
    };
    let has_header_type = csv.record_type.as_ref().is_some_and(|record| record.header.is_some());
    Dialect {
        newlines_in_values: csv.newlines_in_values,
        comment: sign(csv.comment.as_ref()),
        // Header records that are known by their type stand anywhere.
        header: csv.header && !has_header_type,
        header_lines: csv.header_lines.as_ref().map_or(1, |lines| lines.value),
        skip_lines: csv.skip_lines,
        footer_lines: csv.footer_lines,
        encoding: text_encoding(csv.encoding),
        line_ends: csv.line_ends,
        ..Dialect::default()
    }
    .with_signs(csv.delimiter.value, sign(csv.quote()), escape.map(Escape::sign).and_then(byte))
    .with_table(table)
}

/// Whether a cell can be written as this word: null words are compared before escapes are removed.
pub(crate) fn can_hold(csv: &CsvFormat, word: &str) -> bool {
    let dialect = dialect(csv);
    let walk = Walk::new(&dialect);
    let sign = dialect.signs().delimiter;
    // In the middle of a record, or at its end, where an escape can be data.
    let holds = |cell: &str| {
        [format!("x{sign}{cell}{sign}x\n"), format!("x{sign}{cell}\n")].iter().any(|record| {
            let mut fields: Vec<Field> = Vec::new();
            let walked = walk.split(record.as_bytes(), 0, true, |field| fields.push(field));
            let start = 1 + sign.len_utf8();
            matches!(walked, Walked::Record { end } if end + 1 == record.len())
                && fields.get(1).is_some_and(|field| (field.start, field.end) == (start, start + cell.len()))
        })
    };
    let quote = dialect.signs().quote.map(char::from);
    holds(word) || quote.is_some_and(|quote| holds(&format!("{quote}{word}{quote}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(quote: Option<char>, escape: Option<Escape>) -> CsvFormat {
        let at = |line, value| Located { line, ..Located::nowhere(value) };
        CsvFormat {
            delimiter: Located::nowhere(';'),
            quote: quote.map(|quote| at(1, quote)),
            escape: escape.map(Located::nowhere),
            ..CsvFormat::default()
        }
    }

    #[test]
    fn a_null_word_must_be_the_text_of_a_whole_cell() {
        let backslash = Some(Escape::Sign('\\'));
        for (csv, word, expected) in [
            (csv(None, backslash), r"\N", true),
            (csv(None, backslash), "N", true),
            (csv(None, backslash), "a;b", false),
            (csv(None, backslash), r"a\;b", true),
            (csv(None, backslash), "\\", true),
            (csv(Some('"'), backslash), "a;b", true),
            (csv(Some('"'), None), "a\"b", true),
            (csv(Some('"'), None), "\"b", false),
            (csv(None, None), "\"b", true),
            (csv(None, None), "a\nb", false),
            (csv(None, Some(Escape::PostgreSql)), "a;b", false),
            (csv(None, Some(Escape::MySql)), r"\N", true),
        ] {
            assert_eq!(can_hold(&csv, word), expected, "{word:?} {csv:?}");
        }
    }
}
