//! The golden record and `lojal why`, by the real binary: which values count, where they come from, the chain of links that
//! makes records one person, and what keeps them apart. No value comes out whole.

use arrow::array::{Array, AsArray};
use serde_json::Value;

use super::mistakes::{PIPELINE, every_mistake_is_placed};
use super::servers::S3;
use super::support::{Copy, Outcome, integers, outcome, texts};

const MEMBERS: &str = "extracts/members.csv";
const GOLDEN: &str = "  golden_record:
    trusted_sources: [members]
    attributes:
      email: { take: most_recent }
      number: { take: first, column: phone }
      joined: { take: most_trusted, column: known_from }
";

const ORIGINS: &str = "  customer_contacts_origin:
    description: Origins.
    key: [customer_key, attribute]
    restricted: true
";

/// The small shop with members of its own, names and birth dates, guards and a golden record, all of it published.
fn shop(golden: &str) -> Copy {
    let copy = Copy::of_small();
    let has_origins = !golden.is_empty();
    copy.write(
        MEMBERS,
        "member_id,email,phone,joined_on,name,born\n\
         A1,,0701740661,2024-01-01,Maja Ek,1980-02-03\n\
         A2,maja@nyttmejl.se,0701740661,2025-01-01,Maja Ek,1980-02-03\n\
         A3,maja@nyttmejl.se,,2024-06-01,Maja Ek,\n\
         A4,n/a,0701740662,2024-07-01,Maja Ek,1980-02-03\n\
         A5,MAJA@nyttmejl.se,+46701740662,2023-07-01,Maja Ek,1980-02-03\n\
         B1,maja@nyttmejl.se,,2025-02-01,Bo Ek,1981-03-04\n\
         C1,till@butiken.se,,2024-01-01,Cia Ask,\n\
         C2,till@butiken.se,,2024-01-02,Dag Bok,\n\
         C3,till@butiken.se,,2024-01-03,Eva Alm,\n\
         D1,dora@hemmet.se,,2024-01-04,Dora Lind,\n",
    );
    copy.edit(
        PIPELINE,
        "      joined_on: { type: date, required: true, description: Day of joining }\n",
        "      joined_on: { type: date, required: true, description: Day of joining }
      name: { type: string, description: Name }
      born: { type: date, description: Day of birth }\n",
    );
    copy.edit(PIPELINE, "    event_time: joined_on\n", "    event_time: joined_on\n    key: [member_id]\n");
    copy.edit(
        PIPELINE,
        "  keys: { email: { column: email_key }, phone: { column: phone_key } }\n",
        &format!(
            "  keys:
    email: {{ column: email, normalise: email_address }}
    phone: {{ column: phone, normalise: phone_number, country: country }}
    name: {{ column: name, normalise: person_name }}
    birth_date: {{ column: born, normalise: date }}
  rules:
    - {{ name: phone, keys: [phone] }}
    - {{ name: email, keys: [email], max_records: 5, max_names: 2 }}
{golden}"
        ),
    );
    copy.edit(
        PIPELINE,
        "\n  person_contacts:\n",
        &format!(
            "
  identity_links:
    description: Links.
    key: [source, source_id, other_source, other_source_id, rule]
    restricted: true
  identity_review:
    description: Cases.
    key: [review_id]
    restricted: true
{}
  person_contacts:\n",
            if has_origins { ORIGINS } else { "" }
        ),
    );
    copy.edit(
        "sql/staging/stg_members.sql",
        "    members.joined_on\n",
        "    members.joined_on,\n    members.phone,\n    members.name,\n    members.born\n",
    );
    copy.write(
        "sql/intermediate/int_member_records.sql",
        "-- Grain: one row per member record.
select
    'members' as source,
    stg_members.member_id as source_id,
    stg_members.joined_on as known_from,
    stg_members.email,
    stg_members.phone,
    stg_members.name,
    stg_members.born,
    'SE' as country
from stg_members
",
    );
    let mart = |name: &str, from: &str, columns: &str| {
        copy.write(
            &format!("sql/marts/{name}.sql"),
            format!("-- Grain: one row per row of {from}.\nselect {columns} from {from}\n"),
        );
    };
    mart("identity_links", "resolved_links", "*");
    mart("identity_review", "resolved_review", "*");
    if has_origins {
        let columns = "customer_key, attribute, source, source_id, since as value_from, take as rule, candidates - 1 as \
                       other_values";
        mart("customer_contacts_origin", "resolved_golden_origins", columns);
        mart("person_contacts", "resolved_golden_record", "customer_key, email, number, joined");
        copy.edit(
            PIPELINE,
            "      email: { description: E-mail address }\n\n  person_sales",
            "      email: { description: E-mail address }
      number: { description: First number }
      joined: { description: Day of joining }\n\n  person_sales",
        );
    }
    copy
}

