//! Lists and structs: values inside are read as cells are, wrong ones reject their row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Decoder, DuplicateFilter, Layout, Members, RowOptions, RowRules};
use crate::extract::frame::{Origin, TextRecords};
use crate::local_time::LocalTime;
use crate::source::Column;

/// The cells of a column, the faults, and the members met.
fn read(column: &Column, cells: &[&str]) -> (ArrayRef, Vec<String>, Members) {
    let mut records = TextRecords::new(1);
    for (row, cell) in cells.iter().enumerate() {
        records.start_row();
        records.cell().extend_from_slice(cell.as_bytes());
        records.end_cell();
        records.end_row(Origin { line: row as u64 + 1, byte_offset: row as u64, raw: 0..0 });
    }
    let options = RowOptions::new(Arc::new(LocalTime::new(chrono_tz::Europe::Stockholm)));
    let rules = Arc::new(RowRules::new(vec![column.clone()], options).unwrap());
    let layout = Layout::new(std::slice::from_ref(&column.name), std::slice::from_ref(column)).unwrap();
    let mut decoder = Decoder::new(rules, Arc::new(layout), &[0]).unwrap();
    let mut found = decoder.decode(&mut records.finish(), Some(&DuplicateFilter::new())).unwrap();
    assert_eq!(found.rows_read, found.rows_loaded + found.rows_rejected + found.duplicate.rows);
    let rows: RecordBatch = concat_batches(decoder.schema(), &found.batches).unwrap();
    let rejects = found.rejects.iter().map(|reject| format!("{} {}", reject.line, reject.reason())).collect();
    (Arc::clone(rows.column(0)), rejects, found.members.remove(0).1)
}

fn column(ty: &str) -> Column {
    Column::new("v", ty.parse().unwrap())
}

fn shown(array: &ArrayRef) -> Vec<String> {
    (0..array.len()).map(|row| array_value_to_string(array, row).unwrap()).collect()
}

#[test]
fn values_inside_are_read_as_cells() {
    let cells = [
        r#"[{"sku": "a", "n": 1, "price": 1e2, "on": "2025-01-02", "at": "2025-07-01 12:00:00", "ok": true, "more": {}}]"#,
        r#" [ {"price":"2.5","n":"7","sku":null}, null , {} ] "#,
        "[]",
        "",
        "null",
        r#"[{"sku":{"b":1,"a":[ 2 ]},"n":4.0}]"#,
    ];
    let ty = "list({ sku: string, n: int, price: decimal(8,2), on: date, at: timestamp, ok: bool })";
    let (array, rejects, members) = read(&column(ty), &cells);
    assert_eq!(rejects, Vec::<String>::new());
    assert_eq!(
        shown(&array),
        [
            "[{sku: a, n: 1, price: 100.00, on: 2025-01-02, at: 2025-07-01T10:00:00Z, ok: true}]",
            "[{sku: , n: 7, price: 2.50, on: , at: , ok: }, , {sku: , n: , price: , on: , at: , ok: }]",
            "[]",
            "",
            "",
            "[{sku: {\"a\":[2],\"b\":1}, n: 4, price: , on: , at: , ok: }]",
        ]
    );
    assert!(array.is_null(3) && array.is_null(4) && array.is_valid(2));
    assert_eq!(members.lacking().count(), 0);
}

