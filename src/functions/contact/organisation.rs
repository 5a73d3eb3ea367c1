//! Registration numbers of organisations in Sweden, Norway, Denmark and Finland, and the VAT numbers made of them.
//!
//! Sources: Skatteverket, SKV 709 (organisationsnummer: Luhn's formula, third digit at least 2, so that it is never a
//! personnummer); Brønnøysundregistrene, "Om organisasjonsnummeret"; Erhvervsstyrelsen (CVR); Patentti- ja
//! rekisterihallitus and Verohallinto, "Yritys- ja yhteisötunnuksen tarkistusmerkki".

use super::checksum::{luhn, mod_11};
use super::country;
use super::fault::{Fault, NOT_A_NUMBER, PLACEHOLDER, Read, WRONG_CHECK, WRONG_LENGTH};
use super::spelling::{is_counting, is_digits, is_repeated, not_a_number, plain, without};

const COUNTRIES: [&str; 4] = ["SE", "NO", "DK", "FI"];
/// The number of a text; `None` if it is empty.
pub(super) fn read(text: &str, country: Option<&str>) -> Read {
    let text = plain(text);
    (!text.is_empty()).then(|| number(&text, country))
}

fn number(text: &str, country: Option<&str>) -> Result<String, Fault> {
    let (country, rest) = country::of(text, country, &COUNTRIES)?;
    let has_prefix = rest.len() < text.len();
    let compact = without(rest, &[' ', '-', '.']);
    let digits = match country {
        "NO" => compact.strip_suffix("MVA").or_else(|| compact.strip_suffix("mva")).unwrap_or(&compact),
        _ => &compact,
    };
    if digits.is_empty() || !is_digits(digits) {
        return Err(not_a_number(text));
    }
    if is_repeated(digits) || is_counting(digits, 5) {
        return Err(PLACEHOLDER);
    }
    match country {
        "SE" => sweden(digits, has_prefix),
        "NO" => checked("NO", digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]),
        // The first digit is not a zero.
        "DK" if digits.starts_with('0') => Err(NOT_A_NUMBER),
        "DK" => checked("DK", digits, &[2, 7, 6, 5, 4, 3, 2, 1]),
        // Numbers of before 1978 are written with six digits before the hyphen.
        _ if digits.len() == 7 && rest.as_bytes().get(6) == Some(&b'-') => finland(&format!("0{digits}")),
        _ => finland(digits),
    }
}

/// Ten digits; twelve with the century 16 of the authorities' registers, or with the last two of a VAT number.
fn sweden(digits: &str, has_prefix: bool) -> Result<String, Fault> {
    let ten = match digits.len() {
        10 => digits,
        12 if has_prefix => &digits[..10],
        12 if digits.starts_with("16") => &digits[2..],
        12 if digits.starts_with("18") || digits.starts_with("19") || digits.starts_with("20") => {
            return Err("a personal number");
        }
        _ => return Err(WRONG_LENGTH),
    };
    match ten.as_bytes().get(2) {
        Some(b'2'..) if luhn(ten) => Ok(format!("SE-{ten}")),
        Some(b'2'..) => Err(WRONG_CHECK),
        // The month of a birth date. A sole trader's number is the personal number.
        _ => Err("a personal number"),
    }
}

fn finland(digits: &str) -> Result<String, Fault> {
    checked("FI", digits, &[7, 9, 10, 5, 8, 4, 2, 1])
}

fn checked(country: &str, digits: &str, weights: &[u32]) -> Result<String, Fault> {
    if digits.len() != weights.len() {
        return Err(WRONG_LENGTH);
    }
    if mod_11(digits, weights) { Ok(format!("{country}-{digits}")) } else { Err(WRONG_CHECK) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str, country: &str) -> Result<String, Fault> {
        read(text, Some(country)).expect("text")
    }

    #[test]
    fn one_number_in_any_spelling() {
        // Numbers of listed companies: Ericsson, Equinor, Novo Nordisk, Nokia.
        for (country, wanted, spellings) in [
            (
                "SE",
                "SE-5560160680",
                vec![
                    "556016-0680",
                    "5560160680",
                    "16556016-0680",
                    "SE556016068001",
                    "se 556016-0680 01",
                    "556016\u{2013}0680",
                ],
            ),
            (
                "NO",
                "NO-923609016",
                vec!["923 609 016", "923609016", "NO 923 609 016 MVA", "923609016MVA", "923609016.0"],
            ),
            ("DK", "DK-24256790", vec!["24256790", "24 25 67 90", "DK24256790", "DK-24256790"]),
            ("FI", "FI-01120389", vec!["0112038-9", "112038-9", "FI01120389", "01120389"]),
        ] {
            for spelling in spellings {
                assert_eq!(key(spelling, country), Ok(wanted.to_owned()), "{spelling:?}");
            }
            assert_eq!(read(wanted, None), Some(Ok(wanted.to_owned())), "a key is its own key");
            assert_eq!(key(wanted, "DE"), Ok(wanted.to_owned()), "the prefix counts more than the record's country");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        for (country, text, fault) in [
            ("SE", "saknas", "not a number"),
            ("SE", "-", "not a number"),
            ("SE", "556016-0681", "wrong check digit"),
            ("SE", "811228-9874", "a personal number"),
            ("SE", "19811228-9874", "a personal number"),
            ("SE", "556016", "wrong length"),
            ("SE", "5.56016E+09", "rounded by a spreadsheet"),
            ("SE", "0000000000", "a placeholder"),
            ("NO", "000000000", "a placeholder"),
            ("NO", "123456789", "a placeholder"),
            ("NO", "923609017", "wrong check digit"),
            ("DK", "00000000", "a placeholder"),
            ("DK", "99999999", "a placeholder"),
            ("DK", "04256790", "not a number"),
            ("FI", "0112038-8", "wrong check digit"),
            ("DE", "DE123456789", "no rules for the country"),
            ("", "5560160680", "no country"),
        ] {
            assert_eq!(key(text, country), Err(fault), "{country} {text:?}");
        }
        assert_eq!(read(" \u{200B}", Some("SE")), None);
    }

    proptest! {
        #[test]
        fn a_changed_digit_is_noticed(
            (country, valid) in prop_oneof![
                Just(("SE", "5560160680")), Just(("NO", "923609016")), Just(("DK", "24256790")), Just(("FI", "01120389"))
            ],
            place in 0_usize..8,
            by in 1_u8..10,
        ) {
            let mut digits = valid.as_bytes().to_vec();
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            let changed = String::from_utf8(digits).unwrap();
            prop_assert!(key(&changed, country).is_err(), "{changed}");
        }
    }
}
