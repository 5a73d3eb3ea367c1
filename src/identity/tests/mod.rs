//! Identity resolution: examples, laws, and a comparison with a naive implementation.

mod wrong_records;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, StringViewArray, new_null_array};
use arrow::datatypes::DataType;
use proptest::prelude::*;

use super::{IdentityError, Resolver, schema};

type Record = (String, String, Option<String>, Option<String>);

fn labels() -> Vec<String> {
    vec!["email".to_owned(), "phone".to_owned()]
}

fn record(source: &str, id: &str, email: &str, phone: &str) -> Record {
    let key = |text: &str| (text != "-").then(|| text.to_owned());
    (source.to_owned(), id.to_owned(), key(email), key(phone))
}

fn batch(records: &[Record]) -> RecordBatch {
    let text = |column: StringArray| Arc::new(column) as ArrayRef;
    RecordBatch::try_from_iter_with_nullable([
        ("source", text(records.iter().map(|record| Some(&record.0)).collect()), true),
        ("source_id", text(records.iter().map(|record| Some(&record.1)).collect()), true),
        ("email_key", text(records.iter().map(|record| record.2.as_ref()).collect()), true),
        ("phone_key", text(records.iter().map(|record| record.3.as_ref()).collect()), true),
    ])
    .expect("batch")
}

fn resolve_in(records: &[Record], rows_per_batch: usize) -> Result<Vec<[String; 5]>, IdentityError> {
    let mut resolver = Resolver::new(labels())?;
    for part in records.chunks(rows_per_batch) {
        resolver.push(&batch(part))?;
    }
    let mut found = Vec::new();
    for batch in resolver.finish()? {
        let batch = batch?;
        assert_eq!(batch.schema(), schema());
        for row in 0..batch.num_rows() {
            found.push(std::array::from_fn(|column| batch.column(column).as_string::<i32>().value(row).to_owned()));
        }
    }
    Ok(found)
}

fn resolve(records: &[Record]) -> Vec<[String; 5]> {
    resolve_in(records, 3).expect("resolved")
}

/// (source_id, matched_by, first_source_id) of each row.
fn summary(records: &[Record]) -> Vec<String> {
    resolve(records).iter().map(|[_, id, _, matched_by, first]| format!("{id} {matched_by} {first}")).collect()
}

