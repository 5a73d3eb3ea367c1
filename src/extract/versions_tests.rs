//! Rows of a key that come again: in any order of files and any number of threads, the rows that count are
//! those of a plain rule applied to all rows in order.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::equal_count::EqualCount;
use super::error::{ExtractError, ExtractFault};
use super::ledger::RowCounts;
use super::random::Random;
use super::worker::Worker;
use super::{Extracts, Means, OpenOptions, PromiseResult};
use crate::diagnostics::SourceText;

const COLUMNS: &str = "
      order_id: { type: int, description: d }
      line: { type: int, description: d }
      price: { type: \"decimal(12,2)\", description: d }
      buyer: { type: string, personal: true, description: d }
";

/// What was loaded from the files of a folder.
struct Loaded {
    rows: Vec<String>,
    counts: RowCounts,
    amounts: Vec<String>,
    duplicates: EqualCount,
    repeated: EqualCount,
    alike: EqualCount,
    /// What is found about the key; of no rows, nothing.
    key: Option<PromiseResult>,
}

/// Reads a source with so many workers, as a run does.
fn load(folder: &Path, declared: &str, format: &str, threads: usize) -> Result<Loaded, ExtractError> {
    let text = format!(
        "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\nsources:\n  lines:\n    description: d\n    \
         path: lines*.{format}\n    amount: [price]\n{declared}    columns:{COLUMNS}"
    );
    let (file, texts) = crate::config::parse(&SourceText::new("p.yml", text)).unwrap();
    let sources = crate::plan::sources_of(&file, &texts).unwrap();
    let options = OpenOptions {
        project: folder,
        time_zone: chrono_tz::UTC,
        quarantine: folder.join("quarantine"),
        run_id: "versions",
        corrections: Vec::new(),
        all: &sources,
        earlier: &[],
    };
    let extracts = Extracts::open(&[&sources["lines"]], None, &options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    loop {
        let reading = extracts.scan("lines")?.begin()?;
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let mut worker = Worker::new(Arc::clone(&reading), vec![0, 1, 2, 3]);
                std::thread::spawn(move || {
                    let mut batches = Vec::new();
                    while let Some(batch) = worker.next()? {
                        batches.push(batch);
                    }
                    Ok::<_, ExtractError>(batches)
                })
            })
            .collect();
        let found: Result<Vec<_>, ExtractError> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
        match found {
            Err(error) if matches!(*error.fault, ExtractFault::KeysRepeat) => {
                runtime.block_on(extracts.resolve_keys("lines", &Means::new(threads, None)))?;
                extracts.restart("lines")?;
            }
            Err(error) => return Err(error),
            Ok(found) => {
                extracts.settle()?;
                let count = extracts.source_counts().remove(0);
                let sums = extracts.counts().unwrap();
                let amount = |name: &str| {
                    let column = sums.column_by_name(name).unwrap();
                    ArrayFormatter::try_new(column, &FormatOptions::new()).unwrap().value(0).to_string()
                };
                let mut rows: Vec<String> = found.concat().iter().flat_map(texts_of).collect();
                rows.sort();
                let key = extracts.promises().into_iter().find(|result| result.name == "lines_key");
                let amounts = vec![amount("amount_read"), amount("amount_loaded")];
                assert!(count.by_file.iter().all(|file| file.rows.balances()));
                let (duplicates, repeated, alike) = (count.duplicates, count.repeated, count.alike);
                return Ok(Loaded { rows, counts: count.rows, amounts, duplicates, repeated, alike, key });
            }
        }
    }
}

fn texts_of(batch: &arrow::array::RecordBatch) -> Vec<String> {
    let options = FormatOptions::new();
    let columns: Vec<_> =
        batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
    let row = |row: usize| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(",");
    (0..batch.num_rows()).map(row).collect()
}

/// A row: order, line, price in hundredths, buyer.
type Row = (Option<u8>, Option<u8>, u16, u8);

fn text_of((order, line, price, buyer): &Row) -> String {
    let number = |cell: &Option<u8>| cell.map(|number| number.to_string()).unwrap_or_default();
    format!("{},{},{}.{:02},B{buyer}", number(order), number(line), price / 100, price % 100)
}

