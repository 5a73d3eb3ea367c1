//! How the files of a source are compressed: by a word, or for zip archives also with the members to read.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::Located;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all, regardless of the file name.
    None,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// A zip archive; each of its members is a file.
    Zip,
}

/// How files are compressed.
#[derive(Debug, Clone)]
pub struct CompressionFile {
    /// The compression.
    pub kind: Compression,
    /// Glob of the members of a zip archive that are read.
    pub members: Option<Located<String>>,
}

/// Which members of a zip archive are read.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZipFile {
    /// Glob on the names of the members, such as "*.csv" [default: all members].
    pub members: Option<Located<String>>,
}

impl<'de> Deserialize<'de> for CompressionFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrZip;

        impl<'de> Visitor<'de> for WordOrZip {
            type Value = CompressionFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("none, gzip, zstd, bzip2, xz, zip or { zip: { members: … } }")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<CompressionFile, E> {
                let word: StrDeserializer<'_, E> = word.into_deserializer();
                Ok(CompressionFile { kind: Compression::deserialize(word)?, members: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<CompressionFile, A::Error> {
                match fields.next_entry::<String, ZipFile>()? {
                    Some((key, zip)) if key == "zip" => {
                        Ok(CompressionFile { kind: Compression::Zip, members: zip.members })
                    }
                    _ => Err(serde::de::Error::invalid_value(serde::de::Unexpected::Map, &self)),
                }
            }
        }

        deserializer.deserialize_any(WordOrZip)
    }
}

impl JsonSchema for CompressionFile {
    fn schema_name() -> Cow<'static, str> {
        "CompressionFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<Compression>();
        let zip = generator.subschema_for::<ZipFile>();
        json_schema!({
            "description": "How files are compressed.",
            "anyOf": [
                word,
                { "type": "object", "properties": { "zip": zip }, "required": ["zip"], "additionalProperties": false },
            ]
        })
    }
}
