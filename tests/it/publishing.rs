//! What readers of a warehouse can rely on: all or nothing, one run at a time, old snapshots kept for a while, and an
//! unchanged last snapshot after any kind of failure.

use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

use super::killed::wait_for_line;
use super::support::{Copy, Outcome, entries, matches_snapshot, outcome, parquet, sample_run};

const PIPELINE: &str = "pipelines/shop.yml";

fn published() -> Copy {
    let copy = Copy::of_small();
    copy.lojal(&["run"]).exits(0);
    copy
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

fn ended(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn nothing_half_made(copy: &Copy) {
    let entries = copy.warehouse().entries();
    assert!(
        !entries.iter().any(|name| ["staging", "scratch", ".current.next"].contains(&name.as_str())),
        "{entries:?}"
    );
    copy.warehouse().is_whole();
}

// Checks

#[test]
fn a_failed_check_publishes_nothing_and_keeps_the_staged_rows() {
    let copy = published();
    let before = copy.warehouse().run_id();
    copy.edit("sql/marts/person_sales.sql", "group by int", "where int_person_orders.order_id < 20\ngroup by int");
    copy.edit(PIPELINE, "checks: [{ range: { min: 1 } }]", "checks: [{ range: { min: 3, max: 4 } }]");
    let run = copy.lojal(&["run", "--quiet"]).exits(1);
    matches_snapshot!("failed_checks", run);
    assert_eq!(copy.warehouse().run_id(), before);
    copy.warehouse().is_whole();
    let staged = entries(&copy.path().join("warehouse/staging")).remove(0);
    assert!(run.stderr.contains(staged.file_name().unwrap().to_str().unwrap()), "the message names the folder");
    let rows: usize = entries(&staged.join("person_sales")).iter().map(|file| parquet(file).num_rows()).sum();
    assert_eq!(rows, 5, "the staged rows can be inspected");
    copy.edit("sql/marts/person_sales.sql", "where int_person_orders.order_id < 20\n", "");
    copy.edit(PIPELINE, "range: { min: 3, max: 4 }", "range: { min: 1 }");
    copy.lojal(&["run"]).exits(0);
    nothing_half_made(&copy);
}

#[test]
fn a_failed_check_of_the_first_run_publishes_nothing() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "- row_count: { min: 1 }", "- row_count: { min: 100 }");
    matches_snapshot!("failed_row_count", copy.lojal(&["run", "--quiet"]).exits(1));
    assert!(!copy.path().join("warehouse/current").exists());
}

#[test]
fn a_failed_check_that_only_warns_publishes() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "checks: [{ range: { min: 1 } }]", "checks: [{ range: { max: 4, severity: warn } }]");
    matches_snapshot!("warning_check", copy.lojal(&["run", "--quiet"]).exits(0));
}

#[test]
fn a_key_that_is_not_unique_or_null_publishes_nothing() {
    let copy = Copy::of_small();
    copy.edit("sql/marts/daily_sales.sql", "    days.day,\n", "    nullif(days.day, date '2025-02-01') as day,\n");
    copy.edit("sql/marts/daily_sales.sql", "on day_visits.visited_on = days.day", "on true");
    matches_snapshot!("faulty_key", copy.lojal(&["run", "--quiet"]).exits(1));
}

#[test]
fn every_kind_of_check_reports_how_many_rows_fail_and_shows_some() {
    let copy = Copy::of_small();
    copy.edit(
        PIPELINE,
        "      orders: { description: Number of orders, checks: [{ range: { min: 1 } }] }",
        "      orders: { description: Number of orders, checks: [unique, { accepted_values: { values: [2, 3] } }] }",
    );
    copy.edit(PIPELINE, "nobody: an order that no member made\", checks: [not_null]", 
        "nobody: an order that no member made\", checks: [{ relationships: { table: member_identities, column: customer_key } }]");
    copy.edit(
        PIPELINE,
        "- row_count: { min: 1 }",
        "- expression: { name: few_large_orders, sql: \"large_orders * 2 < orders and orders < 9\" }",
    );
    copy.edit("sql/checks/sales_are_conserved.sql", "persons.revenue <>", "persons.revenue =");
    matches_snapshot!("every_kind_of_check", copy.lojal(&["run", "--quiet"]).exits(1));
}

// Snapshots

