//! A fit as an SQL value: a struct that any query can store, show and pass on.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray, StringArray, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, Int64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::lists::list_type;
use super::model::{Fit, Status};
use super::scale::Scale;

static CANDIDATE: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![Field::new("k", DataType::Int64, true), Field::new("silhouette", DataType::Float64, true)])
});

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
    Fields::from(vec![
        Field::new("k", DataType::Int64, true),
        Field::new("centroids", list(list_type()), true),
        Field::new("standardised", list(list_type()), true),
        Field::new("means", list_type(), true),
        Field::new("deviations", list_type(), true),
        Field::new("weights", list_type(), true),
        Field::new("silhouette", DataType::Float64, true),
        Field::new("candidates", list(DataType::Struct(CANDIDATE.clone())), true),
        Field::new("customers", DataType::Int64, true),
        Field::new("status", DataType::Utf8, true),
    ])
});

pub(super) fn fit_type() -> DataType {
    DataType::Struct(FIELDS.clone())
}

/// Whether a value of this type is a fit.
pub(super) fn is_fit(found: &DataType) -> bool {
    found.equals_datatype(&fit_type())
}

fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// `values` as the only list of an array, or one null.
fn one_list(values: Option<ArrayRef>, item: DataType) -> ArrayRef {
    let field: FieldRef = Arc::new(Field::new_list_field(item, true));
    match values {
        Some(values) => Arc::new(ListArray::new(field, OffsetBuffer::from_lengths([values.len()]), values, None)),
        None => Arc::new(ListArray::new_null(field, 1)),
    }
}

fn numbers(values: Option<&[f64]>) -> ArrayRef {
    one_list(values.map(|values| Arc::new(Float64Array::from(values.to_vec())) as ArrayRef), DataType::Float64)
}

/// Rows of `width` numbers as the only list of lists of an array, or one null.
fn rows(values: Option<&[f64]>, width: usize) -> ArrayRef {
    let inner = values.map(|values| {
        let field = Arc::new(Field::new_list_field(DataType::Float64, true));
        let lengths = OffsetBuffer::from_repeated_length(width, values.len() / width.max(1));
        Arc::new(ListArray::new(field, lengths, Arc::new(Float64Array::from(values.to_vec())), None)) as ArrayRef
    });
    one_list(inner, list_type())
}

/// The fit as an SQL value.
///
/// # Errors
/// A valid fit causes none.
pub(super) fn to_scalar(fit: &Fit) -> Result<ScalarValue> {
    let is_fitted = fit.status == Status::Fitted;
    let scale = fit.scale.as_ref();
    let width = scale.map_or(0, |scale| scale.means.len());
    let standardised = is_fitted.then_some(fit.centres.as_slice());
    let in_units: Option<Vec<f64>> = scale
        .filter(|_| is_fitted)
        .map(|scale| fit.centres.chunks_exact(width).flat_map(|centre| scale.in_units(centre)).collect());
    let candidates = StructArray::try_new(
        CANDIDATE.clone(),
        vec![
            Arc::new(fit.candidates.iter().map(|(k, _)| Some(integer(*k as u64))).collect::<Int64Array>()),
            Arc::new(fit.candidates.iter().map(|(_, silhouette)| *silhouette).collect::<Float64Array>()),
        ],
        None,
    )?;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![is_fitted.then_some(integer(fit.k as u64))])),
        rows(in_units.as_deref(), width),
        rows(standardised, width),
        numbers(scale.map(|scale| scale.means.as_slice())),
        numbers(scale.map(|scale| scale.deviations.as_slice())),
        numbers(scale.map(|scale| scale.weights.as_slice())),
        Arc::new(Float64Array::from(vec![fit.silhouette])),
        one_list(Some(Arc::new(candidates)), DataType::Struct(CANDIDATE.clone())),
        Arc::new(Int64Array::from(vec![integer(fit.customers)])),
        Arc::new(StringArray::from(vec![fit.status.text()])),
    ];
    Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(FIELDS.clone(), columns, None)?)))
}

/// A null fit.
pub(super) fn null_fit() -> ScalarValue {
    ScalarValue::Struct(Arc::new(StructArray::new_null(FIELDS.clone(), 1)))
}

/// A column of fits.
pub(super) struct Fits<'a> {
    column: &'a StructArray,
}

