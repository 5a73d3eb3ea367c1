//! Rows that are not loaded: where they are, which rule they break, and the words that say so.

use std::fmt;

/// How much of a rejected row is kept, in bytes.
pub(super) const RAW_LIMIT: usize = 4096;
/// How much of a cell is quoted in a reason, in characters.
const CELL_LIMIT: usize = 60;

/// The rule that a rejected row breaks; of several, the one of the first faulty column.
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
    /// A text is not UTF-8, or holds a NUL byte.
    Encoding,
    /// The record is too long.
    RecordSize,
    /// A quote opens and is never closed.
    UnclosedQuote,
    /// The record is no JSON object.
    Json,
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
            Self::Encoding => "encoding",
            Self::RecordSize => "record_size",
            Self::UnclosedQuote => "unclosed_quote",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A row that is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The physical line on which the record starts; the file's first line is 1.
    pub line: u64,
    /// Where the record starts in the file, counted from 0.
    pub byte_offset: u64,
    /// The first faulty column, by the declared order; `None` where the record as a whole is at fault.
    pub column: Option<String>,
    /// The rule broken there.
    pub rule: Rule,
    /// Every fault of the row, in words, joined with `; `.
    pub reason: String,
    /// The record as it stands in the file, invalid bytes replaced, cut after 4 KiB.
    pub raw: String,
}

/// The raw text of a record for a reject.
pub(super) fn raw_text(record: &[u8]) -> String {
    if record.len() <= RAW_LIMIT {
        return String::from_utf8_lossy(record).into_owned();
    }
    let mut cut = RAW_LIMIT;
    // A character that the cut falls into is left out rather than shown as a bad one.
    while cut > RAW_LIMIT - 4 && record[cut] & 0xC0 == 0x80 {
        cut -= 1;
    }
    format!("{} [cut after 4 KiB]", String::from_utf8_lossy(&record[..cut]))
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
