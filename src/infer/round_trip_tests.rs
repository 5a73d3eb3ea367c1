//! Property: a table of any values, written in any dialect and form, is read back unchanged with the inferred block.

use std::path::Path;
use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::{Days, NaiveDate};
use datafusion::prelude::SessionContext;
use proptest::prelude::*;

use super::*;
use crate::diagnostics::SourceText;
use crate::extract::{Extracts, OpenOptions};
use crate::printer::{Printer, PrinterOptions};

/// How a table is written.
#[derive(Debug, Clone)]
struct Manner {
    delimiter: char,
    encoding: &'static str,
    line_end: &'static str,
    decimal_comma: bool,
    thousands: &'static str,
    currency: &'static str,
    day: &'static str,
    time: &'static str,
    words: (&'static str, &'static str),
    null: &'static str,
}

fn manners() -> impl Strategy<Value = Manner> {
    (
        (
            prop::sample::select(vec![';', ',', '\t', '|']),
            prop::sample::select(vec!["utf-8", "bom", "windows-1252", "utf-16"]),
            prop::sample::select(vec!["\n", "\r\n"]),
            any::<bool>(),
            prop::sample::select(vec!["", " ", "\u{a0}"]),
        ),
        prop::sample::select(vec!["", " kr", " €"]),
        prop::sample::select(vec!["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y"]),
        prop::sample::select(vec![" %H:%M:%S", "T%H:%M:%S", " %H:%M"]),
        prop::sample::select(vec![("true", "false"), ("ja", "nej"), ("J", "N"), ("Yes", "No")]),
        prop::sample::select(vec!["", "NULL", "-", "N/A"]),
    )
        .prop_map(
            |((delimiter, encoding, line_end, decimal_comma, thousands), currency, day, time, words, null)| Manner {
                delimiter,
                encoding,
                line_end,
                decimal_comma,
                thousands,
                currency,
                day,
                // Eight digits followed by a time are written with dashes instead.
                time: if day == "%Y%m%d" { " %H:%M:%S" } else { time },
                words,
                null,
            },
        )
}

#[derive(Debug, Clone)]
struct Row {
    amount: Option<i64>,
    day: Option<u64>,
    second: u32,
    flag: Option<bool>,
    text: String,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::option::weighted(0.9, -9_999_999_i64..10_000_000),
        prop::option::weighted(0.9, 0_u64..5000),
        0_u32..86_400,
        prop::option::weighted(0.9, any::<bool>()),
        "[a-zåäöé][ -9;|,\"'\na-zÅÄÖ]{0,12}[a-z]",
    );
    let row = row.prop_map(|(amount, day, second, flag, text)| Row { amount, day, second, flag, text });
    prop::collection::vec(row, 30..120)
}

fn day_of(row: &Row) -> Option<NaiveDate> {
    row.day.and_then(|day| NaiveDate::from_ymd_opt(2012, 1, 1)?.checked_add_days(Days::new(day)))
}

fn amount_text(amount: i64, manner: &Manner) -> String {
    let (whole, fraction) = (amount.unsigned_abs() / 100, amount.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push_str(manner.thousands);
        }
        grouped.push(digit);
    }
    let (sign, point) = (if amount < 0 { "-" } else { "" }, if manner.decimal_comma { "," } else { "." });
    format!("{sign}{grouped}{point}{fraction:02}{}", manner.currency)
}

fn cells(number: usize, row: &Row, manner: &Manner) -> Vec<String> {
    let null = || manner.null.to_owned();
    let stamp = NaiveDate::from_ymd_opt(2024, 1, 1).and_then(|day| {
        let seconds = if manner.time.contains("%S") { row.second } else { row.second / 60 * 60 };
        day.checked_add_days(Days::new(u64::try_from(number).ok()?))?
            .and_hms_opt(0, 0, 0)?
            .checked_add_signed(chrono::TimeDelta::seconds(seconds.into()))
    });
    let form = if manner.day == "%Y%m%d" { "%Y-%m-%d" } else { manner.day };
    vec![
        (number + 1).to_string(),
        row.amount.map_or_else(null, |amount| amount_text(amount, manner)),
        day_of(row).map_or_else(null, |day| day.format(manner.day).to_string()),
        stamp.map_or_else(null, |at| at.format(&format!("{form}{}", manner.time)).to_string()),
        row.flag.map_or_else(null, |flag| if flag { manner.words.0 } else { manner.words.1 }.to_owned()),
        row.text.clone(),
    ]
}

