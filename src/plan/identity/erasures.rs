//! Checks the model with erasure requests, and writes the query that reads them.

use arrow::datatypes::DataType;

use super::columns::{needed, not_text};
use super::normaliser;
use crate::config::{IdentityFile, Located, Texts};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::engine::quoted;
use crate::identity::{Layout, REQUEST_COLUMNS};
use crate::plan::Model;

/// When a request was made.
const REQUESTED_AT: &str = "requested_at";

/// The keys by which a request may name a person: one column, and a rule of their own.
pub(super) fn keys(typed: &IdentityFile) -> impl Iterator<Item = &str> {
    let is_rule = |label: &str| {
        typed
            .rules
            .as_ref()
            .is_none_or(|rules| rules.iter().any(|rule| matches!(rule.keys.as_slice(), [only] if only.value == label)))
    };
    let single = typed.keys.iter().filter(|(_, key)| key.column.is_some());
    single.map(|(label, _)| label.value.as_str()).filter(move |label| is_rule(label))
}

/// Columns that are missing, of another type, or of no use.
pub(super) fn fit(typed: &IdentityFile, place: &Located<String>, model: &Model, texts: &Texts) -> Vec<Problem> {
    let mut problems = needed(&[REQUESTED_AT], place, model, texts);
    let [customer_id, _] = REQUEST_COLUMNS;
    let mut who: Vec<&str> = vec![customer_id];
    who.extend(keys(typed).filter(|name| *name != customer_id));
    let countries = keys(typed).filter_map(|name| typed.keys.get(name)?.country.as_ref());
    let mut known: Vec<&str> = who.clone();
    known.push(REQUESTED_AT);
    known.extend(countries.map(|country| country.value.as_str()));
    let columns: Vec<&str> = model.schema.fields().iter().map(|field| field.name().as_str()).collect();
    for column in columns.iter().filter(|column| !known.contains(column)) {
        let message =
            format!("`{column}` of `{}` names nobody: identity has no such key with a rule of its own", model.name);
        problems.push(texts.at(place, message).hint(did_you_mean(column, &known)));
    }
    if !who.iter().any(|name| columns.contains(name)) {
        let message = format!("the model `{}` does not say who asks", model.name);
        problems.push(texts.at(place, message).hint(format!("select at least one of {}", who.join(", "))));
    }
    let texts_of = columns.iter().filter(|column| **column != REQUESTED_AT && known.contains(column));
    problems.extend(texts_of.filter_map(|column| not_text(column, model)));
    if let Ok(field) = model.schema.field_with_name(REQUESTED_AT)
        && !matches!(field.data_type(), DataType::Timestamp(..) | DataType::Date32)
    {
        let message = format!("`{REQUESTED_AT}` of `{}` is {}, not a time", model.name, field.data_type());
        problems.push(Problem::new(message).in_file(&model.sql).hint("cast it to timestamp or date"));
    }
    problems
}

/// Keys by which a person may be named, with the SQL that brings a `value` of a `country` into their spelling.
pub(super) fn spellings(typed: &IdentityFile) -> Vec<(String, String)> {
    let spelling = |name: &str| {
        let key = typed.keys.get(name)?;
        Some((name.to_owned(), normaliser::call_on(key, &quoted("value"), &quoted("country"))))
    };
    keys(typed).filter_map(spelling).collect()
}

/// The query of the requests, in the columns that the resolver takes.
pub(super) fn select(typed: &IdentityFile, layout: &Layout, model: &Model) -> SourceText {
    let has = |name: &str| model.schema.field_with_name(name).is_ok();
    let or_null = |name: &str| if has(name) { quoted(name) } else { "cast(null as varchar)".to_owned() };
    let [customer_id, requested_on] = REQUEST_COLUMNS;
    let is_date = model.schema.field_with_name(REQUESTED_AT).is_ok_and(|field| *field.data_type() == DataType::Date32);
    let day = match is_date {
        true => quoted(REQUESTED_AT),
        false => format!("local_date({}, $time_zone)", quoted(REQUESTED_AT)),
    };
    let mut columns = vec![
        format!("{} as {}", or_null(customer_id), quoted(customer_id)),
        format!("{day} as {}", quoted(requested_on)),
    ];
    for request in &layout.requests {
        let Some(key) = typed.keys.get(request.name.as_str()) else { continue };
        let value = or_null(&request.name);
        let country = key.country.as_ref().map_or_else(String::new, |country| or_null(&country.value));
        columns.push(format!(
            "{} as {}",
            normaliser::call_on(key, &value, &country),
            quoted(&format!("key {}", request.name))
        ));
        columns.push(format!("{value} as {}", quoted(&format!("{} written", request.name))));
    }
    SourceText::new("identity", format!("select {} from {}", columns.join(", "), quoted(&model.name)))
}
