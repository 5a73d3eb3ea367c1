//! Published test numbers of the authorities, numbers with check digits computed here, and what is refused.

use proptest::prelude::*;

use super::*;

fn key(text: &str, country: &str) -> Result<String, Fault> {
    read(text, Some(country)).expect("text")
}

fn assert_one(country: &str, wanted: &str, spellings: &[&str]) {
    for spelling in spellings {
        assert_eq!(key(spelling, country), Ok(wanted.to_owned()), "{country} {spelling:?}");
    }
    assert_eq!(read(wanted, None), Some(Ok(wanted.to_owned())), "a key is its own key");
    assert_eq!(key(wanted, "DE"), Ok(wanted.to_owned()), "the prefix counts more than the record's country");
}

fn assert_faults(country: &str, faults: &[(&str, Fault)]) {
    for (text, fault) in faults {
        assert_eq!(key(text, country), Err(*fault), "{country} {text:?}");
    }
}

#[test]
fn swedish_numbers_in_any_spelling() {
    // The example of SKV 704.
    assert_one(
        "SE",
        "SE-198112289874",
        &[
            "811228-9874",
            "8112289874",
            "198112289874",
            "19811228-9874",
            "811228 9874",
            "811228\u{2013}9874",
            " 811228-9874\u{200B}",
            "198112289874.0",
            "SE811228-9874",
        ],
    );
    // The example of SKV 707: a samordningsnummer.
    assert_one("se", "SE-197010632391", &["701063-2391", "197010632391"]);
}

#[test]
fn the_sign_says_the_century_of_a_swedish_number() {
    for (text, wanted) in [
        ("900118+9811", "SE-189001189811"),
        ("200118+9816", "SE-192001189816"),
        ("200118-9816", "SE-202001189816"),
        ("260118-9810", "SE-202601189810"),
        ("270118-9819", "SE-192701189819"),
        ("19200118-9816", "SE-192001189816"),
        ("19200118+9816", "SE-192001189816"),
    ] {
        assert_eq!(key(text, "SE"), Ok(wanted.to_owned()), "{text}");
    }
}

#[test]
fn what_is_no_swedish_number_says_why() {
    assert_faults(
        "SE",
        &[
            ("saknas", "not a number"),
            ("-", "not a number"),
            ("n/a", "not a number"),
            ("okänt", "not a number"),
            ("1.98112E+11", "rounded by a spreadsheet"),
            ("811228-9873", "wrong check digit"),
            ("811328-9874", "not a date"),
            ("811232-9874", "not a date"),
            ("190002290000", "a placeholder"),
            ("010229-9811", "not a date"),
            ("811228-T874", "an interim number"),
            ("19811228-R874", "an interim number"),
            ("811228-98A4", "not a number"),
            ("811228", "wrong length"),
            ("81122898745", "wrong length"),
            ("158112289874", "not a date"),
            ("208112289874", "born in the future"),
            ("19000101-0000", "a placeholder"),
            ("0000000000", "a placeholder"),
            ("000000000000", "a placeholder"),
            ("1111111111", "a placeholder"),
            ("11111111", "a placeholder"),
            ("121212-1212", "a placeholder"),
            ("19121212-1212", "a placeholder"),
            ("850709-0005", "a placeholder"),
        ],
    );
    assert_faults("DE", &[("811228-9874", "no rules for the country")]);
    assert_faults("", &[("811228-9874", "no country")]);
    assert_eq!(read(" \u{200B}", Some("SE")), None);
}

#[test]
fn norwegian_numbers() {
    assert_one("NO", "NO-15108695088", &["15108695088", "151086 95088", "151086-95088", "15108695088.0"]);
    for (text, wanted) in [
        (with_norwegian_checks("010100501"), "born in 2000"),
        (with_norwegian_checks("290200600"), "29 February 2000"),
        (with_norwegian_checks("410180123"), "D-number"),
        (with_norwegian_checks("311290501"), "1890"),
        (with_norwegian_checks("010150901"), "1950, the third series"),
    ] {
        let text = text.unwrap_or_else(|| panic!("{wanted}: another individual number has check digits"));
        assert_eq!(key(&text, "NO"), Ok(format!("NO-{text}")), "{wanted}");
    }
    assert_faults(
        "NO",
        &[
            ("15108695077", "wrong check digit"),
            ("00000000000", "a placeholder"),
            ("11111111111", "a placeholder"),
            ("15108600000", "a placeholder"),
            ("15508695088", "an H-number"),
            ("15908695088", "a test number"),
            ("15758695088", "a test number"),
            ("85108695088", "an FH-number"),
            ("32108695088", "not a date"),
            ("01014575088", "not a date"),
            ("5108695088", "wrong length"),
            ("mangler", "not a number"),
            ("1,51E+10", "rounded by a spreadsheet"),
        ],
    );
}

#[test]
fn danish_numbers() {
    assert_one("DK", "DK-2110625629", &["211062-5629", "2110625629", "211062 5629"]);
    // 29 February: 2000 by a 4, 1900 had none by a 3; 1896 by a 5.
    for text in ["2902004003", "2902965001", "0101370001"] {
        assert_eq!(key(text, "DK"), Ok(format!("DK-{text}")));
    }
    assert_faults(
        "DK",
        &[
            ("290200-3001", "not a date"),
            ("511062-5629", "not a date"),
            ("811062-5629", "a replacement number"),
            ("0000000000", "a placeholder"),
            ("1111111111", "a placeholder"),
            ("010190-0000", "a placeholder"),
            ("110625629", "wrong length"),
            ("mangler", "not a number"),
        ],
    );
}

