//! References and ids on the default pipeline: extracts that write an id in another way than the CRM, joins that are
//! broken, and what the warehouse says about both.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use arrow::array::{Array, RecordBatch};
use serde_json::Value;

use super::support::{Copy, Outcome, integers, matches_snapshot, sample_run, texts};

const PIPELINE: &str = "pipelines/customer_lifecycle.yml";
const ORDERS: &str = "sample_data/transactions.csv";
/// Columns of the transaction extract.
const CUSTOMER: usize = 2;
const ORDERED_AT: usize = 3;

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--quiet", "--as-of", "2025-12-31"])
}

/// The sample with one column of the transactions written in another way; `write` gets the cell and the time of the order.
fn written(column: usize, write: impl Fn(&str, &str) -> String) -> Copy {
    let copy = Copy::of_repository();
    let text = copy.read(ORDERS);
    let (header, rows) = text.split_once('\n').unwrap();
    let rows = rows.lines().map(|line| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let at = cells.get(ORDERED_AT).cloned().unwrap_or_default();
        if let Some(cell) = cells.get_mut(column).filter(|cell| !cell.is_empty()) {
            *cell = write(cell, &at);
        }
        cells.join(",") + "\n"
    });
    copy.write(ORDERS, format!("{header}\n{}", rows.collect::<String>()));
    copy
}

/// The published tables that do not count how the extract is written.
fn tables(copy: &Copy) -> BTreeMap<String, Vec<Vec<u8>>> {
    let warehouse = copy.warehouse();
    let names = warehouse.tables().into_iter().filter(|table| table != "source_reconciliation");
    let bytes = |table: &str| warehouse.files(table).iter().map(|path| std::fs::read(path).unwrap()).collect();
    names.map(|table| (table.clone(), bytes(&table))).collect()
}

/// Persons with orders.
fn buyers(copy: &Copy) -> usize {
    integers(&copy.warehouse().table("customers"), "order_count").into_iter().filter(|orders| *orders > 0).count()
}

fn result(copy: &Copy, name: &str) -> Value {
    let results = copy.warehouse().json("run_results.json");
    let results = results["results"].as_array().unwrap();
    let is_it = |result: &&Value| result["unique_id"].as_str().is_some_and(|id| id.ends_with(name));
    results.iter().find(is_it).unwrap_or_else(|| panic!("there is a result {name}")).clone()
}

/// The row of a reference.
fn reference(table: &RecordBatch, name: &str) -> BTreeMap<&'static str, i64> {
    let row = texts(table, "reference").iter().position(|reference| reference == name).unwrap();
    let columns = ["rows_matched", "rows_unmatched", "rows_empty", "rows_unjudged"];
    columns.map(|column| (column, integers(table, column)[row])).into()
}

#[test]
fn ids_with_blanks_that_nobody_sees_are_those_of_the_sample() {
    let spring = |cell: &str, at: &str| match at.get(5..7) {
        Some("03") => format!("{cell}  "),
        Some("04") => format!("\u{A0}{cell}"),
        Some("05") => format!("\u{FEFF}{cell}\u{200B}"),
        _ => cell.to_owned(),
    };
    let copy = written(CUSTOMER, spring);
    let outcome = run(&copy).exits(0);
    assert!(outcome.stderr.contains("cells of customer_id were corrected; the first: "), "{outcome}");
    assert_eq!(tables(&copy), tables(&sample_run().0), "the same tables, byte for byte");
    let corrected = result(&copy, "transactions_ids_customer_id");
    assert_eq!(corrected["status"], "warn");
    let counts = copy.warehouse().table("source_reconciliation");
    let row = texts(&counts, "source").iter().position(|source| source == "transactions").unwrap();
    let spring = copy.read(ORDERS).lines().filter(|line| line.split(',').nth(CUSTOMER).is_some_and(is_padded)).count();
    assert!(spring > 100);
    // Rows that break a rule are not counted.
    assert!((spring as i64 - integers(&counts, "ids_corrected")[row]) < 5);
    assert_eq!(
        outcome.last_line()["warnings"].as_u64(),
        sample_run().1.last_line()["warnings"].as_u64().map(|n| n + 1)
    );
}

