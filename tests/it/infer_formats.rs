//! `lojal infer` declares what a run can read: nested columns of Parquet, workbooks of every kind, members of archives.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray, UInt64Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, i256};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{Format, Workbook};
use tempfile::TempDir;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{Outcome, lojal, outcome};

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder")
}

fn infer_in(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = lojal(folder);
    command.arg("infer").args(arguments).arg("--quiet");
    outcome(&mut command)
}

#[track_caller]
fn says(text: &str, wanted: &str) {
    let joined = text.lines().map(|line| line.trim().trim_start_matches("# ").trim()).collect::<Vec<_>>().join(" ");
    assert!(joined.contains(wanted), "`{wanted}` in\n{text}");
}

/// The answer to a query over the sources of an inferred block.
#[track_caller]
fn queried(folder: &Path, block: &str, sql: &str) -> String {
    fs::create_dir_all(folder.join("pipelines")).unwrap();
    let head = "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\n";
    fs::write(folder.join("pipelines/p.yml"), format!("{head}{block}")).unwrap();
    let mut command = lojal(folder);
    command.args(["query", sql, "--format", "csv"]);
    outcome(&mut command).exits(0).stdout
}

/// Lists of `{ sku, price }`, one to three in each row.
fn lines(rows: usize) -> ArrayRef {
    let sizes: Vec<usize> = (0..rows).map(|row| row % 3 + 1).collect();
    let all: usize = sizes.iter().sum();
    let skus: ArrayRef = Arc::new(StringArray::from_iter_values((0..all).map(|at| format!("S{at}"))));
    let prices: ArrayRef = Arc::new(Float64Array::from_iter_values((0..all).map(|at| at as f64 / 4.0)));
    let fields =
        Fields::from(vec![Field::new("sku", DataType::Utf8, true), Field::new("unit price", DataType::Float64, true)]);
    let elements = StructArray::new(fields.clone(), vec![skus, prices], None);
    let field = Arc::new(Field::new("item", DataType::Struct(fields), true));
    Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(sizes), Arc::new(elements), None))
}

#[test]
fn columns_of_parquet_that_hold_others_are_declared_and_bytes_are_named() {
    let folder = folder();
    let rows = 12_usize;
    let number = |row: usize| u64::try_from(row).unwrap();
    let wide = Decimal256Array::from_iter_values((0..rows).map(|row| i256::from_i128(row as i128 * 100 + 5)));
    let code = FixedSizeBinaryArray::try_from_iter((0..rows).map(|_| b"SE")).unwrap();
    let place: ArrayRef = Arc::new(StringArray::from(vec!["Lund"; rows]));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values((0..rows).map(|row| row as i64)))),
        ("mark", Arc::new(UInt64Array::from_iter_values((0..rows).map(|row| u64::MAX - number(row))))),
        ("wide", Arc::new(wide.with_precision_and_scale(60, 2).unwrap())),
        ("lines", lines(rows)),
        ("address", Arc::new(StructArray::from(vec![(Arc::new(Field::new("city", DataType::Utf8, true)), place)]))),
        ("country", Arc::new(code)),
        ("picture", Arc::new(BinaryArray::from_vec(vec![b"\xFF\x00".as_slice(); rows]))),
        ("fo\u{308}rnamn", Arc::new(StringArray::from(vec!["Åsa"; rows]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(folder.path().join("orders.parquet")).unwrap(), batch.schema(), None)
            .unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let block = infer_in(folder.path(), &["orders.parquet"]).exits(0).stdout;
    for wanted in [
        "mark: { type: \"decimal(20,0)\"",
        "wide: { type: \"decimal(12,2)\"",
        "lines: { type: \"list({ sku: string, \\\"unit price\\\": decimal(12,2) })\"",
        "address_city: { type: string, aliases: [address.city]",
        "country: { type: string",
        "fornamn: { type: string",
        "column picture is left out: it holds bytes (Binary), which are not text in row 1; no run reads them",
        "12 rows read by lojal with this block: 12 loaded, none rejected",
    ] {
        says(&block, wanted);
    }
    let sql = "select count(*) as n, sum(line['unit price']) as total, min(mark) as mark, sum(wide) as wide \
               from (select unnest(lines) as line, mark, wide from orders) as parts";
    let found = queried(folder.path(), &block, sql);
    assert_eq!(found.lines().nth(1), Some("24,69.00,18446744073709551604,141.20"), "{found}");
}

#[test]
fn lists_of_json_are_declared_and_people_inside_them_are_personal() {
    let folder = folder();
    let record = |n: usize| {
        let line = format!("{{\"by\": \"kund{n}@example.se\", \"units\": {n}}}");
        format!("{{\"id\": {n}, \"ko\u{308}pt\": \"2025-03-{n:02}\", \"marks\": [\"a\"], \"lines\": [{line}]}}\n")
    };
    fs::write(folder.path().join("t.jsonl"), (1..=20).map(record).collect::<String>()).unwrap();
    let block = infer_in(folder.path(), &["t.jsonl"]).exits(0).stdout;
    says(&block, "marks: { type: list(string), required: true }");
    says(&block, "lines: { type: \"list({ by: string, units: int })\", personal: true, required: true }");
    says(&block, "personal: by: 100 % look like e-mail addresses");
    says(&block, "kopt: { type: date");
    assert!(!block.contains("kund1@example.se"), "{block}");
    let found = queried(
        folder.path(),
        &block,
        "select sum(line['units']) as n from (select unnest(lines) as line from t) as l",
    );
    assert_eq!(found.lines().nth(1), Some("210"), "{found}");
}

/// A workbook with the rows of a sheet; a cell is a number if it looks like one.
fn workbook(folder: &Path, name: &str, rows: &[Vec<String>], merged: &[(u16, u16)]) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(at, column, number).unwrap(),
                Err(_) => sheet.write(at, column, cell).unwrap(),
            };
        }
    }
    for (first, last) in merged {
        let text = rows[0][usize::from(*first)].clone();
        sheet.merge_range(0, *first, 0, *last, &text, &Format::new()).unwrap();
    }
    book.save(folder.join(name)).unwrap();
}

