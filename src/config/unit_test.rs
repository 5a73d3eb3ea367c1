//! Unit tests of SQL models: rows that a model is given, and the rows that it must make of them.
//!
//! They are in the file of a domain or in files of `sql/<domain>/tests/`. Only `lojal test` reads them.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::{Cell, Located, Named, Scalar};

/// The key under which tests are written.
pub const UNIT_TESTS: &str = "unit_tests";

/// A file of unit tests, `sql/<domain>/tests/<name>.yml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitTestsFile {
    /// The tests.
    pub unit_tests: Vec<UnitTestFile>,
}

/// A unit test of a model or of a SQL check.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitTestFile {
    /// Its name, unique in the project: what must hold.
    #[schemars(with = "String")]
    pub name: Located<String>,
    /// What it shows, if the name does not say it all.
    #[serde(default)]
    pub description: String,
    /// The model under test, or a check that is a SQL file.
    #[schemars(with = "String")]
    pub model: Located<String>,
    /// Models that run before it in the test. Any other table is given or empty.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub run: Vec<Located<String>>,
    /// The tables that it reads. Those that are left out are empty; lookups have the rows of the pipeline.
    #[serde(default)]
    pub given: Vec<GivenFile>,
    /// What holds in this test alone.
    #[serde(default)]
    pub overrides: OverridesFile,
    /// What must come out.
    pub expect: ExpectFile,
}

/// The rows of a table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenFile {
    /// The table by its plain name: a source, a model, a lookup, an earlier table.
    #[schemars(with = "String")]
    pub input: Located<String>,
    /// How the rows are written [default: `dict` for a list, the ending of a fixture's name].
    #[schemars(with = "Option<RowsFormat>")]
    pub format: Option<Located<RowsFormat>>,
    /// The rows, with only the columns that matter. The others are null. `[]` is an empty table.
    #[schemars(with = "Option<RowsFile>")]
    pub rows: Option<Located<RowsFile>>,
    /// A file with the rows instead, below the folder `tests/` of the domain.
    #[schemars(with = "Option<String>")]
    pub fixture: Option<Located<String>>,
}

/// The rows that must come out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectFile {
    /// A query over the tables of the test. Its rows are compared, not those of the model.
    #[schemars(with = "Option<String>")]
    pub query: Option<Located<String>>,
    /// How the rows are written [default: `dict` for a list, the ending of a fixture's name].
    #[schemars(with = "Option<RowsFormat>")]
    pub format: Option<Located<RowsFormat>>,
    /// The rows. Only the columns that they have are compared. `[]`: no row comes out.
    #[schemars(with = "Option<RowsFile>")]
    pub rows: Option<Located<RowsFile>>,
    /// A file with the rows instead, below the folder `tests/` of the domain.
    #[schemars(with = "Option<String>")]
    pub fixture: Option<Located<String>>,
    /// Whether the rows must come in this order [default: false].
    #[serde(default)]
    pub ordered: bool,
    /// How far a float may be from what is expected [default: 0].
    #[schemars(with = "Option<f64>")]
    pub tolerance: Option<Located<f64>>,
    /// The same for single columns.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, f64>")]
    pub tolerances: Named<Located<f64>>,
}

/// What holds in one test alone.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverridesFile {
    /// The as-of day. A test whose SQL reads `$as_of` or `$as_of_end` must set it.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Located<String>>,
    /// Values of vars, of the kind that the pipeline's have.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Scalar>")]
    pub vars: Named<Located<Scalar>>,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowsFormat {
    /// A list of rows, each a map from column to value.
    Dict,
    /// Comma-separated values with a header: nothing is null, `""` an empty text.
    Csv,
    /// A query. It may read the tables given before it.
    Sql,
}

/// Rows in the file.
#[derive(Debug, Clone)]
pub enum RowsFile {
    /// A list of rows.
    List(Vec<Located<Named<Located<Cell>>>>),
    /// CSV or SQL.
    Text(String),
}

impl<'de> Deserialize<'de> for RowsFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowsVisitor;

        impl<'de> Visitor<'de> for RowsVisitor {
            type Value = RowsFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of rows, or a text of CSV or SQL")
            }

            fn visit_str<E>(self, text: &str) -> Result<RowsFile, E> {
                Ok(RowsFile::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RowsFile, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = list.next_element()? {
                    rows.push(row);
                }
                Ok(RowsFile::List(rows))
            }
        }

        deserializer.deserialize_any(RowsVisitor)
    }
}

impl JsonSchema for RowsFile {
    fn schema_name() -> Cow<'static, str> {
        "Rows".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let row = generator.subschema_for::<IndexMap<String, Cell>>();
        schemars::json_schema!({
            "description": "A list of rows, each a map from column to value; or a text, with its `format`.",
            "anyOf": [{ "type": "array", "items": row }, { "type": "string" }]
        })
    }
}
