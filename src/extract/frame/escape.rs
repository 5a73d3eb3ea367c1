//! What an escape and the character after it mean.

use memchr::memchr;

/// The rules of an escape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EscapeTable {
    /// It makes the next character ordinary.
    #[default]
    Plain,
    /// `\0 \b \n \r \t \Z` are characters; any other is ordinary.
    MySql,
    /// `\b \f \n \r \t \v`, `\` with octal digits and `\x` with hexadecimal ones are characters; any other is ordinary.
    PostgreSql,
}

/// The character after an escape: a line end counts as one. Empty if nothing follows.
pub(in crate::extract) fn escaped(rest: &[u8]) -> &[u8] {
    let size = match rest {
        [b'\r', b'\n', ..] => 2,
        // A character beyond ASCII: none of its other bytes means anything, except in a delimiter.
        [first, others @ ..] if !first.is_ascii() => {
            1 + others.iter().take(3).take_while(|byte| *byte & 0xC0 == 0x80).count()
        }
        _ => rest.len().min(1),
    };
    &rest[..size]
}

impl EscapeTable {
    /// Appends the character that the text after an escape means. Returns how much of it that takes; 0 if nothing follows.
    pub(super) fn push(self, rest: &[u8], out: &mut Vec<u8>) -> usize {
        if let Some((character, taken)) = self.character(rest) {
            out.push(character);
            return taken;
        }
        let taken = escaped(rest);
        out.extend_from_slice(taken);
        taken.len()
    }

    /// The character that a sequence stands for, and the length of the sequence.
    fn character(self, rest: &[u8]) -> Option<(u8, usize)> {
        const MYSQL: (&[u8], &[u8]) = (b"0bnrtZ", b"\0\x08\n\r\t\x1A");
        const POSTGRESQL: (&[u8], &[u8]) = (b"bfnrtv", b"\x08\x0C\n\r\t\x0B");
        let (letters, characters) = match self {
            Self::Plain => return None,
            Self::MySql => MYSQL,
            Self::PostgreSql => POSTGRESQL,
        };
        let letter = *rest.first()?;
        if let Some(at) = memchr(letter, letters) {
            return Some((*characters.get(at)?, 1));
        }
        match (self, letter) {
            (Self::PostgreSql, b'0'..=b'7') => number(rest, 8, 3),
            (Self::PostgreSql, b'x') => number(rest.get(1..)?, 16, 2).map(|(byte, taken)| (byte, taken + 1)),
            _ => None,
        }
    }
}

/// The byte in up to `most` digits, and how many there are.
fn number(text: &[u8], radix: u32, most: usize) -> Option<(u8, usize)> {
    let digits = text.iter().take(most).map_while(|byte| char::from(*byte).to_digit(radix));
    let (value, taken) = digits.fold((0, 0), |(value, taken), digit| (value * radix + digit, taken + 1));
    // Three octal digits may be more than a byte holds: the database takes the low bits too.
    (taken > 0).then_some(((value & 0xFF) as u8, taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: EscapeTable, text: &str) -> Vec<u8> {
        let (mut out, mut rest) = (Vec::new(), text.as_bytes());
        while let Some((first, after)) = rest.split_first() {
            if *first != b'\\' {
                out.push(*first);
                rest = after;
                continue;
            }
            let taken = table.push(after, &mut out);
            rest = &after[taken..];
        }
        out
    }

    #[test]
    fn each_database_has_its_own_sequences() {
        assert_eq!(read(EscapeTable::MySql, r#"a\0\b\n\r\t\Z\\\'\"\N\x41\v\%"#), b"a\0\x08\n\r\t\x1A\\'\"Nx41v%");
        assert_eq!(read(EscapeTable::PostgreSql, r"a\b\f\n\r\t\v\\\N\Z\."), b"a\x08\x0C\n\r\t\x0B\\NZ.");
        assert_eq!(read(EscapeTable::Plain, r"a\n\t\x41\0"), b"antx410");
    }

    #[test]
    fn numbers_of_postgresql_take_as_many_digits_as_they_may() {
        assert_eq!(read(EscapeTable::PostgreSql, r"\101\1012\7\08\9"), b"AA2\x07\x0089");
        assert_eq!(read(EscapeTable::PostgreSql, r"\x41\x4g\x\xg\x414"), b"A\x04gxxgA4");
        assert_eq!(read(EscapeTable::PostgreSql, r"\303\245\xc3\xA5"), "åå".as_bytes());
        assert_eq!(read(EscapeTable::PostgreSql, r"\777"), [0xFF]);
    }

    #[test]
    fn characters_after_an_escape_stay_whole() {
        for table in [EscapeTable::Plain, EscapeTable::MySql, EscapeTable::PostgreSql] {
            assert_eq!(read(table, "\\å\\\u{20AC}\\\r\nx\\\ny\\\tz"), "å\u{20AC}\r\nx\ny\tz".as_bytes());
        }
    }
}
