//! The rows of one row group, as pages of columns.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, RecordBatchReader, StringArray};
use arrow::datatypes::{Field, FieldRef, Fields, Schema};
use arrow::error::ArrowError;
use memchr::memchr_iter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use xxhash_rust::xxh3::xxh3_128;

use super::array::as_declared;
use super::int96::FinerTimes;
use super::nested::plain;
use super::path::at_path;
use super::text::TextCells;
use crate::extract::frame::{
    ArrayPage, Cells, Fault, Page, Pages, Place, Quotes, Reject, RowTable, SIGNS, TextPage, WHOLE_LIMIT, unclean_places,
};
use crate::invariant::BrokenInvariant;
use crate::source::{Column, ColumnType};

/// Between the cells of a column that is written as text.
const SEPARATOR: u8 = 0x1F;

/// The rows of one row group.
pub(super) struct GroupPages {
    columns: Arc<[Column]>,
    /// The fields of the file.
    fields: Fields,
    batches: ParquetRecordBatchReader,
    /// The digits beyond microseconds of INT96.
    finer: Option<FinerTimes>,
    /// Columns that have another name in the file than the declared one: both names.
    renamed: Vec<(String, String)>,
    /// The declared columns that are wanted.
    read: Vec<bool>,
    /// Whether rows are compared by their undeclared columns too.
    with_undeclared: bool,
    /// Number in the file of the first row of `batch`.
    first_row: u64,
    batch: Batch,
    /// The rows of the batch that are on the page.
    page: Range<usize>,
}

/// Rows that were read, with their cells.
struct Batch {
    rows: RecordBatch,
    /// The declared columns.
    columns: Vec<Found>,
    /// Arrays of the page's rows, for columns that are arrays.
    on_page: Vec<Option<ArrayRef>>,
    undeclared: Vec<u128>,
    /// Every column of the file as text, once a row has been rejected.
    shown: Option<Vec<TextCells>>,
}

/// A declared column of a batch.
enum Found {
    Absent,
    Array { array: ArrayRef, shown: TextCells },
    Text { text: Text, shown: TextCells },
}

/// Cells of text.
struct Text {
    data: TextData,
    /// One cell in each row.
    table: RowTable,
    unclean: Vec<usize>,
}

enum TextData {
    Array(StringArray),
    Written(Vec<u8>),
}

impl Text {
    /// The cells of an array of text, in place.
    fn of_array(array: StringArray) -> Self {
        let mut table = RowTable::default();
        table.clear(1);
        for (row, ends) in array.value_offsets().windows(2).enumerate() {
            let (start, end) = (ends[0] as usize, ends[1] as usize);
            table.push(start);
            table.push(if array.is_null(row) { start } else { end } + 1);
        }
        let unclean = memchr_iter(0, array.value_data()).collect();
        Self { data: TextData::Array(array), table, unclean }
    }

    /// Cells that are written as text.
    fn written(cells: &TextCells, rows: usize, column: &Column) -> Result<Self, ArrowError> {
        let mut table = RowTable::default();
        table.clear(1);
        let mut data = Vec::new();
        for row in 0..rows {
            table.push(data.len());
            cells.write(row, column, &mut data)?;
            data.push(SEPARATOR);
            table.push(data.len());
        }
        Ok(Self { unclean: unclean_places(&data), data: TextData::Written(data), table })
    }

    fn page(&self, rows: &Range<usize>) -> TextPage<'_> {
        TextPage {
            data: match &self.data {
                TextData::Array(array) => array.value_data(),
                TextData::Written(data) => data,
            },
            borders: self.table.between(rows.start, rows.end),
            stride: self.table.stride,
            quotes: Quotes::None,
            quote: SIGNS.quote,
            signs: SIGNS,
            holds_signs: true,
            unclean: &self.unclean,
            literals: &[],
            uncomputed: &[],
        }
    }
}

