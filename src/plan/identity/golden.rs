//! Checks the block `golden_record` of identity, first by itself, then against the columns of the records.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;

use super::normaliser::{PERSON_NAME, has_fault};
use crate::config::{AttributeFile, IdentityFile, Located, Take, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::identity::{Attribute, GoldenLayout, UPDATED_ON};
use crate::plan::Model;

/// The column of the golden record that is not an attribute.
const CUSTOMER_KEY: &str = "customer_key";

/// Checks the block by itself.
pub(super) fn check(typed: &IdentityFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let Some(golden) = &typed.golden_record else { return };
    if golden.attributes.is_empty() {
        let problem = texts.at(&typed.table, "golden_record has no attributes".to_owned());
        problems.push(problem.hint("list them under `attributes`, or take `golden_record` out"));
    }
    for (number, source) in golden.trusted_sources.iter().enumerate() {
        if golden.trusted_sources[..number].contains(source) {
            let problem = texts.at(source, format!("`{}` is listed twice", source.value));
            problems.push(problem.hint("list each source once, the most trusted first"));
        }
    }
    for (label, attribute) in &golden.attributes {
        of_attribute(label, attribute, golden.trusted_sources.is_empty(), texts, problems);
    }
    let mut seen: Vec<&Located<String>> = Vec::new();
    for (label, attribute) in &golden.attributes {
        for name in names(label, attribute) {
            if name.value == CUSTOMER_KEY {
                let problem = texts.at(name, format!("`{CUSTOMER_KEY}` is the key of the golden record"));
                problems.push(problem.hint("give the attribute another name"));
            }
            if let Some(earlier) = seen.iter().find(|earlier| earlier.value == name.value) {
                let message = format!("there is an attribute `{}` already, on {}", name.value, texts.in_words(earlier));
                problems.push(texts.at(name, message).hint("a person has one value of each attribute: take one out"));
            }
            seen.push(name);
        }
    }
}

fn of_attribute(
    label: &Located<String>,
    attribute: &AttributeFile,
    trusts_nobody: bool,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let take = &attribute.take;
    if take.value == Take::MostTrusted && trusts_nobody {
        let message = format!("`{}` takes the value of the most trusted source, and none is listed", label.value);
        let hint = "add `trusted_sources: […]` to golden_record, the most trusted first";
        problems.push(texts.place(take, take.length, message).hint(hint));
    }
    match &attribute.together[..] {
        [] => {}
        [only] => {
            let problem = texts.at(only, format!("`{}` is alone in its group", only.value));
            problems.push(problem.hint("list all columns that come from one record, or use `column`"));
        }
        [first, ..] => {
            if attribute.column.is_some() {
                let problem = texts.at(first, format!("`{}` has `column` and `together`", label.value));
                problems.push(problem.hint("list all columns under `together`"));
            }
            if matches!(take.value, Take::MostFrequent | Take::Longest) {
                let message = format!("a group of columns has no {} value", take.value.name().replace('_', " "));
                let hint = "take `most_recent`, `first` or `most_trusted`";
                problems.push(texts.place(take, take.length, message).hint(hint));
            }
        }
    }
}

/// The attributes that an entry declares.
fn names<'a>(label: &'a Located<String>, attribute: &'a AttributeFile) -> impl Iterator<Item = &'a Located<String>> {
    attribute.together.iter().chain(attribute.together.is_empty().then_some(label))
}

/// The names of all attributes.
pub(super) fn names_of(typed: &IdentityFile) -> Vec<&str> {
    let entries = typed.golden_record.iter().flat_map(|golden| &golden.attributes);
    entries.flat_map(|(label, attribute)| names(label, attribute)).map(|name| name.value.as_str()).collect()
}

/// The columns of the records that an entry names.
fn columns<'a>(label: &'a Located<String>, attribute: &'a AttributeFile) -> impl Iterator<Item = &'a Located<String>> {
    attribute.column.iter().chain(names(label, attribute).filter(|_| attribute.column.is_none()))
}

/// What the resolver is asked for; the types of the values and the company's placeholders are not
/// known yet.
pub(super) fn layout(typed: &IdentityFile) -> Option<GoldenLayout> {
    let golden = typed.golden_record.as_ref()?;
    let mut attributes = Vec::new();
    for (number, (label, attribute)) in golden.attributes.iter().enumerate() {
        for (name, column) in names(label, attribute).zip(columns(label, attribute)) {
            let is_name = typed.keys.values().any(|key| {
                key.normalise.as_ref().is_some_and(|function| function.value == PERSON_NAME)
                    && key.column.iter().chain(&key.columns).any(|other| other == column)
            });
            let judged = typed.keys.iter().find(|(_, key)| has_fault(key) && key.column.as_ref() == Some(column));
            attributes.push(Attribute {
                name: name.value.clone(),
                column: column.value.clone(),
                key: judged.map(|(key, _)| key.value.clone()),
                is_name,
                placeholders: BTreeSet::new(),
                take: attribute.take.value,
                group: (!attribute.together.is_empty()).then_some(number),
                data_type: DataType::Utf8,
            });
        }
    }
    let trusted = golden.trusted_sources.iter().map(|source| source.value.clone()).collect();
    Some(GoldenLayout { attributes, trusted })
}

/// Checks the columns that the block names, and gives each attribute the type of its column.
pub(super) fn fit(layout: &mut GoldenLayout, typed: &IdentityFile, records: &Model, texts: &Texts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let known: Vec<&str> = records.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let type_of = |column: &str| records.schema.field_with_name(column).ok().map(|field| field.data_type());
    if let Some(found) = type_of(UPDATED_ON).filter(|found| ![DataType::Date32, DataType::Null].contains(found)) {
        let message = format!("`{UPDATED_ON}` of `{}` is {found}, identity needs a date", records.name);
        let hint = format!("cast({UPDATED_ON} as date) as {UPDATED_ON}");
        problems.push(Problem::new(message).in_file(&records.sql).hint(hint));
    }
    let entries = typed.golden_record.iter().flat_map(|golden| &golden.attributes);
    for column in entries.flat_map(|(label, attribute)| columns(label, attribute)) {
        match type_of(&column.value) {
            None => {
                let message = format!("there is no column of `{}` named `{}`", records.name, column.value);
                problems.push(texts.at(column, message).hint(did_you_mean(&column.value, &known)));
            }
            Some(found) if !is_value(found) => {
                let message =
                    format!("`{}` of `{}` is {found}, which is not a single value", column.value, records.name);
                problems.push(
                    texts.at(column, message).hint("cast it to text, a number, a date or a boolean in the model"),
                );
            }
            Some(_) => {}
        }
    }
    for attribute in &mut layout.attributes {
        if let Some(found) = type_of(&attribute.column) {
            attribute.data_type = if *found == DataType::Null { DataType::Utf8 } else { found.clone() };
        }
    }
    problems
}

/// Types whose values can be written as text and read again.
fn is_value(found: &DataType) -> bool {
    let is_moment = matches!(found, DataType::Date32 | DataType::Timestamp(_, _));
    found.is_string() || found.is_numeric() || found.is_null() || is_moment || *found == DataType::Boolean
}
