//! A language in which the catalog shows what is published.

use std::collections::BTreeMap;

use crate::config::Words;
use crate::diagnostics::SourceText;

/// The words of a language, checked.
#[derive(Debug, Clone)]
pub struct Language {
    /// BCP 47 code.
    pub code: String,
    /// The files, for the run's fingerprint.
    pub texts: Vec<SourceText>,
    pub(super) words: BTreeMap<(String, Option<String>), Words>,
}

impl Language {
    /// The words for a table, or a column of it; empty if the file has none.
    pub fn words(&self, table: &str, column: Option<&str>) -> Words {
        self.words.get(&(table.to_owned(), column.map(str::to_owned))).cloned().unwrap_or_default()
    }
}
