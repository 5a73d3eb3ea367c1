//! Sizes within which JSON is read, in bytes.

/// The longest record.
pub(super) const MAX_RECORD: usize = 1 << 20;
/// Approximate size of a piece.
pub(super) const PIECE: usize = 1 << 20;
/// Kept of a record beyond the limit: more than a reject shows.
pub(super) const SHOWN: usize = 64 << 10;
