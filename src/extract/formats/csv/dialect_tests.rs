//! The same records in any dialect, encoding and cut are the same rows.

use std::sync::{Arc, LazyLock};

use arrow::{array::RecordBatch, compute::concat_batches, util::pretty::pretty_format_batches};
use csv_core::{ReadRecordResult, ReaderBuilder};

use super::{
    pages::{CsvPages, OfFile},
    walk::{Walk, Walked},
    *,
};
use crate::config::LineEnds;
use crate::extract::formats::text::{LONE_RETURN, TextEncoding};
use crate::extract::frame::{EscapeTable, Rule};
use crate::extract::random::Random;
use crate::extract::rows::{Decoder, DuplicateFilter, HeaderMatch, Layout, RowOptions, RowRules};
use crate::local_time::LocalTime;
use crate::source::{Column, ColumnType};

/// Every encoding of text.
const ENCODINGS: [TextEncoding; 10] = [
    TextEncoding::Utf8,
    TextEncoding::Utf16,
    TextEncoding::Utf16Le,
    TextEncoding::Utf16Be,
    TextEncoding::Windows1252,
    TextEncoding::Iso8859_1,
    TextEncoding::Iso8859_15,
    TextEncoding::Macintosh,
    TextEncoding::Cp437,
    TextEncoding::Cp850,
];

fn columns() -> Vec<Column> {
    let note = Column { aliases: vec!["text".to_owned()], ..Column::new("note", ColumnType::String) };
    vec![Column::new("id", ColumnType::Int).required(), note, Column::new("day", ColumnType::Date)]
}

/// Rows, (line, byte, rule, raw) of rejects, and counts of rows read and of duplicates.
type Seen = (Option<RecordBatch>, Vec<(u64, u64, Rule, String)>, [u64; 2]);

fn read(file: &[u8], dialect: Dialect, block: usize, filter: &DuplicateFilter) -> Seen {
    static UTC: LazyLock<Arc<LocalTime>> = LazyLock::new(|| Arc::new(LocalTime::new(chrono_tz::UTC)));
    let rules = Arc::new(RowRules::new(columns(), RowOptions::new(Arc::clone(&UTC))).unwrap());
    let mut chunker = Chunker::new(dialect);
    let mut chunks: Vec<Chunk> = file.chunks(block).flat_map(|block| chunker.push(block)).collect();
    chunks.extend(chunker.finish());
    let names = match chunker.header() {
        Some(record) => parse_header(record.unwrap(), &dialect).unwrap(),
        None => columns().iter().map(|spec| spec.name.clone()).collect(),
    };
    let layout = Arc::new(Layout::new(&names, &columns()).unwrap());
    let mut decoder = Decoder::new(rules, Arc::clone(&layout), &[0, 1, 2]).unwrap();
    let (mut batches, mut rejects, mut counts) = (Vec::new(), Vec::new(), [0, 0]);
    for chunk in chunks {
        let mut pages = CsvPages::new(chunk, dialect, layout.width);
        let found = decoder.decode(&mut pages, Some(filter)).unwrap();
        assert_eq!(found.rows_read, found.rows_loaded + found.rows_rejected + found.duplicate.rows);
        counts[0] += found.rows_read;
        counts[1] += found.duplicate.rows;
        batches.extend(found.batches);
        rejects.extend(found.rejects.into_iter().map(|r| (r.line, r.byte_offset, r.faults[0].rule, r.raw)));
    }
    let rows = (!batches.is_empty()).then(|| concat_batches(decoder.schema(), &batches).unwrap());
    (rows, rejects, counts)
}

fn read_once(file: &[u8], dialect: Dialect) -> Seen {
    let filter = DuplicateFilter::new();
    let whole = read(file, dialect, file.len().max(1), &filter);
    for (block, chunk_size) in [(1, 1), (3, 16), (7, 50)] {
        let cut = read(file, Dialect { chunk_size, ..dialect }, block, &DuplicateFilter::new());
        assert_eq!(cut, whole, "blocks of {block}, chunks of {chunk_size}");
    }
    whole
}

