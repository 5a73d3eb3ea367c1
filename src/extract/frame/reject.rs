//! Rows that are not loaded: their places, the rules they break, and the reasons as text.

use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::extract::moved::RowFaults;
use crate::words::shown_up_to;

/// The most bytes kept of a record whose end is unknown.
pub(in crate::extract) const RAW_LIMIT: usize = 4096;
/// The most bytes kept of any other rejected record.
pub(in crate::extract) const WHOLE_LIMIT: usize = 64 << 10;
/// How the reason begins if a text contains a NUL byte: it quotes no value.
pub(in crate::extract) const NUL_BYTE: &str = "contains a NUL byte";
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
    /// A cell is outside the column's limits.
    Range,
    /// A cell is not one of the accepted values.
    AcceptedValues,
    /// A text does not match the column's pattern.
    Pattern,
    /// A value is missing in the source that must contain it.
    References,
    /// A text is not UTF-8, or contains a NUL byte.
    Encoding,
    /// No source reads records of its type.
    RecordType,
    /// The record is too long.
    RecordSize,
    /// A quote opens and is not closed.
    UnclosedQuote,
    /// The record is not a JSON object.
    Json,
    /// A correction leaves the row out.
    Dropped,
}

impl Rule {
    /// The rule's name in rejects.
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
            Self::RecordType => "record_type",
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

/// One fault of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The faulty column; `None` if the whole record is faulty.
    pub column: Option<Arc<str>>,
    /// The broken rule.
    pub rule: Rule,
    /// What is wrong, as text; it may quote the cell.
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
    /// The start of the record in the file, counted from 0.
    pub byte_offset: u64,
    /// Its faults, in the declared order of the columns; at least one.
    pub faults: Vec<Fault>,
    /// The record as in the file, with invalid bytes replaced.
    pub raw: String,
    /// Whether `raw` was truncated.
    pub raw_is_cut: bool,
    /// Hash of the record's own bytes, by which its correction is found.
    pub raw_hash: u128,
}

impl Reject {
    /// What its faults say about its cells.
    pub(in crate::extract) fn row_faults(&self) -> RowFaults {
        let mut found = RowFaults::default();
        self.faults.iter().for_each(|fault| found.take(fault.rule.as_str(), &fault.reason));
        found
    }

    /// A reject of `record` that keeps at most `limit` bytes of it.
    pub(in crate::extract) fn new(
        line: u64,
        byte_offset: u64,
        faults: Vec<Fault>,
        record: &[u8],
        limit: usize,
    ) -> Self {
        let (raw, raw_is_cut) = raw_text(record, limit);
        let raw_hash = xxh3_128(&record[..record.len().min(limit)]);
        Self { line, byte_offset, faults, raw, raw_is_cut, raw_hash }
    }

    /// Whether one of its faults breaks a rule.
    pub fn breaks(&self, rule: Rule) -> bool {
        self.faults.iter().any(|fault| fault.rule == rule)
    }

    /// All faults as one text.
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
    // A character that the cut would split is left out, rather than shown as invalid.
    while cut > limit - 4 && record[cut] & 0xC0 == 0x80 {
        cut -= 1;
    }
    (String::from_utf8_lossy(&record[..cut]).into_owned(), true)
}

/// A cell's text in quotes, for a reason. Line breaks and what nobody sees are escaped: a raw one would tear tables apart.
pub(in crate::extract) fn quoted_cell(cell: &[u8]) -> String {
    // A character has at most four bytes, so this is enough.
    let head = &cell[..cell.len().min(CELL_LIMIT * 4 + 4)];
    format!("'{}'", shown_up_to(&String::from_utf8_lossy(head), CELL_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_one_line_and_hide_nothing() {
        assert_eq!(quoted_cell("K3\u{200B}\r\nb\u{A0}".as_bytes()), "'K3\\u{200b}\\r\\nb\\u{a0}'");
        assert_eq!(quoted_cell("å".repeat(61).as_bytes()), format!("'{}…'", "å".repeat(60)));
        assert_eq!(quoted_cell("å".repeat(60).as_bytes()), format!("'{}'", "å".repeat(60)));
    }
}
