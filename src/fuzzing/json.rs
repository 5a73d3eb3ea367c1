//! JSON documents and JSON lines.

use arrow::array::{Array, AsArray};
use memchr::memmem;
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Map, Value, json};

use super::choices::Choices;
use super::columns;
use super::declared::{Declaration, Known};
use crate::config::{Deduplicate, Format};
use crate::extract::fuzzing::{Cut, FileReader, Seen};
use crate::source::ColumnType;

thread_local! {
    static KNOWN: Known<FileReader> = Known::new();
}

/// Lists of records, also inside records.
const PATHS: [&str; 8] = ["", "a", "h.x", "a[]", "a[].g[]", "[]", "[].a[]", "h.g[].x[].y[]"];

/// Reads a file of JSON.
pub fn json(input: &[u8]) {
    let (line, file) = Choices::split(input);
    let (cut, line) = line.split_at(line.len().min(2));
    let cut = {
        let mut choices = Choices::new(cut);
        Cut { block: choices.number() + 1, piece: choices.number() + 1 }
    };
    let declared = declaration(line);
    let make = |source| FileReader::new(source, declared.longest, declared.batch);
    let Some(reader) = KNOWN.with(|known| known.of(&declared, make)) else { return };
    let found = reader.check(file, cut);
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    if file.windows(3).any(|bytes| bytes == b"\xEF\xBB\xBF") {
        return;
    }
    match &reader.source().format {
        Format::Json(json) if json.records.is_none() => check_document(file, &found),
        Format::JsonLines(lines) if lines.records.is_none() => {
            if let Ok(seen) = &found {
                check_lines(&reader, file, seen);
            }
        }
        _ => {}
    }
}

fn declaration(line: &[u8]) -> Declaration {
    let mut choices = Choices::new(line);
    let batch = choices.of(&[1, 2, 3, 7, 100]);
    let mut source = Map::new();
    source.insert("path".to_owned(), json!("file"));
    let deduplicate = choices.of(&["", "all", "false", "by_delivery"]);
    if !deduplicate.is_empty() {
        source.insert("deduplicate".to_owned(), json!(deduplicate));
    }
    let (kind, path, outer) = (choices.of(&["json", "json_lines"]), choices.of(&PATHS), choices.is());
    let records = if path.is_empty() { Value::Null } else { json!(path) };
    source.insert("format".to_owned(), json!({ kind: { "records": records } }));
    columns::declare(&mut choices, &mut source);
    if let Some(column) = source.get_mut("columns").and_then(|columns| columns.get_mut("b")).filter(|_| outer) {
        column["aliases"] = json!(["^.b", "^.^.b", "h.b", "g.0"]);
    }
    Declaration { source: Value::Object(source), longest: 1 << 20, batch }
}

/// What serde_json accepts is read, with as many records; what is read without a reject is accepted by serde_json.
fn check_document(file: &[u8], found: &Result<Seen, String>) {
    let documents: Result<Vec<Vec<IgnoredAny>>, _> = Deserializer::from_slice(file).into_iter().collect();
    match (documents, found) {
        (Ok(documents), Ok(seen)) => {
            let records: usize = documents.iter().map(Vec::len).sum();
            assert_eq!(seen.counts.read, records as u64);
        }
        (Ok(documents), Err(error)) if !documents.is_empty() => {
            let is_refused = error.contains("nothing after it can be trusted") && !error.contains("nested too deeply");
            assert!(!is_refused, "{error}");
        }
        (Err(error), Ok(seen)) => assert!(seen.counts.rejected > 0, "serde_json: {error}"),
        _ => {}
    }
}

/// Every line that is not blank is a record, and only objects are loaded.
fn check_lines(reader: &FileReader, file: &[u8], seen: &Seen) {
    let is_end = |byte: &u8| matches!(byte, 0 | 0x1A | b'\n' | b'\r');
    let data = file.len() - file.iter().rev().take_while(|byte| is_end(byte)).count();
    let mark = file[data..].iter().position(|byte| matches!(byte, 0 | 0x1A)).map_or(file.len(), |at| data + at);
    let is_blank = |line: &&[u8]| line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    let lines = file[..mark].split(|byte| *byte == b'\n').map(own_text);
    let lines: Vec<&[u8]> = lines.filter(|line| !is_blank(line)).collect();
    assert_eq!(seen.counts.read, lines.len() as u64);
    let is_object = |line: &&&[u8]| line.trim_ascii_start().first() == Some(&b'{');
    // Words for numbers are not JSON, and are read where they are null words.
    let has_word = |line: &[u8]| ["NaN", "Infinity"].iter().any(|word| memmem::find(line, word.as_bytes()).is_some());
    let is_sound = |line: &&&[u8]| has_word(line) || serde_json::from_slice::<IgnoredAny>(line).is_ok();
    let objects = lines.iter().filter(is_object).filter(is_sound);
    assert!(seen.counts.loaded + seen.counts.duplicate <= objects.count() as u64);
    check_texts(reader, &lines, seen);
}

/// A line without the mark of a joined file and the comma of a document that was cut into lines.
fn own_text(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line);
    line.strip_suffix(b",").unwrap_or(line)
}

/// Texts that are kept as they are equal those of serde_json.
fn check_texts(reader: &FileReader, lines: &[&[u8]], seen: &Seen) {
    let source = reader.source();
    let (Some(rows), Some(column)) = (&seen.rows, source.columns.iter().position(|column| column.name == "a")) else {
        return;
    };
    let spec = &source.columns[column];
    let is_kept = spec.ty == ColumnType::String
        && spec.id.is_none()
        && spec.form.keeps_invisible
        && spec.form.null_words.is_empty()
        && !spec.form.unwrap_formulas
        && source.deduplicate == Some(Deduplicate::Nothing);
    if !is_kept || rows.num_rows() != lines.len() {
        return;
    }
    let texts = rows.column(column).as_string::<i32>();
    for (row, line) in lines.iter().enumerate() {
        if let Ok(Value::Object(record)) = serde_json::from_slice(line)
            && let Some(Value::String(text)) = record.get("a")
        {
            let found = if texts.is_null(row) { "" } else { texts.value(row) };
            assert_eq!(found, text, "{}", String::from_utf8_lossy(line));
        }
    }
}
