//! Decides which columns of a file are taken as they are.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{cast, max, min};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampSecondType};
use arrow::error::ArrowError;
use chrono::NaiveDate;

use crate::source::{Column, ColumnType, YEARS};

const DAY_MICROS: i64 = 86_400_000_000;

/// The values of a column as an array of its declared type, or as local times; `None` if they must be read as text.
/// Text is needed where the declaration gives values a form or words for empty cells, and where a value may not fit.
pub(super) fn as_declared(column: &ArrayRef, declared: &Column) -> Result<Option<ArrayRef>, ArrowError> {
    if !has_plain_form(declared) {
        return Ok(None);
    }
    let same = || Ok(Some(Arc::clone(column)));
    match (declared.ty, column.data_type()) {
        (ColumnType::Int, DataType::Int64)
        | (ColumnType::Date, DataType::Date32)
        | (ColumnType::Bool, DataType::Boolean) => same(),
        (ColumnType::Timestamp, DataType::Timestamp(TimeUnit::Microsecond, zone)) => {
            Ok(within_years(column, zone.is_some()).then(|| Arc::clone(column)))
        }
        (ColumnType::Decimal { precision, scale }, DataType::Decimal128(digits, fraction))
            if *fraction == scale && *digits <= precision =>
        {
            same()
        }
        (
            ColumnType::Int,
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 | DataType::UInt32,
        ) => cast(column, &DataType::Int64).map(Some),
        (ColumnType::Timestamp, DataType::Timestamp(TimeUnit::Second | TimeUnit::Millisecond, zone)) => {
            Ok(in_microseconds(column).filter(|micros| within_years(micros, zone.is_some())))
        }
        _ => Ok(None),
    }
}

/// Whether cells of the column need no form and no words for empty cells.
fn has_plain_form(declared: &Column) -> bool {
    let form = &declared.form;
    form.null_words.is_empty()
        && match declared.ty {
            ColumnType::String | ColumnType::Nested(_) => false,
            ColumnType::Int | ColumnType::Decimal { .. } => {
                form.decimal_sign == '.'
                    && form.thousands_signs.is_empty()
                    && form.currency_signs.is_empty()
                    && form.round.is_none_or(|digits| declared.ty.numeric_scale() <= i8::try_from(digits).ok())
            }
            ColumnType::Date => form.date_formats.is_empty(),
            ColumnType::Timestamp => form.timestamp_formats.is_empty(),
            ColumnType::Bool => form.true_words.is_none() && form.false_words.is_none(),
        }
}

/// Whether no instant is near the limit of the years allowed: there the zone decides, in which the text shows the year.
fn within_years(micros: &ArrayRef, has_zone: bool) -> bool {
    let Some(array) = micros.as_primitive_opt::<TimestampMicrosecondType>().filter(|_| has_zone) else { return true };
    let day =
        |year: u32| NaiveDate::from_yo_opt(i32::try_from(year).ok()?, 1).map(|day| i64::from(day.to_epoch_days()));
    let (Some(first), Some(last)) = (day(*YEARS.start()), day(YEARS.end() + 1)) else { return false };
    let inside = ((first + 1) * DAY_MICROS)..((last - 1) * DAY_MICROS);
    min(array).is_none_or(|least| inside.contains(&least)) && max(array).is_none_or(|most| inside.contains(&most))
}

/// `None` if a value does not fit.
fn in_microseconds(column: &ArrayRef) -> Option<ArrayRef> {
    let DataType::Timestamp(unit, zone) = column.data_type() else { return None };
    let micros = match unit {
        TimeUnit::Second => column
            .as_primitive_opt::<TimestampSecondType>()?
            .try_unary::<_, TimestampMicrosecondType, ()>(|at| at.checked_mul(1_000_000).ok_or(()))
            .ok()?,
        _ => column
            .as_primitive_opt::<TimestampMillisecondType>()?
            .try_unary::<_, TimestampMicrosecondType, ()>(|at| at.checked_mul(1000).ok_or(()))
            .ok()?,
    };
    Some(Arc::new(micros.with_timezone_opt(zone.clone())))
}
