//! Extracts and warehouse in a store with the S3 protocol: the same rows as on disk, one winner of two runs, and a
//! whole snapshot if any request fails.

use std::process::Stdio;

use super::servers::{Fault, KEY, S3, SECRET};
use super::support::{Copy, Outcome, entries, matches_snapshot, outcome, small_run};

/// The small project with its extracts in a bucket.
fn delivered() -> (S3, Copy) {
    let (store, copy) = (S3::start(), Copy::of_small());
    store.deliver(&copy);
    (store, copy)
}

fn deliver_more(store: &S3, line: &str) {
    let file = store.bucket().join("in/orders.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, text + line).unwrap();
}

const ORDER: &str = "21,M5,2025-02-15 17:00:00,1,67.00,SEK,true,\n22,bad,row\n";

#[track_caller]
fn reveals_no_secret(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains(SECRET) && !text.contains(KEY) && !text.contains("Signature="), "{text}");
    }
}

#[track_caller]
fn leaves_nothing_local(copy: &Copy) {
    assert_eq!(entries(&copy.path().join("tmp")), Vec::<std::path::PathBuf>::new());
    assert!(!copy.path().join("warehouse").exists() && !copy.path().join("s3:").exists());
}

#[test]
fn the_rows_are_those_of_a_local_run() {
    let (store, copy) = delivered();
    let run = store.run(&copy, &[]).exits(0);
    reveals_no_secret(&run);
    matches_snapshot!("first_run", run);
    leaves_nothing_local(&copy);
    let (_folder, seen) = store.seen();
    seen.is_whole();
    let (local, _) = small_run();
    assert_eq!(seen.tables(), local.warehouse().tables());
    for table in seen.tables() {
        assert_eq!(seen.table(&table), local.warehouse().table(&table), "{table}");
    }
    for document in ["manifest.json", "catalog.json", "run_results.json"] {
        assert!(seen.json(document).is_object());
    }
    let rejected = entries(&store.bucket().join("wh/quarantine")).len();
    assert_eq!(rejected, entries(&local.path().join("warehouse/quarantine")).len());

    let arguments = ["show", "person_sales", "--format", "csv"];
    let there =
        outcome(&mut store.command(&copy, &[&arguments[..], &["--warehouse", "s3://lojal/wh"]].concat())).exits(0);
    assert_eq!(there.stdout, local.lojal(&arguments).exits(0).stdout);
    leaves_nothing_local(&copy);
}

#[test]
fn a_second_run_follows_the_first_and_a_selection_carries_tables_over() {
    let (store, copy) = delivered();
    store.run(&copy, &[]).exits(0);
    let first = store.seen().1.run_id();
    store.run(&copy, &["--skip-unchanged"]).exits(99);
    assert_eq!(store.seen().1.run_id(), first);
    deliver_more(&store, ORDER);
    store.run(&copy, &["--select", "daily_sales"]).exits(0);
    let (_folder, seen) = store.seen();
    seen.is_whole();
    let snapshot = seen.json("snapshot.json");
    assert_eq!(snapshot["previous_run_id"], first.as_str());
    assert_eq!(snapshot["tables"]["person_sales"]["run_id"], first.as_str());
    assert_eq!(seen.table("daily_sales").num_rows(), 15);
    assert_eq!(seen.tables().len(), 5);
    leaves_nothing_local(&copy);
}

#[test]
fn old_snapshots_and_leftovers_of_killed_runs_are_removed() {
    let (store, copy) = delivered();
    let left_over = store.bucket().join("wh/snapshots/20200101T000000000Z-abcdef/person_sales");
    std::fs::create_dir_all(&left_over).unwrap();
    std::fs::write(left_over.join("part-00000.parquet"), "half").unwrap();
    let mut runs = Vec::new();
    for _ in 0..4 {
        // The store's times have whole seconds, and anything as old as the pointer is left alone.
        std::thread::sleep(std::time::Duration::from_millis(1050));
        store.run(&copy, &[]).exits(0);
        runs.push(store.seen().1.run_id());
    }
    assert_eq!(store.snapshots(), runs[1..], "keep_snapshots is 3");
    store.seen().1.is_whole();
}

