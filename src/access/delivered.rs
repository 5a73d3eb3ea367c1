//! The rows that name a person as they were delivered: in the extracts that are still there, and among rejected rows.

use serde_json::{Map, Value};

use super::held::HeldTable;
use crate::erase::{Layouts, Person, Search, delivered};
use crate::extract::{QuarantineError, quarantined};
use crate::failure::Failure;
use crate::plan::Plan;
use crate::publish::{Retained, Warehouse};
use crate::run::Request;

/// What separates fields, if a header does not decide it.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The rows in extracts. Files that are not text are named without rows.
pub(super) fn in_extracts(request: &Request, plan: &Plan, snapshot: &Retained, person: &Person) -> Vec<HeldTable> {
    let search = Search::strict(std::slice::from_ref(person), plan);
    let mut tables = Vec::new();
    for file in delivered(request, plan, std::slice::from_ref(snapshot)) {
        let Some(source) = file.source else { continue };
        let (shown, path) = (file.shown, file.path);
        let description = plan.sources.get(&source).map(|source| source.name.clone()).unwrap_or_default();
        let bytes = std::fs::read(&path).unwrap_or_default();
        let (description, rows) = match path.extension().and_then(|ending| ending.to_str()) {
            _ if bytes.contains(&0) => (format!("{description}: not searched, the file is not text"), Vec::new()),
            Some("csv" | "txt" | "tsv") => (description, records(&bytes, &source, &search)),
            _ => (description, lines(&bytes, &source, &search)),
        };
        if !rows.is_empty() || bytes.contains(&0) {
            tables.push(HeldTable { kind: "extract", name: shown, description, columns: Map::new(), rows });
        }
    }
    tables
}

fn records(bytes: &[u8], source: &str, search: &Search<'_>) -> Vec<Map<String, Value>> {
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &&u8| head.iter().filter(|byte| *byte == *delimiter).count();
    let delimiter = DELIMITERS.iter().max_by_key(count).copied().unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let cell = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Ok(header) = reader.byte_headers().cloned() else { return Vec::new() };
    let header: Vec<String> = header.iter().map(cell).collect();
    let mut rows = Vec::new();
    for record in reader.byte_records().flatten() {
        let cells: Vec<String> = record.iter().map(cell).collect();
        if !search.finds_record(source, &header, &cells, &cells.join("\n")) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let mut row = Map::from_iter([("line".to_owned(), Value::from(line))]);
        for (number, cell) in cells.into_iter().enumerate() {
            let name = header.get(number).cloned().unwrap_or_else(|| format!("column {}", number + 1));
            row.insert(name, Value::from(cell));
        }
        rows.push(row);
    }
    rows
}

fn lines(bytes: &[u8], source: &str, search: &Search<'_>) -> Vec<Map<String, Value>> {
    let text = String::from_utf8_lossy(bytes);
    let found = (1_u64..).zip(text.lines()).filter(|(_, line)| search.finds(source, line));
    found
        .map(|(number, line)| {
            Map::from_iter([("line".to_owned(), Value::from(number)), ("text".to_owned(), Value::from(line))])
        })
        .collect()
}

/// The rejected rows of all runs that are kept.
pub(super) fn rejected(
    request: &Request,
    plan: &Plan,
    warehouse: &Warehouse,
    person: &Person,
) -> Result<Option<HeldTable>, Failure> {
    let search = Search::strict(std::slice::from_ref(person), plan);
    let mut layouts = Layouts::new(request, plan);
    let mut rows = Vec::new();
    for file in warehouse.files_below("quarantine")? {
        let source = file.name().rsplit('/').nth(1).unwrap_or_default().to_owned();
        if !file.file_name().ends_with(".parquet") {
            continue;
        }
        let layout = layouts.of(&source);
        quarantined(std::slice::from_ref(&file), |row| {
            let is_theirs = match layout.and_then(|layout| Some((layout, layout.columns(&row.file)?))) {
                Some((layout, names)) => search.finds_record(&source, names, &layout.fields(&row.raw), &row.raw),
                None => search.finds(&source, &row.raw),
            };
            if is_theirs || search.finds(&source, &row.reason) {
                rows.push(Map::from_iter([
                    ("source".to_owned(), Value::from(source.clone())),
                    ("place".to_owned(), Value::from(row.place())),
                    ("reason".to_owned(), Value::from(row.reason.clone())),
                    ("text".to_owned(), Value::from(row.raw.clone())),
                ]));
            }
            Ok::<(), QuarantineError>(())
        })?;
    }
    let description = "Rows that were not loaded, and why".to_owned();
    let table =
        HeldTable { kind: "rejected rows", name: "rejected rows".to_owned(), description, columns: Map::new(), rows };
    Ok(Some(table).filter(|table| !table.rows.is_empty()))
}
