//! The `sources` block: one extract, its files, its columns and what its deliveries promise.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    CheckSeverity, DeliveryFile, Format, FreshnessFile, Located, MaxRejected, Named, Scalar, ValuesFile, VolumeFile,
};

/// One extract: its files, their format, and every column with its type.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// What one row is.
    #[serde(default)]
    pub description: String,
    /// File, glob or URL (s3://, gs://, az://, https://); paths are relative to the project folder. `$name` is a var,
    /// `${NAME}` or `${NAME:-default}` the environment.
    pub path: Located<String>,
    /// File format; CSV with commas where left out.
    #[serde(default)]
    pub format: Format,
    /// How the files are compressed; left out: by the ending of the name (.gz, .zst, .bz2, .xz).
    pub compression: Option<Compression>,
    /// How values are written, for all columns; a column's own `values` override it key by key.
    #[serde(default)]
    pub values: ValuesFile,
    /// An absent or empty extract is an empty table with a warning, not an error.
    #[serde(default)]
    pub optional: bool,
    /// Column that says when the row happened (date or timestamp). Rows after the as-of day reach no model.
    pub event_time: Option<Located<String>>,
    /// An identical row seen again is counted as a duplicate and loaded once.
    #[serde(default = "yes")]
    pub deduplicate: bool,
    /// Columns that identify a row. Two different rows with one key are told (see on_repeated_key); with
    /// `delivery: { mode: upsert }` they are versions of one row.
    #[serde(default)]
    pub key: Vec<Located<String>>,
    /// What a repeated key or a repeated value of a `unique` column does.
    #[serde(default)]
    pub on_repeated_key: CheckSeverity,
    /// How files follow each other; left out: every file that matches is read, in no order.
    pub delivery: Option<DeliveryFile>,
    /// How old the newest data may be on the as-of day.
    pub freshness: Option<FreshnessFile>,
    /// Fewer rows than this in the extract fail the run.
    pub min_rows: Option<Located<u64>>,
    /// How far the newest delivery's number of rows may be from the earlier ones'.
    pub volume: Option<VolumeFile>,
    /// Numeric columns whose product, summed over rows, is the source's control total.
    #[serde(default)]
    pub amount: Vec<Located<String>>,
    /// What to do about columns that are in the file and not declared here.
    #[serde(default)]
    pub extra_columns: ExtraColumns,
    /// What a row that breaks a rule does: it is set aside and the rest loads, or it fails the run.
    #[serde(default)]
    pub on_bad_row: OnBadRow,
    /// Overrides the pipeline's max_rejected for this source.
    pub max_rejected: Option<MaxRejected>,
    /// Every column that must be in the extract, matched by header name; order does not matter.
    #[schemars(with = "IndexMap<String, ColumnFile>")]
    pub columns: Named<ColumnFile>,
}

fn yes() -> bool {
    true
}

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all, whatever its name.
    None,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
}

/// What to do about undeclared columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtraColumns {
    /// Name them and go on.
    #[default]
    Warn,
    /// Say nothing.
    Ignore,
    /// Fail the run.
    Fail,
}

/// What a row that breaks a rule does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnBadRow {
    /// It is set aside with its reason; the rest loads, up to max_rejected.
    #[default]
    Quarantine,
    /// The first one ends the run.
    Fail,
}

/// A declared column of an extract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnFile {
    /// string, int, decimal(precision,scale), date, timestamp or bool.
    #[serde(rename = "type")]
    pub data_type: Located<String>,
    /// What the column means.
    #[serde(default)]
    pub description: String,
    /// Other names under which files hold the column, now or in the past. In JSON a name with dots is a path.
    #[serde(default)]
    pub aliases: Vec<Located<String>>,
    /// Holds personal data: its cells are not quoted in messages, only in the quarantine.
    #[serde(default)]
    pub personal: bool,
    /// An empty cell rejects the row.
    #[serde(default)]
    pub required: bool,
    /// A file may lack the column: its cells then count as empty, with a warning.
    #[serde(default)]
    pub optional: bool,
    /// No two different rows may hold the same value (see on_repeated_key).
    #[serde(default)]
    pub unique: bool,
    /// Least allowed value, as a cell would hold it or plain (1234.5, 2024-12-31); a lower one rejects the row.
    pub min: Option<Located<Scalar>>,
    /// Greatest allowed value, as a cell would hold it or plain; a higher one rejects the row.
    pub max: Option<Located<Scalar>>,
    /// The only allowed values, as a cell would hold them or plain; another one rejects the row.
    #[serde(default)]
    pub accepted_values: Vec<Located<Scalar>>,
    /// Regular expression that a text must match as a whole; another one rejects the row.
    pub pattern: Option<Located<String>>,
    /// Column of another source that must hold the value.
    pub references: Option<ReferenceFile>,
    /// How the column's values are written, where they differ from the source's.
    #[serde(default)]
    pub values: ValuesFile,
}

/// A column of another source that must hold the value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceFile {
    /// source.column
    pub to: Located<String>,
    /// What a value that is not there does.
    #[serde(default)]
    pub on_missing: OnMissing,
}

/// What a value that another source does not have does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnMissing {
    /// The row is loaded; such rows are counted and named.
    #[default]
    Keep,
    /// The row is rejected.
    Reject,
}
