//! Checks a declared source: types, rules and the columns that its properties name.

mod amounts;
mod columns;
mod delivery;
mod format;
mod ids;
mod key;
mod lines;
mod moments;
mod nested;
mod patterns;
mod positions;
mod records;
mod totals;
mod values;

use std::sync::Arc;

use arrow::datatypes::Schema;
use chrono_tz::Tz;

use columns::index_of;
pub(in crate::plan) use columns::{column_type, single_type};

use crate::config::{ColumnFile, Located, PipelineFile, ResolvedText, Scalar, SourceFile, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::extract::RuleError;
use crate::source::{Column, ColumnType, Source};

/// Checks one source of the pipeline file.
pub(in crate::plan) fn check(
    name: &Located<String>,
    typed: &SourceFile,
    file: &PipelineFile,
    texts: &Texts,
    path: Result<ResolvedText, String>,
    vars: &[&str],
    problems: &mut Vec<Problem>,
) -> Option<Source> {
    let before = problems.len();
    if let Err(message) = &path {
        problems.push(texts.at(&typed.path, message.clone()).hint(path_hint(message, vars)));
    }
    // The name is also that of a folder of rejected rows.
    if !name.value.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-')) {
        let problem = texts.at(name, format!("`{}` is not a valid source name", name.value.escape_debug()));
        problems.push(problem.hint("use letters, digits and underscores"));
    }
    format::check(typed, texts, problems);
    lines::check(name, typed, file, texts, problems);
    if typed.columns.is_empty() {
        problems.push(
            texts
                .at(name, format!("source `{}` declares no column", name.value))
                .hint("list every column with its type"),
        );
    }
    let columns = columns::check(name, typed, file, texts, problems);
    // Columns of an invalid type are missing here, so references to columns cannot be checked yet.
    let sound = columns.len() == typed.columns.len();
    let names: Vec<&str> = typed.columns.keys().map(|key| key.value.as_str()).collect();
    let event_time = typed.event_time.as_ref().and_then(|wanted| {
        let found = index_of(wanted, &names, texts, problems)?;
        let timely =
            !sound || columns.get(found).is_none_or(|spec| matches!(spec.ty, ColumnType::Date | ColumnType::Timestamp));
        if !timely {
            let problem = texts.at(wanted, format!("event_time `{}` is neither date nor timestamp", wanted.value));
            problems.push(problem.hint("declare the column as date or timestamp, or name another"));
        }
        let lasting = columns.get(found).is_none_or(|spec| !spec.optional);
        if !lasting {
            let problem = texts.at(wanted, format!("event_time `{}` is an optional column", wanted.value));
            problems.push(problem.hint("rows need a time to be counted: remove `optional`, or name another column"));
        }
        (timely && lasting).then_some(found)
    });
    let amount = typed.amount.iter().filter_map(|wanted| {
        let found = index_of(wanted, &names, texts, problems)?;
        let numeric = !sound || columns.get(found).is_none_or(|spec| spec.ty.numeric_scale().is_some());
        if !numeric {
            let problem = texts.at(wanted, format!("amount `{}` is not a number", wanted.value));
            problems.push(problem.hint("name columns of type int or decimal(p,s)"));
        }
        numeric.then_some(found)
    });
    let amount: Vec<usize> = amount.collect();
    let total_line = totals::check(typed, &columns, &amount, texts, problems);
    let key: Vec<usize> = typed.key.iter().filter_map(|wanted| index_of(wanted, &names, texts, problems)).collect();
    let replaces = typed.replaces.iter().filter_map(|wanted| index_of(wanted, &names, texts, problems)).collect();
    key::check(name, typed, texts, problems);
    let delivery = typed
        .delivery
        .as_ref()
        .and_then(|delivery| delivery::check(name, typed, delivery, &names, &columns, texts, problems));
    let dated = delivery.as_ref().is_some_and(|d| d.date_in_name.is_some() || d.date_column.is_some());
    if typed.freshness.is_some()
        && typed.event_time.is_none()
        && typed.delivery.is_some() == delivery.is_some()
        && !dated
    {
        problems.push(
            texts
                .at(name, format!("source `{}`: the age of its data is unknown", name.value))
                .hint("freshness needs event_time, or the delivery's day in date_in_name or date_column"),
        );
    }
    if let Some(expected) = typed.expected.as_ref().filter(|_| !typed.optional) {
        let problem = texts.place(expected, 1, format!("source `{}` has `expected` but is not optional", name.value));
        problems.push(problem.hint("add `optional: true`, or remove `expected`: without a file, the run fails"));
    }
    let schema = Schema::new(columns.iter().map(Column::field).collect::<Vec<_>>());
    let personal = typed.columns.iter().filter(|(_, column)| column.personal || refers_to_personal(column, file));
    let (Ok(path), true) = (path, problems.len() == before) else { return None };
    Some(Source {
        name: name.value.clone(),
        table: name.value.clone(),
        description: typed.description.clone(),
        path,
        format: typed.format.clone(),
        other_types: lines::other_types(name, typed, file),
        total_line,
        compression: typed.compression.as_ref().map(|compression| compression.kind),
        members: typed
            .compression
            .as_ref()
            .and_then(|compression| compression.members.as_ref())
            .map(|glob| glob.value.clone()),
        optional: typed.optional,
        expected: typed.expected.as_ref().is_none_or(|expected| expected.value),
        columns,
        personal: personal.map(|(name, _)| name.value.clone()).collect(),
        schema: Arc::new(schema),
        event_time,
        deduplicate: typed.deduplicate,
        key,
        replaces,
        on_repeated_key: typed.on_repeated_key,
        delivery,
        freshness: typed.freshness.clone(),
        min_rows: typed.min_rows.as_ref().map(|rows| rows.value),
        volume: typed.volume.clone(),
        amount,
        extra_columns: typed.extra_columns,
        on_bad_row: typed.on_bad_row,
        max_rejected: typed.max_rejected.unwrap_or(file.max_rejected),
    })
}

