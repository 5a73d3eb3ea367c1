//! What people write around a phone number: a label before it, a note after it, a second number.

/// Digits that a number has at least, for two of them to be two numbers.
const LEAST_DIGITS: usize = 7;

/// Words before a number that say what it is.
const LABELS: [&str; 27] = [
    "t",
    "m",
    "p",
    "h",
    "tel",
    "tele",
    "telefon",
    "telefonnr",
    "telefonnummer",
    "telephone",
    "tfn",
    "tlf",
    "tlfnr",
    "puh",
    "puhelin",
    "phone",
    "ph",
    "mob",
    "mobil",
    "mobilnr",
    "mobilnummer",
    "mobile",
    "mobiltelefon",
    "cell",
    "gsm",
    "handy",
    "matkapuhelin",
];

/// A text without a label before the number (`Tel.`, `mob:`) and without a note in brackets after it (`(hem)`).
pub(super) fn unlabelled(text: &str) -> &str {
    let text = match text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((number, note)) if is_word(note) => number.trim_end(),
        _ => text,
    };
    let after = text.trim_start_matches(|c: char| c.is_alphabetic());
    let label = &text[..text.len() - after.len()];
    let is_label = || LABELS.contains(&label.to_lowercase().as_str());
    if label.is_empty() || !is_label() { text } else { after.trim_start_matches(['.', ':', ' ', '-']) }
}

fn is_word(note: &str) -> bool {
    note.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-')) && note.chars().any(char::is_alphabetic)
}

/// Whether two numbers stand in one text, with a sign or a word between them.
pub(super) fn has_several(text: &str) -> bool {
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).count();
    let is_between = |c: char| matches!(c, ';' | ',' | '/' | '|' | '&' | '\\') || c.is_alphabetic();
    text.split(is_between).filter(|part| digits(part) >= LEAST_DIGITS).nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::phone::read;
    use super::*;

    #[test]
    fn labels_and_notes_are_no_part_of_a_number() {
        for text in [
            "Tel. 070-174 06 18",
            "tel: 0701740618",
            "tel:+46-70-174-06-18",
            "mob:070-1740618",
            "Mobil +46 70 174 06 18",
            "TFN 0701740618",
            "070-174 06 18 (hem)",
            "Mob. 070-174 06 18 (Livs jobb)",
            "+46 (0)70-174 06 18 (mobil)",
        ] {
            assert_eq!(read(text, Some("SE")), Some(Ok("+46701740618".to_owned())), "{text}");
        }
        assert_eq!(read("Liv 070-174 06 18", Some("SE")), Some(Err("not a number")));
        assert_eq!(read("070-174 06 18 (12)", Some("SE")), Some(Err("a zero too many")), "digits are not a note");
        assert_eq!(read("fax 08-465 004 49", Some("SE")), Some(Err("not a number")), "not a person's");
    }

    #[test]
    fn two_numbers_are_not_one() {
        for text in [
            "0701740618;0701740619",
            "070-174 06 18, 070-174 06 19",
            "0701740618/0701740619",
            "0701740618 / 08-465 004 49",
            "070-174 06 18 eller 08-465 004 49",
        ] {
            assert_eq!(read(text, Some("SE")), Some(Err("several numbers")), "{text}");
        }
        assert!(!has_several("070/1740618") && !has_several("08/465 004 49"));
        assert_eq!(read("030/3456781", Some("DE")), Some(Ok("+49303456781".to_owned())));
    }
}
