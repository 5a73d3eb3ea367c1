//! What all text formats share: character encodings, the lines that are not records, and whole lines.

mod encoding;
mod head;
mod intake;
mod lines;
mod names;

pub(crate) use encoding::text_encoding;
pub(in crate::extract) use encoding::{TextEncoding, Width};
pub(in crate::extract) use head::{OtherKind, check_head};
pub(super) use intake::{Intake, IntakeError};
pub(crate) use lines::MAX_LINE;
pub(super) use names::column_names;
pub(super) use lines::{LineCutter, Lines};
