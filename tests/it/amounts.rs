//! Numbers as floats, spreadsheets and bookkeepers leave them, workbooks of every kind, and zip archives: small projects
//! of one source, with a model that shows what was loaded.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{Format, FormatAlign, Workbook};
use serde_json::Value;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::support::{Copy, Outcome, hundredths, repository, texts};

/// A project with one source, `lines`; `shown` are the columns that its model shows as text.
fn project(source: &str, shown: &[&str]) -> Copy {
    let copy = Copy::of_small();
    for folder in ["pipelines", "sql", "extracts"] {
        std::fs::remove_dir_all(copy.path().join(folder)).unwrap();
        std::fs::create_dir_all(copy.path().join(folder)).unwrap();
    }
    std::fs::create_dir(copy.path().join("sql/marts")).unwrap();
    let described: String = shown.iter().map(|name| format!("      {name}: {{ description: As loaded }}\n")).collect();
    copy.write(
        "pipelines/lines.yml",
        format!(
            "name: lines\ndescription: One source.\ntime_zone: UTC\nbase_currency: SEK\nmax_rejected: 100%\n\n\
             sources:\n  lines:\n    description: Lines.\n{source}\n\
             models:\n  loaded:\n    description: What was loaded.\n    restricted: {}\n    key: [{}]\n    columns:\n{described}",
            source.contains("personal: true"),
            shown[0]
        ),
    );
    copy.append(
        "pipelines/lines.yml",
        "  totals:\n    description: Control totals.\n    key: [source]\n    columns:\n      \
         source: { description: The source }\n      amount_loaded: { description: The sum }\n",
    );
    copy.write(
        "sql/marts/totals.sql",
        "-- Grain: one row per source.\n\nselect\n    source_counts.source,\n    source_counts.amount_loaded\nfrom source_counts\n",
    );
    let columns: Vec<String> =
        shown.iter().map(|name| format!("    cast(lines.{name} as varchar) as {name}")).collect();
    copy.write(
        "sql/marts/loaded.sql",
        format!("-- Grain: one row per line.\n\nselect\n{}\nfrom lines\n", columns.join(",\n")),
    );
    copy
}

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "pipelines/lines.yml", "--quiet", "--as-of", "2026-01-01"])
}

/// A column of the published rows.
fn loaded(copy: &Copy, column: &str) -> Vec<String> {
    texts(&copy.warehouse().table("loaded"), column)
}

fn source_counts(copy: &Copy) -> Value {
    let results = copy.warehouse().json("run_results.json");
    results["sources"][0].clone()
}

const FLOATS: [(i64, Option<f64>, f64); 5] = [
    (1, Some(3.0), 0.1 + 0.2),
    (2, None, 3.3000000000000003),
    (3, Some(1.0), 59.97),
    (4, Some(2.0), 434.99999999999994),
    (5, Some(1.0), 1e-5),
];

