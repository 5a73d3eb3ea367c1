//! Extracts that break their contract: what happens to the rows, what the run reports, and how it ends.

use super::support::{Copy, Outcome, entries, integers, matches_snapshot, shown, small_run, texts, without};

const MEMBERS: &str = "extracts/members.csv";
const ORDERS: &str = "extracts/orders.csv";
const PIPELINE: &str = "pipelines/shop.yml";

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--quiet"])
}

/// A copy that accepts any number of bad rows, with some added to the orders.
fn with_orders(lines: impl AsRef<[u8]>) -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    let mut bytes = copy.read(ORDERS).into_bytes();
    bytes.extend_from_slice(lines.as_ref());
    copy.write(ORDERS, bytes);
    copy
}

/// Quarantined orders as text; each line number and byte offset is looked up in the file first.
fn quarantined(copy: &Copy) -> String {
    let rejected = copy.warehouse().quarantine("orders");
    let (files, raws) = (texts(&rejected, "file"), texts(&rejected, "raw"));
    let (lines, offsets) = (integers(&rejected, "line"), integers(&rejected, "byte_offset"));
    for at in 0..rejected.num_rows() {
        let bytes = std::fs::read(copy.path().join(&files[at])).unwrap();
        let offset = usize::try_from(offsets[at]).unwrap();
        let found = String::from_utf8_lossy(&bytes[offset..]).into_owned();
        assert!(found.starts_with(&raws[at]), "{} at byte {offset}: {} is not {}", files[at], found, raws[at]);
        let breaks = bytes[..offset].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(usize::try_from(lines[at]).unwrap(), breaks + 1, "line of byte {offset}");
    }
    shown(&without(&rejected, &["run_id", "source", "byte_offset", "raw_is_cut", "raw_hash"]))
}

/// Read, loaded, rejected, duplicate and later rows of a source.
fn counts(copy: &Copy, source: &str) -> [i64; 5] {
    let counts = copy.warehouse().table("row_counts");
    let at = texts(&counts, "source").iter().position(|name| name == source).unwrap();
    ["rows_read", "rows_loaded", "rows_rejected", "rows_duplicate", "rows_after_as_of"]
        .map(|name| integers(&counts, name)[at])
}

/// Every published table except the row counts equals that of the clean extracts.
#[track_caller]
fn nothing_else_changed(copy: &Copy) {
    let sound = small_run().0.warehouse();
    for table in sound.tables().into_iter().filter(|table| table != "row_counts") {
        assert_eq!(copy.warehouse().table(&table), sound.table(&table), "{table}");
    }
}

#[test]
fn a_first_line_that_is_a_row_is_not_shown() {
    let copy = Copy::of_small();
    let text = copy.read(MEMBERS);
    let rows = text.split_once('\n').unwrap().1;
    copy.write(MEMBERS, rows);
    let outcome = run(&copy).exits(1);
    let said = format!("{}{}", outcome.stderr, outcome.stdout);
    assert!(said.contains("of which 0 are declared: it may be a row of data, and is not shown"), "{said}");
    assert!(said.contains("- email") && said.contains("`header: false`"), "{said}");
    for cell in rows.lines().next().unwrap().split(',').filter(|cell| cell.len() > 2) {
        assert!(!said.contains(cell), "{cell}: {said}");
    }
}

#[test]
fn what_identifies_a_person_is_not_quoted_from_any_column() {
    let copy = with_orders(
        "anna@example.org,M1,2025-02-10 10:00:00,1,1.00,SEK,true,the cells have moved\n\
         +46 70 174 06 05,M1,2025-02-10 10:00:00,1,1.00,SEK,true,\n",
    );
    let outcome = run(&copy).exits(0);
    assert!(outcome.stderr.contains("orders.csv:22: order_id: breaks the rule `type`"), "{}", outcome.stderr);
    let results = copy.warehouse().json("run_results.json").to_string();
    let listed = copy.lojal(&["rejects", "--examples", "2"]).exits(0).stdout;
    for said in [&outcome.stderr, &results, &listed] {
        assert!(!said.contains("anna") && !said.contains("174 06"), "{said}");
    }
    let shown = copy.lojal(&["rejects", "--examples", "2", "--show-values"]).exits(0).stdout;
    assert!(shown.contains("anna@example.org") && shown.contains("174 06"), "{shown}");
}

