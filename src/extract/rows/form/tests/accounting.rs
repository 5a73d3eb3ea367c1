//! Amounts as bookkeepers write them, numbers that are rounded, and texts that are wrapped for a spreadsheet.

use super::{
    super::{super::parse::DecimalCell, *},
    read, strings,
};
use crate::config::Negative;
use crate::extract::random::Random;
use crate::extract::rows::parse::IntCell;
use crate::source::ValueForm;

const MONEY: DecimalCell = DecimalCell { precision: 14, scale: 2 };

fn ledger() -> ValueForm {
    ValueForm {
        decimal_sign: ',',
        thousands_signs: vec![' ', '.', '\u{a0}'],
        currency_signs: strings(&["kr", "€", "SEK"]),
        negative: vec![Negative::Parentheses, Negative::TrailingMinus, Negative::CrDr],
        zero_words: strings(&["-", "–", "nil"]),
        ..ValueForm::default()
    }
}

fn swiss() -> ValueForm {
    ValueForm { thousands_signs: vec!['\'', '’'], currency_signs: strings(&["CHF"]), ..ValueForm::default() }
}

fn decimal(form: &ValueForm) -> FormedDecimal {
    FormedDecimal::new(form, MONEY, false).unwrap()
}

#[test]
fn negative_amounts_in_every_declared_form() {
    for (cell, hundredths) in [
        ("(99,00)", -9900),
        ("(1 234,50 kr)", -123450),
        ("(kr 1 234,50)", -123450),
        ("kr (1 234,50)", -123450),
        ("(1.234,50) kr", -123450),
        ("( 5 )", -500),
        ("(5)\u{a0}", -500),
        ("99,00-", -9900),
        ("99,00\u{2212}", -9900),
        ("99,00–", -9900),
        ("–99,00", -9900),
        ("\u{2212}99,00", -9900),
        ("1.234,50 CR", -123450),
        ("1 234,50 DR", 123450),
        ("1 234,50CR", -123450),
        ("cr 5", -500),
        ("5 kr Cr", -500),
        ("5 Dr", 500),
        ("+7", 700),
        (",50", 50),
        ("1 234,50", 123450),
    ] {
        assert_eq!(read(&decimal(&ledger()), cell), Ok(hundredths), "{cell}");
    }
    let debit = ValueForm { negative: vec![Negative::DrCr], ..ledger() };
    assert_eq!(read(&decimal(&debit), "5 DR"), Ok(-500));
    assert_eq!(read(&decimal(&debit), "5 CR"), Ok(500));
}

#[test]
fn spaces_may_stand_beside_signs() {
    // As columns of fixed width, accounting formats of Excel and old ledgers have them.
    for (cell, hundredths) in [
        ("- 99,00", -9900),
        ("-    99,00", -9900),
        ("\u{2212}\u{a0}99,00", -9900),
        ("– 99,00", -9900),
        ("- 99,00 kr", -9900),
        ("kr - 99,00", -9900),
        ("- kr 99,00", -9900),
        ("+ 99,00", 9900),
        ("99,00 -", -9900),
        ("99,00 \u{2212}", -9900),
        ("99,00 kr -", -9900),
        ("99,00 - kr", -9900),
        ("99,00+", 9900),
        ("99,00 + kr", 9900),
        ("99,-", 9900),
        ("99,- -", -9900),
        ("99 -", -9900),
    ] {
        assert_eq!(read(&decimal(&ledger()), cell), Ok(hundredths), "{cell}");
    }
    let undeclared = ValueForm { negative: Vec::new(), zero_words: Vec::new(), ..ledger() };
    for (cell, hundredths) in [("- 99,00", -9900), ("\u{2212} 99,00 kr", -9900), ("+ 99", 9900), ("99,00-", -9900)] {
        assert_eq!(read(&decimal(&undeclared), cell), Ok(hundredths), "{cell}");
    }
    for cell in ["99,00 -", "99,00 kr -", "99,00+", "9 -9"] {
        assert!(read(&decimal(&undeclared), cell).is_err(), "{cell}");
    }
    assert_eq!(read(&MONEY, "- 99.00"), Ok(-9900));
    assert_eq!(read(&IntCell, "\u{2212} 7"), Ok(-7));
}

