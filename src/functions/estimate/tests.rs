//! Published numbers, agreement with scipy, and the functions in SQL.

use serde_json::Value;

use super::super::numeric::student_95;
use super::super::tests::{rows, session};
use super::formula::{Promotion, Totals, correlation, mean, mean_difference, nps_difference, share_difference};

fn close(found: Option<f64>, wanted: f64, tolerance: f64, what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what}: nothing, wanted {wanted}"));
    assert!((found - wanted).abs() <= tolerance, "{what}: {found}, wanted {wanted} within {tolerance}");
}

fn reference() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/statistics/reference.json")).expect("reference.json")
}

fn numbers(row: &Value) -> Vec<f64> {
    row.as_array().expect("row").iter().map(|cell| cell.as_f64().expect("number")).collect()
}

#[test]
fn quantiles_equal_scipy() {
    for row in reference()["student"].as_array().expect("rows") {
        let row = numbers(row);
        close(Some(student_95(row[0])), row[1], 1e-12 * row[1], &format!("{} degrees", row[0]));
    }
}

/// Every function, called in SQL with the totals, against scipy on the answers themselves.
#[tokio::test]
async fn functions_equal_scipy() {
    let ctx = session(1);
    for (function, suffix) in [
        ("share_interval", ""),
        ("share_difference", ""),
        ("mean_interval", ", 1, 5"),
        ("mean_difference", ""),
        ("nps_difference", ""),
        ("correlation_interval", ""),
    ] {
        for row in reference()[function].as_array().expect("rows") {
            let cells = row.as_array().expect("row");
            let (arguments, wanted) = cells.split_at(cells.len() - 3);
            let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
            let call = format!("{function}({}{suffix})", arguments.join(", "));
            let sql = format!("select x['value'], x['ci_low'], x['ci_high'] from (select {call} as x)");
            let found = rows(&ctx, &sql).await.expect(&sql);
            for (found, wanted) in found[0].iter().zip(wanted) {
                let wanted = wanted.as_f64().expect("number");
                close(*found, wanted, 1e-9 * wanted.abs().max(1.0), &call);
            }
        }
    }
}

/// Newcombe, Statistics in Medicine 17, 1998, table II, method 10.
#[test]
fn share_difference_equals_newcombes_table() {
    for (one, other, wanted) in [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ] {
        let (low, high) = share_difference(one, other).and_then(|found| found.interval).expect("interval");
        close(Some(low), wanted.0, 0.000_05, &format!("{one:?} and {other:?}"));
        close(Some(high), wanted.1, 0.000_05, &format!("{one:?} and {other:?}"));
    }
}

fn totals(answers: &[i64]) -> Totals {
    Totals {
        n: answers.len() as i64,
        sum: answers.iter().sum(),
        sum_of_squares: answers.iter().map(|answer| answer * answer).sum(),
    }
}

/// Student's own data (Biometrika 6, 1908): extra hours of sleep, in tenths. R's `t.test(extra ~ group, data = sleep)`
/// prints t = -1.8608, df = 17.776, -3.3654832 to 0.2054832, means 0.75 and 2.33; its one-sample test of the second
/// group gives 0.8976775 to 3.7623225.
#[test]
fn means_equal_students_sleep_data() {
    let one = totals(&[7, -16, -2, -12, -1, 34, 37, 8, 0, 20]);
    let other = totals(&[19, 8, 11, 1, -1, 44, 55, 16, 46, 34]);
    let difference = mean_difference(one, other).expect("difference");
    let (low, high) = difference.interval.expect("interval");
    close(Some(difference.value), -15.8, 1e-12, "difference");
    close(Some(low), -33.654_832, 1e-6, "low");
    close(Some(high), 2.054_832, 1e-6, "high");
    let (low, high) = mean(other, None).and_then(|found| found.interval).expect("interval");
    close(Some(low), 8.976_775, 1e-6, "low");
    close(Some(high), 37.623_225, 1e-6, "high");
    assert_eq!(mean(other, Some((9.0, 30.0))).and_then(|found| found.interval), Some((9.0, 30.0)));
}

