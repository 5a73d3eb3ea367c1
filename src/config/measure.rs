//! How the numbers of a column may be summarised.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

/// What may be done with the numbers of a column over several rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Additivity {
    /// They add up.
    Sum,
    /// They add up over rows with the same values in these columns, such as the stock figures of one month.
    SumExcept(Vec<String>),
    /// They are means, weighted by this column of the same table.
    AverageBy(String),
    /// A summary of them means nothing.
    #[default]
    None,
}

impl Additivity {
    /// The other columns of the table that it needs.
    pub fn columns(&self) -> &[String] {
        match self {
            Self::SumExcept(columns) => columns,
            Self::AverageBy(column) => std::slice::from_ref(column),
            Self::Sum | Self::None => &[],
        }
    }
}

impl fmt::Display for Additivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum => f.write_str("sum"),
            Self::SumExcept(columns) => write!(f, "sum except {}", columns.join(", ")),
            Self::AverageBy(column) => write!(f, "average by {column}"),
            Self::None => f.write_str("none"),
        }
    }
}

impl FromStr for Additivity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match *text.split([' ', ',']).filter(|word| !word.is_empty()).collect::<Vec<_>>() {
            ["sum"] => Ok(Self::Sum),
            ["none"] => Ok(Self::None),
            ["sum", "except", ref columns @ ..] if !columns.is_empty() => {
                Ok(Self::SumExcept(columns.iter().map(|column| (*column).to_owned()).collect()))
            }
            ["average", "by", column] => Ok(Self::AverageBy(column.to_owned())),
            _ => Err(format!(
                "`{text}` is not an additivity: write sum, sum except <columns>, average by <column of weights>, or none"
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Additivity {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Additivity {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Additivity".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Whether the numbers add up over rows: `sum`, `sum except <columns>` (only over rows that \
                            have the same values in these columns), `average by <column of weights>`, or `none`.",
            "type": "string",
            "pattern": "^(sum|none|sum except [^ ]+(, [^ ]+)*|average by [^ ]+)$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in ["sum", "none", "sum except month", "sum except month, level", "average by responses"] {
            assert_eq!(text.parse::<Additivity>().unwrap().to_string(), text);
        }
        for text in ["", "sums", "sum except", "average", "average by a b"] {
            assert!(text.parse::<Additivity>().is_err(), "{text}");
        }
    }
}
