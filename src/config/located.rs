//! Values of a project's files that keep their place: file, line and column.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Name under which [`Located`] asks for a value with its place.
pub(super) const LOCATED: &str = "$lojal::Located";

/// Which of a project's files a value was written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u16);

impl FileId {
    pub(super) fn new(number: usize) -> Self {
        // A project of 65,535 YAML files would share the last identity; its mistakes would name the wrong file.
        Self(u16::try_from(number).unwrap_or(u16::MAX))
    }

    pub(super) fn number(self) -> u16 {
        self.0
    }
}

/// A map that keeps the order of the file and the place of each key.
pub type Named<T> = IndexMap<Located<String>, T>;

/// A value together with the file, line and column it was written at.
#[derive(Debug, Clone)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub file: FileId,
    /// 1-based line; 0 if the value does not come from a file.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
    /// Length in characters, as written.
    pub length: usize,
}

impl<T> Located<T> {
    /// A value that does not come from a file (a default, or a command-line override).
    pub fn nowhere(value: T) -> Self {
        Self { value, file: FileId::default(), line: 0, column: 0, length: 1 }
    }
}

impl<T> Located<T> {
    /// Where the value is written.
    pub fn place(&self) -> Located<()> {
        Located { value: (), file: self.file, line: self.line, column: self.column, length: self.length }
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}

impl<T: Hash> Hash for Located<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl std::borrow::Borrow<str> for Located<String> {
    fn borrow(&self) -> &str {
        &self.value
    }
}

// Only a tree knows places: asked for LOCATED, its deserializer yields the five fields in this order.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InPlace<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for InPlace<T> {
            type Value = Located<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value of a pipeline file")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Located<T>, A::Error> {
                let mut number =
                    || fields.next_entry::<String, usize>().map(|field| field.map_or(0, |(_, value)| value));
                let (file, line, column, length) = (FileId::new(number()?), number()?, number()?, number()?);
                match fields.next_entry::<String, T>()? {
                    Some((_, value)) => Ok(Located { value, file, line, column, length }),
                    None => Err(serde::de::Error::missing_field("value")),
                }
            }
        }

        deserializer.deserialize_struct(LOCATED, &[], InPlace(std::marker::PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
