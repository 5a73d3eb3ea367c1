//! Extracts to typed rows: finds the files, decodes them in one pass, sets rejected rows aside, counts everything.
//!
//! Runs between plan and transform. `formats` frame the records of files (bytes to cells), `frame` is the seam, and
//! `rows` make typed rows of the cells. Each source is one table for the engine and is read exactly once. Its ledger
//! (read = loaded + rejected + duplicates + superseded) is complete when the last row has passed.

mod as_of;
mod books;
mod bundle;
mod bytes;
mod changed_cells;
#[cfg(test)]
mod changed_tests;
mod column_worker;
mod columns;
mod corrected_ids;
mod correction;
mod decimal;
mod deliveries;
mod equal_count;
mod equal_rows;
mod error;
mod exec;
mod extract_file;
mod extracts;
mod feeder;
mod files;
mod fixes;
mod formats;
mod frame;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod halt;
mod json;
mod ledger;
mod left_out;
mod line_results;
#[cfg(test)]
mod line_tests;
mod moved;
mod noted_cells;
mod open;
mod opened;
mod places;
mod promise_results;
mod quarantine;
#[cfg(test)]
pub(crate) mod random;
mod reading;
mod recheck;
mod reference_count;
mod reference_counts;
mod reject_cause;
mod remarks;
mod replaced;
mod row_promises;
mod rows;
mod scan;
mod source_note;
mod stored_reader;
mod total_fault;
mod total_line;
#[cfg(test)]
mod total_line_tests;
mod unit_decoder;
mod verdict;
mod version_worker;
#[cfg(test)]
mod versions_tests;
mod worker;
mod zip_members;

pub use as_of::DayRules;
pub use correction::{Action, Correction, CorrectionError, corrected_hashes, store_corrections};
pub use error::{ExtractError, ExtractFault};
pub use extracts::{Extracts, LookedAt};
pub use files::lying;
pub use fixes::{Fix, FixesColumns, FixesError, FixesWriter, RejectedRow, read_fixes};
#[cfg(test)]
pub(crate) use formats::csv::quoting_tests;
pub(crate) use formats::csv::{Dialect as TextDialect, Field, Walk, Walked, can_hold};
pub(crate) use formats::text::{MAX_LINE, TextEncoding, column_names, text_encoding};
pub(crate) use formats::{ParquetView, workbook};
pub(crate) use frame::push_text;
pub use ledger::{SOURCE_COUNTS, SourceCount, counts_schema};
pub use moved::MovedRows;
pub use open::{OpenOptions, check_rules};
pub use promise_results::PromiseResult;
pub use quarantine::{QuarantineError, QuarantinedRow, quarantined};
pub use recheck::{Finding, Judgement, Recheck};
pub use reference_counts::{REFERENCE_COUNTS, references_schema};
pub use remarks::Remark;
pub use rows::{RuleError, check_moment_format, formats_at_odds, read_cells, zone_in_letters};
pub use version_worker::Means;
pub(crate) use zip_members::members as zip_members;
