//! Match rules from the YAML to the tables: mistakes in the block, shared values, conflicts, decisions, records that
//! attach, and values that are not valid.

use super::mistakes::{PIPELINE, every_mistake_is_placed, project};
use super::support::{Copy, integers, texts};

const CRM: &str = "sample_data/crm_customers.csv";
const KEYS: &str = "  keys: { email: { column: email_key }, phone: { column: phone_key } }\n";

/// The mistakes in a block with these keys and rules, below the table and the records.
#[track_caller]
fn refused(block: &str, number: usize) -> String {
    let copy = project();
    copy.edit(PIPELINE, KEYS, block);
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    every_mistake_is_placed(&stderr, number);
    stderr
}

#[test]
fn each_mistake_in_keys_is_reported_at_its_line() {
    let found = refused(
        "  keys:
    email: { column: email_key, normalise: email_adress }
    phone: { column: phone_key, country: land }
    name: {}
    other: { column: phone_key, columns: [email_key] }
    no+ne: { column: phone_key }
    plain: { column: phone_key, normalise: email_address, pattern: 'x' }
    dots: { column: phone_key, gmail_dots: ignore }
    tags: { column: phone_key, normalise: phone_number, country: email_key, plus_tags: ignore }
",
        9,
    );
    for message in [
        "there is no normaliser `email_adress`",
        "did you mean `email_address`?",
        "the key `phone` says how a value is read, but not by which function",
        "the key `name` has no column",
        "`other` has `column` and `columns`",
        "`no+ne` cannot name a key",
        "`email_address` takes no pattern",
        "`gmail_dots` is an option of `email_address`",
        "`plus_tags` is an option of `email_address`",
        "without `rules`, everybody with the same `name` would be one person",
    ] {
        assert!(found.contains(message), "{message}:\n{found}");
    }
}

#[test]
fn each_mistake_in_rules_is_reported_at_its_line() {
    let found = refused(
        "  keys:
    email: { column: email_key }
    phone: { column: phone_key, strong: true }
    birth_date: { column: phone_key }
  rules:
    - { name: email, keys: [emial], max_records: 10, max_names: 2 }
    - { name: email, keys: [email, email] }
    - { name: none, keys: [] }
    - { name: born, keys: [birth_date] }
    - { name: few, keys: [phone], max_records: 0 }
    - { name: loose, keys: [phone], max_names: 2 }
",
        10,
    );
    for message in [
        "there is no key of identity `emial`",
        "did you mean `email`?",
        "`max_names` of the rule `email` counts names, and identity has no key `name`",
        "there is a rule `email` already, on line ",
        "`email` is twice in this rule",
        "`none` cannot name a rule",
        "the rule `none` has no key",
        "everybody with the same `birth_date` would be one person",
        "the rule `few` would link nobody",
        "`max_names` of the rule `loose` guards nothing without `max_records`",
    ] {
        assert!(found.contains(message), "{message}:\n{found}");
    }
}

/// Otherwise everybody who is born on one day would be one person.
#[test]
fn a_key_that_many_share_needs_rules() {
    let found = refused("  keys:\n    email: { column: email_key }\n    birth_date: { column: phone_key }\n", 1);
    assert!(found.contains("without `rules`, everybody with the same `birth_date` would be one person"), "{found}");
}

#[test]
fn columns_and_models_that_do_not_exist_are_reported() {
    let keys = "  keys:
    email: { column: mail_key, normalise: email_address }
    phone: { column: phone_key, normalise: phone_number, country: land }
";
    let found = refused(keys, 2);
    assert!(found.contains("there is no column of `int_member_records` named `mail_key`"), "{found}");
    assert!(found.contains("there is no column of `int_member_records` named `land`"), "{found}");
    let found = refused(&format!("{KEYS}  overrides: decisions\n"), 1);
    assert!(found.contains("there is no model `decisions`"), "{found}");
    let found = refused(&format!("{KEYS}  overrides: int_member_records\n"), 3);
    assert!(found.contains("the model `int_member_records` lacks the column `other_source`"), "{found}");
    // A function that needs a country, and a text instead of a date.
    let found = refused("  keys:\n    phone: { column: phone_key, normalise: phone_number }\n", 1);
    assert!(found.contains("`phone_number` cannot read this key"), "{found}");
    let rules = "  rules: [{ name: both, keys: [email, birth_date] }]\n";
    let keys = "  keys:\n    email: { column: email_key }\n    birth_date: { column: phone_key, normalise: date }\n";
    let found = refused(&format!("{keys}{rules}"), 1);
    assert!(found.contains("`phone_key` of `int_member_records` is Utf8, not a date"), "{found}");
}

