//! Whole small files, through chunker and decoder.

use std::sync::{Arc, LazyLock};

use arrow::{array::RecordBatch, compute::concat_batches, util::pretty::pretty_format_batches};

use super::{pages::CsvPages, *};
use crate::extract::frame::{FileLines, Reject, Rule};
use crate::extract::random::Random;
use crate::extract::rows::{Amount, Decoder, DuplicateFilter, Layout, RowOptions, RowRules, Tally};
use crate::local_time::LocalTime;
use crate::source::{Column, ColumnType, IdForm};

/// Options of the rows, and the dialect of the file.
struct Options {
    dialect: Dialect,
    rows: RowOptions,
}

impl std::ops::Deref for Options {
    type Target = RowOptions;

    fn deref(&self) -> &RowOptions {
        &self.rows
    }
}

impl std::ops::DerefMut for Options {
    fn deref_mut(&mut self) -> &mut RowOptions {
        &mut self.rows
    }
}

fn options() -> Options {
    static STOCKHOLM: LazyLock<Arc<LocalTime>> =
        LazyLock::new(|| Arc::new(LocalTime::new(chrono_tz::Europe::Stockholm)));
    Options { dialect: Dialect::default(), rows: RowOptions::new(Arc::clone(&STOCKHOLM)) }
}

fn orders() -> Vec<Column> {
    let money = ColumnType::Decimal { precision: 8, scale: 2 };
    vec![
        Column::new("id", ColumnType::Int).required(),
        Column::new("at", ColumnType::Timestamp),
        Column { min: Some("0".to_owned()), max: Some("99.99".to_owned()), ..Column::new("price", money) },
        Column {
            accepted_values: Some(["SEK", "EUR"].map(String::from).to_vec()),
            ..Column::new("currency", ColumnType::String)
        },
        Column::new("note", ColumnType::String),
        Column::new("back", ColumnType::Bool),
    ]
}

const HEADER: &str = "id,at,price,currency,note,back\n";

/// Everything visible of a file's decoding, with its batches joined.
#[derive(Debug, PartialEq)]
struct Seen {
    rows: Option<RecordBatch>,
    rejects: Vec<Reject>,
    read: u64,
    loaded: u64,
    duplicate: u64,
    after: u64,
    amounts: (i128, i128),
    max_event: Option<i64>,
}

fn run(file: &[u8], columns: Vec<Column>, options: Options, block: usize, projection: Option<&[usize]>) -> Seen {
    let filter = DuplicateFilter::new();
    run_with(file, columns, options, block, projection, &filter)
}

fn run_with(
    file: &[u8],
    columns: Vec<Column>,
    options: Options,
    block: usize,
    projection: Option<&[usize]>,
    filter: &DuplicateFilter,
) -> Seen {
    let dialect = options.dialect;
    let rules = Arc::new(RowRules::new(columns.clone(), options.rows).unwrap());
    let mut chunker = Chunker::new(dialect);
    let mut chunks = Vec::new();
    for block in file.chunks(block) {
        chunks.extend(chunker.push(block));
    }
    chunks.extend(chunker.finish());
    let header = parse_header(chunker.header().unwrap().unwrap(), &dialect).unwrap();
    let layout = Arc::new(Layout::new(&header, &columns).unwrap());
    let all: Vec<usize> = (0..columns.len()).collect();
    let mut decoder = Decoder::new(rules, Arc::clone(&layout), projection.unwrap_or(&all)).unwrap();
    let (mut batches, mut rejects) = (Vec::new(), Vec::new());
    let (mut sums, mut amounts) = ([0; 4], [Amount::default(); 2]);
    let mut max_event = None;
    let mut lines = FileLines::default();
    for chunk in chunks {
        let mut pages = CsvPages::new(chunk, dialect, layout.width);
        let found = decoder.decode(&mut pages, Some(filter)).unwrap();
        assert_eq!(found.rows_read, found.rows_loaded + found.rows_rejected + found.duplicate.rows);
        assert_eq!(found.rows_rejected, found.rejects.len() as u64);
        for (sum, n) in
            sums.iter_mut().zip([found.rows_read, found.rows_loaded, found.duplicate.rows, found.rows_after_limit])
        {
            *sum += n;
        }
        lines.add(found.lines);
        amounts[0].add(found.amount_read);
        amounts[1].add(found.amount_loaded);
        max_event = max_event.max(found.max_event);
        batches.extend(found.batches);
        rejects.extend(found.rejects);
    }
    assert_eq!(lines.read, lines.header + lines.ignored + sums[0], "{}", String::from_utf8_lossy(file));
    let rows = (!batches.is_empty()).then(|| concat_batches(decoder.schema(), &batches).unwrap());
    Seen {
        rows,
        rejects,
        read: sums[0],
        loaded: sums[1],
        duplicate: sums[2],
        after: sums[3],
        amounts: (amounts[0].value, amounts[1].value),
        max_event,
    }
}

