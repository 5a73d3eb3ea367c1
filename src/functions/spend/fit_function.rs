//! `gamma_gamma_fit`: maximum likelihood of spend per purchase as an aggregate, and its result as a struct.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::internal_datafusion_err;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, Expr, ReversedUDAF, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::super::arguments::{Call, Kind, integers, numbers, weight};
use super::super::error::FunctionError;
use super::documentation;
use super::gamma_gamma::{self, NotFitted, Parameters, Sample, Spends};

const CALL: Call = Call {
    function: "gamma_gamma_fit",
    arguments: &[("frequency", Kind::Whole), ("mean_spend", Kind::Number), ("customers", Kind::Whole)],
    optional: 1,
    expected: "two or three arguments",
    syntax: "(frequency, mean_spend) or, for equal customers in one row, (frequency, mean_spend, customers)",
};

/// Status of a fit that can predict.
pub(super) const FITTED: &str = "fitted";

/// Names and item types of the state's lists.
const STATE: [(&str, DataType); 3] =
    [("frequency", DataType::Int64), ("mean_spend", DataType::Float64), ("customers", DataType::Int64)];

pub(super) fn fields() -> Fields {
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    let mut fields: Vec<Field> = ["p", "q", "gamma", "log_likelihood", "correlation"].map(number).to_vec();
    fields.push(Field::new("customers", DataType::Int64, true));
    fields.push(Field::new("status", DataType::Utf8, true));
    Fields::from(fields)
}

/// One row: the result of fitting `sample`.
fn write(sample: &Sample, found: Result<(Parameters, f64), NotFitted>) -> Result<StructArray> {
    let (numbers, status) = match &found {
        Ok((fitted, log_likelihood)) => {
            ([Some(fitted.p), Some(fitted.q), Some(fitted.gamma), Some(*log_likelihood)], FITTED)
        }
        Err(reason) => ([None; 4], reason.status()),
    };
    let number = |value: Option<f64>| Arc::new(Float64Array::from(vec![value])) as ArrayRef;
    let mut columns = numbers.map(number).to_vec();
    columns.push(number(sample.correlation()));
    columns.push(Arc::new(Int64Array::from(vec![sample.customers()])));
    columns.push(Arc::new(StringArray::from(vec![status])));
    Ok(StructArray::try_new(fields(), columns, None)?)
}

/// The aggregate that fits the Gamma-Gamma model.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct GammaGammaFit {
    signature: Signature,
    documentation: Documentation,
}

impl Default for GammaGammaFit {
    fn default() -> Self {
        Self::new()
    }
}

impl GammaGammaFit {
    pub fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: documentation::fit() }
    }
}

impl AggregateUDFImpl for GammaGammaFit {
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
        Ok(DataType::Struct(fields()))
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        // Nothing is rewritten: only this hook sees `distinct` at planning.
        Some(Box::new(move |call: AggregateFunction, _| {
            if call.params.distinct {
                return Err(FunctionError::DistinctCustomers { function: CALL.function }.into());
            }
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |(name, item): &(&str, DataType)| {
            let list = DataType::new_list(item.clone(), true);
            Arc::new(Field::new(format_state_name(args.name, name), list, true))
        };
        Ok(STATE.iter().map(field).collect())
    }

    fn accumulator(&self, acc_args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if acc_args.is_distinct {
            return Err(FunctionError::DistinctCustomers { function: CALL.function }.into());
        }
        Ok(Box::new(SpendAccumulator::default()))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Counts customers by frequency and mean spend, and fits the model when the result is requested.
#[derive(Debug, Default)]
struct SpendAccumulator {
    spends: Spends,
}

impl SpendAccumulator {
    fn count(&mut self, columns: &[ArrayRef], weights: Option<&Int64Array>) -> Result<()> {
        let function = CALL.function;
        let (frequencies, spends) = (integers(columns, 0)?, numbers(columns, 1)?);
        for row in 0..frequencies.len() {
            if frequencies.is_null(row) || spends.is_null(row) {
                continue;
            }
            let (frequency, spend) = (frequencies.value(row), spends.value(row));
            let customers = weight(function, weights, row)?;
            let wrong = |argument, value, wanted| FunctionError::WrongValue { function, argument, value, wanted };
            if frequency < 0 {
                return Err(wrong("frequency", frequency as f64, "not negative").into());
            }
            if !spend.is_finite() {
                return Err(wrong("mean_spend", spend, "finite").into());
            }
            self.spends.add(frequency, spend, customers);
        }
        Ok(())
    }
}

impl Accumulator for SpendAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let weights = if values.len() > 2 { Some(integers(values, 2)?) } else { None };
        self.count(values, weights)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states.first().map_or(0, |column| column.len());
        for row in 0..rows {
            let lists = states
                .iter()
                .map(|column| {
                    let lists = column
                        .as_list_opt::<i32>()
                        .ok_or_else(|| internal_datafusion_err!("{}: the state is not a list", CALL.function))?;
                    Ok(lists.value(row))
                })
                .collect::<Result<Vec<_>>>()?;
            let weights = integers(&lists, 2)?.clone();
            self.count(&lists, Some(&weights))?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sample = Sample::new(&self.spends);
        Ok(ScalarValue::Struct(Arc::new(write(&sample, gamma_gamma::fit(&sample))?)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sorted = self.spends.sorted();
        let frequencies: Int64Array = sorted.iter().map(|(key, _)| f64::from_bits(key[0]) as i64).collect();
        let spends: Float64Array = sorted.iter().map(|(key, _)| f64::from_bits(key[1])).collect();
        let customers: Int64Array = sorted.iter().map(|(_, customers)| *customers).collect();
        let lists: [ArrayRef; 3] = [Arc::new(frequencies), Arc::new(spends), Arc::new(customers)];
        Ok(lists.map(|list| SingleRowListArrayBuilder::new(list).build_list_scalar()).to_vec())
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.spends.size()
    }
}
