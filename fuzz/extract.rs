//! The CSV reader's files, under their paths in the crate.

#[path = "../src/extract/column.rs"]
pub mod column;
#[path = "../src/extract/csv/mod.rs"]
pub mod csv;
