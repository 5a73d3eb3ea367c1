//! Reads a tree into a struct: a serde deserializer whose errors know their place.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use super::{Key, Node, Place, Plain, Value};
use crate::config::located::LOCATED;

/// Name under which a scalar is asked for as it is written.
pub(in crate::config) const RAW: &str = "$lojal::Raw";

/// Name under which a value is asked for that may be a list.
pub(in crate::config) const ONE_OR_LIST: &str = "$lojal::OneOrList";

const LOCATED_FIELDS: [&str; 5] = ["file", "line", "column", "length", "value"];

/// Why a tree cannot be read.
#[derive(Debug, Clone)]
pub struct ReadError {
    /// Where; `None` until the error has left its value.
    pub place: Option<Place>,
    /// What is wrong.
    pub kind: ReadErrorKind,
}

/// What is wrong with a value.
#[derive(Debug, Clone)]
pub enum ReadErrorKind {
    /// A key that the block does not have.
    UnknownKey { key: String, expected: &'static [&'static str] },
    /// A word that is not one of the choices.
    UnknownChoice { choice: String, expected: &'static [&'static str] },
    /// A key that the block must have.
    MissingKey { key: &'static str },
    /// A value of another kind.
    WrongKind { expected: String, found: String },
    /// Anything else, in a sentence.
    Other(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for ReadError {}

impl From<ReadErrorKind> for ReadError {
    fn from(kind: ReadErrorKind) -> Self {
        Self { place: None, kind }
    }
}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ReadErrorKind::Other(message.to_string()).into()
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        ReadErrorKind::WrongKind { expected: expected.to_string(), found: found.to_string() }.into()
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        ReadErrorKind::WrongKind { expected: expected.to_string(), found: found.to_string() }.into()
    }

    fn unknown_variant(choice: &str, expected: &'static [&'static str]) -> Self {
        ReadErrorKind::UnknownChoice { choice: choice.to_owned(), expected }.into()
    }

    fn unknown_field(key: &str, expected: &'static [&'static str]) -> Self {
        ReadErrorKind::UnknownKey { key: key.to_owned(), expected }.into()
    }

    fn missing_field(key: &'static str) -> Self {
        ReadErrorKind::MissingKey { key }.into()
    }
}

fn placed<T>(result: Result<T, ReadError>, place: Place) -> Result<T, ReadError> {
    result.map_err(|error| ReadError { place: error.place.or(Some(place)), ..error })
}

