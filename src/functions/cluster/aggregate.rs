//! `kmeans_fit` and `kmeans_refit` for DataFusion: signature, coercion, state and accumulator.
//!
//! Planning finds everything that can be wrong with a call before any data is read: types in `return_type`, settings
//! and `distinct` in `simplify`.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, ColumnarValue, Documentation, Expr, ReversedUDAF, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::accumulate::{Gathering, Task, state_fields};
use super::documentation;
use super::error::ClusterError;
use super::fit::Settings;
use super::lists::{coerced, is_list, list_type};
use super::value::{fit_type, is_fit};

const FIT: &str = "kmeans_fit";
const REFIT: &str = "kmeans_refit";

/// Largest number of clusters allowed.
const MOST_CLUSTERS: i64 = 64;

/// The integer arguments of `kmeans_fit`, after features and weights.
const SETTINGS: [&str; 3] = ["k_min", "k_max", "seed"];

/// The aggregate `kmeans_fit`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KmeansFit {
    signature: Signature,
    documentation: Documentation,
}

impl Default for KmeansFit {
    fn default() -> Self {
        Self::new()
    }
}

impl KmeansFit {
    pub fn new() -> Self {
        // User-defined, because any list of numbers is allowed and a wrong type needs a clear message.
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: documentation::fit() }
    }
}

/// The settings from their three values.
fn settings(values: [&ScalarValue; 3]) -> Result<Settings, ClusterError> {
    let mut numbers = [0_i64; 3];
    for ((number, value), argument) in numbers.iter_mut().zip(values).zip(SETTINGS) {
        match value {
            ScalarValue::Int64(Some(value)) => *number = *value,
            _ => return Err(ClusterError::NotALiteral { function: FIT, argument }),
        }
    }
    let [k_min, k_max, seed] = numbers;
    match (usize::try_from(k_min), usize::try_from(k_max), u64::try_from(seed)) {
        (Ok(fewest), Ok(most), Ok(seed)) if k_min >= 2 && k_max >= k_min && k_max <= MOST_CLUSTERS => {
            Ok(Settings { k_min: fewest, k_max: most, seed })
        }
        (Ok(_), Ok(_), Err(_)) => Err(ClusterError::NegativeSeed { seed }),
        _ => Err(ClusterError::ClusterRange { k_min, k_max, most: MOST_CLUSTERS }),
    }
}

fn fields(args: &StateFieldsArgs, constant: DataType) -> Vec<FieldRef> {
    let field = |(name, data_type)| Arc::new(Field::new(format_state_name(args.name, name), data_type, true));
    state_fields(constant).into_iter().map(field).collect()
}

impl AggregateUDFImpl for KmeansFit {
    fn name(&self) -> &str {
        FIT
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // Wrong types pass unchanged: DataFusion would hide an error from here under "no function matches".
        let coerce = |(place, found): (usize, &DataType)| match place {
            0 | 1 => coerced(found),
            _ if found.is_integer() => DataType::Int64,
            _ => found.clone(),
        };
        Ok(arg_types.iter().enumerate().map(coerce).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let [features, weights, settings @ ..] = arg_types else {
            return Err(fit_arguments(arg_types.len()).into());
        };
        if settings.len() != SETTINGS.len() {
            return Err(fit_arguments(arg_types.len()).into());
        }
        for (argument, found) in [("features", features), ("weights", weights)] {
            if !is_list(found) {
                return Err(ClusterError::NotAList { function: FIT, argument, found: found.clone() }.into());
            }
        }
        match settings.iter().zip(SETTINGS).find(|(found, _)| **found != DataType::Int64) {
            Some((_, argument)) => Err(ClusterError::NotALiteral { function: FIT, argument }.into()),
            None => Ok(fit_type()),
        }
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        // Nothing is rewritten. Only this hook sees the arguments before execution and before DataFusion turns
        // `distinct` into another `group by`, where it can no longer be detected.
        Some(Box::new(|call: AggregateFunction, _| {
            if call.params.distinct {
                return Err(ClusterError::Distinct { function: FIT }.into());
            }
            let literal = |place: usize| match call.params.args.get(place + 2) {
                Some(Expr::Literal(value, _)) => Ok(value),
                _ => Err(ClusterError::NotALiteral { function: FIT, argument: SETTINGS[place] }),
            };
            settings([literal(0)?, literal(1)?, literal(2)?])?;
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(fields(&args, list_type()))
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        // A literal needs no input. Other expressions fail on the empty batch.
        let no_columns = RecordBatch::new_empty(Arc::new(Schema::empty()));
        let literal = |place: usize| match args.exprs.get(place + 2).map(|expr| expr.evaluate(&no_columns)) {
            Some(Ok(ColumnarValue::Scalar(value))) => Ok(value),
            _ => Err(ClusterError::NotALiteral { function: FIT, argument: SETTINGS[place] }),
        };
        let settings = settings([&literal(0)?, &literal(1)?, &literal(2)?])?;
        Ok(Box::new(Gathering::new(FIT, Task::Fit { settings, weights: None })))
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

const fn fit_arguments(found: usize) -> ClusterError {
    ClusterError::ArgumentCount {
        function: FIT,
        expected: "five arguments",
        found,
        syntax: "(features, weights, k_min, k_max, seed)",
    }
}

/// The aggregate `kmeans_refit`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KmeansRefit {
    signature: Signature,
    documentation: Documentation,
}

impl Default for KmeansRefit {
    fn default() -> Self {
        Self::new()
    }
}

impl KmeansRefit {
    pub fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: documentation::refit() }
    }
}

impl AggregateUDFImpl for KmeansRefit {
    fn name(&self) -> &str {
        REFIT
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let coerce = |(place, found): (usize, &DataType)| match place {
            0 if found.is_null() => fit_type(),
            1 => coerced(found),
            _ => found.clone(),
        };
        Ok(arg_types.iter().enumerate().map(coerce).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [earlier, _] if !is_fit(earlier) => {
                Err(ClusterError::NotAFit { function: REFIT, place: "first", found: earlier.clone() }.into())
            }
            [_, features] if !is_list(features) => {
                let found = features.clone();
                Err(ClusterError::NotAList { function: REFIT, argument: "features", found }.into())
            }
            [_, _] => Ok(fit_type()),
            _ => Err(ClusterError::ArgumentCount {
                function: REFIT,
                expected: "two arguments",
                found: arg_types.len(),
                syntax: "(earlier_fit, features)",
            }
            .into()),
        }
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(Box::new(|call: AggregateFunction, _| {
            if call.params.distinct {
                return Err(ClusterError::Distinct { function: REFIT }.into());
            }
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(fields(&args, fit_type()))
    }

    fn accumulator(&self, _args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Gathering::new(REFIT, Task::Refit { earlier: None })))
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
