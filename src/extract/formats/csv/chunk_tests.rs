//! Cutting: the same chunks from blocks of any size, bounded memory, positions in the file.

use std::sync::Arc;

use super::{
    chunk::{Chunk, ChunkFault},
    chunker::Chunker,
    dialect::Dialect,
    header::{HeaderError, parse_header},
    pages::{CsvPages, OfFile},
    sieve::Sieve,
};
use crate::config::{CsvFormat, IgnoreLinesFile, Located};
use crate::extract::frame::{EscapeTable, FileLines, NoteKind, Pages, Rule};
use crate::extract::rows::{HeaderMatch, Layout};
use crate::source::{Column, ColumnType, OtherTypes};

fn chunks(data: &[u8], dialect: Dialect, block: usize) -> (Chunker, Vec<Chunk>) {
    let mut chunker = Chunker::new(dialect);
    let mut out = Vec::new();
    for block in data.chunks(block) {
        out.extend(chunker.push(block));
    }
    out.extend(chunker.finish());
    // The last chunk may have no bytes, but lines.
    out.retain(|chunk| !chunk.data.is_empty());
    (chunker, out)
}

#[test]
fn header_bom_and_places() {
    let file = b"\xEF\xBB\xBF\r\na,b\r\n1,2\r\n\r\n3,4";
    let (chunker, found) = chunks(file, Dialect::default(), 5);
    assert_eq!(chunker.header(), Some(Ok(b"a,b".as_slice())));
    let lines = FileLines { read: 5, header: 1, ignored: 1, ..FileLines::default() };
    let expected =
        Chunk { data: b"1,2\r\n\r\n3,4".to_vec(), byte_offset: 10, first_line: 3, lines, ..Chunk::default() };
    assert_eq!(found, [expected]);
}

#[test]
fn empty_files_have_no_header() {
    for file in [&b""[..], b"\n\n\r\n", b"\xEF\xBB\xBF", b"\xEF\xBB"] {
        let (chunker, found) = chunks(file, Dialect::default(), 1);
        assert_eq!(found, []);
        assert_eq!(chunker.header().is_none(), file.len() != 2, "two bytes are not a mark but a strange header");
    }
    let (chunker, found) = chunks(b"a,b", Dialect::default(), 1);
    assert_eq!((chunker.header(), found.len()), (Some(Ok(b"a,b".as_slice())), 0));
}

#[test]
fn a_header_may_contain_quotes_and_newlines() {
    let dialect = Dialect { newlines_in_values: true, ..Dialect::default() };
    let (chunker, found) = chunks(b"\"a\nb\", c ,\"d,\"\"e\"\n1,2,3\n", dialect, 3);
    let header = chunker.header().unwrap().unwrap();
    assert_eq!(parse_header(header, &dialect).unwrap(), ["a\nb", "c", "d,\"e"]);
    assert_eq!(found[0].first_line, 3);
    let (chunker, _) = chunks(b"\"a,b\n1,2\n", dialect, 3);
    assert_eq!(chunker.header(), Some(Err(HeaderError::UnclosedQuote)));
    let (chunker, _) = chunks(&b"a".repeat(100), Dialect { max_record: 50, ..dialect }, 7);
    assert_eq!(chunker.header(), Some(Err(HeaderError::TooLong)));
}

#[test]
fn headers_are_compared_by_name() {
    let header = ["b", "x", "a", "b"].map(String::from);
    let column = |name| Column::new(name, ColumnType::Int);
    let optional = Column { optional: true, ..column("d") };
    let found = HeaderMatch::new(&header, &[column("a"), column("b"), column("c"), optional.clone()]);
    assert_eq!(found.missing, ["c"]);
    assert_eq!(found.absent, ["d"]);
    assert_eq!(found.extra, ["x"]);
    assert_eq!(found.duplicated, ["b"]);
    assert_eq!(Layout::new(&header, &[column("c")]).unwrap_err().missing, ["c"]);
    let layout = Layout::new(&header, &[column("a"), optional, column("b")]).unwrap();
    assert_eq!(layout.places, [Some(2), None, Some(0)]);
}

#[test]
fn an_open_quote_costs_one_line_and_bounded_memory() {
    let dialect = Dialect { newlines_in_values: true, max_record: 1000, chunk_size: 2000, ..Dialect::default() };
    let mut chunker = Chunker::new(dialect);
    let mut found = chunker.push(b"a,b\n1,2\n\"3,4\n");
    for _ in 0..2000 {
        found.extend(chunker.push(b"5,6\n7,8\n"));
        assert!(chunker.buffered() <= 2000 + 1000 + 8, "{}", chunker.buffered());
    }
    found.extend(chunker.finish());
    let faults: Vec<&Chunk> = found.iter().filter(|c| c.fault.is_some()).collect();
    assert_eq!(faults.len(), 1);
    let (data, fault) = (b"\"3,4\n".to_vec(), Some(ChunkFault::RecordSize));
    let expected =
        Chunk { data, byte_offset: 8, first_line: 3, fault, lines: FileLines::of_records(1), ..Chunk::default() };
    assert_eq!(*faults[0], expected);
    let lines: usize = found.iter().map(|c| c.data.iter().filter(|b| **b == b'\n').count()).sum();
    assert_eq!(lines, 1 + 1 + 4000);
}

