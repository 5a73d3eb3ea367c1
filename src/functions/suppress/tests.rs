//! `cell_suppression` through SQL, as models call it.

use crate::functions::tests::session;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;

const JANUARY: i64 = 12 * 2025;

/// Two segments and their sum, with enough answers in each month of 2025 except May, in which `low` has three.
fn figures() -> String {
    let rows = (0..12).flat_map(|month| {
        let low = if month == 4 { 3 } else { 10 };
        [("segments", "low", Some("all"), low), ("segments", "high", Some("all"), 10), ("total", "all", None, low + 10)]
            .map(|(family, item, parent, responses)| {
                let parent = parent.map_or_else(|| "null".to_owned(), |parent| format!("'{parent}'"));
                format!("('{family}', '{item}', {parent}, 1, {}, {responses})", JANUARY + month)
            })
    });
    let windows = ["('segments', 'low', 'all', 12, 24311, 113)", "('segments', 'low', 'all', 12, 24304, 80)"];
    let rows: Vec<String> = rows.chain(windows.map(str::to_owned)).collect();
    format!("(values {}) as figures(family, item, parent, period_months, month, responses)", rows.join(", "))
}

fn sql(table: &str, call: &str) -> String {
    format!(
        "with judged as (
             select item, period_months, month - {JANUARY} as month, cell_suppression({call}) over () as is_suppressed
             from {table}
         )
         select item, period_months, month from judged where is_suppressed order by item, period_months, month"
    )
}

const CALL: &str = "family, make_array(item), case when parent is not null then make_array(parent) end, period_months,
    month, responses, 5, 24311";

async fn run(sql: &str) -> Result<String> {
    let found = session(2).sql(sql).await?.collect().await?;
    Ok(pretty_format_batches(&found).expect("table").to_string())
}

async fn message(call: &str) -> String {
    run(&sql(&figures(), call)).await.expect_err("refused").to_string()
}

#[tokio::test]
async fn a_thin_month_hides_its_quarter_of_both_segments_and_windows_that_split_it() {
    let wanted = "\
+------+---------------+-------+
| item | period_months | month |
+------+---------------+-------+
| high | 1             | 3     |
| high | 1             | 4     |
| high | 1             | 5     |
| low  | 1             | 3     |
| low  | 1             | 4     |
| low  | 1             | 5     |
| low  | 12            | 4     |
+------+---------------+-------+";
    assert_eq!(run(&sql(&figures(), CALL)).await.expect("run"), wanted);
}

#[tokio::test]
async fn the_order_of_rows_does_not_matter() {
    let mixed = format!("(select * from {} order by responses, md5(concat(item, month))) as mixed", figures());
    let found = run(&sql(&figures(), CALL)).await.expect("run");
    assert_eq!(run(&sql(&mixed, CALL)).await.expect("run"), found);
}

#[tokio::test]
async fn no_rows_are_no_error() {
    let none = format!("(select * from {} where responses < 0) as none", figures());
    assert!(!run(&sql(&none, CALL)).await.expect("run").contains("low"));
}

#[tokio::test]
async fn what_is_not_known_of_a_figure_is_an_error() {
    let of = |call: String| async move { message(&call).await };
    assert!(of(CALL.replace("responses", "nullif(responses, 3)")).await.contains("met null as responses"));
    assert!(of(CALL.replace("family", "nullif(family, 'total')")).await.contains("met null as family"));
    assert!(of(CALL.replace("make_array(item)", "null")).await.contains("met null as series"));
}

#[tokio::test]
async fn a_series_has_one_place_and_one_row_a_month() {
    let moved = CALL.replace("family", "concat(family, month)");
    assert!(message(&moved).await.contains("two families"), "{}", message(&moved).await);
    let twice = CALL.replace("make_array(item)", "make_array('one')").replace("family", "'one'");
    let twice = twice.replace("case when parent is not null then make_array(parent) end", "null");
    assert!(message(&twice).await.contains("series one with two rows for one month"), "{}", message(&twice).await);
}

#[tokio::test]
async fn wrong_arguments_are_named() {
    let cases = [
        (CALL.replace(", 24311", ""), "takes eight arguments, not 7"),
        (CALL.replace("make_array(item)", "item"), "a list of text"),
        (CALL.replace("period_months", "3"), "found period_months 3"),
        (CALL.replace("responses", "-1"), "found responses -1"),
        (CALL.replace("month, responses", "-month, responses"), "found month -24"),
        (CALL.replace(", 5,", ", month,"), "it must be the same in every row"),
    ];
    for (call, wanted) in cases {
        let found = message(&call).await;
        assert!(found.contains(wanted), "{found}");
    }
}