fn is_padded(cell: &str) -> bool {
    !cell.is_empty() && !cell.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[test]
fn a_number_that_became_a_decimal_number_finds_its_customer() {
    let numbers = |copy: &Copy, file: &str, column: usize, write: &dyn Fn(i64) -> String| {
        let text = copy.read(file);
        let (header, rows) = text.split_once('\n').unwrap();
        let rows = rows.lines().map(|line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if let Some(cell) = cells.get_mut(column)
                && let Some(number) = cell.strip_prefix('C').and_then(|number| number.parse().ok())
            {
                *cell = write(number);
            }
            cells.join(",") + "\n"
        });
        copy.write(file, format!("{header}\n{}", rows.collect::<String>()));
    };
    let of = |orders: &dyn Fn(i64) -> String, records: &dyn Fn(i64) -> String| {
        let copy = Copy::of_repository();
        for (file, column) in
            [("crm_interactions", 1), ("surveys", 2), ("survey_invitations", 0), ("loyalty_events", 0)]
        {
            numbers(&copy, &format!("sample_data/{file}.csv"), column, records);
        }
        numbers(&copy, "sample_data/crm_customers.csv", 0, records);
        numbers(&copy, ORDERS, CUSTOMER, orders);
        copy
    };
    let plain = |number: i64| number.to_string();
    let same = of(&plain, &plain);
    run(&same).exits(0);
    let floats = of(&|number| format!("{number}.0"), &plain);
    run(&floats).exits(0);
    assert_eq!(tables(&floats), tables(&same));
    assert_eq!(buyers(&floats), buyers(&sample_run().0));

    // Zeros in front are another id, until the referred column says otherwise.
    let zeros = of(&plain, &|number| format!("{number:06}"));
    let broken = run(&zeros).exits(1);
    assert!(broken.stderr.contains("match without zeros in front"), "{broken}");
    let key = "      customer_id: { type: string, required: true, description: Identifier of the record in the CRM }";
    zeros.edit(PIPELINE, key, &key.replace("required: true,", "required: true, id: { leading_zeros: drop },"));
    run(&zeros).exits(0);
    assert_eq!(tables(&zeros), tables(&same), "the declaration applies to both sides");
}

#[test]
fn a_company_without_customers_is_a_broken_join() {
    // As the till numbers them: C00000001 is 1.0.
    let copy = written(CUSTOMER, |cell, _| format!("{}.0", cell[1..].parse::<i64>().unwrap()));
    matches_snapshot!("another_numbering", run(&copy).exits(1));
    assert!(!copy.path().join("warehouse/current").exists(), "nothing is published");
    // Not one number that the CRM has.
    let copy = written(CUSTOMER, |cell, _| format!("T{}", cell[1..].parse::<i64>().unwrap() + 900_000));
    let none = run(&copy).exits(1);
    assert!(none.stderr.contains("0 % match, at least 80 % must"), "{none}");
    assert!(none.stderr.contains("seem to number in different ways"), "{none}");
    let one = copy.lojal(&["run", "--quiet", "--as-of", "2025-12-31", "--threads", "1"]).exits(1);
    assert_eq!(one.stderr, run(&copy).stderr, "with any number of threads");
}

#[test]
fn products_and_stores_that_no_extract_has_fail_too() {
    let copy = written(6, |cell, at| if at < "2025-07" { format!("X{cell}") } else { cell.to_owned() });
    let broken = run(&copy).exits(1);
    assert!(broken.stderr.contains("a product_id that is not in product"), "{broken}");
    assert!(broken.stderr.contains("by their digits alone"), "{broken}");
    let copy = written(5, |cell, _| cell.to_lowercase());
    let broken = run(&copy).exits(1);
    assert!(broken.stderr.contains("a store_id that is not in store"), "{broken}");
    assert!(broken.stderr.contains("in upper case"), "{broken}");
}

#[test]
fn a_tenth_without_a_record_warns_and_is_published() {
    let copy = written(CUSTOMER, |cell, _| if cell.ends_with('7') { format!("{cell}9") } else { cell.to_owned() });
    let outcome = run(&copy).exits(0);
    assert!(outcome.stderr.contains("at least 99 % should"), "{outcome}");
    assert_eq!(result(&copy, "transactions_references_customer_id")["status"], "warn");
    let found = reference(&copy.warehouse().table("source_references"), "transactions.customer_id");
    assert!(found["rows_unmatched"] > 100 && found["rows_matched"] > found["rows_unmatched"] * 4, "{found:?}");
}

#[test]
fn every_loaded_row_is_matched_or_unmatched() {
    let warehouse = sample_run().0.warehouse();
    let (sources, references) = (warehouse.table("source_reconciliation"), warehouse.table("source_references"));
    let names = texts(&sources, "source");
    let of = |column: &str| integers(&sources, column);
    let (loaded, matched, unmatched) = (of("rows_loaded"), of("rows_matched"), of("rows_unmatched"));
    for row in 0..sources.num_rows() {
        assert_eq!(loaded[row], matched[row] + unmatched[row], "{}", names[row]);
    }
    assert_eq!(references.num_rows(), 8);
    for (reference_name, source) in texts(&references, "reference").iter().zip(texts(&references, "source")) {
        let row = names.iter().position(|name| *name == source).unwrap();
        let counted: i64 = reference(&references, reference_name).values().sum();
        assert_eq!(counted, loaded[row], "{reference_name}");
    }
    // Counted from the text of the extracts.
    let counts = known_customers();
    let found = reference(&references, "transactions.customer_id");
    assert_eq!((found["rows_matched"], found["rows_unmatched"], found["rows_empty"]), counts);
}

