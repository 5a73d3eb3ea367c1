//! Cells of workbooks, one in a line: its column, its kind, its number format, and its value as text. What begins like a
//! workbook is taken for a whole one.

use calamine::{CellErrorType, DataRef, ExcelDateTime, ExcelDateTimeType};
use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::columns;
use super::declared::{Declaration, Known};
use crate::extract::fuzzing::{CellReader, inspect_workbook};

thread_local! {
    static KNOWN: Known<CellReader> = Known::new();
}

/// Number formats.
const FORMATS: [Option<&str>; 5] = [None, Some("00000"), Some("0.00"), Some("000000000000000000000000"), Some("00")];

/// Reads cells of a workbook.
pub fn workbook_cell(input: &[u8]) {
    if input.starts_with(b"PK") || input.starts_with(b"\xD0\xCF\x11\xE0") {
        inspect_workbook(input);
        return;
    }
    let (line, cells) = Choices::split(input);
    let Some(reader) = KNOWN.with(|known| known.of(&declaration(line), CellReader::new)) else { return };
    let columns = reader.columns().len();
    let cells: Vec<_> = cells.split(|byte| *byte == b'\n').filter_map(|line| cell(line, columns)).collect();
    reader.check(&cells);
}

fn declaration(line: &[u8]) -> Declaration {
    let mut source = Map::new();
    source.insert("path".to_owned(), json!("file.xlsx"));
    source.insert("format".to_owned(), json!({ "xlsx": {} }));
    columns::declare(&mut Choices::new(line), &mut source);
    Declaration { source: Value::Object(source), longest: 0, batch: 0 }
}

fn cell(line: &[u8], columns: usize) -> Option<(usize, DataRef<'_>, Option<&'static str>)> {
    let ([column, kind, format], text) = line.split_first_chunk::<3>()?;
    let column = usize::from(column.wrapping_sub(b'a')) % columns.max(1);
    let format = FORMATS[usize::from(format.wrapping_sub(b'0')) % FORMATS.len()];
    let text = std::str::from_utf8(text).ok()?;
    let time = |kind, is_1904| Some(DataRef::DateTime(ExcelDateTime::new(text.parse().ok()?, kind, is_1904)));
    let cell = match kind {
        b'i' => DataRef::Int(text.parse().ok()?),
        b'f' => DataRef::Float(text.parse().ok()?),
        b'd' => time(ExcelDateTimeType::DateTime, false)?,
        b'm' => time(ExcelDateTimeType::DateTime, true)?,
        b't' => time(ExcelDateTimeType::TimeDelta, false)?,
        b'b' => DataRef::Bool(text == "1"),
        b'o' => DataRef::DateTimeIso(text.to_owned()),
        b'p' => DataRef::DurationIso(text.to_owned()),
        b'e' => DataRef::Error(if text == "1" { CellErrorType::NA } else { CellErrorType::Div0 }),
        b'h' => DataRef::SharedString(text),
        _ => DataRef::String(text.to_owned()),
    };
    Some((column, cell, format))
}