impl GroupPages {
    pub(super) fn new(
        columns: Arc<[Column]>,
        fields: Fields,
        batches: ParquetRecordBatchReader,
        read: Vec<bool>,
        with_undeclared: bool,
        first_row: u64,
    ) -> Self {
        let rows = RecordBatch::new_empty(batches.schema());
        let batch = Batch { rows, columns: Vec::new(), on_page: Vec::new(), undeclared: Vec::new(), shown: None };
        let (finer, renamed, page) = (None, Vec::new(), 0..0);
        Self { columns, fields, batches, finer, renamed, read, with_undeclared, first_row, batch, page }
    }

    /// With columns under other names than those of the file.
    pub(super) fn with_renamed(self, renamed: Vec<(String, String)>) -> Self {
        Self { renamed, ..self }
    }

    /// With the digits beyond microseconds of INT96.
    pub(super) fn with_finer(self, finer: Option<FinerTimes>) -> Self {
        Self { finer, ..self }
    }

    /// Reads the next rows of the group; false at its end.
    fn next_batch(&mut self) -> Result<bool, ArrowError> {
        self.first_row += self.batch.rows.num_rows() as u64;
        let Some(rows) = self.batches.next().transpose()? else { return Ok(false) };
        let rows = match &mut self.finer {
            Some(finer) => finer.apply(&rows)?,
            None => rows,
        };
        let rows = if self.renamed.is_empty() { rows } else { under_known_names(&rows, &self.renamed)? };
        let mut is_whole = vec![false; rows.num_columns()];
        let mut columns = Vec::with_capacity(self.columns.len());
        for (column, is_wanted) in self.columns.iter().zip(&self.read) {
            columns.push(match is_wanted {
                true => found(&rows, &self.fields, column, &mut is_whole)?,
                false => Found::Absent,
            });
        }
        let undeclared = if self.with_undeclared { undeclared(&rows, &self.fields, &is_whole)? } else { Vec::new() };
        self.batch = Batch { rows, columns, on_page: Vec::new(), undeclared, shown: None };
        self.page = 0..0;
        Ok(true)
    }

    fn number(&self, row: usize) -> u64 {
        self.first_row + (self.page.start + row) as u64
    }
}

/// The same rows with the columns under their known names.
fn under_known_names(rows: &RecordBatch, renamed: &[(String, String)]) -> Result<RecordBatch, ArrowError> {
    let known = |field: &FieldRef| match renamed.iter().find(|(own, _)| own == field.name()) {
        Some((_, name)) => Arc::new(Field::clone(field).with_name(name)),
        None => Arc::clone(field),
    };
    let fields: Fields = rows.schema().fields().iter().map(known).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), rows.columns().to_vec(), &options)
}

/// A declared column of the rows, under the first of its names that the file has.
fn found(rows: &RecordBatch, fields: &Fields, column: &Column, is_whole: &mut [bool]) -> Result<Found, ArrowError> {
    for name in column.names() {
        let array = match rows.schema().fields().find(name) {
            Some((place, _)) => {
                is_whole[place] = true;
                Some(plain_root(rows, fields, place)?)
            }
            None => at_path(rows, fields, name)?.map(|(array, field)| plain(&array, &field)).transpose()?,
        };
        if let Some(array) = array {
            return cells(&array, column);
        }
    }
    // The comparison of names with the declaration has allowed the file to lack this column.
    Ok(Found::Absent)
}

fn cells(array: &ArrayRef, column: &Column) -> Result<Found, ArrowError> {
    let shown = TextCells::new(array)?;
    if let Some(array) = as_declared(array, column)? {
        return Ok(Found::Array { array, shown });
    }
    let text = match shown.strings() {
        Some(strings) if column.ty == ColumnType::String => Text::of_array(strings),
        _ => Text::written(&shown, array.len(), column)?,
    };
    Ok(Found::Text { text, shown })
}

/// A column of the rows as single values.
fn plain_root(rows: &RecordBatch, fields: &Fields, place: usize) -> Result<ArrayRef, ArrowError> {
    let schema = rows.schema();
    let own = schema.field(place);
    plain(rows.column(place), fields.find(own.name()).map_or(own, |(_, field)| field))
}

