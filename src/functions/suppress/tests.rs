//! `complementary_suppression` through SQL, as models call it.

use crate::functions::tests::session;
use datafusion::arrow::util::pretty::pretty_format_batches;

const FAMILY: &str =
    "select column1 as item, column2 as responses, column3 as is_undivided, make_array(column4, column5) as parts
    from (values ('a', 12, true, 3, 9), ('b', 9, false, 9, 0), ('c', 18, false, 9, 9), ('d', 40, false, 20, 20)) as t";

fn sql(open: &str) -> String {
    format!(
        "select item, complementary_suppression(is_undivided, false, {open}, false, false, parts, 5)
             over (partition by true order by responses, item) as verdict
         from ({FAMILY}) order by item"
    )
}

#[tokio::test]
async fn the_smallest_that_covers_goes_with_the_hidden_one() {
    let found = session(2).sql(&sql("is_undivided")).await.expect("plan").collect().await.expect("run");
    let shown = pretty_format_batches(&found).expect("table").to_string();
    let cells: Vec<&str> = shown.lines().skip(3).take(4).collect();
    assert_eq!(cells, ["| a    | kept      |", "| b    | kept      |", "| c    | undivided |", "| d    | kept      |"]);
}

#[tokio::test]
async fn what_is_not_known_of_a_figure_is_an_error() {
    let found = session(1).sql(&sql("case when is_undivided then true end")).await.expect("plan").collect().await;
    assert!(found.expect_err("null").to_string().contains("complementary_suppression: is_open is null"));
}

#[tokio::test]
async fn parts_are_a_list_of_whole_numbers() {
    let wrong = sql("is_undivided").replace("parts, 5", "'3, 9', 5");
    assert!(session(1).sql(&wrong).await.is_err());
}
