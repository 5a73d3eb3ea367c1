//! The escape of a CSV file: a character, or the rules of the database that wrote the file.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

/// What makes the next character another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// This character makes the next one ordinary.
    Sign(char),
    /// A backslash, as `SELECT … INTO OUTFILE` of MySQL and MariaDB writes it.
    MySql,
    /// A backslash, as `COPY` of PostgreSQL writes it in its text format.
    PostgreSql,
}

impl Escape {
    /// The character.
    pub fn sign(self) -> char {
        match self {
            Self::Sign(sign) => sign,
            Self::MySql | Self::PostgreSql => '\\',
        }
    }

    /// Whether it is that of a database, with sequences for characters and NULL.
    pub fn is_table(self) -> bool {
        !matches!(self, Self::Sign(_))
    }
}

/// The rules of a database need no options.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoOptions {}

impl<'de> Deserialize<'de> for Escape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EscapeVisitor;

        impl<'de> Visitor<'de> for EscapeVisitor {
            type Value = Escape;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one character, `{ mysql: {} }` or `{ postgresql: {} }`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Escape, E> {
                let mut letters = text.chars();
                match (letters.next(), letters.next()) {
                    (Some(sign), None) => Ok(Escape::Sign(sign)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Escape, A::Error> {
                let database = map.next_key::<String>()?.unwrap_or_default();
                let escape = match database.as_str() {
                    "mysql" => Escape::MySql,
                    "postgresql" => Escape::PostgreSql,
                    other => return Err(A::Error::unknown_variant(other, &["mysql", "postgresql"])),
                };
                let NoOptions {} = map.next_value()?;
                match map.next_key::<String>()? {
                    None => Ok(escape),
                    Some(_) => Err(A::Error::custom("a file has one escape: name one database")),
                }
            }
        }

        deserializer.deserialize_any(EscapeVisitor)
    }
}

impl JsonSchema for Escape {
    fn schema_name() -> Cow<'static, str> {
        "Escape".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let none = serde_json::json!({ "type": "object", "additionalProperties": false });
        schemars::json_schema!({
            "description": "One ASCII character that makes the next one ordinary, or the rules of a database.",
            "anyOf": [
                { "type": "string", "minLength": 1, "maxLength": 1 },
                {
                    "type": "object",
                    "properties": { "mysql": none },
                    "required": ["mysql"],
                    "additionalProperties": false
                },
                {
                    "type": "object",
                    "properties": { "postgresql": none },
                    "required": ["postgresql"],
                    "additionalProperties": false
                }
            ]
        })
    }
}
