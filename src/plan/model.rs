//! A checked model.

use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;

use super::Layer;
use super::project::query_of;
use crate::config::ModelFile;
use crate::diagnostics::{Problem, SourceText};
use crate::engine::{Carried, Parameters, Query};

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
    /// Tables that the SQL calls otherwise: its name for them, and theirs.
    pub renamed: Vec<(String, String)>,
    /// Its properties in the pipeline file.
    pub properties: ModelFile,
    /// Its columns and types.
    pub schema: SchemaRef,
    /// Its columns with personal values that are not released, and where these come from.
    pub personal: BTreeMap<String, Carried>,
    /// How often its plan scans each table.
    pub scans: BTreeMap<String, usize>,
    /// Whether each of its rows comes from one row that it reads.
    pub is_row_by_row: bool,
}

impl Model {
    /// Its query.
    ///
    /// # Errors
    /// See [`Query::parse`].
    pub fn query(&self, parameters: &Parameters) -> Result<Query, Vec<Problem>> {
        query_of(&self.sql, &self.renamed, parameters)
    }

    /// Names of the key columns.
    pub fn key(&self) -> Vec<String> {
        self.properties.key.iter().map(|column| column.value.clone()).collect()
    }
}
