//! Records and rules that cannot be resolved. Each is an error value that says how to fix it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::DataType;

use super::super::{IdentityError, Layout, Resolver};
use super::{contacts, record, resolve_in};

#[test]
fn a_repeated_source_record_is_named() {
    for id in ["C2", "an identifier of more than sixteen bytes"] {
        let records = [
            record("crm", id, &["a@x", "-"]),
            record("shop", id, &["b@x", "-"]),
            record("crm", "C3", &["-", "-"]),
            record("crm", id, &["c@x", "-"]),
        ];
        let error = resolve_in(&contacts(), &records, &[], 2).expect_err("twice");
        assert!(
            matches!(&error, IdentityError::RecordTwice { source_name, source_id } if source_name == "crm" && source_id == id)
        );
        assert!(error.to_string().starts_with(&format!("source record {id} of crm appears twice")), "{error}");
    }
}

#[test]
fn wrong_records_are_errors_that_say_what_to_do() {
    let mut resolver = Resolver::new(contacts()).expect("layout");
    let text = |texts: Vec<Option<&str>>| Arc::new(StringArray::from(texts)) as ArrayRef;
    let (a, number) = (text(vec![Some("a")]), Arc::new(Int64Array::from(vec![1])) as ArrayRef);
    let null = new_null_array(&DataType::Null, 1);
    let mut push = |names: [&str; 4], values: [&ArrayRef; 4]| {
        let columns = names.into_iter().zip(values.map(ArrayRef::clone)).chain([("e", a.clone()), ("p", a.clone())]);
        resolver.push(&RecordBatch::try_from_iter(columns).expect("batch")).expect_err("wrong").to_string()
    };
    let names = ["source", "source_id", "known_from", "attaches"];
    assert_eq!(
        push(["source_id", "source", "known_from", "attaches"], [&a, &a, &null, &null]),
        "the identity records have the columns source_id, source, known_from, attaches, e, p; select source, source_id, \
         known_from, attaches, email, phone, in this order"
    );
    assert_eq!(
        push(names, [&a, &number, &null, &null]),
        "column source_id of the identity records is Int64: cast it to varchar"
    );
    assert_eq!(push(names, [&a, &a, &a, &null]), "column known_from of the identity records is Utf8: cast it to date");
    assert_eq!(
        push(names, [&a, &a, &null, &number]),
        "column attaches of the identity records is Int64: cast it to boolean"
    );
    let found = push(names, [&a, &text(vec![None]), &null, &null]);
    assert!(found.starts_with("identity record 1 has no source_id"), "{found}");
    assert!(resolver.known_from.is_empty());
}

#[test]
fn rules_have_distinct_and_readable_names() {
    let new = |names: &[&str]| Resolver::new(Layout::of_keys(names)).err().map(|error| error.to_string());
    assert!(new(&["email", "email"]).is_some_and(|error| error.contains("declared twice")));
    for name in ["", "none", "override", "a+b"] {
        assert!(new(&[name]).is_some_and(|error| error.contains("cannot name")), "{name}");
    }
    let many: Vec<String> = (0..32).map(|number| format!("k{number}")).collect();
    assert!(
        new(&many.iter().map(String::as_str).collect::<Vec<_>>()).is_some_and(|error| error.contains("at most 30"))
    );
    assert_eq!(new(&[]), None);
}
