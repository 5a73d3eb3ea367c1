//! Addresses and phone numbers as the extracts have them now. A person may have more than the tables show: the golden
//! record has one, and a link only what two records share.

use super::files::{Delivered, each_line};
use super::layouts::Layouts;
use super::members::Record;
use super::search::{id_columns, plain};
use crate::plan::Plan;

/// The last digits of a phone number, which do not depend on how its country is written.
const PHONE_DIGITS: usize = 8;
/// The column that says of which country a phone number is.
const COUNTRY: &str = "country";

/// One value of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Contact {
    pub(super) record: Record,
    /// The key, such as email.
    pub(super) key: String,
    pub(super) written: String,
    pub(super) country: Option<String>,
}

/// The wanted values, in columns with the names of keys, of sources whose records have an id in one column.
pub(super) fn contacts(
    files: &[Delivered],
    (plan, layouts): (&Plan, &mut Layouts<'_>),
    names: &[&str],
    is_wanted: impl Fn(&Record, &str, &str) -> bool,
) -> Vec<Contact> {
    let mut found = Vec::new();
    for file in files {
        let declared = plan.sources.values().chain(&plan.idle_sources);
        let Some(source) = declared.into_iter().find(|source| file.source.as_deref() == Some(source.name.as_str()))
        else {
            continue;
        };
        let [id] = id_columns(source)[..] else { continue };
        let Some(layout) = layouts.of(&source.name) else { continue };
        let Some(header) = layout.columns(&file.shown) else { continue };
        let place = |name: &str| {
            let column = source.columns.iter().find(|column| column.name == name)?;
            header.iter().position(|found| column.names().any(|name| name == found))
        };
        let Some(id_at) = place(id) else { continue };
        let country_at = place(COUNTRY);
        let keys: Vec<(&str, usize)> = names.iter().filter_map(|name| Some((*name, place(name)?))).collect();
        if keys.is_empty() {
            continue;
        }
        // What is not text has no lines; the certificate names it.
        let _ = each_line(&file.path, |_, line| {
            let fields = layout.fields(line);
            let field = |at: usize| fields.get(at).map(|field| field.trim()).filter(|field| !field.is_empty());
            let Some(id) = field(id_at) else { return };
            let record = (source.name.clone(), id.to_owned());
            for (key, at) in &keys {
                if let Some(written) = field(*at).filter(|written| is_wanted(&record, key, written)) {
                    found.push(Contact {
                        record: record.clone(),
                        key: (*key).to_owned(),
                        written: written.to_owned(),
                        country: country_at.and_then(field).map(str::to_owned),
                    });
                }
            }
        });
    }
    found
}

/// Whether a value looks like an address or a number: `n/a` in a column of addresses is nobody's mark.
pub(super) fn is_mark(written: &str) -> bool {
    written.contains('@') || written.chars().filter(char::is_ascii_digit).count() >= PHONE_DIGITS
}

/// What two spellings of one value have in common; a phone number of another country may have the same.
pub(super) fn rough(written: &str) -> String {
    let plain = plain(written);
    if plain.contains('@') {
        return plain.chars().filter(|letter| !letter.is_whitespace()).collect();
    }
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    match digits.len().checked_sub(PHONE_DIGITS) {
        Some(start) => digits.get(start..).unwrap_or_default().to_owned(),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_no_mark() {
        assert!(is_mark("anna@firma.se") && is_mark("0701-74 06 05"));
        assert!(!is_mark("n/a") && !is_mark("12"));
    }

    #[test]
    fn spellings_of_one_value_are_alike() {
        assert_eq!(rough(" An\u{200b}na@Firma.SE "), rough("anna@firma.se"));
        assert_eq!(rough("0046 70 174 06 05"), rough("0701740605"));
        assert_ne!(rough("0701740606"), rough("0701740605"));
        assert_ne!(rough("anna@firma.se"), rough("joanna@firma.se"));
    }
}
