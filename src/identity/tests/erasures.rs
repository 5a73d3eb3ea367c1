//! Erasure requests: whom they erase, what vanishes with a person, and what stays.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, RecordBatch};

use super::super::tables::Output;
use super::super::{Layout, RequestKey, Resolver, Rule, TombstoneHasher, Tombstones};
use super::{Record, batch, lines, record, text};

/// What a request gives: customer_id, day, e-mail, phone; `!` before a value that is not valid.
type Asked<'a> = (&'a str, i32, &'a str, &'a str);

/// What is left, and what was decided.
struct Left {
    /// `source_id first_source_id` of each record.
    records: Vec<String>,
    links: Vec<String>,
    review: Vec<String>,
    erased: Vec<String>,
    requests: Vec<String>,
    keys: Vec<String>,
}

fn layout() -> Layout {
    let mut layout = Layout::of_keys(&["email", "phone"]);
    let key = |(column, name): (usize, &&str)| RequestKey { name: (*name).to_owned(), column };
    layout.requests = ["email", "phone"].iter().enumerate().map(key).collect();
    layout
}

fn asked(requests: &[Asked<'_>]) -> RecordBatch {
    fn given(value: &str) -> Option<&str> {
        Some(value).filter(|value| *value != "-")
    }
    fn valid(value: &str) -> Option<&str> {
        given(value).filter(|value| !value.starts_with('!'))
    }
    let columns: [(&str, ArrayRef); 6] = [
        ("customer_id", text(requests.iter().map(|request| given(request.0)))),
        ("requested_on", Arc::new(Date32Array::from_iter_values(requests.iter().map(|request| request.1)))),
        ("key email", text(requests.iter().map(|request| valid(request.2)))),
        ("email written", text(requests.iter().map(|request| given(request.2)))),
        ("key phone", text(requests.iter().map(|request| valid(request.3)))),
        ("phone written", text(requests.iter().map(|request| given(request.3)))),
    ];
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).expect("requests")
}

