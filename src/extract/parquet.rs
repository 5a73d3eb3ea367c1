//! Parquet extracts. The row groups are the units of work. Their rows are rewritten as records for the decoder of text,
//! which judges, compares and counts them. A row's place is its number in the file.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, new_null_array};
use arrow::compute::{cast, is_null, nullif, take};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use xxhash_rust::xxh3::xxh3_128;

use super::csv::{Origin, RECORD_DIALECT, RecordChunk, write_cell};
use super::records::{write_bool, write_number};
use crate::source::{Column, ColumnType};
use crate::store::Stored;

/// Rows per batch.
const BATCH_ROWS: usize = 8192;

/// One row group of one file.
#[derive(Debug, Clone)]
pub(super) struct RowGroup {
    /// Number of the file.
    pub(super) file: usize,
    /// The file in its store.
    pub(super) stored: Stored,
    /// Number of the group in the file.
    pub(super) number: usize,
    /// Rows in it.
    pub(super) rows: usize,
    /// Number of its first row in the file, from 1.
    pub(super) first_row: u64,
}

/// Names of a file's columns, and its row groups. A nested column that is declared or an alias is named by its path.
pub(super) fn inspect(
    file: usize,
    stored: &Stored,
    columns: &[Column],
) -> Result<(Vec<String>, Vec<RowGroup>), ArrowError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(stored.clone())?;
    let fields = builder.schema().fields();
    let empty = RecordBatch::new_empty(Arc::clone(builder.schema()));
    let mut paths = Vec::new();
    let mut roots = Vec::new();
    for name in columns.iter().flat_map(|spec| std::iter::once(&spec.name).chain(&spec.aliases)) {
        if fields.find(name).is_none() && at_path(&empty, name)?.is_some() {
            roots.push(name.split('.').next().unwrap_or_default());
            paths.push(name.clone());
        }
    }
    let whole = fields.iter().map(|field| field.name()).filter(|name| !roots.contains(&name.as_str()));
    let names = whole.cloned().chain(paths.iter().cloned()).collect();
    let mut first_row = 1;
    let mut groups = Vec::new();
    for (number, group) in builder.metadata().row_groups().iter().enumerate() {
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        groups.push(RowGroup { file, stored: stored.clone(), number, rows, first_row });
        first_row += rows as u64;
    }
    Ok((names, groups))
}

/// Which columns of a file are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// All: rows are also compared by their undeclared columns.
    All,
    /// The declared ones.
    Declared,
    /// One of the declared columns; the others are empty.
    Only(usize),
}

/// The rows of one row group, batch by batch.
pub(super) struct GroupReader<'a> {
    columns: &'a [Column],
    wanted: Wanted,
    batches: ParquetRecordBatchReader,
    row: u64,
}

impl<'a> GroupReader<'a> {
    pub(super) fn open(group: &RowGroup, columns: &'a [Column], wanted: Wanted) -> Result<Self, ArrowError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(group.stored.clone())?;
        let mask = match wanted {
            Wanted::All => ProjectionMask::all(),
            _ => {
                let roots = builder.schema().fields().iter().enumerate().filter(|(_, field)| {
                    let is_root = |name: &String| {
                        name == field.name() || name.split('.').next().is_some_and(|root| root == field.name())
                    };
                    columns.iter().enumerate().any(|(at, spec)| {
                        !matches!(wanted, Wanted::Only(only) if only != at)
                            && std::iter::once(&spec.name).chain(&spec.aliases).any(is_root)
                    })
                });
                ProjectionMask::roots(builder.parquet_schema(), roots.map(|(at, _)| at))
            }
        };
        let reader = builder.with_row_groups(vec![group.number]).with_projection(mask).with_batch_size(BATCH_ROWS);
        Ok(Self { columns, wanted, batches: reader.build()?, row: group.first_row })
    }

    /// The next rows as records; `None` at the end of the group.
    pub(super) fn next_records(&mut self) -> Result<Option<RecordChunk>, ArrowError> {
        let Some(batch) = self.batches.next().transpose()? else { return Ok(None) };
        let chunk = self.records(&batch)?;
        self.row += batch.num_rows() as u64;
        Ok(Some(chunk))
    }