#[test]
fn finnish_codes() {
    // DVV's example.
    assert_one("FI", "FI-131052-308T", &["131052-308T", "131052-308t", "131052\u{2013}308T", " 131052-308T "]);
    for sign in "-YXWVU".chars() {
        assert_eq!(key(&format!("131052{sign}308T"), "FI"), Ok(format!("FI-131052{sign}308T")));
    }
    for sign in "ABCDEF+".chars() {
        let code = with_finnish_check("290204", sign, 123);
        assert_eq!(key(&code, "FI"), Ok(format!("FI-{code}")));
    }
    let digit_after_e = (2..900).map(|individual| with_finnish_check("010125", 'E', individual));
    let digit_after_e = digit_after_e.into_iter().find(|code| code.ends_with('5')).expect("a code");
    assert_eq!(key(&digit_after_e, "FI"), Ok(format!("FI-{digit_after_e}")), "not a spreadsheet's exponent");
    assert_faults(
        "FI",
        &[
            ("131052-308U", "wrong check digit"),
            ("310252-308Y", "not a date"),
            ("131052G308T", "not a number"),
            ("131052308T", "wrong length"),
            ("131052-900A", "wrong check digit"),
            ("000000-0000", "a placeholder"),
            ("puuttuu", "not a number"),
            ("1.31E+10", "rounded by a spreadsheet"),
        ],
    );
    assert_eq!(key(&with_finnish_check("131052", '-', 901), "FI"), Err("a temporary number"));
    assert_eq!(key(&with_finnish_check("131052", '-', 1), "FI"), Err("a placeholder"));
}

#[test]
fn numbers_of_two_countries_are_never_equal() {
    let digits = "0101010103";
    assert!(key(digits, "DK").is_ok());
    assert_ne!(key(digits, "DK"), key(digits, "SE"));
}

/// The check digit of SKV 704: products of the digits with 2 and 1 in turn, and the sum of the products' digits.
fn with_swedish_check(nine: &str) -> String {
    let sum: u32 = nine
        .chars()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    format!("{nine}{}", (10 - sum % 10) % 10)
}

/// The two check digits of Skatteetaten's rule: 11 less the rest of the weighted sum; 11 is 0, and 10 is not given out.
fn with_norwegian_checks(nine: &str) -> Option<String> {
    let check = |digits: &str, weights: &[u32]| {
        let sum: u32 =
            digits.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight).sum();
        match 11 - sum % 11 {
            11 => Some(0),
            10 => None,
            check => Some(check),
        }
    };
    let first = check(nine, &[3, 7, 6, 1, 8, 9, 4, 5, 2])?;
    let ten = format!("{nine}{first}");
    let second = check(&ten, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])?;
    Some(format!("{ten}{second}"))
}

fn with_finnish_check(date: &str, sign: char, individual: u32) -> String {
    let nine: u32 = format!("{date}{individual:03}").parse().expect("digits");
    let check = "0123456789ABCDEFHJKLMNPRSTUVWXY".chars().nth((nine % 31) as usize).expect("a sign");
    format!("{date}{sign}{individual:03}{check}")
}

fn changed(number: &str, place: usize, by: u8) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
    let at = places[place % places.len()];
    bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
    String::from_utf8(bytes).expect("ASCII")
}

proptest! {
    #[test]
    fn a_swedish_number_with_a_changed_digit_is_refused(
        year in 0..100_u32, month in 1..13_u32, day in 1..29_u32, is_coordination: bool, birth in 1..1000_u32,
        place in 0..10_usize, by in 1..10_u8,
    ) {
        let day = if is_coordination { day + 60 } else { day };
        let number = with_swedish_check(&format!("{year:02}{month:02}{day:02}{birth:03}"));
        prop_assert!(key(&number, "SE").is_ok() || number == "1212121212", "{}", number);
        prop_assert!(key(&changed(&number, place, by), "SE").is_err(), "{} at {}", number, place);
    }

    #[test]
    fn a_norwegian_number_with_a_changed_digit_is_refused(
        year in 0..40_u32, month in 1..13_u32, day in 1..29_u32, is_d: bool, individual in 1..1000_u32,
        place in 0..11_usize, by in 1..10_u8,
    ) {
        let day = if is_d { day + 40 } else { day };
        let number = with_norwegian_checks(&format!("{day:02}{month:02}{year:02}{individual:03}"));
        prop_assume!(number.is_some());
        let number = number.unwrap_or_default();
        prop_assert!(key(&number, "NO").is_ok(), "{}", number);
        prop_assert!(key(&changed(&number, place, by), "NO").is_err(), "{} at {}", number, place);
    }

    #[test]
    fn a_finnish_code_with_a_changed_digit_is_refused(
        year in 0..100_u32, month in 1..13_u32, day in 1..29_u32, sign in "[-+YXWVUABCDEF]", individual in 2..900_u32,
        place in 0..9_usize, by in 1..10_u8,
    ) {
        let date = format!("{day:02}{month:02}{year:02}");
        let code = with_finnish_check(&date, sign.chars().next().unwrap_or('-'), individual);
        prop_assert_eq!(key(&code, "FI"), Ok(format!("FI-{code}")));
        prop_assert!(key(&changed(&code, place, by), "FI").is_err(), "{} at {}", code, place);
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,16}", country in "(SE|NO|DK|FI)") {
        if let Some(Ok(number)) = read(&text, Some(&country)) {
            prop_assert_eq!(read(&number, None), Some(Ok(number.clone())));
        }
    }

    #[test]
    fn digits_and_signs_are_read_without_a_panic(text in "[0-9A-FT+ .-]{8,14}", country in "(SE|NO|DK|FI)") {
        if let Some(Ok(number)) = read(&text, Some(&country)) {
            prop_assert_eq!(read(&number, None), Some(Ok(number.clone())));
        }
    }
}
