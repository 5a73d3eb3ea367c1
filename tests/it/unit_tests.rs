//! Unit tests of SQL: those of the repository pass and can fail, differences are shown cell by cell, and mistakes are
//! reported at their place before anything runs.

use std::fs;
use std::path::Path;

use super::support::{Copy, Outcome, entries, lojal, matches_snapshot, outcome, repository};

/// Fewer tests than this cannot be all of the repository's.
const AT_LEAST: u64 = 69;

fn results(outcome: &Outcome) -> serde_json::Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome}"))
}

#[test]
fn the_repository_passes_its_unit_tests() {
    let outcome = outcome(lojal(repository()).args(["test", "--output", "json"])).exits(0);
    let results = results(&outcome);
    assert!(results["passed"].as_u64().unwrap() >= AT_LEAST, "{}", results["passed"]);
    assert_eq!(results["failed"], 0);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn each_unit_test_fails_if_one_expected_cell_changes() {
    let copy = Copy::of_repository();
    let mut changed = 0;
    for folder in entries(&copy.path().join("sql")) {
        for file in entries(&folder.join("tests")).into_iter().filter(|path| path.extension().is_some()) {
            changed += change_cells(&file);
        }
    }
    assert!(changed >= AT_LEAST, "{changed}");
    let results = results(&copy.lojal(&["test", "--output", "json"]).exits(1));
    let passed = results["results"].as_array().unwrap().iter().filter(|result| result["status"] == "pass");
    assert_eq!(passed.map(|result| result["name"].to_string()).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(results["failed"], changed);
}

/// Changes the last cell with a value in what each test of a file expects, as CSV in the file or beside it.
fn change_cells(file: &Path) -> u64 {
    let text = fs::read_to_string(file).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut changed = 0;
    for at in (0..lines.len()).filter(|at| text.lines().nth(*at) == Some("    expect:")) {
        let end = (at + 1..lines.len()).find(|end| lines[*end].starts_with("  - ")).unwrap_or(lines.len());
        let fixture = lines[at..end].iter().find_map(|line| line.strip_prefix("      fixture: "));
        if let Some(fixture) = fixture {
            let path = file.with_file_name(fixture);
            let mut rows: Vec<String> = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
            changed += u64::from(change_last(&mut rows[1..]));
            fs::write(path, rows.join("\n")).unwrap();
        } else {
            let rows = (at..end).find(|row| lines[*row] == "      rows: |").expect("what is expected is CSV");
            changed += u64::from(change_last(&mut lines[rows + 2..end]));
        }
    }
    fs::write(file, lines.join("\n") + "\n").unwrap();
    changed
}

fn change_last(rows: &mut [String]) -> bool {
    let changed = rows.iter_mut().rev().find_map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        let at = cells.iter().rposition(|cell| !cell.trim().is_empty() && !cell.contains('"'))?;
        let cell = match cells[at].trim() {
            "true" => "false".to_owned(),
            "false" => "true".to_owned(),
            day if day.starts_with("20") && day.contains('-') => day.replacen("20", "19", 1),
            number if number.parse::<f64>().is_ok() => {
                format!("{}1{}", &number[..usize::from(number.starts_with('-'))], number.trim_start_matches('-'))
            }
            word => format!("{word}x"),
        };
        let indent = &row[..row.len() - row.trim_start().len()];
        let mut cells: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        cells[at] = cell;
        *row = format!("{indent}{}", cells.join(","));
        Some(())
    });
    changed.is_some()
}

/// The small project with a file of unit tests.
fn with_tests(tests: &str) -> Copy {
    let copy = Copy::of_small();
    fs::create_dir_all(copy.path().join("sql/tests")).unwrap();
    copy.write("sql/tests/sales.yml", tests);
    copy
}

