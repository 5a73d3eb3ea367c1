//! How dates and times are written: the century of years of two digits, fractions of a second, names of months, and
//! what becomes of values outside their bounds.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::Located;

/// The century of a year of two digits.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TwoDigitYears {
    /// The latest year in which the day is not after the as-of day: for days of birth and other days of the past.
    Past,
    /// The first two digits that mean the last century: with 30, the years 30 to 99 are 1930 to 1999, and 00 to 29 are
    /// 2000 to 2029.
    Pivot(Located<u32>),
}

/// What to do with a fraction of a second that is finer than a microsecond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fractions {
    /// The digits beyond are cut off; such cells are counted.
    #[default]
    Truncate,
    /// The row is rejected, unless the digits are zeros.
    Reject,
}

/// A language whose names of months and weekdays are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MonthLanguage {
    /// Swedish.
    Sv,
    /// Norwegian, Bokmål.
    Nb,
    /// Danish.
    Da,
    /// Finnish.
    Fi,
    /// German.
    De,
    /// English.
    En,
}

/// What to do with a value outside the column's bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OutOfRange {
    /// The row is rejected.
    #[default]
    Reject,
    /// The cell is loaded as empty; such cells are counted and the first is named.
    Null,
}

impl<'de> Deserialize<'de> for OutOfRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;

        impl Visitor<'_> for Word {
            type Value = OutOfRange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("reject or null")
            }

            // The word null without quotes.
            fn visit_unit<E>(self) -> Result<OutOfRange, E> {
                Ok(OutOfRange::Null)
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<OutOfRange, E> {
                match word {
                    "reject" => Ok(OutOfRange::Reject),
                    "null" => Ok(OutOfRange::Null),
                    _ => Err(E::custom(format!("`{word}` is neither reject nor null"))),
                }
            }
        }

        deserializer.deserialize_any(Word)
    }
}

impl JsonSchema for OutOfRange {
    fn schema_name() -> Cow<'static, str> {
        "OutOfRange".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "What to do with a value outside the column's bounds: `reject` the row, or load the cell as \
                            empty (`null`).",
            "enum": ["reject", "null", null]
        })
    }
}