#[test]
fn an_amount_has_one_sign() {
    for cell in [
        "-(5)",
        "(-5)",
        "(5-)",
        "(5",
        "5)",
        "()",
        "((5))",
        "-5 CR",
        "5- CR",
        "(5) DR",
        "5 CR CR",
        "CR",
        "CR 5 CR",
        "5 CRX",
        "--5",
        "–-5",
        "5 C",
        "kr 5 kr",
        "(kr 5) kr",
        "- 5 -",
        "+5-",
        "5 - -",
        "(",
        "nil 5",
        "--",
        "(nil)",
    ] {
        let reason = read(&decimal(&ledger()), cell).expect_err(cell);
        let shown = "negative in parentheses, with a minus behind or with CR";
        assert!(reason.starts_with("is not a number with") && reason.ends_with(shown), "{cell}: {reason}");
    }
    let undeclared = ValueForm { negative: Vec::new(), zero_words: Vec::new(), ..ledger() };
    for cell in ["(5)", "5 CR", "–5", "5–", "-", "nil"] {
        assert!(read(&decimal(&undeclared), cell).is_err(), "{cell}");
    }
}

#[test]
fn dashes_of_accounting_formats_are_zero() {
    for cell in ["-", " -   kr ", "–", "kr -", "- €", "nil", "\u{a0}-\u{a0}"] {
        assert_eq!(read(&decimal(&ledger()), cell), Ok(0), "{cell}");
    }
    let whole = FormedInt::new(&ledger()).unwrap();
    assert_eq!(read(&whole, "-"), Ok(0));
    assert_eq!(read(&whole, "(1 234)"), Ok(-1234));
}

#[test]
fn prices_without_cents_are_not_negative() {
    for (cell, hundredths) in [
        ("12.--", 1200),
        ("CHF 12.--", 1200),
        ("12.-", 1200),
        ("12.–", 1200),
        ("12.—", 1200),
        ("1'234.--", 123400),
        ("1’234’567.50", 123456750),
        ("-12.--", -1200),
        ("12-", -1200),
        ("12.50-", -1250),
        ("-0.00", 0),
    ] {
        assert_eq!(read(&decimal(&swiss()), cell), Ok(hundredths), "{cell}");
    }
    for cell in [".--", "12.-5", "12.----", "12--", "12.--5", "12,--"] {
        assert!(read(&decimal(&swiss()), cell).is_err(), "{cell}");
    }
    let german = ValueForm { decimal_sign: ',', currency_signs: strings(&["€"]), ..ValueForm::default() };
    assert_eq!(read(&decimal(&german), "12,- €"), Ok(1200));
}

#[test]
fn the_dash_of_a_currency_sign_is_not_a_minus() {
    let form = ValueForm { currency_signs: strings(&[":-", "kr"]), zero_words: Vec::new(), ..ledger() };
    for (cell, hundredths) in [
        ("99:-", 9900),
        ("99 :-", 9900),
        ("-99 :-", -9900),
        ("99- :-", -9900),
        ("99 kr -", -9900),
        ("1\u{a0}000:- CR", -100_000),
    ] {
        assert_eq!(read(&decimal(&form), cell), Ok(hundredths), "{cell}");
    }
}

#[test]
fn whole_numbers_with_a_fraction_of_zeros() {
    for (cell, value) in [("1001.0", 1001), ("3.00", 3), ("-3.0", -3), ("1001.000", 1001), ("0.000", 0), ("1e3", 0)] {
        match cell {
            "1e3" => assert!(read(&IntCell, cell).unwrap_err().contains("has lost its last digits")),
            _ => assert_eq!(read(&IntCell, cell), Ok(value), "{cell}"),
        }
    }
    for cell in ["1.000", "-12.000", "123.000"] {
        assert!(read(&IntCell, cell).unwrap_err().starts_with("is ambiguous"), "{cell}");
    }
    assert_eq!(read(&IntCell, "4.6701740613E+10"), Ok(46_701_740_613));
    assert!(read(&IntCell, "4.67017E+10").unwrap_err().starts_with("has lost its last digits"));
    assert!(read(&IntCell, "12.5e0").is_err());
    let point = ValueForm { decimal_is_declared: true, ..ValueForm::default() };
    assert!(FormedDecimal::new(&point, MONEY, false).is_none(), "decimals keep their fast path");
    assert_eq!(read(&FormedInt::new(&point).unwrap(), "1.000"), Ok(1));
    let comma = FormedInt::new(&ledger()).unwrap();
    assert_eq!(read(&comma, "1.000"), Ok(1000));
    assert_eq!(read(&comma, "1,000"), Ok(1));
    assert_eq!(read(&comma, "1 001,0"), Ok(1001));
    assert!(read(&comma, "1001.0").is_err(), "the point separates thousands");
    let only_comma = FormedInt::new(&ValueForm { decimal_sign: ',', ..ValueForm::default() }).unwrap();
    for (cell, value) in [("1001.0", 1001), ("-3.00", -3), ("1001.000", 1001), ("0.0", 0)] {
        assert_eq!(read(&only_comma, cell), Ok(value), "{cell}");
    }
    for cell in ["1.000", "1001.5", "1.234", "1001."] {
        assert!(read(&only_comma, cell).is_err(), "{cell}");
    }
    assert!(read(&comma, "1,5").is_err());
    assert!(read(&comma, "4,67017E+10").unwrap_err().starts_with("has lost its last digits"));
}

