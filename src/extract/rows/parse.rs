//! One cell's text -> one value. Each type has a fast path for the usual spelling, which reads eight bytes at a time,
//! and a slow path for every allowed spelling, which also finds out what is wrong.
//!
//! The fast paths receive the cell as a range of a longer text, since they may read past its end.

use std::sync::Arc;

use chrono::NaiveDate;

use super::days::{covers, day_number};
use super::exponent::{ROUNDED, WrittenOut, written_out};
use super::fix::FixKind;
use super::moment::{MICROS, Miss, Moment, iso, looks_like_count, micros, utc_offset};
use super::notes::Note;
use crate::local_time::LocalTime;

/// Parses cells of one type.
pub(super) trait CellParser {
    /// The type of the values.
    type Value: Copy + PartialOrd + std::fmt::Debug;

    /// The value of the cell `text[start..end]` if it has the usual spelling. `None` means nothing about other
    /// spellings.
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<Self::Value>;

    /// The value of a cell that is not empty and has no spaces around it, or what is wrong with it.
    fn slow(&self, cell: &[u8]) -> Result<Self::Value, String>;

    /// As [`CellParser::slow`], with what readers of the value should know.
    fn slow_noted(&self, cell: &[u8]) -> Result<(Self::Value, Option<Note>), String> {
        self.slow(cell).map(|value| (value, None))
    }

    /// As [`CellParser::slow`], for values that people declare: nothing is cut off.
    fn exact(&self, cell: &[u8]) -> Result<Self::Value, String> {
        match self.slow_noted(cell)? {
            (_, Some(Note::FractionCut)) => Err("has more than 6 decimals in its seconds".to_owned()),
            (value, _) => Ok(value),
        }
    }

    /// Whether a cell that cannot be read is a value outside the range of the type.
    fn is_beyond(&self, _cell: &[u8]) -> bool {
        false
    }

    /// The first or last value of a day; `None` if values are not times.
    fn bound(&self, _day: NaiveDate, _is_last: bool) -> Option<Self::Value> {
        None
    }

    /// Whether a cell without spaces around it is a word for an empty cell.
    fn is_null(&self, _cell: &[u8]) -> bool {
        false
    }

    /// Whether a cell that cannot be read is such a word all the same: one that means a time outside the range of the type.
    fn is_far_null(&self, _cell: &[u8]) -> bool {
        false
    }

    /// Whether NUL bytes at the ends of a cell do not belong to it.
    fn pads(&self) -> bool {
        false
    }

    /// The text that a cell without a fault is read as, if it is another one, and why.
    fn corrected(&self, _cell: &[u8]) -> Option<(FixKind, Box<[u8]>)> {
        None
    }
}

/// `int`.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntCell;

/// `decimal(p,s)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct DecimalCell {
    pub(super) precision: u8,
    pub(super) scale: u8,
}

/// `date`, in days since 1970-01-01.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateCell;

/// `timestamp`, in microseconds since 1970 UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimestampCell<'a> {
    pub(super) zone: &'a LocalTime,
}

/// `timestamp`, with a zone of its own.
#[derive(Clone, Debug)]
pub(super) struct ZonedCell(pub(super) Arc<LocalTime>);

/// `bool`.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoolCell;

/// A cell without the ASCII spaces around it.
pub(super) fn trim(cell: &[u8]) -> &[u8] {
    let start = cell.iter().position(|b| *b != b' ').unwrap_or(cell.len());
    let end = cell.iter().rposition(|b| *b != b' ').map_or(start, |last| last + 1);
    &cell[start..end]
}

