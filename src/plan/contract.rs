//! The contract of staging models: the columns and types that all later models rely on.
//!
//! A company writes its own staging models; what they must return is declared in `sql/staging/_staging.yml`. If a
//! model lacks a column, the error names its readers. If the company does not have an extract at all, the model is
//! empty.

use arrow::datatypes::{DataType, TimeUnit};

use super::graph::Reads;
use super::project::{ModelText, Project};
use super::source::column_type;
use super::{Layer, Model};
use crate::config::{Located, ModelColumnFile, ModelFile};
use crate::diagnostics::{Problem, SourceText, nearest};
use crate::engine::quoted;

/// The SQL of a staging model whose extract the company does not have: the declared columns without rows. `None` if
/// the declaration has no types.
pub(super) fn empty(name: &str, properties: &ModelFile) -> Option<SourceText> {
    let columns = properties.columns.iter().map(|(name, column)| {
        let ty = column.data_type.as_ref().and_then(|ty| sql_type(&ty.value))?;
        Some(format!("    {}", null_of(&name.value, &ty)))
    });
    let columns: Vec<String> = columns.collect::<Option<_>>()?;
    (!columns.is_empty()).then(|| {
        let sql = format!("-- The company does not have this extract.\nselect\n{}\nwhere false\n", columns.join(",\n"));
        SourceText::new(format!("{name} (no extract)"), sql)
    })
}

/// The SQL of a staging model with nulls for the optional columns that it lacks.
pub(super) fn completed(model: &ModelText, missing: &[(&str, &Located<String>)]) -> SourceText {
    let nulls =
        missing.iter().filter_map(|(name, ty)| Some(format!(",\n    {}", null_of(name, &sql_type(&ty.value)?))));
    let sql = format!(
        "select\n    own.*{}\nfrom (\n{}\n) as own\n",
        nulls.collect::<String>(),
        model.source.text.trim_end().trim_end_matches(';')
    );
    SourceText::new(&*model.source.path, sql)
}

fn null_of(name: &str, ty: &str) -> String {
    format!("arrow_cast(null, '{ty}') as {}", quoted(name))
}

/// Arrow's spelling of a declared type, as `arrow_cast` reads it.
fn sql_type(declared: &str) -> Option<String> {
    let ty = data_type(declared)?;
    Some(match ty {
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => "Timestamp(Microsecond, Some(\"UTC\"))".to_owned(),
        other => format!("{other}").replace("Timestamp(µs", "Timestamp(Microsecond"),
    })
}

fn data_type(declared: &str) -> Option<DataType> {
    let nowhere = Located::nowhere(declared.to_owned());
    column_type(&nowhere, &crate::config::Texts::default(), &mut Vec::new()).map(|ty| ty.data_type())
}

/// Columns of a staging model that the contract does not have and that look like an optional one which is missing.
pub(super) fn misspelt(model: &Model, properties: &ModelFile) -> Vec<Problem> {
    let missing: Vec<&str> = optional_missing(model, properties).into_iter().map(|(name, _)| name).collect();
    let unknown = model.schema.fields().iter().map(|field| field.name().as_str());
    let unknown = unknown.filter(|name| !properties.columns.contains_key(*name));
    let problem = |name: &str| {
        let near = nearest(name, missing.iter().copied())?;
        let message = format!("the contract has no column `{name}`, and `{}` lacks `{near}`", model.name);
        Some(at_select(message, &model.sql).hint(format!("did you mean `{near}`?")))
    };
    unknown.filter_map(problem).collect()
}

/// Optional columns of the contract that a model lacks, each with its type.
pub(super) fn optional_missing<'a>(model: &Model, properties: &'a ModelFile) -> Vec<(&'a str, &'a Located<String>)> {
    let lacks = |(name, column): (&'a Located<String>, &'a ModelColumnFile)| {
        let ty = column.data_type.as_ref()?;
        let is_missing = column.optional && model.schema.field_with_name(&name.value).is_err();
        is_missing.then_some((name.value.as_str(), ty))
    };
    properties.columns.iter().filter_map(lacks).collect()
}

/// Checks what a model returns against its contract.
pub(super) fn broken(model: &Model, project: &Project, reads: &Reads) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, column) in &model.properties.columns {
        let Some(declared) = &column.data_type else { continue };
        if column_type(declared, &project.texts, &mut problems).is_none() {
            continue;
        }
        let Some(wanted) = data_type(&declared.value) else { continue };
        match model.schema.field_with_name(&name.value) {
            Err(_) if model.layer == Layer::Staging => {
                let message = format!("`{}` lacks the column `{}` ({})", model.name, name.value, declared.value);
                let readers = readers(&model.name, &name.value, reads, &project.models);
                let hint = format!("{readers}; the contract is on {}", project.texts.in_words(name));
                problems.push(at_select(message, &model.sql).hint(hint));
            }
            Ok(field) if !same(field.data_type(), &wanted) => {
                let found = field.data_type();
                let message =
                    format!("`{}` of `{}` is {found}, and {} is declared", name.value, model.name, declared.value);
                let hint = format!("cast it, or change the contract on {}", project.texts.in_words(name));
                problems.push(at_select(message, &model.sql).hint(hint));
            }
            _ => {}
        }
    }
    problems
}

/// Integers of any width are `int`: SQL widens them as needed.
fn same(found: &DataType, wanted: &DataType) -> bool {
    let text = |ty: &DataType| matches!(ty, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
    found == wanted || (found.is_integer() && wanted.is_integer()) || (text(found) && text(wanted))
}

/// A problem at the last `select` of a SQL text.
fn at_select(message: String, sql: &SourceText) -> Problem {
    let found = sql.text.lines().enumerate().filter(|(_, line)| line.to_lowercase().starts_with("select")).last();
    let line = found.map_or(1, |(at, _)| at + 1);
    Problem::new(message).at(sql, line, 1, "select".len())
}

/// Who reads a column, in words.
fn readers(model: &str, column: &str, reads: &Reads, models: &[ModelText]) -> String {
    let of_model = reads.iter().filter(|(_, read)| read.contains(model)).map(|(name, _)| name.as_str());
    let names_it = |reader: &&str| {
        let text = models.iter().find(|other| other.name == **reader);
        text.is_none_or(|text| text.source.text.contains(&format!("{model}.{column}")))
    };
    let readers: Vec<&str> = of_model.filter(names_it).collect();
    match readers.as_slice() {
        [] => format!("add it, or `cast(null as …) as {column}` where the extract does not have it"),
        [only] => format!("`{only}` reads it: add it, or null where the extract does not have it"),
        several => format!("{} read it: add it, or null where the extract does not have it", in_words(several)),
    }
}

fn in_words(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
