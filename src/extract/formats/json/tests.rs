use std::collections::BTreeSet;
use std::io::Cursor;

use proptest::prelude::*;

use super::limits::MAX_RECORD;
use super::piece::JsonPiece;
use super::syntax::{Value, compact, object, string, without_exponent};
use super::*;
use crate::extract::frame::{FileKeys, Pages, Reject};
use crate::source::{Column, ColumnType};

/// A reader that returns a few bytes at a time.
struct Drops(Cursor<Vec<u8>>, usize);

impl std::io::Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = buffer.len().min(self.1);
        self.0.read(&mut buffer[..size])
    }
}

fn drops(text: &[u8]) -> Box<dyn std::io::Read + Send> {
    Box::new(Drops(Cursor::new(text.to_vec()), 7))
}

fn columns() -> Vec<Column> {
    let mut sku = Column::new("items.0.sku", ColumnType::String);
    sku.aliases = vec!["sku".to_owned()];
    vec![
        Column::new("id", ColumnType::Int),
        Column::new("price", ColumnType::Decimal { precision: 24, scale: 2 }),
        sku,
        Column::new("note", ColumnType::String),
    ]
}

/// The first cells of each record, and each reject as place, rule and reason.
fn converted(pieces: Vec<JsonPiece>) -> (Vec<String>, Vec<String>, FileKeys) {
    let mut keys = FileKeys::default();
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    for piece in pieces {
        let mut found = piece.records();
        records.extend(
            found
                .texts()
                .into_iter()
                .map(|cells| format!("{}{}", cells[..4].join("|"), if cells[4].is_empty() { "" } else { "|+" })),
        );
        let line = |reject: &Reject| {
            let (rule, reason) = (reject.faults[0].rule, reject.reason());
            let cut = if reject.raw_is_cut { "…" } else { "" };
            format!("{}:{} {rule} {reason} <{}{cut}>", reject.line, reject.byte_offset, reject.raw)
        };
        let mut rejected = Vec::new();
        while found.next_page(1, &mut rejected).unwrap().is_some() {}
        rejects.extend(rejected.iter().map(line));
        keys.add(found.take_keys().unwrap());
    }
    (records, rejects, keys)
}

fn shape() -> Arc<Shape> {
    Arc::new(Shape::new(&columns()))
}

fn lines(text: &[u8]) -> (Vec<String>, Vec<String>, FileKeys) {
    let mut reader = JsonLines::new(drops(text), shape());
    let mut pieces = Vec::new();
    while let Some(piece) = reader.next_lines().unwrap() {
        pieces.push(piece);
    }
    converted(pieces)
}

fn document(text: &[u8], path: Option<&str>) -> Result<(Vec<String>, Vec<String>), String> {
    let mut reader = Document::new(drops(text), path, shape());
    let mut pieces = Vec::new();
    loop {
        match reader.next_elements() {
            Ok(Some(piece)) => pieces.push(piece),
            Ok(None) => break,
            Err(FormatError::Header(reason) | FormatError::Content(reason)) => return Err(reason),
            Err(FormatError::Io(error)) => return Err(error.to_string()),
        }
    }
    let (records, rejects, _) = converted(pieces);
    Ok((records, rejects))
}

