//! The values of the golden record as they arrived, by row.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::{BatchCoalescer, cast};
use arrow::datatypes::{DataType, Date32Type, Field, Schema};

use crate::identity::error::IdentityError;
use crate::identity::golden_layout::GoldenLayout;
use crate::identity::text_column::{CHUNK_ROWS, TextColumn};

/// A day before all others.
pub(super) const LONG_AGO: i32 = i32::MIN;

/// Values by row: texts of the attributes, and the day of the record.
pub(in crate::identity) struct Attributes {
    coalescer: BatchCoalescer,
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
        Self { coalescer, columns, since: Vec::new() }
    }

    /// Takes the last columns of records, and returns the others.
    pub(in crate::identity) fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, IdentityError> {
        let failed = |source| IdentityError::Arrow { doing: "taking over values of the golden record", source };
        // Without these columns, the resolver reports what it needs.
        let Some(others) = batch.num_columns().checked_sub(1 + self.columns.len()) else { return Ok(batch.clone()) };
        let days = cast(batch.column(others), &DataType::Date32).map_err(failed)?;
        self.since.extend(days.as_primitive::<Date32Type>().iter().map(|day| day.unwrap_or(LONG_AGO)));
        let texts = batch.columns().iter().skip(others + 1).map(|column| cast(column, &DataType::Utf8));
        let texts = texts.collect::<Result<Vec<_>, _>>().map_err(failed)?;
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
        text + self.coalescer.size()
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
