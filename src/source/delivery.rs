//! How the files of a source follow each other.

use crate::config::{Age, DeliveryMode};

/// How the files of a source follow each other.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// How a file relates to the ones before it.
    pub mode: DeliveryMode,
    /// Format of the delivery's day in the file name.
    pub date_in_name: Option<String>,
    /// Index of the column with the delivery's day.
    pub date_column: Option<usize>,
    /// Index of the column whose largest value is the latest version.
    pub version: Option<usize>,
    /// Index of the column that marks a key as deleted, and its values that do.
    pub deleted: Option<(usize, Vec<String>)>,
    /// How long before its delivery's day an event may have happened.
    pub late_after: Option<Age>,
}
