//! Arguments of the statistical functions: their types, checked at planning, and access to columns of numbers.
//!
//! DataFusion coerces with [`Call::coerce`] and then asks for a return type. [`Call::check`] reports errors at that
//! point, because they reach the reader unchanged; DataFusion would hide an error from coercion under "no function
//! matches".

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Fields, Float64Type, Int64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;

use super::error::FunctionError;

/// Type of rates and shares: at most twelve places before the decimal point and six after it.
pub(super) const RATE: DataType = DataType::Decimal128(18, RATE_SCALE);
/// Places of [`RATE`] after the decimal point.
pub(super) const RATE_SCALE: i8 = 6;

/// The kind of an argument.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A string literal.
    Text,
    /// Any integer.
    Whole,
    /// Any number.
    Number,
    /// A decimal or an integer with at most [`RATE`]'s places before and after the point.
    Rate,
    /// A fitted model: a struct with the fields that the fit function returns, in any order.
    Fit {
        fields: fn() -> Fields,
        /// What it is and which function returns it.
        wanted: &'static str,
    },
}

impl Kind {
    /// The type to which an argument of type `found` is cast, if it is of this kind.
    fn target(self, found: &DataType) -> Option<DataType> {
        match self {
            Self::Text => found.is_string().then(|| found.clone()),
            Self::Whole => (found.is_integer() || found.is_null()).then_some(DataType::Int64),
            Self::Number => (found.is_numeric() || found.is_null()).then_some(DataType::Float64),
            Self::Rate => {
                let fits = match found {
                    DataType::Decimal128(precision, scale) => {
                        (0..=RATE_SCALE).contains(scale) && i16::from(*precision) - i16::from(*scale) <= 12
                    }
                    other => other.is_integer() || other.is_null(),
                };
                fits.then_some(RATE)
            }
            Self::Fit { fields, .. } => {
                let fields = fields();
                let fits = match found {
                    DataType::Null => true,
                    DataType::Struct(given) => fields.iter().all(|field| {
                        given.find(field.name()).is_some_and(|(_, given)| {
                            given.data_type().is_null()
                                || if field.data_type().is_string() {
                                    given.data_type().is_string()
                                } else {
                                    given.data_type().is_numeric()
                                }
                        })
                    }),
                    _ => false,
                };
                fits.then_some(DataType::Struct(fields))
            }
        }
    }

    const fn wanted(self) -> &'static str {
        match self {
            Self::Text => "a string literal",
            Self::Whole => "an integer",
            Self::Number => "a number",
            Self::Rate => "a decimal with at most 12 places before and 6 after the point",
            Self::Fit { wanted, .. } => wanted,
        }
    }
}

/// A function and its arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// Name of the SQL function.
    pub(super) function: &'static str,
    /// Names and kinds.
    pub(super) arguments: &'static [(&'static str, Kind)],
    /// How many arguments at the end are optional.
    pub(super) optional: usize,
    /// The number of arguments, in words.
    pub(super) expected: &'static str,
    /// The argument list to show in messages.
    pub(super) syntax: &'static str,
}

impl Call {
    /// The types that the function wants. Wrong types pass unchanged.
    pub(super) fn coerce(&self, types: &[DataType]) -> Vec<DataType> {
        let kinds = self.arguments.iter().map(|(_, kind)| Some(kind)).chain(std::iter::repeat(None));
        let coerced = |(found, kind): (&DataType, Option<&Kind>)| {
            kind.and_then(|kind| kind.target(found)).unwrap_or_else(|| found.clone())
        };
        types.iter().zip(kinds).map(coerced).collect()
    }

    /// Checks the number and types of the arguments.
    pub(super) fn check(&self, types: &[DataType]) -> Result<(), FunctionError> {
        let Self { function, arguments, optional, expected, syntax } = *self;
        if types.len() > arguments.len() || types.len() + optional < arguments.len() {
            return Err(FunctionError::ArgumentCount { function, expected, found: types.len(), syntax });
        }
        for ((argument, kind), found) in arguments.iter().zip(types) {
            if kind.target(found).is_none() {
                let wanted = kind.wanted();
                return Err(FunctionError::WrongArgument { function, argument, wanted, found: found.clone() });
            }
        }
        Ok(())
    }
}

