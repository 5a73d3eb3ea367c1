//! The golden record: examples, laws, and a comparison with a naive implementation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use proptest::prelude::*;

use super::members::Emptied;
use crate::config::Take;
use crate::identity::{Attribute, GoldenLayout, Layout, Output, Resolver};

/// A record: source, id, the person's shared key, known_from, since, attaches, and its values; `-` is unknown.
#[derive(Debug, Clone)]
struct Record {
    source: &'static str,
    id: String,
    person: String,
    known_from: Option<i32>,
    since: Option<i32>,
    attaches: bool,
    values: Vec<Option<String>>,
}

fn record(source: &'static str, id: &str, since: Option<i32>, values: &[&str]) -> Record {
    let value = |text: &&str| (*text != "-").then(|| (*text).to_owned());
    Record {
        source,
        id: id.to_owned(),
        person: "p".to_owned(),
        known_from: since,
        since,
        attaches: false,
        values: values.iter().map(value).collect(),
    }
}

fn attribute(name: &str, take: Take, group: Option<usize>) -> Attribute {
    let (name, data_type) = (name.to_owned(), DataType::Utf8);
    let (is_name, placeholders) = (false, BTreeSet::new());
    Attribute { column: name.clone(), name, key: None, is_name, placeholders, take, group, data_type }
}

fn layout(attributes: Vec<Attribute>, trusted: &[&str]) -> GoldenLayout {
    GoldenLayout { attributes, trusted: trusted.iter().map(|name| (*name).to_owned()).collect() }
}

fn text<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

fn batch(records: &[Record], golden: &GoldenLayout) -> RecordBatch {
    let days = |day: fn(&Record) -> Option<i32>| Arc::new(records.iter().map(day).collect::<Date32Array>()) as ArrayRef;
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("source".to_owned(), text(records.iter().map(|record| Some(record.source)))),
        ("source_id".to_owned(), text(records.iter().map(|record| Some(&*record.id)))),
        ("known_from".to_owned(), days(|record| record.known_from)),
        ("attaches".to_owned(), Arc::new(records.iter().map(|record| Some(record.attaches)).collect::<BooleanArray>())),
        ("person".to_owned(), text(records.iter().map(|record| Some(&*record.person)))),
        ("golden since".to_owned(), days(|record| record.since)),
    ];
    for (number, attribute) in golden.attributes.iter().enumerate() {
        let values = text(records.iter().map(|record| record.values[number].as_deref()));
        columns.push((format!("golden {}", attribute.name), values));
    }
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).expect("batch")
}

/// By customer key: of each attribute the value, its record, and how many values there are.
type Found = BTreeMap<String, BTreeMap<String, Origin>>;

fn resolved(records: &[Record], golden: &GoldenLayout, parts: usize) -> Found {
    let layout = Layout { golden: Some(golden.clone()), ..Layout::of_keys(&["person"]) };
    let mut resolver = Resolver::new(layout).expect("layout");
    for part in records.chunks(parts.max(1)) {
        resolver.push(&batch(part, golden)).expect("records");
    }
    let (_, resolution) = resolver.finish().expect("persons");
    let mut found = Found::new();
    let strings = |batch: &RecordBatch, name: &str| -> Vec<Option<String>> {
        let column = batch.column_by_name(name).expect("column").as_string::<i32>();
        column.iter().map(|text| text.map(str::to_owned)).collect()
    };
    let mut values: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut last = String::new();
    for batch in resolution.output(Output::Golden).expect("golden records") {
        for (row, key) in strings(&batch, "customer_key").into_iter().enumerate() {
            let key = key.expect("key");
            assert!(last < key, "in order of keys, and each once");
            last.clone_from(&key);
            found.insert(key.clone(), BTreeMap::new());
            for attribute in &golden.attributes {
                let column = batch.column_by_name(&attribute.name).expect("attribute").as_string::<i32>();
                if !column.is_null(row) {
                    values.insert((key.clone(), attribute.name.clone()), column.value(row).to_owned());
                }
            }
        }
    }
    let mut last = (String::new(), String::new());
    for batch in resolution.output(Output::Origins).expect("origins") {
        let [keys, names, sources, ids] = ["customer_key", "attribute", "source", "source_id"]
            .map(|name| strings(&batch, name).into_iter().map(|text| text.expect("text")).collect::<Vec<_>>());
        let since = batch.column_by_name("since").expect("since").as_primitive::<Date32Type>();
        let candidates = batch.column_by_name("candidates").expect("candidates").as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            let place = (keys[row].clone(), names[row].clone());
            assert!(last < place, "in order of keys and attributes, and each once");
            last.clone_from(&place);
            let value = values.remove(&place).expect("a value for each origin");
            let day = since.is_valid(row).then(|| since.value(row));
            let origin = (value, sources[row].clone(), ids[row].clone(), day, candidates.value(row));
            found.get_mut(&place.0).expect("person").insert(place.1, origin);
        }
    }
    assert!(values.is_empty(), "an origin for each value: {values:?}");
    found
}

