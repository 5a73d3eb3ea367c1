//! How mistakes in a pipeline or query must be reported, and the project in which tests make them.

use super::support::{Copy, Outcome};

pub const PIPELINE: &str = "pipelines/shop.yml";
pub const PERSON_SALES: &str = "sql/marts/person_sales.sql";
pub const DAILY_SALES: &str = "sql/marts/daily_sales.sql";

/// Asserts the number of mistakes, each with file, line and column, the line itself, and how to fix it.
macro_rules! mistakes {
    ($number:literal, $name:literal, $outcome:expr) => {{
        let outcome = $outcome;
        $crate::support::matches_snapshot!($name, outcome);
        $crate::mistakes::every_mistake_is_placed(&outcome.stderr, $number);
    }};
}

pub(crate) use mistakes;

/// Panics unless exactly `number` mistakes are reported, each in the right form.
#[track_caller]
pub fn every_mistake_is_placed(stderr: &str, number: usize) {
    let starts: Vec<usize> = stderr.match_indices("error: ").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([stderr.len()]);
    let mistakes: Vec<&str> = starts.iter().zip(ends).map(|(start, end)| &stderr[*start..end]).collect();
    assert_eq!(mistakes.len(), number, "reported mistakes:\n{stderr}");
    for mistake in mistakes {
        let (_, place) = mistake.split_once("error: ").unwrap();
        let parts: Vec<&str> = place.lines().next().unwrap().splitn(4, ':').collect();
        let placed = parts.len() == 4 && parts[1..3].iter().all(|part| part.parse::<u32>().is_ok());
        assert!(placed, "the message starts with file:line:column:\n{mistake}");
        assert!(mistake.contains("^"), "the line is shown:\n{mistake}");
        assert!(mistake.contains("help: "), "the message says how to fix it:\n{mistake}");
    }
}

/// The small project without its extracts.
pub fn project() -> Copy {
    let copy = Copy::of_small();
    std::fs::remove_dir_all(copy.path().join("extracts")).unwrap();
    copy
}

/// The output of `check` after one edit of the project.
#[track_caller]
pub fn check(file: &str, from: &str, to: &str) -> Outcome {
    let copy = project();
    copy.edit(file, from, to);
    copy.lojal(&["check"]).exits(2)
}