impl CellParser for IntCell {
    type Value = i64;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        match end.wrapping_sub(start) {
            size @ 1..=8 => digits(word(text, start), size).map(i64::from),
            size @ 9..=16 => {
                let high = digits(word(text, start), size - 8)?;
                let low = digits(word(text, end - 8), 8)?;
                Some(i64::from(high) * 100_000_000 + i64::from(low))
            }
            _ => None,
        }
    }

    fn slow(&self, cell: &[u8]) -> Result<i64, String> {
        let (_, number) = sign(cell);
        let point = number.iter().position(|byte| *byte == b'.');
        // 1.000 is one thousand to many, and one to others: only the declaration can decide.
        if point.is_some_and(|at| (1..=3).contains(&at) && number.len() == at + 4) && !number.starts_with(b"0.") {
            return exact_whole(cell).and_then(|_| Err(AMBIGUOUS.to_owned()));
        }
        exact_whole(cell)
    }
}

const AMBIGUOUS: &str = "is ambiguous: is the point a decimal sign, or does it separate thousands? Declare `decimal_sign` \
                         or `thousands_signs` under `values`";

/// A whole number, perhaps with a fraction of zeros or an exponent.
pub(super) fn exact_whole(cell: &[u8]) -> Result<i64, String> {
    let (negative, number) = sign(cell);
    if !number.is_empty() && number.iter().all(u8::is_ascii_digit) {
        return whole_value(negative, number);
    }
    if let Some(whole) = without_zeros(number) {
        return whole_value(negative, whole);
    }
    match written_out(cell, b'.') {
        Some(number) if number.is_filled => Err(ROUNDED.to_owned()),
        Some(number) => exact_whole(&number.text),
        _ => Err("is not a whole number".to_owned()),
    }
}

/// The digits before a point and zeros.
fn without_zeros(number: &[u8]) -> Option<&[u8]> {
    let (whole, fraction) = number.split_at(number.iter().position(|byte| *byte == b'.')?);
    let is_whole = !whole.is_empty() && whole.iter().all(u8::is_ascii_digit);
    (is_whole && fraction.len() > 1 && fraction[1..].iter().all(|digit| *digit == b'0')).then_some(whole)
}

fn whole_value(negative: bool, digits: &[u8]) -> Result<i64, String> {
    digits
        .iter()
        .try_fold(0_i64, |sum, digit| {
            let digit = i64::from(digit - b'0');
            sum.checked_mul(10)?.checked_add(if negative { -digit } else { digit })
        })
        .ok_or_else(|| "is too large for a whole number of 64 bits".to_owned())
}

/// A decimal of at most eight characters, with `POINT` and all digits after it.
#[inline(always)]
pub(super) fn fast_decimal<const POINT: u8>(ty: &DecimalCell, text: &[u8], start: usize, end: usize) -> Option<i128> {
    let (size, scale) = (end.wrapping_sub(start), usize::from(ty.scale));
    if scale == 0 || scale > 6 || size > 8 || size < scale + 2 || size > usize::from(ty.precision) {
        return None;
    }
    // With the cell's end at the word's end, the point is always in the same byte: the digits before it move up by one
    // byte and close the gap.
    let cell = (word(text, start) ^ ZEROS) << (64 - 8 * size);
    let point = 56 - 8 * scale;
    if (cell >> point) as u8 != POINT ^ b'0' {
        return None;
    }
    let fraction = cell & (u64::MAX << (point + 8));
    let whole = cell & ((1 << point) - 1);
    joined(fraction | (whole << 8)).map(i128::from)
}

/// How the reason begins if a number has more digits than its column.
pub(super) const TOO_MANY: &str = "has more than";

impl DecimalCell {
    /// The value of a number that had an exponent.
    pub(super) fn exact(&self, number: &WrittenOut) -> Result<i128, String> {
        if number.is_filled && !number.is_shortest { Err(ROUNDED.to_owned()) } else { self.slow(&number.text) }
    }
}

impl CellParser for DecimalCell {
    type Value = i128;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i128> {
        fast_decimal::<b'.'>(self, text, start, end)
    }

