//! Extracts as they are: equal rows, files that change during a run, odd names, files that nobody reads, and the warnings
//! about all of them.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::support::{Copy, Outcome, integers};

const PIPELINE: &str = "pipelines/shop.yml";
const ORDERS: &str = "extracts/orders.csv";
/// An order line that the small project does not have yet.
const LINE: &str = "90,M1,2025-02-14 12:00:00,1,149.00,SEK,true,\n";

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "--as-of", "2025-02-14", "--no-progress"])
}

/// Read, loaded, duplicate and repeated rows of the orders.
fn counts(copy: &Copy) -> [u64; 4] {
    let results = copy.warehouse().json("run_results.json");
    let sources = results["sources"].as_array().unwrap();
    let orders = sources.iter().find(|source| source["source"] == "orders").unwrap();
    ["rows_read", "rows_loaded", "rows_duplicate", "rows_repeated"].map(|name| orders[name].as_u64().unwrap())
}

fn header(copy: &Copy) -> String {
    copy.read(ORDERS).lines().next().unwrap().to_owned() + "\n"
}

#[test]
fn equal_rows_of_a_file_are_loaded_and_rows_of_another_file_are_not() {
    let copy = Copy::of_small();
    copy.append(ORDERS, &LINE.repeat(2));
    let all = header(&copy) + &LINE.repeat(3);
    copy.write("extracts/orders_2.csv", all);
    let outcome = run(&copy).exits(0);
    assert_eq!(counts(&copy), [25, 23, 2, 2]);
    let duplicates = "warning: source orders: 2 duplicate rows, loaded once (amount 298.00): extracts/orders_2.csv:2 \
                      repeats extracts/orders.csv:22; if such rows are further facts, declare `deduplicate: false`";
    assert!(outcome.stderr.contains(duplicates), "{outcome}");
    let repeated = "warning: source orders: 2 rows repeat other rows of their delivery and were loaded (amount 298.00): \
                    extracts/orders.csv:23 repeats extracts/orders.csv:22; if such rows are copies, declare a `key`";
    assert!(outcome.stderr.contains(repeated), "{outcome}");
    let printed = outcome.stderr.lines().filter(|line| line.starts_with("warning: ")).count();
    assert_eq!(outcome.last_line()["warnings"], printed);
    let results = copy.warehouse().json("run_results.json");
    let listed = results["warnings"].as_array().unwrap();
    assert_eq!(listed.iter().filter(|warning| warning["source"] == "orders").count(), 2);
    // Declared, it only informs.
    copy.edit(PIPELINE, "    amount: [quantity", "    deduplicate: by_delivery\n    amount: [quantity");
    let outcome = run(&copy).exits(0);
    assert!(!outcome.stderr.contains("warning: source orders: 2 rows repeat"), "{outcome}");
    assert!(outcome.stderr.contains("source orders: 2 rows repeat"), "{outcome}");
    assert_eq!(outcome.last_line()["warnings"], printed - 1);
    assert_eq!(copy.warehouse().json("run_results.json")["notes"].as_array().unwrap().len(), 1);
    copy.edit(PIPELINE, "deduplicate: by_delivery", "deduplicate: all");
    run(&copy).exits(0);
    assert_eq!(counts(&copy), [25, 21, 4, 0]);
    copy.edit(PIPELINE, "deduplicate: all", "deduplicate: by_delivery\n    key: [order_id]");
    let refused = run(&copy).exits(2);
    assert!(refused.stderr.contains("by_delivery has no effect beside a key"), "{refused}");
}

#[test]
fn the_files_of_a_day_are_one_delivery() {
    let copy = Copy::of_small();
    let head = header(&copy);
    let delivery = "    delivery: { mode: append, date_in_name: \"%Y%m%d\" }\n";
    copy.edit(PIPELINE, "    amount: [quantity", &format!("{delivery}    amount: [quantity"));
    copy.write("extracts/orders_20250213.csv", copy.read(ORDERS));
    copy.remove(ORDERS);
    copy.write("extracts/orders_20250214_a.csv", head.clone() + LINE);
    copy.write("extracts/orders_20250214_b.csv", head.clone() + LINE + "91,M1,2025-02-14 12:00:00,1,1.00,SEK,true,\n");
    copy.write("extracts/orders_20250215.csv", head + LINE + "92,M1,2025-02-14 12:00:00,1,1.00,SEK,true,\n");
    run(&copy).exits(0);
    assert_eq!(counts(&copy), [25, 24, 1, 1]);
}

#[test]
fn published_rows_do_not_depend_on_threads_or_the_order_of_files() {
    let copy = Copy::of_small();
    let head = header(&copy);
    for (name, times) in [("orders_1", [2, 1]), ("orders_2", [1, 3]), ("orders_3", [0, 2])] {
        let other = LINE.replace("149.00", "11.00");
        let text = head.clone() + &LINE.repeat(times[0]) + &other.repeat(times[1]) + &format!("{name}-x,,,,,,,\n");
        copy.write(&format!("extracts/{name}.csv"), text);
    }
    let published = |threads: &str| {
        copy.lojal(&["run", "--as-of", "2025-02-14", "--quiet", "--threads", threads]).exits(0);
        let days = copy.warehouse().table("daily_sales");
        (days.clone(), integers(&days, "orders").iter().sum::<i64>(), counts(&copy))
    };
    let one = published("1");
    assert_eq!(one.1, 20 + 2 + 3);
    for threads in ["2", "5"] {
        assert_eq!(published(threads), one);
    }
    for (from, to) in [("orders_1", "orders_9"), ("orders_3", "orders_0")] {
        fs::rename(copy.path().join(format!("extracts/{from}.csv")), copy.path().join(format!("extracts/{to}.csv")))
            .unwrap();
    }
    assert_eq!(published("2"), one);
}