fn row(cells: &str) -> Vec<String> {
    cells.split('|').map(str::to_owned).collect()
}

#[test]
fn titles_and_header_rows_of_a_workbook_are_declared() {
    let folder = folder();
    let records = |count: usize| (1..=count).map(|n| row(&format!("{n}|Kund {n}|{}|{n}.5", 1000 + n)));
    let titled = ["Försäljning mars", "Utskriven|2025-04-01", "", "Kvitto|Kund|Order|Belopp"].map(row);
    workbook(folder.path(), "titled.xlsx", &titled.into_iter().chain(records(30)).collect::<Vec<_>>(), &[]);
    let block = infer_in(folder.path(), &["titled.xlsx"]).exits(0).stdout;
    says(&block, "format: { xlsx: { sheet: Sheet1, header_row: 4 } }");
    says(&block, "30 rows read by lojal with this block: 30 loaded, none rejected");

    let grouped = ["Kund||Order|", "nr|namn|nr|summa"].map(row);
    let rows: Vec<_> = grouped.into_iter().chain(records(30)).collect();
    workbook(folder.path(), "grouped.xlsx", &rows, &[(0, 1), (2, 3)]);
    let block = infer_in(folder.path(), &["grouped.xlsx"]).exits(0).stdout;
    says(&block, "format: { xlsx: { sheet: Sheet1, header_lines: 2, names_from: all } }");
    says(&block, "order_summa: { type: \"decimal(12,2)\", aliases: [Order summa]");
    let found = queried(folder.path(), &block, "select min(order_nr) as a, max(kund_nr) as b from grouped");
    assert_eq!(found.lines().nth(1), Some("1001,30"), "{found}");

    let asked = ["Q1|Q2|Q3|Q4", "Vilket?|Vem?|Vilken order?|Hur mycket?"].map(row);
    workbook(folder.path(), "asked.xlsx", &asked.into_iter().chain(records(30)).collect::<Vec<_>>(), &[]);
    let block = infer_in(folder.path(), &["asked.xlsx"]).exits(0).stdout;
    says(&block, "format: { xlsx: { sheet: Sheet1, header_lines: 2 } }");
    says(&block, "q4: { type: \"decimal(12,2)\", aliases: [Q4]");

    let years = std::iter::once(row("Butik|2023|2024|2025")).chain((1..=20).map(|n| row(&format!("B{n}|{n}|{n}|{n}"))));
    workbook(folder.path(), "years.xlsx", &years.collect::<Vec<_>>(), &[]);
    let block = infer_in(folder.path(), &["years.xlsx"]).exits(0).stdout;
    says(&block, "_2024: { type: int, aliases: [\"2024\"]");
    says(&block, "20 rows read by lojal with this block: 20 loaded, none rejected");
}

