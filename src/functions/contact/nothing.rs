//! Texts that people and systems write where nothing is known: `n/a`, `okänt`, `-`.

/// The longest of them in bytes.
const LONGEST: usize = 24;

/// Whether a text stands for "not known" or was typed to try something out. Digits never do: `0000` may be a code.
///
/// It is asked for each cell of a column, so it allocates nothing.
pub fn says_nothing(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    if !text.chars().any(char::is_alphanumeric) {
        return !text.is_empty();
    }
    let mut lower = [0; LONGEST];
    let lower = &mut lower[..text.len()];
    lower.copy_from_slice(text.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(is_listed)
}

/// Letters outside ASCII are listed in both cases.
fn is_listed(text: &str) -> bool {
    matches!(
        text,
        "n/a"
            | "#n/a"
            | "n.a."
            | "n.a"
            | "<na>"
            | "null"
            | "<null>"
            | "(null)"
            | "nil"
            | "none"
            | "nan"
            | "undefined"
            | "unknown"
            | "not known"
            | "not available"
            | "not applicable"
            | "not provided"
            | "not specified"
            | "missing"
            | "okänd"
            | "okÄnd"
            | "okänt"
            | "okÄnt"
            | "okand"
            | "okant"
            | "okänd ort"
            | "okänd stad"
            | "okänd adress"
            | "ej känd"
            | "ej känt"
            | "ej angivet"
            | "ej angiven"
            | "ej angett"
            | "saknas"
            | "uppgift saknas"
            | "ukjent"
            | "ikke kjent"
            | "ikke oppgitt"
            | "mangler"
            | "ukendt"
            | "ikke oplyst"
            | "ikke angivet"
            | "tuntematon"
            | "ei tiedossa"
            | "puuttuu"
            | "unbekannt"
            | "keine angabe"
            | "k.a."
            | "nicht bekannt"
            | "tba"
            | "tbd"
            | "test"
            | "testing"
            | "dummy"
            | "asdf"
            | "asdfgh"
            | "qwerty"
            | "xxx"
            | "xxxx"
            | "xxxxx"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_for_nothing_is_not_a_value() {
        for text in
            ["n/a", "N/A", "#N/A", "OKÄNT", "Okänd", "okand", "-", "--", "?", ".", "Test", "UNKNOWN", "xxx", "NULL"]
        {
            assert!(says_nothing(text), "{text}");
        }
    }

    #[test]
    fn places_countries_and_codes_are_values() {
        // Norway, Namibia, a village in Norway, a church village in Denmark, a city of two letters, a name, codes.
        for text in ["NO", "NA", "Å", "Testrup", "Nannestad", "Au", "Nunn", "0000", "12345", "", "Unknownville", "東京"]
        {
            assert!(!says_nothing(text), "{text}");
        }
        assert!(!says_nothing("n/a, but a whole sentence that goes on"), "longer than any of them");
    }
}
