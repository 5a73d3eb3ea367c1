//! The same orders in other dialects, encodings, names and compressions give the same tables.

use std::io::Write;

use super::support::{Copy, Outcome, integers, small_run, texts};

const ORDERS: &str = "extracts/orders.csv";
const PIPELINE: &str = "pipelines/shop.yml";
const PATH: &str = "    path: $extracts/orders*.csv\n";

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--quiet"])
}

/// A copy whose orders are declared with more keys.
fn declared(keys: &str) -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, PATH, &format!("    path: $extracts/orders*\n    {keys}\n"));
    copy
}

fn csv(keys: &str) -> Copy {
    declared(&format!("format: {{ csv: {{ {keys} }} }}"))
}

/// The published tables equal those of the original orders.
#[track_caller]
fn same_tables(copy: &Copy) {
    let outcome = run(copy).exits(0);
    assert_eq!(outcome.stderr, "", "nothing to report");
    let sound = small_run().0.warehouse();
    for table in sound.tables() {
        assert_eq!(copy.warehouse().table(&table), sound.table(&table), "{table}");
    }
}

fn orders() -> String {
    Copy::of_small().read(ORDERS)
}

/// Replaces the commas that are not part of a value.
fn delimited(text: &str, delimiter: char) -> String {
    let mut quoted = false;
    let sign = |c| {
        quoted ^= c == '"';
        if c == ',' && !quoted { delimiter } else { c }
    };
    text.chars().map(sign).collect()
}

#[test]
fn other_signs_make_no_difference() {
    let copy = csv("delimiter: ';', comment: '#', skip_lines: 2, footer_lines: 1");
    let lines = delimited(&orders(), ';').replace('\n', "\r\n# it's a \"comment\r\n");
    copy.write(ORDERS, format!("Orders;\"of\r\n2025\r\n{lines}20 orders\r\n\r\n"));
    same_tables(&copy);
    let copy = csv("delimiter: \"\\t\", quote: null, escape: \"\\\\\", newlines_in_values: true");
    copy.write(ORDERS, delimited(&orders(), '\t').replace('"', "").replace("gift", "g\\ift"));
    same_tables(&copy);
}

#[test]
fn other_encodings_make_no_difference() {
    let text = orders().replace("gift", "gåva");
    let sound = Copy::of_small();
    sound.write(ORDERS, &text);
    run(&sound).exits(0);
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let section: Vec<u8> = text.replace(',', "§").chars().map(|c| u8::try_from(c).unwrap()).collect();
    for (keys, bytes) in [
        ("encoding: iso-8859-1", latin.clone()),
        ("encoding: iso-8859-15", latin.clone()),
        ("encoding: windows-1252", latin),
        ("encoding: utf-16le", utf16.clone()),
        ("encoding: utf-16", [vec![0xFF, 0xFE], utf16].concat()),
        ("encoding: windows-1252, delimiter: '§'", section),
    ] {
        let copy = csv(keys);
        copy.write(ORDERS, bytes);
        run(&copy).exits(0);
        for table in sound.warehouse().tables() {
            assert_eq!(copy.warehouse().table(&table), sound.warehouse().table(&table), "{keys}: {table}");
        }
    }
}

#[test]
fn rejects_of_another_encoding_keep_their_places() {
    let copy = csv("encoding: utf-16le, delimiter: ';'");
    let text = orders().replace(',', ";") + "x;Åsa;2025-02-14 10:00:00;1;1.00;SEK;true;\n";
    copy.write(ORDERS, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    run(&copy).exits(0);
    let rejected = copy.warehouse().quarantine("orders");
    assert_eq!(texts(&rejected, "raw"), ["x;Åsa;2025-02-14 10:00:00;1;1.00;SEK;true;"]);
    let before = text[..text.find("x;Å").unwrap()].encode_utf16().count();
    assert_eq!(integers(&rejected, "byte_offset"), [2 * before as i64]);
    assert_eq!(integers(&rejected, "line"), [22]);
}

#[test]
fn compressed_files_are_read_by_extension_and_by_declaration() {
    let text = orders();
    let half = text.len() / 2;
    let gzip = |text: &str| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap()
    };
    let zstd = zstd::encode_all(text.as_bytes(), 1).unwrap();
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(text.as_bytes()).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    bzip2.write_all(text.as_bytes()).unwrap();
    for (name, keys, bytes) in [
        ("orders.csv.gz", "optional: false", [gzip(&text[..half]), gzip(&text[half..])].concat()),
        ("orders.csv.zst", "optional: false", zstd.clone()),
        ("orders.csv.bz2", "optional: false", bzip2.finish().unwrap()),
        ("orders.csv.xz", "optional: false", xz.finish().unwrap()),
        ("orders.csv", "compression: zstd", zstd),
    ] {
        let copy = declared(keys);
        copy.remove(ORDERS);
        copy.write(&format!("extracts/{name}"), bytes);
        same_tables(&copy);
    }
}

