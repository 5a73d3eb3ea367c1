//! Checks the declaration of how a source's files follow each other.

use super::columns::index_of;
use crate::config::{DeliveryFile, DeliveryMode, Located, SourceFile, Texts};
use crate::diagnostics::Problem;
use crate::source::{Column, ColumnType, DayForm, Delivery};

/// Checks a source's delivery block.
pub(super) fn check(
    name: &Located<String>,
    source: &SourceFile,
    typed: &DeliveryFile,
    names: &[&str],
    columns: &[Column],
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<Delivery> {
    let before = problems.len();
    let dated = typed.date_in_name.is_some() || typed.date_column.is_some();
    let mut wrong = |message: &str, hint: &str| {
        let problem = texts.at(name, format!("source `{}`: {message}", name.value));
        problems.push(problem.hint(hint.to_owned()));
    };
    if typed.date_in_name.is_some() && typed.date_column.is_some() {
        wrong("the delivery's day is in the name and in a column", "keep date_in_name or date_column");
    }
    match typed.mode {
        DeliveryMode::Snapshot if typed.date_in_name.is_none() => {
            wrong("the newest snapshot is unknown", "set date_in_name to the format of the day in the file names");
        }
        DeliveryMode::Upsert if source.key.is_empty() => {
            wrong("an upsert needs a key", "name the columns that identify a row under `key`");
        }
        DeliveryMode::Upsert if typed.version.is_none() && !dated => {
            wrong("the latest version of a row is unknown", "name the column under `version`, or set date_in_name");
        }
        DeliveryMode::Append | DeliveryMode::Snapshot if typed.version.is_some() || typed.deleted.is_some() => {
            wrong("version and deleted are for upsert", "set mode to upsert, or remove them");
        }
        _ => {}
    }
    if typed.late_after.is_some() && (!dated || source.event_time.is_none()) {
        wrong("late rows cannot be identified", "late_after needs event_time and the delivery's day");
    }
    if let Some(form) = &typed.date_in_name
        && let Err(reason) = DayForm::new(&form.value)
    {
        let problem = texts.at(form, format!("date_in_name: {reason}"));
        problems.push(problem.hint("use strftime's letters, such as %Y%m%d or %Y-%m-%d"));
    }
    if typed.mode == DeliveryMode::Upsert {
        for named in &source.key {
            if source.columns.get(named.value.as_str()).is_some_and(|column| !column.required) {
                let problem = texts.at(named, format!("the key `{}` of an upsert may be empty", named.value));
                problems.push(problem.hint("declare the column as required: every row of an upsert must have a key"));
            }
        }
    }
    let mut of_type = |wanted: &Located<String>, types: &[&str], what: &str| {
        let found = index_of(wanted, names, texts, problems)?;
        let fits = columns.get(found).is_none_or(|spec| match spec.ty {
            ColumnType::Int => types.contains(&"int"),
            ColumnType::Date => types.contains(&"date"),
            ColumnType::Timestamp => types.contains(&"timestamp"),
            _ => false,
        });
        if !fits {
            let problem = texts.at(wanted, format!("{what} `{}` is not {}", wanted.value, types.join(" or ")));
            problems.push(problem.hint("declare the column so, or name another"));
        }
        fits.then_some(found)
    };
    let date_column =
        typed.date_column.as_ref().and_then(|wanted| of_type(wanted, &["date", "timestamp"], "date_column"));
    let version = typed.version.as_ref().and_then(|wanted| of_type(wanted, &["int", "date", "timestamp"], "version"));
    let deleted = typed.deleted.as_ref().and_then(|deleted| {
        let values = deleted.values.iter().map(|value| value.value.to_string()).collect();
        Some((index_of(&deleted.column, names, texts, problems)?, values))
    });
    (problems.len() == before).then(|| Delivery {
        mode: typed.mode,
        date_in_name: typed.date_in_name.as_ref().map(|form| form.value.clone()),
        date_column,
        version,
        deleted,
        late_after: typed.late_after.as_ref().map(|age| age.value),
    })
}
