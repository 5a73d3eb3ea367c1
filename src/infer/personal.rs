//! Signs that a column contains personal data: words in its name, and the look of its first cells.

/// Cells examined: enough for a suspicion, and cheap for any file.
const MOST_CELLS: u64 = 20_000;
/// A kind of content is reported if at least this percentage of cells has it.
const LEAST_PERCENT: u64 = 80;

/// How many cells look like each kind of personal data.
#[derive(Debug, Clone, Default)]
pub(super) struct Suspicion {
    cells: u64,
    email: u64,
    phone: u64,
    swedish: u64,
    finnish: u64,
    danish: u64,
    norwegian: u64,
    ip: u64,
}

impl Suspicion {
    /// Adds a cell without spaces around it.
    pub(super) fn take(&mut self, cell: &[u8]) {
        if self.cells >= MOST_CELLS {
            return;
        }
        self.cells += 1;
        if !(6..=100).contains(&cell.len()) {
            return;
        }
        self.email += u64::from(is_email(cell));
        self.phone += u64::from(is_phone(cell));
        self.swedish += u64::from(is_swedish(cell));
        self.finnish += u64::from(is_finnish(cell));
        self.danish += u64::from(is_danish(cell));
        self.norwegian += u64::from(is_norwegian(cell));
        self.ip += u64::from(is_ip(cell));
    }

    /// The kind of content that the cells look like.
    fn content(&self) -> Option<(&'static str, u64)> {
        let kinds = [
            (self.email, "e-mail addresses"),
            (self.swedish, "Swedish personal numbers"),
            (self.finnish, "Finnish personal identity codes"),
            (self.norwegian, "Norwegian birth numbers"),
            (self.danish, "Danish CPR numbers"),
            (self.ip, "IP addresses"),
            (self.phone, "phone numbers"),
        ];
        let found = kinds.into_iter().find(|(count, _)| self.cells > 0 && count * 100 >= self.cells * LEAST_PERCENT);
        found.map(|(count, what)| (what, count * 100 / self.cells))
    }
}

/// Why a column may contain personal data; `None` without evidence.
pub(super) fn suspected(name: &str, suspicion: &Suspicion) -> Option<String> {
    if let Some((what, percent)) = suspicion.content() {
        let sample = if suspicion.cells >= MOST_CELLS { format!(" of the first {MOST_CELLS}") } else { String::new() };
        return Some(format!("{percent} %{sample} look like {what}"));
    }
    by_name(name).map(|what| format!("its name suggests {what}"))
}

/// Whether a column's values are codes of digits, which are text.
pub(super) fn is_code(name: &str) -> bool {
    let codes = [
        "phone",
        "telefon",
        "mobil",
        "mobile",
        "fax",
        "tel",
        "puhelin",
        "postal",
        "postnr",
        "postnummer",
        "zip",
        "postcode",
        "postinumero",
        "personnummer",
        "personnr",
        "pnr",
        "ssn",
        "cpr",
        "hetu",
        "fodselsnummer",
        "orgnr",
        "organisationsnummer",
        "ean",
        "gtin",
        "isbn",
        "iban",
        "card",
        "kortnummer",
    ];
    words(name).any(|word| codes.contains(&word))
}