fn why(copy: &Copy, arguments: &[&str]) -> Outcome {
    copy.lojal(&[&["why"], arguments].concat())
}

#[test]
fn values_count_by_their_own_day_and_an_unknown_one_never() {
    let copy = shop(GOLDEN);
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let warehouse = copy.warehouse();
    let identities = warehouse.table("member_identities");
    let (ids, keys) = (texts(&identities, "source_id"), texts(&identities, "customer_key"));
    let key = |id: &str| &keys[ids.iter().position(|found| found == id).unwrap()];
    assert!(["A2", "A3", "A4", "A5"].iter().all(|id| key(id) == key("A1")), "{ids:?} {keys:?}");
    assert!(key("B1") != key("A1"), "another name and another birth date");

    let contacts = warehouse.table("person_contacts");
    let row = texts(&contacts, "customer_key").iter().position(|found| found == key("A1")).unwrap();
    // The oldest record has none that is an address, the newest has one; the first number is that of A5.
    assert_eq!(texts(&contacts, "email")[row], "maja@nyttmejl.se");
    assert_eq!(texts(&contacts, "number")[row], "+46701740662");
    let joined = contacts.column_by_name("joined").unwrap();
    let joined = joined.as_primitive::<arrow::datatypes::Date32Type>();
    assert!(joined.is_valid(row), "a date is a date again");
    assert_eq!(joined.value(row), 20_089, "2025-01-01");

    let origins = warehouse.table("customer_contacts_origin");
    let (persons, of) = (texts(&origins, "customer_key"), texts(&origins, "attribute"));
    let at = |attribute: &str| (0..of.len()).find(|row| &persons[*row] == key("A1") && of[*row] == attribute).unwrap();
    let (records, rules, others) =
        (texts(&origins, "source_id"), texts(&origins, "rule"), integers(&origins, "other_values"));
    let origin = |attribute: &str| {
        let row = at(attribute);
        (records[row].as_str(), rules[row].as_str(), others[row])
    };
    assert_eq!(origin("email"), ("A2", "most_recent", 1));
    assert_eq!(origin("number"), ("A5", "first", 2));
    // n/a is not an address, so A4 gives none.
    assert_eq!(origin("joined"), ("A2", "most_trusted", 4));
}

