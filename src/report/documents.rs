//! manifest.json and catalog.json, in dbt's format where it has a matching field.

use std::collections::{BTreeMap, HashMap};

use arrow::datatypes::SchemaRef;
use chrono::Utc;
use serde_json::{Map, Value, json};

use crate::config::{Additivity, ModelFile};
use crate::plan::{Handling, Layer, Lookup, Plan, Step};
use crate::publish::StagedTable;

/// What the documents describe.
pub struct RunFacts<'a> {
    /// The pipeline.
    pub plan: &'a Plan,
    pub run_id: &'a str,
    /// What the run computes.
    pub steps: &'a [Step<'a>],
}

impl RunFacts<'_> {
    fn metadata(&self, kind: &str) -> Value {
        json!({
            "dbt_schema_version": format!("https://schemas.getdbt.com/dbt/{kind}.json"),
            "generated_at": Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            "invocation_id": self.run_id,
            "adapter_type": "datafusion",
            "project_name": self.plan.name,
            "lojal_version": env!("CARGO_PKG_VERSION"),
        })
    }

    fn unique_id(&self, name: &str) -> String {
        unique_id(self.plan, name)
    }
}

/// dbt's name of a table: its kind, the pipeline and its own name.
pub(super) fn unique_id(plan: &Plan, name: &str) -> String {
    if let Some(source) = plan.source_of(name) {
        return format!("source.{}.{}", plan.name, source.name);
    }
    let kind = if plan.earlier_tables.contains_key(name) {
        "source"
    } else if plan.lookups.contains_key(name) {
        "seed"
    } else {
        "model"
    };
    format!("{kind}.{}.{name}", plan.name)
}

/// The parts of the run: sources, models and what they read.
pub fn manifest(facts: &RunFacts<'_>) -> String {
    let plan = facts.plan;
    let mut nodes = Map::new();
    let mut sources = Map::new();
    let mut parents = Map::new();
    for lookup in plan.lookups.values() {
        let (id, node) = seed(facts, lookup);
        parents.insert(id.clone(), json!([]));
        nodes.insert(id, node);
    }
    for table in plan.earlier_tables.values() {
        let columns = table.columns.iter().map(|column| (column.name.clone(), column.ty));
        let columns: Map<String, Value> =
            columns.map(|(name, ty)| (name.clone(), json!({ "name": name, "data_type": ty.to_string() }))).collect();
        let id = facts.unique_id(&table.name);
        let node = json!({
            "resource_type": "source", "name": table.name, "unique_id": id, "description": table.description,
            "path": format!("current/{}", table.table), "columns": columns,
        });
        sources.insert(id, node);
    }
    let sources_read = plan.sources.values().map(|source| &source.table);
    for name in sources_read.chain(plan.identity.iter().map(|identity| &identity.table)).chain(plan.models.keys()) {
        let step = facts.steps.iter().find(|step| step.name == *name);
        let id = facts.unique_id(name);
        let reads: Vec<String> = plan.reads(name).map(|read| facts.unique_id(read)).collect();
        parents.insert(id.clone(), json!(reads));
        if let Some(source) = plan.source_of(name) {
            let columns: Map<String, Value> = source
                .columns
                .iter()
                .map(|column| (column.name.clone(), json!({ "name": column.name, "data_type": column.ty.to_string() })))
                .collect();
            let node = json!({
                "resource_type": "source", "name": source.name, "unique_id": id, "description": source.description,
                "path": source.path.shown, "columns": columns,
            });
            sources.insert(id, node);
            continue;
        }
        let model = plan.models.get(name);
        let layer = model.map(|model| model.layer);
        let materialized = match step.map(|step| step.handling) {
            Some(Handling::View) => "view",
            Some(Handling::Kept) => "ephemeral",
            Some(Handling::Published) => "table",
            None => "not_run",
        };
        let checksum = model.map(|model| blake3::hash(model.sql.text.as_bytes()).to_hex().to_string());
        let node = json!({
            "resource_type": "model",
            "name": name,
            "unique_id": id,
            "original_file_path": model.map(|model| model.sql.path.display().to_string()),
            "fqn": [plan.name, layer.map_or("built_in", Layer::folder), name],
            "description": model.map(|model| model.properties.description.trim().to_owned()),
            "tags": model.map(|model| model.properties.tags.clone()).unwrap_or_default(),
            "config": { "materialized": materialized },
            "depends_on": { "nodes": reads },
            "checksum": { "name": "blake3", "checksum": checksum },
            "raw_code": model.map(|model| model.sql.text.to_string()),
        });
        nodes.insert(id, node);
    }
    pretty(&json!({
        "metadata": facts.metadata("manifest/v12"),
        "nodes": nodes,
        "sources": sources,
        "parent_map": parents,
        "vars": plan.vars.iter().map(|(name, value)| (name.clone(), json!(value.to_string()))).collect::<Map<_, _>>(),
    }))
}

