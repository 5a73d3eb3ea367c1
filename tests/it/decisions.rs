//! What a run says about persons: decisions of analysts that hold, are left out or contradict each other; values and
//! records that the rules do not take; keys that would lose their mapping; and guest orders.

use serde_json::Value;

use super::mistakes::PIPELINE;
use super::support::{Copy, integers, outcome, texts};

const DECISIONS: &str = "sample_data/identity_overrides.csv";
const HEADER: &str = "source,source_id,other_source,other_source_id,decision,decided_by,decided_at,reason\n";
const SELECTED: [&str; 5] = ["run", "--select", "+customer_identities", "--select", "+identity_review"];

/// A decision about C00000001 and another record.
fn line(other: &str, decision: &str, at: &str) -> String {
    format!("crm_customers,C00000001,crm_customers,{other},{decision},eva,{at},\n")
}

/// The key of a record.
fn key_of(copy: &Copy, id: &str) -> String {
    let table = copy.warehouse().table("customer_identities");
    let at = texts(&table, "source_id").iter().position(|found| found == id);
    at.map(|at| texts(&table, "customer_key")[at].clone()).unwrap_or_default()
}

fn are_one(copy: &Copy, one: &str, other: &str) -> bool {
    key_of(copy, one) == key_of(copy, other)
}

/// The messages of one kind in run_results.json.
fn said(copy: &Copy, kind: &str) -> Vec<String> {
    let results = copy.warehouse().json("run_results.json");
    results[kind].as_array().unwrap().iter().map(|said| said["message"].as_str().unwrap().to_owned()).collect()
}

fn decisions(copy: &Copy) -> Value {
    copy.warehouse().json("run_results.json")["identity"]["decisions"].clone()
}

#[test]
fn a_decision_made_after_the_newest_day_holds_unless_another_day_is_asked_for() {
    let copy = Copy::of_repository();
    copy.write(DECISIONS, format!("{HEADER}{}", line("C00000002", "same", "2026-01-05 10:00:00")));
    copy.lojal(&SELECTED).exits(0);
    assert!(are_one(&copy, "C00000001", "C00000002"));
    let held = "identity: 1 decision of `overrides` from after the as-of day applied";
    assert!(said(&copy, "notes").iter().any(|note| note.starts_with(held)), "{:?}", said(&copy, "notes"));
    assert_eq!(decisions(&copy)["applied_after_as_of"], 1);

    let run = copy.lojal(&[&SELECTED[..], &["--as-of", "2025-12-30"]].concat()).exits(0);
    assert!(!are_one(&copy, "C00000001", "C00000002"));
    let warnings = said(&copy, "warnings").join("\n");
    assert!(warnings.contains("1 decision of `overrides` from after the as-of day not applied"), "{run}");
    assert!(warnings.contains("crm_customers C00000001 and crm_customers C00000002"), "{warnings}");
    assert!(warnings.contains("identity_overrides.csv:2"), "{warnings}");
    assert_eq!(decisions(&copy)["left_out_after_as_of"], 1);
}

#[test]
fn the_later_decision_about_a_pair_wins_and_contradictions_are_placed() {
    let copy = Copy::of_repository();
    let [same, different] = [
        line("C00000002", "same", "2025-03-01 10:00:00"),
        "crm_customers,C00000002,crm_customers,C00000001,different,eva,2025-06-01 10:00:00,\n".to_owned(),
    ];
    for rows in [format!("{same}{different}"), format!("{different}{same}")] {
        copy.write(DECISIONS, format!("{HEADER}{rows}"));
        copy.lojal(&SELECTED).exits(0);
        assert!(!are_one(&copy, "C00000001", "C00000002"), "{rows}");
        assert_eq!(decisions(&copy)["superseded"], 1);
    }
    let at_once = different.replace("2025-06-01", "2025-03-01");
    copy.write(DECISIONS, format!("{HEADER}{same}{at_once}"));
    let run = copy.lojal(&SELECTED).exits(1);
    assert!(run.stderr.contains("are `same` and `different`, decided at the same time"), "{run}");
    assert!(run.stderr.contains("identity_overrides.csv:2 and ") && run.stderr.contains(".csv:3"), "{run}");
    copy.write(DECISIONS, format!("{HEADER}{}", line("C00000001", "same", "")));
    let run = copy.lojal(&SELECTED).exits(1);
    assert!(run.stderr.contains("both ids are the same record") && run.stderr.contains(".csv:2"), "{run}");
}

/// Erasure requests that may mean several persons, and pairs whose score asks for a decision.
#[test]
fn every_kind_of_case_is_accepted_by_the_default_pipeline() {
    let copy = Copy::of_repository();
    let record = |id: &str, born: &str, name: &str| {
        format!("{id},,0702229999,{name},Lind,{born},11122,Stockholm,SE,2025-03-01,organic,0.00,true,false,\n")
    };
    let lines = record("CE001", "1980-01-01", "Ada") + &record("CE002", "1981-02-02", "Bo");
    copy.append("sample_data/crm_customers.csv", &lines);
    copy.write(
        "sample_data/erasure_requests.csv",
        "customer_id,email,phone,requested_at\n,,0702229999,2025-12-20 09:00:00\n",
    );
    copy.lojal(&SELECTED).exits(0);
    assert!(texts(&copy.warehouse().table("identity_review"), "kind").contains(&"erasure".to_owned()));
}

