//! Numbers that a file states about itself, read like the cells of its columns.

use super::form::FormedDecimal;
use super::parse::{CellParser, DecimalCell};
use crate::invisible::trimmed;
use crate::source::ValueForm;

/// The most digits of a sum.
const PRECISION: u8 = 38;

/// A number with at most `scale` digits after the decimal point, as a whole number of that scale.
///
/// # Errors
/// What is wrong with the text, to follow it.
pub fn stated_number(text: &str, form: &ValueForm, scale: u8) -> Result<i128, String> {
    let (cell, text) = (DecimalCell { precision: PRECISION, scale }, trimmed(text.as_bytes()));
    match FormedDecimal::new(form, cell, false) {
        Some(formed) => formed.slow(text),
        None => cell.slow(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_written_like_the_cells() {
        let swedish = ValueForm { decimal_sign: ',', thousands_signs: vec![' ', '.'], ..ValueForm::default() };
        for (text, found) in [
            ("1 234 567,50", Ok(123_456_750)),
            (" -0,5\u{a0}", Ok(-50)),
            ("1.234", Ok(123_400)),
            ("0000012", Ok(1200)),
            ("1,005", Err("has more than 2 digits after the decimal point")),
            ("12 kr", Err("is not a number")),
            ("", Err("is not a number")),
        ] {
            let read = stated_number(text, &swedish, 2);
            match found {
                Ok(value) => assert_eq!(read, Ok(value), "{text}"),
                Err(said) => assert!(read.as_ref().is_err_and(|wrong| wrong.contains(said)), "{text}: {read:?}"),
            }
        }
        assert_eq!(stated_number("-12.30", &ValueForm::default(), 2), Ok(-1230));
        assert!(stated_number("1,234", &ValueForm::default(), 0).is_err());
    }
}
