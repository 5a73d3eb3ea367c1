//! `local_timestamp`, `local_date` and `local_month` of `(instant, zone)`: from UTC to the calendar of a zone.
//!
//! The three are one implementation with a [`LocalPart`].
//! DataFusion's own `to_local_time(ts at time zone …)` queries the time zone database for every row. Here, the offsets
//! of a zone are a table by UTC day, built once per process, and a row costs one lookup.

use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, FieldRef, TimeUnit, TimestampMicrosecondType};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;
use hashbrown::HashMap;

use super::error::FunctionError;
use super::topic;

const LOCAL: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// 1970-01-01 to 2100-01-01, the usual range of business data. Other instants are looked up one by one.
const TABLE_DAYS: i64 = 47_482;
/// Marks a day on which the offset changes. Its instants are looked up one by one.
const CHANGES: i32 = i32::MAX;

/// Tables built so far. They are few and constant, so they live as long as the process.
static ZONES: LazyLock<Mutex<HashMap<Tz, Arc<ZoneOffsets>>>> = LazyLock::new(Mutex::default);

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
pub struct LocalTime {
    part: LocalPart,
    signature: Signature,
    documentation: Documentation,
}

impl LocalTime {
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

impl ScalarUDFImpl for LocalTime {
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
        let zone = ZoneOffsets::of(parse_zone(function, zone)?);
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
        zone: &ZoneOffsets,
    ) -> Result<ArrayRef, FunctionError> {
        let function = self.function();
        let day = |micros| -> Result<i32, FunctionError> {
            let day = zone.local(function, micros)?.div_euclid(MICROS_PER_DAY);
            i32::try_from(day).map_err(|_| zone.out_of_range(function, micros))
        };
        Ok(match self {
            Self::Timestamp => {
                Arc::new(instants.try_unary::<_, TimestampMicrosecondType, _>(|micros| zone.local(function, micros))?)
            }
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

/// The time zone that a literal contains.
fn parse_zone(function: &'static str, literal: &ScalarValue) -> Result<Tz, FunctionError> {
    let Some(Some(zone)) = literal.try_as_str() else {
        return Err(FunctionError::ZoneNotLiteral { function });
    };
    Tz::from_str(zone).map_err(|_| {
        let wanted = zone.to_lowercase();
        let nearest = TZ_VARIANTS
            .iter()
            .map(|tz| (strsim::jaro_winkler(&wanted, &tz.name().to_lowercase()), tz.name()))
            .max_by(|left, right| left.0.total_cmp(&right.0))
            // Names less similar than this share little more than their first letters.
            .filter(|(similarity, _)| *similarity >= 0.85)
            .map(|(_, name)| name);
        FunctionError::UnknownZone { zone: zone.to_owned(), nearest }
    })
}

/// A zone's offsets from UTC by day.
struct ZoneOffsets {
    tz: Tz,
    /// Offset east of UTC in seconds for each UTC day since 1970-01-01, or [`CHANGES`].
    by_day: Vec<i32>,
}

impl ZoneOffsets {
    /// The table of `tz`, built on first use.
    fn of(tz: Tz) -> Arc<Self> {
        // A thread that panicked with the lock held left a valid map, because it only inserts.
        let mut zones = ZONES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(zones.entry(tz).or_insert_with(|| Arc::new(Self::new(tz))))
    }

    fn new(tz: Tz) -> Self {
        let at_midnight = |day: i64| offset_at(tz, day * SECONDS_PER_DAY).unwrap_or(CHANGES);
        let mut by_day = Vec::new();
        let mut start = at_midnight(0);
        for day in 0..TABLE_DAYS {
            let end = at_midnight(day + 1);
            by_day.push(if start == end { start } else { CHANGES });
            start = end;
        }
        Self { tz, by_day }
    }

    /// Wall-clock time at an instant, both in microseconds since 1970-01-01.
    #[inline]
    fn local(&self, function: &'static str, micros: i64) -> Result<i64, FunctionError> {
        let day = micros.div_euclid(MICROS_PER_DAY);
        match usize::try_from(day).ok().and_then(|day| self.by_day.get(day)) {
            Some(&offset) if offset != CHANGES => Ok(micros + i64::from(offset) * MICROS_PER_SECOND),
            _ => self.local_on_a_rare_day(function, micros),
        }
    }

    #[cold]
    fn local_on_a_rare_day(&self, function: &'static str, micros: i64) -> Result<i64, FunctionError> {
        offset_at(self.tz, micros.div_euclid(MICROS_PER_SECOND))
            .and_then(|offset| micros.checked_add(i64::from(offset) * MICROS_PER_SECOND))
            .ok_or_else(|| self.out_of_range(function, micros))
    }

    fn out_of_range(&self, function: &'static str, micros: i64) -> FunctionError {
        FunctionError::InstantOutOfRange { function, micros, zone: self.tz.name() }
    }
}

/// Offset east of UTC, in seconds, at `seconds` since 1970-01-01; `None` outside the years of the calendar.
fn offset_at(tz: Tz, seconds: i64) -> Option<i32> {
    let instant = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    Some(tz.offset_from_utc_datetime(&instant).fix().local_minus_utc())
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    /// Every three hours for seventy years, in zones that shift at unusual hours, by half hours, or for Ramadan.
    #[test]
    fn table_equals_the_time_zone_database() {
        for tz in [
            Tz::Europe__Stockholm,
            Tz::America__New_York,
            Tz::Australia__Lord_Howe,
            Tz::Africa__Casablanca,
            Tz::Pacific__Apia,
        ] {
            let zone = ZoneOffsets::of(tz);
            for step in -40_000..200_000_i64 {
                let micros = step * 3 * 3_600 * MICROS_PER_SECOND + 1;
                let wanted =
                    DateTime::from_timestamp_micros(micros).expect("in range").with_timezone(&tz).naive_local();
                assert_eq!(
                    zone.local("local_timestamp", micros).expect("in range"),
                    wanted.and_utc().timestamp_micros(),
                    "{tz} {wanted}"
                );
            }
        }
    }

    #[test]
    fn the_day_of_a_shift_is_exact_to_the_microsecond() {
        let zone = ZoneOffsets::of(Tz::Europe__Stockholm);
        // 2024-03-31 01:00:00 UTC: from UTC+1 to UTC+2.
        let shift = 1_711_846_800 * MICROS_PER_SECOND;
        assert_eq!(
            zone.local("local_timestamp", shift - 1).expect("in range") - (shift - 1),
            3_600 * MICROS_PER_SECOND
        );
        assert_eq!(zone.local("local_timestamp", shift).expect("in range") - shift, 7_200 * MICROS_PER_SECOND);
    }

    #[test]
    fn an_instant_beyond_the_calendar_is_an_error() {
        let zone = ZoneOffsets::of(Tz::UTC);
        assert!(matches!(zone.local("local_timestamp", i64::MAX), Err(FunctionError::InstantOutOfRange { .. })));
        assert!(matches!(zone.local("local_timestamp", i64::MIN), Err(FunctionError::InstantOutOfRange { .. })));
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
