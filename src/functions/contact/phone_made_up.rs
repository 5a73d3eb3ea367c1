//! Phone numbers that are nobody's: what people type where one is required, and numbers set aside for films and books.

use rlibphonenumber::enums::PhoneNumberType;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

/// So many equal digits, or digits in order, at the end of a number were typed and not given.
const LEAST_RUN: usize = 6;

/// The kinds of numbers of which the library has an example.
const KINDS: [PhoneNumberType; 10] = [
    PhoneNumberType::Mobile,
    PhoneNumberType::FixedLine,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
];
/// The country code of the North American Numbering Plan.
const NORTH_AMERICA: i32 = 1;
/// Ofcom, Telephone numbers for use in TV and radio drama programmes: national numbers that begin so, without the last three
/// digits (Belfast: four). The numbers that Sweden sets aside (PTS) are left alone: data of tests give each person one.
const DRAMA: [&str; 19] = [
    "7700900", "2079460", "1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960", "1314960",
    "1414960", "1514960", "1614960", "1914980", "2920180", "2896496", "1632960", "3069990", "8081570",
];

/// Whether a number is made up. `national` are its digits without the country code.
///
/// Made up are six equal digits at the end; a subscriber's part (what follows the area's or the operator's code, where a
/// country has such codes) of nothing but six or more digits in order, up or down, or of zeros before a 1; and numbers set
/// aside for drama. `070-123 45 67` stays a number: libphonenumber's examples are in documentation and tests everywhere.
pub(super) fn is_made_up(number: &PhoneNumber, national: &str) -> bool {
    let digits = national.as_bytes();
    if digits.last_chunk::<LEAST_RUN>().is_some_and(|last| last.iter().all(|digit| *digit == last[0])) {
        return true;
    }
    let run = run_at_end(digits);
    let is_run = run >= LEAST_RUN && (digits.len() == run || digits.len() <= run + code_length(number, national));
    (is_run || is_for_drama(number.country_code, national)) && !is_example(number)
}

/// How many digits at the end follow each other, up or down, or are zeros before a 1. After 9 come 0 and 01, at the end only.
fn run_at_end(digits: &[u8]) -> usize {
    let steps = |digits: &[u8], follows: &dyn Fn(u8, u8) -> bool| {
        digits.windows(2).rev().take_while(|pair| matches!(pair, [first, second] if follows(*first, *second))).count()
    };
    let (up, after_nine) = match digits {
        [up @ .., b'0', b'1'] if up.ends_with(b"9") => (up, 2),
        [up @ .., b'0'] if up.ends_with(b"9") => (up, 1),
        all => (all, 0),
    };
    let up = steps(up, &|first, second| second == first + 1) + after_nine;
    let down = steps(digits, &|first, second| first == second + 1);
    let zeros = match digits.split_last() {
        Some((b'1', before)) => before.iter().rev().take_while(|digit| **digit == b'0').count(),
        _ => 0,
    };
    1 + up.max(down).max(zeros)
}

/// Digits of the area's or the operator's code. Where nobody dials a prefix before it, there is none: Norway, Denmark.
fn code_length(number: &PhoneNumber, national: &str) -> usize {
    let has_codes = number.country_code == NORTH_AMERICA || dialled(number).len() > national.len();
    if has_codes { number.get_length_of_national_destination_code() } else { 0 }
}

/// The digits that are dialled in the country of a number: with a trunk prefix, where there is one.
pub(super) fn dialled(number: &PhoneNumber) -> String {
    number.format_as(PhoneNumberFormat::National).chars().filter(char::is_ascii_digit).collect()
}

fn is_for_drama(country_code: i32, national: &str) -> bool {
    match country_code {
        44 => DRAMA.iter().any(|start| national.starts_with(start)),
        // 555-0100 to 555-0199 of each area.
        NORTH_AMERICA => national.get(3..8) == Some("55501"),
        _ => false,
    }
}

/// Whether libphonenumber shows the number as an example of its country.
fn is_example(number: &PhoneNumber) -> bool {
    let Some(region) = PHONE_NUMBER_UTIL.get_region_for_number(number) else { return false };
    KINDS.into_iter().any(|kind| {
        let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind);
        example.is_ok_and(|example| example.national_number == number.national_number)
    })
}

#[cfg(test)]
mod tests {
    use super::super::phone::read;

    #[test]
    fn digits_in_order_are_nobodys_number() {
        for (text, country) in [
            ("98765432", "NO"),
            ("12345678", "NO"),
            ("87654321", "DK"),
            ("08-1234567", "SE"),
            ("0470-12 34 56", "SE"),
            ("073-987 65 43", "SE"),
            ("0987654321", "SE"),
            ("0123456789", "SE"),
            ("040 1234567", "FI"),
            ("0170 1234567", "DE"),
            ("0123456789", "DE"),
            ("07123456789", "GB"),
            ("07700 123456", "GB"),
            ("234-567-8901", "US"),
            ("212-345-6789", "US"),
            ("070 000 00 01", "SE"),
            ("+46700000001", "NO"),
        ] {
            assert_eq!(read(text, Some(country)), Some(Err("a placeholder")), "{country} {text}");
        }
        for (text, country) in [
            // libphonenumber's examples.
            ("070-123 45 67", "SE"),
            ("08-12 34 56", "SE"),
            ("030 123456", "DE"),
            ("01512 3456789", "DE"),
            ("041 2345678", "FI"),
            ("32 12 34 56", "DK"),
            ("07400 123456", "GB"),
            ("(201) 555-0123", "US"),
            // A part of the number is in order.
            ("412 34 567", "NO"),
            ("40 12 34 56", "NO"),
            ("070-234 56 71", "SE"),
            ("070-981 23 45", "SE"),
            ("070-543 21 09", "SE"),
            ("070-890 12 34", "SE"),
            ("0171 9123456", "DE"),
            ("070 100 00 01", "SE"),
            // Set aside by PTS for drama: sample data has them.
            ("070-174 06 18", "SE"),
            ("031-390 06 01", "SE"),
        ] {
            assert!(read(text, Some(country)).is_some_and(|read| read.is_ok()), "{country} {text}");
        }
    }

    #[test]
    fn numbers_of_films_are_nobodys() {
        for (text, country) in [
            ("07700 900123", "GB"),
            ("+44 20 7946 0958", "SE"),
            ("0113 496 0000", "GB"),
            ("028 9649 6123", "GB"),
            ("01632 960001", "GB"),
            ("212-555-0100", "US"),
            ("+1 604 555 0199", "CA"),
        ] {
            assert_eq!(read(text, Some(country)), Some(Err("a placeholder")), "{country} {text}");
        }
        for (text, country) in [("020 7946 1958", "GB"), ("07700 901234", "GB"), ("212-555-0234", "US")] {
            assert!(read(text, Some(country)).is_some_and(|read| read.is_ok()), "{country} {text}");
        }
    }
}