fn path_hint(message: &str, vars: &[&str]) -> String {
    let unknown = message.strip_prefix("`$").and_then(|rest| rest.split_once('`'));
    match unknown {
        Some((name, _)) => did_you_mean(name, vars),
        None => "set it, or give a default: ${NAME:-default}".to_owned(),
    }
}

/// Checks a source's rules against the types of its columns, and places each mistake at the wrong value.
pub(in crate::plan) fn check_rules(
    source: &Source,
    typed: &SourceFile,
    zone: Tz,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    for error in crate::extract::check_rules(source, zone).err().unwrap_or_default() {
        let message = format!("source {}: {error}", source.name);
        let place = match &error {
            RuleError::Value { column, value, .. } => rule_place(typed, column, |rule| rule == value),
            RuleError::NoOrder { column, .. } => rule_place(typed, column, |_| true),
            _ => None,
        };
        let problem = Problem::new(message).hint("write the value as a cell of this column would hold it");
        problems.push(match place {
            Some(rule) => {
                let length = rule.value.to_string().chars().count();
                problem.at(texts.file(rule.file), rule.line, rule.column, length)
            }
            None => problem,
        });
    }
}

fn rule_place<'a>(typed: &'a SourceFile, column: &str, wanted: impl Fn(&str) -> bool) -> Option<&'a Located<Scalar>> {
    let column = typed.columns.get(column)?;
    let rules = column.min.iter().chain(&column.max).chain(&column.accepted_values);
    rules.into_iter().find(|rule| wanted(&rule.value.to_string()))
}

/// Whether a column refers to one whose cells messages must not quote: it has the same values.
fn refers_to_personal(column: &ColumnFile, file: &PipelineFile) -> bool {
    let Some((source, target)) = column.references.as_ref().and_then(|found| found.to.value.split_once('.')) else {
        return false;
    };
    let referred = file.sources.get(source).and_then(|source| source.columns.get(target));
    referred.is_some_and(|target| target.personal)
}
