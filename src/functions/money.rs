//! `money`, `to_base_currency` and `share_of`: money is summed as whole minor units and published as decimals.
//!
//! Minor units are `bigint`: sums of them are exact and cost one addition. These functions are the two ends of that:
//! into minor units of the base currency with the contract's rounding, and out of them into `decimal(18,2)`.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, Decimal128Array, Int64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, DecimalType, Field, FieldRef};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::arguments::{Call, Kind, RATE_SCALE, integers};
use super::error::FunctionError;
use super::topic;

const PRECISION: u8 = 18;
const SCALE: i8 = 2;
/// The first amount in minor units that a `decimal(18,2)` cannot hold.
const LIMIT: u64 = 10_u64.pow(PRECISION as u32);

const MONEY: Call = Call {
    function: "money",
    arguments: &[("minor", Kind::Whole)],
    optional: 0,
    expected: "one argument",
    syntax: "(minor)",
};

/// The scalar function `money`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Money {
    signature: Signature,
    documentation: Documentation,
}

impl Default for Money {
    fn default() -> Self {
        Self::new()
    }
}

impl Money {
    pub fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: money_documentation() }
    }
}

fn money_documentation() -> Documentation {
    Documentation::builder(
        topic::MONEY,
        "Returns an amount in minor units (hundredths) as decimal(18,2). Models sum money as integers, which is exact and \
         fast, and publish it with this function.",
        "money(minor)",
    )
    .with_argument("minor", "Integer: the amount in minor units.")
    .with_sql_example("select money(sum(net_minor)) as net_revenue from orders")
    .with_related_udf("to_base_currency")
    .build()
}

impl ScalarUDFImpl for Money {
    fn name(&self) -> &str {
        MONEY.function
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(MONEY.coerce(arg_types))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        MONEY.check(arg_types)?;
        Ok(DataType::Decimal128(PRECISION, SCALE))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        strict_field(self, &args)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.as_slice() {
            [ColumnarValue::Scalar(minor)] => {
                let amounts = decimals(integers(&[minor.to_array()?], 0)?)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&amounts, 0)?))
            }
            [ColumnarValue::Array(minor)] => {
                Ok(ColumnarValue::Array(Arc::new(decimals(integers(std::slice::from_ref(minor), 0)?)?)))
            }
            other => Err(internal_datafusion_err!("money was planned for one argument, got {}", other.len())),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The field of a result that is null only where an argument is.
fn strict_field(function: &dyn ScalarUDFImpl, args: &ReturnFieldArgs) -> Result<FieldRef> {
    let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
    let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
    Ok(Arc::new(Field::new(function.name(), function.return_type(&types)?, nullable)))
}

/// Minor units as decimals.
fn decimals(minor: &Int64Array) -> Result<Decimal128Array> {
    let amounts: Decimal128Array = minor.try_unary(|minor| {
        if minor.unsigned_abs() < LIMIT {
            Ok(i128::from(minor))
        } else {
            Err(FunctionError::AmountOutOfRange {
                function: MONEY.function,
                amount: format!("{minor} minor units"),
                reason: "a decimal(18,2) cannot hold it",
            })
        }
    })?;
    Ok(amounts.with_precision_and_scale(PRECISION, SCALE)?)
}

/// What amounts are multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Factor {
    /// An exchange rate.
    Rate,
    /// A share of the amount.
    Share,
}

impl Factor {
    pub const ALL: [Self; 2] = [Self::Rate, Self::Share];

    /// Name of the SQL function.
    pub const fn function(self) -> &'static str {
        self.call().function
    }

    const fn call(self) -> Call {
        let (function, arguments, syntax): (_, &'static [(&'static str, Kind)], _) = match self {
            Self::Rate => ("to_base_currency", &[("amount", Kind::Whole), ("rate", Kind::Rate)], "(amount, rate)"),
            Self::Share => ("share_of", &[("amount", Kind::Whole), ("share", Kind::Rate)], "(amount, share)"),
        };
        Call { function, arguments, optional: 0, expected: "two arguments", syntax }
    }
}

/// The scalar functions `to_base_currency` and `share_of`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ScaledAmount {
    factor: Factor,
    signature: Signature,
    documentation: Documentation,
}

impl ScaledAmount {
    pub fn new(factor: Factor) -> Self {
        Self {
            factor,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: factor_documentation(factor),
        }
    }
}

