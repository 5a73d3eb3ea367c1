//! `local_timestamp(instant, zone)`: the wall-clock time in a zone, the way from UTC to calendar months.
//!
//! DataFusion's own route, `to_local_time(ts at time zone …)`, asks the time zone database for every row. Here
//! the offsets of a zone are a table by UTC day, made once per process, and a row costs one look into it.

use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use datafusion::arrow::array::{Array, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, TimeUnit, TimestampMicrosecondType};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;
use hashbrown::HashMap;

use super::documentation;
use super::error::FunctionError;

const NAME: &str = "local_timestamp";
const LOCAL: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// 1970-01-01 to 2100-01-01, where business data lie. Other instants are looked up one by one.
const TABLE_DAYS: i64 = 47_482;
/// Marks a day on which the offset changes: its instants are looked up one by one.
const CHANGES: i32 = i32::MAX;

/// Tables made so far. They are few and constant, so they live as long as the process.
static ZONES: LazyLock<Mutex<HashMap<Tz, Arc<ZoneOffsets>>>> = LazyLock::new(Mutex::default);

/// The scalar function `local_timestamp`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LocalTimestamp {
    signature: Signature,
    documentation: Documentation,
}

impl Default for LocalTimestamp {
    fn default() -> Self {
        Self::new()
    }
}

impl LocalTimestamp {
    /// The function.
    pub fn new() -> Self {
        Self {
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::local_timestamp(),
        }
    }
}

impl ScalarUDFImpl for LocalTimestamp {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // What is not right passes unchanged: DataFusion would bury an error from here under "no function
        // matches", while the one from `return_field_from_args` reaches the reader as it is.
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
        Ok(LOCAL)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let [instant, _] = args.arg_fields else {
            return Err(FunctionError::ArgumentCount {
                function: NAME,
                expected: "two arguments",
                found: args.arg_fields.len(),
                syntax: "(instant, zone)",
            }
            .into());
        };
        if !matches!(instant.data_type(), DataType::Timestamp(TimeUnit::Microsecond, Some(_))) {
            return Err(FunctionError::NotAnInstant { found: instant.data_type().clone() }.into());
        }
        // The zone is looked up here, so that a misspelt one is found before any data is read.
        match args.scalar_arguments.get(1) {
            Some(Some(zone)) => parse_zone(zone)?,
            _ => return Err(FunctionError::ZoneNotLiteral.into()),
        };
        Ok(Arc::new(Field::new(NAME, LOCAL, instant.is_nullable())))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [instant, ColumnarValue::Scalar(zone)] = args.args.as_slice() else {
            return Err(FunctionError::ZoneNotLiteral.into());
        };
        let zone = ZoneOffsets::of(parse_zone(zone)?);
        match instant {
            ColumnarValue::Array(array) => {
                let Some(instants) = array.as_primitive_opt::<TimestampMicrosecondType>() else {
                    return Err(FunctionError::NotAnInstant { found: array.data_type().clone() }.into());
                };
                let local: PrimitiveArray<TimestampMicrosecondType> =
                    instants.try_unary(|micros| zone.local(micros))?;
                Ok(ColumnarValue::Array(Arc::new(local)))
            }
            ColumnarValue::Scalar(ScalarValue::TimestampMicrosecond(micros, _)) => {
                let local = micros.map(|micros| zone.local(micros)).transpose()?;
                Ok(ColumnarValue::Scalar(ScalarValue::TimestampMicrosecond(local, None)))
            }
            ColumnarValue::Scalar(other) => {
                internal_err!("{NAME} was planned for a timestamp, got {other:?}")
            }
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The time zone that a literal names.
fn parse_zone(literal: &ScalarValue) -> Result<Tz, FunctionError> {
    let Some(Some(zone)) = literal.try_as_str() else {
        return Err(FunctionError::ZoneNotLiteral);
    };
    Tz::from_str(zone).map_err(|_| {
        let wanted = zone.to_lowercase();
        let nearest = TZ_VARIANTS
            .iter()
            .map(|tz| (strsim::jaro_winkler(&wanted, &tz.name().to_lowercase()), tz.name()))
            .max_by(|left, right| left.0.total_cmp(&right.0))
            // Below this the names share little more than their first letters.
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
    /// The table of `tz`, made on first use.
    fn of(tz: Tz) -> Arc<Self> {
        // A thread that panicked while holding the lock left the map whole: it only ever inserts.
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
    fn local(&self, micros: i64) -> Result<i64, FunctionError> {
        let day = micros.div_euclid(MICROS_PER_DAY);
        match usize::try_from(day).ok().and_then(|day| self.by_day.get(day)) {
            Some(&offset) if offset != CHANGES => Ok(micros + i64::from(offset) * MICROS_PER_SECOND),
            _ => self.local_on_a_rare_day(micros),
        }
    }

    #[cold]
    fn local_on_a_rare_day(&self, micros: i64) -> Result<i64, FunctionError> {
        offset_at(self.tz, micros.div_euclid(MICROS_PER_SECOND))
            .and_then(|offset| micros.checked_add(i64::from(offset) * MICROS_PER_SECOND))
            .ok_or(FunctionError::InstantOutOfRange { micros, zone: self.tz.name() })
    }
}

/// Offset east of UTC, in seconds, at `seconds` since 1970-01-01; `None` outside the calendar's years.
fn offset_at(tz: Tz, seconds: i64) -> Option<i32> {
    let instant = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    Some(tz.offset_from_utc_datetime(&instant).fix().local_minus_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every three hours for seventy years, in zones that shift at odd hours, by halves, or for Ramadan.
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
                assert_eq!(zone.local(micros).expect("in range"), wanted.and_utc().timestamp_micros(), "{tz} {wanted}");
            }
        }
    }

    #[test]
    fn the_day_of_a_shift_is_exact_to_the_microsecond() {
        let zone = ZoneOffsets::of(Tz::Europe__Stockholm);
        // 2024-03-31 01:00:00 UTC: from UTC+1 to UTC+2.
        let shift = 1_711_846_800 * MICROS_PER_SECOND;
        assert_eq!(zone.local(shift - 1).expect("in range") - (shift - 1), 3_600 * MICROS_PER_SECOND);
        assert_eq!(zone.local(shift).expect("in range") - shift, 7_200 * MICROS_PER_SECOND);
    }

    #[test]
    fn an_instant_beyond_the_calendar_is_an_error() {
        let zone = ZoneOffsets::of(Tz::UTC);
        assert!(matches!(zone.local(i64::MAX), Err(FunctionError::InstantOutOfRange { .. })));
        assert!(matches!(zone.local(i64::MIN), Err(FunctionError::InstantOutOfRange { .. })));
    }
}