#[test]
fn why_shows_the_chain_what_keeps_apart_and_the_person() {
    let copy = shop(GOLDEN);
    copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);

    let chain = why(&copy, &["A3", "members:A1"]).exits(0);
    let lines: Vec<&str> = chain.stdout.lines().collect();
    assert!(lines[0].starts_with("members:A3 and members:A1 are one person: c"), "{}", chain.stdout);
    // A3 has the address of A2 or A5, A5 the number of A4, and so on: each step names file and line.
    assert!(lines[1].contains("members:A3 (") && lines[1].ends_with("members.csv:4)"), "{}", chain.stdout);
    assert_eq!(lines[2].trim(), "same email m***@nyttmejl.se");
    assert!(lines.last().unwrap().ends_with("members.csv:2)"), "{}", chain.stdout);
    assert!(chain.stdout.contains("same phone +46*******61"), "{}", chain.stdout);

    let apart = why(&copy, &["B1", "A3", "--format", "json"]).exits(0);
    let answer: Value = serde_json::from_str(apart.stdout.trim()).unwrap();
    assert_eq!(answer["answer"], "apart");
    assert_eq!(answer["blocked"][0]["reason"], "two birth dates with two names", "{answer}");
    assert_eq!(answer["blocked"][0]["value"], "m***@nyttmejl.se");

    let none = why(&copy, &["D1", "A1"]).exits(0);
    assert!(none.stdout.contains("nothing links them"), "{}", none.stdout);
    assert!(none.stdout.contains("email d***@hemmet.se"), "{}", none.stdout);
    assert!(none.stdout.contains("phone +46*******61"), "{}", none.stdout);

    let invalid = why(&copy, &["D1", "A4"]).exits(0);
    assert!(invalid.stdout.contains("email: not valid: "), "{}", invalid.stdout);

    let person = why(&copy, &["A1"]).exits(0);
    assert!(person.stdout.contains(": 5 records\n"), "{}", person.stdout);
    assert!(
        person.stdout.contains("email m***@nyttmejl.se from members:A2 of 2025-01-01 (most_recent"),
        "{}",
        person.stdout
    );
    let key = person.stdout.split(':').next().unwrap();
    assert_eq!(why(&copy, &[key]).exits(0).stdout, person.stdout, "by its key, and by a record");

    for answer in [&chain, &apart, &none, &invalid, &person] {
        for personal in ["maja@", "70174066", "dora@", "Maja", "1980-02"] {
            assert!(!answer.stdout.contains(personal), "{personal}: {}", answer.stdout);
            assert!(!answer.stderr.contains(personal), "{personal}: {}", answer.stderr);
        }
    }
}

/// What was one person last time is two today: both snapshots can be asked.
#[test]
fn why_answers_for_an_earlier_snapshot() {
    let copy = shop(GOLDEN);
    let run = || copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    run();
    let (first, before) = (copy.warehouse().run_id(), why(&copy, &["A1", "A2"]).exits(0).stdout);
    assert!(before.contains("are one person"), "{before}");
    copy.edit(MEMBERS, "A2,maja@nyttmejl.se,0701740661", "A2,maja@nyttmejl.se,");
    run();
    let second = copy.warehouse().run_id();
    assert!(why(&copy, &["A1", "A2"]).exits(0).stdout.contains("are not one person"));
    let earlier = why(&copy, &["A1", "A2", "--snapshot", &first]).exits(0).stdout;
    let (answer, note) = earlier.split_once("note: ").unwrap();
    assert_eq!(answer, before);
    assert!(note.starts_with(&format!("persons and links are those of the snapshot of run {first}, as of ")), "{note}");
    let current = why(&copy, &["A1", "A2", "--snapshot", &second]).exits(0).stdout;
    assert_eq!(current, why(&copy, &["A1", "A2"]).exits(0).stdout);
    for unknown in ["20200101T000000000Z-abcdef", "../snapshots"] {
        let stderr = why(&copy, &["A1", "A2", "--snapshot", unknown]).exits(2).stderr;
        assert!(stderr.contains(&format!("keeps no snapshot of a run `{unknown}`")), "{stderr}");
        assert!(stderr.contains(&format!("{second}, {first}")), "{stderr}");
    }
}

#[test]
fn why_answers_from_a_store_as_from_a_disk() {
    let (store, copy) = (S3::start(), shop(GOLDEN));
    store.deliver(&copy);
    let arguments = ["--as-of", "2025-12-31", "--quiet"];
    store.run(&copy, &arguments).exits(0);
    copy.lojal(&[&["run"], &arguments[..]].concat()).exits(0);
    let remote = |asked: &[&str]| {
        outcome(&mut store.command(&copy, &[&["why"], asked, &["--warehouse", "s3://lojal/wh"]].concat()))
            .exits(0)
            .stdout
    };
    for asked in [&["A1", "A3"][..], &["B1", "A3"], &["A1"]] {
        assert_eq!(remote(asked), why(&copy, asked).exits(0).stdout, "{asked:?}");
    }
    let first = store.seen().1.run_id();
    copy.edit(MEMBERS, "A2,maja@nyttmejl.se,0701740661", "A2,maja@nyttmejl.se,");
    store.deliver(&copy);
    store.run(&copy, &arguments).exits(0);
    assert!(remote(&["A1", "A2"]).contains("are not one person"));
    assert!(remote(&["A1", "A2", "--snapshot", &first]).contains("are one person"));
}

