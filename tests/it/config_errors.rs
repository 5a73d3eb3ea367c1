//! Mistakes in pipeline files and on the command line. Each ends with exit code 2 before any data is read, and reports
//! its position, what is wrong and how to fix it. The extracts do not even exist.

use super::mistakes::{PIPELINE, check, mistakes, project};
use super::support::{Copy, lojal, matches_snapshot, outcome};

#[test]
fn a_valid_project_passes_without_extracts() {
    matches_snapshot!("sound_project", project().lojal(&["check"]).exits(0));
}

#[test]
fn run_finds_the_same_mistakes_before_it_touches_the_warehouse() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "base_currency", "base_curency");
    let checked = copy.lojal(&["check"]).exits(2);
    let run = copy.lojal(&["run", "--quiet"]).exits(2);
    assert_eq!(run.stderr, checked.stderr);
    assert!(!copy.path().join("warehouse").exists());
}

// Pipeline files

#[test]
fn unknown_key() {
    mistakes!(1, "unknown_key", check(PIPELINE, "    event_time: joined_on", "    event_tme: joined_on"));
}

#[test]
fn unknown_key_at_the_top() {
    mistakes!(1, "unknown_key_at_the_top", check(PIPELINE, "max_rejected: 10%", "max_rejects: 10%"));
}

#[test]
fn unknown_column_type() {
    mistakes!(1, "unknown_column_type", check(PIPELINE, "joined_on: { type: date", "joined_on: { type: datum"));
}

#[test]
fn impossible_decimal_type() {
    mistakes!(1, "impossible_decimal_type", check(PIPELINE, "decimal(10,2)", "decimal(2,10)"));
}

#[test]
fn wrong_kind_of_value() {
    mistakes!(1, "wrong_kind_of_value", check(PIPELINE, "    optional: true", "    optional: perhaps"));
}

#[test]
fn list_where_a_map_belongs() {
    mistakes!(1, "list_where_a_map_belongs", check(PIPELINE, "vars:\n  extracts: extracts", "vars:\n  - extracts"));
}

#[test]
fn missing_key() {
    mistakes!(1, "missing_key", check(PIPELINE, "time_zone: Europe/Stockholm\n", ""));
}

#[test]
fn missing_key_in_a_source() {
    mistakes!(1, "missing_key_in_a_source", check(PIPELINE, "    path: $extracts/orders*.csv\n", ""));
}

#[test]
fn key_given_twice() {
    mistakes!(1, "key_given_twice", check(PIPELINE, "base_currency: SEK", "base_currency: SEK\nbase_currency: EUR"));
}

#[test]
fn yaml_that_does_not_parse() {
    mistakes!(
        1,
        "yaml_that_does_not_parse",
        check(PIPELINE, "    key: [source, source_id]", "    key: [source, source_id")
    );
}

#[test]
fn bad_time_zone() {
    mistakes!(1, "bad_time_zone", check(PIPELINE, "Europe/Stockholm", "Europe/Stokholm"));
}

#[test]
fn unknown_var_in_a_path() {
    mistakes!(1, "unknown_var_in_a_path", check(PIPELINE, "$extracts/orders*.csv", "$extract/orders*.csv"));
}

#[test]
fn unset_environment_variable() {
    mistakes!(1, "unset_environment_variable", check(PIPELINE, "$extracts/orders*.csv", "${SHOP_FOLDER}/orders*.csv"));
}

#[test]
fn environment_variables_have_defaults_and_are_never_shown() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "$extracts/orders*.csv", "${SHOP_FOLDER:-extracts}/orders*.csv");
    copy.lojal(&["check"]).exits(0);
    let mut run = copy.command(&["run", "--quiet"]);
    let ended = outcome(run.env("SHOP_FOLDER", "hemlig-mapp")).exits(1);
    matches_snapshot!("environment_variable_not_shown", ended);
    assert!(!ended.stderr.contains("hemlig-mapp"));
}

#[test]
fn bound_of_another_type() {
    mistakes!(1, "bound_of_another_type", check(PIPELINE, "min: 1, max: 100", "min: one, max: 100"));
}

#[test]
fn accepted_value_of_another_type() {
    let rule = "is_paid: { type: bool, required: true,";
    let wrong = "is_paid: { type: bool, required: true, accepted_values: [kanske],";
    mistakes!(1, "accepted_value_of_another_type", check(PIPELINE, rule, wrong));
}

#[test]
fn bad_max_rejected() {
    mistakes!(1, "bad_max_rejected", check(PIPELINE, "max_rejected: 10%", "max_rejected: few"));
}

#[test]
fn no_snapshot_kept() {
    mistakes!(1, "no_snapshot_kept", check(PIPELINE, "keep_snapshots: 3", "keep_snapshots: 0"));
}

#[test]
fn event_time_that_is_not_a_column() {
    mistakes!(1, "event_time_that_is_not_a_column", check(PIPELINE, "event_time: ordered_at", "event_time: order_at"));
}

#[test]
fn event_time_that_is_not_a_time() {
    mistakes!(1, "event_time_that_is_not_a_time", check(PIPELINE, "event_time: ordered_at", "event_time: member_id"));
}

