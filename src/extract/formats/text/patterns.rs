//! Lines that are left out by their text.

use regex::bytes::Regex;

use super::without_mark;
use crate::config::IgnoreLinesFile;

/// The declared patterns.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct Patterns(Vec<Regex>);

impl Patterns {
    /// `None` if a pattern is not a regular expression.
    pub(in crate::extract) fn new(declared: &[IgnoreLinesFile]) -> Option<Self> {
        declared.iter().map(|typed| Regex::new(&typed.pattern.value).ok()).collect::<Option<_>>().map(Self)
    }

    /// Whether there are none.
    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first pattern that matches a line, which is UTF-8 without its line end.
    pub(in crate::extract) fn matching(&self, line: &[u8]) -> Option<usize> {
        self.0.iter().position(|pattern| pattern.is_match(without_mark(line)))
    }
}
