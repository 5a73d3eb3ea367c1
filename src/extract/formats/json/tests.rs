use std::collections::BTreeSet;
use std::io::Cursor;

use proptest::prelude::*;

use super::limits::MAX_RECORD;
use super::piece::JsonPiece;
use super::*;
use crate::extract::frame::{FileKeys, Page, Pages, Piece, Reject, Wanted};
use crate::extract::json::{Value, Words, compact, object, string, whole, without_exponent};
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
    Arc::new(Shape::new(&columns(), None))
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
    let pieces = pieces(text, path, &columns())?;
    let (records, rejects, _) = converted(pieces);
    Ok((records, rejects))
}

/// The pieces of a document.
fn pieces(text: &[u8], path: Option<&str>, columns: &[Column]) -> Result<Vec<JsonPiece>, String> {
    pieces_in(Sizes::default(), text, path, columns)
}

fn pieces_in(sizes: Sizes, text: &[u8], path: Option<&str>, columns: &[Column]) -> Result<Vec<JsonPiece>, String> {
    let format = JsonFormat { records: path.map(|path| Located::nowhere(path.to_owned())) };
    let Json { shape, layout: JsonLayout::Document(path), .. } = Json::document(&format, columns).unwrap() else {
        panic!("a document")
    };
    let mut reader = Document::new(drops(text), &path, shape).in_sizes(sizes);
    let mut pieces = Vec::new();
    loop {
        match reader.next_elements() {
            Ok(Some(piece)) => pieces.push(piece),
            Ok(None) => break,
            Err(FormatError::Header(reason) | FormatError::Content(reason)) => return Err(reason),
            Err(FormatError::Io(error)) => return Err(error.to_string()),
        }
    }
    Ok(pieces)
}

/// The cells of each row with its line, each reject, and what is known of the lists, of records with parents.
fn children(pieces: Vec<JsonPiece>) -> (Vec<String>, Vec<String>, FileKeys) {
    let (mut rows, mut rejects, mut keys) = (Vec::new(), Vec::new(), FileKeys::default());
    for piece in pieces {
        let mut pages = Box::new(piece).pages(Wanted::All, 0).unwrap();
        let mut rejected = Vec::new();
        while let Some(size) = pages.next_page(2, &mut rejected).unwrap() {
            for row in 0..size {
                let place = pages.place(row);
                let Page::Text(page) = pages.page() else { panic!("text") };
                let cells = (0..page.stride - 2).map(|cell| String::from_utf8_lossy(page.cell(row, cell)));
                let cells = cells.collect::<Vec<_>>().join("|");
                let shown = pages.reject(row, Vec::new()).unwrap().unwrap();
                assert_eq!((shown.line, shown.byte_offset), (place.line, place.byte_offset));
                rows.push(format!("{}:{} {cells} <{}>", place.line, place.byte_offset, shown.raw));
            }
        }
        let line = |reject: &Reject| format!("{}:{} {}", reject.line, reject.byte_offset, reject.reason());
        rejects.extend(rejected.iter().map(line));
        keys.add(pages.take_keys().unwrap());
    }
    (rows, rejects, keys)
}

fn text_columns(names: &[(&str, &[&str])]) -> Vec<Column> {
    let column = |(name, aliases): &(&str, &[&str])| {
        let mut column = Column::new(*name, ColumnType::String);
        column.aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        column
    };
    names.iter().map(column).collect()
}

