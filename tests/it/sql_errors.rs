//! Mistakes in SQL, and mismatches between SQL and pipeline file: exit code 2 before any data is read, with the
//! position in the file.

use super::mistakes::{DAILY_SALES, PERSON_SALES, PIPELINE, check, mistakes, project};
use super::support::matches_snapshot;

// SQL

#[test]
fn unknown_table() {
    mistakes!(1, "unknown_table", check(PERSON_SALES, "from int_person_orders", "from int_persons_orders"));
}

#[test]
fn unknown_column() {
    mistakes!(
        1,
        "unknown_column",
        check(PERSON_SALES, "sum(int_person_orders.revenue)", "sum(int_person_orders.revenu)")
    );
}

#[test]
fn unknown_column_without_its_table() {
    mistakes!(1, "unknown_column_bare", check(PERSON_SALES, "sum(int_person_orders.revenue)", "sum(revenu)"));
}

#[test]
fn unknown_function() {
    mistakes!(
        1,
        "unknown_function",
        check(DAILY_SALES, "coalesce(day_visits.visits, 0)", "coalesc(day_visits.visits, 0)")
    );
}

#[test]
fn unknown_parameter() {
    mistakes!(1, "unknown_parameter", check(PERSON_SALES, "$large_order", "$large_orders"));
}

#[test]
fn syntax_error() {
    mistakes!(1, "syntax_error", check(DAILY_SALES, "left join day_visits on", "left joint day_visits on"));
}

#[test]
fn bracket_that_is_not_closed() {
    mistakes!(1, "bracket_not_closed", check(PERSON_SALES, "    count(*) as orders", "    count(* as orders"));
}

#[test]
fn wrong_type_of_argument() {
    let wrong = "local_timestamp(int_person_orders.order_id, $time_zone) as date) as day";
    let right = "local_timestamp(int_person_orders.ordered_at, $time_zone) as date) as day";
    mistakes!(1, "wrong_type_of_argument", check(DAILY_SALES, right, wrong));
}

#[test]
fn column_neither_grouped_nor_aggregated() {
    mistakes!(
        1,
        "not_grouped",
        check(PERSON_SALES, "max(int_person_orders.ordered_at)", "int_person_orders.ordered_at")
    );
}

// DataFusion gives no position for incompatible types, so only the file and the fix are reported.
#[test]
fn comparison_of_incompatible_types() {
    matches_snapshot!("incompatible_types", check(PERSON_SALES, ">= $large_order", ">= $time_zone"));
}

#[test]
fn function_of_the_clock() {
    mistakes!(
        1,
        "function_of_the_clock",
        check(PERSON_SALES, ">= $large_order", ">= $large_order and now() is not null")
    );
}

#[test]
fn invalid_table_name() {
    let copy = project();
    copy.write("sql/marts/Person Sales.sql", "select 1 as one\n");
    matches_snapshot!("bad_model_name", copy.lojal(&["check"]).exits(2));
}

#[test]
fn file_outside_the_layers() {
    let copy = project();
    copy.write("sql/person_totals.sql", "select 1 as one\n");
    matches_snapshot!("file_outside_the_layers", copy.lojal(&["check"]).exits(2));
}

#[test]
fn two_statements() {
    mistakes!(1, "two_statements", check(PERSON_SALES, "-- Grain", "select 1 as one;\n-- Grain"));
}

#[test]
fn no_query() {
    let copy = project();
    copy.write(PERSON_SALES, "create table person_sales as select 1 as customer_key\n");
    mistakes!(1, "no_query", copy.lojal(&["check"]).exits(2));
}

#[test]
fn empty_model() {
    let copy = project();
    copy.write(PERSON_SALES, "-- to be written\n");
    matches_snapshot!("empty_model", copy.lojal(&["check"]).exits(2));
}

#[test]
fn cycle() {
    mistakes!(
        1,
        "cycle",
        check("sql/staging/stg_orders.sql", "from orders", "from orders\nleft join person_sales on true")
    );
}

