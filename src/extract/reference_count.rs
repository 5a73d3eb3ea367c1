//! What became of the references of a source, column by column.

use serde_json::{Value, json};

use super::decimal::Decimal;

/// The loaded rows of a source by what became of one of their references:
/// matched + unmatched + empty + unjudged = loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferenceCount {
    /// The column.
    pub column: String,
    /// The column that it refers to, as `source.column`.
    pub target: String,
    /// Rows whose value the other source has.
    pub matched: u64,
    /// Rows whose value it does not have.
    pub unmatched: u64,
    /// Rows without a value, or that delete their key.
    pub empty: u64,
    /// Rows with a value that was not compared, because the other extract is absent.
    pub unjudged: u64,
    /// Control total of the matched rows.
    pub amount_matched: Option<Decimal>,
    /// Control total of the unmatched rows.
    pub amount_unmatched: Option<Decimal>,
    /// The first different values that it does not have: file and line, and the value if messages may quote it.
    pub first: Vec<(String, Option<String>)>,
    /// Why so many find no partner, if that can be guessed.
    pub guess: Option<&'static str>,
}

impl ReferenceCount {
    /// Rows whose value was compared.
    pub fn compared(&self) -> u64 {
        self.matched + self.unmatched
    }

    /// Whether each of `loaded` rows was counted once.
    pub(super) fn balances(&self, loaded: u64) -> bool {
        self.matched + self.unmatched + self.empty + self.unjudged == loaded
    }

    /// For run_results.json.
    pub(super) fn to_json(&self) -> Value {
        let first = self.first.iter().map(|(place, value)| json!({ "place": place, "value": value }));
        json!({
            "column": self.column,
            "target": self.target,
            "rows_matched": self.matched,
            "rows_unmatched": self.unmatched,
            "rows_empty": self.empty,
            "rows_unjudged": self.unjudged,
            "first_unmatched": first.collect::<Vec<_>>(),
            "guess": self.guess,
        })
    }
}
