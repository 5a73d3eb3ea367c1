//! Predicted value through the whole pipeline: the selected model, its replacement if it cannot be fitted, and the
//! holdout that judges it. The models themselves are tested with the functions.

use std::collections::BTreeSet;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Float64Type;

use super::support::{Copy, column, hundredths, integers, matches_snapshot, records, sample_run, texts};

/// A column of finite floating-point numbers without nulls.
#[track_caller]
fn numbers(table: &RecordBatch, name: &str) -> Vec<f64> {
    let numbers: Vec<f64> = column(table, name).as_primitive::<Float64Type>().iter().flatten().collect();
    assert_eq!(numbers.len(), table.num_rows(), "no null in {name}");
    assert!(numbers.iter().all(|number| number.is_finite()), "all of {name} is finite");
    numbers
}

fn statuses(table: &RecordBatch) -> Vec<String> {
    let all: BTreeSet<String> = texts(table, "model_status").into_iter().collect();
    all.into_iter().collect()
}

#[track_caller]
fn nothing_impossible(values: &RecordBatch) {
    assert!(numbers(values, "p_alive").iter().all(|p| (0.0..=1.0).contains(p)));
    assert!(numbers(values, "expected_orders_12m").iter().all(|orders| *orders >= 0.0));
    for name in ["expected_order_margin", "expected_margin_12m", "clv"] {
        assert!(hundredths(values, name).iter().all(|amount| amount.is_some_and(|minor| minor >= 0)), "{name}");
    }
}

#[test]
fn the_selected_model_is_used() {
    let copy = Copy::of_repository();
    for model in ["bg_nbd", "pareto_nbd"] {
        let var = format!("purchase_model={model}");
        copy.lojal(&["run", "--vars", &var, "--select", "customer_values"]).exits(0);
        let values = copy.warehouse().table("customer_values");
        let status = statuses(&values).remove(0);
        assert!(status.starts_with(&format!("{model} ")), "{status}");
        nothing_impossible(&values);
        let certain = numbers(&values, "p_alive").into_iter().zip(integers(&values, "frequency"));
        let certain = certain.filter(|(p_alive, frequency)| *frequency == 0 && *p_alive == 1.0).count();
        assert_eq!(certain > 0, model == "bg_nbd", "only BG/NBD is certain that one-time buyers are active");
    }
}

#[test]
fn an_unknown_model_is_rejected_before_data_is_read() {
    let copy = Copy::of_repository();
    matches_snapshot!("unknown_model", copy.lojal(&["run", "--vars", "purchase_model=mbgnbd"]).exits(2));
}

#[test]
fn too_few_buyers_are_valued_by_the_heuristic() {
    let copy = Copy::of_repository();
    let (header, rows) = records(&copy.read("sample_data/transactions.csv"));
    // The first orders with a customer: one buyer, then a handful.
    for (orders, least) in [(1, 1), (30, 5)] {
        let first: Vec<String> = rows.iter().filter(|row| row.contains(",C0")).take(orders).cloned().collect();
        copy.write("sample_data/transactions.csv", header.clone() + &first.concat());
        copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
        let values = copy.warehouse().table("customer_values");
        assert!(values.num_rows() >= least, "{} buyers", values.num_rows());
        assert_eq!(
            statuses(&values),
            ["heuristic (mbg_nbd: too few customers) + heuristic (gamma_gamma: too few customers)"]
        );
        nothing_impossible(&values);
    }
}

#[test]
fn a_company_without_buyers_is_published_only_deliberately() {
    let copy = Copy::of_repository();
    let (header, rows) = records(&copy.read("sample_data/transactions.csv"));
    let anonymous: Vec<String> = rows.iter().filter(|row| row.split(',').nth(2) == Some("")).cloned().collect();
    copy.write("sample_data/transactions.csv", header + &anonymous.concat());
    let refused = copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(1);
    assert!(refused.stderr.contains("--accept some_orders_have_a_customer:orders"), "{}", refused.stderr);
    copy.lojal(&["run", "--as-of", "2025-12-31", "--accept", "some_orders_have_a_customer"]).exits(0);
    assert_eq!(copy.warehouse().table("customer_values").num_rows(), 0);
    assert_eq!(copy.warehouse().table("value_model_quality").num_rows(), 0);
}

