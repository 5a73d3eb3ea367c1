//! Phone numbers: any usual spelling -> E.164, by the numbering plans of libphonenumber.

use rlibphonenumber::enums::{PhoneNumberType, Region};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, ValidationError,
    get_national_significant_number_owned,
};

use crate::invisible::as_seen;

use super::fault::{Fault, NOT_A_NUMBER, PLACEHOLDER, Read, WRONG_LENGTH};
use super::spelling::{is_counting, is_exponent, plain};

/// A number in no known range counts if it has at least this many digits besides the country code, and a length that the
/// country has: ranges are opened faster than lists of them are updated.
const LEAST_DIGITS: usize = 7;

/// Countries where no number begins with zero: the country code as a number and as digits, and the trunk prefix.
const USUAL: [(&str, i32, &str, &str); 7] = [
    ("SE", 46, "46", "0"),
    ("NO", 47, "47", ""),
    ("DK", 45, "45", ""),
    ("FI", 358, "358", "0"),
    ("IS", 354, "354", ""),
    ("DE", 49, "49", "0"),
    ("GB", 44, "44", "0"),
];

/// The number of a text; `None` if it is empty.
pub(super) fn read(text: &str, country: Option<&str>) -> Read {
    // libphonenumber knows some dashes only, and takes the `.0` of a float for a digit.
    let text = plain(text);
    (!text.is_empty()).then(|| number(&text, country))
}

fn number(text: &str, country: Option<&str>) -> Result<String, Fault> {
    if let Some((number, national)) = usual(text, country) {
        match PHONE_NUMBER_UTIL.get_number_type(&number) {
            PhoneNumberType::Unknown => (),
            kind => return judge(&number, national.as_str(), kind).map(|()| e164(&number, national.as_str())),
        }
    }
    parsed(text, country)
}

fn e164(number: &PhoneNumber, national: &str) -> String {
    format!("+{}{national}", number.country_code)
}

/// A number in a usual spelling: digits, spaces and hyphens after `+` and the country code, after the trunk zero, or alone
/// where there is none. libphonenumber's parser would take most of the time. It reads the same number if the number is in a
/// known range; others go to it.
fn usual(text: &str, country: Option<&str>) -> Option<(PhoneNumber, Digits)> {
    let (is_international, body) = match text.strip_prefix('+') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let mut digits = Digits::default();
    for byte in body.bytes() {
        match byte {
            b'0'..=b'9' => digits.push(byte)?,
            b' ' | b'-' => (),
            _ => return None,
        }
    }
    let (code, prefix) = USUAL.iter().find_map(|(region, code, dialled, trunk)| match is_international {
        true => digits.as_str().starts_with(dialled).then_some((*code, dialled.len())),
        false => country?
            .eq_ignore_ascii_case(region)
            .then_some(())
            .filter(|()| digits.as_str().starts_with(trunk))
            .map(|()| (*code, trunk.len())),
    })?;
    digits.skip(prefix);
    let national_number: u64 = digits.as_str().parse().ok().filter(|_| !digits.as_str().starts_with('0'))?;
    Some((PhoneNumber { country_code: code, national_number, ..PhoneNumber::default() }, digits))
}

/// At most as many digits as a number may have by ITU-T E.164.
#[derive(Default)]
struct Digits {
    bytes: [u8; 15],
    from: usize,
    to: usize,
}

impl Digits {
    fn push(&mut self, digit: u8) -> Option<()> {
        *self.bytes.get_mut(self.to)? = digit;
        self.to += 1;
        Some(())
    }

    fn skip(&mut self, prefix: usize) {
        self.from += prefix;
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.from..self.to]).unwrap_or_default()
    }
}

fn parsed(text: &str, country: Option<&str>) -> Result<String, Fault> {
    if is_exponent(text) {
        return Err("rounded by a spreadsheet");
    }
    // Only digits and the signs between them: libphonenumber would also find a number inside a sentence, and read
    // letters as the keys of a telephone.
    let body = text.strip_prefix("tel:").unwrap_or(text);
    if !body.chars().any(|c| c.is_numeric()) || body.chars().any(|c| c.is_alphabetic()) && !has_extension(body) {
        return Err(NOT_A_NUMBER);
    }
    let international = body.strip_prefix("00").map(|rest| format!("+{rest}"));
    let region = country.and_then(region);
    let is_international = international.is_some() || body.starts_with(['+', '＋']);
    if region.is_none() && !is_international {
        return Err("no country");
    }
    let written = international.as_deref().unwrap_or(body);
    let number = PHONE_NUMBER_UTIL.parse(written, region).map_err(fault_of)?;
    let national = get_national_significant_number_owned(&number);
    judge(&number, &national, PHONE_NUMBER_UTIL.get_number_type(&number))?;
    Ok(e164(&number, &national))
}

