//! What identifies a person by its look alone: e-mail addresses, phone numbers, personal numbers. Messages do not quote
//! it, in any column: cells move to the wrong column when a delimiter or a header is missing.

/// What a message has in place of a text that it does not quote.
pub const WITHHELD: &str = "(not shown: it may identify a person)";

/// Whether a text, or a part of it, looks as if it identified a person.
pub fn may_identify(text: &str) -> bool {
    holds_email(text) || text.split(is_border).any(|word| is_personal_number(word.as_bytes())) || holds_phone(text)
}

/// A text for a message, unless it may identify a person.
pub fn shown_or_withheld(text: &str) -> &str {
    if may_identify(text) { WITHHELD } else { text }
}

/// A value that can be recognised by whoever knows it, and not read: `m***@old.example`, `+46*******18`, `1980-**-**`,
/// `A***`. Values that were joined with ` / ` are masked one by one.
pub fn masked(value: &str) -> String {
    value.split(" / ").map(masked_part).collect::<Vec<_>>().join(" / ")
}

/// Letters that a masked phone number keeps at its end, and those of which it has more.
const PHONE_END: usize = 2;
const PHONE_START: usize = 3;

fn masked_part(value: &str) -> String {
    let letters: Vec<char> = value.chars().collect();
    let is_day = letters.len() == 10
        && letters.iter().enumerate().all(|(at, c)| if [4, 7].contains(&at) { *c == '-' } else { c.is_ascii_digit() });
    if is_day {
        return format!("{}-**-**", letters.iter().take(4).collect::<String>());
    }
    if let [first, _, ..] = letters[..]
        && let Some((name, domain)) = value.rsplit_once('@')
        && name.chars().count() > 1
    {
        return format!("{first}***@{domain}");
    }
    if let Some((_, domain)) = value.rsplit_once('@') {
        return format!("***@{domain}");
    }
    let is_number = value.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if is_number && letters.len() > 2 * (PHONE_START + PHONE_END) {
        let (start, end) = (&letters[..PHONE_START], &letters[letters.len() - PHONE_END..]);
        let stars = "*".repeat(letters.len() - PHONE_START - PHONE_END);
        return format!("{}{stars}{}", start.iter().collect::<String>(), end.iter().collect::<String>());
    }
    match letters[..] {
        [] | [_] => "*".to_owned(),
        [first, ..] => format!("{first}***"),
    }
}

/// Whether a character surrounds words. A hyphen and a plus are parts of personal numbers.
fn is_border(character: char) -> bool {
    !character.is_alphanumeric() && !matches!(character, '-' | '+')
}

/// Whether there is a sign between letters as in an e-mail address. Regular expressions have other signs around it.
fn holds_email(text: &str) -> bool {
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-');
    text.match_indices('@').any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + 1..].chars().next());
        before.is_some_and(|character| is_name(character) || character == '"') && after.is_some_and(is_name)
    })
}

/// Whether a part of a text looks like a phone number. Points and commas belong to it, so that the digits of a fraction
/// are none.
fn holds_phone(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '/' | '+' | '.' | ',');
    let trimmed = |part: &str| part.trim_matches([' ', '-', '/', '.', ',', ')']).as_bytes().to_vec();
    // Zeros in front fill ids up.
    text.split(|c: char| !is_part(c)).map(trimmed).any(|part| !part.starts_with(b"000") && is_phone(&part))
}

/// Whether a word is a personal number of a Nordic country.
pub fn is_personal_number(word: &[u8]) -> bool {
    is_swedish(word) || is_finnish(word) || is_danish(word) || is_norwegian(word)
}

/// Whether a cell is an e-mail address.
pub fn is_email(cell: &[u8]) -> bool {
    let Some(at) = cell.iter().position(|byte| *byte == b'@').filter(|at| *at > 0) else { return false };
    let domain = &cell[at + 1..];
    !cell.contains(&b' ') && !domain.contains(&b'@') && domain.len() > 3 && domain[1..domain.len() - 1].contains(&b'.')
}

