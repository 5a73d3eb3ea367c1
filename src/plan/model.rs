//! A checked model, and the identity table as one.

use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;
use indexmap::IndexMap;

use super::Layer;
use crate::config::ModelFile;
use crate::diagnostics::SourceText;

/// A checked identity block.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Table that it makes.
    pub table: String,
    /// Model with the source records.
    pub records: String,
    /// Key columns by label.
    pub keys: IndexMap<String, String>,
    /// Properties of the table.
    pub properties: ModelFile,
}

/// A checked model.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its layer.
    pub layer: Layer,
    /// Its domain; `None` for staging models and those of the pipeline itself.
    pub domain: Option<String>,
    /// Its SQL.
    pub sql: SourceText,
    /// Its properties in the pipeline file.
    pub properties: ModelFile,
    /// Its columns and types.
    pub schema: SchemaRef,
    /// How often its plan scans each table.
    pub scans: BTreeMap<String, usize>,
}

impl Model {
    /// Names of the key columns.
    pub fn key(&self) -> Vec<String> {
        self.properties.key.iter().map(|column| column.value.clone()).collect()
    }
}