const SALES: &str = "\
unit_tests:
  - name: large_orders_are_counted
    model: person_sales
    given:
      - input: int_person_orders
        rows:
          - { customer_key: a, revenue: 500, ordered_at: 2025-05-01T12:00:00Z }
          - { customer_key: a, revenue: 499.99 }
          - { customer_key: b, revenue: 1 }
    expect:
      rows:
        - { customer_key: b, orders: 1, revenue: 1.00, last_ordered_at: null, large_orders: 0 }
        - { customer_key: a, orders: 2, revenue: 999.99, last_ordered_at: 2025-05-01T12:00:00Z, large_orders: 1 }

  - name: an_order_has_its_person
    model: int_person_orders
    run: [stg_orders]
    overrides: { vars: { exchange_rate_eur: 10.00 } }
    given:
      - input: orders
        format: csv
        rows: |
          order_id,member_id,quantity,unit_price,currency
          1,m1,2,5.00,EUR
          2,,1,7.50,SEK
      - input: member_identities
        format: sql
        rows: |
          select 'm1' as source_id, 'p1' as customer_key
    expect:
      format: sql
      rows: |
        select 1 as order_id, 'p1' as customer_key, 100.00 as revenue
        union all
        select 2, 'nobody', 7.5
";

#[test]
fn rows_are_compared_in_any_order_and_by_the_columns_that_are_there() {
    let copy = with_tests(SALES);
    let passed = copy.lojal(&["test"]).exits(0);
    let lines: Vec<&str> = passed.stdout.lines().collect();
    assert!(lines[0].starts_with("pass  large_orders_are_counted  "), "{passed}");
    assert!(lines[1].starts_with("pass  an_order_has_its_person  "), "{passed}");
    assert!(lines[2].starts_with("2 unit tests: 2 passed, 0 failed, in "), "{passed}");
    assert_eq!(lines[3], "coverage: unit tests run 3 of 8 models, 2 of them have a test of their own");
    let uncovered = copy.lojal(&["test", "--coverage"]).exits(0).stdout;
    assert!(uncovered.contains("models that no unit test runs:\n  daily_sales\n"), "{uncovered}");
    assert!(uncovered.ends_with("models that only run in tests of others:\n  stg_orders\n"), "{uncovered}");
    // Nothing was read or written: no extracts, no warehouse.
    assert!(!copy.path().join("warehouse").exists());
}

#[test]
fn other_rows_are_shown_cell_by_cell() {
    let copy = with_tests(SALES);
    copy.edit("sql/tests/sales.yml", "orders: 2, revenue: 999.99", "orders: 3, revenue: 999.98");
    copy.edit("sql/tests/sales.yml", "select 2, 'nobody', 7.5", "select 3, 'nobody', 8.5");
    let failed = copy.lojal(&["test"]).exits(1);
    assert!(failed.stderr.starts_with("error: 2 of 2 unit tests failed\n"), "{failed}");
    let rows: Vec<&str> = failed.stdout.lines().filter(|line| line.starts_with("  ")).collect();
    let expected = "  `person_sales`: expected 2 rows, found 2: 1 differs
    | customer_key | orders | revenue          |
  ~ | a            | 3 -> 2 | 999.98 -> 999.99 |
  ~ differs: expected -> found   - missing   + unexpected
  `int_person_orders`: expected 2 rows, found 2: 1 missing, 1 unexpected
    | order_id | customer_key | revenue |
  - | 3        | nobody       | 8.50    |
  + | 2        | nobody       | 7.50    |
  ~ differs: expected -> found   - missing   + unexpected";
    assert_eq!(rows.join("\n"), expected);
    assert!(!failed.stdout.contains('\u{1b}'), "no colours outside a terminal");
    let json = results(&copy.lojal(&["test", "--output", "json", "--select", "person_sales"]).exits(1));
    let result = &json["results"][0];
    assert_eq!(result["unique_id"], "unit_test.shop.person_sales.large_orders_are_counted");
    assert_eq!((result["status"].as_str(), result["failures"].as_u64()), (Some("fail"), Some(1)));
    assert_eq!(result["place"], "sql/tests/sales.yml:2");
    assert_eq!(result["differences"][0]["columns"], serde_json::json!(["orders", "revenue"]));
    assert_eq!(result["differences"][0]["found"]["revenue"], "999.99");
    assert_eq!(json["results"].as_array().unwrap().len(), 1);
}

