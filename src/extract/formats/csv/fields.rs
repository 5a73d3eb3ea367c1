//! The fields of single records, as text.

use super::{chunk::Chunk, dialect::Dialect, readable::Readable, split::walk_fields};
use crate::extract::formats::text::TextEncoding;
use crate::extract::frame::unquote;

/// The fields of a rejected record, as far as they can be separated: after an unclosed quote, the rest is one field.
pub(super) fn fields(raw: &str, dialect: &Dialect, nulls: &[Box<[u8]>]) -> Vec<String> {
    let of_file = Dialect { newlines_in_values: true, encoding: TextEncoding::Utf8, ..*dialect };
    let chunk = Chunk { data: raw.as_bytes().to_vec(), ..Chunk::default() };
    let readable = Readable::new(chunk, &of_file, None, nulls);
    let data = readable.data.strip_suffix(b"\n").unwrap_or(&readable.data);
    let dialect = of_file.of_splitter();
    let mut ends = Vec::new();
    let (_, closed) = walk_fields(data, 0, &dialect, |end| ends.push(end));
    if !closed {
        ends.push(data.len());
    }
    let mut scratch = Vec::new();
    let mut start = 0;
    let fields = ends.iter().enumerate().map(|(at, end)| {
        let cell = data.get(start..*end).unwrap_or_default();
        start = end + 1;
        let is_open = !closed && at + 1 == ends.len();
        let text = if is_open { cell } else { unquote(cell, dialect.quote, &mut scratch) };
        String::from_utf8_lossy(text).into_owned()
    });
    fields.collect()
}
