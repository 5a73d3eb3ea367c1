//! The JSON Schema of a pipeline file, for editors; committed as pipelines/pipeline.schema.json.

use super::PipelineFile;

/// The JSON Schema (draft 2020-12) of [`PipelineFile`], pretty-printed, with a final newline.
pub fn pipeline_schema() -> String {
    let schema = schemars::schema_for!(PipelineFile);
    format!("{:#}\n", schema.to_value())
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
