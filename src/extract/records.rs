//! Readers of the formats whose records are rewritten as delimited text. The decoder of that text then judges, compares
//! and counts the records of every format in the same way.

use std::sync::Arc;

use arrow::error::ArrowError;

use super::csv::{Chunk, Decoded, Decoder, FirstSeen, HeaderMatch, Layout, RECORD_DIALECT, RecordChunk, write_cell};
use super::error::HeaderDiff;
use super::files::{ExtractFile, unreadable};
use super::json::{Converter, Document, DocumentError, Keys, Lines, Piece};
use super::parquet::{GroupReader, RowGroup, Wanted};
use super::scan::Scan;
use super::xlsx::Rows;
use super::{ExtractError, json, xlsx};
use crate::config::{ExtraColumns, Format};
use crate::source::Source;
use crate::source::{Column, ColumnType};
use crate::words::few;

/// Name of the last cell of each record, which holds everything that is not declared. No file can contain this name.
const REST: &str = "\u{0}rest";

/// The positions of the columns in the records that these readers write.
pub(super) fn layout(columns: &[Column]) -> Result<Layout, HeaderMatch> {
    let names: Vec<String> = columns.iter().map(|spec| spec.name.clone()).chain([REST.to_owned()]).collect();
    Layout::new(&names, columns)
}

/// A file being read.
pub(super) enum Reader {
    Lines(Lines),
    Document(Document),
    Rows(Rows),
}

/// Records that one worker decodes in one step.
pub(super) enum Records {
    Json(Piece),
    Rows(RecordChunk),
}

impl Reader {
    /// Opens a file of one of these formats; `None` for other formats.
    pub(super) fn open(source: &Source, file: &ExtractFile) -> Result<Option<Self>, ExtractError> {
        let opened = || file.open().map_err(|error| unreadable(source, &file.shown, error));
        Ok(match &source.format {
            Format::JsonLines(_) => Some(Self::Lines(Lines::new(opened()?))),
            Format::Json(format) => {
                let path = format.records.as_ref().map(|path| path.value.as_str());
                Some(Self::Document(Document::new(opened()?, path)))
            }
            Format::Xlsx(format) => Some(Self::Rows(Rows::start(source.columns.clone(), format, &file.stored))),
            Format::Csv(_) | Format::Parquet(_) => None,
        })
    }

    /// The next records; `None` at the end of the file.
    pub(super) fn next_records(
        &mut self,
        source: &Source,
        file: &ExtractFile,
    ) -> Result<Option<Records>, ExtractError> {
        let broken = |reason| ExtractError::Format { name: source.name.clone(), path: file.shown.clone(), reason };
        match self {
            Self::Lines(lines) => lines
                .next_piece()
                .map(|piece| piece.map(Records::Json))
                .map_err(|error| unreadable(source, &file.shown, error)),
            Self::Document(document) => {
                document.next_piece().map(|piece| piece.map(Records::Json)).map_err(|error| match error {
                    DocumentError::Io(error) => unreadable(source, &file.shown, error),
                    DocumentError::Broken(reason) => broken(reason),
                })
            }
            Self::Rows(rows) => rows.next_rows().map(|rows| rows.map(Records::Rows)).map_err(broken),
        }
    }
}

/// Rewrites records for the decoder, and gives its rejects their place in the file.
pub(super) struct RecordDecoder {
    converter: Converter,
    keys: Arc<Keys>,
}

impl RecordDecoder {
    pub(super) fn new(scan: &Scan) -> Self {
        Self { converter: Converter::new(scan.plan.columns()), keys: Arc::clone(&scan.keys) }
    }

    /// The records as a chunk for the decoder.
    pub(super) fn chunk(&mut self, file: usize, records: Records) -> RecordChunk {
        match records {
            Records::Json(piece) => self.converter.convert(file, piece, &self.keys),
            Records::Rows(rows) => rows,
        }
    }
}

/// Decodes the records of a row group, one batch at a time, as one unit for the accounts.
pub(super) fn decode_group(
    group: &RowGroup,
    source: &Source,
    decoder: &mut Decoder,
    seen: Option<&dyn FirstSeen>,
) -> Result<Decoded, ArrowError> {
    let wanted = if source.deduplicate { Wanted::All } else { Wanted::Declared };
    let mut reader = GroupReader::open(group, &source.columns, wanted)?;
    let mut whole = Decoded::default();
    while let Some(records) = reader.next_records()? {
        whole.append(decode(records, decoder, seen)?);
    }
    Ok(whole)
}

/// Hands over one column of a row group; the others are not read.
pub(super) fn column_of_group(
    group: &RowGroup,
    source: &Source,
    column: usize,
    mut each: impl FnMut(&Chunk),
) -> Result<(), ArrowError> {
    let mut reader = GroupReader::open(group, &source.columns, Wanted::Only(column))?;
    while let Some(records) = reader.next_records()? {
        each(records.chunk());
    }
    Ok(())
}