#[test]
fn a_total_row_of_a_workbook_is_never_a_row_in_silence() {
    let folder = folder();
    let with = |total: &str| -> Vec<Vec<String>> {
        let records = (1..=300).map(|n| row(&format!("Vara {n}|{}|{n}", if n == 7 { "" } else { "Butik" })));
        std::iter::once(row("Vara|Butik|Belopp")).chain(records).chain([row(total)]).collect()
    };
    workbook(folder.path(), "sound.xlsx", &with("Summa||45150"), &[]);
    let refused = infer_in(folder.path(), &["sound.xlsx"]).exits(1);
    assert_eq!(refused.stdout, "");
    says(&refused.stderr, "sound.xlsx, row 302: it looks like a total, and is a sound row: Summa");
    says(&refused.stderr, "take it out of the workbook, or leave it out: ignore_lines:");
    // Where every row has a shop, the rule that a cell must be filled rejects it.
    let mut rows = with("Summa||45150");
    rows[7][1] = "Butik".to_owned();
    workbook(folder.path(), "unsound.xlsx", &rows, &[]);
    let block = infer_in(folder.path(), &["unsound.xlsx"]).exits(0).stdout;
    says(&block, "301 rows read by lojal with this block: 300 loaded");
    says(&block, "butik, required: 1, the first unsound.xlsx:302");
}

#[test]
fn workbooks_of_every_kind_are_declared() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/workbooks");
    for name in ["date.xls", "date.xlsb"] {
        let folder = folder();
        fs::copy(data.join(name), folder.path().join(name)).unwrap();
        let outcome = infer_in(folder.path(), &[name]).exits(0);
        says(&outcome.stdout, "format: { xlsx: {");
        says(&outcome.stdout, "none rejected");
    }
    let folder = folder();
    fs::copy(data.join("any_sheets.ods"), folder.path().join("t.ods")).unwrap();
    let outcome = infer_in(folder.path(), &["t.ods"]);
    assert!(!outcome.stderr.contains("could not read"), "{}", outcome.stderr);
}

#[test]
fn members_of_an_archive_are_sources_by_pattern() {
    let folder = folder();
    let archive = |name: &str, members: &[(&str, String)]| {
        let mut zip = ZipWriter::new(File::create(folder.path().join(name)).unwrap());
        for (name, text) in members {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
    };
    let orders = |day: usize| {
        let rows: String = (1..=20).map(|n| format!("{};{n},50\n", day * 100 + n)).collect();
        format!("order_nr;summa\n{rows}")
    };
    let stores: String = (1..=20).map(|n| format!("{n};Butik {n}\n")).collect();
    archive(
        "delivery.zip",
        &[
            ("2025/orders_20250301.csv", orders(1)),
            ("2025/orders_20250302.csv", orders(2)),
            ("2025/stores.csv", format!("butik;namn\n{stores}")),
        ],
    );
    let block = infer_in(folder.path(), &["delivery.zip"]).exits(0).stdout;
    says(&block, r#"compression: { zip: { members: "2025/orders_*.csv" } }"#);
    says(&block, r#"compression: { zip: { members: "2025/stores.csv" } }"#);
    says(&block, "delivery: { mode: append, date_in_name: \"%Y%m%d\" }");
    let sql = "select count(*) as n, sum(summa) as total, (select count(*) from stores) as stores from orders";
    let found = queried(folder.path(), &block, sql);
    assert_eq!(found.lines().nth(1), Some("40,440.00,20"), "{found}");

    archive("one.zip", &[("orders.csv", orders(1))]);
    let block = infer_in(folder.path(), &["one.zip"]).exits(0).stdout;
    assert!(!block.contains("compression"), "the ending says it\n{block}");
    workbook(folder.path(), "inner.xlsx", &[row("a|b"), row("1|2")], &[]);
    let mut zip = ZipWriter::new(File::create(folder.path().join("book.zip")).unwrap());
    zip.start_file("inner.xlsx", SimpleFileOptions::default()).unwrap();
    zip.write_all(&fs::read(folder.path().join("inner.xlsx")).unwrap()).unwrap();
    zip.finish().unwrap();
    let refused = infer_in(folder.path(), &["book.zip"]).exits(1).stderr;
    says(
        &refused,
        "its member inner.xlsx is a workbook or a Parquet file, which no run reads inside an archive: unpack it",
    );
}
