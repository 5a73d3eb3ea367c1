//! Checks as written in a pipeline file: on a column, on a model, or as a SQL file of their own.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::{Located, Named, Scalar};

/// What a failing check does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckSeverity {
    /// The failure is reported; the run continues and publishes.
    Warn,
    /// Nothing is published and the run ends with exit code 1.
    #[default]
    Error,
}

/// Options that every check has.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckOptions {
    /// `error` stops publishing, `warn` only reports [default: error].
    #[serde(default)]
    pub severity: CheckSeverity,
}

/// The values a column may have; null passes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptedValues {
    /// The values.
    #[serde(default)]
    pub values: Vec<Scalar>,
    /// More values, from a column of a lookup: `lookup.column`.
    pub lookup: Option<Located<String>>,
    /// Only the lookup's rows with these cells, such as `{ measure: value }`.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, String>")]
    pub rows: Named<String>,
    /// `error` stops publishing, `warn` only reports [default: error].
    #[serde(default)]
    pub severity: CheckSeverity,
}

/// Bounds of a column, both inclusive; null passes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Smallest allowed value.
    pub min: Option<Scalar>,
    /// Largest allowed value.
    pub max: Option<Scalar>,
    /// `error` stops publishing, `warn` only reports [default: error].
    #[serde(default)]
    pub severity: CheckSeverity,
}

/// Every value of the column must exist in a column of another table; null passes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relationships {
    /// The other table.
    pub table: Located<String>,
    /// Its column.
    pub column: Located<String>,
    /// `error` stops publishing, `warn` only reports [default: error].
    #[serde(default)]
    pub severity: CheckSeverity,
}

/// Bounds of a table's number of rows, both inclusive.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowCount {
    /// Fewest rows.
    pub min: Option<u64>,
    /// Most rows.
    pub max: Option<u64>,
    /// `error` stops publishing, `warn` only reports [default: error].
    #[serde(default)]
    pub severity: CheckSeverity,
}

/// A SQL expression over the table's columns that must be true for every row; null fails.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expression {
    /// Name of the check in reports.
    pub name: Located<String>,
    /// The expression.
    pub sql: Located<String>,
    /// `error` stops publishing, `warn` only reports [default: error].
    #[serde(default)]
    pub severity: CheckSeverity,
}

/// A check on one column of a model.
#[derive(Debug, Clone)]
pub enum ColumnCheck {
    /// No null.
    NotNull(CheckOptions),
    /// No value twice; nulls do not count.
    Unique(CheckOptions),
    /// Only these values.
    AcceptedValues(AcceptedValues),
    /// Only values within these bounds.
    Range(Range),
    /// Only values that another table has.
    Relationships(Relationships),
}

/// A check on a whole model.
#[derive(Debug, Clone)]
pub enum ModelCheck {
    /// A number of rows within bounds.
    RowCount(RowCount),
    /// An expression that is true for every row.
    Expression(Expression),
}

/// A check that is a SQL file, `sql/checks/<name>.sql`: each row it returns is a failure.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlCheck {
    /// The rule that it proves.
    pub description: String,
    /// `error` stops publishing, `warn` only reports [default: error].
    #[serde(default)]
    pub severity: CheckSeverity,
    /// A text column of its result: the name by which `lojal run --accept CHECK:NAME` takes a failing row deliberately.
    /// `--accept CHECK` takes all of them. Without it the check cannot be accepted.
    pub accept_by: Option<Located<String>>,
}

/// One entry of a column's `checks` as a mapping with a single key.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ColumnCheckEntry {
    not_null: Option<CheckOptions>,
    unique: Option<CheckOptions>,
    accepted_values: Option<AcceptedValues>,
    range: Option<Range>,
    relationships: Option<Relationships>,
}

/// One entry of a model's `checks` as a mapping with a single key.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ModelCheckEntry {
    row_count: Option<RowCount>,
    expression: Option<Expression>,
}

fn single<T, E: serde::de::Error>(found: Vec<T>) -> Result<T, E> {
    let count = found.len();
    let mut found = found.into_iter();
    match (found.next(), count) {
        (Some(check), 1) => Ok(check),
        _ => Err(E::custom(format!("a list entry names exactly one check, this one names {count}"))),
    }
}

// Checks without options may be written as a bare word (`- not_null`), which a derived enum could not accept
// alongside `- not_null: { severity: warn }`.
impl<'de> Deserialize<'de> for ColumnCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CheckVisitor;

        impl<'de> Visitor<'de> for CheckVisitor {
            type Value = ColumnCheck;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a check: not_null, unique, or one of accepted_values, range, relationships with options")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<ColumnCheck, E> {
                match name {
                    "not_null" => Ok(ColumnCheck::NotNull(CheckOptions::default())),
                    "unique" => Ok(ColumnCheck::Unique(CheckOptions::default())),
                    _ => Err(E::unknown_variant(name, &["not_null", "unique"])),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ColumnCheck, A::Error> {
                let entry = ColumnCheckEntry::deserialize(MapAccessDeserializer::new(map))?;
                let found = [
                    entry.not_null.map(ColumnCheck::NotNull),
                    entry.unique.map(ColumnCheck::Unique),
                    entry.accepted_values.map(ColumnCheck::AcceptedValues),
                    entry.range.map(ColumnCheck::Range),
                    entry.relationships.map(ColumnCheck::Relationships),
                ];
                single(found.into_iter().flatten().collect())
            }
        }

        deserializer.deserialize_any(CheckVisitor)
    }
}

impl<'de> Deserialize<'de> for ModelCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = ModelCheckEntry::deserialize(deserializer)?;
        let found = [entry.row_count.map(ModelCheck::RowCount), entry.expression.map(ModelCheck::Expression)];
        single(found.into_iter().flatten().collect())
    }
}

impl JsonSchema for ColumnCheck {
    fn schema_name() -> Cow<'static, str> {
        "ColumnCheck".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = generator.subschema_for::<ColumnCheckEntry>();
        schemars::json_schema!({ "anyOf": [{ "enum": ["not_null", "unique"] }, entry] })
    }
}

impl JsonSchema for ModelCheck {
    fn schema_name() -> Cow<'static, str> {
        "ModelCheck".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ModelCheckEntry::json_schema(generator)
    }
}
