//! A JSON value as the text of a cell.

use super::syntax::{SyntaxError, Value, Words, compact, string, without_exponent};
use crate::extract::formats::{write_bool, write_number};
use crate::source::{Column, ColumnType};

/// Appends a value in the form of its column's cells: a string without its quotes, nothing for null, and an object or
/// array as JSON text.
pub(in crate::extract) fn write_cell(value: &Value<'_>, spec: &Column, out: &mut Vec<u8>) -> Result<(), SyntaxError> {
    match value.text.first() {
        Some(b'"') => out.extend_from_slice(&string(value)?),
        Some(b'n') => {}
        Some(b't') => write_bool(true, spec, out),
        Some(b'f') => write_bool(false, spec, out),
        Some(b'{' | b'[') => compact(value, Words::Strict(&spec.form.null_words), out)?,
        Some(b'N' | b'I') => value.empty_or_refused(&spec.form.null_words)?,
        Some(b'-') if value.text.get(1) == Some(&b'I') => value.empty_or_refused(&spec.form.null_words)?,
        _ => {
            let number = std::str::from_utf8(value.text).unwrap_or_default();
            let plain = (spec.ty != ColumnType::String).then(|| without_exponent(number)).flatten();
            write_number(plain.as_deref().unwrap_or(number), spec, out);
        }
    }
    Ok(())
}
