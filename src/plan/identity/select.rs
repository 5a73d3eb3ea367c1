//! The query that reads the records: each key in one spelling, the values of the rules, and what is not valid.

use crate::config::{IdentityFile, IdentityKeyFile};
use crate::diagnostics::SourceText;
use crate::engine::quoted;
use crate::functions::all_udfs;
use crate::identity::{Layout, PARTS, RECORD_COLUMNS};

/// The normaliser that needs no function.
pub(super) const DATE: &str = "date";
/// The normaliser that takes a regular expression.
pub(super) const PATTERN: &str = "pattern";
/// Ends the name of a function that says why a value is not valid.
const FAULT: &str = "_fault";

/// The names that `normalise` may have.
pub(super) fn normalisers() -> Vec<String> {
    let functions: Vec<String> = all_udfs().iter().map(|function| function.name().to_owned()).collect();
    let mut names: Vec<String> =
        functions.iter().filter_map(|name| name.strip_suffix(FAULT)).map(str::to_owned).collect();
    names.retain(|name| functions.contains(name));
    names.push(DATE.to_owned());
    names
}

/// The keys whose values may be not valid.
pub(super) fn rejected(typed: &IdentityFile) -> Vec<String> {
    typed.keys.iter().filter(|(_, key)| has_fault(key)).map(|(label, _)| label.value.clone()).collect()
}

fn has_fault(key: &IdentityKeyFile) -> bool {
    key.normalise.as_ref().is_some_and(|function| function.value != DATE)
}

/// What stands in the records for a key.
pub(super) fn written(key: &IdentityKeyFile) -> String {
    match &key.column {
        Some(column) => quoted(&column.value),
        None => {
            // A record that lacks one part lacks all: half a name says little.
            let parts: Vec<String> =
                key.columns.iter().map(|column| format!("nullif(trim({}), '')", quoted(&column.value))).collect();
            parts.join(" || ' ' || ")
        }
    }
}

/// A call of the key's function, or of the one that says why a value is not valid.
pub(super) fn call(key: &IdentityKeyFile, value: &str, suffix: &str) -> String {
    let Some(function) = &key.normalise else { return value.to_owned() };
    if function.value == DATE {
        return format!("cast({value} as varchar)");
    }
    let pattern = key.pattern.iter().map(|pattern| format!("'{}'", pattern.value.replace('\'', "''")));
    let options = key.country.iter().map(|column| quoted(&column.value)).chain(pattern);
    let arguments: Vec<String> = std::iter::once(value.to_owned()).chain(options).collect();
    format!("{}{suffix}({})", function.value, arguments.join(", "))
}

/// The whole query. `has` says whether the records have a column.
pub(super) fn records(typed: &IdentityFile, layout: &Layout, has: impl Fn(&str) -> bool) -> SourceText {
    let [_, _, known_from, attaches] = RECORD_COLUMNS;
    let or_null =
        |name: &str, ty: &str| if has(name) { name.to_owned() } else { format!("cast(null as {ty}) as {name}") };
    let mut inner =
        vec!["source".to_owned(), "source_id".to_owned(), or_null(known_from, "date"), or_null(attaches, "boolean")];
    let mut outer: Vec<String> = RECORD_COLUMNS.map(str::to_owned).to_vec();
    // Names that no column of the records has: keys and columns may be called alike.
    let (key_name, written_name) =
        (|label: &str| quoted(&format!("key {label}")), |label: &str| quoted(&format!("written {label}")));
    for (label, key) in &typed.keys {
        inner.push(format!("{} as {}", call(key, &written(key), ""), key_name(&label.value)));
        if has_fault(key) {
            inner.push(format!("{} as {}", written(key), written_name(&label.value)));
            inner.extend(key.country.iter().map(|column| quoted(&column.value)));
        }
    }
    inner.sort();
    inner.dedup();
    for column in &layout.columns {
        let keys: Vec<&str> = typed.keys.keys().map(|label| label.value.as_str()).collect();
        let value = match keys.contains(&column.as_str()) {
            true => key_name(column),
            // Null if a part is null.
            false => column.split('+').map(key_name).collect::<Vec<_>>().join(&format!(" || '{PARTS}' || ")),
        };
        outer.push(format!("{value} as {}", quoted(column)));
    }
    for (label, key) in typed.keys.iter().filter(|(_, key)| has_fault(key)) {
        let (value, written) = (key_name(&label.value), written_name(&label.value));
        let fault = call(key, &written, FAULT);
        let fault = format!("case when {value} is null and {written} is not null then {fault} end");
        outer.push(format!(
            "case when {value} is null then {written} end as {}",
            quoted(&format!("{} written", label.value))
        ));
        outer.push(format!("{fault} as {}", quoted(&format!("{} fault", label.value))));
    }
    let sql = format!(
        "select {} from (select {} from {}) as records",
        outer.join(", "),
        inner.join(", "),
        quoted(&typed.records.value)
    );
    SourceText::new("identity", sql)
}
