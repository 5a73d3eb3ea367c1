//! Zones whose clocks change at midnight: days begin where the calendar shows them first, in every step of a run.

use super::support::{Copy, Outcome, integers, shown, texts};

const PIPELINE: &str = "pipelines/desk.yml";

/// The front desk in a zone, with one visit at each local time and a column for each conversion.
fn desk(zone: &str, visits: &[&str]) -> Copy {
    let copy = Copy::of_desk();
    copy.edit(PIPELINE, "time_zone: Europe/Stockholm", &format!("time_zone: {zone}"));
    copy.edit(
        PIPELINE,
        "visited_at: { description: When }",
        "visited_at: { description: When }
      visited_date: { description: Local day }
      begins_at: { description: Start of the local day }
      ends_at: { description: End of the local day }
      is_same: { description: The local time is read the same way everywhere }",
    );
    copy.write(
        "sql/marts/visit_list.sql",
        "-- Grain: one row per visit.

select
    visits.visit_id,
    visits.person_id,
    arrow_cast(arrow_cast(visits.visited_at, 'Timestamp(Microsecond, Some(\"UTC\"))'), 'Utf8') as visited_at,
    cast(local_date(visits.visited_at, $time_zone) as varchar) as visited_date,
    arrow_cast(start_of_day(local_date(visits.visited_at, $time_zone), $time_zone), 'Utf8') as begins_at,
    arrow_cast(end_of_day(local_date(visits.visited_at, $time_zone), $time_zone), 'Utf8') as ends_at,
    instant_of(cast(visits.person_id as timestamp), $time_zone) = visits.visited_at as is_same
from visits
where visits.visited_at < $as_of_end
",
    );
    for day in ["20250302", "20250303"] {
        copy.remove(&format!("extracts/visits_{day}.csv"));
    }
    let rows = visits.iter().enumerate().map(|(row, at)| format!("{},{at},{at}\n", row + 1));
    copy.write("extracts/visits_20250301.csv", format!("visit_id,person_id,visited_at\n{}", rows.collect::<String>()));
    copy
}

fn run(copy: &Copy, as_of: &str) -> Outcome {
    copy.lojal(&["run", "--quiet", "--as-of", as_of]).exits(0)
}

/// Each visit that counts: when, its day, start and end of that day.
fn visits(copy: &Copy) -> Vec<String> {
    let table = copy.warehouse().table("visit_list");
    let ids = integers(&table, "visit_id");
    let columns = ["visited_at", "visited_date", "begins_at", "ends_at"].map(|name| texts(&table, name));
    assert!(!shown(&table).contains("false"), "{}", shown(&table));
    let row = |at: usize| columns.iter().map(|column| column[at].as_str()).collect::<Vec<_>>().join(" ");
    ids.iter().enumerate().map(|(at, id)| format!("{id}: {}", row(at))).collect()
}

#[test]
fn a_day_whose_midnight_is_skipped_begins_when_clocks_have_changed() {
    let copy = desk("America/Santiago", &["2025-09-06 23:30:00", "2025-09-07 00:30:00", "2025-09-07 23:30:00"]);
    let before = "1: 2025-09-07T03:30:00Z 2025-09-06 2025-09-06T04:00:00Z 2025-09-07T04:00:00Z";
    run(&copy, "2025-09-06");
    assert_eq!(visits(&copy), [before]);
    run(&copy, "2025-09-07");
    assert_eq!(
        visits(&copy),
        [
            before,
            // Half past midnight does not exist, and is read as half past one.
            "2: 2025-09-07T04:30:00Z 2025-09-07 2025-09-07T04:00:00Z 2025-09-08T03:00:00Z",
            "3: 2025-09-08T02:30:00Z 2025-09-07 2025-09-07T04:00:00Z 2025-09-08T03:00:00Z",
        ]
    );

    let copy = desk("Asia/Beirut", &["2025-03-29 23:30:00", "2025-03-30 00:00:00", "2025-03-30 01:00:00"]);
    let before = "1: 2025-03-29T21:30:00Z 2025-03-29 2025-03-28T22:00:00Z 2025-03-29T22:00:00Z";
    run(&copy, "2025-03-29");
    assert_eq!(visits(&copy), [before]);
    run(&copy, "2025-03-30");
    assert_eq!(
        visits(&copy),
        [
            before,
            "2: 2025-03-29T22:00:00Z 2025-03-30 2025-03-29T22:00:00Z 2025-03-30T21:00:00Z",
            "3: 2025-03-29T22:00:00Z 2025-03-30 2025-03-29T22:00:00Z 2025-03-30T21:00:00Z",
        ]
    );
}

#[test]
fn a_day_whose_last_hour_is_shown_twice_has_both() {
    let copy = desk("America/Santiago", &["2025-04-05 23:30:00", "2025-04-06 00:00:00"]);
    let twice = "1: 2025-04-06T02:30:00Z 2025-04-05 2025-04-05T03:00:00Z 2025-04-06T04:00:00Z";
    run(&copy, "2025-04-05");
    assert_eq!(visits(&copy), [twice]);
    run(&copy, "2025-04-06");
    assert_eq!(visits(&copy), [twice, "2: 2025-04-06T04:00:00Z 2025-04-06 2025-04-06T04:00:00Z 2025-04-07T04:00:00Z"]);

    let copy = desk("Asia/Beirut", &["2025-10-25 23:30:00", "2025-10-26 00:00:00"]);
    run(&copy, "2025-10-25");
    assert_eq!(visits(&copy), ["1: 2025-10-25T20:30:00Z 2025-10-25 2025-10-24T21:00:00Z 2025-10-25T22:00:00Z"]);
}

/// Customers sign up on days, and the sample has sign-ups on days that begin at 01:00 in Chile.
#[test]
fn the_default_pipeline_dates_customers_from_a_skipped_midnight() {
    let copy = Copy::of_repository();
    copy.edit_setting("time_zone: Europe/Stockholm", "time_zone: America/Santiago");
    copy.lojal(&["run", "--quiet", "--select", "+customer_stages", "--as-of", "2025-09-06"]).exits(0);
    let stages = shown(&copy.warehouse().table("customer_stages"));
    assert!(stages.contains("2024-09-08T04:00:00Z"), "{stages}");
    assert!(!stages.contains("2024-09-08T03:00:00Z"), "{stages}");
    // The customer who signs up on the day after is not known yet, though that day begins an hour later.
    assert!(!stages.contains("2025-09-07T04:00:00Z"), "{stages}");
}
