//! The purchase and spend models in SQL: grouped, split and shuffled input, bad data and wrong calls.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use proptest::prelude::*;

use super::{rows, session};

type Row = (i64, i64, f64, f64, f64);

/// Table `histories (segment, frequency, recency, age, spend)` in the given partitions.
fn histories(ctx: &SessionContext, partitions: &[Vec<Row>]) {
    let batches: Vec<Vec<RecordBatch>> = partitions
        .iter()
        .map(|rows| {
            let whole = |of: fn(&Row) -> i64| Arc::new(rows.iter().map(of).collect::<Int64Array>()) as ArrayRef;
            let number = |of: fn(&Row) -> f64| {
                Arc::new(rows.iter().map(|row| Some(of(row))).collect::<Float64Array>()) as ArrayRef
            };
            vec![
                RecordBatch::try_from_iter([
                    ("segment", whole(|row| row.0)),
                    ("frequency", whole(|row| row.1)),
                    ("recency", number(|row| row.2)),
                    ("age", number(|row| row.3)),
                    ("spend", number(|row| row.4)),
                ])
                .expect("batch"),
            ]
        })
        .collect();
    let table = MemTable::try_new(batches[0][0].schema(), batches).expect("table");
    ctx.register_table("histories", Arc::new(table)).expect("register");
}

/// Customers who buy at three rates and leave after a purchase with three probabilities.
fn customers(count: i64) -> Vec<Row> {
    let mut state = 2_005_u64;
    // Knuth's generator, so that the customers are the same everywhere.
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    };
    let customer = |n: i64| {
        let age = (30.0 + 700.0 * uniform()).floor();
        let mean_gap = [15.0, 60.0, 300.0][n as usize % 3];
        let leaves = [0.02, 0.2, 0.6][n as usize / 3 % 3];
        let (mut frequency, mut recency) = (0, 0.0);
        while uniform() > leaves {
            let next = (recency - mean_gap * uniform().ln()).ceil();
            if next > age {
                break;
            }
            (frequency, recency) = (frequency + 1, next);
        }
        let level = 40.0 / (0.4 - uniform().ln());
        let spend = (level * (1.0 + (uniform() - 0.5) / f64::from(frequency.max(1)).sqrt()) * 100.0).round() / 100.0;
        (n % 2, i64::from(frequency), recency, age, spend)
    };
    (0..count).map(customer).collect()
}

const FITS: &str = "select segment,
        bg_nbd_fit(frequency, recency, age) as bg, mbg_nbd_fit(frequency, recency, age) as mbg,
        pareto_nbd_fit(frequency, recency, age) as pareto, gamma_gamma_fit(frequency, spend) as spend
    from histories group by segment";

fn flat() -> String {
    format!(
        "select segment, bg['r'], bg['alpha'], bg['a'], bg['b'], bg['log_likelihood'], bg['customers'], mbg['r'], mbg['alpha'],
            mbg['a'], mbg['b'], pareto['r'], pareto['alpha'], pareto['s'], pareto['beta'], pareto['log_likelihood'],
            spend['p'], spend['q'], spend['gamma'], spend['correlation'], spend['customers']
        from ({FITS}) order by segment"
    )
}