const RECORDS: [[&str; 3]; 6] = [
    ["1", "plain", "2024-01-31"],
    ["2", "a,b;c\td§e|f\\g#h'i\"j", ""],
    ["3", "å ä ö", "2024-02-29"],
    ["4", "", ""],
    ["x", "# no number", "2024-02-30"],
    ["3", "å ä ö", "2024-02-29"],
];

fn encode(text: &str, encoding: TextEncoding) -> Vec<u8> {
    match encoding {
        TextEncoding::Utf8 => text.as_bytes().to_vec(),
        TextEncoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        TextEncoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        TextEncoding::Utf16 => [vec![0xFF, 0xFE], encode(text, TextEncoding::Utf16Le)].concat(),
        TextEncoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        TextEncoding::Iso8859_15 => encoding_rs::ISO_8859_15.encode(text).0.into_owned(),
        TextEncoding::Macintosh | TextEncoding::Cp437 | TextEncoding::Cp850 => {
            let all: Vec<u8> = (0..=255).collect();
            let table: Vec<char> = String::from_utf8(encoding.recode(&all).into_owned()).unwrap().chars().collect();
            let byte = |c: char| table.iter().position(|other| *other == c).unwrap_or(usize::from(b'?'));
            text.chars().map(|c| u8::try_from(byte(c)).unwrap()).collect()
        }
        TextEncoding::Iso8859_1 => text.chars().map(|c| u8::try_from(c).unwrap()).collect(),
    }
}

/// Writes a field so that every reader of these signs gets it back.
fn written(field: &str, delimiter: char, quote: Option<char>, escape: Option<char>, comment: Option<char>) -> String {
    let special = |c: char| c == delimiter || c == '\n' || Some(c) == quote || Some(c) == escape || Some(c) == comment;
    if !field.contains(special) {
        return field.to_owned();
    }
    match (quote, escape) {
        (Some(quote), None) => format!("{quote}{}{quote}", field.replace(quote, &format!("{quote}{quote}"))),
        (_, Some(escape)) => field.chars().flat_map(|c| special(c).then_some(escape).into_iter().chain([c])).collect(),
        (None, None) => field.replace(special, "?"),
    }
}

