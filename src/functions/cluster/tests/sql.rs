//! The functions in SQL, as models call them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Builder, ListBuilder, RecordBatch};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::super::fit::fit;
use super::{planted, sample, settings};
use crate::functions::{all_udafs, all_udfs};

/// A session in which small inputs are split into several batches.
pub(super) fn session(partitions: usize) -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(16);
    let ctx = SessionContext::new_with_config(config);
    all_udafs().iter().for_each(|function| ctx.register_udaf(function.as_ref().clone()));
    all_udfs().iter().for_each(|function| ctx.register_udf(function.as_ref().clone()));
    ctx
}

/// Table `customers (features double[])` in the given partitions; `None` is a null list.
pub(super) fn customers(ctx: &SessionContext, partitions: &[Vec<Option<Vec<Option<f64>>>>]) {
    let batches: Vec<Vec<RecordBatch>> = partitions
        .iter()
        .map(|rows| {
            let mut builder = ListBuilder::new(Float64Builder::new());
            for row in rows {
                builder.append_option(row.clone());
            }
            vec![
                RecordBatch::try_from_iter_with_nullable([("features", Arc::new(builder.finish()) as ArrayRef, true)])
                    .expect("batch"),
            ]
        })
        .collect();
    let table = MemTable::try_new(batches[0][0].schema(), batches).expect("table");
    ctx.register_table("customers", Arc::new(table)).expect("register");
}

pub(super) async fn batches(ctx: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    ctx.sql(sql).await?.collect().await
}

async fn text(ctx: &SessionContext, sql: &str) -> String {
    let batches = batches(ctx, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    pretty_format_batches(&batches).expect("text").to_string()
}

fn features() -> Vec<Option<Vec<Option<f64>>>> {
    planted().into_iter().map(|row| Some(row.1.into_iter().map(Some).collect())).collect()
}

#[tokio::test]
async fn partitions_states_and_order_do_not_change_a_fit() {
    let sql = "select kmeans_fit(features, make_array(1, 1, 0.5), 2, 5, 7) as fit from customers";
    let one = session(1);
    let mut rows = features();
    customers(&one, &[rows.clone()]);
    let wanted = batches(&one, sql).await.expect("fit");
    for partitions in [2, 5] {
        rows.rotate_left(partitions * 7);
        rows.reverse();
        let parts: Vec<_> = rows.chunks(rows.len().div_ceil(partitions)).map(<[_]>::to_vec).collect();
        let other = session(partitions);
        customers(&other, &parts);
        assert_eq!(batches(&other, sql).await.expect("fit"), wanted);
        // A fit in a column, by group, goes through the same states.
        let grouped = "select kmeans_fit(features, make_array(1, 1, 0.5), 2, 5, 7) as fit from customers group by features is null";
        assert_eq!(batches(&other, grouped).await.expect("fit")[0].column(0), wanted[0].column(0));
    }
}

#[tokio::test]
async fn the_struct_holds_the_result() {
    let ctx = session(2);
    let mut rows = features();
    rows.push(None);
    customers(&ctx, &[rows]);
    let found = fit(&sample(planted().iter().map(|row| &row.1)), &[1.0; 3], settings(2, 4));
    let batches = batches(
        &ctx,
        "select f.fit['k'], f.fit['customers'], f.fit['silhouette'], f.fit['status'],
                f.fit['standardised'][2][1], f.fit['means'][1] + f.fit['deviations'][1] * f.fit['standardised'][2][1] - f.fit['centroids'][2][1],
                f.fit['candidates'][2]['silhouette'], f.fit['weights'][3], cardinality(f.fit['candidates'])
         from (select kmeans_fit(features, make_array(1.0, 1.0, 1.0), 2, 4, 7) as fit from customers) as f",
    )
    .await
    .expect("fit");
    let row = &batches[0];
    let number = |column: usize| row.column(column).as_primitive::<Float64Type>().value(0);
    assert_eq!(row.column(0).as_primitive::<Int64Type>().value(0), 3);
    assert_eq!(row.column(1).as_primitive::<Int64Type>().value(0), 120, "a null list is not a customer");
    assert_eq!(Some(number(2)), found.silhouette);
    assert_eq!(row.column(3).as_string::<i32>().value(0), "fitted");
    assert_eq!(number(4), found.centres[3]);
    assert_eq!(number(5), 0.0);
    assert_eq!(Some(number(6)), found.candidates[1].1);
    assert_eq!(number(7), 1.0);
}

#[tokio::test]
async fn rows_go_to_the_nearest_cluster_of_a_fit_from_a_subquery_or_a_column() {
    let ctx = session(2);
    let mut rows = features();
    rows.extend([None, Some(vec![Some(0.9), Some(100.0), Some(1.0)])]);
    customers(&ctx, &[rows[..50].to_vec(), rows[50..].to_vec()]);
    let fits = "with fits as (select kmeans_fit(features, make_array(1, 1, 1), 2, 6, 7) as fit from customers) ";
    let subquery = text(
        &ctx,
        &format!(
            "{fits} select kmeans_cluster((select fit from fits), features) as cluster, count(*) as customers,
                round(max(kmeans_distance((select fit from fits), features)), 6) as farthest from customers group by 1 order by 1"
        ),
    )
    .await;
    let column = text(
        &ctx,
        &format!(
            "{fits} select kmeans_cluster(fits.fit, customers.features) as cluster, count(*) as customers,
                round(max(kmeans_distance(fits.fit, customers.features)), 6) as farthest from customers cross join fits group by 1 order by 1"
        ),
    )
    .await;
    assert_eq!(subquery, column);
    let counts: Vec<&str> =
        subquery.lines().skip(3).take(4).map(|line| line.split('|').nth(2).expect("column").trim()).collect();
    assert_eq!(counts, ["61", "40", "20", "1"], "{subquery}");
    // Two fits in one column, one after the other, and a null.
    let found = text(
        &ctx,
        "with fits as (
            select 1 as no, kmeans_fit(make_array(x), make_array(1), 2, 2, 0) as fit from (values (0), (0), (1)) as t (x)
            union all
            select 2 as no, kmeans_fit(make_array(x), make_array(1), 2, 2, 0) as fit from (values (0), (1), (1)) as t (x)
            union all
            select 3 as no, kmeans_fit(make_array(x), make_array(1), 2, 2, 0) as fit from (values (0)) as t (x)
         )
         select fits.no, kmeans_cluster(fits.fit, make_array(0)) as zero, kmeans_cluster(fits.fit, make_array(1.0)) as one,
            kmeans_cluster(null, make_array(1)) as nothing, fits.fit['status'] as status
         from fits order by 1",
    )
    .await;
    let lines: Vec<&str> = found.lines().skip(3).take(3).collect();
    assert_eq!(
        lines,
        [
            "| 1  | 1    | 2   |         | fitted            |",
            "| 2  | 2    | 1   |         | fitted            |",
            "| 3  |      |     |         | too few customers |",
        ]
    );
}

