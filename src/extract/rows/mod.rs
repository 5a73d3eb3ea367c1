//! The row side: cells of any format -> typed rows, judged, compared and counted.
//!
//! A [`Decoder`] takes the pages that a format's reader hands over. It parses the cells column by column, holds the rows
//! to the source's promises, and returns batches of the good rows and a reject for every other row. It knows no format
//! and no file.

mod alike;
mod amount;
mod arrays;
mod cells;
mod column_rules;
mod correct;
mod days;
mod decode;
mod decoded;
mod dedup;
mod exponent;
mod fix;
mod form;
mod id_hash;
mod ids;
mod from_file;
mod key_filter;
mod layout;
mod likeness;
mod looks;
mod measures;
mod members;
mod moment;
mod nested;
mod notes;
mod parse;
mod promises;
mod references;
mod repairs;
mod row_filter;
mod row_rules;
mod rule_error;
mod seen;
mod stated;
mod tally;
mod typed;
mod values;
mod versions;
mod written;

pub use alike::{AlikeFilter, AlikeRows, Compared};
pub use amount::Amount;
pub use correct::{CorrectError, Corrector};
pub use decode::Decoder;
pub use decoded::{Decoded, EqualRows, Watch, Watched, Watching};
pub use dedup::DuplicateFilter;
pub use fix::{FixCount, FixKind};
pub use form::{check_moment_format, formats_at_odds, zone_in_letters};
pub use from_file::{FromFile, RowPlace};
pub use ids::shown_id;
pub use key_filter::{KeyFilter, Noted};
pub use layout::{HeaderMatch, Layout, REST, as_declared};
pub use likeness::{Likeness, Sample};
pub use members::Members;
pub use notes::{Note, NoteCount};
pub use promises::{Deleted, Late, RowPromises, Unique};
pub use references::{MatchCount, Part, References, Referred};
pub use row_filter::RowFilter;
pub use row_rules::{RowOptions, RowRules};
pub use rule_error::RuleError;
pub use seen::SeenRows;
pub use stated::stated_number;
pub use tally::Tally;
pub use typed::{CellValue, decimal_shown};
pub use versions::{KeyColumns, Replaced, Resolution, Shown, ShownRow, Version, VersionMode};
pub use written::read_cells;

#[cfg(test)]
mod nested_tests;
#[cfg(test)]
mod parse_tests;