/// Rows of JSON lines with their records in a list.
fn children_of_lines(text: &[u8], path: &str, columns: &[Column]) -> (Vec<String>, Vec<String>, FileKeys) {
    let format = JsonLinesFormat { records: Some(Located::nowhere(path.to_owned())) };
    let mut reader = JsonLines::new(drops(text), Json::lines(&format, columns).unwrap().shape);
    let mut pieces = Vec::new();
    while let Some(piece) = reader.next_lines().unwrap() {
        pieces.push(piece);
    }
    children(pieces)
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
        (
            r#"{"note":"\ud800"}"#,
            "note: a string contains half a surrogate pair; `broken_text: replace` under `values` loads it as U+FFFD in text (character 9 of the record)",
        ),
        (
            r#"{"price":-Infinity}"#,
            "price: -Infinity is not a value: if it means an empty cell, declare `null_words: [\"-Infinity\"]` (character 10 of the record)",
        ),
        (
            r#"{"note":[1, NaN]}"#,
            "note: NaN is not a value: if it means an empty cell, declare `null_words: [NaN]` (character 9 of the record)",
        ),
        (
            r#"{"id":1,"items":[{"sku":"\udc00"}]}"#,
            "items.0.sku: a string contains half a surrogate pair; `broken_text: replace` under `values` loads it as U+FFFD in text (character 25 of the record)",
        ),
        (r#"{"id":Nan}"#, "column 7: expected a value"),
        (r#"{"id":undefined}"#, "column 7: expected a value"),
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
    let table: [(&str, Option<&str>, &str); 14] = [
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
        (
            "[{}]",
            Some("a"),
            "expected an object with the key `a`, and this is an array: if its objects have that key, declare `records: a[]`",
        ),
        ("{\"a\":[{}]}\n{\"b\":[]}", Some("a"), "the document at line 2 has no `a`"),
        ("{\"a\":[{}]}\n{\"a\":[{", Some("a"), "line 2, column 8: the document ends too early"),
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

#[test]
fn a_document_is_the_same_in_blocks_of_any_size() {
    let text = r#"{"n": 12, "a": [{"id": 1, "price": -2.5},{"id": 2} ,{"note": "x\\\"y"}], "m": [1,2]} BOM{"a": []}"#;
    let text = text.replace("BOM", "\u{FEFF}");
    let found = |block| {
        let pieces = pieces_in(Sizes { block, piece: 1 }, text.as_bytes(), Some("a"), &columns());
        let (records, rejects, _) = converted(pieces.unwrap());
        (records, rejects)
    };
    let whole = found(text.len());
    assert_eq!((whole.0.len(), whole.1.len()), (3, 0));
    (1..text.len()).for_each(|block| assert_eq!(found(block), whole, "{block}"));
}

#[test]
fn documents_may_follow_each_other() {
    let text = "\u{FEFF}{\"page\": 1, \"rows\": [{\"id\":1},\n{\"id\":2}]}\n\n  {\"rows\": [], \"page\": 2}\u{FEFF}{\"rows\":[{\"id\":3}]}\n";
    assert_eq!(document(text.as_bytes(), Some("rows")).unwrap().0, ["1|||", "2|||", "3|||"]);
    assert_eq!(document(b"[{\"id\":1}][]\n[{\"id\":2}]", None).unwrap().0, ["1|||", "2|||"]);
    let (records, rejects) = document(b"[{\"id\":1}]\n[\n7]", None).unwrap();
    assert_eq!((records.len(), rejects), (1, vec!["3:13 json column 1: not a JSON object <7>".to_owned()]));
}

#[test]
fn what_is_not_declared_never_rejects_a_record() {
    let whole = |text: &str| {
        let mut reader = JsonLines::new(drops(text.as_bytes()), shape());
        let records = reader.next_lines().unwrap().unwrap().records();
        assert!(records.texts().len() == 1, "{text}");
        records.texts()
    };
    let odd = [r#""\ud83d""#, r#""\u0000""#, "NaN", "[-Infinity]", r#"{"\ude00":"\ud800 x"}"#, r#""\ud83d \ud83d""#];
    for (at, value) in odd.iter().enumerate() {
        let of = |value: &str| whole(&format!(r#"{{"id":1,"extra":{value}}}"#));
        assert_eq!(of(value)[0][..4], ["1", "", "", ""], "{value}");
        for other in &odd[at + 1..] {
            assert_ne!(of(value), of(other), "{value} {other}");
        }
    }
    whole(r#"{"id":1,"\ud800":1}"#);
    let mut columns = columns();
    columns[1].form.null_words = vec!["NaN".to_owned()];
    columns[3].form.null_words = vec!["NaN".to_owned()];
    let mut reader = JsonLines::new(
        drops(b"{\"price\":NaN,\"note\":[NaN,\"NaN\"]}\n{\"price\":-Infinity}"),
        Arc::new(Shape::new(&columns, None)),
    );
    let records = reader.next_lines().unwrap().unwrap().records();
    assert_eq!(records.texts(), [["", "", "", "[null,\"NaN\"]", ""]]);
}

#[test]
fn elements_of_lists_are_records_with_the_fields_of_their_parents() {
    let columns =
        text_columns(&[("sku", &[]), ("order", &["^.id"]), ("city", &["^.ship.city"]), ("run", &["^.^.run"])]);
    let text = br#"{"run": 7, "data": {"orders": [
 {"id": 1, "ship": {"city": "Lund"}, "lines": [{"sku": "a"}, {"sku": "a"},
   {"sku": "b", "id": 9}]},
 {"id": 2, "lines": []}, {"id": 3}, {"id": 4, "lines": null},
 {"id": 5, "lines": [5, {"sku": "\ud800"}, {"sku": "c"}]}, {"id": 6, "lines": {}}, 8
]}}
{"data": {"orders": [{"id": 10, "lines": [{"sku": "d"}]}]}, "run": 8}"#;
    let path = Some("data.orders[].lines[]");
    let (rows, rejects, keys) = children(pieces(text, path, &columns).unwrap());
    let cells = |rows: &[String]| rows.iter().map(|row| row.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(cells(&rows), ["a|1|Lund|7", "a|1|Lund|7", "b|1|Lund|7", "c|5||7", "d|10||8"]);
    assert_eq!(
        rows[2],
        format!(
            "3:{} b|1|Lund|7 <{{\"sku\": \"b\", \"id\": 9}}>",
            String::from_utf8_lossy(text).find("{\"sku\": \"b").unwrap()
        )
    );
    let reasons: Vec<&str> = rejects.iter().map(|reject| reject.split_once(' ').unwrap().1).collect();
    assert_eq!(
        reasons,
        [
            "column 1: not a JSON object",
            "sku: a string contains half a surrogate pair; `broken_text: replace` under `values` loads it as U+FFFD in text (character 9 of the record)",
            "`data.orders[].lines[]` is not a list in this object",
            "column 1: not a JSON object",
        ]
    );
    assert!(rejects.iter().all(|reject| reject.starts_with("5:") || reject.starts_with("6:")), "{rejects:?}");
    let holders = &keys.holders[1];
    assert_eq!((holders.all, holders.lacking, holders.childless, holders.first_childless), (6, 1, 3, Some(4)));
    // Without a column of the whole document, its orders are streamed.
    let (streamed, ..) = children(pieces(text, path, &columns[..3]).unwrap());
    assert_eq!(cells(&streamed), ["a|1|Lund", "a|1|Lund", "b|1|Lund", "c|5|", "d|10|"]);
    assert_eq!(streamed[2].split(' ').next(), rows[2].split(' ').next());
}

#[test]
fn the_same_path_reads_lines_arrays_and_documents() {
    let columns = text_columns(&[("sku", &[]), ("order", &["^.id"])]);
    let first = r#"{"id":1,"lines":[{"sku":"a"},{"sku":"b"}]}"#;
    let second = r#"{"id":2,"lines":[{"sku":"c"}]}"#;
    let cells =
        |rows: Vec<String>| rows.iter().map(|row| row.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
    let expected = ["a|1", "b|1", "c|2"];
    let lines = format!("{first}\r\n\n{second}");
    assert_eq!(cells(children_of_lines(lines.as_bytes(), "lines[]", &columns).0), expected);
    assert_eq!(cells(children_of_lines(lines.as_bytes(), "lines", &columns).0), expected);
    for text in [format!("[{first},{second}]"), format!("{first}{second}"), format!("[{first}] {second}")] {
        assert_eq!(cells(children(pieces(text.as_bytes(), Some("lines[]"), &columns).unwrap()).0), expected, "{text}");
    }
    let array = format!("[{first},{second}]");
    assert_eq!(cells(children(pieces(array.as_bytes(), Some("[].lines[]"), &columns).unwrap()).0), expected);
    let names = text_columns(&[("sku", &[])]);
    let (rows, ..) = children(pieces(format!("{first}{array}").as_bytes(), Some("lines[]"), &names).unwrap());
    assert_eq!(cells(rows), ["a", "b", "a", "b", "c"]);
}

#[test]
fn lists_may_be_inside_lists_and_objects() {
    let columns = text_columns(&[("rate", &[]), ("sku", &["^.sku"]), ("order", &["^.^.id"])]);
    let text = br#"{"id":1,"a":{"x":1,"lines":[{"sku":"s","taxes":[{"rate":1},{"rate":2}]},{"sku":"t"},{"sku":"u","taxes":[]}]}}"#;
    let (rows, rejects, keys) = children_of_lines(text, "a.lines[].taxes[]", &columns);
    assert_eq!(rejects.len(), 0);
    assert_eq!(rows, ["1:48 1|s|1 <{\"rate\":1}>", "1:59 2|s|1 <{\"rate\":2}>"]);
    assert_eq!((keys.holders[0].all, keys.holders[1].all, keys.holders[1].childless), (1, 3, 2));
    // Elements of parents that differ in a field that is not declared are not the same.
    let hashes = |x: u8, more: &str| {
        let text = format!(r#"{{"id":1,"y":2,"a":{{"x":{x},"lines":[{{"sku":"s","taxes":[{{"rate":1}}{more}]}}]}}}}"#);
        let format = JsonLinesFormat { records: Some(Located::nowhere("a.lines[].taxes[]".to_owned())) };
        let mut reader = JsonLines::new(drops(text.as_bytes()), Json::lines(&format, &columns).unwrap().shape);
        let mut pages = Box::new(reader.next_lines().unwrap().unwrap()).pages(Wanted::All, 0).unwrap();
        while pages.next_page(1, &mut Vec::new()).unwrap() != Some(1) {}
        let Page::Text(page) = pages.page() else { panic!("text") };
        String::from_utf8_lossy(page.cell(0, 3)).into_owned()
    };
    assert_ne!(hashes(1, ""), hashes(2, ""));
    assert_eq!(hashes(1, ""), hashes(1, r#",{"rate":3}"#));
}

#[test]
fn a_broken_parent_says_that_its_records_are_lost() {
    let columns = text_columns(&[("n", &[]), ("note", &["^.note"])]);
    let text = b"{\"note\":\"\\ud800\",\"lines\":[{\"n\":1}]}\n{\"note\":1,\"lines\":[{\"n\":1},{\"n\":x}]}\n{\"lines\":[{\"n\":2}]}";
    let (rows, rejects, _) = children_of_lines(text, "lines[]", &columns);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rejects,
        [
            "1:0 note: a string contains half a surrogate pair; `broken_text: replace` under `values` loads it as U+FFFD in text; none of the records inside is read (character 9 of the record)",
            "2:36 column 33: expected a value; none of the records inside is read",
        ]
    );
    for (text, reason) in [
        (
            "{\"lines\":[{\"n\":1}]}\n{\"error\":\"busy\"}",
            "the document at line 2 has no `lines`: see format: { json: { records } }",
        ),
        ("{\"lines\":null}", "the document at line 1 has no list in `lines`: see format: { json: { records } }"),
        (
            "{\"lines\":[{\"n\":x}]}",
            "the document at line 1: expected a value (byte 15 of it); nothing after it can be trusted",
        ),
    ] {
        assert_eq!(pieces(text.as_bytes(), Some("lines"), &columns).unwrap_err(), reason);
    }
    let long = format!("{{\"lines\":[],\"note\":\"{}\"}}", "x".repeat(17 << 20));
    let error = pieces(long.as_bytes(), Some("lines"), &columns).unwrap_err();
    assert!(error.starts_with("line 1: the document is longer than 16777216 bytes"), "{error}");
}

#[test]
fn a_parent_has_more_room_and_a_limit() {
    let columns = text_columns(&[("n", &[]), ("note", &["^.note"])]);
    let list = |size: usize| (0..size).map(|n| format!("{{\"n\":{n}}}")).collect::<Vec<_>>().join(",");
    let text = format!("{{\"note\":\"x\",\"lines\":[{}]}}\n", list(200_000));
    assert!(text.len() > 2 * MAX_RECORD);
    assert_eq!(children_of_lines(text.as_bytes(), "lines[]", &columns).0.len(), 200_000);
    let long = "x".repeat(MAX_RECORD);
    let text = format!("{{\"note\":\"{long}\",\"lines\":[{}]}}\n{{\"note\":1,\"lines\":[{{\"n\":1}}]}}", list(100));
    let (rows, rejects, _) = children_of_lines(text.as_bytes(), "lines[]", &columns);
    assert_eq!(rows.len(), 1);
    assert!(rejects[0].contains("repeated for each element of `lines[]`"), "{rejects:?}");
    let text = format!("{{\"note\":\"{}\",\"lines\":[]}}\n{{\"lines\":[{{\"n\":1}}]}}", long.repeat(17));
    let (rows, rejects, _) = children_of_lines(text.as_bytes(), "lines[]", &columns);
    assert_eq!((rows.len(), rejects[0].as_str()), (1, "1:0 the record is longer than 16777216 bytes"));
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
        object(wrapped.as_bytes(), |_, value| compact(&value, Words::Strict(&[]), &mut out)).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let plain: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, plain);
    }

    #[test]
    fn no_text_makes_an_undeclared_field_reject_its_record(bytes in prop::collection::vec(prop::sample::select(
        [b"{}[]\":,\\u".as_slice(), b"de08f1.-+NaInfity t", b"\xC3\xA9\n"].concat()), 0..40))
    {
        let text = [b"{\"k\":".as_slice(), &bytes, b"}"].concat();
        let mut out = Vec::new();
        let read = object(&text, |_, value| {
            compact(&value, Words::AsWritten, &mut out)?;
            // What is compact is as compact as it gets.
            let mut again = Vec::new();
            let first = out.clone();
            compact(&whole(&first)?, Words::AsWritten, &mut again)?;
            assert_eq!(first, again);
            out.clear();
            Ok(())
        });
        let syntax_only = object(&text, |_, _| Ok(()));
        prop_assert_eq!(read, syntax_only, "{}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn elements_are_those_that_serde_json_finds(document in json(), keys in prop::sample::select(vec!["lines[]", "a.lines[]", "lines[].lines[]"])) {
        let columns = text_columns(&[("x", &[]), ("up", &["^.x"])]);
        // Objects with the wanted keys, of any content.
        let leaf = |value: &serde_json::Value| serde_json::json!({ "x": value, "lines": document });
        let parent = serde_json::json!({
            "x": 1, "lines": [leaf(&document), document, leaf(&serde_json::json!(2))], "a": { "lines": document, "y": document },
        });
        let text = parent.to_string();
        let (rows, rejects, found) = children_of_lines(text.as_bytes(), keys, &columns);
        let list = |value: &serde_json::Value| match value {
            serde_json::Value::Array(all) => all.clone(),
            serde_json::Value::Null => Vec::new(),
            other => vec![serde_json::json!(["not a list", other])],
        };
        let wanted: usize = match keys {
            "lines[]" => list(&parent["lines"]).len(),
            "a.lines[]" => list(&parent["a"]["lines"]).len(),
            _ => list(&parent["lines"]).iter().map(|line| if line.is_object() { list(&line["lines"]).len() } else { 1 }).sum(),
        };
        prop_assert_eq!(rows.len() + rejects.len(), wanted, "{} {:?}", text, rejects);
        prop_assert!(found.holders[0].all <= 1);
        let mut places: Vec<u64> = rows.iter().chain(&rejects).map(|row| row.split([':', ' ']).nth(1).unwrap().parse().unwrap()).collect();
        places.sort_unstable();
        places.dedup();
        prop_assert_eq!(places.len(), wanted, "every row has a place of its own");
    }

    #[test]
    fn what_serde_json_accepts_is_accepted(bytes in prop::collection::vec(prop::sample::select(b"{}[]\":,\\ue1.-0tfn a".to_vec()), 0..24)) {
        let text = [b"{\"k\":".as_slice(), &bytes, b"}"].concat();
        let mut strings_sound = true;
        let ours = object(&text, |_, value| {
            let mut out = Vec::new();
            strings_sound &= compact(&value, Words::Strict(&[]), &mut out).is_ok();
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
