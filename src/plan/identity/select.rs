//! The query that reads the records: each key in one spelling, the values of the rules, and what is not valid.

use super::placeholders::Placeholders;
use crate::config::{IdentityFile, IdentityKeyFile, Ignore, Located};
use crate::diagnostics::SourceText;
use crate::engine::quoted;
use crate::functions::all_udfs;
use crate::identity::{Layout, PARTS, RECORD_COLUMNS, UPDATED_ON};

/// The normaliser that needs no function.
pub(super) const DATE: &str = "date";
/// The normaliser that takes a regular expression.
pub(super) const PATTERN: &str = "pattern";
/// Its function.
const PATTERN_FUNCTION: &str = "key_pattern";
/// The normaliser with options.
pub(super) const EMAIL_ADDRESS: &str = "email_address";
/// Ends the name of a function that says why a value is not valid.
const FAULT: &str = "_fault";

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
fn written(key: &IdentityKeyFile) -> String {
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

/// The whole query. `has` says whether the records have a column.
pub(super) fn records(
    typed: &IdentityFile,
    layout: &Layout,
    placeholders: &Placeholders<'_>,
    has: impl Fn(&str) -> bool,
) -> SourceText {
    let [source, source_id, known_from, attaches] = RECORD_COLUMNS;
    // What is selected, and under which name.
    let plain = |name: &str| (quoted(name), quoted(name));
    let or_null = |name: &str, ty: &str| match has(name) {
        true => plain(name),
        false => (format!("cast(null as {ty})"), quoted(name)),
    };
    let mut inner = vec![plain(source), plain(source_id), or_null(known_from, "date"), or_null(attaches, "boolean")];
    let mut outer: Vec<String> = RECORD_COLUMNS.map(quoted).to_vec();
    // A name that no column of the records has: keys and columns may be called alike.
    let computed = |label: &str| quoted(&format!("key {label}"));
    for (label, key) in &typed.keys {
        inner.push((call(key, ""), computed(&label.value)));
        if has_fault(key) {
            inner.extend(columns(key).map(|column| plain(&column.value)));
        }
    }
    if let Some(golden) = &layout.golden {
        inner.extend(golden.attributes.iter().map(|attribute| plain(&attribute.column)));
        inner.push(or_null(UPDATED_ON, "date"));
    }
    inner.sort();
    inner.dedup();
    for column in &layout.columns {
        let value = match typed.keys.contains_key(column.as_str()) {
            true => computed(column),
            // Null if a part is null.
            false => column.split('+').map(computed).collect::<Vec<_>>().join(&format!(" || '{PARTS}' || ")),
        };
        outer.push(format!("{value} as {}", quoted(column)));
    }
    for (label, key) in typed.keys.iter().filter(|(_, key)| has_fault(key)) {
        let fault = placeholders.fault(&label.value, call(key, FAULT));
        let (value, written) = (computed(&label.value), written(key));
        let is_rejected = format!("{value} is null and {written} is not null");
        for (what, of_fault) in [("written", &written), ("fault", &fault)] {
            let name = quoted(&format!("{} {what}", label.value));
            outer.push(format!("case when {is_rejected} then {of_fault} end as {name}"));
        }
    }
    if let Some(golden) = &layout.golden {
        outer.push(format!("coalesce({}, {}) as {}", quoted(UPDATED_ON), quoted(known_from), quoted("golden since")));
        for attribute in &golden.attributes {
            let value = format!("nullif(trim(cast({} as varchar)), '')", quoted(&attribute.column));
            // What is not a valid value of its key is not known: `n/a` is not an address.
            let known = match &attribute.key {
                Some(key) => format!("case when {} is not null then {value} end", computed(key)),
                None => value,
            };
            outer.push(format!("{known} as {}", quoted(&format!("golden {}", attribute.name))));
        }
    }
    let selected: Vec<String> = inner.iter().map(|(sql, name)| format!("{sql} as {name}")).collect();
    let keyed = format!("(select {} from {}) as records", selected.join(", "), quoted(&typed.records.value));
    let names: Vec<String> = inner.into_iter().map(|(_, name)| name).collect();
    let keyed = placeholders.without(&keyed, names, computed);
    SourceText::new("identity", format!("select {} from {keyed}", outer.join(", ")))
}
