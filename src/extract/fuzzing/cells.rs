//! Single cells of workbooks, read as a run reads them, and as text.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type, Int64Type};
use bytes::Bytes;
use calamine::DataRef;
use chrono::NaiveDate;

use crate::extract::columns::declared_layout;
use crate::extract::formats::lone_cells;
use crate::extract::frame::TextRecords;
use crate::extract::open::Reader;
use crate::extract::rows::{Decoder, Layout, RowRules};
use crate::local_time::LocalTime;
use crate::source::{Column, ColumnType, Source};
use crate::store::Stored;

/// Whole numbers of which a cell keeps less than all digits, up to those that are too great for ids.
const LOST: Range<f64> = 9_007_199_254_740_992.0..1e20;

/// The declaration of a sheet, ready to read cells.
pub(crate) struct CellReader {
    source: Source,
    layout: Arc<Layout>,
    rules: Arc<RowRules>,
    /// The rules of the same columns in a text file.
    of_text: Arc<RowRules>,
}

impl CellReader {
    /// `None` if the rules of the source are wrong.
    pub(crate) fn new(source: Source) -> Option<Self> {
        let as_of = NaiveDate::from_ymd_opt(2026, 1, 31);
        let local_time = LocalTime::shared(chrono_tz::Europe::Stockholm);
        let rules = Reader::new(&source, &local_time, as_of, None, None).ok()?.rules;
        let mut options = rules.options.clone();
        options.plain_forms = false;
        let of_text = Arc::new(RowRules::new(source.columns.clone(), options).ok()?);
        Some(Self { layout: Arc::new(declared_layout(&source).ok()?), source, rules, of_text })
    }

    /// The declared columns.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.source.columns
    }

    /// Reads cells, each in a row of its own, and panics if a value cannot be right.
    pub(crate) fn check(&self, cells: &[lone_cells::LoneCell<'_>]) {
        let records = || lone_cells::records(&self.source.columns, cells);
        let texts = records().texts();
        let read = self.read(&self.rules, records());
        let as_text = self.read(&self.of_text, records());
        // Rows that have no cells, for an error in them, have no texts.
        let mut texts = texts.into_iter();
        for (((column, cell, _), found), as_text) in cells.iter().zip(&read).zip(&as_text) {
            let spec = &self.source.columns[*column];
            let has_lost_digits =
                matches!(cell, DataRef::Float(number) if LOST.contains(&number.abs()) && number.fract() == 0.0);
            let is_error = matches!(cell, DataRef::Error(error) if !spec.form.null_words.contains(&error.to_string()));
            if is_error || has_lost_digits {
                assert!(found.is_err(), "{cell:?} in {spec:?}");
                continue;
            }
            let text = texts.next().expect("a text for every row").swap_remove(*column);
            match (found, as_text) {
                (Ok(row), Ok(of_text)) => {
                    assert_eq!(&row[*column], &of_text[*column], "{cell:?} as {text:?} in {spec:?}")
                }
                // It is of a declared form and, as another value, of the form that workbooks have.
                (Err(reason), Ok(_)) => assert!(reason.contains("ambiguous"), "{reason}: {cell:?} in {spec:?}"),
                (_, Err(_)) => {}
            }
            let is_null_word = spec.form.null_words.contains(&text);
            if let Some(value) = found.as_ref().ok().map(|row| &row[*column]).filter(|value| !value.is_null(0))
                && !is_null_word
            {
                check_value(cell, &text, value, spec);
            }
        }
    }

    /// The columns of each row, or why it is rejected.
    fn read(&self, rules: &Arc<RowRules>, mut records: TextRecords) -> Vec<Result<Vec<ArrayRef>, String>> {
        let all: Vec<usize> = (0..self.source.columns.len()).collect();
        let decoder = Decoder::new(Arc::clone(rules), Arc::clone(&self.layout), &all);
        let decoded = decoder.and_then(|mut decoder| decoder.decode(&mut records, None)).expect("cells are decoded");
        assert_eq!(decoded.rows_read, decoded.rows_loaded + decoded.rows_rejected);
        let row = |batch: &arrow::array::RecordBatch, at: usize| {
            batch.columns().iter().map(|column| column.slice(at, 1)).collect::<Vec<_>>()
        };
        let mut loaded = decoded.batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |at| row(batch, at)));
        let mut rejects = decoded.rejects.iter().peekable();
        let rows = (1..=decoded.rows_read).map(|line| match rejects.next_if(|reject| reject.line == line) {
            Some(reject) => Err(reject.faults.iter().map(|fault| fault.reason.as_str()).collect::<Vec<_>>().join("; ")),
            None => Ok(loaded.next().expect("a row is loaded or rejected")),
        });
        rows.collect()
    }
}

