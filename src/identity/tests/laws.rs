//! Laws of a resolution, with random records: equal to the naive one, independent of order and batches, never two strong
//! values in one person, never one person where an analyst says `different`.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::layout::StrongKey;
use super::super::{Layout, Rule};
use super::oracle::{Outcome, naive};
use super::{Decision, Found, Record, resolve_in};

/// Columns email, phone, name, birth_date, number: two guarded rules, one of two keys, one of the strong key.
fn layout() -> Layout {
    let rule =
        |name: &str, column, max_records, max_names| Rule { name: name.to_owned(), column, max_records, max_names };
    Layout {
        columns: ["email", "phone", "name", "birth_date", "number"].map(str::to_owned).to_vec(),
        rules: vec![
            rule("number", 4, None, None),
            rule("email", 0, Some(4), Some(2)),
            rule("phone", 1, Some(3), None),
            rule("birth", 3, Some(2), Some(3)),
        ],
        strong: vec![StrongKey { name: "number".to_owned(), column: 4 }],
        name: Some(2),
        birth_date: Some(3),
        ..Layout::default()
    }
}

/// Few enough values for chains of several steps, with some empty ones.
fn value(count: u32, known: f64) -> impl Strategy<Value = Option<String>> {
    let value = (0..count).prop_map(|value| if value == 0 { String::new() } else { value.to_string() });
    prop::option::weighted(known, value)
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let values = (value(40, 0.7), value(40, 0.6), value(9, 0.8), value(9, 0.8), value(30, 0.3));
    let rest = (prop::option::weighted(0.7, -2..3_i32), prop::bool::weighted(0.15), values);
    prop::collection::btree_map((0..3_u32, 0..500_u32), rest, 0..90).prop_map(|records| {
        records
            .into_iter()
            .map(|((source, id), (known_from, attaches, (email, phone, name, birth_date, number)))| Record {
                source: format!("source{source}"),
                id: format!("id{id}"),
                known_from,
                attaches,
                values: vec![email, phone, name, birth_date, number],
            })
            .collect()
    })
}

/// Records, the same in another order, and pairs of them that an analyst keeps apart.
fn decided() -> impl Strategy<Value = (Vec<Record>, Vec<Record>, Vec<(usize, usize)>)> {
    records().prop_flat_map(|records| {
        let pairs = prop::collection::vec((0..90_usize, 0..90_usize), 0..6);
        (Just(records.clone()), Just(records).prop_shuffle(), pairs)
    })
}

/// The founding pairs among these, as decisions.
fn different<'a>(records: &'a [Record], pairs: &[(usize, usize)]) -> Vec<Decision<'a>> {
    let founders: Vec<&Record> = records.iter().filter(|record| !record.attaches).collect();
    let pairs = pairs.iter().filter_map(|(one, other)| Some((founders.get(*one)?, founders.get(*other)?)));
    pairs
        .filter(|(one, other)| one != other)
        .map(|(one, other)| ((&*one.source, &*one.id), (&*other.source, &*other.id), "different"))
        .collect()
}

fn outcome(found: &Found) -> Outcome {
    let mut first_of: BTreeMap<String, (String, String)> = BTreeMap::new();
    for [source, id, key, ..] in &found.identities {
        let hash = blake3::hash(format!("{source}\u{1f}{id}").as_bytes()).to_hex();
        if *key == format!("c{}", &hash[..20]) {
            first_of.insert(key.clone(), (source.clone(), id.clone()));
        }
    }
    let rows = found.identities.iter().map(|[source, id, key, matched_by, _]| {
        ((source.clone(), id.clone()), (first_of.get(key).cloned(), matched_by.clone()))
    });
    rows.collect()
}