#[test]
fn of_two_runs_that_started_from_one_snapshot_one_wins() {
    for is_first in [true, false] {
        let (store, copy) = delivered();
        if !is_first {
            store.run(&copy, &[]).exits(0);
        }
        store.wait_for_pointer_writers(if is_first { 2 } else { 3 });
        let start = || {
            let mut command = store.run_command(&copy, &["--threads", "1"]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let runs = [start(), start()];
        let ended = runs.map(|run| run.wait_with_output().unwrap());
        let mut codes = ended.each_ref().map(|output| output.status.code().unwrap());
        codes.sort_unstable();
        let said = ended.each_ref().map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
        assert_eq!(codes, [0, 3], "{said:?}");
        let loser = said.iter().find(|text| text.contains("error:")).unwrap();
        assert!(loser.contains("has published to s3://lojal/wh since this one started"), "{loser}");
        let (_folder, seen) = store.seen();
        seen.is_whole();
        assert_eq!(store.snapshots().len(), if is_first { 1 } else { 2 }, "the loser has taken its files back");
        leaves_nothing_local(&copy);
    }
}

#[test]
fn a_run_that_fails_because_of_rejects_still_sends_them() {
    let (store, copy) = delivered();
    deliver_more(&store, "23,bad\n24,bad\n25,bad\n26,bad\n27,bad\n");
    let run = store.run(&copy, &["--quiet"]).exits(1);
    assert!(run.stderr.contains("s3://lojal/wh/quarantine/"), "{run}");
    let runs = entries(&store.bucket().join("wh/quarantine"));
    assert_eq!(runs.len(), 1);
    assert!(!entries(&runs[0].join("orders")).is_empty());
    assert!(!store.bucket().join("wh/current.json").exists());
}

/// As on a disk: those of a published run as long as its snapshot, those of failed runs as many runs back.
#[test]
fn rejected_rows_of_failed_runs_do_not_pile_up() {
    let (store, copy) = delivered();
    copy.edit("pipelines/shop.yml", "keep_snapshots: 3", "keep_snapshots: 2");
    let quarantines = || -> Vec<String> {
        let paths = entries(&store.bucket().join("wh/quarantine"));
        // The server keeps folders whose last object was removed.
        let with_files = paths.iter().filter(|path| has_file(path));
        with_files.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    deliver_more(&store, ORDER);
    store.run(&copy, &["--quiet"]).exits(0);
    let published = quarantines();
    assert_eq!(published, store.snapshots());
    copy.edit("pipelines/shop.yml", "max_rejected: 10%", "max_rejected: 0");
    let mut failed = Vec::new();
    for _ in 0..4 {
        let run = store.run(&copy, &["--quiet"]).exits(1);
        failed.push(run.stderr.split("wh/quarantine/").nth(1).unwrap().split('/').next().unwrap().to_owned());
    }
    assert_eq!(quarantines(), [&published[..], &failed[2..]].concat());
    copy.edit("pipelines/shop.yml", "max_rejected: 0", "max_rejected: 10%");
    for _ in 0..2 {
        // The store's times have whole seconds, and anything as old as the pointer is left alone.
        std::thread::sleep(std::time::Duration::from_millis(1050));
        store.run(&copy, &["--quiet"]).exits(0);
    }
    assert_eq!(quarantines(), store.snapshots(), "no failed run's is left");
    leaves_nothing_local(&copy);
}

fn has_file(folder: &std::path::Path) -> bool {
    entries(folder).iter().any(|path| path.is_file() || has_file(path))
}

// Faults

#[test]
fn one_failed_request_is_retried() {
    let (store, copy) = delivered();
    store.run(&copy, &[]).exits(0);
    store.fail(Fault::None);
    store.run(&copy, &[]).exits(0);
    let requests = store.requests();
    assert!(requests > 20, "{requests} requests");
    for number in (1..=requests).step_by(5) {
        store.fail(Fault::Only(number));
        store.run(&copy, &["--quiet"]).exits(0);
        store.seen().1.is_whole();
    }
}

#[test]
fn readers_see_a_whole_snapshot_if_any_request_fails_permanently() {
    let (store, copy) = delivered();
    store.run(&copy, &[]).exits(0);
    deliver_more(&store, ORDER);
    store.fail(Fault::None);
    store.run(&copy, &[]).exits(0);
    let requests = store.requests();
    let (mut failed, mut published) = (0, 0);
    for number in 1..=requests {
        let before = store.seen().1.run_id();
        store.fail(Fault::From(number));
        let run = outcome(store.run_command(&copy, &["--quiet"]).env("LOJAL_STORE_RETRY", "0s"));
        let (_folder, seen) = store.seen();
        seen.is_whole();
        match run.code {
            Some(3) => {
                failed += 1;
                assert_eq!(seen.run_id(), before, "{run}");
                assert!(run.stderr.contains("s3://lojal/"), "the message names the place: {run}");
            }
            Some(0) => {
                published += 1;
                assert_ne!(seen.run_id(), before);
                assert!(run.stderr.contains("an old snapshot was not removed"), "{run}");
            }
            _ => panic!("{number}: {run}"),
        }
        reveals_no_secret(&run);
        leaves_nothing_local(&copy);
    }
    assert!(failed > 20 && published > 0, "{failed} failed, {published} published");
    store.fail(Fault::None);
    std::thread::sleep(std::time::Duration::from_millis(1050));
    store.run(&copy, &[]).exits(0);
    store.seen().1.is_whole();
    assert!(store.snapshots().len() <= 3, "the next run has cleared up: {:?}", store.snapshots());
}

#[test]
fn a_lost_answer_changes_nothing() {
    let (store, copy) = delivered();
    store.run(&copy, &[]).exits(0);
    store.fail(Fault::None);
    store.run(&copy, &[]).exits(0);
    for number in (1..=store.requests()).rev().skip(4).take(6) {
        let before = store.seen().1.run_id();
        store.fail(Fault::AnswerLost(number));
        store.run(&copy, &["--quiet"]).exits(0);
        let (_folder, seen) = store.seen();
        seen.is_whole();
        assert_ne!(seen.run_id(), before);
    }
}

// Messages

#[test]
fn wrong_credentials_are_reported_without_repeating_them() {
    let (store, copy) = delivered();
    let run = outcome(store.run_command(&copy, &["--quiet"]).env("AWS_SECRET_ACCESS_KEY", "wrong-hunter2")).exits(3);
    reveals_no_secret(&run);
    assert!(!run.stderr.contains("hunter2"));
    matches_snapshot!("wrong_credentials", run);
    let arguments = ["run", "--quiet", "--vars", "extracts=s3://lojal/in", "--warehouse", "warehouse"];
    let run = outcome(store.command(&copy, &arguments).env("AWS_SECRET_ACCESS_KEY", "wrong-hunter2")).exits(3);
    matches_snapshot!("wrong_credentials_for_extracts", run);
}

#[test]
fn a_missing_bucket_is_reported() {
    let (store, copy) = delivered();
    let arguments = ["run", "--quiet", "--warehouse", "s3://nowhere/wh"];
    matches_snapshot!("no_bucket", outcome(&mut store.command(&copy, &arguments)).exits(3));
    let arguments = ["run", "--quiet", "--vars", "extracts=s3://nowhere/in"];
    matches_snapshot!("no_bucket_of_extracts", outcome(&mut store.command(&copy, &arguments)).exits(3));
}

#[test]
fn a_missing_file_is_reported_with_its_neighbours() {
    let (store, copy) = delivered();
    copy.edit("pipelines/shop.yml", "$extracts/orders*.csv", "$extracts/order_lines*.csv");
    matches_snapshot!("no_file", store.run(&copy, &["--quiet"]).exits(1));
    copy.edit("pipelines/shop.yml", "$extracts/order_lines*.csv", "$extracts/order.csv");
    matches_snapshot!("no_exact_file", store.run(&copy, &["--quiet"]).exits(1));
}

#[test]
fn an_unreachable_store_is_reported() {
    let (store, copy) = delivered();
    let mut command = store.run_command(&copy, &["--quiet"]);
    matches_snapshot!(
        "unreachable",
        outcome(command.env("AWS_ENDPOINT", "http://127.0.0.1:9").env("LOJAL_STORE_RETRY", "0s")).exits(3)
    );
}

#[test]
fn urls_of_unknown_stores_are_refused() {
    let copy = Copy::of_small();
    for (name, url) in [
        ("ftp", "ftp://me:hunter2@host/x?hunter2"),
        ("http", "https://me:hunter2@host/x?hunter2"),
        ("password", "s3://me:hunter2@bucket/x"),
    ] {
        let run = copy.lojal(&["run", "--quiet", "--warehouse", url]).exits(2);
        assert!(!run.to_string().contains("hunter2"), "{name}: {run}");
    }
    copy.edit("pipelines/shop.yml", "$extracts/visits*.csv", "s3://me:hunter2@bucket/visits.csv");
    let run = copy.lojal(&["check"]).exits(2);
    assert!(run.stderr.contains("contains credentials") && !run.to_string().contains("hunter2"), "{run}");
    copy.edit("pipelines/shop.yml", "s3://me:hunter2@bucket/visits.csv", "$extracts/visits*.csv");
    matches_snapshot!("http_warehouse", copy.lojal(&["run", "--quiet", "--warehouse", "https://host/x"]).exits(2));
    matches_snapshot!(
        "unknown_scheme",
        copy.lojal(&["run", "--quiet", "--vars", "extracts=ftp://me:hunter2@host/x"]).exits(2)
    );
}

#[test]
fn a_description_that_leads_elsewhere_is_refused() {
    let (store, copy) = delivered();
    store.run(&copy, &[]).exits(0);
    let id = store.seen().1.run_id();
    let path = store.bucket().join("wh/snapshots").join(&id).join("snapshot.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("person_sales/part", "../../../../x/part")).unwrap();
    let show = ["show", "person_sales", "--warehouse", "s3://lojal/wh"];
    let shown = outcome(&mut store.command(&copy, &show)).exits(3);
    assert!(shown.stderr.contains("cannot be trusted"), "{shown}");
}