    fn slow(&self, cell: &[u8]) -> Result<i128, String> {
        let (negative, number) = sign(cell);
        let mut parts = number.splitn(2, |b| *b == b'.');
        let (whole, fraction) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut all = whole.iter().chain(fraction);
        if (whole.is_empty() && fraction.is_empty()) || !all.all(u8::is_ascii_digit) {
            return match written_out(cell, b'.') {
                Some(number) => self.exact(&number),
                None => Err("is not a number".to_owned()),
            };
        }
        let scale = usize::from(self.scale);
        let (kept, beyond) = fraction.split_at(fraction.len().min(scale));
        if beyond.iter().any(|b| *b != b'0') {
            return Err(format!("{TOO_MANY} {scale} digits after the decimal point"));
        }
        let zeros = std::iter::repeat_n(&b'0', scale - kept.len());
        let limit = 10_i128.checked_pow(u32::from(self.precision)).unwrap_or(i128::MAX);
        whole
            .iter()
            .chain(kept)
            .chain(zeros)
            .try_fold(0_i128, |sum, digit| sum.checked_mul(10)?.checked_add(i128::from(digit - b'0')))
            .filter(|value| *value < limit)
            .map(|value| if negative { -value } else { value })
            .ok_or_else(|| format!("is too large for decimal({},{})", self.precision, self.scale))
    }
}

impl CellParser for DateCell {
    type Value = i32;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i32> {
        if end.wrapping_sub(start) != 10 { None } else { calendar_day(text, start) }
    }

    fn slow(&self, cell: &[u8]) -> Result<i32, String> {
        match calendar_day(cell, 0).filter(|_| cell.len() == 10) {
            Some(day) => Ok(day),
            None => iso(cell, false)
                .and_then(whole_day)
                .and_then(day_in_years)
                .map_err(|miss| miss.reason(|| with_hint("is not a date (YYYY-MM-DD)", looks_like(cell, true)))),
        }
    }

    fn is_beyond(&self, cell: &[u8]) -> bool {
        iso(cell, false).and_then(Moment::in_years) == Err(Miss::Years)
    }

    fn bound(&self, day: NaiveDate, _is_last: bool) -> Option<i32> {
        Some(day_bound(day))
    }
}

/// The day of a moment that is a whole day. With another time of day it would depend on the zone.
pub(super) fn whole_day(moment: Moment) -> Result<i32, Miss> {
    const TIME: Miss = Miss::Because(
        "has a time of day and the column is a date: declare it as timestamp, or a format with the time in date_formats",
    );
    if moment.is_whole_day() { Ok(moment.day) } else { Err(TIME) }
}

fn day_in_years(day: i32) -> Result<i32, Miss> {
    if covers(i64::from(day)) { Ok(day) } else { Err(Miss::Years) }
}

/// Which named form would read a cell.
fn looks_like(cell: &[u8], is_date: bool) -> Option<String> {
    let wide = || iso(cell, true).and_then(Moment::in_years).is_ok();
    let named = if is_date { "iso_8601 in date_formats reads it" } else { "iso_8601 in timestamp_formats reads it" };
    looks_like_count(cell, is_date).or_else(|| wide().then(|| named.to_owned()))
}

fn with_hint(what: &str, hint: Option<String>) -> String {
    hint.map_or_else(|| what.to_owned(), |hint| format!("{what}; {hint}"))
}

/// A day as a bound of dates.
pub(super) fn day_bound(day: NaiveDate) -> i32 {
    day.to_epoch_days()
}

/// The first or last instant of a day as a bound of timestamps.
pub(super) fn instant_bound(day: NaiveDate, is_last: bool, zone: &LocalTime) -> i64 {
    match is_last {
        false => zone.start_of_day(day),
        true => day.succ_opt().map_or(i64::MAX, |next| zone.start_of_day(next) - 1),
    }
}

const TIMESTAMP_FORM: &str = "is not a timestamp (YYYY-MM-DD HH:MM:SS)";

