//! The text of a field that may have quotes around it: pages hand over fields in place, and whoever reads one removes its
//! quotes. Inside quotes, a doubled quote is a quote; an escape makes the next character ordinary.

use memchr::{memchr, memchr2};

/// The character after an escape: a line end counts as one. Empty if nothing follows.
pub(in crate::extract) fn escaped(rest: &[u8]) -> &[u8] {
    let size = match rest {
        [b'\r', b'\n', ..] => 2,
        // A character beyond ASCII: none of its other bytes means anything, except in a delimiter.
        [first, others @ ..] if !first.is_ascii() => {
            1 + others.iter().take(3).take_while(|byte| *byte & 0xC0 == 0x80).count()
        }
        _ => rest.len().min(1),
    };
    &rest[..size]
}

/// The text of a cell that the splitter found. `scratch` holds it if quotes had to be removed.
#[inline]
pub(in crate::extract) fn unquote<'a>(cell: &'a [u8], quote: u8, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    field_text(cell, Some(quote), None, scratch)
}

/// The text of a field with these signs.
#[inline(always)]
pub(in crate::extract) fn field_text<'a>(
    field: &'a [u8],
    quote: Option<u8>,
    escape: Option<u8>,
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
    push_inner(&field[usize::from(open.is_some())..], open, escape, scratch);
    scratch
}

/// Appends the text of a field to `out`.
pub(crate) fn push_text(field: &[u8], quote: Option<u8>, escape: Option<u8>, out: &mut Vec<u8>) {
    let open = quote.filter(|quote| field.first() == Some(quote));
    push_inner(&field[usize::from(open.is_some())..], open, escape, out);
}

/// Appends the text of what follows an opening quote, if there is one.
#[inline]
fn push_inner(mut rest: &[u8], mut open: Option<u8>, escape: Option<u8>, out: &mut Vec<u8>) {
    while let Some(at) = next_sign(rest, open, escape) {
        let (sign, after) = (rest[at], &rest[at + 1..]);
        if Some(sign) != open {
            let taken = escaped(after);
            // An escape that nothing follows is data.
            out.extend_from_slice(&rest[..at + usize::from(taken.is_empty())]);
            out.extend_from_slice(taken);
            rest = &after[taken.len()..];
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
