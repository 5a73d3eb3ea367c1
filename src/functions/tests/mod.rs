//! The functions in SQL, as models call them.

mod cdnow;
mod value_models;
mod wrong_calls;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};
use proptest::prelude::*;

use super::interval::{mean, net_score, share};
use super::{all_udafs, all_udfs, all_udwfs};

pub(super) fn session(partitions: usize) -> SessionContext {
    // Small batches, so that small inputs are split into several of them.
    let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(16);
    let ctx = SessionContext::new_with_config(config);
    for function in all_udafs() {
        ctx.register_udaf(function.as_ref().clone());
    }
    for function in all_udfs() {
        ctx.register_udf(function.as_ref().clone());
    }
    for function in all_udwfs() {
        ctx.register_udwf(function.as_ref().clone());
    }
    ctx
}

/// Table `responses (item int, score bigint)` in the given partitions.
fn responses(ctx: &SessionContext, partitions: &[Vec<(i32, Option<i64>)>]) {
    let batches: Vec<Vec<RecordBatch>> = partitions
        .iter()
        .map(|rows| {
            let items: Int32Array = rows.iter().map(|row| Some(row.0)).collect();
            let scores: Int64Array = rows.iter().map(|row| row.1).collect();
            vec![
                RecordBatch::try_from_iter_with_nullable([
                    ("item", Arc::new(items) as ArrayRef, false),
                    ("score", Arc::new(scores) as ArrayRef, true),
                ])
                .expect("batch"),
            ]
        })
        .collect();
    let table = MemTable::try_new(batches[0][0].schema(), batches).expect("table");
    ctx.register_table("responses", Arc::new(table)).expect("register");
}

pub(super) async fn rows(ctx: &SessionContext, sql: &str) -> Result<Vec<Vec<Option<f64>>>> {
    let mut found = Vec::new();
    for batch in ctx.sql(sql).await?.collect().await? {
        for row in 0..batch.num_rows() {
            let cell = |column: &ArrayRef| {
                let column = datafusion::arrow::compute::cast(column, &datafusion::arrow::datatypes::DataType::Float64)
                    .expect("number");
                let column = column.as_primitive::<Float64Type>();
                datafusion::arrow::array::Array::is_valid(column, row).then(|| column.value(row))
            };
            found.push(batch.columns().iter().map(cell).collect());
        }
    }
    Ok(found)
}

fn values(scores: &str) -> String {
    format!("(values {scores}) as answers(score)")
}

#[tokio::test]
async fn nps_csat_and_ces_count_according_to_the_contract() {
    let ctx = session(2);
    let found = rows(
        &ctx,
        &format!(
            "select nps(score), nps_ci_low(score), nps_ci_high(score) from {}",
            values("(6), (7), (8), (9), (10), (null)")
        ),
    )
    .await
    .expect("sql");
    let wanted = net_score(2, 1, 5).expect("responses");
    let (low, high) = wanted.interval.expect("interval");
    assert_eq!(found, [[Some(wanted.value), Some(low), Some(high)]]);

    let found = rows(
        &ctx,
        &format!(
            "select csat(score), csat_ci_low(score), csat_ci_high(score) from {}",
            values("(1), (2), (3), (4), (5)")
        ),
    )
    .await
    .expect("sql");
    let (low, high) = share(2, 5).expect("responses").interval.expect("interval");
    assert_eq!(found, [[Some(0.4), Some(low), Some(high)]]);

    let found = rows(
        &ctx,
        &format!(
            "select ces(score), ces_ci_low(score, 'top_box'), ces(score, 'mean'), ces_ci_high(score, 'mean'), ces(score, 'net'), ces_ci_low(score, 'net')
             from {}",
            values("(1), (2), (3), (4), (5), (6), (7), (7)")
        ),
    )
    .await
    .expect("sql");
    let top = share(4, 8).expect("responses");
    let average = mean(35, 189, 8, 1, 7).expect("responses");
    let net = net_score(3, 3, 8).expect("responses");
    assert_eq!(
        found,
        [[
            Some(top.value),
            top.interval.map(|ends| ends.0),
            Some(average.value),
            average.interval.map(|ends| ends.1),
            Some(net.value),
            net.interval.map(|ends| ends.0),
        ]]
    );
}

