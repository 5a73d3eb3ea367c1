//! Strings in which half a surrogate pair is escaped. Programs leave one where they cut a text amid an emoji.

/// The number of four hexadecimal digits.
pub(super) fn hex(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
}

/// A checked string, with its quotes, in which halves of surrogate pairs are bytes that are not UTF-8.
pub(super) fn halves_as_bytes(text: &[u8]) -> Vec<u8> {
    let code = |at: usize| if text.get(at..at + 2) == Some(b"\\u") { hex(text, at + 2) } else { None };
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let size = match code(at) {
            _ if *byte != b'\\' => 1,
            Some(0xD800..0xDC00) if code(at + 6).is_some_and(|low| (0xDC00..0xE000).contains(&low)) => 12,
            Some(half @ 0xD800..0xE000) => {
                let [high, low] = [half >> 6, half].map(|bits| 0x80 | (bits & 0x3F) as u8);
                out.extend_from_slice(&[0xED, high, low]);
                at += 6;
                continue;
            }
            _ => 2,
        };
        out.extend_from_slice(text.get(at..at + size).unwrap_or_default());
        at += size;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_halves_become_bytes() {
        for (written, read) in [
            (r#""cut \ud83d""#, &b"\"cut \xED\xA0\xBD\""[..]),
            (r#""\ud83d\ude00 \uDE00x""#, b"\"\\ud83d\\ude00 \xED\xB8\x80x\""),
            (r#""\ud83d\ud83d\ude00""#, b"\"\xED\xA0\xBD\\ud83d\\ude00\""),
            (r#""\\ud83d \ud83d""#, b"\"\\\\ud83d \xED\xA0\xBD\""),
        ] {
            assert_eq!(halves_as_bytes(written.as_bytes()), read, "{written}");
        }
    }
}
