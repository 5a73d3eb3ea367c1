//! E-mail addresses: one spelling of each, and what is not an address.

use std::borrow::Cow;

use crate::invisible::as_seen;

use super::fault::{Fault, PLACEHOLDER, Read};
use super::nobody::is_nobodys;
use super::spelling::is_repeated;

/// RFC 5321, 4.5.3.1: octets of the local part and of the whole path without its brackets.
const LOCAL_OCTETS: usize = 64;
const ADDRESS_OCTETS: usize = 254;

/// Which spellings of an address reach the same mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Options {
    /// Dots in the local part of a Gmail address mean nothing, and googlemail.com is gmail.com.
    gmail_dots: bool,
    /// What follows a plus sign in the local part is a tag of the recipient's.
    plus_tags: bool,
}

impl Options {
    /// The names of all options.
    pub(super) const NAMES: &str = "'gmail_dots', 'plus_tags' or 'gmail_dots,plus_tags'";

    /// The options of a list of names. The error is a name that no option has.
    pub(super) fn parse(names: &str) -> Result<Self, String> {
        let mut options = Self::default();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "gmail_dots" => options.gmail_dots = true,
                "plus_tags" => options.plus_tags = true,
                _ => return Err(name.to_owned()),
            }
        }
        Ok(options)
    }

    /// The local part and the domain of the mailbox.
    fn mailbox<'a>(self, local: &'a str, domain: &'a str) -> (Cow<'a, str>, &'a str) {
        let tagless = local.split_once('+').map(|(local, _)| local).filter(|local| self.plus_tags && !local.is_empty());
        let local = tagless.unwrap_or(local);
        match domain {
            "gmail.com" | "googlemail.com" if self.gmail_dots => (local.replace('.', "").into(), "gmail.com"),
            _ => (local.into(), domain),
        }
    }
}

/// The address of a text; `None` if it is empty.
pub(super) fn read(text: &str, options: Options) -> Read {
    let text = as_seen(text);
    (!text.is_empty()).then(|| address(&text, options))
}

fn address(text: &str, options: Options) -> Result<String, Fault> {
    let text = match text.chars().next_back() {
        Some(last) if !last.is_ascii_alphanumeric() => unwrapped(text),
        _ => text,
    };
    let text = match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &text[7..],
        _ => text,
    };
    let (local, domain) = text.rsplit_once('@').or_else(|| text.rsplit_once('＠')).ok_or("no @")?;
    if local.contains(['@', '＠']) {
        return Err("several @");
    }
    let (local, domain) = (local.trim_end(), domain.trim_start());
    if !is_local_part(local) {
        return Err("not a local part");
    }
    let domain = idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::STD3).map_err(|_| "not a domain")?;
    if !is_domain(&domain) {
        return Err("not a domain");
    }
    if local.len() > LOCAL_OCTETS || local.len() + domain.len() + 1 > ADDRESS_OCTETS {
        return Err("too long");
    }
    let local = local.to_lowercase();
    let (local, domain) = options.mailbox(&local, &domain);
    if is_placeholder(&local, domain) { Err(PLACEHOLDER) } else { Ok(format!("{local}@{domain}")) }
}

/// An address without what mail programs, lists and sentences put around it: `Liv Berg <liv@butiken.se>`,
/// `"liv@butiken.se"`, and a stop, comma or semicolon after it. With two different addresses, the text stays as it is.
fn unwrapped(text: &str) -> &str {
    let text = text.strip_suffix(['.', ',', ';']).unwrap_or(text).trim_end();
    let text = unquoted(text);
    let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else { return text };
    let (name, address) = (unquoted(name.trim()), unquoted(address.trim()));
    if name.contains('@') && !name.eq_ignore_ascii_case(address) { text } else { address }
}

fn unquoted(text: &str) -> &str {
    const PAIRS: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('“', '”'), ('”', '”'), ('‘', '’')];
    let inner = |(open, close): &(char, char)| text.strip_prefix(*open)?.strip_suffix(*close);
    PAIRS.iter().find_map(inner).map_or(text, str::trim)
}

