//! Rows that come again with other values: the newer version counts, and the run says which row was replaced.

use serde_json::Value;

use super::support::{Copy, Outcome, column, hundredths, integers, matches_snapshot, sample_run, shown, texts};

const TRANSACTIONS: &str = "sample_data/transactions.csv";
const HEADER: &str = "transaction_id,line_no,customer_id,ordered_at,channel,store_id,product_id,category,quantity,\
                      unit_price,discount,currency,is_return\n";

/// A line of an order of 20 December in the web shop.
fn line(order: u32, number: u32, customer: &str, quantity: u32, price: &str, discount: &str) -> String {
    format!(
        "{order},{number},{customer},2025-12-20 11:00:00,web,,P00077,Hälsa,{quantity},{price},{discount},SEK,false\n"
    )
}

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--quiet", "--as-of", "2025-12-31"])
}

/// A count of a source.
fn count(copy: &Copy, source: &str, name: &str) -> i64 {
    let counts = copy.warehouse().table("source_reconciliation");
    let at = texts(&counts, "source").iter().position(|name| name == source).unwrap();
    integers(&counts, name)[at]
}

/// The position in `customers` of the person behind a record of the CRM.
fn person(copy: &Copy, customer_id: &str) -> usize {
    let identities = copy.warehouse().table("customer_identities");
    let at = texts(&identities, "source_id").iter().position(|id| id == customer_id).unwrap();
    let key = texts(&identities, "customer_key")[at].clone();
    texts(&copy.warehouse().table("customers"), "customer_key").iter().position(|other| *other == key).unwrap()
}

fn warnings(outcome: &Outcome) -> String {
    let about = |line: &&str| line.contains("replaced by a newer version");
    outcome.stderr.lines().filter(about).collect::<Vec<_>>().join("\n")
}

/// A record of the CRM with its e-mail address, city and consent.
fn record(id: &str, email: &str, city: &str, consent: bool) -> String {
    format!("{id},{email},,Maj,Flytt,1980-05-05,,{city},SE,2025-02-02,organic,50.00,{consent},false,\n")
}

#[test]
fn a_changed_row_of_any_source_replaces_the_earlier_one() {
    let copy = Copy::of_repository();
    let old = record("C97000001", "maj@old.example.com", "Umeå", true);
    copy.append("sample_data/crm_customers.csv", &old);
    copy.append("sample_data/crm_customers.csv", &record("C97000001", "maj@new.example.com", "Lund", false));
    copy.append(TRANSACTIONS, &line(970_001, 1, "C97000001", 2, "500.00", "0.00"));
    copy.append(TRANSACTIONS, &line(970_001, 2, "C97000001", 1, "120.00", "0.00"));
    let edited =
        line(970_001, 1, "C97000001", 1, "500.00", "0.00") + &line(970_001, 2, "C97000001", 1, "120.00", "20.00");
    copy.write("sample_data/transactions_20251231.csv", format!("{HEADER}{edited}"));
    let contact = "970001,C97000001,2025-12-21 09:00:00,phone,call_centre,support";
    copy.append("sample_data/crm_interactions.csv", &format!("{contact},10.0,,\n{contact},12.5,,\n"));
    let answer = "970001,,C97000001,2025-12-22 09:00:00,relationship,,";
    copy.append("sample_data/surveys.csv", &format!("{answer},2,,,Katastrof,,,,,,\n{answer},9,,,,,,,,,\n"));
    copy.append("sample_data/products.csv", "P00077,Hälsa,21.50\n");

    let ended = run(&copy).exits(0);
    matches_snapshot!("changed_rows", warnings(&ended));
    let warned = |outcome: &Outcome| outcome.last_line()["warnings"].as_u64().unwrap();
    // One for each source with a newer version, and one for the optional columns that the new file lacks too.
    assert_eq!(warned(&ended), warned(&sample_run().1) + 6);
    let customers = copy.warehouse().table("customers");
    let at = person(&copy, "C97000001");
    assert_eq!(hundredths(&customers, "net_revenue")[at], Some(60_000));
    assert_eq!(integers(&customers, "order_count")[at], 1);
    assert_eq!(texts(&customers, "nps_category")[at], "promoter");
    let superseded = ["crm_customers", "transactions", "crm_interactions", "surveys", "products"]
        .map(|source| count(&copy, source, "rows_superseded"));
    assert_eq!(superseded, [1, 2, 1, 1, 1]);
    let file = |results: &Value, path: &str, name: &str| {
        let files =
            results["sources"].as_array().unwrap().iter().flat_map(|source| source["by_file"].as_array().unwrap());
        files.filter(|file| file["path"] == path).map(|file| file[name].as_u64().unwrap()).sum::<u64>()
    };
    let results = copy.warehouse().json("run_results.json");
    assert_eq!(file(&results, TRANSACTIONS, "rows_superseded"), 2);
    assert_eq!(file(&results, "sample_data/transactions_20251231.csv", "rows_loaded"), 2);
    // No value of a personal column is in a message or a document.
    for text in [&ended.stderr, &ended.stdout, &results.to_string()] {
        assert!(!["maj@", "Flytt", "Katastrof"].iter().any(|word| text.contains(word)), "{text}");
    }
}

