//! Cells as written become values of a column's type. A value that the type cannot hold exactly is a mistake: nothing is
//! rounded or cut.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, ListArray, RecordBatch, StringArray, new_null_array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::NaiveDate;

use super::grid::Written;

/// The first cell that its column cannot hold.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) row: usize,
    pub(super) message: String,
}

/// The values of a column.
pub(super) fn values(ty: &DataType, cells: &[&Written]) -> Result<ArrayRef, Misfit> {
    if cells.iter().all(|cell| **cell == Written::Null) {
        return Ok(new_null_array(ty, cells.len()));
    }
    if let DataType::List(item) = ty {
        return lists(Arc::clone(item), cells);
    }
    if let DataType::Dictionary(_, held) = ty {
        let found = values(held, cells)?;
        return cast(&found, ty).map_err(|error| Misfit { row: 0, message: error.to_string() });
    }
    let mut texts: Vec<Option<&str>> = Vec::with_capacity(cells.len());
    for (row, cell) in cells.iter().enumerate() {
        match cell {
            Written::Null => texts.push(None),
            Written::Text(text) => {
                fits(ty, text).map_err(|message| Misfit { row, message })?;
                texts.push(Some(text));
            }
            Written::List(_) => return Err(Misfit { row, message: format!("a list is not {}", named(ty)) }),
        }
    }
    if *ty == DataType::Boolean {
        let values = texts.iter().map(|text| text.map(|text| text == "true"));
        return Ok(Arc::new(values.collect::<BooleanArray>()));
    }
    cast(&(Arc::new(StringArray::from(texts.clone())) as ArrayRef), ty).map_err(|_| {
        let alone = |text: &Option<&str>| cast(&(Arc::new(StringArray::from(vec![*text])) as ArrayRef), ty).is_err();
        let row = texts.iter().position(alone).unwrap_or(0);
        let text = texts.get(row).copied().flatten().unwrap_or_default();
        Misfit { row, message: format!("`{text}` is not {}", named(ty)) }
    })
}

fn lists(item: Arc<arrow::datatypes::Field>, cells: &[&Written]) -> Result<ArrayRef, Misfit> {
    let mut inner: Vec<Written> = Vec::new();
    let mut rows = Vec::new();
    let mut lengths = Vec::with_capacity(cells.len());
    for (row, cell) in cells.iter().enumerate() {
        let before = inner.len();
        match cell {
            Written::Null => {}
            Written::Text(text) => return Err(Misfit { row, message: format!("`{text}` is not a list") }),
            Written::List(items) => {
                inner.extend(items.iter().map(|item| item.clone().map_or(Written::Null, Written::Text)));
            }
        }
        rows.extend(std::iter::repeat_n(row, inner.len() - before));
        lengths.push(inner.len() - before);
    }
    let found = values(item.data_type(), &inner.iter().collect::<Vec<_>>());
    let found = found.map_err(|misfit| Misfit { row: rows.get(misfit.row).copied().unwrap_or(0), ..misfit })?;
    let nulls = NullBuffer::from(cells.iter().map(|cell| **cell != Written::Null).collect::<Vec<_>>());
    let lists = ListArray::try_new(item, OffsetBuffer::from_lengths(lengths), found, Some(nulls));
    lists.map(|lists| Arc::new(lists) as ArrayRef).map_err(|error| Misfit { row: 0, message: error.to_string() })
}

/// Whether a type holds exactly what a text says. What the type does not understand at all, the cast refuses.
fn fits(ty: &DataType, text: &str) -> Result<(), String> {
    let is_not = || format!("`{text}` is not {}", named(ty));
    match ty {
        DataType::Boolean => {
            if matches!(text, "true" | "false") {
                Ok(())
            } else {
                Err(is_not())
            }
        }
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
                return Err(is_not());
            }
            let scale = usize::try_from(*scale).unwrap_or(0);
            if fraction.trim_end_matches('0').len() > scale {
                return Err(format!("`{text}` has more decimals than {}", named(ty)));
            }
            let most = usize::from(*precision).saturating_sub(scale);
            if whole.trim_start_matches('0').len() > most {
                return Err(format!("`{text}` has more digits than {}", named(ty)));
            }
            Ok(())
        }
        DataType::Date32 | DataType::Date64 => {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|_| ()).map_err(|_| is_not())
        }
        DataType::Timestamp(..) => {
            let fraction = text.rsplit_once('.').map_or("", |(_, rest)| rest);
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits > 6 { Err(format!("`{text}` has parts of a microsecond")) } else { Ok(()) }
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Ok(()),
        ty if ty.is_numeric() => {
            if text.trim() == text && !text.is_empty() {
                Ok(())
            } else {
                Err(is_not())
            }
        }
        _ => Err(format!("values of the type {ty} can only be given as SQL: use `format: sql`")),
    }
}

/// A type in a message.
pub(super) fn named(ty: &DataType) -> String {
    match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "a text".to_owned(),
        DataType::Boolean => "true or false".to_owned(),
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            format!("decimal({precision},{scale})")
        }
        DataType::Date32 | DataType::Date64 => "a date such as 2025-12-31".to_owned(),
        DataType::Timestamp(..) => "a timestamp such as 2025-12-31T23:59:59Z".to_owned(),
        ty if ty.is_integer() => format!("a whole number ({ty})"),
        ty if ty.is_floating() => "a number".to_owned(),
        ty => format!("{ty}"),
    }
}

fn cast(values: &ArrayRef, ty: &DataType) -> Result<ArrayRef, ArrowError> {
    cast_with_options(values, ty, &CastOptions { safe: false, format_options: FormatOptions::default() })
}

