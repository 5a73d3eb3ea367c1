//! Which lines of an extract are rows: the same orders among titles, totals, records of other types and repeated headers
//! give the same tables; what would be lost in silence fails the run.

use super::support::{Copy, Outcome, integers, small_run};

const ORDERS: &str = "extracts/orders.csv";
const PIPELINE: &str = "pipelines/shop.yml";
const PATH: &str = "    path: $extracts/orders*.csv\n";

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--quiet"])
}

/// A copy whose orders are such a CSV file.
fn csv(keys: &str, text: &str) -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, PATH, &format!("{PATH}    format: {{ csv: {{ {keys} }} }}\n"));
    copy.write(ORDERS, text);
    copy
}

/// Header and rows of the orders.
fn orders() -> (String, Vec<String>) {
    let text = Copy::of_small().read(ORDERS);
    let mut lines = text.lines().map(str::to_owned);
    (lines.next().unwrap(), lines.collect())
}

/// The published tables equal those of the plain orders. Returns what the run said.
#[track_caller]
fn same_tables(copy: &Copy) -> String {
    let outcome = run(copy).exits(0);
    let sound = small_run().0.warehouse();
    for table in sound.tables() {
        assert_eq!(copy.warehouse().table(&table), sound.table(&table), "{table}");
    }
    outcome.stderr
}

#[test]
fn titles_totals_and_repeated_headers_make_no_difference() {
    let (header, rows) = orders();
    let (first, last) = rows.split_at(7);
    let (first, last) = (first.join("\n"), last.join("\r\n"));
    let text = format!(
        "Orders, page 1\n{header}\n{first}\nSUM,\"open,,,,,,\nOrders, page 2\n\u{FEFF}{header}\n{last}\nSUM,,,,,,,\n\n"
    );
    let copy = csv("ignore_lines: [{ pattern: '^SUM,', max: 2 }, { pattern: '^Orders, page' }]", &text);
    let said = same_tables(&copy);
    assert!(said.contains("source orders: 1 header line again inside its files"), "{said}");
    let results = copy.warehouse().json("run_results.json");
    let source = results["sources"].as_array().unwrap().iter().find(|source| source["source"] == "orders").unwrap();
    let file = &source["by_file"][0];
    let count = |name: &str| file[name].as_u64().unwrap();
    let read = rows.len() as u64;
    assert_eq!([count("lines_read"), count("lines_header"), count("lines_ignored")], [read + 7, 2, 5]);
    assert_eq!(file["ignored_by_pattern"][1], serde_json::json!({ "pattern": "^Orders, page", "lines": 2 }));
}

#[test]
fn a_missing_footer_fails_instead_of_costing_a_row() {
    let (header, rows) = orders();
    let copy = csv("footer_lines: 1", &format!("{header}\n{}\nSUM,,,,\n", rows.join("\n")));
    assert_eq!(same_tables(&copy), "");
    copy.write(ORDERS, format!("{header}\n{}\n", rows.join("\n")));
    let outcome = run(&copy).exits(1);
    let place = format!("extracts/orders.csv:{} is a row that keeps every rule", rows.len() + 1);
    assert!(outcome.stderr.contains(&place) && outcome.stderr.contains("ignore_lines"), "{}", outcome.stderr);
}

#[test]
fn two_sources_of_one_file_read_each_record_once() {
    let (header, rows) = orders();
    let (members_header, members) = {
        let text = Copy::of_small().read("extracts/members.csv");
        let mut lines = text.lines().map(str::to_owned);
        (lines.next().unwrap(), lines.collect::<Vec<_>>())
    };
    let mut text = format!("00,export of the shop\nOH,{header}\nMH,{members_header}\n");
    for at in 0..rows.len().max(members.len()) {
        rows.get(at).iter().for_each(|row| text.push_str(&format!("O,{row}\n")));
        members.get(at).iter().for_each(|row| text.push_str(&format!("M,{row}\n")));
    }
    text.push_str("99,end\n");
    let copy = Copy::of_small();
    let typed = |kind: &str| {
        format!(
            "    path: $extracts/all.csv\n    extra_columns: ignore\n    format: {{ csv: {{ record_type: {{ column: 1, \
             value: {kind}, header: {kind}H, ignore: [\"00\", \"99\"] }} }} }}\n"
        )
    };
    copy.edit(PIPELINE, PATH, &typed("O"));
    copy.edit(PIPELINE, "    path: $extracts/members*.csv\n", &typed("M"));
    copy.remove(ORDERS);
    copy.remove("extracts/members.csv");
    copy.write("extracts/all.csv", &text);
    let outcome = run(&copy).exits(0);
    assert!(!outcome.stderr.contains("record"), "{}", outcome.stderr);
    let counted = |warehouse: &super::support::Warehouse| integers(&warehouse.table("row_counts"), "rows_read");
    assert_eq!(counted(&copy.warehouse()), counted(&small_run().0.warehouse()));
    // One more type, which nobody reads, is a reject of the first source alone.
    copy.write("extracts/all.csv", format!("{text}X,1\n"));
    let outcome = run(&copy).exits(1);
    let said = "source members: 1 of 7 rows were rejected";
    assert!(outcome.stderr.contains(said) && outcome.stderr.contains("records of the type 'X'"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("source orders"), "{}", outcome.stderr);
}
