//! Cells in a form that the pipeline declares: numbers with their signs, dates and times by strftime, words for true,
//! false and empty. Each form is prepared once, so that a cell costs little more than one in the usual spelling.

mod century;
mod dated;
mod format;
mod names;
mod number;
mod round;
mod signs;
mod steps;
mod template;
mod words;
mod wrapping;

pub(super) use century::Century;
pub(super) use dated::{FormedDate, FormedTimestamp};
pub(super) use format::Means;
pub use format::{check_moment_format, formats_at_odds, zone_in_letters};
pub(super) use number::{FormedDecimal, FormedInt};
pub(super) use words::{FormedBool, NullWords};
pub(super) use wrapping::unwrapped;

use std::borrow::Cow;

use chrono::NaiveDate;

use super::fix::FixKind;
use super::notes::Note;
use super::parse::{CellParser, trim};

/// A parser whose column has words for an empty cell, or texts that are wrapped for a spreadsheet.
#[derive(Clone, Debug)]
pub(super) struct Formed<P> {
    parser: P,
    nulls: NullWords,
    /// Whether wrappings are taken off.
    unwraps: bool,
    /// Whether NUL bytes at the ends of cells are padding.
    pads: bool,
    /// Whether a null word is also a value, such as 9999-12-31: then the words must be looked up first.
    shadowing: bool,
}

impl<P: CellParser> Formed<P> {
    pub(super) fn new(parser: P, nulls: NullWords, unwraps: bool) -> Self {
        let shadowing = nulls.iter().any(|word| parser.slow(word).is_ok());
        Self { parser, nulls, unwraps, pads: false, shadowing }
    }

    /// The same, for cells that may be filled up with NUL bytes.
    pub(super) fn padded(self, pads: bool) -> Self {
        Self { pads, ..self }
    }

    /// The text inside a cell's wrapping, without the spaces around it.
    fn inside<'a>(&self, cell: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let inside = unwrapped(cell).filter(|_| self.unwraps)?;
        Some(match inside {
            Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
            Cow::Owned(text) => Cow::Owned(trim(&text).to_vec()),
        })
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
        match self.inside(cell) {
            Some(inside) => self.parser.slow(&inside),
            None => self.parser.slow(cell),
        }
    }

    fn slow_noted(&self, cell: &[u8]) -> Result<(P::Value, Option<Note>), String> {
        match self.inside(cell) {
            Some(inside) => self.parser.slow_noted(&inside),
            None => self.parser.slow_noted(cell),
        }
    }

    fn is_null(&self, cell: &[u8]) -> bool {
        let is_null = |cell: &[u8]| self.nulls.hold(cell) || self.parser.is_null(cell);
        is_null(cell) || self.inside(cell).is_some_and(|inside| inside.is_empty() || is_null(&inside))
    }

    fn is_far_null(&self, cell: &[u8]) -> bool {
        self.parser.is_far_null(cell)
    }

    fn pads(&self) -> bool {
        self.pads
    }

    fn is_beyond(&self, cell: &[u8]) -> bool {
        match self.inside(cell) {
            Some(inside) => self.parser.is_beyond(&inside),
            None => self.parser.is_beyond(cell),
        }
    }

    fn bound(&self, day: NaiveDate, is_last: bool) -> Option<P::Value> {
        self.parser.bound(day, is_last)
    }

    fn corrected(&self, cell: &[u8]) -> Option<(FixKind, Box<[u8]>)> {
        match self.inside(cell) {
            Some(inside) => Some(match self.parser.corrected(&inside) {
                Some((_, text)) => (FixKind::Unwrapped, text),
                None => (FixKind::Unwrapped, inside.into_owned().into_boxed_slice()),
            }),
            None => self.parser.corrected(cell),
        }
    }
}

/// Why a cell does not match a declared form of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Miss {
    /// It has another form.
    Form,
    /// It has the form, but more digits than the type holds.
    Digits,
    /// It has groups of digits, of which the first begins with 0: the sign behind it may be a decimal sign.
    Zero,
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
