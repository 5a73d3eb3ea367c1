//! A Parquet file before its source is declared: its fields, and its cells as a run reads them as text. `infer` looks
//! through this.

use std::io;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, FieldRef, Fields};
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};

use super::BATCH_ROWS;
use super::int96::FinerTimes;
use super::metadata;
use super::nested::{is_uuid, marked_fields, plain};
use super::path::at_path;
use super::text::TextCells;
use crate::store::Stored;

/// An open file.
pub(crate) struct ParquetView {
    stored: Stored,
    metadata: ArrowReaderMetadata,
    fields: Fields,
}

impl ParquetView {
    /// # Errors
    /// Files that are not Parquet.
    pub(crate) fn open(stored: Stored) -> io::Result<Self> {
        let metadata = metadata(&stored).map_err(io::Error::other)?;
        let fields = marked_fields(metadata.schema().fields(), metadata.parquet_schema());
        Ok(Self { stored, metadata, fields })
    }

    /// Its columns.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The column that a run finds under this name or dotted path.
    pub(crate) fn field(&self, path: &str) -> Option<FieldRef> {
        let empty = RecordBatch::new_empty(self.metadata.schema().clone());
        let inside = || at_path(&empty, &self.fields, path).ok().flatten().map(|(_, field)| field);
        self.fields.find(path).map(|(_, field)| FieldRef::clone(field)).or_else(inside)
    }

    /// Whether a column holds UUIDs: its Arrow type is that of any bytes.
    pub(crate) fn holds_uuids(field: &Field) -> bool {
        is_uuid(field)
    }

    /// Passes on every row with the texts of the named columns or paths; empty cells are empty.
    ///
    /// # Errors
    /// Files that cannot be read, and names that the file does not have.
    pub(crate) fn rows(&self, names: &[String], mut each: impl FnMut(&[Vec<u8>]) -> io::Result<()>) -> io::Result<()> {
        let mut cells = vec![Vec::new(); names.len()];
        for group in 0..self.metadata.metadata().num_row_groups() {
            let failed = |error: ArrowError| io::Error::other(error);
            let mut finer = FinerTimes::open(&self.stored, &self.metadata, group, BATCH_ROWS).map_err(failed)?;
            let builder =
                ParquetRecordBatchReaderBuilder::new_with_metadata(self.stored.clone(), self.metadata.clone());
            let is_wanted = |field: &str| {
                names.iter().any(|name| name == field || name.split('.').next().is_some_and(|root| root == field))
            };
            // The finer digits are those of whole rows, in the same order.
            let roots = self.fields.iter().enumerate().filter(|(_, field)| is_wanted(field.name()));
            let mask = ProjectionMask::roots(builder.parquet_schema(), roots.map(|(at, _)| at));
            let reader = builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(BATCH_ROWS);
            for batch in reader.build().map_err(io::Error::other)? {
                let batch = batch.map_err(failed)?;
                let batch = match &mut finer {
                    Some(finer) => finer.apply(&batch).map_err(failed)?,
                    None => batch,
                };
                let columns = names.iter().map(|name| self.column(&batch, name)).collect::<io::Result<Vec<_>>>()?;
                for row in 0..batch.num_rows() {
                    for (cell, column) in cells.iter_mut().zip(&columns) {
                        cell.clear();
                        column.push(row, cell).map_err(failed)?;
                    }
                    each(&cells)?;
                }
            }
        }
        Ok(())
    }

    fn column(&self, batch: &RecordBatch, name: &str) -> io::Result<TextCells> {
        let found = match batch.column_by_name(name) {
            Some(column) => {
                let own = batch.schema().field_with_name(name).cloned().map_err(io::Error::other)?;
                let field = self.fields.find(name).map_or(own, |(_, field)| field.as_ref().clone());
                plain(column, &field).map(Some)
            }
            None => at_path(batch, &self.fields, name)
                .and_then(|found| found.map(|(array, field)| plain(&array, &field)).transpose()),
        };
        let array = found.map_err(io::Error::other)?;
        let array = array.ok_or_else(|| io::Error::other(format!("the file has no column {name}")))?;
        TextCells::new(&array).map_err(io::Error::other)
    }
}
