//! Phone numbers: any usual spelling -> E.164, by the numbering plans of libphonenumber.

use rlibphonenumber::enums::{PhoneNumberType, Region};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, ValidationError,
    get_national_significant_number_owned,
};

use crate::invisible::as_seen;

/// A number in no known range counts if it has at least this many digits besides the country code, and a length that the
/// country has: ranges are opened faster than lists of them are updated.
const LEAST_DIGITS: usize = 7;

/// The number of a text; `None` if it is empty.
pub(super) fn read(text: &str, country: Option<&str>) -> Option<Result<String, &'static str>> {
    let text = as_seen(text);
    match text.is_ascii() {
        _ if text.is_empty() => None,
        true => Some(number(&text, country)),
        // libphonenumber knows some dashes only.
        false => Some(number(&text.replace(is_dash, "-"), country)),
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn number(text: &str, country: Option<&str>) -> Result<String, &'static str> {
    if is_exponent(text) {
        return Err("rounded by a spreadsheet");
    }
    // Only digits and the signs between them: libphonenumber would also find a number inside a sentence, and read
    // letters as the keys of a telephone.
    let body = text.strip_prefix("tel:").unwrap_or(text);
    if !body.chars().any(|c| c.is_numeric()) || body.chars().any(|c| c.is_alphabetic()) && !has_extension(body) {
        return Err("not a number");
    }
    let international = body.strip_prefix("00").map(|rest| format!("+{rest}"));
    let region = country.and_then(region);
    let is_international = international.is_some() || body.starts_with(['+', '＋']);
    if region.is_none() && !is_international {
        return Err("no country");
    }
    let written = international.as_deref().unwrap_or(body);
    let number = PHONE_NUMBER_UTIL.parse(written, region).map_err(fault_of)?;
    judge(&number)?;
    Ok(number.format_as(PhoneNumberFormat::E164).into_owned())
}

fn judge(number: &PhoneNumber) -> Result<(), &'static str> {
    if !number.extension().is_empty() {
        return Err("has an extension");
    }
    let national = get_national_significant_number_owned(number);
    if is_placeholder(&national) {
        return Err("a placeholder");
    }
    if !number.is_valid() {
        match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
            Ok(NumberLengthType::IsPossible) if national.len() >= LEAST_DIGITS => return Ok(()),
            Ok(_) | Err(ValidationError::TooShort) => return Err("too short"),
            Err(ValidationError::TooLong) => return Err("too long"),
            Err(ValidationError::InvalidLength) => return Err("wrong length"),
            Err(ValidationError::InvalidCountryCode) => return Err("no such country code"),
        }
    }
    match PHONE_NUMBER_UTIL.get_number_type(number) {
        PhoneNumberType::FixedLine
        | PhoneNumberType::Mobile
        | PhoneNumberType::FixedLineOrMobile
        | PhoneNumberType::VoIP
        | PhoneNumberType::PersonalNumber
        | PhoneNumberType::Pager
        | PhoneNumberType::Unknown => Ok(()),
        _ => Err("not a person's"),
    }
}

/// Six equal digits at the end: what people type where a number is required.
fn is_placeholder(national: &str) -> bool {
    let digits = national.as_bytes();
    digits.len() >= 6 && digits[digits.len() - 6..].iter().all(|digit| Some(digit) == digits.last())
}

fn fault_of(error: ParseError) -> &'static str {
    match error {
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => "too short",
        ParseError::TooLongNsn => "too long",
        ParseError::InvalidCountryCode => "no such country code",
        ParseError::NotANumber(_) => "not a number",
    }
}

fn region(country: &str) -> Option<Region> {
    let country = as_seen(country).to_ascii_uppercase();
    let country = if country == "UK" { "GB".to_owned() } else { country };
    country.parse().ok().filter(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some())
}

/// Digits with an exponent, as spreadsheets write long numbers: `4.67017E+10`.
fn is_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str, signs: &[char]| {
        let digits = text.trim_start_matches(['+', '-']);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || signs.contains(&c))
    };
    digits(mantissa, &['.', ',']) && digits(exponent, &[])
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
    fn example_numbers_of_the_library_are_numbers() {
        for country in ["SE", "NO", "DK", "FI", "IS", "DE", "GB"] {
            let region = country.parse().expect("a region");
            for kind in [PhoneNumberType::Mobile, PhoneNumberType::FixedLine] {
                let number =
                    PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind).expect("an example");
                let wanted = Ok(number.format_as(PhoneNumberFormat::E164).into_owned());
                for format in
                    [PhoneNumberFormat::National, PhoneNumberFormat::International, PhoneNumberFormat::RFC3966]
                {
                    assert_eq!(key(&number.format_as(format), country), wanted, "{country} {format:?}");
                }
            }
        }
    }
}