#[test]
fn amount_that_is_not_a_number() {
    mistakes!(
        1,
        "amount_that_is_not_a_number",
        check(PIPELINE, "amount: [quantity, unit_price]", "amount: [quantity, note]")
    );
}

#[test]
fn delimiter_of_two_characters() {
    let path = "    path: $extracts/orders*.csv\n";
    let format = "    path: $extracts/orders*.csv\n    format: { csv: { delimiter: \"||\" } }\n";
    mistakes!(1, "delimiter_of_two_characters", check(PIPELINE, path, format));
}

#[test]
fn unknown_format() {
    let path = "    path: $extracts/orders*.csv\n";
    mistakes!(
        1,
        "unknown_format",
        check(PIPELINE, path, "    path: $extracts/orders*.csv\n    format: { excel: {} }\n")
    );
}

#[test]
fn unknown_check() {
    mistakes!(1, "unknown_check", check(PIPELINE, "checks: [{ range: { min: 1 } }]", "checks: [{ rnge: { min: 1 } }]"));
}

#[test]
fn check_against_a_missing_table() {
    let range = "checks: [{ range: { min: 1 } }]";
    let wrong = "checks: [{ relationships: { table: person_sale, column: orders } }]";
    mistakes!(1, "check_against_a_missing_table", check(PIPELINE, range, wrong));
}

#[test]
fn expression_with_an_unknown_column() {
    let wrong = "- expression: { name: positive, sql: \"revenu > 0\" }";
    mistakes!(1, "expression_with_an_unknown_column", check(PIPELINE, "- row_count: { min: 1 }", wrong));
}

#[test]
fn identity_from_a_missing_model() {
    let (right, wrong) = ("records: int_member_records", "records: int_members_records");
    mistakes!(1, "identity_from_a_missing_model", check(PIPELINE, right, wrong));
}

#[test]
fn identity_by_a_missing_column() {
    let (right, wrong) = ("email: { column: email_key }", "email: { column: mail_key }");
    mistakes!(1, "identity_by_a_missing_column", check(PIPELINE, right, wrong));
}

#[test]
fn several_mistakes_are_reported_together() {
    let copy = project();
    copy.edit(PIPELINE, "time_zone: Europe/Stockholm", "timezone: Europe/Stockholm");
    copy.edit(PIPELINE, "joined_on: { type: date", "joined_on: { typ: date");
    copy.edit(PIPELINE, "    optional: true", "    optional: perhaps");
    copy.edit(PIPELINE, "keep_snapshots: 3", "keep_snapshot: 3");
    mistakes!(4, "several_mistakes", copy.lojal(&["check"]).exits(2));
}

#[test]
fn several_unknown_names_are_reported_together() {
    let copy = project();
    copy.edit(PIPELINE, "Europe/Stockholm", "Europe/Stokholm");
    copy.edit(PIPELINE, "event_time: ordered_at", "event_time: order_at");
    copy.edit(PIPELINE, "decimal(10,2)", "decimal(10)");
    mistakes!(3, "several_names", copy.lojal(&["check"]).exits(2));
}

// Arguments on the command line

#[test]
fn missing_pipeline() {
    matches_snapshot!("missing_pipeline", project().lojal(&["check", "shopp"]).exits(2));
}

#[test]
fn folder_that_is_not_a_project() {
    let empty = tempfile::tempdir().unwrap();
    matches_snapshot!("not_a_project", outcome(lojal(empty.path()).arg("check")).exits(2));
}

#[test]
fn two_pipelines_to_choose_from() {
    let copy = project();
    copy.write("pipelines/other.yml", copy.read(PIPELINE).replace("name: shop", "name: other"));
    matches_snapshot!("two_pipelines", copy.lojal(&["check"]).exits(2));
    copy.lojal(&["check", "shop"]).exits(0);
    copy.lojal(&["check", "pipelines/other.yml"]).exits(0);
}

#[test]
fn unknown_var() {
    matches_snapshot!("unknown_var", project().lojal(&["check", "--vars", "extract=x"]).exits(2));
}

#[test]
fn var_of_another_kind() {
    matches_snapshot!("var_of_another_kind", project().lojal(&["check", "--vars", "large_order=much"]).exits(2));
}

#[test]
fn var_without_a_value() {
    matches_snapshot!("var_without_a_value", project().lojal(&["check", "--vars", "large_order"]).exits(2));
}

#[test]
fn selection_of_nothing() {
    matches_snapshot!("selection_of_nothing", project().lojal(&["check", "--select", "person_sale"]).exits(2));
}

#[test]
fn warehouse_of_another_kind() {
    let ended = project().lojal(&["check", "--warehouse", "s3://key:secret@bucket/shop"]);
    matches_snapshot!("warehouse_of_another_kind", ended);
    assert!(!ended.stderr.contains("secret"));
    ended.exits(2);
}

#[test]
fn day_that_does_not_exist() {
    matches_snapshot!("day_that_does_not_exist", project().lojal(&["run", "--as-of", "2025-02-30"]).exits(2));
}