#[test]
fn a_run_replaces_all_tables_at_once() {
    let copy = published();
    let first = copy.warehouse().run_id();
    copy.append("extracts/orders.csv", "21,M5,2025-02-15 17:00:00,1,67.00,SEK,true,\n");
    copy.lojal(&["run"]).exits(0);
    let warehouse = copy.warehouse();
    assert_eq!(warehouse.json("snapshot.json")["previous_run_id"], first.as_str());
    assert_eq!(warehouse.table("daily_sales").num_rows(), 15);
    let pointer = std::fs::read_link(copy.path().join("warehouse/current")).unwrap();
    assert_eq!(pointer.to_str().unwrap(), format!("snapshots/{}", warehouse.run_id()));
    assert_eq!(warehouse.snapshots(), [first, warehouse.run_id()], "the previous one is still there");
    nothing_half_made(&copy);
}

#[test]
fn old_snapshots_are_removed() {
    let copy = published();
    let mut runs = vec![copy.warehouse().run_id()];
    for _ in 0..4 {
        copy.lojal(&["run"]).exits(0);
        runs.push(copy.warehouse().run_id());
    }
    assert_eq!(copy.warehouse().snapshots(), runs[2..], "keep_snapshots is 3");
    copy.warehouse().is_whole();
}

#[test]
fn a_selection_publishes_a_complete_snapshot() {
    let copy = published();
    let first = copy.warehouse().run_id();
    copy.append("extracts/orders.csv", "21,M5,2025-02-15 17:00:00,1,67.00,SEK,true,\n");
    matches_snapshot!("selection", copy.lojal(&["run", "--select", "daily_sales"]).exits(0));
    let snapshot = copy.warehouse().json("snapshot.json");
    let runs: Vec<(String, bool)> = copy
        .warehouse()
        .tables()
        .into_iter()
        .map(|table| (table.clone(), snapshot["tables"][&table]["run_id"] == first.as_str()))
        .collect();
    let carried = ["member_identities", "person_contacts", "person_sales", "row_counts"];
    for (table, is_carried) in runs {
        assert_eq!(is_carried, carried.contains(&table.as_str()), "{table}");
    }
    assert_eq!(copy.warehouse().table("daily_sales").num_rows(), 15);
    nothing_half_made(&copy);
    for document in ["manifest.json", "catalog.json"] {
        let nodes = copy.warehouse().json(document)["nodes"].clone();
        assert!(nodes["model.shop.person_sales"].is_object(), "{document} contains tables carried over");
    }
}

#[test]
fn a_selection_in_an_empty_warehouse_publishes_its_tables() {
    let copy = Copy::of_small();
    matches_snapshot!("selection_first", copy.lojal(&["run", "--quiet", "--select", "tag:sales"]).exits(0));
    assert_eq!(copy.warehouse().tables(), ["daily_sales", "person_sales"]);
    copy.warehouse().is_whole();
}

#[test]
fn an_unchanged_input_is_exit_code_99_on_request_only() {
    let copy = published();
    let first = copy.warehouse().run_id();
    matches_snapshot!("unchanged", copy.lojal(&["run", "--skip-unchanged"]).exits(99));
    assert_eq!(copy.warehouse().run_id(), first);
    nothing_half_made(&copy);
    copy.lojal(&["run", "--skip-unchanged", "--vars", "large_order=100"]).exits(0);
    copy.lojal(&["run", "--skip-unchanged", "--vars", "large_order=100"]).exits(99);
    copy.append("extracts/orders.csv", "21,M5,2025-02-15 17:00:00,1,67.00,SEK,true,\n");
    copy.lojal(&["run", "--skip-unchanged", "--vars", "large_order=100"]).exits(0);
    copy.append("sql/marts/daily_sales.sql", "-- another text\n");
    copy.lojal(&["run", "--skip-unchanged", "--vars", "large_order=100"]).exits(0);
    copy.lojal(&["run"]).exits(0);
}

#[test]
fn a_foreign_current_is_not_touched() {
    let copy = Copy::of_small();
    std::fs::create_dir_all(copy.path().join("warehouse/current")).unwrap();
    copy.write("warehouse/current/mine.txt", "mine");
    matches_snapshot!("current_not_ours", copy.lojal(&["run", "--quiet"]).exits(3));
    assert_eq!(copy.read("warehouse/current/mine.txt"), "mine");
    assert_eq!(copy.warehouse().snapshots(), Vec::<String>::new(), "nothing is left of the run");
}

// What stops a run

#[test]
fn a_second_run_at_the_same_time_is_rejected() {
    let copy = Copy::of_small();
    let mut first = copy.start(&["run"]);
    wait_for_line(&mut first, 2);
    send(&first, Signal::STOP);
    let second = copy.lojal(&["run", "--quiet"]);
    send(&first, Signal::CONT);
    matches_snapshot!("locked", second.exits(3));
    ended(first).exits(0);
    nothing_half_made(&copy);
    copy.lojal(&["run"]).exits(0);
}

