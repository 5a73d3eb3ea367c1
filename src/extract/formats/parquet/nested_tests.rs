//! Lists, structs, maps and UUIDs of Parquet.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Decimal256Array, FixedSizeListArray, Float64Array, Int64Array, LargeListArray, ListArray,
    ListViewArray, MapArray, RecordBatch, StringArray, StructArray, UInt64Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Int64Type, i256};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::data_type::{FixedLenByteArray, FixedLenByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::nested::{marked_fields, plain};
use super::path::at_path;
use super::text::TextCells;

/// The cells of a column as text; empty ones are `-`.
fn cells(array: &ArrayRef) -> Vec<String> {
    let batch = RecordBatch::try_from_iter_with_nullable([("v", Arc::clone(array), true)]).unwrap();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    read(file, "v")
}

fn read(file: Vec<u8>, path: &str) -> Vec<String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file)).unwrap();
    let fields = marked_fields(builder.schema().fields(), builder.parquet_schema());
    let batch = builder.build().unwrap().next().unwrap().unwrap();
    let (array, field) = at_path(&batch, &fields, path).unwrap().unwrap();
    let text = TextCells::new(&plain(&array, &field).unwrap()).unwrap();
    let cell = |row: usize| {
        let mut out = Vec::new();
        text.show(row, &mut out).unwrap();
        if text.is_null(row) { "-".to_owned() } else { String::from_utf8(out).unwrap() }
    };
    (0..array.len()).map(cell).collect()
}

fn numbers() -> Vec<Option<Vec<Option<i64>>>> {
    vec![Some(vec![Some(1), None]), None, Some(vec![]), Some(vec![Some(-7), Some(2)])]
}

#[test]
fn lists_in_any_form_are_json() {
    let expected = ["[1,null]", "-", "[]", "[-7,2]"];
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>(numbers());
    let views = ListViewArray::from(list.clone());
    assert_eq!(cells(&(Arc::new(list) as ArrayRef)), expected);
    assert_eq!(
        cells(&(Arc::new(LargeListArray::from_iter_primitive::<Int64Type, _, _>(numbers())) as ArrayRef)),
        expected
    );
    assert_eq!(cells(&(Arc::new(views) as ArrayRef)), expected);
    let fixed = [Some(vec![Some(1), Some(2)]), None, Some(vec![None, Some(4)])];
    let fixed = FixedSizeListArray::from_iter_primitive::<Int32Type, _, _>(fixed, 2);
    assert_eq!(cells(&(Arc::new(fixed) as ArrayRef)), ["[1,2]", "-", "[null,4]"]);
}

#[test]
fn structs_and_maps_are_objects() {
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("å \"x\"\n"), None, Some("hidden")]));
    let sums: ArrayRef = Arc::new(Float64Array::from(vec![1.5, f64::NAN, f64::INFINITY]));
    let large: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1]));
    let wide = Decimal256Array::from(vec![i256::from_i128(12_345), i256::from_i128(-5), i256::from_i128(0)]);
    let wide: ArrayRef = Arc::new(wide.with_precision_and_scale(60, 2).unwrap());
    let field = |name: &str, array: &ArrayRef| Field::new(name, array.data_type().clone(), true);
    let fields =
        Fields::from(vec![field("sum", &sums), field("name", &names), field("large", &large), field("wide", &wide)]);
    let valid = NullBuffer::from(vec![true, true, false]);
    let parts = StructArray::try_new(fields, vec![sums, Arc::clone(&names), large, wide], Some(valid)).unwrap();
    let parts: ArrayRef = Arc::new(parts);
    let expected = [
        "{\"large\":18446744073709551615,\"name\":\"å \\\"x\\\"\\n\",\"sum\":1.5,\"wide\":123.45}",
        "{\"large\":0,\"name\":null,\"sum\":\"NaN\",\"wide\":-0.05}",
        "-",
    ];
    assert_eq!(cells(&parts), expected);
    // Every object is what serde_json reads too.
    assert!(cells(&parts)[..2].iter().all(|text| serde_json::from_str::<serde_json::Value>(text).is_ok()));
    let entries =
        Fields::from(vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Int64, true)]);
    let keys: ArrayRef = Arc::new(StringArray::from(vec!["b", "a", "c"]));
    let values: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
    let entries = StructArray::try_new(entries, vec![keys, values], None).unwrap();
    let field = Arc::new(Field::new("entries", entries.data_type().clone(), false));
    let offsets = OffsetBuffer::new(ScalarBuffer::from(vec![0, 2, 2, 3]));
    let map = MapArray::try_new(field, offsets, entries, None, false).unwrap();
    assert_eq!(cells(&(Arc::new(map) as ArrayRef)), ["{\"a\":null,\"b\":1}", "{}", "{\"c\":3}"]);
}

#[test]
fn a_uuid_is_text_and_other_bytes_are_not() {
    let bytes = |last: u8| FixedLenByteArray::from([vec![0x12; 15], vec![last]].concat());
    let written = |schema: &str, paths: usize| {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut file = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::new(WriterProperties::default())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        for _ in 0..paths {
            let mut column = group.next_column().unwrap().unwrap();
            let typed = column.typed::<FixedLenByteArrayType>();
            typed.write_batch(&[bytes(1), bytes(0xFF)], Some(&[1, 0, 1][..]), None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
        writer.close().unwrap();
        file
    };
    let file = written(
        "message m { optional fixed_len_byte_array(16) plain; optional fixed_len_byte_array(16) id (UUID);
         required group g { optional fixed_len_byte_array(16) inner (UUID); } }",
        3,
    );
    let expected = ["12121212-1212-1212-1212-121212121201", "-", "12121212-1212-1212-1212-1212121212ff"];
    assert_eq!(read(file.clone(), "id"), expected);
    assert_eq!(read(file.clone(), "g.inner"), expected);
    assert_eq!(read(file.clone(), "g")[1], "{\"inner\":null}");
    assert_eq!(read(file.clone(), "g")[2], format!("{{\"inner\":\"{}\"}}", expected[2]));
    assert_eq!(read(file, "plain")[0], "12".repeat(15) + "01");
}
