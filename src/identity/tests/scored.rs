//! Scored links: what keeps records apart, what is listed, and what a score is made of. The weights are given.

use super::super::layout::StrongKey;
use super::super::{Block, BlockKey, Comparison, IdentityError, Layout, Likeness, Part, Resolver, Rule, Scoring};
use super::{Found, Record, batch, record, resolve, resolve_in, summary};

/// Columns email, phone, name, birth_date, number; a phone or a birth date makes a pair, a phone is nearly enough.
fn scored() -> Layout {
    let block =
        |name: &str, column| Block { name: name.to_owned(), keys: vec![BlockKey { column, part: Part::Whole }] };
    let comparison = |name: &str, column, like, weights: &[f64]| Comparison {
        name: name.to_owned(),
        column,
        like,
        frequency: false,
        weights: Some(weights.to_vec()),
    };
    Layout {
        columns: ["email", "phone", "name", "birth_date", "number"].map(str::to_owned).to_vec(),
        rules: vec![Rule { name: "email".to_owned(), column: 0, max_records: None, max_names: None }],
        strong: vec![StrongKey { name: "number".to_owned(), column: 4 }],
        name: Some(2),
        birth_date: Some(3),
        scored: Some(Scoring {
            blocks: vec![block("phone", 1), block("birth_date", 3)],
            comparisons: vec![
                comparison("phone", 1, Likeness::Phone, &[20.0, 10.0, 6.0, 4.0, -1.0]),
                comparison("name", 2, Likeness::Name, &[8.0, 6.0, 4.0, 0.0, -8.0]),
                comparison("birth_date", 3, Likeness::Date, &[18.0, 8.0, 7.0, 3.0, -3.0]),
            ],
            prior: Some(0.001),
            merge: 0.99,
            review: 0.9,
            max_block: 3,
        }),
        ..Layout::default()
    }
}

/// The rule `scored` in the table of rules: pairs, records linked, attached, blocks stopped, their records, conflicts,
/// doubts.
fn counts(found: &Found) -> &str {
    found.rules.last().map(String::as_str).unwrap_or_default()
}

fn first_records(found: &Found) -> Vec<&str> {
    found.identities.iter().map(|row| &*row[4]).collect()
}

#[test]
fn a_slip_in_name_and_birth_date_keeps_nobody_apart() {
    let records = [
        record("crm", "C1", &["a@x", "701", "anna berg", "1980-01-02", "-"]),
        record("crm", "C2", &["a@x", "701", "berg ana", "1980-02-01", "-"]),
    ];
    let found = resolve(&scored(), &records);
    assert_eq!(first_records(&found), ["C1", "C1"]);
    assert_eq!(found.links, ["crm C2 crm C1 scored - linked -"]);
    assert_eq!(found.review, Vec::<String>::new());
    // What the rule kept apart, the score brought together: it is in question no more.
    assert_eq!(found.rules[0], "email 1 2 0 0 0 0 0");
    // Without scores, it is.
    let exact = Layout { scored: None, ..scored() };
    assert_eq!(resolve(&exact, &records).review, ["conflict email a@x 2 - C2 C1 two birth dates with two names"]);
}

/// Mother and daughter, and twins, at one number: one of name and birth date is like, the other is not.
#[test]
fn members_of_a_household_stay_apart_for_any_score() {
    for other in [["anne berg", "1952-07-09"], ["bo berg", "1980-01-03"], ["bo berg", "1981-01-02"]] {
        let found = resolve(
            &scored(),
            &[
                record("crm", "C1", &["-", "701", "anna berg", "1980-01-02", "-"]),
                record("crm", "C2", &["-", "701", other[0], other[1], "-"]),
            ],
        );
        assert_eq!(first_records(&found), ["C1", "C2"], "{other:?}");
        assert_eq!(counts(&found), "scored 1 0 0 0 0 1 0", "{other:?}");
    }
}

