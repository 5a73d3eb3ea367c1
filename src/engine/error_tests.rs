//! No text of an error about rows has a value of the rows.

use std::num::{NonZeroU64, NonZeroUsize};

use super::*;
use crate::engine::{Engine, EngineOptions, Parameters, Query};

/// Values of the one row: a name, an address, a number.
const PLANTED: [&str; 3] = ["Boström", "anna.zorn@example.org", "8112289874"];

/// Expressions that fail on the row, or on one of the values.
const FAILING: [&str; 38] = [
    "cast({} as int)",
    "cast({} as bigint)",
    "cast({} as double)",
    "cast({} as decimal(9, 2))",
    "cast({} as date)",
    "cast({} as timestamp)",
    "cast({} as time)",
    "cast({} as boolean)",
    "cast({} as interval)",
    "arrow_cast({}, 'Int8')",
    "arrow_cast({}, 'Timestamp(Nanosecond, None)')",
    "to_timestamp({})",
    "to_timestamp({}, '%Y-%m-%d')",
    "to_timestamp_seconds({})",
    "to_date({})",
    "to_date({}, '%d/%m/%Y')",
    "to_unixtime({})",
    "date_trunc({}, timestamp '2025-01-01 00:00:00')",
    "date_part({}, date '2025-01-01')",
    "regexp_like('a', concat({}, '('))",
    "regexp_replace('a', concat({}, '('), 'b')",
    "regexp_match('a', concat({}, '('))",
    "regexp_count('a', concat({}, '('))",
    "'a' ~ concat({}, '(')",
    "decode({}, 'base64')",
    "decode({}, 'hex')",
    "encode({}, {})",
    "digest('a', {})",
    "chr(t.number)",
    "repeat('a', t.number * t.number * t.number)",
    "t.number * t.number * t.number",
    "cast(t.number as smallint)",
    "cast(t.number as decimal(4, 1))",
    "factorial(t.number)",
    "lcm(t.number * 1000000007, t.number + 1)",
    "make_date(t.number, 1, 1)",
    "to_char(date '2025-01-01', concat('%', {}))",
    "map(make_array({}, {}), make_array(1, 2))",
];

#[tokio::test]
async fn a_value_is_in_no_text_of_an_error() {
    let scratch = tempfile::tempdir().unwrap();
    let engine = Engine::open(EngineOptions {
        threads: NonZeroUsize::MIN,
        memory_limit: NonZeroU64::new(64 << 20).unwrap(),
        scratch: scratch.path().to_owned(),
    })
    .unwrap();
    let [name, email, number] = PLANTED;
    let rows = format!(
        "select column1 as name, column2 as email, column3 as number from (values ('{name}', '{email}', {number}))"
    );
    let kept = engine.plan(&Query::parse(&SourceText::new("t.sql", rows), &Parameters::default()).unwrap()).await;
    let batches = engine.collect_small(&kept.unwrap()).await.unwrap();
    engine.add_small("t", batches[0].schema(), batches).unwrap();
    let (mut failed, mut texts) = (0, Vec::new());
    for expression in FAILING {
        for column in ["t.name", "t.email", "cast(t.number as varchar)"] {
            let sql = format!("select {} as x from t", expression.replace("{}", column));
            let query = Query::parse(&SourceText::new("m.sql", sql.clone()), &Parameters::default()).unwrap();
            let ran = async { engine.collect_small(&engine.plan(&query).await?).await };
            let Err(error) = ran.await else { continue };
            failed += 1;
            let shown = error.to_string();
            for value in PLANTED.into_iter().chain(["Bostr", "anna", "zorn", "8112"]) {
                assert!(!shown.contains(value), "{sql}: {shown}");
            }
            assert_eq!(shown.lines().count(), 1, "{sql}: {shown}");
            texts.push(format!("{sql}: {shown}"));
        }
    }
    assert!(failed > 50, "{failed}: {texts:#?}");
}