#[test]
fn only_one_time_buyers_cannot_be_fitted() {
    let copy = Copy::of_repository();
    let (header, rows) = records(&copy.read("sample_data/transactions.csv"));
    // Persons with two records would have two purchases.
    let identities = sample_run().0.warehouse().table("customer_identities");
    let records_of_persons = texts(&identities, "source_id").into_iter().zip(texts(&identities, "matched_by"));
    let mut alone: BTreeSet<String> =
        records_of_persons.filter(|(_, matched_by)| matched_by == "none").map(|(record, _)| record).collect();
    let first = rows.iter().filter(|row| row.split(',').nth(2).is_some_and(|customer| alone.remove(customer)));
    copy.write("sample_data/transactions.csv", header + &first.cloned().collect::<String>());
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let values = copy.warehouse().table("customer_values");
    assert!(integers(&values, "frequency").iter().all(|frequency| *frequency == 0));
    let status = statuses(&values).remove(0);
    assert!(status.starts_with("heuristic (mbg_nbd: no repeat purchases) + "), "{status}");
    nothing_impossible(&values);
}

#[test]
fn a_model_worse_than_naive_is_replaced() {
    let copy = Copy::of_repository();
    let (header, rows) = records(&copy.read("sample_data/transactions.csv"));
    let cell = |row: &str, at: usize| row.split(',').nth(at).unwrap_or_default().to_owned();
    let earlier: Vec<String> = rows.into_iter().filter(|row| *cell(row, 3) <= *"2024-12-31 23:59:59").collect();
    // Everyone who had bought by then buys every month of the year after, which no model of half a year expects.
    let buyers: BTreeSet<String> = earlier.iter().map(|row| cell(row, 2)).filter(|id| id.starts_with("C0")).collect();
    let later = buyers.iter().enumerate().flat_map(|(number, buyer)| {
        (1..=12).map(move |month| {
            let order = 900_000 + 12 * number + month;
            format!("{order},1,{buyer},2025-{month:02}-15 12:00:00,web,,P00077,x,1,500.00,0.00,SEK,false\n")
        })
    });
    copy.write("sample_data/transactions.csv", header + &earlier.concat() + &later.collect::<String>());
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let quality = copy.warehouse().table("value_model_quality");
    let gates = texts(&quality, "measure").into_iter().zip(texts(&quality, "gate"));
    assert!(gates.filter(|(measure, _)| measure == "orders").all(|(_, gate)| gate == "failed"));
    let status = statuses(&copy.warehouse().table("customer_values")).remove(0);
    assert!(status.starts_with("heuristic (mbg_nbd: "), "{status}");
}

#[test]
fn the_holdout_table_adds_up() {
    let quality = sample_run().0.warehouse().table("value_model_quality");
    let keys: Vec<(String, String)> =
        texts(&quality, "measure").into_iter().zip(texts(&quality, "predictor")).collect();
    let deciles = integers(&quality, "decile");
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 8, "two measures by four predictors");
    for name in ["predicted", "actual"] {
        let sums = numbers(&quality, name);
        for key in &keys {
            let of_key = || keys.iter().zip(&deciles).zip(&sums).filter(|((other, _), _)| *other == key);
            let whole: f64 = of_key().filter(|((_, decile), _)| **decile == 0).map(|(_, sum)| *sum).sum();
            let parts: f64 = of_key().filter(|((_, decile), _)| **decile > 0).map(|(_, sum)| *sum).sum();
            assert!((whole - parts).abs() < 0.01, "{name} of {key:?}: {whole} and {parts}");
        }
    }
    let fitted = keys.iter().zip(&deciles).zip(numbers(&quality, "predicted"));
    let fitted: Vec<f64> = fitted
        .filter(|((key, decile), _)| **decile > 0 && **key == ("orders".to_owned(), "fitted".to_owned()))
        .map(|(_, predicted)| predicted)
        .collect();
    assert_eq!(fitted.len(), 10);
    assert!(fitted.is_sorted_by(|one, next| one >= next), "the model expects most of decile 1: {fitted:?}");
}