#[test]
fn the_same_records_in_any_dialect_are_the_same_rows() {
    let usual: String = RECORDS.iter().fold("id,note,day\n".to_owned(), |file, record| {
        let fields = record.map(|field| written(field, ',', Some('"'), None, None));
        file + &fields.join(",") + "\n"
    });
    let (expected, rejects, counts) = read_once(usual.as_bytes(), Dialect::default());
    assert_eq!((rejects.len(), counts), (1, [6, 1]));
    let signs = [(Some('"'), None), (Some('\''), None), (Some('"'), Some('\\')), (None, Some('\\'))];
    for delimiter in [',', ';', '\t', '|', '§'] {
        for ((quote, escape), comment) in signs.iter().flat_map(|signs| [(*signs, None), (*signs, Some('#'))]) {
            let ends = |encoding: &TextEncoding| [(*encoding, "\n"), (*encoding, "\r\n"), (*encoding, "\r")];
            // Code page 437 has no section sign.
            let encodings = ENCODINGS.iter().filter(|encoding| encoding.has('§'));
            for (encoding, line_end) in encodings.flat_map(ends) {
                let mut file = "skipped, \"line".to_owned() + line_end;
                let comment_line = comment.map_or(String::new(), |_| format!("# it's \"one{line_end}"));
                file += &comment_line;
                file += &["id", "text", "day"].join(&delimiter.to_string());
                file += line_end;
                for record in RECORDS {
                    let fields = record.map(|field| written(field, delimiter, quote, escape, comment));
                    file += &(fields.join(&delimiter.to_string()) + line_end + &comment_line);
                }
                file += &format!("total{line_end}{line_end}");
                let byte = |sign: Option<char>| sign.map(|sign| sign as u8);
                for newlines_in_values in [false, true] {
                    let dialect = Dialect {
                        newlines_in_values,
                        comment: byte(comment),
                        skip_lines: 1,
                        footer_lines: 1,
                        encoding,
                        line_ends: if line_end == "\r" { LineEnds::Cr } else { LineEnds::Lf },
                        ..Dialect::default()
                    }
                    .with_signs(delimiter, byte(quote), byte(escape));
                    let bytes = encode(&file, encoding);
                    let (rows, rejects, counts) = read(&bytes, dialect, 11, &DuplicateFilter::new());
                    assert_eq!((rows, counts), (expected.clone(), [6, 1]), "{dialect:?}\n{file}");
                    let (line, byte, rule, raw) = &rejects[0];
                    let file = file.replace('\r', if line_end == "\r" { "\n" } else { "\r" });
                    let before = file.lines().take(*line as usize - 1).fold(0, |sum, l| sum + l.len() + line_end.len());
                    assert_eq!((*rule, raw.as_str()), (Rule::Type, file[before..].lines().next().unwrap()));
                    let mark = if encoding == TextEncoding::Utf16 { 2 } else { 0 };
                    let width = |text: &str| encode(text, encoding).len() as u64 - mark;
                    assert_eq!(*byte, mark + width(&file[..before]), "{dialect:?}\n{file}");
                }
            }
        }
    }
}

#[test]
fn the_walk_splits_as_csv_core_does() {
    let mut random = Random(0x0123_4567_89AB_CDE1);
    // Escapes occur only inside quotes: csv_core knows no others.
    let fields = ["a", "", "b'", "'x'", "''", "'c;d'", "'\\''", "'\\\\'", "å", "'d''e'", "'f\ng'", "'h\\\ni'"];
    let dialect = Dialect { newlines_in_values: true, ..Dialect::default() }.with_signs(';', Some(b'\''), Some(b'\\'));
    let walk = Walk::new(&dialect);
    for _ in 0..4000 {
        let mut data = Vec::new();
        for _ in 0..1 + random.below(20) {
            data.extend_from_slice(fields[random.below(fields.len())].as_bytes());
            data.extend_from_slice([";", ";", "\n", "\r\n"][random.below(4)].as_bytes());
        }
        let (mut ours, mut at) = (Vec::new(), 0);
        while at < data.len() {
            let mut record: Vec<Vec<u8>> = Vec::new();
            at = 1 + match walk.record(&data, at, true, |_, field| record.push(field.to_vec())) {
                Walked::Record { end } => {
                    ours.push(record);
                    end
                }
                Walked::NoRecord { end } => end,
                other => panic!("{other:?}: {:?}", String::from_utf8_lossy(&data)),
            };
        }
        assert_eq!(ours, by_csv_core(&data), "{:?}", String::from_utf8_lossy(&data));
    }
}

fn by_csv_core(data: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = ReaderBuilder::new().delimiter(b';').quote(b'\'').escape(Some(b'\\')).build();
    let (mut records, mut rest) = (Vec::new(), data);
    let (mut text, mut ends) = (vec![0; data.len() + 64], vec![0; data.len() + 64]);
    loop {
        let (mut wrote, mut found) = (0, 0);
        loop {
            let (result, read, w, f) = reader.read_record(rest, &mut text[wrote..], &mut ends[found..]);
            rest = &rest[read..];
            wrote += w;
            found += f;
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return records,
                _ => {}
            }
        }
        let mut start = 0;
        records
            .push(ends[..found].iter().map(|end| text[std::mem::replace(&mut start, *end)..*end].to_vec()).collect());
    }
}

