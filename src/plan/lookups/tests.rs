//! Lookups as a person writes them, and the message for each mistake.

use arrow::util::pretty::pretty_format_batches;

use super::*;
use crate::diagnostics::SourceText;

const HEAD: &str = "name: p\ndescription: d\ntime_zone: Europe/Stockholm\nbase_currency: SEK\nsources: {}\nlookups:\n";

fn checked(block: &str) -> Result<IndexMap<String, Lookup>, Vec<String>> {
    let text = SourceText::new("p.yml", format!("{HEAD}{block}"));
    let shown = |problems: Vec<Problem>| {
        let lines = problems.iter().map(|problem| {
            assert!(problem.hint.is_some(), "{problem}");
            format!("{}:{} {}", problem.line - HEAD.lines().count(), problem.column, problem.message)
        });
        lines.collect::<Vec<_>>()
    };
    let (file, texts) = crate::config::parse(&text).map_err(shown)?;
    check_lookups(&file, &texts, file.time_zone.value.parse().unwrap()).map_err(shown)
}

fn mistakes(block: &str) -> Vec<String> {
    checked(block).err().unwrap_or_default()
}

/// A lookup from a and b to c, with some more lines.
fn table(lines: &str) -> String {
    format!(
        "  t:\n    columns: {{ a: {{ type: int }}, b: {{ type: int }}, c: {{ type: string }} }}\n    key: [a, b]\n{lines}"
    )
}

