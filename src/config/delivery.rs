//! How the files of a source follow each other, and the limits for the newest.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, Scalar, Share};

/// How files follow each other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryFile {
    /// How a file relates to the ones before it.
    pub mode: DeliveryMode,
    /// strftime format of the delivery's day in the file name, such as %Y%m%d or %Y-%m-%d.
    pub date_in_name: Option<Located<String>>,
    /// Column with the delivery's day, instead of the file name.
    pub date_column: Option<Located<String>>,
    /// For upsert: column (int, date or timestamp) whose largest value marks the latest version of a row [default:
    /// the delivery's day].
    pub version: Option<Located<String>>,
    /// For upsert: how a row marks its key as deleted.
    pub deleted: Option<DeletedFile>,
    /// A row whose event is older than this on its delivery's day is late: it is loaded, counted and reported.
    pub late_after: Option<Located<Age>>,
}

/// How a file relates to the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMode {
    /// The whole extract: only the newest delivery at or before the as-of day is read.
    Snapshot,
    /// More rows: every delivery is read.
    Append,
    /// New and changed rows by `key`: every delivery is read, the latest version of each key is loaded.
    Upsert,
}

/// How a row marks its key as deleted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeletedFile {
    /// The column that marks a deletion.
    pub column: Located<String>,
    /// Its values that mean deleted. In such a row only the key, the version and this column are validated.
    pub values: Vec<Located<Scalar>>,
}

/// How old the newest data may be on the as-of day, measured from the newest event, or from the newest delivery if
/// the source has no event time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreshnessFile {
    /// Data older than this cause a warning, such as `2 days`.
    pub warn_after: Option<Located<Age>>,
    /// Data older than this fail the run.
    pub error_after: Option<Located<Age>>,
}

/// How far the row count of the newest delivery may be from the median of the earlier ones.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeFile {
    /// A larger change, up or down, causes a warning, such as `50%`.
    pub warn_change: Option<Located<Share>>,
    /// A larger change, up or down, fails the run.
    pub error_change: Option<Located<Share>>,
}

/// A span of time such as `36 hours` or `2 days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age(pub Duration);

impl std::fmt::Display for Age {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        let (count, unit) = match seconds {
            _ if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
            _ if seconds.is_multiple_of(3600) => (seconds / 3600, "hour"),
            _ => return write!(f, "{}", humantime::format_duration(self.0)),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Scalar::deserialize(deserializer)?.to_string();
        humantime::parse_duration(&text).map(Self).map_err(|_| {
            serde::de::Error::custom(format!("`{text}` is not a time span: write one such as 36 hours or 2 days"))
        })
    }
}

impl JsonSchema for Age {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Age".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A span of time such as `36 hours` or `2 days`.",
            "type": "string",
            "pattern": "^[0-9]+ *[a-z]+( *[0-9]+ *[a-z]+)*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_time_has_a_unit() {
        let age = |text: &str| serde_yaml::from_str::<Age>(text).map(|age| age.to_string());
        assert_eq!(age("2 days").unwrap(), "2 days");
        assert_eq!(age("36h").unwrap(), "36 hours");
        assert_eq!(age("90 min").unwrap(), "1h 30m");
        assert!(age("2").is_err());
        assert!(age("soon").is_err());
    }
}