impl CellParser for TimestampCell<'_> {
    type Value = i64;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        if end.wrapping_sub(start) != 19 || !matches!(text[start + 10], b' ' | b'T') {
            return None;
        }
        let day = calendar_day(text, start)?;
        let second = time_of_day(text, start + 11)?;
        Some(self.zone.to_utc(day, second) * MICROS)
    }

    fn slow(&self, cell: &[u8]) -> Result<i64, String> {
        self.slow_noted(cell).map(|(instant, _)| instant)
    }

    fn slow_noted(&self, cell: &[u8]) -> Result<(i64, Option<Note>), String> {
        if let Some((instant, is_cut)) = self.usual(cell) {
            return Ok((instant, is_cut.then_some(Note::FractionCut)));
        }
        let moment = iso(cell, false)
            .and_then(Moment::in_years)
            .map_err(|miss| miss.reason(|| with_hint(TIMESTAMP_FORM, looks_like(cell, false))))?;
        Ok((moment.instant(self.zone), moment.noted()))
    }

    fn is_beyond(&self, cell: &[u8]) -> bool {
        iso(cell, false).and_then(Moment::in_years) == Err(Miss::Years)
    }

    fn bound(&self, day: NaiveDate, is_last: bool) -> Option<i64> {
        Some(instant_bound(day, is_last, self.zone))
    }
}

impl TimestampCell<'_> {
    /// A day alone, or with a time of day, a fraction and an offset in their usual forms; and whether digits were cut off.
    fn usual(&self, cell: &[u8]) -> Option<(i64, bool)> {
        let (date, rest) = cell.split_at_checked(10)?;
        let day = calendar_day(date, 0)?;
        if rest.is_empty() {
            return Some((self.zone.to_utc(day, 0) * MICROS, false));
        }
        let [b' ' | b'T', time @ ..] = rest else { return None };
        let (clock, mut rest) = time.split_at_checked(8)?;
        let second = time_of_day(clock, 0)?;
        let (mut fine, mut is_cut) = (0, false);
        if let [b'.', after @ ..] = rest {
            let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
            (fine, is_cut) = micros(&after[..digits])?;
            rest = &after[digits..];
        }
        let utc = match rest {
            [] => self.zone.to_utc(day, second),
            _ => i64::from(day) * 86_400 + second - utc_offset(rest)?,
        };
        Some((utc * MICROS + i64::from(fine), is_cut))
    }
}

impl CellParser for ZonedCell {
    type Value = i64;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        TimestampCell { zone: &self.0 }.fast(text, start, end)
    }

    fn slow(&self, cell: &[u8]) -> Result<i64, String> {
        TimestampCell { zone: &self.0 }.slow(cell)
    }

    fn slow_noted(&self, cell: &[u8]) -> Result<(i64, Option<Note>), String> {
        TimestampCell { zone: &self.0 }.slow_noted(cell)
    }

    fn is_beyond(&self, cell: &[u8]) -> bool {
        TimestampCell { zone: &self.0 }.is_beyond(cell)
    }

    fn bound(&self, day: NaiveDate, is_last: bool) -> Option<i64> {
        TimestampCell { zone: &self.0 }.bound(day, is_last)
    }
}

impl CellParser for BoolCell {
    type Value = bool;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<bool> {
        let word = word(text, start);
        match end.wrapping_sub(start) {
            4 if word as u32 == u32::from_le_bytes(*b"true") => Some(true),
            5 if word << 24 == u64::from_le_bytes(*b"\0\0\0false") => Some(false),
            _ => None,
        }
    }

    fn slow(&self, cell: &[u8]) -> Result<bool, String> {
        let is = |words: &[&str]| words.iter().any(|word| cell.eq_ignore_ascii_case(word.as_bytes()));
        match () {
            () if is(&["true", "t", "yes", "1"]) => Ok(true),
            () if is(&["false", "f", "no", "0"]) => Ok(false),
            () => Err("is neither true nor false (true/false, t/f, yes/no, 1/0)".to_owned()),
        }
    }
}

