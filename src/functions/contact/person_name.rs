//! Names of persons, as they are compared: without case, accents and signs between the words.
//!
//! å, ä, ö, ø, æ, ð and þ stay: they are letters of their own and not accented ones. `Hård` and `Hard`, `Bäck` and `Back`,
//! `Sørli` and `Sorli` are different names, and writers in the Nordic countries keep them apart. Accents (é, ü, ł) come and
//! go with the keyboard, so they are left out.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::invisible::as_seen;

use super::fault::{Fault, PLACEHOLDER, Read};
use super::spelling::{is_dash, is_repeated};

/// The name of a first and a last name, or of the two in one text; `None` if a part is empty.
pub(super) fn read(first: &str, last: Option<&str>) -> Read {
    let first = as_seen(first);
    let last = last.map(as_seen);
    if first.is_empty() || last.as_ref().is_some_and(|last| last.is_empty()) {
        return None;
    }
    Some(name(&first, last.as_deref()))
}

/// Whether a first or last name is written for want of one: `Okänd`, `Kontantkund`, `test test`, `-`.
pub fn names_nobody(part: &str) -> bool {
    if !part.chars().any(char::is_alphanumeric) {
        return !part.is_empty();
    }
    let mut name = String::with_capacity(part.len() + 1);
    push(&mut name, part);
    is_none_sign(part) || !name.is_empty() && name.trim_end().split(' ').all(is_placeholder_word)
}

fn name(first: &str, last: Option<&str>) -> Result<String, Fault> {
    let parts = [Some(first), last];
    let parts = || parts.into_iter().flatten();
    if parts().any(is_none_sign) {
        return Err(PLACEHOLDER);
    }
    let mut name = String::with_capacity(first.len() + last.map_or(0, str::len) + 1);
    parts().for_each(|part| push(&mut name, part));
    name.truncate(name.trim_end().len());
    judge(&name, parts())?;
    Ok(name)
}

fn judge<'a>(name: &str, mut parts: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    let is_vague = |word: &str| is_placeholder_word(word) || is_vague_word(word);
    if name.split(' ').any(is_placeholder_word) || name.split(' ').all(is_vague) || name.starts_with("walk in") {
        return Err(PLACEHOLDER);
    }
    if parts.any(|part| !part.chars().any(char::is_alphabetic)) {
        return Err("not a name");
    }
    if name.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err("has digits");
    }
    // A letter between others is a second name.
    let mut words = name.split(' ');
    let ends = [words.next(), words.next_back()];
    if ends.into_iter().flatten().any(is_latin_letter) { Err("a single letter") } else { Ok(()) }
}

/// Signs that stand for "none": `n/a`, which without its slash may be a name, and what has no letter.
fn is_none_sign(part: &str) -> bool {
    matches!(part, "n/a" | "N/A" | "N/a" | "n.a." | "N.A." | "#N/A") || part.starts_with('<') && part.ends_with('>')
}

/// Words that are not part of anybody's name.
fn is_placeholder_word(word: &str) -> bool {
    let is_key_run = word.len() > 2 && word.is_ascii() && is_repeated(word);
    is_key_run
        || matches!(
            word,
            "test"
                | "testsson"
                | "testing"
                | "testar"
                | "testkund"
                | "testperson"
                | "testkunde"
                | "testuser"
                | "dummy"
                | "okänd"
                | "okand"
                | "okänt"
                | "okant"
                | "ukjent"
                | "ukendt"
                | "tuntematon"
                | "unknown"
                | "unbekannt"
                | "anonym"
                | "anonymous"
                | "anonyymi"
                | "saknas"
                | "mangler"
                | "puuttuu"
                | "missing"
                | "undefined"
                | "null"
                | "none"
                | "noname"
                | "kund"
                | "kontantkund"
                | "privatkund"
                | "butikskund"
                | "webbkund"
                | "customer"
                | "asiakas"
                | "walkin"
                | "förnamn"
                | "efternamn"
                | "fornavn"
                | "etternavn"
                | "efternavn"
                | "etunimi"
                | "sukunimi"
                | "firstname"
                | "lastname"
                | "surname"
                | "vorname"
                | "nachname"
                | "asdf"
                | "asdfgh"
                | "qwerty"
                | "xx"
        )
}

/// Words that make no name together, though each is in somebody's.
fn is_vague_word(word: &str) -> bool {
    let is_letter = word.len() == 1;
    is_letter
        || matches!(
            word,
            "na" | "nan"
                | "nn"
                | "guest"
                | "gäst"
                | "gæst"
                | "gjest"
                | "gast"
                | "vieras"
                | "kunde"
                | "ej"
                | "ingen"
                | "inget"
                | "no"
                | "name"
                | "namn"
                | "navn"
                | "nimi"
                | "tester"
                | "user"
                | "person"
                | "cash"
                | "kontant"
                | "nil"
                | "first"
                | "last"
                | "ikke"
                | "ei"
                | "not"
                | "known"
                | "given"
        )
}

/// One letter of Latin is an initial; one sign of Chinese or Korean is a name.
fn is_latin_letter(word: &str) -> bool {
    let mut letters = word.chars();
    matches!((letters.next(), letters.next()), (Some(letter), None) if letter < '\u{250}')
}

/// Adds a part and a space after its last word.
fn push(name: &mut String, part: &str) {
    if !part.is_ascii() {
        return push_letters(name, part);
    }
    for byte in part.bytes() {
        match byte {
            b'\'' | b'`' | b'"' => (),
            _ if byte.is_ascii_alphanumeric() => name.push(char::from(byte.to_ascii_lowercase())),
            _ => push_space(name),
        }
    }
    push_space(name);
}

