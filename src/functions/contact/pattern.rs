//! Keys that a company gives out itself, such as loyalty numbers: valid if they match a regular expression.

use regex::Regex;

use crate::invisible::as_seen;

use super::fault::{PLACEHOLDER, Read};
use super::spelling::{is_counting, is_digits, is_none_word, is_repeated};

/// A made-up number has at least this many digits: shorter ones may be given out in order.
const LEAST_DIGITS: usize = 4;

/// The expression, which a value must match from its first character to its last.
pub(super) fn compiled(pattern: &str) -> Result<Regex, String> {
    // The pattern alone first, so that a message shows it as it was written.
    let whole = Regex::new(pattern).and_then(|_| Regex::new(&format!("^(?:{pattern})$")));
    whole.map_err(|error| {
        let text = error.to_string();
        text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })
}

/// The key of a text: what the groups of the pattern captured, or without groups the text; `None` if it is empty.
pub(super) fn read(text: &str, pattern: &Regex) -> Read {
    let text = as_seen(text);
    if text.is_empty() {
        return None;
    }
    if is_placeholder(&text) {
        return Some(Err(PLACEHOLDER));
    }
    let key = match pattern.captures_len() {
        1 => pattern.is_match(&text).then(|| text.into_owned()),
        _ => pattern.captures(&text).map(|groups| {
            let captured = groups.iter().skip(1).flatten();
            captured.map(|group| group.as_str()).collect()
        }),
    };
    Some(key.filter(|key: &String| !key.is_empty()).ok_or("does not match"))
}

fn is_placeholder(text: &str) -> bool {
    if is_digits(text) {
        return is_made_up(text);
    }
    // A prefix and separators of a company around made-up digits.
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() { is_none_word(text) } else { is_made_up(&digits) }
}

fn is_made_up(digits: &str) -> bool {
    digits.len() >= LEAST_DIGITS && is_repeated(digits) || is_counting(digits, LEAST_DIGITS + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str, pattern: &str) -> Result<String, &'static str> {
        read(text, &compiled(pattern).expect("a pattern")).expect("text")
    }

    #[test]
    fn the_whole_value_must_match() {
        assert_eq!(key(" 20481633\u{A0}", r"\d{8}"), Ok("20481633".to_owned()));
        assert_eq!(key("204816331", r"\d{8}"), Err("does not match"));
        assert_eq!(key("X", "A|B"), Err("does not match"));
        assert_eq!(key("AX", "A|B"), Err("does not match"), "^ and $ hold for both sides of |");
    }

    #[test]
    fn groups_are_the_key() {
        for spelling in ["LM-20481633", "lm 20481633", "20481633", "LM2048-1633"] {
            assert_eq!(key(spelling, r"(?i)(?:LM[- ]?)?(\d{4})-?(\d{4})"), Ok("20481633".to_owned()), "{spelling}");
        }
    }

    #[test]
    fn placeholders_are_refused() {
        for text in
            ["00000000", "99999999", "1111111", "12345", "12345678", "n/a", "saknas", "okänt", "null", "LM-00000000"]
        {
            assert_eq!(key(text, ".*"), Err("a placeholder"), "{text}");
        }
        assert_eq!(key("1000", ".*"), Ok("1000".to_owned()));
        assert_eq!(read("\u{200B} ", &compiled(".*").expect("a pattern")), None);
        assert!(compiled("(").expect_err("no pattern").contains("unclosed group"));
    }
}
