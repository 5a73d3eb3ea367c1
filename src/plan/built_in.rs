//! The tables that lojal makes itself, beside sources, models and the identity table.

use crate::extract::{REFERENCE_COUNTS, SOURCE_COUNTS};
use crate::identity::Output;

/// Whether lojal makes a table of this name itself.
pub fn is_built_in(table: &str) -> bool {
    [SOURCE_COUNTS, REFERENCE_COUNTS].contains(&table) || Output::named(table).is_some()
}