fn written(rows: &[Row], manner: &Manner) -> Vec<u8> {
    let mut text = String::from(if manner.encoding == "bom" { "\u{feff}" } else { "" });
    let header = ["Id", "Belopp", "Köpdag", "Skapad", "Aktiv", "Text"].map(str::to_owned).to_vec();
    for record in std::iter::once(header).chain(rows.iter().enumerate().map(|(number, row)| cells(number, row, manner)))
    {
        let quoted = record.iter().map(|cell| {
            let needs = cell.contains([manner.delimiter, '"', '\n', '\r']) || cell.starts_with(' ');
            if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        });
        text.push_str(&quoted.collect::<Vec<_>>().join(&manner.delimiter.to_string()));
        text.push_str(manner.line_end);
    }
    match manner.encoding {
        "windows-1252" => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        "utf-16" => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        _ => text.into_bytes(),
    }
}

fn expected(rows: &[Row], manner: &Manner) -> Vec<String> {
    let iso = Manner {
        decimal_comma: false,
        thousands: "",
        currency: "",
        day: "%Y-%m-%d",
        time: "T%H:%M:%SZ",
        words: ("true", "false"),
        null: "",
        ..manner.clone()
    };
    let seconds = manner.time.contains("%S");
    let rounded = |row: &Row| Row { second: if seconds { row.second } else { row.second / 60 * 60 }, ..row.clone() };
    rows.iter().enumerate().map(|(number, row)| cells(number, &rounded(row), &iso).join("\u{1f}")).collect()
}

/// The rows as loaded with a block.
async fn loaded(block: &str, folder: &Path) -> Vec<String> {
    let text = format!("name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\n{block}");
    let text = SourceText::new("p.yml", text);
    let (file, texts) = crate::config::parse(&text).unwrap();
    let sources = crate::plan::sources_of(&file, &texts).unwrap();
    let source = sources.values().next().unwrap();
    let options = OpenOptions {
        project: folder,
        time_zone: chrono_tz::UTC,
        quarantine: folder.join("quarantine"),
        run_id: "round-trip",
        corrections: Vec::new(),
        all: &sources,
        earlier: &[],
    };
    let extracts = Extracts::open(&[source], None, &options).unwrap();
    let table = extracts.table(&source.name).unwrap();
    #[expect(clippy::disallowed_methods, reason = "reads one table for a comparison, outside any run")]
    let context = SessionContext::new();
    let batches = context.read_table(table).unwrap().collect().await.unwrap();
    let mut rows = Vec::new();
    for batch in &batches {
        let options = FormatOptions::new();
        let columns: Vec<_> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        rows.extend(
            (0..batch.num_rows()).map(|row| {
                columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("\u{1f}")
            }),
        );
    }
    rows.sort_by_key(|row| row.split('\u{1f}').next().and_then(|id| id.parse::<u64>().ok()));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_written_table_is_loaded_unchanged(rows in rows(), manner in manners()) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("t.csv"), written(&rows, &manner)).unwrap();
        let request = InferRequest {
            files: vec![folder.path().join("t.csv")],
            name: None,
            project: folder.path().to_owned(),
            scratch: folder.path().to_owned(),
            max_rejected: None,
        };
        let printer = Arc::new(Printer::new(PrinterOptions { quiet: true, ..PrinterOptions::default() }));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let block = runtime.block_on(infer(&request, &printer)).unwrap();
        let found = runtime.block_on(loaded(&block, folder.path()));
        prop_assert_eq!(found, expected(&rows, &manner), "{}", block);
    }
}
