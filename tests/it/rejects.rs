//! Rejected rows: one row of the quarantine per fault, the same with any number of threads; `on_bad_row: fail`; and
//! `lojal rejects`, which summarizes them and writes them to a file for correction.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::support::{Copy, entries, integers, matches_snapshot, texts};

const ORDERS: &str = "extracts/orders.csv";
const PIPELINE: &str = "pipelines/shop.yml";

/// Bad orders of several kinds; order 102 has two faults.
const BAD: &str = "x1,M1,2025-02-10 10:00:00,1,1.00,SEK,true,not an integer\n\
                   102,M1,2025-02-30 10:00:00,0,1.00,SEK,true,\"no such day, and none bought\"\n\
                   103,M1,2025-02-10 10:00:00,1,1.00,USD,true\n\
                   104,M1,2025-02-10 10:00:00,0,1.00,SEK,true,\n\
                   105,M1,2025-02-10 10:00:00,1,1.00,SEK,true,\"never closed\n";

fn with_orders(lines: &str) -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    copy.append(ORDERS, lines);
    copy
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn every_fault_has_a_row_of_its_own() {
    let copy = with_orders(BAD);
    copy.lojal(&["run", "--quiet"]).exits(0);
    let rejected = copy.warehouse().quarantine("orders");
    assert_eq!(integers(&rejected, "line"), [22, 23, 23, 24, 25, 26]);
    assert_eq!(integers(&rejected, "fault"), [1, 1, 2, 1, 1, 1]);
    assert_eq!(texts(&rejected, "column"), ["order_id", "ordered_at", "quantity", "", "quantity", ""]);
    assert_eq!(texts(&rejected, "rule"), ["type", "type", "range", "field_count", "range", "unclosed_quote"]);
    assert!(texts(&rejected, "run_id").iter().all(|run| *run == copy.warehouse().run_id()));
    let raw = texts(&rejected, "raw");
    assert_eq!(
        (raw[1].as_str(), &raw[1]),
        ("102,M1,2025-02-30 10:00:00,0,1.00,SEK,true,\"no such day, and none bought\"", &raw[2])
    );
}

#[test]
fn only_the_owner_can_read_the_quarantine() {
    let copy = with_orders(BAD);
    copy.lojal(&["run", "--quiet"]).exits(0);
    let run = entries(&copy.warehouse().0.join("quarantine")).remove(0);
    assert_eq!((mode(&run), mode(&run.join("orders"))), (0o700, 0o700));
    assert!(entries(&run.join("orders")).iter().all(|file| mode(file) == 0o600));
}

#[test]
fn the_quarantine_does_not_depend_on_threads() {
    // Enough for several sorted runs: 1,000 rows of 40 KB.
    let copy = with_orders("");
    let long = "y".repeat(40_000);
    let rows: String = (0..1000).map(|row| format!("b{row},M1,2025-02-10 10:00:00,0,1.00,SEK,true,{long}\n")).collect();
    copy.write("extracts/orders2.csv", copy.read(ORDERS).lines().next().unwrap().to_owned() + "\n" + &rows);
    copy.edit(PIPELINE, "max_rejected: 90%", "max_rejected: 100%");
    let found: Vec<_> = ["1", "4"]
        .map(|threads| {
            let warehouse = format!("w{threads}");
            copy.lojal(&["run", "--quiet", "--threads", threads, "--warehouse", &warehouse]).exits(0);
            let run = entries(&copy.path().join(warehouse).join("quarantine")).remove(0);
            let files: Vec<_> = entries(&run.join("orders")).iter().map(|file| super::support::parquet(file)).collect();
            files
                .iter()
                .map(|rows| (integers(rows, "line"), integers(rows, "fault"), texts(rows, "raw_hash")))
                .collect::<Vec<_>>()
        })
        .into();
    assert!(found[0] == found[1]);
    let lines: Vec<i64> = found[0].iter().flat_map(|(lines, ..)| lines.clone()).collect();
    assert_eq!((lines.len(), lines.is_sorted()), (2000, true));
}

