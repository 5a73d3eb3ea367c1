//! Numbers in declared forms.

use proptest::prelude::*;

use super::{
    super::{super::parse::DecimalCell, number::BEGINS_WITH_ZERO, *},
    read, strings,
};
use crate::extract::random::Random;
use crate::source::ValueForm;

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
        ("012345", 1234500),
        ("kr 1 234,50", 123450),
        ("kr1234,5", 123450),
        ("-1 234,50 kr", -123450),
        ("\u{2212}1\u{a0}234,50\u{a0}kr", -123450),
        ("kr -5", -500),
        ("-kr 5", -500),
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
        assert_eq!(read(&swedish(), cell), Ok(hundredths), "{cell}");
    }
}

const NO_NUMBERS: &[&str] = &[
    "1..2",
    "1,2,3",
    "12 34",
    "1 23",
    "1 2345",
    "1234 567",
    "1 234 56",
    " ",
    "-",
    "+",
    "\u{2212}",
    ",",
    "-,",
    "٣",
    "１２",
    "\u{a0}",
    "\u{202f}",
    "\u{a0}\u{202f} ",
    "1.50",
    "1.234,50",
    "1 234.50",
    "1 234\u{a0}567",
    "1'234 567",
    "1  234",
    "1 234,5 0",
    "1,234 5",
    "1 ,5",
    "--5",
    "+-5",
    "-5-",
    "-5 -",
    "5 -",
    "(5)",
    "kr",
    "kr kr 5",
    "kr 5 kr",
    "kr 5 SEK",
    "5 USD",
    "Kr 5",
    "KR 5",
    "5kr5",
    "1k2",
    "NaN",
    "inf",
    "0x10",
    "1_000",
    "5%",
    "5 :-kr",
    "-5+",
    "5+",
    "\u{2012}5",
    "–5",
    "1\u{2009}234",
    "1\n234",
    "1\t234",
    "5\0",
];

#[test]
fn cells_that_are_not_numbers_in_swedish_forms() {
    for cell in NO_NUMBERS {
        let reason = read(&swedish(), cell).expect_err(cell);
        assert_eq!(
            reason,
            "is not a number with decimal sign ',', space, no-break space, narrow no-break space, ''' or '’' between \
             groups of three digits, currency kr, €, SEK, :- or kr.",
            "{cell}"
        );
    }
    assert_eq!(read(&swedish(), "1,255").unwrap_err(), "has more than 2 digits after the decimal point");
    assert_eq!(read(&swedish(), "10 000 000 000,00").unwrap_err(), "is too large for decimal(12,2)");
    assert_eq!(read(&swedish(), &"9".repeat(200)).unwrap_err(), "has more digits than decimal(12,2) can hold");
}

#[test]
fn a_point_between_thousands_is_not_a_decimal_point() {
    for (cell, thousandths) in [("1.234", 1_234_000), ("1.234.567,8", 1_234_567_800), ("999", 999_000), ("0,5 €", 500)]
    {
        assert_eq!(read(&german(false), cell), Ok(thousandths), "{cell}");
    }
    for cell in ["1.23", "1.2345", "12.34,5", ".123", "1.", "1234.567", "1..234", "1.234,567.8", "1,234.5"] {
        let reason = read(&german(false), cell).expect_err(cell);
        let form = "decimal sign ',', '.' between groups of three digits, currency €";
        assert_eq!(reason, format!("is not a number with {form}"), "{cell}");
    }
}

#[test]
fn groups_of_digits_do_not_begin_with_zero() {
    for cell in ["0.125", "-0.500", "00.123", "01.234", "0.000", "000.000.001", "012.345,5", "0.125 €", "0.125-"] {
        let reason = read(&german(false), cell).expect_err(cell);
        let form = "is not a number with decimal sign ',', '.' between groups of three digits, currency €";
        assert_eq!(reason, format!("{form}{BEGINS_WITH_ZERO}"), "{cell}");
    }
    let int = FormedInt::new(&signs('.', &[',', ' '], &[])).unwrap();
    for cell in ["0,123", "0 123", "-0,500", "012,345", "000,000"] {
        let reason = read(&int, cell).expect_err(cell);
        assert_eq!(
            reason,
            format!("is not a whole number, ',' or space between groups of three digits{BEGINS_WITH_ZERO}")
        );
    }
    assert_eq!(read(&int, "1,000"), Ok(1000));
    // Where a plain number is also accepted, it has one meaning only.
    assert_eq!(read(&german(true), "0.125"), Ok(125));
}

