//! JSON text of one record, checked strictly. Values are handed out as written, so that numbers keep every digit and
//! only what is used gets copied. Beyond JSON, the words NaN, Infinity and -Infinity are values: Python writes them.

use std::borrow::Cow;

use memchr::memchr2;

use super::halves::{halves_as_bytes, hex};

/// The error for text that does not start an object; it is reported for empty text too.
const NOT_OBJECT: &str = "not a JSON object";

/// Words for numbers that JSON does not have, and the reason for refusing each.
const WORDS: [(&str, &str); 3] = [
    ("NaN", "NaN is not a value: if it means an empty cell, declare `null_words: [NaN]`"),
    ("Infinity", "Infinity is not a value: if it means an empty cell, declare `null_words: [Infinity]`"),
    ("-Infinity", "-Infinity is not a value: if it means an empty cell, declare `null_words: [\"-Infinity\"]`"),
];

const HALF: &str =
    "a string contains half a surrogate pair; `broken_text: replace` under `values` loads it as U+FFFD in text";

/// The deepest nesting of values.
pub(in crate::extract) const MAX_DEPTH: usize = 128;

/// Text that is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) struct SyntaxError {
    /// Byte in the text, from 0.
    pub(in crate::extract) at: usize,
    /// What is wrong there.
    pub(in crate::extract) what: &'static str,
}

impl SyntaxError {
    /// The same error, placed at the start of a value that is part of `text`.
    pub(in crate::extract) fn in_value(self, text: &[u8], value: &Value<'_>) -> Self {
        Self { at: value.text.as_ptr().addr().saturating_sub(text.as_ptr().addr()), ..self }
    }
}

/// A value as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Value<'a> {
    pub(in crate::extract) text: &'a [u8],
    /// Whether it is a string with escapes.
    pub(in crate::extract) escaped: bool,
}

impl Value<'_> {
    /// The word that it is, if it is one for a number that JSON does not have.
    pub(in crate::extract) fn word(&self) -> Option<&'static str> {
        WORDS.iter().map(|(word, _)| *word).find(|word| word.as_bytes() == self.text)
    }

    /// Whether it is an empty cell.
    pub(in crate::extract) fn is_null(&self) -> bool {
        self.text == b"null"
    }

    /// Nothing if it is a word that means an empty cell, or else the error that says so.
    pub(in crate::extract) fn empty_or_refused(&self, null_words: &[String]) -> Result<(), SyntaxError> {
        let Some((word, what)) = WORDS.iter().find(|(word, _)| word.as_bytes() == self.text) else { return Ok(()) };
        match null_words.iter().any(|null| null == word) {
            true => Ok(()),
            false => Err(SyntaxError { at: 0, what }),
        }
    }
}

/// What is done with text that programs write and that is not JSON.
#[derive(Clone, Copy, Debug)]
pub(in crate::extract) enum Words<'a> {
    /// These words are null; other words, and halves of surrogate pairs, are errors.
    Strict(&'a [String]),
    /// The same with halves of surrogate pairs as bytes.
    WithHalves(&'a [String]),
    /// It stays as written: the text is only compared.
    AsWritten,
}

/// Calls `each` with every key and value of an object, which must be the whole of `text`.
pub(in crate::extract) fn object<'a>(
    text: &'a [u8],
    mut each: impl FnMut(Value<'a>, Value<'a>) -> Result<(), SyntaxError>,
) -> Result<(), SyntaxError> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.space();
    if cursor.peek() != Some(b'{') {
        return Err(cursor.error(NOT_OBJECT));
    }
    cursor.members(0, &mut each)?;
    cursor.space();
    if cursor.at < text.len() { Err(cursor.error("more text after the end of the object")) } else { Ok(()) }
}

/// The value that is the whole of `text`.
pub(in crate::extract) fn whole(text: &[u8]) -> Result<Value<'_>, SyntaxError> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.space();
    let value = cursor.value(0)?;
    cursor.space();
    if cursor.at < text.len() { Err(cursor.error("more text after the end of the value")) } else { Ok(value) }
}

