//! The built-in table of references, which models read: one row per source and column with a reference.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::decimal::Decimal;
use super::ledger::SourceCount;
use super::reference_count::ReferenceCount;

/// The name of the table.
pub const REFERENCE_COUNTS: &str = "reference_counts";

/// Its columns.
pub fn references_schema() -> SchemaRef {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    let count = |name: &str| Field::new(name, DataType::Int64, false);
    let amount = |name: &str| Field::new(name, DataType::Decimal128(38, 2), true);
    Arc::new(Schema::new(vec![
        text("source", false),
        text("column_name", false),
        text("target", false),
        count("rows_matched"),
        count("rows_unmatched"),
        count("rows_empty"),
        count("rows_unjudged"),
        amount("amount_matched"),
        amount("amount_unmatched"),
        text("first_unmatched", true),
    ]))
}

/// The references of all sources.
pub(super) fn reference_batch(counts: &[SourceCount]) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<(&str, &ReferenceCount)> = counts
        .iter()
        .flat_map(|count| count.references.iter().map(|reference| (count.source.as_str(), reference)))
        .collect();
    let count = |pick: fn(&ReferenceCount) -> u64| -> ArrayRef {
        Arc::new(rows.iter().map(|(_, count)| i64::try_from(pick(count)).ok()).collect::<Int64Array>())
    };
    let text = |pick: fn(&ReferenceCount) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(|(_, count)| pick(count)).collect::<StringArray>())
    };
    let amount = |pick: fn(&ReferenceCount) -> Option<Decimal>| -> Result<ArrayRef, ArrowError> {
        let values: Decimal128Array = rows.iter().map(|(_, count)| pick(count).and_then(Decimal::published)).collect();
        Ok(Arc::new(values.with_precision_and_scale(38, 2)?))
    };
    let sources: StringArray = rows.iter().map(|(source, _)| Some(*source)).collect();
    RecordBatch::try_new(
        references_schema(),
        vec![
            Arc::new(sources),
            text(|count| Some(&count.column)),
            text(|count| Some(&count.target)),
            count(|count| count.matched),
            count(|count| count.unmatched),
            count(|count| count.empty),
            count(|count| count.unjudged),
            amount(|count| count.amount_matched)?,
            amount(|count| count.amount_unmatched)?,
            text(|count| count.first.first().and_then(|(_, value)| value.as_deref())),
        ],
    )
}
