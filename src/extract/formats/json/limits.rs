//! Sizes within which JSON is read, in bytes.

use crate::extract::formats::text::MAX_LINE;
use crate::extract::frame::WHOLE_LIMIT;

/// The longest record, in a line or in a document.
pub(super) const MAX_RECORD: usize = MAX_LINE;
/// Approximate size of a piece.
pub(super) const PIECE: usize = 1 << 20;
/// Kept of a record beyond the limit: more than a reject shows, so that the reject is marked as cut.
pub(super) const SHOWN: usize = WHOLE_LIMIT + 1;
