//! `relative_importance` for DataFusion: signature, coercion, state and accumulator.
//!
//! Types are checked in `return_type`, settings and `distinct` in `simplify`, both before data is read; names and
//! lengths are checked on every row.

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

use super::accumulate::{Gathering, names_type, numbers_type, state_fields};
use super::analysis::Settings;
use super::documentation;
use super::error::{ImportanceError, MOST_REPLICATES};
use super::value::analysis_type;

/// Arguments before the settings.
const DATA: usize = 3;
/// The optional settings, with their defaults.
const SETTINGS: [(&str, i64); 2] = [("seed", 1), ("replicates", 1_000)];

/// The aggregate `relative_importance`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct RelativeImportance {
    signature: Signature,
    documentation: Documentation,
}

impl Default for RelativeImportance {
    fn default() -> Self {
        Self::new()
    }
}

impl RelativeImportance {
    pub fn new() -> Self {
        // User-defined, because any list of numbers is allowed and a wrong type needs a clear message.
        Self {
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::relative_importance(),
        }
    }
}

/// The settings from the literals in the call.
fn settings(
    literal: impl Fn(usize) -> Option<Result<ScalarValue, ImportanceError>>,
) -> Result<Settings, ImportanceError> {
    let mut numbers = SETTINGS.map(|(_, default)| default);
    for (place, number) in numbers.iter_mut().enumerate() {
        let argument = SETTINGS[place].0;
        match literal(place + DATA).transpose()? {
            None => {}
            Some(ScalarValue::Int64(Some(value))) => *number = value,
            Some(_) => return Err(ImportanceError::NotALiteral { argument }),
        }
    }
    let [seed, count] = numbers;
    let (Ok(seed), true) = (u64::try_from(seed), seed >= 0) else {
        return Err(ImportanceError::OutOfRange { argument: "seed", value: seed, wanted: "not negative" });
    };
    match usize::try_from(count) {
        Ok(replicates) if count <= MOST_REPLICATES => Ok(Settings { seed, replicates }),
        _ => Err(ImportanceError::OutOfRange { argument: "replicates", value: count, wanted: "between 0 and 10,000" }),
    }
}

fn argument(place: usize) -> &'static str {
    SETTINGS[place - DATA].0
}

/// The items of a list type.
fn items(found: &DataType) -> Option<&DataType> {
    match found {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Some(item.data_type()),
        _ => None,
    }
}

impl AggregateUDFImpl for RelativeImportance {
    fn name(&self) -> &'static str {
        "relative_importance"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // Wrong types pass unchanged: DataFusion would hide an error from here under "no function matches".
        let coerce = |(place, found): (usize, &DataType)| match place {
            0 if found.is_numeric() || found.is_null() => DataType::Float64,
            1 if found.is_null() || items(found).is_some_and(|item| item.is_numeric() || item.is_null()) => {
                numbers_type()
            }
            2 if items(found).is_some_and(|item| item.is_string() || item.is_null()) => names_type(),
            3.. if found.is_integer() => DataType::Int64,
            _ => found.clone(),
        };
        Ok(arg_types.iter().enumerate().map(coerce).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let [target, drivers, names, settings @ ..] = arg_types else {
            return Err(ImportanceError::ArgumentCount { found: arg_types.len() }.into());
        };
        if settings.len() > SETTINGS.len() {
            return Err(ImportanceError::ArgumentCount { found: arg_types.len() }.into());
        }
        for (argument, found, right, wanted) in [
            ("target", target, DataType::Float64, "a number"),
            ("drivers", drivers, numbers_type(), "a list of numbers: write make_array(…)"),
            ("names", names, names_type(), "a list of text: write make_array('…', …)"),
        ] {
            if !found.equals_datatype(&right) {
                return Err(ImportanceError::WrongArgument { argument, wanted, found: found.clone() }.into());
            }
        }
        match settings.iter().zip(SETTINGS).find(|(found, _)| **found != DataType::Int64) {
            Some((_, (argument, _))) => Err(ImportanceError::NotALiteral { argument }.into()),
            None => Ok(analysis_type()),
        }
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        // Nothing is rewritten. Only this hook sees the arguments before execution and before DataFusion turns
        // `distinct` into another `group by`, where it can no longer be detected.
        Some(Box::new(|call: AggregateFunction, _| {
            if call.params.distinct {
                return Err(ImportanceError::Distinct.into());
            }
            settings(|place| {
                call.params.args.get(place).map(|expr| match expr {
                    Expr::Literal(value, _) => Ok(value.clone()),
                    _ => Err(ImportanceError::NotALiteral { argument: argument(place) }),
                })
            })?;
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |(name, data_type)| Arc::new(Field::new(format_state_name(args.name, name), data_type, true));
        Ok(state_fields().into_iter().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        // A literal needs no input. Other expressions fail on the empty batch.
        let no_columns = RecordBatch::new_empty(Arc::new(Schema::empty()));
        let settings = settings(|place| {
            args.exprs.get(place).map(|expr| match expr.evaluate(&no_columns) {
                Ok(ColumnarValue::Scalar(value)) => Ok(value),
                Ok(ColumnarValue::Array(_)) | Err(_) => Err(ImportanceError::NotALiteral { argument: argument(place) }),
            })
        })?;
        Ok(Box::new(Gathering::new(settings)))
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
