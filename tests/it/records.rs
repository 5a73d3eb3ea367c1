//! Extracts as JSON lines, JSON documents, workbooks and Parquet: the same records give the same tables and the same
//! counts as CSV, and rejects have their place in the file.

use std::fmt::Write as _;
use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Map, Value, json};

use super::support::{Copy, Outcome, integers, texts};

const COLUMNS: [&str; 8] =
    ["order_id", "member_id", "ordered_at", "quantity", "unit_price", "currency", "is_paid", "note"];

type Row = [String; 8];

fn row(cells: [&str; 8]) -> Row {
    cells.map(str::to_owned)
}

/// Many valid rows, some of them duplicates, and one for each kind of fault.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for number in 0..400 {
        rows.push([
            format!("{number}"),
            format!("M{}", number % 5 + 1),
            format!("2025-{:02}-{:02} {:02}:30:{:02}", number % 9 + 1, number % 28 + 1, number % 24, number % 60),
            format!("{}", number % 7 + 1),
            format!("{}.{:02}", number * 37 % 1000, number % 100),
            "SEK".to_owned(),
            format!("{}", number % 3 == 0),
            match number % 4 {
                0 => String::new(),
                1 => "å \"quoted\", and more".to_owned(),
                2 => "12345678901234567890.120".to_owned(),
                _ => " ".to_owned(),
            },
        ]);
    }
    rows.push(rows[3].clone());
    rows.push(rows[7].clone());
    rows.extend([
        row(["900", "M1", "2025-02-01 10:00:00", "0", "1.00", "SEK", "true", "range"]),
        row(["901", "M1", "2025-02-01 10:00:00", "1", "1.234", "SEK", "true", "digits"]),
        row(["902", "M1", "2025-02-01 10:00:00", "1", "1.00", "USD", "true", "accepted"]),
        row(["903", "M1", "", "1", "1.00", "SEK", "true", "required"]),
        row(["904", "M1", "2025-02-01 10:00:00", "x", "1.00", "SEK", "true", "type"]),
        row(["905", "M1", "2025-02-01 10:00:00", "101", "-1.00", "SEK", "true", "twice"]),
    ]);
    rows
}

fn project(format: &str, ending: &str) -> Copy {
    let copy = Copy::of_small();
    copy.remove("extracts/orders.csv");
    copy.edit(
        "pipelines/shop.yml",
        "path: $extracts/orders*.csv",
        &format!("path: $extracts/orders.{ending}\n    {format}"),
    );
    copy
}

/// The row as an object with real numbers and truth values.
fn object(row: &Row) -> Value {
    let mut object = Map::new();
    for (name, cell) in COLUMNS.iter().zip(row) {
        let value = match *name {
            "quantity" | "order_id" => cell.parse::<i64>().map_or(json!(cell), |number| json!(number)),
            "unit_price" => json!(cell.parse::<f64>().unwrap()),
            "is_paid" => json!(cell == "true"),
            _ if cell.is_empty() => Value::Null,
            _ => json!(cell),
        };
        object.insert((*name).to_owned(), value);
    }
    Value::Object(object)
}

fn csv(rows: &[Row]) -> Copy {
    let copy = project("format: { csv: {} }", "csv");
    let mut text = COLUMNS.join(",") + "\n";
    for row in rows {
        let cells = row.each_ref().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        let _ = writeln!(text, "{}", cells.join(","));
    }
    copy.write("extracts/orders.csv", text);
    copy
}

fn json_lines(rows: &[Row]) -> Copy {
    let copy = project("format: { json_lines: {} }", "jsonl");
    copy.write("extracts/orders.jsonl", rows.iter().map(|row| object(row).to_string() + "\n").collect::<String>());
    copy
}

fn json_document(rows: &[Row]) -> Copy {
    let copy = project("format: { json: { records: data.orders } }", "json");
    let orders: Vec<Value> = rows.iter().map(object).collect();
    let document = json!({ "meta": { "orders": [] }, "data": { "n": 1, "orders": orders, "next": null } });
    copy.write("extracts/orders.json", serde_json::to_string_pretty(&document).unwrap());
    copy
}

/// The rows in the sheet `Order` below a title, after another sheet.
fn workbook(rows: &[Row]) -> Copy {
    let copy = project("format: { xlsx: { sheet: Order, header_row: 3 } }", "xlsx");
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Om").unwrap().write(0, 0, "nothing to read").unwrap();
    let sheet = workbook.add_worksheet().set_name("Order").unwrap();
    sheet.write(0, 0, "Orders of the year").unwrap();
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write(2, column, name).unwrap();
    }
    for (at, row) in (3..).zip(rows) {
        for (column, cell) in (0..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
            match COLUMNS[usize::from(column)] {
                "order_id" | "quantity" | "unit_price" if cell.parse::<f64>().is_ok() => {
                    sheet.write(at, column, cell.parse::<f64>().unwrap()).unwrap()
                }
                "ordered_at" => {
                    let moment = ExcelDateTime::parse_from_str(cell).unwrap();
                    sheet.write_with_format(at, column, &moment, &time).unwrap()
                }
                "is_paid" => sheet.write(at, column, cell == "true").unwrap(),
                _ => sheet.write(at, column, cell).unwrap(),
            };
        }
    }
    workbook.save(copy.path().join("extracts/orders.xlsx")).unwrap();
    copy
}