#[test]
fn the_first_bad_row_ends_the_run_if_the_source_asks_for_it() {
    let copy = with_orders(BAD);
    copy.edit(PIPELINE, "    event_time: ordered_at\n", "    event_time: ordered_at\n    on_bad_row: fail\n");
    matches_snapshot!("on_bad_row_fail", copy.lojal(&["run", "--quiet", "--threads", "1"]).exits(1));
    assert_eq!(integers(&copy.warehouse().quarantine("orders"), "line"), [22]);
    let other = copy.lojal(&["run", "--quiet", "--threads", "4"]).exits(1);
    assert!(other.stderr.contains("extracts/orders.csv:22: order_id: 'x1'"), "{}", other.stderr);
}

#[test]
fn a_source_that_fails_at_a_bad_row_loads_good_ones() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "    event_time: ordered_at\n", "    event_time: ordered_at\n    on_bad_row: fail\n");
    copy.lojal(&["run", "--quiet"]).exits(0);
}

#[test]
fn too_many_rejected_rows_are_reported_by_cause() {
    let copy = with_orders(BAD);
    copy.edit(PIPELINE, "max_rejected: 90%", "max_rejected: 2");
    matches_snapshot!("too_many_by_cause", copy.lojal(&["run", "--quiet"]).exits(1));
}

#[test]
fn rejects_are_summarized_by_cause() {
    let copy = with_orders(BAD);
    copy.lojal(&["run", "--quiet"]).exits(0);
    matches_snapshot!("summary", copy.lojal(&["rejects"]).exits(0));
    matches_snapshot!(
        "summary_csv",
        copy.lojal(&["rejects", "--format", "csv", "--rule", "range", "--examples", "5"]).exits(0)
    );
    matches_snapshot!(
        "summary_json",
        copy.lojal(&["rejects", "--format", "json", "--rule", "unclosed_quote", "--quiet"]).exits(0)
    );
    matches_snapshot!("summary_of_no_such_rule", copy.lojal(&["rejects", "--rule", "encoding"]).exits(0));
    matches_snapshot!("summary_of_no_such_run", copy.lojal(&["rejects", "--run", "yesterday"]).exits(2));
}

#[test]
fn rejects_of_a_failed_run_are_summarized_too() {
    let copy = with_orders(BAD);
    copy.edit(PIPELINE, "max_rejected: 90%", "max_rejected: 2");
    copy.lojal(&["run", "--quiet"]).exits(1);
    let said = copy.lojal(&["rejects", "--format", "csv"]).exits(0);
    assert!(said.stdout.contains("orders,quantity,range,2,8.0"), "{}", said.stdout);
}

#[test]
fn without_rejects_there_is_nothing_to_summarize() {
    let copy = Copy::of_small();
    matches_snapshot!("none", copy.lojal(&["rejects"]).exits(0));
    copy.lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(copy.lojal(&["rejects"]).exits(0).stderr, "no rows were rejected\n");
}

#[test]
fn personal_values_are_not_shown() {
    let copy = with_orders("101,M1,2025-02-10 10:00:00,1,1.00,anna.secret,true,\n");
    copy.edit(PIPELINE, "currency: { type: string,", "currency: { personal: true, type: string,");
    let run = copy.lojal(&["run"]).exits(0);
    let summary = copy.lojal(&["rejects", "--examples", "9"]).exits(0);
    for said in [&run, &summary] {
        assert!(!said.stderr.contains("secret") && !said.stdout.contains("secret"), "{said}");
    }
    let shown = copy.lojal(&["rejects", "--show-values"]).exits(0);
    assert!(shown.stdout.contains("anna.secret"), "{shown}");
}

#[test]
fn rows_are_written_to_a_file_for_correction() {
    let copy = with_orders(&(BAD.to_owned() + "106,M1,2025-02-10 10:00:00,1,1.00,SEK,true,a,comma too many\n"));
    copy.lojal(&["run", "--quiet"]).exits(0);
    matches_snapshot!("output", copy.lojal(&["rejects", "--source", "orders", "--output", "fixes.csv"]).exits(0));
    matches_snapshot!("output_file", copy.read("fixes.csv").trim_start_matches('\u{feff}'));
    assert_eq!(mode(&copy.path().join("fixes.csv")), 0o600);
}