/// Label propagation until nothing changes: the first record that each record can reach.
fn naive(records: &[Record]) -> Vec<[String; 5]> {
    let mut least: Vec<(String, String)> = records.iter().map(|record| (record.0.clone(), record.1.clone())).collect();
    let keys = |index: usize| -> Vec<(usize, String)> {
        [&records[index].2, &records[index].3]
            .into_iter()
            .enumerate()
            .filter_map(|(label, key)| key.clone().filter(|key| !key.is_empty()).map(|key| (label, key)))
            .collect()
    };
    loop {
        let mut by_key: BTreeMap<(usize, String), (String, String)> = BTreeMap::new();
        for (index, reached) in least.iter().enumerate() {
            for key in keys(index) {
                let best = by_key.entry(key).or_insert_with(|| reached.clone());
                *best = best.clone().min(reached.clone());
            }
        }
        let before = least.clone();
        for (index, reached) in least.iter_mut().enumerate() {
            for key in keys(index) {
                *reached = reached.clone().min(by_key[&key].clone());
            }
        }
        if before == least {
            break;
        }
    }
    let mut found: Vec<[String; 5]> = records
        .iter()
        .enumerate()
        .map(|(index, (source, id, ..))| {
            let (first_source, first_id) = &least[index];
            let hash = blake3::hash(format!("{first_source}\u{1f}{first_id}").as_bytes()).to_hex();
            let matched: BTreeSet<&str> = keys(index)
                .into_iter()
                .filter(|key| (0..records.len()).any(|other| other != index && keys(other).contains(key)))
                .map(|(label, _)| ["email", "phone"][label])
                .collect();
            let matched_by =
                if matched.is_empty() { "none".to_owned() } else { matched.into_iter().collect::<Vec<_>>().join("+") };
            [source.clone(), id.clone(), format!("c{}", &hash[..20]), matched_by, first_id.clone()]
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_chain_of_keys_is_one_person() {
    let found = summary(&[
        record("crm", "C4", "d@x", "3"),
        record("crm", "C1", "a@x", "1"),
        record("crm", "C3", "-", "3"),
        record("crm", "C2", "a@x", "2"),
        record("crm", "C5", "c@x", "2"),
        record("shop", "S1", "c@x", "3"),
        record("crm", "C6", "-", "-"),
        record("crm", "C7", "e@x", "9"),
    ]);
    assert_eq!(
        found,
        [
            "C1 email C1",
            "C2 email+phone C1",
            "C3 phone C1",
            "C4 phone C1",
            "C5 email+phone C1",
            "C6 none C6",
            "C7 none C7",
            "S1 email+phone C1",
        ]
    );
}

#[test]
fn the_key_is_a_hash_of_the_least_record() {
    let found = resolve(&[record("shop", "S1", "a@x", "-"), record("crm", "C9", "a@x", "-")]);
    let wanted = format!("c{}", &blake3::hash(b"crm\x1fC9").to_hex()[..20]);
    assert_eq!(found[0][2], wanted);
    assert_eq!(found[1][2], wanted);
    assert_eq!(wanted.len(), 21);
}

#[test]
fn keys_of_different_labels_do_not_mix() {
    assert_eq!(summary(&[record("crm", "C1", "7", "-"), record("crm", "C2", "-", "7")]), ["C1 none C1", "C2 none C2"]);
}

/// Otherwise all records with a blank e-mail would be one person.
#[test]
fn an_empty_key_does_not_match() {
    assert_eq!(summary(&[record("crm", "C1", "", "-"), record("crm", "C2", "", "-")]), ["C1 none C1", "C2 none C2"]);
}

#[test]
fn ids_sort_by_their_bytes_also_beyond_sixteen() {
    let found = summary(&[
        record("crm", "customer-0000000002", "-", "-"),
        record("crm", "customer-0000000001", "-", "-"),
        record("crm", "customer-0000000", "-", "-"),
        record("crm", "é", "-", "-"),
        record("crm", "", "-", "-"),
    ]);
    let ids: Vec<&str> = found.iter().map(|line| line.split(" none ").next().unwrap_or_default()).collect();
    assert_eq!(ids, ["", "customer-0000000", "customer-0000000001", "customer-0000000002", "é"]);
}

#[test]
fn no_records_give_no_batches() {
    let identities = Resolver::new(labels()).expect("labels").finish().expect("resolved");
    assert_eq!((identities.record_count(), identities.person_count(), identities.count()), (0, 0, 0));
}

#[test]
fn output_comes_in_batches_of_8192_and_a_long_chain_is_one_person() {
    let records: Vec<Record> = (0..20_000_u32)
        .map(|number| {
            record("crm", &format!("C{number:05}"), &format!("{}@x", number / 2), &format!("{}", number.div_ceil(2)))
        })
        .collect();
    let mut resolver = Resolver::new(labels()).expect("labels");
    for part in records.chunks(777) {
        resolver.push(&batch(part)).expect("push");
    }
    assert!(resolver.memory_size() > 20_000 * 20);
    let identities = resolver.finish().expect("resolved");
    assert_eq!((identities.record_count(), identities.person_count()), (20_000, 1));
    let sizes: Vec<usize> = identities.map(|batch| batch.expect("batch").num_rows()).collect();
    assert_eq!(sizes, [8_192, 8_192, 3_616]);
}

#[test]
fn other_string_types_and_untyped_nulls_are_text() {
    let ids = StringViewArray::from(vec!["C2", "C1 with an id too long to be inlined"]);
    let batch = RecordBatch::try_from_iter([
        ("source", Arc::new(StringViewArray::from(vec!["crm", "crm"])) as ArrayRef),
        ("source_id", Arc::new(ids) as ArrayRef),
        ("email_key", arrow::compute::cast(&StringArray::from(vec!["a", "a"]), &DataType::LargeUtf8).expect("cast")),
        ("phone_key", new_null_array(&DataType::Null, 2)),
    ])
    .expect("batch");
    let mut resolver = Resolver::new(labels()).expect("labels");
    resolver.push(&batch).expect("push");
    assert_eq!(resolver.finish().expect("resolved").person_count(), 1);
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    // Few enough keys for chains of several steps, with some empty ones.
    let key = |count: u32| {
        prop::option::weighted(0.7, (0..count).prop_map(|key| if key == 0 { String::new() } else { key.to_string() }))
    };
    prop::collection::btree_map((0..3_u32, 0..500_u32), (key(60), key(60)), 0..120).prop_map(|records| {
        records
            .into_iter()
            .map(|((source, id), (email, phone))| (format!("source{source}"), format!("id{id}"), email, phone))
            .collect()
    })
}

proptest! {
    #[test]
    fn equals_label_propagation(records in records()) {
        prop_assert_eq!(resolve(&records), naive(&records));
    }

    #[test]
    fn order_and_batches_do_not_matter(
        (records, shuffled) in records().prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())),
        rows_per_batch in 1..130_usize,
    ) {
        prop_assert_eq!(resolve_in(&shuffled, rows_per_batch).expect("resolved"), resolve_in(&records, 1_000).expect("resolved"));
    }
}

/// Across chunk boundaries, which the inputs of the property tests are too small to reach.
#[test]
fn shuffled_large_input_gives_the_same_rows() {
    let mut records: Vec<Record> = (0..30_000_u64)
        .map(|number| {
            let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            let phone = if number % 3 == 0 { "-".to_owned() } else { format!("{}", (mixed >> 10) % 20_000) };
            record(
                ["crm", "shop"][(number % 2) as usize],
                &format!("{number}"),
                &format!("{}@x", mixed % 25_000),
                &phone,
            )
        })
        .collect();
    let wanted = resolve_in(&records, 30_000).expect("resolved");
    records.reverse();
    records.rotate_left(12_345);
    assert_eq!(resolve_in(&records, 8_191).expect("resolved"), wanted);
    assert_eq!(resolve_in(&records, 8_192).expect("resolved"), wanted);
}
