//! The CDNOW sample of Fader, Hardie and Lee (2005) on the engine: from purchases to customer value in SQL, against the
//! published figures and per-customer references in `tests/data/cdnow`.

use std::fs;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type};
use datafusion::datasource::MemTable;

use crate::diagnostics::SourceText;
use crate::engine::{Engine, EngineOptions, Parameters, Query};

/// Files under `tests/data`.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A CSV file's columns of numbers, by name.
fn numbers(path: &str, names: &[&str]) -> Vec<Vec<f64>> {
    let text = read(path);
    let header: Vec<&str> = text.lines().next().expect("header").split(',').collect();
    let place = |name: &&str| header.iter().position(|column| column == name).expect("column");
    let places: Vec<usize> = names.iter().map(place).collect();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        places.iter().map(|place| cells[*place].parse().expect("number")).collect()
    };
    text.lines().skip(1).map(row).collect()
}

/// The engine with the purchases as `transactions` and the purchases before the end of calibration as `histories`.
async fn engine(scratch: &Path, threads: usize) -> Engine {
    let options = EngineOptions {
        threads: NonZeroUsize::new(threads).expect("threads"),
        memory_limit: NonZeroU64::new(256 << 20).expect("memory"),
        scratch: scratch.to_owned(),
    };
    let engine = Engine::open(options).expect("engine");
    let text = read("cdnow/transactions_sample2357.csv");
    let (mut customers, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        customers.push(cells[0].parse::<i64>().expect("customer"));
        days.push(Date32Type::from_naive_date(cells[2].parse::<NaiveDate>().expect("date")));
        amounts.push((cells[4].parse::<f64>().expect("amount") * 100.0).round() as i64);
    }
    let batch = RecordBatch::try_from_iter([
        ("customer_id", Arc::new(Int64Array::from(customers)) as ArrayRef),
        ("day", Arc::new(Date32Array::from(days))),
        ("cents", Arc::new(Int64Array::from(amounts))),
    ])
    .expect("batch");
    let table = MemTable::try_new(batch.schema(), vec![vec![batch]]).expect("table");
    engine.add_table("transactions", Arc::new(table)).expect("transactions");
    let histories = "
        with purchase_days as (
            select customer_id, day, sum(cents) as cents from transactions
            where day <= date '1997-09-30' group by customer_id, day
        ),
        ranked as (
            select customer_id, day, cents, min(day) over (partition by customer_id) as first_day from purchase_days
        )
        select
            customer_id,
            count(*) - 1 as frequency,
            cast(max(day) as int) - cast(min(day) as int) as recency_days,
            cast(date '1997-09-30' as int) - cast(min(day) as int) as age_days,
            sum(case when day > first_day then cents end) / 100.0 / nullif(count(*) - 1, 0) as mean_spend
        from ranked group by customer_id";
    view(&engine, "histories", histories).await;
    engine
}

async fn view(engine: &Engine, name: &str, sql: &str) {
    let query = Query::parse(&SourceText::new(name, sql), &Parameters::default()).unwrap_or_else(|problems| {
        panic!("{}", problems[0]);
    });
    let relation = engine.plan(&query).await.unwrap_or_else(|error| panic!("{error}"));
    engine.add_view(name, relation).expect("view");
}

/// Rows of numbers; null is NaN.
async fn rows(engine: &Engine, sql: &str) -> Vec<Vec<f64>> {
    let query = Query::parse(&SourceText::new("query", sql), &Parameters::default()).unwrap_or_else(|problems| {
        panic!("{}", problems[0]);
    });
    let relation = engine.plan(&query).await.unwrap_or_else(|error| panic!("{error}"));
    let batches = engine.collect_small(&relation).await.unwrap_or_else(|error| panic!("{error}"));
    let mut found = Vec::new();
    for batch in &batches {
        let columns: Vec<Float64Array> = batch
            .columns()
            .iter()
            .map(|column| cast(column, &DataType::Float64).expect("number").as_primitive::<Float64Type>().clone())
            .collect();
        let cell = |column: &Float64Array, row| if column.is_valid(row) { column.value(row) } else { f64::NAN };
        found.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| cell(column, row)).collect()));
    }
    found
}

fn close(found: f64, wanted: f64, tolerance: f64) -> bool {
    (found - wanted).abs() <= tolerance * wanted.abs().max(1e-3)
}

fn reference() -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(&read("cdnow/reference_params.json")).expect("json");
    all["sample2357_cal39w"].clone()
}

const FIT_WEEKS: &str =
    "select purchase_fit('bg_nbd', frequency, recency_days / 7.0, age_days / 7.0) as fit from histories";
const FIT_SPEND: &str = "select gamma_gamma_fit(frequency, mean_spend) as fit from histories";

