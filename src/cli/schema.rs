//! `lojal schema`: the JSON Schema of a pipeline or domain file.

use crate::failure::Failure;

use super::arguments::{Schema, SchemaOf};

pub(super) fn execute(schema: &Schema) -> Result<(), Failure> {
    let text = match schema.of {
        SchemaOf::Pipeline => crate::config::pipeline_schema(),
        SchemaOf::Domain => crate::config::domain_schema(),
    };
    super::print(text.trim_end())
}