/// The values of the only person.
fn one(records: &[Record], golden: &GoldenLayout) -> Vec<String> {
    let found = resolved(records, golden, 100);
    assert_eq!(found.len(), 1);
    let of = found.into_values().next().expect("person");
    let shown = |attribute: &Attribute| match of.get(&attribute.name) {
        Some((value, _, id, ..)) => format!("{value} of {id}"),
        None => "-".to_owned(),
    };
    golden.attributes.iter().map(shown).collect()
}

#[test]
fn each_take_picks_its_value() {
    let takes = [Take::MostRecent, Take::First, Take::MostFrequent, Take::Longest, Take::MostTrusted];
    let attributes = takes.map(|take| attribute(take.name(), take, None)).to_vec();
    let golden = layout(attributes, &["web", "crm"]);
    let of = |source, id, since, value| record(source, id, since, &[value; 5]);
    let records = [
        of("crm", "A", Some(1), "Ann"),
        of("crm", "B", Some(2), "Anna"),
        of("web", "C", Some(3), "Ann"),
        of("pos", "D", Some(4), "Bo"),
        of("pos", "E", None, "Annabella"),
        of("pos", "F", Some(9), "-"),
    ];
    assert_eq!(one(&records, &golden), ["Bo of D", "Ann of A", "Ann of C", "Annabella of E", "Ann of C"]);
}

/// Between records of one day the more trusted source wins, then the record that comes first.
#[test]
fn ties_are_broken_by_trust_then_by_record_order() {
    let golden = layout(vec![attribute("city", Take::MostRecent, None)], &["web"]);
    let records = [record("crm", "A", Some(1), &["Oslo"]), record("web", "B", Some(1), &["Moss"])];
    assert_eq!(one(&records, &golden), ["Moss of B"]);
    let golden = layout(golden.attributes, &[]);
    assert_eq!(one(&records, &golden), ["Oslo of A"]);
}

/// A company can know a record for long and have got its address today.
#[test]
fn recent_is_when_the_record_was_updated_and_first_is_when_it_was_known() {
    let attributes = vec![attribute("city", Take::MostRecent, None), attribute("channel", Take::First, None)];
    let golden = layout(attributes, &[]);
    let mut old = record("crm", "A", Some(9), &["Oslo", "shop"]);
    old.known_from = Some(1);
    let new = record("crm", "B", Some(5), &["Moss", "web"]);
    assert_eq!(one(&[old, new], &golden), ["Oslo of A", "shop of A"]);
}

#[test]
fn a_group_comes_from_one_address() {
    let names = ["city", "postal_code", "country"];
    let golden = layout(names.map(|name| attribute(name, Take::MostRecent, Some(0))).to_vec(), &[]);
    // The last record knows only the country: it is not an address.
    let records = [
        record("crm", "A", Some(1), &["Kiruna", "98131", "SE"]),
        record("crm", "B", Some(2), &["Lund", "-", "SE"]),
        record("crm", "C", Some(3), &["-", "-", "NO"]),
    ];
    assert_eq!(one(&records, &golden), ["Lund of B", "-", "SE of B"], "98131 is not in Lund");
    // The same city in another spelling knows the postal code.
    let records = [
        record("crm", "A", Some(1), &["LUND", "22222", "SE"]),
        record("crm", "B", Some(2), &["Lund", "-", "-"]),
        record("crm", "C", Some(0), &["Lund", "22223", "DK"]),
    ];
    assert_eq!(one(&records, &golden), ["Lund of B", "22222 of A", "SE of A"]);
    let records = [record("crm", "A", Some(1), &["-", "-", "SE"]), record("crm", "B", Some(2), &["-", "-", "-"])];
    assert_eq!(one(&records, &golden), ["-", "-", "SE of A"]);
}