fn reasons(seen: &Seen) -> Vec<(u64, Rule, String)> {
    seen.rejects.iter().map(|r| (r.line, r.faults[0].rule, r.reason())).collect()
}

fn decode(rows: &str) -> Seen {
    run(format!("{HEADER}{rows}").as_bytes(), orders(), options(), 1 << 20, None)
}

#[test]
fn good_rows_become_values() {
    let seen = decode(
        "1,2024-01-02 03:04:05,1.50,SEK,hej,true\r\n2,,,,,\n\n\" 3 \",2024-06-01,\"2\",\"EUR\",\"a,\"\"b\"\"\",\"No\"",
    );
    assert_eq!(seen.rejects, []);
    let expected = "\
+----+----------------------+-------+----------+-------+-------+
| id | at                   | price | currency | note  | back  |
+----+----------------------+-------+----------+-------+-------+
| 1  | 2024-01-02T02:04:05Z | 1.50  | SEK      | hej   | true  |
| 2  |                      |       |          |       |       |
| 3  | 2024-05-31T22:00:00Z | 2.00  | EUR      | a,\"b\" | false |
+----+----------------------+-------+----------+-------+-------+";
    assert_eq!(pretty_format_batches(&[seen.rows.unwrap()]).unwrap().to_string(), expected);
}

/// The order columns with an id of text and one that is a whole number.
fn with_ids() -> Vec<Column> {
    let mut columns = orders();
    columns[0].id = Some(IdForm::default());
    columns[4] = Column { id: Some(IdForm::default()), required: true, ..Column::new("note", ColumnType::String) };
    columns
}

#[test]
fn ids_are_values_without_what_nobody_sees() {
    let rows =
        "1.0,,,,\"K7\u{A0}\",\n2,,,,K8,\n\u{FEFF}3,,,,\" K,9\",\n\u{A0},,,,K1,\n4,,,,\u{200B},\n5,,,,x\u{200B}y,\n";
    let seen = run(format!("{HEADER}{rows}").as_bytes(), with_ids(), options(), 1 << 20, Some(&[0, 4]));
    let expected = "\
+----+------+
| id | note |
+----+------+
| 1  | K7   |
| 2  | K8   |
| 3  | K,9  |
| 5  | xy   |
+----+------+";
    assert_eq!(pretty_format_batches(&[seen.rows.clone().unwrap()]).unwrap().to_string(), expected);
    assert_eq!(
        reasons(&seen).iter().map(|(line, rule, _)| (*line, *rule)).collect::<Vec<_>>(),
        [(5, Rule::Required), (6, Rule::Required)]
    );
}