#[tokio::test]
async fn no_response_is_null_and_filters_and_groups_work() {
    let ctx = session(3);
    responses(
        &ctx,
        &[vec![(1, Some(10)), (2, None)], vec![(1, Some(0)), (3, Some(9))], vec![(1, Some(10)), (2, None)]],
    );
    let found = rows(
        &ctx,
        "select item, nps(score), nps(score) filter (where score > 5) from responses group by item order by item",
    )
    .await
    .expect("sql");
    assert_eq!(
        found,
        [[Some(1.0), Some(100.0 / 3.0), Some(100.0)], [Some(2.0), None, None], [Some(3.0), Some(100.0), Some(100.0)],]
    );
    let found = rows(
        &ctx,
        "select nps(score), csat(score), ces(score, 'mean'), ces_ci_low(score, 'mean') from responses where item = 2",
    )
    .await
    .expect("sql");
    assert_eq!(found, [[None, None, None, None]]);
    let found = rows(&ctx, "select nps(null), ces(7, 'mean'), ces_ci_low(7, 'mean')").await.expect("sql");
    assert_eq!(found, [[None, Some(7.0), None]]);
}

#[tokio::test]
async fn a_filter_hides_scores_off_the_scale() {
    let ctx = session(1);
    responses(&ctx, &[vec![(1, Some(4)), (1, Some(99)), (2, Some(5))]]);
    let found =
        rows(&ctx, "select item, csat(score) filter (where score < 6) from responses group by item order by item")
            .await
            .expect("sql");
    assert_eq!(found, [[Some(1.0), Some(1.0)], [Some(2.0), Some(1.0)]]);
}

#[tokio::test]
async fn sliding_windows_remove_responses() {
    let ctx = session(1);
    let found = rows(
        &ctx,
        "select nps(column2) over (order by column1 rows between 1 preceding and current row)
         from (values (1, 10), (2, 0), (3, null), (4, 9)) order by column1",
    )
    .await
    .expect("sql");
    assert_eq!(found, [[Some(100.0)], [Some(0.0)], [Some(-100.0)], [Some(100.0)]]);
}

#[tokio::test]
async fn every_integer_type_is_a_score() {
    let ctx = session(1);
    for name in ["tinyint", "smallint", "int", "bigint", "int unsigned", "bigint unsigned"] {
        let found =
            rows(&ctx, &format!("select nps(cast(column1 as {name})) from (values (10), (9))")).await.expect(name);
        assert_eq!(found, [[Some(100.0)]], "{name}");
    }
}

#[tokio::test]
async fn local_timestamp_is_the_wall_clock() {
    let ctx = session(1);
    let sql = "select cast(local_timestamp(arrow_cast(column1, 'Timestamp(Microsecond, Some(\"UTC\"))'), 'Europe/Stockholm') as varchar) as local
               from (values ('2024-12-31T23:30:00Z'), ('2024-03-31T00:59:59.999999Z'), ('2024-03-31T01:00:00Z'), ('1879-01-01T00:00:00Z'), (null))";
    let batches = ctx.sql(sql).await.expect("plan").collect().await.expect("run");
    let text = datafusion::arrow::compute::cast(batches[0].column(0), &datafusion::arrow::datatypes::DataType::Utf8)
        .expect("text");
    let found: Vec<Option<&str>> = text.as_string::<i32>().iter().collect();
    assert_eq!(
        found,
        [
            Some("2025-01-01T00:30:00"),
            Some("2024-03-31T01:59:59.999999"),
            Some("2024-03-31T03:00:00"),
            // Local mean time of Berlin, with which the database has merged Stockholm.
            Some("1879-01-01T00:53:28"),
            None,
        ]
    );
}

