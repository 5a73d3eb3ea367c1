//! Checks the tables of the last snapshot that SQL may read: they must be published, with the declared columns.
//!
//! This is the only way in which a run remembers earlier runs. Such a table cannot be part of a cycle: it was
//! complete when the run began.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use indexmap::IndexMap;

use super::source::single_type;
use super::{Layer, Model};
use crate::config::{EarlierTableFile, IdentityPublish, PipelineFile, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::source::{EarlierColumn, EarlierTable, EarlierType};

/// Checks the block by itself.
pub(super) fn check(file: &PipelineFile, texts: &Texts, problems: &mut Vec<Problem>) -> IndexMap<String, EarlierTable> {
    let mut tables = IndexMap::new();
    for (name, typed) in &file.earlier_tables {
        if typed.columns.is_empty() {
            let problem = texts.at(name, format!("earlier table `{}` declares no column", name.value));
            problems.push(problem.hint("list every column that is read, with its type"));
        }
        let columns = typed.columns.iter().filter_map(|(name, column)| {
            let ty = match column.data_type.value == EarlierType::DOUBLE {
                true => EarlierType::Double,
                false => EarlierType::Cell(single_type(&column.data_type, texts, problems)?),
            };
            Some(EarlierColumn { name: name.value.clone(), ty, optional: column.optional })
        });
        let table = EarlierTable {
            name: name.value.clone(),
            description: typed.description.trim().to_owned(),
            table: typed.table.value.clone(),
            columns: columns.collect(),
        };
        tables.insert(name.value.clone(), table);
    }
    tables
}

/// A table that snapshots hold: a mart, or the identity table.
struct Published<'a> {
    name: &'a str,
    schema: SchemaRef,
    /// Where its columns come from, for a hint.
    made_in: String,
}

/// Checks the block against what is published: a table that is read must exist, with the declared columns.
pub(super) fn agree(
    file: &PipelineFile,
    tables: &IndexMap<String, EarlierTable>,
    models: &IndexMap<String, Model>,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let marts = models.values().filter(|model| model.layer == Layer::Marts).map(|model| Published {
        name: &model.name,
        schema: Arc::clone(&model.schema),
        made_in: model.sql.path.display().to_string(),
    });
    let identity = file.identity.as_ref().filter(|identity| identity.publish != IdentityPublish::None);
    let identity = identity.map(|identity| Published {
        name: &identity.table.value,
        schema: crate::identity::schema(),
        made_in: "lojal".to_owned(),
    });
    let published: Vec<Published<'_>> = marts.chain(identity).collect();
    for (name, typed) in &file.earlier_tables {
        let Some(table) = tables.get(&name.value) else { continue };
        match published.iter().find(|published| published.name == typed.table.value) {
            Some(published) => columns_agree(published, table, typed, texts, problems),
            None => {
                let names: Vec<&str> = published.iter().map(|published| published.name).collect();
                problems.push(texts.unknown(&typed.table, "mart", &names));
            }
        }
    }
}

fn columns_agree(
    published: &Published<'_>,
    table: &EarlierTable,
    typed: &EarlierTableFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let names: Vec<&str> = published.schema.fields().iter().map(|field| field.name().as_str()).collect();
    for column in &table.columns {
        let Some((name, written)) = typed.columns.get_key_value(column.name.as_str()) else { continue };
        match published.schema.field_with_name(&column.name) {
            Err(_) => {
                let message = format!("the mart `{}` has no column `{}`", published.name, column.name);
                problems.push(texts.at(name, message).hint(did_you_mean(&column.name, &names)));
            }
            Ok(field) if *field.data_type() != column.ty.data_type() => {
                let message = format!(
                    "`{}` of the mart `{}` is {}, not {}",
                    column.name,
                    published.name,
                    field.data_type(),
                    written.data_type.value
                );
                let hint = format!("declare the type that it has, or cast it in {}", published.made_in);
                problems.push(texts.at(&written.data_type, message).hint(hint));
            }
            Ok(_) => {}
        }
    }
}
