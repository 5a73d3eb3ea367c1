//! How the files of a source follow each other, and what is expected of the newest.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, Scalar, Share};

/// How files follow each other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryFile {
    /// What a file is to the ones before it.
    pub mode: DeliveryMode,
    /// Form (strftime) of the delivery's day as it stands in the file's name, such as %Y%m%d or %Y-%m-%d.
    pub date_in_name: Option<Located<String>>,
    /// Column that holds the day of the delivery, in place of the file's name.
    pub date_column: Option<Located<String>>,
    /// For upsert: column (int, date or timestamp) whose greatest value is the row's latest version; left out: the
    /// delivery's day.
    pub version: Option<Located<String>>,
    /// For upsert: how a row says that its key is gone.
    pub deleted: Option<DeletedFile>,
    /// A row that happened longer than this before its delivery's day is late: it is loaded, counted and named.
    pub late_after: Option<Located<Age>>,
}

/// What a file is to the ones before it.
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

/// How a row says that its key is gone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeletedFile {
    /// The column that says so.
    pub column: Located<String>,
    /// Its values that mean deleted. In such a row only key, version and this column are judged.
    pub values: Vec<Located<Scalar>>,
}

/// How old the newest data may be on the as-of day: from the newest event, or the newest delivery where there is no
/// event time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreshnessFile {
    /// Older data are told, such as `2 days`.
    pub warn_after: Option<Located<Age>>,
    /// Older data fail the run.
    pub error_after: Option<Located<Age>>,
}

/// How far the newest delivery's number of rows may be from the median of the earlier ones.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeFile {
    /// A greater change, up or down, is told, such as `50%`.
    pub warn_change: Option<Located<Share>>,
    /// A greater change, up or down, fails the run.
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
            serde::de::Error::custom(format!("`{text}` is no span of time: write one such as 36 hours or 2 days"))
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
