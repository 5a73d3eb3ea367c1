//! Regular expressions of a pipeline.

use regex::Error;
use regex::bytes::{Regex, RegexBuilder};

use crate::config::{Located, Texts};
use crate::diagnostics::Problem;

/// The most bytes of a compiled pattern. A run has no limit of its own: it compiles what was checked.
const LARGEST: usize = 4 << 20;

/// A regular expression, written as `whole` says, or what is wrong with it.
pub(super) fn compiled(pattern: &Located<String>, whole: &str, texts: &Texts) -> Result<Regex, Problem> {
    RegexBuilder::new(whole).size_limit(LARGEST).build().map_err(|error| {
        if let Error::CompiledTooBig(_) = error {
            let problem = texts.at(pattern, "the pattern is too large: matching a cell would take too long");
            return problem.hint("repetitions within repetitions multiply: use smaller counts, or `*` and `+`");
        }
        let problem = error.to_string();
        let problem = problem.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        texts.at(pattern, format!("the pattern is not a regular expression: {problem}")).hint(
            "see the syntax of Rust's regex crate; quote the pattern in '…' so that YAML leaves backslashes alone",
        )
    })
}
