//! Consecutive deliveries: which files are read, which row of a key is the latest, what is late or duplicate.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;

use super::support::{Copy, integers, matches_snapshot, shown, texts};

const PIPELINE: &str = "pipelines/desk.yml";
const VISITS: &str = "    event_time: visited_at\n";

/// A desk with the given delivery of visits.
fn with_visits(delivery: &str) -> Copy {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    delivery: {delivery}\n"));
    copy
}

fn run(copy: &Copy, as_of: &str) -> super::support::Outcome {
    copy.lojal(&["run", "--quiet", "--as-of", as_of])
}

/// Persons and their names.
fn people(copy: &Copy) -> Vec<String> {
    let table = copy.warehouse().table("person_list");
    texts(&table, "person_id").into_iter().zip(texts(&table, "name")).map(|(id, name)| format!("{id} {name}")).collect()
}

fn visits(copy: &Copy) -> Vec<i64> {
    integers(&copy.warehouse().table("visit_list"), "visit_id")
}

/// A count of a source.
fn count(copy: &Copy, source: &str, name: &str) -> i64 {
    let counts = copy.warehouse().table("row_counts");
    let at = texts(&counts, "source").iter().position(|name| name == source).unwrap();
    integers(&counts, name)[at]
}

/// The files of a source in run_results.json: name, status, rows read.
fn files(copy: &Copy, source: &str) -> Vec<String> {
    let results = copy.warehouse().json("run_results.json");
    let found = results["sources"].as_array().unwrap().iter().find(|entry| entry["source"] == source).unwrap().clone();
    let files = found["by_file"].as_array().unwrap().clone();
    for file in &files {
        let rows = |name: &str| file[name].as_u64().unwrap();
        let outcomes = ["rows_loaded", "rows_rejected", "rows_duplicate", "rows_superseded"];
        assert_eq!(rows("rows_read"), outcomes.map(rows).iter().sum::<u64>());
    }
    let shown = |file: &Value| {
        let name = file["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        format!("{name} {} {}", file["status"].as_str().unwrap(), file["rows_read"])
    };
    files.iter().map(shown).collect()
}

#[test]
fn the_latest_version_of_each_key_is_loaded_and_deleted_keys_are_not() {
    let copy = Copy::of_desk();
    matches_snapshot!("upsert", run(&copy, "2025-03-03").exits(0));
    assert_eq!(people(&copy), ["P1 Anna-Lena", "P2 Bosse", "P4 David"]);
    matches_snapshot!("upsert_counts", shown(&copy.warehouse().table("row_counts")));
    matches_snapshot!(
        "upsert_files",
        serde_json::to_string_pretty(&copy.warehouse().json("run_results.json")["sources"][0]["by_file"]).unwrap()
    );
}

#[test]
fn versions_after_as_of_do_not_count_yet() {
    let copy = Copy::of_desk();
    run(&copy, "2025-03-02").exits(0);
    assert_eq!(people(&copy), ["P1 Anna", "P2 Bosse", "P4 David"]);
    assert_eq!(count(&copy, "people", "rows_after_as_of"), 1);
    run(&copy, "2025-03-01").exits(0);
    // The version of 20:00 was delivered two days later, but was already valid on the first.
    assert_eq!(people(&copy), ["P1 Anna", "P2 Bo", "P3 Cecilia"]);
}

#[test]
fn without_as_of_the_newest_version_or_event_is_the_day() {
    let copy = Copy::of_desk();
    copy.append("extracts/people_20250303.csv", "P5,Eva,,2025-03-05 10:00:00\n");
    copy.lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(copy.warehouse().json("snapshot.json")["as_of"], "2025-03-05");
    assert_eq!(people(&copy).last().unwrap(), "P5 Eva");
}

#[test]
fn without_a_version_the_latest_delivery_is_the_latest_row() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, ", version: changed_at", "");
    run(&copy, "2025-03-03").exits(0);
    assert_eq!(people(&copy), ["P1 Anna-Lena", "P2 Bo", "P4 David"]);
    run(&copy, "2025-03-02").exits(0);
    assert_eq!(people(&copy), ["P1 Anna", "P2 Bosse", "P4 David"]);
    assert_eq!(
        files(&copy, "people"),
        ["people_20250301.csv read 3", "people_20250302.csv read 3", "people_20250303.csv after_as_of 0"]
    );
}

