//! Sizes within which JSON is read, in bytes.

use crate::extract::formats::text::MAX_LINE;
use crate::extract::frame::WHOLE_LIMIT;

/// The longest record, in a line or in a document.
pub(super) const MAX_RECORD: usize = MAX_LINE;
/// The longest object that holds records.
pub(super) const MAX_PARENT: usize = 16 << 20;
/// The most that the fields of a parent may take, repeated for each of its records.
pub(super) const MAX_REPEATED: usize = 64 << 20;
/// Bytes of a document that are read at a time.
pub(super) const BLOCK: usize = 256 << 10;
/// Cells held at a time of records that are elements of parents.
pub(super) const CELLS: usize = 4 << 20;
/// Kept of a record beyond the limit: more than a reject shows, so that the reject is marked as cut.
pub(super) const SHOWN: usize = WHOLE_LIMIT + 1;