#[test]
fn wrong_values_reject_their_row_and_are_named() {
    let table = [
        ("list(int)", "[1,", "v: is not JSON: the text ends too early"),
        ("list(int)", "[1] x", "v: is not JSON: more text after the end of the value"),
        ("list(int)", "{\"a\":1}", "v: is not a list"),
        ("list(int)", "7", "v: is not a list"),
        ("list(int)", "[1, 2, \"x\"]", "v: at [2]: 'x' is not a whole number"),
        ("list(int)", "[1, [2]]", "v: at [1]: '[2]' is not a whole number"),
        ("list(list(int))", "[[1], [2, 1.5]]", "v: at [1][1]: '1.5' is not a whole number"),
        ("list({ a: int })", "[{\"a\": 1}, 5]", "v: at [1]: is not an object"),
        (
            "{ a: { b: date } }",
            "{\"a\": {\"b\": \"2025-02-30\"}}",
            "v: at a.b: '2025-02-30' is not a date (YYYY-MM-DD)",
        ),
        ("{ a: int }", "{\"a\": 1, \"a\": 1}", "v: has the key `a` twice"),
        (
            "list(decimal(6,2))",
            "[NaN]",
            "v: at [0]: NaN is not a value: if it means an empty cell, declare `null_words: [NaN]`",
        ),
        (
            "list(string)",
            "[\"\\ud800\"]",
            "v: at [0]: a string contains half a surrogate pair; `broken_text: replace` under `values` loads it as U+FFFD in text",
        ),
        (
            "list(string)",
            "[\"a\\u0000\"]",
            "v: at [0]: contains a NUL byte; `padding: nul` under `values` reads NUL bytes at the ends of cells as padding",
        ),
        (
            "list(int)",
            "[9223372036854775808]",
            "v: at [0]: '9223372036854775808' is too large for a whole number of 64 bits",
        ),
    ];
    for (ty, cell, reason) in table {
        let good = if ty.starts_with('{') { "{}" } else { "[]" };
        let (array, rejects, _) = read(&column(ty), &[good, cell, ""]);
        assert_eq!(rejects, [format!("2 {reason}")], "{ty} {cell}");
        assert_eq!((array.len(), array.is_valid(0)), (2, true));
    }
}

#[test]
fn the_form_of_the_column_is_that_of_the_values_inside() {
    let mut spec = column("list({ price: decimal(8,2), day: date, word: string })");
    spec.form.decimal_sign = ',';
    spec.form.date_formats = vec!["%d.%m.%Y".to_owned()];
    spec.form.null_words = vec!["NaN".to_owned(), "-".to_owned()];
    let cells =
        [r#"[{"price": "1,5", "day": "02.01.2025"}, {"price": 2.25, "day": "-"}, {"price": NaN, "word": "-"}]"#, "-"];
    let (array, rejects, _) = read(&spec, &cells);
    assert_eq!(rejects, Vec::<String>::new());
    assert_eq!(
        shown(&array),
        ["[{price: 1.50, day: 2025-01-02, word: }, {price: 2.25, day: , word: }, {price: , day: , word: }]", ""]
    );
}

#[test]
fn numbers_and_texts_inside_are_rounded_repaired_and_trimmed() {
    let mut spec = column("list({ price: decimal(8,2), rate: decimal(8,4), word: string })");
    spec.form.round = Some(2);
    spec.form.replaces_broken = true;
    let cells = [
        r#"[{"price": 0.30000000000000004, "rate": 0.1234, "word": "cut \ud83d"}]"#,
        r#"[{"price": 1, "word": " a\u0000b "}, {"word": " c"}]"#,
        r#"[{"rate": 0.12345}]"#,
    ];
    let (array, rejects, _) = read(&spec, &cells);
    assert_eq!(
        shown(&array),
        [
            "[{price: 0.30, rate: 0.1234, word: cut \u{FFFD}}]",
            "[{price: 1.00, rate: , word: ab}, {price: , rate: , word: c}]"
        ]
    );
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].contains("at [0].rate: '0.12345' has more than 4 digits"), "{}", rejects[0]);
}

#[test]
fn members_match_under_every_spelling_of_their_name() {
    let spec = column("{ f\u{F6}rnamn: string, ort: string }");
    let cells = ["{\"fo\u{308}rnamn\": \"\u{C5}sa\", \"ort\u{200B}\": \"Lund\"}", "{\"ort\": \"A\", \"ort \": \"B\"}"];
    let (array, rejects, _) = read(&spec, &cells);
    assert_eq!(shown(&array), ["{f\u{F6}rnamn: \u{C5}sa, ort: Lund}"]);
    assert_eq!(rejects, ["2 v: has the key `ort` twice"]);
}

