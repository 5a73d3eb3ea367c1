//! Customer keys and what was believed about source records, over ten deliveries to one warehouse; and keys made with a
//! secret. A pipeline of the test's own, with the models of the default pipeline.

use std::fs;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};

use super::support::{Copy, Outcome, entries, outcome, parquet, repository, texts};

const PIPELINE: &str = "pipelines/people.yml";
const PEOPLE: &str = "extracts/people.csv";
const DECISIONS: &str = "extracts/decisions.csv";
const SECRET: &str = "a secret that nobody should ever see";

const HEAD: &str = r#"
name: people
description: Who is one person.
time_zone: Europe/Stockholm
base_currency: SEK
vars: { extracts: extracts }

sources:
  people:
    description: One row per record.
    path: $extracts/people*.csv
    columns:
      id: { type: string, required: true, description: Identifier }
      since: { type: date, required: true, description: First day }
      email: { type: string, description: E-mail address }
      phone: { type: string, description: Phone number }
  decisions:
    description: Decisions of analysts.
    path: $extracts/decisions*.csv
    optional: true
    expected: false
    columns:
      source: { type: string, required: true, description: System }
      source_id: { type: string, required: true, description: Record }
      other_source: { type: string, required: true, description: System }
      other_source_id: { type: string, required: true, description: Record }
      decision: { type: string, required: true, description: same or different }

identity:
  table: resolved_identities
  publish: none
  records: int_records
  overrides: stg_decisions
  keys: { email: { column: email }, phone: { column: phone } }

"#;

const TAIL: &str = "
models:
  customer_identities:
    description: Beliefs about records.
    key: [source, source_id, known_from]
    restricted: true
    columns:
      source: { description: System }
      source_id: { description: Record }
      customer_key: { description: The person }
      matched_by: { description: Rules }
      score: { description: Score }
      valid_from: { description: Known since }
      valid_to: { description: Delivered until }
      known_from: { description: Believed since }
      known_to: { description: Believed until }
      is_first: { description: Gives the key }
  customer_identity_counts:
    description: Records of each person.
    key: [customer_key, source]
    publish_as: customer_identities
    columns:
      customer_key: { description: The person }
      source: { description: System }
      records: { description: Records }
  customer_identity_changes:
    description: Records that changed persons.
    key: [source, source_id, changed_as_of, old_customer_key]
    restricted: true
    columns:
      source: { description: System }
      source_id: { description: Record }
      old_customer_key: { description: Key before }
      new_customer_key: { description: Key after }
      reason: { description: Why }
      changed_as_of: { description: As-of day }
";

/// The pipeline, with the earlier tables of the default one.
fn project() -> Copy {
    let copy = Copy::of_nothing();
    for folder in ["pipelines", "extracts", "sql/staging", "sql/intermediate", "sql/marts"] {
        fs::create_dir_all(copy.path().join(folder)).unwrap();
    }
    let read = |file: &str| fs::read_to_string(repository().join("sql/customers").join(file)).unwrap();
    for file in [
        "intermediate/int_earlier_identities.sql",
        "intermediate/int_customer_key_changes.sql",
        "marts/customer_identities.sql",
        "marts/customer_identity_counts.sql",
        "marts/customer_identity_changes.sql",
    ] {
        copy.write(&format!("sql/{file}"), read(file));
    }
    let domain = read("customers.yml");
    let (_, earlier) = domain.split_once("\nearlier_tables:").unwrap();
    let (earlier, _) = earlier.split_once("\n  earlier_volumes:").unwrap();
    copy.write(PIPELINE, format!("{HEAD}earlier_tables:{earlier}\n{TAIL}"));
    let of =
        |name: &str, columns: &str| format!("-- Grain: one row per row of {name}.\n\nselect {columns} from {name}\n");
    copy.write("sql/staging/stg_people.sql", of("people", "id, since, email, phone"));
    let decisions = "source, source_id, other_source, other_source_id, decision";
    copy.write("sql/staging/stg_decisions.sql", of("decisions", decisions));
    let records = "'people' as source, id as source_id, since as known_from, email, phone";
    copy.write("sql/intermediate/int_records.sql", of("stg_people", records));
    copy
}

