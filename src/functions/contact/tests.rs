//! The functions in SQL, and on the sample's customers.

use std::path::Path;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::email::Options;
use super::fault::Read;
use super::{ContactFunction, email, person_name, phone, postal_code};

fn session() -> SessionContext {
    let ctx = SessionContext::new_with_config(SessionConfig::new());
    ContactFunction::all().for_each(|function| ctx.register_udf(ScalarUDF::from(function)));
    ctx
}

/// The text columns of a query, row by row; null is `-`.
async fn texts(sql: &str) -> Vec<Vec<String>> {
    let batches = session().sql(sql).await.expect(sql).collect().await.expect(sql);
    let batch = concat_batches(&batches[0].schema(), &batches).expect("one schema");
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .map(|column| cast(column, &datafusion::arrow::datatypes::DataType::Utf8).expect("text"))
        .collect();
    let cell = |column: &dyn Array, row: usize| {
        let column = column.as_string::<i32>();
        if column.is_valid(row) { column.value(row).to_owned() } else { "-".to_owned() }
    };
    (0..batch.num_rows()).map(|row| columns.iter().map(|column| cell(column, row)).collect()).collect()
}

#[tokio::test]
async fn a_text_is_empty_or_has_a_value_or_a_fault() {
    let calls = [
        "phone_number(value, country)",
        "email_address(value)",
        "email_address(value, 'gmail_dots,plus_tags')",
        "personal_number(value, country)",
        "organisation_number(value, country)",
        "person_name(value, value)",
        "person_name(value)",
        "postal_code(value, country)",
        "key_pattern(value, '\\d{5,12}')",
    ];
    for call in calls {
        let fault = call.replacen('(', "_fault(", 1);
        let found = texts(&format!(
            "select {call}, {fault}, value from (values ('811228-9874', 'SE'), ('070-174 06 18', 'SE'), ('liv@butiken.se', null), \
             ('Liv', 'NO'), ('114 55', 'SE'), ('20481633', 'DK'), ('saknas', 'SE'), ('556016-0680', 'SE'), ('', 'SE'), \
             (' \u{200B}', 'SE'), (null, 'SE'), (null, null)) as records(value, country)"
        ))
        .await;
        for row in &found[..8] {
            assert!((row[0] == "-") != (row[1] == "-"), "{call}: {row:?}");
        }
        for row in &found[8..] {
            assert!(row[0] == "-" && row[1] == "-", "{call}: {row:?}");
        }
        assert!(found.iter().any(|row| row[0] != "-") && found.iter().any(|row| row[1] != "-"), "{call}: {found:?}");
    }
}

#[tokio::test]
async fn half_a_name_is_null_without_a_fault() {
    let sql = "select person_name(first, last), person_name_fault(first, last) from (values ('Liv', null), (null, 'Berg'), \
               ('Liv', ' '), ('Liv', 'Berg')) as names(first, last)";
    assert_eq!(texts(sql).await, [["-", "-"], ["-", "-"], ["-", "-"], ["liv berg", "-"]]);
    assert_eq!(texts("select person_name('Liv Berg'), person_name('Liv', null)").await, [["liv berg", "-"]]);
}

#[tokio::test]
async fn options_and_patterns_apply_to_all_rows() {
    let sql = "select email_address(value, 'plus_tags'), key_pattern(value, 'K-(\\d+)') from (values \
               (arrow_cast('a.b+c@gmail.com', 'Utf8View')), ('K-1002')) as records(value)";
    assert_eq!(texts(sql).await, [["a.b@gmail.com", "-"], ["-", "1002"]]);
}

#[test]
fn the_customers_of_the_sample_have_valid_keys() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/crm_customers.csv");
    let mut reader = csv::Reader::from_path(sample).expect("the sample");
    let header = reader.headers().expect("a header").clone();
    let mut valid = 0;
    for record in reader.records() {
        let record = record.expect("a record");
        let column =
            |name: &str| header.iter().position(|column| column == name).and_then(|at| record.get(at)).expect(name);
        let country = Some(column("country"));
        let reads: [Read; 4] = [
            email::read(column("email"), Options::default()),
            phone::read(column("phone"), country),
            person_name::read(column("first_name"), Some(column("last_name"))),
            postal_code::read(column("postal_code"), country),
        ];
        for read in reads.into_iter().flatten() {
            assert!(read.is_ok(), "{read:?}: {record:?}");
            valid += 1;
        }
    }
    assert!(valid > 1_000, "{valid}");
}