#[tokio::test]
async fn parameters_equal_the_published_ones() {
    let scratch = tempfile::tempdir().expect("scratch");
    let engine = engine(scratch.path(), 2).await;
    let reference = reference();
    let number = |model: &str, name: &str| reference[model][name].as_f64().expect("number");

    view(&engine, "fits", FIT_WEEKS).await;
    let found = rows(
        &engine,
        "select fit['r'], fit['alpha'], fit['a'], fit['b'], fit['log_likelihood'], fit['customers'], fit['repeat_customers'],
            fit['s'] is null and fit['beta'] is null and fit['status'] = 'fitted' and fit['model'] = 'bg_nbd'
        from fits",
    )
    .await;
    for (place, name) in ["r", "alpha", "a", "b", "LL"].into_iter().enumerate() {
        assert!(close(found[0][place], number("bgnbd", name), 1e-11), "{name}: {}", found[0][place]);
    }
    assert_eq!(found[0][5..], [2_357.0, 946.0, 1.0]);

    view(&engine, "spend_fits", FIT_SPEND).await;
    let found = rows(
        &engine,
        "select fit['p'], fit['q'], fit['gamma'], fit['log_likelihood'], fit['correlation'], fit['customers'] from spend_fits",
    )
    .await;
    for (place, name) in ["p", "q", "gamma", "LL"].into_iter().enumerate() {
        assert!(close(found[0][place], number("gamma_gamma", name), 1e-11), "{name}: {}", found[0][place]);
    }
    let correlation = reference["correlation_x_zbar_repeat_buyers"].as_f64().expect("number");
    assert!(close(found[0][4], correlation, 1e-12));
    assert_eq!(found[0][5], 946.0);

    // Fader and Hardie's published Pareto/NBD parameters for this sample.
    let found = rows(
        &engine,
        "with fits as (select pareto_nbd_fit(frequency, recency_days / 7.0, age_days / 7.0) as fit from histories)
        select fit['r'], fit['alpha'], fit['s'], fit['beta'], fit['log_likelihood'] from fits",
    )
    .await;
    for (found, published) in found[0].iter().zip([0.553, 10.578, 0.606, 11.669, -9_595.0]) {
        assert!((found - published).abs() < 5e-4 || (found - published).abs() < 0.05 && published < -1.0, "{found}");
    }
}

#[tokio::test]
async fn customers_and_totals_equal_the_references() {
    let scratch = tempfile::tempdir().expect("scratch");
    let engine = engine(scratch.path(), 2).await;
    view(&engine, "fits", FIT_WEEKS).await;
    view(&engine, "day_fits", "select bg_nbd_fit(frequency, recency_days, age_days) as day_fit from histories").await;
    view(&engine, "spend_fits", &FIT_SPEND.replace("as fit", "as spend_fit")).await;
    let horizons = [1, 4, 13, 26, 39, 52];
    let expected = horizons
        .map(|weeks| format!("bg_nbd_expected_purchases(fit, frequency, recency_days / 7.0, age_days / 7.0, {weeks})"))
        .join(", ");
    // The reference discounts by years of 52 weeks, clv by years of 365 days.
    let found = rows(
        &engine,
        &format!(
            "select customer_id, frequency, recency_days, age_days, coalesce(mean_spend, 0),
                p_alive(fit, frequency, recency_days / 7.0, age_days / 7.0), {expected},
                expected_spend(spend_fit, frequency, mean_spend),
                clv(day_fit, frequency, recency_days, age_days, expected_spend(spend_fit, frequency, mean_spend), 364, 0, 7),
                clv(day_fit, frequency, recency_days, age_days, expected_spend(spend_fit, frequency, mean_spend), 364,
                    power(1.1, 365.0 / 364.0) - 1, 7)
            from histories cross join fits cross join day_fits cross join spend_fits
            order by customer_id"
        ),
    )
    .await;
    let names = [
        "customer_id",
        "frequency",
        "recency_days",
        "T_days",
        "monetary_value",
        "p_alive",
        "exp_tx_1w",
        "exp_tx_4w",
        "exp_tx_13w",
        "exp_tx_26w",
        "exp_tx_39w",
        "exp_tx_52w",
        "exp_avg_spend",
        "clv_52w_undiscounted",
        "clv_52w_10pct_annual_end_of_week",
    ];
    let wanted = numbers("cdnow/reference_bgnbd_sample2357_cal39w.csv", &names);
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(&wanted) {
        for ((found, wanted), name) in found.iter().zip(wanted).zip(names) {
            // The file contains twelve digits.
            assert!(close(*found, *wanted, 2e-11), "{name}: {found} {wanted}");
        }
    }
    let reference = reference();
    let sum = |place: usize| found.iter().map(|row| row[place]).sum::<f64>();
    let number = |value: &serde_json::Value| value.as_f64().expect("number");
    assert!(close(sum(5), number(&reference["sum_p_alive"]), 1e-11));
    for (place, weeks) in horizons.into_iter().enumerate() {
        assert!(close(sum(6 + place), number(&reference["sum_exp_tx"][weeks.to_string()]), 1e-11), "{weeks}");
    }
    assert!(close(sum(13), number(&reference["sum_clv_52w_undiscounted"]), 1e-11));
    assert!(close(sum(14), number(&reference["sum_clv_52w_10pct"]), 1e-11));

    let new = horizons.map(|weeks| format!("expected_purchases_new(fit, {weeks})")).join(", ");
    let found = rows(&engine, &format!("select {new} from fits")).await;
    for (found, weeks) in found[0].iter().zip(horizons) {
        let wanted = number(&reference["expected_tx_random_customer"][weeks.to_string()]);
        assert!(close(*found, wanted, 1e-11), "{weeks}: {found} {wanted}");
    }
}

