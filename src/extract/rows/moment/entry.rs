//! Counts that mean times: seconds, milliseconds or microseconds since 1970 UTC, and the serial days of spreadsheets.
//!
//! An entry stands in a list of formats by its name, alone or between texts: `/Date(epoch_milliseconds)/`.

use super::iso::iso;
use super::value::{MICROS, Miss, Moment, date_of, day_in_years};
use crate::extract::rows::days::covers;
use crate::extract::rows::exponent::{ROUNDED, written_out};
use crate::extract::rows::notes::Note;

const DAY_MILLIS: u128 = 86_400_000;
/// 1900-01-01 and 1904-01-01 in days since 1970-01-01.
const FIRST_OF_1900: i64 = -25_567;
const FIRST_OF_1904: i64 = -24_107;

const NO_DAY: Miss = Miss::Because("is a time of day without a day: serial days begin at 1");
const DAY_60: Miss =
    Miss::Because("is serial day 60, 29 February 1900, which spreadsheets count and which did not exist");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Counts since 1970 UTC; so many microseconds each.
    Epoch(i64),
    /// Nanoseconds since 1970 UTC.
    EpochNanos,
    /// Days of the 1900 system: 1 is 1900-01-01, and there is a day 60 that never was.
    Excel1900,
    /// Days of the 1904 system: 0 is 1904-01-01.
    Excel1904,
    Iso,
}

const KINDS: [(&str, Kind); 7] = [
    ("epoch_seconds", Kind::Epoch(MICROS)),
    ("epoch_milliseconds", Kind::Epoch(1000)),
    ("epoch_microseconds", Kind::Epoch(1)),
    ("epoch_nanoseconds", Kind::EpochNanos),
    ("excel_1900", Kind::Excel1900),
    ("excel_1904", Kind::Excel1904),
    ("iso_8601", Kind::Iso),
];

/// A named form, with the texts around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract::rows) struct Entry {
    kind: Kind,
    before: String,
    after: String,
}

impl Entry {
    /// The entry that a format names, if it names one.
    pub(in crate::extract::rows) fn of(written: &str) -> Option<Self> {
        let (name, kind) = KINDS.iter().find(|(name, _)| written.contains(name))?;
        let (before, after) = written.split_once(name)?;
        Some(Self { kind: *kind, before: before.to_owned(), after: after.to_owned() })
    }

    /// Whether it gives an instant and no day.
    pub(in crate::extract::rows) fn is_instant(&self) -> bool {
        matches!(self.kind, Kind::Epoch(_) | Kind::EpochNanos)
    }

    /// Whether strftime codes stand beside the name.
    pub(in crate::extract::rows) fn has_codes(&self) -> bool {
        self.before.contains('%') || self.after.contains('%')
    }

    /// A cell that the entry reads as a sample time: 2004-05-06 14:05:06 UTC.
    pub(in crate::extract::rows) fn sample(&self) -> String {
        let count = match self.kind {
            Kind::Epoch(unit) => (1_083_852_306_i64 * (MICROS / unit)).to_string(),
            Kind::EpochNanos => "1083852306000000000".to_owned(),
            Kind::Excel1900 => "38113".to_owned(),
            Kind::Excel1904 => "36651".to_owned(),
            Kind::Iso => "20040506".to_owned(),
        };
        format!("{}{count}{}", self.before, self.after)
    }

    /// The time in a cell; `comma`: a fraction may follow a comma.
    pub(in crate::extract::rows) fn read(&self, cell: &[u8], comma: bool) -> Result<Moment, Miss> {
        let inner = cell.strip_prefix(self.before.as_bytes()).and_then(|rest| rest.strip_suffix(self.after.as_bytes()));
        let inner = inner.ok_or(Miss::Form)?;
        if self.kind != Kind::Iso
            && let Some(number) = written_out(inner, b'.')
        {
            return match number.is_filled && !number.is_shortest {
                true => Err(Miss::Because(ROUNDED)),
                false => self.kind.count(&number.text, false),
            };
        }
        match self.kind {
            Kind::Iso => iso(inner, true),
            // .NET writes the offset of the server behind the count, which is in UTC all the same.
            kind if !self.before.is_empty() && self.is_instant() => kind.count(without_offset(inner), comma),
            kind => kind.count(inner, comma),
        }
    }
}