    fn records(&self, batch: &RecordBatch) -> Result<RecordChunk, ArrowError> {
        let schema = batch.schema();
        let mut whole = vec![false; schema.fields().len()];
        let mut cells = Vec::with_capacity(self.columns.len());
        for (at, spec) in self.columns.iter().enumerate() {
            let skipped = matches!(self.wanted, Wanted::Only(only) if only != at);
            let mut found = None;
            for name in std::iter::once(&spec.name).chain(&spec.aliases).filter(|_| !skipped) {
                if let Some((place, _)) = schema.fields().find(name) {
                    whole[place] = true;
                    found = Some(Arc::clone(batch.column(place)));
                } else {
                    found = at_path(batch, name)?;
                }
                if found.is_some() {
                    break;
                }
            }
            // The comparison of names with the declaration has allowed the file to lack this column.
            let column = found.unwrap_or_else(|| new_null_array(&DataType::Utf8, batch.num_rows()));
            cells.push(Cells::new(&column)?);
        }
        let shown = batch.columns().iter().map(Cells::new).collect::<Result<Vec<_>, _>>()?;
        let mut rest: Vec<usize> = (0..whole.len()).filter(|place| !whole[*place]).collect();
        rest.sort_by(|a, b| schema.field(*a).name().cmp(schema.field(*b).name()));
        let mut out = RecordChunk::default();
        let mut raw = Vec::new();
        let (mut record, mut other) = (Vec::new(), Vec::new());
        for row in 0..batch.num_rows() {
            record.clear();
            for (cells, spec) in cells.iter().zip(self.columns) {
                cells.write(row, spec, &mut record)?;
                record.push(RECORD_DIALECT.delimiter);
            }
            if matches!(self.wanted, Wanted::All) {
                other.clear();
                for place in rest.iter().filter(|place| !shown[**place].column.is_null(row)) {
                    other.extend_from_slice(schema.field(*place).name().as_bytes());
                    other.push(RECORD_DIALECT.delimiter);
                    shown[*place].show(row, &mut other)?;
                    other.push(RECORD_DIALECT.delimiter);
                }
                if !other.is_empty() {
                    record.extend_from_slice(format!("{:032x}", xxh3_128(&other)).as_bytes());
                }
            }
            let line = self.row + row as u64;
            let start = raw.len();
            for (place, cells) in shown.iter().enumerate() {
                if place > 0 {
                    raw.extend_from_slice(b", ");
                }
                raw.extend_from_slice(schema.field(place).name().as_bytes());
                raw.push(b'=');
                cells.show(row, &mut raw)?;
            }
            out.push(&record, Origin { line, byte_offset: line, raw: start..raw.len() });
        }
        *out.raw() = raw;
        Ok(out)
    }
}

/// The values at a dotted path: members of structs, list elements by position from 0. Null if a row has none.
fn at_path(batch: &RecordBatch, path: &str) -> Result<Option<ArrayRef>, ArrowError> {
    let mut steps = path.split('.');
    let root = steps.next().and_then(|root| batch.column_by_name(root));
    let Some(mut column) = root.cloned() else { return Ok(None) };
    for step in steps {
        let inner = match column.data_type() {
            DataType::Struct(_) => {
                let Some(inner) = column.as_struct().column_by_name(step) else { return Ok(None) };
                nullif(inner, &is_null(&column)?)?
            }
            DataType::List(_) => {
                let Ok(place) = step.parse::<i32>() else { return Ok(None) };
                let list = column.as_list::<i32>();
                let element = |row: usize| {
                    let range = list.value_offsets().get(row..row + 2)?;
                    let at = range[0].checked_add(place)?;
                    (list.is_valid(row) && at < range[1]).then_some(i64::from(at))
                };
                let places: Int64Array = (0..list.len()).map(element).collect();
                take(list.values(), &places, None)?
            }
            _ => return Ok(None),
        };
        column = inner;
    }
    Ok(Some(column))
}

/// A column whose cells are written as text.
struct Cells {
    column: ArrayRef,
}

impl Cells {
    fn new(column: &ArrayRef) -> Result<Self, ArrowError> {
        let plain = match column.data_type() {
            DataType::Dictionary(_, value) => cast(column, value)?,
            _ => Arc::clone(column),
        };
        // This leaves few kinds of arrays. The decoder judges bytes that are declared as text.
        let plain = match plain.data_type() {
            DataType::LargeUtf8 | DataType::Utf8View => cast(&plain, &DataType::Utf8)?,
            DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                cast(&plain, &DataType::Binary)?
            }
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => cast(&plain, &DataType::Int64)?,
            DataType::Float16 => cast(&plain, &DataType::Float32)?,
            _ => plain,
        };
        Ok(Self { column: plain })
    }

    /// Appends a cell in the form of its column.
    fn write(&self, row: usize, spec: &Column, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        if self.column.is_null(row) {
            return Ok(());
        }
        match self.column.data_type() {
            DataType::Utf8 => write_cell(self.column.as_string::<i32>().value(row).as_bytes(), out),
            DataType::Binary => write_cell(self.column.as_binary::<i32>().value(row), out),
            DataType::Boolean => write_bool(self.column.as_boolean().value(row), spec, out),
            kind => {
                let mut text = Vec::new();
                self.show(row, &mut text)?;
                let text = String::from_utf8_lossy(&text);
                let text = match spec.ty {
                    // Whole numbers and days may be stored with a fraction of zeros.
                    ColumnType::Int if kind.is_decimal() => whole(&text),
                    ColumnType::Date => text.strip_suffix("T00:00:00").unwrap_or(&text),
                    _ => &text,
                };
                if kind.is_numeric() { write_number(text, spec, out) } else { write_cell(text.as_bytes(), out) }
            }
        }
        Ok(())
    }

    /// Appends a cell in the form that messages show.
    fn show(&self, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        use std::io::Write;
        if self.column.is_null(row) {
            return Ok(());
        }
        match self.column.data_type() {
            DataType::Utf8 => out.extend_from_slice(self.column.as_string::<i32>().value(row).as_bytes()),
            DataType::Int64 => write!(out, "{}", self.column.as_primitive::<Int64Type>().value(row))?,
            // The shortest text for this number.
            DataType::Float64 => write!(out, "{}", self.column.as_primitive::<Float64Type>().value(row))?,
            DataType::Float32 => write!(out, "{}", self.column.as_primitive::<Float32Type>().value(row))?,
            _ => {
                let options = FormatOptions::default().with_display_error(true);
                write!(out, "{}", ArrayFormatter::try_new(&self.column, &options)?.value(row))?;
            }
        }
        Ok(())
    }
}

fn whole(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}
