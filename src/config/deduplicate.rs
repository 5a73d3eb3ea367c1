//! The key `deduplicate` of a source: which of several equal rows are loaded.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::Scalar;

/// Which of several equal rows are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deduplicate {
    /// As many as the delivery has that has most of them.
    ByDelivery,
    /// One.
    All,
    /// All of them.
    Nothing,
}

impl fmt::Display for Deduplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByDelivery => "by_delivery",
            Self::All => "all",
            Self::Nothing => "false",
        })
    }
}

impl FromStr for Deduplicate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "by_delivery" => Ok(Self::ByDelivery),
            "all" | "true" => Ok(Self::All),
            "false" => Ok(Self::Nothing),
            other => Err(format!("`{other}` is not one of by_delivery, all, false")),
        }
    }
}

impl<'de> Deserialize<'de> for Deduplicate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer)?.to_string().parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Deduplicate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Deduplicate".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`by_delivery`: a row counts as often as the delivery has it that has it most often; `all` (or \
                            true): once; `false`: every time.",
            "enum": ["by_delivery", "all", true, false]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in ["by_delivery", "all", "false"] {
            assert_eq!(text.parse::<Deduplicate>().unwrap().to_string(), text);
        }
        assert_eq!("true".parse(), Ok(Deduplicate::All));
        assert!("once".parse::<Deduplicate>().unwrap_err().contains("by_delivery"));
    }
}
