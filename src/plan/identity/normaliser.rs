//! Calls of the functions that bring the values of keys into one spelling, and say what is wrong with them.

use crate::config::{IdentityFile, IdentityKeyFile, Ignore, Located};
use crate::engine::quoted;
use crate::functions::all_udfs;

/// The normaliser that needs no function.
pub(super) const DATE: &str = "date";
/// The normaliser that takes a regular expression.
pub(super) const PATTERN: &str = "pattern";
/// Its function.
const PATTERN_FUNCTION: &str = "key_pattern";
/// The normaliser with options.
pub(super) const EMAIL_ADDRESS: &str = "email_address";
/// Reads the name of a person.
pub(super) const PERSON_NAME: &str = "person_name";
/// Ends the name of a function that says why a value is not valid.
pub(super) const FAULT: &str = "_fault";

/// The names that `normalise` may have.
pub(super) fn normalisers() -> Vec<String> {
    let functions: Vec<String> = all_udfs().iter().map(|function| function.name().to_owned()).collect();
    let mut names: Vec<String> =
        functions.iter().filter_map(|name| name.strip_suffix(FAULT)).map(str::to_owned).collect();
    names.retain(|name| functions.contains(name));
    for name in names.iter_mut().filter(|name| *name == PATTERN_FUNCTION) {
        PATTERN.clone_into(name);
    }
    names.push(DATE.to_owned());
    names
}

/// The keys whose values may be not valid.
pub(super) fn rejected(typed: &IdentityFile) -> Vec<String> {
    typed.keys.iter().filter(|(_, key)| has_fault(key)).map(|(label, _)| label.value.clone()).collect()
}

pub(super) fn has_fault(key: &IdentityKeyFile) -> bool {
    key.normalise.as_ref().is_some_and(|function| function.value != DATE)
}

/// The columns of the records that a key names.
pub(super) fn columns(key: &IdentityKeyFile) -> impl Iterator<Item = &Located<String>> {
    key.column.iter().chain(&key.columns).chain(&key.country)
}

/// What stands in the records for a key.
pub(super) fn written(key: &IdentityKeyFile) -> String {
    match &key.column {
        Some(column) => quoted(&column.value),
        None => {
            // A record that lacks one part lacks all: half a name says little.
            let part = |column: &Located<String>| format!("nullif(trim({}), '')", quoted(&column.value));
            key.columns.iter().map(part).collect::<Vec<_>>().join(" || ' ' || ")
        }
    }
}

/// A call of the key's function, or of the one whose name ends in `suffix`.
pub(super) fn call(key: &IdentityKeyFile, suffix: &str) -> String {
    let Some(normaliser) = &key.normalise else { return written(key) };
    if normaliser.value == DATE {
        return format!("cast({} as varchar)", written(key));
    }
    let arguments = columns(key).map(|column| quoted(&column.value)).collect();
    called(key, normaliser, suffix, arguments)
}

/// A call of the key's function with a value that stands elsewhere, in the country that SQL gives.
pub(super) fn call_on(key: &IdentityKeyFile, value: &str, country: &str) -> String {
    let Some(normaliser) = &key.normalise else { return value.to_owned() };
    if normaliser.value == DATE {
        return format!("cast({value} as varchar)");
    }
    let country = key.country.as_ref().map(|_| country.to_owned());
    called(key, normaliser, "", std::iter::once(value.to_owned()).chain(country).collect())
}

fn called(key: &IdentityKeyFile, normaliser: &Located<String>, suffix: &str, columns: Vec<String>) -> String {
    let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let pattern = key.pattern.iter().map(|pattern| text(&pattern.value));
    let options: Vec<&str> = ignored(key).map(|(name, _)| name).collect();
    let options = (!options.is_empty()).then(|| text(&options.join(",")));
    let arguments: Vec<String> = columns.into_iter().chain(pattern).chain(options).collect();
    format!("{}{suffix}({})", function(&normaliser.value), arguments.join(", "))
}

/// The options of `email_address` that a key has.
pub(super) fn ignored(key: &IdentityKeyFile) -> impl Iterator<Item = (&'static str, &Located<Ignore>)> {
    let options = [("gmail_dots", &key.gmail_dots), ("plus_tags", &key.plus_tags)];
    options.into_iter().filter_map(|(name, option)| Some((name, option.as_ref()?)))
}

/// The SQL function of a normaliser.
fn function(normaliser: &str) -> &str {
    if normaliser == PATTERN { PATTERN_FUNCTION } else { normaliser }
}
