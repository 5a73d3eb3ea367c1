//! Records that reach the decoder in another form than in their file: gives rejects the position and text that they
//! have there.

use std::ops::Range;

use super::{
    chunk::Chunk,
    dialect::Dialect,
    encoding::TextEncoding,
    reject::{Fault, Reject, Rule, WHOLE_LIMIT},
};

/// The form in which records of other formats are written for the decoder. Both signs are rare in text, so that hardly
/// any cell needs quotes.
pub(in crate::extract) const RECORD_DIALECT: Dialect = Dialect {
    delimiter: 0x1F,
    quote: 0x1E,
    newlines_in_values: true,
    comment: None,
    foreign: None,
    header: true,
    skip_lines: 0,
    footer_lines: 0,
    encoding: TextEncoding::Utf8,
    // The readers limit the size of records before writing them.
    max_record: 1 << 29,
    chunk_size: 1 << 20,
};

/// The place of a record in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Origin {
    /// The line, or the row of a sheet, counted from 1.
    pub(in crate::extract) line: u64,
    /// Counted from 0; for sheets, the row.
    pub(in crate::extract) byte_offset: u64,
    /// Its text within the chunk's raw bytes.
    pub(in crate::extract) raw: Range<usize>,
}

/// Records in the decoder's form, with their origins.
#[derive(Debug, Default)]
pub(in crate::extract) struct RecordChunk {
    chunk: Chunk,
    raw: Vec<u8>,
    /// Each with the start of its record in the chunk.
    origins: Vec<(u64, Origin)>,
    /// Records that have no such form.
    pub(in crate::extract) rejects: Vec<Reject>,
}

impl RecordChunk {
    /// The records, for a decoder that needs only values and no places.
    pub(in crate::extract) fn into_chunk(self) -> Chunk {
        self.chunk
    }

    /// The records, for the decoder.
    pub(in crate::extract) fn chunk(&self) -> &Chunk {
        &self.chunk
    }

    /// Whether it contains no records.
    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.origins.is_empty() && self.rejects.is_empty()
    }

    /// The bytes that the origins refer to.
    pub(in crate::extract) fn raw(&mut self) -> &mut Vec<u8> {
        &mut self.raw
    }

    /// Appends a record: cells between delimiters, without a line end.
    pub(in crate::extract) fn push(&mut self, record: &[u8], origin: Origin) {
        self.chunk.lines.push((self.chunk.data.len(), origin.line));
        self.origins.push((self.chunk.data.len() as u64, origin));
        self.chunk.data.extend_from_slice(record);
        self.chunk.data.push(b'\n');
    }

    /// Appends a record that has no such form; `raw` is its original text.
    pub(in crate::extract) fn reject(
        &mut self,
        rule: Rule,
        column: Option<String>,
        reason: String,
        origin: &Origin,
        raw: &[u8],
    ) {
        let raw = raw.get(origin.raw.clone()).unwrap_or_default();
        let faults = vec![Fault { column: column.map(Into::into), rule, reason }];
        self.rejects.push(Reject::new(origin.line, origin.byte_offset, faults, raw, WHOLE_LIMIT));
    }

    /// Gives the decoder's rejects their place and text in the file, and adds the other rejects.
    pub(in crate::extract) fn place(&mut self, rejects: &mut Vec<Reject>) {
        for reject in rejects.iter_mut() {
            let found = self.origins.binary_search_by_key(&reject.byte_offset, |origin| origin.0);
            let Some((_, origin)) = found.ok().and_then(|at| self.origins.get(at)) else { continue };
            reject.line = origin.line;
            reject.byte_offset = origin.byte_offset;
            reject.show(self.raw.get(origin.raw.clone()).unwrap_or_default());
        }
        rejects.append(&mut self.rejects);
        rejects.sort_by_key(|reject| reject.byte_offset);
    }
}

/// Appends a cell's text, in quotes if needed.
pub(in crate::extract) fn write_cell(text: &[u8], out: &mut Vec<u8>) {
    let Dialect { delimiter, quote, .. } = RECORD_DIALECT;
    if memchr::memchr3(delimiter, quote, b'\n', text).is_none() {
        out.extend_from_slice(text);
        return;
    }
    out.push(quote);
    for byte in text {
        if *byte == quote {
            out.push(quote);
        }
        out.push(*byte);
    }
    out.push(quote);
}
