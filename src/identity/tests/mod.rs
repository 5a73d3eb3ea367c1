//! Identity resolution: examples, laws, and a comparison with a naive implementation.

mod decisions;
mod erasures;
mod guards;
mod lasting;
mod laws;
mod oracle;
mod scored;
mod wrong_records;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, RecordBatch, StringArray, StringViewArray, new_null_array,
};
use arrow::datatypes::{DataType, Int64Type};

use super::{IdentityError, Layout, OVERRIDE_COLUMNS, Resolver, schema};

/// A source record with values by column of its layout.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    source: String,
    id: String,
    known_from: Option<i32>,
    attaches: bool,
    values: Vec<Option<String>>,
}

/// Of a system that the company has had for longer the later the source's name, unless `known` says otherwise. `-` is
/// unknown.
fn record(source: &str, id: &str, values: &[&str]) -> Record {
    let value = |text: &&str| (*text != "-").then(|| (*text).to_owned());
    Record {
        source: source.to_owned(),
        id: id.to_owned(),
        known_from: None,
        attaches: false,
        values: values.iter().map(value).collect(),
    }
}

impl Record {
    fn known(mut self, day: i32) -> Self {
        self.known_from = Some(day);
        self
    }

    fn attaching(mut self) -> Self {
        self.attaches = true;
        self
    }
}

/// One record, another, and `same` or `different`.
type Decision<'a> = ((&'a str, &'a str), (&'a str, &'a str), &'a str);

fn text<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

fn batch(layout: &Layout, records: &[Record]) -> RecordBatch {
    let fixed = [
        ("source".to_owned(), text(records.iter().map(|record| Some(&*record.source)))),
        ("source_id".to_owned(), text(records.iter().map(|record| Some(&*record.id)))),
        (
            "known_from".to_owned(),
            Arc::new(records.iter().map(|record| record.known_from).collect::<Date32Array>()) as ArrayRef,
        ),
        ("attaches".to_owned(), Arc::new(records.iter().map(|record| Some(record.attaches)).collect::<BooleanArray>())),
    ];
    let columns =
        layout.columns.iter().enumerate().map(|(number, name)| {
            (name.clone(), text(records.iter().map(move |record| record.values[number].as_deref())))
        });
    let columns = fixed.into_iter().chain(columns).map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).expect("batch")
}

fn decisions_batch(decisions: &[Decision<'_>]) -> RecordBatch {
    let columns = [
        text(decisions.iter().map(|((source, _), _, _)| Some(*source))),
        text(decisions.iter().map(|((_, id), _, _)| Some(*id))),
        text(decisions.iter().map(|(_, (source, _), _)| Some(*source))),
        text(decisions.iter().map(|(_, (_, id), _)| Some(*id))),
        text(decisions.iter().map(|(_, _, decision)| Some(*decision))),
    ];
    RecordBatch::try_from_iter(OVERRIDE_COLUMNS.into_iter().zip(columns)).expect("batch")
}

/// Every table of a resolution as lines; columns are joined with spaces, null is `-`.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    /// source, source_id, customer_key, matched_by, first_source_id
    identities: Vec<[String; 5]>,
    links: Vec<String>,
    review: Vec<String>,
    rules: Vec<String>,
}

fn lines(batch: &RecordBatch, columns: &[&str]) -> Vec<String> {
    let cell = |name: &&str, row: usize| {
        let column = batch.column_by_name(name).expect("column");
        match column.data_type() {
            _ if column.is_null(row) => "-".to_owned(),
            DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
            _ => column.as_string::<i32>().value(row).to_owned(),
        }
    };
    let line = |row| columns.iter().map(|name| cell(name, row)).collect::<Vec<_>>().join(" ");
    (0..batch.num_rows()).map(line).collect()
}

