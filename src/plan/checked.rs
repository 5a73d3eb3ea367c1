//! What checking a project yields: the plan, from which nothing that it refers to is missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use chrono::NaiveDate;
use chrono_tz::Tz;
use glob::Pattern;
use indexmap::IndexMap;

use super::graph::Reads;
use super::personal::{Personal, released};
use super::triggers::{self, TRIGGER_HITS};
use super::{Check, Domains, Identity, Language, Layer, Lookup, Model, REFERENCE_COUNTS, SOURCE_COUNTS, parameters};
use crate::config::{IdentityPublish, ModelFile, PublishFile, Scalar, Texts};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::{Parameter, Parameters};
use crate::source::{EarlierTable, Source};

/// A checked pipeline. Everything that it refers to exists.
#[derive(Debug)]
pub struct Plan {
    /// Name of the pipeline.
    pub name: String,
    /// The pipeline file.
    pub text: SourceText,
    /// Every YAML file of the project.
    pub texts: Texts,
    /// The domains.
    pub domains: Domains,
    /// Zone of local times and of months.
    pub time_zone: Tz,
    /// How many days without a row make the rows after them doubtful, when the as-of day is chosen.
    pub as_of_gap_days: u32,
    /// ISO code of published money.
    pub base_currency: String,
    /// Named values, command-line overrides applied.
    pub vars: IndexMap<String, Scalar>,
    /// Sources by name, in the file's order.
    pub sources: IndexMap<String, Source>,
    /// Declared sources that nothing reads.
    pub idle_sources: Vec<Source>,
    /// Names of files beside the extracts that no source reads on purpose.
    pub ignore_files: Vec<Pattern>,
    /// Lookups by name, in the file's order, followed by the settings of triggers.
    pub lookups: IndexMap<String, Lookup>,
    /// Tables of the last snapshot by the name under which they are read.
    pub earlier_tables: IndexMap<String, EarlierTable>,
    /// How source records become persons.
    pub identity: Option<Identity>,
    /// Models in an order in which a model follows everything it reads.
    pub models: IndexMap<String, Model>,
    /// Checks, in the order of tables and then of SQL files.
    pub checks: Vec<Check>,
    /// Lists for other tools by name.
    pub exports: BTreeMap<String, SourceText>,
    /// How snapshots are published.
    pub publish: PublishFile,
    /// What published tables are called in other languages.
    pub languages: Vec<Language>,
    /// What is unusual but not an error.
    pub warnings: Vec<Problem>,
    /// Words that languages lack; `lojal check` reports them.
    pub gaps: Vec<Problem>,
    /// Columns with personal values.
    pub(super) personal: Personal,
    /// What each model and the identity table reads.
    pub(super) reads: Reads,
    /// Every table in an order in which it follows everything it reads.
    pub(super) order: Vec<String>,
}

impl Plan {
    /// The parameters that queries see when the as-of day is `as_of`.
    pub fn parameters(&self, as_of: NaiveDate) -> Parameters {
        parameters::of_run(&self.vars, self.time_zone, &self.base_currency, as_of)
    }

    /// The parameters of a run that makes all customer keys with another secret than the last one.
    pub fn parameters_to_rekey(&self, as_of: NaiveDate) -> Parameters {
        let mut parameters = self.parameters(as_of);
        parameters.insert(parameters::IS_REKEYED.to_owned(), Parameter::Scalar(Scalar::Bool(true)));
        parameters
    }

    /// The parameters that an export for `trigger` sees when the as-of day is `as_of`.
    pub fn export_parameters(&self, as_of: NaiveDate, trigger: &str) -> Parameters {
        parameters::of_export(self.parameters(as_of), trigger)
    }

    /// Name and properties of every table that a full run publishes.
    pub fn published(&self) -> impl Iterator<Item = (&str, &ModelFile)> {
        let marts = self.models.values().filter(|model| model.layer == Layer::Marts);
        let identity = self.identity.iter().filter(|identity| identity.publish != IdentityPublish::None);
        let identity = identity.map(|identity| (identity.table.as_str(), &identity.properties));
        identity.chain(marts.map(|model| (model.name.as_str(), &model.properties)))
    }

    /// Columns that are computed from personal ones and that the pipeline releases: model, column, and the reason.
    pub fn released(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.models.values().flat_map(|model| {
            released(&model.properties).map(|(column, reason)| (model.name.as_str(), column, reason.value.as_str()))
        })
    }

    /// Whether the block `triggers` makes a table.
    pub fn is_of_triggers(&self, name: &str) -> bool {
        triggers::TABLES.contains(&name) && self.models.contains_key(TRIGGER_HITS)
    }

    /// How many triggers the pipeline has.
    pub fn trigger_count(&self) -> usize {
        triggers::number(&self.lookups)
    }

    /// Whether the pipeline has this trigger; `None` if it has no block `triggers`.
    ///
    /// # Errors
    /// A message for a name that does not exist.
    pub fn has_trigger(&self, name: &str) -> Option<Result<(), String>> {
        triggers::nearest_trigger(name, &self.lookups)
    }

    /// The columns of a table as queries read it.
    pub fn columns_of(&self, name: &str) -> Option<SchemaRef> {
        let source = || self.source_of(name).map(|source| Arc::clone(&source.schema));
        let model = || self.models.get(name).map(|model| Arc::clone(&model.schema));
        let lookup = || self.lookups.get(name).map(|lookup| lookup.schema());
        let earlier = || self.earlier_tables.get(name).map(|table| table.schema());
        let identity = || self.identity.as_ref().filter(|identity| identity.table == name);
        let identity = || identity().map(|_| crate::identity::schema());
        let built_in = || match name {
            SOURCE_COUNTS => Some(crate::extract::counts_schema()),
            REFERENCE_COUNTS => Some(crate::extract::references_schema()),
            _ => self.identity.as_ref().and_then(|identity| identity.output_schema(name)),
        };
        source().or_else(model).or_else(lookup).or_else(earlier).or_else(identity).or_else(built_in)
    }

    /// What a model or the identity table reads directly.
    pub fn reads(&self, name: &str) -> impl Iterator<Item = &str> {
        self.reads.get(name).into_iter().flatten().map(String::as_str)
    }
}
