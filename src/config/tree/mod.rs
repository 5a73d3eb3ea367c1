//! A YAML file as a tree whose every key and value knows its file, line and column.
//!
//! Files of a project are merged as trees (`merge`) and only then read into the structs of the pipeline file (`read`), so
//! that a struct is written once and a mistake in any file has its own place.

mod gather;
mod merge;
mod read;

use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

pub(crate) use gather::read_whole;
pub use gather::{parse, parse_language, tree_of};
pub use merge::{Merged, over};
pub(super) use read::{ONE_OR_LIST, RAW};

use super::FileId;
use crate::diagnostics::SourceText;

/// Where a key or value is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its file.
    pub file: FileId,
    /// 1-based line; 0 if it does not come from a file.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
    /// Length in characters, at least 1.
    pub length: usize,
}

/// A value of a YAML file.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is written.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its text.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// What a YAML value is.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// A plain number, true or false, with its spelling (`01` is not `1`).
    Plain(Plain, String),
    /// Any other scalar.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the file's order.
    Map(Vec<(Key, Node)>),
}

/// A plain scalar that YAML does not take for text.
#[derive(Debug, Clone, Copy)]
pub enum Plain {
    /// true or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above the range of `i64`.
    Large(u64),
    /// A number with a fraction or an exponent.
    Float(f64),
}

impl Node {
    /// The entry of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(found, _)| found.text == key).map(|(_, node)| node)
    }

    /// The entries of a mapping; empty for any other value.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; empty for any other value.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar as it is written; `None` for null, a list or a mapping.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Plain(_, text) | Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An empty mapping that does not come from a file.
    pub fn nothing() -> Self {
        Self { place: Place::default(), value: Value::Map(Vec::new()) }
    }
}

/// A node without its file, as serde reads it.
struct Raw {
    location: Span,
    value: RawValue,
}

#[derive(Clone)]
struct Span {
    line: usize,
    column: usize,
    length: usize,
    /// Bytes of the text where the value is defined, which may be an anchor elsewhere.
    bytes: Range<usize>,
}

enum RawValue {
    Null,
    Plain(Plain),
    Text(String),
    List(Vec<Raw>),
    Map(Vec<(Raw, Raw)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_yaml::Spanned::<RawValue>::deserialize(deserializer)?;
        let number = |value: u64| usize::try_from(value).unwrap_or(0);
        let defined = spanned.defined.span();
        let start = number(defined.byte_offset().unwrap_or(0));
        let location = Span {
            line: number(spanned.referenced.line()),
            column: number(spanned.referenced.column()),
            length: number(spanned.referenced.span().len()).max(1),
            bytes: start..start + number(defined.byte_len().unwrap_or(0)),
        };
        Ok(Self { location, value: spanned.value })
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text, a number, true, false, null, a list or keys with values")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_none<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<RawValue, E> {
        Ok(RawValue::Plain(Plain::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RawValue, E> {
        Ok(RawValue::Plain(Plain::Int(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RawValue, E> {
        Ok(RawValue::Plain(i64::try_from(value).map_or(Plain::Large(value), Plain::Int)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<RawValue, E> {
        Ok(RawValue::Plain(Plain::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<RawValue, E> {
        Ok(RawValue::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(RawValue::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawValue, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(RawValue::Map(entries))
    }
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

impl Raw {
    fn node(self, file: FileId, text: &str) -> Node {
        let place = place(&self.location, file);
        let value = match self.value {
            RawValue::Null => Value::Null,
            RawValue::Plain(plain) => match (plain, spelling(plain, &self.location, text)) {
                // `NO` is Norway: only true and false are truth values, not the other words that YAML 1.1 had.
                (Plain::Bool(_), word) if !matches!(word.to_lowercase().as_str(), "true" | "false") => {
                    Value::Text(word)
                }
                (plain, word) => Value::Plain(plain, word),
            },
            RawValue::Text(value) => Value::Text(value),
            RawValue::List(items) => Value::List(items.into_iter().map(|item| item.node(file, text)).collect()),
            RawValue::Map(entries) => {
                let entry = |(key, value): (Self, Self)| (key.key(file, text), value.node(file, text));
                Value::Map(entries.into_iter().map(entry).collect())
            }
        };
        Node { place, value }
    }

    fn key(self, file: FileId, text: &str) -> Key {
        let place = place(&self.location, file);
        let node = self.node(file, text);
        let text = node.text().map_or_else(|| "null".to_owned(), str::to_owned);
        Key { place: Place { length: text.chars().count().max(1), ..place }, text }
    }
}

fn place(span: &Span, file: FileId) -> Place {
    Place { file, line: span.line, column: span.column, length: span.length }
}

/// A plain scalar as written. An anchor or a tag may be written before the value: then YAML's own spelling is used.
fn spelling(plain: Plain, span: &Span, text: &str) -> String {
    let is_of_a_number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
    match text.get(span.bytes.clone()) {
        Some(token) if !token.is_empty() && token.chars().all(is_of_a_number) => token.to_owned(),
        _ => match plain {
            Plain::Bool(value) => value.to_string(),
            Plain::Int(value) => value.to_string(),
            Plain::Large(value) => value.to_string(),
            Plain::Float(value) => format!("{value:?}"),
        },
    }
}

/// Reads a text as a tree. A text without content is an empty mapping.
fn read_tree(source: &SourceText, file: FileId) -> Result<Node, Box<serde_yaml::Error>> {
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if source.text.trim_start_matches('\u{feff}').lines().all(is_blank) {
        return Ok(Node::nothing());
    }
    let raw: Raw = serde_yaml::from_str(&source.text).map_err(Box::new)?;
    Ok(raw.node(file, &source.text))
}