/// Documentation of the function that multiplies amounts by `factor`.
fn factor_documentation(factor: Factor) -> Documentation {
    let function = factor.function();
    let (description, argument, what, example) = match factor {
        Factor::Rate => (
            "Returns an amount in minor units of the base currency: amount x rate, rounded half up (towards positive \
             infinity) to a whole unit. Round each line, then sum.",
            "rate",
            "Decimal with at most six places: units of the base currency per unit of the amount's.",
            "select to_base_currency(charged_minor, rate) as net_minor from lines",
        ),
        Factor::Share => (
            "Returns a share of an amount in minor units: amount x share, rounded half up (towards positive infinity) to a \
             whole unit.",
            "share",
            "Decimal with at most six places: 0.015 is 1.5 percent.",
            "select share_of(paid_minor, payment_share) as payment_cost_minor from orders",
        ),
    };
    Documentation::builder(
        topic::MONEY,
        format!("{description} The product is exact; a result beyond a bigint is an error."),
        format!("{function}(amount, {argument})"),
    )
    .with_argument("amount", "Integer: the amount in minor units.")
    .with_argument(argument, what)
    .with_sql_example(example)
    .with_related_udf("money")
    .build()
}

impl ScalarUDFImpl for ScaledAmount {
    fn name(&self) -> &str {
        self.factor.function()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(self.factor.call().coerce(arg_types))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.factor.call().check(arg_types)?;
        Ok(DataType::Int64)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        strict_field(self, &args)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let amounts = integers(&arrays, 0)?;
        let factors = arrays
            .get(1)
            .and_then(|array| array.as_primitive_opt::<Decimal128Type>())
            .ok_or_else(|| internal_datafusion_err!("{}: the second argument is not a decimal", self.name()))?;
        Ok(ColumnarValue::Array(Arc::new(products(self.factor, amounts, factors)?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Amounts times factors of [`RATE_SCALE`] places, rounded half up.
fn products(factor: Factor, amounts: &Int64Array, factors: &Decimal128Array) -> Result<Int64Array, FunctionError> {
    let nulls = NullBuffer::union(amounts.nulls(), factors.nulls());
    let pairs = amounts.values().iter().zip(factors.values());
    let products = match &nulls {
        None => pairs.map(|(&amount, &by)| product(factor, amount, by)).collect::<Result<Vec<_>, _>>()?,
        // What lies under a null may be anything.
        Some(nulls) => pairs
            .zip(nulls)
            .map(|((&amount, &by), is_valid)| if is_valid { product(factor, amount, by) } else { Ok(0) })
            .collect::<Result<Vec<_>, _>>()?,
    };
    Ok(Int64Array::new(products.into(), nulls))
}

/// `amount x by / 10^6`, rounded half up.
#[inline]
fn product(factor: Factor, amount: i64, by: i128) -> Result<i64, FunctionError> {
    const ONE: i64 = 10_i64.pow(RATE_SCALE as u32);
    // Nearly always 64 bits hold the product, and dividing them by a constant costs a tenth of 128.
    if let Ok(narrow) = i64::try_from(by)
        && let Some(rounded) = amount.checked_mul(narrow).and_then(|product| product.checked_add(ONE / 2))
    {
        return Ok(rounded.div_euclid(ONE));
    }
    wide_product(amount, by).ok_or_else(|| FunctionError::AmountOutOfRange {
        function: factor.function(),
        amount: format!("{amount} minor units x {}", Decimal128Type::format_decimal(by, 18, RATE_SCALE)),
        reason: "a bigint cannot hold the product",
    })
}

#[cold]
fn wide_product(amount: i64, by: i128) -> Option<i64> {
    const ONE: i128 = 10_i128.pow(RATE_SCALE as u32);
    let rounded = i128::from(amount).checked_mul(by)?.checked_add(ONE / 2)?;
    i64::try_from(rounded.div_euclid(ONE)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_go_up_on_both_sides_of_zero() {
        for (amount, by, wanted) in [(1, 500_000, 1), (-1, 500_000, 0), (-3, 500_000, -1), (3, 500_000, 2), (7, 0, 0)] {
            assert_eq!(product(Factor::Rate, amount, by).expect("in range"), wanted, "{amount} x {by}");
        }
    }

    #[test]
    fn a_product_beyond_64_bits_that_rounds_to_fewer_is_exact() {
        assert_eq!(product(Factor::Rate, i64::MAX, 1_000_000).expect("in range"), i64::MAX);
        assert_eq!(product(Factor::Rate, i64::MIN, 1_000_000).expect("in range"), i64::MIN);
        assert!(matches!(product(Factor::Rate, i64::MAX, 1_000_001), Err(FunctionError::AmountOutOfRange { .. })));
    }

    proptest! {
        #[test]
        fn the_narrow_way_equals_the_wide_one(amount in any::<i32>(), by in 0..4_000_000_000_i64) {
            let amount = i64::from(amount);
            prop_assert_eq!(product(Factor::Rate, amount, by.into()).ok(), wide_product(amount, by.into()));
        }
    }
}
