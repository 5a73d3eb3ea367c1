//! Readers of the formats whose records are written anew for the decoder of delimited text, which so judges, compares
//! and counts the records of every format alike.

use std::sync::Arc;

use arrow::error::ArrowError;

use super::column::{ColumnSpec, ColumnType};
use super::csv::{Chunk, Decoded, Decoder, FirstSeen, HeaderMatch, Layout, RECORD_DIALECT, RecordChunk, write_cell};
use super::error::HeaderDiff;
use super::files::{ExtractFile, unreadable};
use super::json::{Converter, Document, DocumentError, Keys, Lines, Piece};
use super::parquet::{GroupReader, RowGroup, Wanted};
use super::scan::Scan;
use super::text::few;
use super::xlsx::Rows;
use super::{ExtractError, json, xlsx};
use crate::config::{ExtraColumns, Format};
use crate::plan::Source;

/// Name of the last cell of each record, which stands for all that is not declared. No file can hold it.
const REST: &str = "\u{0}rest";

/// Where the columns stand in the records that these readers write.
pub(super) fn layout(columns: &[ColumnSpec]) -> Result<Layout, HeaderMatch> {
    let names: Vec<String> = columns.iter().map(|spec| spec.name.clone()).chain([REST.to_owned()]).collect();
    Layout::new(&names, columns)
}

/// A file being read.
pub(super) enum Reader {
    Lines(Lines),
    Document(Document),
    Rows(Rows),
}

/// Records that one worker decodes at once.
pub(super) enum Records {
    Json(Piece),
    Rows(RecordChunk),
}

impl Reader {
    /// Opens a file of one of these formats; `None` for the others.
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

/// Brings records into the decoder's form, and its rejects back to where they stand in the file.
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

/// Decodes a row group's records, one batch at a time, as one unit that is accounted for as a whole.
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

/// Hands a row group over for the sake of one column; the others are not read.
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

/// Checks a file before its records are read. The names of its columns, where it has a header.
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

/// The names of a header, aliases replaced by what they stand for: a column under two names then stands there twice.
pub(super) fn declared_names(header: Vec<String>, columns: &[ColumnSpec]) -> Vec<String> {
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
                "source {name}: {} does not have the optional columns {}: their cells count as empty",
                path.display(),
                absent.join(", ")
            ));
        }
        if source.extra_columns == ExtraColumns::Warn && !extra.is_empty() {
            remarks.push(format!(
                "source {name}: {} has columns that are not declared and not read: {}",
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

/// Appends a number, written with a point, as a cell of its column is written.
pub(super) fn write_number(number: &str, spec: &ColumnSpec, out: &mut Vec<u8>) {
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

/// Appends true or false as a cell of its column is written.
pub(super) fn write_bool(value: bool, spec: &ColumnSpec, out: &mut Vec<u8>) {
    let words = if value { &spec.form.true_words } else { &spec.form.false_words };
    let word = words.as_ref().filter(|_| spec.ty == ColumnType::Bool).and_then(|words| words.first());
    write_cell(word.map_or(if value { "true" } else { "false" }, String::as_str).as_bytes(), out);
}

/// The layout of all files of these formats, once for each.
pub(super) fn layouts(source: &Source, files: usize) -> Result<Vec<Arc<Layout>>, HeaderMatch> {
    let layout = Arc::new(layout(&source.columns)?);
    Ok(vec![layout; files])
}

/// Whether records of a format are written anew.
pub(super) fn applies(format: &Format) -> bool {
    !matches!(format, Format::Csv(_))
}

/// Their dialect.
pub(super) fn dialect() -> super::csv::Dialect {
    RECORD_DIALECT
}
