//! Times in ISO 8601 and RFC 3339, beyond the usual spelling that the fast paths read.

use super::offset::{is_space, suffix};
use super::value::{Miss, Moment, TimeOfDay, day_of};
use crate::source::YEARS;
use chrono::{NaiveDate, Weekday};

/// A day with a time in `YYYY-MM-DD`, then `T` or spaces, `HH:MM:SS`, a fraction after a point or comma, and an offset.
/// With `wide`, every other form of ISO 8601 too: `20250301T134512Z`, `2025-W09-6`, `2025-060`, times without seconds.
pub(in crate::extract::rows) fn iso(cell: &[u8], wide: bool) -> Result<Moment, Miss> {
    let cell = std::str::from_utf8(cell).map_err(|_| Miss::Form)?;
    let parts = cell.split_once(['T', 't', ' ', '\u{A0}', '\u{202F}']);
    let (date, time) = parts.map_or((cell, None), |(date, time)| (date, Some(time.trim_start_matches(is_space))));
    let day = match plain_day(date) {
        Err(Miss::Form) if wide => other_day(date).ok_or(Miss::Form)?,
        found => found?,
    };
    let Some(time) = time else { return Moment::new(day, TimeOfDay::default()) };
    // An offset begins with a sign, a letter, a bracket or a space.
    let end =
        time.find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, ':' | '.' | ',')).unwrap_or(time.len());
    let (clock, rest) = time.split_at(end);
    let found = Moment::new(day, time_of_day(clock, wide).ok_or(Miss::Form)?)?;
    match rest {
        "" => Ok(found),
        rest => {
            let (offset, zone) = suffix(rest.as_bytes()).ok_or(Miss::Form)?;
            found.by(offset, zone)
        }
    }
}

fn plain_day(date: &str) -> Result<i32, Miss> {
    let parts = match date.as_bytes() {
        [year @ .., b'-', m1, m2, b'-', d1, d2] if year.len() == 4 => {
            [number(year), number(&[*m1, *m2]), number(&[*d1, *d2])]
        }
        _ => [None; 3],
    };
    let [Some(year), Some(month), Some(day)] = parts else { return Err(Miss::Form) };
    // 0000-00-00 is a day of no year rather than no day.
    let is_other_year = !YEARS.contains(&year);
    day_of(year, month, day).map_err(|miss| if is_other_year { Miss::Years } else { miss })
}

/// Week dates, ordinal dates, and dates without hyphens.
fn other_day(date: &str) -> Option<i32> {
    let date = date.as_bytes();
    let (year, rest) = date.split_at_checked(4)?;
    let year = number(year)?;
    let (is_extended, rest) = match rest {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let of_year = i32::try_from(year).ok()?;
    let found = match rest {
        [b'W', w1, w2, b'-', day] if is_extended => week_day(of_year, &[*w1, *w2], *day)?,
        [b'W', w1, w2, day] if !is_extended => week_day(of_year, &[*w1, *w2], *day)?,
        [_, _, _] => NaiveDate::from_yo_opt(of_year, number(rest)?)?,
        [m1, m2, d1, d2] if !is_extended => {
            return day_of(year, number(&[*m1, *m2])?, number(&[*d1, *d2])?).ok();
        }
        _ => return None,
    };
    Some(found.to_epoch_days())
}

fn week_day(year: i32, week: &[u8], day: u8) -> Option<NaiveDate> {
    let day = day.checked_sub(b'1').filter(|day| *day < 7)?;
    NaiveDate::from_isoywd_opt(year, number(week)?, Weekday::try_from(day).ok()?)
}

fn time_of_day(clock: &str, wide: bool) -> Option<TimeOfDay> {
    let (whole, fraction) = match clock.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction.as_bytes())),
        None => (clock, None),
    };
    let (hour, minute, second) = match whole.as_bytes() {
        [a, b, b':', c, d, b':', e, f] => (number(&[*a, *b])?, number(&[*c, *d])?, number(&[*e, *f])?),
        [a, b, c, d, e, f] if wide => (number(&[*a, *b])?, number(&[*c, *d])?, number(&[*e, *f])?),
        [a, b, b':', c, d] | [a, b, c, d] if wide && fraction.is_none() => (number(&[*a, *b])?, number(&[*c, *d])?, 0),
        [a, b] if wide && fraction.is_none() => (number(&[*a, *b])?, 0, 0),
        _ => return None,
    };
    let (micros, is_cut) = match fraction {
        None => (0, false),
        Some(digits) => micros(digits)?,
    };
    Some(TimeOfDay { hour, minute, second, micros, is_cut })
}

