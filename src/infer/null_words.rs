//! Words that exports write where a value is missing.

/// Words for a missing value, in columns of any other type than text.
pub(super) const NULL_WORDS: [&str; 26] = [
    "NULL", "null", "Null", "(null)", "(NULL)", "<null>", "<NULL>", "\\N", "N/A", "n/a", "#N/A", "NA", "na", "None",
    "none", "NaN", "nan", "-", "--", "---", ".", "..", "?", "saknas", "okänd", "#NULL!",
];
