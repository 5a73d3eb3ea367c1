//! The functions for DataFusion: their arguments, the checks on them, and the struct they return.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Float64Array, Int64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::super::arguments::{Call, Column, Kind};
use super::super::error::FunctionError;
use super::super::interval::{self, Estimate};
use super::documentation;
use super::formula::{self, Promotion, Totals};
use super::quantity::EstimateOf;

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(["value", "ci_low", "ci_high"].map(|name| Field::new(name, DataType::Float64, true)).to_vec())
});

/// How far beyond -1 or 1 rounding may have moved a correlation.
const ROUNDING: f64 = 1e-9;

/// A scalar function from counts and sums to an estimate with its interval.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct EstimateFunction {
    what: EstimateOf,
    signature: Signature,
    documentation: Documentation,
}

impl EstimateFunction {
    pub fn new(what: EstimateOf) -> Self {
        let signature = Signature::user_defined(Volatility::Immutable);
        Self { what, signature, documentation: documentation::estimate(what) }
    }
}

impl ScalarUDFImpl for EstimateFunction {
    fn name(&self) -> &str {
        self.what.call().function
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(self.what.call().coerce(arg_types))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let call = self.what.call();
        call.check(arg_types)?;
        if self.what == EstimateOf::Mean && arg_types.len() == 4 {
            let Call { function, expected, syntax, .. } = *call;
            return Err(FunctionError::ArgumentCount { function, expected, found: arg_types.len(), syntax }.into());
        }
        Ok(DataType::Struct(FIELDS.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = Rows::new(self.what.call(), &args.args)?;
        let found: Vec<Option<Estimate>> =
            (0..args.number_rows).map(|row| estimate(self.what, &rows, row)).collect::<Result<_>>()?;
        let column = |field: fn(&Estimate) -> Option<f64>| -> Arc<Float64Array> {
            Arc::new(found.iter().map(|estimate| estimate.as_ref().and_then(field)).collect())
        };
        let columns = [
            column(|estimate| Some(estimate.value)),
            column(|estimate| Some(estimate.interval?.0)),
            column(|estimate| Some(estimate.interval?.1)),
        ];
        let nulls = found.iter().map(Option::is_some).collect::<NullBuffer>();
        let columns = columns.into_iter().map(|column| column as _).collect();
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new(FIELDS.clone(), columns, Some(nulls))?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// A column of arguments.
enum Cells {
    Whole(Column<Int64Array>),
    Number(Column<Float64Array>),
}

/// The arguments of a call.
struct Rows {
    call: &'static Call,
    columns: Vec<Cells>,
}

impl Rows {
    fn new(call: &'static Call, arguments: &[ColumnarValue]) -> Result<Self> {
        let column = |index: usize| match call.arguments.get(index) {
            Some((_, Kind::Number)) => Column::number(arguments, index).map(Cells::Number),
            _ => Column::whole(arguments, index).map(Cells::Whole),
        };
        Ok(Self { call, columns: (0..arguments.len()).map(column).collect::<Result<_>>()? })
    }

    fn error(&self, argument: usize, value: f64, wanted: &'static str) -> FunctionError {
        let name = self.call.arguments.get(argument).map_or("", |(name, _)| *name);
        FunctionError::WrongValue { function: self.call.function, argument: name, value, wanted }
    }

    /// Integers `from..from + N` of a row; `None` if one of them is null.
    fn integers<const N: usize>(&self, from: usize, row: usize) -> Result<Option<[i64; N]>> {
        let mut found = [0; N];
        for (place, number) in found.iter_mut().enumerate() {
            match self.columns.get(from + place) {
                Some(Cells::Whole(column)) => match column.at(row) {
                    Some(value) => *number = value,
                    None => return Ok(None),
                },
                _ => return Err(internal_datafusion_err!("{}: argument {from} is not an integer", self.call.function)),
            }
        }
        Ok(Some(found))
    }

    fn number(&self, index: usize, row: usize) -> Option<f64> {
        match self.columns.get(index) {
            Some(Cells::Number(column)) => column.at(row),
            _ => None,
        }
    }

    fn not_negative(&self, argument: usize, value: i64) -> Result<(), FunctionError> {
        if value < 0 { Err(self.error(argument, value as f64, "not negative")) } else { Ok(()) }
    }

    /// (successes, n), starting at argument `from`.
    fn share(&self, from: usize, row: usize) -> Result<Option<(i64, i64)>> {
        let Some([successes, n]) = self.integers(from, row)? else { return Ok(None) };
        self.not_negative(from + 1, n)?;
        if !(0..=n).contains(&successes) {
            return Err(self.error(from, successes as f64, "between 0 and n").into());
        }
        Ok(Some((successes, n)))
    }

    /// (n, sum, sum_of_squares), starting at argument `from`.
    fn totals(&self, from: usize, row: usize) -> Result<Option<Totals>> {
        let Some([n, sum, sum_of_squares]) = self.integers(from, row)? else { return Ok(None) };
        self.not_negative(from, n)?;
        let totals = Totals { n, sum, sum_of_squares };
        if n == 0 && sum != 0 {
            return Err(self.error(from + 1, sum as f64, "0 where n is 0").into());
        }
        if totals.spread() < 0 {
            let wanted = "at least sum x sum / n: add up the squares of the same answers";
            return Err(self.error(from + 2, sum_of_squares as f64, wanted).into());
        }
        Ok(Some(totals))
    }

    /// (promoters, detractors, n), starting at argument `from`.
    fn promotion(&self, from: usize, row: usize) -> Result<Option<Promotion>> {
        let Some([promoters, detractors, n]) = self.integers(from, row)? else { return Ok(None) };
        self.not_negative(from, promoters)?;
        self.not_negative(from + 1, detractors)?;
        if n < promoters.saturating_add(detractors) {
            return Err(self.error(from + 2, n as f64, "at least promoters + detractors").into());
        }
        Ok(Some(Promotion { promoters, detractors, n }))
    }

    /// The scale of a mean: `Some(None)` if none is given, `None` if an end is null.
    fn scale(&self, from: usize, row: usize) -> Result<Option<Option<(f64, f64)>>> {
        if self.columns.len() <= from {
            return Ok(Some(None));
        }
        let (Some(low), Some(high)) = (self.number(from, row), self.number(from + 1, row)) else { return Ok(None) };
        // Comparisons with NaN are false.
        if low.partial_cmp(&high).is_none_or(std::cmp::Ordering::is_gt) {
            return Err(self.error(from + 1, high, "a number, and at least low").into());
        }
        Ok(Some(Some((low, high))))
    }
}

fn estimate(what: EstimateOf, rows: &Rows, row: usize) -> Result<Option<Estimate>> {
    Ok(match what {
        EstimateOf::Share => rows.share(0, row)?.and_then(|(successes, n)| interval::share(successes, n)),
        EstimateOf::Mean => match (rows.totals(0, row)?, rows.scale(3, row)?) {
            (Some(totals), Some(scale)) => {
                let found = formula::mean(totals, scale);
                if let (Some(Estimate { value, .. }), Some((low, high))) = (found, scale)
                    && !(low..=high).contains(&value)
                {
                    return Err(rows.error(1, totals.sum as f64, "between n x low and n x high").into());
                }
                found
            }
            _ => None,
        },
        EstimateOf::ShareDifference => match (rows.share(0, row)?, rows.share(2, row)?) {
            (Some(one), Some(other)) => formula::share_difference(one, other),
            _ => None,
        },
        EstimateOf::MeanDifference => match (rows.totals(0, row)?, rows.totals(3, row)?) {
            (Some(one), Some(other)) => formula::mean_difference(one, other),
            _ => None,
        },
        EstimateOf::NpsDifference => match (rows.promotion(0, row)?, rows.promotion(3, row)?) {
            (Some(one), Some(other)) => formula::nps_difference(one, other),
            _ => None,
        },
        EstimateOf::Correlation => match (rows.number(0, row), rows.integers::<1>(1, row)?) {
            (Some(r), Some([n])) => {
                rows.not_negative(1, n)?;
                if r.abs() > 1.0 + ROUNDING {
                    return Err(rows.error(0, r, "between -1 and 1").into());
                }
                formula::correlation(r.clamp(-1.0, 1.0), n)
            }
            _ => None,
        },
    })
}
