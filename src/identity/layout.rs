//! What a resolver is asked for: the rules that link records, and the columns that speak against a link.

use super::error::IdentityError;
use super::golden_layout::GoldenLayout;
use super::scoring::Scoring;

/// The most rules: each is one bit of a record's `u32`, one bit is that of overrides, and one that of scored links.
pub const MAX_RULES: usize = 30;
/// `matched_by` of a record that no rule links to another.
pub(super) const UNMATCHED: &str = "none";
/// Separates the names of rules in `matched_by`.
pub(super) const LABEL_SEPARATOR: char = '+';
/// What a decision of an analyst is called where rules are named.
pub const OVERRIDE: &str = "override";
/// Between the parts of a value of several keys.
pub const PARTS: char = '\u{1f}';
/// What a scored link is called there.
pub const SCORED: &str = "scored";

/// Records with an equal value are linked, unless too many have it.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name in `matched_by` and in the tables of links.
    pub name: String,
    /// Its values: a number of [`Layout::columns`].
    pub column: usize,
    /// A value that more records have links nobody if their names differ, too.
    pub max_records: Option<u32>,
    /// How many names the records of such a value may have together; records without a name count as one each.
    pub max_names: Option<u32>,
}

/// A key of which a person has only one value.
#[derive(Debug, Clone)]
pub struct StrongKey {
    /// Its name.
    pub name: String,
    /// Its values: a number of [`Layout::columns`].
    pub column: usize,
}

/// A key by which a request may name a person.
#[derive(Debug, Clone)]
pub struct RequestKey {
    /// Its name.
    pub name: String,
    /// Its values: a number of [`Layout::columns`].
    pub column: usize,
}

/// The text columns of the source records, and what each is for.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Names of the text columns.
    pub columns: Vec<String>,
    /// The rules, in the order in which they apply.
    pub rules: Vec<Rule>,
    /// Keys of which a person has one value.
    pub strong: Vec<StrongKey>,
    /// The column of names.
    pub name: Option<usize>,
    /// The column of birth dates.
    pub birth_date: Option<usize>,
    /// Keys by which erasure requests may name a person.
    pub requests: Vec<RequestKey>,
    /// Keys whose values may be not valid: after the texts come, for each, the value as written and why it is not, both
    /// null if it is.
    pub rejected: Vec<String>,
    /// Which values of a person's records count: the last columns are the day of the record, and the attributes as text.
    pub golden: Option<GoldenLayout>,
    /// Scored matching after the rules.
    pub scored: Option<Scoring>,
}

impl Layout {
    /// Rules whose values are the columns themselves, without guards.
    #[cfg(test)]
    pub(super) fn of_keys(names: &[&str]) -> Self {
        let columns: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let rule =
            |(column, name): (usize, &String)| Rule { name: name.clone(), column, max_records: None, max_names: None };
        Self { rules: columns.iter().enumerate().map(rule).collect(), columns, ..Self::default() }
    }

    /// Checks the names of the rules.
    pub(super) fn check(&self) -> Result<(), IdentityError> {
        if self.rules.len() > MAX_RULES {
            return Err(IdentityError::TooManyRules { found: self.rules.len(), limit: MAX_RULES });
        }
        for (number, rule) in self.rules.iter().enumerate() {
            if !is_rule_name(&rule.name) {
                return Err(IdentityError::BadRuleName { name: rule.name.clone() });
            }
            if self.rules.iter().take(number).any(|earlier| earlier.name == rule.name) {
                return Err(IdentityError::RuleTwice { name: rule.name.clone() });
            }
        }
        Ok(())
    }
}

/// Whether a rule may have this name: `matched_by` joins names with `+`, and three words have a meaning of their own.
pub fn is_rule_name(name: &str) -> bool {
    !name.is_empty() && ![UNMATCHED, OVERRIDE, SCORED].contains(&name) && !name.contains(LABEL_SEPARATOR)
}
