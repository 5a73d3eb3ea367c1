//! Postal codes of Sweden, Norway, Denmark, Finland, Germany and the United Kingdom.
//!
//! The one spelling begins with the country's two letters and a hyphen: `0150` is in Oslo and in Denmark. Whether a code is
//! in use is not looked up. Sources: the addressing systems of the Universal Postal Union, and for GB the format of BS 7666.

use super::country::{NO_COUNTRY, of_record};
use super::fault::{Fault, PLACEHOLDER, Read, WRONG_LENGTH};
use super::spelling::{is_digits, plain, without};

const COUNTRIES: [&str; 6] = ["SE", "NO", "DK", "FI", "DE", "GB"];
/// Letters before a code, also those of the number plates, which mail to other countries carried until the 1990s.
const PREFIXES: [(&str, &str); 11] = [
    ("FIN", "FI"),
    ("SF", "FI"),
    ("FI", "FI"),
    ("SE", "SE"),
    ("NO", "NO"),
    ("DK", "DK"),
    ("DE", "DE"),
    ("S", "SE"),
    ("N", "NO"),
    ("D", "DE"),
    ("GB", "GB"),
];
const NOT_A_CODE: Fault = "not a postal code";

/// The code of a text; `None` if it is empty.
pub(super) fn read(text: &str, country: Option<&str>) -> Read {
    let text = plain(text);
    (!text.is_empty()).then(|| code(&text, country))
}

fn code(text: &str, country: Option<&str>) -> Result<String, Fault> {
    let compact = without(text, &[' ', '-']).to_ascii_uppercase();
    let prefixed = PREFIXES.iter().find_map(|(prefix, country)| {
        let rest = compact.strip_prefix(prefix)?;
        // S1 2HE is in Sheffield: before a code of digits only, and `GB`, which begins no code.
        (!rest.is_empty() && is_digits(rest) || *prefix == "GB").then_some((*country, rest))
    });
    let (country, code) = match prefixed {
        Some(found) => found,
        None => match of_record(country, &COUNTRIES) {
            Ok(country) => (country, compact.as_str()),
            Err(NO_COUNTRY) if !compact.bytes().any(|byte| byte.is_ascii_digit()) => return Err(NOT_A_CODE),
            Err(fault) => return Err(fault),
        },
    };
    if country == "GB" {
        return british(code);
    }
    if !is_digits(code) || code.is_empty() {
        return Err(NOT_A_CODE);
    }
    let (length, least) = match country {
        "SE" => (5, "10000"),
        "NO" => (4, "0001"),
        "DK" => (4, "0500"),
        "FI" => (5, "00001"),
        _ => (5, "01001"),
    };
    if matches!(code, "00000" | "99999" | "12345" | "11111" | "0000" | "9999") {
        return Err(PLACEHOLDER);
    }
    if code.len() != length {
        return Err(WRONG_LENGTH);
    }
    if code < least { Err(NOT_A_CODE) } else { Ok(format!("{country}-{code}")) }
}

/// Outward and inward code: `SW1A 1AA`.
fn british(code: &str) -> Result<String, Fault> {
    let (outward, inward) = code.len().checked_sub(3).and_then(|at| code.split_at_checked(at)).ok_or(NOT_A_CODE)?;
    let inward_fits = matches!(
        inward.as_bytes(),
        [b'0'..=b'9', first @ b'A'..=b'Z', second @ b'A'..=b'Z']
            if !b"CIKMOV".contains(first) && !b"CIKMOV".contains(second)
    );
    let digit = |byte: &u8| byte.is_ascii_digit();
    let letter = |byte: &u8| byte.is_ascii_uppercase();
    let outward_fits = match outward.as_bytes() {
        [a, b] => letter(a) && digit(b),
        [a, b, c] => letter(a) && (digit(b) && (digit(c) || letter(c)) || letter(b) && digit(c)),
        [a, b, c, d] => letter(a) && letter(b) && digit(c) && (digit(d) || letter(d)),
        _ => false,
    };
    let is_girobank = outward == "GIR" && inward == "0AA";
    if inward_fits && (outward_fits || is_girobank) { Ok(format!("GB-{outward} {inward}")) } else { Err(NOT_A_CODE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str, country: &str) -> Result<String, Fault> {
        read(text, Some(country)).expect("text")
    }

    #[test]
    fn one_code_in_any_spelling() {
        for (country, wanted, spellings) in [
            (
                "SE",
                "SE-11455",
                vec!["11455", "114 55", "SE-114 55", "S-114 55", "se11455", "114\u{A0}55", "S\u{2013}11455"],
            ),
            ("NO", "NO-0150", vec!["0150", "NO-0150", "N-0150"]),
            ("dk", "DK-1050", vec!["1050", "DK-1050", "DK 1050"]),
            ("FI", "FI-00100", vec!["00100", "FI-00100", "FIN-00100", "SF-00100"]),
            ("DE", "DE-01067", vec!["01067", "D-01067", "DE 01067"]),
            ("GB", "GB-SW1A 1AA", vec!["SW1A 1AA", "sw1a1aa", "SW1A-1AA", "GB-SW1A 1AA"]),
            ("UK", "GB-S1 2HE", vec!["S1 2HE", "s12he"]),
            ("GB", "GB-SE1 7PB", vec!["SE1 7PB", "SE17PB"]),
            ("GB", "GB-DE55 4QQ", vec!["DE55 4QQ"]),
            ("GB", "GB-W1A 0AX", vec!["W1A 0AX"]),
            ("GB", "GB-M1 1AE", vec!["M1 1AE"]),
            ("GB", "GB-GIR 0AA", vec!["GIR 0AA"]),
        ] {
            for spelling in spellings {
                assert_eq!(key(spelling, country), Ok(wanted.to_owned()), "{spelling:?}");
            }
            assert_eq!(read(wanted, None), Some(Ok(wanted.to_owned())), "a key is its own key");
        }
        assert_eq!(
            key("S-114 55", "NO"),
            Ok("SE-11455".to_owned()),
            "the prefix counts more than the record's country"
        );
    }

    #[test]
    fn what_is_no_code_says_why() {
        for (country, text, fault) in [
            ("SE", "saknas", NOT_A_CODE),
            ("SE", "-", NOT_A_CODE),
            ("SE", "00000", "a placeholder"),
            ("SE", "123 45", "a placeholder"),
            ("SE", "01234", NOT_A_CODE),
            ("SE", "1145", "wrong length"),
            ("SE", "114 55 Stockholm", NOT_A_CODE),
            ("NO", "150", "wrong length"),
            ("DE", "1067", "wrong length"),
            ("DK", "0000", "a placeholder"),
            ("GB", "SW1A 1CA", NOT_A_CODE),
            ("GB", "EC1A", NOT_A_CODE),
            ("GB", "GB", NOT_A_CODE),
            ("GB", "åäö 1AA", NOT_A_CODE),
            ("FR", "75001", "no rules for the country"),
            ("", "11455", "no country"),
        ] {
            assert_eq!(key(text, country), Err(fault), "{country} {text:?}");
        }
        assert_eq!(read(" \u{200B}", Some("SE")), None);
    }
}
