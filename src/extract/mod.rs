//! Extracts to typed rows: finds the files, decodes them in one pass, sets rejected rows aside, counts everything.
//!
//! Runs between plan and transform. Each source is one table for the engine and is read exactly once. Its ledger
//! (read = loaded + rejected + duplicates) is complete when the last row has passed.

mod bytes;
mod correction;
mod csv;
mod delivery;
mod error;
mod exec;
mod files;
mod fixes;
mod halt;
mod json;
mod judge;
mod ledger;
mod open;
mod parquet;
mod promise;
mod quarantine;
mod records;
mod scan;
mod text;
mod worker;
mod xlsx;

pub use correction::{Action, Correction, CorrectionError, corrected_hashes, store_corrections};
#[cfg(test)]
pub(crate) use csv::quoting_tests;
pub(crate) use csv::{Dialect as TextDialect, Field, Walk, Walked, push_text};
pub use csv::{LocalTime, PlanError, check_moment_format, formats_at_odds, read_cells};
pub use error::ExtractError;
pub use fixes::{Fix, FixesColumns, FixesError, FixesWriter, RejectedRow, read_fixes};
pub use judge::{Finding, Judge};
pub use ledger::{SOURCE_COUNTS, SourceCount, counts_schema};
pub use open::{Extracts, OpenOptions, check_rules};
pub use promise::Promise;
pub use quarantine::{QuarantineError, QuarantinedRow, quarantined};
pub(crate) use text::encoding as text_encoding;
pub(crate) use xlsx::cell_text as xlsx_cell_text;
