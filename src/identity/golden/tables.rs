//! The golden records and their origins as Arrow batches, in order of customer_key.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::SchemaRef;

use super::attributes::LONG_AGO;
use super::choose::Chosen;
use super::members::Golden;
use crate::identity::error::IdentityError;
use crate::identity::golden_layout::{GoldenTable, origins_schema};
use crate::identity::records::UNKNOWN_DAY;

/// Persons of a batch.
const BATCH_PERSONS: usize = 4_096;

fn failed(source: arrow::error::ArrowError) -> IdentityError {
    IdentityError::Arrow { doing: "writing golden records", source }
}

impl Golden {
    /// The columns of a table.
    pub fn schema(&self, table: GoldenTable) -> SchemaRef {
        match table {
            GoldenTable::Records => self.layout.schema(),
            GoldenTable::Origins => origins_schema(),
        }
    }

    /// The batch of this number; `None` after the last.
    pub fn batch(&self, table: GoldenTable, number: usize) -> Option<Result<RecordBatch, IdentityError>> {
        let persons = self.by_key.chunks(BATCH_PERSONS).nth(number)?;
        Some(match table {
            GoldenTable::Records => self.record_batch(persons),
            GoldenTable::Origins => self.origin_batch(persons),
        })
    }

    fn record_batch(&self, persons: &[u32]) -> Result<RecordBatch, IdentityError> {
        let mut keys = StringBuilder::new();
        let mut values: Vec<StringBuilder> = self.layout.attributes.iter().map(|_| StringBuilder::new()).collect();
        let (mut key, mut chosen) = (String::new(), Vec::new());
        for person in persons {
            self.keys.write(*person, &mut key);
            keys.append_value(&key);
            self.choose(self.members_of(*person), &mut chosen);
            for (attribute, (value, chosen)) in values.iter_mut().zip(&chosen).enumerate() {
                value.append_option(chosen.and_then(|Chosen { record, .. }| self.value(attribute, record)));
            }
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(keys.finish())];
        // A text that its own column's type wrote and cannot read is an error, not a null.
        let options = CastOptions { safe: false, ..CastOptions::default() };
        for (mut value, attribute) in values.into_iter().zip(&self.layout.attributes) {
            columns.push(cast_with_options(&value.finish(), &attribute.data_type, &options).map_err(failed)?);
        }
        RecordBatch::try_new(self.layout.schema(), columns).map_err(failed)
    }

    fn origin_batch(&self, persons: &[u32]) -> Result<RecordBatch, IdentityError> {
        let mut texts: [StringBuilder; 5] = std::array::from_fn(|_| StringBuilder::new());
        let [keys, names, sources, source_ids, takes] = &mut texts;
        let (mut since, mut candidates) = (Date32Builder::new(), Int64Builder::new());
        let mut in_order: Vec<usize> = (0..self.layout.attributes.len()).collect();
        in_order.sort_unstable_by_key(|attribute| &self.layout.attributes[*attribute].name);
        let (mut key, mut chosen) = (String::new(), Vec::new());
        for person in persons {
            self.keys.write(*person, &mut key);
            self.choose(self.members_of(*person), &mut chosen);
            for number in &in_order {
                let Some(Chosen { record, candidates: different }) = chosen[*number] else { continue };
                let attribute = &self.layout.attributes[*number];
                keys.append_value(&key);
                names.append_value(&attribute.name);
                sources.append_value(self.records.source(record));
                source_ids.append_value(self.records.source_id(record));
                takes.append_value(attribute.take.name());
                let day = Some(self.day(attribute.take, record));
                since.append_option(day.filter(|day| ![LONG_AGO, UNKNOWN_DAY].contains(day)));
                candidates.append_value(different.into());
            }
        }
        let [keys, names, sources, source_ids, takes] =
            texts.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let (since, candidates) = (Arc::new(since.finish()), Arc::new(candidates.finish()));
        let columns = vec![keys, names, sources, source_ids, since, takes, candidates];
        RecordBatch::try_new(origins_schema(), columns).map_err(failed)
    }
}