#[test]
fn a_member_that_no_value_has_is_found() {
    let spec = column("list({ a: int, inner: { b: int, c: int }, d: int })");
    let (_, _, members) = read(&spec, &[r#"[{"a":1,"inner":{"b":1}}]"#, r#"[{"d":null}]"#, r#"[{"D":1}]"#]);
    assert_eq!(members.lacking().collect::<Vec<_>>(), [4]);
    let (_, _, none) = read(&spec, &["[]", ""]);
    assert_eq!(none.lacking().count(), 0, "without a value, nothing is known");
}

#[test]
fn many_pages_make_one_array() {
    let cells: Vec<String> = (0..5000).map(|n| format!("[{n},{}]", n + 1)).collect();
    let mut cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    cells[2500] = "[x]";
    let (array, rejects, _) = read(&column("list(int)"), &cells);
    assert_eq!((array.len(), rejects.len()), (4999, 1));
    let list = array.as_list::<i32>();
    let first = |row: usize| list.value(row).as_primitive::<Int64Type>().value(0);
    assert_eq!([first(0), first(2499), first(2500), first(4998)], [0, 2499, 2501, 4999]);
}

/// A value of any shape, often one that fits.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => (-5_i64..5).prop_map(|n| json!(n)),
        1 => Just(Value::Null),
        1 => "[a-z\"\\\\é\u{1F600}\n]{0,3}".prop_map(|text| json!(text)),
        1 => any::<bool>().prop_map(|flag| json!(flag)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({ "a": a, "b": b })),
            1 => inner.prop_map(|b| json!({ "b": b, "x": 1 })),
        ]
    })
}

/// What a value of type `list({ a: int, b: list(string) })` is as an array, or that it is none.
fn expected(value: &Value) -> Option<Value> {
    let string = |value: &Value| match value {
        Value::Null => Some(Value::Null),
        // An empty cell is null.
        Value::String(text) if text.is_empty() => Some(Value::Null),
        Value::String(text) => Some(json!(text)),
        other => Some(json!(other.to_string())),
    };
    let strings = |value: &Value| match value {
        Value::Null => Some(Value::Null),
        Value::Array(all) => all.iter().map(string).collect::<Option<Vec<_>>>().map(Value::Array),
        _ => None,
    };
    let int = |value: &Value| match value {
        Value::Null => Some(Value::Null),
        Value::Number(_) => Some(value.clone()),
        Value::String(text) if text.trim().is_empty() && !text.contains('\n') => Some(Value::Null),
        _ => None,
    };
    let part = |value: &Value| match value {
        Value::Null => Some(Value::Null),
        Value::Object(members) => {
            let get = |name: &str| members.get(name).unwrap_or(&Value::Null);
            Some(json!({ "a": int(get("a"))?, "b": strings(get("b"))? }))
        }
        _ => None,
    };
    match value {
        Value::Null => Some(Value::Null),
        Value::Array(all) => all.iter().map(part).collect::<Option<Vec<_>>>().map(Value::Array),
        _ => None,
    }
}

/// An array's value as JSON, nulls included.
fn as_json(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    if let Some(list) = array.as_list_opt::<i32>() {
        let inner = list.value(row);
        return (0..inner.len()).map(|at| as_json(&inner, at)).collect::<Vec<_>>().into();
    }
    if let Some(parts) = array.as_struct_opt() {
        return json!({ "a": as_json(parts.column(0), row), "b": as_json(parts.column(1), row) });
    }
    match array.as_string_opt::<i32>() {
        Some(texts) => json!(texts.value(row)),
        None => json!(array.as_primitive::<Int64Type>().value(row)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_fits_is_loaded_and_everything_else_is_rejected(values in prop::collection::vec(value(), 1..8)) {
        // Objects inside strings are written with sorted keys.
        let values: Vec<Value> = values;
        let texts: Vec<String> = values.iter().map(Value::to_string).collect();
        let cells: Vec<&str> = texts.iter().map(String::as_str).collect();
        for (value, cell) in values.iter().zip(&cells) {
            let (array, rejects, _) = read(&column("list({ a: int, b: list(string) })"), &[cell, "[]"]);
            match expected(value) {
                Some(wanted) => {
                    prop_assert_eq!(&rejects, &Vec::<String>::new(), "{}", cell);
                    prop_assert_eq!(as_json(&array, 0), wanted, "{}", cell);
                }
                None => prop_assert!(rejects.len() == 1 && rejects[0].starts_with("1 v: "), "{} {:?}", cell, rejects),
            }
        }
    }
}
