//! Overrides: an analyst's decision wins over every rule.

use super::super::layout::StrongKey;
use super::super::{IdentityError, Layout};
use super::{Decision, Record, record, resolve_in, summary};

/// Columns email, name, birth_date, number.
fn layout() -> Layout {
    let mut layout = Layout::of_keys(&["email", "name", "birth_date", "number"]);
    layout.rules.truncate(1);
    layout.strong = vec![StrongKey { name: "number".to_owned(), column: 3 }];
    (layout.name, layout.birth_date) = (Some(1), Some(2));
    layout
}

fn records() -> Vec<Record> {
    vec![
        record("crm", "C1", &["a@x", "anna", "1980", "1"]),
        record("crm", "C2", &["b@x", "bo", "1990", "2"]),
        record("crm", "C3", &["a@x", "anna", "1980", "-"]),
        record("crm", "C4", &["a@x", "bo", "1990", "2"]),
        record("web", "W1", &["a@x", "-", "-", "-"]).attaching(),
    ]
}

fn decided(decisions: &[Decision<'_>]) -> Vec<String> {
    summary(&resolve_in(&layout(), &records(), decisions, 2).expect("resolved"))
}

const C1: (&str, &str) = ("crm", "C1");
const C2: (&str, &str) = ("crm", "C2");
const C3: (&str, &str) = ("crm", "C3");
const C4: (&str, &str) = ("crm", "C4");
const W1: (&str, &str) = ("web", "W1");

#[test]
fn without_decisions_the_evidence_decides() {
    assert_eq!(decided(&[]), ["C1 email C1", "C2 none C2", "C3 email C1", "C4 none C4", "W1 none -"]);
}

#[test]
fn same_wins_over_two_strong_values() {
    let found = decided(&[(C2, C1, "same")]);
    // C4 has the number, the name and the birth date that the analyst has accepted for this person.
    assert_eq!(found, ["C1 override+email C1", "C2 override C1", "C3 email C1", "C4 email C1", "W1 email C1"]);
}

#[test]
fn different_wins_over_an_equal_value() {
    let found = resolve_in(&layout(), &records(), &[(C3, C1, "different")], 2).expect("resolved");
    assert_eq!(summary(&found), ["C1 none C1", "C2 none C2", "C3 none C3", "C4 none C4", "W1 none -"]);
    assert!(
        found.links.contains(&"crm C3 crm C1 email a@x blocked a decision says that they are different".to_owned())
    );
    // Nobody needs to look at what is decided. C4 contradicts the person of C1 by its number.
    assert_eq!(found.rules[0], "email 2 0 0 0 0 1 1");
    assert!(!found.review.iter().any(|line| line.contains("C3 C1")), "{found:?}");
}

#[test]
fn a_decision_about_a_record_that_attaches() {
    assert_eq!(decided(&[(W1, C2, "same")])[4], "W1 override C2");
    assert_eq!(decided(&[(C4, W1, "different")])[4], "W1 email C1");
}

#[test]
fn a_decision_about_an_unknown_record_is_listed() {
    let found = resolve_in(&layout(), &records(), &[(C1, ("crm", "C9"), "same")], 2).expect("resolved");
    let wanted = "override override - - - C1 C9 the decision names a record that does not exist";
    assert!(found.review.contains(&wanted.to_owned()), "{found:?}");
}

#[test]
fn contradictions_are_named() {
    let error = |decisions: &[Decision<'_>]| {
        let error = resolve_in(&layout(), &records(), decisions, 9).expect_err("contradiction");
        assert!(matches!(error, IdentityError::ContradictingOverrides { .. }));
        error.to_string()
    };
    let decisions = [(C1, C2, "same"), (C4, C2, "same"), (C4, C1, "different"), (C3, C1, "same")];
    assert_eq!(
        error(&decisions),
        "identity overrides contradict each other: crm C1 and crm C4 are `different`, and `same` through crm C1 = crm C2 = \
         crm C4. Take one of these decisions back"
    );
    assert!(error(&[(C1, C1, "different")]).contains("through crm C1."));
    assert!(error(&[(W1, C1, "same"), (W1, C1, "different")]).contains("web W1 and crm C1 are `different`"));
}

#[test]
fn an_unknown_decision_is_an_error() {
    let error = resolve_in(&layout(), &records(), &[(C1, C2, "maybe")], 9).expect_err("unknown").to_string();
    assert!(error.starts_with("the identity override of crm C1 and crm C2 says 'maybe'"), "{error}");
}
