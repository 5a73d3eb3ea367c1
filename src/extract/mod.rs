//! Extracts to typed rows: find the files, decode them in one pass, set rejected rows aside, count everything.
//!
//! Stage between plan and transform. Each source is one table for the engine, read exactly once; what it gave
//! (read = loaded + rejected + duplicates) is in its ledger when the last row has passed.

mod column;
mod csv;
mod delivery;
mod error;
mod exec;
mod files;
mod ledger;
mod open;
mod parquet;
mod promise;
mod quarantine;
mod scan;

pub use column::{ColumnSpec, ColumnType, Reference, ValueForm};
pub use csv::{LocalTime, PlanError, VERSION_COLUMNS, WrongCell, read_cells};
pub use delivery::DayForm;
pub use error::ExtractError;
pub use ledger::{FileCount, FileStatus, RowCounts, SourceCount, counts_schema};
pub use open::{Extracts, OpenOptions, check_rules};
pub use promise::Promise;
