//! Overrides: an analyst's decision wins over every rule.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};

use super::super::layout::StrongKey;
use super::super::{DECISION_TIME_COLUMNS, IdentityError, Layout, Resolver};
use super::{Decision, Record, batch, decisions_batch, record, resolve_in, summary};

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
    assert!(error(&[(W1, C1, "same"), (W1, C3, "different"), (C1, C3, "same")]).contains("are `different`"));
}

#[test]
fn an_unknown_decision_is_an_error() {
    let error = resolve_in(&layout(), &records(), &[(C1, C2, "maybe")], 9).expect_err("unknown").to_string();
    assert!(error.starts_with("the identity override of crm C1 and crm C2 says 'maybe'"), "{error}");
}

#[test]
fn one_record_named_twice_is_an_error() {
    for verdict in ["same", "different"] {
        let error = resolve_in(&layout(), &records(), &[(C1, C1, verdict)], 9).expect_err("one record").to_string();
        assert!(error.starts_with("an identity override names crm C1 twice: both ids are the same record."), "{error}");
    }
}

/// A decision, when it was made, and whether that is after the as-of day.
type Timed<'a> = (Decision<'a>, Option<i64>, bool);

/// The persons of C1 and C3, which one address makes one, and what became of the decisions: those that count, that a
/// later one replaces, that hold though they are later, and that are left out.
fn timed(decisions: &[Timed<'_>], leave_out: bool) -> Result<(bool, [usize; 4]), IdentityError> {
    let mut resolver = Resolver::new(layout())?;
    resolver.push(&batch(&layout(), &records()))?;
    if leave_out {
        resolver.leave_later_decisions_out();
    }
    for (decision, at, is_later) in decisions {
        let pair = decisions_batch(&[*decision]);
        let names = pair.schema();
        let mut columns: Vec<(String, ArrayRef)> =
            names.fields().iter().map(|field| field.name().clone()).zip(pair.columns().iter().cloned()).collect();
        let [name, later] = DECISION_TIME_COLUMNS.map(str::to_owned);
        columns.push((name, Arc::new(Int64Array::from(vec![*at]))));
        columns.push((later, Arc::new(BooleanArray::from(vec![*is_later]))));
        resolver.push_overrides(&RecordBatch::try_from_iter(columns).expect("batch"))?;
    }
    let (identities, resolution) = resolver.finish()?;
    let keys: Vec<String> = identities
        .flat_map(|batch| super::lines(&batch.expect("batch"), &["source_id", "customer_key"]))
        .filter(|line| line.starts_with("C1 ") || line.starts_with("C3 "))
        .map(|line| line[3..].to_owned())
        .collect();
    let found = &resolution.unapplied;
    let counts = [found.applied as usize, found.superseded as usize, found.held.len(), found.later.len()];
    Ok((keys[0] == keys[1], counts))
}

#[test]
fn the_later_of_two_decisions_about_a_pair_wins_in_any_order_of_rows_and_sides() {
    let same = ((C1, C3, "same"), Some(10), false);
    let different = ((C3, C1, "different"), Some(20), false);
    for rows in [[same, different], [different, same]] {
        assert_eq!(timed(&rows, true).expect("resolved"), (false, [1, 1, 0, 0]));
    }
    let taken_back = ((C1, C3, "same"), Some(30), false);
    for rows in [[same, different, taken_back], [taken_back, same, different]] {
        assert_eq!(timed(&rows, true).expect("resolved"), (true, [1, 2, 0, 0]));
    }
    // One without a time is older than all others.
    assert!(!timed(&[different, ((C1, C3, "same"), None, false)], true).expect("resolved").0);
}

#[test]
fn two_verdicts_of_one_time_are_an_error() {
    for (at, words) in [(Some(10), "decided at the same time"), (None, "decided without a time")] {
        let rows = [((C1, C3, "same"), at, false), ((C3, C1, "different"), at, false)];
        let error = timed(&rows, false).expect_err("two verdicts");
        let message = error.to_string();
        assert!(
            message.contains("crm C1 and crm C3 are `same` and `different`") && message.contains(words),
            "{message}"
        );
    }
    assert_eq!(timed(&[((C1, C3, "different"), Some(1), false); 2], false).expect("resolved").1, [1, 0, 0, 0]);
}

#[test]
fn a_decision_after_the_day_holds_unless_the_run_is_for_a_day_of_its_own() {
    let rows = [((C1, C3, "different"), Some(10), true)];
    assert_eq!(timed(&rows, false).expect("resolved"), (false, [1, 0, 1, 0]));
    assert_eq!(timed(&rows, true).expect("resolved"), (true, [0, 0, 0, 1]));
}
