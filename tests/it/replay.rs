//! From a rejected row to a loaded one, without a new delivery: with a fixes file, or after fixing the declaration.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::support::{Copy, entries, integers, matches_snapshot, small_run, texts};

const ORDERS: &str = "extracts/orders.csv";
const PIPELINE: &str = "pipelines/shop.yml";
const FIXES: &str = "fixes.csv";

/// A copy with a run, as of a day, that rejected these orders.
fn rejected(lines: &str) -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    copy.append(ORDERS, lines);
    copy.lojal(&["run", "--quiet", "--as-of", "2025-02-20"]).exits(0);
    copy
}

fn write_fixes(copy: &Copy) {
    copy.lojal(&["rejects", "--source", "orders", "--output", FIXES, "--quiet"]).exits(0);
}

/// Read, loaded, rejected, duplicate and corrected rows of the orders.
fn counts(copy: &Copy) -> [u64; 5] {
    let results = copy.warehouse().json("run_results.json");
    let sources = results["sources"].as_array().unwrap().clone();
    let orders = sources.into_iter().find(|source| source["source"] == "orders").unwrap();
    let counts = ["rows_read", "rows_loaded", "rows_rejected", "rows_duplicate", "rows_corrected"]
        .map(|name| orders[name].as_u64().unwrap());
    assert_eq!(counts[0], counts[1] + counts[2] + counts[3]);
    counts
}

fn orders_of_day(copy: &Copy, day: &str) -> Option<i64> {
    let sales = copy.warehouse().table("daily_sales");
    let days = super::support::column(&sales, "day");
    let shown: Vec<String> =
        (0..sales.num_rows()).map(|at| arrow::util::display::array_value_to_string(days, at).unwrap()).collect();
    shown.iter().position(|found| found == day).map(|at| integers(&sales, "orders")[at])
}

#[test]
fn a_corrected_row_is_loaded_in_every_later_run() {
    let copy = rejected(
        "x101,M1,2025-02-17 10:00:00,1,1.00,SEK,true,\"a \"\"quoted\"\", note\"\n\
         102,M1,2025-02-17 10:00:00,0,1.00,SEK,true,stays bad\n\
         103,M1,2025-02-18 10:00:00,1,1.00,SEK,true,a,comma too many\n\
         104,M1,2025-02-18 10:00:00,1,1.00,SEK,true,\"never closed\n",
    );
    assert_eq!((counts(&copy), orders_of_day(&copy, "2025-02-17")), ([24, 20, 4, 0, 0], None));
    write_fixes(&copy);
    copy.edit(FIXES, ",x101,", ",101,");
    copy.edit(FIXES, ",a,comma too many", ",\"a, comma\",");
    copy.edit(FIXES, "\"\"\"never closed\"", "\"closed\"");
    matches_snapshot!("replay", copy.lojal(&["replay", FIXES]).exits(0));
    assert_eq!(copy.warehouse().json("snapshot.json")["as_of"], "2025-02-20");
    assert_eq!(counts(&copy), [24, 23, 1, 0, 3]);
    assert_eq!((orders_of_day(&copy, "2025-02-17"), orders_of_day(&copy, "2025-02-18")), (Some(1), Some(2)));

    let inputs = copy.warehouse().json("snapshot.json")["inputs"].clone();
    assert!(inputs.to_string().contains("corrections/orders/"), "{inputs}");
    let again = copy.lojal(&["run", "--quiet", "--as-of", "2025-02-20", "--threads", "1", "--warehouse", "warehouse"]);
    again.exits(0);
    assert_eq!(counts(&copy), [24, 23, 1, 0, 3]);
    let (first, second) = {
        let snapshots = entries(&copy.warehouse().0.join("snapshots"));
        let read = |run: &std::path::Path| fs::read(run.join("daily_sales/part-00000.parquet")).unwrap();
        (read(&snapshots[snapshots.len() - 2]), read(&snapshots[snapshots.len() - 1]))
    };
    assert!(first == second, "a rerun gives the same bytes");
    let unchanged = copy.lojal(&["run", "--quiet", "--as-of", "2025-02-20", "--skip-unchanged"]);
    unchanged.exits(99);
}

#[test]
fn a_row_is_left_out_on_purpose() {
    let copy = rejected("102,M1,2025-02-17 10:00:00,0,1.00,SEK,true,\n103,M1,2025-02-17 10:00:00,0,1.00,SEK,true,\n");
    write_fixes(&copy);
    let text = copy.read(FIXES);
    let fixed = text.lines().enumerate().map(|(number, line)| {
        if number == 0 { format!("{line}\n") } else { format!("{}\n", line.replacen(",,", ",drop,", 1)) }
    });
    copy.write(FIXES, fixed.collect::<String>());
    copy.edit(PIPELINE, "max_rejected: 90%", "max_rejected: 0");
    let said = copy.lojal(&["replay", FIXES]).exits(0);
    assert!(said.stderr.contains("2 corrections stored") && said.stderr.contains("2 of them drop the row"), "{said}");
    assert_eq!(counts(&copy), [22, 20, 2, 0, 0]);
    let summary = copy.lojal(&["rejects", "--format", "csv", "--quiet"]).exits(0);
    assert!(summary.stdout.contains("dropped_by_correction,2"), "{summary}");
}

