//! Whole and decimal numbers in a declared form: `signs` reduces a cell to its digits, which the plain parsers read.

use super::{
    super::{
        exponent::{ROUNDED, WrittenOut, written_out},
        fix::FixKind,
        parse::{CellParser, DecimalCell, IntCell, exact_whole, fast_decimal},
    },
    Miss,
    round::rounded,
    signs::{Signs, named},
};
use crate::source::ValueForm;

/// Added to the reason for a number such as `0.125` where the point separates thousands.
pub(super) const BEGINS_WITH_ZERO: &str =
    ": its first group of digits begins with 0, so the sign behind it may be a decimal sign";

/// `int` in a declared form.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedInt(Signs);

impl FormedInt {
    /// A whole number without signs is valid in every form, so the plain form needs no separate parser.
    pub(in crate::extract::rows) fn new(form: &ValueForm) -> Option<Self> {
        // A point that is declared as the decimal sign cannot separate thousands: `1.000` is then 1.
        let declared = || form.decimal_is_declared.then(|| Signs::of(form, false));
        Signs::new(form, false).or_else(declared).map(Self)
    }

    fn other_form(&self) -> String {
        format!("is not a whole number{}", self.0.shown)
    }
}

impl CellParser for FormedInt {
    type Value = i64;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        IntCell.fast(text, start, end).or_else(|| {
            let bare = self.0.bare(&text[start..end]).ok()?;
            let (digits, size) = bare.padded();
            IntCell.fast(digits, 0, size).or_else(|| exact_whole(bare.text()).ok())
        })
    }

    fn slow(&self, cell: &[u8]) -> Result<i64, String> {
        let bare = match self.0.bare(cell) {
            Ok(bare) if bare.has_digits() => bare,
            Err(Miss::Digits) => return Err("has more digits than a whole number can hold".to_owned()),
            Err(Miss::Zero) => return Err(format!("{}{BEGINS_WITH_ZERO}", self.other_form())),
            _ => {
                return match written_out(cell, self.0.decimal) {
                    Some(number) if number.is_filled => Err(ROUNDED.to_owned()),
                    Some(number) => exact_whole(&number.text).map_err(|_| self.other_form()),
                    // Programs write a float with a point beside amounts with a comma: 1001.0 is 1001 where the
                    // point does not separate thousands. 1.000 stays ambiguous.
                    None if !self.0.groups_by(b'.') => IntCell.slow(cell).map_err(|_| self.other_form()),
                    None => Err(self.other_form()),
                };
            }
        };
        exact_whole(bare.text()).map_err(|wrong| match bare.text().contains(&b'.') {
            true => self.other_form(),
            false => wrong,
        })
    }
}

/// `decimal(p,s)` in a declared form.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedDecimal {
    signs: Signs,
    cell: DecimalCell,
    /// The digits after the point to which numbers are rounded.
    round: Option<u8>,
}

impl FormedDecimal {
    /// `None` if numbers have the usual form and are not rounded.
    pub(in crate::extract::rows) fn new(form: &ValueForm, cell: DecimalCell, plain: bool) -> Option<Self> {
        let signs = match form.round {
            Some(_) => Some(Signs::of(form, plain)),
            None => Signs::new(form, plain),
        };
        signs.map(|signs| Self { signs, cell, round: form.round })
    }

    /// The value of a number in the declared form.
    fn formed(&self, cell: &[u8]) -> Result<i128, Miss> {
        let bare = self.signs.bare(cell)?;
        // A sign or a decimal sign alone is not a number.
        if !bare.has_digits() {
            return Err(Miss::Form);
        }
        let (digits, size) = bare.padded();
        match self.cell.fast(digits, 0, size) {
            Some(value) => Ok(value),
            None => self.cell.slow(bare.text()).map_err(|_| Miss::Digits),
        }
    }

    /// The digits of a cell as they are before they are rounded.
    fn digits(&self, cell: &[u8]) -> Option<Vec<u8>> {
        let bare = self.signs.bare(cell).ok().filter(|bare| bare.has_digits()).map(|bare| bare.text().to_vec());
        let exact = |number: WrittenOut| (!number.is_filled || number.is_shortest).then_some(number.text);
        let with_exponent = || written_out(cell, self.signs.decimal).and_then(exact);
        // A number in the plain form has its digits as they are.
        let plain = || self.signs.plain.then(|| Signs::of(&ValueForm::default(), false).bare(cell).ok()).flatten();
        bare.or_else(with_exponent).or_else(|| plain().map(|bare| bare.text().to_vec()))
    }

    /// The text of a cell that has more digits than are kept.
    fn rounded(&self, cell: &[u8]) -> Option<Vec<u8>> {
        let digits = self.round?;
        rounded(&self.digits(cell)?, digits)
    }

    /// The value without rounding, or what is wrong.
    fn exact(&self, cell: &[u8]) -> Result<i128, String> {
        let formed = self.formed(cell);
        let plain = if self.signs.plain { self.cell.slow(cell).ok() } else { None };
        match (formed, plain) {
            (Ok(formed), Some(plain)) if formed != plain => {
                Err(format!("is ambiguous: a number with {}, or a number with a decimal point?", self.form()))
            }
            (Ok(value), _) | (Err(_), Some(value)) => Ok(value),
            (Err(miss), None) => match written_out(cell, self.signs.decimal).filter(|_| miss == Miss::Form) {
                Some(number) => self.cell.exact(&number),
                None => Err(self.explained(cell, miss)),
            },
        }
    }

    /// The form, for messages.
    fn form(&self) -> String {
        format!("decimal sign {}{}", named(char::from(self.signs.decimal)), self.signs.shown)
    }

    fn explained(&self, cell: &[u8], miss: Miss) -> String {
        let wrong = match (miss, self.signs.bare(cell)) {
            (Miss::Form, _) => None,
            (Miss::Zero, _) => Some(format!("is not a number with {}{BEGINS_WITH_ZERO}", self.form())),
            (_, Ok(bare)) => self.cell.slow(bare.text()).err(),
            _ => Some(format!("has more digits than decimal({},{}) can hold", self.cell.precision, self.cell.scale)),
        };
        wrong.unwrap_or_else(|| format!("is not a number with {}", self.form()))
    }
}

impl CellParser for FormedDecimal {
    type Value = i128;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i128> {
        // Numbers that keep fewer digits than their column has are rare, and all of them are looked at closely.
        if self.round.is_some_and(|digits| digits < self.cell.scale) {
            return None;
        }
        // A decimal comma is unambiguous. A point could separate thousands in the declared form and be the decimal
        // point in the plain form.
        let usual = match self.signs.decimal {
            b',' => fast_decimal::<b','>(&self.cell, text, start, end),
            _ => fast_decimal::<b'.'>(&self.cell, text, start, end),
        };
        match usual {
            Some(value) => Some(value),
            None if self.signs.plain => None,
            None => self.formed(&text[start..end]).ok(),
        }
    }

    fn slow(&self, cell: &[u8]) -> Result<i128, String> {
        match self.rounded(cell) {
            None => self.exact(cell),
            // It has one meaning only: a number in both forms would have its digits in one of them.
            Some(text) => self.cell.slow(&text),
        }
    }

    fn corrected(&self, cell: &[u8]) -> Option<(FixKind, Box<[u8]>)> {
        let mut text = self.rounded(cell)?;
        text.iter_mut().filter(|byte| **byte == b'.').for_each(|point| *point = self.signs.decimal);
        Some((FixKind::Rounded, text.into_boxed_slice()))
    }
}