#[test]
fn a_line_without_end_is_discarded_as_it_arrives() {
    for newlines_in_values in [false, true] {
        let dialect = Dialect { newlines_in_values, max_record: 1000, chunk_size: 2000, ..Dialect::default() };
        let mut chunker = Chunker::new(dialect);
        let mut found = chunker.push(b"a,b\n1,2\n");
        for _ in 0..3000 {
            found.extend(chunker.push(b"abcdefghij"));
            assert!(chunker.buffered() < 8000, "{}", chunker.buffered());
        }
        found.extend(chunker.push(b"\n3,4\n"));
        found.extend(chunker.finish());
        assert_eq!(found[1].fault, Some(ChunkFault::RecordSize));
        assert_eq!((found[1].byte_offset, found[1].first_line), (8, 3));
        let last = &found[2];
        assert_eq!((last.data.as_slice(), last.byte_offset, last.first_line), (b"3,4\n".as_slice(), 30_009, 4));
    }
}

#[test]
fn what_is_noted_about_faulty_records_does_not_depend_on_the_cut() {
    let plain = Dialect { max_record: 10, ..Dialect::default() };
    for (file, dialect, expected) in [
        ("id\n1\n\u{FEFF}xxxxxxxxxxxxxxxxxxxx\n2\n\u{FEFF}3\n", plain, (NoteKind::ByteOrderMark, 2)),
        (
            "id\n\\n\n\\nxxxxxxxxxxxxxxxxxxxx\n2\n",
            plain.with_signs(',', None, Some(b'\\')),
            (NoteKind::EscapedLetter, 1),
        ),
    ] {
        for block in [1, 4, 100] {
            let dialect = Dialect { chunk_size: block, ..dialect };
            let mut found = (expected.0, 0);
            for chunk in chunks(file.as_bytes(), dialect, block).1 {
                let mut pages = CsvPages::new(chunk, dialect, 1);
                while pages.next_page(9, &mut Vec::new()).unwrap().is_some() {}
                for note in pages.take_notes() {
                    found = (note.kind, found.1 + note.count);
                }
            }
            assert_eq!(found, expected, "blocks of {block}");
        }
    }
}

#[test]
fn a_line_beyond_the_limit_is_left_out_by_no_pattern_in_any_cut() {
    let pattern = IgnoreLinesFile { pattern: Located::nowhere("^Total".to_owned()), max: None };
    let declared = CsvFormat { ignore_lines: vec![pattern], ..CsvFormat::default() };
    let sieve = Sieve::new(&declared, &OtherTypes::default()).unwrap().map(Arc::new);
    let file = b"id\n1\nTotal: 1\nTotal: 1\r\nTotal 12345\n2\n";
    for (newlines_in_values, block) in [false, true].into_iter().flat_map(|spans| [1, 4, 100].map(|size| (spans, size)))
    {
        let dialect = Dialect { newlines_in_values, max_record: 9, chunk_size: block, ..Dialect::default() };
        let mut chunker = Chunker::sifting(dialect, sieve.clone());
        let mut chunks: Vec<Chunk> = file.chunks(block).flat_map(|block| chunker.push(block)).collect();
        chunks.extend(chunker.finish());
        let (mut rejects, mut lines) = (Vec::new(), FileLines::default());
        for chunk in chunks {
            let mut pages = CsvPages::of_file(chunk, dialect, 1, OfFile { sieve: sieve.clone(), ..OfFile::default() });
            while pages.next_page(9, &mut rejects).unwrap().is_some() {}
            lines.add(pages.take_lines().unwrap());
        }
        let rejected: Vec<(u64, Rule)> = rejects.iter().map(|reject| (reject.line, reject.faults[0].rule)).collect();
        assert_eq!(rejected, [(5, Rule::RecordSize)], "{dialect:?}");
        assert_eq!((lines.read, lines.header, lines.ignored), (6, 1, 2), "{dialect:?}");
    }
}

#[test]
fn a_comment_beyond_the_limit_is_no_record_in_any_cut() {
    for block in [1, 4, 100] {
        let dialect = Dialect { comment: Some(b'#'), max_record: 9, chunk_size: block, ..Dialect::default() };
        let (mut rejects, mut lines) = (Vec::new(), FileLines::default());
        for chunk in chunks(b"# Customers of 2025\nid\n1\n# 1 customer so far\n2\n", dialect, block).1 {
            let mut pages = CsvPages::new(chunk, dialect, 1);
            while pages.next_page(9, &mut rejects).unwrap().is_some() {}
            lines.add(pages.take_lines().unwrap());
        }
        assert_eq!((rejects, lines.read, lines.header, lines.ignored), (vec![], 5, 1, 2), "blocks of {block}");
    }
}

#[test]
fn a_quote_that_does_not_close_in_its_line_is_the_same_fault_in_any_cut() {
    let plain = Dialect { max_record: 9, ..Dialect::default() };
    let dialect = plain.with_signs(',', Some(b'"'), Some(b'\\')).with_table(EscapeTable::MySql);
    for block in [1, 4, 100] {
        let dialect = Dialect { chunk_size: block, ..dialect };
        let found = chunks(b"id\n\"ab\n2\n3\n4\n5\n6\n", dialect, block).1;
        let mut rejects = Vec::new();
        for chunk in found {
            let mut pages = CsvPages::new(chunk, dialect, 1);
            while pages.next_page(9, &mut rejects).unwrap().is_some() {}
        }
        let rejected: Vec<(u64, Rule)> = rejects.iter().map(|reject| (reject.line, reject.faults[0].rule)).collect();
        assert_eq!(rejected, [(2, Rule::UnclosedQuote)], "blocks of {block}");
    }
}