fn by_name(name: &str) -> Option<&'static str> {
    // As part of a longer name these mean little: a product has a name, too.
    if ["name", "namn", "navn", "nimi", "kontakt", "contact"].contains(&name) {
        return Some("a name");
    }
    let kinds: [(&str, &[&str]); 9] = [
        ("an e-mail address", &["email", "mail", "epost", "e_post", "e_mail", "sahkoposti"]),
        (
            "a phone number",
            &[
                "phone",
                "telefon",
                "mobil",
                "mobile",
                "tel",
                "puhelin",
                "mobilnr",
                "telefonnummer",
                "mobilnummer",
                "puhelinnumero",
            ],
        ),
        (
            "a personal number",
            &[
                "personnummer",
                "personnr",
                "pnr",
                "ssn",
                "cpr",
                "hetu",
                "henkilotunnus",
                "fodselsnummer",
                "personal_number",
            ],
        ),
        (
            "a name",
            &[
                "first_name",
                "last_name",
                "fornamn",
                "efternamn",
                "firstname",
                "lastname",
                "surname",
                "fullname",
                "full_name",
                "etunimi",
                "sukunimi",
                "fornavn",
                "etternavn",
                "efternavn",
                "kundnamn",
                "customer_name",
                "contact_name",
                "kontaktperson",
            ],
        ),
        (
            "a birth date",
            &[
                "birth",
                "birthdate",
                "birthday",
                "dob",
                "fodelsedatum",
                "fodelsedag",
                "fodt",
                "fodd",
                "fodselsdato",
                "syntymaaika",
            ],
        ),
        ("a postal code", &["postal", "postnr", "postnummer", "zip", "postcode", "postinumero"]),
        ("a street address", &["address", "adress", "gatuadress", "street", "gata", "adresse", "osoite", "katuosoite"]),
        ("an IP address", &["ip", "ip_address"]),
        (
            "free text",
            &[
                "comment",
                "comments",
                "kommentar",
                "kommentarer",
                "note",
                "notes",
                "anteckning",
                "fritext",
                "message",
                "meddelande",
                "kommentti",
            ],
        ),
    ];
    let found = kinds.into_iter().find(|(_, known)| {
        words(name).any(|word| known.contains(&word))
            || known.iter().any(|known| known.contains('_') && name.contains(known))
    });
    found.map(|(what, _)| what)
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split('_').chain(std::iter::once(name))
}

fn is_email(cell: &[u8]) -> bool {
    let Some(at) = cell.iter().position(|byte| *byte == b'@').filter(|at| *at > 0) else { return false };
    let domain = &cell[at + 1..];
    !cell.contains(&b' ') && !domain.contains(&b'@') && domain.len() > 3 && domain[1..domain.len() - 1].contains(&b'.')
}

fn is_phone(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let written =
        cell.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'(' | b')' | b'/' | b'+'));
    let begins = cell.starts_with(b"+") || cell.starts_with(b"0") || cell.starts_with(b"(0") || cell.starts_with(b"(+");
    written && begins && (7..=15).contains(&digits) && !is_date_like(cell)
}

fn is_date_like(cell: &[u8]) -> bool {
    super::day::day(cell, |_, _| {}).is_some()
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
fn is_swedish(cell: &[u8]) -> bool {
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
fn is_finnish(cell: &[u8]) -> bool {
    const CHECKS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let [date @ .., sign, a, b, c, check] = cell else { return false };
    let Some(number) = digits::<9>(&[date, &[*a, *b, *c]].concat()) else { return false };
    let value = number.iter().fold(0, |sum, digit| sum * 10 + digit) as usize;
    matches!(sign, b'-' | b'+' | b'A'..=b'F' | b'U'..=b'Y')
        && CHECKS.get(value % 31) == Some(check)
        && is_day(number[0] * 10 + number[1], number[2] * 10 + number[3])
}

/// DDMMYY-NNNN. It no longer has a check digit, so the hyphen is required.
fn is_danish(cell: &[u8]) -> bool {
    let [date @ .., b'-', a, b, c, d] = cell else { return false };
    let whole = digits::<4>(&[*a, *b, *c, *d]).is_some();
    whole && digits::<6>(date).is_some_and(|date| is_day(date[0] * 10 + date[1], date[2] * 10 + date[3]))
}

/// DDMMYY, three digits and two check digits.
fn is_norwegian(cell: &[u8]) -> bool {
    let Some(number) = digits::<11>(cell) else { return false };
    let check =
        |weights: &[u32]| number.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0;
    check(&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1])
        && check(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
        && is_day((number[0] % 4) * 10 + number[1], number[2] * 10 + number[3])
}

fn is_ip(cell: &[u8]) -> bool {
    let text = std::str::from_utf8(cell).unwrap_or_default();
    text.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(is_ip(b"192.168.0.1") && is_ip(b"2001:db8::1") && !is_ip(b"1.2.3"));
        assert_eq!(by_name("kund_fornamn"), Some("a name"));
        assert_eq!(by_name("product_id"), None);
    }
}
