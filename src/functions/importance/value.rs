//! The analysis as an SQL value: a struct to unnest.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::analysis::{Analysis, Driver, Figures};

static DRIVER: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("driver", DataType::Utf8, true),
        Field::new("responses", DataType::Int64, true),
        Field::new("mean", DataType::Float64, true),
        Field::new("correlation", DataType::Float64, true),
        Field::new("lmg", DataType::Float64, true),
        Field::new("lmg_share", DataType::Float64, true),
        Field::new("johnson", DataType::Float64, true),
        Field::new("johnson_share", DataType::Float64, true),
        Field::new("ci_low", DataType::Float64, true),
        Field::new("ci_high", DataType::Float64, true),
        Field::new("is_significant", DataType::Boolean, true),
        Field::new("status", DataType::Utf8, true),
    ])
});

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
    Fields::from(vec![
        Field::new("responses", DataType::Int64, true),
        Field::new("r_squared", DataType::Float64, true),
        Field::new("method", DataType::Utf8, true),
        Field::new("status", DataType::Utf8, true),
        Field::new("drivers", list(DataType::Struct(DRIVER.clone())), true),
        Field::new("replicates", list(list(DataType::Float64)), true),
    ])
});

pub(super) fn analysis_type() -> DataType {
    DataType::Struct(FIELDS.clone())
}

/// `values` as the only list of an array.
fn one_list(values: ArrayRef) -> ArrayRef {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    Arc::new(ListArray::new(field, OffsetBuffer::from_lengths([values.len()]), values, None))
}

fn count(number: usize) -> Option<i64> {
    i64::try_from(number).ok()
}

fn drivers(found: &[Driver]) -> Result<StructArray> {
    let number =
        |field: fn(&Driver) -> Option<f64>| -> ArrayRef { Arc::new(found.iter().map(field).collect::<Float64Array>()) };
    let figure = |field: fn(&Figures) -> Option<f64>| -> ArrayRef {
        Arc::new(found.iter().map(|driver| driver.figures.as_ref().and_then(field)).collect::<Float64Array>())
    };
    let text = |field: fn(&Driver) -> &String| -> ArrayRef {
        Arc::new(found.iter().map(|driver| Some(field(driver))).collect::<StringArray>())
    };
    let columns: Vec<ArrayRef> = vec![
        text(|driver| &driver.name),
        Arc::new(found.iter().map(|driver| count(driver.responses)).collect::<Int64Array>()),
        number(|driver| driver.mean),
        number(|driver| driver.correlation),
        figure(|figures| figures.lmg),
        figure(|figures| figures.lmg_share),
        figure(|figures| Some(figures.johnson)),
        figure(|figures| figures.johnson_share),
        figure(|figures| Some(figures.interval?.0)),
        figure(|figures| Some(figures.interval?.1)),
        Arc::new(found.iter().map(|driver| driver.figures?.is_significant).collect::<BooleanArray>()),
        text(|driver| &driver.status),
    ];
    Ok(StructArray::try_new(DRIVER.clone(), columns, None)?)
}

/// One list per replicate with the importance of each driver; null if it was not analysed.
fn replicates(found: &Analysis) -> ArrayRef {
    let width = found.drivers.len();
    let mut cells = vec![None; width * found.replicates.len()];
    for (row, replicate) in cells.chunks_exact_mut(width.max(1)).zip(&found.replicates) {
        for (place, importance) in found.analysed.iter().zip(&replicate.importance) {
            row[*place] = Some(*importance);
        }
    }
    let field = Arc::new(Field::new_list_field(DataType::Float64, true));
    let lengths = OffsetBuffer::from_repeated_length(width, found.replicates.len());
    Arc::new(ListArray::new(field, lengths, Arc::new(Float64Array::from(cells)), None))
}

/// The analysis as an SQL value.
///
/// # Errors
/// A valid analysis causes none.
pub(super) fn to_scalar(found: &Analysis) -> Result<ScalarValue> {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![count(found.responses)])),
        Arc::new(Float64Array::from(vec![found.r_squared])),
        Arc::new(StringArray::from(vec![found.method])),
        Arc::new(StringArray::from(vec![found.status])),
        one_list(Arc::new(drivers(&found.drivers)?)),
        one_list(replicates(found)),
    ];
    Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(FIELDS.clone(), columns, None)?)))
}
