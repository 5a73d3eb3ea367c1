//! The function in SQL, as models call it.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

use crate::functions::tests::session;

/// 400 computed answers: staff matters, price a little, weather does not; delivery is often not answered.
const ANSWERS: &str = "create view answers as
    with numbers as (select value as i from generate_series(1, 400)),
    ratings as (
        select i, (i * 7919) % 11 as staff, (i * 104729) % 13 as price, (i * 1299709) % 17 as weather, (i * 15485863) % 7 as noise,
        case when i % 5 < 2 then (i * 7 + i / 3) % 9 end as delivery
        from numbers
    )
    select i, i % 3 as segment, 2 * staff + price + 3 * noise as score, staff, price, weather, delivery from ratings";

const CALL: &str = "relative_importance(score, make_array(staff, price, weather, delivery), make_array('staff', 'price', 'weather', 'delivery'), 3, 60)";

async fn answers(partitions: usize) -> SessionContext {
    let ctx = session(partitions);
    ctx.sql(ANSWERS).await.expect("view").collect().await.expect("view");
    ctx
}

async fn batches(ctx: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    ctx.sql(sql).await?.collect().await
}

async fn text(ctx: &SessionContext, sql: &str) -> String {
    let batches = batches(ctx, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    pretty_format_batches(&batches).expect("text").to_string()
}

#[tokio::test]
async fn drivers_are_unnested_and_ranked() {
    let ctx = answers(2).await;
    let found = text(
        &ctx,
        &format!(
            "with found as (select {CALL} as x from answers),
             drivers as (select x['method'] as method, x['status'] as status, x['responses'] as n, unnest(x['drivers']) as d from found)
             select method, status, n, d['driver'] as driver, d['responses'] as responses, round(d['lmg_share'], 1) as share,
             d['ci_low'] <= d['lmg'] and d['lmg'] <= d['ci_high'] as is_inside, d['is_significant'] as is_significant, d['status'] as s
             from drivers order by d['lmg'] desc limit 2"
        ),
    )
    .await;
    let wanted = "\
+----------+----------+-----+--------+-----------+-------+-----------+----------------+----------+
| method   | status   | n   | driver | responses | share | is_inside | is_significant | s        |
+----------+----------+-----+--------+-----------+-------+-----------+----------------+----------+
| pairwise | analysed | 400 | staff  | 400       | 0.7   | true      | true           | analysed |
| pairwise | analysed | 400 | price  | 400       | 0.3   | true      | true           | analysed |
+----------+----------+-----+--------+-----------+-------+-----------+----------------+----------+";
    assert_eq!(found, wanted);
    let found = text(
        &ctx,
        &format!(
            "with found as (select {CALL} as x from answers), each as (select unnest(x['replicates']) as r from found)
             select count(*) as n, min(cardinality(r)) as drivers, min(r[1]) > 0.3 as is_staff_large from each"
        ),
    )
    .await;
    assert!(found.contains("| 60 | 4       | true           |"), "{found}");
}

#[tokio::test]
async fn partitions_states_groups_and_order_do_not_change_the_result() {
    let one = answers(1).await;
    let whole = format!("select {CALL} as x from answers");
    let wanted = batches(&one, &whole).await.expect("whole");
    let grouped = format!("select segment, {CALL} as x from answers group by segment order by segment");
    let by_segment = batches(&one, &grouped).await.expect("groups");
    for partitions in [2, 4] {
        let ctx = answers(partitions).await;
        assert_eq!(batches(&ctx, &whole).await.expect("whole"), wanted);
        assert_eq!(batches(&ctx, &grouped).await.expect("groups"), by_segment);
        let shuffled = format!("select {CALL} as x from (select * from answers order by (i * 31) % 400)");
        assert_eq!(batches(&ctx, &shuffled).await.expect("shuffled"), wanted);
    }
    // The result of a group is that of its rows alone.
    let alone = batches(&one, &format!("select {CALL} as x from answers where segment = 1")).await.expect("alone");
    let found = format!("select x from ({grouped}) where segment = 1");
    assert_eq!(batches(&one, &found).await.expect("group")[0].column(0), alone[0].column(0));
}

#[tokio::test]
async fn empty_input_and_nulls_are_excluded() {
    let ctx = answers(2).await;
    let status = |from: &str| {
        format!(
            "select x['status'] as s, x['responses'] as n, cardinality(x['drivers']) as d from (select {CALL} as x from {from})"
        )
    };
    assert!(text(&ctx, &status("answers where false")).await.contains("| too few responses | 0 "), "nobody");
    let unanswered = "(select null as score, staff, price, weather, delivery from answers)";
    assert!(text(&ctx, &status(unanswered)).await.contains("| too few responses | 0 "), "no target");
    let filtered = format!("select x['responses'] as n from (select {CALL} filter (where i <= 50) as x from answers)");
    assert!(text(&ctx, &filtered).await.contains("| 50 |"), "filter");
}

#[tokio::test]
async fn wrong_calls_fail_with_advice() {
    let ctx = answers(2).await;
    for (call, wanted) in [
        (
            "score, make_array(staff)",
            "relative_importance takes three to five arguments, not 2: write relative_importance(target",
        ),
        ("score, make_array(staff), make_array('a'), 1, 2, 3", "takes three to five arguments, not 6"),
        ("'a', make_array(staff), make_array('a')", "relative_importance takes target as a number, not Utf8"),
        ("score, staff, make_array('a')", "takes drivers as a list of numbers: write make_array(…), not Int64"),
        ("score, make_array(staff), 'a'", "takes names as a list of text: write make_array('…', …), not Utf8"),
        ("score, make_array(staff), make_array('a'), i", "seed of relative_importance must be an integer literal"),
        (
            "score, make_array(staff), make_array('a'), 1, 2.5",
            "replicates of relative_importance must be an integer literal",
        ),
        ("score, make_array(staff), make_array('a'), -1", "seed of relative_importance is -1: it must be not negative"),
        ("score, make_array(staff), make_array('a'), 1, 10001", "replicates of relative_importance is 10001"),
        ("distinct score, make_array(staff), make_array('a')", "remove distinct"),
    ] {
        let sql = format!("select relative_importance({call}) as x from answers");
        let planned = async { ctx.sql(&sql).await?.into_optimized_plan() }.await;
        let error = planned.expect_err(&sql).to_string();
        assert!(error.contains(wanted), "{sql}: {error}");
        assert!(!error.contains("No function matches"), "{sql}: {error}");
    }
    for (call, wanted) in [
        ("score, make_array(staff, price), make_array('a')", "found 2 drivers and 1 names: give one name per driver"),
        ("score, make_array(staff), make_array(null)", "found a null among the names"),
        ("score, make_array(staff, price), make_array('a', 'a')", "found the name 'a' twice"),
        ("score, make_array(staff), make_array(cast(segment as varchar))", "found more than one list of names"),
        (
            "score, make_array(staff / 0.0), make_array('a')",
            "as driver 'a': an answer must be between -1e100 and 1e100",
        ),
        ("score / 0.0, make_array(staff), make_array('a')", "as the target"),
    ] {
        let sql = format!("select relative_importance({call}) as x from answers");
        let error = batches(&ctx, &sql).await.expect_err(&sql).to_string();
        assert!(error.contains(wanted), "{sql}: {error}");
    }
}
