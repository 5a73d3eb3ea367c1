//! What a source gave, row by row accounted for.

use std::sync::Arc;

use arrow::array::{Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use serde_json::{Value, json};

use super::csv::{Amount, Decoded};

/// Digits after the point of a published control total.
const AMOUNT_SCALE: u32 = 2;

/// Counts of one source. `rows_read` = `rows_loaded` + `rows_rejected` + `rows_duplicate`.
#[derive(Debug, Clone, Default)]
pub struct SourceCount {
    /// The source.
    pub source: String,
    /// Its files.
    pub files: u64,
    /// Rows in them.
    pub rows_read: u64,
    /// Rows that keep every rule, seen for the first time.
    pub rows_loaded: u64,
    /// Rows that break a rule.
    pub rows_rejected: u64,
    /// Rows seen before.
    pub rows_duplicate: u64,
    /// Of the rows loaded, those that a correction put in a rejected row's place.
    pub rows_corrected: u64,
    /// Of the rows loaded, those that happened after the as-of day and count for nothing.
    pub rows_after_as_of: u64,
    /// Control total of all rows whose amounts can be read.
    pub amount_read: Option<Decimal>,
    /// Control total of the rows loaded.
    pub amount_loaded: Option<Decimal>,
}

/// An exact sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    value: i128,
    scale: u32,
}

impl Decimal {
    pub(super) fn new(amount: Amount, scale: u32) -> Option<Self> {
        (!amount.saturated).then_some(Self { value: amount.value, scale })
    }

    /// At two digits after the point; further digits are rounded half away from zero.
    fn published(self) -> Option<i128> {
        if self.scale <= AMOUNT_SCALE {
            return self.value.checked_mul(10_i128.pow(AMOUNT_SCALE - self.scale));
        }
        let divisor = 10_i128.checked_pow(self.scale - AMOUNT_SCALE)?;
        let half = if self.value < 0 { -divisor / 2 } else { divisor / 2 };
        Some(self.value.checked_add(half)? / divisor)
    }
}

impl SourceCount {
    pub(super) fn add(&mut self, decoded: &Decoded) {
        self.rows_read += decoded.rows_read;
        self.rows_loaded += decoded.rows_loaded;
        self.rows_rejected += decoded.rows_rejected;
        self.rows_duplicate += decoded.rows_duplicate;
        self.rows_corrected += decoded.rows_corrected;
        self.rows_after_as_of += decoded.rows_after_limit;
    }

    /// For run_results.json.
    pub fn to_json(&self) -> Value {
        json!({
            "source": self.source,
            "files": self.files,
            "rows_read": self.rows_read,
            "rows_loaded": self.rows_loaded,
            "rows_rejected": self.rows_rejected,
            "rows_duplicate": self.rows_duplicate,
            "rows_corrected": self.rows_corrected,
            "rows_after_as_of": self.rows_after_as_of,
        })
    }
}

/// Columns of the built-in table of counts.
pub fn counts_schema() -> SchemaRef {
    let count = |name: &str| Field::new(name, DataType::Int64, false);
    let amount = |name: &str| Field::new(name, DataType::Decimal128(38, 2), true);
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        count("files"),
        count("rows_read"),
        count("rows_loaded"),
        count("rows_rejected"),
        count("rows_duplicate"),
        count("rows_after_as_of"),
        amount("amount_read"),
        amount("amount_loaded"),
    ]))
}

/// The counts as rows, one per source.
pub(super) fn counts_batch(counts: &[SourceCount]) -> Result<RecordBatch, ArrowError> {
    let column = |pick: fn(&SourceCount) -> u64| {
        Arc::new(counts.iter().map(|count| i64::try_from(pick(count)).ok()).collect::<Int64Array>()) as _
    };
    let amount = |pick: fn(&SourceCount) -> Option<Decimal>| {
        let values: Decimal128Array = counts.iter().map(|count| pick(count).and_then(Decimal::published)).collect();
        values.with_precision_and_scale(38, 2).map(|array| Arc::new(array) as _)
    };
    let names: StringArray = counts.iter().map(|count| Some(count.source.as_str())).collect();
    RecordBatch::try_new(
        counts_schema(),
        vec![
            Arc::new(names),
            column(|count| count.files),
            column(|count| count.rows_read),
            column(|count| count.rows_loaded),
            column(|count| count.rows_rejected),
            column(|count| count.rows_duplicate),
            column(|count| count.rows_after_as_of),
            amount(|count| count.amount_read)?,
            amount(|count| count.amount_loaded)?,
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_totals_are_published_with_two_digits() {
        let published = |value, scale| Decimal { value, scale }.published();
        assert_eq!(published(5, 0), Some(500));
        assert_eq!(published(12_345, 3), Some(1235));
        assert_eq!(published(-12_345, 3), Some(-1235));
        assert_eq!(published(7, 2), Some(7));
    }
}