fn judge(number: &PhoneNumber, national: &str, kind: PhoneNumberType) -> Result<(), Fault> {
    if !number.extension().is_empty() {
        return Err("has an extension");
    }
    if is_placeholder(national) {
        return Err(PLACEHOLDER);
    }
    match kind {
        PhoneNumberType::FixedLine
        | PhoneNumberType::Mobile
        | PhoneNumberType::FixedLineOrMobile
        | PhoneNumberType::VoIP
        | PhoneNumberType::PersonalNumber
        | PhoneNumberType::Pager => Ok(()),
        // In no known range, and so not valid by libphonenumber's rule.
        PhoneNumberType::Unknown => match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
            Ok(NumberLengthType::IsPossible) if national.len() >= LEAST_DIGITS => Ok(()),
            Ok(_) | Err(ValidationError::TooShort) => Err("too short"),
            Err(ValidationError::TooLong) => Err("too long"),
            Err(ValidationError::InvalidLength) => Err(WRONG_LENGTH),
            Err(ValidationError::InvalidCountryCode) => Err("no such country code"),
        },
        _ => Err("not a person's"),
    }
}

/// Six equal digits at the end, or all digits in order: what people type where a number is required. `070-123 45 67` stays
/// a number: it is libphonenumber's example, and somebody's.
fn is_placeholder(national: &str) -> bool {
    let digits = national.as_bytes();
    let is_repeated = |last: &[u8]| last.iter().all(|digit| Some(digit) == last.first());
    digits.last_chunk::<6>().is_some_and(|last| is_repeated(last)) || is_counting(national, LEAST_DIGITS)
}

fn fault_of(error: ParseError) -> Fault {
    match error {
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => "too short",
        ParseError::TooLongNsn => "too long",
        ParseError::InvalidCountryCode => "no such country code",
        ParseError::NotANumber(_) => NOT_A_NUMBER,
    }
}

fn region(country: &str) -> Option<Region> {
    let country = as_seen(country).to_ascii_uppercase();
    let country = if country == "UK" { "GB".to_owned() } else { country };
    country.parse().ok().filter(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some())
}

