//! Keys in other spellings than the declared one, and lines with more than an object in them.

use std::io::{Cursor, Read};

use super::*;
use crate::extract::frame::Pages;
use crate::source::ColumnType;

fn bytes(text: &str) -> Box<dyn Read + Send> {
    Box::new(Cursor::new(text.as_bytes().to_vec()))
}

#[test]
fn keys_match_under_every_spelling_of_their_name() {
    let mut city = Column::new("adress.ort", ColumnType::String);
    city.aliases = vec!["st\u{E4}lle.ort".to_owned()];
    let columns = [Column::new("f\u{F6}rnamn", ColumnType::String), Column::new("belopp", ColumnType::Int), city];
    let shape = Arc::new(Shape::new(&columns, None));
    let text = [
        "{\"f\u{F6}rnamn\":\"a\",\"belopp\":1,\"adress\":{\"ort\":\"x\"}}",
        "{\"fo\u{308}rnamn\":\"b\",\"belopp\u{200B}\":2,\"sta\u{308}lle\":{\"ort\u{A0}\":\"y\"}}",
        "{\"\u{FEFF}f\u{F6}rnamn\":\"c\",\" belopp\":3}",
        "{\"f\u{F6}rnamn\":\"d\",\"fo\u{308}rnamn\":\"e\"}",
        "{\"adress\":{\"ort\":\"x\",\"ort \":\"y\"}}",
        "{\"F\u{F6}rnamn\":\"f\",\"belopp\":6}",
        "",
    ]
    .join("\n");
    let mut reader = JsonLines::new(bytes(&text), shape);
    let mut records = reader.next_lines().unwrap().unwrap().records();
    let texts: Vec<String> = records.texts().iter().map(|cells| cells[..3].join("|")).collect();
    assert_eq!(texts, ["a|1|x", "b|2|y", "c|3|", "|6|"]);
    let mut rejects = Vec::new();
    while records.next_page(10, &mut rejects).unwrap().is_some() {}
    let reasons: Vec<String> = rejects.iter().map(|reject| reject.reason()).collect();
    assert!(
        reasons[0].contains("f\u{F6}rnamn appears twice in the record: `fo\\u{308}rnamn` and `f\u{F6}rnamn`"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("a key of its path appears twice"), "{reasons:?}");
    let keys = records.take_keys().unwrap();
    assert_eq!(keys.extra.into_iter().collect::<Vec<_>>(), ["F\u{F6}rnamn"], "case counts");
}

#[test]
fn lines_of_joined_and_cut_files_are_read_and_counted() {
    let (text, bom) = ("{\"id\":1},\n\u{FEFF}{\"id\":2}\n\u{FEFF}{\"id\":3},\r\n{\"id\":4}\n,\n", 2);
    let shape = Arc::new(Shape::new(&[Column::new("id", ColumnType::Int)], None));
    let mut reader = JsonLines::new(bytes(text), shape);
    let mut records = reader.next_lines().unwrap().unwrap().records();
    let ids: Vec<String> = records.texts().iter().map(|cells| cells[0].clone()).collect();
    assert_eq!(ids, ["1", "2", "3", "4"]);
    let counted: Vec<(&str, u64, u64)> =
        records.take_notes().iter().map(|note| (note.kind.as_str(), note.count, note.line)).collect();
    assert_eq!(counted, [("trailing_comma", 3, 1), ("byte_order_mark", bom, 2)]);
}
