//! Norwegian fødselsnummer and D-number.
//!
//! Rules: folkeregisterforskriften § 2-2-1 to § 2-2-3 (Skatteetaten, Folkeregisteret). Day, month and year of birth with
//! two digits each, an individual number of three, which also says the century, and two check digits modulo 11. The day
//! of a D-number is 40 higher. Numbers that institutions give themselves are refused: H-numbers (month + 40) and
//! FH-numbers (first digit 8 or 9) mean another person elsewhere. So are the synthetic persons of Skatteetaten's test
//! population (month + 80) and of NAV (month + 65). From 2032 on numbers are given out under other rules.

use crate::functions::contact::checksum::mod_11;
use crate::functions::contact::fault::{Fault, NOT_A_DATE, PLACEHOLDER, WRONG_CHECK, WRONG_LENGTH};
use crate::functions::contact::spelling::{is_digits, not_a_number, without};

use super::digits::{is_day, is_placeholder, two};

const FIRST_CHECK: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND_CHECK: [u32; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/// `NO-` and eleven digits.
pub(super) fn number(text: &str) -> Result<String, Fault> {
    let digits = without(text, &[' ', '-', '.']);
    if digits.is_empty() || !is_digits(&digits) {
        return Err(not_a_number(text));
    }
    if is_placeholder(&digits, 5) {
        return Err(PLACEHOLDER);
    }
    if digits.len() != 11 {
        return Err(WRONG_LENGTH);
    }
    let (day, month, short) = (two(&digits, 0), two(&digits, 2), two(&digits, 4));
    match (day, month) {
        (80.., _) => return Err("an FH-number"),
        (_, 41..=52) => return Err("an H-number"),
        (_, 66..=77 | 81..=92) => return Err("a test number"),
        _ => (),
    }
    let individual = two(&digits, 6) * 10 + two(&digits, 8) / 10;
    let century = match (individual, short) {
        (0..500, _) => 1900,
        (500..750, 54..) => 1800,
        (500..1000, 0..40) => 2000,
        (900..1000, _) => 1900,
        _ => return Err(NOT_A_DATE),
    };
    let year = century + i32::try_from(short).unwrap_or_default();
    if !is_day(year, month, if day > 40 { day - 40 } else { day }) {
        return Err(NOT_A_DATE);
    }
    if !mod_11(&digits, &FIRST_CHECK) || !mod_11(&digits, &SECOND_CHECK) {
        return Err(WRONG_CHECK);
    }
    Ok(format!("NO-{digits}"))
}
