//! Wrong calls and wrong data: each error names the function and what is wrong.

use super::sql::{batches, customers, session};

fn rows(rows: &[&[Option<f64>]]) -> Vec<Option<Vec<Option<f64>>>> {
    rows.iter().map(|row| Some(row.to_vec())).collect()
}

#[tokio::test]
async fn wrong_calls_fail_at_planning_with_advice() {
    let ctx = session(2);
    customers(&ctx, &[rows(&[&[Some(1.0)]])]);
    for (call, wanted) in [
        (
            "kmeans_fit(features, make_array(1), 2, 3)",
            "kmeans_fit takes five arguments, not 4: write kmeans_fit(features, weights",
        ),
        (
            "kmeans_fit(features[1], make_array(1), 2, 3, 0)",
            "kmeans_fit takes features as a list of numbers, not Float64",
        ),
        (
            "kmeans_fit(make_array('a'), make_array(1), 2, 3, 0)",
            "kmeans_fit takes features as a list of numbers, not List(",
        ),
        ("kmeans_fit(features, 1, 2, 3, 0)", "kmeans_fit takes weights as a list of numbers, not Int64"),
        ("kmeans_fit(features, make_array(1), 2.5, 3, 0)", "k_min of kmeans_fit must be an integer literal"),
        (
            "kmeans_fit(features, make_array(1), 2, cardinality(features), 0)",
            "k_max of kmeans_fit must be an integer literal",
        ),
        ("kmeans_fit(features, make_array(1), 2, 3, null)", "seed of kmeans_fit must be an integer literal"),
        ("kmeans_fit(features, make_array(1), 1, 3, 0)", "kmeans_fit cannot try 1 to 3 clusters"),
        ("kmeans_fit(features, make_array(1), 4, 3, 0)", "kmeans_fit cannot try 4 to 3 clusters"),
        ("kmeans_fit(features, make_array(1), 2, 65, 0)", "and at most 64"),
        ("kmeans_fit(features, make_array(1), 2, 3, -1)", "the seed of kmeans_fit is -1"),
        ("kmeans_fit(distinct features, make_array(1), 2, 3, 0)", "remove distinct"),
        ("kmeans_refit(features, features)", "the first argument of kmeans_refit must be what kmeans_fit"),
        ("kmeans_refit(null, 1)", "kmeans_refit takes features as a list of numbers"),
        ("kmeans_refit(features)", "kmeans_refit takes two arguments, not 1"),
        ("kmeans_cluster(features, features)", "the first argument of kmeans_cluster must be what kmeans_fit"),
        ("kmeans_distance(null, 'a')", "kmeans_distance takes features as a list of numbers, not Utf8"),
        ("kmeans_distance(null)", "kmeans_distance takes two arguments, not 1"),
    ] {
        let sql = format!("select {call} as x from customers");
        let planned = async { ctx.sql(&sql).await?.into_optimized_plan() }.await;
        let error = planned.expect_err(&sql).to_string();
        assert!(error.contains(wanted), "{sql}: {error}");
        assert!(!error.contains("No function matches"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn integer_casts_as_parameters_make_them_are_literals() {
    let ctx = session(2);
    customers(&ctx, &[rows(&[&[Some(1.0)], &[Some(2.0)]])]);
    let sql = "select kmeans_fit(features, make_array(cast('1.5' as decimal(2, 1))), cast('2' as bigint), cast('2' as int), cast('0' as bigint)) as fit from customers";
    assert!(batches(&ctx, sql).await.is_ok());
}

#[tokio::test]
async fn unusable_rows_are_reported() {
    let fine: &[Option<f64>] = &[Some(1.0), Some(2.0)];
    let fit = "select kmeans_fit(features, make_array(1, 1), 2, 3, 0) as fit from customers";
    for (row, sql, wanted) in [
        (vec![Some(1.0), None], fit, "kmeans_fit found a null at position 2 of features"),
        (vec![Some(f64::NAN), Some(1.0)], fit, "kmeans_fit found NaN at position 1 of features"),
        (vec![Some(1.0), Some(f64::INFINITY)], fit, "kmeans_fit found inf at position 2 of features"),
        (vec![Some(1.0), Some(-1e101)], fit, "a feature must be between -1e100 and 1e100"),
        (vec![Some(1.0)], fit, "kmeans_fit found 1 values in features instead of 2"),
        (vec![Some(1.0), Some(2.0), Some(3.0)], fit, "kmeans_fit found 3 values in features instead of 2"),
        (vec![], fit, "features"),
        (fine.to_vec(), "select kmeans_fit(features, make_array(1), 2, 3, 0) as fit from customers", "kmeans_fit found 2 values in features instead of 1"),
        (fine.to_vec(), "select kmeans_fit(features, make_array(1, -1), 2, 3, 0) as fit from customers", "the weight -1 at position 2"),
        (fine.to_vec(), "select kmeans_fit(features, null, 2, 3, 0) as fit from customers", "whose weights are null"),
        (vec![Some(3.0), Some(4.0)], "select kmeans_fit(features, features, 2, 3, 0) as fit from customers", "more than one value of weights"),
        (
            fine.to_vec(),
            "with fits as (select kmeans_fit(make_array(x), make_array(1), 2, 2, 0) as fit from (values (1), (2)) as t (x))
             select kmeans_refit((select fit from fits), features) as fit from customers",
            "kmeans_refit found 2 values in features instead of 1",
        ),
        (
            fine.to_vec(),
            "with fits as (select kmeans_fit(make_array(x), make_array(1), 2, 2, 0) as fit from (values (1), (2)) as t (x))
             select kmeans_cluster((select fit from fits), features) as c from customers",
            "kmeans_cluster found 2 values in features instead of 1",
        ),
        (
            fine.to_vec(),
            "with fits as (
                select kmeans_fit(make_array(x, y), make_array(1, 1), 2, 2, 0) as fit from (values (1, 1), (2, 2)) as t (x, y)
                union all
                select kmeans_fit(make_array(x, y), make_array(1, 1), 2, 2, 0) as fit from (values (1, 3), (5, 2)) as t (x, y))
             select kmeans_refit(fits.fit, features) as fit from customers cross join fits",
            "more than one value of the earlier fit",
        ),
    ] {
        for partitions in [1, 2] {
            let ctx = session(partitions);
            let all = [rows(&[fine, fine]), vec![Some(row.clone())]];
            if partitions == 1 {
                customers(&ctx, &[all.concat()]);
            } else {
                customers(&ctx, &all);
            }
            let error = batches(&ctx, sql).await.expect_err(sql).to_string();
            assert!(error.contains(wanted), "{sql}: {error}");
        }
    }
}