fn has_extension(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["ext", "anknytning", "ankn", "x"].iter().any(|word| {
        lower.split_once(word).is_some_and(|(before, after)| {
            !before.chars().any(char::is_alphabetic) && after.chars().all(|c| !c.is_alphabetic())
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rlibphonenumber::PhoneNumberFormat;

    use super::*;

    fn key(text: &str, country: &str) -> Result<String, &'static str> {
        read(text, Some(country)).expect("text")
    }

    #[test]
    fn one_number_in_any_spelling() {
        let spellings = [
            "+46701740618",
            "0701740618",
            "070-174 06 18",
            "+46 (0)70-174 06 18",
            "070.174.06.18",
            "070/1740618",
            "46701740618",
            "0046701740618",
            "070\u{A0}174\u{A0}06\u{A0}18",
            "070\u{2013}1740618",
            "tel:+46-70-174-06-18",
            "701740618",
            "\u{200E}070\u{2011}174\u{202F}06\u{202F}18",
            " 070 1740618 ",
            "\u{FEFF}+46 70 174 06 18",
        ];
        for spelling in spellings {
            assert_eq!(key(spelling, "SE"), Ok("+46701740618".to_owned()), "{spelling:?}");
        }
        assert_eq!(key("+46701740618", ""), Ok("+46701740618".to_owned()));
        assert_eq!(key("+46701740618", "NO"), Ok("+46701740618".to_owned()));
    }

    #[test]
    fn the_country_decides_between_equal_local_numbers() {
        assert_eq!(key("40 12 34 56", "NO"), Ok("+4740123456".to_owned()));
        assert_eq!(key("40 12 34 56", "dk"), Ok("+4540123456".to_owned()));
        assert_eq!(key("040 1234567", "FI"), Ok("+358401234567".to_owned()));
        assert_eq!(key("10 00 21 18", "NO"), Ok("+4710002118".to_owned()));
        assert_eq!(key("10 00 21 18", "DK"), Ok("+4510002118".to_owned()));
        assert_eq!(key("020 7946 0018", "UK"), Ok("+442079460018".to_owned()));
        assert_eq!(key("030 123456", "DE"), Ok("+4930123456".to_owned()));
    }

    #[test]
    fn what_is_no_number_says_why() {
        let faults = [
            ("okänt", "not a number"),
            ("-", "not a number"),
            ("#N/A", "not a number"),
            ("n/a", "not a number"),
            ("0", "not a number"),
            ("4.67017E+10", "rounded by a spreadsheet"),
            ("4,67017e10", "rounded by a spreadsheet"),
            ("+46", "not a number"),
            ("0800", "too short"),
            ("12345", "too short"),
            ("00000000", "no such country code"),
            ("0700000000", "a placeholder"),
            ("+46070174061899999", "too long"),
            ("070-174 06 18 ext 5", "has an extension"),
            ("020 22 33 44", "not a person's"),
            ("ring Liv 0701740618", "not a number"),
            ("0701740618 / 08-123 456 78", "too long"),
        ];
        for (text, fault) in faults {
            assert_eq!(key(text, "SE"), Err(fault), "{text:?}");
        }
        assert_eq!(key("0701740618", "XX"), Err("no country"));
        assert_eq!(read("0701740618", None), Some(Err("no country")));
        assert_eq!(read(" \u{200B}", Some("SE")), None);
    }

    #[test]
    fn placeholders_are_refused() {
        for (text, country) in [
            ("+46700000000", "SE"),
            ("070-111 11 11", "SE"),
            ("12345678", "NO"),
            ("99 99 99 99", "DK"),
            ("1111111", "SE"),
        ] {
            assert_eq!(key(text, country), Err("a placeholder"), "{text}");
        }
        for text in ["0000", "00000000", "12345"] {
            assert!(key(text, "SE").is_err(), "{text}");
        }
        assert_eq!(key("46701740618.0", "SE"), Ok("+46701740618".to_owned()), "the .0 of a float is not a digit");
    }

    /// The Nordic countries with Åland, the Faroe Islands and Greenland; Germany and Britain.
    const COUNTRIES: [&str; 10] = ["SE", "NO", "DK", "FI", "IS", "AX", "FO", "GL", "DE", "GB"];

    fn example(country: &str, kind: PhoneNumberType) -> Option<PhoneNumber> {
        let region = country.parse().expect("a region");
        // A country without a kind of number has no example.
        PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind).ok()
    }

    /// A number as people, programs and pages write it.
    fn spellings(number: &PhoneNumber) -> Vec<String> {
        let written = |format| number.format_as(format).into_owned();
        let national = written(PhoneNumberFormat::National);
        let international = written(PhoneNumberFormat::International);
        let plus = written(PhoneNumberFormat::E164);
        let mut spellings = vec![
            plus.clone(),
            written(PhoneNumberFormat::RFC3966),
            plus.replacen('+', "00", 1),
            format!("  {plus}\u{200B}"),
        ];
        for text in [national, international] {
            let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            for sign in [" ", ".", "-", "\u{A0}", "\u{202F}", "\u{2011}", "\u{2013}", "/"] {
                spellings.push(text.replace([' ', '-'], sign));
            }
            let (area, rest) = digits.split_at(if digits.starts_with('+') { 5 } else { 3 });
            spellings.push(match area.split_at_checked(3) {
                Some((code, area)) if code.starts_with('+') => format!("{code} ({area}) {rest}"),
                _ => format!("({area}) {rest}"),
            });
            spellings.push(digits);
        }
        spellings
    }

    #[test]
    fn example_numbers_of_the_library_are_numbers_in_any_spelling() {
        let kinds = [
            PhoneNumberType::Mobile,
            PhoneNumberType::FixedLine,
            PhoneNumberType::VoIP,
            PhoneNumberType::PersonalNumber,
            PhoneNumberType::Pager,
        ];
        for country in COUNTRIES {
            for number in kinds.into_iter().filter_map(|kind| example(country, kind)) {
                let wanted = Ok(number.format_as(PhoneNumberFormat::E164).into_owned());
                for spelling in spellings(&number) {
                    assert_eq!(key(&spelling, country), wanted, "{country} {spelling:?}");
                }
            }
            assert!(
                example(country, PhoneNumberType::Mobile).is_some()
                    && example(country, PhoneNumberType::FixedLine).is_some()
            );
        }
    }

    #[test]
    fn example_numbers_of_companies_are_not_a_persons() {
        let kinds = [
            PhoneNumberType::TollFree,
            PhoneNumberType::PremiumRate,
            PhoneNumberType::SharedCost,
            PhoneNumberType::UAN,
            PhoneNumberType::VoiceMail,
        ];
        let mut examples = 0;
        for country in COUNTRIES {
            for number in kinds.into_iter().filter_map(|kind| example(country, kind)) {
                examples += 1;
                for format in [PhoneNumberFormat::E164, PhoneNumberFormat::National] {
                    let found = key(&number.format_as(format), country);
                    assert_eq!(found, Err("not a person's"), "{country} {}", number.format_as(format));
                }
            }
        }
        assert!(examples > 14, "{examples}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn usual_spellings_are_read_as_the_parser_reads_them(
            country in "(SE|NO|DK|FI|IS|DE|GB|UK|US)",
            prefix in "(\\+(46|47|45|358|354|49|44|1)[ -]?|00?|)",
            digits in "[1-9]([ -]?[0-9]){5,11}",
        ) {
            let text = format!("{prefix}{digits}");
            prop_assert_eq!(number(&text, Some(&country)), parsed(&text, Some(&country)), "{} {}", country, text);
        }

        #[test]
        fn changed_example_numbers_are_read_as_the_parser_reads_them(
            country in 0..COUNTRIES.len(), is_mobile: bool, is_national: bool, place in 3..9_usize, digit in "[0-9]",
        ) {
            let kind = if is_mobile { PhoneNumberType::Mobile } else { PhoneNumberType::FixedLine };
            let country = COUNTRIES[country];
            let format = if is_national { PhoneNumberFormat::National } else { PhoneNumberFormat::International };
            let mut text = example(country, kind).expect("an example").format_as(format).into_owned();
            let place = place % text.len();
            text.replace_range(place..=place, &digit);
            prop_assert_eq!(number(&text, Some(country)), parsed(&text, Some(country)), "{} {}", country, text);
        }
    }
}
