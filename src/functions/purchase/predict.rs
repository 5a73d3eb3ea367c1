//! Predictions of a fitted purchase model for each customer, such as `p_alive` and `expected_purchases`.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use hashbrown::HashMap;

use super::super::arguments::Column;
use super::super::error::FunctionError;
use super::documentation;
use super::fit_value::Fits;
use super::model::{History, Parameters};
use super::prediction::Prediction;
use super::state::history;

/// A scalar function of a fitted purchase model.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PurchasePrediction {
    prediction: Prediction,
    signature: Signature,
    documentation: Documentation,
}

impl PurchasePrediction {
    pub fn new(prediction: Prediction) -> Self {
        Self {
            prediction,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::prediction(prediction),
        }
    }
}

impl ScalarUDFImpl for PurchasePrediction {
    fn name(&self) -> &str {
        self.prediction.call().function
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(self.prediction.call().coerce(arg_types))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.prediction.call().check(arg_types)?;
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (arguments, rows) = (args.args.as_slice(), args.number_rows);
        let function = self.prediction.call().function;
        let fits = Fits::new(function, Column::argument(arguments, 0)?);
        let mut known = Expectations::default();
        let found: Float64Array = match self.prediction {
            Prediction::PAlive => {
                let histories = HistoryColumns::new(function, arguments)?;
                let of = |row| -> Result<Option<f64>> {
                    let (Some(fit), Some(history)) = (fits.at(row)?, histories.at(row)?) else { return Ok(None) };
                    Ok(Some(fit.p_alive(&history)))
                };
                (0..rows).map(of).collect::<Result<_>>()?
            }
            Prediction::Purchases(model) => {
                let (histories, horizons) = (HistoryColumns::new(function, arguments)?, Column::number(arguments, 4)?);
                let of = |row| -> Result<Option<f64>> {
                    let fit = fits.at(row)?;
                    if let (Some(wanted), Some(fit)) = (model, &fit)
                        && fit.model() != wanted
                    {
                        let found = fit.model().name().to_owned();
                        return Err(FunctionError::OtherModel { function, found }.into());
                    }
                    let (Some(history), Some(horizon)) = (histories.at(row)?, horizon(function, &horizons, row)?)
                    else {
                        return Ok(None);
                    };
                    let Some(fit) = fit else { return Ok(None) };
                    let here = known.of(&fit, &history, &[horizon], || {
                        fit.expected_if_alive(history.frequency(), history.age(), horizon)
                    });
                    Ok(Some(fit.p_alive(&history) * here))
                };
                (0..rows).map(of).collect::<Result<_>>()?
            }
            Prediction::PurchasesNew => {
                let horizons = Column::number(arguments, 1)?;
                let of = |row| -> Result<Option<f64>> {
                    let (Some(fit), Some(horizon)) = (fits.at(row)?, horizon(function, &horizons, row)?) else {
                        return Ok(None);
                    };
                    Ok(Some(known.of_new(&fit, horizon)))
                };
                (0..rows).map(of).collect::<Result<_>>()?
            }
        };
        Ok(ColumnarValue::Array(Arc::new(found)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The arguments frequency, recency and age, which follow the fit.
pub(super) struct HistoryColumns {
    function: &'static str,
    frequency: Column<Int64Array>,
    recency: Column<Float64Array>,
    age: Column<Float64Array>,
}

impl HistoryColumns {
    pub(super) fn new(function: &'static str, arguments: &[ColumnarValue]) -> Result<Self> {
        Ok(Self {
            function,
            frequency: Column::whole(arguments, 1)?,
            recency: Column::number(arguments, 2)?,
            age: Column::number(arguments, 3)?,
        })
    }

    /// The history at `row`, or `None` if a part of it is null.
    pub(super) fn at(&self, row: usize) -> Result<Option<History>, FunctionError> {
        match (self.frequency.at(row), self.recency.at(row), self.age.at(row)) {
            (Some(frequency), Some(recency), Some(age)) => history(self.function, frequency, recency, age).map(Some),
            _ => Ok(None),
        }
    }
}

fn horizon(function: &'static str, horizons: &Column<Float64Array>, row: usize) -> Result<Option<f64>, FunctionError> {
    match horizons.at(row) {
        Some(value) if !(value.is_finite() && value >= 0.0) => {
            Err(FunctionError::WrongValue { function, argument: "horizon", value, wanted: "finite and not negative" })
        }
        horizon => Ok(horizon),
    }
}

/// Results computed in a batch. The expectation of an active customer does not depend on recency, and it is the
/// expensive part.
#[derive(Default)]
pub(super) struct Expectations {
    fit: Option<Parameters>,
    known: HashMap<[u64; 5], f64>,
}

impl Expectations {
    /// The value for this fit, frequency, age and `further` arguments; `compute` is called for a new combination.
    pub(super) fn of(
        &mut self,
        fit: &Parameters,
        history: &History,
        further: &[f64],
        compute: impl FnOnce() -> f64,
    ) -> f64 {
        let mut key = [0; 5];
        let values = [history.frequency(), history.age()];
        for (part, value) in key.iter_mut().zip(values.iter().chain(further)) {
            *part = value.to_bits();
        }
        self.entry(fit, key, compute)
    }

    fn of_new(&mut self, fit: &Parameters, horizon: f64) -> f64 {
        self.entry(fit, [horizon.to_bits(), 0, 0, 0, 0], || fit.expected_new(horizon))
    }

    fn entry(&mut self, fit: &Parameters, key: [u64; 5], compute: impl FnOnce() -> f64) -> f64 {
        if self.fit.as_ref() != Some(fit) {
            self.known.clear();
            self.fit = Some(*fit);
        }
        *self.known.entry(key).or_insert_with(compute)
    }
}
