//! Signs that a column contains personal data: words in its name, and the look of its first cells.

use crate::identifying::{self, is_danish, is_email, is_finnish, is_norwegian, is_swedish};

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

/// Whether several people may have the same value in a column of this name.
pub(super) fn is_shared(name: &str) -> bool {
    let kinds = ["a name", "a birth date", "a postal code", "a street address", "an IP address", "free text"];
    by_name(name).is_some_and(|kind| kinds.contains(&kind))
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

/// A day, in any form that is known here, is not a phone number.
fn is_phone(cell: &[u8]) -> bool {
    identifying::is_phone(cell) && super::day::day(cell, |_, _| {}).is_none()
}

fn is_ip(cell: &[u8]) -> bool {
    let text = std::str::from_utf8(cell).unwrap_or_default();
    text.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contact_details_are_recognized_by_their_shape() {
        assert!(is_phone(b"+46 70-174 06 05") && is_phone(b"0701740605") && !is_phone(b"2024-01-01"));
        assert!(is_ip(b"192.168.0.1") && is_ip(b"2001:db8::1") && !is_ip(b"1.2.3"));
        assert_eq!(by_name("kund_fornamn"), Some("a name"));
        assert_eq!(by_name("product_id"), None);
    }
}