/// Distinct lines of the transactions without a rejected one: those of a known customer, of an unknown one, of none.
fn known_customers() -> (i64, i64, i64) {
    let sample = |name: &str| {
        let file = super::support::repository().join("sample_data").join(name);
        std::fs::read_to_string(file).unwrap()
    };
    let records = sample("crm_customers.csv");
    let known: std::collections::HashSet<&str> =
        records.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let text = sample("transactions.csv");
    let rejected: Vec<usize> = rejected_lines();
    let mut seen = std::collections::HashSet::new();
    let mut counts = (0, 0, 0);
    for (number, line) in text.lines().enumerate().skip(1) {
        if rejected.contains(&(number + 1)) || !seen.insert(line) {
            continue;
        }
        match line.split(',').nth(CUSTOMER).unwrap_or_default() {
            "" => counts.2 += 1,
            id if known.contains(id) => counts.0 += 1,
            _ => counts.1 += 1,
        }
    }
    counts
}

/// Lines of the transactions in quarantine.
fn rejected_lines() -> Vec<usize> {
    static LINES: OnceLock<Vec<usize>> = OnceLock::new();
    let read = || {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rejected.csv");
        let arguments = ["rejects", "--source", "transactions", "--output", file.to_str().unwrap()];
        sample_run().0.lojal(&arguments).exits(0);
        let rows = std::fs::read_to_string(file).unwrap();
        let places = rows.lines().skip(1).filter_map(|row| row.split(',').nth(1));
        places.filter_map(|place| place.rsplit_once(':')?.1.parse().ok()).collect()
    };
    LINES.get_or_init(read).clone()
}

#[test]
fn an_absent_optional_extract_judges_no_reference() {
    let copy = Copy::of_repository();
    copy.remove("sample_data/stores.csv");
    let outcome = run(&copy).exits(0);
    assert!(!outcome.stderr.contains("store_id"), "{outcome}");
    let found = reference(&copy.warehouse().table("source_references"), "transactions.store_id");
    assert_eq!((found["rows_matched"], found["rows_unmatched"]), (0, 0));
    assert!(found["rows_unjudged"] > 700);
    let shares = copy.warehouse().table("source_references");
    let row = texts(&shares, "reference").iter().position(|name| name == "transactions.store_id").unwrap();
    assert!(shares.column_by_name("share_matched").unwrap().is_null(row));
}

#[test]
fn a_share_that_falls_by_more_than_ten_points_fails() {
    let copy = Copy::of_repository();
    run(&copy).exits(0);
    let lose = |every: i64| {
        let number = |cell: &str| cell[1..].parse::<i64>().unwrap_or(1);
        let lost =
            written(CUSTOMER, |cell, _| if number(cell) % every == 0 { format!("{cell}9") } else { cell.to_owned() });
        copy.write(ORDERS, lost.read(ORDERS));
    };
    // A fiftieth is no more than a warning, and its share is what the next run is compared with.
    lose(50);
    run(&copy).exits(0);
    let before = copy.warehouse().run_id();
    lose(6);
    let fallen = run(&copy).exits(1);
    assert!(fallen.stderr.contains("references_match_as_before"), "{fallen}");
    assert!(fallen.stderr.contains("transactions.customer_id"), "{fallen}");
    assert_eq!(copy.warehouse().run_id(), before, "nothing was published");
}

#[test]
fn ids_that_are_read_in_two_ways_are_a_mistake() {
    let copy = Copy::of_desk();
    let pipeline = "pipelines/desk.yml";
    copy.edit(
        pipeline,
        "      person_id: { type: string, description: Person }\n",
        "      person_id: { type: string, id: { digits: 4, leading_zeros: drop }, \
         references: { to: people.person_id, matched: { warn_below: 40%, error_below: 60% } }, description: Person }\n",
    );
    copy.edit(
        pipeline,
        "      visited_at: { type: timestamp, required: true,",
        "      visited_at: { type: timestamp, id: {}, required: true,",
    );
    matches_snapshot!("mistakes", copy.lojal(&["check"]).exits(2));
}

#[test]
fn personal_ids_and_addresses_are_not_quoted() {
    let copy = Copy::of_desk();
    let pipeline = "pipelines/desk.yml";
    let matched = "references: { to: people.person_id, matched: { error_below: 0% } }";
    let column = "      person_id: { type: string, description: Person }\n";
    copy.edit(
        pipeline,
        column,
        &format!("      person_id: {{ type: string, personal: true, {matched}, description: P }}\n"),
    );
    copy.edit(pipeline, "    description: Visits.\n", "    description: Visits.\n    restricted: true\n");
    copy.append(
        "extracts/visits_20250303.csv",
        "7,ada.secret ,2025-03-03 10:00:00\n8,ada@secret.example ,2025-03-03 10:00:00\n",
    );
    let outcome = copy.lojal(&["run", "--quiet", "--as-of", "2025-03-03"]).exits(0);
    assert!(outcome.stderr.contains("2 cells of person_id were corrected"), "{outcome}");
    let results = copy.warehouse().json("run_results.json").to_string();
    assert!(!outcome.stderr.contains("secret") && !results.contains("secret"), "{outcome}\n{results}");
    copy.edit(pipeline, "personal: true, references", "references");
    let outcome = copy.lojal(&["run", "--quiet", "--as-of", "2025-03-03"]).exits(0);
    assert!(outcome.stderr.contains("'ada.secret '"), "{outcome}");
    assert!(!outcome.stderr.contains("secret.example"), "{outcome}");
}
