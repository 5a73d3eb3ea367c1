//! Runs that do not look like the ones before them: volumes and stages that break fail the run, and `--accept` takes
//! such a change for one run.

use super::support::{Copy, Outcome, integers, matches_snapshot, outcome, records, texts};

const TRANSACTIONS: &str = "sample_data/transactions.csv";
const HOLDS: &str = "volumes_hold";

/// Runs what the guards need, and no more.
fn run(copy: &Copy, arguments: &[&str]) -> Outcome {
    let tables = ["run", "--quiet", "--select", "daily_volumes", "--select", "lifecycle_funnel"];
    copy.lojal(&[&tables[..], arguments].concat())
}

/// A warehouse with a snapshot of the sample as it is.
fn after_a_sound_run() -> Copy {
    let copy = Copy::of_repository();
    run(&copy, &["--as-of", "2025-12-31"]).exits(0);
    copy
}

/// The names by which a message says that a change can be accepted.
fn named(outcome: &Outcome) -> Vec<String> {
    let words = outcome.stderr.split_whitespace().filter(|word| word.starts_with(&format!("{HOLDS}:")));
    words.map(|word| word.trim_end_matches([',', ';']).to_owned()).collect()
}

fn status(copy: &Copy, check: &str) -> String {
    let results = copy.warehouse().json("run_results.json")["results"].clone();
    let id = format!("test.customer_lifecycle.{check}");
    let result = results.as_array().unwrap().iter().find(|result| result["unique_id"] == *id);
    result.unwrap_or_else(|| panic!("{check} was proved"))["status"].as_str().unwrap().to_owned()
}

#[test]
fn half_an_extract_fails_until_the_change_is_accepted() {
    let copy = after_a_sound_run();
    let sound = copy.warehouse().run_id();
    let (header, rows) = records(&copy.read(TRANSACTIONS));
    copy.write(TRANSACTIONS, header + &rows.iter().step_by(2).map(String::as_str).collect::<String>());
    let as_of = ["--as-of", "2025-12-31"];
    let failed = run(&copy, &as_of).exits(1);
    matches_snapshot!("half_an_extract", failed);
    let names = ["volumes_hold:net_revenue", "volumes_hold:order_value", "volumes_hold:orders"];
    assert_eq!(named(&failed), names);

    // Each is accepted by its own name.
    let one = run(&copy, &[&as_of[..], &["--accept", names[2]]].concat()).exits(1);
    assert!(!one.stderr.contains("| orders "), "{}", one.stderr);
    assert!(one.stderr.contains(&format!("--accept {} --accept {},", names[0], names[1])), "{}", one.stderr);
    let wrong = run(&copy, &[&as_of[..], &["--accept", "volume_holds:orders"]].concat()).exits(2);
    assert!(wrong.stderr.contains("did you mean `volumes_hold`?"), "{}", wrong.stderr);
    assert_eq!(copy.warehouse().run_id(), sound, "nothing was published");

    let all = ["--accept", names[0], "--accept", names[1], "--accept", names[2]];
    let accepted = run(&copy, &[&as_of[..], &all].concat()).exits(0);
    assert_eq!(accepted.last_line()["accepted"], serde_json::json!(names));
    assert_eq!(copy.warehouse().json("snapshot.json")["accepted"], serde_json::json!(names));
    assert_eq!(status(&copy, HOLDS), "accepted");

    // The next run is held against what was accepted.
    let next = run(&copy, &as_of).exits(0);
    assert_eq!(next.last_line().get("accepted"), None);
    assert_eq!(copy.warehouse().json("snapshot.json")["accepted"], serde_json::json!([]));
    assert_eq!(status(&copy, HOLDS), "pass");
}

#[test]
fn the_environment_accepts_too_and_what_is_not_needed_is_said() {
    let copy = after_a_sound_run();
    let mut again = copy.command(&["run", "--quiet", "--select", "daily_volumes", "--as-of", "2025-12-31"]);
    let again = outcome(again.env("LOJAL_ACCEPT", "volumes_hold:orders; stage_shares_hold")).exits(0);
    for name in ["volumes_hold:orders was not needed: nothing of that name failed", "stage_shares_hold was not needed"]
    {
        assert!(again.stderr.contains(&format!("--accept {name}")), "{}", again.stderr);
    }
    assert_eq!(again.last_line().get("accepted"), None);
}

#[test]
fn customers_who_fall_silent_all_at_once_are_noticed() {
    let first = Copy::of_repository();
    let warned = run(&first, &["--as-of", "2027-06-30"]).exits(0);
    for guard in ["recent.lapsed", "recent.orders", "recent.interactions"] {
        assert!(warned.stderr.contains(&format!("| {guard} ")), "{}", warned.stderr);
    }
    assert!(warned.stderr.contains("check events_reach_as_of failed"), "{}", warned.stderr);
    let printed = warned.stderr.lines().filter(|line| line.starts_with("warning: ")).count();
    assert_eq!(warned.last_line()["warnings"], printed, "every one of them counts");

    let second = after_a_sound_run();
    let failed = run(&second, &["--as-of", "2027-06-30"]).exits(1);
    assert!(failed.stderr.contains("--accept stage_shares_hold:recent.lapsed"), "{}", failed.stderr);
    let accept = ["--accept", "stage_shares_hold", "--accept", "volumes_hold"];
    run(&second, &[&["--as-of", "2027-06-30"], &accept[..]].concat()).exits(0);
    let next = run(&second, &["--as-of", "2027-07-31"]).exits(0);
    assert!(next.stderr.contains("| recent.orders "), "it still does not look like a sound run: {}", next.stderr);
}

