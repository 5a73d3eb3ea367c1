//! A JSON value as the text of a cell.

use super::syntax::{SyntaxError, Value, Words, compact, string, string_with_halves, without_exponent};
use crate::extract::formats::{write_bool, write_number};
use crate::source::{Column, ColumnType};

/// Appends a value in the form of its column's cells: a string without its quotes, nothing for null, and an object or
/// array as JSON text.
pub(in crate::extract) fn write_cell(value: &Value<'_>, spec: &Column, out: &mut Vec<u8>) -> Result<(), SyntaxError> {
    match value.text.first() {
        Some(b'"') => {
            let text = string(value).or_else(|error| match replaces(spec) {
                true => string_with_halves(value),
                false => Err(error),
            });
            out.extend_from_slice(&text?);
        }
        Some(b'n') => {}
        Some(b't') => write_bool(true, spec, out),
        Some(b'f') => write_bool(false, spec, out),
        Some(b'{' | b'[') if replaces(spec) => compact(value, Words::WithHalves(&spec.form.null_words), out)?,
        Some(b'{' | b'[') => compact(value, Words::Strict(&spec.form.null_words), out)?,
        Some(b'N' | b'I') => value.empty_or_refused(&spec.form.null_words)?,
        Some(b'-') if value.text.get(1) == Some(&b'I') => value.empty_or_refused(&spec.form.null_words)?,
        _ if is_as_written(value.text, spec) => out.extend_from_slice(value.text),
        _ => {
            let number = std::str::from_utf8(value.text).unwrap_or_default();
            let plain = (spec.ty != ColumnType::String).then(|| without_exponent(number)).flatten();
            write_number(plain.as_deref().unwrap_or(number), spec, out);
        }
    }
    Ok(())
}

/// Whether a number, as most numbers do, already has the form of its column's cells: no exponent, and no fraction that
/// would change.
#[inline]
fn is_as_written(number: &[u8], spec: &Column) -> bool {
    number.iter().all(|byte| match byte {
        b'.' => spec.ty != ColumnType::Int && spec.form.decimal_sign != ',',
        b'e' | b'E' => false,
        _ => true,
    })
}

/// Whether halves of surrogate pairs are replaced in a column: the row side does it, which counts such cells.
fn replaces(spec: &Column) -> bool {
    spec.form.replaces_broken && spec.ty == ColumnType::String
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_their_column() {
        let decimal = ColumnType::Decimal { precision: 24, scale: 2 };
        for (number, ty, decimal_sign, expected) in [
            ("-12", ColumnType::Int, '.', "-12"),
            ("12.00", ColumnType::Int, '.', "12"),
            ("12.50", ColumnType::Int, '.', "12.50"),
            ("12e1", ColumnType::Int, '.', "120"),
            ("12.50", decimal, '.', "12.50"),
            ("12.50", decimal, ',', "12,50"),
            ("-12", decimal, ',', "-12"),
            ("1.25E1", decimal, '.', "12.5"),
            ("1.25E1", decimal, ',', "12,5"),
            ("12.50", ColumnType::String, ',', "12.50"),
            ("1.25E+1", ColumnType::String, '.', "1.25E+1"),
        ] {
            let mut column = Column::new("amount", ty);
            column.form.decimal_sign = decimal_sign;
            let mut out = Vec::new();
            write_cell(&Value { text: number.as_bytes(), escaped: false }, &column, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{number} {column:?}");
        }
    }
}