#[test]
fn an_ambiguous_number_is_refused() {
    assert_eq!(read(&german(true), "1.5"), Ok(1500));
    assert!(read(&german(true), "1.2345000").unwrap_err().starts_with("is not a number"));
    assert_eq!(read(&german(true), "1234.567"), Ok(1_234_567));
    assert_eq!(read(&german(true), "1,5"), Ok(1500));
    assert_eq!(read(&german(true), "0"), Ok(0));
    assert!(read(&german(true), "1.234").unwrap_err().starts_with("is ambiguous"));
    assert_eq!(read(&FormedDecimal::new(&signs(',', &[' '], &[]), MONEY, true).unwrap(), "1234.50"), Ok(123450));
    assert_eq!(read(&FormedDecimal::new(&signs('.', &[','], &[]), MONEY, true).unwrap(), "1,234.50"), Ok(123450));
}

#[test]
fn ints_in_declared_forms() {
    let parser = FormedInt::new(&signs(',', &['.', '\u{a0}'], &["st"])).unwrap();
    for (cell, value) in [
        ("0", 0),
        ("007", 7),
        ("12345678", 12345678),
        ("1.234", 1234),
        ("1.234.567", 1234567),
        ("1\u{a0}234", 1234),
        ("12 st", 12),
        ("\u{2212}5", -5),
        ("1.234-", -1234),
        ("9.223.372.036.854.775.807", i64::MAX),
        ("-9.223.372.036.854.775.808", i64::MIN),
    ] {
        assert_eq!(read(&parser, cell), Ok(value), "{cell}");
    }
    for cell in ["1.23", "1,5", "", "-", "st", "1 234", "1.234,01", "1.5e0", "٣", ".", "1.234\u{a0}567", "½"] {
        let reason = read(&parser, cell).expect_err(cell);
        assert!(reason.starts_with("is not a whole number, '.' or no-break space between"), "{cell}: {reason}");
    }
    assert_eq!(read(&parser, "9.223.372.036.854.775.808").unwrap_err(), "is too large for a whole number of 64 bits");
    assert!(read(&parser, &"9".repeat(99)).unwrap_err().contains("more digits"));
}

/// A number with a sign between groups, as a program would write it in that form.
fn written(value: i128, scale: usize, decimal: char, thousands: &str) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push_str(thousands);
        }
        text.push(digit);
    }
    if scale > 0 {
        text.push(decimal);
        text.push_str(fraction);
    }
    if value < 0 { format!("-{text}") } else { text }
}

proptest! {
    #[test]
    fn a_number_written_in_a_form_is_read_back(value in any::<i64>(), scale in 0_u8..9, small in any::<bool>()) {
        let value = i128::from(if small { value >> 36 } else { value });
        for (decimal, thousands) in [(',', " "), (',', "."), ('.', ","), ('.', "'"), (',', "\u{202f}"), (',', "")] {
            let form = signs(decimal, &thousands.chars().collect::<Vec<_>>(), &["kr"]);
            let cell = DecimalCell { precision: 38, scale };
            let text = written(value, usize::from(scale), decimal, thousands);
            for text in [text.clone(), format!("{text} kr"), format!("kr\u{a0}{text}"), text.replace('-', "\u{2212}")] {
                prop_assert_eq!(read(&FormedDecimal::new(&form, cell, false).unwrap(), &text), Ok(value));
                if scale == 0 {
                    prop_assert_eq!(read(&FormedInt::new(&form).unwrap(), &text).map(i128::from), Ok(value));
                }
            }
        }
    }
}

#[test]
fn fast_and_slow_numbers_agree_on_anything() {
    let mut random = Random(7);
    let decimals = [swedish(), german(false), german(true)];
    let int = FormedInt::new(&signs(',', &[' ', '.'], &["kr"])).unwrap();
    for _ in 0..100_000 {
        let size = 1 + random.below(12);
        let pieces = ["0", "1", "5", "9", ".", ",", "-", " ", "\u{a0}", "kr", "\u{2212}", "00", "234"];
        let cell = String::from_utf8(random.text(size, &pieces)).unwrap();
        for parser in &decimals {
            let _ = read(parser, &cell);
        }
        let _ = read(&int, &cell);
    }
}
