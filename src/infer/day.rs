//! One cell as a day, or as a day with a time: all formats that fit it.

use chrono::NaiveDate;

/// Day formats (strftime); the index is the bit. The first is the default of `date`.
pub(super) const DAY_FORMS: [&str; 19] = [
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%y-%m-%d", "%Y-%m-%d", "%d %b %Y", "%d-%b-%Y", "%m.%d.%Y",
    "%m-%d-%y",
];
/// Year, month and day in eight digits.
pub(super) const EIGHT_DIGITS: usize = 4;

/// Time formats (strftime), by their number. The first two are the defaults of `timestamp`.
pub(super) const TIME_FORMS: [&str; 7] =
    ["%H:%M:%S", "%H:%M:%S%.f", "%H:%M", "%H.%M.%S", "%H.%M", "%I:%M:%S %p", "%I:%M %p"];

/// Pairs of formats that can fit the same day: one with the day first, the other with the month first.
pub(super) const EITHER_WAY: [(usize, usize); 5] = [(2, 3), (5, 6), (1, 17), (10, 11), (12, 18)];

/// The possible readings of a cell as a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Day {
    /// A bit for each format in [`DAY_FORMS`] that fits.
    pub(super) forms: u32,
    /// The time after the day, if any.
    pub(super) time: Option<Time>,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Time {
    /// Number of its format in [`TIME_FORMS`].
    pub(super) form: u8,
    /// The offset from UTC that follows.
    pub(super) offset: Offset,
    /// The character before it: a space or `T`.
    pub(super) mark: u8,
}

/// An offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Offset {
    None,
    /// Right after the time.
    Close,
    /// After a space.
    Apart,
}

/// Reads a cell without spaces around it. Calls `seen` with the day in each format that fits.
pub(super) fn day(cell: &[u8], mut seen: impl FnMut(usize, NaiveDate)) -> Option<Day> {
    if !(6..=40).contains(&cell.len()) || !cell.iter().any(u8::is_ascii_digit) {
        return None;
    }
    // The longest day has eleven characters.
    let forms = if cell.len() > 11 { 0 } else { days(cell, &mut seen) };
    if forms != 0 {
        return Some(Day { forms, time: None });
    }
    if cell.len() == 14 && cell.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let at = cell.iter().enumerate().find(|(at, byte)| {
        (**byte == b' ' || **byte == b'T')
            && *at >= 6
            && cell.get(at + 1).is_some_and(u8::is_ascii_digit)
            && cell[at + 1..].iter().any(|byte| matches!(byte, b':' | b'.'))
    })?;
    let (date, mark, rest) = (&cell[..at.0], *at.1, &cell[at.0 + 1..]);
    let (form, offset) = time(rest)?;
    let forms = days(date, &mut seen);
    (forms != 0).then_some(Day { forms, time: Some(Time { form, offset, mark }) })
}

fn days(date: &[u8], seen: &mut impl FnMut(usize, NaiveDate)) -> u32 {
    let mut bits = 0;
    let mut fits = |form: usize, year: u32, month: u32, day: u32| {
        let found = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
        if let Some(found) = found.filter(|_| (1900..=2100).contains(&year)) {
            bits |= 1 << form;
            seen(form, found);
        }
    };
    if date.len() == 8 && date.iter().all(u8::is_ascii_digit) {
        fits(EIGHT_DIGITS, value(&date[..4]), value(&date[4..6]), value(&date[6..]));
        return bits;
    }
    let mut parts = date.split(|byte| !byte.is_ascii_alphanumeric());
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return 0 };
    let mark = date[a.len()];
    if date[a.len() + 1 + b.len()] != mark || !is_number(a) || !is_number(c) {
        return 0;
    }
    let short = |part: &[u8]| part.len() <= 2;
    if !is_number(b) {
        if let Some(month) = month_of(b).filter(|_| short(a) && c.len() == 4) {
            match mark {
                b' ' => fits(15, value(c), month, value(a)),
                b'-' => fits(16, value(c), month, value(a)),
                _ => {}
            }
        }
        return bits;
    }
    let (x, y, z) = (value(a), value(b), value(c));
    match (a.len(), c.len(), mark) {
        (4, 2, b'-') if b.len() == 2 => fits(0, x, y, z),
        (4, 1 | 2, b'-') if short(b) => fits(14, x, y, z),
        (4, 1 | 2, b'/') if short(b) => fits(7, x, y, z),
        (4, 1 | 2, b'.') if short(b) => fits(8, x, y, z),
        (1 | 2, 4, b'.') if short(b) => {
            fits(1, z, y, x);
            fits(17, z, x, y);
        }
        (1 | 2, 4, b'/') if short(b) => {
            fits(2, z, y, x);
            fits(3, z, x, y);
        }
        (1 | 2, 4, b'-') if short(b) => {
            fits(5, z, y, x);
            fits(6, z, x, y);
        }
        (1 | 2, 2, b'.') if short(b) => fits(9, century(z), y, x),
        (1 | 2, 2, b'/') if short(b) => {
            fits(10, century(z), y, x);
            fits(11, century(z), x, y);
        }
        (2, 2, b'-') if b.len() == 2 => {
            fits(12, century(z), y, x);
            fits(18, century(z), x, y);
            fits(13, century(x), y, z);
        }
        _ => {}
    }
    bits
}

