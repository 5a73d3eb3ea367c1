//! Resolves source records to persons: connected components over shared keys.
//!
//! Runs between staging and everything per customer. The engine pushes the rows of the pipeline's `identity.records`
//! model, one per source record, into a [`Resolver`], and serves the returned [`Identities`] as the identity table. Two
//! records belong to one person if they share a key (an e-mail address, a phone number), directly or through other
//! records. The SQL that builds a key also normalises it; here, equal text means an equal key.
//!
//! The result depends only on the set of records: not on their order, on how they were split into batches, or on
//! threads. A customer key is a hash of the person's first record in sort order, so it is stable as long as that record
//! exists.
//!
//! Memory per record in addition to its text: at most 72 bytes while [`Resolver::finish`] runs (24 of them only during
//! sorting), about 40 afterwards.
//!
//! ```text
//! let mut resolver = Resolver::new(vec!["email".into(), "phone".into()])?;
//! resolver.push(&batch)?;                       // source, source_id, e-mail key, phone key
//! for batch in resolver.finish()? { … }         // source, source_id, customer_key, matched_by, first_source_id
//! ```

mod components;
mod error;
mod identities;
mod order;
#[cfg(test)]
mod tests;
mod text_column;

use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::compute::{BatchCoalescer, cast};
use arrow::datatypes::{DataType, Field, Schema};

pub use error::IdentityError;
pub use identities::{Identities, schema};

use components::Components;
use text_column::{CHUNK_ROWS, TextColumn};

/// The most labels allowed: each is one bit of a record's `u16`.
pub const MAX_LABELS: usize = 16;
/// Rows are numbered in 32 bits; the last number means "none".
const MAX_RECORDS: usize = u32::MAX as usize;
/// The columns before the keys.
const ID_COLUMNS: [&str; 2] = ["source", "source_id"];

/// Takes source records and returns their identities.
pub struct Resolver {
    labels: Vec<String>,
    coalescer: BatchCoalescer,
    /// `source`, `source_id`, then the keys in label order.
    columns: Vec<TextColumn>,
    records: usize,
}

impl Resolver {
    /// A resolver for records whose keys have these labels, in this order.
    pub fn new(labels: Vec<String>) -> Result<Self, IdentityError> {
        if labels.len() > MAX_LABELS {
            return Err(IdentityError::TooManyLabels { found: labels.len(), limit: MAX_LABELS });
        }
        for (index, label) in labels.iter().enumerate() {
            if label.is_empty() || label == identities::UNMATCHED || label.contains(identities::LABEL_SEPARATOR) {
                return Err(IdentityError::BadLabel { label: label.clone() });
            }
            if labels.iter().take(index).any(|earlier| earlier == label) {
                return Err(IdentityError::LabelTwice { label: label.clone() });
            }
        }
        let names = ID_COLUMNS.into_iter().chain(labels.iter().map(String::as_str));
        let fields: Vec<Field> = names.map(|name| Field::new(name, DataType::Utf8, true)).collect();
        let columns = fields.iter().map(|_| TextColumn::default()).collect();
        // With chunks of one size, a shift and a mask lead from a row number to its text.
        let coalescer = BatchCoalescer::new(Arc::new(Schema::new(fields)), CHUNK_ROWS);
        Ok(Self { labels, coalescer, columns, records: 0 })
    }

    /// Adds records: columns `source` and `source_id`, then one key column per label, in label order.
    ///
    /// Any Arrow string type is allowed. A null or empty key does not join records; a null identifier is an error.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), IdentityError> {
        let schema = batch.schema_ref();
        let named = schema.fields().iter().zip(ID_COLUMNS).all(|(field, name)| field.name() == name);
        if !named || batch.num_columns() != self.columns.len() {
            return Err(IdentityError::WrongColumns {
                expected: format!(
                    "{}, and one key column for each of: {}",
                    ID_COLUMNS.join(", "),
                    self.labels.join(", ")
                ),
                found: schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", "),
            });
        }
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            let name = field.name();
            let is_text = match column.data_type() {
                DataType::Dictionary(_, values) => values.is_string(),
                // A key that no record has arrives as a column of untyped nulls.
                other => other.is_string() || other.is_null(),
            };
            if !is_text {
                return Err(IdentityError::NotText { column: name.clone(), found: column.data_type().clone() });
            }
            let text = cast(column, &DataType::Utf8)
                .map_err(|source| IdentityError::Arrow { doing: "reading a column of source records", source })?;
            if ID_COLUMNS.contains(&name.as_str()) && text.null_count() > 0 {
                let row = (0..text.len()).find(|row| text.is_null(*row)).unwrap_or_default();
                return Err(IdentityError::NoIdentifier { column: name.clone(), record: self.records + row + 1 });
            }
            columns.push(text);
        }
        self.records += batch.num_rows();
        if self.records > MAX_RECORDS {
            return Err(IdentityError::TooManyRecords { limit: MAX_RECORDS });
        }
        let batch = RecordBatch::try_new(self.coalescer.schema(), columns)
            .map_err(|source| IdentityError::Arrow { doing: "taking over source records", source })?;
        self.coalescer
            .push_batch(batch)
            .map_err(|source| IdentityError::Arrow { doing: "collecting source records", source })?;
        self.keep_chunks()
    }

    /// Bytes held now plus those that [`Self::finish`] will need: the size to reserve in a memory pool.
    pub fn memory_size(&self) -> usize {
        let text: usize = self.columns.iter().map(TextColumn::memory_size).sum();
        text + self.coalescer.size() + self.records * (identities::BYTES_PER_RECORD + order::BYTES_PER_RECORD)
    }

    /// Finds the persons. Identities are returned sorted by source and source_id, in batches of 8,192.
    pub fn finish(mut self) -> Result<Identities, IdentityError> {
        self.coalescer
            .finish_buffered_batch()
            .map_err(|source| IdentityError::Arrow { doing: "collecting source records", source })?;
        self.keep_chunks()?;
        let records = u32::try_from(self.records).map_err(|_| IdentityError::TooManyRecords { limit: MAX_RECORDS })?;
        let mut columns = self.columns.into_iter();
        let (source, source_id) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());

        let order = order::sorted_rows(&source, &source_id, records)?;
        let mut components = Components::new(records);
        for (label, keys) in columns.enumerate() {
            components.connect(&keys, label);
        }
        Identities::new(self.labels, source, source_id, order, components)
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
