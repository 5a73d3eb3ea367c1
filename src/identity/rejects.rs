//! Values of source records that are not valid, and so say nothing about who somebody is.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::{filter, is_not_null};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::error::IdentityError;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(["source", "source_id", "key", "value", "reason"].map(text).to_vec()))
});

/// Columns of the values that are not valid: the record, the key, the value as written and why.
pub fn rejects_schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// The rows of a batch with a fault of one key.
pub(super) fn rejected(
    key: &str,
    [source, source_id, written, fault]: [&ArrayRef; 4],
) -> Result<Option<RecordBatch>, IdentityError> {
    if fault.null_count() == fault.len() {
        return Ok(None);
    }
    let rows = || -> Result<RecordBatch, ArrowError> {
        let is_fault = is_not_null(fault)?;
        let kept = |column: &ArrayRef| filter(column, &is_fault);
        let (source, source_id, written, fault) = (kept(source)?, kept(source_id)?, kept(written)?, kept(fault)?);
        let keys = Arc::new(StringArray::from(vec![key; fault.len()])) as ArrayRef;
        RecordBatch::try_new(rejects_schema(), vec![source, source_id, keys, written, fault])
    };
    rows().map(Some).map_err(|source| IdentityError::Arrow { doing: "listing values that are not valid", source })
}