#[test]
fn tests_are_selected_by_their_models_or_by_name() {
    let copy = with_tests(SALES);
    let names = |arguments: &[&str]| -> Vec<String> {
        let json = results(&copy.lojal(&[&["test", "--output", "json"], arguments].concat()).exits(0));
        json["results"].as_array().unwrap().iter().map(|result| result["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&["--select", "+person_sales"]).len(), 2);
    assert_eq!(names(&["--select", "tag:sales"]), ["large_orders_are_counted"]);
    assert_eq!(names(&["--select", "an_order_has_its_person"]), ["an_order_has_its_person"]);
    assert_eq!(names(&["--exclude", "an_order_has_its_person"]), ["large_orders_are_counted"]);
    let unknown = copy.lojal(&["test", "--select", "person_sale"]).exits(2);
    assert!(unknown.stderr.contains("did you mean `person_sales`?"), "{unknown}");
    let none = copy.lojal(&["test", "--select", "row_counts"]).exits(0);
    assert!(none.stderr.contains("warning: no unit test was run"), "{none}");
}

#[test]
fn mistakes_are_reported_together_at_their_place() {
    let copy = with_tests(
        "\
unit_tests:
  - name: unknown_model
    model: person_sale
    expect: { rows: [] }
  - name: unknown_names
    model: person_sales
    given:
      - input: int_person_orders
        rows: [{ revenu: 1 }]
      - input: int_person_order
        rows: []
    expect: { rows: [] }
  - name: values_that_do_not_fit
    model: person_sales
    given:
      - input: int_person_orders
        format: csv
        rows: |
          customer_key,revenue,ordered_at
          a,1.005,2025-05-01T12:00:00Z
          b,1,tomorrow
    expect: { rows: [] }
  - name: idle
    model: person_sales
    run: [daily_sales]
    overrides: { vars: { large_orders: 5 }, as_of: 31.12.2025 }
    expect: { rows: [] }
  - name: runs_and_is_given
    model: person_sales
    run: [int_person_orders, stg_members]
    given:
      - input: int_person_orders
        rows: []
      - input: stg_orders
        format: sql
        rows: |
          select
              1 as order_id,
              from nowhere
    expect: { rows: [] }
  - name: nothing_to_compare
    model: person_sales
    expect: { rows: [{}] }
  - name: no_rows
    model: person_sales
    expect: { ordered: true }
",
    );
    matches_snapshot!("mistakes_in_unit_tests", copy.lojal(&["test"]).exits(2));
}

#[test]
fn mistakes_that_show_when_a_test_runs_have_their_place_too() {
    let copy = with_tests(
        "\
unit_tests:
  - name: unknown_column
    model: person_sales
    expect:
      tolerance: 0.1
      rows: [{ customer_keys: a, orders: 1 }]
  - name: no_float
    model: person_sales
    expect:
      tolerances: { revenue: 0.1 }
      rows: [{ customer_key: a, revenue: 1 }]
  - name: columns_of_sql
    model: person_sales
    given:
      - input: int_person_orders
        format: sql
        rows: |
          select
              1 as customer_keys
    expect: { rows: [] }
  - name: unknown_table
    model: person_sales
    expect:
      query: |
        select s.orders
        from person_sale as s
      rows: []
",
    );
    let first = copy.lojal(&["test"]).exits(2);
    assert!(first.stderr.contains("error: sql/tests/sales.yml:26:14: the test has no table `person_sale`"), "{first}");
    copy.edit("sql/tests/sales.yml", "from person_sale as s", "from person_sales as s");
    let found = copy.lojal(&["test"]).exits(2);
    for message in [
        "error: sql/tests/sales.yml:6:16: `person_sales` has no column `customer_keys`",
        "did you mean `customer_key`?",
        "error: sql/tests/sales.yml:10:21: `revenue` is not a float: it is compared exactly",
        "error: sql/tests/sales.yml:19:20: there is no column `customer_keys`",
    ] {
        assert!(found.stderr.contains(message), "{message}\n{found}");
    }
}

#[test]
fn a_query_that_fails_on_the_given_rows_is_a_failed_test() {
    let copy = with_tests(
        "\
unit_tests:
  - name: beyond_the_type
    model: person_sales
    given:
      - input: int_person_orders
        rows:
          - { customer_key: a, revenue: 9999999999999999.99 }
          - { customer_key: a, revenue: 9999999999999999.99 }
    expect: { rows: [] }
",
    );
    let failed = copy.lojal(&["test"]).exits(1);
    assert!(failed.stdout.starts_with("FAIL  beyond_the_type  (sql/tests/sales.yml:2)\n"), "{failed}");
    assert!(failed.stdout.contains("sql/marts/person_sales.sql: "), "{failed}");
    assert!(failed.stderr.starts_with("error: 1 of 1 unit test failed\n"), "{failed}");
}

#[test]
fn sql_reads_only_what_is_given_before_it() {
    let copy = with_tests(
        "\
unit_tests:
  - name: given_too_late
    model: person_sales
    given:
      - input: int_person_orders
        format: sql
        rows: select days.day as customer_key, 1.5 as revenue from days
      - input: days
        format: sql
        rows: select 'monday' as day
    expect:
      rows: [{ customer_key: monday, revenue: 1.50 }]
",
    );
    let late = copy.lojal(&["test"]).exits(2);
    assert!(late.stderr.contains("sql/tests/sales.yml:7:68: the test has no table `days`"), "{late}");
    let (helper, rest) =
        ("      - input: days\n        format: sql\n        rows: select 'monday' as day\n", "    given:\n");
    copy.edit("sql/tests/sales.yml", helper, "");
    copy.edit("sql/tests/sales.yml", rest, &format!("{rest}{helper}"));
    copy.lojal(&["test"]).exits(0);
}

#[test]
fn a_project_runs_its_own_tests_and_those_of_its_base_if_asked() {
    let copy = with_tests(SALES);
    for folder in ["branch/pipelines", "branch/sql/staging", "branch/sql/marts", "branch/sql/tests"] {
        fs::create_dir_all(copy.path().join(folder)).unwrap();
    }
    copy.write(
        "branch/pipelines/own.yml",
        "extends: ../../pipelines/shop.yml\nname: own\nmodels:\n  best_persons:\n    description: Who bought most.\n    \
         key: [customer_key]\n    columns: { customer_key: { description: The person } }\n",
    );
    copy.write(
        "branch/sql/marts/best_persons.sql",
        "select person_sales.customer_key\nfrom person_sales\nwhere person_sales.revenue > 10\n",
    );
    copy.write(
        "branch/sql/tests/best.yml",
        "\
unit_tests:
  - name: best_buy_much
    model: best_persons
    given:
      - input: person_sales
        rows: [{ customer_key: a, revenue: 10 }, { customer_key: b, revenue: 10.01 }]
    expect: { rows: [{ customer_key: b }] }
  - name: an_order_has_its_person
    description: Replaces the test of the base.
    model: int_person_orders
    expect: { rows: [] }
",
    );
    let run = |arguments: &[&str]| {
        let all = [&["test", "--project-dir", "branch", "--output", "json"], arguments].concat();
        let json = results(&copy.lojal(&all).exits(0));
        json["passed"].as_u64().unwrap()
    };
    assert_eq!(run(&[]), 2);
    assert_eq!(run(&["--with-base"]), 3);
    copy.edit("sql/tests/sales.yml", "revenue: 1.00,", "revenue: 1.01,");
    let failed = copy.lojal(&["test", "--project-dir", "branch", "--with-base"]).exits(1);
    assert!(failed.stdout.contains("FAIL  large_orders_are_counted  (../sql/tests/sales.yml:2)"), "{failed}");
}

#[test]
fn the_examples_of_the_documentation_pass() {
    let text = fs::read_to_string(repository().join("docs/unit-tests.md")).unwrap();
    let examples: Vec<&str> = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let copy = with_tests("unit_tests: []\n");
    let mut tests = 0;
    for (number, example) in examples.iter().filter(|example| example.starts_with("unit_tests:")).enumerate() {
        copy.write(&format!("sql/tests/example_{number}.yml"), example);
        tests += example.matches("  - name: ").count() as u64;
    }
    copy.write("sql/tests/orders.csv", "order_id,member_id,quantity,unit_price,currency\n1,m1,2,5.00,EUR\n");
    let results = results(&copy.lojal(&["test", "--output", "json"]).exits(0));
    assert_eq!(results["passed"], tests);
    assert!(tests >= 4, "{tests}");
}