#[test]
fn fixes_that_are_still_bad_are_reported_and_nothing_runs() {
    let copy = rejected("x101,M1,2025-02-17 10:00:00,1,1.00,SEK,true,\n");
    write_fixes(&copy);
    copy.edit(FIXES, ",x101,", ",y101,");
    let before = copy.warehouse().run_id();
    matches_snapshot!("still_bad", copy.lojal(&["replay", FIXES, "--quiet"]).exits(1));
    assert_eq!(copy.warehouse().run_id(), before);
    assert!(!copy.warehouse().0.join("corrections").exists());
}

#[test]
fn fixes_are_refused_for_rows_that_were_never_rejected() {
    let copy = rejected("x101,M1,2025-02-17 10:00:00,1,1.00,SEK,true,\n");
    write_fixes(&copy);
    let hash = texts(&copy.warehouse().quarantine("orders"), "raw_hash").remove(0);
    copy.edit(FIXES, &hash, "00000000000000000000000000000000");
    let said = copy.lojal(&["replay", FIXES, "--quiet"]).exits(1);
    assert!(said.stderr.contains("did not reject such a row"), "{said}");
    copy.write(FIXES, "a,b\n1,2\n");
    matches_snapshot!("no_fixes_file", copy.lojal(&["replay", FIXES, "--quiet"]).exits(2));
}

#[test]
fn a_fixed_declaration_loads_rows_that_were_rejected() {
    let copy = rejected("101,M1,2025-02-17 10:00:00,1,1.00,NOK,true,\n102,M1,2025-02-17 10:00:00,0,1.00,SEK,true,\n");
    copy.edit(PIPELINE, "accepted_values: [SEK, EUR]", "accepted_values: [SEK, EUR, NOK]");
    matches_snapshot!("fixed_declaration", copy.lojal(&["replay"]).exits(0));
    assert_eq!(counts(&copy), [22, 21, 1, 0, 0]);
}

#[test]
fn nothing_to_replay_is_reported() {
    matches_snapshot!("nothing", Copy::of_small().lojal(&["replay", "--quiet"]).exits(2));
}

#[test]
fn corrections_are_readable_only_by_their_owner_and_drafts_are_ignored() {
    let copy = rejected("x101,M1,2025-02-17 10:00:00,1,1.00,SEK,true,\n");
    write_fixes(&copy);
    copy.edit(FIXES, ",x101,", ",101,");
    copy.lojal(&["replay", FIXES, "--quiet"]).exits(0);
    let folder = copy.warehouse().0.join("corrections");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = entries(&folder.join("orders"));
    assert_eq!((mode(&folder), files.len(), mode(&files[0])), (0o700, 1, 0o600));
    // The leftovers of a writer that was killed.
    fs::write(folder.join("orders/.later.jsonl.17"), "{\"raw_ha").unwrap();
    copy.lojal(&["run", "--quiet", "--as-of", "2025-02-20"]).exits(0);
    assert_eq!(counts(&copy), [21, 21, 0, 0, 1]);
    fs::write(folder.join("orders/99999999T000000000Z-ffffff.jsonl"), "{\"raw_ha").unwrap();
    matches_snapshot!("damaged", copy.lojal(&["run", "--quiet"]).exits(3));
}

#[test]
fn a_row_that_is_delivered_without_its_fault_no_longer_needs_its_correction() {
    let copy = rejected("x101,M1,2025-02-17 10:00:00,1,1.00,SEK,true,\n");
    write_fixes(&copy);
    copy.edit(FIXES, ",x101,", ",101,");
    copy.lojal(&["replay", FIXES, "--quiet"]).exits(0);
    copy.edit(ORDERS, "x101,", "101,");
    copy.lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(counts(&copy), [21, 21, 0, 0, 0]);
}

#[test]
fn a_corrected_row_equal_to_another_row_is_compared_as_any_row_is() {
    let copy = rejected("x1,M1,2025-02-01 10:00:00,1,100.00,SEK,true,\n");
    copy.edit("pipelines/shop.yml", "    amount: [quantity", "    deduplicate: all\n    amount: [quantity");
    write_fixes(&copy);
    copy.edit(FIXES, ",x1,", ",1,");
    let replayed = copy.lojal(&["replay", FIXES, "--quiet"]).exits(0);
    assert!(
        replayed.stderr.contains("1 duplicate row, loaded once (amount 100.00): rows corrected with"),
        "{replayed}"
    );
    assert_eq!(counts(&copy)[3], 1);
    let published = copy.warehouse().table("person_sales");
    assert_eq!(published, small_run().0.warehouse().table("person_sales"));
}