#[test]
fn another_spelling_of_the_same_values_changes_nothing() {
    let copy = Copy::of_repository();
    let first = copy.read(TRANSACTIONS).lines().nth(1).unwrap().to_owned();
    let again = first.replace("532.55,", "532.550,");
    assert_ne!(first, again);
    copy.append(TRANSACTIONS, &format!("{again}\n"));
    let ended = copy.lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(warnings(&ended), "");
    let sample = sample_run().0.warehouse();
    for table in ["customers", "customer_months", "product_profitability"] {
        assert_eq!(shown(&copy.warehouse().table(table)), shown(&sample.table(table)), "{table}");
    }
    let before = |name: &str| count(&sample_run().0, "transactions", name);
    assert_eq!(count(&copy, "transactions", "rows_duplicate"), before("rows_duplicate") + 1);
    assert_eq!(count(&copy, "transactions", "rows_superseded"), 0);
}

#[test]
fn lines_that_an_edited_order_leaves_out_disappear_if_declared() {
    let copy = Copy::of_repository();
    let buyer = "C00000004";
    for (number, price) in [(1, "100.00"), (2, "40.00"), (3, "7.00")] {
        copy.append(TRANSACTIONS, &line(970_002, number, buyer, 1, price, "0.00"));
    }
    let edited = line(970_002, 1, buyer, 1, "100.00", "0.00") + &line(970_002, 3, buyer, 2, "7.00", "0.00");
    copy.write("sample_data/transactions_20251231.csv", format!("{HEADER}{edited}"));
    let revenue = |copy: &Copy| {
        let customers = copy.warehouse().table("customers");
        hundredths(&customers, "net_revenue")[person(copy, buyer)].unwrap()
    };
    run(&copy).exits(0);
    let kept = revenue(&copy);
    let key = "    key: [transaction_id, line_no, is_return]\n";
    copy.edit("pipelines/customer_lifecycle.yml", key, &format!("{key}    replaces: [transaction_id]\n"));
    let ended = run(&copy).exits(0);
    matches_snapshot!("line_left_out", warnings(&ended));
    assert_eq!(revenue(&copy), kept - 4_000);
    let counts = ["rows_superseded", "rows_duplicate"].map(|name| count(&copy, "transactions", name));
    assert_eq!(counts, [2, count(&sample_run().0, "transactions", "rows_duplicate") + 1]);
    // The same in any number of threads.
    let bytes = |copy: &Copy| {
        let files = copy.warehouse().files("customers");
        files.iter().map(|file| std::fs::read(file).unwrap()).collect::<Vec<_>>()
    };
    let four = bytes(&copy);
    copy.lojal(&["run", "--quiet", "--as-of", "2025-12-31", "--threads", "1"]).exits(0);
    assert_eq!(bytes(&copy), four);
    assert!(column(&copy.warehouse().table("customers"), "customer_key").len() > 100);
}