#[test]
fn bytes_that_return_in_a_later_delivery_are_the_latest() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, ", version: changed_at", "");
    copy.write("extracts/people_20250304.csv", copy.read("extracts/people_20250301.csv"));
    run(&copy, "2025-03-04").exits(0);
    assert_eq!(people(&copy), ["P1 Anna", "P2 Bo", "P3 Cecilia", "P4 David"]);
}

#[test]
fn a_row_of_a_deleted_key_is_judged_only_by_key_version_and_mark() {
    let copy = Copy::of_desk();
    copy.append("extracts/people_20250303.csv", "P4,,D,yesterday\n,,D,2025-03-03 10:00:00\nP1,,,2025-03-03 10:00:00\n");
    run(&copy, "2025-03-03").exits(0);
    assert_eq!(count(&copy, "people", "rows_rejected"), 3);
    assert_eq!(people(&copy), ["P1 Anna-Lena", "P2 Bosse", "P4 David"]);
}

#[test]
fn only_the_newest_snapshot_is_read() {
    let copy = with_visits("{ mode: snapshot, date_in_name: \"%Y%m%d\" }");
    copy.write("extracts/visits_20250302_b.csv", "visit_id,person_id,visited_at\n7,P1,2025-03-02 10:00:00\n");
    run(&copy, "2025-03-02").exits(0);
    assert_eq!(visits(&copy), [3, 4, 5, 7]);
    assert_eq!(
        files(&copy, "visits"),
        [
            "visits_20250301.csv superseded 0",
            "visits_20250302.csv read 3",
            "visits_20250302_b.csv read 1",
            "visits_20250303.csv after_as_of 0",
        ]
    );
    matches_snapshot!("no_snapshot_yet", run(&copy, "2025-02-28").exits(1));
    copy.lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(visits(&copy), [6]);
}

#[test]
fn a_delivery_day_later_than_every_event_counts_if_it_decides_what_is_read() {
    let copy = with_visits("{ mode: snapshot, date_in_name: \"%Y%m%d\" }");
    copy.write("extracts/visits_20250306.csv", "visit_id,person_id,visited_at\n8,P1,2025-03-02 10:00:00\n");
    copy.lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(copy.warehouse().json("snapshot.json")["as_of"], "2025-03-06");
    assert_eq!(visits(&copy), [8]);
}

#[test]
fn a_name_without_a_day_or_with_two_is_reported() {
    let copy = with_visits("{ mode: append, date_in_name: \"%Y%m%d\" }");
    copy.write("extracts/visits_new.csv", copy.read("extracts/visits_20250303.csv"));
    copy.write("extracts/visits_20250301-20250304.csv", copy.read("extracts/visits_20250303.csv"));
    matches_snapshot!("undated", run(&copy, "2025-03-03").exits(1));
}

