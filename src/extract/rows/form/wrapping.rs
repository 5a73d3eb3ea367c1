//! What people wrap a text in so that a spreadsheet keeps it as it is: `="00123"`, `=00123`, `'00123`.

use std::borrow::Cow;

/// The text inside a wrapping; `None` if there is none.
///
/// An apostrophe belongs to the wrapping only in front of a number or of a sign that begins a formula, so that `'t Hooft`
/// keeps his. A formula that computes something is left as it is.
#[inline]
pub(in crate::extract::rows) fn unwrapped(cell: &[u8]) -> Option<Cow<'_, [u8]>> {
    match cell.first() {
        Some(b'=' | b'\'') => inside(cell),
        _ => None,
    }
}

#[cold]
fn inside(cell: &[u8]) -> Option<Cow<'_, [u8]>> {
    match cell {
        [b'=', b'"', text @ .., b'"'] => without_doubled(text),
        [b'=', number @ ..] if !number.is_empty() && number.iter().all(u8::is_ascii_digit) => Some(number.into()),
        [b'\'', text @ ..] if is_number(text) || matches!(text, [b'=' | b'+' | b'-' | b'@', _, ..]) => {
            Some(text.into())
        }
        _ => None,
    }
}

/// The text between quotes; a quote in it is doubled.
fn without_doubled(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'"') {
        return Some(text.into());
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        // A single quote ends the text: what follows makes it a formula.
        if *byte == b'"' && bytes.next() != Some(&b'"') {
            return None;
        }
        plain.push(*byte);
    }
    Some(plain.into())
}

/// Whether a text is a number in any form: digits, and signs between them.
fn is_number(text: &[u8]) -> bool {
    let is_sign = |byte: &u8| matches!(byte, b' ' | b'.' | b',' | b'-' | b'/' | b':' | b'(' | b')');
    text.first().is_some_and(u8::is_ascii_digit) && text.iter().all(|byte| byte.is_ascii_digit() || is_sign(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappings_are_taken_off() {
        for (cell, text) in [
            ("=\"00123\"", "00123"),
            ("=\"\"", ""),
            ("=\"5 \"\" disc\"", "5 \" disc"),
            ("=00123", "00123"),
            ("'01234", "01234"),
            ("'+46 70 123", "+46 70 123"),
            ("'-5", "-5"),
            ("'=1+2", "=1+2"),
            ("'08-123 45", "08-123 45"),
            ("=\"Åsa\"", "Åsa"),
        ] {
            assert_eq!(unwrapped(cell.as_bytes()).as_deref(), Some(text.as_bytes()), "{cell}");
        }
    }

    #[test]
    fn other_texts_are_left_alone() {
        for cell in [
            "",
            "=",
            "'",
            "00123",
            "'t Hooft",
            "'70s",
            "=1+2",
            "=A1",
            "=\"a\"&\"b\"",
            "=\"a",
            "=\"",
            "=SUM(A1:A9)",
            "\"00123\"",
            "'",
            "'@",
            "''1'",
            " =\"1\"",
        ] {
            assert_eq!(unwrapped(cell.as_bytes()), None, "{cell}");
        }
    }
}
