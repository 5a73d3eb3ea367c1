//! Splitting compared with `csv_core` on random text, and separately where the two differ on purpose.

use csv_core::{ReadRecordResult, Reader};

use super::{
    dialect::Dialect,
    split::{FaultKind, Tokenizer, field_count},
};
use crate::extract::frame::{RowTable, unquote};
use crate::extract::random::Random;

type Record = Vec<Vec<u8>>;

fn by_csv_core(data: &[u8]) -> Vec<Record> {
    let mut reader = Reader::new();
    let (mut records, mut rest) = (Vec::new(), data);
    let (mut text, mut ends) = (vec![0; data.len() + 64], vec![0; data.len() + 64]);
    let (mut text_used, mut ends_used) = (0, 0);
    loop {
        let (result, read, wrote, found) = reader.read_record(rest, &mut text[text_used..], &mut ends[ends_used..]);
        rest = &rest[read..];
        text_used += wrote;
        ends_used += found;
        match result {
            ReadRecordResult::Record => {
                let mut start = 0;
                records.push(
                    ends[..ends_used]
                        .iter()
                        .map(|end| text[std::mem::replace(&mut start, *end)..*end].to_vec())
                        .collect(),
                );
                (text_used, ends_used) = (0, 0);
            }
            ReadRecordResult::End => return records,
            _ => {}
        }
    }
}

fn by_us(data: &[u8], dialect: Dialect, width: usize, page: usize) -> (Vec<Record>, Vec<FaultKind>) {
    let mut table = RowTable::default();
    let mut tokenizer = Tokenizer::new(dialect, width, data);
    let (mut records, mut faults, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
    while !tokenizer.is_done(data) {
        tokenizer.fill(data, page, &mut table);
        for row in table.rows() {
            let cell = |pair: &[u32]| &data[pair[0] as usize..pair[1] as usize - 1];
            records.push(row.windows(2).map(|p| unquote(cell(p), b'"', &mut scratch).to_vec()).collect());
        }
        faults.extend(tokenizer.faults.iter().map(|f| f.kind));
    }
    (records, faults)
}

#[test]
fn splits_as_csv_core_does() {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    let dialect = Dialect { newlines_in_values: true, ..Dialect::default() };
    let tame = ["a", "bc", ",", ",", "\n", "\r\n", "\"x\"", "\"\"", "\"a,b\"", ",\"c\nd\"\n", ",\"q\"\"r\",", "å"];
    let wild = ["a", "b", ",", "\n", "\"", "\"\"", "\r\n", ",\"", "\","];
    for round in 0..6000 {
        let pieces: &[&str] = if round % 2 == 0 { &tame } else { &wild };
        let size = 1 + random.below(300);
        let data = random.text(size, pieces);
        // An open quote at the end is a fault here and a field there.
        let mut at = 0;
        let mut closed = true;
        while at < data.len() {
            let (end, ok) = super::split::record_end(&data, at, &dialect);
            closed &= ok;
            at = end + 1;
        }
        if !closed {
            continue;
        }
        let expected = by_csv_core(&data);
        for width in 1..=5 {
            let of_width: Vec<Record> = expected.iter().filter(|r| r.len() == width).cloned().collect();
            let page = 1 + random.below(7);
            let (records, faults) = by_us(&data, dialect, width, page);
            assert_eq!(records, of_width, "{:?} width {width}", String::from_utf8_lossy(&data));
            assert_eq!(faults.len(), expected.len() - of_width.len(), "{:?}", String::from_utf8_lossy(&data));
        }
    }
}

#[test]
fn without_newlines_in_values_every_line_is_a_record() {
    let mut random = Random(0xDEAD_BEEF_1234_5671);
    let pieces = ["a", "b", ",", ",", "\n", "\"", "\"\"", "\r\n", ",\"x\",", "\"y\"\n"];
    for _ in 0..6000 {
        let size = 1 + random.below(300);
        let data = random.text(size, &pieces);
        let (mut expected, mut faults) = (Vec::new(), 0);
        for line in data.split(|b| *b == b'\n') {
            let line = super::split::without_return(line);
            if line.is_empty() {
                continue;
            }
            if field_count(line, &Dialect::default()).is_none() {
                faults += 1;
                continue;
            }
            match by_csv_core(line).pop() {
                Some(record) if record.len() == 3 => expected.push(record),
                _ => faults += 1,
            }
        }
        let (records, found) = by_us(&data, Dialect::default(), 3, 4);
        assert_eq!(records, expected, "{:?}", String::from_utf8_lossy(&data));
        assert_eq!(found.len(), faults, "{:?}", String::from_utf8_lossy(&data));
    }
}

#[test]
fn quotes_inside_fields_are_ordinary_characters() {
    let (records, faults) = by_us(b"a\"b,c\"d\"\n\"\"\"x\"\"\",\"\"\n", Dialect::default(), 2, 9);
    let expected: Vec<Record> = vec![vec![b"a\"b".to_vec(), b"c\"d\"".to_vec()], vec![b"\"x\"".to_vec(), Vec::new()]];
    assert_eq!((records, faults), (expected, vec![]));
}

#[test]
fn a_quote_that_closes_before_its_field_ends_swallows_nothing() {
    for newlines_in_values in [false, true] {
        let dialect = Dialect { newlines_in_values, ..Dialect::default() };
        for width in [0, 60, 61, 62, 63, 64] {
            let long = "x".repeat(width);
            let data = format!("{long},\"c\"d\"e\n1,\"open\n2,b\n3,\"c\"\n4,\"d\" \n5,\"e\"\r\n");
            let (records, faults) = by_us(data.as_bytes(), dialect, 2, 9);
            let ids: Vec<&[u8]> = records.iter().map(|record| record[0].as_slice()).collect();
            assert_eq!(ids, [&b"2"[..], b"3", b"5"], "{newlines_in_values} {width}");
            assert_eq!(faults, [FaultKind::UnclosedQuote; 3]);
        }
    }
}

#[test]
fn a_lone_return_is_data() {
    let (records, _) = by_us(b"a\rb,c\r\r\n", Dialect::default(), 2, 9);
    assert_eq!(records, vec![vec![b"a\rb".to_vec(), b"c\r".to_vec()]]);
}
