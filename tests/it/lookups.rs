//! Small tables written in a pipeline file. They reach SQL, checks and documents, and each mistake is reported at its
//! position.

use super::mistakes::{PERSON_SALES, PIPELINE, check, mistakes, project};
use super::support::{Copy, Outcome, integers, matches_snapshot, texts};

const SIZES: &str = "lookups:
  order_sizes:
    description: Name of each number of orders. The first row that fits wins.
    columns:
      orders: { type: int, description: Number of orders }
      paid: { type: bool, description: Whether they are paid }
      size: { type: string, description: Name of the size }
      from_value: { type: \"decimal(10,2)\", description: Least revenue }
    key: [orders, paid]
    first_match: true
    complete: { orders: [1, 2, 3, 4], paid: [true, false] }
    rows:
      - { orders: 1, paid: [true, false], size: single, from_value: 0.10 }
      - { orders: [2, 3], paid: true, size: few }
      - { orders: [1, 2, 3, 4], paid: [true, false], size: many, from_value: 99 }

";

/// A copy of the small project with the lookup in it, including extracts.
fn with_lookup(copy: Copy, block: &str) -> Copy {
    copy.edit(PIPELINE, "identity:\n", &format!("{block}identity:\n"));
    copy
}

/// The output of `check` after an edit of the lookup.
#[track_caller]
fn checked(from: &str, to: &str) -> Outcome {
    assert_eq!(SIZES.matches(from).count(), 1, "the lookup says `{from}` once");
    with_lookup(project(), &SIZES.replace(from, to)).lojal(&["check"]).exits(2)
}

// Use of lookups

fn shop_that_reads_its_lookup() -> Copy {
    let copy = with_lookup(Copy::of_small(), SIZES);
    let from = "from int_person_orders\ngroup by int_person_orders.customer_key";
    let to = "from int_person_orders\ngroup by int_person_orders.customer_key\n)\n\nselect\n    sales.*,\n    order_sizes.size\nfrom sales\nleft join order_sizes on order_sizes.orders = least(sales.orders, 4) and order_sizes.paid";
    copy.edit(PERSON_SALES, from, to);
    copy.edit(
        PERSON_SALES,
        "select\n    int_person_orders.customer_key",
        "with sales as (\nselect\n    int_person_orders.customer_key",
    );
    let large = "      large_orders: { description: Orders of at least large_order }\n";
    let size = "      size: { description: Size, checks: [not_null, { relationships: { table: order_sizes, column: size } }] }\n";
    copy.edit(PIPELINE, large, &format!("{large}{size}"));
    copy
}

#[test]
fn a_lookup_reaches_sql_and_checks() {
    let copy = shop_that_reads_its_lookup();
    matches_snapshot!("check", copy.lojal(&["check"]).exits(0));
    matches_snapshot!("ls", copy.lojal(&["ls"]).exits(0).stdout.lines().take(6).collect::<Vec<_>>().join("\n"));
    matches_snapshot!("plan", copy.lojal(&["plan"]).exits(0));
    copy.lojal(&["run", "--quiet"]).exits(0);
    let sales = copy.warehouse().table("person_sales");
    let sizes = texts(&sales, "size");
    for (orders, size) in integers(&sales, "orders").iter().zip(&sizes) {
        let expected = match orders {
            1 => "single",
            2 | 3 => "few",
            _ => "many",
        };
        assert_eq!(size, expected, "{orders} orders");
    }
    assert!(sizes.contains(&"few".to_owned()) && sizes.contains(&"many".to_owned()), "{sizes:?}");
}

#[test]
fn a_lookup_is_a_seed_in_the_manifest() {
    let copy = shop_that_reads_its_lookup();
    copy.lojal(&["run", "--quiet"]).exits(0);
    let manifest = copy.warehouse().json("manifest.json");
    let seed = &manifest["nodes"]["seed.shop.order_sizes"];
    assert_eq!(seed["resource_type"], "seed");
    assert_eq!(seed["columns"]["from_value"]["data_type"], "decimal(10,2)");
    let parents = manifest["parent_map"]["model.shop.person_sales"].as_array().unwrap();
    assert!(parents.iter().any(|parent| parent == "seed.shop.order_sizes"), "{parents:?}");
    let results = copy.warehouse().json("run_results.json");
    let ran =
        results["results"].as_array().unwrap().iter().find(|result| result["unique_id"] == "seed.shop.order_sizes");
    assert_eq!(ran.unwrap()["adapter_response"]["rows_affected"], 8);
}

/// The small project with a law about the lookup alone, broken by `failing`.
fn with_law(copy: Copy, failing: &str, law: &str) -> Copy {
    let copy = with_lookup(copy, SIZES);
    copy.write("sql/checks/sizes_are_named.sql", format!("select order_sizes.* from order_sizes where {failing}"));
    copy.edit(PIPELINE, "checks:\n  sales", &format!("checks:\n  sizes_are_named: {law}\n  sales"));
    copy
}

#[test]
fn a_check_may_be_the_only_reader_of_a_lookup() {
    let copy = with_law(Copy::of_small(), "order_sizes.size = 'none'", "{ description: No size is none }");
    copy.lojal(&["run", "--quiet"]).exits(0);
}

#[test]
fn a_law_about_a_lookup_alone_is_proved_before_data_is_read() {
    let copy = with_law(project(), "order_sizes.size = 'many'", "{ description: No size is many }");
    let run = copy.lojal(&["run", "--quiet"]).exits(2);
    assert_eq!(run.stderr, copy.lojal(&["check"]).exits(2).stderr);
    mistakes!(1, "broken_law", run);
}

#[test]
fn a_law_that_only_warns_lets_a_lookup_pass() {
    let law = "{ description: Sizes begin at an amount, severity: warn }";
    matches_snapshot!(
        "warning_law",
        with_law(project(), "order_sizes.from_value is null", law).lojal(&["check"]).exits(0)
    );
}

#[test]
fn a_law_about_the_as_of_day_waits_for_the_run() {
    let law = "{ description: The day is not the least there is }";
    let copy = with_law(Copy::of_small(), "$as_of < cast('2000-01-01' as date)", law);
    copy.lojal(&["check"]).exits(0);
    copy.lojal(&["run", "--quiet"]).exits(0);
}

#[test]
fn a_changed_cell_makes_a_run_necessary() {
    let copy = shop_that_reads_its_lookup();
    copy.lojal(&["run", "--quiet"]).exits(0);
    copy.lojal(&["run", "--quiet", "--skip-unchanged"]).exits(99);
    copy.edit(PIPELINE, "size: few", "size: some");
    copy.lojal(&["run", "--quiet", "--skip-unchanged"]).exits(0);
    assert!(texts(&copy.warehouse().table("person_sales"), "size").contains(&"some".to_owned()));
}

// Mistakes

#[test]
fn unknown_key_of_a_lookup() {
    mistakes!(1, "unknown_key", checked("    first_match: true", "    first_wins: true"));
}

#[test]
fn omitted_rows() {
    mistakes!(1, "omitted_rows", checked(&SIZES[SIZES.find("    rows:").unwrap()..], "\n"));
}

#[test]
fn unknown_type() {
    mistakes!(1, "unknown_type", checked("paid: { type: bool", "paid: { type: boolean"));
}

#[test]
fn unknown_column_in_a_row() {
    mistakes!(1, "unknown_column_in_a_row", checked("size: few", "sise: few"));
}

#[test]
fn cell_of_another_type() {
    mistakes!(1, "cell_of_another_type", checked("[2, 3]", "[2, three]"));
}

#[test]
fn cell_with_too_many_decimals() {
    mistakes!(1, "cell_with_too_many_decimals", checked("0.10", "0.105"));
}

#[test]
fn cell_that_is_a_map() {
    mistakes!(1, "cell_that_is_a_map", checked("size: few", "size: { few: 1 }"));
}

#[test]
fn key_that_is_not_a_column() {
    mistakes!(1, "key_that_is_not_a_column", checked("    key: [orders, paid]", "    key: [orders, payd]"));
}

#[test]
fn no_key() {
    mistakes!(1, "no_key", checked("    key: [orders, paid]", "    key: []"));
}

#[test]
fn key_cell_that_is_null() {
    mistakes!(1, "key_cell_that_is_null", checked("{ orders: 1,", "{ orders: null,"));
}

#[test]
fn missing_key_cell() {
    mistakes!(1, "missing_key_cell", checked("{ orders: 1, paid: [true, false],", "{ orders: 1,"));
}

#[test]
fn list_outside_the_key() {
    mistakes!(1, "list_outside_the_key", checked("size: few", "size: [few, some]"));
}

#[test]
fn empty_list() {
    mistakes!(1, "empty_list", checked("[2, 3]", "[]"));
}

#[test]
fn key_given_twice_without_first_match() {
    mistakes!(1, "key_given_twice", checked("    first_match: true\n", ""));
}

#[test]
fn one_combination_that_no_row_covers() {
    mistakes!(
        1,
        "one_combination_missing",
        checked("{ orders: [1, 2, 3, 4], paid: [true, false], size", "{ orders: [2, 3], paid: [false], size")
    );
}

#[test]
fn several_combinations_that_no_row_covers() {
    mistakes!(
        1,
        "several_combinations_missing",
        checked("complete: { orders: [1, 2, 3, 4]", "complete: { orders: [0, 1, 2, 3, 4, 5]")
    );
}

#[test]
fn complete_about_a_column_outside_the_key() {
    mistakes!(1, "complete_outside_the_key", checked("paid: [true, false] }\n    rows", "size: [few] }\n    rows"));
}

#[test]
fn complete_without_columns() {
    mistakes!(
        1,
        "complete_without_columns",
        checked("paid: [true, false] }\n    rows", "is_paid: [true, false] }\n    rows")
    );
}

#[test]
fn value_outside_complete() {
    mistakes!(1, "value_outside_complete", checked("orders: [2, 3], paid", "orders: [2, 3, 7], paid"));
}

#[test]
fn unreachable_row() {
    mistakes!(
        1,
        "unreachable_row",
        checked("    rows:\n", "    rows:\n      - { orders: [2, 3], paid: [true, false], size: some }\n")
    );
}

#[test]
fn no_columns() {
    let block = "lookups:\n  order_sizes:\n    columns: {}\n    key: [orders]\n    rows: []\n\n";
    mistakes!(1, "no_columns", with_lookup(project(), block).lojal(&["check"]).exits(2));
}

#[test]
fn too_many_rows() {
    let numbers: Vec<String> = (1..=101).map(|number| number.to_string()).collect();
    let block = format!(
        "lookups:\n  pairs:\n    columns: {{ a: {{ type: int }}, b: {{ type: int }} }}\n    key: [a, b]\n    rows:\n      - a: &all [{}]\n        b: *all\n\n",
        numbers.join(", ")
    );
    mistakes!(1, "too_many_rows", with_lookup(project(), &block).lojal(&["check"]).exits(2));
}

#[test]
fn named_like_a_source() {
    mistakes!(1, "named_like_a_source", checked("  order_sizes:", "  orders:"));
}

#[test]
fn named_like_a_model() {
    mistakes!(1, "named_like_a_model", checked("  order_sizes:", "  person_sales:"));
}

#[test]
fn named_like_the_identity_table() {
    mistakes!(1, "named_like_the_identity_table", checked("  order_sizes:", "  member_identities:"));
}

#[test]
fn named_like_a_built_in_table() {
    mistakes!(1, "named_like_a_built_in_table", checked("  order_sizes:", "  source_counts:"));
}

#[test]
fn name_that_is_not_valid_in_sql() {
    mistakes!(1, "name_not_valid_in_sql", checked("  order_sizes:", "  Order-Sizes:"));
}

#[test]
fn misspelled_lookup_in_sql() {
    let copy = shop_that_reads_its_lookup();
    copy.edit(PERSON_SALES, "left join order_sizes on", "left join order_size as order_sizes on");
    mistakes!(1, "misspelled_in_sql", copy.lojal(&["check"]).exits(2));
}

#[test]
fn unknown_column_of_a_lookup() {
    let copy = shop_that_reads_its_lookup();
    copy.edit(PERSON_SALES, "    order_sizes.size\n", "    order_sizes.sise as size\n");
    mistakes!(1, "unknown_column", copy.lojal(&["check"]).exits(2));
}

#[test]
fn mistakes_in_lookups_and_sources_are_reported_together() {
    let copy = with_lookup(project(), &SIZES.replace("[2, 3]", "[2, x]").replace("size: few", "sise: few"));
    copy.edit(PIPELINE, "Europe/Stockholm", "Europe/Stokholm");
    mistakes!(3, "several", copy.lojal(&["check"]).exits(2));
}

#[test]
fn mistakes_in_a_lookup_and_in_yaml() {
    mistakes!(
        1,
        "list_where_a_map_belongs",
        check(PIPELINE, "identity:\n", "lookups:\n  - order_sizes\n\nidentity:\n")
    );
}

// The settings of the default pipeline

/// The output of `check` for the default pipeline after edits of its settings.
#[track_caller]
fn set(edits: &[(&str, &str)]) -> Outcome {
    let copy = Copy::of_repository();
    for (from, to) in edits {
        copy.edit_setting(from, to);
    }
    copy.lojal(&["check"]).exits(2)
}

#[test]
fn misspelt_level() {
    mistakes!(1, "misspelled_level", set(&[("quantile: 0.80, level: high", "quantile: 0.80, level: hihg")]));
}

#[test]
fn tiers_out_of_order() {
    mistakes!(1, "tiers_out_of_order", set(&[("quantile: 0.80", "quantile: 0.40")]));
    mistakes!(1, "tier_without_threshold", set(&[("tier: high, quantile: 0.80", "tier: high")]));
    mistakes!(1, "quantile_of_one", set(&[("quantile: 0.80", "quantile: 1")]));
    mistakes!(1, "amounts_out_of_order", set(&[("quantile: 0.80", "amount: 10"), ("quantile: 0.50", "amount: 20")]));
    let copy = Copy::of_repository();
    copy.edit_setting("quantile: 0.80", "amount: 20");
    copy.edit_setting("quantile: 0.50", "quantile: 0.90");
    copy.lojal(&["check"]).exits(0);
}

#[test]
fn activity_times_that_no_event_has() {
    let email = "{ event: contact, channel: email, activity: email, minutes_per_minute: 1 }";
    let edits = [
        (email, "{ event: contact, channel: email, activity: email, minutes_per_line: 1 }"),
        ("event: return, channel: any", "event: retrun, channel: any"),
    ];
    mistakes!(1, "activity_times", set(&edits));
}

#[test]
fn order_costs_out_of_range() {
    mistakes!(1, "order_costs", set(&[("payment_share: 0, payment_fee: 0", "payment_share: 1.8, payment_fee: 0")]));
}

#[test]
fn feature_that_no_model_computes() {
    mistakes!(1, "unknown_feature", set(&[("feature: return_share", "feature: returns_share")]));
}

#[test]
fn fixed_rates_out_of_range() {
    let edits = [
        ("currency: NOK, rate: 0.98", "currency: NOK, rate: 0"),
        ("activity: chat, minute_cost: 4.80", "activity: chat, minute_cost: -1"),
    ];
    mistakes!(2, "fixed_rates", set(&edits));
}

#[test]
fn vars_out_of_range() {
    let edits = [
        ("discount_rate: 0.10", "discount_rate: 10"),
        ("activation_pause_days: 7", "activation_pause_days: -1"),
        ("needs_segments_min: 3", "needs_segments_min: 9"),
        ("suppression_limit: 5", "suppression_limit: few"),
    ];
    mistakes!(4, "vars_out_of_range", set(&edits));
}