/// A record of the CRM with name and birth date, known since a day.
fn record(id: &str, email: &str, phone: &str, name: &str, born: &str, since: &str) -> String {
    format!("{id},{email},{phone},{name},Lind,{born},11122,Stockholm,SE,{since},organic,0.00,true,false,\n")
}

const PLACEHOLDERS: &str = "    key: [key, value]\n    rows: []\n";
const LOOKUPS: &str = "sql/customers/customers.yml";

/// Few records with one name share each value, so that no guard would stop them.
#[test]
fn a_companys_own_placeholders_are_no_keys() {
    let copy = Copy::of_repository();
    let rows = "    key: [key, value]
    rows:
      - { key: email, value: ' Kassa@Butiken.SE ' }
      - { key: email, value: '@kassa.butiken.se' }
      - { key: phone, value: 08-661 90 00, country: SE }
";
    copy.edit(LOOKUPS, PLACEHOLDERS, rows);
    let lines = record("CP001", "kassa@butiken.se", "", "Eva", "", "2025-03-01")
        + &record("CP002", "KASSA@butiken.se", "", "Eva", "", "2025-03-02")
        + &record("CP003", "sju@kassa.butiken.se", "", "Eva", "", "2025-03-03")
        + &record("CP004", "sju@kassa.butiken.se", "", "Eva", "", "2025-03-04")
        + &record("CP005", "", "+46 8 661 90 00", "Eva", "", "2025-03-05")
        + &record("CP006", "", "08-6619000", "Eva", "", "2025-03-06")
        + &record("CP007", "eva@butiken.se", "", "Eva", "", "2025-03-07")
        + &record("CP008", "eva@butiken.se", "", "Eva", "", "2025-03-08");
    copy.append(CRM, &lines);
    copy.lojal(&["run", "--as-of", "2025-12-31", "--select", "+identity_rejects", "--select", "+customer_identities"])
        .exits(0);
    let identities = copy.warehouse().table("customer_identities");
    let (ids, keys) = (texts(&identities, "source_id"), texts(&identities, "customer_key"));
    let of = |id: &str| keys[ids.iter().position(|found| found == id).unwrap()].clone();
    let persons: std::collections::BTreeSet<String> = (1..=8).map(|number| of(&format!("CP{number:03}"))).collect();
    assert_eq!((persons.len(), of("CP007") == of("CP008")), (7, true));
    let rejects = copy.warehouse().table("identity_rejects");
    let [records, faults, values] = ["source_id", "reason", "value"].map(|name| texts(&rejects, name));
    let mut listed: Vec<String> = records.iter().zip(&faults).map(|(id, fault)| format!("{id} {fault}")).collect();
    listed.sort();
    let expected: Vec<String> = (1..=6).map(|number| format!("CP{number:03} a placeholder of the company")).collect();
    assert_eq!(listed, expected);
    assert!(values.iter().any(|value| value.trim() == "08-6619000" || value == "+4686619000"), "{values:?}");
}