#[tokio::test]
async fn local_days_and_months_are_those_of_the_zone() {
    let instant = "arrow_cast(column1, 'Timestamp(Microsecond, Some(\"UTC\"))')";
    let found = texts(&format!(
        "select local_date({instant}, 'Europe/Stockholm'), local_month({instant}, 'Europe/Stockholm'), local_month({instant}, 'UTC')
         from (values ('2024-12-31T23:30:00Z'), ('2024-03-31T21:59:59.999999Z'), ('1967-02-28T23:00:00Z'), (null))"
    ))
    .await;
    assert_eq!(
        found,
        [
            "2025-01-01 2025-01-01 2024-12-01",
            "2024-03-31 2024-03-01 2024-03-01",
            "1967-03-01 1967-03-01 1967-02-01",
            "null null null"
        ]
    );
}

#[tokio::test]
async fn days_and_local_times_of_a_zone_are_instants() {
    let found = texts(
        "select start_of_day(cast(column1 as date), 'America/Santiago'), end_of_day(cast(column1 as date), 'America/Santiago'),
                instant_of(cast(column1 as timestamp), 'America/Santiago')
         from (values ('2025-09-07'), ('2025-04-05'), ('1899-01-01'), (null))",
    )
    .await;
    assert_eq!(
        found,
        [
            "2025-09-07T04:00:00Z 2025-09-08T03:00:00Z 2025-09-07T04:00:00Z",
            "2025-04-05T03:00:00Z 2025-04-06T04:00:00Z 2025-04-05T03:00:00Z",
            // Local mean time.
            "1899-01-01T04:42:45Z 1899-01-02T04:42:45Z 1899-01-01T04:42:45Z",
            "null null null",
        ]
    );
    // Literals are folded: the scalar path. The hour before midnight is shown twice, and the hour after it skipped.
    let found = texts(
        "select instant_of(timestamp '2025-04-05 23:30:00', 'America/Santiago'),
                instant_of(timestamp '2025-09-07 00:30:00', 'America/Santiago'), start_of_day(date '2025-03-30', 'Asia/Beirut'),
                end_of_day(null, 'UTC')",
    )
    .await;
    assert_eq!(found, ["2025-04-06T02:30:00Z 2025-09-07T04:30:00Z 2025-03-29T22:00:00Z null"]);
    let error = session(1).sql("select end_of_day(cast(column1 as date), 'UTC') from (values (2147483647))").await;
    let error = error.expect("plan").collect().await.expect_err("beyond the calendar").to_string();
    assert!(error.contains("end_of_day cannot compute the day 2147483647 days from 1970-01-01 in UTC"), "{error}");
}

#[tokio::test]
async fn money_is_minor_units_as_decimals() {
    let found = texts(
        "select money(column1), money(cast(column1 as int)) as narrow, to_base_currency(column1, cast(column2 as decimal(18, 6))), share_of(column1, cast(0.015 as decimal(9, 6)))
         from (values (12345, 11.35), (-5, 0.1), (-15, 0.1), (0, null), (null, 1))",
    )
    .await;
    assert_eq!(
        found,
        [
            "123.45 123.45 140116 185",
            "-0.05 -0.05 0 0",
            // -1.5 and -0.225: half up is towards positive infinity.
            "-0.15 -0.15 -1 0",
            "0.00 0.00 null 0",
            "null null null null"
        ]
    );
    assert_eq!(texts("select money(1), to_base_currency(100, 2), nps_group(9)").await, ["0.01 200 promoter"]);
    let error = session(1).sql("select money(column1) from (values (1000000000000000000))").await.expect("plan");
    let error = error.collect().await.expect_err("too large").to_string();
    assert!(error.contains("money found 1000000000000000000 minor units: a decimal(18,2) cannot hold it"), "{error}");
}

