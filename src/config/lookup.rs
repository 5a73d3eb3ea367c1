//! The `lookups` block: small tables written in the pipeline file, each cell with the place it was written at.
//!
//! What a cell means depends on the type of its column, so its text is kept as it was written and read in `plan`.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::Located;
use super::Named;
use super::tree::{ONE_OR_LIST, RAW};

/// A small table written in the pipeline file, which SQL reads like any other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupFile {
    /// What one row is and what the table is for.
    #[serde(default)]
    pub description: String,
    /// The columns by name, each with its type.
    #[schemars(with = "IndexMap<String, LookupColumnFile>")]
    pub columns: Named<LookupColumnFile>,
    /// Columns that identify a row: their cells are never null, and the table is sorted by them.
    pub key: Vec<Located<String>>,
    /// Several rows may match one key, and the first wins [default: false, a key given twice is an error].
    #[serde(default)]
    pub first_match: bool,
    /// All values of key columns: rows may have only these, and every combination of them must have a row.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Vec<CellValue>>")]
    pub complete: Named<Vec<CellValue>>,
    /// In a file that extends another: rows of the base to remove, each identified by its cells.
    #[serde(default)]
    #[schemars(with = "Vec<IndexMap<String, Cell>>")]
    pub remove: Vec<Named<Located<Cell>>>,
    /// The rows, each a map from column to cell. An omitted column is null; a list in a key column means one row per
    /// value. `[]` is an empty table.
    #[schemars(with = "Vec<IndexMap<String, Cell>>")]
    pub rows: Vec<Located<Named<Located<Cell>>>>,
}

/// A column of a lookup.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupColumnFile {
    /// string, int, decimal(precision,scale), date, timestamp or bool.
    #[serde(rename = "type")]
    pub data_type: Located<String>,
    /// What the column means.
    #[serde(default)]
    pub description: String,
}

/// A cell: one value, or a list, which means one row per value.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The values; one where `is_list` is not set.
    pub values: Vec<CellValue>,
    /// Whether it was written as a list.
    pub is_list: bool,
}

/// A value as it is written; `None` for null.
pub type CellValue = Located<Written>;

/// The text of a scalar as written (`01` is not `1`); `None` for null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written(pub Option<String>);

impl Written {
    /// The text; `None` for null.
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WrittenVisitor;

        impl Visitor<'_> for WrittenVisitor {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true, false or null")
            }

            fn visit_unit<E>(self) -> Result<Written, E> {
                Ok(Written(None))
            }

            fn visit_str<E>(self, value: &str) -> Result<Written, E> {
                Ok(Written(Some(value.to_owned())))
            }
        }

        deserializer.deserialize_newtype_struct(RAW, WrittenVisitor)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CellVisitor;

        impl<'de> Visitor<'de> for CellVisitor {
            type Value = Cell;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true, false or null, or a list of such values")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Cell { values, is_list: true })
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, cell: D) -> Result<Cell, D::Error> {
                Ok(Cell { values: vec![CellValue::deserialize(cell)?], is_list: false })
            }
        }

        deserializer.deserialize_newtype_struct(ONE_OR_LIST, CellVisitor)
    }
}

impl JsonSchema for Written {
    fn schema_name() -> Cow<'static, str> {
        "CellValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "A text, a number (kept as it is written), true, false or null.",
            "type": ["string", "integer", "number", "boolean", "null"]
        })
    }
}

impl JsonSchema for Cell {
    fn schema_name() -> Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<CellValue>();
        schemars::json_schema!({
            "description": "A value; in a key column also a list, which means one row per value.",
            "anyOf": [value, { "type": "array", "items": value, "minItems": 1 }]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Texts, tree};
    use crate::diagnostics::SourceText;

    fn cells(text: &str) -> Result<IndexMap<String, Cell>, Vec<crate::diagnostics::Problem>> {
        let (texts, file) = Texts::of(SourceText::new("p.yml", text));
        tree::read_whole(&tree::tree_of(&texts, file)?, &texts)
    }

    #[test]
    fn a_cell_keeps_its_spelling_and_its_place() {
        let text =
            "ö: x\na: 01\nb: 12345678901234567.89\nc: [yes, 2025-01-31, \"07\", null]\nd:\ne: ~\nf: &n 5\ng: *n\n";
        let cells = cells(text).unwrap();
        let of = |name: &str| -> Vec<Option<&str>> { cells[name].values.iter().map(|value| value.text()).collect() };
        assert_eq!(of("a"), [Some("01")]);
        assert_eq!(of("b"), [Some("12345678901234567.89")]);
        assert_eq!(of("c"), [Some("yes"), Some("2025-01-31"), Some("07"), None]);
        assert_eq!([of("d"), of("e")], [[None], [None]]);
        assert_eq!([of("f"), of("g")], [[Some("5")], [Some("5")]]);
        assert!(cells["c"].is_list);
        let day = &cells["c"].values[1];
        assert_eq!((day.line, day.column, day.length), (4, 10, 10));
    }

    #[test]
    fn a_cell_is_neither_a_mapping_nor_a_list_of_lists() {
        assert!(cells("a: { b: 1 }\n").is_err());
        assert!(cells("a: [[1]]\n").is_err());
    }
}