const ZEROS: u64 = 0x3030_3030_3030_3030;
pub(super) const SIXES: u64 = 0x0606_0606_0606_0606;
pub(super) const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;

/// The eight bytes from `start`, the first one lowest; zeros beyond the end of the text.
#[inline(always)]
fn word(text: &[u8], start: usize) -> u64 {
    match text.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => last_word(text, start),
    }
}

#[cold]
fn last_word(text: &[u8], start: usize) -> u64 {
    let rest = text.get(start..).unwrap_or_default();
    rest.iter().take(8).rev().fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

/// The number in the first `size` (1 to 8) bytes of a word.
#[inline(always)]
fn digits(word: u64, size: usize) -> Option<u32> {
    joined((word ^ ZEROS) << (64 - 8 * size))
}

/// Eight bytes, each the value of a digit, the first one lowest -> the number, in three multiplications instead of
/// eight.
#[inline(always)]
fn joined(cell: u64) -> Option<u32> {
    if (cell | cell.wrapping_add(SIXES)) & HIGH != 0 {
        return None;
    }
    let pairs = cell.wrapping_mul(10).wrapping_add(cell >> 8);
    const EVERY_FOURTH: u64 = 0x0000_00FF_0000_00FF;
    let high = (pairs & EVERY_FOURTH).wrapping_mul(100 + (1_000_000 << 32));
    let low = ((pairs >> 16) & EVERY_FOURTH).wrapping_mul(1 + (10_000 << 32));
    Some((high.wrapping_add(low) >> 32) as u32)
}

/// Two-digit numbers in a word that matches `form`, each in the byte of its first digit.
#[inline(always)]
fn pairs(word: u64, form: &[u8; 8], exact: u64) -> Option<u64> {
    let cell = word ^ u64::from_le_bytes(*form);
    if ((cell | cell.wrapping_add(SIXES)) & HIGH) | (cell & exact) != 0 {
        return None;
    }
    Some(cell.wrapping_mul(10).wrapping_add(cell >> 8))
}

#[inline(always)]
fn pair_at(pairs: u64, byte: u32) -> u32 {
    u32::from((pairs >> (8 * byte)) as u8)
}

/// `YYYY-MM-DD` at `start`.
#[inline(always)]
fn calendar_day(text: &[u8], start: usize) -> Option<i32> {
    let first = pairs(word(text, start), b"0000-00-", 0xFF00_00FF_0000_0000)?;
    let second = pairs(word(text, start + 2), b"00-00-00", 0x0000_FF00_00FF_0000)?;
    day_number(pair_at(first, 0) * 100 + pair_at(first, 2), pair_at(first, 5), pair_at(second, 6))
}

/// `HH:MM:SS` at `start`, in seconds.
#[inline(always)]
fn time_of_day(text: &[u8], start: usize) -> Option<i64> {
    let clock = pairs(word(text, start), b"00:00:00", 0x0000_FF00_00FF_0000)?;
    let (hour, minute, second) = (pair_at(clock, 0), pair_at(clock, 3), pair_at(clock, 6));
    (hour < 24 && minute < 60 && second < 60).then(|| i64::from(hour * 3600 + minute * 60 + second))
}

/// Whether a number is negative, and the number without its sign and the spaces behind it. U+2212 is the minus sign of
/// Swedish and Finnish.
pub(super) fn sign(cell: &[u8]) -> (bool, &[u8]) {
    match cell {
        [b'-', rest @ ..] | [0xE2, 0x88, 0x92, rest @ ..] => (true, after_spaces(rest)),
        [b'+', rest @ ..] => (false, after_spaces(rest)),
        _ => (false, cell),
    }
}

/// A text without the spaces at its start: plain ones, and those that do not break.
pub(super) fn after_spaces(mut text: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [0xC2, 0xA0, rest @ ..] | [0xE2, 0x80, 0xAF | 0x89, rest @ ..] = text {
        text = rest;
    }
    text
}