/// The fraction of a second in microseconds, and whether digits beyond were cut off.
pub(in crate::extract::rows) fn micros(digits: &[u8]) -> Option<(u32, bool)> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (fraction, beyond) = digits.split_at(digits.len().min(6));
    let zeros = std::iter::repeat_n(&b'0', 6 - fraction.len());
    let micros = fraction.iter().chain(zeros).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some((micros, beyond.iter().any(|digit| *digit != b'0')))
}

/// A number of at most nine digits.
fn number(digits: &[u8]) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.len() <= 9 && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_time::LocalTime;

    /// The instant of a cell in a column of Stockholm's time.
    fn instant(cell: &str, wide: bool) -> Result<String, Miss> {
        let zone = LocalTime::shared(chrono_tz::Europe::Stockholm);
        let at = iso(cell.as_bytes(), wide)?.instant(&zone);
        Ok(chrono::DateTime::from_timestamp_micros(at).unwrap().format("%FT%T%.fZ").to_string())
    }

    #[test]
    fn every_form_is_the_same_instant() {
        // Python: datetime(2025, 3, 1, 12, 45, 12, 500000, UTC)
        for cell in [
            "2025-03-01T13:45:12.5",
            "2025-03-01t13:45:12,5",
            "2025-03-01 13:45:12.500000+01",
            "2025-03-01 12:45:12.5z",
            "2025-03-01  13:45:12.5 +0100",
            "2025-03-01T13:45:12.5GMT+1",
            "2025-03-01 12:45:12.5 UTC",
            "2025-03-01T13:45:12.5+01:00[Europe/Stockholm]",
            "2025-03-01T12:45:12.5[UTC]",
        ] {
            assert_eq!(instant(cell, false).as_deref(), Ok("2025-03-01T12:45:12.500Z"), "{cell}");
        }
        for cell in [
            "20250301T134512,5+0100",
            "2025-W09-6T13:45:12.5",
            "2025W096T134512.5",
            "2025-060T13:45:12.5",
            "2025060T134512.5",
        ] {
            assert_eq!(instant(cell, true).as_deref(), Ok("2025-03-01T12:45:12.500Z"), "{cell}");
            assert_eq!(instant(cell, false), Err(Miss::Form), "{cell}");
        }
        for (cell, expected) in [
            ("2025-03-01T13:45", "2025-03-01T12:45:00Z"),
            ("20250301T13", "2025-03-01T12:00:00Z"),
            ("2020-W53-7", "2021-01-02T23:00:00Z"),
            ("2024-366", "2024-12-30T23:00:00Z"),
        ] {
            assert_eq!(instant(cell, true).as_deref(), Ok(expected), "{cell}");
        }
    }

    #[test]
    fn the_end_of_a_day_is_the_next_midnight_and_nothing_is_later() {
        assert_eq!(instant("2025-03-01T24:00:00", false).as_deref(), Ok("2025-03-01T23:00:00Z"));
        assert_eq!(instant("2024-12-31 24:00:00.000Z", false).as_deref(), Ok("2025-01-01T00:00:00Z"));
        for cell in ["2025-03-01T24:05:00", "2025-03-01T24:00:01", "2025-03-01 24:00:00.000001", "2025-03-01 25:00:00"]
        {
            assert_eq!(instant(cell, false), Err(Miss::Form), "{cell}");
        }
        let leap = instant("2016-12-31T23:59:60Z", false).unwrap_err().reason(String::new);
        assert!(leap.starts_with("has a leap second"), "{leap}");
    }

    #[test]
    fn an_offset_must_be_that_of_the_zone_beside_it() {
        let wrong = instant("2025-07-01T13:45:12+01:00[Europe/Stockholm]", false).unwrap_err().reason(String::new);
        assert!(wrong.contains("not that of the zone"), "{wrong}");
        // Both offsets of the hour that clocks show twice are right.
        for (cell, expected) in [
            ("2025-10-26T02:30:00+02:00[Europe/Stockholm]", "2025-10-26T00:30:00Z"),
            ("2025-10-26T02:30:00+01:00[Europe/Stockholm]", "2025-10-26T01:30:00Z"),
        ] {
            assert_eq!(instant(cell, false).as_deref(), Ok(expected), "{cell}");
        }
    }

    #[test]
    fn other_texts_are_not_times() {
        for cell in [
            "",
            "2025",
            "2025-3-1",
            "2025-02-29",
            "2025-13-01",
            "2025-W54-1",
            "2025-W09-8",
            "2025-W09",
            "2025-000",
            "2025-366",
            "2025-03-01T",
            "2025-03-01T1:45:12",
            "2025-03-01T13:45:12.",
            "2025-03-01T13:45:12 CET",
            "2025-03-01T13:45:12+1:5",
            "2025-03-01x13:45:12",
            "20250301 134512.5 x",
            "٢٠٢٥-03-01",
        ] {
            assert_eq!(instant(cell, true), Err(Miss::Form), "{cell}");
        }
    }
}
