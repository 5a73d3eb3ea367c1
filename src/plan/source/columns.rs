//! Checks the columns of a source: their types and the rules for their cells.

use std::borrow::Cow;

use super::patterns::compiled;
use super::{amounts, ids, moments, nested, values};
use crate::config::{ColumnFile, Invisible, Located, MatchedFile, Named, PipelineFile, Share, SourceFile, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::invisible::as_seen;
use crate::source::{Column, ColumnType, Reference, TYPES};
use crate::words::printable;

const ALL: Share = Share(1_000_000);
/// With fewer values that match, a join is broken, unless the pipeline says otherwise.
const HALF: Share = Share(500_000);

/// The columns with their rules, without those of an invalid type.
pub(super) fn check(
    source: &Located<String>,
    typed: &SourceFile,
    file: &PipelineFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Vec<Column> {
    let mut specs = Vec::with_capacity(typed.columns.len());
    for (name, column) in &typed.columns {
        let Some(ty) = column_type(&column.data_type, texts, problems) else { continue };
        let mut spec = Column::new(name.value.clone(), ty);
        spec.required = column.required;
        spec.optional = column.optional;
        if column.optional && column.required {
            problems.push(
                texts
                    .at(name, format!("column `{}` is both optional and required", name.value))
                    .hint("an optional column is empty if a file lacks it: remove one of the two"),
            );
        }
        spec.unique = column.unique;
        spec.aliases = column.aliases.iter().map(|alias| alias.value.clone()).collect();
        spec.min = column.min.as_ref().map(|bound| bound.value.to_string());
        spec.max = column.max.as_ref().map(|bound| bound.value.to_string());
        spec.out_of_range = column.out_of_range;
        let accepted = &column.accepted_values;
        spec.accepted_values =
            (!accepted.is_empty()).then(|| accepted.iter().map(|value| value.value.to_string()).collect());
        spec.pattern = column.pattern.as_ref().and_then(|pattern| whole_pattern(pattern, ty, texts, problems));
        spec.references = column.references.as_ref().and_then(|reference| {
            let to = &reference.to;
            let (source, column) = referenced(to, ty, file, texts, problems)?;
            let [warn_below, error_below] = bounds(&reference.matched, texts, problems);
            Some(Reference { source, column, on_missing: reference.on_missing, warn_below, error_below })
        });
        let is_key = typed.key.iter().any(|key| key.value == name.value);
        let of_ids = ids::Typed { source: &source.value, name: &name.value, column };
        spec.id = ids::form(&of_ids, ty, is_key, file, texts, problems);
        spec.form = values::check(typed, column, ty, texts, problems);
        // As written is as written, at the ends too.
        spec.form.keeps_invisible |= column.id.as_ref().is_some_and(|id| id.as_written);
        if let Some(own) =
            column.values.invisible.as_ref().filter(|own| own.value == Invisible::Keep && spec.id.is_some())
        {
            let message = format!("`{}` holds ids, which are read without invisible characters", name.value);
            let problem = texts.place(own, own.length, message);
            problems.push(problem.hint("declare `id: { as_written: true }` to keep them, or remove `invisible`"));
        }
        moments::check(&moments::Typed { source: typed, name, column }, &mut spec, texts, problems);
        if matches!(ty, ColumnType::Nested(_)) {
            nested::check(name, column, typed, texts, problems);
        }
        specs.push(spec);
    }
    names_taken_twice(&typed.columns, texts, problems);
    let types: Vec<ColumnType> = specs.iter().map(|spec| spec.ty).collect();
    amounts::check_source(typed, &types, texts, problems);
    specs
}

/// The index of a column that a property of the source names.
pub(super) fn index_of(
    wanted: &Located<String>,
    names: &[&str],
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<usize> {
    let found = names.iter().position(|name| *name == wanted.value);
    if found.is_none() {
        let problem = texts.at(wanted, format!("`{}` is not a column of this source", wanted.value));
        problems.push(problem.hint(did_you_mean(&wanted.value, names)));
    }
    found
}

/// If two columns shared a header name, it would be undefined which of them is read. Names that look alike to people are
/// one name.
fn names_taken_twice(columns: &Named<ColumnFile>, texts: &Texts, problems: &mut Vec<Problem>) {
    let own = columns.keys().enumerate();
    let aliases =
        columns.values().enumerate().flat_map(|(at, column)| column.aliases.iter().map(move |name| (at, name)));
    let mut known: Vec<(usize, &str, Cow<'_, str>)> = Vec::new();
    for (column, name) in own.chain(aliases) {
        let seen = as_seen(&name.value);
        // A column may list several spellings of one name.
        let is_taken = |(other, written, alike): &(usize, &str, Cow<'_, str>)| {
            *alike == seen && (*other != column || *written == name.value)
        };
        if let Some((_, written, _)) = known.iter().find(|other| is_taken(other)) {
            let problem = texts.at(name, format!("`{}` is already the name of a column", printable(&name.value)));
            problems.push(problem.hint(match *written == name.value {
                true => "a header name can belong to only one column",
                false => "names that differ only in characters that nobody sees are one name",
            }));
        }
        known.push((column, &name.value, seen));
    }
}

/// The pattern, made to cover the whole text.
fn whole_pattern(
    pattern: &Located<String>,
    ty: ColumnType,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    if ty != ColumnType::String {
        problems.push(
            texts
                .at(pattern, format!("a pattern is for text, and the column is {ty}"))
                .hint("use min, max or accepted_values, or declare the column as string"),
        );
        return None;
    }
    let whole = format!("^(?:{})$", pattern.value);
    let sound = compiled(pattern, &pattern.value, texts).and_then(|_| compiled(pattern, &whole, texts));
    if let Err(problem) = sound {
        problems.push(problem);
        return None;
    }
    Some(whole)
}

/// The shares below which a reference warns and fails.
fn bounds(matched: &MatchedFile, texts: &Texts, problems: &mut Vec<Problem>) -> [Share; 2] {
    let share = |typed: &Option<Located<Share>>, default| typed.as_ref().map_or(default, |share| share.value);
    for typed in [&matched.warn_below, &matched.error_below].into_iter().flatten().filter(|typed| typed.value > ALL) {
        let message = format!("{} can never match: a share is at most 100 %", typed.value);
        problems.push(texts.place(typed, typed.length, message).hint("write a share such as 99%"));
    }
    let warn_below = share(&matched.warn_below, ALL);
    let error_below = share(&matched.error_below, warn_below.min(HALF));
    if let Some(typed) = matched.error_below.as_ref().filter(|_| error_below > warn_below) {
        let message = format!("below {error_below} the run fails, so that it never warns below {warn_below}");
        problems.push(texts.place(typed, typed.length, message).hint("error_below must not be above warn_below"));
    }
    [warn_below, error_below]
}

fn referenced(
    to: &Located<String>,
    ty: ColumnType,
    file: &PipelineFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<(String, String)> {
    let Some((source, column)) = to.value.split_once('.') else {
        problems.push(texts.at(to, format!("`{}` names no column", to.value)).hint("write source.column"));
        return None;
    };
    let Some(found) = file.sources.get(source) else {
        let names: Vec<&str> = file.sources.keys().map(|name| name.value.as_str()).collect();
        problems.push(texts.at(to, format!("there is no source `{source}`")).hint(did_you_mean(source, &names)));
        return None;
    };
    let Some(other) = found.columns.get(column) else {
        let names: Vec<&str> = found.columns.keys().map(|name| name.value.as_str()).collect();
        let problem = texts.at(to, format!("source `{source}` has no column `{column}`"));
        problems.push(problem.hint(did_you_mean(column, &names)));
        return None;
    };
    if other.data_type.value.parse() != Ok(ty) {
        problems.push(
            texts
                .at(to, format!("`{}` is {} and this column is {ty}", to.value, other.data_type.value))
                .hint("declare both with the same type"),
        );
        return None;
    }
    Some((source.to_owned(), column.to_owned()))
}

/// The declared type of a column whose cells are single values.
pub(in crate::plan) fn single_type(
    written: &Located<String>,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<ColumnType> {
    let ty = column_type(written, texts, problems)?;
    if matches!(ty, ColumnType::Nested(_)) {
        let problem = texts.at(written, "only columns of sources hold lists and structs");
        problems.push(problem.hint("declare a type of single values, such as string"));
        return None;
    }
    Some(ty)
}

/// The declared type of a column.
pub(in crate::plan) fn column_type(
    written: &Located<String>,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<ColumnType> {
    let ty = written.value.parse::<ColumnType>().ok();
    if ty.is_none() {
        let problem = texts.at(written, format!("`{}` is not a type", written.value));
        let types = ["string", "int", "decimal(12,2)", "date", "timestamp", "bool"];
        problems.push(problem.hint(match crate::diagnostics::nearest(&written.value, types) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("types: {TYPES}"),
        }));
    }
    ty
}