/// The rows that count, of all rows in order.
fn naive(files: &[(usize, Vec<Row>)], replaces: bool) -> Vec<String> {
    let mut counting: BTreeMap<(u8, u8), (usize, Row)> = BTreeMap::new();
    let mut without: BTreeMap<Row, BTreeMap<usize, usize>> = BTreeMap::new();
    let mut latest: BTreeMap<u8, usize> = BTreeMap::new();
    for (day, rows) in files {
        for row in rows {
            if let Some(order) = row.0 {
                latest.insert(order, *day);
            }
            match (row.0, row.1) {
                (Some(order), Some(line)) => {
                    counting.insert((order, line), (*day, *row));
                }
                _ => *without.entry(*row).or_default().entry(*day).or_default() += 1,
            }
        }
    }
    let stays = |(day, row): &(usize, Row)| !replaces || row.0.is_none_or(|order| latest[&order] == *day);
    // Equal rows without a key count as often as one delivery has them: the latest of their order, or any.
    let times = |(row, days): (Row, BTreeMap<usize, usize>)| {
        let times = match row.0.filter(|_| replaces) {
            Some(order) => days.get(&latest[&order]).copied(),
            None => days.into_values().max(),
        };
        std::iter::repeat_n(row, times.unwrap_or_default())
    };
    let all = counting.into_values().filter(stays).map(|(_, row)| row).chain(without.into_iter().flat_map(times));
    let mut rows: Vec<String> = all.map(|row| text_of(&row)).collect();
    rows.sort();
    rows
}

