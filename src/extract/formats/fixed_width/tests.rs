//! Lines are split at the declared characters, in any encoding; a line that does not fit the declaration is a reject.

use std::io::Cursor;

use super::*;
use crate::config::{Located, PositionFile};
use crate::extract::frame::{FileKeys, Reject};
use crate::source::ColumnType;

/// id at 1 to 4, amount at 6 to 10, name at 11 to 16, note at 17 to 20.
fn shape(line_length: Option<u32>) -> Shape {
    declared(line_length, false)
}

fn declared(line_length: Option<u32>, trailing_blanks_cut: bool) -> Shape {
    let amount = ColumnType::Decimal { precision: 12, scale: 2 };
    let columns = [
        ("name", ColumnType::String, 11, 6),
        ("id", ColumnType::Int, 1, 4),
        ("note", ColumnType::String, 17, 4),
        ("amount", amount, 6, 5),
    ];
    let number = Located::nowhere;
    let positions = columns.iter().map(|(name, _, start, width)| {
        (Located::nowhere((*name).to_owned()), PositionFile { start: number(*start), width: number(*width) })
    });
    let declared = FixedWidthFormat {
        columns: positions.collect(),
        line_length: line_length.map(number),
        trailing_blanks_cut,
        ignore_lines: Vec::new(),
        total_line: None,
        record_type: None,
        skip_lines: 0,
        footer_lines: 0,
        encoding: crate::config::Encoding::Utf8,
        line_ends: LineEnds::Lf,
    };
    let columns: Vec<Column> = columns.iter().map(|(name, ty, ..)| Column::new(*name, *ty)).collect();
    Shape::new(&declared, &columns).unwrap()
}

#[derive(Debug, Default)]
struct Found {
    /// The cells of each row.
    rows: Vec<String>,
    /// Each reject as place, rule, reason and text.
    rejects: Vec<String>,
    keys: FileKeys,
}

fn read(file: &[u8], encoding: TextEncoding, shape: &Shape) -> Found {
    let mut cutter = LineCutter::new(Box::new(Cursor::new(file.to_vec())), encoding, LineEnds::Any, 0, 0);
    let mut found = Found::default();
    while let Some(lines) = cutter.next().unwrap() {
        let mut records = records::split(lines, shape, &Sieve::default(), encoding);
        found.rows.extend(records.texts().into_iter().map(|cells| cells.join("|")));
        let mut rejects = Vec::new();
        while records.next_page(1, &mut rejects).unwrap().is_some() {}
        let line = |reject: &Reject| {
            let (rule, reason) = (reject.faults[0].rule, reject.reason());
            format!("{}:{} {rule} {reason} <{}>", reject.line, reject.byte_offset, reject.raw)
        };
        found.rejects.extend(rejects.iter().map(line));
        found.keys.add(records.take_keys().unwrap());
    }
    found
}

fn rows(file: &str) -> Vec<String> {
    let found = read(file.as_bytes(), TextEncoding::Utf8, &shape(None));
    assert_eq!(found.rejects, [""; 0]);
    found.rows
}

fn reject(file: &str) -> String {
    let mut found = read(file.as_bytes(), TextEncoding::Utf8, &shape(None));
    assert_eq!((found.rows.len(), found.rejects.len()), (0, 1), "{found:?}");
    found.rejects.remove(0)
}

#[test]
fn cells_are_at_their_characters_without_blanks_around_them() {
    assert_eq!(rows("   1  9.50Åsa   ny €\n"), ["Åsa|1|ny €|9.50|"]);
    assert_eq!(rows("1    9.50 Å b   \n\r\n2    1    \r\n"), ["Å b|1||9.50|", "|2||1|"]);
    assert_eq!(rows("\n      \n   1             x\n"), ["|1|x||"]);
}

#[test]
fn every_encoding_gives_the_same_cells() {
    let file = "   1  9.50Åsa€  ny €\r\n   2     1Ö\n";
    let utf16: Vec<u8> = format!("\u{FEFF}{file}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let expected = rows(file);
    assert_eq!(expected, ["Åsa€|1|ny €|9.50|", "Ö|2||1|"]);
    for (encoding, bytes) in [
        (TextEncoding::Utf16, utf16),
        (TextEncoding::Windows1252, encoding_rs::WINDOWS_1252.encode(file).0.into_owned()),
        (TextEncoding::Iso8859_15, encoding_rs::ISO_8859_15.encode(file).0.into_owned()),
    ] {
        assert_eq!(read(&bytes, encoding, &shape(None)).rows, expected);
    }
    // A character beyond the 16 bits of a unit is one position.
    let smile: Vec<u8> = "   1  9.50😀b    x".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&smile, TextEncoding::Utf16Le, &shape(None)).rows, ["😀b|1|x|9.50|"]);
}