fn left(layout: &Layout, records: &[Record], requests: &[Asked<'_>]) -> Left {
    left_after(layout, records, requests, None)
}

fn left_after(layout: &Layout, records: &[Record], requests: &[Asked<'_>], tombstones: Option<Tombstones>) -> Left {
    let mut resolver = Resolver::new(layout.clone()).expect("layout");
    resolver.push(&batch(layout, records)).expect("records");
    if !requests.is_empty() {
        resolver.push_erasures(&asked(requests)).expect("requests");
    }
    if let Some(tombstones) = tombstones {
        resolver.set_tombstones(tombstones);
    }
    let (identities, resolution) = resolver.finish().expect("resolved");
    let count = identities.record_count();
    let batches: Vec<RecordBatch> = identities.collect::<Result<_, _>>().expect("identities");
    let of = |batches: &[RecordBatch], columns: &[&str]| -> Vec<String> {
        batches.iter().flat_map(|batch| lines(batch, columns)).collect()
    };
    let output = |output: Output| resolution.output(output).expect("output");
    let records = of(&batches, &["source_id", "first_source_id"]);
    assert_eq!(count, records.len());
    let days: Vec<i32> = output(Output::Erasures)
        .iter()
        .flat_map(|batch| batch.column(2).as_primitive::<arrow::datatypes::Date32Type>().values().to_vec())
        .collect();
    let erased = of(&output(Output::Erasures), &["source", "source_id"]);
    Left {
        records,
        links: of(&output(Output::Links), &["source_id", "other_source_id", "status"]),
        review: of(&output(Output::Review), &["kind", "rule", "value", "records", "source_id", "other_source_id"]),
        erased: erased.into_iter().zip(days).map(|(record, day)| format!("{record} {day}")).collect(),
        requests: of(&output(Output::ErasureRequests), &["given", "outcome", "records"]),
        keys: of(&batches, &["customer_key"]),
    }
}

/// C1 and C2 are one person with the answer S1; C3 has the phone of C4, and S2 is nobody's.
fn records() -> Vec<Record> {
    vec![
        record("crm", "C1", &["a@x", "1"]).known(10),
        record("crm", "C2", &["b@x", "1"]).known(20),
        record("crm", "C3", &["c@x", "3"]).known(10),
        record("crm", "C5", &["d@x", "5"]).known(10),
        record("web", "S1", &["b@x", "-"]).attaching(),
        record("web", "S2", &["z@x", "-"]).attaching(),
    ]
}

#[test]
fn an_id_erases_all_records_of_the_person() {
    let found = left(&layout(), &records(), &[("C2", 30, "-", "-")]);
    assert_eq!(found.records, ["C3 C3", "C5 C5", "S2 -"]);
    assert_eq!(found.erased, ["crm C1 30", "crm C2 30", "web S1 30"]);
    assert_eq!(found.requests, ["customer_id erased 3"]);
    assert_eq!(found.links, Vec::<String>::new());
}

#[test]
fn a_value_erases_the_one_person_who_has_it() {
    let found = left(&layout(), &records(), &[("-", 30, "b@x", "-"), ("-", 31, "-", "5")]);
    assert_eq!(found.records, ["C3 C3", "S2 -"]);
    assert_eq!(found.requests, ["email erased 3", "phone erased 1"]);
}

#[test]
fn without_requests_nothing_changes() {
    let found = left(&layout(), &records(), &[]);
    assert_eq!(found.records, ["C1 C1", "C2 C1", "C3 C3", "C5 C5", "S1 C1", "S2 -"]);
    assert!(found.erased.is_empty() && found.requests.is_empty());
}

#[test]
fn a_value_of_several_persons_erases_nobody() {
    let mut layout = layout();
    layout.rules = vec![Rule { name: "email".to_owned(), column: 0, max_records: None, max_names: None }];
    let shared = [record("crm", "C1", &["a@x", "7"]), record("crm", "C2", &["b@x", "7"])];
    let found = left(&layout, &shared, &[("-", 30, "-", "7")]);
    assert_eq!(found.records, ["C1 C1", "C2 C2"]);
    assert_eq!(found.requests, ["phone ambiguous 0"]);
    // Not the value: who asks to be forgotten is not written down once more.
    assert_eq!(found.review, ["erasure phone - - C1 -"]);
    let twice = left(&layout, &shared, &[("-", 30, "-", "7"), ("-", 31, "-", "7")]);
    assert_eq!(twice.review, found.review);
    // With the id, or with another value, it is clear who asks.
    assert_eq!(left(&layout, &shared, &[("C2", 30, "-", "7")]).records, ["C1 C1"]);
    assert_eq!(left(&layout, &shared, &[("-", 30, "a@x", "7")]).records, ["C2 C2"]);
}

#[test]
fn a_tombstone_that_others_have_too_shows_one_who_is_left() {
    let mut layout = layout();
    layout.rules = vec![Rule { name: "email".to_owned(), column: 0, max_records: None, max_names: None }];
    let shared = [record("crm", "C1", &["a@x", "7"]), record("crm", "C2", &["b@x", "7"])];
    let hasher = TombstoneHasher::new([7; 32]);
    let entries = [(hasher.record("crm", "C1"), 30), (hasher.value("phone", "7"), 30)];
    let found = left_after(&layout, &shared, &[], Some(Tombstones::new(hasher, entries)));
    assert_eq!(found.records, ["C2 C2"]);
    assert_eq!(found.review, ["erasure phone - - C2 -"]);
}

#[test]
fn values_of_different_persons_erase_nobody() {
    let found = left(&layout(), &records(), &[("C1", 30, "c@x", "-")]);
    assert_eq!(found.records.len(), 6);
    assert_eq!(found.requests, ["customer_id+email contradiction 0"]);
    assert_eq!(found.review.len(), 1);
}

#[test]
fn what_leads_to_nobody_is_counted() {
    let requests = [("C9", 30, "-", "-"), ("-", 30, "-", "9"), ("-", 30, "!a", "-"), ("-", 30, "-", "-")];
    let found = left(&layout(), &records(), &requests);
    assert_eq!(found.records.len(), 6);
    assert_eq!(found.requests, ["customer_id unmatched 0", "email invalid 0", "phone unmatched 0", " invalid 0"]);
    // Rows of other extracts may still name the id.
    assert_eq!(found.erased, ["- C9 30"]);
}

#[test]
fn an_answer_of_nobody_goes_by_its_address() {
    let found = left(&layout(), &records(), &[("-", 30, "z@x", "-")]);
    assert_eq!(found.erased, ["web S2 30"]);
    assert_eq!(found.requests, ["email erased 1"]);
}

#[test]
fn who_comes_back_later_is_a_new_relationship() {
    let mut records = records();
    records.push(record("crm", "C7", &["a@x", "-"]).known(40));
    records.push(record("web", "S3", &["a@x", "-"]).known(41).attaching());
    let found = left(&layout(), &records, &[("-", 30, "a@x", "-")]);
    // S1 has no day: it goes.
    assert_eq!(found.records, ["C3 C3", "C5 C5", "C7 C7", "S2 -", "S3 C7"]);
    assert_eq!(found.erased, ["crm C1 30", "crm C2 30", "web S1 30"]);
    // The key is that of somebody who was never here before.
    let alone = left(&layout(), &[record("crm", "C7", &["a@x", "-"])], &[]);
    assert_eq!(found.keys[2], alone.keys[0]);
    // By its id, the new record goes too, and by the address it stays.
    let by_id = left(&layout(), &records, &[("C7", 30, "-", "-")]);
    assert_eq!(by_id.records, ["C3 C3", "C5 C5", "S2 -"]);
}

#[test]
fn a_shared_value_is_listed_without_the_erased() {
    let mut layout = layout();
    layout.rules[0].max_records = Some(2);
    let till: Vec<Record> = (1..=4).map(|id| record("crm", &format!("C{id}"), &["till@x", "-"])).collect();
    let found = left(&layout, &till, &[("C1", 30, "-", "-")]);
    // The three others are not linked because there are fewer of them now.
    assert_eq!(found.records, ["C2 C2", "C3 C3", "C4 C4"]);
    assert_eq!(found.review, ["shared_value email till@x 3 C2 -"]);
    let all: Vec<String> = (2..=4).map(|id| format!("C{id}")).collect();
    let requests: Vec<Asked<'_>> = all.iter().map(|id| (id.as_str(), 30, "-", "-")).collect();
    assert!(left(&layout, &till, &requests).review.is_empty());
}

#[test]
fn the_order_of_requests_says_nothing() {
    let mut requests = vec![("C2", 30, "-", "-"), ("-", 31, "a@x", "-"), ("-", 29, "c@x", "-"), ("C9", 28, "-", "-")];
    let first = left(&layout(), &records(), &requests);
    requests.reverse();
    let second = left(&layout(), &records(), &requests);
    assert_eq!((first.records, first.erased, first.requests), (second.records, second.erased, second.requests));
}

#[test]
fn tombstones_erase_what_comes_back() {
    let hasher = TombstoneHasher::new([7; 32]);
    let entries =
        [(hasher.record("crm", "C1"), 30), (hasher.record("web", "S1"), 30), (hasher.value("email", "d@x"), 30)];
    let mut records = records();
    records.push(record("crm", "C8", &["d@x", "-"]).known(50));
    let found = left_after(&layout(), &records, &[], Some(Tombstones::new(hasher, entries)));
    // C2 was not erased with C1 then. C5 has an erased address and was known before; C8 came later.
    assert_eq!(found.records, ["C2 C2", "C3 C3", "C8 C8", "S2 -"]);
    assert_eq!(found.erased, ["crm C1 30", "crm C5 30", "web S1 30"]);
    assert_eq!(found.requests, ["email erased 1", "tombstone erased 2"]);
}
