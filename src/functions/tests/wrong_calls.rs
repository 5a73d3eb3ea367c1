//! Wrong calls and wrong data: each error names the function and how to fix the call.

use datafusion::error::DataFusionError;

use super::super::error::FunctionError;
use super::{responses, rows, session};

async fn error(sql: &str) -> DataFusionError {
    let ctx = session(2);
    responses(&ctx, &[vec![(1, Some(3)), (2, Some(11)), (2, None)]]);
    rows(&ctx, sql).await.expect_err(sql)
}

fn function_error(error: &DataFusionError) -> Option<&FunctionError> {
    match error.find_root() {
        DataFusionError::External(source) => source.downcast_ref(),
        _ => None,
    }
}

#[tokio::test]
async fn a_score_off_the_scale_is_an_error_that_names_it() {
    for sql in [
        "select nps(score) from responses",
        "select item, nps(score) from responses group by item",
        "select nps(score) over () from responses",
    ] {
        let error = error(sql).await;
        assert!(
            matches!(
                function_error(&error),
                Some(FunctionError::ScoreOffScale { function: "nps", value: 11, low: 0, high: 10 })
            ),
            "{sql}: {error}"
        );
        assert!(error.to_string().contains("nps found the score 11, outside its scale of 0 to 10"), "{error}");
    }
}

#[tokio::test]
async fn wrong_calls_fail_at_planning_with_advice() {
    for (sql, wanted) in [
        ("select nps(score, 'mean') from responses", "nps takes one argument, not 2"),
        ("select ces(score, 'mean', 1) from responses", "ces takes one or two arguments, not 3"),
        ("select csat(cast(score as double)) from responses", "csat takes an integer score, not Float64"),
        ("select ces(score, 'median') from responses", "ces has no method 'median': write 'top_box', 'mean' or 'net'"),
        ("select ces(score, cast(item as varchar)) from responses group by item", "must be a string literal"),
        ("select ces(score, 5) from responses", "must be a string literal"),
        ("select nps(distinct score) from responses", "remove distinct"),
        ("select local_timestamp(timestamp '2025-01-01', 'UTC')", "takes a timestamp with a time zone"),
        ("select local_timestamp(date '2025-01-01', 'UTC')", "takes a timestamp with a time zone"),
        (
            "select local_timestamp(now() at time zone 'UTC', 'Europe/Stokholm')",
            "unknown time zone 'Europe/Stokholm': did you mean 'Europe/Stockholm'?",
        ),
        ("select local_timestamp(now() at time zone 'UTC', 'xyzzy')", "write an IANA name"),
        ("select local_timestamp(now() at time zone 'UTC')", "local_timestamp takes two arguments, not 1"),
        ("select local_date(date '2025-01-01', 'UTC')", "local_date takes a timestamp with a time zone"),
        ("select local_month(now() at time zone 'UTC', 'Europe/Stokholm')", "did you mean 'Europe/Stockholm'?"),
        ("select instant_of(now() at time zone 'UTC', 'UTC')", "instant_of takes a timestamp without a time zone"),
        ("select instant_of(date '2025-01-01', 'UTC')", "instant_of takes a timestamp without a time zone"),
        ("select start_of_day(now(), 'UTC')", "start_of_day takes a date, not Timestamp"),
        ("select end_of_day(date '2025-01-01')", "end_of_day takes two arguments, not 1: write end_of_day(date, zone)"),
        ("select end_of_day(date '2025-01-01', 'Europe/Stokholm')", "did you mean 'Europe/Stockholm'?"),
        ("select money(1.5)", "money takes an integer as minor, not"),
        ("select money(1, 2)", "money takes one argument, not 2"),
        ("select to_base_currency(1, 0.5e0)", "to_base_currency takes a decimal with at most 12 places before and 6"),
        (
            "select to_base_currency(1)",
            "to_base_currency takes two arguments, not 1: write to_base_currency(amount, rate)",
        ),
        ("select share_of(1, cast(0.1 as decimal(9, 7)))", "share_of takes a decimal with at most 12 places before"),
        ("select phone_number('070')", "phone_number takes two arguments, not 1: write phone_number(phone, country)"),
        ("select email_address()", "email_address takes one or two arguments, not 0: write email_address(email)"),
        (
            "select email_address('a@b.se', 'gmail')",
            "email_address has no option 'gmail': write 'gmail_dots', 'plus_tags'",
        ),
        ("select email_address('a@b.se', cast(item as varchar)) from responses", "takes options as a string literal"),
        ("select personal_number(8112289874, 'SE')", "personal_number takes text as value, not Int64"),
        (
            "select key_pattern('1', '(')",
            "key_pattern takes a regular expression as pattern, and '(' is not one: unclosed",
        ),
        ("select key_pattern_fault('1', null)", "key_pattern_fault takes pattern as a string literal or a $variable"),
        ("select nps_group(score, 1) from responses", "nps_group takes one argument, not 2"),
        ("select nps_group(cast(score as double)) from responses", "nps_group takes an integer score, not Float64"),
        (
            "select local_timestamp(now() at time zone 'UTC', cast(item as varchar)) from responses",
            "must be a string literal",
        ),
    ] {
        let ctx = session(2);
        responses(&ctx, &[vec![(1, Some(3))]]);
        let planned = async { ctx.sql(sql).await?.into_optimized_plan() }.await;
        let error = planned.expect_err(sql).to_string();
        assert!(error.contains(wanted), "{sql}: {error}");
        assert!(!error.contains("No function matches"), "{sql}: {error}");
    }
}