fn rows(block: &str) -> Vec<String> {
    let lookups = checked(block).unwrap();
    let shown = pretty_format_batches(&[lookups["t"].rows.clone()]).unwrap().to_string();
    let lines = shown.lines().skip(3).filter(|line| !line.starts_with('+'));
    lines.map(|line| line.split_whitespace().filter(|word| *word != "|").collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn lists_are_taken_apart_the_first_match_wins_and_rows_are_sorted() {
    let found = rows(&table(
        "    first_match: true\n    rows:\n      - { a: [3, 1], b: [2, 1], c: x }\n      - { c: y, b: [1, 2, 3], a: [2, 1] }\n",
    ));
    assert_eq!(found, ["1 1 x", "1 2 x", "1 3 y", "2 1 y", "2 2 y", "2 3 y", "3 1 x", "3 2 x"]);
}

#[test]
fn the_order_of_rows_does_not_matter_without_first_match() {
    let one = rows(&table("    rows:\n      - { a: 1, b: 2, c: x }\n      - { a: 1, b: 1 }\n"));
    let other = rows(&table("    rows:\n      - { b: 1, a: 1, c: null }\n      - { a: 1, b: 2, c: x }\n"));
    assert_eq!(one, ["1 1", "1 2 x"]);
    assert_eq!(one, other);
}

#[test]
fn cells_have_the_types_of_source_columns() {
    let block = "  t:\n    columns:\n      s: { type: string }\n      d: { type: \"decimal(5,2)\" }\n      on: { type: date }\n      at: { type: timestamp }\n      is: { type: bool }\n    key: [s]\n    rows:\n      - { s: 01, d: 1.5, on: 2025-03-01, at: 2025-07-01 12:00:00, is: yes }\n";
    assert_eq!(rows(block), ["01 1.50 2025-03-01 2025-07-01T10:00:00Z true"]);
    let schema = checked(block).unwrap()["t"].schema();
    assert!(!schema.field(0).is_nullable() && schema.field(1).is_nullable());
}

#[test]
fn a_table_may_be_empty() {
    assert_eq!(rows(&table("    rows: []\n")), Vec::<String>::new());
    assert_eq!(checked(&table("    rows: []\n")).unwrap()["t"].rows.num_columns(), 3);
}

#[test]
fn keys_and_columns_that_lead_nowhere() {
    let block = "  t:\n    columns: { aa: { type: int }, bb: { type: int } }\n    key: [aaa, bb, bb]\n    complete: { bbb: [1], aa: [1] }\n    rows:\n      - { aa: 1, bb: 2, bbc: 3 }\n";
    assert_eq!(
        mistakes(block),
        [
            "3:11 the key `aaa` is not a column of lookup `t`",
            "3:20 `bb` occurs twice in the key",
            "4:17 `bbb` is not a column of lookup `t`",
            "6:25 `bbc` is not a column of lookup `t`",
        ]
    );
    assert_eq!(mistakes("  t: { columns: {}, key: [a], rows: [] }\n"), ["1:3 lookup `t` declares no column"]);
    assert_eq!(mistakes("  t: { columns: { a: { type: int } }, key: [], rows: [] }\n"), ["1:3 lookup `t` has no key"]);
}

#[test]
fn cells_that_are_no_values() {
    let found = mistakes(&table(
        "    complete: { a: [1, x, null], b: [] }\n    rows:\n      - { a: [1, one], b: ~, c: 1 }\n      - { a: [], c: [x, y] }\n",
    ));
    assert_eq!(
        found,
        [
            "4:24 column `a`: `x` is not a whole number",
            "4:27 a key cannot be null",
            "4:34 `complete` lists no value of `b`",
            "6:18 column `a`: `one` is not a whole number",
            "6:27 `b` is in the key of lookup `t` and null here",
            "7:9 the row has no `b`, which is in the key of lookup `t`",
            "7:14 an empty list makes no row",
            "7:21 a list means several rows, and `c` is not in the key",
        ]
    );
}

#[test]
fn keys_given_twice() {
    let twice = "    rows:\n      - { a: [1, 2], b: 1 }\n      - { a: 3, b: [4, 4] }\n      - { a: [2, 1], b: 1 }\n";
    assert_eq!(
        mistakes(&table(twice)),
        [
            "6:9 the key a: 3, b: 4 is given twice in this row",
            "7:9 the key a: 2, b: 1 is given twice, first in the row on line 11",
        ]
    );
    let found = mistakes(&table(&format!("    first_match: true\n{twice}")));
    assert_eq!(found, ["8:9 this row can never win: each key it names goes to a row above it (line 12)"]);
}

#[test]
fn combinations_that_no_row_covers() {
    let complete = "    complete: { b: [1, 2, 3], a: [1, 2] }\n    rows:\n      - { a: 1, b: [1, 2, 3] }\n";
    let found = mistakes(&table(&format!("{complete}      - {{ a: 2, b: [1] }}\n")));
    assert_eq!(found, ["4:17 lookup `t` is not complete: no row covers b: 2, a: 2 (2 of 6 combinations are missing)"]);
    assert_eq!(mistakes(&table(&format!("{complete}      - {{ a: 2, b: [1, 2, 3] }}\n"))), Vec::<String>::new());
    // Columns that are omitted may have any value.
    assert_eq!(mistakes(&table("    complete: { a: [1] }\n    rows: [{ a: 1, b: 7 }]\n")), Vec::<String>::new());
    assert_eq!(mistakes(&table("    complete: { a: [1] }\n    rows: []\n")).len(), 1);
}

#[test]
fn a_few_lines_cannot_make_millions_of_rows() {
    let numbers = (0..200).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let huge = format!("    rows:\n      - {{ a: [{numbers}], b: [{numbers}] }}\n");
    assert_eq!(
        mistakes(&table(&huge)),
        ["5:9 the lookups have more than 10000 rows with this one, each list expanded"]
    );
    let complete = format!("    complete: {{ a: [{numbers}], b: [{numbers}] }}\n    rows: []\n");
    assert_eq!(mistakes(&table(&complete)), ["4:17 `complete` names more than 10000 combinations"]);
    let columns: Vec<String> = (0..30).map(|number| format!("c{number}")).collect();
    let typed: Vec<String> = columns.iter().map(|name| format!("{name}: {{ type: int }}")).collect();
    let cells: Vec<String> = columns.iter().map(|name| format!("{name}: [{numbers}]")).collect();
    let block = format!(
        "  t:\n    columns: {{ {} }}\n    key: [{}]\n    rows:\n      - {{ {} }}\n",
        typed.join(", "),
        columns.join(", "),
        cells.join(", ")
    );
    assert_eq!(mistakes(&block).len(), 1);
    assert!(checked(&table(&huge.replacen(&numbers, "1", 1))).is_ok());
}

#[test]
fn mistakes_of_all_lookups_are_reported_together() {
    let block = "  t:\n    columns: { a: { type: int } }\n    key: [a]\n    rows: [{ a: x }]\n  u:\n    columns: { a: { type: int4 } }\n    key: [a]\n    rows: [{ b: 1, a: x }]\n";
    assert_eq!(
        mistakes(block),
        [
            "4:17 column `a`: `x` is not a whole number",
            "6:27 `int4` is not a type",
            "8:14 `b` is not a column of lookup `u`"
        ]
    );
}
