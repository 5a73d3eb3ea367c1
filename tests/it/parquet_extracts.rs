//! Parquet extracts: the same rows as in text give the same tables, and the same rules hold.

use std::fs::File;
use std::io::Seek;
use std::sync::Arc;

use arrow::csv::ReaderBuilder;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;

use super::support::{Copy, texts};

const ORDERS: &str = "extracts/orders.csv";

/// Writes a CSV extract of the project as Parquet, in types that a database would export.
fn as_parquet(copy: &Copy, name: &str, columns: &[(&str, DataType)]) {
    let fields: Vec<Field> = columns.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let path = copy.path().join(format!("extracts/{name}.csv"));
    let mut text = File::open(&path).unwrap();
    text.rewind().unwrap();
    let rows = ReaderBuilder::new(Arc::clone(&schema)).with_header(true).build(text).unwrap();
    let file = File::create(path.with_extension("parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, schema, None).unwrap();
    for batch in rows {
        writer.write(&batch.unwrap()).unwrap();
    }
    writer.close().unwrap();
    copy.remove(&format!("extracts/{name}.csv"));
    let from = format!("path: $extracts/{name}*.csv");
    copy.edit(
        "pipelines/shop.yml",
        &from,
        &format!("format: {{ parquet: {{}} }}\n    path: $extracts/{name}*.parquet"),
    );
}

/// The orders, prices with more digits than declared and times without a zone.
fn orders(copy: &Copy, price: DataType) {
    let local_time = DataType::Timestamp(TimeUnit::Millisecond, None);
    as_parquet(
        copy,
        "orders",
        &[
            ("order_id", DataType::Int32),
            ("member_id", DataType::Utf8),
            ("ordered_at", local_time),
            ("quantity", DataType::Int64),
            ("unit_price", price),
            ("currency", DataType::Utf8),
            ("is_paid", DataType::Boolean),
            ("note", DataType::Utf8),
        ],
    );
}

/// Only valid rows: text that Arrow's own CSV reader could not type would not reach the Parquet file.
fn sound() -> Copy {
    let copy = Copy::of_small();
    copy.write(
        ORDERS,
        "order_id,member_id,ordered_at,quantity,unit_price,currency,is_paid,note\n\
         1,M1,2025-02-01 10:00:00,1,100.00,SEK,true,\n\
         2,M2,2025-03-30 02:30:00,2,49.50,SEK,true,the clock skips this\n\
         3,M1,2025-10-26 02:30:00,1,10.00,EUR,true,the clock shows this twice\n",
    );
    copy
}

#[test]
fn the_same_rows_give_the_same_tables() {
    let (text, parquet) = (sound(), sound());
    orders(&parquet, DataType::Decimal128(14, 4));
    text.lojal(&["run"]).exits(0);
    parquet.lojal(&["run"]).exits(0);
    for table in text.warehouse().tables() {
        let bytes = |copy: &Copy| -> Vec<Vec<u8>> {
            copy.warehouse().files(&table).iter().map(|path| std::fs::read(path).unwrap()).collect()
        };
        assert!(bytes(&text) == bytes(&parquet), "{table}");
    }
}

#[test]
fn rows_that_break_a_rule_are_quarantined() {
    let copy = sound();
    copy.append(
        ORDERS,
        "4,M1,2200-01-01 10:00:00,1,100.00,SEK,true,\n\
         5,M1,2025-02-01 10:00:00,1,1.2345,SEK,true,\n\
         6,M1,2025-02-01 10:00:00,0,1.00,SEK,true,\n\
         7,M1,2025-02-01 10:00:00,1,1.00,USD,true,\n\
         8,M1,,1,1.00,SEK,true,\n",
    );
    copy.edit("pipelines/shop.yml", "max_rejected: 10%", "max_rejected: 90%");
    orders(&copy, DataType::Decimal128(14, 4));
    copy.lojal(&["run"]).exits(0);
    let rejected = copy.warehouse().quarantine("orders");
    assert_eq!(texts(&rejected, "rule"), ["type", "type", "range", "accepted_values", "required"]);
    assert_eq!(texts(&rejected, "column"), ["ordered_at", "unit_price", "quantity", "currency", "ordered_at"]);
}