/// The rows as Parquet, every column as text.
fn parquet_texts(rows: &[Row]) -> Copy {
    let copy = project("format: { parquet: {} }", "parquet");
    let column = |at: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(row[at].as_str()).filter(|cell| !cell.is_empty())).collect::<StringArray>())
    };
    let batch = RecordBatch::try_from_iter(COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at)))).unwrap();
    let file = File::create(copy.path().join("extracts/orders.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    copy
}

fn counts(copy: &Copy) -> Value {
    let results = copy.warehouse().json("run_results.json");
    let sources = results["sources"].as_array().unwrap();
    let mut orders = sources.iter().find(|source| source["source"] == "orders").unwrap().clone();
    orders.as_object_mut().unwrap().retain(|name, _| name.starts_with("rows_"));
    orders
}

#[test]
fn the_same_records_give_the_same_tables_and_counts() {
    let rows = rows();
    let text = csv(&rows);
    text.lojal(&["run"]).exits(0);
    let rejected = text.warehouse().quarantine("orders");
    let expected = counts(&text);
    assert_eq!(expected["rows_read"], 408);
    assert_eq!([&expected["rows_duplicate"], &expected["rows_repeated"]], [0, 2]);
    assert_eq!(expected["rows_rejected"], 6);
    for (copy, first_line) in
        [(json_lines(&rows), 403), (json_document(&rows), 0), (workbook(&rows), 406), (parquet_texts(&rows), 403)]
    {
        copy.lojal(&["run"]).exits(0);
        assert_eq!(counts(&copy), expected);
        let found = copy.warehouse().quarantine("orders");
        for column in ["rule", "column"] {
            assert_eq!(texts(&found, column), texts(&rejected, column));
        }
        if first_line > 0 {
            assert_eq!(integers(&found, "line")[0], first_line);
        }
        for table in text.warehouse().tables().iter().filter(|table| *table != "source_reconciliation") {
            let bytes = |copy: &Copy| -> Vec<Vec<u8>> {
                copy.warehouse().files(table).iter().map(|path| std::fs::read(path).unwrap()).collect()
            };
            assert!(bytes(&text) == bytes(&copy), "{table}");
        }
    }
}

/// One order with further members.
fn order(beside: &str) -> String {
    format!(
        "{{\"order_id\":1,\"member_id\":\"M1\",\"ordered_at\":\"2025-02-01 10:00:00\",\"quantity\":1,\
         \"unit_price\":1.5,\"currency\":\"SEK\",\"is_paid\":true,\"note\":null{beside}}}"
    )
}

fn of_lines(text: &str) -> (Copy, Outcome) {
    let copy = project("format: { json_lines: {} }", "jsonl");
    copy.edit("pipelines/shop.yml", "max_rejected: 10%", "max_rejected: 90%");
    copy.write("extracts/orders.jsonl", text);
    let outcome = copy.lojal(&["run"]);
    (copy, outcome)
}

#[test]
fn a_line_that_is_not_an_object_is_quarantined_with_its_place() {
    let good = order("");
    let (copy, outcome) = of_lines(&format!("{good}\n\n{{\"order_id\":2,}}\r\n[1]\n{}\n", order(",\"order_id\":2")));
    outcome.exits(0);
    let rejected = copy.warehouse().quarantine("orders");
    let start = good.len() as i64 + 2;
    assert_eq!(integers(&rejected, "line"), [3, 4, 5]);
    assert_eq!(integers(&rejected, "byte_offset"), [start, start + 17, start + 21]);
    assert_eq!(texts(&rejected, "rule"), ["json", "json", "json"]);
    assert_eq!(texts(&rejected, "raw")[..2], ["{\"order_id\":2,}", "[1]"]);
    assert_eq!(texts(&rejected, "reason")[0], "column 15: expected a key in double quotes");
}

#[test]
fn missing_and_undeclared_keys_are_reported() {
    let (_, outcome) = of_lines(&order(",\"colour\":\"red\"").replace("is_paid", "paid"));
    let said = outcome.exits(1).stderr;
    assert!(said.contains("- is_paid  declared, not in the file"), "{said}");
    assert!(said.contains("colour"), "{said}");
    let (copy, outcome) = of_lines(&order(",\"colour\":\"red\""));
    let said = outcome.exits(0).stderr;
    assert!(said.contains("undeclared columns, which are not read: colour"), "{said}");
    copy.edit("pipelines/shop.yml", "amount: [quantity", "extra_columns: fail\n    amount: [quantity");
    let said = copy.lojal(&["run"]).exits(1).stderr;
    assert!(said.contains("+ colour  in the file, not declared"), "{said}");
}

#[test]
fn columns_are_found_by_alias_and_path() {
    let copy = project("format: { json_lines: {} }", "jsonl");
    copy.edit("pipelines/shop.yml", "note: { type: string,", "note: { type: string, aliases: [items.0.note],");
    copy.edit("pipelines/shop.yml", "quantity: { type: int,", "quantity: { type: int, aliases: [antal],");
    let text = order(",\"items\":[{\"note\":\"first\"}]").replace("quantity", "antal").replace(",\"note\":null", "");
    copy.write("extracts/orders.jsonl", text.replace("\"antal\":1", "\"antal\":10e-1"));
    let said = copy.lojal(&["run"]).exits(0).stderr;
    assert!(!said.contains("undeclared"), "{said}");
    assert_eq!(counts(&copy)["rows_loaded"], 1);
}

#[test]
fn an_incomplete_document_fails_the_run() {
    let copy = json_document(&rows());
    let text = copy.read("extracts/orders.json");
    copy.write("extracts/orders.json", &text[..text.len() / 2]);
    let said = copy.lojal(&["run"]).exits(1).stderr;
    assert!(said.contains("orders.json: line ") && said.contains("the document ends too early"), "{said}");
    copy.write("extracts/orders.json", b"\xFF\xFE[\0");
    let said = copy.lojal(&["run"]).exits(1).stderr;
    assert!(said.contains("it is UTF-16"), "{said}");
}

#[test]
fn errors_in_cells_name_the_cell() {
    let copy = workbook(&rows()[..20]);
    let path = copy.path().join("extracts/orders.xlsx");
    let mut changed = Workbook::new();
    let sheet = changed.add_worksheet().set_name("Order").unwrap();
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write(2, column, name).unwrap();
    }
    let formula = rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!");
    sheet.write(4, 0, 1).unwrap().write_formula(4, 3, formula).unwrap();
    sheet.write(9, 0, 2).unwrap();
    sheet.write_row(11, 0, ["3", "M1", "2025-02-01 10:00:00", "1", "1.50", "SEK", "true"]).unwrap();
    changed.save(&path).unwrap();
    copy.edit("pipelines/shop.yml", "max_rejected: 10%", "max_rejected: 100%");
    copy.lojal(&["run"]).exits(0);
    let rejected = copy.warehouse().quarantine("orders");
    assert_eq!(integers(&rejected, "line")[0], 5);
    assert_eq!(
        texts(&rejected, "reason")[0],
        "Order!D5 contains the spreadsheet error #DIV/0!: if it means an empty cell, name it in `null_words`"
    );
    assert_eq!(texts(&rejected, "raw")[0], "order_id=1, quantity=#DIV/0!");
    assert_eq!(*integers(&rejected, "line").last().unwrap(), 10);
}

