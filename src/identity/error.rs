//! Why source records cannot be turned into persons.

use arrow::datatypes::DataType;
use arrow::error::ArrowError;

/// An error of identity resolution. Each message says what is wrong and how to fix it.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// More labels than a record can store.
    #[error(
        "identity has {found} keys, at most {limit} are possible: join keys of one kind into one column per record"
    )]
    TooManyLabels {
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A label that would make `matched_by` ambiguous.
    #[error("'{label}' cannot label an identity key: use a name that is not empty, not 'none' and has no '+'")]
    BadLabel { label: String },
    /// One label for two keys.
    #[error("identity key '{label}' is declared twice: give each key its own label")]
    LabelTwice { label: String },
    /// The records model has the wrong columns.
    #[error("the identity records have the columns {found}; select {expected}, in this order")]
    WrongColumns {
        /// The columns that are needed.
        expected: String,
        /// The columns that came.
        found: String,
    },
    /// A column that is not text.
    #[error("column {column} of the identity records is {found}: cast it to varchar")]
    NotText { column: String, found: DataType },
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
        "source record {source_id} of {source_name} appears twice in the identity records: the model must have one \
         row per source and source_id"
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
    /// Two persons with the same key: the hashes of their records agree in all 80 bits.
    #[error(
        "the persons of {first} and of {second} get the same customer_key {customer_key}: rename one of the two source \
         records"
    )]
    SameKey {
        customer_key: String,
        /// The first record of one person, in sort order.
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
