//! What a golden record consists of, and the columns of its tables.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::config::Take;
use crate::functions::{names_nobody, says_nothing};

/// Optional date of the records model: when the record was last updated.
pub const UPDATED_ON: &str = "updated_on";
const CUSTOMER_KEY: &str = "customer_key";
const ATTRIBUTE: &str = "attribute";

/// A table of the golden record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoldenTable {
    /// The values that count, a row per person.
    Records,
    /// Where they come from, a row per person and known attribute.
    Origins,
}

impl GoldenTable {
    /// The columns by which its rows are sorted.
    pub fn order(self) -> &'static [&'static str] {
        match self {
            Self::Records => &[CUSTOMER_KEY],
            Self::Origins => &[CUSTOMER_KEY, ATTRIBUTE],
        }
    }
}

/// What a golden record consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenLayout {
    /// The attributes, in the order of the columns.
    pub attributes: Vec<Attribute>,
    /// Sources, the most trusted first.
    pub trusted: Vec<String>,
}

/// An attribute of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Column of the records.
    pub column: String,
    /// Key of identity with the same column, whose function says which values are valid.
    pub key: Option<String>,
    /// Whether its values are names of persons.
    pub is_name: bool,
    /// Values of the company's own that say nothing, in lower case.
    pub placeholders: BTreeSet<String>,
    /// Which of the known values counts.
    pub take: Take,
    /// The number of its group: attributes whose values come from one record. They follow each other.
    pub group: Option<usize>,
    /// The type of its values; text until the records are planned.
    pub data_type: DataType,
}

impl Attribute {
    /// Whether a value says nothing: then it counts as empty. Only texts can, and those of a key are judged by its function.
    pub(super) fn is_empty(&self, value: &str) -> bool {
        let is_listed = !self.placeholders.is_empty() && self.placeholders.contains(&value.to_lowercase());
        is_listed || if self.is_name { names_nobody(value) } else { says_nothing(value) }
    }

    /// Whether its values may say nothing.
    pub(super) fn is_judged(&self) -> bool {
        self.key.is_none() && self.data_type.is_string()
    }
}

impl GoldenLayout {
    /// The columns of the golden record.
    pub fn schema(&self) -> SchemaRef {
        let key = Field::new(CUSTOMER_KEY, DataType::Utf8, false);
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|attribute| Field::new(&attribute.name, attribute.data_type.clone(), true));
        Arc::new(Schema::new(std::iter::once(key).chain(attributes).collect::<Vec<_>>()))
    }

    /// The attributes that are decided together: alone, or as a group.
    pub(super) fn decisions(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let first = self.attributes.get(start)?;
            let is_same = |other: &&Attribute| first.group.is_some() && other.group == first.group;
            let length = self.attributes[start..].iter().take_while(is_same).count().max(1);
            start += length;
            Some(start - length..start)
        })
    }
}

static ORIGINS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text(CUSTOMER_KEY),
        text(ATTRIBUTE),
        text("source"),
        text("source_id"),
        Field::new("since", DataType::Date32, true),
        text("take"),
        Field::new("candidates", DataType::Int64, false),
    ]))
});

/// Columns of the origins.
pub(super) fn origins_schema() -> SchemaRef {
    Arc::clone(&ORIGINS)
}
