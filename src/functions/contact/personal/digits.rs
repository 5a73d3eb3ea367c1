//! Dates and made-up digits in personal identity numbers.

use crate::functions::contact::spelling::{is_digits, is_repeated};

/// A day that the calendar has.
pub(super) fn is_day(year: i32, month: u32, day: u32) -> bool {
    chrono::NaiveDate::from_ymd_opt(year, month, day).is_some()
}

/// The digits from `start` as a number. The text has digits there.
pub(super) fn two(digits: &str, start: usize) -> u32 {
    digits.bytes().skip(start).take(2).fold(0, |sum, byte| sum * 10 + u32::from(byte & 0xF))
}

/// Digits that people type where a number is required: one digit repeated, or nothing but zeros after the date.
pub(super) fn is_placeholder(digits: &str, zeros: usize) -> bool {
    !digits.is_empty()
        && is_digits(digits)
        && (is_repeated(digits) || digits.bytes().rev().take(zeros).all(|byte| byte == b'0'))
}