#[test]
fn late_rows_are_loaded_counted_and_their_months_named() {
    let copy = with_visits("{ mode: append, date_in_name: \"%Y%m%d\", late_after: 3 days }");
    matches_snapshot!("late", run(&copy, "2025-03-03").exits(0));
    assert_eq!(count(&copy, "visits", "rows_late"), 1);
    assert_eq!(visits(&copy), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_same_file_twice_is_read_once() {
    let copy = Copy::of_desk();
    copy.write("extracts/visits_20250302 (1).csv", copy.read("extracts/visits_20250302.csv"));
    matches_snapshot!("file_twice", run(&copy, "2025-03-03").exits(0));
    assert_eq!(count(&copy, "visits", "files_duplicate"), 1);
    assert_eq!(count(&copy, "visits", "rows_read"), 6);
    assert_eq!(visits(&copy), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn stale_data_warn_or_fail() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    freshness: {{ warn_after: 1 day, error_after: 3 days }}\n"));
    run(&copy, "2025-03-03").exits(0);
    matches_snapshot!("stale_warns", run(&copy, "2025-03-05").exits(0));
    matches_snapshot!("stale_fails", run(&copy, "2025-03-07").exits(1));
}

#[test]
fn a_delivery_of_unusual_size_is_reported() {
    let copy = with_visits("{ mode: append, date_in_name: \"%Y%m%d\" }");
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    volume: {{ warn_change: 50%, error_change: 90% }}\n"));
    matches_snapshot!("volume_warns", run(&copy, "2025-03-03").exits(0));
    copy.write("extracts/visits_20250304.csv", "visit_id,person_id,visited_at\n");
    matches_snapshot!("volume_fails", run(&copy, "2025-03-04").exits(1));
}

#[test]
fn a_snapshot_is_compared_with_the_one_of_the_last_run() {
    let copy = with_visits("{ mode: snapshot, date_in_name: \"%Y%m%d\" }");
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    volume: {{ error_change: 50% }}\n"));
    run(&copy, "2025-03-02").exits(0);
    matches_snapshot!("volume_of_snapshots", run(&copy, "2025-03-03").exits(1));
}

#[test]
fn too_few_rows_fail() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    min_rows: 1000\n"));
    matches_snapshot!("too_few_rows", run(&copy, "2025-03-03").exits(1));
}

#[test]
fn a_source_with_only_later_days_is_reported() {
    let copy = Copy::of_desk();
    matches_snapshot!("all_later", run(&copy, "2025-01-01").exits(0));
}

/// The latest rows by the rule in the manual.
fn naive(deliveries: &[Vec<(u8, u8, bool, u8)>]) -> Vec<String> {
    let mut latest: BTreeMap<u8, (u8, usize, bool)> = BTreeMap::new();
    for (day, rows) in deliveries.iter().enumerate() {
        for (key, version, gone, _) in rows {
            let entry = latest.entry(*key).or_insert((*version, day, *gone));
            if (*version, day) >= (entry.0, entry.1) {
                *entry = (*version, day, *gone);
            }
        }
    }
    let there = latest.into_iter().filter(|(_, (.., gone))| !gone);
    there.map(|(key, (version, day, _))| format!("P{key:03} v{version} d{day}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_upsert_follows_the_rule_of_the_manual(
        mut deliveries in prop::collection::vec(prop::collection::vec((0u8..12, 0u8..5, any::<bool>(), 0u8..3), 0..12), 1..6),
        threads in 1_usize..4,
    ) {
        // A key appears once per delivery: otherwise its order would decide, and rows have none.
        for rows in &mut deliveries {
            let mut seen = std::collections::BTreeSet::new();
            rows.retain(|row| seen.insert(row.0));
        }
        let copy = Copy::of_desk();
        for number in 1..4 {
            copy.remove(&format!("extracts/people_2025030{number}.csv"));
        }
        for (day, rows) in deliveries.iter().enumerate() {
            let mut parts = [String::new(), String::new(), String::new()];
            for (key, version, gone, part) in rows {
                let mark = if *gone { "D" } else { "" };
                parts[usize::from(*part)] += &format!("P{key:03},P{key:03} v{version} d{day},{mark},2025-03-01 0{version}:00:00\n");
            }
            for (part, text) in parts.iter().enumerate() {
                let text = format!("person_id,name,status,changed_at\n{text}");
                copy.write(&format!("extracts/people_{}_202503{:02}.csv", 9 - part, day + 1), text);
            }
        }
        copy.edit(PIPELINE, "    path: $extracts/people*.csv\n", "    path: $extracts/people*.csv\n    optional: true\n");
        copy.lojal(&["run", "--as-of", "2025-03-31", "--threads", &threads.to_string()]).exits(0);
        let names = texts(&copy.warehouse().table("person_list"), "name");
        prop_assert_eq!(names, naive(&deliveries));
        let read: usize = deliveries.iter().map(Vec::len).sum();
        let counted = ["rows_loaded", "rows_superseded"].map(|name| count(&copy, "people", name));
        prop_assert_eq!(counted.iter().sum::<i64>(), i64::try_from(read).unwrap());
    }
}

#[test]
fn day_by_day_is_the_same_as_all_at_once() {
    let whole = Copy::of_desk();
    let daily = Copy::of_desk();
    for number in 2..4 {
        daily.remove(&format!("extracts/people_2025030{number}.csv"));
        daily.remove(&format!("extracts/visits_2025030{number}.csv"));
    }
    for day in 1..4 {
        for source in ["people", "visits"] {
            let file = format!("extracts/{source}_2025030{day}.csv");
            daily.write(&file, whole.read(&file));
        }
        daily.lojal(&["run", "--quiet", "--as-of", &format!("2025-03-0{day}")]).exits(0);
    }
    run(&whole, "2025-03-03").exits(0);
    for table in whole.warehouse().tables() {
        let bytes = |copy: &Copy| -> Vec<Vec<u8>> {
            copy.warehouse().files(&table).iter().map(|file| std::fs::read(file).unwrap()).collect()
        };
        assert_eq!(bytes(&whole), bytes(&daily), "{table}");
    }
}