#[test]
fn too_little_data_has_no_interval() {
    let (same, other) = (totals(&[5, 5, 5]), totals(&[4, 4]));
    assert_eq!(mean_difference(same, other).map(|found| (found.value, found.interval)), Some((1.0, None)));
    assert_eq!(mean_difference(totals(&[5]), totals(&[1, 4])).map(|found| found.interval), Some(None));
    assert_eq!(mean_difference(totals(&[]), other), None);
    assert_eq!(mean(totals(&[4]), Some((1.0, 7.0))).map(|found| (found.value, found.interval)), Some((4.0, None)));
    assert_eq!(correlation(0.4, 3).map(|found| found.interval), Some(None));
    assert_eq!(correlation(f64::NAN, 10), None);
    assert_eq!(correlation(1.0, 10).and_then(|found| found.interval), Some((1.0, 1.0)));
    // If one group has no spread, the degrees of freedom of the other remain.
    assert!(mean_difference(same, totals(&[1, 4])).is_some_and(|found| found.interval.is_some()));
    // The largest possible difference stays on its scale.
    let (all, none) =
        (Promotion { promoters: 1, detractors: 0, n: 1 }, Promotion { promoters: 0, detractors: 1, n: 1 });
    let extreme = nps_difference(all, none).expect("difference");
    assert!(extreme.value == 200.0 && extreme.interval.is_some_and(|(low, high)| low < high && high <= 200.0));
}

/// Sums of a billion answers do not overflow when the variance is computed.
#[test]
fn large_totals_are_exact() {
    let n = 4_000_000_000;
    let large = Totals { n, sum: 3 * n, sum_of_squares: 10 * n };
    let (low, high) = mean(large, None).and_then(|found| found.interval).expect("interval");
    close(Some(high - low), 2.0 * super::super::interval::Z_95 / (n as f64).sqrt(), 1e-12, "width");
}

#[tokio::test]
async fn columns_and_nulls_work_in_sql() {
    let ctx = session(2);
    let sql = "select share_interval(a, n)['value'], share_interval(a, n)['ci_high'], share_interval(a, n) is null,
               mean_interval(n, a, a)['ci_low'], mean_interval(n, a, a, 0, null) is null,
               share_difference(a, n, 1, 2)['value'], correlation_interval(a / 100, n)['ci_high']
               from (values (1, 2), (0, 0), (null, 5), (3, null)) as t (a, n)";
    let found = rows(&ctx, sql).await.expect("sql");
    let none = vec![None, None, Some(1.0), None, Some(1.0), None, None];
    assert_eq!((found[0][0], found[0][2], found[0][5]), (Some(0.5), Some(0.0), Some(0.0)));
    assert_eq!(found[1..], [none.clone(), none.clone(), none]);
    let sql =
        "select mean_interval(count(x), sum(x), sum(x * x), 1, 5)['value'] from (values (4), (5)) as t (x) where x > 9";
    assert_eq!(rows(&ctx, sql).await.expect("sql"), [[None]]);
}

#[tokio::test]
async fn wrong_calls_say_what_is_wrong() {
    let ctx = session(1);
    for (call, wanted) in [
        ("share_interval(1)", "share_interval takes two arguments, not 1: write share_interval(successes, n)"),
        ("share_interval(0.5, 2)", "share_interval takes an integer as successes, not"),
        ("share_interval(3, 2)", "share_interval found successes 3: it must be between 0 and n"),
        ("share_interval(0, -2)", "share_interval found n -2: it must be not negative"),
        ("mean_interval(2, 3, 5, 1)", "mean_interval takes three or five arguments, not 4"),
        ("mean_interval(2, 4, 7)", "mean_interval found sum_of_squares 7: it must be at least sum x sum / n"),
        ("mean_interval(2, 4, 8, 3, 5)", "mean_interval found sum 4: it must be between n x low and n x high"),
        ("mean_interval(2, 4, 8, 5, 1)", "mean_interval found high 1: it must be a number, and at least low"),
        ("mean_interval(0, 4, 8)", "mean_interval found sum 4: it must be 0 where n is 0"),
        ("share_difference(1, 2, 3)", "share_difference takes four arguments, not 3"),
        ("share_difference(1, 2, 3, 2)", "share_difference found successes_2 3"),
        ("mean_difference(1, 2, 4, 2, 2, 'a')", "mean_difference takes an integer as sum_of_squares_2, not"),
        ("nps_difference(1, 2, 2, 1, 1, 2)", "nps_difference found n_1 2: it must be at least promoters + detractors"),
        ("correlation_interval(1.1, 9)", "correlation_interval found r 1.1: it must be between -1 and 1"),
    ] {
        let error = rows(&ctx, &format!("select {call}['value']")).await.expect_err(call).to_string();
        assert!(error.contains(wanted), "{call}: {error}");
        assert!(!error.contains("No function matches"), "{call}: {error}");
    }
}
