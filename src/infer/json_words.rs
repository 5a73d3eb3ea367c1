//! Numbers of JSON that are none: `NaN` and the infinities, as data frames write them.

/// A line with the numbers that are none as words: `NaN` becomes `"NaN"`.
pub(super) fn with_words(line: &[u8]) -> Vec<u8> {
    const WORDS: [&[u8]; 3] = [b"NaN", b"-Infinity", b"Infinity"];
    let (mut out, mut at, mut inside) = (Vec::with_capacity(line.len()), 0, false);
    while let Some(byte) = line.get(at) {
        let word = WORDS.into_iter().find(|word| !inside && line[at..].starts_with(word));
        let size = match (word, byte) {
            (Some(word), _) => word.len(),
            (None, b'\\') if inside => 2.min(line.len() - at),
            _ => 1,
        };
        inside ^= *byte == b'"';
        let sign: &[u8] = if word.is_some() { b"\"" } else { b"" };
        out.extend([sign, &line[at..at + size], sign].concat());
        at += size;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_are_words() {
        let text = br#"{"a": NaN, "b": "NaN \" NaN", "c": -Infinity, "d": ["x\\", Infinity]}"#;
        let wanted = r#"{"a": "NaN", "b": "NaN \" NaN", "c": "-Infinity", "d": ["x\\", "Infinity"]}"#;
        assert_eq!(String::from_utf8(with_words(text)).unwrap(), wanted);
    }
}
