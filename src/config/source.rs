//! The `sources` block: one extract, its files, its columns and what its deliveries promise.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    CompressionFile, Deduplicate, DeliveryFile, Format, FreshnessFile, IdFile, Located, MaxRejected, Named, OutOfRange,
    Scalar, Share, ValuesFile, VolumeFile,
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
    /// File format [default: CSV with commas].
    #[serde(default)]
    pub format: Format,
    /// How the files are compressed [default: by the ending of the file name: .gz, .zst, .bz2, .xz, .zip].
    pub compression: Option<Located<CompressionFile>>,
    /// How values are written, for all columns; a column's own `values` override it key by key.
    #[serde(default)]
    pub values: ValuesFile,
    /// A missing or empty extract gives an empty table and a warning, not an error.
    #[serde(default)]
    pub optional: bool,
    /// For an optional source: false if its absence is the ordinary case, and so deserves no warning [default: true].
    pub expected: Option<Located<bool>>,
    /// Column with the time of the event (date or timestamp). Rows after the as-of day reach no model.
    pub event_time: Option<Located<String>>,
    /// Which of several equal rows are loaded [default: by_delivery; with a key, one]. The others are duplicates.
    pub deduplicate: Option<Deduplicate>,
    /// Columns that identify a row. The same key with other values is a newer version: a row of a later delivery or file,
    /// or below in the same file, replaces the earlier one, which is counted as superseded (see on_repeated_key).
    #[serde(default)]
    pub key: Vec<Located<String>>,
    /// Columns whose rows come again as a whole, such as the order of an order line: a later delivery (the day in
    /// `delivery`, or else the file) replaces all of its earlier rows, also those that it leaves out. With a `key`, columns of
    /// it; without one, the newest delivery that has an order gives all of its rows, as often as it has them.
    #[serde(default)]
    pub replaces: Vec<Located<String>>,
    /// What two different rows with the same key do. A repeated value of a `unique` column fails the run, unless this is
    /// `warn`.
    #[serde(default)]
    pub on_repeated_key: OnRepeatedKey,
    /// How files follow each other [default: every matching file is read, in no order].
    pub delivery: Option<DeliveryFile>,
    /// How old the newest data may be on the as-of day.
    pub freshness: Option<FreshnessFile>,
    /// The run fails if the extract has fewer rows than this.
    pub min_rows: Option<Located<u64>>,
    /// How far the row count of the newest delivery may be from that of the earlier ones.
    pub volume: Option<VolumeFile>,
    /// Numeric columns whose product, summed over rows, is the source's control total.
    #[serde(default)]
    pub amount: Vec<Located<String>>,
    /// What to do about columns of the file that are not declared here.
    #[serde(default)]
    pub extra_columns: ExtraColumns,
    /// What to do with a row that breaks a rule: set it aside and load the rest, or fail the run.
    #[serde(default)]
    pub on_bad_row: OnBadRow,
    /// Overrides the pipeline's max_rejected for this source.
    pub max_rejected: Option<MaxRejected>,
    /// Every column that must be in the extract, matched by header name; order does not matter.
    #[schemars(with = "IndexMap<String, ColumnFile>")]
    pub columns: Named<ColumnFile>,
}

/// What to do about undeclared columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtraColumns {
    /// Report them and continue.
    #[default]
    Warn,
    /// Ignore them: they do not distinguish rows either.
    Ignore,
    /// Fail the run.
    Fail,
}

/// What two different rows with the same key do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRepeatedKey {
    /// The later one replaces the earlier one; a warning names the first.
    #[default]
    Supersede,
    /// Both are loaded, with a warning.
    Warn,
    /// The run fails.
    Error,
}

/// What to do with a row that breaks a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnBadRow {
    /// It is set aside with its reason; the rest loads, up to max_rejected.
    #[default]
    Quarantine,
    /// The first such row fails the run.
    Fail,
}

/// A declared column of an extract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnFile {
    /// string, int, decimal(precision,scale), date, timestamp, bool, or a nested type: `list(string)`,
    /// `{ city: string, since: date }`, `list({ sku: string, quantity: int })`.
    #[serde(rename = "type")]
    pub data_type: Located<String>,
    /// What the column means.
    #[serde(default)]
    pub description: String,
    /// Other names of the column in files, now or in the past. In JSON a name with dots is a path.
    #[serde(default)]
    pub aliases: Vec<Located<String>>,
    /// Contains personal data: its cells are not quoted in messages, only in the quarantine.
    #[serde(default)]
    pub personal: bool,
    /// A row with an empty cell is rejected.
    #[serde(default)]
    pub required: bool,
    /// A file may lack the column: its cells are then empty, with a warning.
    #[serde(default)]
    pub optional: bool,
    /// No two different rows may have the same value (see on_repeated_key).
    #[serde(default)]
    pub unique: bool,
    /// Smallest allowed value, written as in a cell or plain (1234.5, 2024-12-31); a row with a smaller one is rejected
    /// (see out_of_range). For dates and timestamps also `$as_of`, or a distance from it such as `$as_of - 120 years`.
    pub min: Option<Located<Scalar>>,
    /// Largest allowed value, written as in a cell or plain, or by `$as_of`; a row with a larger one is rejected (see
    /// out_of_range).
    pub max: Option<Located<Scalar>>,
    /// What to do with a value outside min and max, or a day outside the years 1900 to 2100: `reject` the row, or load
    /// the cell as empty (`null`), counted and with a warning [default: reject].
    #[serde(default)]
    pub out_of_range: OutOfRange,
    /// The allowed values, written as in a cell or plain; a row with another one is rejected.
    #[serde(default)]
    pub accepted_values: Vec<Located<Scalar>>,
    /// Regular expression that must match the whole text; other rows are rejected.
    pub pattern: Option<Located<String>>,
    /// Column of another source that must contain the value.
    pub references: Option<ReferenceFile>,
    /// How the column's ids are read, if they need more than the usual corrections. Columns of a `key`, columns with
    /// `references` and the columns that these name are ids without this key.
    pub id: Option<IdFile>,
    /// How the column's values are written, if different from the source's.
    #[serde(default)]
    pub values: ValuesFile,
}

/// A column of another source that must contain the value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceFile {
    /// source.column
    pub to: Located<String>,
    /// What to do with a row whose value is not there.
    #[serde(default)]
    pub on_missing: OnMissing,
    /// The share of values that must be there.
    #[serde(default)]
    pub matched: MatchedFile,
}

/// The share of a column's values that the other source must contain. Empty cells do not count.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchedFile {
    /// A smaller share causes a warning [default: 100%].
    pub warn_below: Option<Located<Share>>,
    /// A smaller share fails the run [default: 50%].
    pub error_below: Option<Located<Share>>,
}

/// What to do with a row whose value is not in the other source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnMissing {
    /// The row is loaded; such rows are counted and reported.
    #[default]
    Keep,
    /// The row is rejected.
    Reject,
}