fn resolve_in(
    layout: &Layout,
    records: &[Record],
    decisions: &[Decision<'_>],
    rows_per_batch: usize,
) -> Result<Found, IdentityError> {
    let mut resolver = Resolver::new(layout.clone())?;
    for part in records.chunks(rows_per_batch) {
        resolver.push(&batch(layout, part))?;
    }
    if !decisions.is_empty() {
        resolver.push_overrides(&decisions_batch(decisions))?;
    }
    let (identities, resolution) = resolver.finish()?;
    let mut found = Vec::new();
    for batch in identities {
        let batch = batch?;
        assert_eq!(batch.schema(), schema());
        for row in 0..batch.num_rows() {
            let columns = ["source", "source_id", "customer_key", "matched_by", "first_source_id"];
            found.push(columns.map(|name| {
                let column = batch.column_by_name(name).expect("column").as_string::<i32>();
                if column.is_null(row) { "-".to_owned() } else { column.value(row).to_owned() }
            }));
        }
    }
    let link = ["source", "source_id", "other_source", "other_source_id", "rule", "value", "status", "reason"];
    let review = ["kind", "rule", "value", "records", "names", "source_id", "other_source_id", "reason"];
    let rule = [
        "rule",
        "values",
        "records_linked",
        "records_attached",
        "values_stopped",
        "records_stopped",
        "conflicts",
        "ambiguous",
    ];
    let all = |batches: Vec<RecordBatch>, columns: &[&str]| -> Vec<String> {
        batches.iter().flat_map(|batch| lines(batch, columns)).collect()
    };
    Ok(Found {
        identities: found,
        links: all(resolution.links().collect::<Result<_, _>>()?, &link),
        review: all(resolution.review().collect::<Result<_, _>>()?, &review),
        rules: lines(&resolution.rules()?, &rule),
    })
}

fn resolve(layout: &Layout, records: &[Record]) -> Found {
    resolve_in(layout, records, &[], 3).expect("resolved")
}

/// `source_id matched_by first_source_id` of each row.
fn summary(found: &Found) -> Vec<String> {
    found.identities.iter().map(|[_, id, _, matched_by, first]| format!("{id} {matched_by} {first}")).collect()
}

fn contacts() -> Layout {
    Layout::of_keys(&["email", "phone"])
}

#[test]
fn a_chain_of_keys_is_one_person() {
    let found = resolve(
        &contacts(),
        &[
            record("crm", "C4", &["d@x", "3"]),
            record("crm", "C1", &["a@x", "1"]),
            record("crm", "C3", &["-", "3"]),
            record("crm", "C2", &["a@x", "2"]),
            record("crm", "C5", &["c@x", "2"]),
            record("shop", "S1", &["c@x", "3"]),
            record("crm", "C6", &["-", "-"]),
            record("crm", "C7", &["e@x", "9"]),
        ],
    );
    assert_eq!(
        summary(&found),
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
    assert_eq!(
        found.links,
        [
            "crm C2 crm C1 email a@x linked -",
            "shop S1 crm C5 email c@x linked -",
            "crm C4 crm C3 phone 3 linked -",
            "crm C5 crm C2 phone 2 linked -",
            "shop S1 crm C3 phone 3 linked -",
        ]
    );
    assert_eq!(found.rules, ["email 4 4 0 0 0 0 0", "phone 4 5 0 0 0 0 0", "override 0 0 0 0 0 0 0"]);
    assert_eq!(found.review, Vec::<String>::new());
}

#[test]
fn the_key_is_a_hash_of_the_record_that_was_known_first() {
    let records = [
        record("crm", "C9", &["a@x", "-"]).known(20_000),
        record("crm", "C1", &["a@x", "-"]),
        record("shop", "S1", &["a@x", "-"]).known(-3),
    ];
    let wanted = format!("c{}", &blake3::hash(b"shop\x1fS1").to_hex()[..20]);
    let found = resolve(&contacts(), &records);
    assert!(found.identities.iter().all(|row| row[2] == wanted), "{found:?}");
    assert_eq!(wanted.len(), 21);
    // Without days, the least record by source and source_id.
    let records = records.map(|mut record| {
        record.known_from = None;
        record
    });
    let wanted = format!("c{}", &blake3::hash(b"crm\x1fC1").to_hex()[..20]);
    assert_eq!(resolve(&contacts(), &records).identities[2][2], wanted);
}

#[test]
fn keys_of_different_rules_do_not_mix() {
    let records = [record("crm", "C1", &["7", "-"]), record("crm", "C2", &["-", "7"])];
    assert_eq!(summary(&resolve(&contacts(), &records)), ["C1 none C1", "C2 none C2"]);
}

/// Otherwise all records with a blank e-mail would be one person.
#[test]
fn an_empty_key_does_not_match() {
    let records = [record("crm", "C1", &["", "-"]), record("crm", "C2", &["", "-"])];
    assert_eq!(summary(&resolve(&contacts(), &records)), ["C1 none C1", "C2 none C2"]);
}

#[test]
fn ids_sort_by_their_bytes_also_beyond_sixteen() {
    let ids = ["customer-0000000002", "customer-0000000001", "customer-0000000", "é", ""];
    let found = summary(&resolve(&contacts(), &ids.map(|id| record("crm", id, &["-", "-"]))));
    let ids: Vec<&str> = found.iter().map(|line| line.split(" none ").next().unwrap_or_default()).collect();
    assert_eq!(ids, ["", "customer-0000000", "customer-0000000001", "customer-0000000002", "é"]);
}

#[test]
fn no_records_give_no_batches() {
    let (identities, resolution) = Resolver::new(contacts()).expect("layout").finish().expect("resolved");
    assert_eq!((identities.record_count(), identities.person_count(), identities.count()), (0, 0, 0));
    assert_eq!((resolution.links().count(), resolution.review().count()), (0, 0));
}

#[test]
fn output_comes_in_batches_of_8192_and_a_long_chain_is_one_person() {
    let layout = contacts();
    let records: Vec<Record> = (0..20_000_u32)
        .map(|number| {
            let (email, phone) = (format!("{}@x", number / 2), number.div_ceil(2).to_string());
            record("crm", &format!("C{number:05}"), &[&email, &phone])
        })
        .collect();
    let mut resolver = Resolver::new(layout.clone()).expect("layout");
    for part in records.chunks(777) {
        resolver.push(&batch(&layout, part)).expect("push");
    }
    assert!(resolver.memory_size() > 20_000 * 20);
    let (identities, resolution) = resolver.finish().expect("resolved");
    assert_eq!((identities.record_count(), identities.person_count()), (20_000, 1));
    let sizes: Vec<usize> = identities.map(|batch| batch.expect("batch").num_rows()).collect();
    assert_eq!(sizes, [8_192, 8_192, 3_616]);
    // A tree: one link fewer than records.
    assert_eq!(resolution.links().map(|batch| batch.expect("batch").num_rows()).sum::<usize>(), 19_999);
}

#[test]
fn other_string_types_and_untyped_nulls_are_text() {
    let ids = StringViewArray::from(vec!["C2", "C1 with an id too long to be inlined"]);
    let batch = RecordBatch::try_from_iter([
        ("source", Arc::new(StringViewArray::from(vec!["crm", "crm"])) as ArrayRef),
        ("source_id", Arc::new(ids) as ArrayRef),
        ("known_from", new_null_array(&DataType::Null, 2)),
        ("attaches", new_null_array(&DataType::Null, 2)),
        ("email", arrow::compute::cast(&StringArray::from(vec!["a", "a"]), &DataType::LargeUtf8).expect("cast")),
        ("phone", new_null_array(&DataType::Null, 2)),
    ])
    .expect("batch");
    let mut resolver = Resolver::new(contacts()).expect("layout");
    resolver.push(&batch).expect("push");
    assert_eq!(resolver.finish().expect("resolved").0.person_count(), 1);
}