#[test]
fn cells_of_the_wrong_type_are_quarantined() {
    let copy = with_orders(
        "x1,M1,2025-02-10 10:00:00,1,1.00,SEK,true,not an integer\n\
         101,M1,2025-02-30 10:00:00,1,1.00,SEK,true,no such day\n\
         102,M1,10/02/2025,1,1.00,SEK,true,another way to write a day\n\
         103,M1,2025-02-10 10:00:00,1.5,1.00,SEK,true,not whole\n\
         104,M1,2025-02-10 10:00:00,1,\"1,00\",SEK,true,decimal comma\n\
         105,M1,2025-02-10 10:00:00,1,1.001,SEK,true,three decimals\n\
         106,M1,2025-02-10 10:00:00,1,123456789.00,SEK,true,too many digits\n\
         107,M1,2025-02-10 10:00:00,1,1.00,SEK,ja,not true and not false\n\
         109,M1,2025-02-10 10:00:00,99999999999999999999,1.00,SEK,true,too large\n",
    );
    matches_snapshot!("cells_of_the_wrong_type", run(&copy).exits(0));
    matches_snapshot!("cells_of_the_wrong_type_quarantine", quarantined(&copy));
    assert_eq!(counts(&copy, "orders"), [29, 20, 9, 0, 0]);
    nothing_else_changed(&copy);
}

#[test]
fn missing_required_values_are_quarantined() {
    let copy = with_orders(
        ",M1,2025-02-10 10:00:00,1,1.00,SEK,true,\n101,M1,,1,1.00,SEK,true,\n102,M1,2025-02-10 10:00:00,1,,SEK,true,\n\
         103,M1,2025-02-10 10:00:00,1,1.00,,true,\n104,M1,2025-02-10 10:00:00,1,1.00,\"\",true,quoted and empty\n",
    );
    matches_snapshot!("missing_required_values", run(&copy).exits(0));
    matches_snapshot!("missing_required_values_quarantine", quarantined(&copy));
    assert_eq!(counts(&copy, "orders"), [25, 20, 5, 0, 0]);
    nothing_else_changed(&copy);
}

#[test]
fn ragged_rows_are_quarantined() {
    let copy = with_orders(
        "101,M1,2025-02-10 10:00:00,1,1.00,SEK,true\n102\n\
         103,M1,2025-02-10 10:00:00,1,1.00,SEK,true,a, comma too many\n",
    );
    matches_snapshot!("ragged_rows", run(&copy).exits(0));
    matches_snapshot!("ragged_rows_quarantine", quarantined(&copy));
    assert_eq!(counts(&copy, "orders"), [23, 20, 3, 0, 0]);
    nothing_else_changed(&copy);
}

#[test]
fn values_outside_their_rule_are_quarantined() {
    let copy = with_orders(
        "101,M1,2025-02-10 10:00:00,0,1.00,SEK,true,\n102,M1,2025-02-10 10:00:00,101,1.00,SEK,true,\n\
         103,M1,2025-02-10 10:00:00,1,-0.01,SEK,true,\n104,M1,2025-02-10 10:00:00,1,1.00,USD,true,unknown currency\n\
         105,M1,2025-02-10 10:00:00,1,1.00,sek,true,other case\n",
    );
    matches_snapshot!("values_outside_their_rule", run(&copy).exits(0));
    matches_snapshot!("values_outside_their_rule_quarantine", quarantined(&copy));
    assert_eq!(counts(&copy, "orders"), [25, 20, 5, 0, 0]);
    nothing_else_changed(&copy);
}

#[test]
fn rows_that_are_not_utf_8_are_quarantined() {
    let copy = with_orders(
        b"101,M1,2025-02-10 10:00:00,1,1.00,SEK,true,\xe5ter in Latin-1\n102,M1,2025-02-10 10:00:00,1,1.00,S\xc3EK,true,\n",
    );
    matches_snapshot!("not_utf_8", run(&copy).exits(0));
    matches_snapshot!(
        "not_utf_8_quarantine",
        shown(&without(&copy.warehouse().quarantine("orders"), &["run_id", "source", "raw_hash"]))
    );
    assert_eq!(counts(&copy, "orders"), [22, 20, 2, 0, 0]);
    nothing_else_changed(&copy);
}

#[test]
fn too_many_rejected_rows_fail_the_run() {
    let copy = with_orders("a,b\nc,d\ne,f\n");
    copy.edit(PIPELINE, "max_rejected: 90%", "max_rejected: 10%");
    matches_snapshot!("too_many_rejected", run(&copy).exits(1));
    assert_eq!(copy.warehouse().quarantine("orders").num_rows(), 3, "what was rejected can be looked at");
    assert!(!copy.path().join("warehouse/current").exists(), "nothing was published");
}