/// The small project publishes none of the tables that list such cases.
#[test]
fn a_pipeline_that_lists_no_cases_hears_of_them() {
    let copy = Copy::of_small();
    let keys = "  keys: { email: { column: email_key }, phone: { column: phone_key } }\n";
    let rules = "  overrides: int_decisions\n  rules:\n    - { name: email, keys: [email], max_records: 1 }\n    \
                 - { name: phone, keys: [phone] }\n";
    copy.edit(PIPELINE, keys, &format!("{keys}{rules}"));
    let decision = |id: &str| {
        format!(
            "select 'members' as source, 'M1' as source_id, 'members' as other_source, '{id}' as other_source_id, \
             'same' as decision from stg_members where stg_members.member_id = 'M1'"
        )
    };
    let sql = format!("-- Grain: one row per decision.\n\n{} union all {}\n", decision("M2"), decision("M99"));
    copy.write("sql/intermediate/int_decisions.sql", sql);
    let run = copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let warnings = said(&copy, "warnings");
    let shared = "identity: 1 value of the rule `email`, which 2 records have, links nobody: more records have the value \
                  than a person has; first: members M1";
    let unknown = "identity: 1 decision of `overrides` not applied: no record has one of the two ids; correct it, or take \
                   the row out; first: members M1 and members M99";
    for wanted in [shared, unknown] {
        assert!(warnings.iter().any(|warning| warning == wanted), "{warnings:#?}");
    }
    assert_eq!(run.last_line()["warnings"].as_u64(), Some(warnings.len() as u64));
    let facts = copy.warehouse().json("run_results.json")["identity"].clone();
    assert_eq!(facts["guarded_values"], 1);
    assert_eq!((&facts["records"], &facts["persons"]), (&Value::from(6), &Value::from(4)));
    assert_eq!(facts["links"], serde_json::json!({ "override": 1, "phone": 1 }));
    assert_eq!(
        (&facts["decisions"]["applied"], &facts["decisions"]["unknown_record"]),
        (&Value::from(1), &Value::from(1))
    );
}

#[test]
fn new_keys_without_a_table_for_the_old_ones_are_refused() {
    let copy = Copy::of_small();
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    copy.edit(
        PIPELINE,
        "  records: int_member_records\n",
        "  records: int_member_records\n  key_secret: ${LOJAL_KEY}\n",
    );
    let run = outcome(
        copy.command(&["run", "--as-of", "2025-12-31", "--rekey"]).env("LOJAL_KEY", "a secret that is long enough"),
    );
    let run = run.exits(2);
    assert!(run.stderr.contains("publishes no table that holds them beside the new ones"), "{run}");
    assert!(run.stderr.contains("old_customer_key and new_customer_key"), "{run}");
}

/// Orders that name no record of the CRM: by an address in another spelling, by a number, of nobody, and of a person
/// who asks to be forgotten.
#[test]
fn guest_orders_belong_to_the_person_whom_their_address_leads_to() {
    let copy = Copy::of_repository();
    copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    let nobodys = |copy: &Copy| {
        let orders = copy.warehouse().table("orders");
        texts(&orders, "customer_key").iter().filter(|key| *key == "unidentified").count()
    };
    let before = nobodys(&copy);
    let orders = copy.read("sample_data/transactions.csv");
    let mut lines = orders.lines();
    let header = lines.next().unwrap();
    let lines: String = lines.map(|line| format!("{line},,\n")).collect();
    let guest = |id: u32, customer: &str, contact: &str| {
        format!(
            "{id},1,{customer},2025-12-0{} 10:00:00,web,,P00038,Friluft,1,100.00,0.00,SEK,false,{contact}\n",
            id % 10
        )
    };
    let guests = guest(990_001, "", "Stellan.Bostrom@Example.ORG,")
        + &guest(990_002, "C0XXXXXXX", "stellan.bostrom@example.org,")
        + &guest(990_003, "", "nobody.at.all@example.org,")
        + &guest(990_004, "C00000002", "stellan.bostrom@example.org,");
    copy.write("sample_data/transactions.csv", format!("{header},email,phone\n{lines}{guests}"));
    let run = copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    assert!(!run.stderr.contains("undeclared"), "{run}");
    let orders = copy.warehouse().table("orders");
    let (ids, keys) = (integers(&orders, "transaction_id"), texts(&orders, "customer_key"));
    let of = |id: i64| keys[ids.iter().position(|found| *found == id).unwrap()].clone();
    assert_eq!([of(990_001), of(990_002)], [key_of(&copy, "C00000001"), key_of(&copy, "C00000001")]);
    assert_eq!(of(990_003), "unidentified");
    assert_eq!(of(990_004), key_of(&copy, "C00000002"), "the record that it names counts");
    assert_eq!(nobodys(&copy), before + 1);

    copy.write("sample_data/erasure_requests.csv", "customer_id,requested_at\nC00000001,2025-12-20 09:00:00\n");
    copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    let left = integers(&copy.warehouse().table("orders"), "transaction_id");
    assert!(!left.contains(&990_001) && !left.contains(&990_002) && left.contains(&990_003));
    assert_eq!(nobodys(&copy), before + 1);
}
