//! What links nobody: shared values, and what speaks against a link. And records that attach.

use super::super::layout::StrongKey;
use super::super::{Layout, Rule};
use super::{Record, record, resolve, summary};

/// Columns email, phone, name, birth_date, number: e-mail of at most three records with two names, phone of at most two.
fn guarded() -> Layout {
    let rule = |name: &str, column, max_records| Rule {
        name: name.to_owned(),
        column,
        max_records: Some(max_records),
        max_names: Some(2),
    };
    Layout {
        columns: ["email", "phone", "name", "birth_date", "number"].map(str::to_owned).to_vec(),
        rules: vec![rule("email", 0, 3), rule("phone", 1, 2)],
        strong: vec![StrongKey { name: "number".to_owned(), column: 4 }],
        name: Some(2),
        birth_date: Some(3),
        ..Layout::default()
    }
}

/// An address that a shop assistant types for everybody who has none.
#[test]
fn the_address_of_a_till_links_nobody() {
    let walk_ins: Vec<Record> = (0..40)
        .map(|number| record("till", &format!("{number:02}"), &["kassa@x", "-", &format!("name {number}"), "-", "-"]))
        .collect();
    let found = resolve(&guarded(), &walk_ins);
    assert!(summary(&found).iter().all(|line| line.contains(" none ")), "{found:?}");
    assert_eq!(found.review, ["shared_value email kassa@x 40 40 00 - more records have the value than a person has"]);
    assert_eq!(found.rules[0], "email 1 0 0 1 40 0 0");
}

/// A till's address with few walk-ins, and a number of a stairwell.
#[test]
fn clearly_different_names_are_several_persons_however_few() {
    let named = |names: &[&str]| -> Vec<Record> {
        let one =
            |(number, name): (usize, &&str)| record("crm", &number.to_string(), &["kassa@x", "-", name, "-", "-"]);
        names.iter().enumerate().map(one).collect()
    };
    let strangers = named(&["anna berg", "bo ek", "cilla dahl"]);
    let found = resolve(&guarded(), &strangers);
    assert_eq!(found.rules[0], "email 1 0 0 1 3 0 0");
    assert_eq!(
        found.review,
        ["shared_value email kassa@x 3 3 0 - records with clearly different names have the value"]
    );
    for (names, counts) in [
        // A couple, a family, one person in several spellings, and strangers of whom nobody knows the names.
        (&["anna berg", "bo ek", "bo ek"][..], "email 1 3 0 0 0 0 0"),
        (&["anna berg", "bo berg", "cilla berg"], "email 1 3 0 0 0 0 0"),
        (&["anna berg", "berg anna", "anna ek"], "email 1 3 0 0 0 0 0"),
        (&["anna berg", "bo ek", "-"], "email 1 3 0 0 0 0 0"),
        // With three strangers, records of one name are not linked either: whose address it is is not known.
        (&["anna berg", "bo ek", "cilla dahl", "anna berg"], "email 1 0 0 1 4 0 0"),
    ] {
        assert_eq!(resolve(&guarded(), &named(names)).rules[0], counts, "{names:?}");
    }
    // A rule that does not look at names links them.
    let mut layout = guarded();
    layout.rules[0].max_names = None;
    assert_eq!(resolve(&layout, &strangers).rules[0], "email 1 3 0 0 0 0 0");
}

/// Records without a name may be anybody's.
#[test]
fn records_without_names_count_as_names() {
    let walk_ins: Vec<Record> =
        (0..4).map(|number| record("till", &number.to_string(), &["kassa@x", "-", "-", "-", "-"])).collect();
    assert_eq!(resolve(&guarded(), &walk_ins).rules[0], "email 1 0 0 1 4 0 0");
    assert_eq!(resolve(&guarded(), &walk_ins[..3]).rules[0], "email 1 3 0 0 0 0 0");
}

#[test]
fn a_person_with_many_records_of_one_name_is_one() {
    let name = |number: usize| if number == 3 { "anna b" } else { "anna berg" };
    let records: Vec<Record> =
        (0..30).map(|number| record("web", &format!("{number:02}"), &["a@x", "-", name(number), "-", "-"])).collect();
    let found = resolve(&guarded(), &records);
    assert_eq!(found.rules[0], "email 1 30 0 0 0 0 0");
    // Without names, the number decides.
    let mut layout = guarded();
    (layout.name, layout.birth_date) = (None, None);
    assert_eq!(resolve(&layout, &records).rules[0], "email 1 0 0 1 30 0 0");
    layout.rules[0].max_records = None;
    assert_eq!(resolve(&layout, &records).rules[0], "email 1 30 0 0 0 0 0");
}

#[test]
fn two_strong_values_are_two_persons() {
    let found = resolve(
        &guarded(),
        &[
            record("crm", "C1", &["a@x", "1", "-", "-", "19900101"]),
            record("crm", "C2", &["a@x", "-", "-", "-", "19600202"]),
            record("crm", "C3", &["a@x", "-", "-", "-", "-"]),
            record("crm", "C4", &["-", "1", "-", "-", "19600202"]),
        ],
    );
    assert_eq!(summary(&found), ["C1 email C1", "C2 none C2", "C3 email C1", "C4 none C4"]);
    assert_eq!(
        found.links,
        [
            "crm C3 crm C1 email a@x linked -",
            "crm C2 crm C1 email a@x blocked two values of number",
            "crm C4 crm C1 phone 1 blocked two values of number",
        ]
    );
    assert_eq!(
        found.review,
        ["conflict email a@x 2 - C2 C1 two values of number", "conflict phone 1 2 - C4 C1 two values of number"]
    );
}

