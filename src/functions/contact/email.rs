//! E-mail addresses: one spelling of each, and what is not an address.

use crate::invisible::as_seen;

/// RFC 5321, 4.5.3.1: octets of the local part and of the whole path without its brackets.
const LOCAL_OCTETS: usize = 64;
const ADDRESS_OCTETS: usize = 254;

/// The address of a text; `None` if it is empty.
pub(super) fn read(text: &str) -> Option<Result<String, &'static str>> {
    let text = as_seen(text);
    (!text.is_empty()).then(|| address(&text))
}

fn address(text: &str) -> Result<String, &'static str> {
    let text = match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &text[7..],
        _ => text,
    };
    let (local, domain) = text.rsplit_once('@').ok_or("no @")?;
    if local.contains('@') {
        return Err("several @");
    }
    if !is_local_part(local) {
        return Err("not a local part");
    }
    let domain = idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::STD3).map_err(|_| "not a domain")?;
    if !is_domain(&domain) {
        return Err("not a domain");
    }
    let address = format!("{}@{domain}", local.to_lowercase());
    if local.len() > LOCAL_OCTETS || address.len() > ADDRESS_OCTETS { Err("too long") } else { Ok(address) }
}

/// RFC 5322, 3.2.3: a dot-atom; RFC 6531 adds everything beyond ASCII.
fn is_local_part(local: &str) -> bool {
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atom_text);
    local.split('.').all(is_atom)
}

fn is_atom_text(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii() && !c.is_whitespace()
}

/// A domain of the internet: at least two labels, and the last one is not a number.
fn is_domain(domain: &str) -> bool {
    let Some((_, last)) = domain.rsplit_once('.') else { return false };
    last.len() >= 2
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && domain.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<String, &'static str> {
        read(text).expect("text")
    }

    #[test]
    fn one_address_in_any_spelling() {
        for spelling in [
            "liv@example.se",
            " Liv@Example.SE ",
            "mailto:liv@example.se",
            "liv\u{200B}@example.se",
            "\u{FEFF}liv@example.se\u{A0}",
        ] {
            assert_eq!(key(spelling), Ok("liv@example.se".to_owned()), "{spelling:?}");
        }
        assert_eq!(key("a\u{30A}sa@example.se"), key("Åsa@example.se"));
        assert_eq!(key("bo@räksmörgås.se"), Ok("bo@xn--rksmrgs-5wao1o.se".to_owned()));
        assert_eq!(key("o'neil+news@sub.example.co.uk"), Ok("o'neil+news@sub.example.co.uk".to_owned()));
    }

    #[test]
    fn what_is_no_address_says_why() {
        let faults = [
            ("n/a", "no @"),
            ("saknas", "no @"),
            ("-", "no @"),
            ("@", "not a local part"),
            ("a@@b.se", "several @"),
            ("@example.se", "not a local part"),
            ("liv@", "not a domain"),
            ("liv@localhost", "not a domain"),
            ("liv@1.2.3.4", "not a domain"),
            ("liv.@example.se", "not a local part"),
            ("liv berg@example.se", "not a local part"),
            ("liv@exa mple.se", "not a domain"),
            ("Liv <liv@example.se>", "not a local part"),
            ("liv@example..se", "not a domain"),
            ("a@b.se;c@d.se", "several @"),
        ];
        for (text, fault) in faults {
            assert_eq!(key(text), Err(fault), "{text:?}");
        }
        assert_eq!(key(&format!("{}@example.se", "a".repeat(65))), Err("too long"));
        assert_eq!(read("\u{A0}"), None);
    }
}