#[test]
fn a_limit_in_rows_is_checked_too() {
    let copy = with_orders("a,b\nc,d\n");
    copy.edit(PIPELINE, "max_rejected: 90%", "max_rejected: 2");
    run(&copy).exits(0);
    copy.append(ORDERS, "e,f\n");
    matches_snapshot!("too_many_rejected_rows", run(&copy).exits(1));
}

#[test]
fn a_missing_column_is_named_with_the_columns_found() {
    let copy = Copy::of_small();
    copy.write(MEMBERS, copy.read(MEMBERS).replace(",phone", "").replace(",0701740605", ""));
    matches_snapshot!("missing_column", run(&copy).exits(1));
}

#[test]
fn a_renamed_column_is_named_with_its_closest_match() {
    let copy = Copy::of_small();
    copy.edit(ORDERS, "unit_price", "unitprice");
    copy.edit(ORDERS, "ordered_at", "order_date");
    matches_snapshot!("renamed_columns", run(&copy).exits(1));
}

#[test]
fn a_file_with_another_delimiter_is_recognized() {
    let copy = Copy::of_small();
    copy.write(MEMBERS, copy.read(MEMBERS).replace(',', ";"));
    matches_snapshot!("another_delimiter", run(&copy).exits(1));
}

#[test]
fn extra_columns_warn() {
    let copy = Copy::of_small();
    copy.write(MEMBERS, copy.read(MEMBERS).replace('\n', ",x\n").replace("joined_on,x", "joined_on,shoe_size"));
    matches_snapshot!("extra_column_warns", run(&copy).exits(0));
    nothing_else_changed(&copy);
}

#[test]
fn extra_columns_fail_under_a_strict_contract_and_are_ignored_on_request() {
    let copy = Copy::of_small();
    copy.write(MEMBERS, copy.read(MEMBERS).replace('\n', ",x\n").replace("joined_on,x", "joined_on,shoe_size"));
    copy.edit(PIPELINE, "    event_time: joined_on\n", "    event_time: joined_on\n    extra_columns: fail\n");
    matches_snapshot!("extra_column_fails", run(&copy).exits(1));
    copy.edit(PIPELINE, "extra_columns: fail", "extra_columns: ignore");
    assert_eq!(run(&copy).exits(0).stderr, "");
}

#[test]
fn the_order_of_columns_does_not_matter() {
    let copy = Copy::of_small();
    let turned = copy.read(MEMBERS).lines().fold(String::new(), |text, line| {
        let fields: Vec<&str> = line.split(',').rev().collect();
        text + &fields.join(",") + "\r\n"
    });
    copy.write(MEMBERS, format!("\u{feff}{turned}"));
    assert_eq!(run(&copy).exits(0).stderr, "");
    nothing_else_changed(&copy);
}

#[test]
fn a_missing_extract_is_an_error() {
    let copy = Copy::of_small();
    copy.remove(ORDERS);
    matches_snapshot!("missing_extract", run(&copy).exits(1));
}

#[test]
fn a_missing_folder_of_extracts_is_an_error() {
    let copy = Copy::of_small();
    matches_snapshot!("missing_folder", copy.lojal(&["run", "--quiet", "--vars", "extracts=nowhere"]).exits(1));
}

#[test]
fn an_empty_file_is_an_error() {
    let copy = Copy::of_small();
    copy.write(ORDERS, "");
    matches_snapshot!("empty_file", run(&copy).exits(1));
}

#[test]
fn a_header_without_rows_is_an_error() {
    let copy = Copy::of_small();
    copy.write(ORDERS, copy.read(ORDERS).lines().next().unwrap().to_owned() + "\n");
    matches_snapshot!("header_only", run(&copy).exits(1));
}

#[test]
fn an_optional_extract_may_be_missing_empty_or_only_a_header() {
    let copy = Copy::of_small();
    copy.remove("extracts/visits.csv");
    matches_snapshot!("optional_missing", run(&copy).exits(0));
    assert_eq!(counts(&copy, "visits"), [0; 5]);
    copy.edit(PIPELINE, "    optional: true\n", "    optional: true\n    expected: false\n");
    assert!(!run(&copy).exits(0).stderr.contains("visits.csv"), "no warning if nobody expects it");
    copy.write("extracts/visits.csv", "");
    matches_snapshot!("optional_empty", run(&copy).exits(0));
    copy.write("extracts/visits.csv", "member_id,visited_on\n");
    matches_snapshot!("optional_header_only", run(&copy).exits(0));
}