fn bits(rows: &[Vec<Option<f64>>]) -> Vec<Vec<Option<u64>>> {
    rows.iter().map(|row| row.iter().map(|cell| cell.map(f64::to_bits)).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Order, partitions and merged states do not change a bit of a fit.
    #[test]
    fn fits_do_not_depend_on_order_or_partitions(seed in 1..1_000_usize, cut in 1..699_usize, partitions in 1..4_usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        let all = customers(700);
        let whole = session(1);
        histories(&whole, std::slice::from_ref(&all));
        let wanted = runtime.block_on(rows(&whole, &flat())).expect("sql");
        prop_assert!(wanted.iter().all(|row| row[1].is_some() && row[14].is_some() && row[16].is_some()), "{wanted:?}");

        let mut shuffled: Vec<Row> = (0..all.len()).map(|place| all[(place * 699 + seed) % all.len()]).collect();
        let tail = shuffled.split_off(cut);
        let split = session(partitions);
        histories(&split, &[tail, shuffled]);
        let found = runtime.block_on(rows(&split, &flat())).expect("sql");
        prop_assert_eq!(bits(&found), bits(&wanted));
    }
}

/// One row with a count equals that many rows.
#[tokio::test]
async fn equal_customers_can_share_a_row() {
    let ctx = session(2);
    let all = customers(400);
    histories(&ctx, &[all]);
    let of = |source: &str, further: &str| {
        format!(
            "select fit['r'], fit['alpha'], fit['a'], fit['b'], fit['log_likelihood'], fit['customers'], spend['p'], spend['q']
            from (select purchase_fit('mbg_nbd', frequency, recency, age{further}) as fit,
                gamma_gamma_fit(frequency, spend{further}) as spend from {source})"
        )
    };
    let single = rows(&ctx, &of("histories cross join (values (1), (2), (3))", "")).await.expect("sql");
    let grouped = "(select frequency, recency, age, spend, count(*) * 3 as n from histories group by all)";
    let grouped = grouped.replace("group by all", "group by frequency, recency, age, spend");
    let counted = rows(&ctx, &of(&grouped, ", n")).await.expect("sql");
    assert_eq!(bits(&single), bits(&counted));
    assert_eq!(single[0][5], Some(1_200.0));
}

async fn statuses(all: Vec<Row>) -> Vec<String> {
    let ctx = session(2);
    histories(&ctx, &[all]);
    let sql = "select bg['status'] as a, mbg['status'] as b, pareto['status'] as c, spend['status'] as d
        from (select bg_nbd_fit(frequency, recency, age) as bg, mbg_nbd_fit(frequency, recency, age) as mbg,
            pareto_nbd_fit(frequency, recency, age) as pareto, gamma_gamma_fit(frequency, spend) as spend from histories)";
    let batches = ctx.sql(sql).await.expect("plan").collect().await.expect("run");
    (0..4).map(|column| batches[0].column(column).as_string::<i32>().value(0).to_owned()).collect()
}

#[tokio::test]
async fn data_that_cannot_be_fitted_has_a_status() {
    let few = "too few customers";
    assert_eq!(statuses(vec![]).await, [few; 4]);
    assert_eq!(statuses(vec![(0, 4, 20.0, 30.0, 10.0)]).await, [few; 4]);
    let once = (0..200).map(|n| (0, 0, 0.0, n as f64, 10.0)).collect();
    assert_eq!(statuses(once).await, ["no repeat purchases", "no repeat purchases", "no repeat purchases", few]);
    let one_day = vec![(0, 0, 0.0, 0.0, 10.0); 200];
    assert_eq!(statuses(one_day).await, ["no time observed", "no time observed", "no time observed", few]);
    assert_eq!(statuses(vec![(0, 3, 20.0, 30.0, 10.0); 200]).await, ["no inner maximum"; 4]);
    let worthless = customers(400).into_iter().map(|(segment, x, recency, age, _)| (segment, x, recency, age, 0.0));
    assert_eq!(statuses(worthless.collect()).await, ["fitted", "fitted", "fitted", few]);
}

/// Hardly any of these buyers has left. The likelihood is so flat that a line search without a limit never ends.
#[tokio::test]
async fn the_search_for_a_maximum_ends_where_the_likelihood_is_flat() {
    let text = include_str!("../../../tests/data/purchase_models/flat_likelihood.csv");
    let number = |cell: &str| cell.parse::<f64>().expect("number");
    let all = text.lines().skip(1).map(|line| {
        let cells: Vec<f64> = line.split(',').map(number).collect();
        (0, cells[0] as i64, cells[1], cells[2], 10.0)
    });
    let ctx = session(1);
    histories(&ctx, &[all.collect()]);
    let sql = "select mbg_nbd_fit(frequency, recency, age)['status'] as status from histories";
    let batches = ctx.sql(sql).await.expect("plan").collect().await.expect("run");
    assert_eq!(batches[0].column(0).as_string::<i32>().value(0), "no inner maximum");
}

/// Without a fit there is no prediction. Nulls are excluded from fits and predicted as null.
#[tokio::test]
async fn nulls_and_missing_fits_predict_null() {
    let ctx = session(1);
    histories(&ctx, &[vec![(0, 4, 20.0, 30.0, 10.0)]]);
    let found = rows(
        &ctx,
        "select p_alive(fit, frequency, recency, age), expected_purchases(fit, frequency, recency, age, 30),
            expected_purchases_new(fit, 30), clv(fit, frequency, recency, age, 10, 365, 0.1), expected_spend(spend_fit, 1, 10),
            p_alive(null, 1, 2, 3), expected_spend(null, 1, 2), fit['customers'], fit['r']
        from histories cross join (select bg_nbd_fit(frequency, recency, age) as fit,
            gamma_gamma_fit(frequency, spend) as spend_fit from histories)",
    )
    .await
    .expect("sql");
    assert_eq!(found, [[None, None, None, None, None, None, None, Some(1.0), None]]);

    let given = "named_struct('status', 'fitted', 'model', 'mbg_nbd', 'r', 0.5, 'alpha', 6, 'a', 0.9, 'b', 1.6, 's', null, 'beta',
        null, 'log_likelihood', null, 'customers', null, 'repeat_customers', null)";
    let found = rows(
        &ctx,
        &format!(
            "select p_alive({given}, column1, 2, 30), expected_purchases({given}, 1, 2, 30, column1), p_alive({given}, 3, 2, 30)
            from (values (null), (1))"
        ),
    )
    .await
    .expect("sql");
    assert_eq!(found[0][..2], [None, None]);
    assert!(found[1].iter().all(Option::is_some) && found[0][2] == found[1][2]);
}