#[test]
fn values_become_cells() {
    let table = [
        (r#"{"id":1,"price":12345678901234567890.12,"note":"å"}"#, "1|12345678901234567890.12||å"),
        (r#"{"note":null,"price":1e3,"id":"7"}"#, "7|1000||"),
        (r#"{"id":1.50e1,"note":1e3}"#, "15|||1e3"),
        (r#"{"id":true,"note":false}"#, "true|||false"),
        (r#"{"id":1,"items":[{"sku":"a"},{"sku":"b"}]}"#, "1||a||+"),
        (r#"{"id":1,"sku":"a"}"#, "1||a|"),
        (r#"{"id":1,"items.0.sku":"a"}"#, "1||a|"),
        (r#"{"id":1,"sku":null,"items":[{"sku":"a"}]}"#, "1||a||+"),
        (r#"{"id":1,"items":[]}"#, "1||||+"),
        (r#"{"id":1,"note":{"b": [1, 2.0], "a" : "x"}}"#, r#"1|||{"a":"x","b":[1,2.0]}"#),
        (r#"{"id":1,"note":"\u00e5\"\ud83d\ude00"}"#, "1|||å\"😀"),
        (r#" { "id" : 1 , "other" : 2 } "#, "1||||+"),
        ("{}", "|||"),
    ];
    for (text, cells) in table {
        let (records, rejects, _) = lines(text.as_bytes());
        assert_eq!((records, rejects), (vec![cells.to_owned()], Vec::new()), "{text}");
    }
}

#[test]
fn invalid_objects_are_rejected_with_their_place() {
    let table = [
        ("[1]", "column 1: not a JSON object"),
        ("7", "column 1: not a JSON object"),
        (r#"{"id":}"#, "column 7: expected a value"),
        (r#"{"id":01}"#, "column 8: a number starts with a superfluous zero"),
        (r#"{"å":1,}"#, "column 8: expected a key in double quotes"),
        (r#"{"id":1} x"#, "column 10: more text after the end of the object"),
        (r#"{"id":"a"#, "column 9: the text ends too early"),
        (r#"{"id":"\x"}"#, "column 9: a string contains an unknown escape"),
        (r#"{"note":"\ud800"}"#, "column 9: a string contains half a surrogate pair"),
        ("{\"id\":\"a\tb\"}", "column 9: a string contains an unescaped control character"),
        (r#"{"id":1,"id":2}"#, "id appears twice in the record"),
        (r#"{"sku":"a","items":[{"sku":"b"}]}"#, "items.0.sku appears twice in the record"),
    ];
    for (text, reason) in table {
        let (records, rejects, _) = lines(format!("{{}}\r\n\n{text}\r\n").as_bytes());
        assert_eq!(records.len(), 1);
        assert_eq!(rejects, [format!("3:5 json {reason} <{text}>")], "{text}");
    }
    let deep = format!(r#"{{"id":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
    assert!(lines(deep.as_bytes()).1[0].contains("nested too deeply"));
    let (_, rejects, _) = lines(b"{\"note\":\"\xE5\"}\n");
    assert!(rejects[0].starts_with("1:0 encoding column 10:"), "{}", rejects[0]);
}

#[test]
fn a_line_beyond_the_limit_is_one_reject() {
    let long = "x".repeat(3 * MAX_RECORD);
    let text = format!("{{\"id\":1}}\n{{\"id\":\"{long}\"}}\n{{\"id\":2}}\n");
    let (records, rejects, _) = lines(text.as_bytes());
    assert_eq!(records, ["1|||", "2|||"]);
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].starts_with("2:9 record_size") && rejects[0].ends_with("…>"), "{}", &rejects[0][..60]);
    let text = format!("[{{\"id\":1}},\n{{\"id\":\"{long}\"}},{{\"id\":2}}]");
    let (records, rejects) = document(text.as_bytes(), None).unwrap();
    assert_eq!(records, ["1|||", "2|||"]);
    assert!(rejects[0].starts_with("2:11 record_size") && rejects[0].ends_with("…>"), "{}", &rejects[0][..60]);
}

#[test]
fn documents_are_read_at_their_path() {
    let text = br#"{"meta": {"orders": [9], "s": "]}\"["}, "data": {"x": 1, "orders": [
  {"id": 1},
  5, {"id": [}, {"id": 2}
], "y": [[]]}, "z": null}
"#;
    let text = String::from_utf8(text.to_vec()).unwrap().replace("{\"id\": [}", "{\"id\": nope}");
    let (records, rejects) = document(text.as_bytes(), Some("data.orders")).unwrap();
    assert_eq!(records, ["1|||", "2|||"]);
    assert_eq!(rejects.len(), 2);
    assert!(
        text.as_bytes()[84] == b'5' && rejects[0].starts_with("3:84 json column 1: not a JSON object <5>"),
        "{}",
        rejects[0]
    );
    assert!(rejects[1].contains("column 8: expected a value <{\"id\": nope}>"), "{}", rejects[1]);
    assert_eq!(document(b"\xEF\xBB\xBF [ ] ", None).unwrap().0.len(), 0);
}

#[test]
fn an_incomplete_document_is_an_error() {
    let table: [(&str, Option<&str>, &str); 12] = [
        ("[{\"id\":1},\n{\"id\":2}", None, "line 2, column 9: expected a comma or the end of the array"),
        ("[{\"id\":1},\n{\"id\":", None, "line 2, column 7: the document ends too early"),
        ("[{\"id\":1]}", None, "line 1, column 9: brackets do not match"),
        ("[{} {}]", None, "line 1, column 5: expected a comma"),
        ("[{},]", None, "line 1, column 5: expected a value"),
        ("[{}] x", None, "line 1, column 6: the document continues"),
        ("", None, "expected an array of records"),
        ("{\"a\":[]}", None, "it is an object, not an array"),
        ("{\"a\":[]}", Some("b"), "it has no `b`"),
        ("{\"a\":{}}", Some("a.b"), "it has no `a.b`"),
        ("{\"a\":[{}], \"a\":[{}]}", Some("a"), "the key `a` appears twice"),
        ("[{}]", Some("a"), "expected an object with the key `a`"),
    ];
    for (text, path, reason) in table {
        let message = document(text.as_bytes(), path).unwrap_err();
        assert!(message.contains(reason), "{text}: {message}");
    }
}

#[test]
fn the_same_values_are_the_same_record() {
    let whole = |text: &str| {
        let mut reader = JsonLines::new(drops(text.as_bytes()), shape());
        reader.next_lines().unwrap().unwrap().records().texts()
    };
    let first = whole(r#"{"id":1,"x":{"a":1,"b":"\u00e5"},"y":[1]}"#);
    assert_eq!(first, whole(r#" {"y":[ 1 ], "x":{"b":"å", "a":1}, "id":1}"#));
    assert_ne!(first, whole(r#"{"id":1,"x":{"a":2,"b":"å"},"y":[1]}"#));
    let items = |sku: &str| whole(&format!(r#"{{"items":[{{"sku":"a"}},{{"sku":"{sku}"}}]}}"#));
    assert_ne!(items("b"), items("c"));
}

#[test]
fn keys_are_collected() {
    let (_, _, keys) = lines(b"{\"id\":1,\"b\":2}\n{\"a\":null,\"items\":3}\n");
    assert_eq!(keys.records, 2);
    assert_eq!(keys.declared, [true, false, false, false]);
    assert_eq!(keys.extra, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
}

#[test]
fn exponents_are_written_out() {
    let table = [
        ("1e3", Some("1000")),
        ("-1.5E-2", Some("-0.015")),
        ("12.50e1", Some("125")),
        ("0e5", Some("0")),
        ("1e999999999999", None),
        ("1e200", None),
        ("15", None),
    ];
    for (number, plain) in table {
        assert_eq!(without_exponent(number).as_deref(), plain, "{number}");
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn compact_text_means_what_serde_json_reads(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let wrapped = format!("{{\"k\":{text}}}");
        let mut out = Vec::new();
        object(wrapped.as_bytes(), |_, value| compact(&value, &mut out)).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let plain: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, plain);
    }

    #[test]
    fn what_serde_json_accepts_is_accepted(bytes in prop::collection::vec(prop::sample::select(b"{}[]\":,\\ue1.-0tfn a".to_vec()), 0..24)) {
        let text = [b"{\"k\":".as_slice(), &bytes, b"}"].concat();
        let mut strings_sound = true;
        let ours = object(&text, |_, value| {
            let mut out = Vec::new();
            strings_sound &= compact(&value, &mut out).is_ok();
            Ok(())
        });
        let theirs = serde_json::from_slice::<serde_json::Value>(&text);
        // serde_json refuses numbers beyond a float, which are valid syntax.
        let out_of_range = theirs.as_ref().err().is_some_and(|error| error.to_string().contains("out of range"));
        prop_assert!(out_of_range || (ours.is_ok() && strings_sound) == theirs.is_ok(), "{}: {ours:?} {theirs:?}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn strings_are_unescaped() {
    let value = Value { text: br#""a\/\b\f\n\r\t\\""#, escaped: true };
    assert_eq!(*string(&value).unwrap(), *b"a/\x08\x0C\n\r\t\\");
}
