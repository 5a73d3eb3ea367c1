//! The CSV reader's files, under the paths that they have in the crate.

#[path = "../src/extract/column.rs"]
pub mod column;
#[path = "../src/extract/csv/mod.rs"]
pub mod csv;
