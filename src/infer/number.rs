//! One cell as a number: its value with a decimal point and with a decimal comma, since a single cell is often
//! ambiguous.

/// Signs allowed between groups of three digits, numbered from 1.
pub(super) const GROUP_SIGNS: [char; 7] = ['.', ',', ' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];

/// Signs and words next to amounts, the longer ones first.
pub(super) const CURRENCY_SIGNS: [&str; 16] =
    ["kr.", "kr", "Kr.", "Kr", "KR", "SEK", "NOK", "DKK", "EUR", "USD", "GBP", "CHF", ":-", "€", "$", "£"];

/// A cell, read with one decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Number of the sign between groups; 0 if there is none.
    pub(super) group: u8,
    /// Digits before the decimal sign.
    pub(super) whole: u8,
    /// Digits after the decimal sign.
    pub(super) fraction: u8,
    /// Those up to the last one that is not zero.
    pub(super) used: u8,
}

/// A cell with at least one reading as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    /// Read with `.` as the decimal sign.
    pub(super) point: Option<Reading>,
    /// Read with `,` as the decimal sign.
    pub(super) comma: Option<Reading>,
    /// Number of the currency sign; 0 if there is none.
    pub(super) currency: u8,
    /// Whether it consists of digits only.
    pub(super) plain: bool,
    /// Whether it has a leading zero, as in codes.
    pub(super) leading_zero: bool,
    /// The digits as a whole number, for comparison.
    digits: f64,
    negative: bool,
}

impl Number {
    /// Its approximate value, read with a decimal comma or point.
    pub(super) fn value(&self, comma: bool) -> Option<f64> {
        let reading = if comma { self.comma } else { self.point }?;
        let value = self.digits / 10_f64.powi(i32::from(reading.fraction));
        Some(if self.negative { -value } else { value })
    }
}

/// The most groups of digits in a plausible number.
const MOST_RUNS: usize = 16;

/// Reads a cell without spaces around it.
pub(super) fn number(cell: &[u8]) -> Option<Number> {
    let (cell, currency) = without_currency(cell);
    let (negative, cell) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    // The sign may also precede the currency.
    let (cell, currency) = if currency == 0 { without_currency(cell) } else { (cell, currency) };
    let mut runs = [0_u8; MOST_RUNS];
    let mut signs = [0_u8; MOST_RUNS];
    let (mut count, mut at, mut digits) = (0, 0, 0_f64);
    loop {
        let start = at;
        while let Some(digit) = cell.get(at).filter(|byte| byte.is_ascii_digit()) {
            digits = digits * 10.0 + f64::from(digit - b'0');
            at += 1;
        }
        runs[count] = u8::try_from(at - start).ok()?;
        if at == cell.len() {
            break;
        }
        let (sign, width) = group_sign(&cell[at..])?;
        signs[count] = sign;
        count += 1;
        at += width;
        if count == MOST_RUNS {
            return None;
        }
    }
    let all: u32 = runs[..=count].iter().map(|run| u32::from(*run)).sum();
    if all == 0 || all > 38 {
        return None;
    }
    let leading_zero = cell[0] == b'0' && runs[0] > 1;
    let zeros = cell.iter().rev().take_while(|byte| **byte == b'0').count();
    let zeros = u8::try_from(zeros).ok()?;
    let point = reading(&runs[..=count], &signs[..count], 1, zeros);
    let comma = reading(&runs[..=count], &signs[..count], 2, zeros);
    if point.is_none() && comma.is_none() {
        return None;
    }
    let plain = count == 0 && currency == 0 && !negative;
    Some(Number { point, comma, currency, plain, leading_zero, digits, negative })
}

