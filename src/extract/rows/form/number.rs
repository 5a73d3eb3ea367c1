//! Numbers with a decimal sign, signs between groups of digits, and currency signs.
//!
//! A number consists of an optional sign (`-`, `+` or U+2212), an optional currency sign before or after it, digits,
//! and optionally the decimal sign with a fraction. Spaces, including no-break spaces, are allowed around the number
//! and next to the currency sign. The sign may be on either side of a leading currency sign, and a minus may directly
//! follow the digits. Digits are written without signs between them, or in groups of three with the same sign between
//! all groups.

use memchr::memchr;

use super::{
    super::parse::{CellParser, DecimalCell, IntCell, fast_decimal, sign},
    Miss, choice,
};
use crate::source::ValueForm;

const NO_BREAK: &[u8] = "\u{a0}".as_bytes();
const NARROW_NO_BREAK: &[u8] = "\u{202f}".as_bytes();

/// The signs of a column's numbers.
#[derive(Clone, Debug)]
struct Signs {
    decimal: u8,
    thousands: Vec<Box<[u8]>>,
    /// Longest first, since one may be a prefix of another.
    currency: Vec<Box<[u8]>>,
    /// Whether a number with a point and no other sign is also accepted.
    plain: bool,
    /// The group and currency signs, for messages.
    shown: String,
}

impl Signs {
    /// `None` if numbers have the usual form.
    fn new(form: &ValueForm, plain: bool) -> Option<Self> {
        if form.decimal_sign == '.' && form.thousands_signs.is_empty() && form.currency_signs.is_empty() {
            return None;
        }
        let bytes = |text: &str| text.as_bytes().to_vec().into_boxed_slice();
        let mut currency: Vec<Box<[u8]>> = form.currency_signs.iter().map(|sign| bytes(sign)).collect();
        currency.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let mut shown = String::new();
        if !form.thousands_signs.is_empty() {
            let names: Vec<String> = form.thousands_signs.iter().map(|sign| named(*sign)).collect();
            shown.push_str(&format!(", {} between groups of three digits", choice(&names)));
        }
        if !form.currency_signs.is_empty() {
            shown.push_str(&format!(", currency {}", choice(&form.currency_signs)));
        }
        Some(Self {
            decimal: u8::try_from(form.decimal_sign).unwrap_or(b'.'),
            thousands: form.thousands_signs.iter().map(|sign| bytes(sign.encode_utf8(&mut [0; 4]))).collect(),
            currency,
            plain,
            shown,
        })
    }

    /// The number reduced to a minus, its digits and a point.
    fn bare(&self, cell: &[u8]) -> Result<Bare, Miss> {
        let mut rest = without_spaces(cell);
        let (mut negative, after) = sign(rest);
        let mut signed = after.len() < rest.len();
        rest = after;
        match self.currency.iter().find_map(|name| rest.strip_prefix(&**name)) {
            Some(after) => {
                rest = without_spaces(after);
                if !signed {
                    let (minus, after) = sign(rest);
                    signed = after.len() < rest.len();
                    (negative, rest) = (minus, after);
                }
            }
            None => {
                if let Some(before) = self.currency.iter().find_map(|name| rest.strip_suffix(&**name)) {
                    rest = without_spaces(before);
                }
            }
        }
        if !signed && let Some(before) = rest.strip_suffix(b"-").or_else(|| rest.strip_suffix("\u{2212}".as_bytes())) {
            (negative, rest) = (true, before);
        }
        let mut bare = Bare::default();
        if negative {
            bare.push(b'-')?;
        }
        let (whole, fraction) = match memchr(self.decimal, rest) {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        self.groups(whole, &mut bare)?;
        if let Some(fraction) = fraction {
            bare.push(b'.')?;
            bare.push_digits(fraction)?;
        }
        Ok(bare)
    }

    /// Reads the digits of the whole part.
    #[inline]
    fn groups(&self, whole: &[u8], bare: &mut Bare) -> Result<(), Miss> {
        let first = whole.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, mut rest) = whole.split_at(first);
        bare.push_digits(digits)?;
        if rest.is_empty() {
            return Ok(());
        }
        let sign = self.thousands.iter().find(|sign| rest.starts_with(sign)).ok_or(Miss::Form)?;
        if !(1..=3).contains(&first) {
            return Err(Miss::Form);
        }
        while !rest.is_empty() {
            let after = rest.strip_prefix(&**sign).ok_or(Miss::Form)?;
            let (group, after) = after.split_at_checked(3).ok_or(Miss::Form)?;
            bare.push_digits(group)?;
            rest = after;
        }
        Ok(())
    }
}

/// A sign in a form that readers can distinguish from others.
fn named(sign: char) -> String {
    match sign {
        ' ' => "space".to_owned(),
        '\u{a0}' => "no-break space".to_owned(),
        '\u{202f}' => "narrow no-break space".to_owned(),
        other => format!("'{other}'"),
    }
}

