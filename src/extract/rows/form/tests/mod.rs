//! Cells in declared forms: valid and invalid values, and values written and read back.

mod accounting;
mod moments;
mod numbers;

use super::{
    super::parse::{CellParser, DateCell},
    *,
};
use crate::source::ValueForm;

/// Both paths, which must agree, with and without text after the cell.
fn read<P: CellParser>(parser: &P, cell: &str) -> Result<P::Value, String> {
    let slow = parser.slow(cell.as_bytes());
    let padded = format!(";{cell};99999999999999999999999999999");
    for (text, start) in [(padded.as_str(), 1), (cell, 0)] {
        if let Some(fast) = parser.fast(text.as_bytes(), start, start + cell.len()) {
            assert!(slow.as_ref().is_ok_and(|slow| *slow == fast), "{cell}: {fast:?} or {slow:?}");
        }
    }
    slow
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn words(yes: &[&str], no: &[&str], plain: bool) -> FormedBool {
    let form = ValueForm { true_words: Some(strings(yes)), false_words: Some(strings(no)), ..ValueForm::default() };
    FormedBool::new(&form, plain).unwrap()
}

#[test]
fn bools_in_words() {
    let parser = words(&["ja", "J", "sant", "1", "på"], &["nej", "N", "falskt", "0", "av"], false);
    for cell in ["ja", "JA", "Ja", "jA", "j", "J", "SANT", "1", "på", "PÅ", "På", "pÅ"] {
        assert_eq!(read(&parser, cell), Ok(true), "{cell}");
    }
    for cell in ["nej", "NEJ", "n", "N", "Falskt", "fALSKT", "0", "av"] {
        assert_eq!(read(&parser, cell), Ok(false), "{cell}");
    }
    for cell in ["true", "false", "yes", "jaa", "", " ", "10", "y", "pa", "2"] {
        let reason = read(&parser, cell).expect_err(cell);
        assert_eq!(reason, "is neither true nor false (ja, J, sant, 1 or på; nej, N, falskt, 0 or av)");
    }
    assert_eq!(read(&words(&["ja"], &["nej"], true), "TRUE"), Ok(true));
    assert_eq!(read(&words(&["false"], &["true"], true), "true"), Ok(false));
    let half = ValueForm { true_words: Some(strings(&["X"])), ..ValueForm::default() };
    let half = FormedBool::new(&half, false).unwrap();
    assert_eq!((read(&half, "x"), read(&half, "no")), (Ok(true), Ok(false)));
    assert!(read(&half, "yes").is_err());
}

#[test]
fn a_null_word_that_could_be_a_value_is_empty() {
    let nulls = NullWords::trimmed(&strings(&["9999-12-31", " 1900-01-01 ", "NULL", ""]));
    let parser = Formed::new(DateCell, nulls, false);
    assert_eq!(parser.fast(b"1900-01-01", 0, 10), None);
    assert!(
        parser.is_null(b"1900-01-01") && parser.is_null(b"NULL") && !parser.is_null(b"null") && !parser.is_null(b"")
    );
    assert_eq!(parser.fast(b"1900-01-02", 0, 10), Some(-25566));
}
