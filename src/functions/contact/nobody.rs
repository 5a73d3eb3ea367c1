//! Words of addresses that are nobody's: `noreply@`, `saknas@`, `na@na.com`.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::spelling::is_counting;

/// What a word before the `@` says, without stops, hyphens and underscores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Nobody's at any domain.
    Nobody,
    /// The same, also with digits at its end: what people type to try a form, and the senders of systems.
    Numbered,
    /// Nobody's at a domain whose name is such a word, too. By itself it may be somebody's name or a company's mailbox.
    Vague,
}

const NUMBERED: &str = "test testing testtest testkund testuser testperson testare tester testi prueba asdf qwerty \
    noreply donotreply dontreply svarainte svaraej svarej ikkesvar svarikke alavastaa älävastaa nichtantworten \
    nepasrepondre mailerdaemon postmaster bounce bounces nullsender";

const NOBODY: &str = "\
    none null n/a undefined unknown missing nobody noone nomail noemail noemailaddress noaddress noname anonymous \
    notprovided notgiven notavailable notapplicable notknown notspecified declined refused withheld dummy fakemail \
    fakeemail invalid invalidemail \
    ingen inget ingenemail ingenmail ingenmejl ingenepost ingenepostadress ingenadress harejmail harejepost \
    harejemail harejmejl harintemail harinteepost harintemejl harikkemail harikkeepost finnsej finnsinte saknas saknar \
    saknarmail saknarepost saknaremail saknarmejl mailsaknas epostsaknas okänd okand okänt okant ejmail ejepost ejmejl \
    ejangivet ejangiven ejangett ejkänd ejkand ejkänt utanmail utanepost anonym anonymt \
    ukjent ukendt mangler manglermail manglerepost ikkeoppgitt ikkeoplyst ikkeangivet ikkekjent ingenoplysning \
    tuntematon puuttuu eitiedossa eisähköpostia eisahkopostia eiemailia eieemail eimail eioleemailia anonyymi \
    unbekannt keinemail keineemail keinmail keineangabe keineangaben ohnemail ohneemail nichtangegeben nichtvorhanden \
    inconnu sansemail pasdemail pasdemel nonrenseigne desconocido sincorreo sinemail noaplica notiene onbekend geenmail \
    geenemail nieznany brakmaila brakemail brakadresu sconosciuto nonfornito desconhecido sememail semmail tundmatu \
    puudub teadmata nezinams nezinomas nežinomas óþekkt ekkitil";

const VAGUE: &str = "\
    na nan nil no not non nope nix void empty blank fake your youremail yourmail yourname name names user username \
    someone somebody guest customer client member person walkin cash nowhere domain domän doman company address \
    available provided given specified reply noreply mail email emailaddress epost post mejl epostadress \
    ej nej inte har harej harinte harikke namn navn kund kunde gäst gast gæst gjest kontant butik kassa angivet angett \
    ikke oplyst oppgitt oppgis ingenting nei asiakas vieras ei ole nimi sähköposti sahkoposti kein keine keiner angabe \
    angaben ohne gehtnicht nichts adresse aucun aucune nada ninguno ninguna nessuno geen brak nav nera niet mailadres \
    correo abc abcd abcde abcdef def xyz asd asdf asdfg asdfgh qwe qwer qwert qwerty zxc foo bar foobar";

static WORDS: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let lists = [(VAGUE, Meaning::Vague), (NOBODY, Meaning::Nobody), (NUMBERED, Meaning::Numbered)];
    lists.into_iter().flat_map(|(words, meaning)| words.split_whitespace().map(move |word| (word, meaning))).collect()
});

/// Whether an address is nobody's. `local` has no stops, hyphens and underscores; `domain` is in ASCII.
pub(super) fn is_nobodys(local: &str, domain: &str) -> bool {
    let unnumbered = local.trim_end_matches(|c: char| c.is_ascii_digit());
    match WORDS.get(local) {
        Some(Meaning::Nobody | Meaning::Numbered) => return true,
        Some(Meaning::Vague) => (),
        None => match WORDS.get(unnumbered) {
            Some(Meaning::Numbered) => return true,
            Some(_) => (),
            None if unnumbered.is_empty() && is_counting(local, 3) => (),
            // The same unknown word twice is somebody at a domain of the family's.
            None => return local == "john" && name_of(domain).is_some_and(|name| name == "doe"),
        },
    }
    name_of(domain).is_some_and(|name| says_nothing(&without_signs(name)))
}

/// Whether the name of a domain is one of the words.
fn says_nothing(name: &str) -> bool {
    let is_word = |name: &str| {
        let unnumbered = name.trim_end_matches(|c: char| c.is_ascii_digit());
        WORDS.contains_key(name) || WORDS.contains_key(unnumbered) || is_counting(name, 3)
    };
    match name.strip_prefix("xn--") {
        Some(_) => is_word(&idna::domain_to_unicode(name).0),
        None => is_word(name),
    }
}

fn without_signs(name: &str) -> String {
    if name.starts_with("xn--") { name.to_owned() } else { name.replace('-', "") }
}

/// The label that its owner chose: `butiken` of `butiken.se` and of `butiken.co.uk`; `None` for a host of a domain, such as
/// `mail.butiken.se`.
fn name_of(domain: &str) -> Option<&str> {
    let (name, rest) = domain.split_once('.')?;
    let is_registry = |rest: &str| {
        rest.split_once('.').is_none_or(|(second, top)| {
            matches!(second, "co" | "com" | "org" | "net" | "ac" | "gov" | "edu") && !top.contains('.')
        })
    };
    is_registry(rest).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_one_meaning_and_no_sign() {
        for list in [NUMBERED, NOBODY, VAGUE] {
            for word in list.split_whitespace().filter(|word| *word != "n/a") {
                assert!(word.chars().all(char::is_lowercase), "{word}");
            }
        }
    }

    #[test]
    fn a_host_of_a_company_is_no_name() {
        assert_eq!(name_of("nowhere.com"), Some("nowhere"));
        assert_eq!(name_of("nowhere.co.uk"), Some("nowhere"));
        assert_eq!(name_of("mail.butiken.se"), None);
        assert!(is_nobodys("no", "mail.com") && !is_nobodys("no", "mail.butiken.se"));
    }
}
