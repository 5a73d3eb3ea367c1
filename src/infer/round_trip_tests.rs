//! Property: a table of any values, written in any dialect and form, with anything around and between its rows that
//! exports have, is read back unchanged with the inferred block, or refused.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::{Days, NaiveDate};
use datafusion::prelude::SessionContext;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

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
    noise: Noise,
}

/// What a file has beside its rows.
#[derive(Debug, Clone, Default)]
struct Noise {
    titles: usize,
    /// Records between the header and the rows: texts of questions.
    questions: bool,
    /// After so many rows the header comes again, with a mark before it or not.
    header_again: Option<(usize, bool)>,
    /// After so many rows, and at the end, a title of a page.
    page_after: Option<usize>,
    totals: Vec<Total>,
    /// Rows end with their last filled cell, and the text is empty in many.
    short_rows: bool,
    trailing_delimiters: bool,
    /// What some days are in a row without a day.
    endless: Option<&'static str>,
    blank_lines: usize,
    /// Texts end in characters that nobody sees.
    invisible: bool,
    /// The first column has no name, as the index of a data frame.
    unnamed: bool,
}

#[derive(Debug, Clone, Copy)]
enum Total {
    Short,
    Full,
    Printed,
}

fn noises() -> impl Strategy<Value = Noise> {
    let total = prop::sample::select(vec![Total::Short, Total::Full, Total::Printed]);
    let places = (
        prop::option::weighted(0.3, (1_usize..30, any::<bool>())),
        prop::option::weighted(0.2, 5_usize..25),
        prop::collection::vec(total, 0..3),
    );
    let flags = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.25),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.3, prop::sample::select(vec!["9999-12-31", "2999-12-31", "0001-01-01"])),
    );
    (0_usize..3, 0_usize..3, places, flags).prop_map(|(titles, blank_lines, places, flags)| {
        let (header_again, page_after, totals) = places;
        let (questions, short_rows, trailing_delimiters, unnamed, invisible, endless) = flags;
        Noise {
            titles,
            questions,
            // A header of several records comes once.
            header_again: header_again.filter(|_| !questions),
            page_after,
            totals,
            short_rows,
            trailing_delimiters: trailing_delimiters && !short_rows,
            endless,
            blank_lines,
            invisible,
            unnamed,
        }
    })
}

