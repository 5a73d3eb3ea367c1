//! Swedish personnummer and samordningsnummer.
//!
//! Rules: folkbokföringslagen (1991:481) 18 § and 18 a §, and Skatteverket's brochures SKV 704 (personnummer) and SKV 707
//! (samordningsnummer). Six digits of the birth date, a sign, a birth number of three digits from 001 and a check digit
//! by Luhn's formula over the nine digits before it. The day of a samordningsnummer is 60 higher. The sign is `-`, and `+`
//! from the year in which the person becomes 100.

use crate::functions::contact::checksum::luhn;
use crate::functions::contact::fault::{Fault, NOT_A_DATE, NOT_A_NUMBER, PLACEHOLDER, WRONG_CHECK, WRONG_LENGTH};
use crate::functions::contact::spelling::{is_digits, not_a_number, without};

use super::digits::{is_day, is_placeholder, two};

/// The last birth year of a number of ten digits with `-` or without a sign. A constant, and not the day of the run: a
/// person who becomes 100 keeps the key.
const LAST_OF_SHORT: i32 = 2026;
/// The last birth year of a number of ten digits with `+`.
const LAST_OF_PLUS: i32 = 1949;
/// Later birth years are a century typed wrong, which the check digit does not protect.
const LAST: i32 = 2049;

/// `SE-` and twelve digits.
pub(super) fn number(text: &str) -> Result<String, Fault> {
    let compact = without(text, &[' ']);
    let (head, serial) = compact.len().checked_sub(4).and_then(|at| compact.split_at_checked(at)).unwrap_or_default();
    let date = head.strip_suffix(['-', '+']).unwrap_or(head);
    if !is_digits(date) || !is_digits(serial) {
        return Err(if is_interim(date, serial) { "an interim number" } else { not_a_number(text) });
    }
    let ten = match date.len() {
        6 => format!("{date}{serial}"),
        8 => format!("{}{serial}", &date[2..]),
        _ if is_placeholder(&without(text, &[' ', '-', '+']), usize::MAX) => return Err(PLACEHOLDER),
        _ if compact.is_empty() || !compact.bytes().any(|byte| byte.is_ascii_digit()) => return Err(NOT_A_NUMBER),
        _ => return Err(WRONG_LENGTH),
    };
    // 121212-1212 is the person of every form's example. Birth numbers begin with 001.
    if is_placeholder(&ten, 4) || ten == "1212121212" || serial.starts_with("000") {
        return Err(PLACEHOLDER);
    }
    let short = i32::try_from(two(&ten, 0)).unwrap_or_default();
    let year = match date.len() {
        8 => i32::try_from(two(date, 0)).unwrap_or_default() * 100 + short,
        _ if head.ends_with('+') => latest(short, LAST_OF_PLUS),
        _ => latest(short, LAST_OF_SHORT),
    };
    let (month, day) = (two(&ten, 2), two(&ten, 4));
    let day_of_birth = if day > 60 { day - 60 } else { day };
    if !(1800..2100).contains(&year) || !is_day(year, month, day_of_birth) {
        return Err(NOT_A_DATE);
    }
    if !luhn(&ten) {
        return Err(WRONG_CHECK);
    }
    if year > LAST {
        return Err("born in the future");
    }
    Ok(format!("SE-{year:04}{month:02}{day:02}{serial}"))
}

/// The latest year up to `last` whose last two digits are `short`.
fn latest(short: i32, last: i32) -> i32 {
    last - (last - short).rem_euclid(100)
}

/// Numbers that hospitals and universities give to persons without one begin their last part with a letter (T, R and
/// others), and mean another person elsewhere.
fn is_interim(date: &str, serial: &str) -> bool {
    let digits_after_letter = serial.strip_prefix(|c: char| c.is_ascii_alphabetic());
    matches!(date.len(), 6 | 8) && is_digits(date) && digits_after_letter.is_some_and(is_digits)
}