#[test]
fn orders_of_no_known_customer_are_noticed() {
    let copy = after_a_sound_run();
    let (header, rows) = records(&copy.read(TRANSACTIONS));
    let renamed: String = rows.iter().map(|row| row.replacen(",C0", ",KUND-C0", 1)).collect();
    copy.write(TRANSACTIONS, header + &renamed);
    // The reference is the first to notice.
    let bound = "references: { to: crm_customers.customer_id, matched: { warn_below: 99%, error_below: 80% } }";
    let pipeline = copy.read("pipelines/customer_lifecycle.yml");
    copy.write("pipelines/customer_lifecycle.yml", pipeline.replace(bound, &bound.replace("80%", "0%")));
    let failed = run(&copy, &["--as-of", "2025-12-31"]).exits(1);
    assert!(failed.stderr.contains("volumes_hold:unidentified.net_revenue"), "{}", failed.stderr);
}

#[test]
fn growth_and_past_days_are_no_fault() {
    let copy = Copy::of_repository();
    for as_of in ["2024-08-31", "2024-09-30", "2025-01-31", "2025-12-31", "2025-03-31", "2025-12-15"] {
        let sound = run(&copy, &["--as-of", as_of]).exits(0);
        for check in [HOLDS, "volumes_are_usual", "stage_shares_hold", "stage_shares_are_usual"] {
            assert_eq!(status(&copy, check), "pass", "{as_of}: {}", sound.stderr);
        }
    }
}

#[test]
fn daily_volumes_hold_everything() {
    let copy = Copy::of_repository();
    run(&copy, &["--as-of", "2025-12-31", "--select", "orders", "--select", "customers"]).exits(0);
    let volumes = copy.warehouse().table("daily_volumes");
    let count = |event: &str| -> i64 {
        let events = texts(&volumes, "event").into_iter().zip(integers(&volumes, "events"));
        events.filter(|(found, _)| found == event).map(|(_, events)| events).sum()
    };
    let found = ["order", "return", "contact", "answer", "sign_up"].map(count);
    assert_eq!(found, [1123, 57, 1264, 351, 300]);
    assert_eq!(status(&copy, "volumes_are_complete"), "pass");
}

/// The small project with a check that can be accepted.
fn with_a_check(accept_by: &str) -> Copy {
    let copy = Copy::of_small();
    let law = "  sales_are_conserved: { description: Persons and days have the same revenue }\n";
    let guard = format!("  days_are_few: {{ description: Few days have sales, accept_by: {accept_by} }}\n");
    copy.edit("pipelines/shop.yml", law, &format!("{law}{guard}"));
    let sql = "select cast(daily_sales.day as varchar) as item, daily_sales.day from daily_sales\nwhere daily_sales.orders > 0\n";
    copy.write("sql/checks/days_are_few.sql", sql);
    copy
}

#[test]
fn the_column_of_names_is_a_text_of_the_result() {
    with_a_check("item").lojal(&["check"]).exits(0);
    matches_snapshot!("accept_by_of_another_type", with_a_check("day").lojal(&["check"]).exits(2));
    matches_snapshot!("accept_by_of_no_column", with_a_check("itm").lojal(&["check"]).exits(2));
}

#[test]
fn any_check_can_be_accepted_row_by_row() {
    let copy = with_a_check("item");
    let failed = copy.lojal(&["run", "--quiet"]).exits(1);
    let hint = failed.stderr.lines().find(|line| line.contains("--accept")).unwrap_or_default();
    assert!(hint.contains("days_are_few:2025-02-") && hint.contains("or all with --accept days_are_few"), "{hint}");
    let law = copy.lojal(&["run", "--quiet", "--accept", "sales_are_conserved"]).exits(2);
    assert!(law.stderr.contains("the check `sales_are_conserved` cannot be accepted"), "{}", law.stderr);
    let day = failed.stderr.split("days_are_few:").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let one = copy.lojal(&["run", "--quiet", "--accept", &format!("days_are_few:{day}")]).exits(1);
    assert!(!one.stderr.contains(&format!("| {day} ")), "the accepted day is not shown as failing: {}", one.stderr);
    let all = copy.lojal(&["run", "--accept", "days_are_few"]).exits(0);
    assert!(all.stderr.contains("accepted: days_are_few:"), "{}", all.stderr);
}

#[test]
fn a_mistyped_year_of_the_past_is_noticed() {
    let copy = Copy::of_repository();
    copy.append(TRANSACTIONS, "980001,1,C00000004,1995-12-05 09:00:00,web,,P00077,x,1,100.00,0.00,SEK,false\n");
    let warned = run(&copy, &["--as-of", "2025-12-31"]).exits(0);
    assert_eq!(status(&copy, "days_stand_together"), "warn");
    assert!(warned.stderr.contains("| order | 1995-12-05 |"), "{}", warned.stderr);
}