/// Addresses that stand for "none", and domains that mail never reaches.
///
/// The top-level domains are those of RFC 2606, RFC 6761 and RFC 6762. example.com, example.net and example.org, which RFC
/// 2606 reserves too, stay valid: sample data and tests of companies give each person an address there. What forms show as
/// an example under them (`info@example.com`) is a placeholder.
fn is_placeholder(local: &str, domain: &str) -> bool {
    let top = domain.rsplit('.').next().unwrap_or_default();
    if matches!(top, "test" | "example" | "invalid" | "localhost" | "local") {
        return true;
    }
    // What follows a plus sign says nothing of whose mailbox it is: noreply+123@.
    let mailbox = local.split_once('+').map(|(mailbox, _)| mailbox).filter(|mailbox| !mailbox.is_empty());
    let mailbox = mailbox.unwrap_or(local);
    let squeezed: Cow<'_, str> =
        if mailbox.contains(['.', '-', '_']) { mailbox.replace(['.', '-', '_'], "").into() } else { mailbox.into() };
    let first_label = domain.split('.').next().unwrap_or_default();
    if matches!(first_label, "example" | "exempel" | "eksempel") && is_shown_in_forms(&squeezed) {
        return true;
    }
    // a@a.se, xxx@xx.com
    let is_one_letter =
        is_repeated(&squeezed) && is_repeated(first_label) && squeezed.bytes().next() == first_label.bytes().next();
    is_one_letter || is_nobodys(&squeezed, domain)
}

/// What forms show as an example, at a domain of examples. `squeezed` may end with digits.
fn is_shown_in_forms(squeezed: &str) -> bool {
    matches!(
        squeezed.trim_end_matches(|c: char| c.is_ascii_digit()),
        "info"
            | "name"
            | "namn"
            | "navn"
            | "user"
            | "username"
            | "mail"
            | "email"
            | "epost"
            | "someone"
            | "yourname"
            | "youremail"
            | "johndoe"
            | "janedoe"
            | "fornamnefternamn"
            | "förnamnefternamn"
            | "firstnamelastname"
    )
}

/// RFC 5322, 3.2.3: a dot-atom; RFC 6531 adds everything beyond ASCII.
fn is_local_part(local: &str) -> bool {
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atom_text);
    local.split('.').all(is_atom)
}

fn is_atom_text(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii() && !c.is_whitespace()
}