/// The rows of a query, columns apart by spaces.
async fn texts(sql: &str) -> Vec<String> {
    use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

    let batches = session(1).sql(sql).await.expect("plan").collect().await.expect("run");
    let options = FormatOptions::default().with_null("null");
    let mut found = Vec::new();
    for batch in batches {
        let columns: Vec<_> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).expect("text")).collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
            found.push(cells.join(" "));
        }
    }
    found
}

#[test]
fn every_function_documents_itself() {
    let names: Vec<String> = all_udafs().iter().map(|function| function.name().to_owned()).collect();
    let scores =
        ["nps", "nps_ci_low", "nps_ci_high", "csat", "csat_ci_low", "csat_ci_high", "ces", "ces_ci_low", "ces_ci_high"];
    let fits = [
        "bg_nbd_fit",
        "mbg_nbd_fit",
        "pareto_nbd_fit",
        "purchase_fit",
        "gamma_gamma_fit",
        "kmeans_fit",
        "kmeans_refit",
        "relative_importance",
    ];
    assert_eq!(names, [&scores[..], &fits[..]].concat());
    let known: Vec<String> = all_udfs().iter().map(|function| function.name().to_owned()).chain(names).collect();
    let aggregates = all_udafs();
    let scalars = all_udfs();
    let windows = all_udwfs();
    let documented = aggregates
        .iter()
        .map(|function| (function.name(), function.documentation()))
        .chain(scalars.iter().map(|function| (function.name(), function.documentation())))
        .chain(windows.iter().map(|function| (function.name(), function.documentation())));
    for (name, documentation) in documented {
        let documentation = documentation.expect(name);
        assert!(documentation.syntax_example.starts_with(&format!("{name}(")), "{name}");
        for related in documentation.related_udfs.iter().flatten().filter(|related| *related != "date_trunc") {
            assert!(known.contains(related), "{name} relates to {related}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Order, partitions and partial states do not change a bit of the result, and it equals a count by hand.
    #[test]
    fn results_do_not_depend_on_order_or_partitions(
        rows_in in prop::collection::vec((0..40_i32, prop::option::weighted(0.9, 1..=7_i64)), 1..300),
        cut in 0..300_usize,
        partitions in 1..4_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        let sql = "select item, nps(score), nps_ci_low(score), ces(score), ces_ci_high(score), ces_ci_low(score, 'mean'), ces(score, 'net')
                   from responses group by item order by item";
        let whole = session(1);
        responses(&whole, std::slice::from_ref(&rows_in));
        let wanted = runtime.block_on(rows(&whole, sql)).expect("sql");

        let mut reversed: Vec<_> = rows_in.iter().rev().copied().collect();
        let tail = reversed.split_off(cut.min(reversed.len()));
        let split = session(partitions);
        // Without grouping in the partial step, convert_to_state makes the states.
        split.state_ref().write().config_mut().options_mut().execution.skip_partial_aggregation_probe_rows_threshold = 0;
        split.state_ref().write().config_mut().options_mut().execution.skip_partial_aggregation_probe_ratio_threshold = 0.0;
        responses(&split, &[tail, reversed]);
        let found = runtime.block_on(rows(&split, sql)).expect("sql");
        prop_assert_eq!(&found, &wanted);

        for row in wanted {
            let scores: Vec<i64> = rows_in.iter().filter(|input| Some(f64::from(input.0)) == row[0]).filter_map(|input| input.1).collect();
            let count = |wanted: &dyn Fn(i64) -> bool| scores.iter().filter(|score| wanted(**score)).count() as i64;
            let by_hand = net_score(count(&|score| score >= 9), count(&|score| score <= 6), scores.len() as i64);
            prop_assert_eq!(row[1], by_hand.map(|estimate| estimate.value));
            let easy = share(count(&|score| score >= 5), scores.len() as i64);
            prop_assert_eq!(row[3], easy.map(|estimate| estimate.value));
        }
    }
}