#[test]
fn mistakes_in_placeholders_are_reported() {
    let copy = Copy::of_repository();
    let rows = "    key: [key, value]\n    rows: [{ key: emial, value: kassa@butiken.se }]\n";
    copy.edit(LOOKUPS, PLACEHOLDERS, rows);
    let found = copy.lojal(&["check"]).exits(2).stderr;
    assert!(found.contains("there is no key of identity `emial`") && found.contains("did you mean `email`"), "{found}");
    let rows = "    key: [key, value]\n    rows: [{ key: phone, value: 08-661 90 00 }]\n";
    copy.edit(LOOKUPS, "    key: [key, value]\n    rows: [{ key: emial, value: kassa@butiken.se }]\n", rows);
    let found = copy.lojal(&["check"]).exits(2).stderr;
    assert!(found.contains("the check identity_placeholders_are_values fails"), "{found}");
    for dead in ["''", "'@'", "'@*'", "'@se'", "null"] {
        let copy = Copy::of_repository();
        let rows = format!("    key: [key]\n    rows: [{{ key: email, value: {dead} }}]\n");
        copy.edit(LOOKUPS, PLACEHOLDERS, &rows);
        let found = copy.lojal(&["check"]).exits(2).stderr;
        assert!(found.contains("no value of a record is `") && found.contains("customers.yml:"), "{found}");
    }
    let refused = refused(&format!("{KEYS}  placeholders: identity_placeholder\n"), 1);
    assert!(refused.contains("there is no lookup `identity_placeholder`"), "{refused}");
}

