//! `expected_spend`: what a customer is expected to spend per purchase.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::super::arguments::{Call, Column, Kind};
use super::super::error::FunctionError;
use super::documentation;
use super::fit_function::{FITTED, fields};
use super::gamma_gamma::Parameters;

const CALL: Call = Call {
    function: "expected_spend",
    arguments: &[
        ("fit", Kind::Fit { fields, wanted: "the result of gamma_gamma_fit" }),
        ("frequency", Kind::Whole),
        ("mean_spend", Kind::Number),
    ],
    optional: 0,
    expected: "three arguments",
    syntax: "(fit, frequency, mean_spend)",
};

/// Index of the status among the fit's fields; the parameters come first.
const STATUS: usize = 6;

/// The scalar function `expected_spend`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ExpectedSpend {
    signature: Signature,
    documentation: Documentation,
}

impl Default for ExpectedSpend {
    fn default() -> Self {
        Self::new()
    }
}

impl ExpectedSpend {
    pub fn new() -> Self {
        Self {
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::expected_spend(),
        }
    }
}

impl ScalarUDFImpl for ExpectedSpend {
    fn name(&self) -> &str {
        CALL.function
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(CALL.coerce(arg_types))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        CALL.check(arg_types)?;
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let function = CALL.function;
        let arguments = args.args.as_slice();
        let fits = Column::argument(arguments, 0)?;
        let (frequencies, spends) = (Column::whole(arguments, 1)?, Column::number(arguments, 2)?);
        let of = |row| -> Result<Option<f64>> {
            let Some(frequency) = frequencies.at(row) else { return Ok(None) };
            let spend = spends.at(row);
            let wrong = |argument, value, wanted| FunctionError::WrongValue { function, argument, value, wanted };
            if frequency < 0 {
                return Err(wrong("frequency", frequency as f64, "not negative").into());
            }
            if let Some(spend) = spend
                && !spend.is_finite()
            {
                return Err(wrong("mean_spend", spend, "finite").into());
            }
            Ok(parameters(&fits, row)?.map(|fit| fit.expected(frequency, spend)))
        };
        let found: Float64Array = (0..args.number_rows).map(of).collect::<Result<_>>()?;
        Ok(ColumnarValue::Array(Arc::new(found)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The model at `row`, or `None` if there is no fit or it has no parameters.
fn parameters(fits: &Column<ArrayRef>, row: usize) -> Result<Option<Parameters>> {
    let function = CALL.function;
    let (array, row) = fits.at(row);
    let broken = || internal_datafusion_err!("{function}: the fit is not the struct that was planned");
    let fits = array.as_struct_opt().ok_or_else(broken)?;
    let status = fits.columns().get(STATUS).and_then(|column| column.as_string_opt::<i32>()).ok_or_else(broken)?;
    if fits.is_null(row) || status.is_null(row) || status.value(row) != FITTED {
        return Ok(None);
    }
    let mut values = [0.0; 3];
    for (place, (value, (field, least))) in values.iter_mut().zip([("p", 0.0), ("q", 1.0), ("gamma", 0.0)]).enumerate()
    {
        let column = fits.column(place).as_primitive_opt::<Float64Type>().ok_or_else(broken)?;
        *value = if column.is_valid(row) { column.value(row) } else { f64::NAN };
        if !(value.is_normal() && *value > least) {
            let value = if column.is_valid(row) { value.to_string() } else { "null".to_owned() };
            let source_function = "gamma_gamma_fit";
            return Err(FunctionError::BrokenFit { function, field, value, source_function }.into());
        }
    }
    let [p, q, gamma] = values;
    Ok(Some(Parameters { p, q, gamma }))
}
