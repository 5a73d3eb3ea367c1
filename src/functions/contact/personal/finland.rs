//! Finnish personal identity codes (henkilötunnus, HETU).
//!
//! Rules: valtioneuvoston asetus väestötietojärjestelmästä (128/2010) 2-4 § with its change 690/2022, and the Digital and
//! Population Data Services Agency (DVV), "The reform of personal identity code". Day, month and year of birth with two
//! digits each, a sign for the century, an individual number from 002 to 899 and a check character: the nine digits
//! modulo 31. Since 2023 there are further signs of a century, and codes that differ in the sign alone are different
//! persons, so the sign is part of the key. Individual numbers from 900 are temporary.

use crate::functions::contact::fault::{Fault, NOT_A_DATE, NOT_A_NUMBER, PLACEHOLDER, WRONG_CHECK, WRONG_LENGTH};
use crate::functions::contact::spelling::{is_digits, not_a_number, without};

use super::digits::{is_day, is_placeholder, two};

const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// `FI-` and eleven characters.
pub(super) fn number(text: &str) -> Result<String, Fault> {
    let code = without(text, &[' ']).to_ascii_uppercase();
    if is_placeholder(&without(&code, &['-', '+']), 4) {
        return Err(PLACEHOLDER);
    }
    if !code.is_ascii() || !code.starts_with(|c: char| c.is_ascii_digit()) || text.contains(['.', ',']) {
        return Err(not_a_number(text));
    }
    if code.len() != 11 {
        return Err(WRONG_LENGTH);
    }
    let (date, sign, individual, check) = (&code[..6], code.as_bytes()[6], &code[7..10], code.as_bytes()[10]);
    if !is_digits(date) || !is_digits(individual) {
        return Err(NOT_A_NUMBER);
    }
    let century = match sign {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return Err(NOT_A_NUMBER),
    };
    let (day, month, short) = (two(date, 0), two(date, 2), two(date, 4));
    if !is_day(century + i32::try_from(short).unwrap_or_default(), month, day) {
        return Err(NOT_A_DATE);
    }
    let nine = date.bytes().chain(individual.bytes()).fold(0_usize, |sum, byte| sum * 10 + usize::from(byte & 0xF));
    if CHECKS[nine % CHECKS.len()] != check {
        return Err(WRONG_CHECK);
    }
    match nine % 1000 {
        0 | 1 => Err(PLACEHOLDER),
        900.. => Err("a temporary number"),
        _ => Ok(format!("FI-{code}")),
    }
}
