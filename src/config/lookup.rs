//! The `lookups` block: small tables written in the pipeline file, each cell with the place it was written at.
//!
//! What a cell means depends on the type of its column, so its text is kept as it was written and read in `plan`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::Located;
use super::pipeline::Named;

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
    /// Columns that identify a row: no cell of them is null, and the table is sorted by them.
    pub key: Vec<Located<String>>,
    /// Several rows may fit one key: the first of them wins. Without it a key given twice is an error.
    #[serde(default)]
    pub first_match: bool,
    /// All values of key columns: a row has none but these, and every combination of them must have a row.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Vec<CellValue>>")]
    pub complete: Named<Vec<CellValue>>,
    /// The rows, each a map from column to cell. A column left out is null; a list in a key column stands for one row
    /// per value. `[]` is an empty table.
    #[schemars(with = "Vec<IndexMap<String, Cell>>")]
    pub rows: Vec<Located<Named<Cell>>>,
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

/// A cell: one value, or a list that stands for one row per value.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The values; one where `is_list` is not set.
    pub values: Vec<CellValue>,
    /// Whether it was written as a list.
    pub is_list: bool,
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
}

/// A value as it was written.
#[derive(Debug, Clone)]
pub struct CellValue {
    /// What YAML makes of it.
    kind: Kind,
    /// Where its text stands in the file, in bytes.
    bytes: Range<usize>,
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
    /// Length in characters.
    pub length: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Null,
    Text(String),
    /// A number, true or false, in YAML's own spelling of it.
    Typed(String),
}

impl CellValue {
    /// The value's text as the pipeline file `text` has it (`01` is not `1`); `None` for null.
    pub fn written<'a>(&'a self, text: &'a str) -> Option<Cow<'a, str>> {
        match &self.kind {
            Kind::Null => None,
            Kind::Text(value) => Some(Cow::Borrowed(value)),
            // An anchor or a tag may stand before the value: then what YAML made of it must do.
            Kind::Typed(value) => Some(Cow::Borrowed(match text.get(self.bytes.clone()) {
                Some(token) if !token.is_empty() && token.chars().all(is_of_a_number) => token,
                _ => value,
            })),
        }
    }
}

fn is_of_a_number(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+' | '_')
}

enum Shape {
    One(Kind),
    List(Vec<CellValue>),
}

struct ShapeVisitor {
    lists: bool,
}

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true, false or null")?;
        if self.lists { f.write_str(", or a list of such values") } else { Ok(()) }
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::One(Kind::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Shape, E> {
        Ok(Shape::One(Kind::Typed(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Shape, E> {
        Ok(Shape::One(Kind::Typed(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Shape, E> {
        Ok(Shape::One(Kind::Typed(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Shape, E> {
        Ok(Shape::One(Kind::Typed(format!("{value:?}"))))
    }

    fn visit_str<E>(self, value: &str) -> Result<Shape, E> {
        Ok(Shape::One(Kind::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        if !self.lists {
            return Err(serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        }
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Shape::List(values))
    }
}

struct OneOrList(Shape);

impl<'de> Deserialize<'de> for OneOrList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor { lists: true }).map(Self)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(ShapeVisitor { lists: false })? {
            Shape::One(kind) => Ok(kind),
            Shape::List(_) => Err(serde::de::Error::custom("a list cannot stand here")),
        }
    }
}

fn value(kind: Kind, referenced: serde_yaml::Location, defined: serde_yaml::Location) -> CellValue {
    let number = |value: u64| usize::try_from(value).unwrap_or(0);
    let start = number(defined.span().byte_offset().unwrap_or(0));
    CellValue {
        kind,
        bytes: start..start + number(defined.span().byte_len().unwrap_or(0)),
        line: number(referenced.line()),
        column: number(referenced.column()),
        length: number(referenced.span().len()).max(1),
    }
}

impl<'de> Deserialize<'de> for CellValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_yaml::Spanned::<Kind>::deserialize(deserializer)?;
        Ok(value(spanned.value, spanned.referenced, spanned.defined))
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_yaml::Spanned::<OneOrList>::deserialize(deserializer)?;
        let line = usize::try_from(spanned.referenced.line()).unwrap_or(0);
        let column = usize::try_from(spanned.referenced.column()).unwrap_or(0);
        Ok(match spanned.value.0 {
            Shape::List(values) => Self { values, is_list: true, line, column },
            Shape::One(kind) => {
                let only = value(kind, spanned.referenced, spanned.defined);
                Self { values: vec![only], is_list: false, line, column }
            }
        })
    }
}

impl JsonSchema for CellValue {
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
            "description": "A value, or in a key column a list that stands for one row per value.",
            "anyOf": [value, { "type": "array", "items": value, "minItems": 1 }]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> IndexMap<String, Cell> {
        serde_yaml::from_str(text).unwrap()
    }

    fn written(cell: &Cell, text: &str) -> Vec<Option<String>> {
        cell.values.iter().map(|value| value.written(text).map(Cow::into_owned)).collect()
    }

    #[test]
    fn a_cell_keeps_its_spelling_and_its_place() {
        let text =
            "ö: x\na: 01\nb: 12345678901234567.89\nc: [yes, 2025-01-31, \"07\", null]\nd:\ne: ~\nf: &n 5\ng: *n\n";
        let cells = cells(text);
        let of = |name: &str| written(&cells[name], text);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of("a"), [some("01")]);
        assert_eq!(of("b"), [some("12345678901234567.89")]);
        assert_eq!(of("c"), [some("yes"), some("2025-01-31"), some("07"), None]);
        assert_eq!([of("d"), of("e")], [[None], [None]]);
        assert_eq!([of("f"), of("g")], [[some("5")], [some("5")]]);
        assert_eq!((cells["c"].line, cells["c"].column, cells["c"].is_list), (4, 4, true));
        let day = &cells["c"].values[1];
        assert_eq!((day.line, day.column, day.length), (4, 10, 10));
    }

    #[test]
    fn a_cell_is_no_map_and_no_list_of_lists() {
        assert!(serde_yaml::from_str::<IndexMap<String, Cell>>("a: { b: 1 }\n").is_err());
        assert!(serde_yaml::from_str::<IndexMap<String, Cell>>("a: [[1]]\n").is_err());
    }
}
