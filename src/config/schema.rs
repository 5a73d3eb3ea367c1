//! The JSON Schema of a pipeline file, for editors; committed as pipelines/pipeline.schema.json.

use super::{ExtensionFile, PipelineFile};

/// The JSON Schema (draft 2020-12) of [`PipelineFile`], and of [`ExtensionFile`] where there is the key `extends`,
/// pretty-printed, with a final newline.
pub fn pipeline_schema() -> String {
    let mut generator = schemars::SchemaGenerator::default();
    let (whole, extension) = (generator.subschema_for::<PipelineFile>(), generator.subschema_for::<ExtensionFile>());
    let schema = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lojal pipeline",
        "if": { "required": ["extends"] },
        "then": extension,
        "else": whole,
        "$defs": generator.take_definitions(true),
    });
    format!("{schema:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let committed = std::fs::read_to_string("pipelines/pipeline.schema.json").unwrap_or_default();
        assert!(
            committed == pipeline_schema(),
            "pipelines/pipeline.schema.json is not what the types say: run `lojal schema > pipelines/pipeline.schema.json`"
        );
    }
}