/// The text without the spaces around it, of three kinds.
fn without_spaces(mut text: &[u8]) -> &[u8] {
    let spaces = [b" ".as_slice(), NO_BREAK, NARROW_NO_BREAK];
    while let Some(rest) = spaces.iter().find_map(|space| text.strip_prefix(*space)) {
        text = rest;
    }
    while let Some(rest) = spaces.iter().find_map(|space| text.strip_suffix(*space)) {
        text = rest;
    }
    text
}

/// Space for the digits of the widest decimal, a minus, a point, and the same number of zeros.
const ROOM: usize = 80;

/// A number without its group and currency signs.
struct Bare {
    bytes: [u8; ROOM],
    used: usize,
}

impl Default for Bare {
    fn default() -> Self {
        Self { bytes: [0; ROOM], used: 0 }
    }
}

impl Bare {
    #[inline]
    fn push(&mut self, byte: u8) -> Result<(), Miss> {
        *self.bytes.get_mut(self.used).ok_or(Miss::Digits)? = byte;
        self.used += 1;
        Ok(())
    }

    #[inline]
    fn push_digits(&mut self, digits: &[u8]) -> Result<(), Miss> {
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(Miss::Form);
        }
        digits.iter().try_for_each(|digit| self.push(*digit))
    }

    /// Parses it with the plain parser.
    #[inline]
    fn read<P: CellParser>(&self, parser: &P) -> Result<P::Value, Miss> {
        match parser.fast(&self.bytes, 0, self.used) {
            Some(value) => Ok(value),
            None => parser.slow(&self.bytes[..self.used]).map_err(|_| Miss::Digits),
        }
    }
}

/// `int` in a declared form.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedInt(Signs);

impl FormedInt {
    /// A whole number without signs is valid in every form, so the plain form needs no separate parser.
    pub(in crate::extract::rows) fn new(form: &ValueForm) -> Option<Self> {
        Signs::new(form, false).map(Self)
    }

    fn other_form(&self) -> String {
        format!("is not a whole number{}", self.0.shown)
    }
}

impl CellParser for FormedInt {
    type Value = i64;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        IntCell.fast(text, start, end).or_else(|| self.0.bare(&text[start..end]).ok()?.read(&IntCell).ok())
    }

    fn slow(&self, cell: &[u8]) -> Result<i64, String> {
        let bare = match self.0.bare(cell) {
            Ok(bare) if bare.used > 0 && !bare.bytes[..bare.used].contains(&b'.') => bare,
            Err(Miss::Digits) => return Err("has more digits than a whole number can hold".to_owned()),
            _ => return Err(self.other_form()),
        };
        IntCell.slow(&bare.bytes[..bare.used]).map_err(|wrong| match bare.bytes[..bare.used].last() {
            Some(b'0'..=b'9') => wrong,
            _ => self.other_form(),
        })
    }
}

/// `decimal(p,s)` in a declared form.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedDecimal {
    signs: Signs,
    cell: DecimalCell,
}

impl FormedDecimal {
    pub(in crate::extract::rows) fn new(form: &ValueForm, cell: DecimalCell, plain: bool) -> Option<Self> {
        Signs::new(form, plain).map(|signs| Self { signs, cell })
    }

    fn formed(&self, cell: &[u8]) -> Result<i128, Miss> {
        let bare = self.signs.bare(cell)?;
        // A sign or a decimal sign alone is not a number.
        if bare.bytes[..bare.used].iter().any(u8::is_ascii_digit) { bare.read(&self.cell) } else { Err(Miss::Form) }
    }

    /// The form, for messages.
    fn form(&self) -> String {
        format!("decimal sign {}{}", named(char::from(self.signs.decimal)), self.signs.shown)
    }

    fn explained(&self, cell: &[u8], miss: Miss) -> String {
        let wrong = match (miss, self.signs.bare(cell)) {
            (Miss::Form, _) => None,
            (_, Ok(bare)) => self.cell.slow(&bare.bytes[..bare.used]).err(),
            _ => Some(format!("has more digits than decimal({},{}) can hold", self.cell.precision, self.cell.scale)),
        };
        wrong.unwrap_or_else(|| format!("is not a number with {}", self.form()))
    }
}

impl CellParser for FormedDecimal {
    type Value = i128;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i128> {
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
        let formed = self.formed(cell);
        let plain = if self.signs.plain { self.cell.slow(cell).ok() } else { None };
        match (formed, plain) {
            (Ok(formed), Some(plain)) if formed != plain => {
                Err(format!("is ambiguous: a number with {}, or a number with a decimal point?", self.form()))
            }
            (Ok(value), _) | (Err(_), Some(value)) => Ok(value),
            (Err(miss), None) => Err(self.explained(cell, miss)),
        }
    }
}
