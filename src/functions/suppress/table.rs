//! The rows of a partition as [`Figure`]s and [`Series`].
//!
//! The result does not depend on the order of the rows. A null, a series in two families or a month twice is an
//! error: a figure must not be judged harmless because something about it is unknown.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray};
use datafusion::arrow::compute::is_not_null;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::row::{OwnedRow, Row, RowConverter, Rows, SortField};
use datafusion::common::internal_datafusion_err;
use datafusion::error::{DataFusionError, Result};

use super::figure::{Figure, WINDOW};
use super::series::Series;
use super::{FUNCTION, Limits, key_type};
use crate::functions::error::FunctionError;

/// Months are those of the years 0 to 9999.
const MONTHS: i64 = 12 * 10_000;

/// An argument: its place and name.
#[derive(Debug, Clone, Copy)]
struct Argument(usize, &'static str);

const FAMILY: Argument = Argument(0, "family");
const SERIES: Argument = Argument(1, "series");
const PARENT: Argument = Argument(2, "parent");
const PERIOD_MONTHS: Argument = Argument(3, "period_months");
const MONTH: Argument = Argument(4, "month");
const RESPONSES: Argument = Argument(5, "responses");
const LEAST: Argument = Argument(6, "least");
const LAST_MONTH: Argument = Argument(7, "last_month");

/// A partition.
pub(super) struct Table {
    /// By number.
    pub(super) series: Vec<Series>,
    /// In the order of the rows.
    pub(super) figures: Vec<Figure>,
    pub(super) limits: Limits,
}

impl Table {
    /// Reads the columns of a partition with at least one row.
    pub(super) fn read(values: &[ArrayRef], rows: usize) -> Result<Self> {
        let limits = Limits { least: constant(values, LEAST)?, last_month: constant(values, LAST_MONTH)? };
        let keys = Keys::read(values)?;
        let figures = figures(values, &keys, rows)?;
        let series = series(values, &keys, &figures)?;
        Ok(Self { series, figures, limits })
    }
}

/// The series of the rows and those named as parents, numbered in the order of their keys: among members of a family
/// with equally many answers, the first by key is hidden with another.
struct Keys {
    own: Rows,
    parents: Rows,
    numbers: HashMap<OwnedRow, usize>,
    with_parent: BooleanArray,
}

impl Keys {
    fn read(values: &[ArrayRef]) -> Result<Self> {
        let converter = RowConverter::new(vec![SortField::new(key_type())])?;
        let (own, parent) = (filled(values, SERIES)?, column(values, PARENT)?);
        let (own, parents) = (
            converter.convert_columns(std::slice::from_ref(own))?,
            converter.convert_columns(std::slice::from_ref(parent))?,
        );
        let with_parent = is_not_null(parent)?;
        let named = parents.iter().zip(with_parent.values()).filter_map(|(key, is_named)| is_named.then_some(key));
        let mut all: Vec<Row<'_>> = own.iter().chain(named).collect();
        all.sort_unstable();
        all.dedup();
        let numbers = all.into_iter().enumerate().map(|(number, key)| (key.owned(), number)).collect();
        Ok(Self { own, parents, numbers, with_parent })
    }

    fn series(&self, row: usize) -> Result<usize> {
        self.number(self.own.row(row))
    }

    fn parent(&self, row: usize) -> Result<Option<usize>> {
        self.with_parent.value(row).then(|| self.number(self.parents.row(row))).transpose()
    }

    fn number(&self, key: Row<'_>) -> Result<usize> {
        let number = self.numbers.get(&key.owned()).copied();
        number.ok_or_else(|| internal_datafusion_err!("{FUNCTION}: a key of the partition has no number"))
    }
}

fn figures(values: &[ArrayRef], keys: &Keys, rows: usize) -> Result<Vec<Figure>> {
    let periods = integers(values, PERIOD_MONTHS)?;
    let (months, responses) = (integers(values, MONTH)?, integers(values, RESPONSES)?);
    (0..rows)
        .map(|row| {
            let (period, month, answers) = (periods.value(row), months.value(row), responses.value(row));
            check(PERIOD_MONTHS, period, period == 1 || period == WINDOW, "1, a month, or 12, a window of months")?;
            check(MONTH, month, (0..MONTHS).contains(&month), "12 x year + month - 1")?;
            check(RESPONSES, answers, (0..=i64::from(u32::MAX)).contains(&answers), "a count of answers")?;
            Ok(Figure { series: keys.series(row)?, is_window: period == WINDOW, month, answers })
        })
        .collect()
}

/// The series, by number, with the answers that the figures of single months have.
fn series(values: &[ArrayRef], keys: &Keys, figures: &[Figure]) -> Result<Vec<Series>> {
    let names = filled(values, FAMILY)?.as_string_opt::<i32>().ok_or_else(|| wrong_type(FAMILY))?;
    let mut families = HashMap::new();
    let mut found = vec![Draft::default(); keys.numbers.len()];
    for (row, figure) in figures.iter().enumerate() {
        let next = families.len();
        let family = *families.entry(names.value(row)).or_insert(next);
        let draft = &mut found[figure.series];
        let place = (family, keys.parent(row)?);
        if *draft.place.get_or_insert(place) != place {
            return Err(mixed(values, row, "in two families, or under two parents").into());
        }
        if !figure.is_window && draft.months.insert(figure.month, figure.answers).is_some() {
            return Err(mixed(values, row, "with two rows for one month").into());
        }
    }
    Ok(found.into_iter().map(Draft::finish).collect())
}

/// A series of which not all rows have been read.
#[derive(Debug, Default, Clone)]
struct Draft {
    /// Family and parent, once a row is read. Series that are only named as parents have no row.
    place: Option<(usize, Option<usize>)>,
    months: BTreeMap<i64, i64>,
}

impl Draft {
    fn finish(self) -> Series {
        let (family, parent) = self.place.map_or((None, None), |(family, parent)| (Some(family), parent));
        Series::new(family, parent, self.months.into_iter().collect())
    }
}

fn column(values: &[ArrayRef], argument: Argument) -> Result<&ArrayRef> {
    values.get(argument.0).ok_or_else(|| wrong_type(argument))
}

/// The column of `argument`, without nulls.
fn filled(values: &[ArrayRef], argument: Argument) -> Result<&ArrayRef> {
    let column = column(values, argument)?;
    if column.null_count() > 0 {
        return Err(FunctionError::NullArgument { function: FUNCTION, argument: argument.1 }.into());
    }
    Ok(column)
}

fn integers(values: &[ArrayRef], argument: Argument) -> Result<&Int64Array> {
    filled(values, argument)?.as_primitive_opt::<Int64Type>().ok_or_else(|| wrong_type(argument))
}

/// The one value of the column of `argument`.
fn constant(values: &[ArrayRef], argument: Argument) -> Result<i64> {
    let numbers = integers(values, argument)?.values();
    let first = numbers.first().copied().ok_or_else(|| wrong_type(argument))?;
    let other = numbers.iter().find(|number| **number != first);
    check(argument, other.copied().unwrap_or(first), other.is_none(), "the same in every row")?;
    Ok(first)
}

fn check(argument: Argument, value: i64, is_right: bool, wanted: &'static str) -> Result<(), FunctionError> {
    let (function, argument, value) = (FUNCTION, argument.1, value as f64);
    is_right.then_some(()).ok_or(FunctionError::WrongValue { function, argument, value, wanted })
}

fn mixed(values: &[ArrayRef], row: usize, problem: &'static str) -> FunctionError {
    let key = values.get(SERIES.0).and_then(|keys| Some(keys.as_list_opt::<i32>()?.value(row)));
    let texts = key.as_ref().and_then(|key| key.as_string_opt::<i32>());
    let series = texts.into_iter().flat_map(StringArray::iter).map(|text| text.unwrap_or("null"));
    FunctionError::MixedSeries { function: FUNCTION, series: series.collect::<Vec<_>>().join(", "), problem }
}

fn wrong_type(argument: Argument) -> DataFusionError {
    internal_datafusion_err!("{FUNCTION}: the column {} is missing or not of its type", argument.1)
}
