//! `bg_nbd_fit`, `mbg_nbd_fit`, `pareto_nbd_fit` and `purchase_fit`: maximum likelihood as an aggregate.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, ColumnarValue, Documentation, Expr, ReversedUDAF, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::super::arguments::{Call, Kind};
use super::super::error::FunctionError;
use super::model::PurchaseModel;
use super::state::{FitAccumulator, STATE, state_field};
use super::{documentation, fit_value};

const HISTORY: &[(&str, Kind)] =
    &[("frequency", Kind::Whole), ("recency", Kind::Number), ("age", Kind::Number), ("customers", Kind::Whole)];
const CHOICE: &[(&str, Kind)] = &[
    ("model", Kind::Text),
    ("frequency", Kind::Whole),
    ("recency", Kind::Number),
    ("age", Kind::Number),
    ("customers", Kind::Whole),
];

/// The aggregate that fits a purchase model.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PurchaseFit {
    /// The model, or `None` if the first argument selects it.
    model: Option<PurchaseModel>,
    signature: Signature,
    documentation: Documentation,
}

impl PurchaseFit {
    /// The function that fits `model`, or the function whose first argument selects the model.
    pub fn new(model: Option<PurchaseModel>) -> Self {
        Self {
            model,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::fit(model),
        }
    }

    const fn call(&self) -> Call {
        let function = match self.model {
            Some(PurchaseModel::BgNbd) => "bg_nbd_fit",
            Some(PurchaseModel::MbgNbd) => "mbg_nbd_fit",
            Some(PurchaseModel::ParetoNbd) => "pareto_nbd_fit",
            None => "purchase_fit",
        };
        match self.model {
            Some(_) => Call {
                function,
                arguments: HISTORY,
                optional: 1,
                expected: "three or four arguments",
                syntax: "(frequency, recency, age) or, for equal customers in one row, \
                     (frequency, recency, age, customers)",
            },
            None => Call {
                function,
                arguments: CHOICE,
                optional: 1,
                expected: "four or five arguments",
                syntax: "('mbg_nbd', frequency, recency, age) or, for equal customers in one row, \
                         ('mbg_nbd', frequency, recency, age, customers)",
            },
        }
    }

    /// The model that the literal names.
    fn chosen(literal: &ScalarValue) -> Result<PurchaseModel, FunctionError> {
        let Some(Some(name)) = literal.try_as_str() else {
            return Err(FunctionError::ModelNotLiteral);
        };
        PurchaseModel::named(name).ok_or_else(|| FunctionError::UnknownModel { model: name.to_owned() })
    }
}

impl AggregateUDFImpl for PurchaseFit {
    fn name(&self) -> &str {
        self.call().function
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(self.call().coerce(arg_types))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        if self.model.is_none() && arg_types.first().is_some_and(|model| !model.is_string()) {
            return Err(FunctionError::ModelNotLiteral.into());
        }
        self.call().check(arg_types)?;
        Ok(DataType::Struct(fit_value::fields()))
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let (function, choose) = (self.call().function, self.model.is_none());
        // Nothing is rewritten: only this hook sees literals and `distinct` at planning.
        Some(Box::new(move |call: AggregateFunction, _| {
            if call.params.distinct {
                return Err(FunctionError::DistinctCustomers { function }.into());
            }
            if choose {
                match call.params.args.first() {
                    Some(Expr::Literal(literal, _)) => Self::chosen(literal)?,
                    _ => return Err(FunctionError::ModelNotLiteral.into()),
                };
            }
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(STATE.iter().map(|(name, item)| Arc::new(state_field(&format_state_name(args.name, name), item))).collect())
    }

    fn accumulator(&self, acc_args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let function = self.call().function;
        if acc_args.is_distinct {
            return Err(FunctionError::DistinctCustomers { function }.into());
        }
        if let Some(model) = self.model {
            return Ok(Box::new(FitAccumulator::new(function, model, 0)));
        }
        // A literal needs no input. Other expressions fail on the empty batch.
        let no_columns = RecordBatch::new_empty(Arc::new(Schema::empty()));
        match acc_args.exprs.first().map(|model| model.evaluate(&no_columns)) {
            Some(Ok(ColumnarValue::Scalar(literal))) => {
                Ok(Box::new(FitAccumulator::new(function, Self::chosen(&literal)?, 1)))
            }
            _ => Err(FunctionError::ModelNotLiteral.into()),
        }
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