/// Hashes of the names and values of each row's undeclared columns, in the order of their names.
fn undeclared(rows: &RecordBatch, fields: &Fields, is_whole: &[bool]) -> Result<Vec<u128>, ArrowError> {
    let schema = rows.schema();
    let mut places: Vec<usize> = (0..is_whole.len()).filter(|place| !is_whole[*place]).collect();
    places.sort_by(|a, b| schema.field(*a).name().cmp(schema.field(*b).name()));
    let mut others = Vec::with_capacity(places.len());
    for place in places {
        others.push((schema.field(place).name(), TextCells::new(&plain_root(rows, fields, place)?)?));
    }
    let mut hashes = vec![0; rows.num_rows()];
    let mut text = Vec::new();
    for (row, hash) in hashes.iter_mut().enumerate() {
        text.clear();
        for (name, cells) in others.iter().filter(|(_, cells)| !cells.is_null(row)) {
            // With its length, so that no value can pass for two.
            text.extend_from_slice(&name.len().to_le_bytes());
            text.extend_from_slice(name.as_bytes());
            let start = text.len();
            cells.show(row, &mut text)?;
            let size = text.len() - start;
            text.extend_from_slice(&size.to_le_bytes());
        }
        *hash = if text.is_empty() { 0 } else { xxh3_128(&text) };
    }
    Ok(hashes)
}

impl Batch {
    /// A row as messages show it: every column that was read, with its name.
    fn show(&mut self, fields: &Fields, row: usize) -> Result<Vec<u8>, ArrowError> {
        if self.shown.is_none() {
            let places = 0..self.rows.num_columns();
            let shown = places.map(|place| TextCells::new(&plain_root(&self.rows, fields, place)?));
            self.shown = Some(shown.collect::<Result<_, _>>()?);
        }
        let schema = self.rows.schema();
        let mut raw = Vec::new();
        for (place, cells) in self.shown.iter().flatten().enumerate() {
            if place > 0 {
                raw.extend_from_slice(b", ");
            }
            raw.extend_from_slice(schema.field(place).name().as_bytes());
            raw.push(b'=');
            cells.show(row, &mut raw)?;
        }
        Ok(raw)
    }
}

impl Pages for GroupPages {
    fn next_page(&mut self, most: usize, _: &mut Vec<Reject>) -> Result<Option<usize>, ArrowError> {
        while self.page.end >= self.batch.rows.num_rows() {
            if !self.next_batch()? {
                return Ok(None);
            }
        }
        self.page = self.page.end..(self.page.end + most).min(self.batch.rows.num_rows());
        let (start, size) = (self.page.start, self.page.len());
        let of_page = |column: &Found| match column {
            Found::Array { array, .. } => Some(array.slice(start, size)),
            _ => None,
        };
        self.batch.on_page = self.batch.columns.iter().map(of_page).collect();
        Ok(Some(size))
    }

    fn page(&self) -> Page<'_> {
        Page::Arrays(self)
    }

    fn place(&mut self, row: usize) -> Place {
        let number = self.number(row);
        Place { line: number, byte_offset: number }
    }

    fn reject(&mut self, row: usize, faults: Vec<Fault>) -> Result<Option<Reject>, ArrowError> {
        let place = self.number(row);
        let raw = self.batch.show(&self.fields, self.page.start + row)?;
        Ok(Some(Reject::new(place, place, faults, &raw, WHOLE_LIMIT)))
    }
}

impl ArrayPage for GroupPages {
    fn cells(&self, column: usize) -> Cells<'_> {
        match (self.batch.columns.get(column), self.batch.on_page.get(column)) {
            (Some(Found::Array { .. }), Some(Some(array))) => Cells::Array(array),
            (Some(Found::Text { text, .. }), _) => Cells::Text(text.page(&self.page), 0),
            _ => Cells::Absent,
        }
    }

    fn show(&self, column: usize, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        match (self.batch.columns.get(column), self.columns.get(column)) {
            (Some(Found::Array { shown, .. } | Found::Text { shown, .. }), Some(declared)) => {
                shown.write(self.page.start + row, declared, out)
            }
            _ => Err(BrokenInvariant::new("only a column that the file has can be at fault").into()),
        }
    }

    fn undeclared(&self, row: usize) -> u128 {
        self.batch.undeclared.get(self.page.start + row).copied().unwrap_or(0)
    }
}
