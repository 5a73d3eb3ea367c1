//! Cells in declared forms: what is a value and what is not, values written and read back, and chrono as the judge of
//! dates and times.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{
    super::{
        parse::{CellParser, DateCell, DecimalCell},
        split_tests::Random,
        zone::LocalTime,
    },
    *,
};
use crate::extract::column::ValueForm;

/// Both ways, which must not contradict each other, with text behind the cell and without.
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

fn signs(decimal: char, thousands: &[char], currency: &[&str]) -> ValueForm {
    ValueForm {
        decimal_sign: decimal,
        thousands_signs: thousands.to_vec(),
        currency_signs: strings(currency),
        ..ValueForm::default()
    }
}

const MONEY: DecimalCell = DecimalCell { precision: 12, scale: 2 };

fn swedish() -> FormedDecimal {
    let form = signs(',', &[' ', '\u{a0}', '\u{202f}', '\'', '’'], &["kr", "€", "SEK", ":-", "kr."]);
    FormedDecimal::new(&form, MONEY, false).unwrap()
}

fn german(plain: bool) -> FormedDecimal {
    FormedDecimal::new(&signs(',', &['.'], &["€"]), DecimalCell { precision: 12, scale: 3 }, plain).unwrap()
}

#[test]
fn decimals_in_swedish_forms() {
    for (cell, hundredths) in [
        ("186,11", 18611),
        ("0,00", 0),
        ("7", 700),
        (",5", 50),
        ("5,", 500),
        ("1234,50", 123450),
        ("1 234,50", 123450),
        ("1\u{a0}234,50", 123450),
        ("1\u{202f}234\u{202f}567,8", 123456780),
        ("1'234,50", 123450),
        ("1’234,50", 123450),
        ("012 345", 1234500),
        ("kr 1 234,50", 123450),
        ("kr1234,5", 123450),
        ("-1 234,50 kr", -123450),
        ("\u{2212}1\u{a0}234,50\u{a0}kr", -123450),
        ("kr -5", -500),
        ("-kr 5", -500),
        ("- kr 5", i128::MIN),
        ("€ 99", 9900),
        ("€99", 9900),
        ("99\u{202f}€", 9900),
        ("99:-", 9900),
        ("-99:-", -9900),
        ("kr. 100", 10000),
        ("100 kr.", 10000),
        ("SEK 1", 100),
        ("+1,5", 150),
        ("5-", -500),
        ("1 234,50-", -123450),
        ("1 234,50- kr", -123450),
        ("1,2500000", 125),
        ("\u{a0}1\u{a0}", 100),
        ("9 999 999 999,99", 999999999999),
    ] {
        let read = read(&swedish(), cell);
        if hundredths == i128::MIN {
            assert!(read.is_err(), "{cell}");
        } else {
            assert_eq!(read, Ok(hundredths), "{cell}");
        }
    }
}

const NO_NUMBERS: &[&str] = &[
    "1..2", "1,2,3", "12 34", "1 23", "1 2345", "1234 567", "1 234 56", " ", "-", "+", "\u{2212}", ",", "-,", "1e5",
    "٣", "１２", "\u{a0}", "\u{202f}", "\u{a0}\u{202f} ", "1.50", "1.234,50", "1 234.50", "1 234\u{a0}567", "1'234 567",
    "1  234", " 234 ", "1 234 ", "1 234,5 0", "1,234 5", "1 ,5", "- 5", "--5", "+-5", "-5-", "-5 -", "5 -", "(5)", "kr",
    "kr kr 5", "kr 5 kr", "kr 5 SEK", "5 USD", "Kr 5", "KR 5", "5kr5", "1k2", "NaN", "inf", "0x10", "1_000", "5%", "5 :-kr",
    "-5+", "5+", "\u{2012}5", "–5", "1\u{2009}234", "1\n234", "1\t234", "5\0",
];

#[test]
fn what_is_no_number_in_swedish_forms() {
    for cell in NO_NUMBERS {
        if matches!(*cell, " 234 " | "1 234 ") {
            // The cell is trimmed before, and a space beside a number says nothing.
            assert!(read(&swedish(), cell).is_ok(), "{cell}");
            continue;
        }
        let reason = read(&swedish(), cell).expect_err(cell);
        assert_eq!(
            reason,
            "is not a number with decimal sign ',', space, no-break space, narrow no-break space, ''' or '’' between \
             groups of three digits, currency kr, €, SEK, :- or kr.",
            "{cell}"
        );
    }
    assert_eq!(read(&swedish(), "1,255").unwrap_err(), "has more than 2 digits after the point");
    assert_eq!(read(&swedish(), "10 000 000 000,00").unwrap_err(), "is too large for decimal(12,2)");
    assert_eq!(read(&swedish(), &"9".repeat(200)).unwrap_err(), "has more digits than decimal(12,2) can hold");
}
