//! Values of a company's own that link nobody: the till's e-mail address, the number of the switchboard. They stand in a
//! lookup, and are taken out of the records' keys before the rules apply. Those of an attribute of the golden record, such as
//! the town of the head office, count as empty there.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;
use indexmap::IndexMap;

use super::golden;
use super::normaliser::{self, EMAIL_ADDRESS};
use crate::config::{Cell, CellValue, IdentityFile, IdentityKeyFile, Located, Named, PipelineFile, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::engine::quoted;
use crate::plan::Lookup;

/// Columns of the lookup.
const COLUMNS: [&str; 2] = ["key", "value"];
/// Its column with the country in which a value is read, if it has one.
const COUNTRY: &str = "country";
/// Why a record's value cannot be a key.
const REASON: &str = "a placeholder of the company";

/// Checks the lookup that the block names.
pub(super) fn check(
    typed: &IdentityFile,
    file: &PipelineFile,
    lookups: &IndexMap<String, Lookup>,
    texts: &Texts,
) -> Vec<Problem> {
    let Some(place) = &typed.placeholders else { return Vec::new() };
    // Whether there is one has been checked.
    let Some(lookup) = lookups.get(place.value.as_str()) else { return Vec::new() };
    let schema = lookup.schema();
    let is_text = |name: &str| schema.field_with_name(name).is_ok_and(|field| *field.data_type() == DataType::Utf8);
    let lacking = COLUMNS.iter().filter(|name| !is_text(name)).map(|name| {
        let problem = texts.at(place, format!("the lookup `{}` lacks the text column `{name}`", place.value));
        problem.hint("it lists values that link nobody, each with the `key` of the identity block that it is of")
    });
    let mut problems: Vec<Problem> = lacking.collect();
    let attributes = golden::names_of(typed);
    let mut labels: Vec<&str> = typed.keys.keys().map(|label| label.value.as_str()).collect();
    labels.extend(&attributes);
    for (label, cell) in listed(&place.value, file) {
        let Some(key) = typed.keys.get(label) else {
            if attributes.contains(&label) {
                continue;
            }
            let message = format!("there is no key of identity `{label}`");
            problems.push(texts.place(cell, cell.length, message).hint(did_you_mean(label, &labels)));
            continue;
        };
        if key.country.is_some() && !is_text(COUNTRY) {
            let message =
                format!("values of `{label}` are read by country, and `{}` has no column for it", place.value);
            problems.push(texts.place(cell, cell.length, message).hint("add the column `country`, such as SE"));
        }
    }
    problems
}

/// The keys of the lookup's rows, with their place.
fn listed<'a>(name: &str, file: &'a PipelineFile) -> impl Iterator<Item = (&'a str, &'a CellValue)> {
    let rows = file.lookups.get(name).into_iter().flat_map(|lookup| &lookup.rows);
    let cells = rows.filter_map(|row| row.value.get(COLUMNS[0])).flat_map(|cell| &cell.value.values);
    cells.filter_map(|cell| Some((cell.value.text()?, cell)))
}

/// The listed values of an attribute of the golden record, in lower case. Those of a key are taken out with it.
pub(super) fn of_attribute(typed: &IdentityFile, file: &PipelineFile, attribute: &str) -> BTreeSet<String> {
    let lookup = typed.placeholders.as_ref().filter(|_| !typed.keys.contains_key(attribute));
    let rows =
        lookup.and_then(|name| file.lookups.get(name.value.as_str())).into_iter().flat_map(|lookup| &lookup.rows);
    let texts = |cell: &'_ Located<Cell>| -> Vec<String> {
        cell.value.values.iter().filter_map(|value| Some(value.value.text()?.trim().to_lowercase())).collect()
    };
    let of_row = |row: &'_ Located<Named<Located<Cell>>>| {
        let [key, value] = COLUMNS.map(|column| row.value.get(column).map(&texts).unwrap_or_default());
        if key.iter().any(|key| *key == attribute.to_lowercase()) { value } else { Vec::new() }
    };
    rows.flat_map(of_row).collect()
}

/// The lookup and the keys that have a row in it, in their order: no other key pays for it.
pub(super) fn of<'a>(typed: &'a IdentityFile, file: &PipelineFile) -> Placeholders<'a> {
    let Some(lookup) = &typed.placeholders else { return Placeholders::default() };
    let has_row = |label: &str| listed(&lookup.value, file).any(|(listed, _)| listed == label);
    let keys = typed.keys.iter().filter(|(label, _)| has_row(&label.value));
    Placeholders { lookup: &lookup.value, keys: keys.map(|(label, key)| (label.value.as_str(), key)).collect() }
}

/// Keys that a lookup takes values from.
#[derive(Default)]
pub(super) struct Placeholders<'a> {
    lookup: &'a str,
    keys: Vec<(&'a str, &'a IdentityKeyFile)>,
}

impl Placeholders<'_> {
    /// Whether values of this key are listed.
    pub(super) fn names(&self, label: &str) -> bool {
        self.keys.iter().any(|(key, _)| *key == label)
    }

    /// The fault of a value: that it is listed, or that of its function.
    pub(super) fn fault(&self, label: &str, fault: String) -> String {
        if !self.names(label) {
            return fault;
        }
        format!("case when {} then '{REASON}' else {fault} end", flag(label))
    }

    /// The records of `from` without the values that are listed. `selected` are its columns; `computed` names the
    /// column of a key.
    pub(super) fn without(&self, from: &str, mut selected: Vec<String>, computed: impl Fn(&str) -> String) -> String {
        if self.keys.is_empty() {
            return from.to_owned();
        }
        let mut joins = String::new();
        for (label, key) in &self.keys {
            let (column, whole) = (computed(label), quoted(&format!("{label} listed")));
            let mut found = vec![format!("{whole}.value is not null")];
            let value = normaliser::call_on(key, "value", COUNTRY);
            joins += &self.join(&whole, label, &value, &format!("records.{column}"));
            if key.normalise.as_ref().is_some_and(|function| function.value == EMAIL_ADDRESS) {
                let domain = quoted(&format!("{label} domain"));
                let of_domain = "case when starts_with(value, '@') then lower(value) end";
                joins += &self.join(&domain, label, of_domain, &format!("'@' || split_part(records.{column}, '@', 2)"));
                found.push(format!("{domain}.value is not null"));
            }
            let is_listed = found.join(" or ");
            selected.retain(|other| *other != column);
            selected.push(format!("case when not ({is_listed}) then records.{column} end as {column}"));
            selected.push(format!("{is_listed} as {}", flag(label)));
        }
        format!("(select {} from {from}{joins}) as records", selected.join(", "))
    }

    /// A join with the distinct values of a key in the lookup, under `alias`.
    fn join(&self, alias: &str, label: &str, value: &str, with: &str) -> String {
        let (lookup, label) = (quoted(self.lookup), label.replace('\'', "''"));
        let values = format!("select distinct {value} as value from {lookup} where key = '{label}'");
        format!(" left join ({values}) as {alias} on {alias}.value = {with}")
    }
}

/// The column that says that the value of a key is listed.
fn flag(label: &str) -> String {
    quoted(&format!("{label} is listed"))
}
