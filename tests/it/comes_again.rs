//! Rows that come again in overlapping exports without a key: orders that are exported again as a whole, dumps that change
//! only what nobody reads, and deliveries in several files.

use std::io::Write;

use serde_json::Value;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::support::{Copy, Outcome, repository};

/// A project with one source `s`, whose declaration this is, and the sums of some of its columns.
fn project(source: &str, sums: &str) -> Copy {
    let copy = Copy::of_nothing();
    let source: String = source.lines().map(|line| format!("    {line}\n")).collect();
    for folder in ["pipelines", "sql/marts", "in"] {
        std::fs::create_dir_all(copy.path().join(folder)).unwrap();
    }
    copy.write(
        "pipelines/p.yml",
        format!(
            "name: p\ndescription: P.\ntime_zone: Europe/Stockholm\nbase_currency: SEK\nsources:\n  s:\n{source}\
             models:\n  m:\n    description: Sums.\n    key: [k]\n"
        ),
    );
    copy.write("sql/marts/m.sql", format!("-- Grain: one row.\n\nselect\n    1 as k,\n    {sums}\nfrom s\n"));
    copy
}

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--as-of", "2025-12-31", "--no-progress"]).exits(0)
}

/// The sums.
fn sums(copy: &Copy) -> String {
    let shown = copy.lojal(&["show", "m", "--format", "csv"]).exits(0).stdout;
    shown.lines().nth(1).unwrap().split_once(',').unwrap().1.to_owned()
}

/// What run_results.json has about the source.
fn counted(copy: &Copy) -> Value {
    copy.warehouse().json("run_results.json")["sources"][0].clone()
}

fn rows(copy: &Copy) -> [u64; 5] {
    let found = counted(copy);
    ["rows_read", "rows_loaded", "rows_duplicate", "rows_repeated", "rows_superseded"]
        .map(|name| found[name].as_u64().unwrap())
}

/// The source that the manual shows for exports of a shop.
fn documented() -> String {
    let manual = std::fs::read_to_string(repository().join("docs/sources-deliveries.md")).unwrap();
    let (_, block) = manual.split_once("  order_lines:\n    path: exports/orders_export_*.csv").unwrap();
    let block = format!("    path: in/orders_export_*.csv{}", block.split("```").next().unwrap());
    block.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect()
}

const SHOP: &str = "Name,Financial Status,Created at,Lineitem quantity,Lineitem price,Lineitem sku\n";

fn order(number: u32, status: &str) -> String {
    let line = |status: &str, rest: &str| format!("#{number},{status},2025-03-04 10:00:00 +0100,{rest}\n");
    line(status, "1,10.00,A") + &line("", "1,5.00,B").repeat(2)
}

#[test]
fn the_newest_export_of_an_order_counts_as_the_manual_shows() {
    let copy = project(&documented(), "count(*) as n,\n    sum(s.price) as price,\n    count(s.status) as orders");
    copy.write("in/orders_export_1.csv", SHOP.to_owned() + &order(1001, "paid") + &order(1002, "paid"));
    copy.write("in/orders_export_2.csv", SHOP.to_owned() + &order(1002, "refunded") + &order(1003, "paid"));
    let outcome = run(&copy);
    assert_eq!(sums(&copy), "9,60.00,3");
    assert_eq!(rows(&copy), [12, 9, 2, 3, 1]);
    let warning = "warning: source s: 1 row was replaced by the rows of a later delivery with the same order_name; the \
                   first: in/orders_export_1.csv:5 is replaced by the rows that begin at in/orders_export_2.csv:2; \
                   order_name #1002; amount of all its rows 20.00 -> 20.00: the later delivery or file counts";
    assert!(outcome.stderr.contains(warning), "{outcome}");
    // Split differently, the same day by day: the newest delivery is a day then.
    copy.edit(
        "pipelines/p.yml",
        "    replaces:",
        "    delivery: { mode: append, date_in_name: \"%Y%m%d\" }\n    replaces:",
    );
    copy.remove("in/orders_export_1.csv");
    copy.remove("in/orders_export_2.csv");
    copy.write("in/orders_export_20250401.csv", SHOP.to_owned() + &order(1001, "paid") + &order(1002, "paid"));
    let again = order(1002, "refunded");
    let (first, rest) = again.split_at(again.find('\n').unwrap() + 1);
    copy.write("in/orders_export_20250501_b.csv", SHOP.to_owned() + first + &order(1003, "paid"));
    copy.write("in/orders_export_20250501_a.csv", SHOP.to_owned() + rest);
    run(&copy);
    assert_eq!(sums(&copy), "9,60.00,3");
    copy.edit("pipelines/p.yml", "deduplicate: by_delivery", "deduplicate: all");
    let refused = copy.lojal(&["check"]).exits(2);
    assert!(refused.stderr.contains("deduplicate: all beside replaces"), "{refused}");
}

