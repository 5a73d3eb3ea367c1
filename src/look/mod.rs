//! Looking at data: rows of any table of a pipeline, or of any query over them, without publishing anything.
//!
//! A table is read from the current snapshot, or computed from the extracts. `tables` settles which of the two a name
//! means, `question` is what is asked, `live` computes what a snapshot does not have, `answer` is the whole way from a
//! question to its rows, and `remarks` is what the rows do not show. `why` says what makes records one person.

mod answer;
mod live;
mod question;
mod remarks;
mod tables;
mod why;

pub use answer::{RowSink, answer};
pub use question::Question;
pub use tables::Sight;
pub use why::{Apart, LinkShown, Person, RecordShown, Why, why};