impl Kind {
    /// The time of a count without an exponent.
    fn count(self, text: &[u8], comma: bool) -> Result<Moment, Miss> {
        match self {
            Self::Epoch(unit) => epoch(text, unit, comma),
            Self::EpochNanos => epoch(&in_micros(text), 1, comma),
            Self::Excel1900 | Self::Excel1904 => serial(text, self, comma),
            Self::Iso => Err(Miss::Form),
        }
    }
}

/// A whole number of nanoseconds in microseconds. Other text becomes a text that cannot be read either.
fn in_micros(text: &[u8]) -> Vec<u8> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (&b"-"[..], digits),
        digits => (&b""[..], digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return b"-".to_vec();
    }
    let padded = [&b"000"[..], digits].concat();
    let (micros, finer) = padded.split_at(padded.len() - 3);
    [sign, micros, b".", finer].concat()
}

/// A count without the `+0100` behind it.
fn without_offset(text: &[u8]) -> &[u8] {
    match text {
        [count @ .., b'+' | b'-', a, b, c, d]
            if !count.is_empty() && [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) =>
        {
            count
        }
        _ => text,
    }
}

/// Whole part and digits of the fraction.
fn parts(text: &[u8], comma: bool) -> Option<(u64, &[u8])> {
    let at = text.iter().position(|byte| *byte == b'.' || (comma && *byte == b','));
    let (whole, fraction) = match at {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b"0"[..]),
    };
    let is_number = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    if !is_number(whole) || !is_number(fraction) || whole.len() > 19 {
        return None;
    }
    Some((whole.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')), fraction))
}

/// The numerator and denominator of a fraction, from its first 20 digits, and whether others than zeros follow.
fn ratio(fraction: &[u8]) -> (u128, u128, bool) {
    let (kept, beyond) = fraction.split_at(fraction.len().min(20));
    let value = kept.iter().fold(0, |sum, digit| sum * 10 + u128::from(digit - b'0'));
    let unit = kept.iter().fold(1, |unit, _| unit * 10);
    (value, unit, beyond.iter().any(|digit| *digit != b'0'))
}

fn epoch(text: &[u8], unit: i64, comma: bool) -> Result<Moment, Miss> {
    let (is_negative, count) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (whole, fraction) = parts(count, comma).ok_or(Miss::Form)?;
    let (value, of, has_more) = ratio(fraction);
    let fine = value * u128::from(unit.unsigned_abs());
    let is_cut = has_more || fine % of != 0;
    let micros = i128::from(whole) * i128::from(unit) + i128::try_from(fine / of).map_err(|_| Miss::Years)?;
    // Cut off digits make a time earlier, before 1970 too.
    let micros = if is_negative { -micros - i128::from(is_cut) } else { micros };
    let instant = i64::try_from(micros).map_err(|_| Miss::Years)?;
    const DAY: i64 = 86_400 * MICROS;
    // A zero for an empty cell, a serial day, seconds as milliseconds: all are days of early 1970. So is 20250301.
    let is_early = (0..50 * DAY).contains(&instant) || (unit == MICROS && looks_like_day(instant / MICROS));
    let note = is_early.then_some(Note::EarlyCount);
    Ok(Moment { is_cut, note, ..Moment::of_instant(instant)? })
}

/// Whether a count of seconds is a day written as eight digits.
fn looks_like_day(count: i64) -> bool {
    let [year, month, day] =
        [count / 10_000, count / 100 % 100, count % 100].map(|part| u32::try_from(part).unwrap_or(0));
    day_in_years(year, month, day).is_some()
}

fn serial(text: &[u8], kind: Kind, comma: bool) -> Result<Moment, Miss> {
    let (whole, fraction) = parts(text, comma).ok_or(Miss::Form)?;
    let whole = i64::try_from(whole).map_err(|_| Miss::Years)?;
    let day = match kind {
        Kind::Excel1904 => FIRST_OF_1904 + whole,
        _ if whole == 0 => return Err(NO_DAY),
        _ if whole == 60 => return Err(DAY_60),
        _ if whole < 60 => FIRST_OF_1900 + whole - 1,
        _ => FIRST_OF_1900 + whole - 2,
    };
    let (value, of, _) = ratio(fraction);
    // Numbers of 64 bits hold a time of day to the millisecond.
    let millis = (value * DAY_MILLIS * 2 + of) / (of * 2);
    let millis = i64::try_from(millis).map_err(|_| Miss::Form)?;
    let wall = day.checked_mul(86_400_000).and_then(|day| day.checked_add(millis)).ok_or(Miss::Years)?;
    let wall = wall.checked_mul(1000).ok_or(Miss::Years)?;
    Ok(Moment { clock: super::value::Clock::Local, ..Moment::of_instant(wall)? })
}

/// For a number that is not a time in the declared forms: which entry would read it, and as what.
pub(in crate::extract::rows) fn looks_like_count(cell: &[u8], is_date: bool) -> Option<String> {
    let day = |kind: Kind| {
        let found = serial(cell, kind, true).ok().filter(|found| covers(i64::from(found.day)))?;
        date_of(found.day).map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
    };
    let key = if is_date { "date_formats" } else { "timestamp_formats" };
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, _) = parts(cell, true)?;
    let sign = if cell.contains(&b',') { ", and decimal_sign: \",\" in the source's values" } else { "" };
    match digits {
        // 1954 to 2100 in the 1900 system.
        5 if (20_000..73_416).contains(&whole) => {
            let (first, other) = (day(Kind::Excel1900)?, day(Kind::Excel1904));
            let other = other.map(|day| format!(", {day} by excel_1904")).unwrap_or_default();
            Some(format!(
                "it looks like a serial day of a spreadsheet, {first} by excel_1900{other}: name one in {key}{sign}"
            ))
        }
        10 | 13 | 16 | 19 if !is_date => {
            let (name, kind) = *KINDS.get((digits - 10) / 3)?;
            let found = kind.count(cell, true).ok().filter(|found| covers(i64::from(found.day)))?;
            let (year, month, day) = date_of(found.day)?;
            let what = name.trim_start_matches("epoch_");
            Some(format!("it looks like {what} since 1970, {year:04}-{month:02}-{day:02}: name {name} in {key}{sign}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, cell: &str) -> Result<String, Miss> {
        let found = Entry::of(format).unwrap().read(cell.as_bytes(), true)?;
        let at = chrono::DateTime::from_timestamp_micros(found.wall()).unwrap();
        Ok(format!("{}{}", at.format("%F %T%.f"), if found.is_cut { " cut" } else { "" }))
    }

    #[test]
    fn counts_since_1970() {
        // Python: datetime.fromtimestamp(1741083312.123, UTC)
        for (format, cell, expected) in [
            ("epoch_seconds", "1741083312", "2025-03-04 10:15:12"),
            ("epoch_seconds", "1741083312.123", "2025-03-04 10:15:12.123"),
            ("epoch_seconds", "1741083312.0", "2025-03-04 10:15:12"),
            ("epoch_seconds", "-1", "1969-12-31 23:59:59"),
            ("epoch_seconds", "-0.0000005", "1969-12-31 23:59:59.999999 cut"),
            ("epoch_seconds", "0", "1970-01-01 00:00:00"),
            ("epoch_seconds", "1741083312.1234567", "2025-03-04 10:15:12.123456 cut"),
            ("epoch_milliseconds", "1741083312123", "2025-03-04 10:15:12.123"),
            ("epoch_milliseconds", "1741083312123.5", "2025-03-04 10:15:12.123500"),
            ("epoch_milliseconds", "-2208988800000", "1900-01-01 00:00:00"),
            ("epoch_microseconds", "1741083312123456", "2025-03-04 10:15:12.123456"),
            ("epoch_microseconds", "1741083312123456.7", "2025-03-04 10:15:12.123456 cut"),
            ("epoch_nanoseconds", "1741083312123456789", "2025-03-04 10:15:12.123456 cut"),
            ("epoch_nanoseconds", "1741083312123456000", "2025-03-04 10:15:12.123456"),
            ("epoch_nanoseconds", "-1", "1969-12-31 23:59:59.999999 cut"),
            ("epoch_nanoseconds", "1.741083312E18", "2025-03-04 10:15:12"),
            // Java and JavaScript write all digits of a number so.
            ("epoch_milliseconds", "1.741083312123E12", "2025-03-04 10:15:12.123"),
            ("epoch_milliseconds", "1.741083312E12", "2025-03-04 10:15:12"),
            ("epoch_seconds", "1.741083312e9", "2025-03-04 10:15:12"),
            ("/Date(epoch_milliseconds)/", "/Date(1741083312123)/", "2025-03-04 10:15:12.123"),
            ("/Date(epoch_milliseconds)/", "/Date(1741083312123+0100)/", "2025-03-04 10:15:12.123"),
            ("/Date(epoch_milliseconds)/", "/Date(-62135596800000)/", "0001-01-01 00:00:00"),
        ] {
            assert_eq!(read(format, cell).as_deref(), Ok(expected), "{format} {cell}");
        }
        for (format, cell) in [
            ("epoch_seconds", ""),
            ("epoch_seconds", "-"),
            ("epoch_seconds", "+5"),
            ("epoch_nanoseconds", "1741083312123456789.5"),
            ("epoch_nanoseconds", "x"),
            ("epoch_seconds", "1 741 083 312"),
            ("epoch_seconds", "1741083312+0100"),
            ("epoch_seconds", ".5"),
            ("/Date(epoch_milliseconds)/", "1741083312123"),
            ("/Date(epoch_milliseconds)/", "/Date(+0100)/"),
        ] {
            assert_eq!(read(format, cell), Err(Miss::Form), "{format} {cell}");
        }
        assert_eq!(read("epoch_seconds", "1.74108E+12"), Err(Miss::Because(ROUNDED)), "a spreadsheet has rounded it");
        let seconds_by_mistake = Entry::of("epoch_milliseconds").unwrap().read(b"1741083312", false).unwrap();
        assert_eq!(seconds_by_mistake.noted(), Some(Note::EarlyCount));
        let noted = |cell: &[u8]| Entry::of("epoch_seconds").unwrap().read(cell, false).unwrap().noted();
        for cell in [&b"0"[..], b"45717", b"20250301", b"1741083"] {
            assert_eq!(noted(cell), Some(Note::EarlyCount));
        }
        for cell in [&b"1741083312"[..], b"-1", b"20251301", b"10000000"] {
            assert_eq!(noted(cell), None);
        }
    }

    #[test]
    fn serial_days() {
        // LibreOffice and Excel show these days; 61 is the first on which all agree.
        for (format, cell, expected) in [
            ("excel_1900", "1", "1900-01-01 00:00:00"),
            ("excel_1900", "59", "1900-02-28 00:00:00"),
            ("excel_1900", "61", "1900-03-01 00:00:00"),
            ("excel_1900", "45720", "2025-03-04 00:00:00"),
            ("excel_1900", "45720.0", "2025-03-04 00:00:00"),
            ("excel_1900", "45720,5", "2025-03-04 12:00:00"),
            ("excel_1900", "45720.4272222222", "2025-03-04 10:15:12"),
            ("excel_1900", "45720.427222222222", "2025-03-04 10:15:12"),
            ("excel_1900", "45720.9999999999", "2025-03-05 00:00:00"),
            ("excel_1900", "59.9999999999", "1900-03-01 00:00:00"),
            ("excel_1900", "4.572E4", "2025-03-04 00:00:00"),
            ("excel_1904", "0", "1904-01-01 00:00:00"),
            ("excel_1904", "44258", "2025-03-04 00:00:00"),
        ] {
            assert_eq!(read(format, cell).as_deref(), Ok(expected), "{format} {cell}");
        }
        assert_eq!(read("excel_1900", "60"), Err(DAY_60));
        assert_eq!(read("excel_1900", "60.5"), Err(DAY_60));
        assert_eq!(read("excel_1900", "0.25"), Err(NO_DAY));
        for cell in ["-1", "45 720", "45720.", "x"] {
            assert_eq!(read("excel_1900", cell), Err(Miss::Form), "{cell}");
        }
        assert!(Entry::of("excel_1900").unwrap().read(b"99999999", false).unwrap().in_years().is_err());
    }

    #[test]
    fn numbers_are_recognised() {
        let hint = |cell: &str| looks_like_count(cell.as_bytes(), false);
        assert!(hint("45720").unwrap().contains("2025-03-04 by excel_1900, 2029-03-05 by excel_1904"));
        assert!(hint("45720.25").is_some() && hint("1741083312.5").unwrap().contains("name epoch_seconds"));
        assert!(hint("1741083312123").unwrap().contains("milliseconds since 1970, 2025-03-04"));
        assert!(hint("1741083312123456").is_some());
        assert!(hint("1741083312123456789").unwrap().contains("name epoch_nanoseconds"));
        assert_eq!(looks_like_count(b"1741083312123", true), None);
        for cell in ["11122", "90210", "123", "2025", "20250304", "-45720", "4572O", ""] {
            assert_eq!(hint(cell), None, "{cell}");
        }
    }
}