/// What a cell means does not depend on the declared forms of text.
fn check_value(cell: &DataRef<'_>, text: &str, value: &ArrayRef, spec: &Column) {
    let place = || format!("{cell:?} as text {text:?} in {spec:?}");
    match (cell, spec.ty) {
        (DataRef::Int(number), ColumnType::Int) => {
            assert_eq!(value.as_primitive::<Int64Type>().value(0), *number, "{}", place());
        }
        (DataRef::Int(number), ColumnType::Decimal { scale, .. }) => {
            let expected = i128::from(*number) * 10_i128.pow(u32::from(scale.unsigned_abs()));
            assert_eq!(value.as_primitive::<Decimal128Type>().value(0), expected, "{}", place());
        }
        (DataRef::Float(number), ColumnType::Int) => {
            // Noise of binary fractions is left out. From 2 to the power of 53 on, the last digits are unknown.
            let found = value.as_primitive::<Int64Type>().value(0) as f64;
            assert!((found - number).abs() <= number.abs() * 1e-13, "{found}: {}", place());
        }
        (DataRef::Float(number), ColumnType::Decimal { scale, .. }) => {
            let found = value.as_primitive::<Decimal128Type>().value(0) as f64 / 10_f64.powi(i32::from(scale));
            let digits = spec.form.round.map_or(0.0, |digits| 0.51 * 10_f64.powi(-i32::from(digits)));
            assert!((found - number).abs() <= number.abs() * 1e-13 + digits, "{found}: {}", place());
        }
        (DataRef::Bool(truth), ColumnType::Bool) => {
            assert_eq!(value.as_boolean().value(0), *truth, "{}", place());
        }
        (DataRef::DateTime(at), ColumnType::Date) if !at.is_duration() && at.as_f64() >= 1.0 => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            let day = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
            let found = Date32Type::to_naive_date_opt(value.as_primitive::<Date32Type>().value(0));
            assert_eq!(found, day, "{}", place());
        }
        _ => {}
    }
}

/// Looks at the parts of a workbook.
pub(crate) fn inspect_workbook(bytes: &[u8]) {
    // Whether it is one is not the question.
    let _ = lone_cells::inspect(&Stored::memory("file", Bytes::copy_from_slice(bytes)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::SourceText;

    #[test]
    fn numbers_beyond_the_digits_of_a_cell_are_rejected_and_no_other_number() {
        let text = "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\nsources:\n  s:\n    path: a.xlsx\n    \
                    format: { xlsx: {} }\n    columns: { i: { type: int, optional: true }, d: { type: \"decimal(30,2)\", \
                    optional: true }, k: { type: string, id: {}, optional: true }, t: { type: string, optional: true } }\n";
        let (file, texts) = crate::config::parse(&SourceText::new("p.yml", text.to_owned())).unwrap();
        let source = crate::plan::sources_of(&file, &texts).unwrap().swap_remove("s").unwrap();
        let reader = CellReader::new(source).unwrap();
        let read = |number: f64| {
            let cells: Vec<_> = (0..4).map(|column| (column, DataRef::Float(number), None)).collect();
            reader.read(&reader.rules, lone_cells::records(reader.columns(), &cells))
        };
        let found = read(1_000_001_400_000_000_200.0);
        assert!(found.iter().all(|row| row.as_ref().is_err_and(|reason| reason.contains("its last digits are lost"))));
        assert!(read(-9_007_199_254_740_991.0).iter().all(Result::is_ok));
    }
}