/// The values as another type, if it holds them exactly.
pub(super) fn converted(found: &ArrayRef, ty: &DataType) -> Result<ArrayRef, Misfit> {
    if found.data_type() == ty {
        return Ok(Arc::clone(found));
    }
    let at_all = |error: ArrowError| Misfit { row: 0, message: error.to_string() };
    if *found.data_type() == DataType::Null {
        return Ok(new_null_array(ty, found.len()));
    }
    let is_text = |ty: &DataType| matches!(ty, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    if is_text(found.data_type()) && !is_text(ty) && !ty.is_nested() {
        let texts = shown(found).map_err(at_all)?;
        let cells: Vec<Written> = texts.into_iter().map(|text| text.map_or(Written::Null, Written::Text)).collect();
        return values(ty, &cells.iter().collect::<Vec<_>>());
    }
    let other = cast(found, ty).map_err(at_all)?;
    let back = cast(&other, found.data_type()).map_err(at_all)?;
    let (before, after) = (shown(found).map_err(at_all)?, shown(&back).map_err(at_all)?);
    match before.iter().zip(&after).position(|(before, after)| before != after) {
        Some(row) => {
            let text = before.get(row).cloned().flatten().unwrap_or_default();
            Err(Misfit { row, message: format!("`{text}` ({}) is not {}", found.data_type(), named(ty)) })
        }
        None => Ok(other),
    }
}

/// The values of a column as texts.
pub(super) fn shown(column: &ArrayRef) -> Result<Vec<Option<String>>, ArrowError> {
    let formatter = ArrayFormatter::try_new(column.as_ref(), &FormatOptions::default())?;
    let nulls = column.logical_nulls();
    let text = |row: usize| {
        let is_valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        is_valid.then(|| formatter.value(row).try_to_string()).transpose()
    };
    (0..column.len()).map(text).collect()
}

/// Rows of texts, one for each column.
pub(super) fn texts(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<Vec<Option<String>>>, ArrowError> {
    let mut rows = Vec::new();
    for batch in batches {
        let columns = batch.columns().iter().map(shown).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|column| column.get(row).cloned().flatten()).collect());
        }
    }
    debug_assert!(rows.iter().all(|row: &Vec<_>| row.len() == schema.fields().len()), "rows have every column");
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int64Array};
    use arrow::datatypes::{Field, TimeUnit};

    use super::*;

    fn of(ty: &DataType, text: &str) -> Result<String, String> {
        let cell = Written::Text(text.to_owned());
        let found = values(ty, &[&Written::Null, &cell]).map_err(|misfit| misfit.message)?;
        assert!(found.is_null(0));
        Ok(shown(&found).unwrap().swap_remove(1).unwrap())
    }

    #[test]
    fn values_are_held_exactly_or_not_at_all() {
        let money = DataType::Decimal128(5, 2);
        let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        assert_eq!(of(&money, "-12.5").unwrap(), "-12.50");
        assert_eq!(of(&money, "007.500").unwrap(), "7.50");
        assert_eq!(of(&DataType::Int32, "-3").unwrap(), "-3");
        assert_eq!(of(&DataType::Float64, "1e-3").unwrap(), "0.001");
        assert_eq!(of(&DataType::Boolean, "true").unwrap(), "true");
        assert_eq!(of(&instant, "2025-05-01T12:00:00").unwrap(), "2025-05-01T12:00:00Z");
        assert_eq!(of(&instant, "2025-05-01T12:00:00+02:00").unwrap(), "2025-05-01T10:00:00Z");
        assert_eq!(of(&DataType::Utf8, "01 ").unwrap(), "01 ");
        let word = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
        assert_eq!(of(&word, "goods").unwrap(), "goods");
        for (ty, text) in [
            (&money, "1.005"),
            (&money, "1000"),
            (&money, "1e2"),
            (&money, "1,5"),
            (&DataType::Int32, "1.0"),
            (&DataType::Int32, "3000000000"),
            (&DataType::Int64, " 1"),
            (&DataType::Boolean, "yes"),
            (&DataType::Date32, "2025-02-30"),
            (&DataType::Date32, "2025-05-01T12:00:00"),
            (&instant, "yesterday"),
            (&instant, "2025-05-01T12:00:00.1234567"),
        ] {
            assert!(of(ty, text).is_err(), "{ty}: {text}");
        }
    }

    #[test]
    fn lists_are_of_their_items() {
        let ty = DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)));
        let list = |items: &[Option<&str>]| Written::List(items.iter().map(|item| item.map(str::to_owned)).collect());
        let found = values(&ty, &[&list(&[Some("1"), None]), &Written::Null, &list(&[])]).unwrap();
        assert_eq!(shown(&found).unwrap(), [Some("[1, ]".to_owned()), None, Some("[]".to_owned())]);
        let misfit = values(&ty, &[&Written::Null, &list(&[Some("1"), Some("x")])]).unwrap_err();
        assert_eq!((misfit.row, misfit.message.as_str()), (1, "`x` is not a whole number (Int64)"));
    }

    #[test]
    fn another_type_must_hold_what_a_query_gives() {
        let wide = Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef;
        assert!(converted(&wide, &DataType::Int32).is_ok());
        let beyond = Arc::new(Int64Array::from(vec![1, 3_000_000_000])) as ArrayRef;
        assert!(converted(&beyond, &DataType::Int32).is_err());
        let broken = Arc::new(Float64Array::from(vec![1.0, 1.005])) as ArrayRef;
        assert_eq!(converted(&broken, &DataType::Decimal128(9, 2)).unwrap_err().row, 1);
        let days = Arc::new(StringArray::from(vec!["2025-01-31"])) as ArrayRef;
        assert_eq!(*converted(&days, &DataType::Date32).unwrap().data_type(), DataType::Date32);
    }
}
