//! Scored matching of the default pipeline, from the YAML to the tables.

use super::support::{Copy, repository, texts};

const PIPELINE: &str = "pipelines/customer_lifecycle.yml";

/// The default pipeline with the `scored` block of docs/identity.md, and `weights` in it instead of estimates.
fn with_weights() -> Copy {
    let manual = std::fs::read_to_string(repository().join("docs/identity.md")).unwrap();
    let (_, rest) = manual.split_once("```yaml\n  scored:\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    let mut block = format!("  scored:\n{block}    prior: 0.001\n");
    for (key, weights) in [
        ("name", "equal: 8, one_edit: 6, close: 4, similar: 0, different: -8"),
        ("birth_date", "equal: 18, exchanged: 8, one_digit: 7, two_parts: 3, different: -3"),
        ("email", "equal: 20, one_edit: 10, same_local: 6, two_edits: 4, different: -1"),
        ("phone", "equal: 20, one_digit: 10, same_end: 6, two_digits: 4, different: -1"),
    ] {
        let place = format!("      {key}: {{}}\n");
        assert!(block.contains(&place), "{place}");
        block = block.replace(&place, &format!("      {key}: {{ weights: {{ {weights} }} }}\n"));
    }
    let copy = Copy::of_repository();
    copy.edit(
        PIPELINE,
        "  overrides: stg_identity_overrides\n",
        &format!("  overrides: stg_identity_overrides\n{block}"),
    );
    copy
}

fn record(id: &str, first_name: &str, born: &str, since: &str) -> String {
    format!("{id},,+46701740605,{first_name},Lind,{born},11122,Stockholm,SE,{since},organic,0.00,true,false,\n")
}

/// One phone for Anna, for Anna with slips in name and birth date, and for her mother Asta. The exact rule keeps all
/// three apart; the score knows a slip from a second person.
#[test]
fn a_score_brings_slips_together_and_leaves_a_household_apart() {
    let copy = with_weights();
    let lines = record("SC001", "Anna", "1980-01-02", "2025-03-01")
        + &record("SC002", "Ana", "1980-01-03", "2025-03-02")
        + &record("SC003", "Asta", "1952-07-09", "2025-03-03");
    copy.append("sample_data/crm_customers.csv", &lines);
    let select = ["--select", "+identity_review", "--select", "+customer_identities"];
    copy.lojal(&[&["run", "--as-of", "2025-12-31"][..], &select].concat()).exits(0);
    let identities = copy.warehouse().table("customer_identities");
    let [ids, keys, by] = ["source_id", "customer_key", "matched_by"].map(|name| texts(&identities, name));
    let at = |id: &str| ids.iter().position(|found| found == id).unwrap();
    assert_eq!(keys[at("SC001")], keys[at("SC002")]);
    assert_ne!(keys[at("SC001")], keys[at("SC003")]);
    assert!(by[at("SC002")].contains("scored"), "{}", by[at("SC002")]);
    let review = copy.warehouse().table("identity_review");
    let columns = ["kind", "rule", "source_id", "other_source_id"].map(|name| texts(&review, name));
    let mut cases: Vec<String> = (0..review.num_rows())
        .map(|row| columns.each_ref().map(|column| column[row].clone()).join(" "))
        .filter(|case| case.contains("SC0"))
        .collect();
    cases.sort();
    // Nobody need look at what the score has settled.
    assert_eq!(cases, ["conflict phone SC003 SC001", "conflict scored SC003 SC001"]);
}
