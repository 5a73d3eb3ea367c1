//! The `id` block of a column: how identifiers that are written in several ways become one.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Located;

/// How ids are read. White space around an id and characters that show nothing never belong to it, and `1.0` is `1`;
/// the rest must be declared. The same applies to every column that refers to this one.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdFile {
    /// Zeros in front of an id of digits only.
    #[serde(default)]
    pub leading_zeros: LeadingZeros,
    /// Ids of digits only with fewer digits get zeros in front, up to this number of digits.
    pub digits: Option<Located<u8>>,
    /// Whether upper and lower case differ.
    #[serde(default)]
    pub letters: Letters,
    /// Ids are read exactly as the file has them, with all white space and `1.0` as it stands.
    #[serde(default)]
    pub as_written: bool,
}

/// What becomes of the zeros in front of an id of digits only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadingZeros {
    /// `007` and `7` are two ids.
    #[default]
    Keep,
    /// `007` is `7`.
    Drop,
}

/// What becomes of letters in ids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Letters {
    /// `a1` and `A1` are two ids.
    #[default]
    AsWritten,
    /// `a1` is `A1`.
    Upper,
    /// `A1` is `a1`.
    Lower,
}
