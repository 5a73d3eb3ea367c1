//! Records and labels that cannot be resolved. Each is an error value that says how to fix it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use super::super::{IdentityError, Resolver};
use super::{labels, record, resolve_in};

#[test]
fn a_repeated_source_record_is_named() {
    for id in ["C2", "an identifier of more than sixteen bytes"] {
        let records = [
            record("crm", id, "a@x", "-"),
            record("shop", id, "b@x", "-"),
            record("crm", "C3", "-", "-"),
            record("crm", id, "c@x", "-"),
        ];
        let error = resolve_in(&records, 2).expect_err("twice");
        assert!(
            matches!(&error, IdentityError::RecordTwice { source_name, source_id } if source_name == "crm" && source_id == id)
        );
        assert!(error.to_string().starts_with(&format!("source record {id} of crm appears twice")), "{error}");
    }
}

#[test]
fn wrong_records_are_errors_that_say_what_to_do() {
    let mut resolver = Resolver::new(labels()).expect("labels");
    let text = |texts: Vec<Option<&str>>| Arc::new(StringArray::from(texts)) as ArrayRef;
    let push = |resolver: &mut Resolver, columns: Vec<(&str, ArrayRef)>| {
        resolver.push(&RecordBatch::try_from_iter(columns).expect("batch")).expect_err("wrong").to_string()
    };
    let (a, number) = (text(vec![Some("a")]), Arc::new(Int64Array::from(vec![1])) as ArrayRef);
    let found =
        push(&mut resolver, vec![("source_id", a.clone()), ("source", a.clone()), ("e", a.clone()), ("p", a.clone())]);
    assert_eq!(
        found,
        "the identity records have the columns source_id, source, e, p; select source, source_id, and one key column for each of: email, phone, in this order"
    );
    let found = push(&mut resolver, vec![("source", a.clone()), ("source_id", a.clone()), ("e", a.clone())]);
    assert!(found.contains("have the columns source, source_id, e;"), "{found}");
    let found =
        push(&mut resolver, vec![("source", a.clone()), ("source_id", number), ("e", a.clone()), ("p", a.clone())]);
    assert_eq!(found, "column source_id of the identity records is Int64: cast it to varchar");
    let found =
        push(&mut resolver, vec![("source", a.clone()), ("source_id", text(vec![None])), ("e", a.clone()), ("p", a)]);
    assert!(found.starts_with("identity record 1 has no source_id"), "{found}");
    assert_eq!(resolver.records, 0);
}

#[test]
fn labels_must_be_distinct_and_readable() {
    let new = |labels: &[&str]| {
        Resolver::new(labels.iter().map(|label| (*label).to_owned()).collect()).err().map(|error| error.to_string())
    };
    assert!(new(&["email", "email"]).is_some_and(|error| error.contains("declared twice")));
    for label in ["", "none", "a+b"] {
        assert!(new(&[label]).is_some_and(|error| error.contains("cannot label")), "{label}");
    }
    let many: Vec<String> = (0..17).map(|number| format!("k{number}")).collect();
    assert!(
        new(&many.iter().map(String::as_str).collect::<Vec<_>>()).is_some_and(|error| error.contains("at most 16"))
    );
    assert_eq!(new(&[]), None);
}
