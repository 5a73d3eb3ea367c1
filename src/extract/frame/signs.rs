//! The signs between the cells of rows that no file writes down.

use super::page::Signs;

/// The signs by which rows of values are compared. Both are rare in text, so that hardly any row needs quotes.
pub(in crate::extract) const SIGNS: Signs = Signs { delimiter: 0x1F, quote: 0x1E };
