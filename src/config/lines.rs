//! Which lines of a text file are records: lines left out by their text, header lines, record types, short and long rows.

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

use super::{CheckSeverity, Located, Named, Scalar};

/// Lines that are not records, known by their text: titles, totals, footers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IgnoreLinesFile {
    /// Regular expression; a line that it matches is not a record. Write `^` for the start of the line.
    pub pattern: Located<String>,
    /// The most lines of a file that it may match; with more, the run fails [default: any number].
    pub max: Option<Located<u64>>,
}

/// The line after the last record of every file that states what the file should contain, known by its text.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TotalLineFile {
    /// Regular expression; the line that it matches is the total line. Its named groups, such as `(?<count>\d+)`, are
    /// what is compared.
    pub pattern: Located<String>,
    /// Group with the number of records of the file, rejected ones included [default: not compared].
    pub rows: Option<Located<String>>,
    /// Group with the file's sum of what `amount` of the source names [default: not compared].
    pub amount: Option<Located<String>>,
    /// Columns whose sum is compared, each with the group that states it.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, String>")]
    pub sums: Named<Located<String>>,
    /// Whether a file without the line fails the run: it may be cut off [default: true].
    #[serde(default = "required")]
    pub required: bool,
    /// What a difference does: `error` fails the run, `warn` only reports it [default: error].
    #[serde(default)]
    pub on_difference: CheckSeverity,
}

fn required() -> bool {
    true
}

/// Which of several header lines name the columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NamesFrom {
    /// The first one.
    #[default]
    First,
    /// The last one.
    Last,
    /// All of them, joined with a space; an empty cell of an upper line has the text to its left, as merged cells do.
    All,
}

/// How the type of a record is known in a CSV file with records of several types.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTypeFile {
    /// Column with the type: its number, counted from 1, or its name.
    pub column: Located<Scalar>,
    /// The type of this source's records.
    pub value: Located<Scalar>,
    /// The type of the records that name the columns, if they have one of their own. Such a record may come again with
    /// the same names.
    pub header: Option<Located<Scalar>>,
    /// Types that no source reads. A record of a type that is neither here nor read by a source of the same files is
    /// rejected.
    #[serde(default)]
    pub ignore: Vec<Located<Scalar>>,
}

/// How the type of a line is known in a file of fixed width with lines of several types.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineTypeFile {
    /// First character of the type, counted from 1.
    pub start: Located<u32>,
    /// Number of its characters.
    pub width: Located<u32>,
    /// The type of this source's lines.
    pub value: Located<Scalar>,
    /// Types that no source reads. A line of a type that is neither here nor read by a source of the same files is
    /// rejected.
    #[serde(default)]
    pub ignore: Vec<Located<Scalar>>,
}

/// What a row with fewer fields than columns is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MissingFields {
    /// A row that is rejected.
    #[default]
    Reject,
    /// A row whose last cells are empty.
    Null,
}

impl<'de> Deserialize<'de> for MissingFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;

        impl Visitor<'_> for Words {
            type Value = MissingFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null or reject")
            }

            fn visit_unit<E: serde::de::Error>(self) -> Result<MissingFields, E> {
                Ok(MissingFields::Null)
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<MissingFields, E> {
                match word {
                    "null" => Ok(MissingFields::Null),
                    "reject" => Ok(MissingFields::Reject),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }
        }

        deserializer.deserialize_any(Words)
    }
}

impl JsonSchema for MissingFields {
    fn schema_name() -> Cow<'static, str> {
        "MissingFields".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": [null, "null", "reject"] })
    }
}