fn deliver(copy: &Copy, records: &[&str]) {
    copy.write(PEOPLE, format!("id,since,email,phone\n{}\n", records.join("\n")));
}

fn day(column: &dyn Array, row: usize) -> String {
    let column = column.as_primitive::<Date32Type>();
    if column.is_null(row) {
        return "-".to_owned();
    }
    let date = column.value_as_date(row).unwrap().to_string();
    date.strip_prefix("2025-03-").map_or(date.clone(), |day| day.trim_start_matches('0').to_owned())
}

/// The key that a record of `people` gives, without a secret.
fn key_of(id: &str) -> String {
    format!("c{}", &blake3::hash(format!("people\u{1f}{id}").as_bytes()).to_hex()[..20])
}

/// Rows as lines; days of March 2025 as numbers, the key of record A as `kA`.
fn rows(table: &RecordBatch, columns: &[&str]) -> Vec<String> {
    let cell = |name: &&str, row: usize| {
        let column = table.column_by_name(name).unwrap_or_else(|| panic!("there is a column {name}"));
        match column.data_type() {
            arrow::datatypes::DataType::Date32 => day(column, row),
            arrow::datatypes::DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
            _ => {
                let text = column.as_string::<i32>().value(row).to_owned();
                let named = ["A", "B", "C", "D", "E"].into_iter().find(|id| key_of(id) == text);
                named.map_or(text, |id| format!("k{id}"))
            }
        }
    };
    (0..table.num_rows()).map(|row| columns.iter().map(|name| cell(name, row)).collect::<Vec<_>>().join(" ")).collect()
}

fn beliefs(table: &RecordBatch) -> Vec<String> {
    rows(table, &["source_id", "customer_key", "matched_by", "valid_from", "valid_to", "known_from", "known_to"])
}

fn changes(copy: &Copy) -> Vec<String> {
    let columns = ["source_id", "old_customer_key", "new_customer_key", "reason", "changed_as_of"];
    rows(&copy.warehouse().table("customer_identity_changes"), &columns)
}

fn now(table: &RecordBatch) -> Vec<String> {
    let all = rows(table, &["known_to", "valid_to", "source_id", "customer_key"]);
    all.iter().filter_map(|row| row.strip_prefix("- - ").map(str::to_owned)).collect()
}

const A: &str = "A,2024-01-01,a@x.se,0701";
const B: &str = "B,2024-02-01,b@x.se,0702";
const C: &str = "C,2024-03-01,c@x.se,0703";
const D: &str = "D,2024-04-01,,0703";
const E: &str = "E,2023-01-01,a@x.se,";