/// Whether a cell is written as phone numbers are, and not as a day.
pub fn is_phone(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let written =
        cell.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'(' | b')' | b'/' | b'+'));
    // 00 is dialled before the number of a country, which begins with another digit: 00004711 is an id.
    let begins = !cell.starts_with(b"000");
    let begins = begins
        && (cell.starts_with(b"+") || cell.starts_with(b"0") || cell.starts_with(b"(0") || cell.starts_with(b"(+"));
    written && begins && (7..=15).contains(&digits) && !is_day_first(cell)
}

/// Whether a cell begins with a day such as 01/02/2025, or is one such as 01022025 or 01-02-25.
fn is_day_first(cell: &[u8]) -> bool {
    let number = |digits: &[u8]| digits.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let is_date = |one: u32, other: u32, year: u32, digits: usize| {
        let (least, most) = (one.min(other), one.max(other));
        (1..=12).contains(&least) && (1..=31).contains(&most) && (digits == 2 || (1900..2100).contains(&year))
    };
    if cell.len() == 8 && cell.iter().all(u8::is_ascii_digit) {
        return is_date(number(&cell[..2]), number(&cell[2..4]), number(&cell[4..]), 4);
    }
    let Some(sign) = cell.iter().copied().find(|byte| !byte.is_ascii_digit()) else { return false };
    let mut parts = cell.splitn(3, |byte| *byte == sign);
    let (Some(one), Some(other), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let year = &rest[..rest.iter().take_while(|byte| byte.is_ascii_digit()).count()];
    let is_short =
        |part: &[u8]| matches!(part, [a] | [a, _] if a.is_ascii_digit()) && part.iter().all(u8::is_ascii_digit);
    // The year may stand amid a mistaken day: 03/2025/01.
    if other.len() == 4 && is_short(one) && is_short(year) {
        return is_date(number(one), number(year), number(other), 4);
    }
    let has_year = year.len() == 4 || (year.len() == 2 && rest.len() == 2);
    is_short(one) && is_short(other) && has_year && is_date(number(one), number(other), number(year), year.len())
}

fn digits<const N: usize>(cell: &[u8]) -> Option<[u32; N]> {
    let mut found = [0; N];
    if cell.len() != N || !cell.iter().all(u8::is_ascii_digit) {
        return None;
    }
    found.iter_mut().zip(cell).for_each(|(digit, byte)| *digit = u32::from(byte - b'0'));
    Some(found)
}

fn is_day(day: u32, month: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// YYMMDD-NNNC or YYYYMMDD-NNNC with its check digit; coordination numbers count the day from 61.
pub fn is_swedish(cell: &[u8]) -> bool {
    let cell = if cell.len() >= 12 && (cell.starts_with(b"19") || cell.starts_with(b"20")) { &cell[2..] } else { cell };
    let joined: Vec<u8> = match cell {
        [date @ .., b'-' | b'+', a, b, c, d] if date.len() == 6 => date.iter().chain([a, b, c, d]).copied().collect(),
        _ => cell.to_vec(),
    };
    let Some(number) = digits::<10>(&joined) else { return false };
    let day = number[4] * 10 + number[5];
    let doubled = number.iter().enumerate().map(|(at, digit)| if at % 2 == 0 { digit * 2 } else { *digit });
    let sum: u32 = doubled.map(|digit| digit / 10 + digit % 10).sum();
    sum.is_multiple_of(10) && is_day(if day > 60 { day - 60 } else { day }, number[2] * 10 + number[3])
}

/// DDMMYY, a century sign, three digits and a check character.
pub fn is_finnish(cell: &[u8]) -> bool {
    const CHECKS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let [date @ .., sign, a, b, c, check] = cell else { return false };
    let Some(number) = digits::<9>(&[date, &[*a, *b, *c]].concat()) else { return false };
    let value = number.iter().fold(0, |sum, digit| sum * 10 + digit) as usize;
    matches!(sign, b'-' | b'+' | b'A'..=b'F' | b'U'..=b'Y')
        && CHECKS.get(value % 31) == Some(check)
        && is_day(number[0] * 10 + number[1], number[2] * 10 + number[3])
}

/// DDMMYY-NNNN. It no longer has a check digit, so the hyphen is required.
pub fn is_danish(cell: &[u8]) -> bool {
    let [date @ .., b'-', a, b, c, d] = cell else { return false };
    let whole = digits::<4>(&[*a, *b, *c, *d]).is_some();
    whole && digits::<6>(date).is_some_and(|date| is_day(date[0] * 10 + date[1], date[2] * 10 + date[3]))
}

/// DDMMYY, three digits and two check digits.
pub fn is_norwegian(cell: &[u8]) -> bool {
    let Some(number) = digits::<11>(cell) else { return false };
    let check =
        |weights: &[u32]| number.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0;
    check(&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1])
        && check(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
        && is_day((number[0] % 4) * 10 + number[1], number[2] * 10 + number[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_values_can_be_recognised_and_not_read() {
        for (value, shown) in [
            ("maja@old.example", "m***@old.example"),
            ("m@old.example", "***@old.example"),
            ("+46701740618", "+46*******18"),
            ("+4712345", "+***"),
            ("1980-02-03", "1980-**-**"),
            ("anna berg / 1980-02-03", "a*** / 1980-**-**"),
            ("Åsa", "Å***"),
            ("x", "*"),
            ("", "*"),
        ] {
            assert_eq!(masked(value), shown);
        }
    }

    #[test]
    fn personal_numbers_are_recognized_by_their_check_digits() {
        assert!(is_swedish(b"811228-9874") && is_swedish(b"198112289874") && is_swedish(b"19811228-9874"));
        assert!(!is_swedish(b"811228-9875"));
        assert!(is_finnish(b"131052-308T") && !is_finnish(b"131052-308U"));
        assert!(is_danish(b"070761-4285") && !is_danish(b"077761-4285"));
        assert!(is_norwegian(b"01010750160") && !is_norwegian(b"01010750161"));
    }

    #[test]
    fn contact_details_are_recognized_by_their_shape() {
        assert!(is_email(b"a.b@example.org") && !is_email(b"a@b") && !is_email(b"a b@example.org"));
        assert!(is_phone(b"+46 70-174 06 05") && is_phone(b"0701740605") && !is_phone(b"2024-01-01"));
    }

    #[test]
    fn messages_do_not_quote_what_identifies_a_person() {
        for text in [
            "anna@x.se",
            "'anna@x.se' is not a whole number",
            "write to anna@x.se",
            "'0701-740605' is not a day",
            "Anna, +46 (0)70 174 06 05",
            "'+46701740605'",
            "0046701740605",
            "call 08-123 45 67.",
            "id=811228-9874;",
            "131052-308T",
            "'01010750160' is above the maximum 5",
        ] {
            assert!(may_identify(text), "{text}");
            assert_eq!(shown_or_withheld(text), WITHHELD);
        }
    }

    #[test]
    fn messages_quote_everything_else() {
        for text in [
            "'01/02/2025' is not a day",
            "'03/2025/01 10:00:00' is not a moment",
            "'01/02/2025 10:15:00' is not a moment",
            "01-02-25",
            "01022025",
            "1/2/2025",
            "2025-01-02 03:04:05.0123456+02:00",
            "'0.0123456' has more than 2 digits after the decimal point",
            "'0,0123456'",
            "'12 345 678' is above the maximum 100",
            "00012345678",
            "'7310865004703' is not in products.ean",
            "'x' does not match the pattern [^@]+@shop",
            "expected 5 fields, found 4",
            "K3\\u{200b}",
            "@home",
            "",
        ] {
            assert!(!may_identify(text), "{text}");
            assert_eq!(shown_or_withheld(text), text);
        }
    }
}
