//! Scalars that keep their kind.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Visitor};

/// A YAML scalar that is not forced into one type: a var, a bound, an accepted value.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, as its shortest exact decimal text.
    Decimal(String),
    /// Anything else.
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Decimal(value) | Self::Text(value) => f.write_str(value),
        }
    }
}

impl Scalar {
    /// Reads a command-line value the way YAML would.
    pub fn from_argument(text: &str) -> Self {
        if let Ok(value) = text.parse::<i64>() {
            return Self::Int(value);
        }
        if let Ok(value) = text.parse::<bool>() {
            return Self::Bool(value);
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_decimal = digits.split_once('.').is_some_and(|(whole, fraction)| {
            let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            all_digits(whole) && all_digits(fraction)
        });
        if is_decimal { Self::Decimal(text.to_owned()) } else { Self::Text(text.to_owned()) }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;

        impl Visitor<'_> for ScalarVisitor {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true or false")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar::Int(value))
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Scalar, E> {
                i64::try_from(value).map(Scalar::Int).map_err(|_| E::custom("whole number too large for 64 bits"))
            }

            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Scalar, E> {
                if value.is_finite() {
                    Ok(Scalar::Decimal(format!("{value:?}")))
                } else {
                    Err(E::custom("a number must be finite"))
                }
            }

            fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(value.to_owned()))
            }
        }

        deserializer.deserialize_any(ScalarVisitor)
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "A text, a whole number, a decimal number (kept exactly), true or false.",
            "type": ["string", "integer", "number", "boolean"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_read_as_yaml_would() {
        assert_eq!(Scalar::from_argument("12"), Scalar::Int(12));
        assert_eq!(Scalar::from_argument("11.350"), Scalar::Decimal("11.350".to_owned()));
        assert_eq!(Scalar::from_argument("true"), Scalar::Bool(true));
        assert_eq!(Scalar::from_argument("1.2.3"), Scalar::Text("1.2.3".to_owned()));
        assert_eq!(Scalar::from_argument("data/s10"), Scalar::Text("data/s10".to_owned()));
    }
}
