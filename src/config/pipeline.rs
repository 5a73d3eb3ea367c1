//! The pipeline file, one struct per block. The field comments are the manual: they become the JSON Schema.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ColumnCheck, EarlierTableFile, Located, LookupFile, ModelCheck, Scalar, SqlCheck, TriggerFile};

/// A map that keeps the order of the file and the place of each key.
pub type Named<T> = IndexMap<Located<String>, T>;

/// A pipeline: where extracts come from, what the models promise, what is published.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "lojal pipeline")]
pub struct PipelineFile {
    /// Name of the pipeline; the same as the file's stem.
    pub name: Located<String>,
    /// What the pipeline is for.
    pub description: String,
    /// IANA time zone in which the extracts' local times are read and months begin, e.g. Europe/Stockholm.
    pub time_zone: Located<String>,
    /// ISO 4217 code of the currency in which all money is published.
    pub base_currency: String,
    /// Named values: `$name` in SQL and in paths; `--vars name=value` overrides one.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Scalar>")]
    pub vars: Named<Scalar>,
    /// How many rows of a source may be rejected before the run fails: a share (`1%`) or a number of rows.
    #[serde(default)]
    pub max_rejected: MaxRejected,
    /// The extracts, by table name.
    #[schemars(with = "IndexMap<String, SourceFile>")]
    pub sources: Named<SourceFile>,
    /// Small tables written here, by name: rules and thresholds that SQL reads like any table.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, LookupFile>")]
    pub lookups: Named<LookupFile>,
    /// Tables of the last snapshot, by the name under which SQL reads them. Empty before there is one.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, EarlierTableFile>")]
    pub earlier_tables: Named<EarlierTableFile>,
    /// What calls for an action, by name. SQL reads the tables triggers, trigger_channels and trigger_outcomes (what is
    /// written here) and trigger_hits (for whom each fires); without this block there are none, with `{}` they are empty.
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

/// One extract: its files, their format, and every column with its type.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// What one row is.
    #[serde(default)]
    pub description: String,
    /// File or glob, relative to the project folder; `$name` is a var, `${NAME}` or `${NAME:-default}` the environment.
    pub path: Located<String>,
    /// File format; CSV with commas where left out.
    #[serde(default)]
    pub format: Format,
    /// An absent or empty extract is an empty table with a warning, not an error.
    #[serde(default)]
    pub optional: bool,
    /// Column that says when the row happened (date or timestamp). Rows after the as-of day reach no model.
    pub event_time: Option<Located<String>>,
    /// An identical row seen again is counted as a duplicate and loaded once.
    #[serde(default = "yes")]
    pub deduplicate: bool,
    /// Numeric columns whose product, summed over rows, is the source's control total.
    #[serde(default)]
    pub amount: Vec<Located<String>>,
    /// What to do about columns that are in the file and not declared here.
    #[serde(default)]
    pub extra_columns: ExtraColumns,
    /// Overrides the pipeline's max_rejected for this source.
    pub max_rejected: Option<MaxRejected>,
    /// Every column that must be in the extract, matched by header name; order does not matter.
    #[schemars(with = "IndexMap<String, ColumnFile>")]
    pub columns: Named<ColumnFile>,
}

fn yes() -> bool {
    true
}

/// File format of an extract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Format {
    /// Text with a header row.
    Csv(CsvFormat),
    /// Parquet files.
    Parquet(ParquetFormat),
}

impl Default for Format {
    fn default() -> Self {
        Self::Csv(CsvFormat::default())
    }
}

/// How a CSV file is written. UTF-8, header row, LF or CRLF.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvFormat {
    /// One ASCII character between fields.
    #[serde(default = "comma")]
    pub delimiter: Located<char>,
    /// One ASCII character around fields that hold delimiters; doubled inside.
    #[serde(default = "double_quote")]
    pub quote: Located<char>,
    /// Quoted fields may hold line breaks. Leave it false where they do not: a stray quote then cannot swallow lines.
    #[serde(default)]
    pub newlines_in_values: bool,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self { delimiter: comma(), quote: double_quote(), newlines_in_values: false }
    }
}

fn comma() -> Located<char> {
    Located::nowhere(',')
}

fn double_quote() -> Located<char> {
    Located::nowhere('"')
}

/// Parquet needs no options.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParquetFormat {}

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
    /// Holds personal data: its cells are not quoted in messages, only in the quarantine.
    #[serde(default)]
    pub personal: bool,
    /// An empty cell rejects the row.
    #[serde(default)]
    pub required: bool,
    /// A file may lack the column: its cells then count as empty, with a warning.
    #[serde(default)]
    pub optional: bool,
    /// Least allowed value; a lower one rejects the row.
    pub min: Option<Located<Scalar>>,
    /// Greatest allowed value; a higher one rejects the row.
    pub max: Option<Located<Scalar>>,
    /// The only allowed values; another one rejects the row.
    #[serde(default)]
    pub accepted_values: Vec<Located<Scalar>>,
}

