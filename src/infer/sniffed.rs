//! What the start of a file shows about it.

use std::path::PathBuf;

use super::dialect::Layout;
use super::encoding::Choice;
use super::input::Kind;
use super::line_ends::LineEnds;
use super::sheet_layout::SheetLayout;
use crate::config::Compression;
use crate::source::ColumnType;

/// A file whose start was examined.
#[derive(Debug, Clone)]
pub(super) struct Sniffed {
    pub(super) path: PathBuf,
    /// For a member of a zip archive, its name.
    pub(super) member: Option<String>,
    /// The number of members of its archive.
    pub(super) siblings: usize,
    pub(super) kind: Kind,
    pub(super) compression: Compression,
    /// Names of its columns in the file; for JSON, those of its first records.
    pub(super) names: Vec<String>,
    /// For each column, the type that the file states.
    pub(super) stated: Vec<Option<ColumnType>>,
    /// For delimited text.
    pub(super) layout: Option<Layout>,
    /// If it is UTF-16, or in an old encoding of Mac OS or DOS.
    pub(super) recoded: Option<Choice>,
    pub(super) line_ends: LineEnds,
    /// For JSON, the path of its records.
    pub(super) records: Option<String>,
    /// For a workbook, where its table is.
    pub(super) sheet: Option<SheetLayout>,
    /// What somebody must decide about it.
    pub(super) questions: Vec<String>,
    /// Anything unusual about it, as text.
    pub(super) remarks: Vec<String>,
}
