//! What a CSV file holds, found in another way than by the reader.

use crate::config::{CsvFormat, LineEnds, MissingFields};
use crate::extract::formats::text::{TextEncoding, text_encoding};
use crate::extract::frame::Reject;
use crate::extract::ledger::RowCounts;

/// Panics if the counts or the places of a file cannot be right.
pub(super) fn check(csv: &CsvFormat, file: &[u8], counts: RowCounts, rejects: &[Reject]) {
    let encoding = text_encoding(csv.encoding);
    let little = is_little(file, encoding);
    for reject in rejects {
        check_place(csv, file, reject, encoding, little);
    }
    let spans_lines = csv.newlines_in_values || csv.escape.as_ref().is_some_and(|escape| escape.value.is_table());
    if spans_lines {
        check_with_another_reader(csv, file, counts);
        return;
    }
    let text = with_newlines(text(file, encoding, little), csv.line_ends);
    let text = without_end_marks(text.strip_prefix('\u{FEFF}').unwrap_or(&text));
    let lines = text.matches('\n').count() as u64 + u64::from(!text.is_empty() && !text.ends_with('\n'));
    assert_eq!(counts.lines_read, lines, "{text:?}");
    check_count(csv, text, counts);
    check_with_another_reader(csv, file, counts);
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
        TextEncoding::Utf16 | TextEncoding::Utf16Le | TextEncoding::Utf16Be => {
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

fn with_newlines(text: String, line_ends: LineEnds) -> String {
    if line_ends == LineEnds::Lf { text } else { text.replace("\r\n", "\n").replace('\r', "\n") }
}

/// A text without what marks the end of a file, which is not data.
fn without_end_marks(text: &str) -> &str {
    let is_end = |character: char| matches!(character, '\0' | '\u{1A}' | '\n' | '\r');
    let ends = text.trim_end_matches(is_end).len();
    let mark = text[ends..].find(['\0', '\u{1A}']).map_or(text.len(), |at| ends + at);
    &text[..mark]
}

/// A reject is at its stated place, and its raw text is there.
fn check_place(csv: &CsvFormat, file: &[u8], reject: &Reject, encoding: TextEncoding, little: bool) {
    let at = usize::try_from(reject.byte_offset).expect("a place in memory");
    assert!(at < file.len(), "{reject:?}");
    let before = with_newlines(text(&file[..at], encoding, little), csv.line_ends);
    assert_eq!(reject.line, 1 + before.matches('\n').count() as u64, "{reject:?}");
    if !reject.raw_is_cut {
        let there = with_newlines(text(&file[at..], encoding, little), csv.line_ends);
        let raw = with_newlines(reject.raw.clone(), csv.line_ends);
        assert!(there.starts_with(&raw), "{reject:?}: {there}");
    }
}

/// Where every line is a record, counts the records independently.
fn check_count(csv: &CsvFormat, text: &str, counts: RowCounts) {
    if csv.record_type.is_some() || !csv.ignore_lines.is_empty() {
        return;
    }
    let mut lines: Vec<&str> = text.split('\n').collect();
    while csv.footer_lines > 0 && lines.last().is_some_and(|line| line.trim_end_matches('\r').is_empty()) {
        lines.pop();
    }
    lines.truncate(lines.len().saturating_sub(csv.footer_lines as usize));
    let comment = csv.comment.as_ref().map_or('\n', |comment| comment.value);
    let own = |line: &&str| line.trim_start_matches('\u{FEFF}').to_owned();
    let is_record = |line: &String| !matches!(line.as_str(), "" | "\r") && !line.starts_with(comment);
    let records = lines.iter().skip(csv.skip_lines as usize).map(own).filter(is_record).count() as u64;
    // Of them are those that name the columns, also again inside the file.
    assert_eq!(counts.read + counts.lines_header, records, "{text:?}");
}

/// Plain files without a fault hold the records that the csv crate finds: as many, with the same number of fields.
fn check_with_another_reader(csv: &CsvFormat, file: &[u8], counts: RowCounts) {
    let delimiter = u8::try_from(csv.delimiter.value).ok().filter(u8::is_ascii);
    let is_plain = csv.escape.is_none()
        && csv.comment.is_none()
        && csv.record_type.is_none()
        && csv.ignore_lines.is_empty()
        && csv.line_ends == LineEnds::Lf
        && (csv.skip_lines, csv.footer_lines, csv.trailing_delimiters) == (0, 0, false)
        && csv.missing_fields == MissingFields::Reject
        && text_encoding(csv.encoding) == TextEncoding::Utf8;
    let (Some(delimiter), true, 0) = (delimiter, is_plain, counts.rejected) else { return };
    let text = String::from_utf8_lossy(file);
    // A lone return ends a record there, and marks of joined files are text.
    if text.replace("\r\n", "").contains('\r') || text.contains('\u{FEFF}') {
        return;
    }
    let quote = csv.quote().and_then(|quote| u8::try_from(quote.value).ok());
    let mut reader = ::csv::ReaderBuilder::new();
    reader.delimiter(delimiter).has_headers(false).flexible(true).quoting(quote.is_some());
    let mut reader = reader.quote(quote.unwrap_or(b'"')).from_reader(without_end_marks(&text).as_bytes());
    let records = reader.byte_records().inspect(|record| assert!(record.is_ok(), "bytes in memory")).count() as u64;
    assert_eq!(counts.read + counts.lines_header, records, "{text:?}");
}