/// dbt calls a lookup a seed.
fn seed(facts: &RunFacts<'_>, lookup: &Lookup) -> (String, Value) {
    let id = facts.unique_id(&lookup.name);
    let columns: Map<String, Value> = lookup
        .columns
        .iter()
        .map(|column| {
            let described = json!({
                "name": column.name, "data_type": column.ty.to_string(), "description": column.description,
            });
            (column.name.clone(), described)
        })
        .collect();
    let node = json!({
        "resource_type": "seed",
        "name": lookup.name,
        "unique_id": id,
        "original_file_path": match facts.plan.domains.of_table(&lookup.name) {
            Some(domain) => format!("sql/{domain}/{domain}.yml"),
            None => facts.plan.text.path.display().to_string(),
        },
        "fqn": [facts.plan.name, "lookups", lookup.name],
        "description": lookup.description,
        "columns": columns,
        "config": { "materialized": "seed" },
        "depends_on": { "nodes": [] },
    });
    (id, node)
}

/// The published tables and their columns, with types and descriptions. `last` is catalog.json of the previous snapshot,
/// for the tables that are carried over.
pub fn catalog(facts: &RunFacts<'_>, staged: &BTreeMap<String, StagedTable>, last: Option<&Value>) -> String {
    let mut nodes = Map::new();
    for (name, properties) in facts.plan.published() {
        let id = facts.unique_id(name);
        let carried_over = || last.and_then(|last| last.get("nodes")?.get(&id)).cloned();
        let node =
            staged.get(name).map(|table| catalog_node(facts.plan, name, properties, table)).or_else(carried_over);
        nodes.extend(node.map(|node| (id, node)));
    }
    pretty(&json!({ "metadata": facts.metadata("catalog/v1"), "nodes": nodes, "sources": {}, "errors": null }))
}

fn catalog_node(plan: &Plan, name: &str, properties: &ModelFile, table: &StagedTable) -> Value {
    let key: Vec<&str> = properties.key.iter().map(|column| column.value.as_str()).collect();
    let bytes: u64 = table.files.iter().map(|file| file.bytes).sum();
    json!({
        "metadata": {
            "type": "table",
            "name": properties.published_name(name),
            "path": match properties.restricted {
                true => format!("restricted/{}", properties.published_name(name)),
                false => properties.published_name(name).to_owned(),
            },
            "schema": if properties.restricted { "restricted" } else { "" },
            "comment": table.schema.metadata().get("description"),
            "key": key,
            "translations": translations(plan, name, None, properties.label.as_ref(), table.schema.metadata()),
        },
        "columns": columns(plan, name, properties, &table.schema),
        "stats": {
            "num_rows": { "id": "num_rows", "label": "Rows", "value": table.rows, "include": true },
            "num_bytes": { "id": "num_bytes", "label": "Bytes", "value": bytes, "include": true },
        },
    })
}

fn columns(plan: &Plan, table: &str, properties: &ModelFile, schema: &SchemaRef) -> Map<String, Value> {
    let entries = schema.fields().iter().enumerate().map(|(index, field)| {
        let declared = properties.columns.get(field.name().as_str());
        let label = declared.and_then(|column| column.label.as_ref());
        let additivity = declared.and_then(|column| column.additivity.as_ref()).map(|additivity| &additivity.value);
        let accepted = plan.checks.iter().filter(|check| check.table.as_deref() == Some(table)).find_map(|check| {
            let (column, values) = check.accepted.as_ref()?;
            (column == field.name()).then_some(values)
        });
        let mut column = json!({
            "name": field.name(),
            "index": index + 1,
            "type": field.data_type().to_string(),
            "comment": field.metadata().get("description"),
            "unit": declared.and_then(|column| column.unit.as_ref()),
            "additivity": additivity.unwrap_or(&Additivity::None).to_string(),
            "window": declared.and_then(|column| column.window.as_ref()),
            "translations": translations(plan, table, Some(field.name()), label, field.metadata()),
        });
        if let Some(reason) = declared.and_then(|column| column.released.as_ref()) {
            column["released"] = json!(reason.value);
        }
        if let Some(values) = accepted {
            column["accepted_values"] = json!(values);
        }
        (field.name().clone(), column)
    });
    entries.collect()
}

/// Label and description of a table or column in each language, including the pipeline's own.
fn translations(
    plan: &Plan,
    table: &str,
    column: Option<&str>,
    label: Option<&String>,
    metadata: &HashMap<String, String>,
) -> Map<String, Value> {
    let name = column.unwrap_or(table);
    let label = label.cloned().unwrap_or_else(|| in_words(name));
    let own = json!({ "label": label, "description": metadata.get("description") });
    let others = plan.languages.iter().map(|language| {
        let words = language.words(table, column);
        (language.code.clone(), json!({ "label": words.label, "description": words.description }))
    });
    [(plan.publish.language.value.clone(), own)].into_iter().chain(others).collect()
}

/// Turns a name into a label: `net_revenue` becomes `Net revenue`.
fn in_words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