/// A newer record knows nothing, and says so in words.
#[test]
fn a_placeholder_counts_as_empty_and_is_counted() {
    let mut attributes = ["first_name", "city", "channel"].map(|name| attribute(name, Take::MostRecent, None));
    attributes[0].is_name = true;
    attributes[1].placeholders.insert("storgatan".to_owned());
    let golden = layout(attributes.to_vec(), &[]);
    let mut answer = record("surveys", "S", Some(9), &["Okänd", "n/a", "-"]);
    answer.attaches = true;
    let records = [
        record("crm", "A", Some(1), &["Ann", "Oslo", "shop"]),
        record("crm", "B", Some(2), &["Kontantkund", "OKÄNT", "Kontantkund"]),
        record("crm", "C", Some(3), &["-", "Storgatan", "?"]),
        record("crm", "D", Some(4), &["Test", "n/a", "-"]),
        answer,
    ];
    assert_eq!(one(&records, &golden), ["Ann of A", "Oslo of A", "Kontantkund of B"], "a channel is not a name");
    let layout = Layout { golden: Some(golden.clone()), ..Layout::of_keys(&["person"]) };
    let mut resolver = Resolver::new(layout).expect("layout");
    for part in records.chunks(2) {
        resolver.push(&batch(part, &golden)).expect("records");
    }
    let (_, resolution) = resolver.finish().expect("persons");
    let emptied = resolution.golden().expect("golden").emptied();
    let shown = |found: &Emptied| format!("{} {} {}:{}", found.attribute, found.values, found.first.0, found.first.1);
    let shown: Vec<String> = emptied.iter().map(shown).collect();
    assert_eq!(shown, ["first_name 2 crm:B", "city 3 crm:B", "channel 1 crm:C"], "answers give no values");
}

#[test]
fn records_that_attach_give_no_values() {
    let golden = layout(vec![attribute("city", Take::MostRecent, None)], &[]);
    let mut answer = record("surveys", "S", Some(9), &["Moss"]);
    answer.attaches = true;
    let records = [record("crm", "A", Some(1), &["-"]), answer.clone()];
    assert_eq!(one(&records, &golden), ["-"]);
    answer.person = "nobody".to_owned();
    assert_eq!(one(&[record("crm", "A", Some(1), &["Oslo"]), answer], &golden), ["Oslo of A"]);
}

#[test]
fn values_come_back_in_the_type_of_their_column() {
    let born = Attribute { data_type: DataType::Date32, ..attribute("born", Take::MostRecent, None) };
    let golden = layout(vec![born], &[]);
    let layout = Layout { golden: Some(golden.clone()), ..Layout::of_keys(&["person"]) };
    let mut resolver = Resolver::new(layout).expect("layout");
    resolver.push(&batch(&[record("crm", "A", None, &["1970-01-11"])], &golden)).expect("records");
    let (_, resolution) = resolver.finish().expect("persons");
    let found = resolution.output(Output::Golden).expect("golden records").remove(0);
    assert_eq!(found.column(1).as_primitive::<Date32Type>().value(0), 10);
}

#[test]
fn a_trusted_source_without_records_is_named() {
    let golden = layout(vec![attribute("city", Take::MostTrusted, None)], &["crm", "webb"]);
    let layout = Layout { golden: Some(golden.clone()), ..Layout::of_keys(&["person"]) };
    let mut resolver = Resolver::new(layout).expect("layout");
    resolver.push(&batch(&[record("crm", "A", None, &["Oslo"])], &golden)).expect("records");
    let (_, resolution) = resolver.finish().expect("persons");
    assert_eq!(resolution.golden().expect("golden").unknown_sources(), ["webb"]);
}

const TAKES: [Take; 5] = [Take::MostRecent, Take::First, Take::MostFrequent, Take::Longest, Take::MostTrusted];

/// Few persons, days and values, so that most choices have ties.
fn records() -> impl Strategy<Value = Vec<Record>> {
    let day = || prop::option::weighted(0.8, 0..4_i32);
    let value = prop::option::weighted(0.6, prop::sample::select(vec!["a", "b", "xa", "xb", "xxc"]));
    let values = prop::collection::vec(value, TAKES.len());
    let record = (0..3_usize, 0..12_u32, day(), day(), prop::bool::weighted(0.2), values);
    prop::collection::vec(record, 1..60).prop_map(|records| {
        let numbered = records.into_iter().enumerate();
        numbered
            .map(|(number, (source, person, known_from, since, attaches, values))| Record {
                source: ["crm", "pos", "web"][source],
                id: format!("r{number}"),
                person: format!("p{person}"),
                known_from,
                since,
                attaches,
                values: values.into_iter().map(|value| value.map(str::to_owned)).collect(),
            })
            .collect()
    })
}

