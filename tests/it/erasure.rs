//! Persons who ask to be forgotten: requests in an extract, `lojal erase`, and what keeps them out of later runs.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::Value;

use super::mistakes::{PIPELINE, every_mistake_is_placed, project};
use super::support::{Copy, hundredths, integers, outcome, parquet, shown, texts};

const KEYS: &str = "  keys: { email: { column: email_key }, phone: { column: phone_key } }\n";

/// Every value of every Parquet file below the warehouse that contains one of these texts.
fn traces(copy: &Copy, wanted: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in walk(&copy.path().join("warehouse")) {
        if entry.extension().is_some_and(|ending| ending == "parquet") {
            let text = shown(&parquet(&entry));
            let lines = text.lines().filter(|line| wanted.iter().any(|wanted| line.contains(wanted)));
            found.extend(lines.map(|line| format!("{}: {line}", entry.display())));
        }
    }
    found
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        match path.symlink_metadata().unwrap() {
            data if data.is_dir() => found.extend(walk(&path)),
            data if data.is_file() => found.push(path),
            _ => {}
        }
    }
    found
}

/// `lojal erase --request -` with these lines on stdin.
fn erase(copy: &Copy, lines: &str, code: i32) -> super::support::Outcome {
    let mut child = copy
        .command(&["erase", "--request", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    super::support::Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
    .exits(code)
}

fn at(table: &arrow::array::RecordBatch, key: &str, value: &str, column: &str) -> i64 {
    let row = texts(table, key).iter().position(|found| found == value);
    row.map_or(0, |row| integers(table, column)[row])
}

#[test]
fn requests_and_tombstones_keep_persons_out_of_the_default_pipeline() {
    let copy = Copy::of_repository();
    // An order of C00000002 with a line that names nobody, and a return that names nobody.
    copy.append(
        "sample_data/transactions.csv",
        "990001,1,C00000002,2025-06-01 10:00:00,web,,P00038,Friluft,1,100.00,0.00,SEK,false\n\
         990001,2,,2025-06-01 10:00:00,web,,P00038,Friluft,1,50.00,0.00,SEK,false\n\
         990001,1,,2025-06-20 10:00:00,web,,P00038,Friluft,1,100.00,0.00,SEK,true\n",
    );
    copy.append("sample_data/loyalty_events.csv", "C00000002,2025-06-02 10:00:00,redeem,200\n");
    copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    let warehouse = copy.warehouse();
    let nobodys = |warehouse: &super::support::Warehouse| {
        texts(&warehouse.table("orders"), "customer_key").iter().filter(|key| *key == "unidentified").count()
    };
    let before = nobodys(&warehouse);
    let persons = warehouse.table("customers").num_rows();

    // A third person goes at once, by an address written otherwise.
    let mail = "lars.wikstrom@example.org";
    let run = erase(&copy, "customer_id,email\n,Lars.Wikstrom@Example.ORG\n", 0);
    let certificate: Value = serde_json::from_str(&run.stdout).unwrap();
    let removed: Vec<&str> =
        certificate["removed"].as_array().unwrap().iter().map(|row| row["what"].as_str().unwrap()).collect();
    for table in ["customers", "customer_contacts", "customer_identities", "orders", "order_lines"] {
        assert!(removed.contains(&table), "{table}: {removed:?}");
    }
    assert!(!run.stdout.to_lowercase().contains("wikstrom") && !run.stdout.contains("C00000003"), "{}", run.stdout);
    let left = certificate["not_removed"].as_array().unwrap();
    let crm = left.iter().find(|row| row["file"].as_str().unwrap().ends_with("crm_customers.csv")).unwrap();
    assert_eq!(crm["lines"], serde_json::json!([4]));
    assert_eq!(traces(&copy, &[mail, "C00000003"]), Vec::<String>::new());
    warehouse.is_whole();
    assert_eq!(warehouse.table("customers").num_rows(), persons - 1);

    copy.write(
        "sample_data/erasure_requests.csv",
        "customer_id,email,requested_at\n\
         C00000001,,2025-12-20 09:00:00\n\
         ,tilde.noren@example.org,2026-01-02 09:00:00\n\
         ,rut.ek@example.org,2025-12-20 09:00:00\n\
         ,,2025-12-20 09:00:00\n\
         ,Nonsense,2025-12-20 09:00:00\n",
    );
    let statement = |line: &str, column: &str| {
        let table = warehouse.table("profit_reconciliation");
        let row = texts(&table, "line").iter().position(|found| found == line).unwrap();
        hundredths(&table, column)[row].unwrap()
    };
    let of_ledger = ["gross_revenue", "discounts", "returns", "net_revenue", "cost_of_goods", "acquisition_cost"];
    let totals = of_ledger.map(|line| statement(line, "total"));
    let run = copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    assert!(run.stderr.contains("erasure_requests_are_clear"), "{}", run.stderr);
    for shown in ["rut.ek", "tilde", "Nonsense"] {
        assert!(!run.stderr.contains(shown), "{}", run.stderr);
    }
    // Each that erases nobody is named by its line, also in run_results.json.
    let results = warehouse.json("run_results.json").to_string();
    for warning in [
        "1 erasure request by email that nobody has: sample_data/erasure_requests.csv:4;",
        "1 erasure request without anything that names a person: sample_data/erasure_requests.csv:5;",
        "1 erasure request with a value of email that is not valid: sample_data/erasure_requests.csv:6;",
    ] {
        assert!(run.stderr.contains(warning), "{}", run.stderr);
        assert!(results.contains(warning), "{results}");
    }
    let latest = warehouse.snapshots().pop().unwrap();
    let ids = ["C00000001", "C00000002", "C00000003", mail, "tilde.noren@", "stellan.bostrom@example.org"];
    let now: Vec<String> = traces(&copy, &ids).into_iter().filter(|line| line.contains(&latest)).collect();
    assert_eq!(now, Vec::<String>::new());

    // Nothing becomes nobody's, and everything is accounted for.
    assert_eq!(nobodys(&warehouse), before);
    assert_eq!(warehouse.table("customers").num_rows(), persons - 3);
    let erased = warehouse.table("transaction_reconciliation");
    let lines = copy.read("sample_data/transactions.csv");
    let theirs = lines.lines().filter(|line| ids.iter().any(|id| line.contains(id)) || line.starts_with("990001"));
    assert_eq!(at(&erased, "outcome", "erased", "lines"), theirs.count() as i64);
    let sources = warehouse.table("source_reconciliation");
    assert_eq!(at(&sources, "source", "crm_customers", "rows_erased"), 3);
    assert_eq!(at(&sources, "source", "loyalty_events", "rows_erased"), 1);
    let outcomes = warehouse.table("erasures");
    assert_eq!(texts(&outcomes, "outcome"), ["erased", "invalid", "unmatched"]);
    assert_eq!(integers(&outcomes, "requests"), [3, 2, 1]);
    // The statement is still that of the ledger.
    assert_eq!(of_ledger.map(|line| statement(line, "total")), totals);
    assert!(statement("gross_revenue", "erased_amount") > 0 && statement("cost_to_serve", "erased_amount") == 0);
    assert_eq!(statement("returns", "erased_amount"), 10_000);
    for source in ["crm_interactions", "surveys"] {
        assert!(at(&sources, "source", source, "rows_erased") > 0, "{source}");
    }
    assert!(warehouse.json("run_results.json").to_string().contains("erased_persons_are_gone"));
}

#[test]
fn mistakes_in_the_model_of_requests_are_placed() {
    let refused = |sql: &str, number: usize| {
        let copy = project();
        copy.write("sql/staging/stg_requests.sql", format!("-- Grain: one row per request.\n\n{sql}\n"));
        copy.edit(PIPELINE, KEYS, &format!("{KEYS}  erasures: stg_requests\n"));
        let stderr = copy.lojal(&["check"]).exits(2).stderr;
        every_mistake_is_placed(&stderr, number);
        stderr
    };
    let found = refused("select 'a@x' as email, 'M1' as member", 2);
    assert!(found.contains("the model `stg_requests` lacks the column `requested_at`"), "{found}");
    assert!(found.contains("`member` of `stg_requests` names nobody"), "{found}");
    let found = refused("select cast('2025-01-01' as date) as requested_at", 1);
    assert!(found.contains("the model `stg_requests` does not say who asks"), "{found}");
}

/// The block and the model of docs/erasure.md, in the small project.
#[test]
fn the_example_of_the_manual_forgets_a_person() {
    let manual = std::fs::read_to_string(super::support::repository().join("docs/erasure.md")).unwrap();
    let fenced = |language: &str| {
        let (_, rest) = manual.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let copy = Copy::of_small();
    copy.write("sql/staging/stg_requests.sql", fenced("sql"));
    copy.edit(PIPELINE, "\nidentity:\n", &format!("\n{}identity:\n  erasures: stg_requests\n", fenced("yaml")));
    copy.write("extracts/requests.csv", "email,requested_at\nerik@example.org,2025-03-01\n");
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let identities = copy.warehouse().table("member_identities");
    assert_eq!(texts(&identities, "source_id"), ["M1", "M2", "M3", "M4", "M5"]);
}

#[test]
fn erase_removes_a_person_and_remembers_them() {
    let copy = Copy::of_small();
    copy.lojal(&["run", "--as-of", "2025-12-30"]).exits(0);
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let persons = texts(&copy.warehouse().table("member_identities"), "source_id");
    assert!(persons.contains(&"M3".to_owned()));

    // Nothing changes in a dry run, or when it is not clear who is meant.
    let bytes = || -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let files = walk(&copy.path().join("warehouse"))
            .into_iter()
            .filter(|path| path.to_string_lossy().contains("snapshots"));
        files.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    };
    let before = bytes();
    let dry = copy.lojal(&["erase", "--customer-id", "M3", "--dry-run"]).exits(0);
    let dry: Value = serde_json::from_str(&dry.stdout).unwrap();
    assert_eq!(dry["dry_run"], true);
    assert!(!dry["removed"].as_array().unwrap().is_empty());
    erase(&copy, "customer_id,email\nM3,bo@example.com\n", 2);
    erase(&copy, "customer_id,mail\nM3,bo@example.com\n", 2);
    erase(&copy, "customer_id,email\n,\n", 2);
    copy.lojal(&["erase"]).exits(2);
    assert_eq!(bytes(), before);
    assert!(!copy.path().join("warehouse/erasures/tombstones.jsonl").exists());

    // M1 has the address of M3, and M4 its phone number: one person, in both snapshots.
    let run = copy.lojal(&["erase", "--customer-id", "M3"]).exits(0);
    let certificate: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(certificate["persons"], 1);
    assert_eq!(copy.warehouse().snapshots().len(), 2);
    assert_eq!(traces(&copy, &["M1", "M3", "M4"]), Vec::<String>::new());
    copy.warehouse().is_whole();
    let folder = copy.path().join("warehouse/erasures");
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    for file in walk(&folder) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("M3") && !text.contains("0701740607"), "{}: {text}", file.display());
    }

    // The extract still has them, and they stay away, also from a run that would have nothing new to do.
    copy.lojal(&["run", "--as-of", "2025-12-31", "--skip-unchanged"]).exits(0);
    assert_eq!(traces(&copy, &["M1", "M3", "M4"]), Vec::<String>::new());
    // Again: nothing goes, and the certificate names the lines that bring them back.
    let again = copy.lojal(&["erase", "--customer-id", "M3"]).exits(0);
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["removed"], serde_json::json!([]));
    assert!(again["not_removed"].to_string().contains("members.csv"), "{again}");
}

