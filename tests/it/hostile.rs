//! Malicious extracts: each ends in a clear error or in quarantine, with bounded memory and nothing written in the
//! wrong place.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::Child;
use std::time::Duration;

use super::support::{Copy, Outcome, texts};

const ORDERS: &str = "extracts/orders.csv";
const PIPELINE: &str = "pipelines/shop.yml";
const PATH: &str = "    path: $extracts/orders*.csv\n";
const ROW: &str = "99,M1,2025-02-14 10:00:00,1,1.00,SEK,true,\n";

/// The bytes that a file of any size may cost beyond a run of the small project.
const MORE_MEMORY: u64 = 150 << 20;

fn with(keys: &str) -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, PATH, &format!("    path: $extracts/orders*\n    {keys}\n"));
    copy
}

/// The peak of a process's resident memory in bytes.
fn watch(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        peak = peak.max(line.trim_end_matches("kB").trim().parse::<u64>().unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(10));
    }
    peak
}

fn measured(copy: &Copy) -> (Outcome, u64) {
    let mut child = copy.start(&["run", "--quiet", "--threads", "2"]);
    let peak = watch(&mut child);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }, peak)
}

/// Runs with little more memory than a run of the small project.
#[track_caller]
fn bounded(copy: &Copy) -> Outcome {
    let (_, usual) = measured(&Copy::of_small());
    let (outcome, peak) = measured(copy);
    assert!(peak < usual + MORE_MEMORY, "{} MiB, usually {} MiB", peak >> 20, usual >> 20);
    outcome
}

/// Adds zeros to the orders as a hole in the file, then a line end and a good row.
fn with_hole(copy: &Copy, before: &str, size: u64) {
    let mut file = File::options().append(true).open(copy.path().join(ORDERS)).unwrap();
    file.write_all(before.as_bytes()).unwrap();
    let end = file.seek(SeekFrom::End(0)).unwrap();
    file.set_len(end + size).unwrap();
    file.write_all(format!("\n{ROW}").as_bytes()).unwrap();
}

#[test]
fn a_line_without_end_is_one_rejected_row() {
    for keys in ["optional: false", "format: { csv: { newlines_in_values: true } }"] {
        let copy = with(keys);
        with_hole(&copy, "", 300 << 20);
        let outcome = bounded(&copy).exits(0);
        assert!(outcome.stderr.contains("source orders: 1 of 22 rows rejected"), "{}", outcome.stderr);
        assert_eq!(texts(&copy.warehouse().quarantine("orders"), "rule"), ["record_size"]);
    }
}

#[test]
fn a_line_without_end_is_reported_if_there_must_be_a_footer() {
    let copy = with("format: { csv: { footer_lines: 1 } }");
    with_hole(&copy, "", 100 << 20);
    let outcome = bounded(&copy).exits(1);
    assert!(outcome.stderr.contains("footer_lines: 1 cannot be held back"), "{}", outcome.stderr);
}

#[test]
fn a_line_without_end_in_a_compressed_file_is_one_rejected_row() {
    let copy = with("optional: false");
    let header = copy.read(ORDERS).lines().next().unwrap().to_owned();
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writeln!(writer, "{header}").unwrap();
    let block: String = (0..3000).map(|number| format!("{number};")).collect();
    for _ in 0..2000 {
        writer.write_all(block.as_bytes()).unwrap();
    }
    write!(writer, "\n{ROW}").unwrap();
    copy.write("extracts/orders_2.csv.gz", writer.finish().unwrap());
    let outcome = bounded(&copy).exits(0);
    assert!(outcome.stderr.contains("source orders: 1 of 22 rows rejected"), "{}", outcome.stderr);
}

