//! The nine score aggregates for DataFusion: signature, coercion, state and accumulators.
//!
//! One implementation, parameterised by metric and statistic. Planning finds everything that can be wrong with a call
//! (types in `return_type`, the method and `distinct` in `simplify`) before data is read.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, ColumnarValue, Documentation, Expr, GroupsAccumulator, ReversedUDAF, Signature,
    Volatility,
};
use datafusion::scalar::ScalarValue;

use super::accumulate::{GroupTallies, SingleTally};
use super::documentation;
use super::error::FunctionError;
use super::metric::{Method, Metric, Scoring, Statistic};

/// An aggregate over an integer score: `nps`, `csat`, `ces` and the ends of their intervals.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ScoreAggregate {
    metric: Metric,
    statistic: Statistic,
    signature: Signature,
    documentation: Documentation,
}

impl ScoreAggregate {
    /// The function that returns `statistic` of `metric`.
    pub fn new(metric: Metric, statistic: Statistic) -> Self {
        Self {
            metric,
            statistic,
            // User-defined, because any integer width is allowed and a wrong type needs a clear message.
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::score_aggregate(metric, statistic),
        }
    }

    const fn function(&self) -> &'static str {
        self.metric.function(self.statistic)
    }

    /// The scoring of a physical call.
    fn scoring(&self, args: &AccumulatorArgs) -> Result<Scoring> {
        let function = self.function();
        if args.is_distinct {
            return Err(FunctionError::Distinct { function }.into());
        }
        let method = match args.exprs.get(1) {
            None => Method::TopBox,
            Some(expr) => {
                // A literal needs no input. Other expressions fail on the empty batch.
                let no_columns = RecordBatch::new_empty(Arc::new(Schema::empty()));
                match expr.evaluate(&no_columns) {
                    Ok(ColumnarValue::Scalar(scalar)) => self.method(&scalar)?,
                    Ok(ColumnarValue::Array(_)) | Err(_) => {
                        return Err(FunctionError::MethodNotLiteral { function }.into());
                    }
                }
            }
        };
        Ok(Scoring::new(self.metric, self.statistic, method))
    }

    fn method(&self, literal: &ScalarValue) -> Result<Method, FunctionError> {
        let function = self.function();
        match literal.try_as_str() {
            Some(Some(text)) => Method::parse(function, text),
            _ => Err(FunctionError::MethodNotLiteral { function }),
        }
    }
}

impl AggregateUDFImpl for ScoreAggregate {
    fn name(&self) -> &str {
        self.function()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // Wrong types pass unchanged: DataFusion would hide an error from here under "no function matches". An error
        // from `return_type` reaches the reader unchanged.
        let mut coerced = arg_types.to_vec();
        if let Some(score) = coerced.first_mut()
            && (score.is_integer() || score.is_null())
        {
            *score = DataType::Int64;
        }
        Ok(coerced)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let function = self.function();
        let (expected, syntax) = match self.metric {
            Metric::Nps | Metric::Csat => ("one argument", "(score)"),
            Metric::Ces => ("one or two arguments", "(score) or, with a method, (score, 'mean')"),
        };
        match (self.metric, arg_types) {
            (_, [score]) | (Metric::Ces, [score, _]) if *score != DataType::Int64 => {
                Err(FunctionError::NotAScore { function, found: score.clone() }.into())
            }
            (Metric::Ces, [_, method]) if !method.is_string() => {
                Err(FunctionError::MethodNotLiteral { function }.into())
            }
            (_, [_]) | (Metric::Ces, [_, _]) => Ok(DataType::Float64),
            _ => Err(FunctionError::ArgumentCount { function, expected, found: arg_types.len(), syntax }.into()),
        }
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let (function, checked) = (self.function(), Self::new(self.metric, self.statistic));
        // Nothing is rewritten. Only this hook sees the arguments before execution and before DataFusion turns
        // `distinct` into another `group by`, where it can no longer be detected.
        Some(Box::new(move |call: AggregateFunction, _| {
            if call.params.distinct {
                return Err(FunctionError::Distinct { function }.into());
            }
            match call.params.args.get(1) {
                None => {}
                Some(Expr::Literal(literal, _)) => {
                    checked.method(literal)?;
                }
                Some(_) => return Err(FunctionError::MethodNotLiteral { function }.into()),
            }
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |name: &&str| Arc::new(Field::new(format_state_name(args.name, name), DataType::Int64, false));
        Ok(self.metric.state().iter().map(field).collect())
    }

    fn accumulator(&self, acc_args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(SingleTally::new(self.scoring(&acc_args)?)))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(GroupTallies::new(self.scoring(&args)?)))
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
