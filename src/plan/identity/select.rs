//! The query that reads the records: each key in one spelling, the values of the rules, and what is not valid.

use super::normaliser::{FAULT, call, columns, has_fault, written_text};
use super::placeholders::Placeholders;
use crate::config::IdentityFile;
use crate::diagnostics::SourceText;
use crate::engine::quoted;
use crate::identity::{Layout, PARTS, RECORD_COLUMNS, UPDATED_ON};

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
        let (value, written) = (computed(&label.value), written_text(key));
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
