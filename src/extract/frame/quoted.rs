//! The text of a field that may have quotes around it: pages hand over fields in place, and whoever reads one removes its
//! quotes. Inside quotes, a doubled quote is a quote; an escape makes the next character ordinary.

use memchr::{memchr, memchr2};

use super::escape::EscapeTable;

/// The text of a cell that the splitter found. `scratch` holds it if quotes had to be removed.
#[inline]
pub(in crate::extract) fn unquote<'a>(cell: &'a [u8], quote: u8, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    field_text(cell, Some(quote), None, EscapeTable::Plain, scratch)
}

/// The text of a field with these signs.
#[inline(always)]
pub(in crate::extract) fn field_text<'a>(
    field: &'a [u8],
    quote: Option<u8>,
    escape: Option<u8>,
    table: EscapeTable,
    scratch: &'a mut Vec<u8>,
) -> &'a [u8] {
    let open = quote.filter(|quote| field.first() == Some(quote));
    if open.is_none() {
        if next_sign(field, None, escape).is_none() {
            return field;
        }
    } else if let [_, inner @ .., last] = field
        && Some(*last) == open
        && next_sign(inner, open, escape).is_none()
    {
        return inner;
    }
    scratch.clear();
    push_inner(&field[usize::from(open.is_some())..], open, escape, table, scratch);
    scratch
}

/// Appends the text of a field to `out`.
pub(crate) fn push_text(field: &[u8], quote: Option<u8>, escape: Option<u8>, out: &mut Vec<u8>) {
    let open = quote.filter(|quote| field.first() == Some(quote));
    push_inner(&field[usize::from(open.is_some())..], open, escape, EscapeTable::Plain, out);
}

/// Appends the text of what follows an opening quote, if there is one.
#[inline]
fn push_inner(mut rest: &[u8], mut open: Option<u8>, escape: Option<u8>, table: EscapeTable, out: &mut Vec<u8>) {
    while let Some(at) = next_sign(rest, open, escape) {
        let (sign, after) = (rest[at], &rest[at + 1..]);
        if Some(sign) != open {
            // An escape that nothing follows is data.
            out.extend_from_slice(&rest[..at + usize::from(after.is_empty())]);
            rest = &after[table.push(after, out)..];
        } else if after.first() == Some(&sign) {
            out.extend_from_slice(&rest[..=at]);
            rest = &after[1..];
        } else {
            // Text after a closing quote is taken as outside quotes.
            out.extend_from_slice(&rest[..at]);
            rest = after;
            open = None;
        }
    }
    out.extend_from_slice(rest);
}

/// The next byte that may not stand for itself.
#[inline(always)]
fn next_sign(text: &[u8], open: Option<u8>, escape: Option<u8>) -> Option<usize> {
    match (open, escape) {
        (None, None) => None,
        (Some(sign), None) | (None, Some(sign)) => memchr(sign, text),
        (Some(quote), Some(escape)) => memchr2(quote, escape, text),
    }
}
