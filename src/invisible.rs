//! Characters that nobody sees: which they are, and how names and the ends of texts are read without them.
//!
//! There are three kinds: white space; format characters, such as byte order marks, zero-width spaces, direction marks and
//! soft hyphens; and control characters. Variation selectors change how the character before them looks, so they are left
//! out of names and ids only.

use std::borrow::Cow;
use std::ops::Range;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// Characters that show nothing. Tabs and line ends are white space, and so is a no-break space.
pub fn is_invisible(letter: char) -> bool {
    is_format(letter) || is_selector(letter) || letter.is_control() && !letter.is_whitespace()
}

/// Characters that do not belong to a text at its ends.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || is_format(letter)
}

fn is_format(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Characters that choose the look of the one before, or spell the flag of a region.
fn is_selector(letter: char) -> bool {
    matches!(letter,
        '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0001}' | '\u{E0020}'..='\u{E007F}'
        | '\u{E0100}'..='\u{E01EF}')
}

/// Composed letters: å, and not a with a ring after it (NFC).
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizerBorrowed::new_nfc().normalize(text) }
}

/// Letters without the marks above and below them: a, and not å.
pub fn unmarked(text: &str) -> String {
    let is_mark = |letter: &char| matches!(letter, '\u{300}'..='\u{36F}');
    DecomposingNormalizerBorrowed::new_nfd().normalize(text).chars().filter(|letter| !is_mark(letter)).collect()
}

/// A name or an id as people see it: without what shows nothing and without blanks at its ends, with plain spaces and
/// composed letters.
pub fn as_seen(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    if name.bytes().all(is_plain) {
        return Cow::Borrowed(name.trim_matches(' '));
    }
    let seen = name.chars().filter(|letter| !is_invisible(*letter));
    let seen: String = seen.map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    Cow::Owned(composed(seen.trim_matches(' ')).into_owned())
}

/// Whether a key is a name, given as people see it, in this spelling or another one.
#[inline]
pub fn is_named(key: &[u8], seen: &str) -> bool {
    key == seen.as_bytes() || seen_otherwise(key).is_some_and(|key| key == seen)
}

/// A name as people see it, if another text could be the same name.
#[inline]
pub fn seen_otherwise(name: &[u8]) -> Option<Cow<'_, str>> {
    let is_plain = name.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain && !matches!((name.first(), name.last()), (Some(b' '), _) | (_, Some(b' '))) {
        return None;
    }
    std::str::from_utf8(name).ok().map(as_seen)
}

/// Whether a cell that is not empty begins and ends with visible ASCII, so that nothing can be trimmed.
#[inline(always)]
pub fn has_plain_ends(cell: &[u8]) -> bool {
    matches!((cell.first(), cell.last()), (Some(b'!'..=b'~'), Some(b'!'..=b'~')))
}

/// A cell without white space and format characters at its ends.
pub fn trimmed(cell: &[u8]) -> &[u8] {
    &cell[trimmed_range(cell)]
}

/// Where a cell is without white space and format characters at its ends.
#[cold]
pub fn trimmed_range(cell: &[u8]) -> Range<usize> {
    // Letters of Latin and combining marks begin with these bytes; no blank does.
    let is_letter = |lead: &u8| matches!(lead, 0xC3..=0xCC);
    let first = cell.first().is_some_and(|byte| matches!(byte, b'!'..=b'~') || is_letter(byte));
    let last = match cell {
        [.., b'!'..=b'~'] => true,
        [.., lead, 0x80..=0xBF] => is_letter(lead),
        _ => false,
    };
    // A cell that is not text is rejected elsewhere.
    let Some(text) = (!first || !last).then(|| std::str::from_utf8(cell).ok()).flatten() else { return 0..cell.len() };
    let rest = text.trim_start_matches(is_blank);
    let start = text.len() - rest.len();
    start..start + rest.trim_end_matches(is_blank).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_one_key() {
        for name in [
            "f\u{F6}rnamn",
            "fo\u{308}rnamn",
            "\u{FEFF}\u{FEFF}fo\u{308}rnamn\u{A0}",
            " f\u{F6}r\u{AD}namn\t",
            "\u{200E}fo\u{200B}\u{308}rnamn\u{200F}",
        ] {
            assert_eq!(as_seen(name), "f\u{F6}rnamn", "{name:?}");
        }
        assert_eq!(as_seen("order\u{A0}no"), "order no");
        assert_eq!(as_seen("order\u{202F}no "), "order no");
        assert_ne!(as_seen("Name"), as_seen("name"), "case counts");
        assert_ne!(as_seen("a b"), as_seen("ab"), "a space is seen");
        assert_eq!(as_seen("\u{200B}"), "");
    }

    #[test]
    fn keys_are_names_in_any_spelling() {
        for key in ["f\u{F6}rnamn", "fo\u{308}rnamn", "f\u{F6}rnamn\u{200B}", " f\u{F6}rnamn"] {
            assert!(is_named(key.as_bytes(), "f\u{F6}rnamn"), "{key:?}");
        }
        assert!(is_named(b"sku ", "sku") && !is_named(b"SKU", "sku") && !is_named(b"sku", "f\u{F6}rnamn"));
        assert!(seen_otherwise(b"order no").is_none(), "plain names cost nothing");
        assert!(!is_named(b"f\xF6rnamn", "f\u{F6}rnamn"), "not text");
    }

    #[test]
    fn texts_lose_blanks_at_their_ends_and_nothing_else() {
        let read = |text: &'static str| std::str::from_utf8(trimmed(text.as_bytes())).unwrap();
        for text in [" Malm\u{F6}", "Malm\u{F6}\u{A0}", "\u{FEFF}Malm\u{F6}\r\n", "\u{200B}Malm\u{F6}\u{200E} \u{3000}"]
        {
            assert_eq!(read(text), "Malm\u{F6}", "{text:?}");
        }
        for text in
            ["Malmo\u{308}", "\u{C5}sa", "a\u{A0}b", "I \u{2764}\u{FE0F}", "\u{1}x\u{1A}", "\u{34E}", "\u{8F}sa"]
        {
            assert_eq!(read(text), text, "{text:?}");
        }
        assert_eq!(read("\u{A0}\u{200B} "), "");
        assert_eq!(trimmed(b" \xC5sa "), b" \xC5sa ", "not text");
    }

    #[test]
    fn the_short_look_agrees_with_the_long_one() {
        for letter in (0..=0x10_FFFF_u32).filter_map(char::from_u32) {
            let text = format!("{letter}a{letter}");
            let expected = text.trim_matches(is_blank).as_bytes();
            assert_eq!(trimmed(text.as_bytes()), expected, "{letter:?}");
            assert!(!has_plain_ends(text.as_bytes()) || expected == text.as_bytes());
        }
    }
}
