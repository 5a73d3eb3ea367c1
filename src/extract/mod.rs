//! Extracts to typed rows: find the files, decode them in one pass, set rejected rows aside, count everything.
//!
//! Stage between plan and transform. Each source is one table for the engine, read exactly once; what it gave
//! (read = loaded + rejected + duplicates) is in its ledger when the last row has passed.

mod bytes;
mod column;
mod csv;
mod error;
mod exec;
mod files;
mod json;
mod ledger;
mod open;
mod parquet;
mod quarantine;
mod records;
mod scan;
mod text;
mod xlsx;

pub use column::{ColumnSpec, ColumnType, Reference, ValueForm};
pub use csv::{LocalTime, PlanError, WrongCell, check_moment_format, read_cells};
pub use error::ExtractError;
pub use ledger::{SourceCount, counts_schema};
pub use open::{Extracts, OpenOptions, check_rules};
pub(crate) use text::encoding as text_encoding;