/// Each of the two is like one record of the person, and too unlike the other one.
#[test]
fn no_record_of_a_person_may_differ_in_both() {
    let found = resolve(
        &scored(),
        &[
            record("crm", "C1", &["a@x", "701", "anna berg", "1980-01-02", "-"]),
            record("crm", "C2", &["a@x", "-", "cecilia ek", "1980-01-02", "-"]),
            record("crm", "C3", &["-", "701", "ana berg", "1980-01-03", "-"]),
        ],
    );
    assert_eq!(first_records(&found), ["C1", "C1", "C3"]);
    assert_eq!(found.review, ["conflict scored - 2 - C3 C1 two birth dates with two names"]);
}

#[test]
fn two_strong_values_keep_scored_records_apart() {
    let found = resolve(
        &scored(),
        &[
            record("crm", "C1", &["-", "701", "anna berg", "1980-01-02", "19800102"]),
            record("crm", "C2", &["-", "701", "anna berg", "1980-01-02", "19990102"]),
        ],
    );
    assert_eq!(first_records(&found), ["C1", "C2"]);
    assert_eq!(found.links, ["crm C2 crm C1 scored - blocked two values of number"]);
    assert_eq!(found.review, ["conflict scored - 2 - C2 C1 two values of number"]);
}

#[test]
fn decisions_win_over_scores() {
    let mut records = vec![
        record("crm", "C1", &["-", "701", "anna berg", "1980-01-02", "-"]),
        record("crm", "C2", &["-", "701", "anna berg", "1980-01-02", "-"]),
        record("crm", "C3", &["-", "701", "ana berg", "1980-01-02", "-"]),
    ];
    let decide = |records: &[Record], decision| {
        resolve_in(&scored(), records, &[(("crm", "C1"), ("crm", "C2"), decision)], 2).expect("resolved")
    };
    // C3 is like both; it joins one of them, and not the other through it.
    let found = decide(&records, "different");
    assert_eq!(first_records(&found), ["C1", "C2", "C1"]);
    assert_eq!(found.review, Vec::<String>::new());
    assert!(found.links.contains(&"crm C2 crm C1 scored - blocked a decision says that they are different".to_owned()));
    // `same` wins over what speaks against it.
    records[1] = record("crm", "C2", &["-", "701", "bo ek", "1952-07-09", "-"]);
    records.truncate(2);
    assert_eq!(first_records(&decide(&records, "same")), ["C1", "C1"]);
    assert_eq!(first_records(&resolve(&scored(), &records)), ["C1", "C2"]);
}

#[test]
fn a_chain_whose_ends_are_unlike_is_listed() {
    let found = resolve(
        &scored(),
        &[
            record("crm", "C1", &["-", "701", "anna berg", "-", "-"]),
            record("crm", "C2", &["-", "701", "-", "1980-01-02", "-"]),
            record("crm", "C3", &["-", "-", "cecilia ek", "1980-01-02", "-"]),
        ],
    );
    assert_eq!(first_records(&found), ["C1", "C1", "C3"]);
    assert_eq!(
        found.review,
        ["score scored - 2 - C3 C2 the two are alike, but other records of their persons are not"]
    );
    assert_eq!(counts(&found), "scored 2 2 0 0 0 0 1");
}

/// The number of a switchboard: four records are more than `max_block`.
#[test]
fn a_block_that_is_too_large_is_listed_and_not_compared() {
    let records: Vec<Record> =
        (1..=4).map(|number| record("crm", &format!("C{number}"), &["-", "701", "anna berg", "-", "-"])).collect();
    let found = resolve(&scored(), &records);
    assert_eq!(first_records(&found), ["C1", "C2", "C3", "C4"]);
    let reason = "more records than `max_block` agree in phone: their pairs are not compared by it";
    assert_eq!(found.review, [format!("shared_value scored 701 4 - C1 - {reason}")]);
    assert_eq!(counts(&found), "scored 0 0 0 1 4 0 0");
    // One fewer are compared.
    assert_eq!(first_records(&resolve(&scored(), &records[1..])), ["C2", "C2", "C2"]);
}