#[tokio::test]
async fn clv_adds_up_its_periods() {
    let ctx = session(1);
    let fit = "named_struct('model', 'bg_nbd', 'r', 0.25, 'alpha', 30, 'a', 0.8, 'b', 2.4, 's', null, 'beta', null,
        'log_likelihood', null, 'customers', 1, 'repeat_customers', 1, 'status', 'fitted')";
    let sql = format!(
        "with f as (select {fit} as fit)
        select clv(fit, 3, 90, 100, 20, 365, 0, 365), 20 * expected_purchases(fit, 3, 90, 100, 365),
            clv(fit, 3, 90, 100, 20, 45, 0.1), clv(fit, 3, 90, 100, 20, 45, 0.1, 30),
            20 * (expected_purchases(fit, 3, 90, 100, 30) / power(1.1, 30 / 365.0)
                + (expected_purchases(fit, 3, 90, 100, 45) - expected_purchases(fit, 3, 90, 100, 30)) / power(1.1, 45 / 365.0)),
            clv(fit, 3, 90, 100, 20, 0, 0.1)
        from f"
    );
    let found = rows(&ctx, &sql).await.expect("sql");
    let [whole, by_hand, last_shorter, default, sum, none] = found[0][..] else { panic!("{found:?}") };
    let close = |a: Option<f64>, b: Option<f64>| (a.unwrap_or(f64::NAN) - b.unwrap_or(f64::NAN)).abs() < 1e-12;
    assert!(close(whole, by_hand) && close(last_shorter, sum), "{found:?}");
    assert_eq!(last_shorter, default);
    assert_eq!(none, Some(0.0));
}

#[tokio::test]
async fn impossible_data_is_an_error_that_names_it() {
    let fit = "named_struct('model', 'bg_nbd', 'r', 0.25, 'alpha', 30, 'a', 0.8, 'b', 2.4, 's', null, 'beta', null,
        'log_likelihood', null, 'customers', 1, 'repeat_customers', 1, 'status', 'fitted')";
    for (row, sql, wanted) in [
        (
            (0, 3, 31.0, 30.0, 1.0),
            "select bg_nbd_fit(frequency, recency, age) from histories",
            "bg_nbd_fit found frequency 3, recency 31, age 30: recency cannot exceed age",
        ),
        (
            (0, -1, 1.0, 30.0, 1.0),
            "select purchase_fit('mbg_nbd', frequency, recency, age) from histories",
            "purchase_fit found frequency -1, recency 1, age 30: frequency cannot be negative",
        ),
        (
            (0, 0, 5.0, 30.0, 1.0),
            "select p_alive(fit, frequency, recency, age) from histories cross join f",
            "p_alive found frequency 0, recency 5, age 30: without a repeat purchase recency is 0",
        ),
        (
            (0, 1, 5.0, f64::NAN, 1.0),
            "select pareto_nbd_fit(frequency, recency, age) from histories",
            "recency and age must be finite and not negative",
        ),
        (
            (0, 1, 5.0, 30.0, -30.0),
            "select expected_purchases(fit, frequency, recency, age, spend) from histories cross join f",
            "expected_purchases found horizon -30: it must be finite and not negative",
        ),
        (
            (0, 1, 5.0, 30.0, f64::INFINITY),
            "select gamma_gamma_fit(frequency, spend) from histories",
            "gamma_gamma_fit found mean_spend inf: it must be finite",
        ),
        (
            (0, 1, 5.0, 30.0, -1.0),
            "select clv(fit, frequency, recency, age, spend, 365, 0.1) from histories cross join f",
            "clv found expected_spend -1: it must be finite and not negative",
        ),
        (
            (0, 1, 5.0, 30.0, 1.0),
            "select clv(fit, frequency, recency, age, spend, 365, -0.1) from histories cross join f",
            "clv found annual_discount_rate -0.1",
        ),
        (
            (0, 1, 5.0, 30.0, 1.0),
            "select pareto_nbd_expected_purchases(fit, frequency, recency, age, 1) from histories cross join f",
            "pareto_nbd_expected_purchases received a fit of bg_nbd: call expected_purchases",
        ),
        (
            (0, -4, 5.0, 30.0, 1.0),
            "select bg_nbd_fit(1, 2, 3, frequency) from histories",
            "bg_nbd_fit found customers -4: it must be not negative",
        ),
    ] {
        let ctx = session(2);
        histories(&ctx, &[vec![row]]);
        let sql = format!("with f as (select {fit} as fit) {sql}");
        let error = rows(&ctx, &sql).await.expect_err(&sql).to_string();
        assert!(error.contains(wanted), "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_fit_from_elsewhere_must_have_its_parameters() {
    let ctx = session(1);
    for (r, wanted) in [("null", "whose r is null"), ("-1", "whose r is -1"), ("0", "whose r is 0")] {
        let sql = format!(
            "select p_alive(named_struct('model', 'bg_nbd', 'r', {r}, 'alpha', 30, 'a', 0.8, 'b', 2.4, 's', null, 'beta', null,
                'log_likelihood', null, 'customers', 1, 'repeat_customers', 1, 'status', 'fitted'), 1, 2, 3)"
        );
        let error = rows(&ctx, &sql).await.expect_err(&sql).to_string();
        assert!(error.contains(wanted) && error.contains("take fits from purchase_fit"), "{error}");
    }
}

