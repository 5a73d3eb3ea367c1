//! A source's declaration of its text files, in the types of the CSV reader.

use super::csv::{Dialect, TextEncoding};
use crate::config::{CsvFormat, Encoding, Located};

/// How many names a message shows before it counts the rest.
pub(super) const NAMES_SHOWN: usize = 10;

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

/// Names for a message: the first few, and the number of the others. Control characters are escaped, so that a name
/// cannot write to the terminal.
pub(super) fn few(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(NAMES_SHOWN).map(|name| printable(name)).collect();
    if names.len() > NAMES_SHOWN {
        shown.push(format!("and {} more", names.len() - NAMES_SHOWN));
    }
    shown.join(", ")
}

/// A name from a file, for a message: control characters escaped, and no longer than a line.
pub(super) fn printable(name: &str) -> String {
    const LONGEST: usize = 200;
    let mut shown = String::with_capacity(name.len());
    for (at, character) in name.chars().enumerate() {
        match character {
            _ if at == LONGEST => {
                shown.push('…');
                break;
            }
            _ if character.is_control() => shown.extend(character.escape_default()),
            _ => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_files_are_made_safe_to_show() {
        assert_eq!(printable("a\u{1B}[31mb\nö"), "a\\u{1b}[31mb\\nö");
        assert_eq!(printable(&"x".repeat(1000)).chars().count(), 201);
        let many: Vec<String> = (0..10_000).map(|number| format!("c{number}")).collect();
        assert_eq!(few(&many), "c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, and 9990 more");
        assert_eq!(few(&many[..2]), "c0, c1");
    }
}