impl<'a> Fits<'a> {
    /// Reads `array`. Planning has checked the types.
    ///
    /// # Errors
    /// When it is not a column of fits.
    pub(super) fn new(array: &'a ArrayRef) -> Result<Self> {
        array
            .as_struct_opt()
            .filter(|column| is_fit(column.data_type()))
            .map(|column| Self { column })
            .ok_or_else(|| internal_datafusion_err!("k-means: {} is not a fit", array.data_type()))
    }

    fn is_null(&self, row: usize) -> bool {
        self.column.is_null(row)
    }

    fn integer(&self, field: usize, row: usize) -> Option<i64> {
        let column = self.column.column(field).as_primitive::<Int64Type>();
        column.is_valid(row).then(|| column.value(row))
    }

    /// Numbers of the list in a row; with `depth` 2, of all lists in the list.
    fn numbers(&self, field: usize, row: usize, depth: usize) -> Option<&'a [f64]> {
        let mut list = self.column.column(field).as_list::<i32>();
        if list.is_null(row) {
            return None;
        }
        let mut bounds = (list.value_offsets()[row], list.value_offsets()[row + 1]);
        for _ in 1..depth {
            list = list.values().as_list::<i32>();
            let offsets = list.value_offsets();
            bounds = (offsets[bounds.0.cast_unsigned() as usize], offsets[bounds.1.cast_unsigned() as usize]);
        }
        let values = list.values().as_primitive::<Float64Type>().values();
        Some(&values[bounds.0.cast_unsigned() as usize..bounds.1.cast_unsigned() as usize])
    }

    fn status(&self, row: usize) -> Option<Status> {
        Status::parse(self.column.column(9).as_string::<i32>().value(row))
    }

    /// Whether two rows contain the same clusters.
    pub(super) fn are_same(&self, one: usize, other: usize) -> bool {
        let lists = |row| [(2, 2), (3, 1), (4, 1), (5, 1)].map(|(field, depth)| self.numbers(field, row, depth));
        match (self.is_null(one), self.is_null(other)) {
            (true, true) => true,
            (false, false) => self.status(one) == self.status(other) && lists(one) == lists(other),
            _ => false,
        }
    }

    /// The fit in a row, `None` if null.
    ///
    /// # Errors
    /// When the value was built by hand and is invalid.
    pub(super) fn fit(&self, row: usize) -> Result<Option<Fit>> {
        if self.is_null(row) {
            return Ok(None);
        }
        let scale = match (self.numbers(3, row, 1), self.numbers(4, row, 1), self.numbers(5, row, 1)) {
            (Some(means), Some(deviations), Some(weights)) => {
                Some(Scale { means: means.to_vec(), deviations: deviations.to_vec(), weights: weights.to_vec() })
            }
            _ => None,
        };
        let candidates = self.column.column(7).as_list::<i32>().value(row);
        let candidates = candidates.as_struct();
        let tried = candidates.column(0).as_primitive::<Int64Type>().iter();
        let silhouettes = candidates.column(1).as_primitive::<Float64Type>().iter();
        let silhouette = self.column.column(6).as_primitive::<Float64Type>();
        let number = |value: Option<i64>| value.and_then(|value| usize::try_from(value).ok());
        let fit = Fit {
            k: number(self.integer(0, row)).unwrap_or(0),
            scale,
            centres: self.numbers(2, row, 2).unwrap_or_default().to_vec(),
            silhouette: silhouette.is_valid(row).then(|| silhouette.value(row)),
            candidates: tried.zip(silhouettes).map(|(k, s)| (number(k).unwrap_or(0), s)).collect(),
            customers: self.integer(8, row).and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
            status: self
                .status(row)
                .ok_or_else(|| internal_datafusion_err!("k-means: a fit with an unknown status"))?,
        };
        let width = fit.scale.as_ref().map_or(0, |scale| scale.means.len());
        let is_sound = fit.status != Status::Fitted
            || fit.scale.as_ref().is_some_and(|scale| {
                fit.k > 0
                    && width > 0
                    && fit.centres.len() == fit.k * width
                    && scale.deviations.len() == width
                    && scale.weights.len() == width
            });
        if is_sound { Ok(Some(fit)) } else { Err(internal_datafusion_err!("k-means: the lists of a fit do not match")) }
    }
}
