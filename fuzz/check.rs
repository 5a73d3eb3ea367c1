//! Checks that apply to any CSV file in any dialect: no panic, every record accounted for, the same result for any cuts
//! of the file, rejects at their stated places, bounded buffers. The fuzzer calls it with generated input, a unit test
//! of the crate with the corpus.

use std::sync::{Arc, LazyLock};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;

use crate::extract::formats::csv::fuzzing::{Chunker, CsvPages, Dialect, TextEncoding, check_head, parse_header};
use crate::extract::frame::{FileLines, Reject};
use crate::extract::rows::{Decoder, DuplicateFilter, Layout, RowOptions, RowRules};
use crate::local_time::LocalTime;
use crate::source::{Column, ColumnType};

/// Bytes of an input that choose the dialect; the rest is the file.
pub const CHOICES: usize = 6;

static UTC: LazyLock<Arc<LocalTime>> = LazyLock::new(|| Arc::new(LocalTime::new(chrono_tz::UTC)));

/// Every encoding of text.
pub const ENCODINGS: [TextEncoding; 10] = [
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

/// The observable result of reading a file.
#[derive(Debug, PartialEq)]
struct Seen {
    rows: Option<RecordBatch>,
    rejects: Vec<Reject>,
    counts: [u64; 4],
}

/// Panics if a check fails.
pub fn check(input: &[u8]) {
    let Some((choices, file)) = input.split_at_checked(CHOICES) else { return };
    let dialect = dialect(choices);
    if !dialect.is_sound() {
        return;
    }
    let mut options = RowOptions::new(Arc::clone(&UTC));
    options.batch_size = 1 + usize::from(choices[4]);
    let rules = Arc::new(RowRules::new(columns(), options).expect("columns without rules"));
    let small = Dialect { chunk_size: 1 + usize::from(choices[3]), ..dialect };
    if check_head(file, dialect.encoding).is_err() {
        return;
    }
    let whole = read(file, &rules, dialect, file.len().max(1));
    let cut = read(file, &rules, small, 1 + usize::from(choices[5]));
    assert_eq!(whole, cut);
    let Some(seen) = whole else { return };
    let [read, loaded, rejected, duplicate] = seen.counts;
    assert_eq!(read, loaded + rejected + duplicate);
    for reject in &seen.rejects {
        check_place(file, reject, dialect.encoding);
    }
    check_count(file, read, &dialect, choices);
}

fn dialect(choices: &[u8]) -> Dialect {
    let [signs, lines, encoding, ..] = *choices else { return Dialect::default() };
    let quote = [Some(b'"'), Some(b'\''), None, Some(b'"')][usize::from(signs & 3)];
    let escape = [None, Some(b'\\'), None, None][usize::from(signs >> 2 & 3)];
    let delimiter = [',', ';', '\t', '§'][usize::from(signs >> 4 & 3)];
    let comment = [None, None, Some(b'#'), None][usize::from(signs >> 6)];
    Dialect {
        newlines_in_values: lines & 1 > 0,
        header: lines & 2 > 0,
        skip_lines: u32::from(lines >> 2 & 3),
        footer_lines: u32::from(lines >> 4 & 3),
        max_record: if lines & 64 > 0 { 24 } else { 1 << 20 },
        comment,
        encoding: ENCODINGS[usize::from(encoding) % ENCODINGS.len()],
        ..Dialect::default()
    }
    .with_signs(delimiter, quote, escape)
}

fn columns() -> Vec<Column> {
    let types = [ColumnType::String, ColumnType::Int, ColumnType::Decimal { precision: 6, scale: 2 }, ColumnType::Date];
    let named = |(at, ty): (usize, ColumnType)| Column {
        optional: true,
        aliases: vec![["å", "x", "y", "z"][at].to_owned()],
        ..Column::new(["a", "b", "c", "d"][at], ty)
    };
    types.into_iter().enumerate().map(named).collect()
}

/// Reads a file in blocks; `None` if its header cannot be read.
fn read(file: &[u8], rules: &Arc<RowRules>, dialect: Dialect, block: usize) -> Option<Seen> {
    let mut chunker = Chunker::new(dialect);
    let mut chunks = Vec::new();
    for block in file.chunks(block) {
        chunks.extend(chunker.push(block));
        // The part of an endless line that a reject shows; text grows by at most half when converted to UTF-8.
        let held = dialect.chunk_size * 2 + dialect.max_record + 4200;
        assert!(dialect.footer_lines > 0 || chunker.buffered() <= held, "{} bytes held back", chunker.buffered());
    }
    chunks.extend(chunker.finish());
    assert_eq!(chunker.broken(), None);
    let columns = columns();
    let names = match chunker.header() {
        _ if !dialect.header => columns.iter().map(|spec| spec.name.clone()).collect(),
        Some(Ok(record)) => parse_header(record, &dialect).ok()?,
        _ => return None,
    };
    let layout = Arc::new(Layout::new(&names, &columns).expect("no column is missed"));
    let all: Vec<usize> = (0..columns.len()).collect();
    let mut decoder = Decoder::new(Arc::clone(rules), Arc::clone(&layout), &all).expect("the columns exist");
    let filter = DuplicateFilter::new();
    let (mut batches, mut rejects, mut counts) = (Vec::new(), Vec::new(), [0; 4]);
    let mut lines = FileLines::default();
    for chunk in chunks {
        let mut pages = CsvPages::new(chunk, dialect, layout.width);
        let found = decoder.decode(&mut pages, Some(&filter)).expect("batches are made");
        let of_chunk = [found.rows_read, found.rows_loaded, found.rows_rejected, found.duplicate.rows];
        counts.iter_mut().zip(of_chunk).for_each(|(sum, count)| *sum += count);
        lines.add(found.lines);
        batches.extend(found.batches);
        rejects.extend(found.rejects);
    }
    assert_eq!(lines.read, lines.header + lines.ignored + counts[0], "{lines:?} {dialect:?} {}", file.escape_ascii());
    if !dialect.newlines_in_values {
        assert_eq!(lines.read, physical_lines(file, dialect.encoding), "{lines:?} {dialect:?} {}", file.escape_ascii());
    }
    let rows = batches.first().map(|first| concat_batches(&first.schema(), &batches).expect("one schema"));
    Some(Seen { rows, rejects, counts })
}

/// Decodes text of any encoding, independently of the reader.
fn text(bytes: &[u8], encoding: TextEncoding, little: bool) -> String {
    let windows = |byte: &u8| match byte {
        0x81 | 0x8D | 0x8F | 0x90 | 0x9D => '\u{FFFD}'.to_string(),
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[*byte]).0.into_owned(),
    };
    match encoding {
        TextEncoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
        TextEncoding::Windows1252 => bytes.iter().map(windows).collect(),
        TextEncoding::Iso8859_1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
        TextEncoding::Macintosh => encoding_rs::MACINTOSH.decode_without_bom_handling(bytes).0.into_owned(),
        TextEncoding::Cp437 | TextEncoding::Cp850 => String::from_utf8_lossy(&encoding.recode(bytes)).into_owned(),
        TextEncoding::Iso8859_15 => encoding_rs::ISO_8859_15.decode_without_bom_handling(bytes).0.into_owned(),
        _ => {
            let unit = if little { u16::from_le_bytes } else { u16::from_be_bytes };
            let (pairs, rest) = bytes.as_chunks::<2>();
            let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
            String::from_utf16_lossy(&units) + if rest.is_empty() { "" } else { "\u{FFFD}" }
        }
    }
}

