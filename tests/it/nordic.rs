//! The example of messy extracts: the published tables must equal the truth that its generator computed from clean rows
//! before it wrote them in the formats of the retailer's systems.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use arrow::array::{Array, RecordBatch};
use arrow::util::display::array_value_to_string;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Outcome, Warehouse, column, hundredths, integers, lojal, outcome, repository, sample_run, texts};

const EXAMPLE: &str = "examples/nordic_export";

/// The example, run once for all tests that only read.
pub fn run() -> &'static (TempDir, Outcome, Warehouse) {
    static RUN: OnceLock<(TempDir, Outcome, Warehouse)> = OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let warehouse = folder.path().join("warehouse");
        let mut command = lojal(repository());
        command.args(["run", "--project-dir", EXAMPLE, "--warehouse"]).arg(&warehouse);
        let ended = outcome(&mut command).exits(0);
        (folder, ended, Warehouse(warehouse))
    })
}

fn truth() -> Value {
    let path: PathBuf = repository().join(EXAMPLE).join("truth.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The rows for which every named column shows the given text.
fn where_all(table: &RecordBatch, conditions: &[(&str, &str)]) -> Vec<usize> {
    (0..table.num_rows())
        .filter(|row| conditions.iter().all(|(name, wanted)| cell(table, name, *row) == *wanted))
        .collect()
}

fn cell(table: &RecordBatch, name: &str, row: usize) -> String {
    let cells = column(table, name);
    if cells.is_null(row) { String::new() } else { array_value_to_string(cells, row).unwrap() }
}

#[test]
fn the_as_of_day_and_the_tables_are_those_of_the_default_pipeline() {
    let (_, ended, warehouse) = run();
    assert_eq!(ended.last_line()["as_of"], truth()["as_of"]);
    assert_eq!(warehouse.tables(), sample_run().0.warehouse().tables());
    warehouse.is_whole();
}

#[test]
fn every_row_of_every_source_is_accounted_for() {
    let table = run().2.table("source_reconciliation");
    let truth = truth();
    let counted: BTreeMap<String, Value> = (0..table.num_rows())
        .filter(|row| !["identity_overrides", "erasure_requests"].contains(&&*cell(&table, "source", *row)))
        .map(|row| {
            let source = cell(&table, "source", row);
            let counts = truth["sources"][&source].as_object().unwrap();
            let found = counts.keys().map(|name| (name.clone(), json!(integers(&table, name)[row])));
            (source, Value::Object(found.collect()))
        })
        .collect();
    assert_eq!(json!(counted), truth["sources"]);
}

#[test]
fn records_become_the_persons_behind_them() {
    let (truth, customers) = (truth(), run().2.table("customers"));
    assert_eq!(json!(customers.num_rows()), truth["customers"]);
    let of_crm = where_all(&run().2.table("customer_identities"), &[("source", "crm_customers")]);
    assert_eq!(json!(of_crm.len()), truth["customer_records"]);
    let mut countries: BTreeMap<String, u64> = BTreeMap::new();
    texts(&customers, "country").into_iter().for_each(|country| *countries.entry(country).or_default() += 1);
    assert_eq!(json!(countries), truth["countries"]);
}

#[test]
fn revenue_is_right_to_the_cent_in_every_month() {
    let table = run().2.table("customer_months");
    let (orders, revenue) = (integers(&table, "orders"), hundredths(&table, "net_revenue"));
    let mut months: BTreeMap<String, (i64, i128)> = BTreeMap::new();
    for row in 0..table.num_rows() {
        let month = months.entry(cell(&table, "month", row)).or_default();
        month.0 += orders[row];
        month.1 += revenue[row].unwrap_or_default();
    }
    // Months with a contact but no order do not matter here.
    months.retain(|_, sums| *sums != (0, 0));
    let truth = truth();
    let sums =
        |(orders, minor): (i64, i128)| json!({ "orders": orders, "net_revenue_minor": i64::try_from(minor).unwrap() });
    let total = months.values().fold((0, 0), |total: (i64, i128), month| (total.0 + month.0, total.1 + month.1));
    let found: BTreeMap<_, _> = months.into_iter().map(|(month, found)| (month, sums(found))).collect();
    assert_eq!(json!(found), truth["months"]);
    assert_eq!(sums(total), json!({ "orders": truth["orders"], "net_revenue_minor": truth["net_revenue_minor"] }));
    assert_eq!(truth["sources"]["transactions"]["rows_loaded"], truth["order_lines"]);
}

#[test]
fn contacts_count_in_their_latest_version() {
    let table = run().2.table("touchpoints");
    let minutes = hundredths(&table, "minutes");
    let mut contacts: BTreeMap<String, (u64, i128)> = BTreeMap::new();
    for row in where_all(&table, &[("event", "contact")]) {
        let contact = contacts.entry(cell(&table, "touchpoint", row)).or_default();
        contact.0 += 1;
        contact.1 += minutes[row].unwrap_or_default();
    }
    let found = contacts.into_iter().map(|(touchpoint, (contacts, minutes))| {
        (touchpoint, json!({ "contacts": contacts, "minutes_e2": i64::try_from(minutes).unwrap() }))
    });
    assert_eq!(json!(found.collect::<BTreeMap<_, _>>()), truth()["contacts"]);
}

#[test]
fn answers_and_scores_match_the_truth() {
    let table = run().2.table("cx_metrics");
    let (truth, responses) = (truth(), integers(&table, "responses"));
    let wanted = [("period", "month"), ("level", "relationship"), ("segment", "all"), ("metric", "nps")];
    let rows = where_all(&table, &wanted);
    assert_eq!(rows.len(), truth["relationship_nps"].as_object().unwrap().len());
    for row in rows {
        let answers = &truth["relationship_nps"][cell(&table, "month", row)];
        assert_eq!(json!(responses[row]), answers["responses"]);
        let number = |name: &str| answers[name].as_f64().unwrap();
        if cell(&table, "is_suppressed", row) == "false" {
            let score = 100.0 * (number("promoters") - number("detractors")) / number("responses");
            let value: f64 = cell(&table, "value", row).parse().unwrap();
            assert!((value - score).abs() < 1e-9, "{value} is not {score}");
        }
    }
}

#[test]
fn loyalty_points_match_those_earned_and_redeemed() {
    let table = run().2.table("loyalty_programme");
    let sum = |name: &str| {
        let cells = (0..table.num_rows()).map(|row| cell(&table, name, row).parse::<f64>().unwrap_or_default());
        // Whole numbers far below 2^53.
        cells.sum::<f64>()
    };
    let truth = truth();
    assert_eq!(Some(sum("points_earned")), truth["points_earned"].as_f64());
    assert_eq!(Some(sum("points_redeemed")), truth["points_redeemed"].as_f64());
}

#[test]
fn the_reason_of_every_rejected_row_is_kept() {
    let (_, ended, warehouse) = run();
    let truth = truth();
    for source in truth["sources"].as_object().unwrap().keys() {
        let rejected = truth["sources"][source]["rows_rejected"].as_u64().unwrap();
        if rejected > 0 {
            let faults = warehouse.quarantine(source);
            assert!(faults.num_rows() as u64 >= rejected, "{source}");
            let expected = format!("source {source}: {rejected} of ");
            assert!(ended.stderr.contains(&expected), "{expected}\n{}", ended.stderr);
        }
    }
}
