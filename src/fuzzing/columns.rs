//! Columns of every type, and the forms of their values.

use serde_json::{Map, Value, json};

use super::choices::Choices;

/// Forms of dates; those from `SHORT_DATES` on have years of two digits.
const DATES: [&[&str]; 15] = [
    &[],
    &["%d.%m.%Y"],
    &["excel_1900"],
    &["iso_8601"],
    &["%d %b %Y"],
    &["%Y%m%d", "%d.%m.%Y"],
    &["excel_1904", "%m/%d/%Y"],
    &["%G-W%V-%u"],
    &["%A %e %B %Y"],
    &["%Y-%j"],
    &["%Y-%d-%m"],
    &["%d/%m/%y"],
    &["%D"],
    &["%g-W%V-%u"],
    &["%d-%b-%y", "iso_8601"],
];
const SHORT_DATES: usize = 11;

/// Forms of timestamps; those from `SHORT_TIMES` on have years of two digits.
const TIMES: [&[&str]; 17] = [
    &[],
    &["%d.%m.%Y %H:%M"],
    &["epoch_seconds"],
    &["epoch_milliseconds"],
    &["epoch_microseconds"],
    &["excel_1900"],
    &["iso_8601"],
    &["/Date(epoch_milliseconds)/"],
    &["%Y-%m-%dT%H:%M:%S%.f%z"],
    &["%a, %d %b %Y %H:%M:%S %z"],
    &["%I:%M %p %d/%m/%Y"],
    &["%s"],
    &["excel_1904", "iso_8601"],
    &["%Y%m%d%H%M%S%f"],
    &["%Y-%d-%m %H:%M"],
    &["%d/%m/%y %k:%M:%S,%f"],
    &["%y%j %R"],
];
const SHORT_TIMES: usize = 15;

/// Names with types.
const TYPES: [(&str, &str); 9] = [
    ("a", "string"),
    ("b", "int"),
    ("c", "decimal(9,2)"),
    ("d", "date"),
    ("e", "timestamp"),
    ("f", "bool"),
    ("g", "list(decimal(5,1))"),
    ("h", "{ x: string, y: timestamp }"),
    ("i", "decimal(38,10)"),
];

/// Which of them a file has.
const CHOSEN: [&str; 12] = ["abcdefghi", "abc", "b", "c", "d", "e", "f", "g", "h", "ai", "de", "ab"];

/// The keys `columns` and `values` of a source. Files of text may have columns of text only.
pub(super) fn declare(choices: &mut Choices<'_>, source: &mut Map<String, Value>) {
    let chosen = choices.of(&CHOSEN);
    let is_text = choices.is();
    let (is_optional, is_required) = (!choices.is(), choices.is());
    let mut columns = Map::new();
    for (name, ty) in TYPES.iter().filter(|(name, _)| chosen.contains(name)) {
        let ty = if is_text { "string" } else { *ty };
        let mut column = json!({ "type": ty, "optional": is_optional && !is_required, "required": is_required });
        rules(choices.number(), ty, &mut column);
        if *name == "a" {
            column["aliases"] = json!(["å", "Name"]);
        }
        columns.insert((*name).to_owned(), column);
    }
    source.insert("columns".to_owned(), Value::Object(columns));
    source.insert("values".to_owned(), values(choices));
}

/// Rules of a column.
fn rules(choice: usize, ty: &str, column: &mut Value) {
    match (ty, choice % 8) {
        ("string", 1) => column["pattern"] = json!("[A-Zå ]*"),
        ("string", 2) => column["accepted_values"] = json!(["x", "å", "a b"]),
        ("string" | "int", 3) => column["id"] = json!({ "leading_zeros": "drop" }),
        ("string", 4) => column["id"] = json!({ "digits": 4, "letters": "upper" }),
        ("string" | "int", 5) => column["id"] = json!({}),
        ("string", 6) => column["id"] = json!({ "as_written": true }),
        ("int" | "decimal(9,2)" | "decimal(38,10)", 1) => (column["min"], column["max"]) = (json!(-5), json!(1000)),
        ("int" | "decimal(9,2)", 2) => column["accepted_values"] = json!([1, 20]),
        ("int" | "decimal(9,2)", 6) => {
            (column["min"], column["out_of_range"]) = (json!(0), json!("null"));
        }
        ("date" | "timestamp", 1) => column["max"] = json!("$as_of"),
        ("date" | "timestamp", 2) => column["out_of_range"] = json!("null"),
        _ => {}
    }
}

fn values(choices: &mut Choices<'_>) -> Value {
    let mut values = Map::new();
    let mut set = |key: &str, value: Value| {
        if !value.is_null() {
            values.insert(key.to_owned(), value);
        }
    };
    let nulls: [&[&str]; 6] = [&[], &["NULL", "-"], &["\\N"], &["9999-12-31", "0000-00-00"], &["x y", "#N/A"], &["0"]];
    set("null_words", json!(choices.of(&nulls)));
    set("decimal_sign", json!(choices.of(&[".", ","])));
    let signs: [&[&str]; 5] = [&[], &[" ", "\u{A0}"], &["'"], &[","], &["."]];
    set("thousands_signs", json!(choices.of(&signs)));
    let signs: [&[&str]; 3] = [&[], &["kr", "€"], &["%", ":-"]];
    set("currency_signs", json!(choices.of(&signs)));
    set("round", choices.of(&[None, Some(2)]).map_or(Value::Null, |digits| json!(digits)));
    let signs: [&[&str]; 6] = [
        &[],
        &["parentheses"],
        &["trailing_minus"],
        &["cr_dr"],
        &["dr_cr"],
        &["parentheses", "trailing_minus", "cr_dr"],
    ];
    set("negative", json!(choices.of(&signs)));
    let words: [&[&str]; 3] = [&[], &["nil", "–"], &["-"]];
    set("zero_words", json!(choices.of(&words)));
    set("unwrap_formulas", json!(choices.is()));
    set("invisible", json!(choices.of(&["trim", "keep"])));
    let (dates, times) = (choices.number() % DATES.len(), choices.number() % TIMES.len());
    if dates > 0 {
        set("date_formats", json!(DATES[dates]));
    }
    if times > 0 {
        set("timestamp_formats", json!(TIMES[times]));
    }
    let century = choices.of(&[r#"{"pivot":30}"#, r#""past""#, r#"{"pivot":70}"#]);
    if dates >= SHORT_DATES || times >= SHORT_TIMES {
        set("two_digit_years", serde_json::from_str(century).unwrap_or_default());
    }
    set("fractions", json!(choices.of(&["truncate", "reject"])));
    let languages: [&[&str]; 4] = [&[], &["sv", "en"], &["fi", "de"], &["nb", "da"]];
    let languages = choices.of(&languages);
    if !languages.is_empty() {
        set("months", json!(languages));
    }
    let zone = choices.of(&["", "America/Santiago", "UTC"]);
    if !zone.is_empty() {
        set("time_zone", json!(zone));
    }
    if choices.is() {
        set("true_words", json!(["ja", "Å"]));
        set("false_words", json!(["nej", "0"]));
    }
    Value::Object(values)
}
