//! What the models of the `identity` block must have as columns.

use arrow::datatypes::{DataType, SchemaRef};

use crate::config::{Located, Texts};
use crate::diagnostics::Problem;
use crate::plan::Model;

/// Whether there is a column of this name.
pub(super) fn has(schema: &SchemaRef, name: &str) -> bool {
    schema.field_with_name(name).is_ok()
}

/// Columns that a model lacks.
pub(super) fn needed(names: &[&str], place: &Located<String>, model: &Model, texts: &Texts) -> Vec<Problem> {
    let missing = names.iter().filter(|name| !has(&model.schema, name));
    missing
        .map(|name| {
            let message = format!("the model `{}` lacks the column `{name}`, which identity needs", model.name);
            texts.at(place, message).hint(format!("select it in {}", model.sql.path.display()))
        })
        .collect()
}

/// A column that is not text.
pub(super) fn not_text(name: &str, model: &Model) -> Option<Problem> {
    let field = model.schema.field_with_name(name).ok()?;
    (field.data_type() != &DataType::Utf8).then(|| {
        let message = format!("`{name}` of `{}` is {}, identity needs text", model.name, field.data_type());
        Problem::new(message).in_file(&model.sql).hint(format!("cast({name} as varchar) as {name}"))
    })
}