const FLOAT_COLUMNS: &str = "    values: { round: 2 }
    columns:
      id: { type: int, required: true }
      units: { type: int }
      price: { type: \"decimal(12,2)\", required: true, max: 435 }
      rate: { type: \"decimal(6,4)\", optional: true }";

#[test]
fn noise_of_floats_is_rounded_alike_in_every_format() {
    let cases: [(&str, &str); 4] =
        [("csv", "csv: {}"), ("jsonl", "json_lines: {}"), ("parquet", "parquet: {}"), ("xlsx", "xlsx: {}")];
    for (ending, format) in cases {
        let source = format!(
            "    path: extracts/lines.{ending}\n    format: {{ {format} }}\n    amount: [price]\n{FLOAT_COLUMNS}"
        );
        let copy = project(&source, &["id", "units", "price"]);
        let path = copy.path().join(format!("extracts/lines.{ending}"));
        write_floats(&path, ending);
        let outcome = run(&copy).exits(0);
        assert_eq!(loaded(&copy, "price"), ["0.30", "3.30", "59.97", "435.00", "0.00"], "{ending}");
        assert_eq!(loaded(&copy, "units"), ["3", "", "1", "2", "1"], "{ending}");
        // A workbook has 15 digits of a number, so that only the smallest one is rounded.
        let rounded = if ending == "xlsx" { 1 } else { 4 };
        let changed = &source_counts(&copy)["cells_changed"];
        assert_eq!(changed[0]["change"], "rounded", "{ending}: {changed}");
        assert_eq!(changed[0]["cells"], rounded, "{ending}");
        assert!(outcome.stderr.contains("rounded (`round`); the first: extracts/lines"), "{}", outcome.stderr);
        // The control total is that of the rounded prices, and bounds hold for them: 435.00 is not above 435.
        assert_eq!(hundredths(&copy.warehouse().table("totals"), "amount_loaded"), [Some(49_857)], "{ending}");
    }
}

fn write_floats(path: &Path, ending: &str) {
    let mut text = String::new();
    match ending {
        "csv" => {
            text.push_str("id,units,price,rate\n");
            for (id, units, price) in FLOATS {
                let units = units.map_or(String::new(), |units| format!("{units:.1}"));
                text.push_str(&format!("{id}.0,{units},{price:?},0.0625\n"));
            }
        }
        "jsonl" => {
            for (id, units, price) in FLOATS {
                text.push_str(&format!(
                    "{{\"id\": {id}, \"units\": {}, \"price\": {price:?}}}\n",
                    match units {
                        Some(units) => format!("{units:?}"),
                        None => "null".to_owned(),
                    }
                ));
            }
        }
        "parquet" => {
            let columns: [(&str, DataType, ArrayRef); 3] = [
                ("id", DataType::Int64, Arc::new(FLOATS.iter().map(|row| row.0).collect::<Int64Array>())),
                ("units", DataType::Float64, Arc::new(FLOATS.iter().map(|row| row.1).collect::<Float64Array>())),
                ("price", DataType::Float64, Arc::new(FLOATS.iter().map(|row| Some(row.2)).collect::<Float64Array>())),
            ];
            let fields: Vec<Field> = columns.iter().map(|(name, ty, _)| Field::new(*name, ty.clone(), true)).collect();
            let arrays = columns.into_iter().map(|(.., array)| array).collect();
            let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
            let file = std::fs::File::create(path).unwrap();
            let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            return;
        }
        _ => {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            for (column, name) in (0..).zip(["id", "units", "price"]) {
                sheet.write(0, column, name).unwrap();
            }
            for (row, (id, units, price)) in (1..).zip(FLOATS) {
                sheet.write(row, 0, id as f64).unwrap();
                units.map(|units| sheet.write(row, 1, units).unwrap());
                sheet.write(row, 2, price).unwrap();
            }
            book.save(path).unwrap();
            return;
        }
    }
    std::fs::write(path, text).unwrap();
}

#[test]
fn without_round_noise_is_rejected_with_the_way_out() {
    let source = format!("    path: extracts/lines.csv\n{}", FLOAT_COLUMNS.replace("    values: { round: 2 }\n", ""));
    let copy = project(&source, &["id", "price"]);
    copy.write("extracts/lines.csv", "id,units,price\n1,1,0.30000000000000004\n2,1,1.50\n3,4.67017E+10,1\n4,1.000,1\n");
    let said = run(&copy).exits(0).stderr;
    assert!(said.contains("`round: 2` under `values` would round it"), "{said}");
    assert_eq!(loaded(&copy, "id"), ["2"]);
    let reasons = texts(&copy.warehouse().quarantine("lines"), "reason").join("\n");
    assert!(reasons.contains("'4.67017E+10' has lost its last digits"), "{reasons}");
    assert!(reasons.contains("'1.000' is ambiguous"), "{reasons}");
}

#[test]
fn amounts_of_bookkeepers() {
    let source = "    path: extracts/lines.csv
    format: { csv: { delimiter: \";\" } }
    values: { decimal_sign: \",\", thousands_signs: [\" \", \".\"], currency_signs: [kr, CHF] }
    amount: [amount]
    columns:
      id: { type: string, required: true }
      amount:
        type: \"decimal(14,2)\"
        values: { negative: [parentheses, trailing_minus, cr_dr], zero_words: [\"-\", \"–\"] }";
    let copy = project(source, &["id", "amount"]);
    let rows = [
        ("a", "(2 500,75 kr)", "-2500.75"),
        ("b", "17,20-", "-17.20"),
        ("c", " -   kr ", "0.00"),
        ("d", "1.000,00 CR", "-1000.00"),
        ("e", "1.000,00 Dr", "1000.00"),
        ("f", "CHF 12,--", "12.00"),
        ("g", "–3,5", "-3.50"),
        ("h", "", ""),
    ];
    let lines: String = rows.iter().map(|(id, amount, _)| format!("{id};{amount}\n")).collect();
    copy.write("extracts/lines.csv", format!("id;amount\n{lines}i;(5) CR\n"));
    let said = run(&copy).exits(0).stderr;
    assert_eq!(loaded(&copy, "amount"), rows.map(|(.., amount)| amount));
    assert!(said.contains("'(5) CR' is not a number with") && said.contains("negative in parentheses"), "{said}");
}

#[test]
fn contradictory_forms_of_numbers_are_refused() {
    let source = "    path: extracts/lines.csv
    values: { round: 3, currency_signs: [CR] }
    columns:
      id: { type: int, values: { round: 0 } }
      amount: { type: \"decimal(8,2)\", values: { round: 4, zero_words: [\"-\", \"0\"], null_words: [\"-\"] } }
      other: { type: \"decimal(8,2)\", values: { negative: [cr_dr, dr_cr] } }
      note: { type: string, values: { negative: [parentheses] } }";
    let copy = project(source, &["id"]);
    let said = copy.lojal(&["check", "pipelines/lines.yml"]).exits(2).stderr;
    for expected in [
        "no decimal column of this source has 3 digits",
        "`CR` is a side of the ledger",
        "round is for columns of type decimal",
        "`round: 4` rounds nothing",
        "`-` cannot mean zero: null_words says",
        "`0` cannot mean zero: it holds a digit",
        "CR is negative with `cr_dr` and positive with `dr_cr`",
        "negative is for columns of type int or decimal",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn texts_wrapped_for_a_spreadsheet() {
    let source = "    path: extracts/lines.csv
    key: [id]
    columns:
      id: { type: string, required: true }
      code: { type: string }
      units: { type: int }
      phone: { type: string, personal: true }";
    let rows = "id,code,units,phone\n\"=\"\"001\"\"\",=\"00123\",\"=\"\"7\"\"\",'0701\n002,'t Hooft,8,4.67017E+10\n003,=1+2,9,'+46\n";
    let copy = project(source, &["id", "code", "units", "phone"]);
    copy.write("extracts/lines.csv", rows);
    let said = run(&copy).exits(0).stderr;
    assert_eq!(loaded(&copy, "code"), ["'t Hooft", "=1+2"], "a wrapped number is not a whole number");
    assert!(said.contains("is not a whole number; `unwrap_formulas: true` under `values` would read"), "{said}");
    assert!(said.contains("phone: extracts/lines.csv:3 has a number that a spreadsheet has rounded, so"), "{said}");
    assert!(said.contains("has a text wrapped for a spreadsheet"), "{said}");

    copy.edit(
        "pipelines/lines.yml",
        "    key: [id]\n    columns:\n      id: { type: string",
        "    key: [id]\n    values: { unwrap_formulas: true }\n    columns:\n      id: { type: string",
    );
    let said = run(&copy).exits(0).stderr;
    assert_eq!(loaded(&copy, "id"), ["001", "002", "003"]);
    assert_eq!(loaded(&copy, "code"), ["00123", "'t Hooft", "=1+2"]);
    assert_eq!(loaded(&copy, "units"), ["7", "8", "9"]);
    assert_eq!(loaded(&copy, "phone"), ["0701", "4.67017E+10", "+46"]);
    let expected = "1 cell of code was unwrapped (`unwrap_formulas`); the first: extracts/lines.csv:2: '=\"00123\"' is read as '00123'";
    assert!(said.contains(expected), "{said}");
    assert!(!said.contains("0701"), "personal: {said}");
}

#[test]
fn an_id_that_a_spreadsheet_has_rounded_is_rejected() {
    let source = "    path: extracts/lines.csv
    key: [id]
    columns:
      id: { type: string, required: true }
      units: { type: int }";
    let copy = project(source, &["id"]);
    copy.write("extracts/lines.csv", "id,units\n4.67017E+10,1\n4.67017E+10,2\n4E+10,3\nE+10,4\n46701740613,5\n");
    let said = run(&copy).exits(0).stderr;
    assert_eq!(loaded(&copy, "id"), ["46701740613", "E+10"]);
    assert!(said.contains("3 of 5 rows rejected") && said.contains("has lost its last digits"), "{said}");
    copy.edit("pipelines/lines.yml", "id: { type: string,", "id: { type: string, id: { as_written: true },");
    run(&copy).exits(0);
    assert_eq!(
        loaded(&copy, "id"),
        ["46701740613", "4E+10", "4.67017E+10", "E+10"].map(String::from).to_vec().tap_sorted()
    );
}

trait Sorted {
    fn tap_sorted(self) -> Self;
}

impl Sorted for Vec<String> {
    fn tap_sorted(mut self) -> Self {
        self.sort();
        self
    }
}

const SHEET: &str = "    columns:
      id: { type: int, required: true }
      price: { type: \"decimal(12,2)\", required: true }";

/// A workbook with sheets of one row each: name, whether it is hidden, id.
fn sheets(path: &Path, sheets: &[(&str, u8, u32)]) {
    let mut book = Workbook::new();
    let visible = sheets.iter().position(|(_, hidden, _)| *hidden == 0);
    for (at, (name, hidden, id)) in sheets.iter().enumerate() {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        sheet.write(0, 0, "id").unwrap();
        sheet.write(0, 1, "price").unwrap();
        sheet.write(1, 0, *id).unwrap();
        sheet.write(1, 1, 12.5).unwrap();
        if Some(at) == visible {
            sheet.set_active(true).set_first_tab(true);
        }
        match hidden {
            0 => {}
            1 => {
                sheet.set_hidden(true);
            }
            _ => {
                sheet.set_very_hidden(true);
            }
        }
    }
    book.save(path).unwrap();
}

#[test]
fn the_first_visible_sheet_is_read_and_the_others_are_named() {
    let copy = project(&format!("    path: extracts/*.xlsx\n    format: {{ xlsx: {{}} }}\n{SHEET}"), &["id"]);
    sheets(
        &copy.path().join("extracts/a.xlsx"),
        &[("Settings", 1, 99), ("Lists", 2, 98), ("Orders", 0, 1), ("Old", 0, 97)],
    );
    sheets(
        &copy.path().join("extracts/b.xlsx"),
        &[("Settings", 1, 99), ("Lists", 2, 98), ("Orders", 0, 2), ("Old", 0, 97)],
    );
    let said = run(&copy).exits(0).stderr;
    assert_eq!(loaded(&copy, "id"), ["1", "2"]);
    let expected = "extracts/a.xlsx and 1 other file: its first visible sheet, `Orders`, is read and not `Settings` (hidden), \
                    `Lists` (hidden by a program), `Old`";
    assert!(said.contains(expected), "{said}");

    copy.edit("pipelines/lines.yml", "xlsx: {}", "xlsx: { sheet: Lists }");
    let said = run(&copy).exits(0).stderr;
    assert_eq!(loaded(&copy, "id"), ["98"], "a sheet that is named is read, hidden or not");
    assert!(!said.contains("visible"), "{said}");
}

#[test]
fn several_header_rows_with_merged_cells_name_the_columns() {
    let source = "    path: extracts/lines.xlsx
    format: { xlsx: { header_row: 2, header_lines: 2, names_from: all, first_row: 5 } }
    columns:
      id: { type: int, required: true, aliases: [Order no] }
      first: { type: \"decimal(8,2)\", aliases: [Price net] }
      second: { type: \"decimal(8,2)\", aliases: [Price gross] }
      note: { type: string, aliases: [Comment] }";
    let copy = project(source, &["id", "first", "second", "note"]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let centred = Format::new().set_align(FormatAlign::Center);
    sheet.write(0, 0, "Orders of the week").unwrap();
    sheet.write(1, 0, "Order").unwrap();
    sheet.merge_range(1, 1, 1, 2, "Price", &centred).unwrap();
    for (column, name) in (0..).zip(["no", "net", "gross", "Comment"]) {
        sheet.write(2, column, name).unwrap();
    }
    sheet.write(3, 0, "(number)").unwrap();
    sheet.write(4, 0, 7).unwrap();
    sheet.write(4, 1, 8.0).unwrap();
    sheet.write(4, 2, 10.0).unwrap();
    sheet.write(4, 3, "urgent").unwrap();
    book.save(copy.path().join("extracts/lines.xlsx")).unwrap();
    run(&copy).exits(0);
    let columns = ["id", "first", "second", "note"].map(|column| loaded(&copy, column));
    assert_eq!(columns, [["7"], ["8.00"], ["10.00"], ["urgent"]]);
    // The text of a merged cell does not reach beyond it: the comment is not a price.
    copy.edit("pipelines/lines.yml", "first_row: 5", "first_row: 3");
    let said = copy.lojal(&["check", "pipelines/lines.yml"]).exits(2).stderr;
    assert!(said.contains("row 3 belongs to the header, or is above it"), "{said}");
}

#[test]
fn zeros_that_a_workbook_shows_are_kept_in_text() {
    let source = "    path: extracts/lines.xlsx
    format: { xlsx: {} }
    columns:
      id: { type: int, required: true }
      postcode: { type: string }
      number: { type: string }";
    let copy = project(source, &["id", "postcode", "number"]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (five, usual) = (Format::new().set_num_format("00000"), Format::new().set_num_format("#,##0.00"));
    for (column, name) in (0..).zip(["id", "postcode", "number"]) {
        sheet.write(0, column, name).unwrap();
    }
    for (row, number) in (1..).zip([1234.0, 90210.0, 7.0]) {
        sheet.write_with_format(row, 0, number, &five).unwrap();
        sheet.write_with_format(row, 1, number, &five).unwrap();
        sheet.write_with_format(row, 2, number, &usual).unwrap();
    }
    book.save(copy.path().join("extracts/lines.xlsx")).unwrap();
    run(&copy).exits(0);
    assert_eq!(loaded(&copy, "postcode"), ["01234", "00007", "90210"]);
    assert_eq!(loaded(&copy, "number"), ["1234", "7", "90210"]);
}

/// A workbook from calamine's tests (see the folder's README).
fn fixture(copy: &Copy, name: &str) {
    let from = repository().join("tests/data/workbooks").join(name);
    std::fs::copy(from, copy.path().join("extracts").join(name)).unwrap();
}

#[test]
fn old_binary_and_open_workbooks_are_read_by_their_content() {
    let days = "    columns:
      at: { type: date, required: true }
      number: { type: string }";
    for name in ["date.xls", "date.xlsb"] {
        let source = format!("    path: extracts/{name}\n    format: {{ xlsx: {{ header: false }} }}\n{days}");
        let copy = project(&source, &["at", "number"]);
        fixture(&copy, name);
        run(&copy).exits(0);
        assert_eq!(loaded(&copy, "at")[0], "2021-01-01", "{name}");
        assert_eq!(loaded(&copy, "number")[0], "15", "{name}");
    }
    let numbers = "    columns:
      a: { type: int, required: true }
      b: { type: int, required: true }";
    for name in ["any_sheets.xlsb", "any_sheets.ods"] {
        let source = format!("    path: extracts/{name}\n    format: {{ xlsx: {{ header: false }} }}\n{numbers}");
        let copy = project(&source, &["a", "b"]);
        fixture(&copy, name);
        let said = run(&copy).exits(0).stderr;
        assert_eq!((loaded(&copy, "a")[0].as_str(), loaded(&copy, "b")[0].as_str()), ("1", "2"), "{name}");
        assert!(
            said.contains("its first visible sheet, `Visible`, is read and not `Hidden` (hidden)"),
            "{name}: {said}"
        );
        copy.edit("pipelines/lines.yml", "      b: { type: int, required: true }\n", "");
        copy.edit("sql/marts/loaded.sql", ",\n    cast(lines.b as varchar) as b", "");
        copy.edit("pipelines/lines.yml", "      b: { description: As loaded }\n", "");
        let said = run(&copy).exits(0).stderr;
        assert!(said.contains("expected 1 columns, found cells in B too"), "{name}: {said}");
    }
}

/// Writes a zip archive: name, content, whether it is packed.
fn archive(path: &Path, members: &[(&str, &str, bool)]) {
    let mut zip = ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, content, is_packed) in members {
        let method = if *is_packed { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn members_of_zip_archives_are_files_of_their_source() {
    let source = format!(
        "    path: extracts/*.zip\n    compression: {{ zip: {{ members: \"*lines_*.csv\" }} }}\n    \
         delivery: {{ mode: append, date_in_name: \"%Y%m%d\" }}\n{SHEET}"
    );
    let copy = project(&source, &["id", "price"]);
    let path = copy.path().join("extracts/week.zip");
    let members = [
        ("out/lines_20250102.csv", "price,id\n2.50,2\nx,3\n", true),
        ("lines_20250101.csv", "id,price\n1,1.50\n", false),
        ("readme.txt", "nothing", true),
        ("__MACOSX/._lines_20250101.csv", "nothing", true),
    ];
    archive(&path, &members[..3]);
    let said = run(&copy).exits(0).stderr;
    assert_eq!(loaded(&copy, "id"), ["1", "2"]);
    assert!(said.contains("extracts/week.zip!out/lines_20250102.csv:3: price: 'x' is not a number"), "{said}");
    let files = &source_counts(&copy)["by_file"];
    assert_eq!(files[0]["path"], "extracts/week.zip!lines_20250101.csv");
    assert_eq!((&files[0]["rows_read"], &files[1]["rows_rejected"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(files[1]["delivery_day"], "2025-01-02");

    // The same member in another archive is the same file.
    archive(&copy.path().join("extracts/again.zip"), &members[1..2]);
    run(&copy).exits(0);
    assert_eq!(loaded(&copy, "id"), ["1", "2"]);
    assert_eq!(source_counts(&copy)["files_duplicate"], 1);
    std::fs::remove_file(copy.path().join("extracts/again.zip")).unwrap();

    copy.edit("pipelines/lines.yml", "*lines_*.csv", "*.tsv");
    let said = run(&copy).exits(1).stderr;
    assert!(
        said.contains("no member of the zip archive matches `*.tsv`; its members are: lines_20250101.csv"),
        "{said}"
    );

    copy.edit("pipelines/lines.yml", "compression: { zip: { members: \"*.tsv\" } }", "compression: zip");
    archive(&path, &[members[0], members[1], members[3]]);
    run(&copy).exits(0);
    assert_eq!(loaded(&copy, "id"), ["1", "2"], "what a system adds by itself is not a member");

    // A member that is compressed by itself is read too.
    let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
    zip.start_file("lines_20250103.csv.gz", SimpleFileOptions::default()).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(b"id,price\n9,1\n").unwrap();
    zip.write_all(&packed.finish().unwrap()).unwrap();
    zip.finish().unwrap();
    run(&copy).exits(0);
    assert_eq!(loaded(&copy, "id"), ["9"]);

    // Members of one size are different files.
    archive(&path, &[("lines_20250101.csv", "id,price\n4,1\n", true), ("lines_20250102.csv", "id,price\n5,1\n", true)]);
    run(&copy).exits(0);
    assert_eq!(loaded(&copy, "id"), ["4", "5"]);
}

#[test]
fn unsound_archives_are_refused_by_name() {
    let source = format!("    path: extracts/week.zip\n{SHEET}");
    let copy = project(&source, &["id"]);
    let path = copy.path().join("extracts/week.zip");
    let fails = |expected: &str| {
        let said = run(&copy).exits(1).stderr;
        assert!(said.contains(expected), "{expected}: {said}");
    };
    let rows: String = (0..2000).map(|id| format!("{id},{}.00\n", id * 7919 % 1000)).collect();
    let text = format!("id,price\n{rows}");
    archive(&path, &[("../lines.csv", &text, true)]);
    fails("the name of its member `../lines.csv` is not a place inside the archive");
    archive(&path, &[("inner.zip", &text, true)]);
    fails("its member `inner.zip` is a zip archive itself");
    archive(&path, &[]);
    fails("the zip archive has no members");
    copy.write("extracts/week.zip", "id,price\n1,2\n");
    fails("it is not a valid zip archive");
    archive(&path, &[("lines.csv", &text, true)]);
    let whole = std::fs::read(&path).unwrap();
    copy.write("extracts/week.zip", &whole[..whole.len() / 2]);
    fails("it is not a valid zip archive");
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 8].fill(0x5A);
    copy.write("extracts/week.zip", &damaged);
    fails("the zip data");
    // The flag of encryption, in the member's own header and in the directory.
    let mut encrypted = whole;
    let directory = encrypted.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    encrypted[6] |= 1;
    encrypted[directory + 8] |= 1;
    copy.write("extracts/week.zip", &encrypted);
    fails("its member `lines.csv` is encrypted");
    // 80 MiB of nothing in 80 KiB.
    let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
    zip.start_file("lines.csv", SimpleFileOptions::default().compression_level(Some(9))).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    zip.write_all(b"id,price\n").unwrap();
    (0..80).for_each(|_| zip.write_all(&zeros).unwrap());
    zip.finish().unwrap();
    fails("expand more than 1000 times");
}
