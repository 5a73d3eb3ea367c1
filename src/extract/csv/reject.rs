//! Rows that are not loaded: where they are, which rules they break, and the words that say so.

use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

/// How much is kept of a record that has no known end, in bytes.
pub(super) const RAW_LIMIT: usize = 4096;
/// How much is kept of any other rejected record, in bytes.
pub(super) const WHOLE_LIMIT: usize = 64 << 10;
/// How much of a cell is quoted in a reason, in characters.
const CELL_LIMIT: usize = 60;

/// The rule that a fault breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The record has more or fewer fields than the header.
    FieldCount,
    /// A cell is not of the column's type.
    Type,
    /// A required cell is empty.
    Required,
    /// A cell lies outside the column's bounds.
    Range,
    /// A cell is none of the accepted values.
    AcceptedValues,
    /// A text does not match the column's pattern.
    Pattern,
    /// A value is in no row of the source that must have it.
    References,
    /// A text is not UTF-8, or holds a NUL byte.
    Encoding,
    /// The record is too long.
    RecordSize,
    /// A quote opens and is never closed.
    UnclosedQuote,
    /// The record is no JSON object.
    Json,
    /// A correction says that the row is to be left out.
    Dropped,
}

impl Rule {
    /// The rule's name as written to rejects.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FieldCount => "field_count",
            Self::Type => "type",
            Self::Required => "required",
            Self::Range => "range",
            Self::AcceptedValues => "accepted_values",
            Self::Pattern => "pattern",
            Self::References => "references",
            Self::Encoding => "encoding",
            Self::RecordSize => "record_size",
            Self::UnclosedQuote => "unclosed_quote",
            Self::Json => "json",
            Self::Dropped => "dropped_by_correction",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The faulty column; `None` where the record as a whole is at fault.
    pub column: Option<Arc<str>>,
    /// The rule broken there.
    pub rule: Rule,
    /// What is wrong, in words; it may quote the cell.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        f.write_str(&self.reason)
    }
}

/// A row that is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The physical line on which the record starts; the file's first line is 1.
    pub line: u64,
    /// Where the record starts in the file, counted from 0.
    pub byte_offset: u64,
    /// What is wrong with it, by the declared order of the columns; at least one fault.
    pub faults: Vec<Fault>,
    /// The record as it stands in the file, invalid bytes replaced.
    pub raw: String,
    /// Whether `raw` is only the record's beginning.
    pub raw_is_cut: bool,
    /// Hash of the record's own bytes, by which a correction finds it again.
    pub raw_hash: u128,
}

impl Reject {
    /// A reject of `record`, of which at most `limit` bytes are kept.
    pub(super) fn new(line: u64, byte_offset: u64, faults: Vec<Fault>, record: &[u8], limit: usize) -> Self {
        let (raw, raw_is_cut) = raw_text(record, limit);
        let raw_hash = xxh3_128(&record[..record.len().min(limit)]);
        Self { line, byte_offset, faults, raw, raw_is_cut, raw_hash }
    }

    /// Shows `record`, which it was made from, in place of what the decoder saw of it.
    pub(super) fn show(&mut self, record: &[u8]) {
        (self.raw, self.raw_is_cut) = raw_text(record, WHOLE_LIMIT);
        self.raw_hash = xxh3_128(&record[..record.len().min(WHOLE_LIMIT)]);
    }

    /// Whether one of its faults breaks a rule.
    pub fn breaks(&self, rule: Rule) -> bool {
        self.faults.iter().any(|fault| fault.rule == rule)
    }

    /// Every fault in words.
    #[cfg(test)]
    pub fn reason(&self) -> String {
        self.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

/// The raw text of a record for a reject, and whether it was cut.
fn raw_text(record: &[u8], limit: usize) -> (String, bool) {
    if record.len() <= limit {
        return (String::from_utf8_lossy(record).into_owned(), false);
    }
    let mut cut = limit;
    // A character that the cut falls into is left out rather than shown as a bad one.
    while cut > limit - 4 && record[cut] & 0xC0 == 0x80 {
        cut -= 1;
    }
    (String::from_utf8_lossy(&record[..cut]).into_owned(), true)
}

/// A cell's text for a reason, in quotes.
pub(super) fn quoted_cell(cell: &[u8]) -> String {
    // Four bytes a character at the most: no need to look at more.
    let head = &cell[..cell.len().min(CELL_LIMIT * 4 + 4)];
    let text = String::from_utf8_lossy(head);
    let mut shown: String = text.chars().take(CELL_LIMIT).collect();
    if shown.len() < cell.len() && text.chars().count() > CELL_LIMIT {
        shown.push('…');
    }
    format!("'{shown}'")
}