#[test]
fn unreadable_workbooks_are_reported_clearly() {
    let copy = workbook(&rows()[..2]);
    let fails_with = |expected: &str| {
        let said = copy.lojal(&["run"]).exits(1).stderr;
        assert!(said.contains(expected), "{expected}: {said}");
    };
    copy.edit("pipelines/shop.yml", "sheet: Order", "sheet: Ordrar");
    fails_with("it has no sheet `Ordrar`; its sheets are: `Om`, `Order`");
    copy.edit("pipelines/shop.yml", "sheet: Ordrar, header_row: 3", "sheet: Order, header_row: 2");
    fails_with("row 2, the declared header row, is empty");
    let whole = std::fs::read(copy.path().join("extracts/orders.xlsx")).unwrap();
    copy.write("extracts/orders.xlsx", &whole[..whole.len() / 2]);
    fails_with("it is not a valid workbook");
    copy.write("extracts/orders.xlsx", "order_id,member_id\n");
    fails_with("it is not an .xlsx, .xlsb, .xls or .ods workbook");
    copy.write("extracts/orders.xlsx", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    fails_with("it is not a valid .xls workbook");
}

#[test]
fn unreadable_parquet_is_reported_clearly() {
    let copy = parquet_texts(&rows());
    let path = copy.path().join("extracts/orders.parquet");
    let whole = std::fs::read(&path).unwrap();
    for broken in [&whole[..whole.len() / 2], b"PAR1", b""] {
        copy.write("extracts/orders.parquet", broken);
        let said = copy.lojal(&["run"]).exits(1).stderr;
        assert!(said.contains("the header of extracts/orders.parquet cannot be read"), "{said}");
    }
    let mut encrypted = whole.clone();
    let end = encrypted.len();
    encrypted[end - 4..].copy_from_slice(b"PARE");
    copy.write("extracts/orders.parquet", encrypted);
    let said = copy.lojal(&["run"]).exits(1).stderr;
    assert!(said.contains("ncrypt"), "{said}");
}
