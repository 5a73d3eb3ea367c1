//! Bounds that are written as a share or a number of rows.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Scalar;

/// A bound on rejected rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxRejected {
    /// A share of the rows read, in parts per million so that it compares exactly.
    PartsPerMillion(u64),
    /// A number of rows.
    Rows(u64),
}

impl Default for MaxRejected {
    fn default() -> Self {
        Self::PartsPerMillion(10_000)
    }
}

impl MaxRejected {
    /// Whether `rejected` of `read` rows is within the bound.
    pub fn allows(self, rejected: u64, read: u64) -> bool {
        match self {
            Self::Rows(rows) => rejected <= rows,
            Self::PartsPerMillion(ppm) => u128::from(rejected) * 1_000_000 <= u128::from(read) * u128::from(ppm),
        }
    }
}

impl std::fmt::Display for MaxRejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(rows) => write!(f, "{rows} rows"),
            Self::PartsPerMillion(ppm) => Share(*ppm).fmt(f),
        }
    }
}

impl std::str::FromStr for MaxRejected {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is neither a share such as 1% nor a number of rows: write one of the two");
        match text.strip_suffix('%') {
            None => text.trim().parse().map(Self::Rows).map_err(|_| wrong()),
            Some(percent) => {
                let percent: f64 = percent.trim().parse().map_err(|_| wrong())?;
                if !(0.0..=100.0).contains(&percent) {
                    return Err(format!("`{text}` is not between 0% and 100%"));
                }
                // Bounded above by a million, so the cast is exact.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..=1,000,000")]
                Ok(Self::PartsPerMillion((percent * 10_000.0).round() as u64))
            }
        }
    }
}

impl<'de> Deserialize<'de> for MaxRejected {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer)?.to_string().parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for MaxRejected {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MaxRejected".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A share of the rows read (`1%`) or a number of rows.",
            "anyOf": [{ "type": "string", "pattern": "^[0-9.]+ *%$" }, { "type": "integer", "minimum": 0 }]
        })
    }
}

/// A share of something, in parts per million so that it compares exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(pub u64);

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        write!(f, "{} %", percent.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl std::str::FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a share: write one such as 50%");
        let percent: f64 = text.strip_suffix('%').ok_or_else(wrong)?.trim().parse().map_err(|_| wrong())?;
        if !(0.0..=100_000.0).contains(&percent) {
            return Err(wrong());
        }
        // Bounded above by a thousand million, so the cast is exact.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds")]
        Ok(Self((percent * 10_000.0).round() as u64))
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer)?.to_string().parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Share {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "description": "A share such as `50%`.", "type": "string", "pattern": "^[0-9.]+ *%$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_compared_exactly() {
        let one_percent: MaxRejected = "1%".parse().unwrap();
        assert!(one_percent.allows(10, 1000));
        assert!(!one_percent.allows(11, 1000));
        assert!(one_percent.allows(0, 0));
        assert_eq!(one_percent.to_string(), "1 %");
        assert_eq!("0.5%".parse::<MaxRejected>().unwrap().to_string(), "0.5 %");
    }

    #[test]
    fn a_bound_that_is_neither_share_nor_count_is_refused() {
        assert!("many".parse::<MaxRejected>().is_err());
        assert!("101%".parse::<MaxRejected>().is_err());
        assert_eq!("12".parse::<MaxRejected>().unwrap(), MaxRejected::Rows(12));
    }
}