/// The cells of a file with these null words, `-` for an empty one; and its rejects.
fn cells(file: &str, dialect: Dialect, nulls: &[&str]) -> (Vec<String>, Vec<String>) {
    let words: Vec<String> = nulls.iter().map(|word| (*word).to_owned()).collect();
    let column = |name: &str, ty| {
        let mut column = Column::new(name, ty);
        column.form.null_words.clone_from(&words);
        column
    };
    let columns =
        vec![column("id", ColumnType::String), column("note", ColumnType::String), column("n", ColumnType::Int)];
    let nulls: Arc<[Box<[u8]>]> = nulls.iter().map(|word| word.as_bytes().into()).collect();
    let zone = Arc::new(LocalTime::new(chrono_tz::UTC));
    let rules = Arc::new(RowRules::new(columns.clone(), RowOptions::new(zone)).unwrap());
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let layout = Arc::new(Layout::new(&names, &columns).unwrap());
    let mut decoder = Decoder::new(rules, Arc::clone(&layout), &[0, 1, 2]).unwrap();
    let mut chunker = Chunker::new(Dialect { header: false, ..dialect });
    let mut chunks: Vec<Chunk> = file.as_bytes().chunks(3).flat_map(|block| chunker.push(block)).collect();
    chunks.extend(chunker.finish());
    let (mut found, mut rejects) = (Vec::new(), Vec::new());
    for chunk in chunks {
        let mut pages =
            CsvPages::of_file(chunk, dialect, layout.width, OfFile { nulls: nulls.clone(), ..OfFile::default() });
        let decoded = decoder.decode(&mut pages, None).unwrap();
        rejects.extend(decoded.rejects.iter().map(|reject| format!("{}: {}", reject.line, reject.reason())));
        for batch in decoded.batches {
            for row in 0..batch.num_rows() {
                let cell = |column: &arrow::array::ArrayRef| match column.is_null(row) {
                    true => "-".to_owned(),
                    false => arrow::util::display::array_value_to_string(column, row).unwrap(),
                };
                found.push(batch.columns().iter().map(cell).collect::<Vec<_>>().join("|"));
            }
        }
    }
    (found, rejects)
}

#[test]
fn files_of_databases_mean_what_their_writers_meant() {
    let plain = Dialect::default().with_signs('\t', None, Some(b'\\'));
    let mysql = plain.with_table(EscapeTable::MySql);
    let file = "1\tab\\\ncd\\\tef\t\\N\n2\t\\N\t7\n3\tN\t\\N\n\\\\N\t\\\\N\t8\n4\t\\n\\t\\Z.\t\\\n\n";
    let (rows, rejects) = cells(file, mysql, &[]);
    assert_eq!(
        rows,
        ["1|ab\ncd\tef|-", "2|-|7", "3|N|-", "\\N|\\N|8", "4|\n\t\u{1A}.|-"].map(|row| row.replace("4|\n\t", "4|"))
    );
    assert_eq!(rejects, [""; 0]);
    let copy = plain.with_table(EscapeTable::PostgreSql);
    let (rows, rejects) = cells("1\ta\\nb\\x41\\101\t\\N\n\\.\n2\t\\\\N\t5\n3\t\\\\.\t6\n\\N\t\\N\tN\n", copy, &[]);
    assert_eq!(rows, ["1|a\nbAA|-", "2|\\N|5", "3|\\.|6"]);
    assert_eq!(rejects, ["5: n: 'N' is not a whole number"]);
}

#[test]
fn values_in_quotes_are_escaped_as_well() {
    let mysql = Dialect::default().with_signs(',', Some(b'"'), Some(b'\\')).with_table(EscapeTable::MySql);
    let file = "\"1\",\"a\\\"b\\\nc\",\"1\"\n\"2\",\\N,NULL\n\"3\",\"NULL\",\\N\n\"4\",\"\\N\",\"5\"\n";
    let (rows, rejects) = cells(file, mysql, &[]);
    assert_eq!(rows, ["1|a\"b\nc|1", "2|-|-", "3|NULL|-", "4|-|5"], "MySQL reads a quoted \\N as NULL too");
    assert_eq!(rejects, [""; 0]);
}