fn wrong<T>(expected: &str, node: &Node) -> Result<T, ReadError> {
    let found = match &node.value {
        Value::Null => "null".to_owned(),
        Value::Plain(_, text) => format!("`{text}`"),
        Value::Text(text) => format!("`{}`", text.escape_debug()),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "keys with values".to_owned(),
    };
    placed(Err(ReadErrorKind::WrongKind { expected: expected.to_owned(), found }.into()), node.place)
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let result = match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Plain(Plain::Bool(value), _) => visitor.visit_bool(*value),
            Value::Plain(Plain::Int(value), _) => visitor.visit_i64(*value),
            Value::Plain(Plain::Large(value), _) => visitor.visit_u64(*value),
            Value::Plain(Plain::Float(value), _) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => list(items, visitor),
            Value::Map(entries) => visitor.visit_map(Entries { rest: entries.iter(), value: None }),
        };
        placed(result, self.place)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.value {
            Value::Plain(Plain::Bool(value), _) => placed(visitor.visit_bool(*value), self.place),
            _ => wrong("true or false", self),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.text() {
            Some(text) => placed(visitor.visit_borrowed_str(text), self.place),
            None => wrong("a text", self),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let mut letters = self.text().unwrap_or_default().chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => placed(visitor.visit_char(letter), self.place),
            _ => wrong("one character", self),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match (name, &self.value) {
            (ONE_OR_LIST, Value::List(items)) => placed(list(items, visitor), self.place),
            (RAW, Value::List(_) | Value::Map(_)) => wrong("a text, a number, true, false or null", self),
            (RAW, _) => match self.text() {
                Some(text) => visitor.visit_borrowed_str(text),
                None => visitor.visit_unit(),
            },
            _ => placed(visitor.visit_newtype_struct(self), self.place),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match (name, &self.value) {
            (LOCATED, _) => visitor.visit_map(InPlace::of(self.place, Content::Node(self))),
            (_, Value::Map(_)) => self.deserialize_any(visitor),
            _ => wrong("keys with values (`key: value`)", self),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.value {
            Value::Map(_) => self.deserialize_any(visitor),
            _ => wrong("keys with values (`key: value`)", self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.value {
            Value::List(_) => self.deserialize_any(visitor),
            _ => wrong("a list (`- item` or `[a, b]`)", self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let result = match &self.value {
            Value::Map(entries) => match entries.as_slice() {
                [(key, value)] => {
                    visitor.visit_enum(Choice { text: &key.text, place: key.place, content: Some(value) })
                }
                _ => return wrong("one key, the choice", self),
            },
            _ => match self.text() {
                Some(text) => visitor.visit_enum(Choice { text, place: self.place, content: None }),
                None => return wrong("one of the choices", self),
            },
        };
        placed(result, self.place)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

/// Reads a list. An element that the reader does not take is an error, not left out.
fn list<'de, V: Visitor<'de>>(items: &'de [Node], visitor: V) -> Result<V::Value, ReadError> {
    let mut rest = Items(items.iter());
    let value = visitor.visit_seq(&mut rest)?;
    match rest.0.next() {
        Some(more) => wrong("the end of the list", more),
        None => Ok(value),
    }
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        self.0.next().map(|node| placed(seed.deserialize(node), node.place)).transpose()
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, (Key, Node)>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        placed(seed.deserialize(key), key.place).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        match self.value.take() {
            Some(node) => placed(seed.deserialize(node), node.place),
            None => Err(de::Error::custom("a value was read before its key")),
        }
    }
}

impl<'de> Deserializer<'de> for &'de Key {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        placed(visitor.visit_borrowed_str(&self.text), self.place)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match name {
            LOCATED => visitor.visit_map(InPlace::of(self.place, Content::Key(&self.text))),
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

enum Content<'de> {
    Node(&'de Node),
    Key(&'de str),
}

/// A value with its place, as the fields of `Located`.
struct InPlace<'de> {
    place: Place,
    content: Content<'de>,
    next: usize,
}

impl<'de> InPlace<'de> {
    fn of(place: Place, content: Content<'de>) -> Self {
        Self { place, content, next: 0 }
    }
}

impl<'de> MapAccess<'de> for InPlace<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some(field) = LOCATED_FIELDS.get(self.next) else { return Ok(None) };
        let field: StrDeserializer<'_, ReadError> = (*field).into_deserializer();
        seed.deserialize(field).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        self.next += 1;
        let number = match self.next {
            1 => usize::from(self.place.file.number()),
            2 => self.place.line,
            3 => self.place.column,
            4 => self.place.length,
            _ => {
                let value = match self.content {
                    Content::Node(node) => seed.deserialize(node),
                    Content::Key(text) => seed.deserialize(de::value::BorrowedStrDeserializer::new(text)),
                };
                return placed(value, self.place);
            }
        };
        seed.deserialize(number.into_deserializer())
    }
}

struct Choice<'de> {
    text: &'de str,
    place: Place,
    content: Option<&'de Node>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), ReadError> {
        let name: StrDeserializer<'_, ReadError> = self.text.into_deserializer();
        let variant = placed(seed.deserialize(name), self.place)?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        match self.content {
            None => Ok(()),
            Some(node) => wrong("the choice alone", node),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ReadError> {
        match self.content {
            Some(node) => placed(seed.deserialize(node), node.place),
            None => {
                let kind = ReadErrorKind::WrongKind {
                    expected: format!("`{}: {{ … }}`", self.text),
                    found: format!("`{}`", self.text),
                };
                placed(Err(kind.into()), self.place)
            }
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.newtype_variant_seed(std::marker::PhantomData::<de::IgnoredAny>)?;
        Err(de::Error::invalid_type(Unexpected::TupleVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, ReadError> {
        match self.content {
            Some(node) => node.deserialize_map(visitor),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &visitor)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Texts, tree_of};
    use crate::diagnostics::SourceText;

    #[test]
    fn an_element_that_is_not_read_is_an_error() {
        let read = |text: &str| {
            let (texts, id) = Texts::of(SourceText::new("p.yml", text.to_owned()));
            let tree = tree_of(&texts, id).unwrap();
            <(u32, u32) as serde::Deserialize>::deserialize(&tree)
                .map_err(|error| error.place.map(|place| place.column))
        };
        assert_eq!(read("[1, 2]"), Ok((1, 2)));
        assert_eq!(read("[1, 2, 3]"), Err(Some(8)));
    }
}