fn manners() -> impl Strategy<Value = Manner> {
    (
        (
            prop::sample::select(vec![';', ',', '\t', '|']),
            prop::sample::select(vec!["utf-8", "bom", "windows-1252", "utf-16", "macintosh", "cp850"]),
            prop::sample::select(vec!["\n", "\r\n", "\r"]),
            any::<bool>(),
            prop::sample::select(vec!["", " ", "\u{a0}"]),
        ),
        prop::sample::select(vec!["", " kr", " €"]),
        prop::sample::select(vec!["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y", "%d.%m.%y"]),
        prop::sample::select(vec![" %H:%M:%S", "T%H:%M:%S", " %H:%M"]),
        prop::sample::select(vec![("true", "false"), ("ja", "nej"), ("J", "N"), ("Yes", "No")]),
        prop::sample::select(vec!["", "NULL", "-", "N/A"]),
        noises(),
    )
        .prop_map(
            |((delimiter, encoding, line_end, decimal_comma, thousands), currency, day, time, words, null, noise)| {
                Manner {
                    delimiter,
                    // Code page 850 has no euro sign.
                    encoding: if currency == " €" && encoding == "cp850" { "utf-8" } else { encoding },
                    line_end,
                    decimal_comma,
                    thousands,
                    currency,
                    day,
                    // Eight digits followed by a time are written with dashes instead.
                    time: if day == "%Y%m%d" { " %H:%M:%S" } else { time },
                    words,
                    null,
                    noise,
                }
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
        match (day_of(row), manner.noise.endless) {
            (Some(day), _) => day.format(manner.day).to_string(),
            (None, Some(endless)) => endless.to_owned(),
            (None, None) => null(),
        },
        stamp.map_or_else(null, |at| at.format(&format!("{form}{}", manner.time)).to_string()),
        row.flag.map_or_else(null, |flag| if flag { manner.words.0 } else { manner.words.1 }.to_owned()),
        match &manner.noise {
            Noise { short_rows: true, .. } if !number.is_multiple_of(3) => String::new(),
            Noise { invisible: true, .. } => format!("{}\u{a0}", row.text),
            _ => row.text.clone(),
        },
    ]
}

fn quoted(cell: &str, manner: &Manner) -> String {
    let needs = cell.contains([manner.delimiter, '"', '\n', '\r']) || cell.starts_with(' ');
    if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn line(record: &[String], manner: &Manner) -> String {
    let mut cells: Vec<String> = record.iter().map(|cell| quoted(cell, manner)).collect();
    if manner.noise.short_rows {
        cells.truncate(cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1));
    }
    let end = if manner.noise.trailing_delimiters { manner.delimiter.to_string() } else { String::new() };
    cells.join(&manner.delimiter.to_string()) + &end
}

/// A character in code page 850.
fn of_dos(letter: char) -> u8 {
    let found = "åäöÅÄÖé\u{a0}".chars().zip([0x86, 0x84, 0x94, 0x8F, 0x8E, 0x99, 0x82, 0xFF]);
    let found = found.into_iter().find(|(known, _)| *known == letter);
    found.map_or_else(|| u8::try_from(letter).unwrap(), |(_, byte)| byte)
}

fn written(rows: &[Row], manner: &Manner) -> Vec<u8> {
    let noise = &manner.noise;
    let mut names = ["Id", "Belopp", "Köpdag", "Skapad", "Aktiv", "Text"].map(str::to_owned).to_vec();
    if noise.unnamed {
        names[0].clear();
    }
    // A header never has the delimiter that rows end in.
    let header = names.join(&manner.delimiter.to_string());
    let mut lines: Vec<String> = (0..noise.titles)
        .map(|number| if number == 0 { "Kassarapport" } else { "utskriven i natt" }.to_owned())
        .collect();
    lines.push(header.clone());
    if noise.questions {
        let texts = ["Vilket nummer?", "Hur mycket?", "Vilken dag?", "När då?", "Är det så?", "Något mer?"];
        lines.push(texts.join(&manner.delimiter.to_string()));
    }
    for (number, row) in rows.iter().enumerate() {
        match noise.header_again {
            Some((after, marked)) if after == number => {
                lines.push(format!("{}{header}", if marked && manner.encoding == "bom" { "\u{feff}" } else { "" }));
            }
            _ => {}
        }
        if noise.page_after.is_some_and(|after| number % after == after - 1) {
            lines.push(format!("Sida {}", number / 5));
        }
        lines.push(line(&cells(number, row, manner), manner));
    }
    for total in &noise.totals {
        let amount = amount_text(123_450, manner);
        let cells = |cells: &[&str]| cells.iter().map(|cell| quoted(cell, manner)).collect::<Vec<_>>();
        lines.push(match total {
            Total::Short => cells(&["TOTAL 2024-01-01", &amount]).join(&manner.delimiter.to_string()),
            Total::Full => cells(&["Summa", &amount, "", "", "", ""]).join(&manner.delimiter.to_string()),
            Total::Printed => "Utskrivet av kassa 4".to_owned(),
        });
    }
    lines.extend(vec![String::new(); noise.blank_lines]);
    let mark = if manner.encoding == "bom" { "\u{feff}" } else { "" };
    let text = mark.to_owned() + &lines.iter().map(|line| format!("{line}{}", manner.line_end)).collect::<String>();
    match manner.encoding {
        "macintosh" => encoding_rs::MACINTOSH.encode(&text).0.into_owned(),
        "cp850" => text.chars().map(of_dos).collect(),
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
        noise: Noise { endless: None, invisible: false, ..manner.noise.clone() },
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

fn request(folder: &Path, name: &str) -> InferRequest {
    InferRequest {
        files: vec![folder.join(name)],
        name: None,
        project: folder.to_owned(),
        scratch: folder.to_owned(),
        max_rejected: None,
    }
}

fn printer() -> Printer {
    Printer::new(PrinterOptions { quiet: true, ..PrinterOptions::default() })
}

/// Infers a block for the table and reads the table with it. `None` if infer refuses.
fn read_back(rows: &[Row], manner: &Manner) -> Result<Option<(String, Vec<String>)>, InferError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.csv"), written(rows, manner)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(infer(&request(folder.path(), "t.csv"), &printer())) {
        Ok(block) => {
            let found = runtime.block_on(loaded(&block, folder.path()));
            Ok(Some((block, found)))
        }
        Err(InferError::Undecided { open, draft }) => {
            let text = String::from_utf8_lossy(&written(rows, manner)).into_owned();
            eprintln!("refused: {}\n{draft}\n{manner:?}\n{text}", open.join("\n"));
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

#[test]
fn a_written_table_is_loaded_unchanged_or_refused() {
    const CASES: u32 = 24;
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        // Every step of a search for a smaller table infers again.
        max_shrink_iters: 40,
        ..Config::default()
    });
    let refused = AtomicU32::new(0);
    let run = runner.run(&(rows(), manners()), |(rows, manner)| {
        let text = String::from_utf8_lossy(&written(&rows, &manner)).into_owned();
        match read_back(&rows, &manner) {
            Ok(Some((block, found))) => prop_assert_eq!(found, expected(&rows, &manner), "{}\n{}", block, text),
            Ok(None) => {
                refused.fetch_add(1, Ordering::Relaxed);
            }
            Err(other) => prop_assert!(false, "{other}\n{text}"),
        }
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{failure}"));
    let refused = refused.into_inner();
    assert!(refused * 10 <= CASES, "{refused} of {CASES} tables were refused");
}

/// A text as a database dumps it.
fn dumped(text: Option<&str>, postgres: bool) -> String {
    let Some(text) = text else { return "\\N".to_owned() };
    text.chars()
        .map(|letter| match letter {
            '\\' => "\\\\".to_owned(),
            '\t' if postgres => "\\t".to_owned(),
            '\n' if postgres => "\\n".to_owned(),
            '\t' | '\n' => format!("\\{letter}"),
            other => other.to_string(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn dumps_of_databases_are_loaded_unchanged(
        texts in prop::collection::vec(prop::option::weighted(0.8, "[a-zN][a-zåN \t\n\\\\]{0,10}[a-zN]"), 20..60),
        postgres in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        // One of each, so that the dump can be recognised.
        let sure = [None, Some("rad\tett\nrad två".to_owned())];
        let all: Vec<Option<String>> = sure.into_iter().chain(texts).collect();
        let rows: String = all
            .iter()
            .enumerate()
            .map(|(at, text)| format!("{at}\t{}\t{at}.5\n", dumped(text.as_deref(), postgres)))
            .collect();
        std::fs::write(folder.path().join("t.tsv"), &rows).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let block = runtime.block_on(infer(&request(folder.path(), "t.tsv"), &printer())).unwrap();
        let found = runtime.block_on(loaded(&block, folder.path()));
        let wanted: Vec<String> = all
            .iter()
            .enumerate()
            .map(|(at, text)| format!("{at}\u{1f}{}\u{1f}{at}.50", text.as_deref().unwrap_or_default()))
            .collect();
        prop_assert_eq!(found, wanted, "{}\n{}", block, rows);
    }
}
