//! Which lines of an extract are rows: the same orders among titles, totals, records of other types and repeated headers
//! give the same tables; what would be lost in silence fails the run.

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use super::support::{Copy, Outcome, hundredths, integers, repository, small_run};

const ORDERS: &str = "extracts/orders.csv";
const PIPELINE: &str = "pipelines/shop.yml";
const PATH: &str = "    path: $extracts/orders*.csv\n";

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--quiet"])
}

/// A copy whose orders are such a CSV file.
fn csv(keys: &str, text: &str) -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, PATH, &format!("{PATH}    format: {{ csv: {{ {keys} }} }}\n"));
    copy.write(ORDERS, text);
    copy
}

/// Header and rows of the orders.
fn orders() -> (String, Vec<String>) {
    let text = Copy::of_small().read(ORDERS);
    let mut lines = text.lines().map(str::to_owned);
    (lines.next().unwrap(), lines.collect())
}

/// The published tables equal those of the plain orders. Returns what the run said.
#[track_caller]
fn same_tables(copy: &Copy) -> String {
    let outcome = run(copy).exits(0);
    let sound = small_run().0.warehouse();
    for table in sound.tables() {
        assert_eq!(copy.warehouse().table(&table), sound.table(&table), "{table}");
    }
    outcome.stderr
}

#[test]
fn titles_totals_and_repeated_headers_make_no_difference() {
    let (header, rows) = orders();
    let (first, last) = rows.split_at(7);
    let (first, last) = (first.join("\n"), last.join("\r\n"));
    let text = format!(
        "Orders, page 1\n{header}\n{first}\nSUM,\"open,,,,,,\nOrders, page 2\n\u{FEFF}{header}\n{last}\nSUM,,,,,,,\n\n"
    );
    let copy = csv("ignore_lines: [{ pattern: '^SUM,', max: 2 }, { pattern: '^Orders, page' }]", &text);
    let said = same_tables(&copy);
    assert!(said.contains("source orders: 1 header line again inside its files"), "{said}");
    let results = copy.warehouse().json("run_results.json");
    let source = results["sources"].as_array().unwrap().iter().find(|source| source["source"] == "orders").unwrap();
    let file = &source["by_file"][0];
    let count = |name: &str| file[name].as_u64().unwrap();
    let read = rows.len() as u64;
    assert_eq!([count("lines_read"), count("lines_header"), count("lines_ignored")], [read + 7, 2, 5]);
    assert_eq!(file["ignored_by_pattern"][1], serde_json::json!({ "pattern": "^Orders, page", "lines": 2 }));
}

#[test]
fn a_missing_footer_fails_instead_of_costing_a_row() {
    let (header, rows) = orders();
    let copy = csv("footer_lines: 1", &format!("{header}\n{}\nSUM,,,,\n", rows.join("\n")));
    assert_eq!(same_tables(&copy), "");
    copy.write(ORDERS, format!("{header}\n{}\n", rows.join("\n")));
    let outcome = run(&copy).exits(1);
    let place = format!("extracts/orders.csv:{} is a row that keeps every rule", rows.len() + 1);
    assert!(outcome.stderr.contains(&place) && outcome.stderr.contains("ignore_lines"), "{}", outcome.stderr);
}

/// A total line that states the number of orders and what they add up to.
const TOTAL: &str = r"pattern: '^T,(?<n>\d+),(?<sum>[-.\d]+)$', rows: n, amount: sum";

/// Orders that end with such a line.
fn totalled(rows: &[String], stated: (usize, f64)) -> String {
    let (header, _) = orders();
    format!("{header}\n{}\nT,{},{:.2}\n", rows.join("\n"), stated.0, stated.1)
}

/// The sum of quantity x unit_price.
fn amount(rows: &[String]) -> f64 {
    let number = |row: &String, at: usize| row.split(',').nth(at).unwrap().parse::<f64>().unwrap();
    rows.iter().map(|row| number(row, 3) * number(row, 4)).sum()
}

