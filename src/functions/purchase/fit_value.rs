//! A fitted purchase model as an SQL value: a struct, written by the fit functions and read by those that predict.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;

use super::super::arguments::{Column, Kind};
use super::super::error::FunctionError;
use super::model::{NotFitted, Parameters, PurchaseModel, Sample};

/// The functions that return such fits, for messages.
const SOURCE: &str = "purchase_fit, bg_nbd_fit, mbg_nbd_fit or pareto_nbd_fit";
/// Status of a fit that can predict.
const FITTED: &str = "fitted";
/// Positions of the fields that are read back.
const MODEL: usize = 0;
const R: usize = 1;
const STATUS: usize = 10;
const PARAMETERS: [&str; 6] = ["r", "alpha", "a", "b", "s", "beta"];

/// The argument `fit`.
pub(super) const FIT: (&str, Kind) =
    ("fit", Kind::Fit { fields, wanted: "the result of purchase_fit, bg_nbd_fit, mbg_nbd_fit or pareto_nbd_fit" });

/// The struct's fields.
pub(super) fn fields() -> Fields {
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    let count = |name: &str| Field::new(name, DataType::Int64, true);
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let mut fields = vec![text("model")];
    fields.extend(PARAMETERS.map(number));
    fields.extend([number("log_likelihood"), count("customers"), count("repeat_customers"), text("status")]);
    Fields::from(fields)
}

/// The indices in [`PARAMETERS`] of the four parameters of `model`.
const fn places(model: PurchaseModel) -> [usize; 4] {
    match model {
        PurchaseModel::BgNbd | PurchaseModel::MbgNbd => [0, 1, 2, 3],
        PurchaseModel::ParetoNbd => [0, 1, 4, 5],
    }
}

/// One row: the result of fitting `model` to `sample`.
pub(super) fn write(
    model: PurchaseModel,
    sample: &Sample,
    found: Result<(Parameters, f64), NotFitted>,
) -> Result<StructArray> {
    let mut parameters = [None; 6];
    let (log_likelihood, status) = match &found {
        Ok((fitted, log_likelihood)) => {
            for (place, value) in places(model).into_iter().zip(fitted.values()) {
                parameters[place] = Some(value);
            }
            (Some(*log_likelihood), FITTED)
        }
        Err(reason) => (None, reason.status()),
    };
    let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let number = |value: Option<f64>| Arc::new(Float64Array::from(vec![value])) as ArrayRef;
    let count = |value: i64| Arc::new(Int64Array::from(vec![value])) as ArrayRef;
    let mut columns = vec![text(model.name())];
    columns.extend(parameters.map(number));
    columns.extend([number(log_likelihood), count(sample.customers()), count(sample.repeat_customers()), text(status)]);
    Ok(StructArray::try_new(fields(), columns, None)?)
}

/// The argument `fit` of a call, read row by row.
pub(super) struct Fits {
    function: &'static str,
    column: Column<ArrayRef>,
}

impl Fits {
    pub(super) const fn new(function: &'static str, column: Column<ArrayRef>) -> Self {
        Self { function, column }
    }

    /// The model at `row`, or `None` if there is no fit or it has no parameters.
    pub(super) fn at(&self, row: usize) -> Result<Option<Parameters>> {
        let (array, row) = self.column.at(row);
        let fits = array
            .as_struct_opt()
            .ok_or_else(|| internal_datafusion_err!("{}: the fit is not a struct", self.function))?;
        if fits.is_null(row) || text(fits, STATUS, row)? != Some(FITTED) {
            return Ok(None);
        }
        let function = self.function;
        let broken = |field: &'static str, value: String| FunctionError::BrokenFit {
            function,
            field,
            value,
            source_function: SOURCE,
        };
        let name = text(fits, MODEL, row)?;
        let Some(model) = name.and_then(PurchaseModel::named) else {
            return Err(broken("model", name.map_or_else(|| "null".to_owned(), |name| format!("'{name}'"))).into());
        };
        let mut values = [0.0; 4];
        for (value, place) in values.iter_mut().zip(places(model)) {
            let column = fits
                .column(R + place)
                .as_primitive_opt::<Float64Type>()
                .ok_or_else(|| internal_datafusion_err!("{function}: {} is not a number", PARAMETERS[place]))?;
            *value = if column.is_valid(row) { column.value(row) } else { f64::NAN };
            if !(value.is_normal() && *value > 0.0) {
                let shown = if column.is_valid(row) { value.to_string() } else { "null".to_owned() };
                return Err(broken(PARAMETERS[place], shown).into());
            }
        }
        Ok(Some(model.with(values)))
    }
}

fn text(fits: &StructArray, field: usize, row: usize) -> Result<Option<&str>> {
    let column = fits
        .columns()
        .get(field)
        .and_then(|column| column.as_string_opt::<i32>())
        .ok_or_else(|| internal_datafusion_err!("statistical function: field {field} of the fit is not text"))?;
    Ok(column.is_valid(row).then(|| column.value(row)))
}