#[test]
fn a_row_twice_is_loaded_once() {
    let copy = Copy::of_small();
    let orders = copy.read(ORDERS);
    let lines: Vec<&str> = orders.lines().collect();
    copy.write("extracts/orders_2.csv", format!("{}\n{}\n{}\n", lines[0], lines[3], lines[4]));
    matches_snapshot!("row_twice", run(&copy).exits(0));
    assert_eq!(counts(&copy, "orders"), [22, 20, 0, 2, 0]);
    nothing_else_changed(&copy);
}

#[test]
fn a_file_twice_under_another_name_is_loaded_once() {
    let copy = Copy::of_small();
    copy.write("extracts/orders_again.csv", copy.read(ORDERS));
    matches_snapshot!("file_twice", run(&copy).exits(0));
    assert_eq!(counts(&copy, "orders"), [20, 20, 0, 0, 0]);
    nothing_else_changed(&copy);
}

#[test]
fn a_row_twice_is_loaded_twice_if_the_source_allows_it() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "    amount: [quantity", "    deduplicate: false\n    amount: [quantity");
    copy.append(ORDERS, "20,M5,2025-02-14 17:00:00,1,67.00,SEK,true,\n");
    run(&copy).exits(0);
    assert_eq!(counts(&copy, "orders"), [21, 21, 0, 0, 0]);
}

#[test]
fn events_after_as_of_are_counted_and_change_nothing() {
    let copy = Copy::of_small();
    copy.append(
        ORDERS,
        "101,M1,2025-02-15 00:00:00,1,1.00,SEK,true,\n102,M1,2025-02-14 23:59:59,1,1.00,SEK,true,\n\
         103,M2,2031-01-01 00:00:00,1,1.00,SEK,true,\n",
    );
    matches_snapshot!("after_as_of", copy.lojal(&["run", "--quiet", "--as-of", "2025-02-14"]).exits(0));
    assert_eq!(counts(&copy, "orders"), [23, 23, 0, 0, 2]);
    let days = copy.warehouse().table("daily_sales");
    assert_eq!(integers(&days, "orders").iter().sum::<i64>(), 21);
}

/// Orders of 2025-02-14, one in each second, and more lines.
fn with_many_orders(more: &str) -> Copy {
    let copy = Copy::of_small();
    let order = |number: u32| {
        let (minute, second) = (number / 60, number % 60);
        format!("{},M1,2025-02-14 10:{minute:02}:{second:02},1,1.00,SEK,true,\n", 1000 + number)
    };
    copy.append(ORDERS, &(0..2500).map(order).collect::<String>());
    copy.append(ORDERS, more);
    copy
}

#[test]
fn a_mistyped_year_does_not_set_the_as_of_day() {
    for (wrong, day) in [("2052-11-03 10:00:00", "2052-11-03"), ("2025-05-03 10:00:00", "2025-05-03")] {
        let copy = with_many_orders(&format!("9999,M1,{wrong},1,1.00,SEK,true,\n"));
        let found = copy.lojal(&["run", "--quiet"]).exits(0);
        assert_eq!(found.last_line()["as_of"], "2025-02-14", "{}", found.stderr);
        let named = format!("orders.csv:2522: ordered_at is {day}, which does not set the as-of day (2025-02-14)");
        assert!(found.stderr.contains(&named), "{}", found.stderr);
        assert_eq!(counts(&copy, "orders")[4], 1, "counted as after the as-of day");
        // A longer gap is allowed if the pipeline says so, but the future never sets the day.
        copy.edit(PIPELINE, "name: shop\n", "name: shop\nas_of_gap_days: 400\n");
        let found = copy.lojal(&["run", "--quiet"]).exits(0);
        let expected = if day == "2025-05-03" { day } else { "2025-02-14" };
        assert_eq!(found.last_line()["as_of"], expected, "{}", found.stderr);
    }
}

