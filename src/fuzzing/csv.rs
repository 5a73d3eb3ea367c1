//! CSV in any dialect.

use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::columns;
use super::declared::{Declaration, Known};
use crate::extract::fuzzing::{Cut, FileReader};

thread_local! {
    static KNOWN: Known<FileReader> = Known::new();
}

/// Reads a file of CSV.
pub fn csv(input: &[u8]) {
    let (line, file) = Choices::split(input);
    let (cut, line) = line.split_at(line.len().min(2));
    let cut = {
        let mut choices = Choices::new(cut);
        Cut { block: choices.number() + 1, piece: choices.number() + 1 }
    };
    let declared = declaration(line);
    let make = |source| FileReader::new(source, declared.longest, declared.batch);
    if let Some(reader) = KNOWN.with(|known| known.of(&declared, make)) {
        // A file that cannot be read at all is an error in any cut.
        let _ = reader.check(file, cut);
    }
}

fn declaration(line: &[u8]) -> Declaration {
    let mut choices = Choices::new(line);
    let batch = choices.of(&[1, 2, 3, 7, 100]);
    let mut source = Map::new();
    source.insert("path".to_owned(), json!("file"));
    let longest = choices.of(&[1 << 20, 24]);
    let deduplicate = choices.of(&["", "all", "false", "by_delivery"]);
    if !deduplicate.is_empty() {
        source.insert("deduplicate".to_owned(), json!(deduplicate));
    }
    source.insert("format".to_owned(), json!({ "csv": format(&mut choices) }));
    columns::declare(&mut choices, &mut source);
    Declaration { source: Value::Object(source), longest, batch }
}

fn format(choices: &mut Choices<'_>) -> Value {
    let mut csv = Map::new();
    let mut set = |key: &str, value: Value| csv.insert(key.to_owned(), value);
    set("delimiter", json!(choices.of(&[",", ";", "\t", "|", "§", " ", ":"])));
    match choices.number() % 3 {
        1 => set("quote", json!("'")),
        2 => set("quote", Value::Null),
        _ => None,
    };
    match choices.number() % 5 {
        1 => set("escape", json!("\\")),
        2 => set("escape", json!({ "mysql": {} })),
        3 => set("escape", json!({ "postgresql": {} })),
        4 => set("escape", json!("^")),
        _ => None,
    };
    set("newlines_in_values", json!(choices.is()));
    let encodings = [
        "utf-8",
        "utf-16",
        "utf-16le",
        "utf-16be",
        "windows-1252",
        "iso-8859-1",
        "iso-8859-15",
        "macintosh",
        "cp437",
        "cp850",
    ];
    set("encoding", json!(choices.of(&encodings)));
    set("line_ends", json!(choices.of(&["lf", "cr", "any"])));
    set("trailing_delimiters", json!(choices.is()));
    set("missing_fields", json!(choices.of(&["reject", "null"])));
    set("skip_lines", json!(choices.number() % 4));
    set("footer_lines", json!(choices.number() % 4));
    if choices.is() {
        set("comment", json!("#"));
    }
    let patterns = choices.of(&["", "^(Total|Summa)", "^$|--", "b,"]);
    if !patterns.is_empty() {
        set("ignore_lines", json!([{ "pattern": patterns, "max": 2 }]));
    }
    let (header, lines, names) = (!choices.is(), choices.number() % 4, choices.of(&["first", "last", "all"]));
    let record_type = match choices.number() % 6 {
        1 => json!({ "column": 1, "value": "P" }),
        2 => json!({ "column": 1, "value": "P", "header": "H", "ignore": ["X"] }),
        3 => json!({ "column": "b", "value": 1, "ignore": [2] }),
        4 => json!({ "column": 2, "value": "", "ignore": ["x"] }),
        _ => Value::Null,
    };
    set("header", json!(header));
    if lines > 0 && header && record_type["header"].is_null() {
        set("header_lines", json!(lines));
        if lines > 1 {
            set("names_from", json!(names));
        }
    }
    if !record_type.is_null() {
        set("record_type", record_type);
    }
    Value::Object(csv)
}
