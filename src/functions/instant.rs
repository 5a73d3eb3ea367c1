//! `instant_of(local, zone)`, `start_of_day(date, zone)` and `end_of_day(date, zone)`: from the calendar of a zone to
//! UTC.
//!
//! They are one implementation with an [`InstantOf`]. A cast with `at time zone` fails on local times that clocks skip or
//! show twice; these follow the rule of [`crate::local_time`].

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, FieldRef, TimeUnit, TimestampMicrosecondType};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::error::FunctionError;
use super::topic;
use super::zone::parse_zone;
use crate::local_time::LocalTime;

const LOCAL: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// The instant that a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstantOf {
    /// That of a wall-clock time.
    LocalTime,
    /// The first of a day.
    StartOfDay,
    /// The first after a day.
    EndOfDay,
}

impl InstantOf {
    pub const ALL: [Self; 3] = [Self::LocalTime, Self::StartOfDay, Self::EndOfDay];

    /// Name of the SQL function.
    pub const fn function(self) -> &'static str {
        match self {
            Self::LocalTime => "instant_of",
            Self::StartOfDay => "start_of_day",
            Self::EndOfDay => "end_of_day",
        }
    }

    /// Type of the first argument.
    const fn argument(self) -> DataType {
        match self {
            Self::LocalTime => LOCAL,
            Self::StartOfDay | Self::EndOfDay => DataType::Date32,
        }
    }

    const fn syntax(self) -> &'static str {
        match self {
            Self::LocalTime => "(local, zone)",
            Self::StartOfDay | Self::EndOfDay => "(date, zone)",
        }
    }

    /// The instants of each of `values`.
    fn of_values(self, values: &dyn Array, zone: &LocalTime) -> Result<PrimitiveArray<TimestampMicrosecondType>> {
        let function = self.function();
        let zone_name = zone.zone().name();
        let unexpected = || FunctionError::NotLocal { function, found: values.data_type().clone() };
        let instants = match self {
            Self::LocalTime => {
                let locals = values.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(unexpected)?;
                locals.try_unary(|local| {
                    let out_of_range = || FunctionError::LocalOutOfRange { function, micros: local, zone: zone_name };
                    zone.micros_to_utc(local).ok_or_else(out_of_range)
                })?
            }
            Self::StartOfDay | Self::EndOfDay => {
                let days = values.as_primitive_opt::<Date32Type>().ok_or_else(unexpected)?;
                days.try_unary(|day| {
                    let next = if self == Self::EndOfDay { day.checked_add(1) } else { Some(day) };
                    let date = next.and_then(NaiveDate::from_epoch_days);
                    let out_of_range = || FunctionError::DayOutOfRange { function, day, zone: zone_name };
                    date.map(|date| zone.start_of_day(date)).ok_or_else(out_of_range)
                })?
            }
        };
        Ok(instants.with_timezone("UTC"))
    }
}

/// The scalar functions `instant_of`, `start_of_day` and `end_of_day`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Instant {
    of: InstantOf,
    signature: Signature,
    documentation: Documentation,
}

impl Instant {
    pub fn new(of: InstantOf) -> Self {
        Self { of, signature: Signature::user_defined(Volatility::Immutable), documentation: documented(of) }
    }
}

/// Documentation of the function that returns the instant `of` something.
fn documented(of: InstantOf) -> Documentation {
    let function = of.function();
    let description = match of {
        InstantOf::LocalTime => {
            "Returns the instant of a wall-clock time in a time zone. A time that clocks skip moves forward by the \
             skipped time; a time that they show twice is its earlier instant."
        }
        InstantOf::StartOfDay => {
            "Returns the first instant of a day in a time zone: midnight, or where clocks skip midnight, the end of \
             the gap. A day that a zone skips as a whole starts and ends at the change."
        }
        InstantOf::EndOfDay => {
            "Returns the first instant after a day in a time zone, which is the start of the next day. `$as_of_end` \
             is that of `$as_of`."
        }
    };
    let syntax = format!("{function}{}", of.syntax());
    let builder = Documentation::builder(topic::TIME, description, syntax);
    let builder = match of {
        InstantOf::LocalTime => builder
            .with_sql_example("select instant_of(timestamp '2025-09-07 00:30:00', 'America/Santiago') as instant")
            .with_argument("local", "A timestamp without a time zone."),
        InstantOf::StartOfDay => builder
            .with_sql_example("select start_of_day(signup_date, $time_zone) as known_at from crm_customers")
            .with_argument("date", "A date."),
        InstantOf::EndOfDay => builder
            .with_sql_example("select end_of_day(valid_to, $time_zone) as ends_at from exchange_rates")
            .with_argument("date", "A date."),
    };
    let builder = builder.with_argument("zone", "String literal with an IANA name, such as 'Europe/Stockholm'.");
    InstantOf::ALL
        .into_iter()
        .filter(|other| *other != of)
        .fold(builder, |builder, other| builder.with_related_udf(other.function()))
        .build()
}

impl ScalarUDFImpl for Instant {
    fn name(&self) -> &str {
        self.of.function()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // Wrong types pass unchanged, and `return_field_from_args` reports them: DataFusion would hide an error from
        // here under "no function matches".
        let mut coerced = arg_types.to_vec();
        if let Some(local) = coerced.first_mut()
            && match self.of {
                InstantOf::LocalTime => matches!(local, DataType::Null | DataType::Timestamp(_, None)),
                // A timestamp is not cast to its day: of an instant, that would be the day in UTC.
                InstantOf::StartOfDay | InstantOf::EndOfDay => matches!(local, DataType::Null | DataType::Date64),
            }
        {
            *local = self.of.argument();
        }
        Ok(coerced)
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let function = self.of.function();
        let [local, _] = args.arg_fields else {
            return Err(FunctionError::ArgumentCount {
                function,
                expected: "two arguments",
                found: args.arg_fields.len(),
                syntax: self.of.syntax(),
            }
            .into());
        };
        if *local.data_type() != self.of.argument() {
            let found = local.data_type().clone();
            return Err(match self.of {
                InstantOf::LocalTime => FunctionError::NotLocal { function, found },
                InstantOf::StartOfDay | InstantOf::EndOfDay => FunctionError::NotADay { function, found },
            }
            .into());
        }
        // The zone is looked up here, so that a misspelled one is found before any data is read.
        match args.scalar_arguments.get(1) {
            Some(Some(zone)) => parse_zone(function, zone)?,
            _ => return Err(FunctionError::ZoneNotLiteral { function }.into()),
        };
        Ok(Arc::new(Field::new(function, self.return_type(&[])?, local.is_nullable())))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let function = self.of.function();
        let [local, ColumnarValue::Scalar(zone)] = args.args.as_slice() else {
            return Err(FunctionError::ZoneNotLiteral { function }.into());
        };
        let zone = LocalTime::shared(parse_zone(function, zone)?);
        match local {
            ColumnarValue::Array(array) => Ok(ColumnarValue::Array(Arc::new(self.of.of_values(array, &zone)?))),
            ColumnarValue::Scalar(scalar) => {
                let instants = self.of.of_values(&scalar.to_array()?, &zone)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&instants, 0)?))
            }
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