#[test]
fn a_quote_never_closed_costs_its_line_in_a_large_file() {
    let copy = with("format: { csv: { newlines_in_values: true } }");
    copy.append(ORDERS, "98,M1,2025-02-14 10:00:00,1,1.00,SEK,true,\"open\n");
    let mut file = File::options().append(true).open(copy.path().join(ORDERS)).unwrap();
    file.write_all(ROW.repeat(100_000).as_bytes()).unwrap();
    let outcome = bounded(&copy).exits(0);
    assert!(outcome.stderr.contains("021 rows rejected"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("999 rows repeat other rows of their delivery"), "{}", outcome.stderr);
}

#[test]
fn quotes_that_close_amid_a_field_cost_their_lines() {
    let copy = with("format: { csv: { newlines_in_values: true } }");
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 100%");
    let note = "x".repeat(5000);
    copy.append(ORDERS, &format!("98,M1,2025-02-14 10:00:00,1,1.00,SEK,true,\"x\"{note}\n").repeat(1000));
    copy.append(ORDERS, ROW);
    let outcome = bounded(&copy).exits(0);
    assert!(outcome.stderr.contains("source orders: 1 000 of 1 021 rows rejected"), "{}", outcome.stderr);
    let rejected = copy.warehouse().quarantine("orders");
    assert!(texts(&rejected, "rule").iter().all(|rule| rule == "unclosed_quote"));
}

#[test]
fn more_rejects_than_memory_holds_are_all_kept() {
    let copy = with("optional: false");
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 100%");
    copy.append(ORDERS, &"x\n".repeat(100_000));
    copy.append(ORDERS, ROW);
    let outcome = bounded(&copy).exits(0);
    assert!(outcome.stderr.contains("source orders: 100 000 of 100 021 rows rejected"), "{}", outcome.stderr);
    let folder = copy.path().join("warehouse/quarantine").join(copy.warehouse().run_id()).join("orders");
    let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["part-00000.parquet"]);
    assert_eq!(copy.warehouse().quarantine("orders").num_rows(), 100_000);
}

#[test]
fn ten_thousand_columns_are_counted_and_not_listed() {
    let copy = with("optional: false");
    let names: String = (0..10_000).map(|number| format!(",c{number}")).collect();
    let cells = ",".repeat(10_000);
    let text: String = copy.read(ORDERS).lines().map(|line| format!("{line}{cells}\n")).collect();
    copy.write(ORDERS, text.replacen(&cells, &names, 1));
    let outcome = bounded(&copy).exits(0);
    assert!(outcome.stderr.contains("not read: c0, c1, c2"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("and 9990 more"), "{}", outcome.stderr);
    assert!(outcome.stderr.len() < 1000, "{}", outcome.stderr.len());
    copy.edit(PIPELINE, "    path: $extracts/orders*\n", "    path: $extracts/orders*\n    extra_columns: fail\n");
    let outcome = copy.lojal(&["run", "--quiet"]).exits(1);
    assert!(outcome.stderr.contains("and 9990 more") && outcome.stderr.len() < 1000, "{}", outcome.stderr);
}

#[test]
fn thousands_of_declared_columns_are_read() {
    let copy = Copy::of_small();
    let columns: String = (0..3000).map(|number| format!("      c{number}: {{ type: int }}\n")).collect();
    let day = "      visited_on: { type: date, required: true, description: Day }\n";
    copy.edit(PIPELINE, day, &format!("{day}{columns}"));
    let names: String = (0..3000).map(|number| format!(",c{number}")).collect();
    let cells: String = (0..3000).map(|number| format!(",{number}")).collect();
    let text: String = copy.read("extracts/visits.csv").lines().map(|line| format!("{line}{cells}\n")).collect();
    copy.write("extracts/visits.csv", text.replacen(&cells, &names, 1));
    copy.lojal(&["run", "--quiet"]).exits(0);
}

#[test]
fn a_decompression_bomb_is_stopped() {
    let zeros = vec![0; 1 << 20];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    (0..70).for_each(|_| gzip.write_all(&zeros).unwrap());
    let header = zstd::encode_all(&b"order_id,"[..], 1).unwrap();
    let bombs = [
        ("orders.csv.gz", gzip.finish().unwrap()),
        ("orders.csv.zst", [header, zstd::encode_all(&zeros[..], 1).unwrap().repeat(2000)].concat()),
    ];
    for (name, bomb) in bombs {
        let copy = with("format: { csv: { header: false } }");
        copy.remove(ORDERS);
        copy.write(&format!("extracts/{name}"), bomb);
        let outcome = bounded(&copy).exits(1);
        assert!(outcome.stderr.contains("expand more than 1000 times"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(name), "{}", outcome.stderr);
    }
}

#[test]
fn bad_bytes_are_rejected_rows() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    let mut text = copy.read(ORDERS).into_bytes();
    for bytes in [&b"caf\xE9"[..], b"\xC3", b"\xED\xA0\x80", b"\xF4\x90\x80\x80", b"\0", b"a\0b", b"\xFF\xFE"] {
        text.extend_from_slice(ROW.trim_end().as_bytes());
        text.extend_from_slice(bytes);
        text.push(b'\n');
    }
    copy.write(ORDERS, text);
    let outcome = copy.lojal(&["run", "--quiet"]).exits(0);
    assert!(outcome.stderr.contains("7 of 27 rows rejected"), "{}", outcome.stderr);
    assert_eq!(texts(&copy.warehouse().quarantine("orders"), "rule"), ["encoding"; 7]);
}

#[test]
fn a_binary_file_is_not_an_extract() {
    let copy = Copy::of_small();
    let mut bytes = vec![0; 100_000];
    File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes[0] = b'x';
    copy.write(ORDERS, bytes);
    copy.lojal(&["run", "--quiet"]).exits(1);
}

#[test]
fn a_source_whose_name_is_a_path_is_refused() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "  visits:\n", "  ../../visits:\n");
    let outcome = copy.lojal(&["run", "--quiet"]).exits(2);
    assert!(outcome.stderr.contains("`../../visits` is not a valid source name"), "{}", outcome.stderr);
}