fn is_number(part: &[u8]) -> bool {
    (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
}

fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

/// A year from its last two digits: 70 to 99 are in the last century.
fn century(year: u32) -> u32 {
    if year >= 70 { 1900 + year } else { 2000 + year }
}

fn month_of(word: &[u8]) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let found = MONTHS.iter().position(|month| word.eq_ignore_ascii_case(month.as_bytes()))?;
    u32::try_from(found + 1).ok()
}

/// The format of a time, and whether an offset follows it.
fn time(text: &[u8]) -> Option<(u8, Offset)> {
    let (clock, offset) = without_offset(text);
    let (clock, half) = match clock.len().checked_sub(3).map(|at| clock.split_at(at)) {
        Some((rest, [b' ', b'A' | b'P' | b'a' | b'p', b'M' | b'm'])) => (rest, true),
        _ => (clock, false),
    };
    let (clock, fraction) = match clock {
        [.., b':', _, _] => (clock, false),
        _ if clock.contains(&b':') => match clock.iter().position(|byte| *byte == b'.') {
            Some(at) if (1..=9).contains(&(clock.len() - at - 1)) && clock[at + 1..].iter().all(u8::is_ascii_digit) => {
                (&clock[..at], true)
            }
            _ => (clock, false),
        },
        _ => (clock, false),
    };
    let mark = if clock.contains(&b':') { b':' } else { b'.' };
    let mut parts = clock.split(|byte| *byte == mark);
    let hour = parts.next().filter(|part| (1..=2).contains(&part.len()) && is_number(part)).map(value)?;
    let minute = parts.next().filter(|part| part.len() == 2 && is_number(part)).map(value)?;
    let second = parts.next().map(|part| if part.len() == 2 && is_number(part) { value(part) } else { 99 });
    let in_day = if half { (1..=12).contains(&hour) } else { hour < 24 };
    if parts.next().is_some() || !in_day || minute > 59 || second.is_some_and(|second| second > 59) {
        return None;
    }
    let form = match (mark, second.is_some(), fraction, half) {
        (b':', true, false, false) => 0,
        (b':', true, true, false) => 1,
        (b':', false, false, false) => 2,
        (b'.', true, false, false) => 3,
        (b'.', false, false, false) => 4,
        (b':', true, false, true) => 5,
        (b':', false, false, true) => 6,
        _ => return None,
    };
    Some((form, offset))
}

fn without_offset(text: &[u8]) -> (&[u8], Offset) {
    let parted = |time: &[u8]| if time.ends_with(b" ") { Offset::Apart } else { Offset::Close };
    let time = |time: &'_ [u8]| time.len() - usize::from(time.ends_with(b" "));
    if let [rest @ .., b'Z'] = text {
        return (&rest[..time(rest)], parted(rest));
    }
    let at = text.iter().rposition(|byte| matches!(byte, b'+' | b'-'));
    match at.map(|at| text.split_at(at)) {
        Some((rest, [_, offset @ ..]))
            if matches!(offset.len(), 2 | 4 | 5)
                && offset.iter().all(|byte| byte.is_ascii_digit() || *byte == b':') =>
        {
            (&rest[..time(rest)], parted(rest))
        }
        _ => (text, Offset::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<&'static str> {
        let found = day(text.as_bytes(), |_, _| {}).unwrap_or_default();
        (0..DAY_FORMS.len()).filter(|form| found.forms & (1 << form) != 0).map(|form| DAY_FORMS[form]).collect()
    }

    #[test]
    fn a_day_has_every_format_that_fits() {
        assert_eq!(forms("2024-02-29"), ["%Y-%m-%d"]);
        assert_eq!(forms("31.12.2024"), ["%d.%m.%Y"]);
        assert_eq!(forms("3/4/2024"), ["%d/%m/%Y", "%m/%d/%Y"]);
        assert_eq!(forms("13/04/2024"), ["%d/%m/%Y"]);
        assert_eq!(forms("20240229"), ["%Y%m%d"]);
        assert_eq!(forms("12 Jan 2024"), ["%d %b %Y"]);
        assert!(forms("2025-02-29").is_empty());
        assert!(forms("550101-1234").is_empty());
        assert!(forms("12.5").is_empty());
    }

    #[test]
    fn a_time_may_follow() {
        let time = |text: &str| {
            day(text.as_bytes(), |_, _| {})
                .and_then(|day| day.time)
                .map(|time| (TIME_FORMS[usize::from(time.form)], time.offset != Offset::None))
        };
        assert_eq!(time("2024-02-29 23:59:59"), Some(("%H:%M:%S", false)));
        assert_eq!(time("2024-02-29T23:59:59.123Z"), Some(("%H:%M:%S%.f", true)));
        assert_eq!(time("29.2.2024 7:05"), Some(("%H:%M", false)));
        assert_eq!(time("29.02.2024 07.05.01"), Some(("%H.%M.%S", false)));
        assert_eq!(time("2/29/2024 1:05:07 PM"), Some(("%I:%M:%S %p", false)));
        assert_eq!(time("2024-02-29 23:59:59+01:00"), Some(("%H:%M:%S", true)));
        assert_eq!(time("2024-02-29 25:00:00"), None);
        let apart = day(b"2024-02-29 23:59:59 +0100", |_, _| {}).and_then(|day| day.time).unwrap();
        assert_eq!((apart.form, apart.offset), (0, Offset::Apart));
    }
}