/// The best record by the words of the manual: all pairs are compared.
fn naive<'a>(members: &[&'a Record], attribute: usize, take: Take, trusted: &[&str]) -> Option<(&'a Record, i64)> {
    let known: Vec<&Record> = members.iter().copied().filter(|record| record.values[attribute].is_some()).collect();
    let values: BTreeSet<&String> = known.iter().filter_map(|record| record.values[attribute].as_ref()).collect();
    let trust = |record: &Record| trusted.iter().position(|name| *name == record.source).unwrap_or(trusted.len());
    let known_from = |record: &Record| record.known_from.map_or(i64::MAX, i64::from);
    let since = |record: &Record| record.since.map_or(i64::MIN, i64::from);
    let times =
        |record: &Record| known.iter().filter(|other| other.values[attribute] == record.values[attribute]).count();
    let beats = |left: &Record, right: &Record| {
        let length = |record: &Record| record.values[attribute].as_ref().map_or(0, String::len);
        let by_take = match take {
            Take::MostRecent => std::cmp::Ordering::Equal,
            Take::First => known_from(right).cmp(&known_from(left)),
            Take::MostFrequent => times(left).cmp(&times(right)),
            Take::Longest => length(left).cmp(&length(right)),
            Take::MostTrusted => trust(right).cmp(&trust(left)),
        };
        let by_day = match take {
            Take::First => std::cmp::Ordering::Equal,
            _ => since(left).cmp(&since(right)),
        };
        let order = |record: &Record| (known_from(record), record.source, record.id.clone());
        by_take.then(by_day).then(trust(right).cmp(&trust(left))).then(order(right).cmp(&order(left))).is_gt()
    };
    let best = known.iter().find(|record| known.iter().all(|other| other.id == record.id || beats(record, other)))?;
    Some((best, values.len() as i64))
}

/// A value, its source, record and day, and how many values there are.
type Origin = (String, String, String, Option<i32>, i64);

fn expected(records: &[Record], trusted: &[&str]) -> Vec<BTreeMap<String, Origin>> {
    let giving = || records.iter().filter(|record| !record.attaches);
    let persons: BTreeSet<&String> = giving().map(|record| &record.person).collect();
    let of_person = |person: &String| {
        let members: Vec<&Record> = giving().filter(|record| record.person == *person).collect();
        let chosen = TAKES.into_iter().enumerate().filter_map(|(number, take)| {
            let (best, values) = naive(&members, number, take, trusted)?;
            let day = if take == Take::First { best.known_from } else { best.since };
            let value = best.values[number].clone()?;
            Some((take.name().to_owned(), (value, best.source.to_owned(), best.id.clone(), day, values)))
        });
        chosen.collect()
    };
    persons.into_iter().map(of_person).collect()
}

proptest! {
    #[test]
    fn the_choice_is_that_of_a_naive_comparison_in_any_order(
        (records, shuffled) in records().prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle()))
    ) {
        let trusted = ["web", "crm"];
        let golden = layout(TAKES.map(|take| attribute(take.name(), take, None)).to_vec(), &trusted);
        let found = resolved(&records, &golden, 1_000);
        let mut got: Vec<_> = found.values().cloned().collect();
        let mut wanted = expected(&records, &trusted);
        got.sort();
        wanted.sort();
        prop_assert_eq!(got, wanted);
        prop_assert_eq!(resolved(&shuffled, &golden, 7), found);
    }

    /// An empty value never wins over a known one: every attribute that a record knows is known of the person. Of a
    /// group that holds for the attribute that matters most.
    #[test]
    fn what_a_record_knows_is_known(records in records()) {
        let attributes = TAKES.iter().enumerate().map(|(number, take)| {
            let group = (number < 3).then_some(0);
            attribute(take.name(), if number < 3 { Take::MostRecent } else { *take }, group)
        });
        let golden = layout(attributes.collect(), &[]);
        let known = |number: usize| -> usize {
            let giving = records.iter().filter(|record| !record.attaches && record.values[number].is_some());
            giving.map(|record| &record.person).collect::<BTreeSet<_>>().len()
        };
        let found = resolved(&records, &golden, 1_000);
        for number in [0, 3, 4] {
            let name = &golden.attributes[number].name;
            prop_assert_eq!(found.values().filter(|of| of.contains_key(name)).count(), known(number));
        }
    }
}
