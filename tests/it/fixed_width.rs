//! Extracts of fixed width: the same orders give the same tables as from CSV, rejects have their place in the file, and
//! positions that cannot be right are mistakes of the pipeline.

use std::io::Write;
use std::sync::OnceLock;

use super::mistakes::{PIPELINE, mistakes, project};
use super::support::{Copy, Outcome, hundredths, integers, repository, texts};

const PATH: &str = "path: $extracts/orders*.csv";
/// Name, start and width of each column. Position 39 is outside the columns.
const POSITIONS: [(&str, usize, usize); 8] = [
    ("order_id", 1, 6),
    ("member_id", 7, 4),
    ("ordered_at", 11, 19),
    ("quantity", 30, 4),
    ("unit_price", 40, 10),
    ("currency", 34, 5),
    ("is_paid", 50, 5),
    ("note", 55, 13),
];

fn columns() -> String {
    let column = |(name, start, width): &(&str, usize, usize)| format!("{name}: {{ start: {start}, width: {width} }}");
    POSITIONS.iter().map(column).collect::<Vec<_>>().join(", ")
}

/// A copy whose orders are files of fixed width, with more keys.
fn declared(copy: Copy, keys: &str) -> Copy {
    let format =
        format!("path: $extracts/orders*\n    format: {{ fixed_width: {{ {keys} columns: {{ {} }} }} }}", columns());
    copy.edit(PIPELINE, PATH, &format);
    copy
}

/// A line with these cells: numbers at the right, texts at the left.
fn line(cells: [&str; 8]) -> String {
    let mut line = vec![' '; 67];
    for ((name, start, width), cell) in POSITIONS.iter().zip(cells) {
        let size = cell.chars().count();
        let blanks = if matches!(*name, "order_id" | "quantity" | "unit_price") { width - size } else { 0 };
        line.splice(start - 1 + blanks..start - 1 + blanks + size, cell.chars());
    }
    line.into_iter().collect()
}

/// The orders of the small project as CSV, with a letter beyond ASCII.
fn orders_csv() -> String {
    Copy::of_small().read("extracts/orders.csv").replace("gift", "gåva")
}

/// The same orders, line by line.
fn orders() -> Vec<String> {
    let text = orders_csv();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let cells = |record: csv::StringRecord| line(std::array::from_fn(|at| record.get(at).unwrap()));
    reader.records().map(|record| cells(record.unwrap())).collect()
}

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--quiet"])
}

/// The published tables equal those of the same orders in CSV, and there is nothing to report.
#[track_caller]
fn same_tables(copy: &Copy) {
    assert_eq!(run(copy).exits(0).stderr, "", "nothing to report");
    static SOUND: OnceLock<Copy> = OnceLock::new();
    let sound = SOUND.get_or_init(|| {
        let copy = Copy::of_small();
        copy.write("extracts/orders.csv", orders_csv());
        run(&copy).exits(0);
        copy
    });
    let sound = sound.warehouse();
    for table in sound.tables().into_iter().filter(|table| table != "row_counts") {
        assert_eq!(copy.warehouse().table(&table), sound.table(&table), "{table}");
    }
}

#[test]
fn the_same_orders_give_the_same_tables_in_any_encoding() {
    let lines = orders();
    let cut: String = lines.iter().map(|line| format!("{}\r\n", line.trim_end_matches(' '))).collect();
    let framed = format!("ORDERS 2025\r\n\r\n{cut}{} ORDERS\r\n\r\n", lines.len());
    let utf16: Vec<u8> = framed.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin: Vec<u8> = framed.chars().map(|c| u8::try_from(c).unwrap()).collect();
    for (keys, bytes) in [
        ("", lines.join("\n").into_bytes()),
        ("trailing_blanks_cut: true, skip_lines: 2, footer_lines: 1,", framed.into_bytes()),
        ("trailing_blanks_cut: true, skip_lines: 2, footer_lines: 1, encoding: utf-16be,", utf16),
        ("trailing_blanks_cut: true, skip_lines: 2, footer_lines: 1, encoding: windows-1252, line_length: 80,", latin),
    ] {
        let copy = declared(Copy::of_small(), keys);
        copy.write("extracts/orders.csv", bytes);
        same_tables(&copy);
    }
}

#[test]
fn several_files_are_read_compressed_or_not() {
    let lines = orders();
    let copy = declared(Copy::of_small(), "");
    copy.remove("extracts/orders.csv");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(lines[..9].join("\n").as_bytes()).unwrap();
    copy.write("extracts/orders_1.txt.gz", gzip.finish().unwrap());
    copy.write("extracts/orders_2.txt", lines[9..].join("\n"));
    same_tables(&copy);
}

