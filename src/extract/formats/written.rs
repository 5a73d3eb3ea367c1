//! Values of formats that have numbers and truth values of their own, as text in the form of their column.

use crate::source::{Column, ColumnType};

/// Appends a number, written with a point, in the form of its column's cells.
pub(in crate::extract) fn write_number(number: &str, spec: &Column, out: &mut Vec<u8>) {
    let start = out.len();
    // Programs write whole numbers with a fraction of zeros; the number is the same.
    let is_zeros = |fraction: &str| !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0');
    let whole = number.split_once('.').filter(|(_, fraction)| spec.ty == ColumnType::Int && is_zeros(fraction));
    let number = whole.map_or(number, |(whole, _)| whole);
    out.extend_from_slice(number.as_bytes());
    if spec.ty.numeric_scale().is_some() && spec.form.decimal_sign == ',' {
        for sign in out.iter_mut().skip(start).filter(|sign| **sign == b'.') {
            *sign = b',';
        }
    }
}

/// Appends true or false in the form of its column's cells.
pub(in crate::extract) fn write_bool(value: bool, spec: &Column, out: &mut Vec<u8>) {
    let words = if value { &spec.form.true_words } else { &spec.form.false_words };
    let word = words.as_ref().filter(|_| spec.ty == ColumnType::Bool).and_then(|words| words.first());
    out.extend_from_slice(word.map_or(if value { "true" } else { "false" }, String::as_str).as_bytes());
}
