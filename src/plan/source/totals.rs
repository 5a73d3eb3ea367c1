//! Checks the total line that a source declares for its files.

use super::columns::index_of;
use super::lines::sound_pattern;
use crate::config::{Located, SourceFile, Texts, TotalLineFile};
use crate::diagnostics::{Problem, did_you_mean};
use crate::source::{Column, TotalLine, TotalSum, declared_total};

/// The total line, with the columns that its sums are compared with. `columns` are all of the source's, unless one has an
/// invalid type; `amount` are those of its `amount`.
pub(super) fn check(
    source: &SourceFile,
    columns: &[Column],
    amount: &[usize],
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<TotalLine> {
    let typed = declared_total(&source.format)?;
    let pattern = sound_pattern(&typed.pattern, texts, problems)?;
    let groups: Vec<&str> = pattern.capture_names().flatten().collect();
    let compared = typed.rows.iter().chain(&typed.amount).chain(typed.sums.values());
    for group in compared.filter(|group| !groups.contains(&group.value.as_str())) {
        let problem = texts.at(group, format!("the pattern has no group `{}`", group.value));
        problems.push(problem.hint(match groups.is_empty() {
            true => format!("name the part of the pattern that states it: `(?<{}>…)`", group.value),
            false => did_you_mean(&group.value, &groups),
        }));
    }
    check_use(typed, &groups, texts, problems);
    if let Some(group) = typed.amount.as_ref().filter(|_| source.amount.is_empty()) {
        let problem = texts.at(group, "the source declares no `amount` that this total could be compared with");
        problems.push(problem.hint("declare `amount`, or compare single columns by `sums`"));
    }
    let names: Vec<&str> = source.columns.keys().map(|name| name.value.as_str()).collect();
    let is_sound = columns.len() == names.len();
    let mut sums: Vec<TotalSum> = Vec::new();
    if let Some(group) = &typed.amount {
        sums.push(TotalSum { group: group.value.clone(), columns: amount.to_vec() });
    }
    for (column, group) in &typed.sums {
        let Some(found) = index_of(column, &names, texts, problems) else { continue };
        if is_sound && columns.get(found).is_some_and(|spec| spec.ty.numeric_scale().is_none()) {
            let problem = texts.at(column, format!("`{}` is not a number, so it has no sum", column.value));
            problems.push(problem.hint("name columns of type int or decimal(p,s)"));
        }
        sums.push(TotalSum { group: group.value.clone(), columns: vec![found] });
    }
    Some(TotalLine {
        pattern: typed.pattern.value.clone(),
        rows: typed.rows.as_ref().map(|group| group.value.clone()),
        sums,
        required: typed.required,
        on_difference: typed.on_difference,
    })
}

/// Every named group is compared with something: one that was forgotten would look like a check that always holds.
fn check_use(typed: &TotalLineFile, groups: &[&str], texts: &Texts, problems: &mut Vec<Problem>) {
    let is_used = |name: &str| {
        let mut used = typed.rows.iter().chain(&typed.amount).chain(typed.sums.values());
        used.any(|group: &Located<String>| group.value == name)
    };
    for group in groups.iter().filter(|group| !is_used(group)) {
        let problem = texts.at(&typed.pattern, format!("the group `{group}` of the pattern is compared with nothing"));
        problems.push(problem.hint(format!(
            "add `rows: {group}`, `amount: {group}` or `sums: {{ COLUMN: {group} }}`, or write a group without a name"
        )));
    }
}