fn reading(runs: &[u8], signs: &[u8], decimal: u8, zeros: u8) -> Option<Reading> {
    let (groups, between, fraction) = match signs.last() {
        Some(last) if *last == decimal => (&runs[..runs.len() - 1], &signs[..signs.len() - 1], runs[runs.len() - 1]),
        _ => (runs, signs, 0),
    };
    let group = between.first().copied().unwrap_or(0);
    let alike = between.iter().all(|sign| *sign == group && *sign != decimal);
    let in_threes = group == 0 || ((1..=3).contains(&groups[0]) && groups[1..].iter().all(|run| *run == 3));
    let whole = groups.iter().fold(0_u8, |sum, run| sum.saturating_add(*run));
    (alike && in_threes).then_some(Reading { group, whole, fraction, used: fraction.saturating_sub(zeros) })
}

fn group_sign(text: &[u8]) -> Option<(u8, usize)> {
    Some(match text {
        [b'.', ..] => (1, 1),
        [b',', ..] => (2, 1),
        [b' ', ..] => (3, 1),
        [0xC2, 0xA0, ..] => (4, 2),
        [0xE2, 0x80, 0xAF, ..] => (5, 3),
        [b'\'', ..] => (6, 1),
        [0xE2, 0x80, 0x99, ..] => (7, 3),
        _ => return None,
    })
}

/// The cell without a currency sign at its start or end, and the sign's number.
fn without_currency(cell: &[u8]) -> (&[u8], u8) {
    let beside =
        |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b','));
    if beside(cell.first())
        && beside(cell.last())
        && !cell.ends_with(b":-")
        && !cell.ends_with(b"kr.")
        && !cell.ends_with(b"Kr.")
    {
        return (cell, 0);
    }
    for (number, sign) in (1_u8..).zip(CURRENCY_SIGNS) {
        let found = cell.strip_suffix(sign.as_bytes()).or_else(|| cell.strip_prefix(sign.as_bytes()));
        if let Some(rest) = found.map(without_blanks).filter(|rest| !rest.is_empty()) {
            return (rest, number);
        }
    }
    (cell, 0)
}

/// The text without spaces, including no-break spaces, next to a currency sign.
fn without_blanks(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [b' ', rest @ ..] | [rest @ .., b' '] | [0xC2, 0xA0, rest @ ..] | [rest @ .., 0xC2, 0xA0] => rest,
            [0xE2, 0x80, 0xAF, rest @ ..] | [rest @ .., 0xE2, 0x80, 0xAF] => rest,
            _ => return text,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = Option<(u8, u8, u8)>;

    fn read(text: &str) -> (Read, Read) {
        let found = number(text.as_bytes());
        let parts = |reading: Reading| (reading.group, reading.whole, reading.fraction);
        (found.and_then(|number| number.point).map(parts), found.and_then(|number| number.comma).map(parts))
    }

    #[test]
    fn a_number_is_read_with_either_sign() {
        assert_eq!(read("1234"), (Some((0, 4, 0)), Some((0, 4, 0))));
        assert_eq!(read("1234,5"), (None, Some((0, 4, 1))));
        assert_eq!(read("-1.234"), (Some((0, 1, 3)), Some((1, 4, 0))));
        assert_eq!(read("1 234,50"), (None, Some((3, 4, 2))));
        assert_eq!(read("1.234,50"), (None, Some((1, 4, 2))));
        assert_eq!(read("1,234,567.5"), (Some((2, 7, 1)), None));
        assert_eq!(read("12 34"), (None, None));
        assert_eq!(read("2024-01-01"), (None, None));
        assert_eq!(read(""), (None, None));
        assert_eq!(read("-"), (None, None));
    }

    #[test]
    fn a_currency_sign_may_be_on_either_side() {
        for text in ["89,50 kr", "kr 89,50", "-89,50\u{a0}€", "€89,50", "-€ 89,50", "SEK 89,50"] {
            let found = number(text.as_bytes()).unwrap();
            assert!(found.currency > 0, "{text}");
            assert_eq!(found.value(true).unwrap().abs(), 89.5, "{text}");
        }
        assert_eq!(number(b"100:-").unwrap().value(false), Some(100.0));
        assert!(number(b"kr").is_none());
    }
}