#[test]
fn why_counts_a_value_that_links_nobody() {
    let copy = shop(GOLDEN);
    copy.edit(PIPELINE, "max_records: 5, max_names: 2", "max_records: 2, max_names: 2");
    copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    let apart = why(&copy, &["C1", "C2"]).exits(0);
    let message = "stopped: both have email t***@butiken.se, as 3 records with 3 names do: it links nobody";
    assert!(apart.stdout.contains(message), "{}", apart.stdout);
    assert!(apart.stdout.contains("review: shared_value"), "{}", apart.stdout);
}

#[test]
fn why_answers_without_the_extracts_and_names_mistakes() {
    let copy = shop("");
    let nothing = why(&copy, &["A1", "A2"]).exits(2);
    assert!(nothing.stderr.contains("nothing is published"), "{}", nothing.stderr);
    copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    let unknown = why(&copy, &["A12", "A2"]).exits(2);
    assert!(unknown.stderr.contains("no source record is called `A12`"), "{}", unknown.stderr);
    let same = why(&copy, &["A1", "members:A1"]).exits(2);
    assert!(same.stderr.contains("both are the record members:A1"), "{}", same.stderr);

    copy.remove(MEMBERS);
    let chain = why(&copy, &["A1", "A2"]).exits(0);
    assert!(chain.stdout.contains("members:A1 (not in the extracts now)"), "{}", chain.stdout);
    assert!(chain.stdout.contains("same phone +46*******61"), "{}", chain.stdout);
    assert!(chain.stdout.contains("note: the keys of the records are not known"), "{}", chain.stdout);
    let person = why(&copy, &["A1"]).exits(0);
    assert!(person.stdout.contains("the snapshot has no table `customer_contacts_origin`"), "{}", person.stdout);
}

#[test]
fn mistakes_in_the_golden_record_are_reported_at_their_line() {
    let copy = shop(
        "  golden_record:
    trusted_sources: [members, members]
    attributes:
      email: { take: most_recent }
      mail: { take: longest, column: email }
      number: { take: longest, column: phone, together: [name, born] }
      alone: { take: first, together: [country] }
      contact: { take: first, together: [email, country] }
      customer_key: { take: first, column: phone }
",
    );
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    every_mistake_is_placed(&stderr, 7);
    for message in [
        "`members` is listed twice",
        "`number` has `column` and `together`",
        "a group of columns has no longest value",
        "`country` is alone in its group",
        "there is an attribute `email` already, on line ",
        "there is an attribute `country` already, on line ",
        "`customer_key` is the key of the golden record",
    ] {
        assert!(stderr.contains(message), "{message}:\n{stderr}");
    }
    let copy = shop("  golden_record:\n    attributes:\n      email: { take: most_trusted }\n");
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("takes the value of the most trusted source, and none is listed"), "{stderr}");
    let copy = shop("  golden_record:\n    attributes:\n      number: { take: latest, column: phone }\n");
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("most_recent"), "{stderr}");
    let copy = shop("");
    copy.edit(
        PIPELINE,
        "max_names: 2 }\n",
        "max_names: 2 }\n  golden_record: { attributes: { mail: { take: first } } }\n",
    );
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("there is no column of `int_member_records` named `mail`"), "{stderr}");
    // Without the block, there are no such relations.
    let copy = shop("");
    copy.write("sql/marts/person_contacts.sql", "-- Grain: person.\nselect * from resolved_golden_record\n");
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("there is no table `resolved_golden_record`"), "{stderr}");
}

/// The golden record of docs/identity.md, in the default pipeline.
#[test]
fn the_golden_record_of_the_manual_is_valid() {
    let manual = std::fs::read_to_string(super::support::repository().join("docs/identity.md")).unwrap();
    let (_, rest) = manual.split_once("```yml\n").unwrap();
    let block = rest.split_once("```").unwrap().0;
    let copy = Copy::of_repository();
    let (file, end) = ("pipelines/customer_lifecycle.yml", "\npublish:\n");
    let pipeline = copy.read(file);
    let (before, after) = pipeline.split_once("  golden_record:\n").unwrap();
    let (_, after) = after.split_once(end).unwrap();
    copy.write(file, format!("{before}{block}{end}{after}"));
    copy.lojal(&["check"]).exits(0);
}