/// What the binary makes of the sample with a till's address, a household, a person known by two systems, and decisions.
#[test]
fn shared_values_conflicts_and_decisions_reach_their_tables() {
    let copy = Copy::of_repository();
    let mut lines = String::new();
    for number in 0..40 {
        lines +=
            &record(&format!("CT{number:03}"), "kassa7@butiken.se", "", &format!("Namn{number}"), "", "2025-03-01");
    }
    lines += &record("CH001", "hemma@familjen.se", "", "Ada", "1980-01-01", "2025-02-01");
    lines += &record("CH002", "hemma@familjen.se", "", "Bo", "1981-02-02", "2025-01-01");
    lines += &record("CH003", "hemma@familjen.se", "", "Bo", "1981-02-02", "2025-03-01");
    lines += &record("CD001", "en@exempel.se", "", "Cia", "", "2025-01-01");
    lines += &record("CD002", "tva@exempel.se", "", "Cia", "", "2025-01-02");
    lines += &record("CD003", "en@exempel.se", "ring ej", "Dag", "", "2025-01-03");
    // Three walk-ins with the number of the till, and a record whose birth date nobody asked for.
    for (number, name) in ["Ada,Berg", "Bo,Ek", "Cia,Dahl"].iter().enumerate() {
        lines += &record(&format!("CW{number:03}"), "", "08-465 004 71", "FIRST", "", "2025-03-01")
            .replace("FIRST,Lind", name);
    }
    lines += &record("CB001", "född@familjen.se", "", "Eva", "1979-05-05", "2025-01-01");
    lines += &record("CB002", "född@familjen.se", "", "Ewa", "1900-01-01", "2025-06-01");
    copy.append(CRM, &lines);
    copy.write(
        "sample_data/identity_overrides.csv",
        "source,source_id,other_source,other_source_id,decision,decided_by,decided_at,reason\n\
         crm_customers,CD002,crm_customers,CD001,same,eva,2025-11-02 10:00:00,ringde\n\
         crm_customers,CD003,crm_customers,CD001,different,eva,2025-11-02 10:00:00,\n\
         crm_customers,CD003,crm_customers,CX999,same,eva,2025-11-02 10:00:00,\n\
         crm_customers,CT001,crm_customers,CT002,same,eva,2026-11-02 10:00:00,after the day of the run\n",
    );
    let answers = copy.read("sample_data/surveys.csv");
    let header: Vec<&str> = answers.lines().next().unwrap().split(',').collect();
    let answer = |id: &str, email: &str| {
        let cell = |name: &&str| match *name {
            "response_id" => id.to_owned(),
            "email" => email.to_owned(),
            "responded_at" => "2025-06-01 12:00:00".to_owned(),
            "survey_type" => "relationship".to_owned(),
            "nps" => "9".to_owned(),
            _ => String::new(),
        };
        header.iter().map(cell).collect::<Vec<_>>().join(",") + "\n"
    };
    copy.append(
        "sample_data/surveys.csv",
        &(answer("990001", "Hemma@Familjen.se") + &answer("990002", "tva@exempel.se")),
    );
    let run = copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let warehouse = copy.warehouse();

    let identities = warehouse.table("customer_identities");
    let (ids, keys, by) =
        (texts(&identities, "source_id"), texts(&identities, "customer_key"), texts(&identities, "matched_by"));
    let at = |id: &str| ids.iter().position(|found| found == id).unwrap();
    let tills: std::collections::BTreeSet<&String> =
        (0..40).map(|number| &keys[at(&format!("CT{number:03}"))]).collect();
    assert_eq!(tills.len(), 40, "the till's address links nobody");
    assert_ne!(keys[at("CH001")], keys[at("CH002")], "two persons of a household");
    assert_eq!(keys[at("CH002")], keys[at("CH003")]);
    assert_eq!(keys[at("CD001")], keys[at("CD002")], "an analyst says so");
    assert_ne!(keys[at("CD001")], keys[at("CD003")], "an analyst says so, in spite of one address");
    assert_eq!((&*keys[at("990001")], &*by[at("990001")]), ("unidentified", "none"), "two persons have the address");
    assert_eq!((&keys[at("990002")], &*by[at("990002")]), (&keys[at("CD001")], "email"));
    assert_eq!(by[at("CD002")], "override");
    assert_eq!(by[at("CT001")], "none", "a decision counts from its day on");

    let review = warehouse.table("identity_review");
    let columns = ["kind", "rule", "source_id", "other_source_id"].map(|name| texts(&review, name));
    let mut cases: Vec<String> =
        (0..review.num_rows()).map(|row| columns.each_ref().map(|column| column[row].clone()).join(" ")).collect();
    cases.sort();
    assert_eq!(
        cases,
        [
            "ambiguous email 990001 CH002",
            "conflict email CH001 CH002",
            "override override CD003 CX999",
            "shared_value email CT000 ",
            "shared_value phone CW000 ",
        ]
    );
    let rules = warehouse.table("identity_rules");
    assert_eq!(texts(&rules, "rule"), ["customer_id", "email", "override", "phone"]);
    assert_eq!(integers(&rules, "records_stopped"), [0, 40, 0, 3]);
    assert_eq!(integers(&rules, "conflicts"), [0, 1, 0, 0]);
    let rejects = warehouse.table("identity_rejects");
    assert!(texts(&rejects, "source_id").contains(&"CD003".to_owned()), "{rejects:?}");
    // 1900-01-01 does not count as a birth date: it keeps nobody apart, is listed, and does not win over the known one.
    let at_listed = texts(&rejects, "source_id").iter().position(|id| id == "CB002").unwrap();
    let listed = ["key", "value", "reason"].map(|column| texts(&rejects, column)[at_listed].clone());
    assert_eq!(listed, ["birth_date", "1900-01-01", "a placeholder"]);
    assert_eq!(keys[at("CB001")], keys[at("CB002")]);
    let contacts = warehouse.table("customer_contacts");
    let person = texts(&contacts, "customer_key").iter().position(|key| *key == keys[at("CB001")]).unwrap();
    let born = arrow::util::display::array_value_to_string(contacts.column_by_name("birth_date").unwrap(), person);
    assert_eq!(born.unwrap(), "1979-05-05");

    // Counts, and no value, in what everybody can read.
    assert!(run.stderr.contains("identities_are_clear"), "{}", run.stderr);
    assert!(run.stderr.contains("identity_decisions_apply"), "{}", run.stderr);
    for personal in ["kassa7", "hemma@", "Lind", "ring ej"] {
        assert!(!run.stderr.to_lowercase().contains(&personal.to_lowercase()), "{personal}: {}", run.stderr);
        for document in ["run_results.json", "manifest.json", "catalog.json"] {
            let text = warehouse.json(document).to_string().to_lowercase();
            assert!(!text.contains(&personal.to_lowercase()), "{personal} in {document}");
        }
    }
}

