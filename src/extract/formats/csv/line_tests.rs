//! Lines that are not records, short rows and long rows, among records of any dialect and at any cut: every line is
//! counted once, and the rows are those that were written.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use super::*;
use crate::config::{Escape, IgnoreLinesFile, Located, MissingFields, NamesFrom};
use crate::extract::frame::Wanted;
use crate::extract::random::Random;
use crate::extract::rows::{Decoder, Layout, RowOptions, RowRules};
use crate::local_time::LocalTime;
use crate::source::ColumnType;

fn columns() -> Vec<Column> {
    let text = |name| Column::new(name, ColumnType::String);
    vec![Column::new("id", ColumnType::Int).required(), text("name"), text("note")]
}

/// What is in a file, and its text.
#[derive(Debug, Default)]
struct Written {
    text: String,
    ids: Vec<i64>,
    header: u64,
    ignored: u64,
    totals: u64,
    short: u64,
    trailing: u64,
}

impl Written {
    fn header(&mut self, random: &mut Random) {
        let again = self.header > 0;
        let mark = if again && random.below(2) > 0 { "\u{FEFF}" } else { "" };
        let quoted = again && mark.is_empty() && random.below(2) > 0;
        self.text.push_str(mark);
        self.text.push_str("Who;;Note\n");
        self.text.push_str(if quoted { "\"id\";\"name\";\n" } else { "id;name;\n" });
        self.header += 2;
    }

    fn lines(&mut self, random: &mut Random, spans: bool) {
        let id = i64::try_from(self.ids.len()).unwrap() + 1;
        let note = ["x", "", "\"a;b\"", "\"\"\"\"", "\"TOTAL\""][random.below(5)];
        match random.below(12) {
            0 => {
                self.text.push_str(["TOTAL;1;2\n", "TOTAL \"\n", "TOTAL;\"open\n", "TOTAL\r\n"][random.below(4)]);
                (self.ignored, self.totals) = (self.ignored + 1, self.totals + 1);
                return;
            }
            1 => {
                self.text.push_str(["\n", "\r\n", "#;;\n", "# \"\n"][random.below(4)]);
                self.ignored += 1;
                return;
            }
            2 => return self.header(random),
            3 => {
                let end = ["\n", ";n\n", "\r\n"][random.below(3)];
                self.text.push_str(&format!("{id}{end}"));
                self.short += 1;
            }
            4 => {
                let end = [";\n", ";;\n", ";\"\"\r\n"][random.below(3)];
                self.text.push_str(&format!("{id};n;{note}{end}"));
                self.trailing += 1;
            }
            5 if spans => self.text.push_str(&format!("{id};\"two\nTOTAL lines\n\";{note}\n")),
            _ => self.text.push_str(&format!("{id};n;{note}\n")),
        }
        self.ids.push(id);
    }
}

fn declared(spans: bool, escape: Option<char>) -> CsvFormat {
    let pattern = IgnoreLinesFile { pattern: Located::nowhere("^TOTAL".to_owned()), max: None };
    CsvFormat {
        delimiter: Located::nowhere(';'),
        escape: escape.map(|sign| Located::nowhere(Escape::Sign(sign))),
        comment: Some(Located::nowhere('#')),
        newlines_in_values: spans,
        header_lines: Some(Located::nowhere(2)),
        names_from: Some(Located::nowhere(NamesFrom::All)),
        ignore_lines: vec![pattern],
        missing_fields: MissingFields::Null,
        trailing_delimiters: true,
        ..CsvFormat::default()
    }
}

/// The ids that are loaded, and the lines.
fn read(csv: &Csv, text: &str) -> (Vec<i64>, u64, FileLines) {
    static UTC: LazyLock<Arc<LocalTime>> = LazyLock::new(|| Arc::new(LocalTime::new(chrono_tz::UTC)));
    let rules = Arc::new(RowRules::new(csv.columns.to_vec(), RowOptions::new(Arc::clone(&UTC))).unwrap());
    let names: Vec<String> = csv.columns.iter().map(|spec| spec.name.clone()).collect();
    let layout = Arc::new(Layout::new(&names, &csv.columns).unwrap());
    let mut decoder = Decoder::new(rules, Arc::clone(&layout), &[0]).unwrap();
    let mut pieces = CsvPieces {
        input: Box::new(Cursor::new(text.as_bytes().to_vec())),
        csv: csv.clone(),
        chunker: Chunker::sifting(csv.dialect, csv.sieve.clone()),
        of_file: None,
        ready: VecDeque::new(),
        has_ended: false,
    };
    let (mut ids, mut rejected, mut lines) = (Vec::new(), 0, FileLines::default());
    while let Some(piece) = pieces.next_piece().unwrap() {
        let mut pages = piece.pages(Wanted::Declared, layout.width).unwrap();
        let found = decoder.decode(pages.as_mut(), None).unwrap();
        assert_eq!(found.lines.read, found.lines.header + found.lines.ignored + found.rows_read, "{text:?}");
        ids.extend(
            found.batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()),
        );
        rejected += found.rows_rejected;
        lines.add(found.lines);
    }
    (ids, rejected, lines)
}