/// Two sign-ups of one person in a shop and on the web: the first has a phone number alone. Another person moved.
#[test]
fn the_profile_of_a_person_is_not_that_of_the_oldest_record() {
    let copy = Copy::of_repository();
    let file = "sample_data/crm_customers.csv";
    copy.append(
        file,
        "CG001,,0846500411,Vera,Lundin,,,,SE,2024-05-01,store,0.00,true,false,\n\
         CG002,vera.lundin@brevlada.se,0846500411,Vera,Lundin,1984-06-05,222 22,Lund,SE,2025-03-01,organic,0.00,false,false,\n\
         CG003,gammal@brevlada.se,0846500412,Ivar,Falk,1974-01-02,981 31,Kiruna,SE,2024-05-01,store,0.00,true,false,\n\
         CG004,ny@brevlada.se,0846500412,Ivar,Falk,,,Lund,SE,2025-03-01,organic,0.00,true,false,\n\
         CG005,,0846500412,Okänd,Kontantkund,,,n/a,SE,2025-04-01,organic,0.00,true,false,\n",
    );
    copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
    let warehouse = copy.warehouse();
    // The last record knows nothing, in words: they are counted, and no value of a person.
    let warnings = warehouse.json("run_results.json")["warnings"].to_string();
    for attribute in ["first_name", "last_name", "city"] {
        let counted = format!("golden_record: 1 value of `{attribute}` such as n/a");
        assert!(warnings.contains(&counted) && warnings.contains("the first in crm_customers:CG005"), "{warnings}");
    }
    let chain = why(&copy, &["CG001", "crm_customers:CG002"]).exits(0);
    assert!(chain.stdout.contains("same phone +46*******11"), "{}", chain.stdout);
    let identities = warehouse.table("customer_identities");
    let (ids, keys) = (texts(&identities, "source_id"), texts(&identities, "customer_key"));
    let key = |id: &str| keys[ids.iter().position(|found| found == id).unwrap()].clone();
    let (vera, ivar) = (key("CG001"), key("CG003"));
    assert_eq!((&vera, &ivar, &ivar), (&key("CG002"), &key("CG004"), &key("CG005")));

    let of = |table: &str, columns: &[&str], person: &String| -> Vec<String> {
        let table = warehouse.table(table);
        let row = texts(&table, "customer_key").iter().position(|found| found == person).unwrap();
        columns.iter().map(|column| texts(&table, column)[row].clone()).collect()
    };
    assert_eq!(of("customer_contacts", &["first_name", "last_name"], &ivar), ["Ivar", "Falk"]);
    let contact = ["email", "city", "postal_code"];
    assert_eq!(of("customer_contacts", &contact, &vera), ["vera.lundin@brevlada.se", "Lund", "222 22"]);
    // 981 31 is in Kiruna.
    assert_eq!(of("customer_contacts", &contact, &ivar), ["ny@brevlada.se", "Lund", ""]);
    let profile = ["age_band", "acquisition_channel", "country"];
    assert_eq!(of("customers", &profile, &vera), ["35-44", "store", "SE"]);
    // The earlier record knows the birth date.
    assert_eq!(of("customers", &profile, &ivar), ["45-54", "store", "SE"]);

    let origins = warehouse.table("customer_contacts_origin");
    let columns = ["customer_key", "attribute", "source_id"].map(|name| texts(&origins, name));
    let is_of = |row: &usize| columns[0][*row] == ivar;
    let rows: Vec<String> =
        (0..origins.num_rows()).filter(is_of).map(|row| format!("{} {}", columns[1][row], columns[2][row])).collect();
    let expected = [
        "acquisition_channel CG003",
        "birth_date CG003",
        "city CG004",
        "country CG004",
        "email CG004",
        "first_name CG004",
        "last_name CG004",
        "phone CG005",
    ];
    assert_eq!(rows, expected);
    let restricted = copy.path().join("warehouse/current/restricted/customer_contacts_origin");
    assert!(restricted.exists());
}
