//! What is held about a person as a workbook: a sheet of contents, then one for each table.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde_json::Value;

use super::held::{Held, HeldTable};
use crate::failure::Failure;

/// The longest name of a sheet.
const NAME_LETTERS: usize = 31;
/// The longest text in a cell.
const CELL_LETTERS: usize = 32_767;

pub(super) fn workbook(held: &Held) -> Result<Vec<u8>, Failure> {
    let made = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let mut names = BTreeSet::new();
        contents(book.add_worksheet().set_name(unused("contents", &mut names))?, held)?;
        for table in &held.tables {
            rows(book.add_worksheet().set_name(unused(&table.name, &mut names))?, table)?;
        }
        book.save_to_buffer()
    };
    made().map_err(|error| Failure::Output(std::io::Error::other(error)))
}

fn contents(sheet: &mut Worksheet, held: &Held) -> Result<(), XlsxError> {
    let mut at = 0;
    let mut line = |cells: &[&str]| -> Result<(), XlsxError> {
        for (column, text) in (0_u16..).zip(cells) {
            put(sheet, at, column, &Value::from(*text))?;
        }
        at += 1;
        Ok(())
    };
    line(&["customer_key", &held.customer_keys.join(", ")])?;
    line(&["run", &held.run_id])?;
    line(&["as of", &held.as_of.to_string()])?;
    line(&["issued at", &held.issued_at.to_rfc3339()])?;
    line(&[])?;
    line(&["kind", "name", "column", "meaning", "rows"])?;
    for table in &held.tables {
        line(&[table.kind, &table.name, "", &table.description, &table.rows.len().to_string()])?;
        for (name, meaning) in &table.columns {
            line(&["", &table.name, name, meaning.as_str().unwrap_or_default()])?;
        }
    }
    Ok(())
}

fn rows(sheet: &mut Worksheet, table: &HeldTable) -> Result<(), XlsxError> {
    let mut header: Vec<&String> = Vec::new();
    for name in table.rows.iter().flat_map(|row| row.keys()) {
        if !header.contains(&name) {
            header.push(name);
        }
    }
    for (column, name) in (0_u16..).zip(&header) {
        put(sheet, 0, column, &Value::from(name.as_str()))?;
    }
    for (at, row) in (1_u32..).zip(&table.rows) {
        for (column, name) in (0_u16..).zip(&header) {
            put(sheet, at, column, row.get(name.as_str()).unwrap_or(&Value::Null))?;
        }
    }
    Ok(())
}

/// Text stays text: a cell that begins with `=` does not become a formula, also not when somebody edits it.
fn put(sheet: &mut Worksheet, row: u32, column: u16, value: &Value) -> Result<(), XlsxError> {
    match value {
        Value::Null => {}
        Value::Bool(value) => drop(sheet.write_boolean(row, column, *value)?),
        Value::Number(number) if number.as_f64().is_some_and(|number| number.abs() < 1e15) => {
            sheet.write_number(row, column, number.as_f64().unwrap_or_default())?;
        }
        other => {
            let text = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
            let text: String = text.chars().take(CELL_LETTERS).collect();
            let format = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                true => Format::new().set_quote_prefix(),
                false => Format::new(),
            };
            sheet.write_string_with_format(row, column, text, &format)?;
        }
    }
    Ok(())
}

/// A name for a sheet that no other has.
fn unused(name: &str, names: &mut BTreeSet<String>) -> String {
    let clean: String = name.chars().map(|letter| if "[]:*?/\\'".contains(letter) { '_' } else { letter }).collect();
    let start = clean.chars().count().saturating_sub(NAME_LETTERS);
    let mut found: String = clean.chars().skip(start).collect();
    let mut number = 2;
    while !names.insert(found.to_lowercase()) {
        let ending = format!("_{number}");
        found = found.chars().take(NAME_LETTERS - ending.len()).chain(ending.chars()).collect();
        number += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_short_and_differ() {
        let mut names = BTreeSet::new();
        let long = "a/very/long/path/to/an/extract/of/customers.csv";
        let found = [long, long, "Contents", "contents"].map(|name| unused(name, &mut names));
        assert_eq!(found[2..], ["Contents", "contents_2"]);
        assert!(found[0].ends_with("_extract_of_customers.csv") && found[1].ends_with("_2"), "{found:?}");
        assert!(found.iter().all(|name| name.chars().count() <= NAME_LETTERS));
    }
}
