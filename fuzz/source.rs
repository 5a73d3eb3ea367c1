//! The parts of the source module that the reader uses, under their paths in the crate.

#[path = "../src/source/column.rs"]
mod column;
#[path = "../src/source/versions.rs"]
mod versions;

pub use column::{Column, ColumnType, Reference, ValueForm, YEARS};
pub(crate) use versions::version_fields;