fn push_letters(name: &mut String, part: &str) {
    let nfd = DecomposingNormalizerBorrowed::new_nfd();
    for letter in lower(part).chars() {
        match letter {
            'å' | 'ä' | 'ö' | 'ø' | 'æ' | 'ð' | 'þ' => name.push(letter),
            'ß' => name.push_str("ss"),
            'œ' => name.push_str("oe"),
            'đ' => name.push('d'),
            'ł' => name.push('l'),
            'ı' => name.push('i'),
            'ς' => name.push('σ'),
            '\'' | '`' | '"' | '´' | '\u{2BB}'..='\u{2BF}' | '\u{2018}'..='\u{201F}' | '\u{2032}' | '\u{2035}' => (),
            '\u{FF07}' | '\u{300}'..='\u{36F}' => (),
            'a'..='z' | '0'..='9' => name.push(letter),
            _ if letter.is_ascii() || letter.is_whitespace() || is_dash(letter) => push_space(name),
            '\u{C0}'..'\u{250}' | '\u{1E00}'..'\u{1F00}' => {
                let parts = nfd.normalize_iter(std::iter::once(letter));
                name.extend(parts.filter(|part| !matches!(part, '\u{300}'..='\u{36F}')));
            }
            _ => name.push(letter),
        }
    }
    push_space(name);
}

fn lower(part: &str) -> Cow<'_, str> {
    if part.chars().any(char::is_uppercase) { part.to_lowercase().into() } else { part.into() }
}

fn push_space(name: &mut String) {
    if !name.is_empty() && !name.ends_with(' ') {
        name.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(first: &str, last: &str) -> Result<String, Fault> {
        read(first, Some(last)).expect("text")
    }

    #[test]
    fn a_part_of_a_name_may_name_nobody() {
        for part in ["Okänd", "OKÄND", "test", "Test Testsson", "n/a", "Kontantkund", "<unknown>", "xxx", "--"] {
            assert!(names_nobody(part), "{part}");
        }
        for part in ["Liv", "No", "Na", "Nan", "Testa", "Anna Test-Berg", "Åsa", "王", ""] {
            assert!(!names_nobody(part), "{part}");
        }
    }

    #[test]
    fn one_name_in_any_spelling() {
        for (first, last) in [
            ("Anna-Karin", "O'Neil Åberg"),
            ("ANNA KARIN", "O\u{2019}NEIL A\u{30A}BERG"),
            (" anna\u{2011}karin\u{A0}", "\u{FEFF}ONeil  Åberg"),
            ("Anna\u{AD}-Karin", "o´neil-åberg"),
        ] {
            assert_eq!(key(first, last), Ok("anna karin oneil åberg".to_owned()), "{first} {last}");
            assert_eq!(read(&format!("{first} {last}"), None), Some(key(first, last)), "in one text");
        }
        assert_eq!(key("José", "Müller"), key("Jose", "Muller"));
        assert_eq!(key("Łukasz", "Đorđević"), Ok("lukasz dordevic".to_owned()));
        assert_eq!(key("Jan", "Groß"), key("JAN", "GROSS"));
        assert_eq!(key("\u{130}rem", "Ayd\u{131}n"), Ok("irem aydin".to_owned()));
        assert_eq!(key("Νίκος", "Παπάς"), key("ΝΊΚΟΣ", "ΠΑΠΆΣ"));
    }

    #[test]
    fn letters_of_the_nordic_alphabets_are_kept() {
        for (one, other) in [("Hård", "Hard"), ("Bäck", "Back"), ("Sørli", "Sorli"), ("Sæther", "Saether")] {
            assert_ne!(key("Liv", one), key("Liv", other));
        }
    }

    #[test]
    fn what_is_no_name_says_why() {
        for (first, last, fault) in [
            ("Test", "Testsson", PLACEHOLDER),
            ("Okänd", "Kund", PLACEHOLDER),
            ("n/a", "n/a", PLACEHOLDER),
            ("NA", "NA", PLACEHOLDER),
            ("Kund", "123", PLACEHOLDER),
            ("walk-in", "customer", PLACEHOLDER),
            ("Walk in", "Gäst", PLACEHOLDER),
            ("Guest", "Guest", PLACEHOLDER),
            ("N", "N", PLACEHOLDER),
            ("xxx", "xxxx", PLACEHOLDER),
            ("Förnamn", "Efternamn", PLACEHOLDER),
            ("-", "-", "not a name"),
            ("-", "Berg", "not a name"),
            ("Liv", "\u{2019}", "not a name"),
            (".", "?", "not a name"),
            ("Liv", "B", "a single letter"),
            ("L.", "Berg", "a single letter"),
            ("Liv2", "Berg", "has digits"),
        ] {
            assert_eq!(key(first, last), Err(fault), "{first} {last}");
        }
        assert_eq!(read("Liv", Some(" ")), None);
        assert_eq!(read("\u{200B}", Some("Berg")), None);
    }

    #[test]
    fn names_that_only_look_made_up_are_names() {
        for (first, last) in
            [("Na", "Li"), ("Nan", "Goldin"), ("Christopher", "Guest"), ("Liv B", "Berg"), ("李", "娜")]
        {
            assert!(key(first, last).is_ok(), "{first} {last}");
        }
    }

    proptest! {
        #[test]
        fn a_name_in_its_one_spelling_stays(first in "\\PC{1,12}", last in "\\PC{1,12}") {
            if let Some(Ok(name)) = read(&first, Some(&last)) {
                prop_assert_eq!(read(&name, None), Some(Ok(name.clone())));
            }
        }
    }
}