proptest! {
    #[test]
    fn equals_the_naive_resolution((records, _, pairs) in decided()) {
        let decisions = different(&records, &pairs);
        let found = resolve_in(&layout(), &records, &decisions, 7).expect("resolved");
        prop_assert_eq!(outcome(&found), naive(&layout(), &records, &decisions));
    }

    /// Decisions that two records are the same, of any two records.
    #[test]
    fn same_joins_and_nothing_else_changes_for_records_that_agree(
        (records, _, _) in decided(),
        pairs in prop::collection::vec((0..90_usize, 0..90_usize), 0..4),
    ) {
        // Without names, dates and numbers nothing contradicts, so the naive resolution needs no alternatives.
        let mut layout = layout();
        (layout.name, layout.birth_date) = (None, None);
        layout.strong.clear();
        let decisions: Vec<Decision<'_>> =
            different(&records, &pairs).into_iter().map(|(one, other, _)| (one, other, "same")).collect();
        let found = resolve_in(&layout, &records, &decisions, 7).expect("resolved");
        let wanted = naive(&layout, &records, &decisions);
        let without_override = |outcome: Outcome| -> BTreeMap<_, _> { outcome.into_iter().map(|(id, (first, _))| (id, first)).collect() };
        prop_assert_eq!(without_override(outcome(&found)), without_override(wanted));
    }

    #[test]
    fn order_and_batches_do_not_matter((records, shuffled, pairs) in decided(), rows_per_batch in 1..130_usize) {
        let mut decisions = different(&records, &pairs);
        let wanted = resolve_in(&layout(), &records, &decisions, 1_000).expect("resolved");
        decisions.reverse();
        prop_assert_eq!(resolve_in(&layout(), &shuffled, &decisions, rows_per_batch).expect("resolved"), wanted);
    }

    #[test]
    fn what_is_apart_stays_apart((records, _, pairs) in decided()) {
        let decisions = different(&records, &pairs);
        let found = resolve_in(&layout(), &records, &decisions, 9).expect("resolved");
        let key: BTreeMap<(&str, &str), &str> =
            found.identities.iter().map(|[source, id, key, ..]| ((&**source, &**id), &**key)).collect();
        for (one, other, _) in &decisions {
            prop_assert_ne!(key[one], key[other]);
        }
        let mut numbers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for record in records.iter().filter(|record| !record.attaches) {
            let number = record.values[4].as_deref().filter(|number| !number.is_empty());
            numbers.entry(key[&(&*record.source, &*record.id)]).or_default().extend(number);
        }
        prop_assert!(numbers.values().all(|numbers| numbers.len() < 2), "{numbers:?}");
        // Links are a tree of each person: as many as records less persons.
        let persons: BTreeSet<&str> = key.values().copied().filter(|key| *key != "unidentified").collect();
        let placed = key.values().filter(|key| **key != "unidentified").count();
        let linked = found.links.iter().filter(|line| line.contains(" linked ")).count();
        prop_assert_eq!(linked + persons.len(), placed);
    }
}

/// Across chunk boundaries, which the inputs of the property tests are too small to reach.
#[test]
fn shuffled_large_input_gives_the_same_rows() {
    let layout = Layout::of_keys(&["email", "phone"]);
    let mut records: Vec<Record> = (0..30_000_u64)
        .map(|number| {
            let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            let phone = if number % 3 == 0 { "-".to_owned() } else { format!("{}", (mixed >> 10) % 20_000) };
            let source = ["crm", "shop"][(number % 2) as usize];
            super::record(source, &number.to_string(), &[&format!("{}@x", mixed % 25_000), &phone])
        })
        .collect();
    let wanted = resolve_in(&layout, &records, &[], 30_000).expect("resolved");
    records.reverse();
    records.rotate_left(12_345);
    assert_eq!(resolve_in(&layout, &records, &[], 8_191).expect("resolved"), wanted);
    assert_eq!(resolve_in(&layout, &records, &[], 8_192).expect("resolved"), wanted);
}

/// An address of thousands of strangers, in a rule without a guard, is compared with a limited number of them.
#[test]
fn thousands_of_strangers_with_one_value_take_no_time_in_the_square() {
    let mut layout = layout();
    layout.rules[1].max_records = None;
    let records: Vec<Record> = (0..20_000)
        .map(|number| {
            let own = number.to_string();
            super::record("crm", &own, &["a@x", "-", &own, &format!("day {number}"), "-"])
        })
        .collect();
    let found = resolve_in(&layout, &records, &[], 8_192).expect("resolved");
    assert_eq!(found.rules[1], "email 1 0 0 0 0 19999 0");
}