/// How source records become persons: records that share a key are one person, transitively.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityFile {
    /// Name of the table it makes: source, source_id, customer_key, matched_by, first_source_id.
    pub table: Located<String>,
    /// Model with one row per source record: source, source_id and the key columns, all text.
    pub records: Located<String>,
    /// Key columns of that model by label; the labels appear in matched_by.
    #[schemars(with = "IndexMap<String, String>")]
    pub keys: Named<Located<String>>,
}

/// Properties of a SQL model.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Short name of the table for people; the table's name in words where left out.
    pub label: Option<String>,
    /// What one row is and what the model is for.
    #[serde(default)]
    pub description: String,
    /// Columns that identify a row: the published table is sorted by them, and they are checked to be unique and not null.
    #[serde(default)]
    pub key: Vec<Located<String>>,
    /// Words for `--select tag:word`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Holds direct identifiers: published under restricted/ only.
    #[serde(default)]
    pub restricted: bool,
    /// The model's columns by name; each column of a mart is described.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, ModelColumnFile>")]
    pub columns: Named<ModelColumnFile>,
    /// Checks on the table as a whole.
    #[serde(default)]
    pub checks: Vec<Located<ModelCheck>>,
}

/// A column of a model.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelColumnFile {
    /// Short name of the column for people; the column's name in words where left out.
    pub label: Option<String>,
    /// What the column means, with its unit.
    #[serde(default)]
    pub description: String,
    /// Checks on this column.
    #[serde(default)]
    pub checks: Vec<Located<ColumnCheck>>,
}

/// How snapshots are published.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishFile {
    /// Folder of the warehouse, relative to the project folder; `--warehouse` overrides it.
    #[serde(default = "default_warehouse")]
    pub warehouse: Located<String>,
    /// How many snapshots stay, the current one among them.
    #[serde(default = "default_keep")]
    pub keep_snapshots: Located<u32>,
    /// Language of the pipeline's own texts, a BCP 47 code.
    #[serde(default = "english")]
    pub language: Located<String>,
    /// Other languages of the catalog: files with labels and descriptions, relative to the project folder, by BCP 47 code.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, String>")]
    pub languages: Named<Located<String>>,
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

/// A bound on rejected rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxRejected {
    /// A share of the rows read, in parts per million so that it compares exactly.
    PartsPerMillion(u64),
    /// A number of rows.
    Rows(u64),
}

impl Default for MaxRejected {
    fn default() -> Self {
        Self::PartsPerMillion(10_000)
    }
}

impl MaxRejected {
    /// Whether `rejected` of `read` rows is within the bound.
    pub fn allows(self, rejected: u64, read: u64) -> bool {
        match self {
            Self::Rows(rows) => rejected <= rows,
            Self::PartsPerMillion(ppm) => u128::from(rejected) * 1_000_000 <= u128::from(read) * u128::from(ppm),
        }
    }
}

impl std::fmt::Display for MaxRejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(rows) => write!(f, "{rows} rows"),
            Self::PartsPerMillion(ppm) => {
                let percent = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
                write!(f, "{} %", percent.trim_end_matches('0').trim_end_matches('.'))
            }
        }
    }
}

impl std::str::FromStr for MaxRejected {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is neither a share such as 1% nor a number of rows: write one of the two");
        match text.strip_suffix('%') {
            None => text.trim().parse().map(Self::Rows).map_err(|_| wrong()),
            Some(percent) => {
                let percent: f64 = percent.trim().parse().map_err(|_| wrong())?;
                if !(0.0..=100.0).contains(&percent) {
                    return Err(format!("`{text}` is not between 0% and 100%"));
                }
                // Bounded above by a million, so the cast is exact.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..=1,000,000")]
                Ok(Self::PartsPerMillion((percent * 10_000.0).round() as u64))
            }
        }
    }
}

impl<'de> Deserialize<'de> for MaxRejected {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer)?.to_string().parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for MaxRejected {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MaxRejected".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A share of the rows read (`1%`) or a number of rows.",
            "anyOf": [{ "type": "string", "pattern": "^[0-9.]+ *%$" }, { "type": "integer", "minimum": 0 }]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_compared_exactly() {
        let one_percent: MaxRejected = "1%".parse().unwrap();
        assert!(one_percent.allows(10, 1000));
        assert!(!one_percent.allows(11, 1000));
        assert!(one_percent.allows(0, 0));
        assert_eq!(one_percent.to_string(), "1 %");
        assert_eq!("0.5%".parse::<MaxRejected>().unwrap().to_string(), "0.5 %");
    }

    #[test]
    fn a_bound_that_is_neither_share_nor_count_is_refused() {
        assert!("many".parse::<MaxRejected>().is_err());
        assert!("101%".parse::<MaxRejected>().is_err());
        assert_eq!("12".parse::<MaxRejected>().unwrap(), MaxRejected::Rows(12));
    }
}
