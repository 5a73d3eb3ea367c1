//! The seam between files and rows.
//!
//! The reader of a format frames records: on one thread it cuts a file into pieces of whole records ([`Pieces`]); on any
//! thread it finds the cells of a piece and their places in the file ([`Pages`]). The row side then types, judges,
//! compares and counts the cells of every format in the same way, and knows no format. A new format is a folder below
//! `formats` that implements [`Format`], and a line in its table.

mod end_notes;
mod escape;
mod format;
mod keys;
mod lines;
mod notes;
mod page;
mod quoted;
mod reject;
mod signs;
mod text_records;

pub(in crate::extract) use end_notes::EndNotes;
pub(crate) use escape::EscapeTable;
pub(in crate::extract) use escape::escaped;
pub(in crate::extract) use format::{
    FileColumns, Format, FormatError, Pages, Piece, Pieces, Place, RecordText, Sizes, Wanted,
};
pub(in crate::extract) use keys::{FileKeys, Holders};
pub(in crate::extract) use lines::{FileLines, LeftOut, LeftOutLine, Noted, SoundLines};
pub(in crate::extract) use notes::{Note, NoteKind};
pub(in crate::extract) use page::{ArrayPage, Cells, Page, Quotes, RowTable, Signs, TextPage, unclean_places};
pub(crate) use quoted::push_text;
pub(in crate::extract) use quoted::{field_text, unquote};
pub(in crate::extract) use reject::{Fault, NUL_BYTE, RAW_LIMIT, Reject, Rule, WHOLE_LIMIT, quoted_cell};
pub(in crate::extract) use signs::SIGNS;
pub(in crate::extract) use text_records::{Origin, TextRecords};