#[test]
fn rejects_show_place_rule_and_text() {
    let copy = declared(Copy::of_small(), "skip_lines: 1, encoding: windows-1252,");
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    let good = line(["1", "M1", "2025-02-01 10:00:00", "1", "100.00", "SEK", "true", "Å"]);
    let zero = line(["2", "M1", "2025-02-01 10:00:00", "0", "100.00", "SEK", "true", "å"]);
    let broken = &good[..44];
    let long = format!("{good}  more");
    let beside = format!("{}*{}", &good[..38], &good[39..]);
    let file = ["ÖRDERS", &good, &zero, broken, "", &long, &beside, &good].join("\r\n");
    copy.write("extracts/orders.csv", encoding_rs::WINDOWS_1252.encode(&file).0);
    let said = copy.lojal(&["run"]).exits(0).stderr;
    assert!(said.contains("orders.csv has undeclared columns, which are not read: position 39"), "{said}");
    let rejected = copy.warehouse().quarantine("orders");
    assert_eq!(texts(&rejected, "rule"), ["range", "field_count", "field_count"]);
    assert_eq!(integers(&rejected, "line"), [3, 4, 6]);
    let size = good.chars().count() as i64 + 2;
    assert_eq!(integers(&rejected, "byte_offset"), [8 + size, 8 + 2 * size, 8 + 2 * size + 46 + 2]);
    assert_eq!(texts(&rejected, "raw"), [zero.as_str(), broken, &long]);
    let reasons = texts(&rejected, "reason");
    assert!(
        reasons[1].starts_with("the line has 44 characters, and is_paid is at positions 50 to 54"),
        "{}",
        reasons[1]
    );
    assert_eq!(reasons[2], "the line has 73 characters, and 67 are declared");
    // The row beside text that no column has is another row than the two that are the same.
    let results = copy.warehouse().json("run_results.json");
    let sources = results["sources"].as_array().unwrap();
    let orders = sources.iter().find(|source| source["source"] == "orders").unwrap();
    let counts =
        ["rows_read", "rows_loaded", "rows_duplicate", "rows_rejected"].map(|name| orders[name].as_u64().unwrap());
    assert_eq!(counts, [6, 3, 0, 3]);
    copy.edit(PIPELINE, "amount: [quantity", "extra_columns: fail\n    amount: [quantity");
    let said = run(&copy).exits(1).stderr;
    assert!(said.contains("+ position 39  in the file, not declared"), "{said}");
}

#[test]
fn a_file_of_another_kind_or_encoding_is_reported() {
    let copy = declared(Copy::of_small(), "");
    copy.write("extracts/orders.csv", b"\xFF\xFE1\0");
    assert!(run(&copy).exits(1).stderr.contains("set `encoding: utf-16`"));
    copy.write("extracts/orders.csv", encoding_rs::WINDOWS_1252.encode(&orders().join("\n").replace('M', "Å")).0);
    let said = run(&copy).exits(1).stderr;
    assert!(said.contains("utf-8") && said.contains("not valid UTF-8"), "{said}");
    copy.write("extracts/orders.csv", "");
    assert!(run(&copy).exits(1).stderr.contains("orders"));
}

#[test]
fn positions_that_cannot_be_right() {
    let copy = declared(project(), "line_length: 60,");
    copy.edit(PIPELINE, "order_id: { start: 1, width: 6 }", "order_id: { start: 0, width: 6 }");
    copy.edit(PIPELINE, "member_id: { start: 7, width: 4 }", "member_id: { start: 7, width: 5 }");
    copy.edit(PIPELINE, "quantity: { start: 30, width: 4 }", "quantity: { start: 30, width: 0 }");
    copy.edit(PIPELINE, "unit_price: { start: 40, width: 10 }", "unit_price: { start: 40, width: 2000000 }");
    copy.edit(PIPELINE, "currency: { start: 34, width: 5 }", "curency: { start: 34, width: 5 }");
    mistakes!(7, "positions", copy.lojal(&["check"]).exits(2));
}

#[test]
fn a_position_is_a_start_and_a_width() {
    let copy = declared(project(), "");
    copy.edit(PIPELINE, "order_id: { start: 1, width: 6 }", "order_id: [1, 6]");
    copy.edit(PIPELINE, "note: { start: 55, width: 13 }", "note: { start: 55, end: 67 }");
    mistakes!(2, "position_in_another_form", copy.lojal(&["check"]).exits(2));
}

/// The indented blocks of the section about fixed width.
fn documented() -> Vec<String> {
    let text = std::fs::read_to_string(repository().join("docs/sources-text.md")).unwrap();
    let (_, section) = text.split_once("\n## Fixed width").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("\n\n").filter(|block| block.starts_with("    "));
    blocks.map(|block| block.lines().map(|line| format!("{}\n", &line[4..])).collect()).collect()
}

#[test]
fn the_documented_example_loads() {
    let [file, source] = documented().try_into().unwrap();
    let copy = Copy::of_small();
    let source: String = source.lines().map(|line| format!("  {line}\n")).collect();
    copy.edit(PIPELINE, "\nidentity:\n", &format!("\n{source}\nidentity:\n"));
    let columns =
        "entry_id: { description: Number }\n      amount: { description: Amount }\n      payer: { description: Name }";
    let model = format!("entries:\n    description: Entries.\n    key: [entry_id]\n    columns:\n      {columns}\n");
    copy.edit(PIPELINE, "\nmodels:\n", &format!("\nmodels:\n  {model}\n"));
    let columns = ["entry_id", "amount", "payer"].map(|column| format!("statement.{column}")).join(", ");
    copy.write("sql/marts/entries.sql", format!("select {columns} from statement\n"));
    copy.write("extracts/statement_20251208.txt", encoding_rs::WINDOWS_1252.encode(&file).0);
    let said = copy.lojal(&["run"]).exits(0).stderr;
    assert!(said.contains("which are not read: positions 46 to 56"), "{said}");
    let entries = copy.warehouse().table("entries");
    assert_eq!(integers(&entries, "entry_id"), [101_061, 101_062]);
    assert_eq!(hundredths(&entries, "amount"), [Some(137_100), Some(1250)]);
    assert_eq!(texts(&entries, "payer"), ["Åsa Öberg", "Bo Ek"]);
}
