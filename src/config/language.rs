//! A language file: what published tables and columns are called in one language, and what they mean.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Named;

/// The words of one language for a pipeline's published tables.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LanguageFile {
    /// Words by column name, for any table.
    #[serde(default)]
    pub columns: Named<Words>,
    /// Words by table; they take precedence over those by column name.
    #[serde(default)]
    pub tables: Named<TableWords>,
}

/// What something is called and what it means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Short name for people.
    pub label: Option<String>,
    /// What it means, with its unit.
    pub description: Option<String>,
}

/// The words for a table and its columns.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableWords {
    /// Short name for people.
    pub label: Option<String>,
    /// What one row is and what the table is for.
    pub description: Option<String>,
    /// The columns by name.
    #[serde(default)]
    pub columns: Named<Words>,
}
