//! Takes the cells of a column that already has the declared type. Nothing is parsed; the rules still judge each value,
//! and dates and times must lie in the years that text may name too.

use std::fmt::Debug;

use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType},
    error::ArrowError,
};

use super::{
    cells::ColumnBuffer,
    column_rules::ColumnRules,
    days::covers,
    values::{CellFault, Job, Limits, Values},
};
use crate::extract::frame::Rule;
use crate::invariant::BrokenInvariant;

/// Appends an array of a column's declared type; of a timestamp, also instants without a zone, which are local times.
///
/// # Errors
/// An array of another type, which no reader hands over.
pub(super) fn take(
    column: &mut ColumnBuffer,
    rules: &ColumnRules,
    array: &ArrayRef,
    job: Job,
    keep: bool,
    faults: &mut Vec<CellFault>,
) -> Result<(), ArrowError> {
    let other = || ArrowError::from(BrokenInvariant::new("a column's array has the column's type"));
    match (column, rules) {
        (ColumnBuffer::Int(out), ColumnRules::Int(rules)) => {
            let values = array.as_primitive_opt::<Int64Type>().ok_or_else(other)?.values();
            take_all(array, values.iter().copied().map(Some), &rules.limits, Rule::Type, out, job, keep, faults);
        }
        (ColumnBuffer::Decimal(out), ColumnRules::Decimal(rules)) => {
            let values = array.as_primitive_opt::<Decimal128Type>().ok_or_else(other)?.values();
            let limit = 10_i128.checked_pow(u32::from(rules.plain.precision)).unwrap_or(i128::MAX);
            let fits = |value: &i128| Some(*value).filter(|value| -limit < *value && *value < limit);
            take_all(array, values.iter().map(fits), &rules.limits, Rule::Type, out, job, keep, faults);
        }
        (ColumnBuffer::Date(out), ColumnRules::Date(rules)) => {
            let values = array.as_primitive_opt::<Date32Type>().ok_or_else(other)?.values();
            let known = |day: &i32| Some(*day).filter(|day| covers(i64::from(*day)));
            take_all(
                array,
                values.iter().map(known),
                &rules.limits,
                beyond_years(&rules.limits),
                out,
                job,
                keep,
                faults,
            );
        }
        (ColumnBuffer::Timestamp(out), ColumnRules::Timestamp(rules)) => {
            let values = array.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(other)?.values();
            let is_local = matches!(array.data_type(), DataType::Timestamp(_, None));
            let zone = &rules.plain.0;
            let is_covered = |at: &i64| covers(at.div_euclid(86_400_000_000));
            let instant = |at: &i64| match is_local {
                true => zone.micros_to_utc(*at).filter(|_| is_covered(at)),
                false => Some(*at).filter(is_covered),
            };
            take_all(
                array,
                values.iter().map(instant),
                &rules.limits,
                beyond_years(&rules.limits),
                out,
                job,
                keep,
                faults,
            );
        }
        (ColumnBuffer::Bool(out), ColumnRules::Bool(rules)) => {
            let values = array.as_boolean_opt().ok_or_else(other)?.values();
            take_all(array, values.iter().map(Some), &rules.limits, Rule::Type, out, job, keep, faults);
        }
        _ => return Err(other()),
    }
    Ok(())
}

/// The rule that a day outside the years allowed breaks: where values outside bounds are emptied, it is one of them.
fn beyond_years<V>(limits: &Limits<V>) -> Rule {
    if limits.empties { Rule::Range } else { Rule::Type }
}

/// Appends values; `None` is outside the type's range, which breaks the rule `beyond`.
#[expect(clippy::too_many_arguments, reason = "the loop's whole surroundings, passed once per column and page")]
fn take_all<V: Copy + Default + PartialOrd + Debug>(
    array: &ArrayRef,
    values: impl Iterator<Item = Option<V>>,
    limits: &Limits<V>,
    beyond: Rule,
    out: &mut Values<V>,
    job: Job,
    keep: bool,
    faults: &mut Vec<CellFault>,
) {
    let limited = limits.exist();
    out.values.reserve(array.len());
    for (row, value) in values.enumerate() {
        let rule = if array.is_null(row) {
            job.required.then_some(Rule::Required)
        } else {
            match value.map(|value| (value, if limited { limits.broken_by(value) } else { None })) {
                Some((value, None)) => {
                    out.push(value);
                    continue;
                }
                Some((_, broken)) => broken,
                None => Some(beyond),
            }
        };
        out.push_faulty(rule, limits.empties, job, row, faults);
    }
    if !keep {
        out.clear();
    }
}
