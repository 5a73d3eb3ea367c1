//! Where a row comes from.

use chrono::NaiveDate;

/// The place of a row: number of its file, and its line or row there.
pub type RowPlace = (usize, u64);

/// The file of a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct FromFile {
    pub number: usize,
    /// The number of its delivery: files that belong together have the same, later ones greater ones.
    pub delivery: u32,
    /// Its delivery day.
    pub day: Option<NaiveDate>,
}
