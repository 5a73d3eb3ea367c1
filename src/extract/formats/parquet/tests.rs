//! A column that is taken as it is gives the same rows and rejects as the text of its values.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray, TimestampMillisecondArray,
};
use arrow::compute::concat_batches;
use arrow::util::pretty::pretty_format_batches;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::pages::GroupPages;
use super::text::TextCells;
use crate::extract::frame::Pages;
use crate::extract::rows::{Decoder, DuplicateFilter, Layout, RowOptions, RowRules};
use crate::local_time::LocalTime;
use crate::source::{Column, ColumnType};

/// The rows as a table, and each reject as row, rule and reason.
fn read(array: &ArrayRef, column: &Column) -> (String, Vec<String>) {
    let batch = RecordBatch::try_from_iter_with_nullable([("v", Arc::clone(array), true)]).unwrap();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file)).unwrap().with_batch_size(3).build().unwrap();
    let columns: Arc<[Column]> = Arc::from(vec![column.clone()]);
    let fields = batch.schema().fields().clone();
    let mut pages = GroupPages::new(Arc::clone(&columns), fields, reader, vec![true], true, 1);
    let local_time = Arc::new(LocalTime::new(chrono_tz::Europe::Stockholm));
    let rules = Arc::new(RowRules::new(columns.to_vec(), RowOptions::new(local_time)).unwrap());
    let layout = Layout::new(&["v".to_owned(), "\0rest".to_owned()], &columns).unwrap();
    let mut decoder = Decoder::new(rules, Arc::new(layout), &[0]).unwrap();
    let filter = DuplicateFilter::new();
    let found = decoder.decode(&mut pages as &mut dyn Pages, Some(&filter)).unwrap();
    assert_eq!(found.rows_read, array.len() as u64);
    assert_eq!(found.rows_read, found.rows_loaded + found.rows_rejected + found.duplicate.rows);
    let rows = concat_batches(decoder.schema(), &found.batches).unwrap();
    let reject = |reject: &crate::extract::frame::Reject| {
        format!("{} {} {}", reject.line, reject.faults[0].rule, reject.reason())
    };
    (pretty_format_batches(&[rows]).unwrap().to_string(), found.rejects.iter().map(reject).collect())
}

/// The values as text, as a reader of text would get them.
fn as_text(array: &ArrayRef, column: &Column) -> ArrayRef {
    let cells = TextCells::new(array).unwrap();
    let text = |row: usize| {
        let mut out = Vec::new();
        cells.write(row, column, &mut out).unwrap();
        (!array.is_null(row)).then(|| String::from_utf8(out).unwrap())
    };
    Arc::new((0..array.len()).map(text).collect::<StringArray>())
}

fn compare(array: impl Array + 'static, column: Column) {
    let array: ArrayRef = Arc::new(array);
    let required = column.clone().required();
    for column in [column, required] {
        let text = as_text(&array, &column);
        assert_eq!(read(&array, &column), read(&text, &column), "{} as {}", array.data_type(), column.ty);
    }
}

#[test]
fn values_are_the_same_as_their_text() {
    let limited = |ty, min: &str, max: &str| Column {
        min: Some(min.to_owned()),
        max: Some(max.to_owned()),
        ..Column::new("v", ty)
    };
    let ints = [Some(1), None, Some(7), Some(7), Some(-3), Some(99)];
    compare(Int64Array::from(ints.to_vec()), limited(ColumnType::Int, "0", "50"));
    compare(Int32Array::from(vec![Some(i32::MAX), None, Some(i32::MIN)]), Column::new("v", ColumnType::Int));
    let money = ColumnType::Decimal { precision: 8, scale: 2 };
    let decimals = Decimal128Array::from(vec![Some(1_050), None, Some(-1), Some(99_999_999)]);
    compare(decimals.with_precision_and_scale(8, 2).unwrap(), limited(money, "0", "100"));
    let days = [Some(-25_568), Some(-25_567), Some(0), None, Some(47_846), Some(47_847), Some(i32::MAX)];
    compare(Date32Array::from(days.to_vec()), Column::new("v", ColumnType::Date));
    let bools = BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]);
    compare(bools, Column { accepted_values: Some(vec!["true".to_owned()]), ..Column::new("v", ColumnType::Bool) });
}

#[test]
fn instants_are_the_same_as_their_text() {
    let day = 86_400_000_000_i64;
    // Around the limits of the years, summer time and both sides of 1970.
    let at = |days: i64, micros: i64| Some(days * day + micros);
    let values = vec![
        at(-25_567, 0),
        at(-25_567, -1),
        at(-25_568, 0),
        at(47_847, -1),
        at(47_847, 0),
        at(20_177, 9_000_000_000),
        at(20_388, 9_000_000_000),
        at(-1, 1),
        None,
    ];
    for zone in [None, Some("UTC"), Some("+02:00"), Some("-11:00")] {
        let micros = TimestampMicrosecondArray::from(values.clone());
        compare(micros.with_timezone_opt(zone), Column::new("v", ColumnType::Timestamp));
        let millis: Vec<Option<i64>> = values.iter().map(|at| at.map(|at| at.div_euclid(1000))).collect();
        let millis = TimestampMillisecondArray::from(millis);
        compare(millis.with_timezone_opt(zone), Column::new("v", ColumnType::Timestamp));
    }
    let beyond = TimestampMillisecondArray::from(vec![Some(i64::MAX), Some(0)]);
    compare(beyond, Column::new("v", ColumnType::Timestamp));
}

#[test]
fn bytes_outside_text_are_not_taken_for_quotes() {
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![&b"\xFF5"[..], b"\xFF", b"5", b"\x1E5\x1E"]));
    let (rows, rejects) = read(&bytes, &Column::new("v", ColumnType::Int));
    assert_eq!(rows.matches("| 5 |").count(), 1, "{rows}");
    let rules: Vec<&str> = rejects.iter().map(|reject| reject.split(' ').nth(1).unwrap()).collect();
    assert_eq!(rules, ["type", "type", "type"], "{rejects:?}");
}
