//! CSV bytes -> Arrow batches and rejected rows, in one pass.
//!
//! The path of a file: its bytes go block by block into a [`Chunker`], which removes the header and cuts the rest into
//! [`Chunk`]s of whole records. [`parse_header`] and [`Layout`] match the header with the declared columns. Each chunk
//! then goes, on any thread, to a [`Decoder`]. It splits the chunk into cells, parses the cells column by column, and
//! returns batches of the good rows and a [`Reject`] for every other row.
//!
//! Reading files, choosing threads and handling rejects are left to the caller.
//!
//! Quotes follow the usual rules, which the file `quoting` states and applies for every step. Records end at `\n` or
//! `\r\n`; a lone `\r` is data. Blank lines are not rows. Two faults make record boundaries doubtful: a record longer
//! than the limit, and a quote that is not closed where a field ends. Every step treats them alike: the record becomes
//! one reject, made of its first line, and reading continues at the next line.

mod cells;
mod chunk;
mod chunker;
mod contract;
mod correct;
mod decode;
mod decoded;
mod dedup;
mod dialect;
mod encoding;
mod form;
mod header;
mod intake;
mod origin;
mod parse;
mod plan;
mod quoting;
mod readable;
mod reject;
mod rules;
mod split;
mod walk;
mod written;
mod zone;

pub use chunk::Chunk;
pub use chunker::Chunker;
pub use contract::{CellValue, Contract, Deleted, FromFile, Late, Place, References, Unique};
pub use correct::{CorrectError, Corrector, split_record};
pub use decode::Decoder;
pub use decoded::{Amount, Decoded, Watch};
pub use dedup::{DuplicateFilter, FirstSeen};
pub use dialect::Dialect;
pub use encoding::TextEncoding;
pub use form::{check_moment_format, formats_at_odds};
pub use header::{HeaderMatch, Layout, check_head, parse_header};
pub(in crate::extract) use origin::{Origin, RECORD_DIALECT, RecordChunk, write_cell};
pub use plan::{Plan, PlanError, PlanOptions};
pub(crate) use quoting::push_text;
pub use reject::{Fault, Reject, Rule};
pub(crate) use walk::{Field, Walk, Walked};
pub use written::read_cells;
pub use zone::LocalTime;

#[cfg(test)]
mod chunk_tests;
#[cfg(test)]
mod decode_tests;
#[cfg(test)]
#[path = "../../../fuzz/check.rs"]
mod fuzz_check;
#[cfg(test)]
mod dialect_tests;
#[cfg(test)]
mod parse_tests;
#[cfg(test)]
pub(crate) mod quoting_tests;
#[cfg(test)]
mod split_tests;