/// Serves the members, and calls `at_read` before it answers the second request for their rows: by then all files have
/// been found, and none has been read.
fn members_from_the_web(copy: &Copy, at_read: impl Fn() + Send + 'static) -> String {
    let text = copy.read("extracts/members.csv");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let reads = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                request.push(byte[0]);
            }
            let is_get = request.starts_with(b"GET");
            if is_get && reads.fetch_add(1, Ordering::SeqCst) == 1 {
                at_read();
            }
            let range = format!(
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-{0}/{1}\r\n",
                text.len() - 1,
                text.len()
            );
            let status = if is_get { range } else { "HTTP/1.1 200 OK\r\n".to_owned() };
            let body = if is_get { text.as_str() } else { "" };
            let head = "Last-Modified: Tue, 01 Apr 2025 00:00:00 GMT\r\nETag: \"1\"\r\nAccept-Ranges: bytes\r\nConnection: close";
            let _ = write!(stream, "{status}Content-Length: {}\r\n{head}\r\n\r\n{body}", text.len());
        }
    });
    format!("http://127.0.0.1:{port}/members.csv")
}

#[test]
fn a_file_that_changes_during_the_run_fails_it_and_publishes_nothing() {
    type Change = (&'static str, fn(&PathBuf));
    let changes: [Change; 4] = [
        ("was written to", |path| fs::File::options().write(true).open(path).unwrap().set_len(400).unwrap()),
        ("was written to", |path| {
            fs::OpenOptions::new().append(true).open(path).unwrap().write_all(LINE.as_bytes()).unwrap();
        }),
        ("another file has its name", |path| {
            fs::copy(path, path.with_extension("new")).unwrap();
            fs::rename(path.with_extension("new"), path).unwrap();
        }),
        ("no longer exists", |path| fs::remove_file(path).unwrap()),
    ];
    for (expected, change) in changes {
        let copy = Copy::of_small();
        let path = copy.path().join(ORDERS);
        let url = members_from_the_web(&copy, move || change(&path));
        copy.edit(PIPELINE, "$extracts/members*.csv", &url);
        copy.edit(
            PIPELINE,
            "member_id: { type: string, description: Record of the member }",
            "member_id: { type: string, description: d, references: { to: members.member_id } }",
        );
        let outcome = run(&copy).exits(1);
        let found = "error: source orders: extracts/orders.csv changed while it was read: ";
        assert!(outcome.stderr.contains(found) && outcome.stderr.contains(expected), "{expected}: {outcome}");
        assert!(!copy.path().join("warehouse/current").exists(), "{expected}");
    }
}

#[test]
fn names_that_are_not_utf_8_are_read_and_shown_escaped() {
    let copy = Copy::of_small();
    let folder = copy.path().join("extracts").join(OsStr::from_bytes(b"Malm\xF6"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(OsStr::from_bytes(b"orders_\xE5.csv")), header(&copy) + LINE + "x,,,,,,,\n").unwrap();
    copy.edit(PIPELINE, "path: $extracts/orders*.csv", "path: $extracts/**/orders*.csv");
    let outcome = run(&copy).exits(0);
    assert_eq!(counts(&copy)[..2], [22, 21]);
    assert!(outcome.stderr.contains(r"extracts/Malm\x{F6}/orders_\x{E5}.csv:3: "), "{outcome}");
}

#[test]
fn files_that_no_source_reads_are_named_once() {
    let copy = Copy::of_small();
    run(&copy).exits(0);
    copy.write("extracts/order_2.csv", header(&copy) + LINE);
    copy.write("extracts/_SUCCESS", "x");
    copy.write("extracts/.orders.csv.swp", "x");
    copy.write("extracts/empty.csv", "");
    let outcome = run(&copy).exits(0);
    let named = "warning: no source reads extracts/order_2.csv, which lies beside the extracts";
    assert!(outcome.stderr.contains(named), "{outcome}");
    for number in 10..22 {
        copy.write(&format!("extracts/till {number}.log"), "x");
    }
    let outcome = run(&copy).exits(0);
    assert!(
        outcome.stderr.contains("no source reads 13 files that lie beside the extracts: extracts/order_2.csv, "),
        "{outcome}"
    );
    assert!(outcome.stderr.contains("extracts/till 18.log, and 3 more; declare a source"), "{outcome}");
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 10%\nignore_files: [\"*.log\", order_?.csv]");
    let outcome = run(&copy).exits(0);
    assert!(!outcome.stderr.contains("no source reads"), "{outcome}");
    copy.edit(PIPELINE, "order_?.csv", "extracts/order_?.csv");
    assert!(run(&copy).exits(2).stderr.contains("names a folder"));
}