/// What run_results.json says about the files of a source.
fn by_file(copy: &Copy, source: &str) -> Vec<Value> {
    let results = copy.warehouse().json("run_results.json");
    let found = results["sources"].as_array().unwrap().iter().find(|found| found["source"] == source).unwrap();
    found["by_file"].as_array().unwrap().clone()
}

/// Lines read, of the header, ignored, and records of each file.
fn lines(copy: &Copy, source: &str) -> Vec<[u64; 4]> {
    let names = ["lines_read", "lines_header", "lines_ignored", "rows_read"];
    by_file(copy, source).iter().map(|file| names.map(|name| file[name].as_u64().unwrap())).collect()
}

#[test]
fn a_total_line_is_compared_with_the_file() {
    let (_, rows) = orders();
    let (read, sum) = (rows.len(), amount(&rows));
    let keys = format!("total_line: {{ {TOTAL} }}");
    let copy = csv(&keys, &totalled(&rows, (read, sum)));
    assert_eq!(same_tables(&copy), "");
    assert_eq!(lines(&copy, "orders"), [[read as u64 + 2, 1, 1, read as u64]]);
    assert_eq!(by_file(&copy, "orders")[0]["total_line"], read + 2);
    // The file lost its third row on the way.
    let lost: Vec<String> = rows.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, row)| row.clone()).collect();
    copy.write(ORDERS, totalled(&lost, (read, sum)));
    let said = run(&copy).exits(1).stderr;
    assert!(said.contains(&format!("extracts/orders.csv:{}: the total line differs", read + 1)), "{said}");
    let (stated, found) =
        (format!("{read} rows are stated, found {}", read - 1), format!("found {:.2}", amount(&lost)));
    assert!(said.contains(&stated) && said.contains(&found), "{said}");
    // And here the end, with the total.
    copy.write(ORDERS, totalled(&rows, (read, sum)).rsplit_once("\nT,").unwrap().0);
    let said = run(&copy).exits(1).stderr;
    assert!(said.contains("extracts/orders.csv has no total line"), "{said}");
    copy.edit(PIPELINE, "amount: sum }", "amount: sum, required: false }");
    let outcome = run(&copy).exits(0);
    assert!(outcome.stderr.contains("warning: source orders: 1 file without a total line"), "{}", outcome.stderr);
    assert_eq!(outcome.last_line()["warnings"], 1);
}

#[test]
fn a_sum_has_the_values_of_corrections() {
    let (_, mut rows) = orders();
    let sum = amount(&rows) + 30.0 + 5.0;
    rows.push("901,M1,2025-02-10 10:00:00,3,1O.00,SEK,true,".to_owned());
    rows.push("9o2,M1,2025-02-10 11:00:00,1,5.00,SEK,true,".to_owned());
    let copy = csv(&format!("total_line: {{ {TOTAL} }}"), &totalled(&rows, (rows.len(), sum)));
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    let said = run(&copy).exits(1).stderr;
    assert!(said.contains(&format!("found {:.2} (2 records of the file were rejected", sum - 30.0)), "{said}");
    copy.lojal(&["rejects", "--source", "orders", "--output", "fixes.csv", "--quiet"]).exits(0);
    copy.edit("fixes.csv", ",1O.00,", ",10.00,");
    copy.edit("fixes.csv", ",9o2,", ",902,");
    copy.lojal(&["replay", "fixes.csv", "--quiet"]).exits(0);
    assert_eq!(lines(&copy, "orders"), [[rows.len() as u64 + 2, 1, 1, rows.len() as u64]]);
    // If such differences are known, they are a warning.
    copy.edit(PIPELINE, "amount: sum }", "amount: sum, on_difference: warn }");
    copy.write(ORDERS, totalled(&rows, (rows.len(), sum - 1.0)));
    let outcome = run(&copy).exits(0);
    let said = format!("stated as {:.2}, found {sum:.2}", sum - 1.0);
    assert!(
        outcome.stderr.contains("1 file with other totals than stated") && outcome.stderr.contains(&said),
        "{outcome}"
    );
}