#[test]
fn an_interrupted_erasure_is_completed_by_the_next() {
    let copy = Copy::of_small();
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    std::fs::create_dir(copy.path().join("warehouse/erasures")).unwrap();
    let pending = r#"{"request_id":"erase-1","erased_on":"2026-01-01","persons":[{"records":[["members","M2"]],"own_values":[],"texts":[]}]}"#;
    copy.write("warehouse/erasures/pending.json", pending);
    let run = copy.lojal(&["erase", "--customer-id", "M9"]).exits(0);
    assert!(run.stderr.contains("completing the erasure erase-1"), "{}", run.stderr);
    assert_eq!(traces(&copy, &["M2"]), Vec::<String>::new());
    assert!(!copy.path().join("warehouse/erasures/pending.json").exists());
    assert!(copy.path().join("warehouse/erasures/erase-1.json").exists());
}

/// An extract that nobody reads is named, with a plausible name and in a nested folder.
#[test]
fn a_file_that_no_source_reads_is_named() {
    let copy = Copy::of_small();
    copy.write("extracts/complaints_2025.csv", "a,b\n1,2\n");
    std::fs::create_dir(copy.path().join("extracts/march")).unwrap();
    copy.write("extracts/march/members.csv", "member_id\nM9\n");
    let run = outcome(&mut copy.command(&["run", "--as-of", "2025-12-31"])).exits(0);
    assert!(run.stderr.contains("complaints_2025.csv"), "{}", run.stderr);
    assert!(run.stderr.contains("march/members.csv"), "{}", run.stderr);
}

