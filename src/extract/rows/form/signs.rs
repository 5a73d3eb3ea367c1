//! Numbers with a decimal sign, signs between groups of digits, currency signs, and the signs of bookkeepers.
//!
//! A number consists of an optional sign (`-`, `+` or U+2212), an optional currency sign before or after it, digits,
//! and optionally the decimal sign with a fraction. Spaces, including no-break spaces, are allowed around the number
//! and next to the currency sign. The sign may be on either side of a leading currency sign, and a minus may directly
//! follow the digits. Spaces may stand behind a sign in front, and before one behind the number where these are declared.
//! Digits are written without signs between them, or in groups of three with the same sign between all groups; the first
//! group does not begin with 0. A price without cents may have dashes in their place (`12.--`). Parentheses, a side of the
//! ledger and words for zero are read where they are declared.

use memchr::memchr;

use super::{
    super::parse::{after_spaces, sign},
    Miss, choice,
};
use crate::config::Negative;
use crate::source::ValueForm;

const NO_BREAK: &[u8] = "\u{a0}".as_bytes();
const NARROW_NO_BREAK: &[u8] = "\u{202f}".as_bytes();
const EN_DASH: &[u8] = "\u{2013}".as_bytes();
/// What replaces the cents.
const NO_CENTS: [&[u8]; 6] = [b"-", b"--", EN_DASH, "\u{2013}\u{2013}".as_bytes(), "\u{2014}".as_bytes(), b"---"];

/// The signs of a column's numbers.
#[derive(Clone, Debug)]
pub(super) struct Signs {
    pub(super) decimal: u8,
    thousands: Vec<Box<[u8]>>,
    /// Longest first, since one may be a prefix of another.
    currency: Vec<Box<[u8]>>,
    negative: Vec<Negative>,
    zero_words: Vec<Box<[u8]>>,
    /// Whether a number with a point and no other sign is also accepted.
    pub(super) plain: bool,
    /// The group and currency signs, for messages.
    pub(super) shown: String,
}

/// A number whose signs are being taken off.
struct Rest<'a> {
    text: &'a [u8],
    negative: bool,
    /// Whether a sign was found: there is only one.
    is_signed: bool,
    has_currency: bool,
}

impl Signs {
    /// `None` if numbers have the usual form.
    pub(super) fn new(form: &ValueForm, plain: bool) -> Option<Self> {
        let is_usual = form.decimal_sign == '.'
            && form.thousands_signs.is_empty()
            && form.currency_signs.is_empty()
            && form.negative.is_empty()
            && form.zero_words.is_empty();
        (!is_usual).then(|| Self::of(form, plain))
    }

    pub(super) fn of(form: &ValueForm, plain: bool) -> Self {
        let bytes = |text: &str| text.as_bytes().to_vec().into_boxed_slice();
        let mut currency: Vec<Box<[u8]>> = form.currency_signs.iter().map(|sign| bytes(sign)).collect();
        currency.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Self {
            decimal: u8::try_from(form.decimal_sign).unwrap_or(b'.'),
            thousands: form.thousands_signs.iter().map(|sign| bytes(sign.encode_utf8(&mut [0; 4]))).collect(),
            currency,
            negative: form.negative.clone(),
            zero_words: form.zero_words.iter().map(|word| without_spaces(word.as_bytes()).into()).collect(),
            plain,
            shown: shown(form),
        }
    }

    /// Whether a sign separates thousands.
    pub(super) fn groups_by(&self, sign: u8) -> bool {
        self.thousands.iter().any(|known| **known == [sign])
    }

    /// The number reduced to a minus, its digits and a point.
    pub(super) fn bare(&self, cell: &[u8]) -> Result<Bare, Miss> {
        let mut rest = Rest { text: without_spaces(cell), negative: false, is_signed: false, has_currency: false };
        let mut bare = Bare::default();
        if !self.zero_words.is_empty() && self.is_zero(rest.text) {
            bare.push(b'0')?;
            return Ok(bare);
        }
        if !self.negative.is_empty() {
            self.take_declared(&mut rest);
        }
        self.take_sign_and_currency(&mut rest);
        if self.negative.contains(&Negative::Parentheses)
            && !rest.is_signed
            && let [b'(', inner @ .., b')'] = rest.text
        {
            (rest.text, rest.is_signed, rest.negative) = (without_spaces(inner), true, true);
            if !rest.has_currency {
                self.take_sign_and_currency(&mut rest);
            }
        }
        let whole_only = self.without_dashes(rest.text);
        if whole_only.is_none()
            && !rest.is_signed
            && let Some((before, is_minus)) = self.sign_behind(rest.text)
        {
            (rest.negative, rest.text) = (is_minus, before);
        }
        if rest.negative {
            bare.push(b'-')?;
        }
        let text = whole_only.unwrap_or(rest.text);
        let (whole, fraction) = match memchr(self.decimal, text) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        self.groups(whole, &mut bare)?;
        if let Some(fraction) = fraction {
            bare.push(b'.')?;
            bare.push_digits(fraction)?;
        }
        Ok(bare)
    }

    /// Takes off a sign and a currency sign. The sign may be on either side of a currency sign in front.
    fn take_sign_and_currency(&self, rest: &mut Rest<'_>) {
        rest.take_sign();
        if let Some(after) = self.currency.iter().find_map(|name| rest.text.strip_prefix(&**name)) {
            (rest.text, rest.has_currency) = (without_spaces(after), true);
            rest.take_sign();
        } else if let Some(before) = self.currency.iter().find_map(|name| rest.text.strip_suffix(&**name)) {
            (rest.text, rest.has_currency) = (without_spaces(before), true);
        }
    }