#[test]
fn ten_deliveries_leave_the_history_that_they_should() {
    let copy = project();
    let run = |day: u32| copy.lojal(&["run", "--quiet", "--as-of", &format!("2025-03-{day:02}")]).exits(0);
    deliver(&copy, &[A, B, C]);
    run(1);
    // B is found to be A: merged.
    deliver(&copy, &[A, "B,2024-02-01,a@x.se,0702", C]);
    run(2);
    // Corrected: split.
    deliver(&copy, &[A, B, C]);
    run(3);
    // D joins C.
    deliver(&copy, &[A, B, C, D]);
    run(4);
    // An analyst says that C is A, and takes it back.
    let header = "source,source_id,other_source,other_source_id,decision\n";
    copy.write(DECISIONS, format!("{header}people,C,people,A,same\n"));
    run(5);
    copy.remove(DECISIONS);
    run(6);
    // D is not delivered any more; then A turns out to be a record of 2023; then D is back.
    deliver(&copy, &[A, B, C]);
    run(7);
    deliver(&copy, &[A, B, C, E]);
    run(8);
    deliver(&copy, &[A, B, C, D, E]);
    run(9);
    // A was known in 2022 already: it is the first record again.
    let last = ["A,2022-01-01,a@x.se,0701", B, C, D, E];
    deliver(&copy, &last);
    run(10);

    let expected = [
        "A kA none 2024-01-01 - 1 2",
        "A kA email 2024-01-01 - 2 3",
        "A kA none 2024-01-01 - 3 5",
        "A kA override 2024-01-01 - 5 6",
        "A kA none 2024-01-01 - 6 8",
        "A kE email 2024-01-01 - 8 10",
        "A kA email 2022-01-01 - 10 -",
        "B kB none 2024-02-01 - 1 2",
        "B kA email 2024-02-01 - 2 3",
        "B kB none 2024-02-01 - 3 -",
        "C kC none 2024-03-01 - 1 4",
        "C kC phone 2024-03-01 - 4 5",
        "C kA override+phone 2024-03-01 - 5 6",
        "C kC phone 2024-03-01 - 6 7",
        "C kC none 2024-03-01 - 7 9",
        "C kC phone 2024-03-01 - 9 -",
        "D kC phone 2024-04-01 - 4 5",
        "D kA phone 2024-04-01 - 5 6",
        "D kC phone 2024-04-01 - 6 7",
        "D kC phone 2024-04-01 7 7 9",
        "D kC phone 2024-04-01 - 9 -",
        "E kE email 2023-01-01 - 8 10",
        "E kA email 2023-01-01 - 10 -",
    ];
    let warehouse = copy.warehouse();
    let history = warehouse.table("customer_identities");
    assert_eq!(beliefs(&history), expected);
    let moved = [
        "A kA kE renamed 8",
        "A kE kA renamed 10",
        "B kB kA merged 2",
        "B kA kB split 3",
        "C kC kA merged 5",
        "C kA kC split 6",
        "D kC kA merged 5",
        "D kA kC split 6",
        "E kE kA renamed 10",
    ];
    assert_eq!(changes(&copy), moved);
    assert!(history.column_by_name("score").unwrap().null_count() == history.num_rows(), "exact rules have no score");

    // The public table has the same name beside restricted/, and no source id.
    let current = warehouse.0.join("current");
    let published = |folder: &str| parquet(&entries(&current.join(folder))[0]);
    let public = published("customer_identities");
    let fields: Vec<String> = public.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(fields, ["customer_key", "source", "records"]);
    let mut counts = rows(&public, &["customer_key", "source", "records"]);
    counts.sort();
    assert_eq!(counts, ["kA people 2", "kB people 1", "kC people 2"]);
    assert_eq!(published("restricted/customer_identities").num_rows(), expected.len());
    assert!(!current.join("resolved_identities").exists() && !current.join("restricted/resolved_identities").exists());
    let nodes = warehouse.json("catalog.json")["nodes"].clone();
    let mut places: Vec<String> = nodes
        .as_object()
        .unwrap()
        .values()
        .map(|node| &node["metadata"])
        .map(|metadata| format!("{} {}", metadata["name"].as_str().unwrap(), metadata["path"].as_str().unwrap()))
        .collect();
    places.sort();
    let wanted = [
        "customer_identities customer_identities",
        "customer_identities restricted/customer_identities",
        "customer_identity_changes restricted/customer_identity_changes",
    ];
    assert_eq!(places, wanted);

    // A day again gives the same; a past day gives what was known then.
    let bytes = |copy: &Copy| fs::read(&copy.warehouse().files("customer_identities")[0]).unwrap();
    let before = bytes(&copy);
    run(10);
    assert_eq!(bytes(&copy), before);
    assert_eq!(changes(&copy), moved);

    // Keys of a rebuild, and of rows in another order and other files.
    let elsewhere = |name: &str| {
        copy.lojal(&["run", "--quiet", "--as-of", "2025-03-10", "--warehouse", name]).exits(0);
        super::support::Warehouse(copy.path().join(name)).table("customer_identities")
    };
    assert_eq!(now(&elsewhere("rebuilt")), now(&history));
    copy.write("extracts/people_2.csv", format!("id,since,email,phone\n{}\n{}\n{}\n", last[4], last[2], last[0]));
    deliver(&copy, &[last[3], last[1]]);
    assert_eq!(now(&elsewhere("shuffled")), now(&history));

    // The example of the manual: the person of a record, as believed on a day.
    let manual = fs::read_to_string(repository().join("docs/identity.md")).unwrap();
    let (_, example) = manual.split_once("```sql\n-- As believed").unwrap();
    let (_, example) = example.split_once('\n').unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let example = example.replace("crm_customers", "people").replace("C00000002", "B");
    let answer = copy.lojal(&["query", &example.replace("2026-01-15", "2025-03-02"), "--format", "csv"]).exits(0);
    assert_eq!(answer.stdout.trim(), format!("customer_key\n{}", key_of("A")));
    let answer = copy.lojal(&["query", &example.replace("2026-01-15", "2025-03-03"), "--format", "csv"]).exits(0);
    assert_eq!(answer.stdout.trim(), format!("customer_key\n{}", key_of("B")));
}

