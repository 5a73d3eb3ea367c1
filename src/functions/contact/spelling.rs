//! How people and spreadsheets write numbers: signs that look alike, floats, exponents and made-up values.

use std::borrow::Cow;

use crate::invisible::as_seen;

use super::fault::{Fault, NOT_A_NUMBER};

/// A whole number written as a float has at least this many digits; fewer may be part of a written form.
const LEAST_FLOAT: usize = 7;

/// A text as people see it, with `-` for every dash, and without the `.0` of a program that read a number as a float.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let text = match as_seen(text) {
        text if text.is_ascii() => text,
        text => Cow::Owned(text.replace(is_dash, "-")),
    };
    match text.strip_suffix(".0").or_else(|| text.strip_suffix(",0")) {
        Some(whole) if whole.len() >= LEAST_FLOAT && is_digits(whole.strip_prefix('+').unwrap_or(whole)) => {
            Cow::Owned(whole.to_owned())
        }
        _ => text,
    }
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text without the signs that people write between digits.
pub(super) fn without(text: &str, separators: &[char]) -> String {
    text.chars().filter(|c| !separators.contains(c)).collect()
}

/// Digits with an exponent, as spreadsheets write long numbers: `4.67017E+10`.
pub(super) fn is_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str, signs: &[char]| {
        let digits = text.trim_start_matches(['+', '-']);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || signs.contains(&c))
    };
    digits(mantissa, &['.', ',']) && digits(exponent, &[])
}

/// Why a text that does not consist of a number's digits is refused. `E` alone may be a letter of the number.
pub(super) fn not_a_number(text: &str) -> Fault {
    let is_rounded = text.contains(['.', ',', '+']) && is_exponent(text);
    if is_rounded { "rounded by a spreadsheet" } else { NOT_A_NUMBER }
}

/// One digit or letter, repeated.
pub(super) fn is_repeated(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| letters.all(|letter| letter == first))
}

/// 12345, 123456 and so on: at least `least` digits in order from 1.
pub(super) fn is_counting(digits: &str, least: usize) -> bool {
    digits.len() >= least && "1234567890".starts_with(digits)
}

/// Whether a text stands for "none" or "unknown" in the languages of the Nordic countries, in English or in German.
pub(super) fn is_none_word(text: &str) -> bool {
    let text = text.to_lowercase();
    matches!(
        text.trim_matches(['-', '.', '#', '(', ')', '<', '>', '[', ']', ' ']),
        "" | "n/a"
            | "na"
            | "n.a"
            | "nan"
            | "none"
            | "null"
            | "nil"
            | "unknown"
            | "missing"
            | "not known"
            | "undefined"
            | "saknas"
            | "okänt"
            | "okänd"
            | "okant"
            | "okand"
            | "ej"
            | "ej angivet"
            | "ej angiven"
            | "ingen"
            | "inget"
            | "ukjent"
            | "ukendt"
            | "mangler"
            | "ikke oppgitt"
            | "ikke oplyst"
            | "tuntematon"
            | "puuttuu"
            | "ei"
            | "ei tiedossa"
            | "unbekannt"
            | "keine"
            | "test"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_lose_their_point_and_dashes_are_one_sign() {
        assert_eq!(plain("198507099805.0"), "198507099805");
        assert_eq!(plain("+46701740618.0"), "+46701740618");
        assert_eq!(plain("46701740618,0"), "46701740618", "as Excel shows it in most of Europe");
        assert_eq!(plain("12.0"), "12.0", "may be a written form");
        assert_eq!(plain("08.123.45.0"), "08.123.45.0");
        assert_eq!(plain("850709\u{2013}9805\u{A0}"), "850709-9805");
    }

    #[test]
    fn made_up_digits() {
        assert!(is_repeated("0000") && is_repeated("7") && !is_repeated("") && !is_repeated("0001"));
        assert!(is_counting("12345", 5) && !is_counting("1234", 5) && !is_counting("12346", 5));
        assert!(is_none_word("N/A") && is_none_word("#N/A") && is_none_word(" - ") && !is_none_word("Anna"));
    }
}
