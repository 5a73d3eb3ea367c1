//! What comes out, for people and for programs. No value is whole.

use serde::Serialize;

/// The answer.
#[derive(Debug, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Why {
    /// Two records of one person.
    OnePerson(SamePerson),
    /// Two records of two persons, or of nobody.
    Apart(Apart),
    /// A person.
    Person(Person),
}

/// The chain of links that makes two records one person.
#[derive(Debug, Serialize)]
pub struct SamePerson {
    pub customer_key: String,
    /// The records on the way from one to the other.
    pub records: Vec<RecordShown>,
    /// The links between them, one fewer.
    pub chain: Vec<LinkShown>,
    /// What could not be found out.
    pub notes: Vec<String>,
}

/// What keeps two records apart.
#[derive(Debug, Serialize)]
pub struct Apart {
    /// The two.
    pub records: Vec<RecordShown>,
    /// Links between their persons that something spoke against.
    pub blocked: Vec<LinkShown>,
    /// Values that both persons have and that link nobody.
    pub stopped: Vec<Stopped>,
    /// Cases of the review that name one of the two.
    pub reviews: Vec<ReviewShown>,
    /// What could not be found out.
    pub notes: Vec<String>,
}

/// A person.
#[derive(Debug, Serialize)]
pub struct Person {
    pub customer_key: String,
    pub members: Vec<RecordShown>,
    pub links: Vec<LinkShown>,
    /// Links from or to its records that something spoke against.
    pub blocked: Vec<LinkShown>,
    /// Records that moved to the person or away.
    pub history: Vec<HistoryRow>,
    /// Where the values of the golden record come from.
    pub values: Vec<Origin>,
    /// What could not be found out.
    pub notes: Vec<String>,
}

/// A source record.
#[derive(Debug, Clone, Serialize)]
pub struct RecordShown {
    pub source: String,
    pub source_id: String,
    /// Its person; `None` if it belongs to nobody.
    pub customer_key: Option<String>,
    pub matched_by: String,
    /// File and line in the extracts as they are now, `FILE:LINE`.
    pub place: Option<String>,
    /// The values by which rules know it, masked.
    pub keys: Vec<KeyShown>,
    /// Values that are not valid, and why.
    pub rejects: Vec<KeyShown>,
}

impl RecordShown {
    /// How people write it.
    pub fn name(&self) -> String {
        format!("{}:{}", self.source, self.source_id)
    }
}

/// The value of a rule, masked, or the reason why a value of a key is not valid.
#[derive(Debug, Clone, Serialize)]
pub struct KeyShown {
    pub name: String,
    pub value: String,
}

/// A link between two records.
#[derive(Debug, Clone, Serialize)]
pub struct LinkShown {
    pub source: String,
    pub source_id: String,
    pub other_source: String,
    pub other_source_id: String,
    pub rule: String,
    /// Masked.
    pub value: Option<String>,
    pub score: Option<String>,
    /// What speaks against it.
    pub reason: Option<String>,
}

/// A value that both have and that too many others have too.
#[derive(Debug, Serialize)]
pub struct Stopped {
    pub rule: String,
    /// Masked.
    pub value: String,
    pub records: Option<String>,
    pub names: Option<String>,
}

/// A case of the review.
#[derive(Debug, Serialize)]
pub struct ReviewShown {
    pub kind: String,
    pub rule: String,
    /// Masked.
    pub value: Option<String>,
    pub reason: String,
    pub proposal: String,
}

/// A record that moved.
#[derive(Debug, Serialize)]
pub struct HistoryRow {
    pub source: String,
    pub source_id: String,
    pub old_customer_key: String,
    pub new_customer_key: String,
    pub reason: String,
    pub changed_as_of: String,
}

/// Where a value comes from.
#[derive(Debug, Serialize)]
pub struct Origin {
    pub attribute: String,
    pub source: String,
    pub source_id: String,
    pub value_from: Option<String>,
    pub rule: String,
    pub other_values: Option<String>,
    /// The value as the extract has it now, masked.
    pub value: Option<String>,
}
