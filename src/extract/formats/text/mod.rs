//! What all text formats share: character encodings, the lines that are not records, and whole lines.

mod encoding;
mod head;
mod intake;
mod kinds;
mod left_out;
mod lines;
mod names;
mod patterns;

pub(crate) use encoding::text_encoding;
pub(in crate::extract) use encoding::{TextEncoding, Width};
pub(in crate::extract) use head::{OtherKind, check_head};
pub(super) use intake::{Intake, IntakeError};
pub(super) use kinds::{Kind, Kinds, bare};
pub(super) use left_out::{leave_out_each, physical_lines};
pub(crate) use lines::MAX_LINE;
pub(super) use lines::{LineCutter, Lines};
pub(super) use names::column_names;
pub(super) use patterns::Patterns;

/// A byte order mark in UTF-8, which also stands inside files that were joined.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A line without a byte order mark at its start.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(MARK).unwrap_or(line)
}
