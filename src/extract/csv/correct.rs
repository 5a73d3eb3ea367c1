//! Corrected records -> rows, judged like any other; and raw records -> the texts of their fields, for correction.
//!
//! A correction has its values by column name, so that it remains valid when the delimiter or the order of columns
//! changes. It is written as one record in the source's own dialect, so its row hash is the same as in a file.

use std::sync::Arc;

use arrow::error::ArrowError;

use super::{
    chunk::Chunk,
    contract::FromFile,
    decode::Decoder,
    decoded::Decoded,
    dedup::FirstSeen,
    dialect::{Dialect, NO_QUOTE},
    encoding::TextEncoding,
    header::{HeaderMatch, Layout},
    plan::Plan,
    readable::Readable,
    split::{unquote, walk_fields},
};

/// Decodes corrected records of one source.
#[derive(Debug)]
pub struct Corrector {
    plan: Arc<Plan>,
    projection: Vec<usize>,
    /// Decoders keep their buffers, so one decoder serves as long as corrections have the same columns.
    decoder: Option<(Vec<String>, Decoder)>,
    file: FromFile,
}

/// Why a corrected record could not be read.
#[derive(Debug)]
pub enum CorrectError {
    /// It lacks declared columns.
    Columns(HeaderMatch),
    /// Arrow failed.
    Arrow(ArrowError),
}

impl From<ArrowError> for CorrectError {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

impl Corrector {
    /// A corrector that delivers the declared columns `projection`, in that order.
    pub fn new(plan: &Arc<Plan>, projection: &[usize]) -> Self {
        let mut plan = plan.clone();
        let changed = Arc::make_mut(&mut plan);
        changed.options.dialect = of_corrections(changed.dialect());
        Self { plan, projection: projection.to_vec(), decoder: None, file: FromFile::default() }
    }

    /// Sets the file that the rejected rows come from.
    pub fn set_file(&mut self, file: FromFile) {
        self.file = file;
    }

    /// Decodes one record in the place of the one that it replaces.
    pub fn decode<'a>(
        &mut self,
        values: impl Iterator<Item = (&'a str, &'a str)> + Clone,
        line: u64,
        byte_offset: u64,
        seen: Option<&dyn FirstSeen>,
    ) -> Result<Decoded, CorrectError> {
        let data = record(values.clone().map(|(_, value)| value), self.plan.dialect());
        let chunk = Chunk { data, byte_offset, first_line: line, ..Chunk::default() };
        let is_other = |(columns, _): &(Vec<String>, Decoder)| !columns.iter().eq(values.clone().map(|(name, _)| name));
        if self.decoder.as_ref().is_none_or(is_other) {
            let columns: Vec<String> = values.map(|(name, _)| name.to_owned()).collect();
            let layout = Layout::new(&columns, self.plan.columns()).map_err(CorrectError::Columns)?;
            let decoder = Decoder::new(Arc::clone(&self.plan), Arc::new(layout), &self.projection)?;
            self.decoder = Some((columns, decoder));
        }
        match &mut self.decoder {
            Some((_, decoder)) => {
                decoder.set_file(self.file);
                Ok(decoder.decode(&chunk, seen)?)
            }
            None => Ok(Decoded::default()),
        }
    }
}

/// The dialect of a source's corrections. A corrected value may contain line breaks even if the files do not.
fn of_corrections(dialect: &Dialect) -> Dialect {
    let quote = if dialect.quote == NO_QUOTE { b'"' } else { dialect.quote };
    Dialect { quote, newlines_in_values: true, foreign: None, comment: None, encoding: TextEncoding::Utf8, ..*dialect }
}

/// Values as one record of a file.
fn record<'a>(values: impl Iterator<Item = &'a str>, dialect: &Dialect) -> Vec<u8> {
    let (delimiter, quote) = (dialect.delimiter, dialect.quote);
    let mut out = Vec::new();
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.push(delimiter);
        }
        if value.bytes().any(|byte| byte == delimiter || byte == quote || byte == b'\n' || byte == b'\r') {
            out.push(quote);
            for byte in value.bytes() {
                out.extend(std::iter::repeat_n(byte, if byte == quote { 2 } else { 1 }));
            }
            out.push(quote);
        } else {
            out.extend_from_slice(value.as_bytes());
        }
    }
    if out.is_empty() {
        // A blank line would not be a row.
        out.extend([quote, quote]);
    }
    out.push(b'\n');
    out
}

/// The fields of a rejected record, as far as they can be separated: after an unclosed quote, the rest is one field.
pub fn split_record(raw: &str, plan: &Plan) -> Vec<String> {
    let of_file = Dialect { newlines_in_values: true, encoding: TextEncoding::Utf8, ..*plan.dialect() };
    let chunk = Chunk { data: raw.as_bytes().to_vec(), ..Chunk::default() };
    let readable = Readable::new(&chunk, &of_file);
    let data = readable.as_ref().map_or(chunk.data.as_slice(), |readable| readable.chunk.data.as_slice());
    let data = data.strip_suffix(b"\n").unwrap_or(data);
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
