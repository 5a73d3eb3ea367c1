//! Which models have unit tests.

use std::collections::BTreeSet;

use super::case::Case;
use crate::diagnostics::Problem;
use crate::plan::{Plan, Selection};

/// The models of a pipeline, by whether unit tests run them.
#[derive(Debug, Default)]
pub struct Coverage {
    /// Models with a test of their own.
    pub tested: Vec<String>,
    /// Models that only run within tests of others.
    pub within: Vec<String>,
    /// Models that no test runs.
    pub uncovered: Vec<String>,
}

impl Coverage {
    /// The coverage of the models of a selection by all tests; words that name no model are those of tests.
    pub(super) fn of(plan: &Plan, selection: &Selection, cases: &[Case]) -> Result<Self, Vec<Problem>> {
        let is_test = |word: &String| cases.iter().any(|case| case.name == *word);
        let models = |words: &[String]| words.iter().filter(|word| !is_test(word)).cloned().collect::<Vec<_>>();
        let select = Selection { select: models(&selection.select), exclude: models(&selection.exclude) };
        let selected = match select.select.is_empty() && !selection.select.is_empty() {
            true => {
                cases.iter().filter(|case| selection.select.contains(&case.name)).map(|c| c.model.clone()).collect()
            }
            false => plan.selected(&select)?,
        };
        let tested: BTreeSet<&str> = cases.iter().map(|case| case.model.as_str()).collect();
        let run: BTreeSet<&str> = cases.iter().flat_map(|case| &case.runs).map(String::as_str).collect();
        let mut coverage = Self::default();
        for name in plan.models.keys().filter(|name| selected.contains(*name)) {
            let group = match name.as_str() {
                name if tested.contains(name) => &mut coverage.tested,
                name if run.contains(name) => &mut coverage.within,
                _ => &mut coverage.uncovered,
            };
            group.push(name.clone());
        }
        for group in [&mut coverage.tested, &mut coverage.within, &mut coverage.uncovered] {
            group.sort();
        }
        Ok(coverage)
    }

    /// How many models there are.
    pub fn models(&self) -> usize {
        self.tested.len() + self.within.len() + self.uncovered.len()
    }
}
