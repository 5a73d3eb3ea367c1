//! Parses cells from outside extracts, such as those of a lookup, like cells of an extract.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray},
    error::ArrowError,
};

use super::parse::{BoolCell, CellParser, DateCell, DecimalCell, IntCell, TimestampCell, trim};
use crate::invariant::BrokenInvariant;
use crate::local_time::LocalTime;
use crate::source::ColumnType;

/// A cell that is not a value of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongCell {
    /// Index of the cell, from 0.
    pub index: usize,
    /// What is wrong, as text that follows the cell's.
    pub reason: String,
}

/// The cells as an array of the type; `None` is null. Timestamps without an offset are local time in `zone`.
///
/// # Errors
/// All cells that are not values of the type.
pub fn read_cells(ty: ColumnType, cells: &[Option<&str>], zone: &LocalTime) -> Result<ArrayRef, Vec<WrongCell>> {
    Ok(match ty {
        ColumnType::String => {
            let texts =
                read(cells, |text| if text.contains('\0') { Err("contains a NUL byte".to_owned()) } else { Ok(text) })?;
            Arc::new(StringArray::from(texts))
        }
        ColumnType::Int => Arc::new(Int64Array::from(parsed(&IntCell, cells)?)),
        ColumnType::Decimal { precision, scale } => {
            let values = parsed(&DecimalCell { precision, scale: scale.unsigned_abs() }, cells)?;
            let typed = Decimal128Array::from(values).with_precision_and_scale(precision, scale);
            Arc::new(typed.map_err(no_such_type)?)
        }
        ColumnType::Date => Arc::new(Date32Array::from(parsed(&DateCell, cells)?)),
        ColumnType::Timestamp => {
            let instants = parsed(&TimestampCell { zone }, cells)?;
            Arc::new(TimestampMicrosecondArray::from(instants).with_timezone("UTC"))
        }
        ColumnType::Nested(_) => {
            let reason = BrokenInvariant::new("only columns of sources hold lists and structs").to_string();
            return Err(vec![WrongCell { index: 0, reason }]);
        }
        ColumnType::Bool => Arc::new(BooleanArray::from(parsed(&BoolCell, cells)?)),
    })
}

/// Unreachable: a type name is checked when it is parsed.
fn no_such_type(error: ArrowError) -> Vec<WrongCell> {
    vec![WrongCell { index: 0, reason: error.to_string() }]
}

fn parsed<P: CellParser>(parser: &P, cells: &[Option<&str>]) -> Result<Vec<Option<P::Value>>, Vec<WrongCell>> {
    read(cells, |text| parser.exact(trim(text.as_bytes())))
}

fn read<'a, V>(
    cells: &[Option<&'a str>],
    parse: impl Fn(&'a str) -> Result<V, String>,
) -> Result<Vec<Option<V>>, Vec<WrongCell>> {
    let mut wrong = Vec::new();
    let mut values = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        match cell.map(&parse).transpose() {
            Ok(value) => values.push(value),
            Err(reason) => wrong.push(WrongCell { index, reason }),
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ty: &str, cells: &[Option<&str>]) -> Result<Vec<String>, Vec<WrongCell>> {
        let zone = LocalTime::new(chrono_tz::Europe::Stockholm);
        let array = read_cells(ty.parse().unwrap(), cells, &zone)?;
        assert_eq!(array.data_type(), &ty.parse::<ColumnType>().unwrap().data_type());
        let text = |at| arrow::util::display::array_value_to_string(&array, at).unwrap();
        Ok((0..array.len()).map(text).collect())
    }

    #[test]
    fn cells_are_read_as_in_an_extract() {
        assert_eq!(shown("string", &[Some("01"), None, Some(" å ")]).unwrap(), ["01", "", " å "]);
        assert_eq!(shown("int", &[Some("007"), Some(" -1 ")]).unwrap(), ["7", "-1"]);
        assert_eq!(shown("decimal(5,2)", &[Some("1.5"), Some("-0.05")]).unwrap(), ["1.50", "-0.05"]);
        assert_eq!(shown("date", &[Some("2024-02-29")]).unwrap(), ["2024-02-29"]);
        assert_eq!(shown("timestamp", &[Some("2025-07-01 12:00:00")]).unwrap(), ["2025-07-01T10:00:00Z"]);
        assert_eq!(shown("bool", &[Some("yes"), Some("false")]).unwrap(), ["true", "false"]);
        assert_eq!(shown("int", &[]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn every_wrong_cell_is_reported() {
        let wrong = shown("int", &[Some("1"), Some("a"), None, Some("1.5")]).unwrap_err();
        assert_eq!(wrong.iter().map(|cell| cell.index).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(wrong[0].reason, "is not a whole number");
        assert!(shown("decimal(3,2)", &[Some("10.00")]).is_err());
        assert!(shown("date", &[Some("2025-02-29")]).is_err());
        assert!(shown("string", &[Some("a\0")]).is_err());
    }
}
