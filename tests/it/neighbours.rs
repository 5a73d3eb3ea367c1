//! Several pipelines in one folder: each has SQL of its own, and a file of none of them is a mistake.

use std::fs;

use super::looking::{contains, published_library};
use super::support::Copy;

/// A second pipeline beside the library's: a café with its own extract, staging model, mart and check.
fn with_cafe(copy: &Copy) {
    copy.write(
        "pipelines/cafe.yml",
        "name: cafe
description: Sales of the café.
time_zone: Europe/Oslo
base_currency: NOK
vars: { tip: 10 }
sources:
  sales:
    description: One row per cup.
    path: extracts/sales.csv
    event_time: sold_on
    columns:
      sold_on: { type: date, required: true, description: Day }
      price: { type: \"decimal(8,2)\", required: true, description: Price }
models:
  daily_cups:
    description: Cups of each day.
    key: [sold_on]
    columns:
      sold_on: { description: Day }
      cups: { description: How many }
checks:
  cups_are_sold: { description: A day with sales has cups }
",
    );
    fs::create_dir_all(copy.path().join("sql/checks")).unwrap();
    copy.write("extracts/sales.csv", "sold_on,price\n2025-03-01,30\n2025-03-01,35\n2025-03-02,30\n");
    copy.write("sql/staging/stg_sales.sql", "select sales.sold_on, sales.price + $tip as price from sales\n");
    copy.write(
        "sql/intermediate/int_cups.sql",
        "select stg_sales.sold_on, count(*) as cups from stg_sales group by 1\n",
    );
    copy.write("sql/marts/daily_cups.sql", "select int_cups.sold_on, int_cups.cups from int_cups\n");
    copy.write("sql/checks/cups_are_sold.sql", "select * from daily_cups where daily_cups.cups < 1\n");
}

#[test]
fn pipelines_of_one_folder_have_their_own_sql() {
    let copy = published_library();
    with_cafe(&copy);
    let library = copy.lojal(&["ls", "library"]).exits(0).stdout;
    assert!(library.contains("reader_fees") && !library.contains("daily_cups") && !library.contains("cups_are_sold"));
    let cafe = copy.lojal(&["ls", "cafe"]).exits(0).stdout;
    assert!(cafe.contains("daily_cups") && cafe.contains("cups_are_sold") && !cafe.contains("reader_fees"), "{cafe}");
    for name in ["library", "cafe"] {
        copy.lojal(&["check", name]).exits(0);
        copy.lojal(&["run", name, "--quiet", "--warehouse", &format!("of_{name}")]).exits(0);
    }
    let shown = copy.lojal(&["show", "stg_sales", "--pipeline", "cafe", "--format", "csv", "--limit", "1"]).exits(0);
    assert_eq!(shown.stdout, "sold_on,price\n2025-03-01,40.00\n");
    let other = copy.lojal(&["show", "stg_sales", "--pipeline", "library"]).exits(2);
    contains(&other, &["there is no table `stg_sales`"]);
}

#[test]
fn a_file_of_no_pipeline_and_a_misspelt_name_are_mistakes() {
    let copy = published_library();
    with_cafe(&copy);
    copy.write("sql/intermediate/int_both.sql", "select sales.price, loans.fee from sales cross join loans\n");
    for (name, missing) in [("library", "`cafe` has no `loans`"), ("cafe", "`library` has no `sales`")] {
        let homeless = copy.lojal(&["check", name]).exits(2);
        contains(&homeless, &["sql/intermediate/int_both.sql: no other pipeline of this folder has", missing]);
    }
    copy.remove("sql/intermediate/int_both.sql");
    copy.write("sql/intermediate/int_typo.sql", "select stg_slaes.price from stg_slaes\n");
    for name in ["library", "cafe"] {
        contains(&copy.lojal(&["check", name]).exits(2), &["int_typo.sql:1:29: there is no table `stg_slaes`"]);
    }
    copy.remove("sql/intermediate/int_typo.sql");
    // A mart that no pipeline declares is one of both, and neither has its key.
    copy.write("sql/marts/towns.sql", "select town_regions.town from town_regions\n");
    contains(&copy.lojal(&["check", "library"]).exits(2), &["the mart `towns` has no key"]);
    copy.remove("sql/marts/towns.sql");
    // What this pipeline declares is never another's: its missing table is named.
    copy.edit("sql/marts/reader_fees.sql", "from int_reader_fees", "from int_reader_fees cross join int_cups");
    let mixed = copy.lojal(&["check", "library"]).exits(2);
    contains(&mixed, &["there is no table `int_cups`", "it belongs to another pipeline of this folder"]);
}

#[test]
fn a_pipeline_that_extends_another_of_its_folder_leaves_it_as_it_is() {
    let copy = published_library();
    copy.write(
        "pipelines/branch.yml",
        "extends: library.yml
name: branch
sources: { readers: null }
models:
  late_readers:
    description: Readers with a fee.
    key: [reader_id]
    columns: { reader_id: { description: The reader } }
",
    );
    copy.write("sql/staging/stg_readers.sql", "select readers.reader as reader_id, readers.town from readers\n");
    copy.write(
        "sql/staging/_staging.yml",
        "description: What staging models give.
models:
  stg_readers:
    columns:
      reader_id: { type: string, description: The reader }
      town: { type: string, description: Where the reader lives }
",
    );
    copy.write(
        "sql/marts/late_readers.sql",
        "select reader_fees.reader_id from reader_fees left join stg_readers on true where reader_fees.fees > 0\n",
    );
    assert!(!copy.lojal(&["ls", "library"]).exits(0).stdout.contains("late_readers"));
    // A source that a pipeline removes stays empty, and is not one of another pipeline.
    let shown = copy.lojal(&["show", "late_readers", "--pipeline", "branch", "--format", "csv"]).exits(0);
    assert_eq!(shown.stdout, "reader_id\nR1\nR3\n", "{shown}");
}
