//! `clv`: the present value of a customer's expected purchases.

use std::sync::Arc;

use datafusion::arrow::array::Float64Array;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::super::arguments::{Call, Column, Kind};
use super::super::error::FunctionError;
use super::super::numeric::{exp, ln_1p};
use super::documentation;
use super::fit_value::{FIT, Fits};
use super::model::{History, Parameters};
use super::predict::{Expectations, HistoryColumns};

/// Days in the year of the discount rate.
const YEAR: f64 = 365.0;
/// Default length of a period.
const PERIOD: f64 = 30.0;
/// More periods than this indicate a mistake in the units.
const MOST_PERIODS: f64 = 10_000.0;

const CALL: Call = Call {
    function: "clv",
    arguments: &[
        FIT,
        ("frequency", Kind::Whole),
        ("recency", Kind::Number),
        ("age", Kind::Number),
        ("expected_spend", Kind::Number),
        ("horizon_days", Kind::Number),
        ("annual_discount_rate", Kind::Number),
        ("period_days", Kind::Number),
    ],
    optional: 1,
    expected: "seven or eight arguments",
    syntax: "(fit, frequency, recency, age, expected_spend, horizon_days, annual_discount_rate) or, with a period, \
             (…, annual_discount_rate, period_days)",
};

/// The scalar function `clv`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CustomerLifetimeValue {
    signature: Signature,
    documentation: Documentation,
}

impl Default for CustomerLifetimeValue {
    fn default() -> Self {
        Self::new()
    }
}

impl CustomerLifetimeValue {
    pub fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: documentation::clv() }
    }
}

impl ScalarUDFImpl for CustomerLifetimeValue {
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
        let arguments = args.args.as_slice();
        let fits = Fits::new(CALL.function, Column::argument(arguments, 0)?);
        let histories = HistoryColumns::new(CALL.function, arguments)?;
        let spends = Column::number(arguments, 4)?;
        let terms = Terms {
            horizon: Column::number(arguments, 5)?,
            rate: Column::number(arguments, 6)?,
            period: if arguments.len() > 7 {
                Column::number(arguments, 7)?
            } else {
                Column::One(Float64Array::from(vec![PERIOD]))
            },
        };
        let mut known = Expectations::default();
        let of = |row| -> Result<Option<f64>> {
            let (Some(history), Some(spend), Some([horizon, rate, period])) =
                (histories.at(row)?, spend(&spends, row)?, terms.at(row)?)
            else {
                return Ok(None);
            };
            let Some(fit) = fits.at(row)? else { return Ok(None) };
            let purchases = known.of(&fit, &history, &[horizon, rate, period], || {
                discounted_purchases(&fit, &history, horizon, rate, period)
            });
            Ok(Some((fit.p_alive(&history) * purchases * spend).min(f64::MAX)))
        };
        let found: Float64Array = (0..args.number_rows).map(of).collect::<Result<_>>()?;
        Ok(ColumnarValue::Array(Arc::new(found)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

fn wrong(argument: &'static str, value: f64, wanted: &'static str) -> FunctionError {
    FunctionError::WrongValue { function: CALL.function, argument, value, wanted }
}

fn spend(spends: &Column<Float64Array>, row: usize) -> Result<Option<f64>, FunctionError> {
    match spends.at(row) {
        Some(value) if !(value.is_finite() && value >= 0.0) => {
            Err(wrong("expected_spend", value, "finite and not negative"))
        }
        spend => Ok(spend),
    }
}

/// The arguments for duration and rate.
struct Terms {
    horizon: Column<Float64Array>,
    rate: Column<Float64Array>,
    period: Column<Float64Array>,
}

impl Terms {
    /// Horizon, rate and period at `row`.
    fn at(&self, row: usize) -> Result<Option<[f64; 3]>, FunctionError> {
        let (Some(horizon), Some(rate), Some(period)) = (self.horizon.at(row), self.rate.at(row), self.period.at(row))
        else {
            return Ok(None);
        };
        if !(horizon.is_finite() && horizon >= 0.0) {
            Err(wrong("horizon_days", horizon, "finite and not negative"))
        } else if !(rate.is_finite() && rate >= 0.0) {
            Err(wrong("annual_discount_rate", rate, "finite and not negative: 0.1 is 10 % a year"))
        } else if !(period.is_finite() && period > 0.0) {
            Err(wrong("period_days", period, "finite and above 0"))
        } else if horizon / period > MOST_PERIODS {
            Err(wrong("horizon_days", horizon, "at most 10,000 periods: use a longer period_days"))
        } else {
            Ok(Some([horizon, rate, period]))
        }
    }
}

/// Purchases of a customer who is still active, period by period, each discounted from the end of its period.
fn discounted_purchases(fit: &Parameters, history: &History, horizon: f64, rate: f64, period: f64) -> f64 {
    let force = ln_1p(rate) / YEAR;
    let (mut value, mut before, mut number) = (0.0, 0.0, 1.0);
    loop {
        let end = (number * period).min(horizon);
        let until = fit.expected_if_alive(history.frequency(), history.age(), end);
        value += (until - before).max(0.0) * exp(-force * end);
        if end >= horizon {
            return value;
        }
        before = until;
        number += 1.0;
    }
}
