//! The golden records and their origins as Arrow batches, in order of customer_key.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Date32Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::attributes::LONG_AGO;
use super::choose::Chosen;
use super::{Golden, GoldenLayout};
use crate::identity::UNKNOWN_DAY;
use crate::identity::error::IdentityError;

/// Persons of a batch.
pub(super) const BATCH_PERSONS: usize = 4_096;
const CUSTOMER_KEY: &str = "customer_key";
const ATTRIBUTE: &str = "attribute";
/// The order of golden records.
pub(super) const RECORDS_ORDER: [&str; 1] = [CUSTOMER_KEY];
/// The order of origins.
pub(super) const ORIGINS_ORDER: [&str; 2] = [CUSTOMER_KEY, ATTRIBUTE];

static ORIGINS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text(CUSTOMER_KEY),
        text(ATTRIBUTE),
        text("source"),
        text("source_id"),
        Field::new("since", DataType::Date32, true),
        text("take"),
        Field::new("candidates", DataType::Int64, false),
    ]))
});

/// Columns of the origins.
pub(in crate::identity) fn origins_schema() -> SchemaRef {
    Arc::clone(&ORIGINS)
}

/// Columns of the golden records.
pub(super) fn records_schema(layout: &GoldenLayout) -> SchemaRef {
    let key = Field::new(CUSTOMER_KEY, DataType::Utf8, false);
    let attributes = layout.attributes.iter();
    let attributes = attributes.map(|attribute| Field::new(&attribute.name, attribute.data_type.clone(), true));
    Arc::new(Schema::new(std::iter::once(key).chain(attributes).collect::<Vec<_>>()))
}

fn failed(source: arrow::error::ArrowError) -> IdentityError {
    IdentityError::Arrow { doing: "writing golden records", source }
}

impl Golden {
    pub(super) fn record_batch(&self, persons: &[u32]) -> Result<RecordBatch, IdentityError> {
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

    pub(super) fn origin_batch(&self, persons: &[u32]) -> Result<RecordBatch, IdentityError> {
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
