//! Why source records cannot be turned into persons.

use arrow::datatypes::DataType;
use arrow::error::ArrowError;

/// An error of identity resolution. Each says what is wrong and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// More labels than a record can remember.
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
    BadLabel {
        /// The label.
        label: String,
    },
    /// One label for two keys.
    #[error("identity key '{label}' is declared twice: give each key its own label")]
    LabelTwice {
        /// The label.
        label: String,
    },
    /// The records model has other columns.
    #[error("the identity records have the columns {found}; select {expected}, in this order")]
    WrongColumns {
        /// The columns that are needed.
        expected: String,
        /// The columns that came.
        found: String,
    },
    /// A column that is no text.
    #[error("column {column} of the identity records is {found}: cast it to varchar")]
    NotText {
        /// The column.
        column: String,
        /// Its type.
        found: DataType,
    },
    /// A record that cannot be told from others.
    #[error(
        "identity record {record} has no {column}: leave such rows out of the records model, or give them an identifier"
    )]
    NoIdentifier {
        /// The null column.
        column: String,
        /// Number of the record, from 1, in the order of arrival.
        record: usize,
    },
    /// One source record on two rows.
    #[error(
        "source record {source_id} of {source_name} is on two rows of the identity records: the model must have one \
         row per source and source_id"
    )]
    RecordTwice {
        /// The source.
        source_name: String,
        /// The record's id in it.
        source_id: String,
    },
    /// More records than row numbers.
    #[error("more than {limit} source records: resolve them in parts that share no keys")]
    TooManyRecords {
        /// How many there may be.
        limit: usize,
    },
    /// Two persons with one key: their records' hashes agree in all 80 bits.
    #[error(
        "the persons of {first} and of {second} get the same customer_key {customer_key}: rename one of the two source \
         records"
    )]
    SameKey {
        /// The key.
        customer_key: String,
        /// The least record of one person.
        first: String,
        /// The least record of the other.
        second: String,
    },
    /// Arrow refused; with checked columns, for lack of space in an array.
    #[error("identity resolution failed while {doing}")]
    Arrow {
        /// The step.
        doing: &'static str,
        /// What Arrow said.
        source: ArrowError,
    },
}