#[test]
fn access_writes_all_that_is_held_about_a_person() {
    let copy = Copy::of_small();
    // A note that a spreadsheet would compute, and a rejected order of M3.
    copy.append("extracts/orders.csv", "91,M3,2025-02-05 10:00:00,1,1.00,SEK,true,=1+1\n");
    copy.append("extracts/orders.csv", "92,M3,2025-02-05 10:00:00,many,1.00,SEK,true,anna@example.com\n");
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let run = copy.lojal(&["access", "M3", "--output", "held"]).exits(0);
    assert_eq!(run.stdout, "");
    let held: Value = serde_json::from_str(&copy.read("held/access.json")).unwrap();
    let tables = held["tables"].as_array().unwrap();
    let named = |name: &str| tables.iter().find(|table| table["name"].as_str().unwrap().ends_with(name));
    // M3 has the address of M1, in other letters, and the phone number of M4.
    let records = named("member_identities").unwrap()["rows"].as_array().unwrap();
    let ids: Vec<&str> = records.iter().map(|row| row["source_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["M1", "M3", "M4"]);
    assert_eq!(named("person_contacts").unwrap()["columns"]["email"], "E-mail address");
    let orders = named("orders.csv").unwrap()["rows"].as_array().unwrap();
    assert!(orders.iter().any(|row| row["order_id"] == "91" && row["note"] == "=1+1"), "{orders:?}");
    assert!(named("rejected rows").unwrap()["rows"][0]["text"].as_str().unwrap().contains("many"));
    assert!(named("daily_sales").is_none(), "it names nobody");
    for (file, mode) in [("held", 0o700), ("held/access.json", 0o600), ("held/access.xlsx", 0o600)] {
        let found = copy.path().join(file).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{file}");
    }
    // By customer_key, into one file.
    let key = records[0]["customer_key"].as_str().unwrap();
    copy.lojal(&["access", key, "--output", "held.xlsx"]).exits(0);
    assert!(std::fs::read(copy.path().join("held.xlsx")).unwrap().starts_with(b"PK"));
    // An existing file, a stranger, another format.
    copy.lojal(&["access", key, "--output", "held.xlsx"]).exits(2);
    copy.lojal(&["access", "M99", "--output", "stranger"]).exits(2);
    copy.lojal(&["access", "M3", "--output", "held.pdf"]).exits(2);
}

/// Ids of digits could be anything: they count where the sources say that they are ids.
#[test]
fn an_id_of_digits_is_found_in_rejected_rows_of_other_sources() {
    let copy = Copy::of_small();
    for file in ["members", "orders", "visits"] {
        let name = format!("extracts/{file}.csv");
        let digits: Vec<String> = copy
            .read(&name)
            .lines()
            .map(|line| line.replace(",M", ",1").replacen('M', "1", usize::from(line.starts_with('M'))))
            .collect();
        copy.write(&name, digits.join("\n") + "\n");
    }
    copy.edit(PIPELINE, "    event_time: joined_on\n", "    event_time: joined_on\n    key: [member_id]\n");
    // 13 is who is erased; 13 pieces of an order are not. The last has a field too few.
    copy.append(
        "extracts/orders.csv",
        "91,13,2025-02-05 10:00:00,1,x,SEK,true,\n92,12,2025-02-05 10:00:00,13,x,SEK,true,\n93,13,2025-02-05 10:00:00,1\n",
    );
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let rejected = || texts(&copy.warehouse().quarantine("orders"), "raw").join("\n");
    assert!(rejected().contains("91,13") && rejected().contains("93,13"), "{}", rejected());
    let run = copy.lojal(&["erase", "--customer-id", "13"]).exits(0);
    assert!(rejected().contains("92,12") && !rejected().contains(",13,2025"), "{}", rejected());
    let certificate: Value = serde_json::from_str(&run.stdout).unwrap();
    let left = certificate["not_removed"].as_array().unwrap();
    let orders = left.iter().find(|left| left["file"] == "extracts/orders.csv").unwrap();
    let text = copy.read("extracts/orders.csv");
    let named = |line: &str| ["11", "13", "14"].contains(&line.split(',').nth(1).unwrap_or_default());
    let lines: Vec<usize> = (1..).zip(text.lines()).filter(|(_, line)| named(line)).map(|(number, _)| number).collect();
    assert_eq!(orders["lines"], serde_json::json!(lines));
    assert!(!run.stdout.contains("their columns are not known"), "{}", run.stdout);
    // Once the extract is gone, the columns of its rejected rows are not known.
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    std::fs::rename(copy.path().join("extracts/orders.csv"), copy.path().join("extracts/orders_2.csv")).unwrap();
    let run = copy.lojal(&["erase", "--customer-id", "12"]).exits(0);
    assert!(run.stdout.contains("their columns are not known"), "{}", run.stdout);
}

#[test]
fn a_secret_locks_the_key_of_tombstones() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "  table: member_identities\n", "  table: member_identities\n  key_secret: ${LOJAL_KEY}\n");
    // Without a table for the old keys, --rekey is refused.
    copy.write(
        "sql/marts/key_changes.sql",
        "select source_id, customer_key as old_customer_key, customer_key as new_customer_key from member_identities\n",
    );
    copy.edit(
        PIPELINE,
        "  daily_sales:\n",
        "  key_changes:\n    description: Keys.\n    key: [source_id]\n    restricted: true\n    columns:\n      \
         source_id: { description: Record }\n      old_customer_key: { description: Before }\n      \
         new_customer_key: { description: Now }\n\n  daily_sales:\n",
    );
    let (old, new) = ("an old secret, long enough", "a new secret, long enough");
    let with = |secret: &str, before: Option<&str>, arguments: &[&str]| {
        let mut command = copy.command(arguments);
        command.env("LOJAL_KEY", secret);
        if let Some(before) = before {
            command.env("LOJAL_KEY_BEFORE", before);
        }
        outcome(&mut command)
    };
    let run = ["run", "--as-of", "2025-12-31"];
    let rekey = ["run", "--as-of", "2025-12-31", "--rekey"];
    with(old, None, &run).exits(0);
    with(old, None, &["erase", "--customer-id", "M3"]).exits(0);
    let key = || copy.read("warehouse/erasures/tombstones.key");
    assert!(key().starts_with("locked ") && key().lines().count() == 1, "{}", key());
    let ids = || texts(&copy.warehouse().table("member_identities"), "source_id");
    with(old, None, &run).exits(0);
    assert_eq!(ids(), ["M2", "M5", "M6"]);
    // Without the old secret nobody could say who was erased.
    let refused = with(new, None, &rekey).exits(2);
    assert!(refused.stderr.contains("LOJAL_KEY_BEFORE"), "{}", refused.stderr);
    with(new, Some(old), &rekey).exits(0);
    assert_eq!(ids(), ["M2", "M5", "M6"]);
    with(new, None, &run).exits(0);
    assert_eq!(ids(), ["M2", "M5", "M6"]);
    assert_eq!(key().lines().count(), 1, "the old secret opens it no more: {}", key());
    with(old, None, &["erase", "--customer-id", "M2"]).exits(2);
    assert!(!format!("{refused}{}", key()).contains("long enough"));
}
