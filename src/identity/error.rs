//! Why source records cannot be turned into persons.

use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use crate::identifying::shown_or_withheld;

/// An error of identity resolution. Each message says what is wrong and how to fix it.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// More rules than a record can store.
    #[error("identity has {found} rules, at most {limit} are possible: join rules of one kind into one")]
    TooManyRules {
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A name that would make `matched_by` ambiguous.
    #[error("'{name}' cannot name an identity rule: use a name that is not empty, none or override, and has no '+'")]
    BadRuleName { name: String },
    /// One name for two rules.
    #[error("identity rule '{name}' is declared twice: give each rule its own name")]
    RuleTwice { name: String },
    /// The records have the wrong columns.
    #[error("{what} have the columns {found}; select {expected}, in this order")]
    WrongColumns {
        /// The records, or the overrides.
        what: &'static str,
        /// The columns that are needed.
        expected: String,
        /// The columns that came.
        found: String,
    },
    /// A column of another type.
    #[error("column {column} of {what} is {found}: cast it to {wanted}")]
    WrongType {
        /// The records, or the overrides.
        what: &'static str,
        column: String,
        found: DataType,
        wanted: &'static str,
    },
    /// A record without an identifier.
    #[error(
        "identity record {record} has no {column}: exclude such rows from the records model, or give them an identifier"
    )]
    NoIdentifier {
        /// The null column.
        column: String,
        /// Number of the record, counted from 1 in the order of arrival.
        record: usize,
    },
    /// One source record on two rows.
    #[error(
        "source record {} of {source_name} appears twice in the identity records: the model must have one \
         row per source and source_id",
        shown_or_withheld(source_id)
    )]
    RecordTwice {
        source_name: String,
        /// The record's id in that source.
        source_id: String,
    },
    /// More records than can be numbered.
    #[error("more than {limit} source records: resolve them in parts without common keys")]
    TooManyRecords {
        /// How many there may be.
        limit: usize,
    },
    /// Blocking that leaves more pairs than can be compared.
    #[error(
        "scored matching would compare {found} pairs of records, at most {limit} are possible: lower `max_block`, or add a \
         key to the widest rules of `block_on`"
    )]
    TooManyPairs {
        /// How many there are.
        found: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The pairs do not fit the memory limit.
    #[error(
        "scored matching compares {pairs} pairs of records, and their {mebibytes} MiB exceed what the memory limit leaves: \
         lower `max_block`, add a key to the widest rules of `block_on`, or give it more with --memory-limit"
    )]
    NoMemory {
        /// How many there are.
        pairs: u64,
        /// What they take.
        mebibytes: u64,
        /// Why it was not granted.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Too few likely pairs to estimate weights.
    #[error(
        "scored matching estimates the weights of `{key}` from likely pairs that have it, and finds {found} of them; it \
         needs {needed}: give `weights` and `prior`, or take `scored` out until there are more records"
    )]
    TooFewMatches {
        /// The key.
        key: String,
        /// How many there are.
        found: u32,
        /// How many it needs.
        needed: u32,
    },
    /// An override without one of its records.
    #[error("identity override {number} has no {column}: fill it in, or leave the row out")]
    IncompleteOverride {
        /// The null column.
        column: String,
        /// Number of the override, counted from 1 in the order of arrival.
        number: usize,
    },
    /// An override that decides nothing.
    #[error(
        "the identity override of {} and {} says '{}': write `same` if they are one person, \
         `different` if they are two",
        shown_or_withheld(left),
        shown_or_withheld(right),
        shown_or_withheld(decision)
    )]
    UnknownDecision { left: String, right: String, decision: String },
    /// An override about one record.
    #[error(
        "an identity override names {} twice{}: both ids are the same record. Correct one of them, or take the row out",
        shown_or_withheld(record),
        at(places)
    )]
    SameRecord {
        record: String,
        /// The two ids.
        ids: Box<[String; 2]>,
        /// Where the decision stands, if that is known.
        places: Vec<String>,
    },
    /// Two overrides about one pair, neither of which is the later one.
    #[error(
        "identity overrides contradict each other: {} and {} are `same` and `different`, decided {when}{}. The later \
         `decided_at` wins: correct it, or take one of the rows out",
        shown_or_withheld(left),
        shown_or_withheld(right),
        at(places)
    )]
    TwoVerdicts {
        left: String,
        right: String,
        /// How their times are.
        when: &'static str,
        /// The ids of both records.
        ids: Box<[String; 2]>,
        /// Where the decisions stand, if that is known.
        places: Vec<String>,
    },
    /// Overrides of which not all can hold.
    #[error(
        "identity overrides contradict each other: {} and {} are `different`, and `same` through {}. \
         Take one of these decisions back",
        shown_or_withheld(left),
        shown_or_withheld(right),
        shown_or_withheld(chain)
    )]
    ContradictingOverrides {
        /// One record that is said to be another person.
        left: String,
        /// The other record.
        right: String,
        /// The records that `same` leads over, from one to the other.
        chain: String,
    },
    /// Two persons with the same key: the hashes of their records agree in all 80 bits.
    #[error(
        "the persons of {first} and of {second} get the same customer_key {customer_key}: rename one of the two source \
         records"
    )]
    SameKey {
        customer_key: String,
        /// The first record of one person.
        first: String,
        /// The first record of the other person.
        second: String,
    },
    /// An Arrow error. After the column checks, only an array without space is left as a cause.
    #[error("identity resolution failed while {doing}")]
    Arrow {
        doing: &'static str,
        /// Arrow's error.
        source: ArrowError,
    },
}

impl IdentityError {
    /// The ids of the records whose decisions are at fault, and where to say their places.
    pub fn decisions_at_fault(&mut self) -> Option<([String; 2], &mut Vec<String>)> {
        match self {
            Self::SameRecord { ids, places, .. } | Self::TwoVerdicts { ids, places, .. } => {
                Some(((**ids).clone(), places))
            }
            _ => None,
        }
    }
}

/// Places in brackets, if there are any.
fn at(places: &[String]) -> String {
    if places.is_empty() { String::new() } else { format!(" ({})", places.join(" and ")) }
}
