//! Column names that SQL can use without quotes, for any header.

use crate::invisible::{as_seen, unmarked};

/// A lower-case name of ASCII letters, digits and underscores; empty if nothing remains of it.
pub(super) fn sql_name(header: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    let header = unmarked(&as_seen(header));
    let mut letters = header.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        // A capital starts a word after a small letter, and as the last of several capitals before a small letter.
        let after_small = before.is_lowercase() || before.is_ascii_digit();
        let begins = letter.is_uppercase()
            && (after_small || (before.is_uppercase() && letters.peek().is_some_and(|next| next.is_lowercase())));
        if begins {
            underscore(&mut name);
        }
        if letter == '%' {
            underscore(&mut name);
            name.push_str("percent");
            before = ' ';
            continue;
        }
        match plain(letter) {
            Some(text) => name.push_str(&text),
            None => underscore(&mut name),
        }
        before = letter;
    }
    let name = name.trim_matches('_').to_owned();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

fn underscore(name: &mut String) {
    if !name.is_empty() && !name.ends_with('_') {
        name.push('_');
    }
}

/// The replacement for a letter in a name, which has no marks; `None` for other characters.
fn plain(letter: char) -> Option<String> {
    if letter.is_ascii_alphanumeric() {
        return Some(letter.to_ascii_lowercase().to_string());
    }
    let plain = match letter.to_lowercase().next()? {
        'ø' => "o",
        'æ' => "ae",
        'œ' => "oe",
        'ð' | 'đ' => "d",
        'þ' => "th",
        'ß' => "ss",
        'ł' => "l",
        _ => return None,
    };
    Some(plain.to_owned())
}

/// Distinct names for all columns; those without a usable header are numbered.
pub(super) fn sql_names(headers: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(headers.len());
    for (at, header) in headers.iter().enumerate() {
        let name = sql_name(header);
        let name = if name.is_empty() { format!("column_{}", at + 1) } else { name };
        let mut free = name.clone();
        let mut number = 2;
        while names.contains(&free) {
            free = format!("{name}_{number}");
            number += 1;
        }
        names.push(free);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain() {
        for (header, name) in [
            ("Kundnr", "kundnr"),
            ("Förnamn", "fornamn"),
            ("CustomerID", "customer_id"),
            ("orderDate", "order_date"),
            ("Belopp (inkl. moms)", "belopp_inkl_moms"),
            ("Rabatt %", "rabatt_percent"),
            ("2024", "_2024"),
            ("Æblegrød", "aeblegrod"),
            ("fo\u{308}rnamn", "fornamn"),
            ("ko\u{308}pt a\u{30A}r", "kopt_ar"),
            ("x\u{308}y", "xy"),
            ("Číslo účtu", "cislo_uctu"),
            ("kund\u{200B}nr\u{A0}", "kundnr"),
            ("HTTPStatus", "http_status"),
            ("---", ""),
        ] {
            assert_eq!(sql_name(header), name, "{header}");
        }
        let headers = ["A", "a", "", "A"].map(str::to_owned);
        assert_eq!(sql_names(&headers), ["a", "a_2", "column_3", "a_3"]);
    }
}