#[test]
fn the_latest_rows_count_in_any_order_of_files_and_threads() {
    for seed in 1..100_u64 {
        let mut random = Random(seed * 0x9E37_79B9);
        let replaces = random.below(3) == 0;
        let days = 1 + random.below(4);
        let mut files = Vec::new();
        for day in 0..days {
            for part in 0..1 + random.below(2) {
                let cell = |random: &mut Random| (random.below(12) > 0).then(|| random.below(4) as u8);
                let rows: Vec<Row> = (0..random.below(12))
                    .map(|_| (cell(&mut random), cell(&mut random), random.below(3) as u16 * 50, random.below(2) as u8))
                    .collect();
                files.push((day, part, rows));
            }
        }
        let all: Vec<(usize, Vec<Row>)> = files.iter().map(|(day, _, rows)| (*day, rows.clone())).collect();
        let expected = naive(&all, replaces);
        let delivery = "    delivery: { mode: append, date_in_name: \"%Y%m%d\" }\n    optional: true\n";
        let group = if replaces { "    replaces: [order_id]\n" } else { "" };
        let declared = format!("    key: [order_id, line]\n{group}{delivery}");
        let mut found = Vec::new();
        for turn in 0..2 {
            let folder = tempfile::tempdir().unwrap();
            for (day, part, rows) in &files {
                // The day decides, and then the number in the name, not the order in which names sort as text.
                let prefix = if turn == 0 { "" } else { ["_z", "_y", "_x", "_a"][*day] };
                let name = format!("lines{prefix}_202501{:02}_{}.csv", day + 1, 9 + part);
                let mut text = "order_id,line,price,buyer\n".to_owned();
                rows.iter().for_each(|row| writeln!(text, "{}", text_of(row)).unwrap());
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            for threads in [1, 3] {
                found.push(load(folder.path(), &declared, "csv", threads).unwrap());
            }
        }
        for loaded in &found {
            assert_eq!(loaded.rows, expected, "seed {seed}, replaces {replaces}: {files:?}");
            assert_eq!(loaded.counts, found[0].counts, "seed {seed}");
            assert_eq!(loaded.amounts, found[0].amounts, "seed {seed}");
            let first = |loaded: &Loaded| (loaded.duplicates.first.is_some(), loaded.repeated.first.is_some());
            assert_eq!(first(loaded), (loaded.counts.duplicate > 0, loaded.counts.repeated > 0), "seed {seed}");
        }
        assert_eq!(found[0].counts.loaded as usize, expected.len());
    }
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
    folder
}

#[test]
fn the_first_replaced_row_is_named_without_personal_values() {
    let folder = folder(&[
        ("lines.csv", "order_id,line,price,buyer\n7,1,10.00,Anna\n7,2,4.50,Anna\n8,1,1.00,Bo\n"),
        ("lines_2.csv", "order_id,line,price,buyer\n8,1,1,Bo\n7,1,6.00,Anna-Lena\n"),
        ("lines_10.csv", "order_id,line,price,buyer\n7,1,7.25,Anna-Lena\n"),
    ]);
    let loaded = load(folder.path(), "    key: [order_id, line]\n", "csv", 2).unwrap();
    assert_eq!(loaded.rows, ["7,1,7.25,Anna-Lena", "7,2,4.50,Anna", "8,1,1.00,Bo"]);
    let RowCounts { read, loaded: kept, duplicate, superseded, .. } = loaded.counts;
    assert_eq!((read, kept, duplicate, superseded), (6, 3, 1, 2));
    assert_eq!(loaded.amounts, ["29.75", "12.75"]);
    assert_eq!(
        loaded.key.unwrap().found,
        "source lines: 2 rows were replaced by a newer version of the same order_id, line; the first: lines.csv:2 by \
         lines_2.csv:3; order_id 7, line 1; price, buyer changed; amount 10.00 -> 6.00; all replacements change the \
         amount by -2.75"
    );
    let private = load(folder.path(), "    key: [buyer]\n", "csv", 1).unwrap().key.unwrap().found;
    assert!(!private.contains("Anna") && private.contains("buyer not shown"), "{private}");
}

#[test]
fn values_that_return_are_the_latest_and_empty_keys_are_no_versions() {
    let header = "order_id,line,price,buyer\n";
    let folder = folder(&[
        ("lines_1.csv", &format!("{header}1,1,10.00,A\n,1,5.00,A\n,1,6.00,A\n")),
        ("lines_2.csv", &format!("{header}1,1,20.00,A\n")),
        ("lines_3.csv", &format!("{header}1,1,10.00,A\n,1,5.00,A\n,1,6.00,A\n")),
    ]);
    let loaded = load(folder.path(), "    key: [order_id, line]\n", "csv", 2).unwrap();
    assert_eq!(loaded.rows, [",1,5.00,A", ",1,6.00,A", "1,1,10.00,A"]);
    assert_eq!((loaded.counts.superseded, loaded.counts.duplicate), (2, 2));
}

#[test]
fn an_order_that_comes_again_loses_the_lines_it_leaves_out() {
    let header = "order_id,line,price,buyer\n";
    let mut files = vec![
        ("lines_20250101.csv", format!("{header}1,1,10.00,A\n1,2,20.00,A\n1,3,30.00,A\n2,1,1.00,B\n")),
        ("lines_20250102.csv", format!("{header}1,1,10.00,A\n1,3,35.00,A\n")),
    ];
    let written = |files: &[(&'static str, String)]| {
        folder(&files.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>())
    };
    let declared = "    key: [order_id, line]\n    replaces: [order_id]\n";
    let by_day = format!("{declared}    delivery: {{ mode: append, date_in_name: \"%Y%m%d\" }}\n");
    for declared in [declared, &by_day] {
        let loaded = load(written(&files).path(), declared, "csv", 2).unwrap();
        assert_eq!(loaded.rows, ["1,1,10.00,A", "1,3,35.00,A", "2,1,1.00,B"]);
        assert_eq!((loaded.counts.superseded, loaded.counts.duplicate), (2, 1));
        assert!(
            loaded
                .key
                .unwrap()
                .found
                .contains("lines_20250101.csv:3 is left out where its rows come again, at lines_20250102")
        );
    }
    // Another part of the same order: with the day of the delivery it is that; without it nobody knows.
    files[1] = ("lines_20250101_b.csv", format!("{header}1,4,40.00,A\n"));
    assert_eq!(load(written(&files).path(), &by_day, "csv", 2).unwrap().counts.loaded, 5);
    let error = load(written(&files).path(), declared, "csv", 2).err().unwrap().to_string();
    assert_eq!(
        error,
        "source lines: rows with the same order_id are in two files, and none of their keys agree: \
         lines_20250101.csv:2 and lines_20250101_b.csv:2"
    );
}

#[test]
fn rows_of_one_json_line_are_versions_in_their_order() {
    let folder = folder(&[(
        "lines.json",
        "[{\"order_id\":1,\"line\":1,\"price\":1.5,\"buyer\":\"A\"},{\"order_id\":1,\"line\":1,\"price\":2.50,\"buyer\":\"A\"},\
         {\"order_id\":1,\"line\":1,\"price\":2.5,\"buyer\":\"A\"}]",
    )]);
    let loaded = load(folder.path(), "    format: { json: {} }\n    key: [order_id, line]\n", "json", 2).unwrap();
    assert_eq!(loaded.rows, ["1,1,2.50,A"]);
    assert_eq!((loaded.counts.superseded, loaded.counts.duplicate), (1, 1));
}

/// A source without a key, in any number of files of a few deliveries: equal rows count as often as one delivery has them,
/// with the same first rows for messages.
#[test]
fn equal_rows_count_as_often_as_the_delivery_that_has_most_of_them() {
    for seed in 1..60_u64 {
        let mut random = Random(seed * 0x9E37_79B9);
        let by_day = random.below(2) == 0;
        let mut files: Vec<(usize, Vec<Row>)> = Vec::new();
        for day in 0..1 + random.below(4) {
            for _ in 0..1 + random.below(2) {
                let row = |random: &mut Random| (Some(random.below(3) as u8), None, 100, random.below(2) as u8);
                files.push((day, (0..1 + random.below(10)).map(|_| row(&mut random)).collect()));
            }
        }
        let mut most: BTreeMap<Row, BTreeMap<usize, usize>> = BTreeMap::new();
        for (file, (day, rows)) in files.iter().enumerate() {
            let delivery = if by_day { *day } else { file };
            rows.iter().for_each(|row| *most.entry(*row).or_default().entry(delivery).or_default() += 1);
        }
        let distinct = most.len();
        let times = |(row, days): (Row, BTreeMap<usize, usize>)| {
            std::iter::repeat_n(text_of(&row), days.into_values().max().unwrap_or_default())
        };
        let mut expected: Vec<String> = most.into_iter().flat_map(times).collect();
        expected.sort();
        let folder = tempfile::tempdir().unwrap();
        for (number, (day, rows)) in files.iter().enumerate() {
            let mut text = "order_id,line,price,buyer\n".to_owned();
            rows.iter().for_each(|row| writeln!(text, "{}", text_of(row)).unwrap());
            // A blank line each, so that no two files have the same bytes.
            text.push_str(&"\n".repeat(number));
            std::fs::write(folder.path().join(format!("lines_202501{:02}_{number}.csv", day + 1)), text).unwrap();
        }
        let delivery = "    delivery: { mode: append, date_in_name: \"%Y%m%d\" }\n";
        let declared = if by_day { delivery } else { "    optional: true\n" };
        let one = load(folder.path(), declared, "csv", 1).unwrap();
        let three = load(folder.path(), declared, "csv", 3).unwrap();
        assert_eq!(one.rows, expected, "seed {seed}: {files:?}");
        assert_eq!(one.counts.repeated as usize, expected.len() - distinct);
        assert_eq!(three.rows, expected);
        assert_eq!((one.counts, one.duplicates, one.repeated), (three.counts, three.duplicates, three.repeated));
    }
}

#[test]
fn the_first_equal_rows_are_named_with_the_rows_that_they_repeat() {
    let header = "order_id,line,price,buyer\n";
    let folder = folder(&[
        ("lines_1.csv", &format!("{header}1,1,10.00,A\n2,1,5.00,A\n1,1,10.00,A\n")),
        ("lines_2.csv", &format!("{header}3,1,1.00,A\n1,1,10.00,A\n1,1,10.00,A\n1,1,10.00,A\n")),
        ("lines_3.csv", &format!("{header}2,1,5.00,A\n2,1,5.0,A\n")),
    ]);
    let places = |row: &str, of: &str| Some((row.to_owned(), of.to_owned()));
    let found = load(folder.path(), "", "csv", 2).unwrap();
    assert_eq!((found.counts.loaded, found.counts.duplicate, found.counts.repeated), (6, 3, 2));
    assert_eq!(found.duplicates.first, places("lines_2.csv:3", "lines_1.csv:2"));
    assert_eq!(found.repeated.first, places("lines_1.csv:4", "lines_1.csv:2"));
    assert_eq!(found.duplicates.amount.unwrap().to_string(), "25.00");
    assert_eq!(found.repeated.amount.unwrap().to_string(), "20.00");
    let once = load(folder.path(), "    deduplicate: all\n", "csv", 2).unwrap();
    assert_eq!((once.counts.loaded, once.counts.duplicate, once.counts.repeated), (4, 5, 0));
    assert_eq!(once.duplicates.first, places("lines_1.csv:4", "lines_1.csv:2"));
    let all = load(folder.path(), "    deduplicate: false\n", "csv", 2).unwrap();
    assert_eq!((all.counts.loaded, all.counts.duplicate, all.counts.repeated), (9, 0, 0));
    let by_key = load(folder.path(), "    key: [order_id, line]\n", "csv", 2).unwrap();
    assert_eq!((by_key.counts.loaded, by_key.counts.duplicate), (3, 6));
    assert_eq!(by_key.duplicates.first, places("lines_1.csv:4", "lines_1.csv:2"));
}

/// The rows that count without a key, of all rows in order: those of the newest delivery of their order.
fn newest(files: &[(usize, Vec<Row>)]) -> Vec<String> {
    let mut latest: BTreeMap<u8, usize> = BTreeMap::new();
    let mut without: BTreeMap<Row, BTreeMap<usize, usize>> = BTreeMap::new();
    for (delivery, rows) in files {
        rows.iter().filter_map(|row| row.0).for_each(|order| {
            latest.insert(order, *delivery);
        });
        for row in rows.iter().filter(|row| row.0.is_none()) {
            *without.entry(*row).or_default().entry(*delivery).or_default() += 1;
        }
    }
    let of_orders = files.iter().flat_map(|(delivery, rows)| {
        rows.iter().filter(|row| row.0.is_some_and(|order| latest[&order] == *delivery)).copied()
    });
    let others = without.into_iter().flat_map(|(row, times)| std::iter::repeat_n(row, *times.values().max().unwrap()));
    let mut rows: Vec<String> = of_orders.chain(others).map(|row| text_of(&row)).collect();
    rows.sort();
    rows
}

#[test]
fn without_a_key_the_newest_delivery_of_an_order_gives_its_rows() {
    for seed in 1..80_u64 {
        let mut random = Random(seed * 0x9E37_79B9);
        let by_day = random.below(2) == 0;
        let mut files: Vec<(usize, Vec<Row>)> = Vec::new();
        for day in 0..1 + random.below(4) {
            for _ in 0..1 + random.below(2) {
                let row = |random: &mut Random| {
                    let order = (random.below(8) > 0).then(|| random.below(4) as u8);
                    (order, Some(1), random.below(3) as u16 * 50, 0)
                };
                files.push((day, (0..1 + random.below(9)).map(|_| row(&mut random)).collect()));
            }
        }
        let deliveries =
            files.iter().enumerate().map(|(file, (day, rows))| (if by_day { *day } else { file }, rows.clone()));
        let expected = newest(&deliveries.collect::<Vec<_>>());
        let folder = tempfile::tempdir().unwrap();
        for (number, (day, rows)) in files.iter().enumerate() {
            let mut text = "order_id,line,price,buyer\n".to_owned();
            rows.iter().for_each(|row| writeln!(text, "{}", text_of(row)).unwrap());
            text.push_str(&"\n".repeat(number));
            std::fs::write(folder.path().join(format!("lines_202501{:02}_{number}.csv", day + 1)), text).unwrap();
        }
        let delivery = "    delivery: { mode: append, date_in_name: \"%Y%m%d\" }\n";
        let declared = format!("    replaces: [order_id]\n{}", if by_day { delivery } else { "" });
        let one = load(folder.path(), &declared, "csv", 1).unwrap();
        let three = load(folder.path(), &declared, "csv", 3).unwrap();
        assert_eq!(one.rows, expected, "seed {seed}, by day {by_day}: {files:?}");
        assert_eq!(three.rows, expected, "seed {seed}");
        assert_eq!((one.counts, &one.amounts), (three.counts, &three.amounts), "seed {seed}");
        let firsts = (one.duplicates.first.is_some(), one.repeated.first.is_some());
        assert_eq!(firsts, (one.counts.duplicate > 0, one.counts.repeated > 0), "seed {seed}");
        let of_key = one.key.unwrap();
        assert_eq!(of_key.is_kept, one.counts.superseded == 0, "seed {seed}");
        assert_eq!(of_key.found, three.key.unwrap().found);
    }
}

#[test]
fn the_rows_of_an_order_that_changes_are_named_with_its_amounts() {
    let header = "order_id,line,price,buyer\n";
    let folder = folder(&[
        ("lines_1.csv", &format!("{header}7,1,10.00,paid\n7,,5.00,\n7,,5.00,\n8,1,2.00,paid\n9,1,3.00,paid\n")),
        ("lines_2.csv", &format!("{header}7,1,10.00,refunded\n7,,5.00,\n7,,5.00,\n9,1,3.00,paid\n")),
        ("lines_10.csv", &format!("{header}8,1,1.50,refunded\n")),
    ]);
    let loaded = load(folder.path(), "    replaces: [order_id]\n", "csv", 2).unwrap();
    assert_eq!(loaded.rows, ["7,,5.00,", "7,,5.00,", "7,1,10.00,refunded", "8,1,1.50,refunded", "9,1,3.00,paid"]);
    let RowCounts { read, loaded: kept, duplicate, repeated, superseded, .. } = loaded.counts;
    assert_eq!((read, kept, duplicate, repeated, superseded), (10, 5, 3, 1, 2));
    assert_eq!(loaded.amounts, ["49.50", "24.50"]);
    let key = loaded.key.unwrap();
    assert_eq!(
        key.found,
        "source lines: 2 rows were replaced by the rows of a later delivery with the same order_id; the first: \
         lines_1.csv:2 is replaced by the rows that begin at lines_2.csv:2; order_id 7; amount of all its rows 20.00 -> \
         20.00; all replacements change the amount by -0.50"
    );
    assert!(key.advice.contains("date_in_name"));
    let places = |row: &str, of: &str| Some((row.to_owned(), of.to_owned()));
    assert_eq!(loaded.repeated.first, places("lines_2.csv:4", "lines_2.csv:3"));
    assert_eq!(loaded.duplicates.first, places("lines_1.csv:3", "lines_2.csv:3"));
}

#[test]
fn rows_that_differ_only_in_undeclared_columns_are_counted_or_ignored() {
    let (old, new) = ("order_id,line,price,buyer", "order_id,line,price,buyer,channel");
    let gained = folder(&[
        ("lines_1.csv", &format!("{old}\n1,1,10.00,A\n2,1,5.00,A\n2,1,5.00,A\n3,1,2.00,A\n")),
        ("lines_2.csv", &format!("{new}\n2,1,5.00,A,web\n2,1,5.00,A,shop\n2,1,5.00,A,web\n4,1,1.00,A,web\n")),
    ]);
    let json = |status: &str, orders: &[u32]| {
        let row = |order: &u32| format!("{{\"order_id\":{order},\"line\":1,\"price\":5,\"buyer\":\"A\"{status}}}\n");
        orders.iter().map(row).collect::<String>()
    };
    let changed = folder(&[
        ("lines_1.json", &json("", &[1, 2, 3])),
        ("lines_2.json", &json(",\"status\":\"paid\"", &[2, 3, 4])),
        ("lines_3.json", &json(",\"status\":\"sent\"", &[3, 4])),
    ]);
    let places = |row: &str, of: &str| Some((row.to_owned(), of.to_owned()));
    for threads in [1, 3] {
        let found = load(gained.path(), "", "csv", threads).unwrap();
        assert_eq!((found.counts.loaded, found.counts.duplicate, found.alike.rows), (8, 0, 2));
        assert_eq!(found.alike.amount.unwrap().to_string(), "10.00");
        assert_eq!(found.alike.first, places("lines_2.csv:2", "lines_1.csv:3"));
        let found = load(gained.path(), "    extra_columns: ignore\n", "csv", threads).unwrap();
        assert_eq!(
            (found.counts.loaded, found.counts.duplicate, found.counts.repeated, found.alike.rows),
            (6, 2, 2, 0)
        );
        let found = load(gained.path(), "    deduplicate: all\n", "csv", threads).unwrap();
        assert_eq!((found.counts.loaded, found.counts.duplicate, found.alike.rows), (6, 2, 2));
        let found = load(changed.path(), "    format: { json_lines: {} }\n", "json", threads).unwrap();
        assert_eq!((found.counts.loaded, found.counts.duplicate, found.alike.rows), (8, 0, 4));
        assert_eq!(found.alike.first, places("lines_2.json:1", "lines_1.json:2"));
        let declared = "    format: { json_lines: {} }\n    extra_columns: ignore\n";
        let found = load(changed.path(), declared, "json", threads).unwrap();
        assert_eq!((found.counts.loaded, found.counts.duplicate, found.alike.rows), (4, 4, 0));
    }
    let declared = "    deduplicate: false\n";
    assert_eq!(load(gained.path(), declared, "csv", 1).unwrap().alike.rows, 0);
}

#[test]
fn undeclared_columns_in_any_place_do_not_matter_if_ignored() {
    let folder = folder(&[
        ("lines_1.csv", ",order_id,line,price,buyer\n0,1,1,10.00,\"A, B\"\n1,2,1,5.00,A\n"),
        ("lines_2.csv", "order_id,note,line,price,buyer,\n1,\"x, y\",1,10.00,\"A, B\",9\n2,\"\"\"z\"\"\",1,5.00,A,8\n"),
    ]);
    let found = load(folder.path(), "    extra_columns: ignore\n", "csv", 2).unwrap();
    assert_eq!((found.counts.loaded, found.counts.duplicate), (2, 2));
    let found = load(folder.path(), "", "csv", 2).unwrap();
    assert_eq!((found.counts.loaded, found.alike.rows), (4, 2));
}