#[test]
fn a_row_that_differs_only_in_how_its_id_is_written_is_a_duplicate() {
    let plain = "1,,,,K7,\n2,,,,\"K,7\",\n3,,,,K7,\n";
    let other = "1.0,,,,K7 ,\n2,,,,\"K,7\u{A0}\",\n\"3\",,,,\u{FEFF}K7,\n1,,,,\"K\u{AD}7\",\n";
    for (file, projection) in [(format!("{plain}{other}"), None), (format!("{other}{plain}"), Some(&[1][..]))] {
        for block in [7, 1 << 20] {
            let seen = run(format!("{HEADER}{file}").as_bytes(), with_ids(), options(), block, projection);
            assert_eq!((seen.read, seen.loaded, seen.duplicate), (7, 3, 4), "{file}");
        }
    }
    let mut columns = with_ids();
    columns[4].id = None;
    let seen = run(format!("{HEADER}1,,,,K7,\n1,,,,K7 ,\n").as_bytes(), columns, options(), 1 << 20, None);
    assert_eq!(seen.loaded, 2, "other text is compared as written");
}

#[test]
fn every_fault_is_named() {
    let mut file = HEADER.as_bytes().to_vec();
    file.extend_from_slice(b"x,2024-13-01 10:00:00,1,SEK,,\n");
    file.extend_from_slice(b",,-1,NOK,,ja\n1,,100,SEK,,\n1,,,,\n1,,,,,,\n");
    file.extend_from_slice(b"1,,,,caf\xE9,\n2,,,,nul\0,\n3,,1.234,SEK,ok,\n\"4,,,,,\n5,,,,,\n");
    let seen = run(&file, orders(), options(), 1 << 20, None);
    let expected = [
        (
            2,
            Rule::Type,
            "id: 'x' is not a whole number; at: '2024-13-01 10:00:00' is not a timestamp (YYYY-MM-DD HH:MM:SS)",
        ),
        (
            3,
            Rule::Required,
            "id: is empty but required; price: '-1' is below the minimum 0; currency: 'NOK' is not one of SEK, EUR; \
             back: 'ja' is neither true nor false (true/false, t/f, yes/no, 1/0)",
        ),
        (4, Rule::Range, "price: '100' is above the maximum 99.99"),
        (5, Rule::FieldCount, "expected 6 fields, found 5"),
        (6, Rule::FieldCount, "expected 6 fields, found 7"),
        (7, Rule::Encoding, "note: 'caf\u{FFFD}' is not valid UTF-8"),
        (
            8,
            Rule::Encoding,
            "note: contains a NUL byte; `padding: nul` under `values` reads NUL bytes at the ends of cells as padding",
        ),
        (
            9,
            Rule::Type,
            "price: '1.234' has more than 2 digits after the decimal point; `round: 2` under `values` would round it",
        ),
        (
            10,
            Rule::UnclosedQuote,
            "a quote opens and is not closed where a field ends on its line (newlines_in_values: true allows line \
             breaks in values)",
        ),
    ];
    assert_eq!(reasons(&seen), expected.map(|(line, rule, reason)| (line, rule, reason.to_owned())));
    assert_eq!(seen.rejects[0].faults[0].column.as_deref(), Some("id"));
    assert_eq!(seen.rejects[0].raw, "x,2024-13-01 10:00:00,1,SEK,,");
    assert_eq!(seen.rejects[1].byte_offset, HEADER.len() as u64 + 30);
    assert_eq!((seen.read, seen.loaded), (10, 1));
}

#[test]
fn long_values_and_long_records_are_cut() {
    let long = "ö".repeat(40_000);
    let seen = decode(&format!("{long},,,,,\nx,,,,,\n"));
    let reject = &seen.rejects[0];
    assert_eq!(reject.reason(), format!("id: '{}…' is not a whole number", "ö".repeat(60)));
    assert_eq!((reject.raw.as_str(), reject.raw_is_cut), ("ö".repeat(32_768).as_str(), true));
    assert_eq!((seen.rejects[1].raw.as_str(), seen.rejects[1].raw_is_cut), ("x,,,,,", false));
}