/// A domain of the internet: at least two labels, of which none begins or ends with a hyphen (RFC 1123, 2.1), and the last
/// one is not a number.
fn is_domain(domain: &str) -> bool {
    let Some((_, last)) = domain.rsplit_once('.') else { return false };
    last.len() >= 2
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<String, &'static str> {
        read(text, Options::default()).expect("text")
    }

    #[test]
    fn options_join_the_spellings_of_one_mailbox() {
        let with = |names: &str, text: &str| read(text, Options::parse(names).expect("options")).expect("text");
        let liv = Ok("livberg@gmail.com".to_owned());
        for spelling in ["Liv.Berg@gmail.com", "l.i.v.berg@googlemail.com", "livberg@gmail.com"] {
            assert_eq!(with("gmail_dots", spelling), liv, "{spelling}");
            assert_eq!(with(" plus_tags, gmail_dots ", &spelling.replace('@', "+shop@")), liv, "{spelling}");
        }
        assert_eq!(with("gmail_dots", "liv.berg@example.se"), Ok("liv.berg@example.se".to_owned()));
        assert_eq!(with("plus_tags", "liv+news+2@example.se"), Ok("liv@example.se".to_owned()));
        assert_eq!(with("plus_tags", "liv.berg+news@gmail.com"), Ok("liv.berg@gmail.com".to_owned()));
        assert_eq!(with("plus_tags", "+news@example.se"), Ok("+news@example.se".to_owned()), "all would be a tag");
        assert_eq!(key("Liv.Berg+news@gmail.com"), Ok("liv.berg+news@gmail.com".to_owned()));
        assert_eq!(Options::parse("gmail_dots,plus"), Err("plus".to_owned()));
        assert_eq!(with("plus_tags", "test+1@butiken.se"), Err(PLACEHOLDER), "what is left is judged");
    }

    #[test]
    fn placeholders_are_refused() {
        for text in [
            "test@foretag.se",
            "Test12@foretag.se",
            "noreply@butiken.se",
            "no-reply@butiken.se",
            "do_not.reply@butiken.se",
            "info@example.com",
            "namn@exempel.se",
            "liv@butiken.test",
            "liv@butiken.invalid",
            "liv@butiken.example",
            "saknas@saknas.se",
            "okänd@butiken.se",
            "n/a@n.se",
            "a@a.se",
            "xxx@xx.com",
            "na@na.com",
            "nan@nan.com",
            "no@email.com",
            "email@email.com",
            "mail@mail.com",
            "fake@fake.com",
            "dummy@dummy.com",
            "guest@guest.com",
            "notprovided@notprovided.com",
            "not.provided@gmail.com",
            "declined@butiken.se",
            "abc@abc.com",
            "abc123@def.com",
            "12345@12345.se",
            "nobody@nowhere.co.uk",
            "user@domain.com",
            "john@doe.com",
            "john.doe@example.com",
            "kund@kund.se",
            "anonym@anonym.se",
            "har.ej@mail.se",
            "finns-ej@mail.se",
            "gäst@gäst.se",
            "ukjent@ukjent.no",
            "ikke@oplyst.dk",
            "ikke.oppgitt@online.no",
            "ukendt@ukendt.dk",
            "unbekannt@unbekannt.de",
            "keine@keine.de",
            "kein@email.de",
            "keine@angabe.de",
            "tuntematon@tuntematon.fi",
            "puuttuu@puuttuu.fi",
            "ei@ole.fi",
            "ohne@ohne.de",
            "mailer-daemon@butiken.se",
            "postmaster@butiken.se",
            "noreply+123@butiken.se",
            "no-reply2@butiken.se",
            "donotreply@butiken.se",
            "bounce-4711@butiken.se",
            "bounces+liv=example.se@butiken.se",
        ] {
            assert_eq!(key(text), Err("a placeholder"), "{text}");
        }
        for text in [
            "tva.kort@example.org",
            "liv@example.com",
            "gammal@foretag.example.com",
            "info@butiken.se",
            "testa.svensson@butiken.se",
            "na@butiken.se",
            "a@b.se",
            "anna@anna.se",
            "maria@mail.se",
            "tom@tom.se",
            "kund.svensson@butiken.se",
            "kund@butiken.se",
            "guest@firma.de",
            "fake@firma.de",
            "c.guest@guest.com",
            "no@mail.butiken.se",
            "anna+noreply@butiken.se",
            "nomail99@gmail.com",
            "123@163.com",
            "post@firma.no",
            "johndoe@butiken.se",
        ] {
            assert_eq!(key(text), Ok(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn one_address_in_any_spelling() {
        for spelling in [
            "liv@example.se",
            " Liv@Example.SE ",
            "mailto:liv@example.se",
            "liv\u{200B}@example.se",
            "\u{FEFF}liv@example.se\u{A0}",
            "<liv@example.se>",
            "<mailto:liv@example.se>",
            "Liv Berg <liv@example.se>",
            "\"Berg, Liv\" <LIV@example.se>;",
            "\"liv@example.se\" <liv@example.se>",
            "'liv@example.se'",
            "”liv@example.se”",
            "liv@example.se.",
            "liv@example.se;",
            "liv@example.se ,",
            "liv @ example.se",
            "liv＠example.se",
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
            ("Bo <bo@b.se> <liv@example.se>", "several @"),
            ("bo@b.se <liv@example.se>", "several @"),
            ("liv@example.se, bo@b.se", "several @"),
            ("liv@-foretag.se", "not a domain"),
            ("liv@foretag-.se", "not a domain"),
            ("liv@foretag.se;;", "not a domain"),
            ("\"liv@foretag.se", "not a local part"),
            ("liv@example..se", "not a domain"),
            ("a@b.se;c@d.se", "several @"),
        ];
        for (text, fault) in faults {
            assert_eq!(key(text), Err(fault), "{text:?}");
        }
        assert_eq!(key(&format!("{}@example.se", "a".repeat(65))), Err("too long"));
        assert_eq!(read("\u{A0}", Options::default()), None);
    }
}
