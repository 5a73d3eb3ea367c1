//! Where records stand that reached the decoder in another form than their file's: rejects get the place and the text
//! that they have there.

use std::ops::Range;

use super::{
    chunk::Chunk,
    dialect::Dialect,
    encoding::TextEncoding,
    reject::{Reject, Rule, raw_text},
};

/// How records of other formats are written for the decoder. Neither sign is likely in a text, so that next to no cell
/// needs quotes.
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
    // The readers bound their records before they write them.
    max_record: 1 << 29,
    chunk_size: 1 << 20,
};

/// A record's place in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Origin {
    /// The line, or the row of a sheet, counted from 1.
    pub(in crate::extract) line: u64,
    /// Counted from 0; for sheets the row.
    pub(in crate::extract) byte_offset: u64,
    /// Its text among the chunk's raw bytes.
    pub(in crate::extract) raw: Range<usize>,
}

/// Records in the decoder's form, with where they come from.
#[derive(Debug, Default)]
pub(in crate::extract) struct RecordChunk {
    chunk: Chunk,
    raw: Vec<u8>,
    /// With the start of the record in the chunk.
    origins: Vec<(u64, Origin)>,
    /// Records that could not be brought into that form.
    pub(in crate::extract) rejects: Vec<Reject>,
}

impl RecordChunk {
    /// The records for the decoder.
    pub(in crate::extract) fn chunk(&self) -> &Chunk {
        &self.chunk
    }

    /// Whether there is no record in it.
    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.origins.is_empty() && self.rejects.is_empty()
    }

    /// The bytes that origins speak of.
    pub(in crate::extract) fn raw(&mut self) -> &mut Vec<u8> {
        &mut self.raw
    }

    /// Appends a record: cells between delimiters, without a line end.
    pub(in crate::extract) fn push(&mut self, record: &[u8], origin: Origin) {
        self.origins.push((self.chunk.data.len() as u64, origin));
        self.chunk.data.extend_from_slice(record);
        self.chunk.data.push(b'\n');
    }

    /// Appends a record that has no such form; `raw` is what its origin speaks of.
    pub(in crate::extract) fn reject(
        &mut self,
        rule: Rule,
        column: Option<String>,
        reason: String,
        origin: &Origin,
        raw: &[u8],
    ) {
        let raw = raw_text(raw.get(origin.raw.clone()).unwrap_or_default());
        let Origin { line, byte_offset, .. } = *origin;
        self.rejects.push(Reject { line, byte_offset, column, rule, reason, raw });
    }

    /// Gives what the decoder rejected its place and text in the file, and adds the other rejects.
    pub(in crate::extract) fn place(&mut self, rejects: &mut Vec<Reject>) {
        for reject in rejects.iter_mut() {
            let found = self.origins.binary_search_by_key(&reject.byte_offset, |origin| origin.0);
            let Some((_, origin)) = found.ok().and_then(|at| self.origins.get(at)) else { continue };
            reject.line = origin.line;
            reject.byte_offset = origin.byte_offset;
            reject.raw = raw_text(self.raw.get(origin.raw.clone()).unwrap_or_default());
        }
        rejects.append(&mut self.rejects);
        rejects.sort_by_key(|reject| reject.byte_offset);
    }
}

/// Appends a cell's text, in quotes where it needs them.
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