#[test]
fn a_dump_that_changes_only_undeclared_columns_is_named_or_ignored() {
    let source = "path: in/o_*.csv\ndelivery: { mode: append, date_in_name: \"%Y%m%d\" }\namount: [p]\ncolumns:\n  m: \
                  { type: string }\n  p: { type: \"decimal(8,2)\" }\n";
    let copy = project(source, "count(*) as n");
    copy.write("in/o_20250401.csv", ",m,p\n0,a,1.00\n1,b,2.00\n2,c,3.50\n");
    copy.write("in/o_20250501.csv", ",m,p\n0,b,2.00\n1,c,3.50\n2,d,4.00\n");
    let outcome = run(&copy);
    assert_eq!((sums(&copy), rows(&copy)), ("6".to_owned(), [6, 6, 0, 0, 0]));
    let warning = "warning: source s: 2 rows were loaded and differ from rows of another delivery only in undeclared columns \
                   (amount 5.50): in/o_20250501.csv:2 repeats in/o_20250401.csv:3; if they are the same facts, declare \
                   `extra_columns: ignore`";
    assert!(outcome.stderr.contains(warning), "{outcome}");
    assert!(outcome.stderr.contains("which are not read: column 1 (no name)"), "{outcome}");
    assert_eq!(counted(&copy)["alike"]["rows"], 2);
    copy.edit("pipelines/p.yml", "    amount:", "    extra_columns: ignore\n    amount:");
    let outcome = run(&copy);
    assert_eq!((sums(&copy), rows(&copy)), ("4".to_owned(), [6, 4, 2, 0, 0]));
    assert!(outcome.stderr.contains("2 duplicate rows, loaded once (amount 5.50)"), "{outcome}");
    assert!(!outcome.stderr.contains("undeclared"), "{outcome}");
}

#[test]
fn a_delivery_in_parts_counts_as_one() {
    let columns = "columns:\n  m: { type: string }\n  p: { type: int }\n";
    let head = "m,p\n";
    let folder = project(&format!("path: in/part-*.csv\n{columns}"), "count(*) as n,\n    sum(s.p) as p");
    let job = "9f0c2d4e-1a2b-4c3d-8e4f-5a6b7c8d9e0f-c000";
    folder.write(&format!("in/part-00000-{job}.csv"), format!("{head}a,1\nb,2\n"));
    folder.write(&format!("in/part-00001-{job}.csv"), format!("{head}a,1\nb,2\n"));
    run(&folder);
    assert_eq!((sums(&folder), rows(&folder)), ("4,6".to_owned(), [4, 4, 0, 2, 0]));
    // Another job is another delivery, although its part has the number of one of the first.
    folder.write("in/part-00000-000c2d4e-1a2b-4c3d-8e4f-5a6b7c8d9e0f-c000.csv", format!("{head}a,1\nc,3\n"));
    run(&folder);
    assert_eq!((sums(&folder), rows(&folder)), ("5,9".to_owned(), [6, 5, 1, 2, 0]));

    let archive = project(&format!("path: in/*.zip\n{columns}"), "count(*) as n,\n    sum(s.p) as p");
    let mut zip = ZipWriter::new(std::fs::File::create(archive.path().join("in/x.zip")).unwrap());
    for (name, rows) in [("a.csv", "a,1\nb,2\n"), ("b.csv", "a,1\nc,3\n"), ("c.csv", "a,1\nb,2\n")] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(format!("{head}{rows}").as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    run(&archive);
    assert_eq!((sums(&archive), rows(&archive)), ("6,10".to_owned(), [6, 6, 0, 3, 0]));
}

#[test]
fn files_with_the_same_bytes_are_counted_and_read_if_declared() {
    let source = "path: in/store*.csv\ndelivery: { mode: append, date_in_name: \"%Y%m%d\" }\ncolumns:\n  receipt: { type: \
                  int }\n  p: { type: int }\n";
    let copy = project(source, "count(*) as n,\n    sum(s.p) as p");
    for store in ["012", "013"] {
        copy.write(&format!("in/store{store}_20250301.csv"), "receipt,p\n1,25\n2,25\n");
    }
    let outcome = run(&copy);
    let warning = "in/store013_20250301.csv has the same bytes as in/store012_20250301.csv and is not read; if its rows are \
                   further facts, declare `deduplicate: false`";
    assert!(outcome.stderr.contains(warning), "{outcome}");
    assert_eq!((sums(&copy), rows(&copy)[..2].to_vec()), ("2,50".to_owned(), vec![2, 2]));
    let file = counted(&copy)["by_file"][1].clone();
    assert_eq!((&file["status"], &file["rows_not_read"]), (&Value::from("same_content"), &Value::from(2)));
    copy.edit("pipelines/p.yml", "    delivery:", "    deduplicate: false\n    delivery:");
    let outcome = run(&copy);
    assert!(!outcome.stderr.contains("same bytes"), "{outcome}");
    assert_eq!((sums(&copy), rows(&copy)[..2].to_vec()), ("4,100".to_owned(), vec![4, 4]));
}

#[test]
fn the_day_of_a_delivery_may_lack_zeros_in_front() {
    let source = "path: in/**/*.csv\nkey: [id]\ndelivery: { mode: append, date_in_name: \"year=%Y/month=%m/day=%d\" }\n\
                  columns:\n  id: { type: int }\n  v: { type: int }\n";
    let copy = project(source, "sum(s.v) as v");
    for (day, value) in [("10", 100), ("2", 20), ("1", 3)] {
        std::fs::create_dir_all(copy.path().join(format!("in/year=2025/month=3/day={day}"))).unwrap();
        copy.write(&format!("in/year=2025/month=3/day={day}/p.csv"), format!("id,v\n1,{value}\n"));
    }
    run(&copy);
    assert_eq!(sums(&copy), "100");
}