#[test]
fn null_words_are_judged_before_escapes_are_removed() {
    let dialect = Dialect::default().with_signs(';', Some(b'"'), Some(b'\\'));
    let nulls = ["\\N", "NULL", "none, known"];
    let file =
        "1;\\N;\\N\n2;\\\\N;1\n3;N;2\n4;N\\ULL;3\n5;\"NULL\";NULL\n6;none, known;4\n7;none\\, known;5\n8;x;\\\\N\n";
    let (rows, rejects) = cells(file, dialect, &nulls);
    let expected = ["1|-|-", "2|\\N|1", "3|N|2", "4|NULL|3", "5|-|-", "6|-|4", "7|none, known|5"];
    assert_eq!(rows, expected);
    assert_eq!(rejects, ["8: n: '\\N' is not a whole number"]);
}

#[test]
fn marks_of_joined_files_are_no_part_of_a_record() {
    for escape in [None, Some(b'\\')] {
        let dialect = Dialect { newlines_in_values: true, ..Dialect::default() }.with_signs(',', Some(b'"'), escape);
        let file = "\u{FEFF}a,b,1\n\u{FEFF}\"c,\nd\",e,2\n\u{FEFF}\u{FEFF}f,g,3\n\u{FEFF}\nh,\u{FEFF}i,4\n";
        let (rows, rejects) = cells(file, dialect, &[]);
        assert_eq!(rows, ["a|b|1", "c,\nd|e|2", "f|g|3", "h|i|4"], "{escape:?}");
        assert_eq!(rejects, [""; 0]);
    }
}

#[test]
fn a_record_torn_by_a_carriage_return_is_named() {
    let (rows, rejects) = cells("a,b,1\r\nc,d,2\re,f,3\r\n", Dialect::default(), &[]);
    assert_eq!(rows, ["a|b|1"]);
    assert_eq!(rejects, [format!("2: expected 3 fields, found 5{LONE_RETURN}")]);
    let (rows, rejects) =
        cells("a,b,1\r\nc,d,2\re,f,3\r\n", Dialect { line_ends: LineEnds::Any, ..Dialect::default() }, &[]);
    assert_eq!((rows.join(" "), rejects.len()), ("a|b|1 c|d|2 e|f|3".to_owned(), 0));
}

#[test]
fn an_escape_makes_the_next_character_ordinary() {
    let dialect = Dialect::default().with_signs(',', Some(b'"'), Some(b'\\'));
    let file = b"id,note,day\n1,a\\,b,\n2,\"q\\\"r\"\"s\",\n3,\\N\\\\,\n4,\"\\\xC3\xA5\",\n5,open\\\n6,\"open,\n7,,\\";
    let (rows, rejects, counts) = read_once(file, dialect);
    let expected = "\
+----+-------+-----+
| id | note  | day |
+----+-------+-----+
| 1  | a,b   |     |
| 2  | q\"r\"s |     |
| 3  | N\\    |     |
| 4  | å     |     |
+----+-------+-----+";
    assert_eq!(pretty_format_batches(&[rows.unwrap()]).unwrap().to_string(), expected);
    let rules: Vec<(u64, Rule, &str)> =
        rejects.iter().map(|(line, _, rule, raw)| (*line, *rule, raw.as_str())).collect();
    let expected = [(6, Rule::FieldCount, "5,open\\"), (7, Rule::UnclosedQuote, "6,\"open,"), (8, Rule::Type, "7,,\\")];
    assert_eq!((rules.as_slice(), counts), (&expected[..], [7, 0]));
}