#[test]
fn the_documented_total_line_is_compared() {
    let text = std::fs::read_to_string(repository().join("docs/sources-text.md")).unwrap();
    let section = text.split_once("\n## Total lines").unwrap().1.split("\n## ").next().unwrap();
    let (before, after) = section.split_once("```yaml\n").unwrap();
    let file = before.lines().filter_map(|line| line.strip_prefix("    "));
    let file: String = file.map(|line| format!("{line}\n")).collect();
    let source = after.split("```").next().unwrap();
    let source: String = source.lines().map(|line| format!("  {line}\n")).collect();
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "\nidentity:\n", &format!("\n{source}\nidentity:\n"));
    let columns = "kvitto: { description: Number }\n      pris: { description: Price }";
    let model = format!("receipt_lines:\n    description: Lines.\n    key: [kvitto]\n    columns:\n      {columns}\n");
    copy.edit(PIPELINE, "\nmodels:\n", &format!("\nmodels:\n  {model}\n"));
    copy.write("sql/marts/receipt_lines.sql", "select receipts.kvitto, receipts.pris from receipts\n");
    copy.write("extracts/kassa_20250301.csv", &file);
    run(&copy).exits(0);
    let published = copy.warehouse().table("receipt_lines");
    assert_eq!(hundredths(&published, "pris"), [Some(10_000), Some(105_000)]);
    assert_eq!(lines(&copy, "receipts"), [[4, 1, 1, 2]]);
    copy.write("extracts/kassa_20250301.csv", file.replace("2 200,00", "2 200,01"));
    let said = run(&copy).exits(1).stderr;
    assert!(said.contains("the sum of antal x pris is stated as 2200.01, found 2200.00"), "{said}");
}

/// A workbook with two titles, an empty row, the header in row 4, a row about the columns, and these orders.
fn workbook(copy: &Copy, name: &str, rows: &[String]) {
    let (header, _) = orders();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 1, "Orders of the shop").unwrap();
    sheet.write(1, 0, "one row per order").unwrap();
    sheet.write(4, 0, "(number)").unwrap();
    for (at, row) in std::iter::once(3).chain(5..).zip(std::iter::once(&header).chain(rows)) {
        for (column, cell) in (0..8).zip(row.split(',')).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(at, column, cell).unwrap();
        }
    }
    book.save(copy.path().join(name)).unwrap();
}

#[test]
fn rows_of_a_workbook_are_lines() {
    let (_, rows) = orders();
    let read = rows.len() as u64;
    let copy = Copy::of_small();
    let format = "    format: { xlsx: { header_row: 4, first_row: 6 } }\n";
    copy.edit(PIPELINE, PATH, &format!("    path: $extracts/orders*.xlsx\n{format}"));
    copy.remove(ORDERS);
    workbook(&copy, "extracts/orders.xlsx", &rows);
    same_tables(&copy);
    assert_eq!(lines(&copy, "orders"), [[read + 4, 1, 3, read]]);
    // Without a record, and with a record that is rejected.
    workbook(&copy, "extracts/orders_b.xlsx", &[]);
    workbook(&copy, "extracts/orders_c.xlsx", &["x,M1".to_owned()]);
    run(&copy).exits(0);
    assert_eq!(lines(&copy, "orders"), [[read + 4, 1, 3, read], [4, 1, 3, 0], [5, 1, 3, 1]]);
    // Two header rows, and every row below them is a record.
    copy.edit(PIPELINE, "header_row: 4, first_row: 6", "header_row: 4, header_lines: 2");
    run(&copy).exits(0);
    assert_eq!(lines(&copy, "orders"), [[read + 4, 2, 2, read], [4, 2, 2, 0], [5, 2, 2, 1]]);
}

