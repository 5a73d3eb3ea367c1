//! Lines that are left out by their text.

use regex::bytes::Regex;

use super::without_mark;
use crate::config::{IgnoreLinesFile, TotalLineFile};
use crate::extract::frame::LeftOut;

/// The declared patterns.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct Patterns {
    ignored: Vec<Regex>,
    total: Option<Regex>,
}

impl Patterns {
    /// `None` if a pattern is not a regular expression.
    pub(in crate::extract) fn new(ignored: &[IgnoreLinesFile], total: Option<&TotalLineFile>) -> Option<Self> {
        let total = total.map(|typed| Regex::new(&typed.pattern.value)).transpose().ok()?;
        let ignored = ignored.iter().map(|typed| Regex::new(&typed.pattern.value).ok()).collect::<Option<_>>()?;
        Some(Self { ignored, total })
    }

    /// Whether there are none.
    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.ignored.is_empty() && self.total.is_none()
    }

    /// Whether files end with a total line.
    pub(in crate::extract) fn has_total(&self) -> bool {
        self.total.is_some()
    }

    /// Why a line is left out, which is UTF-8 without its line end. The total line comes before other patterns: it is the
    /// only one that is asked for.
    pub(in crate::extract) fn matching(&self, line: &[u8]) -> Option<LeftOut> {
        let line = without_mark(line);
        if self.total.as_ref().is_some_and(|total| total.is_match(line)) {
            return Some(LeftOut::Total);
        }
        self.ignored.iter().position(|pattern| pattern.is_match(line)).map(LeftOut::Pattern)
    }
}
