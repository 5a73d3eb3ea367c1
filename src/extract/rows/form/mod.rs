//! Cells in a form that the pipeline declares: numbers with their signs, dates and times by strftime, words for true,
//! false and empty. Each form is prepared once, so that a cell costs little more than one in the usual spelling.

mod moment;
mod number;
mod steps;
mod words;

pub(super) use moment::{FormedDate, FormedTimestamp};
pub use moment::{check_moment_format, formats_at_odds};
pub(super) use number::{FormedDecimal, FormedInt};
pub(super) use words::{FormedBool, NullWords};

use super::parse::CellParser;

/// A parser whose column has words for an empty cell.
#[derive(Clone, Debug)]
pub(super) struct Formed<P> {
    parser: P,
    nulls: NullWords,
    /// Whether a null word is also a value, such as 9999-12-31: then the words must be looked up first.
    shadowing: bool,
}

impl<P: CellParser> Formed<P> {
    pub(super) fn new(parser: P, nulls: NullWords) -> Self {
        let shadowing = nulls.iter().any(|word| parser.slow(word).is_ok());
        Self { parser, nulls, shadowing }
    }
}

impl<P: CellParser> CellParser for Formed<P> {
    type Value = P::Value;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<P::Value> {
        if self.shadowing && self.nulls.hold(&text[start..end]) {
            return None;
        }
        self.parser.fast(text, start, end)
    }

    fn slow(&self, cell: &[u8]) -> Result<P::Value, String> {
        self.parser.slow(cell)
    }

    fn is_null(&self, cell: &[u8]) -> bool {
        self.nulls.hold(cell) || self.parser.is_null(cell)
    }

    fn corrected(&self, cell: &[u8]) -> Option<Box<[u8]>> {
        self.parser.corrected(cell)
    }
}

/// Why a cell does not match a declared form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Miss {
    /// It has another form.
    Form,
    /// It has the form, but more digits than the type holds.
    Digits,
    /// It has the form, but is outside the years allowed.
    Years,
}

/// Joins alternatives for a message.
fn choice(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests;
