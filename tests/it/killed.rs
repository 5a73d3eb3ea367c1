//! Killed without warning at every stage: readers always see a complete snapshot, and the next run cleans up and
//! succeeds.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;
use std::time::Duration;

use super::support::{Copy, small_run};

/// Lines that a normal run writes to stderr before it has published.
fn lines_of_a_run() -> Vec<String> {
    let (_, outcome) = small_run();
    outcome.stderr.lines().take_while(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Reads stderr up to line `number`, counted from 1, and discards the rest.
pub fn wait_for_line(child: &mut Child, number: usize) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    for _ in 0..number {
        lines.next().expect("one more line").unwrap();
    }
    std::thread::spawn(move || lines.for_each(drop));
}

/// A published project, with one more order that the next run would publish.
fn published_once() -> Copy {
    let copy = Copy::of_small();
    copy.lojal(&["run"]).exits(0);
    copy.append("extracts/orders.csv", "21,M5,2025-02-15 17:00:00,1,67.00,SEK,true,\n22,bad,row\n");
    copy
}

/// Kills a run after a line and a delay. Returns whether it had published by then.
#[track_caller]
fn kill_after(copy: &Copy, line: usize, delay: Duration) -> bool {
    let before = copy.warehouse().run_id();
    let mut child = copy.start(&["run", "--threads", "1"]);
    wait_for_line(&mut child, line);
    std::thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    copy.warehouse().is_whole();
    copy.warehouse().run_id() != before
}

#[track_caller]
fn next_run_cleans_up(copy: &Copy) {
    copy.lojal(&["run"]).exits(0);
    copy.warehouse().is_whole();
    let mut entries = copy.warehouse().entries();
    entries.retain(|name| !name.starts_with(".lock"));
    assert_eq!(entries, ["current", "quarantine", "snapshots"], "no partial files are left");
    for snapshot in copy.warehouse().snapshots() {
        let description = copy.path().join("warehouse/snapshots").join(&snapshot).join("snapshot.json");
        assert!(description.exists(), "{snapshot} is complete");
    }
}

#[test]
fn killed_after_any_line_the_snapshot_is_complete_and_the_next_run_cleans_up() {
    let copy = published_once();
    let lines = lines_of_a_run();
    assert!(lines.first().is_some_and(|line| line == "plan") && lines.last().is_some_and(|line| line == "publish"));
    for (at, line) in lines.iter().enumerate() {
        let published = kill_after(&copy, at + 1, Duration::ZERO);
        assert!(!published || at + 1 == lines.len(), "nothing is published before `publish`: {line}");
        if at % 3 == 0 {
            next_run_cleans_up(&copy);
        }
    }
    next_run_cleans_up(&copy);
}

#[test]
fn killed_at_any_moment_of_publishing_the_snapshot_is_complete() {
    let copy = published_once();
    let last = lines_of_a_run().len();
    for step in 0..10 {
        kill_after(&copy, last, Duration::from_micros(step * 700));
    }
    next_run_cleans_up(&copy);
}

#[test]
fn killed_in_the_first_run_nothing_is_published_and_nothing_blocks_the_next() {
    let copy = Copy::of_small();
    let mut child = copy.start(&["run"]);
    wait_for_line(&mut child, 6);
    child.kill().unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    assert_eq!(said, "", "a killed run prints no result");
    assert!(!copy.path().join("warehouse/current").exists());
    copy.lojal(&["run"]).exits(0);
    copy.warehouse().is_whole();
}