#[test]
fn names_of_files_and_columns_cannot_write_to_the_terminal() {
    let copy = Copy::of_small();
    let text = copy.read(ORDERS);
    copy.remove(ORDERS);
    let name = "extracts/orders\n\u{1B}[31m..csv";
    copy.write(name, text.replacen("note", "note,\u{1B}[2Jx", 1) + "x,\u{1B}[2J\n");
    let outcome = copy.lojal(&["run", "--quiet"]);
    assert!(!outcome.stderr.contains('\u{1B}'), "{:?}", outcome.stderr);
    assert!(outcome.stderr.contains("extracts/orders\\n\\u{1b}[31m..csv"), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn links_in_a_cycle_end() {
    let copy = Copy::of_small();
    std::os::unix::fs::symlink(".", copy.path().join("extracts/again")).unwrap();
    std::os::unix::fs::symlink("..", copy.path().join("extracts/up")).unwrap();
    copy.edit(PIPELINE, PATH, "    path: $extracts/**/orders*.csv\n");
    let outcome = copy.lojal(&["run", "--quiet"]).exits(3);
    assert!(outcome.stderr.contains("extracts/again: the link points to a folder that contains it"), "{outcome}");
    std::fs::remove_file(copy.path().join("extracts/again")).unwrap();
    let outcome = copy.lojal(&["run", "--quiet"]).exits(3);
    assert!(outcome.stderr.contains("extracts/up: the link points to a folder that contains it"), "{outcome}");
    std::fs::remove_file(copy.path().join("extracts/up")).unwrap();
    copy.lojal(&["run", "--quiet"]).exits(0);
    std::os::unix::fs::symlink("orders_self.csv", copy.path().join("extracts/orders_self.csv")).unwrap();
    let outcome = copy.lojal(&["run", "--quiet"]).exits(3);
    assert!(outcome.stderr.contains("orders_self.csv"), "{outcome}");
}