#[test]
fn every_line_is_what_it_was_written_as() {
    let mut random = Random(0x0123_4567_89AB_CDEF);
    for round in 0..400 {
        let (spans, escape) = (random.below(2) > 0, [None, Some('\\')][random.below(2)]);
        let mut written = Written::default();
        if random.below(2) > 0 {
            written.text.push_str("TOTAL of last year\n\n");
            (written.ignored, written.totals) = (2, 1);
        }
        written.header(&mut random);
        for _ in 0..random.below(30) {
            written.lines(&mut random, spans);
        }
        for chunk_size in [1, 9, 100, 1 << 20] {
            let mut csv = Csv::new(&declared(spans, escape), &columns(), &OtherTypes::default()).unwrap();
            csv.columns = columns().into_iter().map(renamed).collect();
            csv.dialect.chunk_size = chunk_size;
            let (ids, rejected, lines) = read(&csv, &written.text);
            let context = || format!("round {round}, chunks of {chunk_size}: {written:#?} {lines:#?}");
            assert_eq!((&ids, rejected), (&written.ids, 0), "{}", context());
            let totals = lines.by_pattern.first().map_or(0, |found| found.count);
            assert_eq!(
                (lines.header, lines.ignored, totals),
                (written.header, written.ignored, written.totals),
                "{}",
                context()
            );
            assert_eq!((lines.short.count, lines.trailing.count), (written.short, written.trailing), "{}", context());
            assert_eq!(lines.repeated_headers.count, written.header - 2, "{}", context());
            // The two header records are judged too.
            assert_eq!(lines.left_out.len() as u64, totals + 2, "{}", context());
        }
    }
}

/// The columns as the two header lines name them.
fn renamed(spec: Column) -> Column {
    let name = match spec.name.as_str() {
        "id" => "Who id",
        "name" => "Who name",
        _ => "Note",
    };
    Column { name: name.to_owned(), ..spec }
}

#[test]
fn a_header_that_comes_again_among_texts_is_no_row() {
    let text_columns = || vec![Column::new("code", ColumnType::String), Column::new("label", ColumnType::String)];
    let count = |text: &str| {
        let mut csv = Csv::new(&CsvFormat::default(), &text_columns(), &OtherTypes::default()).unwrap();
        csv.dialect.chunk_size = 12;
        let (_, _, lines) = read_texts(&csv, text);
        (lines.header, lines.repeated_headers.first)
    };
    assert_eq!(count("code,label\na,b\ncode,label\nc,d\n"), (2, 3));
    assert_eq!(count("code,label\na,b\n\u{FEFF}\"code\",\"label\"\nc,d\n"), (2, 3));
    assert_eq!(count("code,label\na,b\n\u{FEFF}code, label \nc,d\ncode,label"), (3, 3));
    // Nearly the header is a row.
    assert_eq!(count("code,label\ncode,labels\ncode,label2\nlabels,code\ncode\n"), (1, 0));
    assert_eq!(count("code,label\nCode,\u{A0}LABEL\na,b\nlabel,code\n"), (3, 2));
    assert_eq!(count(",label\n,x\na,b\n,label\n"), (2, 4));
}

fn read_texts(csv: &Csv, text: &str) -> (usize, u64, FileLines) {
    let mut pieces = CsvPieces {
        input: Box::new(Cursor::new(text.as_bytes().to_vec())),
        csv: csv.clone(),
        chunker: Chunker::sifting(csv.dialect, csv.sieve.clone()),
        of_file: None,
        ready: VecDeque::new(),
        has_ended: false,
    };
    let (mut rows, mut rejects, mut lines) = (0, Vec::new(), FileLines::default());
    while let Some(piece) = pieces.next_piece().unwrap() {
        let mut pages = piece.pages(Wanted::Declared, 2).unwrap();
        while let Some(found) = pages.next_page(3, &mut rejects).unwrap() {
            rows += found;
        }
        lines.add(pages.take_lines().unwrap());
    }
    assert_eq!(lines.read, lines.header + lines.ignored + rows as u64 + rejects.len() as u64, "{text:?}");
    (rows, rejects.len() as u64, lines)
}
