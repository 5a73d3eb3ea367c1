//! `local_timestamp`, `local_date` and `local_month` of `(instant, zone)`: from UTC to the calendar of a zone.
//!
//! The three are one implementation with a [`LocalPart`].
//! DataFusion's own `to_local_time(ts at time zone …)` queries the time zone database for every row. Here, a row costs
//! one lookup in the table of [`LocalTime`].

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, FieldRef, TimeUnit, TimestampMicrosecondType};
use datafusion::common::internal_err;
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

/// What a function returns of the local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalPart {
    /// The wall-clock time.
    Timestamp,
    /// The calendar day.
    Date,
    /// The first day of the calendar month.
    Month,
}

impl LocalPart {
    pub const ALL: [Self; 3] = [Self::Timestamp, Self::Date, Self::Month];

    /// Name of the SQL function.
    pub const fn function(self) -> &'static str {
        match self {
            Self::Timestamp => "local_timestamp",
            Self::Date => "local_date",
            Self::Month => "local_month",
        }
    }

    const fn data_type(self) -> DataType {
        match self {
            Self::Timestamp => LOCAL,
            Self::Date | Self::Month => DataType::Date32,
        }
    }
}

/// The scalar functions `local_timestamp`, `local_date` and `local_month`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LocalCalendar {
    part: LocalPart,
    signature: Signature,
    documentation: Documentation,
}

impl LocalCalendar {
    pub fn new(part: LocalPart) -> Self {
        Self { part, signature: Signature::user_defined(Volatility::Immutable), documentation: documented(part) }
    }
}

/// Documentation of the function that returns `part` of the local time.
fn documented(part: LocalPart) -> Documentation {
    let function = part.function();
    let what = match part {
        LocalPart::Timestamp => "the wall-clock time in a time zone at an instant, as a timestamp without zone",
        LocalPart::Date => "the calendar day in a time zone at an instant",
        LocalPart::Month => "the first day of the calendar month in a time zone at an instant",
    };
    let builder = Documentation::builder(
        topic::TIME,
        format!("Returns {what}. Offsets are those of the IANA time zone database."),
        format!("{function}(instant, zone)"),
    )
    .with_sql_example(format!("select {function}(ordered_at, $time_zone) as {function} from transactions"))
    .with_argument("instant", "A timestamp with a time zone.")
    .with_argument("zone", "String literal with an IANA name, such as 'Europe/Stockholm'.");
    LocalPart::ALL
        .into_iter()
        .filter(|other| *other != part)
        .fold(builder, |builder, other| builder.with_related_udf(other.function()))
        .build()
}

impl ScalarUDFImpl for LocalCalendar {
    fn name(&self) -> &str {
        self.part.function()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // Wrong types pass unchanged: DataFusion would hide an error from here under "no function matches". An error
        // from `return_field_from_args` reaches the reader unchanged.
        let mut coerced = arg_types.to_vec();
        if let Some(instant) = coerced.first_mut() {
            let zone = match instant {
                DataType::Timestamp(_, Some(zone)) => Some(Arc::clone(zone)),
                DataType::Null => Some("UTC".into()),
                _ => None,
            };
            if zone.is_some() {
                *instant = DataType::Timestamp(TimeUnit::Microsecond, zone);
            }
        }
        Ok(coerced)
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.part.data_type())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let function = self.part.function();
        let [instant, _] = args.arg_fields else {
            return Err(FunctionError::ArgumentCount {
                function,
                expected: "two arguments",
                found: args.arg_fields.len(),
                syntax: "(instant, zone)",
            }
            .into());
        };
        if !matches!(instant.data_type(), DataType::Timestamp(TimeUnit::Microsecond, Some(_))) {
            return Err(FunctionError::NotAnInstant { function, found: instant.data_type().clone() }.into());
        }
        // The zone is looked up here, so that a misspelled one is found before any data is read.
        match args.scalar_arguments.get(1) {
            Some(Some(zone)) => parse_zone(function, zone)?,
            _ => return Err(FunctionError::ZoneNotLiteral { function }.into()),
        };
        Ok(Arc::new(Field::new(function, self.part.data_type(), instant.is_nullable())))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let function = self.part.function();
        let [instant, ColumnarValue::Scalar(zone)] = args.args.as_slice() else {
            return Err(FunctionError::ZoneNotLiteral { function }.into());
        };
        let zone = LocalTime::shared(parse_zone(function, zone)?);
        match instant {
            ColumnarValue::Array(array) => {
                let Some(instants) = array.as_primitive_opt::<TimestampMicrosecondType>() else {
                    return Err(FunctionError::NotAnInstant { function, found: array.data_type().clone() }.into());
                };
                Ok(ColumnarValue::Array(self.part.of_instants(instants, &zone)?))
            }
            ColumnarValue::Scalar(ScalarValue::TimestampMicrosecond(micros, _)) => {
                let one = PrimitiveArray::<TimestampMicrosecondType>::from(vec![*micros]);
                let local = self.part.of_instants(&one, &zone)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&local, 0)?))
            }
            ColumnarValue::Scalar(other) => {
                internal_err!("{function} was planned for a timestamp, got {other:?}")
            }
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

impl LocalPart {
    /// The part for each of `instants`.
    fn of_instants(
        self,
        instants: &PrimitiveArray<TimestampMicrosecondType>,
        zone: &LocalTime,
    ) -> Result<ArrayRef, FunctionError> {
        let function = self.function();
        let out_of_range = |micros| FunctionError::InstantOutOfRange { function, micros, zone: zone.zone().name() };
        let local = |micros| zone.micros_to_local(micros).ok_or_else(|| out_of_range(micros));
        let day = |micros| zone.day_at(micros).ok_or_else(|| out_of_range(micros));
        Ok(match self {
            Self::Timestamp => Arc::new(instants.try_unary::<_, TimestampMicrosecondType, _>(local)?),
            Self::Date => Arc::new(instants.try_unary::<_, Date32Type, _>(day)?),
            Self::Month => Arc::new(instants.try_unary::<_, Date32Type, _>(|micros| day(micros).map(first_of_month))?),
        })
    }
}

/// The first day of the month that `day` is in, both in days since 1970-01-01.
///
/// The day of the month comes from Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is
/// their last, and the lengths of the months follow from one division.
#[inline]
const fn first_of_month(day: i32) -> i32 {
    /// 0000-03-01 to 1970-01-01.
    const DAYS_BEFORE: i64 = 719_468;
    /// Days in 400 years.
    const ERA: i64 = 146_097;
    let day_of_era = (day as i64 + DAYS_BEFORE).rem_euclid(ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let days_into_month = day_of_year - (153 * month + 2) / 5;
    day - days_into_month as i32
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn an_instant_beyond_the_calendar_is_an_error() {
        let zone = LocalTime::shared(chrono_tz::UTC);
        for micros in [i64::MAX, i64::MIN] {
            for part in LocalPart::ALL {
                let found = part.of_instants(&vec![micros].into(), &zone);
                assert!(matches!(found, Err(FunctionError::InstantOutOfRange { .. })), "{part:?} {micros}");
            }
        }
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let first = chrono::NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");
        let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");
        for day in first.iter_days().take(4_000 * 366).step_by(3) {
            let days = |date: chrono::NaiveDate| i32::try_from((date - epoch).num_days()).expect("in range");
            assert_eq!(first_of_month(days(day)), days(day.with_day(1).expect("a date")), "{day}");
        }
    }
}
