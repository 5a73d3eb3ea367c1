//! Danish CPR numbers.
//!
//! Rules: CPR-kontoret, "Personnummeret i CPR-systemet". Day, month and year of birth with two digits each, and a serial
//! number of four digits from 0001, whose first says the century. Until 2007 every number was a multiple of 11 by the
//! weights 4 3 2 7 6 5 4 3 2 1; those given out since need not be, so that only the date can be wrong, and a typing error
//! in the last four digits is not noticed. Replacement numbers (erstatningspersonnummer: day + 60) are refused: each
//! authority gives its own.

use crate::functions::contact::fault::{Fault, NOT_A_DATE, PLACEHOLDER, WRONG_LENGTH};
use crate::functions::contact::spelling::{is_digits, not_a_number, without};

use super::digits::{is_day, is_placeholder, two};

/// `DK-` and ten digits.
pub(super) fn number(text: &str) -> Result<String, Fault> {
    let digits = without(text, &[' ', '-', '.']);
    if digits.is_empty() || !is_digits(&digits) {
        return Err(not_a_number(text));
    }
    if is_placeholder(&digits, 4) {
        return Err(PLACEHOLDER);
    }
    if digits.len() != 10 {
        return Err(WRONG_LENGTH);
    }
    let (day, month, short) = (two(&digits, 0), two(&digits, 2), two(&digits, 4));
    if (61..=91).contains(&day) {
        return Err("a replacement number");
    }
    let century = match (two(&digits, 6) / 10, short) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (5..=8, 58..) => 1800,
        _ => 2000,
    };
    let year = century + i32::try_from(short).unwrap_or_default();
    if is_day(year, month, day) { Ok(format!("DK-{digits}")) } else { Err(NOT_A_DATE) }
}
