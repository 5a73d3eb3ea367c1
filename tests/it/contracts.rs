//! Promises of sources about their rows: keys, values of other sources, columns.

use super::support::{Copy, integers, matches_snapshot};

const PIPELINE: &str = "pipelines/desk.yml";
const VISITS: &str = "    event_time: visited_at\n";
const PERSON: &str = "      person_id: { type: string, description: Person }\n";

fn run(copy: &Copy) -> super::support::Outcome {
    copy.lojal(&["run", "--quiet", "--as-of", "2025-03-03"])
}

#[test]
fn two_rows_with_one_key_fail_with_their_places() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    key: [visit_id]\n    on_repeated_key: error\n"));
    run(&copy).exits(0);
    copy.append(
        "extracts/visits_20250303.csv",
        "1,P2,2025-03-03 10:00:00\n1,P4,2025-03-03 10:00:00\n6,P4,2025-03-03 10:00:00\n",
    );
    matches_snapshot!("repeated_key", run(&copy).exits(1));
    let one = copy.lojal(&["run", "--quiet", "--as-of", "2025-03-03", "--threads", "1"]).exits(1);
    assert_eq!(one.stderr, run(&copy).stderr, "with any number of threads");
}

#[test]
fn a_repeated_key_may_warn_and_both_rows_are_loaded() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    on_repeated_key: warn\n"));
    copy.edit(PIPELINE, PERSON, "      person_id: { type: string, unique: true, description: Person }\n");
    matches_snapshot!("repeated_value_warns", run(&copy).exits(0));
    assert_eq!(copy.warehouse().table("visit_list").num_rows(), 6);
}

#[test]
fn values_that_another_source_lacks_are_kept_and_named() {
    let copy = Copy::of_desk();
    copy.edit(
        PIPELINE,
        PERSON,
        "      person_id: { type: string, references: { to: people.person_id }, description: Person }\n",
    );
    matches_snapshot!("reference_kept", run(&copy).exits(0));
    assert_eq!(integers(&copy.warehouse().table("visit_list"), "visit_id"), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn values_that_another_source_lacks_reject_the_row_if_declared() {
    let copy = Copy::of_desk();
    let rule = "{ type: string, references: { to: people.person_id, on_missing: reject }, description: Person }";
    copy.edit(PIPELINE, PERSON, &format!("      person_id: {rule}\n"));
    matches_snapshot!("reference_rejects", run(&copy).exits(0));
    assert_eq!(integers(&copy.warehouse().table("visit_list"), "visit_id"), [1, 2, 3, 5, 6]);
    // A selection need not read the other source.
    matches_snapshot!(
        "reference_of_a_selection",
        copy.lojal(&["run", "--quiet", "--as-of", "2025-03-03", "--select", "visit_list"]).exits(0)
    );
}

#[test]
fn headers_that_differ_are_reported_as_one_diff() {
    let copy = Copy::of_desk();
    copy.write("extracts/visits_20250302.csv", "visit_id,person_no,visited_at,desk\n1,P1,2025-03-02 10:00:00,A\n");
    copy.write("extracts/visits_20250303.csv", "visit_id,person_id,visited\n1,P1,2025-03-02 10:00:00\n");
    matches_snapshot!("header_diff", run(&copy).exits(1));
    copy.edit(PIPELINE, VISITS, &format!("{VISITS}    extra_columns: fail\n"));
    matches_snapshot!("header_diff_strict", run(&copy).exits(1));
}

#[test]
fn a_column_of_another_type_is_reported_as_such() {
    let copy = Copy::of_desk();
    for day in 1..4 {
        let file = format!("extracts/visits_2025030{day}.csv");
        copy.write(&file, copy.read(&file).replace("2025-03-0", "03/2025/0"));
    }
    matches_snapshot!("another_type", run(&copy).exits(1));
}

#[test]
fn the_latest_rows_of_two_keys_may_not_share_a_unique_value() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, "name: { type: string, required: true,", "name: { type: string, required: true, unique: true,");
    run(&copy).exits(0);
    copy.append("extracts/people_20250303.csv", "P7,David,,2025-03-03 07:00:00\n");
    matches_snapshot!("repeated_latest", run(&copy).exits(1));
}

#[test]
fn freshness_without_a_day_and_an_upsert_without_a_required_key_are_mistakes() {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, "date_in_name: \"%Y%m%d\", ", "");
    copy.edit(
        PIPELINE,
        "    key: [person_id]\n    delivery",
        "    key: [name, status]\n    freshness: { warn_after: 1 day }\n    delivery",
    );
    matches_snapshot!("mistakes", copy.lojal(&["check"]).exits(2));
}