/// Calls `each` with every element of an array whose syntax has been checked.
pub(in crate::extract) fn array<'a>(text: &'a [u8], mut each: impl FnMut(Value<'a>)) -> Result<(), SyntaxError> {
    Cursor { text, at: 0 }.elements(0, &mut each)
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn error(&self, what: &'static str) -> SyntaxError {
        let what = if self.at >= self.text.len() && what != NOT_OBJECT { "the text ends too early" } else { what };
        SyntaxError { at: self.at, what }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn members(
        &mut self,
        depth: usize,
        each: &mut dyn FnMut(Value<'a>, Value<'a>) -> Result<(), SyntaxError>,
    ) -> Result<(), SyntaxError> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a key in double quotes"));
            }
            let key = self.value(depth)?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.error("expected a colon after the key"));
            }
            self.at += 1;
            self.space();
            let value = self.value(depth)?;
            each(key, value)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.error("expected a comma or the end of the object")),
            }
        }
    }

    fn elements(&mut self, depth: usize, each: &mut dyn FnMut(Value<'a>)) -> Result<(), SyntaxError> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            each(self.value(depth)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.error("expected a comma or the end of the array")),
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, SyntaxError> {
        let start = self.at;
        let mut escaped = false;
        match self.peek() {
            Some(b'"') => escaped = self.string()?,
            Some(b'{' | b'[') if depth >= MAX_DEPTH => return Err(self.error("values are nested too deeply")),
            Some(b'{') => self.members(depth + 1, &mut |_, _| Ok(()))?,
            Some(b'[') => self.elements(depth + 1, &mut |_| ())?,
            Some(b'-') if self.text[self.at..].starts_with(b"-I") => self.word(b"-Infinity")?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'N') => self.word(b"NaN")?,
            Some(b'I') => self.word(b"Infinity")?,
            Some(b't') => self.word(b"true")?,
            Some(b'f') => self.word(b"false")?,
            Some(b'n') => self.word(b"null")?,
            _ => return Err(self.error("expected a value")),
        }
        Ok(Value { text: &self.text[start..self.at], escaped })
    }

    fn word(&mut self, word: &[u8]) -> Result<(), SyntaxError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.error("expected a value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.error("expected a digit")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<(), SyntaxError> {
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
            if let Some(b'0'..=b'9') = self.peek() {
                return Err(self.error("a number starts with a superfluous zero"));
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(())
    }

    /// Reads a string. Returns whether it has escapes.
    fn string(&mut self) -> Result<bool, SyntaxError> {
        self.at += 1;
        let mut escaped = false;
        loop {
            self.pass_usual();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => self.at += 1,
                Some(_) if memchr2(b'"', b'\\', &self.text[self.at..]).is_some() => {
                    return Err(self.error("a string contains an unescaped control character"));
                }
                _ => {
                    self.at = self.text.len();
                    return Err(self.error("a string is not closed"));
                }
            }
            escaped = true;
            match self.peek() {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                Some(b'u') if hex(self.text, self.at + 1).is_some() => self.at += 5,
                _ => return Err(self.error("a string contains an unknown escape")),
            }
        }
    }

    /// Passes the bytes of a string up to a quote, a backslash or a control character.
    #[inline(always)]
    fn pass_usual(&mut self) {
        while let Some(bytes) = self.text[self.at..].first_chunk::<8>() {
            let unusual = unusual(u64::from_le_bytes(*bytes));
            if unusual != 0 {
                self.at += unusual.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
        }
        while self.peek().is_some_and(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
            self.at += 1;
        }
    }
}

/// Eight bytes at a time, because strings are short: the highest bit of each quote, backslash and control character. Bits
/// above the lowest one may be wrong.
#[inline(always)]
fn unusual(bytes: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The highest bit of a byte is set where it is less than `limit`, or where a borrow from the byte below came.
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(EACH * u64::from(limit)) & !bytes;
    let equal = |sign: u8| below(bytes ^ (EACH * u64::from(sign)), 1);
    (equal(b'"') | equal(b'\\') | below(bytes, b' ')) & (EACH << 7)
}

/// The text of a checked string; an error if half a surrogate pair is escaped in it.
#[inline(always)]
pub(in crate::extract) fn string<'a>(value: &Value<'a>) -> Result<Cow<'a, [u8]>, SyntaxError> {
    let inner = &value.text[1..value.text.len() - 1];
    if value.escaped { unescaped(inner).map(Cow::Owned) } else { Ok(Cow::Borrowed(inner)) }
}

/// A text without its escapes.
fn unescaped(inner: &[u8]) -> Result<Vec<u8>, SyntaxError> {
    let half = |at| SyntaxError { at, what: HALF };
    let mut out = Vec::with_capacity(inner.len());
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &inner[at..]) {
        out.extend_from_slice(&inner[at..at + found]);
        at += found;
        let escape = inner.get(at + 1).copied().unwrap_or_default();
        at += 2;
        out.push(match escape {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let first = hex(inner, at).ok_or_else(|| half(at))?;
                at += 4;
                let code = if (0xD800..0xDC00).contains(&first) {
                    let second =
                        inner.get(at..at + 2).filter(|escape| *escape == b"\\u").and_then(|_| hex(inner, at + 2));
                    let low = second.filter(|low| (0xDC00..0xE000).contains(low)).ok_or_else(|| half(at))?;
                    at += 6;
                    0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    first
                };
                let sign = char::from_u32(code).ok_or_else(|| half(at))?;
                out.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            other => other,
        });
    }
    out.extend_from_slice(&inner[at..]);
    Ok(out)
}

/// The text of a checked string, with halves of surrogate pairs as bytes that are not UTF-8: whoever reads the cell finds
/// them there.
pub(super) fn string_with_halves<'a>(value: &Value<'a>) -> Result<Cow<'a, [u8]>, SyntaxError> {
    let text = halves_as_bytes(value.text);
    string(&Value { text: &text, escaped: true }).map(|text| Cow::Owned(text.into_owned()))
}