    /// Takes off a side of the ledger and an en dash that is a minus.
    #[cold]
    fn take_declared(&self, rest: &mut Rest<'_>) {
        let credit_is_negative = match self.negative.iter().find(|sign| matches!(sign, Negative::CrDr | Negative::DrCr))
        {
            Some(Negative::CrDr) => Some(true),
            Some(_) => Some(false),
            None => None,
        };
        if let Some(credit_is_negative) = credit_is_negative
            && let Some((is_credit, text)) = side(rest.text)
        {
            (rest.text, rest.is_signed, rest.negative) = (text, true, is_credit == credit_is_negative);
        }
        if !rest.is_signed
            && let Some(after) = rest.text.strip_prefix(EN_DASH)
        {
            (rest.text, rest.is_signed, rest.negative) = (after_spaces(after), true, true);
        }
        // Dashes behind the decimal sign stand for cents, and the dash of `:-` belongs to a currency sign.
        if !rest.is_signed
            && !self.currency.iter().any(|name| rest.text.ends_with(name))
            && self.negative.contains(&Negative::TrailingMinus)
            && self.without_dashes(rest.text).is_none()
            && let Some((before, is_minus)) = sign_behind(rest.text)
        {
            (rest.text, rest.is_signed, rest.negative) = (before, true, is_minus);
        }
    }

    /// The text before a sign behind the digits, and whether it is a minus.
    fn sign_behind<'a>(&self, text: &'a [u8]) -> Option<(&'a [u8], bool)> {
        if self.negative.contains(&Negative::TrailingMinus) {
            return sign_behind(text);
        }
        let before = text.strip_suffix(b"-").or_else(|| text.strip_suffix("\u{2212}".as_bytes()))?;
        Some((before, true))
    }

    /// The whole part of a price without cents, such as `12.--`.
    fn without_dashes<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        if text.last().is_none_or(u8::is_ascii_digit) {
            return None;
        }
        let at = memchr(self.decimal, text).filter(|at| *at > 0)?;
        NO_CENTS.contains(&&text[at + 1..]).then_some(&text[..at])
    }

    /// Whether a cell is a word for zero, perhaps with a currency sign.
    #[cold]
    fn is_zero(&self, text: &[u8]) -> bool {
        let is_word = |text: &[u8]| self.zero_words.iter().any(|word| **word == *text);
        is_word(text)
            || self.currency.iter().any(|name| {
                let before = text.strip_suffix(&**name).map(without_spaces);
                before.or_else(|| text.strip_prefix(&**name).map(without_spaces)).is_some_and(is_word)
            })
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
        let begins_with_zero = digits.first() == Some(&b'0');
        while !rest.is_empty() {
            let after = rest.strip_prefix(&**sign).ok_or(Miss::Form)?;
            let (group, after) = after.split_at_checked(3).ok_or(Miss::Form)?;
            bare.push_digits(group)?;
            rest = after;
        }
        // Nobody groups `0.125`: it has another decimal sign.
        if begins_with_zero { Err(Miss::Zero) } else { Ok(()) }
    }
}

impl Rest<'_> {
    fn take_sign(&mut self) {
        if !self.is_signed {
            let (minus, after) = sign(self.text);
            (self.is_signed, self.negative) = (after.len() < self.text.len(), minus);
            self.text = after;
        }
    }
}

/// The text before a sign at its end and the spaces before that, and whether it is a minus.
fn sign_behind(text: &[u8]) -> Option<(&[u8], bool)> {
    let minus = [b"-", "\u{2212}".as_bytes(), EN_DASH].iter().find_map(|minus| text.strip_suffix(*minus));
    let before = minus.or_else(|| text.strip_suffix(b"+"))?;
    Some((without_spaces(before), minus.is_some()))
}

/// The side of the ledger that a cell names, and the rest of the cell: true for credit.
fn side(text: &[u8]) -> Option<(bool, &[u8])> {
    let is_side = |word: &[u8]| match word.to_ascii_uppercase().as_slice() {
        b"CR" => Some(true),
        b"DR" => Some(false),
        _ => None,
    };
    let behind = text.split_at_checked(text.len().saturating_sub(2));
    let behind = behind.and_then(|(rest, word)| Some((is_side(word)?, without_spaces(rest))));
    let before = || text.split_at_checked(2).and_then(|(word, rest)| Some((is_side(word)?, without_spaces(rest))));
    behind.or_else(before)
}

/// The signs beside the decimal sign, for messages.
fn shown(form: &ValueForm) -> String {
    let mut shown = String::new();
    if !form.thousands_signs.is_empty() {
        let names: Vec<String> = form.thousands_signs.iter().map(|sign| named(*sign)).collect();
        shown.push_str(&format!(", {} between groups of three digits", choice(&names)));
    }
    if !form.currency_signs.is_empty() {
        shown.push_str(&format!(", currency {}", choice(&form.currency_signs)));
    }
    if !form.negative.is_empty() {
        let signs: Vec<String> = form.negative.iter().map(|sign| sign.shown().to_owned()).collect();
        shown.push_str(&format!(", negative {}", choice(&signs)));
    }
    shown
}

/// A sign in a form that readers can distinguish from others.
pub(super) fn named(sign: char) -> String {
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
pub(super) struct Bare {
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

    /// The number.
    pub(super) fn text(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// The number with bytes behind it, which fast parsers may read, and its length.
    #[inline]
    pub(super) fn padded(&self) -> (&[u8], usize) {
        (&self.bytes, self.used)
    }

    /// A sign or a decimal sign alone is not a number.
    pub(super) fn has_digits(&self) -> bool {
        self.text().iter().any(u8::is_ascii_digit)
    }
}
