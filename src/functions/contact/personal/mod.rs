//! Personal identity numbers of Sweden, Norway, Denmark and Finland.
//!
//! The one spelling is the country's two letters, a hyphen and the number, so that numbers of two countries are never
//! equal.

mod denmark;
mod digits;
mod finland;
mod norway;
mod sweden;
#[cfg(test)]
mod tests;

use super::country;
use super::fault::{Fault, Read};
use super::spelling::plain;

const COUNTRIES: [&str; 4] = ["SE", "NO", "DK", "FI"];

/// The number of a text; `None` if it is empty.
pub(super) fn read(text: &str, country: Option<&str>) -> Read {
    let text = plain(text);
    (!text.is_empty()).then(|| number(&text, country))
}

fn number(text: &str, country: Option<&str>) -> Result<String, Fault> {
    let (country, text) = country::of(text, country, &COUNTRIES)?;
    match country {
        "SE" => sweden::number(text),
        "NO" => norway::number(text),
        "DK" => denmark::number(text),
        _ => finland::number(text),
    }
}