#[test]
fn an_escaped_newline_is_part_of_a_value_if_values_may_contain_them() {
    let dialect = Dialect { newlines_in_values: true, ..Dialect::default() }.with_signs('\t', None, Some(b'\\'));
    let (rows, rejects, counts) = read_once(b"id\tnote\tday\n1\ta\\\nb\t\n2\tc\\\r\nd\t\n3\t\"\t\n", dialect);
    assert_eq!((rejects, counts), (vec![], [3, 0]));
    let texts = rows.unwrap().column(1).clone();
    let shown = |at| arrow::util::display::array_value_to_string(&texts, at).unwrap();
    assert_eq!([shown(0), shown(1), shown(2)], ["a\nb", "c\r\nd", "\""]);
}

#[test]
fn without_a_header_columns_have_their_declared_order() {
    let dialect = Dialect { header: false, ..Dialect::default() };
    let (rows, rejects, counts) = read_once(b"1,a,2024-01-01\n2,b\n3,c,,\n", dialect);
    assert_eq!((rows.map(|rows| rows.num_rows()), counts), (Some(1), [3, 0]));
    let rules: Vec<(u64, Rule)> = rejects.iter().map(|(line, _, rule, _)| (*line, *rule)).collect();
    assert_eq!(rules, [(2, Rule::FieldCount), (3, Rule::FieldCount)]);
}

#[test]
fn a_row_is_the_same_under_either_name_of_its_column() {
    let filter = DuplicateFilter::new();
    let first = read(b"id,note,day\n1,a,\n2,b,\n", Dialect::default(), 99, &filter);
    let again = read(b"id,text,day\n1,a,\n3,c,\n", Dialect::default(), 99, &filter);
    let moved = read(b"text,day,id\nc,,3\n", Dialect::default(), 99, &filter);
    assert_eq!((first.2, again.2, moved.2), ([2, 0], [2, 1], [1, 1]));
    let both = ["id", "note", "text", "day"].map(String::from);
    let found = HeaderMatch::new(&both, &columns());
    assert_eq!(found.ambiguous, [("note".to_owned(), vec!["note".to_owned(), "text".to_owned()])]);
    assert_eq!((found.extra, found.missing), (vec![], vec![]));
}

#[test]
fn the_head_of_a_file_reveals_another_kind_of_file() {
    let head = |bytes: &[u8], encoding| {
        check_head(bytes, encoding).map_err(|error| error.to_string()).err().unwrap_or_default()
    };
    assert!(head(b"\xFF\xFEa\0", TextEncoding::Utf8).contains("`encoding: utf-16`"));
    assert!(head(b"a\0,\0", TextEncoding::Utf16).contains("utf-16le"));
    assert!(head(b"a,b\n", TextEncoding::Utf16Le).contains("is not UTF-16"));
    assert!(head(b"\xFE\xFF\0a", TextEncoding::Utf16Le).contains("utf-16be"));
    assert!(head(b"\xEF\xBB\xBFa", TextEncoding::Windows1252).contains("`encoding: utf-8`"));
    assert!(head(b"\x1F\x8B\x08", TextEncoding::Utf8).contains("`compression: gzip`"));
    assert_eq!(head(b"a,b\n", TextEncoding::Utf8), "");
    assert_eq!(head(b"a\0,\0", TextEncoding::Utf16Le), "");
    let header = |record: &[u8]| parse_header(record, &Dialect::default()).unwrap_err().to_string();
    assert!(header(b"i\0d\0,\0a\0").contains("utf-16le"), "{}", header(b"i\0d\0,\0a\0"));
    assert!(header(b"\0i\0d\0,\0a").contains("utf-16be"));
    // One column too, where the number of fields shows nothing.
    assert!(header(b"id\r1\r2\r3").contains("`line_ends: any`"));
    assert!(header(b"id,a\r1,b").contains("`line_ends: any`"));
    assert!(header(b"id,\xE5r").contains("windows-1252"));
}
