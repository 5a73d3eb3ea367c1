//! The JSON Schemas of pipeline, domain and unit test files, for editors; committed in pipelines/.

use serde_json::{Map, Value, json};

use super::{DomainFile, PipelineFile, UnitTestsFile};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema (draft 2020-12) of a pipeline file, or of one that extends another if it has the key `extends`;
/// pretty-printed, with a final newline.
pub fn pipeline_schema() -> String {
    let mut generator = schemars::SchemaGenerator::default();
    let whole = generator.subschema_for::<PipelineFile>();
    let definitions = generator.take_definitions(true);
    let mut parts = parts(&definitions);
    if let Some(Value::Object(head)) = parts.get_mut("PipelineFilePart") {
        head.insert("required".to_owned(), json!(["extends", "name"]));
        if let Some(Value::Object(properties)) = head.get_mut("properties") {
            let description = "The base: `lojal:NAME` for a pipeline inside lojal, or a pipeline file in the folder \
                pipelines/ of its project, relative to this file. Anything this file omits is inherited; entries merge \
                by name, and null takes one out.";
            properties.insert("extends".to_owned(), json!({ "description": description, "type": "string" }));
        }
    }
    let mut definitions: Map<String, Value> = definitions.into_iter().collect();
    definitions.extend(parts);
    let schema = json!({
        "$schema": DRAFT,
        "title": "lojal pipeline",
        "if": { "required": ["extends"] },
        "then": { "$ref": "#/$defs/PipelineFilePart" },
        "else": whole,
        "$defs": definitions,
    });
    format!("{schema:#}\n")
}

/// The JSON Schema of a domain file, `sql/<domain>/<domain>.yml`, and of `sql/staging/_staging.yml`. In a project
/// that extends another, such a file may contain only part of an entry.
pub fn domain_schema() -> String {
    let mut generator = schemars::SchemaGenerator::default();
    generator.subschema_for::<DomainFile>();
    let definitions = generator.take_definitions(true);
    let parts = parts(&definitions);
    let schema = json!({
        "$schema": DRAFT,
        "title": "lojal domain",
        "$ref": "#/$defs/DomainFilePart",
        "$defs": parts,
    });
    format!("{schema:#}\n")
}

/// The JSON Schema of a file of unit tests, `sql/<domain>/tests/<name>.yml`.
pub fn unit_tests_schema() -> String {
    let mut generator = schemars::SchemaGenerator::default();
    generator.subschema_for::<UnitTestsFile>();
    let definitions = generator.take_definitions(true);
    let schema = json!({
        "$schema": DRAFT,
        "title": "lojal unit tests",
        "$ref": "#/$defs/UnitTestsFile",
        "$defs": definitions,
    });
    format!("{schema:#}\n")
}

/// The definitions for files that extend others: every key is optional, every entry may be null.
fn parts(definitions: &Map<String, Value>) -> Map<String, Value> {
    definitions.iter().map(|(name, schema)| (format!("{name}Part"), part(schema))).collect()
}

fn part(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut part: Map<String, Value> = fields
                .iter()
                .filter(|(key, _)| *key != "required")
                .map(|(key, value)| (key.clone(), inner(key, value)))
                .collect();
            let is_block = part.contains_key("properties");
            if let Some(Value::Object(properties)) = part.get_mut("properties").filter(|_| is_block) {
                let description = "false: nothing of the base's entry is inherited";
                properties.insert("inherit".to_owned(), json!({ "description": description, "type": "boolean" }));
            }
            Value::Object(part)
        }
        other => other.clone(),
    }
}

fn inner(key: &str, value: &Value) -> Value {
    match (key, value) {
        ("$ref", Value::String(reference)) => json!(format!("{reference}Part")),
        ("additionalProperties", Value::Object(_)) => json!({ "anyOf": [part(value), { "type": "null" }] }),
        ("properties", Value::Object(fields)) => {
            Value::Object(fields.iter().map(|(name, schema)| (name.clone(), part(schema))).collect())
        }
        (_, Value::Object(_)) => part(value),
        (_, Value::Array(items)) => Value::Array(items.iter().map(part).collect()),
        (_, other) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_committed(path: &str, generated: &str, command: &str) {
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == generated, "{path} is out of date: run `{command} > {path}`");
    }

    #[test]
    fn the_committed_schemas_are_the_generated_ones() {
        is_committed("pipelines/pipeline.schema.json", &pipeline_schema(), "lojal schema");
        is_committed("pipelines/domain.schema.json", &domain_schema(), "lojal schema domain");
        is_committed("pipelines/unit_tests.schema.json", &unit_tests_schema(), "lojal schema unit-tests");
    }
}