#[test]
fn model_that_reads_itself() {
    mistakes!(
        1,
        "reads_itself",
        check(PERSON_SALES, "from int_person_orders", "from person_sales as int_person_orders")
    );
}

#[test]
fn several_mistakes_in_sql_are_reported_together() {
    let copy = project();
    copy.edit(PERSON_SALES, "sum(int_person_orders.revenue)", "sum(int_person_orders.revenu)");
    copy.edit(DAILY_SALES, "visits.visited_on,", "visits.visit_on,");
    copy.edit("sql/staging/stg_members.sql", "lower(trim(members.email))", "lowr(trim(members.email))");
    mistakes!(3, "several_mistakes_in_sql", copy.lojal(&["check"]).exits(2));
}

#[test]
fn sql_check_with_an_unknown_column() {
    let (file, right) = ("sql/checks/sales_are_conserved.sql", "sum(person_sales.revenue)");
    mistakes!(1, "sql_check_with_an_unknown_column", check(file, right, "sum(person_sales.revenues)"));
}

// Mismatches between the pipeline file and the SQL

#[test]
fn model_without_a_sql_file() {
    let copy = project();
    copy.remove(DAILY_SALES);
    mistakes!(1, "model_without_a_sql_file", copy.lojal(&["check"]).exits(2));
}

#[test]
fn sql_check_without_a_sql_file() {
    matches_snapshot!("sql_check_without_a_sql_file", check(PIPELINE, "  sales_are_conserved:", "  sales_conserved:"));
}

#[test]
fn undescribed_mart() {
    let copy = project();
    copy.write("sql/marts/members_seen.sql", "select members.member_id from members\n");
    matches_snapshot!("mart_not_described", copy.lojal(&["check"]).exits(2));
}

#[test]
fn mart_without_a_key() {
    mistakes!(1, "mart_without_a_key", check(PIPELINE, "    key: [day]\n", ""));
}

#[test]
fn key_that_is_not_a_column() {
    mistakes!(1, "key_that_is_not_a_column", check(PIPELINE, "    key: [day]\n", "    key: [date]\n"));
}

#[test]
fn described_column_missing_in_the_sql() {
    mistakes!(
        1,
        "column_not_in_sql",
        check(PIPELINE, "      visits: { description: Visits", "      visitors: { description: V")
    );
}

#[test]
fn an_undescribed_column_is_a_warning() {
    let copy = project();
    copy.edit(PIPELINE, "      visits: { description: Visits of members }\n", "");
    matches_snapshot!("column_not_described", copy.lojal(&["check"]).exits(0));
}

#[test]
fn staging_model_with_the_name_of_a_source() {
    let copy = project();
    copy.write("sql/staging/orders.sql", "select stg_orders.order_id from stg_orders\n");
    let checked = copy.lojal(&["check"]).exits(2);
    matches_snapshot!("model_called_like_a_source", checked);
    assert!(!checked.stderr.contains("circle"), "the name is the mistake, not the references");
}

#[test]
fn an_export_reads_only_published_tables() {
    let copy = project();
    std::fs::create_dir_all(copy.path().join("sql/exports")).unwrap();
    copy.write(
        "sql/exports/contact_list.sql",
        "select int_member_records.source_id\nfrom int_member_records\nwhere int_member_records.source = $trigger\n",
    );
    copy.write("sql/exports/sales.sql", "select daily_sales.dya\nfrom daily_sales\n");
    mistakes!(2, "an_export_reads_only_published_tables", copy.lojal(&["check"]).exits(2));
}

#[test]
fn direct_identifiers_stay_in_restricted_tables() {
    let copy = project();
    copy.write("sql/intermediate/int_addresses.sql", "select person_contacts.customer_key\nfrom person_contacts\n");
    mistakes!(1, "restricted_read_by_an_open_model", copy.lojal(&["check"]).exits(2));
}