fn is_little(file: &[u8], encoding: TextEncoding) -> bool {
    encoding == TextEncoding::Utf16Le || (encoding == TextEncoding::Utf16 && file.starts_with(b"\xFF\xFE"))
}

/// Lines of a file, the last one perhaps without a line end. A mark at its start is not text.
fn physical_lines(file: &[u8], encoding: TextEncoding) -> u64 {
    let text = text(file, encoding, is_little(file, encoding));
    let text = without_end_marks(text.strip_prefix('\u{FEFF}').unwrap_or(&text));
    text.matches('\n').count() as u64 + u64::from(!text.is_empty() && !text.ends_with('\n'))
}

/// A text without what marks the end of a file, which is not data.
fn without_end_marks(text: &str) -> &str {
    let is_end = |character: char| matches!(character, '\0' | '\u{1A}' | '\n' | '\r');
    let ends = text.trim_end_matches(is_end).len();
    let mark = text[ends..].find(['\0', '\u{1A}']).map_or(text.len(), |at| ends + at);
    &text[..mark]
}

/// A reject is at its stated place, and its raw text is there.
fn check_place(file: &[u8], reject: &Reject, encoding: TextEncoding) {
    let little = is_little(file, encoding);
    let at = usize::try_from(reject.byte_offset).expect("a place in memory");
    assert!(at < file.len(), "{reject:?}");
    let before = text(&file[..at], encoding, little);
    assert_eq!(reject.line, 1 + before.matches('\n').count() as u64, "{reject:?}");
    if !reject.raw_is_cut {
        let there = text(&file[at..], encoding, little);
        assert!(there.starts_with(&reject.raw), "{reject:?}: {there}");
    }
}

/// Where every line is a record, counts the records independently.
fn check_count(file: &[u8], read: u64, dialect: &Dialect, choices: &[u8]) {
    if dialect.newlines_in_values {
        return;
    }
    let all = text(file, dialect.encoding, is_little(file, dialect.encoding));
    let all = all.strip_prefix('\u{FEFF}').unwrap_or(&all);
    let all = without_end_marks(all);
    let mut lines: Vec<&str> = all.split('\n').collect();
    while dialect.footer_lines > 0 && lines.last().is_some_and(|line| line.trim_end_matches('\r').is_empty()) {
        lines.pop();
    }
    lines.truncate(lines.len().saturating_sub(usize::try_from(dialect.footer_lines).unwrap_or(0)));
    let comment = if choices[0] >> 6 == 2 { "#" } else { "\n" };
    let own = |line: &&str| line.trim_start_matches('\u{FEFF}').to_owned();
    let is_record = |line: &String| !matches!(line.as_str(), "" | "\r") && !line.starts_with(comment);
    let records = lines.iter().skip(dialect.skip_lines as usize).map(own).filter(is_record).count() as u64;
    assert_eq!(read, records.saturating_sub(u64::from(dialect.header)), "{all:?}");
}