#[test]
fn mistakes_about_keys_are_named() {
    let pipeline = "pipelines/customer_lifecycle.yml";
    let key = "    key: [transaction_id, line_no, is_return]\n";
    let check = |lines: &str| {
        let copy = Copy::of_repository();
        copy.edit(pipeline, key, lines);
        copy.lojal(&["check"]).exits(2).stderr
    };
    let all = [
        check("    replaces: [transaction_id]\n    deduplicate: all\n"),
        check(&format!("{key}    replaces: [customer_id]\n")),
        check(&format!("{key}    replaces: [line_no, transaction_id, is_return]\n")),
        check(&format!("{key}    deduplicate: false\n")),
        check(&format!("{key}    on_repeated_key: error\n    replaces: [transaction_id]\n")),
    ];
    matches_snapshot!("mistakes", all.join("\n"));
}

#[test]
fn receipt_numbers_that_begin_again_are_no_newer_versions() {
    let copy = Copy::of_repository();
    let sales = copy.read(TRANSACTIONS);
    let of_2024 = sales.lines().filter(|line| line.contains(",2024-") && line.ends_with("false")).take(60);
    let again: String = of_2024.map(|line| line.replacen(",2024-", ",2025-", 1) + "\n").collect();
    assert_eq!(again.lines().count(), 60);
    copy.append(TRANSACTIONS, &again);
    let refused = run(&copy).exits(1);
    assert!(refused.stderr.contains("receipt_numbers_do_not_begin_again"), "{refused}");
    assert!(refused.stderr.contains("60 replaced rows more than a day from the newer one"), "{refused}");
}

#[test]
fn a_return_under_the_number_and_line_of_the_order_replaces_nothing() {
    let copy = Copy::of_repository();
    let buyer = "C00000004";
    copy.append(TRANSACTIONS, &line(970_003, 1, buyer, 1, "100.00", "0.00"));
    let refund = line(970_003, 1, buyer, 1, "40.00", "0.00").replace("12-20", "12-28").replace("false", "true");
    copy.write("sample_data/transactions_20251231.csv", format!("{HEADER}{refund}"));
    let key = "    key: [transaction_id, line_no, is_return]\n";
    copy.edit("pipelines/customer_lifecycle.yml", key, &format!("{key}    replaces: [transaction_id]\n"));
    let ended = run(&copy).exits(0);
    assert_eq!(warnings(&ended), "");
    let orders = copy.warehouse().table("orders");
    let at = |key: &str| texts(&orders, "order_key").iter().position(|found| found == key).unwrap();
    let net = hundredths(&orders, "net_revenue");
    assert_eq!([net[at("970003")], net[at("970003-return-2025-12-28")]], [Some(10_000), Some(-4_000)]);
}

/// The run's warning about lines that are sold and returned at once.
fn corrected_flags(outcome: &Outcome) -> Vec<&str> {
    let mut lines = outcome.stderr.lines().skip_while(|line| !line.contains("no_line_is_sold_and_returned_at_once"));
    lines.by_ref().take_while(|line| !line.starts_with("warning: source")).take(5).collect()
}

#[test]
fn a_flag_that_is_corrected_later_is_named() {
    let copy = Copy::of_repository();
    let buyer = "C00000004";
    copy.append(TRANSACTIONS, &line(970_005, 1, buyer, 2, "150.00", "10.00"));
    copy.append(TRANSACTIONS, &line(970_006, 1, buyer, 1, "100.00", "0.00"));
    // The whole of an order is paid back an hour later: that is a refund.
    let refund = line(970_006, 1, buyer, 1, "100.00", "0.00").replace("11:00:00", "12:00:00").replace("false", "true");
    copy.write("sample_data/transactions_20251230.csv", format!("{HEADER}{refund}"));
    let ended = run(&copy).exits(0);
    assert_eq!(corrected_flags(&ended), [""; 0], "{ended}");
    // The first of them was a return all along.
    let corrected = line(970_005, 1, buyer, 2, "150.00", "10.00").replace("false", "true");
    copy.write("sample_data/transactions_20251231.csv", format!("{HEADER}{corrected}"));
    let ended = run(&copy).exits(0);
    let said = corrected_flags(&ended);
    assert!(said[0].starts_with("warning: check no_line_is_sold_and_returned_at_once failed"), "{ended}");
    assert!(
        said[0].contains("(1 row)") && said[4].contains("| 970005         | 1       | 2025-12-20T10:00:00Z"),
        "{ended}"
    );
}
