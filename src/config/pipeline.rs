//! The pipeline file, one struct per block. The field comments are the manual: they become the JSON Schema.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Additivity, ColumnCheck, EarlierTableFile, IdentityFile, Located, LookupFile, MaxRejected, ModelCheck, Named,
    Scalar, SourceFile, SqlCheck, TriggerFile,
};

/// A pipeline: where extracts come from, what the models promise, what is published.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineFile {
    /// Name of the pipeline: the file name without its extension.
    pub name: Located<String>,
    /// What the pipeline is for.
    pub description: String,
    /// IANA time zone in which the extracts' local times are read and months begin, e.g. Europe/Stockholm.
    pub time_zone: Located<String>,
    /// ISO 4217 code of the currency in which all money is published.
    pub base_currency: String,
    /// The domains that are on: folders below sql/. In a file that extends another, a list replaces the base's,
    /// and `{ name: true, other: false }` changes it.
    #[serde(default)]
    #[schemars(with = "Domains")]
    pub domains: Vec<Located<String>>,
    /// Named values: `$name` in SQL and in paths; `--vars name=value` overrides one.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Scalar>")]
    pub vars: Named<Scalar>,
    /// Without --as-of: rows that stand more than this number of days beyond all others, and are fewer than one in a
    /// thousand, do not set the as-of day [default: 31].
    pub as_of_gap_days: Option<u32>,
    /// How many rows of a source may be rejected before the run fails: a share (`1%`) or a number of rows.
    #[serde(default)]
    pub max_rejected: MaxRejected,
    /// The extracts, by table name.
    #[schemars(with = "IndexMap<String, SourceFile>")]
    pub sources: Named<SourceFile>,
    /// Names of files that lie beside the extracts and are not extracts, such as `*.py`, or of folders that they are in.
    /// Others that no source reads are named in a warning. Hidden and empty files, and names that begin with `_`, are never named.
    #[serde(default)]
    pub ignore_files: Vec<Located<String>>,
    /// Small tables written here, by name: rules and thresholds that SQL reads like any table.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, LookupFile>")]
    pub lookups: Named<LookupFile>,
    /// Tables of the last snapshot, by the name under which SQL reads them. Empty if there is no snapshot yet.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, EarlierTableFile>")]
    pub earlier_tables: Named<EarlierTableFile>,
    /// Events that call for an action, by name. SQL reads the tables triggers, trigger_channels and trigger_outcomes
    /// (what is written here) and trigger_hits (the customers for whom each fires). Without this block the tables do
    /// not exist; with `{}` they are empty.
    #[schemars(with = "Option<IndexMap<String, TriggerFile>>")]
    pub triggers: Option<Named<TriggerFile>>,
    /// How source records become persons.
    pub identity: Option<IdentityFile>,
    /// Properties of the SQL files under sql/, by model name.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, ModelFile>")]
    pub models: Named<ModelFile>,
    /// Checks written as SQL files, sql/checks/<name>.sql; each row such a query returns is a failure.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, SqlCheck>")]
    pub checks: Named<SqlCheck>,
    /// How snapshots are published.
    #[serde(default)]
    pub publish: PublishFile,
}

/// The domains that are on.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes what may be written")]
enum Domains {
    /// Exactly these.
    List(Vec<String>),
    /// Changes to the base's list.
    Changes(IndexMap<String, bool>),
}

/// Properties of a SQL model.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Short name of the table for people [default: the table's name in words].
    pub label: Option<String>,
    /// What one row is and what the model is for.
    #[serde(default)]
    pub description: String,
    /// Columns that identify a row: the published table is sorted by them, and they are checked to be unique and not null.
    #[serde(default)]
    pub key: Vec<Located<String>>,
    /// Published table to which this model adds columns. Both have the same key: the model is joined to the table,
    /// and its other columns become columns of the table.
    pub extends: Option<Located<String>>,
    /// Tags, for `--select tag:word`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Contains direct identifiers: published under restricted/ only.
    #[serde(default)]
    pub restricted: bool,
    /// Published table whose name and place below the snapshot this mart takes: one of the two is restricted, the other
    /// not. SQL and commands keep the name of the file [default: the name of the file].
    pub publish_as: Option<Located<String>>,
    /// The model's columns by name; each column of a mart needs a description.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, ModelColumnFile>")]
    pub columns: Named<ModelColumnFile>,
    /// Checks on the whole table.
    #[serde(default)]
    pub checks: Vec<Located<ModelCheck>>,
}

impl ModelFile {
    /// The name of the folder in which the table `name` is published.
    pub fn published_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.publish_as.as_ref().map_or(name, |other| other.value.as_str())
    }
}

/// A column of a model.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelColumnFile {
    /// Short name of the column for people [default: the column's name in words].
    pub label: Option<String>,
    /// What the column means.
    #[serde(default)]
    pub description: String,
    /// Unit of its numbers, such as `base currency`, `customers` or `days`; `share` is between 0 and 1.
    pub unit: Option<String>,
    /// Whether its numbers add up over rows [default: none].
    pub additivity: Option<Located<Additivity>>,
    /// Period that it speaks of, such as `month`, `until as_of` or `12 months to as_of`.
    pub window: Option<String>,
    /// string, int, decimal(precision,scale), date, timestamp or bool. Columns of staging models have a type: it is
    /// part of the contract with the models that read them.
    #[serde(rename = "type")]
    pub data_type: Option<Located<String>>,
    /// A staging model may omit the column, which is then null.
    #[serde(default)]
    pub optional: bool,
    /// Why everybody may read the column although it is computed from personal columns: its values identify nobody.
    /// Without it, such a column may only be in a restricted table.
    pub released: Option<Located<String>>,
    /// Checks on this column.
    #[serde(default)]
    pub checks: Vec<Located<ColumnCheck>>,
}

/// How snapshots are published.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishFile {
    /// Folder of the warehouse, relative to the project folder; `--warehouse` overrides it [default: warehouse].
    #[serde(default = "default_warehouse")]
    pub warehouse: Located<String>,
    /// How many snapshots to keep, including the current one [default: 7].
    #[serde(default = "default_keep")]
    pub keep_snapshots: Located<u32>,
    /// Language of the pipeline's own texts, a BCP 47 code [default: en].
    #[serde(default = "english")]
    pub language: Located<String>,
    /// Other languages of the catalog: files with labels and descriptions, relative to the project folder, by BCP 47 code.
    ///
    /// A file that extends another adds its words to the base's, or replaces them word by word.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, OneOrMany>")]
    pub languages: Named<Vec<Located<String>>>,
}

/// One file or several.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes what may be written")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Default for PublishFile {
    fn default() -> Self {
        Self {
            warehouse: default_warehouse(),
            keep_snapshots: default_keep(),
            language: english(),
            languages: Named::new(),
        }
    }
}

fn default_warehouse() -> Located<String> {
    Located::nowhere("warehouse".to_owned())
}

fn default_keep() -> Located<u32> {
    Located::nowhere(7)
}

fn english() -> Located<String> {
    Located::nowhere("en".to_owned())
}