#[test]
fn a_line_may_be_short_only_within_the_text_at_its_end() {
    assert_eq!(rows("   1  9.50Å\n   1  9.50Åsa   n\n   1  9.50\n"), ["Å|1||9.50|", "Åsa|1|n|9.50|", "|1||9.50|"]);
    let said = reject("   1  9.5\n");
    let reason = "the line has 9 characters, and amount is at positions 6 to 10";
    let advice = "(trailing_blanks_cut: true allows short lines)";
    assert_eq!(said, format!("1:0 field_count {reason} {advice} <   1  9.5>"));
    assert!(reject("   1\n").contains("has 4 characters, and amount"));
}

#[test]
fn where_blanks_were_cut_every_line_may_be_short() {
    let found = read(b"   1  9.5\n   2\n   3  9.50Asa\n", TextEncoding::Utf8, &declared(None, true));
    assert_eq!((found.rejects.len(), found.rows.join(" ")), (0, "|1||9.5| |2||| Asa|3||9.50|".to_owned()));
}

#[test]
fn a_longer_line_is_rejected_unless_only_blanks_follow() {
    assert_eq!(rows("   1  9.50Åsa   note   \n"), ["Åsa|1|note|9.50|"]);
    let said = reject("   1  9.50Åsa   note  x  \n");
    assert_eq!(said, "1:0 field_count the line has 23 characters, and 20 are declared <   1  9.50Åsa   note  x  >");
}

#[test]
fn text_outside_the_columns_tells_rows_apart_and_is_reported() {
    let of = |file: &str, length| read(file.as_bytes(), TextEncoding::Utf8, &shape(length));
    let found = of("   1X 9.50Åsa   note\n   1  9.50Åsa   note\n", None);
    assert_eq!(found.rows, ["Åsa|1|note|9.50|X", "Åsa|1|note|9.50|"]);
    assert_eq!(found.keys.extra.into_iter().collect::<Vec<_>>(), ["position 5"]);
    let found = of("   1  9.50Åsa   note   a\n   1a 9.50Åsa   note\n   1  9.50Åsa   note       \n", Some(25));
    assert_eq!(found.rows, ["Åsa|1|note|9.50|    a", "Åsa|1|note|9.50|a", "Åsa|1|note|9.50|"]);
    assert_eq!(found.keys.extra.into_iter().collect::<Vec<_>>(), ["position 5", "positions 21 to 25"]);
    assert_eq!((found.keys.records, found.keys.declared), (3, vec![true; 4]));
    assert!(of("   1  9.50Åsa   note      a\n", Some(25)).rejects[0].contains("27 characters, and 25 are declared"));
}

#[test]
fn positions_after_invalid_utf_8_are_not_guessed() {
    let found = read(b"   1  9.50\xC5sa   note\n   2  9.50Asa\n", TextEncoding::Utf8, &shape(None));
    assert_eq!(found.rows, ["Asa|2||9.50|"]);
    let reason = "position 11: the text is not valid UTF-8, so the positions after it are unknown";
    assert_eq!(found.rejects, [format!("1:0 encoding {reason} <   1  9.50\u{FFFD}sa   note>")]);
    // One byte is one character, valid or not; the cell is judged with the others of the row.
    let found = read(b"   1  9.50\x81sa   note\n", TextEncoding::Windows1252, &shape(None));
    assert_eq!((found.rows.len(), found.rejects.len()), (1, 0));
    assert!(found.rows[0].ends_with("sa|1|note|9.50|"));
}

#[test]
fn rejects_keep_their_places_and_an_overlong_line_is_one_of_them() {
    let long = "x".repeat(3 << 20);
    let file = format!("   1  9.50Åsa\r\n\n   2  9.5\n{long}\n   3  1.00");
    let found = read(file.as_bytes(), TextEncoding::Utf8, &shape(None));
    assert_eq!(found.rows, ["Åsa|1||9.50|", "|3||1.00|"]);
    assert!(found.rejects[0].starts_with("3:17 field_count"), "{}", found.rejects[0]);
    assert!(found.rejects[1].starts_with("4:27 record_size"), "{}", &found.rejects[1][..60]);
}