#[test]
fn the_user_is_asked_for_a_day_that_rows_leave_open() {
    let copy = with_orders("101,M1,2099-12-31 10:00:00,1,1.00,SEK,true,\n");
    matches_snapshot!("doubtful_day", copy.lojal(&["run", "--quiet"]).exits(1));
    let given = copy.lojal(&["run", "--quiet", "--as-of", "2025-02-14"]).exits(0);
    assert_eq!(given.last_line()["as_of"], "2025-02-14");
    let some: String = (0..10).map(|n| format!("{},M1,2025-05-0{n} 10:00:00,1,1.00,SEK,true,\n", 8000 + n)).collect();
    let copy = with_many_orders(&some.replace("05-00", "05-10"));
    let found = copy.lojal(&["run", "--quiet"]).exits(1);
    assert!(found.stderr.contains("(they end on 2025-02-14)"), "{}", found.stderr);
}

#[test]
fn a_header_with_a_column_twice_is_an_error() {
    let copy = Copy::of_small();
    copy.write(MEMBERS, copy.read(MEMBERS).replace('\n', ",x\n").replace("joined_on,x", "joined_on,email"));
    matches_snapshot!("header_twice", run(&copy).exits(1));
}

#[test]
fn an_unclosed_quote_costs_only_its_line() {
    let copy = with_orders(
        "101,M1,2025-02-10 10:00:00,1,1.00,SEK,true,\"never closed\n102,M1,2025-02-14 10:00:00,1,1.00,SEK,true,\n",
    );
    matches_snapshot!("unclosed_quote", run(&copy).exits(0));
    matches_snapshot!("unclosed_quote_quarantine", quarantined(&copy));
    assert_eq!(counts(&copy, "orders"), [22, 21, 1, 0, 0]);
}

#[test]
fn an_unclosed_quote_is_reported_if_values_may_span_lines() {
    let copy = with_orders("101,M1,2025-02-10 10:00:00,1,1.00,SEK,true,\"never closed\n");
    copy.append(ORDERS, "102,M1,2025-02-14 10:00:00,1,1.00,SEK,true,\n");
    copy.edit(
        PIPELINE,
        "    path: $extracts/orders*.csv\n",
        "    path: $extracts/orders*.csv\n    format: { csv: { newlines_in_values: true } }\n",
    );
    matches_snapshot!("unclosed_quote_over_lines", run(&copy).exits(0));
    matches_snapshot!("unclosed_quote_over_lines_quarantine", quarantined(&copy));
    assert_eq!(counts(&copy, "orders"), [22, 21, 1, 0, 0]);
}

#[test]
fn a_file_that_is_not_parquet_is_reported() {
    let copy = Copy::of_small();
    copy.edit(
        PIPELINE,
        "    path: $extracts/members*.csv\n",
        "    path: $extracts/members*.csv\n    format: { parquet: {} }\n",
    );
    matches_snapshot!("no_parquet", run(&copy).exits(1));
}

#[test]
fn extracts_without_any_event_ask_for_the_day() {
    let copy = Copy::of_small();
    let text = copy.read(PIPELINE);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("event_time:"));
    copy.write(PIPELINE, lines.collect::<Vec<_>>().join("\n") + "\n");
    matches_snapshot!("no_event", run(&copy).exits(1));
}

#[test]
fn rejected_rows_are_readable_only_by_their_owner() {
    use std::os::unix::fs::PermissionsExt;
    let copy = with_orders("a,b\n");
    run(&copy).exits(0);
    let run = entries(&copy.path().join("warehouse/quarantine")).remove(0);
    assert_eq!(std::fs::metadata(run).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn an_optional_column_may_be_absent() {
    let sound = Copy::of_small();
    let absent = Copy::of_small();
    let columns = "ordered_at: { type: timestamp, required: true";
    assert!(sound.read(PIPELINE).contains(columns));
    for copy in [&sound, &absent] {
        copy.edit(
            PIPELINE,
            columns,
            "gift: { type: bool, optional: true }\n      ordered_at: { type: timestamp, required: true",
        );
    }
    let with_gift = sound
        .read(ORDERS)
        .lines()
        .enumerate()
        .fold(String::new(), |text, (number, line)| text + line + if number == 0 { ",gift\n" } else { ",\n" });
    sound.write(ORDERS, with_gift);
    let (with, without) = (run(&sound), run(&absent));
    assert_eq!((with.code, without.code), (Some(0), Some(0)), "{}{}", with.stderr, without.stderr);
    assert!(!with.stderr.contains("optional columns"), "{}", with.stderr);
    assert!(
        without.stderr.contains("orders.csv lacks the optional columns gift: their cells count as empty"),
        "{}",
        without.stderr
    );
    for table in sound.warehouse().tables() {
        assert_eq!(sound.warehouse().table(&table), absent.warehouse().table(&table), "{table}");
    }
}