/// Column `index` of an aggregate's input as integers.
pub(super) fn integers(columns: &[ArrayRef], index: usize) -> Result<&Int64Array> {
    columns
        .get(index)
        .and_then(|array| array.as_primitive_opt::<Int64Type>())
        .ok_or_else(|| internal_datafusion_err!("statistical function: column {index} is missing or not Int64"))
}

/// Column `index` of an aggregate's input as floating-point numbers.
pub(super) fn numbers(columns: &[ArrayRef], index: usize) -> Result<&Float64Array> {
    columns
        .get(index)
        .and_then(|array| array.as_primitive_opt::<Float64Type>())
        .ok_or_else(|| internal_datafusion_err!("statistical function: column {index} is missing or not Float64"))
}

/// How many customers a row of an aggregate's input represents: 1 if `column` was omitted, none if it is null.
pub(super) fn weight(function: &'static str, column: Option<&Int64Array>, row: usize) -> Result<i64, FunctionError> {
    match column {
        None => Ok(1),
        Some(column) if column.is_null(row) => Ok(0),
        Some(column) if column.value(row) < 0 => Err(FunctionError::WrongValue {
            function,
            argument: "customers",
            value: column.value(row) as f64,
            wanted: "not negative",
        }),
        Some(column) => Ok(column.value(row)),
    }
}

/// An argument of a scalar function: one value for all rows, or one per row.
#[derive(Debug)]
pub(super) enum Column<T> {
    /// The same for all rows.
    One(T),
    /// One per row.
    Each(T),
}

impl Column<ArrayRef> {
    /// Argument `index`; a constant becomes an array of one row.
    pub(super) fn argument(arguments: &[ColumnarValue], index: usize) -> Result<Self> {
        match arguments.get(index) {
            Some(ColumnarValue::Array(array)) => Ok(Self::Each(ArrayRef::clone(array))),
            Some(ColumnarValue::Scalar(scalar)) => Ok(Self::One(scalar.to_array()?)),
            None => Err(internal_datafusion_err!("statistical function: argument {index} is missing")),
        }
    }

    /// The array, and the index in it of the value for row `row`.
    pub(super) fn at(&self, row: usize) -> (&ArrayRef, usize) {
        match self {
            Self::One(array) => (array, 0),
            Self::Each(array) => (array, row),
        }
    }
}

impl Column<Float64Array> {
    /// Argument `index` as floating-point numbers.
    pub(super) fn number(arguments: &[ColumnarValue], index: usize) -> Result<Self> {
        Ok(match Column::argument(arguments, index)? {
            Column::One(array) => Self::One(numbers(&[array], 0)?.clone()),
            Column::Each(array) => Self::Each(numbers(&[array], 0)?.clone()),
        })
    }

    /// The value at `row`; `None` is null.
    pub(super) fn at(&self, row: usize) -> Option<f64> {
        let (array, row) = match self {
            Self::One(array) => (array, 0),
            Self::Each(array) => (array, row),
        };
        array.is_valid(row).then(|| array.value(row))
    }
}

impl Column<Int64Array> {
    /// Argument `index` as integers.
    pub(super) fn whole(arguments: &[ColumnarValue], index: usize) -> Result<Self> {
        Ok(match Column::argument(arguments, index)? {
            Column::One(array) => Self::One(integers(&[array], 0)?.clone()),
            Column::Each(array) => Self::Each(integers(&[array], 0)?.clone()),
        })
    }

    /// The value at `row`; `None` is null.
    pub(super) fn at(&self, row: usize) -> Option<i64> {
        let (array, row) = match self {
            Self::One(array) => (array, 0),
            Self::Each(array) => (array, row),
        };
        array.is_valid(row).then(|| array.value(row))
    }
}