#[test]
fn exponents_in_decimals_are_exact_or_refused() {
    let rate = DecimalCell { precision: 12, scale: 6 };
    assert_eq!(read(&rate, "1e-05"), Ok(10));
    assert_eq!(read(&rate, "1.5E-3"), Ok(1500));
    assert_eq!(read(&rate, "1.0E2"), Ok(100_000_000), "as Spark writes it");
    assert!(read(&rate, "1e-07").unwrap_err().starts_with("has more than 6 digits"));
    for cell in ["1.23457E+8", "1.23457e+006", "1E+3"] {
        assert!(read(&rate, cell).unwrap_err().starts_with("has lost its last digits"), "{cell}");
    }
    assert_eq!(read(&decimal(&ledger()), "1,5e2"), Ok(15_000));
    assert!(read(&decimal(&ledger()), "1,23457E+8").unwrap_err().starts_with("has lost its last digits"));
}

#[test]
fn numbers_are_rounded_where_it_is_declared() {
    let form = ValueForm { round: Some(2), ..ValueForm::default() };
    for plain in [false, true] {
        let parser = FormedDecimal::new(&form, MONEY, plain).unwrap();
        for (cell, hundredths, text) in [
            ("0.30000000000000004", 30, Some("0.30")),
            ("434.99999999999994", 43500, Some("435.00")),
            ("1e-05", 0, Some("0.00")),
            ("-0.125", -13, Some("-0.13")),
            ("59.97", 5997, None),
            ("59.970000", 5997, None),
            ("7", 700, None),
        ] {
            assert_eq!(read(&parser, cell), Ok(hundredths), "{cell}");
            let fixed =
                parser.corrected(cell.as_bytes()).map(|(kind, text)| (kind, String::from_utf8(text.into()).unwrap()));
            assert_eq!(fixed, text.map(|text| (FixKind::Rounded, text.to_owned())), "{cell}");
        }
        assert!(read(&parser, "999999999999.999").unwrap_err().contains("too large"));
        assert!(read(&parser, "1.23457E+8").is_err(), "rounding does not bring back lost digits");
    }
    let narrow = FormedDecimal::new(&form, DecimalCell { precision: 8, scale: 4 }, false).unwrap();
    assert_eq!(read(&narrow, "0.0625"), Ok(600), "no path keeps more digits than declared");
    let swedish = FormedDecimal::new(&ValueForm { round: Some(2), ..ledger() }, MONEY, false).unwrap();
    assert_eq!(read(&swedish, "(1 234,505 kr)"), Ok(-123451));
    assert_eq!(swedish.corrected("(1 234,505 kr)".as_bytes()).unwrap().1.as_ref(), b"-1234,51");
}

#[test]
fn wrapped_values_are_read_where_it_is_declared() {
    let parser = Formed::new(IntCell, NullWords::trimmed(&strings(&["n/a"])), true);
    assert_eq!(read(&parser, "=\"00123\""), Ok(123));
    assert_eq!(read(&parser, "=\" 7 \""), Ok(7));
    assert_eq!(read(&parser, "'5"), Ok(5));
    assert_eq!(parser.corrected(b"=\"00123\"").map(|(kind, _)| kind), Some(FixKind::Unwrapped));
    assert!(parser.is_null(b"=\"\"") && parser.is_null(b"=\"n/a\"") && parser.is_null(b"n/a"));
    assert!(read(&parser, "=1+2").is_err());
    let undeclared = Formed::new(IntCell, NullWords::trimmed(&[]), false);
    assert!(read(&undeclared, "=\"00123\"").is_err() && !undeclared.is_null(b"=\"\""));
}

#[test]
fn fast_and_slow_amounts_agree_on_anything() {
    let mut random = Random(11);
    let rounded = ValueForm { round: Some(1), ..ledger() };
    let parsers = [decimal(&ledger()), decimal(&swiss()), decimal(&rounded)];
    let int = FormedInt::new(&ledger()).unwrap();
    for _ in 0..100_000 {
        let size = 1 + random.below(9);
        let pieces = ["0", "5", "9", ".", ",", "-", " ", "(", ")", "kr", "–", "CR", "DR", "e", "E+", "234", "=", "\""];
        let cell = String::from_utf8(random.text(size, &pieces)).unwrap();
        for parser in &parsers {
            let _ = read(parser, &cell);
        }
        let _ = read(&int, &cell);
    }
}