#[test]
fn a_truncated_compressed_file_is_reported() {
    let copy = declared("optional: false");
    copy.remove(ORDERS);
    let whole = zstd::encode_all(orders().as_bytes(), 1).unwrap();
    copy.write("extracts/orders.csv.zst", &whole[..whole.len() / 2]);
    let outcome = run(&copy).exits(1);
    assert!(outcome.stderr.contains("orders.csv.zst: the zstd data end too early"), "{}", outcome.stderr);
    copy.write("extracts/orders.csv.zst", orders());
    let outcome = run(&copy).exits(1);
    assert!(
        outcome.stderr.contains("orders.csv.zst: the zstd data are damaged or not zstd data"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_renamed_column_keeps_old_files_readable() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "order_id: { type: int,", "order_id: { aliases: [\"Order No\", ordernr], type: int,");
    let text = orders();
    let (header, rows) = text.split_once('\n').unwrap();
    let (old, new) = rows.split_at(rows[..rows.len() / 2].rfind('\n').unwrap() + 1);
    copy.write("extracts/orders_1.csv", format!("{}\n{old}", header.replace("order_id", " Order No ")));
    copy.write("extracts/orders_2.csv", format!("{}\n{new}", header.replace("order_id", "\"ordernr\"")));
    let outcome = run(&copy).exits(0);
    assert!(outcome.stderr.contains("20 duplicate rows, loaded once"), "{}", outcome.stderr);
    let both = format!("{}\n", header.replace("order_id", "ordernr,order_id"));
    copy.write("extracts/orders_2.csv", both);
    let outcome = run(&copy).exits(1);
    let expected = "has the column order_id under several of its names: order_id, ordernr";
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
}

#[test]
fn a_file_without_header_has_the_declared_order() {
    let copy = csv("header: false");
    let text = orders();
    copy.write(ORDERS, text.split_once('\n').unwrap().1);
    same_tables(&copy);
}

#[test]
fn the_wrong_encoding_is_named() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let copy = Copy::of_small();
    copy.write(ORDERS, utf16(&format!("\u{FEFF}{}", orders())));
    let outcome = run(&copy).exits(1);
    assert!(outcome.stderr.contains("byte order mark of UTF-16: set `encoding: utf-16`"), "{}", outcome.stderr);
    copy.write(ORDERS, utf16(&orders()));
    let outcome = run(&copy).exits(1);
    assert!(outcome.stderr.contains("set `encoding: utf-16le`"), "{}", outcome.stderr);
    let latin: String = orders().lines().map(|line| format!("{line}Å\n")).collect();
    let latin = latin.replacen("noteÅ", "note", 1);
    copy.write(ORDERS, latin.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<u8>>());
    let outcome = run(&copy).exits(1);
    assert!(outcome.stderr.contains("most of the rows are not utf-8"), "{}", outcome.stderr);
}

#[test]
fn impossible_signs_are_reported() {
    let copy = csv("delimiter: '€', encoding: iso-8859-1");
    let outcome = copy.lojal(&["check"]).exits(2);
    assert!(outcome.stderr.contains("the delimiter `€` is not a character of iso-8859-1"), "{}", outcome.stderr);
    let copy = csv("delimiter: '#', comment: '#'");
    let outcome = copy.lojal(&["check"]).exits(2);
    assert!(outcome.stderr.contains("delimiter and comment must differ"), "{}", outcome.stderr);
}