/// Decodes records and gives every reject its place in the file.
pub(super) fn decode(
    mut records: RecordChunk,
    decoder: &mut Decoder,
    seen: Option<&dyn FirstSeen>,
) -> Result<Decoded, ArrowError> {
    let mut decoded = decoder.decode(records.chunk(), seen)?;
    let more = records.rejects.len() as u64;
    records.place(&mut decoded.rejects);
    decoded.rows_read += more;
    decoded.rows_rejected += more;
    Ok(decoded)
}

/// Checks a file before its records are read. Returns the names of its columns if it has a header.
pub(super) fn inspect(source: &Source, file: &ExtractFile) -> Result<Option<Vec<String>>, ExtractError> {
    let unfit = |reason| ExtractError::Header { name: source.name.clone(), path: file.shown.clone(), reason };
    match &source.format {
        Format::Xlsx(format) => xlsx::header(format, &file.stored).map(Some).map_err(unfit),
        Format::JsonLines(_) | Format::Json(_) => {
            let opened = file.open().map_err(|error| unreadable(source, &file.shown, error))?;
            let mut start = Vec::new();
            std::io::Read::read_to_end(&mut std::io::Read::take(opened, 4), &mut start)
                .map_err(|error| unreadable(source, &file.shown, error))?;
            json::check_encoding(&start).map_err(|reason| unfit(reason.to_owned())).map(|()| None)
        }
        Format::Csv(_) | Format::Parquet(_) => Ok(None),
    }
}

/// The names of a header with aliases replaced by column names. A column under two names then appears twice.
pub(super) fn declared_names(header: Vec<String>, columns: &[Column]) -> Vec<String> {
    let declared = |name: String| match columns.iter().find(|spec| spec.aliases.contains(&name)) {
        Some(spec) => spec.name.clone(),
        None => name,
    };
    header.into_iter().map(declared).collect()
}

/// Holds the keys that records had against the declaration. Returns what is odd and yet no error.
pub(super) fn check_keys(source: &Source, files: &[ExtractFile], keys: &Keys) -> Result<Vec<String>, ExtractError> {
    let (mut remarks, mut diffs) = (Vec::new(), Vec::new());
    for (file, found) in files.iter().zip(keys.files()).filter(|(_, found)| found.records > 0) {
        let (name, path) = (source.name.clone(), file.shown.clone());
        let extra: Vec<String> = found.extra.into_iter().collect();
        let lacking = source.columns.iter().zip(&found.declared).filter(|(_, seen)| !**seen).map(|(spec, _)| spec);
        let (absent, missing): (Vec<_>, Vec<_>) = lacking.partition(|spec| spec.optional);
        let forbidden = source.extra_columns == ExtraColumns::Fail && !extra.is_empty();
        if !missing.is_empty() || forbidden {
            let missing = missing.iter().map(|spec| spec.name.clone()).collect();
            diffs.push(HeaderDiff { path, missing, added: extra });
            continue;
        }
        if !absent.is_empty() {
            let absent: Vec<&str> = absent.iter().map(|spec| spec.name.as_str()).collect();
            remarks.push(format!(
                "source {name}: {} lacks the optional columns {}: their cells count as empty",
                path.display(),
                absent.join(", ")
            ));
        }
        if source.extra_columns == ExtraColumns::Warn && !extra.is_empty() {
            remarks.push(format!(
                "source {name}: {} has undeclared columns, which are not read: {}",
                path.display(),
                few(&extra)
            ));
        }
    }
    if diffs.is_empty() {
        return Ok(remarks);
    }
    Err(ExtractError::OtherColumns { name: source.name.clone(), files: diffs })
}

/// Appends a number, written with a point, in the form of its column's cells.
pub(super) fn write_number(number: &str, spec: &Column, out: &mut Vec<u8>) {
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
pub(super) fn write_bool(value: bool, spec: &Column, out: &mut Vec<u8>) {
    let words = if value { &spec.form.true_words } else { &spec.form.false_words };
    let word = words.as_ref().filter(|_| spec.ty == ColumnType::Bool).and_then(|words| words.first());
    write_cell(word.map_or(if value { "true" } else { "false" }, String::as_str).as_bytes(), out);
}

/// The layouts of all files of these formats: one layout, shared.
pub(super) fn layouts(source: &Source, files: usize) -> Result<Vec<Arc<Layout>>, HeaderMatch> {
    let layout = Arc::new(layout(&source.columns)?);
    Ok(vec![layout; files])
}

/// Whether records of a format are rewritten.
pub(super) fn applies(format: &Format) -> bool {
    !matches!(format, Format::Csv(_))
}

/// The dialect of rewritten records.
pub(super) fn dialect() -> super::csv::Dialect {
    RECORD_DIALECT
}