#[test]
fn contradicting_decisions_are_named() {
    let copy = Copy::of_repository();
    let decisions = "source,source_id,other_source,other_source_id,decision\n\
                     crm_customers,C00000001,crm_customers,C00000002,same\n\
                     crm_customers,C00000002,crm_customers,C00000003,same\n\
                     crm_customers,C00000003,crm_customers,C00000001,different\n";
    copy.write("sample_data/identity_overrides.csv", decisions);
    let run = copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(1);
    let message = "crm_customers C00000001 and crm_customers C00000003 are `different`, and `same` through";
    assert!(run.stderr.contains(message), "{}", run.stderr);
    assert!(!copy.path().join("warehouse/current").exists());
}

/// The block and the model of docs/identity.md, in the small project.
#[test]
fn the_example_of_the_manual_runs() {
    let manual = std::fs::read_to_string(super::support::repository().join("docs/identity.md")).unwrap();
    let fenced = |language: &str| {
        let (_, rest) = manual.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let copy = Copy::of_small();
    copy.write("sql/intermediate/int_member_records.sql", fenced("sql"));
    let pipeline = copy.read(PIPELINE);
    let (before, rest) = pipeline.split_once("identity:\n").unwrap();
    let (_, after) = rest.split_once("\nmodels:").unwrap();
    copy.write(PIPELINE, format!("{before}{}\nmodels:{after}", fenced("yaml")));
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let identities = copy.warehouse().table("member_identities");
    let found: Vec<String> = texts(&identities, "source_id")
        .into_iter()
        .zip(texts(&identities, "matched_by"))
        .map(|(id, by)| id + " " + &by)
        .collect();
    // M1 and M3 have one address, M3 and M4 one number.
    assert!(
        found.starts_with(&[
            "M1 email".to_owned(),
            "M2 none".to_owned(),
            "M3 email+phone".to_owned(),
            "M4 phone".to_owned()
        ]),
        "{found:?}"
    );
}

/// The default pipeline with the `scored` block of docs/identity.md and `changed` in it.
fn scored(changed: &[(&str, &str)]) -> Copy {
    let manual = std::fs::read_to_string(super::support::repository().join("docs/identity.md")).unwrap();
    let (_, rest) = manual.split_once("```yaml\n  scored:\n").unwrap();
    let mut block = format!("  scored:\n{}", rest.split_once("```").unwrap().0);
    for (from, to) in changed {
        assert!(block.contains(from), "{from}");
        block = block.replace(from, to);
    }
    let copy = Copy::of_repository();
    let pipeline = copy.read("pipelines/customer_lifecycle.yml");
    let place = "  overrides: stg_identity_overrides\n";
    copy.write("pipelines/customer_lifecycle.yml", pipeline.replace(place, &format!("{place}{block}")));
    copy
}

#[test]
fn the_scored_block_of_the_manual_is_valid_and_faults_are_named() {
    scored(&[]).lojal(&["check"]).exits(0);
    for (from, to, message) in [
        ("[email.local]", "[emial.local]", "there is no key `emial`"),
        ("birth_date.year", "birth_date.yaer", "there is no part `yaer`"),
        ("[email.local]", "[email.year]", "`year` is a part of a date, and the key `email` is none"),
        ("review: 0.9", "review: 0.995", "`review` is 0.995, above `merge`, 0.99"),
        ("merge: 0.99", "merge: 99", "`merge` is 99, a probability lies between 0 and 1"),
        ("phone: {}", "phone: { like: sound }", "there is no kind of comparison `sound`"),
        ("phone: {}", "phone: { weights: { equal: 9 } }", "`name` has no weights, others have"),
    ] {
        let run = scored(&[(from, to)]).lojal(&["check"]).exits(2);
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
        assert!(run.stderr.contains("customer_lifecycle.yml:"), "{}", run.stderr);
    }
}