/// The text of a checked string; where half a surrogate pair is escaped in it, the string as written.
#[inline(always)]
pub(in crate::extract) fn string_as_written<'a>(value: &Value<'a>) -> Cow<'a, [u8]> {
    string(value).unwrap_or_else(|_| Cow::Borrowed(&value.text[1..value.text.len() - 1]))
}

/// Writes a checked value without white space, its keys in their order and its strings in one spelling: equal values
/// give equal text.
pub(in crate::extract) fn compact(value: &Value<'_>, words: Words<'_>, out: &mut Vec<u8>) -> Result<(), SyntaxError> {
    let text = |value: &Value<'_>, out: &mut Vec<u8>| match (string(value), words) {
        (Ok(text), _) => {
            write_string(&text, out);
            Ok(())
        }
        (Err(_), Words::AsWritten) => {
            out.extend_from_slice(value.text);
            Ok(())
        }
        (Err(_), Words::WithHalves(_)) => {
            write_string(&string_with_halves(value)?, out);
            Ok(())
        }
        (Err(error), Words::Strict(_)) => Err(error),
    };
    match value.text.first() {
        Some(b'"') => text(value, out)?,
        Some(b'{') => {
            let mut members = Vec::new();
            object(value.text, |key, value| {
                members.push((string_as_written(&key), key, value));
                Ok(())
            })?;
            members.sort_by(|a, b| a.0.cmp(&b.0));
            out.push(b'{');
            for (at, (_, key, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                text(key, out)?;
                out.push(b':');
                compact(value, words, out)?;
            }
            out.push(b'}');
        }
        Some(b'[') => {
            let mut elements = Vec::new();
            array(value.text, |element| elements.push(element))?;
            out.push(b'[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                compact(element, words, out)?;
            }
            out.push(b']');
        }
        _ => match (value.word(), words) {
            (Some(_), Words::Strict(null_words) | Words::WithHalves(null_words)) => {
                value.empty_or_refused(null_words)?;
                out.extend_from_slice(b"null");
            }
            _ => out.extend_from_slice(value.text),
        },
    }
    Ok(())
}

/// Writes text as a string, in the one spelling.
pub(in crate::extract) fn write_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

/// A number without its exponent; `None` if it has none, or if the result would be too long for any column.
pub(in crate::extract) fn without_exponent(number: &str) -> Option<String> {
    const LONGEST: usize = 100;
    let (mantissa, exponent) = number.split_once(['e', 'E'])?;
    let exponent: i64 = exponent.parse().ok()?;
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    if digits.len() > LONGEST || point.unsigned_abs() > LONGEST as u64 {
        return None;
    }
    let text = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{digits}{}", "0".repeat(point - digits.len())),
        Ok(point) if point > 0 => format!("{}.{}", &digits[..point], &digits[point..]),
        _ => format!("0.{}{digits}", "0".repeat(usize::try_from(-point).ok()?)),
    };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let whole = text.trim_start_matches('0');
    let zero = if whole.is_empty() || whole.starts_with('.') { "0" } else { "" };
    Some(format!("{sign}{zero}{whole}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a string, or what is wrong with it and where.
    fn read(inner: &[u8], close: &str) -> Result<bool, (usize, &'static str)> {
        let text = [b"\"", inner, close.as_bytes()].concat();
        let value = whole(&text).map_err(|error| (error.at, error.what))?;
        assert_eq!(value.text, text);
        Ok(value.escaped)
    }

    #[test]
    fn a_string_ends_at_its_first_quote_wherever_that_is() {
        // Next to the bytes that are sought, and in the upper half.
        for filler in [b' ', b'!', b'#', b'[', b']', 0x7F, 0x80, 0xA2, 0xDC, 0xFF] {
            for size in 0..20 {
                let plain = vec![filler; size];
                assert_eq!(read(&plain, "\""), Ok(false), "{size} times {filler}");
                assert_eq!(read(&plain, ""), Err((size + 1, "the text ends too early")));
                for at in 0..size {
                    let with = |bytes: &[u8]| [&plain[..at], bytes, &plain[at + 1..]].concat();
                    assert_eq!(read(&with(br"\n"), "\""), Ok(true));
                    assert_eq!(read(&with(br"\u00e5\\"), "\""), Ok(true));
                    let control = "a string contains an unescaped control character";
                    assert_eq!(read(&with(&[0x1F]), "\""), Err((at + 1, control)));
                    assert_eq!(read(&with(&[0]), "\""), Err((at + 1, control)));
                    assert_eq!(read(&with(b"\t"), "").unwrap_err().1, "the text ends too early");
                    let spaces = usize::from(filler == b' ') * (size - at - 1);
                    let after = "more text after the end of the value";
                    assert_eq!(read(&with(b"\""), "\""), Err((at + 2 + spaces, after)), "{filler} {at} of {size}");
                }
            }
        }
    }
}