#[test]
fn signals_stop_a_run_cleanly() {
    let copy = published();
    let before = copy.warehouse().run_id();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        for line in 2..8 {
            let mut run = copy.start(&["run", "--threads", "1"]);
            wait_for_line(&mut run, line);
            send(&run, signal);
            ended(run).exits(code);
            assert_eq!(copy.warehouse().run_id(), before);
            nothing_half_made(&copy);
        }
    }
}

#[test]
fn a_changed_file_that_a_source_refers_to_is_a_change() {
    let copy = Copy::of_small();
    let column = "      member_id: { type: string, description: Record of the member }";
    let to_members = "references: { to: members.member_id, on_missing: reject }";
    let referring = column.replace("type: string,", &format!("type: string, {to_members},"));
    copy.edit("pipelines/shop.yml", column, &referring);
    let run = ["run", "--quiet", "--select", "daily_sales", "--skip-unchanged"];
    copy.lojal(&run).exits(0);
    copy.lojal(&run).exits(99);
    let members = "extracts/members.csv";
    let fewer: String = copy.read(members).lines().take(3).map(|line| format!("{line}\n")).collect();
    copy.write(members, fewer);
    let found = copy.lojal(&run);
    assert_ne!(found.code, Some(99), "{}", found.stderr);
}

#[test]
fn a_signal_is_reported() {
    let copy = Copy::of_small();
    let mut run = copy.start(&["run", "--quiet"]);
    while !copy.path().join("warehouse/staging").exists() {
        assert!(run.try_wait().unwrap().is_none(), "the run has not ended");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    send(&run, Signal::TERM);
    let mut stopped = ended(run).exits(143);
    // The signal may arrive before or after the day is known.
    stopped.stdout = stopped.stdout.replace(r#""as_of":"2025-02-14""#, r#""as_of":null"#);
    matches_snapshot!("stopped", stopped);
}

#[test]
fn an_unwritable_warehouse_is_reported() {
    let copy = Copy::of_small();
    let warehouse = "pipelines/shop.yml/warehouse";
    matches_snapshot!("not_a_folder", copy.lojal(&["run", "--quiet", "--warehouse", warehouse]).exits(3));
    matches_snapshot!("not_writable", copy.lojal(&["run", "--quiet", "--warehouse", "/proc/lojal"]).exits(3));
}

#[test]
fn a_full_disk_leaves_the_last_snapshot_unchanged() {
    let copy = published();
    let before = copy.warehouse().run_id();
    // A limit on the file size fails a write as a full disk does, if its signal is ignored.
    for limit in ["1", "4"] {
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" run --quiet");
        let mut shell = std::process::Command::new("bash");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_lojal")]).current_dir(copy.path());
        let run = outcome(&mut shell).exits(3);
        if limit == "1" {
            matches_snapshot!("disk_full", run);
        }
        assert_eq!(copy.warehouse().run_id(), before);
        nothing_half_made(&copy);
    }
}

#[test]
fn little_memory_spills_or_is_reported_and_never_crashes() {
    let copy = Copy::of_small();
    for limit in ["1B", "10kB", "100kB", "1MB", "4MB", "16MB"] {
        let run = copy.lojal(&["run", "--quiet", "--memory-limit", limit]);
        match run.code {
            Some(0) => copy.warehouse().is_whole(),
            Some(3) => assert!(run.stderr.contains("--memory-limit"), "{limit}: {run}"),
            _ => panic!("{limit}: {run}"),
        }
        let left = copy.warehouse().entries();
        assert!(!left.iter().any(|name| name == "staging" || name == "scratch"), "{left:?}");
    }
    matches_snapshot!(
        "out_of_memory",
        copy.lojal(&["run", "--quiet", "--threads", "1", "--memory-limit", "1kB"]).exits(3)
    );
}

#[test]
fn the_default_pipeline_runs_in_little_memory_with_the_same_result() {
    let copy = Copy::of_repository();
    let run = copy.lojal(&["run", "--quiet", "--memory-limit", "24MB"]);
    match run.code {
        Some(0) => {
            let (sample, _) = sample_run();
            for table in sample.warehouse().tables() {
                assert_eq!(copy.warehouse().table(&table), sample.warehouse().table(&table), "{table}");
            }
        }
        Some(3) => assert!(run.stderr.contains("--memory-limit"), "{run}"),
        _ => panic!("{run}"),
    }
}

#[test]
fn a_query_error_names_its_file() {
    let copy = Copy::of_small();
    copy.append("sql/staging/stg_orders.sql", "where 100 / (orders.order_id - 7) < 1000\n");
    matches_snapshot!("query_error", copy.lojal(&["run", "--quiet"]).exits(1));
}
