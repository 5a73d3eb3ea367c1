//! Values as Nordic systems write them: the same rows in declared forms give the same tables, from text and from text
//! in Parquet. Cells in no declared form are quarantined with a reason that names the expected form.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::support::{Copy, integers, matches_snapshot, texts};

const PIPELINE: &str = "pipelines/shop.yml";
const ORDERS: &str = "extracts/orders.csv";
const MEMBERS: &str = "extracts/members.csv";

/// The format of the orders in [`NORDIC`].
const FORM: &str = "    format: { csv: { delimiter: \";\" } }
    values:
      null_words: [\"NULL\", \"-\", 9999-12-31]
      decimal_sign: \",\"
      thousands_signs: [\" \", \"\\u00A0\", \"\\u202F\"]
      currency_signs: [kr, \":-\", €]
      timestamp_formats: [\"%d.%m.%Y %H:%M\", \"%Y%m%d %H%M%S\"]
      true_words: [ja, J]
      false_words: [nej, N]
";

const USUAL: &str = "order_id,member_id,ordered_at,quantity,unit_price,currency,is_paid,note
1,M1,2025-02-01 10:00:00,1,1234.50,SEK,true,
2,M1,2025-03-30 02:30:00,2,49.50,SEK,true,the clock skips this
3,M2,2025-10-26 02:30:00,1,10.00,EUR,true,the clock shows this twice
4,M3,2025-02-02 12:00:00,100,99.00,SEK,false,
1234,,2025-02-02 12:00:05,3,0.50,SEK,false,null
";

const NORDIC: &str = "order_id;member_id;ordered_at;quantity;unit_price;currency;is_paid;note
1;M1;01.02.2025 10:00;1;kr 1 234,50;SEK;ja;NULL
2;M1;30.03.2025 02:30;2;49,5;SEK;J;the clock skips this
3;M2;26.10.2025 02:30;1;€\u{a0}10,00;EUR;JA;the clock shows this twice
4;M3;2.2.2025 12:00;100;\"99:-\";SEK;nej;-
1\u{a0}234;NULL;20250202 120005;3;,50;SEK;n;null
";

/// The shop with its orders in declared forms; `edited` changes the declaration.
fn nordic(orders: &str, edited: impl Fn(String) -> String) -> Copy {
    let copy = Copy::of_small();
    copy.write(ORDERS, orders);
    let path = "    path: $extracts/orders*.csv\n";
    copy.edit(PIPELINE, path, &edited(format!("{path}{FORM}")));
    copy
}

fn published(copy: &Copy) -> Vec<(String, Vec<Vec<u8>>)> {
    let warehouse = copy.warehouse();
    let bytes = |table: &str| warehouse.files(table).iter().map(|path| std::fs::read(path).unwrap()).collect();
    warehouse.tables().into_iter().map(|table| (table.clone(), bytes(&table))).collect()
}

#[test]
fn the_same_rows_in_other_forms_give_the_same_tables() {
    let usual = Copy::of_small();
    usual.write(ORDERS, USUAL);
    usual.lojal(&["run"]).exits(0);
    let nordic = nordic(NORDIC, |form| form);
    // Days of another source in their own form; the newest event of any source is the as-of day of both.
    nordic.edit(
        PIPELINE,
        "joined_on: { type: date, required: true,",
        "joined_on: { type: date, required: true, values: { date_formats: [\"%d/%m-%y\"], two_digit_years: { pivot: 70 } },",
    );
    let days = nordic.read(MEMBERS);
    let members = days.lines().map(|line| match line.rsplit_once(",2025-") {
        Some((rest, day)) => format!("{rest},{}/{}-25", &day[3..], &day[..2]),
        None => line.to_owned(),
    });
    let members: Vec<String> = members.collect();
    nordic.write(MEMBERS, members.join("\n") + "\n");
    nordic.lojal(&["run"]).exits(0);
    for (of_usual, of_nordic) in published(&usual).iter().zip(&published(&nordic)) {
        assert!(of_usual == of_nordic, "{}", of_usual.0);
    }
}

#[test]
fn texts_in_parquet_are_read_in_their_declared_forms() {
    let (text, parquet) = (
        nordic(NORDIC, |form| form),
        nordic(NORDIC, |form| {
            let form = form.replace("orders*.csv", "orders*.parquet");
            form.replace("format: { csv: { delimiter: \";\" } }", "format: { parquet: {} }")
        }),
    );
    let rows: Vec<Vec<&str>> =
        NORDIC.lines().map(|line| line.split(';').map(|cell| cell.trim_matches('"')).collect()).collect();
    let columns = rows[0].iter().enumerate().map(|(at, name)| {
        let cells: StringArray = rows[1..].iter().map(|row| Some(row[at]).filter(|cell| !cell.is_empty())).collect();
        (*name, Arc::new(cells) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = File::create(parquet.path().join("extracts/orders.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    parquet.remove(ORDERS);
    text.lojal(&["run"]).exits(0);
    parquet.lojal(&["run"]).exits(0);
    assert!(published(&text) == published(&parquet));
}

#[test]
fn cells_in_no_declared_form_are_quarantined() {
    let bad = "5;M1;31.02.2025 10:00;1;1,00;SEK;ja;
6;M1;01.02.2025 24:05;1;1,00;SEK;ja;
7;M1;01.02.2025 10:00;1;1.00;SEK;ja;
8;M1;01.02.2025 10:00;1;12 34,00;SEK;ja;
9;M1;01.02.2025 10:00;1;1,2,3;SEK;ja;
10;M1;01.02.2025 10:00;1;\u{2212}5,00;SEK;ja;
11;M1;01.02.2025 10:00;1,5;1,00;SEK;ja;
12;M1;01.02.2025 10:00;1;1,00;SEK;true;
13;M1;9999-12-31;1;1,00;SEK;ja;
NULL;M1;01.02.2025 10:00;1;1,00;SEK;ja;
15;X9;01.02.2025 10:00;1;1,00;SEK;ja;
";
    let copy = nordic(&format!("{NORDIC}{bad}"), |form| form);
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    copy.edit(
        PIPELINE,
        "      member_id: { type: string, description: Record of the member }\n      ordered_at",
        "      member_id: { type: string, pattern: 'M\\d+', description: Record of the member }\n      ordered_at",
    );
    copy.lojal(&["run"]).exits(0);
    let rejected = copy.warehouse().quarantine("orders");
    let lines = integers(&rejected, "line");
    let found: Vec<String> = texts(&rejected, "rule")
        .iter()
        .zip(texts(&rejected, "reason"))
        .zip(lines)
        .map(|((rule, reason), line)| format!("{line} {rule}: {reason}"))
        .collect();
    matches_snapshot!("what_is_in_no_declared_form", found.join("\n"));
}

#[test]
fn impossible_declarations_are_refused() {
    let mistakes = [
        ("decimal_sign: \",\"", "decimal_sign: \";\""),
        ("thousands_signs: [\" \"", "thousands_signs: [\",\""),
        ("currency_signs: [kr,", "currency_signs: [kr1,"),
        ("\"%d.%m.%Y %H:%M\"", "\"%d.%m %H:%M\""),
        ("\"%d.%m.%Y %H:%M\", ", "\"%d.%m.%Y %H:%M\", \"%m.%d.%Y %H:%M\", "),
        ("true_words: [ja, J]", "true_words: [ja, nej]"),
        ("null_words: [\"NULL\",", "null_words: [N,"),
    ];
    let mut said = String::new();
    for (from, to) in mistakes {
        let copy = nordic(NORDIC, |form| form.replace(from, to));
        said.push_str(&format!("{to}\n{}\n\n", copy.lojal(&["check"]).exits(2).stderr));
    }
    let copy = nordic(NORDIC, |form| form);
    let quantity = "quantity: { type: int, required: true, min: 1, max: 100,";
    copy.edit(PIPELINE, quantity, &quantity.replace("max: 100", "max: \"1 00\", values: { date_formats: [\"%F\"] }"));
    said.push_str(&copy.lojal(&["check"]).exits(2).stderr);
    copy.edit(PIPELINE, ", values: { date_formats: [\"%F\"] }", "");
    said.push_str(&copy.lojal(&["check"]).exits(2).stderr);
    matches_snapshot!("declarations_that_cannot_be_meant", said);
}