#[tokio::test]
async fn wrong_calls_fail_at_planning_with_advice() {
    for (sql, wanted) in [
        (
            "select bg_nbd_fit(frequency, recency) from histories",
            "bg_nbd_fit takes three or four arguments, not 2: write bg_nbd_fit(frequency, recency, age)",
        ),
        (
            "select bg_nbd_fit(recency, recency, age) from histories",
            "bg_nbd_fit takes an integer as frequency, not Float64",
        ),
        ("select mbg_nbd_fit(frequency, 'x', age) from histories", "mbg_nbd_fit takes a number as recency, not Utf8"),
        ("select purchase_fit(frequency, recency, age) from histories", "must be a string literal or a $variable"),
        (
            "select purchase_fit('bgnbd', frequency, recency, age) from histories",
            "purchase_fit has no model 'bgnbd': write 'bg_nbd', 'mbg_nbd' or 'pareto_nbd'",
        ),
        (
            "select purchase_fit(cast(segment as varchar), frequency, recency, age) from histories group by segment",
            "must be a string literal or a $variable",
        ),
        ("select pareto_nbd_fit(distinct frequency, recency, age) from histories", "remove distinct"),
        ("select gamma_gamma_fit(distinct frequency, spend) from histories", "remove distinct"),
        ("select gamma_gamma_fit(spend) from histories", "gamma_gamma_fit takes two or three arguments, not 1"),
        ("select p_alive(frequency, recency, age) from histories", "p_alive takes four arguments, not 3"),
        (
            "select p_alive(spend, frequency, recency, age) from histories",
            "p_alive takes the result of purchase_fit, bg_nbd_fit, mbg_nbd_fit or pareto_nbd_fit as fit, not Float64",
        ),
        (
            "select expected_spend(bg_nbd_fit(frequency, recency, age), 1, 2) from histories",
            "expected_spend takes the result of gamma_gamma_fit as fit, not Struct",
        ),
        (
            "select p_alive(gamma_gamma_fit(frequency, spend), 1, 2, 3) from histories",
            "p_alive takes the result of purchase_fit, bg_nbd_fit, mbg_nbd_fit or pareto_nbd_fit as fit, not Struct",
        ),
        (
            "select expected_purchases_new(bg_nbd_fit(frequency, recency, age)) from histories",
            "expected_purchases_new takes two arguments, not 1",
        ),
        (
            "select clv(bg_nbd_fit(frequency, recency, age), 1, 2, 3, 4, 5) from histories",
            "clv takes seven or eight arguments, not 6",
        ),
    ] {
        let ctx = session(2);
        histories(&ctx, &[customers(3)]);
        let planned = async { ctx.sql(sql).await?.into_optimized_plan() }.await;
        let error = planned.expect_err(sql).to_string();
        assert!(error.contains(wanted), "{sql}: {error}");
        assert!(!error.contains("No function matches"), "{sql}: {error}");
    }
}