/// A family at one address: parents and child are three persons, and each keeps their own records.
#[test]
fn members_of_a_household_stay_apart() {
    let mut layout = guarded();
    layout.rules[0].max_records = None;
    let found = resolve(
        &layout,
        &[
            record("crm", "C1", &["home@x", "-", "anna berg", "1980-01-01", "-"]),
            record("crm", "C2", &["home@x", "-", "bo berg", "1981-02-02", "-"]),
            record("crm", "C3", &["home@x", "-", "bo berg", "1981-02-02", "-"]),
            record("crm", "C4", &["home@x", "-", "cilla berg", "2011-03-03", "-"]),
            // A new surname, and a birth date with day and month exchanged: one of the two is the same.
            record("crm", "C5", &["home@x", "-", "anna ek", "1980-01-01", "-"]),
            record("crm", "C6", &["home@x", "-", "bo berg", "1981-03-02", "-"]),
        ],
    );
    let persons: Vec<&str> = found.identities.iter().map(|row| &*row[4]).collect();
    assert_eq!(persons, ["C1", "C2", "C2", "C4", "C1", "C2"]);
    assert_eq!(
        found.review,
        [
            "conflict email home@x 2 - C2 C1 two birth dates with two names",
            "conflict email home@x 2 - C4 C1 two birth dates with two names"
        ]
    );
    assert_eq!(found.rules[0], "email 1 5 0 0 0 2 0");
}

/// Two persons with many names each: neither has one birth date and one name any more.
#[test]
fn a_person_of_one_birth_date_and_one_of_one_name_stay_apart() {
    let mut layout = guarded();
    layout.rules[1].max_records = None;
    let found = resolve(
        &layout,
        &[
            record("crm", "C1", &["a@x", "-", "anna berg", "1980-01-01", "-"]),
            record("crm", "C2", &["a@x", "-", "anna ek", "1980-01-01", "-"]),
            record("crm", "C3", &["b@x", "-", "anna ek", "1990-01-01", "-"]),
            record("crm", "C4", &["b@x", "7", "anna ek", "1991-01-01", "-"]),
            record("crm", "C5", &["a@x", "7", "-", "-", "-"]),
        ],
    );
    let persons: Vec<&str> = found.identities.iter().map(|row| &*row[4]).collect();
    assert_eq!(persons, ["C1", "C1", "C3", "C3", "C1"]);
    assert_eq!(found.review, ["conflict phone 7 2 - C5 C4 two birth dates with two names"]);
}

#[test]
fn a_record_that_attaches_joins_nobody_together() {
    let found = resolve(
        &guarded(),
        &[
            record("answers", "A1", &["a@x", "2", "-", "-", "-"]).attaching().known(-9),
            record("answers", "A2", &["b@x", "-", "-", "-", "-"]).attaching(),
            record("answers", "A3", &["c@x", "-", "-", "-", "-"]).attaching(),
            record("answers", "A4", &["c@x", "-", "-", "-", "-"]).attaching(),
            record("crm", "C1", &["a@x", "1", "-", "-", "-"]),
            record("crm", "C2", &["b@x", "2", "-", "-", "-"]),
        ],
    );
    assert_eq!(summary(&found), ["A1 email C1", "A2 email C2", "A3 none -", "A4 none -", "C1 none C1", "C2 none C2"]);
    assert_eq!(found.identities[2][2], "unidentified");
    assert_eq!(found.links, ["answers A1 crm C1 email a@x linked -", "answers A2 crm C2 email b@x linked -"]);
    assert_eq!(found.rules[0], "email 3 0 2 0 0 0 0");
}

/// The value of the first rule leads to two persons, that of the second to one.
#[test]
fn a_record_that_attaches_to_several_persons_goes_on_to_the_next_rule() {
    let records = [
        record("answers", "A1", &["a@x", "2", "-", "-", "-"]).attaching(),
        record("answers", "A2", &["a@x", "-", "-", "-", "-"]).attaching(),
        record("answers", "A3", &["-", "2", "-", "-", "7"]).attaching(),
        record("crm", "C1", &["a@x", "1", "-", "-", "5"]),
        record("crm", "C2", &["a@x", "2", "-", "-", "6"]),
    ];
    let found = resolve(&guarded(), &records);
    assert_eq!(summary(&found)[..3], ["A1 phone C2", "A2 none -", "A3 none -"]);
    assert_eq!(
        found.review[1..],
        [
            "conflict phone 2 2 - A3 C2 two values of number",
            "ambiguous email a@x 1 - A1 C1 the value leads to 2 persons",
            "ambiguous email a@x 1 - A2 C1 the value leads to 2 persons",
        ]
    );
    assert_eq!(found.rules[..2], ["email 1 0 0 0 0 1 2", "phone 2 0 1 0 0 1 0"]);
}

/// Answers do not describe persons: many of them do not make an address suspicious.
#[test]
fn records_that_attach_do_not_count_for_a_guard() {
    let mut records: Vec<Record> = (0..20)
        .map(|number| record("answers", &number.to_string(), &["a@x", "-", "-", "-", "-"]).attaching())
        .collect();
    records.push(record("crm", "C1", &["a@x", "-", "-", "-", "-"]));
    assert_eq!(resolve(&guarded(), &records).rules[0], "email 1 0 20 0 0 0 0");
}
