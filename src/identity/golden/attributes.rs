//! The values of the golden record as they arrived, by row. A value that says nothing (`n/a`, `okänt`) counts as empty.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::{BatchCoalescer, cast};
use arrow::datatypes::{DataType, Date32Type, Field, Schema};

use crate::identity::error::IdentityError;
use crate::identity::golden_layout::{Attribute, GoldenLayout};
use crate::identity::text_column::{CHUNK_ROWS, TextColumn};

/// A day before all others.
pub(super) const LONG_AGO: i32 = i32::MIN;

/// Values by row: texts of the attributes, and the day of the record.
pub(in crate::identity) struct Attributes {
    coalescer: BatchCoalescer,
    attributes: Vec<Attribute>,
    /// By attribute: the rows whose value said nothing.
    pub(super) emptied: Vec<Vec<u32>>,
    columns: Vec<TextColumn>,
    /// When the record was updated, else first known; [`LONG_AGO`] if nobody knows.
    since: Vec<i32>,
}

impl Attributes {
    pub(in crate::identity) fn new(layout: &GoldenLayout) -> Self {
        let fields: Vec<Field> =
            layout.attributes.iter().map(|attribute| Field::new(&attribute.name, DataType::Utf8, true)).collect();
        let columns = fields.iter().map(|_| TextColumn::default()).collect();
        let coalescer = BatchCoalescer::new(Arc::new(Schema::new(fields)), CHUNK_ROWS);
        let emptied = layout.attributes.iter().map(|_| Vec::new()).collect();
        Self { coalescer, attributes: layout.attributes.clone(), emptied, columns, since: Vec::new() }
    }

    /// Takes the last columns of records, and returns the others.
    pub(in crate::identity) fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, IdentityError> {
        let failed = |source| IdentityError::Arrow { doing: "taking over values of the golden record", source };
        // Without these columns, the resolver reports what it needs.
        let Some(others) = batch.num_columns().checked_sub(1 + self.columns.len()) else { return Ok(batch.clone()) };
        let days = cast(batch.column(others), &DataType::Date32).map_err(failed)?;
        let first = self.since.len() as u32;
        self.since.extend(days.as_primitive::<Date32Type>().iter().map(|day| day.unwrap_or(LONG_AGO)));
        let texts = batch.columns().iter().skip(others + 1).map(|column| cast(column, &DataType::Utf8));
        let mut texts = texts.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        for ((attribute, emptied), text) in self.attributes.iter().zip(&mut self.emptied).zip(&mut texts) {
            if attribute.is_judged() {
                empty(attribute, text, first, emptied);
            }
        }
        let texts = RecordBatch::try_new(self.coalescer.schema(), texts).map_err(failed)?;
        self.coalescer.push_batch(texts).map_err(failed)?;
        self.keep_chunks()?;
        batch.project(&(0..others).collect::<Vec<_>>()).map_err(failed)
    }

    /// All values.
    pub(in crate::identity) fn finished(mut self) -> Result<Self, IdentityError> {
        let failed = |source| IdentityError::Arrow { doing: "collecting values of the golden record", source };
        self.coalescer.finish_buffered_batch().map_err(failed)?;
        self.keep_chunks()?;
        Ok(self)
    }

    /// Bytes of the values.
    pub(in crate::identity) fn memory_size(&self) -> usize {
        let text: usize = self.columns.iter().map(TextColumn::memory_size).sum();
        let emptied: usize = self.emptied.iter().map(|rows| rows.capacity() * size_of::<u32>()).sum();
        text + emptied + self.coalescer.size()
    }

    /// The value of an attribute, if it is known.
    pub(super) fn value(&self, attribute: usize, row: u32) -> Option<&str> {
        self.columns[attribute].key(row)
    }

    /// The day of the record.
    pub(super) fn since(&self, row: u32) -> i32 {
        self.since[row as usize]
    }

    fn keep_chunks(&mut self) -> Result<(), IdentityError> {
        while let Some(chunk) = self.coalescer.next_completed_batch() {
            for (column, array) in self.columns.iter_mut().zip(chunk.columns()) {
                column.push(array)?;
            }
        }
        Ok(())
    }
}

/// Takes the values out of a column that say nothing, and notes their rows; `first` is the number of its first row.
fn empty(attribute: &Attribute, column: &mut ArrayRef, first: u32, emptied: &mut Vec<u32>) {
    let Some(texts) = column.as_string_opt::<i32>() else { return };
    let before = emptied.len();
    let rows = texts.iter().zip(first..);
    emptied.extend(rows.filter(|(text, _)| text.is_some_and(|text| attribute.is_empty(text))).map(|(_, row)| row));
    let mut gone = emptied[before..].iter().copied().peekable();
    if gone.peek().is_none() {
        return;
    }
    let left = texts.iter().zip(first..).map(|(text, row)| text.filter(|_| gone.next_if_eq(&row).is_none()));
    *column = Arc::new(left.collect::<StringArray>());
}
