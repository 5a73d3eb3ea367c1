//! `journey_id(...)`: what names a journey in the published tables.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use datafusion::arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use super::instant;
use crate::functions::documentation;

const NAME: &str = "journey_id";

/// The scalar function `journey_id`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct JourneyId {
    signature: Signature,
    documentation: Documentation,
}

impl Default for JourneyId {
    fn default() -> Self {
        Self::new()
    }
}

impl JourneyId {
    pub fn new() -> Self {
        let types = TypeSignature::Exact(vec![DataType::Utf8, DataType::Utf8, instant(), DataType::Utf8]);
        Self { signature: Signature::new(types, Volatility::Immutable), documentation: documentation::journey_id() }
    }
}

impl ScalarUDFImpl for JourneyId {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [customer_key, journey, started_at, first_event] = columns.as_slice() else {
            return Err(exec_datafusion_err!("{NAME}: found {} arguments", columns.len()));
        };
        let (keys, journeys, events) =
            (customer_key.as_string::<i32>(), journey.as_string::<i32>(), first_event.as_string::<i32>());
        let starts = started_at.as_primitive::<TimestampMicrosecondType>();
        let mut ids = StringBuilder::with_capacity(rows, rows * 56);
        let mut id = String::new();
        // One array of rows for each argument, a value for all rows as often as there are rows.
        for row in 0..keys.len() {
            if keys.is_null(row) || journeys.is_null(row) || starts.is_null(row) {
                ids.append_null();
                continue;
            }
            let micros = starts.value(row);
            let start = DateTime::from_timestamp_micros(micros)
                .ok_or_else(|| exec_datafusion_err!("{NAME}: {micros} microseconds since 1970 are not a date"))?;
            let start = start.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            id.clear();
            id.extend([keys.value(row), " ", journeys.value(row), " ", &start]);
            if events.is_valid(row) {
                write!(id, " {}", events.value(row)).map_err(|error| exec_datafusion_err!("{NAME}: {error}"))?;
            }
            ids.append_value(&id);
        }
        Ok(ColumnarValue::Array(Arc::new(ids.finish()) as ArrayRef))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
