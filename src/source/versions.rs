//! The columns that rows carry when they are versions of each other.

use arrow::datatypes::{DataType, Field};

/// The facts that decide which version of a key is the latest, beyond its own columns: delivery day, whether the key is
/// deleted, hash of the row, number of the file.
pub const VERSION_COLUMNS: [&str; 4] = ["lojal_delivery_day", "lojal_is_deleted", "lojal_row_hash", "lojal_file"];

/// The fields of [`VERSION_COLUMNS`].
pub(crate) fn version_fields() -> impl Iterator<Item = Field> {
    let types = [DataType::Date32, DataType::Boolean, DataType::Int64, DataType::Int64];
    VERSION_COLUMNS.into_iter().zip(types).map(|(name, ty)| Field::new(name, ty, true))
}