#[test]
fn lines_are_counted_through_quoted_newlines() {
    let mut options = options();
    options.dialect.newlines_in_values = true;
    let file = format!("{HEADER}1,,,,\"a\nb\r\nc\",\nx,,,,,\n\"2\nb\",,,,,\ny,,,,,");
    let seen = run(file.as_bytes(), orders(), options, 3, None);
    let lines: Vec<u64> = seen.rejects.iter().map(|r| r.line).collect();
    assert_eq!(lines, [5, 6, 8]);
    assert_eq!(seen.loaded, 1);
}

#[test]
fn blocks_and_chunks_make_no_difference() {
    let nasty = "1,2024-03-31 02:30:00,1.5,SEK,\"a\nb\",t\r\n\r\n2,\"\",\"2\",\"EUR\",\"\"\"q\"\"\",f\r\nx,,,,\"c,\nd\",\n\
                 3,,,,st\"ray,\n4,,,,\"x\"y,1\n\n5,,\n6,,,,åäö,yes\n1,2024-03-31 02:30:00,1.5,SEK,\"a\nb\",t\n\
                 7,,,,\"this one is far too long for the limit that the test has set, by more than a little, yes\n\
                 8,,,,,\",\n9,,,,,\n10,,,,this line has no quotes and is too long all the same, which is a pity isn't it now,\n\
                 11,,,,\"open\n12,,,,,\n13,,,,,";
    let file = format!("\u{FEFF}{HEADER}{nasty}");
    for newlines_in_values in [false, true] {
        let with = |chunk_size, batch_size| {
            let mut options = options();
            options.dialect = Dialect { newlines_in_values, max_record: 80, chunk_size, ..Dialect::default() };
            options.batch_size = batch_size;
            options.amount = vec![0, 2];
            options
        };
        let whole = run(file.as_bytes(), orders(), with(1 << 20, 8192), 1 << 20, None);
        assert!(whole.rejects.iter().any(|r| r.faults[0].rule == Rule::RecordSize));
        assert!(whole.rejects.iter().any(|r| r.faults[0].rule == Rule::UnclosedQuote));
        assert!(whole.rejects.iter().all(|r| file.as_bytes()[r.byte_offset as usize..].starts_with(r.raw.as_bytes())));
        for block in 1..file.len() {
            for chunk_size in [1, 7, 64, block] {
                assert_eq!(
                    run(file.as_bytes(), orders(), with(chunk_size, 3), block, None),
                    whole,
                    "{block} {chunk_size}"
                );
            }
        }
        for cut in 1..file.len() {
            let split = run(file.as_bytes(), orders(), with(cut, 2), cut, None);
            assert_eq!(split, whole, "cut at {cut}");
        }
    }
}

#[test]
fn random_files_are_cut_anywhere_alike() {
    let mut random = Random(99);
    let pieces = ["1", ",", ",", "\n", "\r\n", "\"", "\"\"", ",\"a\nb\"", "xy", "\n1,2\n", "\n\"3\",4\n"];
    let columns = || vec![Column::new("a", ColumnType::String), Column::new("b", ColumnType::Int)];
    for round in 0..3000 {
        let size = 20 + random.below(200);
        let mut file = b"a,b\n".to_vec();
        file.extend(random.text(size, &pieces));
        let with = |chunk_size| {
            let mut options = options_of(round % 2 == 0);
            options.dialect.chunk_size = chunk_size;
            options
        };
        let whole = run(&file, columns(), with(1 << 20), 1 << 20, None);
        for _ in 0..3 {
            let (chunk_size, block) = (1 + random.below(60), 1 + random.below(60));
            let split = run(&file, columns(), with(chunk_size), block, None);
            assert_eq!(split, whole, "{chunk_size} {block} {:?}", String::from_utf8_lossy(&file));
        }
    }
}

fn options_of(newlines_in_values: bool) -> Options {
    let mut options = options();
    options.dialect = Dialect { newlines_in_values, max_record: 40, ..Dialect::default() };
    options
}