#[test]
fn two_sources_of_one_file_read_each_record_once() {
    let (header, rows) = orders();
    let (members_header, members) = {
        let text = Copy::of_small().read("extracts/members.csv");
        let mut lines = text.lines().map(str::to_owned);
        (lines.next().unwrap(), lines.collect::<Vec<_>>())
    };
    let mut text = format!("00,export of the shop\nOH,{header}\nMH,{members_header}\n");
    for at in 0..rows.len().max(members.len()) {
        rows.get(at).iter().for_each(|row| text.push_str(&format!("O,{row}\n")));
        members.get(at).iter().for_each(|row| text.push_str(&format!("M,{row}\n")));
    }
    text.push_str("99,end\n");
    let copy = Copy::of_small();
    let typed = |kind: &str| {
        format!(
            "    path: $extracts/all.csv\n    extra_columns: ignore\n    format: {{ csv: {{ record_type: {{ column: 1, \
             value: {kind}, header: {kind}H, ignore: [\"00\", \"99\"] }} }} }}\n"
        )
    };
    copy.edit(PIPELINE, PATH, &typed("O"));
    copy.edit(PIPELINE, "    path: $extracts/members*.csv\n", &typed("M"));
    copy.remove(ORDERS);
    copy.remove("extracts/members.csv");
    copy.write("extracts/all.csv", &text);
    let outcome = run(&copy).exits(0);
    assert!(!outcome.stderr.contains("record"), "{}", outcome.stderr);
    let counted = |warehouse: &super::support::Warehouse| integers(&warehouse.table("row_counts"), "rows_read");
    assert_eq!(counted(&copy.warehouse()), counted(&small_run().0.warehouse()));
    // One more type, which nobody reads, is a reject of the first source alone.
    copy.write("extracts/all.csv", format!("{text}X,1\n"));
    let outcome = run(&copy).exits(1);
    let said = "source members: 1 of 7 rows were rejected";
    assert!(outcome.stderr.contains(said) && outcome.stderr.contains("records of the type 'X'"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("source orders"), "{}", outcome.stderr);
}

#[test]
fn a_file_with_fewer_header_lines_fails_instead_of_costing_rows() {
    let (header, rows) = orders();
    let questions = "order,member,when,how many,price,money,paid?,remark";
    let copy = csv("header_lines: 2", &format!("{header}\n{questions}\n{}\n", rows.join("\n")));
    assert_eq!(same_tables(&copy), "");
    copy.write("extracts/orders-2.csv", format!("{header}\n{}\n", rows.join("\n")));
    let said = run(&copy).exits(1).stderr;
    let place = "extracts/orders-2.csv:2 is a row that keeps every rule";
    assert!(said.contains(place) && said.contains("header_lines: 2"), "{said}");
}

#[test]
fn a_header_in_another_order_fails_and_one_in_other_letters_is_a_header() {
    let (header, rows) = orders();
    let (first, last) = rows.split_at(5);
    let again = format!("\u{FEFF}\"{}\" ", header.to_uppercase().replace(',', "\" ,\""));
    let again = again.replace(" ,", ",").replace("\"NOTE\" ", "NOTE\u{A0}");
    let copy = csv("delimiter: \",\"", &format!("{header}\n{}\n{again}\n{}\n", first.join("\n"), last.join("\n")));
    let said = same_tables(&copy);
    assert!(said.contains("1 header line again inside its files"), "{said}");
    let mut names: Vec<&str> = header.split(',').collect();
    names.swap(0, 3);
    let other = names.join(",");
    copy.write(ORDERS, format!("{header}\n{}\n{other}\n{}\n", first.join("\n"), last.join("\n")));
    let said = run(&copy).exits(1).stderr;
    assert!(said.contains("orders.csv:7 names the columns of the file in another order"), "{said}");
}

#[test]
fn totals_and_repeated_headers_of_a_workbook_are_not_rows() {
    let (header, rows) = orders();
    let copy = Copy::of_small();
    let format = "    format: { xlsx: { ignore_lines: [{ pattern: '^\\t\\tTotal\\t' }] } }\n";
    copy.edit(PIPELINE, PATH, &format!("    path: $extracts/orders*.xlsx\n{format}"));
    copy.remove(ORDERS);
    let (first, last) = rows.split_at(5);
    let total = ",,Total,5,,,,".to_owned();
    let parts = [std::slice::from_ref(&header), first, &[header.clone(), total.clone()], last, &[total]];
    sheet_of(&copy, "extracts/orders.xlsx", &parts.concat());
    let said = same_tables(&copy);
    assert!(said.contains("source orders: 1 header line again inside its files, not loaded as rows"), "{said}");
    let file = ledger(&copy);
    let count = |name: &str| file[name].as_u64().unwrap();
    let read = rows.len() as u64;
    assert_eq!([count("lines_read"), count("lines_header"), count("lines_ignored")], [read + 4, 2, 2]);
    assert_eq!(file["ignored_by_pattern"][0]["lines"], 2);
}

#[test]
fn rows_of_a_workbook_that_are_left_out_by_number_are_judged() {
    let (header, rows) = orders();
    for (keys, lost) in [("first_row: 4", 2), ("header_lines: 2", 2)] {
        let copy = Copy::of_small();
        let format = format!("    format: {{ xlsx: {{ {keys} }} }}\n");
        copy.edit(PIPELINE, PATH, &format!("    path: $extracts/orders*.xlsx\n{format}"));
        copy.remove(ORDERS);
        sheet_of(&copy, "extracts/orders.xlsx", &[std::slice::from_ref(&header), &rows].concat());
        let said = run(&copy).exits(1).stderr;
        let place = format!("extracts/orders.xlsx:{lost} is a row that keeps every rule");
        assert!(said.contains(&place) && said.contains(keys), "{keys}: {said}");
    }
}

#[test]
fn cells_of_a_workbook_without_a_name_above_them_are_named() {
    let (header, mut rows) = orders();
    let copy = Copy::of_small();
    copy.edit(PIPELINE, PATH, "    path: $extracts/orders*.xlsx\n    format: { xlsx: {} }\n");
    copy.remove(ORDERS);
    rows[2].push_str(",aside");
    sheet_of(&copy, "extracts/orders.xlsx", &[std::slice::from_ref(&header), &rows].concat());
    let said = same_tables(&copy);
    assert!(said.contains("1 row with cells in columns that the header does not name"), "{said}");
    assert!(said.contains("orders.xlsx:4"), "{said}");
}

#[test]
fn numbers_of_which_a_workbook_has_lost_digits_are_rejected() {
    let (header, mut rows) = orders();
    let copy = Copy::of_small();
    copy.edit(PIPELINE, PATH, "    path: $extracts/orders*.xlsx\n    format: { xlsx: {} }\n");
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 50%");
    copy.remove(ORDERS);
    rows.push("9007199254740993,M1,2025-02-01 10:00:00,1,100.00,SEK,true,".to_owned());
    sheet_of(&copy, "extracts/orders.xlsx", &[std::slice::from_ref(&header), &rows].concat());
    let said = run(&copy).exits(0).stderr;
    assert!(said.contains("keeps 15 digits of a number"), "{said}");
}

/// A workbook with these rows of cells; what is a number is one.
fn sheet_of(copy: &Copy, name: &str, rows: &[String]) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0..).zip(rows) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
        let cells = reader.records().next().unwrap().unwrap();
        for (column, cell) in (0..).zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(at, column, number).unwrap(),
                Err(_) => sheet.write(at, column, cell).unwrap(),
            };
        }
    }
    book.save(copy.path().join(name)).unwrap();
}

/// The only file of the orders in run_results.json.
fn ledger(copy: &Copy) -> Value {
    let results = copy.warehouse().json("run_results.json");
    let source = results["sources"].as_array().unwrap().iter().find(|source| source["source"] == "orders").unwrap();
    source["by_file"][0].clone()
}
