//! Which country's rules a number follows: that of its own prefix, else that of its record.

use crate::invisible::as_seen;

use super::fault::{Fault, NOT_A_NUMBER};

/// The fault of a value without a prefix in a record without a country.
pub(super) const NO_COUNTRY: Fault = "no country";
/// The fault of a value of a country that the function has no rules for.
const NO_RULES: Fault = "no rules for the country";

/// The country of a number, one of `known`, and the number without its prefix. A prefix is two letters before a digit,
/// as in `SE-198507099805` and `DK13585628`.
pub(super) fn of<'a>(
    text: &'a str,
    country: Option<&str>,
    known: &[&'static str],
) -> Result<(&'static str, &'a str), Fault> {
    if let Some((prefix, rest)) = text.split_at_checked(2)
        && let Some(code) = known.iter().find(|code| code.eq_ignore_ascii_case(prefix))
    {
        let rest = rest.trim_start_matches([' ', '-', ':']);
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok((code, rest));
        }
    }
    // A word for "none" is one in any country.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(NOT_A_NUMBER);
    }
    Ok((of_record(country, known)?, text))
}

/// The country of a record, one of `known`.
pub(super) fn of_record(country: Option<&str>, known: &[&'static str]) -> Result<&'static str, Fault> {
    let country = country.map(as_seen).filter(|country| !country.is_empty()).ok_or(NO_COUNTRY)?;
    let country = if country.eq_ignore_ascii_case("UK") { "GB".into() } else { country };
    known.iter().find(|code| code.eq_ignore_ascii_case(&country)).copied().ok_or(NO_RULES)
}