#[test]
fn rejects_do_not_depend_on_the_projection() {
    let file = format!("{HEADER}1,,1.0,SEK,a,t\nx,,,,,\n2,,2,NOK,,\n3,,,,b,\n");
    let all = run(file.as_bytes(), orders(), options(), 9, None);
    let none = run(file.as_bytes(), orders(), options(), 9, Some(&[]));
    assert_eq!(all.rejects, none.rejects);
    assert_eq!(none.rows.as_ref().map(|b| (b.num_rows(), b.num_columns())), Some((2, 0)));
    let two = run(file.as_bytes(), orders(), options(), 9, Some(&[4, 0]));
    assert_eq!(two.rows.unwrap(), all.rows.unwrap().project(&[4, 0]).unwrap());
}

#[test]
fn columns_are_found_by_name() {
    let file = "extra,note,id,back,currency,price,at\n\"x\",n,1,t,SEK,2,\n\u{FF},,2,,,,\n";
    let seen = run(file.as_bytes(), orders(), options(), 9, None);
    assert_eq!(seen.loaded, 2);
    assert_eq!(seen.rows.unwrap().schema().field(0).name(), "id");
}

#[test]
fn amounts_count_rows_read_and_rows_loaded() {
    let mut options = options();
    options.amount = vec![0, 2];
    // The second is rejected but can be counted, the third has no number, the last is a duplicate.
    let file = format!("{HEADER}2,,1.50,,,\n1,,4.00,NOK,,\n3,,x,,,\n4,,,,,\n2,,1.50,,,\n");
    let seen = run(file.as_bytes(), orders(), options, 99, None);
    assert_eq!(seen.amounts, (300 + 400 + 300, 300));
    assert_eq!((seen.loaded, seen.duplicate), (2, 1));
}

#[test]
fn a_sum_beyond_128_bits_is_flagged() {
    let mut amount = Amount { value: i128::MAX - 1, saturated: false };
    amount.add(Amount { value: 5, saturated: false });
    assert_eq!(amount, Amount { value: i128::MAX, saturated: true });
}

#[test]
fn events_after_the_limit_are_loaded_but_not_delivered() {
    let mut options = options();
    options.event_time = Some(1);
    options.event_limit = Some(1_704_067_200_000_000 - 1); // before 2024-01-01 UTC
    let file = format!("{HEADER}1,2024-01-01 00:59:59,,,,\n2,2024-01-01 01:00:00,,,,\n3,,,,,\n4,2030-01-01,,NOK,,\n");
    let seen = run(file.as_bytes(), orders(), options, 99, Some(&[0]));
    assert_eq!((seen.loaded, seen.after, seen.rows.map(|b| b.num_rows())), (3, 1, Some(2)));
    assert_eq!(seen.max_event, Some(1_704_067_199_000_000), "of the rows that count");
}

#[test]
fn days_are_counted_without_the_other_columns() {
    let mut options = options();
    options.event_time = Some(1);
    let rules = Arc::new(RowRules::new(orders(), options.rows).unwrap());
    let data = b"x,2024-01-01 01:00:00,,,,\n2,,,,,\n3,nonsense,,,,\n4,2025-01-01,,\n".to_vec();
    let names: Vec<String> = orders().iter().map(|c| c.name.clone()).collect();
    let layout = Arc::new(Layout::new(&names, &orders()).unwrap());
    let mut decoder = Decoder::new(rules, Arc::clone(&layout), &[]).unwrap();
    let chunk = Chunk { data, first_line: 1, ..Chunk::default() };
    let mut pages = CsvPages::new(chunk, Dialect::default(), layout.width);
    let mut tally = [Tally::default()];
    decoder.tally(&[1], &mut pages, &mut tally).unwrap();
    let days: Vec<(u64, i64)> = tally[0].days().collect();
    // The row with too few fields has no cells; the one whose id is wrong counts.
    assert_eq!(days, [(1, 1_704_067_200_000_000)]);
}