#[tokio::test]
async fn ties_go_to_the_lower_number_and_distances_are_scaled() {
    let ctx = session(1);
    let found = text(
        &ctx,
        "with fits as (select kmeans_fit(make_array(x), make_array(3), 2, 2, 0) as fit from (values (0), (0), (2), (2)) as t (x))
         select kmeans_cluster((select fit from fits), make_array(1)) as tie, kmeans_distance((select fit from fits), make_array(1)) as far",
    )
    .await;
    // Deviation 1, weight 3: the middle is at distance three from both.
    assert!(found.contains("| 1   | 3.0 |"), "{found}");
}

#[tokio::test]
async fn a_refit_keeps_the_numbers() {
    let ctx = session(3);
    let rows = features();
    customers(&ctx, &rows.chunks(40).map(<[_]>::to_vec).collect::<Vec<_>>());
    let sql = |earlier: &str| {
        format!(
            "with fits as (select kmeans_fit(features, make_array(1, 1, 1), 3, 3, 7) as fit from customers),
                  moved as (select kmeans_refit({earlier}, array_concat(make_array(features[1] + 0.02), array_slice(features, 2, 3))) as fit
                            from customers cross join fits)
             select moved.fit['k'] as k, moved.fit['customers'] as customers, moved.fit['status'] as status,
                count(case when kmeans_cluster(moved.fit, customers.features) <> kmeans_cluster(fits.fit, customers.features) then 1 end) as differ,
                round(max(moved.fit['centroids'][3][1] - fits.fit['centroids'][3][1]), 9) as moved
             from customers cross join fits cross join moved group by 1, 2, 3"
        )
    };
    let found = text(&ctx, &sql("fits.fit")).await;
    assert!(found.contains("| 3 | 120       | fitted | 0      | 0.02  |"), "{found}");
    assert_eq!(text(&ctx, &sql("(select fit from fits)")).await, found);
    let nothing = batches(&ctx, "select kmeans_refit(null, features) as fit from customers").await.expect("refit");
    assert!(nothing[0].column(0).is_null(0));
}