/// Panics if a file or an output has the secret.
#[track_caller]
fn is_silent(folder: &Path, outcomes: &[Outcome]) {
    let has = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    for outcome in outcomes {
        assert!(!has(outcome.stdout.as_bytes()) && !has(outcome.stderr.as_bytes()), "{outcome}");
    }
    for path in entries(folder) {
        if path.is_dir() {
            is_silent(&path, &[]);
        } else {
            assert!(!has(&fs::read(&path).unwrap()), "{}", path.display());
        }
    }
}

#[test]
fn a_secret_makes_keys_and_is_never_shown() {
    let copy = project();
    deliver(&copy, &[A, B, C, D]);
    let run = |secret: Option<&str>, arguments: &[&str]| {
        let mut command = copy.command(&[&["run"], arguments].concat());
        if let Some(secret) = secret {
            command.env("LOJAL_KEY", secret);
        }
        outcome(&mut command)
    };
    run(None, &["--as-of", "2025-03-01"]).exits(0);
    copy.edit(PIPELINE, "  publish: none\n", "  publish: none\n  key_secret: ${LOJAL_KEY}\n");

    let missing = run(None, &["--as-of", "2025-03-02"]).exits(2);
    assert!(missing.stderr.contains("LOJAL_KEY, the secret of customer keys, is not set"), "{}", missing.stderr);
    assert!(missing.stderr.contains("openssl rand"), "{}", missing.stderr);
    let short = run(Some("fifteen bytes.."), &["--as-of", "2025-03-02"]).exits(2);
    assert!(short.stderr.contains("shorter than 16 bytes") && !short.stderr.contains("fifteen"), "{}", short.stderr);
    let changed = run(Some(SECRET), &["--as-of", "2025-03-02"]).exits(2);
    assert!(changed.stderr.contains("were made with no secret") && changed.stderr.contains("--rekey"), "{changed}");
    let selected = run(Some(SECRET), &["--rekey", "--select", "customer_identities"]).exits(2);
    assert!(selected.stderr.contains("--rekey needs a run of all tables"), "{selected}");

    let rekeyed = run(Some(SECRET), &["--as-of", "2025-03-02", "--rekey"]).exits(0);
    let id = copy.warehouse().json("snapshot.json")["identity_key_id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 16);
    let found = changes(&copy);
    let shape: Vec<String> = found
        .iter()
        .map(|row| {
            row.split(' ').enumerate().filter(|(at, _)| *at != 2).map(|(_, word)| word).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(shape, ["A kA rekeyed 2", "B kB rekeyed 2", "C kC rekeyed 2", "D kC rekeyed 2"]);
    assert!(!found.join(" ").contains("kA kA"), "{found:?}");
    let beliefs = copy.warehouse().table("customer_identities");
    assert_eq!(beliefs.num_rows(), 8, "four beliefs ended, four began");
    let keys = now(&beliefs);

    let next = run(Some(SECRET), &["--as-of", "2025-03-03"]).exits(0);
    assert_eq!((changes(&copy), now(&copy.warehouse().table("customer_identities"))), (found, keys), "the keys go on");
    let needless = run(Some(SECRET), &["--as-of", "2025-03-03", "--rekey"]).exits(0);
    assert!(needless.stderr.contains("--rekey was not needed"), "{needless}");
    let other = run(Some("another secret, long enough"), &["--as-of", "2025-03-04"]).exits(2);
    assert!(other.stderr.contains(&id), "{other}");
    copy.edit(PIPELINE, "  key_secret: ${LOJAL_KEY}\n", "");
    let without = run(None, &["--as-of", "2025-03-04"]).exits(2);
    assert!(without.stderr.contains("now there is no secret"), "{without}");
    copy.edit(PIPELINE, "  publish: none\n", "  publish: none\n  key_secret: ${LOJAL_KEY}\n");
    let with = |arguments: &[&str]| outcome(copy.command(arguments).env("LOJAL_KEY", SECRET));
    let looks = [
        with(&["plan"]),
        with(&["config"]),
        with(&["check"]),
        with(&["run", "--as-of", "2025-03-04", "--log-format", "json"]),
    ];
    assert!(looks.iter().all(|look| look.code == Some(0)), "{}", looks[0]);
    is_silent(copy.path(), &looks);
    is_silent(copy.path(), &[missing, short, changed, selected, rekeyed, next, needless, other, without]);

    // Written out, it is refused without being shown.
    copy.edit(PIPELINE, "key_secret: ${LOJAL_KEY}", &format!("key_secret: {SECRET}"));
    let literal = with(&["check"]).exits(2);
    assert!(literal.stderr.contains("is not a reference to an environment variable"), "{literal}");
    assert!(literal.stderr.contains(PIPELINE) && !literal.stderr.contains(SECRET), "{literal}");
}

/// Old keys lead to the present ones, also when the secret changes twice on one day.
#[test]
fn each_key_of_a_day_leads_to_the_last_one() {
    let copy = project();
    deliver(&copy, &[A]);
    copy.edit(PIPELINE, "  publish: none\n", "  publish: none\n  key_secret: ${LOJAL_KEY}\n");
    let run = |secret: &str, arguments: &[&str]| {
        let mut command = copy.command(&[&["run", "--quiet", "--as-of", "2025-03-01"], arguments].concat());
        outcome(command.env("LOJAL_KEY", secret)).exits(0);
        let keys = texts(&copy.warehouse().table("customer_identity_counts"), "customer_key");
        keys.into_iter().next().unwrap()
    };
    let mapping = || {
        let table = copy.warehouse().table("customer_identity_changes");
        let pairs = texts(&table, "old_customer_key").into_iter().zip(texts(&table, "new_customer_key"));
        let mut pairs: Vec<(String, String)> = pairs.collect();
        pairs.sort();
        pairs
    };
    let sorted = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        pairs
    };
    let [one, two, three] = ["the first of three secrets", "the second of three secrets", "the third of three secrets"];
    let first = run(one, &[]);
    let second = run(two, &["--rekey"]);
    assert_eq!(mapping(), [(first.clone(), second.clone())]);
    assert_eq!(run(one, &["--rekey"]), first);
    assert_eq!(mapping(), [(second.clone(), first.clone())]);
    let third = run(three, &["--rekey"]);
    let all = sorted(vec![(first.clone(), third.clone()), (second.clone(), third.clone())]);
    assert_eq!(mapping(), all);
    assert_eq!(run(three, &[]), third);
    assert_eq!(mapping(), all, "a plain run of the day keeps them");
}

#[test]
fn tables_that_cannot_share_a_name_are_refused() {
    let copy = project();
    let refused = |name: &str, wanted: &str| {
        copy.edit(PIPELINE, "    publish_as: customer_identities\n", &format!("    publish_as: {name}\n"));
        let stderr = copy.lojal(&["check"]).exits(2).stderr;
        assert!(stderr.contains(wanted) && stderr.contains(&format!("{PIPELINE}:")), "{stderr}");
        copy.edit(PIPELINE, &format!("    publish_as: {name}\n"), "    publish_as: customer_identities\n");
    };
    refused("customer_identity", "there is no other mart `customer_identity`");
    refused("int_records", "there is no other mart `int_records`");
    let pipeline = copy.read(PIPELINE);
    copy.write(PIPELINE, pipeline.replace("    restricted: true\n", ""));
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("are both public: they would lie in one folder"), "{stderr}");
    copy.write(PIPELINE, &pipeline);
    assert!(
        texts(
            &{
                deliver(&copy, &[A]);
                copy.lojal(&["run", "--quiet", "--as-of", "2025-03-01"]).exits(0);
                copy.warehouse().table("customer_identity_counts")
            },
            "customer_key"
        ) == [key_of("A")]
    );
}