#[test]
fn the_same_row_is_the_same_in_any_order_and_quoting() {
    let filter = DuplicateFilter::new();
    let columns = || vec![Column::new("a", ColumnType::String), Column::new("b", ColumnType::String)];
    let count = |file: &str| {
        let seen = run_with(file.as_bytes(), columns(), options_of(true), 99, None, &filter);
        (seen.loaded, seen.duplicate)
    };
    assert_eq!(count("a,b\nx,y\n\"x,y\",z\nx,\"y,z\"\nq\"r,\n"), (4, 0));
    assert_eq!(count("a,b\r\n\"x\",y\r\n\"x,y\",\"z\"\r\n\"q\"\"r\",\"\"\r\n"), (0, 3));
    assert_eq!(count("b,a\ny,x\nx,y\n\"y,z\",x"), (1, 2));
    assert_eq!(count("a,b,more\nx,y,1\nx,y,2\nx,y,1\n"), (2, 1));
    assert_eq!(count("more,b,a\n1,y,x\n"), (0, 1));
    assert_eq!(filter.len(), 7);
    assert!(filter.memory_size() > 0);
}

#[test]
fn invalid_declarations_are_all_reported() {
    let columns = vec![
        Column { min: Some("low".to_owned()), ..Column::new("a", ColumnType::Int) },
        Column { max: Some("z".to_owned()), ..Column::new("b", ColumnType::String) },
        Column::new("c", ColumnType::Bool),
    ];
    let mut options = options();
    options.event_time = Some(2);
    options.amount = vec![1, 9];
    let errors = RowRules::new(columns, options.rows).unwrap_err();
    assert_eq!(errors.len(), 5, "{errors:?}");
    assert_eq!(errors[0].to_string(), "rule of column 'a': 'low' is not a whole number");
    assert!(!Dialect { quote: b',', ..Dialect::default() }.is_sound());
}

#[test]
fn totals_limits_and_rules_use_the_declared_forms() {
    use crate::source::ValueForm;
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let form = ValueForm {
        null_words: words(&["NULL", "-", "0,00"]),
        decimal_sign: ',',
        thousands_signs: vec![' '],
        timestamp_formats: words(&["%d.%m.%Y %H:%M"]),
        time_zone: Some(chrono_tz::Europe::Helsinki),
        ..ValueForm::default()
    };
    let money = ColumnType::Decimal { precision: 8, scale: 2 };
    let formed = |name: &str, ty| Column { form: form.clone(), ..Column::new(name, ty) };
    let columns = vec![
        formed("at", ColumnType::Timestamp).required(),
        Column { min: Some("0.01".to_owned()), max: Some("1 000,00".to_owned()), ..formed("price", money) },
        Column { pattern: Some("^(?:[a-zå]+)$".to_owned()), ..formed("note", ColumnType::String) },
    ];
    let noon = 1_717_232_400_000_000; // 2024-06-01 12:00 in Helsinki
    let settings = options();
    let rows = RowOptions { event_time: Some(0), event_limit: Some(noon), amount: vec![1], ..settings.rows };
    let settings = Options { dialect: Dialect { delimiter: b';', ..settings.dialect }, rows };
    let file = "at;price;note\n01.06.2024 12:00;1 000,00;å\n01.06.2024 12:01;2,5;NULL\n1.6.2024 9:00;NULL;-\n\
                01.06.2024 08:00;0,00;\" NULL\"\n - ;1,00;a\n01.06.2024 08:00;1 000,01;A1\n";
    let seen = run(file.as_bytes(), columns, settings, 1 << 20, None);
    assert_eq!((seen.read, seen.loaded, seen.after), (6, 4, 1));
    assert_eq!(seen.amounts, (100_000 + 250 + 100, 100_000 + 250));
    assert_eq!(seen.max_event, Some(noon), "rows after the limit do not count");
    let reasons: Vec<String> =
        reasons(&seen).into_iter().map(|(line, rule, why)| format!("{line} {rule} {why}")).collect();
    assert_eq!(
        reasons,
        [
            "6 required at: ' - ' means an empty cell (null_words), but the column is required",
            "7 range price: '1 000,01' is above the maximum 1 000,00; note: 'A1' does not match the pattern [a-zå]+",
        ]
    );
}