#[tokio::test]
async fn the_other_models_predict_the_same_as_lifetimes() {
    let scratch = tempfile::tempdir().expect("scratch");
    let engine = engine(scratch.path(), 2).await;
    let wanted = numbers(
        "purchase_models/cdnow_customers.csv",
        &["customer_id", "mbg_p_alive", "mbg_expected_39w", "pareto_p_alive", "pareto_expected_39w"],
    );
    let found = rows(
        &engine,
        "with fits as (
            select
                mbg_nbd_fit(frequency, recency_days / 7.0, age_days / 7.0) as mbg,
                purchase_fit('pareto_nbd', frequency, recency_days / 7.0, age_days / 7.0) as pareto
            from histories
        )
        select customer_id, p_alive(mbg, frequency, recency_days / 7.0, age_days / 7.0),
            mbg_nbd_expected_purchases(mbg, frequency, recency_days / 7.0, age_days / 7.0, 39),
            p_alive(pareto, frequency, recency_days / 7.0, age_days / 7.0),
            pareto_nbd_expected_purchases(pareto, frequency, recency_days / 7.0, age_days / 7.0, 39)
        from histories cross join fits order by customer_id",
    )
    .await;
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(&wanted) {
        // Pareto/NBD's reference parameters are accurate to 1e-9, from differences of the likelihood.
        for ((found, wanted), tolerance) in found.iter().zip(wanted).zip([0.0, 1e-10, 1e-10, 1e-8, 1e-8]) {
            assert!(close(*found, *wanted, tolerance), "{}: {found} {wanted}", wanted);
        }
    }
}

/// The paper's holdout table: purchases in weeks 40 to 78 by repeat purchases in weeks 1 to 39, expected and actual.
/// The actual values and BG/NBD's sums come from the reference file, those of the other models from lifetimes.
#[tokio::test]
async fn the_holdout_table_equals_the_references() {
    let scratch = tempfile::tempdir().expect("scratch");
    let engine = engine(scratch.path(), 2).await;
    let found = rows(
        &engine,
        "with fits as (
            select
                bg_nbd_fit(frequency, recency_days, age_days) as bg,
                mbg_nbd_fit(frequency, recency_days, age_days) as mbg,
                pareto_nbd_fit(frequency, recency_days, age_days) as pareto
            from histories
        ),
        later as (
            select customer_id, count(distinct day) as purchases from transactions
            where day > date '1997-09-30' and day <= date '1998-06-30' group by customer_id
        ),
        scored as (
            select least(frequency, 7) as class, coalesce(later.purchases, 0) as purchases,
                expected_purchases(bg, frequency, recency_days, age_days, 273) as bg,
                expected_purchases(mbg, frequency, recency_days, age_days, 273) as mbg,
                expected_purchases(pareto, frequency, recency_days, age_days, 273) as pareto
            from histories cross join fits left join later on later.customer_id = histories.customer_id
        )
        select class, count(*), sum(purchases), sum(bg), sum(mbg), sum(pareto) from scored group by class order by class",
    )
    .await;
    let mut reference =
        numbers("cdnow/reference_bgnbd_sample2357_cal39w.csv", &["frequency", "holdout_transactions", "exp_tx_39w"]);
    let others = numbers("purchase_models/cdnow_customers.csv", &["mbg_expected_39w", "pareto_expected_39w"]);
    for (customer, others) in reference.iter_mut().zip(others) {
        customer.extend(others);
    }
    assert_eq!(found.len(), 8);
    for row in &found {
        let mut wanted = [row[0], 0.0, 0.0, 0.0, 0.0, 0.0];
        for customer in reference.iter().filter(|customer| customer[0].min(7.0) == row[0]) {
            wanted[1] += 1.0;
            wanted[2..].iter_mut().zip(&customer[1..]).for_each(|(sum, value)| *sum += value);
        }
        assert_eq!(row[..3], wanted[..3]);
        for ((found, wanted), tolerance) in row[3..].iter().zip(&wanted[3..]).zip([1e-10, 1e-10, 1e-8]) {
            assert!(close(*found, *wanted, tolerance), "{row:?} {wanted:?}");
        }
        // The paper's point: for one-time buyers BG/NBD is accurate and Pareto/NBD far too low.
        if row[0] == 0.0 {
            assert!((row[3] / row[2] - 1.0).abs() < 0.06 && row[5] / row[2] < 0.6, "{row:?}");
        }
    }
    let totals = self::reference();
    let actual: f64 = found.iter().map(|row| row[2]).sum();
    assert_eq!(Some(actual), totals["holdout_transactions_actual"].as_f64());
    let expected: f64 = found.iter().map(|row| row[3]).sum();
    let wanted = totals["sum_exp_tx"]["39"].as_f64().expect("number");
    assert!(close(expected, wanted, 1e-11), "{expected} {wanted}");
}
