//! What all text formats share: character encodings, the lines that are not records, and whole lines.

/// Added to the reason for a record of the wrong size that contains a carriage return.
pub(super) const LONE_RETURN: &str =
    "; it contains a carriage return (CR) without a line feed: if lines end so, set line_ends: any";

mod encoding;
mod ends;
mod head;
mod intake;
mod kinds;
mod left_out;
mod lines;
mod names;
mod patterns;

pub(in crate::extract) use encoding::Width;
pub(crate) use encoding::{TextEncoding, text_encoding};
pub(in crate::extract) use head::{OtherKind, check_head, check_line_ends, likely_encoding};
pub(super) use intake::{Intake, IntakeError};
pub(super) use kinds::{Kind, Kinds, bare};
pub(super) use left_out::{leave_out_each, physical_lines};
pub(in crate::extract) use lines::BOM;
pub(crate) use lines::MAX_LINE;
pub(super) use lines::{LineCutter, Lines, end_notes};
pub(crate) use names::column_names;
pub(super) use patterns::Patterns;

/// A line without a byte order mark at its start.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(BOM).unwrap_or(line)
}