/// Answers and guest orders make no pairs: they join one person by a rule.
#[test]
fn records_that_attach_are_not_scored() {
    let records = [
        record("crm", "C1", &["-", "701", "anna berg", "1980-01-02", "-"]),
        record("answers", "A1", &["-", "701", "anna berg", "1980-01-02", "-"]).attaching(),
    ];
    let found = resolve(&scored(), &records);
    assert_eq!(summary(&found), ["A1 none -", "C1 none C1"]);
    assert_eq!(counts(&found), "scored 0 0 0 0 0 0 0");
}

/// Phone and name equal, birth date unknown, prior 0.001. Many have the name, and it weighs what is given all the same.
#[test]
fn given_weights_add_up_to_the_score() {
    let mut layout = scored();
    let mut records: Vec<Record> =
        (1..=9).map(|number| record("crm", &format!("D{number}"), &["-", "-", "anna berg", "-", "-"])).collect();
    records.push(record("crm", "C1", &["-", "701", "anna berg", "-", "-"]));
    records.push(record("crm", "C2", &["-", "701", "anna berg", "-", "-"]));
    let weight = 20.0 + 8.0 + (0.001_f64 / 0.999).log2();
    let score = 1.0 / (1.0 + (-weight).exp2());
    for (merge, wanted) in [(score - 1e-9, "C1"), (score + 1e-9, "C2")] {
        let scoring = layout.scored.as_mut().expect("scored");
        (scoring.merge, scoring.review) = (merge, 0.9);
        assert_eq!(first_records(&resolve(&layout, &records))[1], wanted, "{merge}");
    }
}

#[test]
fn weights_that_too_few_pairs_would_estimate_end_the_resolution() {
    let mut layout = scored();
    let scoring = layout.scored.as_mut().expect("scored");
    scoring.prior = None;
    for comparison in &mut scoring.comparisons {
        (comparison.weights, comparison.frequency) = (None, true);
    }
    let records: Vec<Record> = (0..12)
        .map(|number| {
            let (phone, person) = (format!("70{number}"), number / 2);
            let birth_date = format!("19{}-0{}-11", 50 + person, 1 + person);
            record("crm", &format!("C{number:02}"), &["-", &phone, &format!("name{person} berg"), &birth_date, "-"])
        })
        .collect();
    let error = resolve_in(&layout, &records, &[], 3).expect_err("six pairs").to_string();
    assert!(error.contains("estimates the weights of `phone` from likely pairs"), "{error}");
    assert!(error.contains("it needs 10: give `weights` and `prior`"), "{error}");
    // Without any pair, there is nothing to weigh.
    assert_eq!(resolve_in(&layout, &records[..1], &[], 3).expect("resolved").identities.len(), 1);
}

#[test]
fn pairs_that_exceed_the_memory_are_refused() {
    let layout = scored();
    let records: Vec<Record> =
        (1..=3).map(|number| record("crm", &format!("C{number}"), &["-", "701", "anna berg", "-", "-"])).collect();
    let finished = |limit: usize| {
        let budget = move |bytes| if bytes <= limit { Ok(()) } else { Err(format!("{bytes} of {limit}").into()) };
        let mut resolver = Resolver::new(layout.clone()).expect("layout").within(Box::new(budget));
        resolver.push(&batch(&layout, &records)).expect("push");
        resolver.finish()
    };
    let Err(error) = finished(3 * 16 - 1) else { panic!("three pairs fit") };
    assert!(matches!(error, IdentityError::NoMemory { pairs: 3, mebibytes: 1, .. }), "{error}");
    assert!(error.to_string().contains("lower `max_block`"), "{error}");
    // Pairs fit, those that are likely do not.
    assert!(matches!(finished(3 * 16), Err(IdentityError::NoMemory { .. })));
    assert!(finished(1 << 10).is_ok());
}
