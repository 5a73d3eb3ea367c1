//! Whom `lojal erase` and `lojal access` mean: the person of now, all of them, and nobody else.

use serde_json::Value;

use super::mistakes::PIPELINE;
use super::support::{Copy, parquet, shown, texts};

const MEMBERS: &str = "extracts/members.csv";

fn run(copy: &Copy, day: &str) {
    copy.lojal(&["run", "--as-of", day, "--quiet"]).exits(0);
}

fn ids(copy: &Copy) -> Vec<String> {
    texts(&copy.warehouse().table("member_identities"), "source_id")
}

fn certificate(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The rows of all files of a table, in the whole warehouse, that have this text.
fn rows_with(copy: &Copy, table: &str, text: &str) -> usize {
    let files = walkdir::WalkDir::new(copy.path().join("warehouse")).into_iter().flatten();
    let files = files.filter(|entry| {
        let is_of_table = entry.path().components().any(|part| part.as_os_str() == table);
        is_of_table && entry.file_type().is_file() && entry.path().extension().is_some_and(|ending| ending == "parquet")
    });
    files.map(|entry| shown(&parquet(entry.path())).lines().filter(|line| line.contains(text)).count()).sum()
}

#[test]
fn strangers_who_were_held_to_be_one_are_two() {
    let copy = Copy::of_small();
    run(&copy, "2025-12-30");
    copy.edit(MEMBERS, "ANNA@example.com", "cilla@example.com");
    run(&copy, "2025-12-31");
    // What is held about M3 is nothing of M1.
    copy.lojal(&["access", "M3", "--output", "held.json"]).exits(0);
    let held = copy.read("held.json");
    assert!(held.contains("M4") && held.contains("cilla@example.com"), "{held}");
    assert!(!held.contains("M1") && !held.contains("anna@example.com") && !held.contains("0701740605"), "{held}");

    let erased = copy.lojal(&["erase", "--customer-id", "M1"]).exits(0);
    assert_eq!(ids(&copy), ["M2", "M3", "M4", "M5", "M6"]);
    let certificate = certificate(&erased.stdout);
    assert_eq!(certificate["persons"], 1);
    assert!(certificate["tombstones"].as_u64().unwrap() > 1, "{certificate}");
    // The record goes from both snapshots. Of the older one, the rows of both stay, and that is said.
    assert_eq!(rows_with(&copy, "member_identities", "members | M1 "), 0);
    assert_eq!(rows_with(&copy, "member_identities", "members | M3 "), 2);
    assert!(certificate["not_removed"].to_string().contains("held to be one with somebody else"), "{certificate}");
    run(&copy, "2025-12-31");
    assert_eq!(ids(&copy), ["M2", "M3", "M4", "M5", "M6"]);
}

#[test]
fn a_person_whose_key_changed_is_found_by_any_id() {
    let copy = Copy::of_small();
    copy.edit(MEMBERS, "M4,,0701740607", "M4,,0709999999");
    run(&copy, "2025-12-30");
    copy.edit(MEMBERS, "M4,,0709999999", "M4,,0701740607");
    run(&copy, "2025-12-31");
    for (key, output) in [("M4", "a.json"), ("members:M4", "b.json")] {
        copy.lojal(&["access", key, "--output", output]).exits(0);
        assert!(copy.read(output).contains("anna@example.com"));
    }
    copy.lojal(&["access", "M4", "--source", "members", "--output", "c.json"]).exits(0);
    copy.lojal(&["erase", "--customer-id", "members:M4"]).exits(0);
    for id in ["M1", "M3", "M4"] {
        assert_eq!(rows_with(&copy, "member_identities", &format!(" {id} ")), 0, "{id}");
    }
    assert_eq!(ids(&copy), ["M2", "M5", "M6"]);
}

#[test]
fn who_is_not_found_is_an_error_and_leaves_nothing() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 50%");
    copy.append(MEMBERS, "M7,quentin@example.com,,yesterday\n");
    run(&copy, "2025-12-31");
    for (arguments, code, said) in [
        (&["--customer-id", "M99"][..], 1, "in no retained snapshot, no rejected row and no extract"),
        (&["--customer-id", "m3"], 1, "a record of members has this id in other letters"),
        (&["--email", "nobody@example.com"], 1, "nobody was erased"),
        (&["--customer-id", ""], 2, "is empty"),
        (&["--customer-id", "M3", "--source", "nope"], 2, "no source `nope`"),
    ] {
        let refused = copy.lojal(&[&["erase"], arguments].concat()).exits(code);
        assert!(refused.stderr.contains(said), "{arguments:?}: {}", refused.stderr);
        assert_eq!(refused.stdout, "");
    }
    assert!(!copy.path().join("warehouse/erasures/tombstones.jsonl").exists());
    assert_eq!(ids(&copy).len(), 6);
    // Who is in quarantine only is found there, and stays away once the row can be read.
    let erased = copy.lojal(&["erase", "--email", "quentin@example.com", "--customer-id", "M98"]).exits(0);
    let certificate = certificate(&erased.stdout);
    assert_eq!((&certificate["persons"], &certificate["persons_not_found"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(rows_with(&copy, "quarantine", "quentin"), 0);
    copy.edit(MEMBERS, "yesterday", "2025-01-08");
    run(&copy, "2025-12-31");
    assert!(!ids(&copy).contains(&"M7".to_owned()));
}

#[test]
fn an_address_that_no_table_shows_is_the_persons_too() {
    let copy = Copy::of_small();
    copy.edit(MEMBERS, "M4,,", "M4,only@example.com,");
    run(&copy, "2025-12-31");
    copy.lojal(&["erase", "--email", "only@example.com"]).exits(0);
    assert_eq!(ids(&copy), ["M2", "M5", "M6"]);
    // Another id with that address: the same person. What M2 also has is nobody's mark.
    copy.append(MEMBERS, "M9,only@example.com,,2025-02-01\n");
    run(&copy, "2025-12-31");
    assert_eq!(ids(&copy), ["M2", "M5", "M6"]);
}

#[test]
fn what_others_have_too_marks_nobody() {
    let copy = Copy::of_small();
    copy.edit(MEMBERS, "M5,disa@example.org,", "M5,disa@example.org,0708888888");
    run(&copy, "2025-12-31");
    // The number is somebody else's too by now.
    copy.edit(MEMBERS, "M6,erik@example.org,", "M6,erik@example.org,0708888888");
    copy.lojal(&["erase", "--customer-id", "M5"]).exits(0);
    run(&copy, "2025-12-31");
    assert!(ids(&copy).contains(&"M6".to_owned()), "{:?}", ids(&copy));
}

#[test]
fn access_matches_ids_in_columns_of_ids() {
    let copy = Copy::of_small();
    for file in ["members", "orders", "visits"] {
        let name = format!("extracts/{file}.csv");
        let digits = |line: &str| line.replace(",M", ",1").replacen('M', "1", usize::from(line.starts_with('M')));
        let lines: Vec<String> = copy.read(&name).lines().map(digits).collect();
        copy.write(&name, lines.join("\n") + "\n");
    }
    // 15 pieces, and a note about somebody else.
    copy.append("extracts/orders.csv", "91,12,2025-02-05 10:00:00,15,1.00,SEK,true,for disa@example.org\n");
    run(&copy, "2025-12-31");
    copy.lojal(&["access", "15", "--output", "held.json"]).exits(0);
    let held: Value = serde_json::from_str(&copy.read("held.json")).unwrap();
    let tables = held["tables"].as_array().unwrap();
    let orders = tables.iter().find(|table| table["name"] == "extracts/orders.csv").unwrap();
    let members: Vec<&str> =
        orders["rows"].as_array().unwrap().iter().map(|row| row["member_id"].as_str().unwrap()).collect();
    let text = copy.read("extracts/orders.csv");
    let of_15 = text.lines().filter(|line| line.split(',').nth(1) == Some("15")).count();
    assert!(of_15 > 1);
    assert_eq!(members, vec!["15"; of_15]);
}

#[test]
fn tombstones_that_are_lost_stop_a_run() {
    let copy = Copy::of_small();
    run(&copy, "2025-12-31");
    copy.lojal(&["erase", "--customer-id", "M3"]).exits(0);
    run(&copy, "2025-12-31");
    let (tombstones, key) = ("warehouse/erasures/tombstones.jsonl", "warehouse/erasures/tombstones.key");
    let (text, secret) = (copy.read(tombstones), copy.read(key));
    let refused = |what: &str| {
        for arguments in [&["run", "--as-of", "2025-12-31"][..], &["erase", "--customer-id", "M2"]] {
            let refused = copy.lojal(arguments).exits(3);
            assert!(refused.stderr.contains("would come back"), "{what}: {}", refused.stderr);
        }
    };
    copy.write(tombstones, "");
    refused("emptied");
    copy.write(tombstones, text.lines().next().unwrap().to_owned() + "\n");
    refused("cut");
    std::fs::remove_file(copy.path().join(tombstones)).unwrap();
    refused("removed");
    copy.write(tombstones, text.clone());
    let other: String = secret
        .chars()
        .map(|letter| {
            if letter == '1' {
                '2'
            } else if letter == 'a' {
                '1'
            } else {
                letter
            }
        })
        .collect();
    copy.write(key, other);
    refused("another key");
    std::fs::remove_file(copy.path().join(key)).unwrap();
    refused("no key");
    std::fs::remove_dir_all(copy.path().join("warehouse/erasures")).unwrap();
    refused("no folder");
}

#[test]
fn a_run_of_a_selection_does_not_carry_over_who_asked_since() {
    let manual = std::fs::read_to_string(super::support::repository().join("docs/erasure.md")).unwrap();
    let fenced = |language: &str| {
        let (_, rest) = manual.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let copy = Copy::of_small();
    copy.write("sql/staging/stg_requests.sql", fenced("sql"));
    copy.edit(PIPELINE, "\nidentity:\n", &format!("\n{}identity:\n  erasures: stg_requests\n", fenced("yaml")));
    copy.write("extracts/requests.csv", "email,requested_at\nerik@example.org,2025-03-01\n");
    run(&copy, "2025-12-31");
    let some = ["run", "--as-of", "2025-12-31", "--select", "row_counts"];
    copy.lojal(&some).exits(0);
    copy.append("extracts/requests.csv", "disa@example.org,2025-03-01\n");
    let refused = copy.lojal(&some).exits(2);
    assert!(refused.stderr.contains("erasure requests have changed"), "{}", refused.stderr);
    run(&copy, "2025-12-31");
    copy.lojal(&some).exits(0);
    assert_eq!(ids(&copy), ["M1", "M2", "M3", "M4"]);
}

#[test]
fn a_file_of_requests_may_have_semicolons() {
    let copy = Copy::of_small();
    run(&copy, "2025-12-31");
    copy.write("who.csv", "\u{feff}customer_id;email\r\nM5;\r\n");
    copy.lojal(&["erase", "--request", "who.csv"]).exits(0);
    assert_eq!(ids(&copy), ["M1", "M2", "M3", "M4", "M6"]);
}

/// Files that no source reads, members of archives and files in other formats are searched or named.
#[test]
fn the_certificate_names_what_lies_beside_the_extracts() {
    let copy = Copy::of_small();
    run(&copy, "2025-12-31");
    copy.write("extracts/old_export.csv", "id,mail\nM5,disa@example.org\n");
    std::fs::rename(copy.path().join("extracts/orders.csv"), copy.path().join("extracts/orders_2025.csv")).unwrap();
    std::fs::write(copy.path().join("extracts/backup.xlsx"), b"PK\x03\x04\0").unwrap();
    let erased = copy.lojal(&["erase", "--customer-id", "M5"]).exits(0);
    let certificate = certificate(&erased.stdout);
    let left = |name: &str| {
        let left = certificate["not_removed"].as_array().unwrap();
        left.iter().find(|left| left["file"] == name).unwrap_or_else(|| panic!("{name}: {certificate}")).clone()
    };
    assert_eq!(left("extracts/old_export.csv")["lines"], serde_json::json!([2]));
    let text = copy.read("extracts/orders_2025.csv");
    let of_m5 = (1..).zip(text.lines()).filter(|(_, line)| line.split(',').nth(1) == Some("M5"));
    let of_m5: Vec<usize> = of_m5.map(|(number, _)| number).collect();
    assert_eq!(left("extracts/orders_2025.csv")["lines"], serde_json::json!(of_m5));
    assert!(left("extracts/backup.xlsx")["why"].as_str().unwrap().contains("not searched"));
}
