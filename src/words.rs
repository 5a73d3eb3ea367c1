//! Numbers and names as messages show them.

use crate::invisible::is_invisible;

/// How many names a message shows before it counts the rest.
pub const NAMES_SHOWN: usize = 10;

/// A count with its digits grouped by thousands: 12 345 678.
pub fn rows_shown(rows: u64) -> String {
    let digits = rows.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(' ');
        }
        shown.push(digit);
    }
    shown
}

/// A count with singular or plural: 1 row, 2 rows.
pub fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", rows_shown(number), if number == 1 { "" } else { "s" })
}

/// Seconds with their unit.
pub fn seconds_shown(seconds: f64) -> String {
    if seconds < 10.0 { format!("{seconds:.2} s") } else { format!("{seconds:.0} s") }
}

/// Names for a message: the first few, and the number of the others. Characters that nobody sees are escaped, so that a
/// name cannot write to the terminal.
pub fn few(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(NAMES_SHOWN).map(|name| printable(name)).collect();
    if names.len() > NAMES_SHOWN {
        shown.push(format!("and {} more", names.len() - NAMES_SHOWN));
    }
    shown.join(", ")
}

/// A name from a file, for a message: what nobody sees is escaped, and it is no longer than a line.
pub fn printable(name: &str) -> String {
    const LONGEST: usize = 200;
    shown_up_to(name, LONGEST)
}

/// The first characters of a text for a message: white space other than plain spaces, and what shows nothing, is escaped.
pub fn shown_up_to(text: &str, most: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * most));
    for (at, character) in text.chars().enumerate() {
        match character {
            _ if at == most => {
                shown.push('…');
                break;
            }
            ' ' => shown.push(' '),
            _ if character.is_whitespace() || character.is_control() || is_invisible(character) => {
                shown.extend(character.escape_default());
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// A name as a shell reads it back: in quotes if it has other characters than letters, digits and `_-.:/`.
pub fn shell_quoted(name: &str) -> String {
    let name = printable(name);
    let is_plain = |character: char| character.is_alphanumeric() || "_-.:/".contains(character);
    if name.chars().all(is_plain) { name } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(rows_shown(0), "0");
        assert_eq!(rows_shown(999), "999");
        assert_eq!(rows_shown(1_234_567), "1 234 567");
    }

    #[test]
    fn names_can_be_pasted_into_a_shell() {
        assert_eq!(shell_quoted("volumes_hold:sales_channel.web"), "volumes_hold:sales_channel.web");
        assert_eq!(shell_quoted("a:click & collect"), "'a:click & collect'");
        assert_eq!(shell_quoted("a:it's"), r"'a:it'\''s'");
    }

    #[test]
    fn names_from_files_are_made_safe_to_show() {
        assert_eq!(printable("a\u{1B}[31mb\nö"), "a\\u{1b}[31mb\\nö");
        assert_eq!(printable("\u{FEFF}kund\u{A0}nr \u{AD}\u{202E}å"), "\\u{feff}kund\\u{a0}nr \\u{ad}\\u{202e}å");
        assert_eq!(printable(&"x".repeat(1000)).chars().count(), 201);
        let many: Vec<String> = (0..10_000).map(|number| format!("c{number}")).collect();
        assert_eq!(few(&many), "c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, and 9990 more");
        assert_eq!(few(&many[..2]), "c0, c1");
    }
}
