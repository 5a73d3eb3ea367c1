//! Dates and timestamps by strftime formats; the first format that fits is used.
//!
//! A date is in the years 1900 to 2100, as everywhere. A time of day goes from 00:00 to 23:59:59, and is midnight if
//! the format has none. An offset in the text determines the instant, otherwise the column's zone does.

use std::{fmt::Write, sync::Arc};

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveTime, Timelike,
    format::{Fixed, Item, Parsed, StrftimeItems, parse},
};

use super::{
    super::{
        days::{FIRST_YEAR, LAST_YEAR, day_number},
        parse::{CellParser, DateCell, MICROS, TimestampCell},
    },
    Miss, choice,
    steps::{Parts, Steps, Template, full_year},
};
use crate::local_time::LocalTime;

const DAY_SECONDS: i64 = 86_400;

/// The content of a cell: a day since 1970-01-01, a time of that day, and an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    day: i32,
    second: i64,
    micros: i64,
    offset: Option<i64>,
}

impl Moment {
    /// Microseconds since 1970 UTC.
    fn instant(self, zone: &LocalTime) -> i64 {
        let seconds = match self.offset {
            Some(offset) => i64::from(self.day) * DAY_SECONDS + self.second - offset,
            None => zone.to_utc(self.day, self.second),
        };
        seconds * MICROS + self.micros
    }

    fn of(parts: &Parts) -> Result<Self, Miss> {
        let year = match (parts.year, parts.year_of_century) {
            (Some(year), None) => year,
            (Some(year), Some(of_century)) if year % 100 == of_century => year,
            (None, Some(of_century)) => full_year(of_century),
            _ => return Err(Miss::Form),
        };
        let hour = match (parts.hour, parts.hour_of_half, parts.afternoon) {
            (None, None, None) => 0,
            (Some(hour), None, None) => hour,
            (Some(hour), None, Some(afternoon)) if (hour >= 12) == afternoon => hour,
            (None, Some(hour @ 1..=12), Some(afternoon)) => hour % 12 + if afternoon { 12 } else { 0 },
            _ => return Err(Miss::Form),
        };
        let (minute, second) = (parts.minute.unwrap_or(0), parts.second.unwrap_or(0));
        if hour > 23 || minute > 59 || second > 59 {
            return Err(Miss::Form);
        }
        let day = match (parts.month, parts.day, parts.day_of_year) {
            (Some(month), Some(day), None) => day_in_years(year, month, day)?,
            (None, None, Some(of_year)) => {
                let first = day_in_years(year, 1, 1)?;
                let last = day_in_years(year, 12, 31)?;
                let day = first + i32::try_from(of_year).map_err(|_| Miss::Form)? - 1;
                if (first..=last).contains(&day) { day } else { return Err(Miss::Form) }
            }
            _ => return Err(Miss::Form),
        };
        if parts.beyond_micros {
            return Err(Miss::Digits);
        }
        Ok(Self {
            day,
            second: i64::from(hour * 3600 + minute * 60 + second),
            micros: i64::from(parts.micros),
            offset: parts.offset,
        })
    }

    /// The result of chrono, for formats that only chrono parses.
    fn of_parsed(parsed: &Parsed) -> Result<Self, Miss> {
        let (local, offset) = if parsed.offset().is_some() || parsed.timestamp().is_some() {
            let instant = parsed.to_datetime().map_err(|_| Miss::Form)?;
            (instant.naive_local(), Some(i64::from(instant.offset().local_minus_utc())))
        } else {
            let day = parsed.to_naive_date().map_err(|_| Miss::Form)?;
            let has_time =
                parsed.hour_mod_12().is_some() || parsed.hour_div_12().is_some() || parsed.minute().is_some();
            let time = if has_time { parsed.to_naive_time().map_err(|_| Miss::Form)? } else { NaiveTime::MIN };
            (day.and_time(time), None)
        };
        let year = u32::try_from(local.year()).map_err(|_| Miss::Years)?;
        let nanos = local.nanosecond();
        // A leap second does not exist in clock time.
        if nanos >= 1_000_000_000 {
            return Err(Miss::Form);
        }
        if nanos % 1000 != 0 {
            return Err(Miss::Digits);
        }
        Ok(Self {
            day: day_in_years(year, local.month(), local.day())?,
            second: i64::from(local.num_seconds_from_midnight()),
            micros: i64::from(nanos / 1000),
            offset,
        })
    }
}

fn day_in_years(year: u32, month: u32, day: u32) -> Result<i32, Miss> {
    day_number(year, month, day).ok_or({
        let looks_like_day = (1..=12).contains(&month) && (1..=31).contains(&day);
        if looks_like_day && !(FIRST_YEAR..=LAST_YEAR).contains(&year) { Miss::Years } else { Miss::Form }
    })
}

/// How a format is parsed.
#[derive(Clone, Debug)]
enum Way {
    Steps(Steps),
    Chrono(Vec<Item<'static>>),
}

/// A prepared format.
#[derive(Clone, Debug)]
struct Format {
    template: Option<Template>,
    way: Way,
}

impl Format {
    /// `None` for an invalid format; those are reported when the pipeline is loaded.
    fn new(written: &str) -> Option<Self> {
        StrftimeItems::new(written).parse_to_owned().ok().map(Self::of)
    }

    fn of(items: Vec<Item<'static>>) -> Self {
        match Steps::of(&items) {
            Some(steps) => Self { template: steps.template(), way: Way::Steps(steps) },
            None => Self { template: None, way: Way::Chrono(items) },
        }
    }

    fn read(&self, cell: &[u8]) -> Result<Moment, Miss> {
        match &self.way {
            Way::Steps(steps) => Moment::of(&steps.read(cell).ok_or(Miss::Form)?),
            Way::Chrono(items) => {
                let text = std::str::from_utf8(cell).map_err(|_| Miss::Form)?;
                let mut parsed = Parsed::new();
                parse(&mut parsed, text, items.iter()).map_err(|_| Miss::Form)?;
                Moment::of_parsed(&parsed)
            }
        }
    }

    /// The day and second of the day of a cell that matches the template.
    #[inline(always)]
    fn read_template(&self, text: &[u8], start: usize, end: usize) -> Option<(i32, i64)> {
        let ([year, month, day], second) = self.template.as_ref()?.read(text, start, end)?;
        Some((day_number(year, month, day)?, i64::from(second)))
    }
}

/// The formats of a column, in their order.
#[derive(Clone, Debug)]
struct Formats {
    formats: Vec<Format>,
    /// Whether ISO 8601 is accepted too.
    plain: bool,
    shown: String,
}

impl Formats {
    /// `None` if the column declares none.
    fn new(written: &[String], plain: bool) -> Option<Self> {
        let formats: Vec<Format> = written.iter().filter_map(|format| Format::new(format)).collect();
        (!formats.is_empty()).then(|| Self { formats, plain, shown: choice(written) })
    }

    /// The result of the first format that fits.
    fn read(&self, cell: &[u8]) -> Result<Moment, Miss> {
        let mut nearest = Miss::Form;
        for format in &self.formats {
            match format.read(cell) {
                Ok(moment) => return Ok(moment),
                Err(Miss::Form) => {}
                Err(miss) => nearest = miss,
            }
        }
        Err(nearest)
    }

    /// A cell in a declared form or, if that is accepted, in the plain form.
    fn read_either<V: PartialEq>(
        &self,
        what: &str,
        formed: Result<V, Miss>,
        plain: impl FnOnce() -> Result<V, String>,
    ) -> Result<V, String> {
        let plain = if self.plain { plain().ok() } else { None };
        match (formed, plain) {
            (Ok(formed), Some(plain)) if formed != plain => {
                Err(format!("is ambiguous: a {what} by {}, or a different one by ISO 8601?", self.shown))
            }
            (Ok(value), _) | (Err(_), Some(value)) => Ok(value),
            (Err(Miss::Form), None) => Err(format!("is not a {what} ({})", self.shown)),
            (Err(Miss::Digits), None) => Err("has more than 6 decimals in its seconds".to_owned()),
            (Err(Miss::Years), None) => Err(format!("is outside the years {FIRST_YEAR} to {LAST_YEAR}")),
        }
    }
}

/// `date` in declared formats. A time of day in the text is ignored.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedDate(Formats);

impl FormedDate {
    pub(in crate::extract::rows) fn new(formats: &[String], plain: bool) -> Option<Self> {
        Formats::new(formats, plain).map(Self)
    }
}

impl CellParser for FormedDate {
    type Value = i32;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i32> {
        if self.0.plain {
            return None;
        }
        match self.0.formats.first().and_then(|format| format.read_template(text, start, end)) {
            Some((day, _)) => Some(day),
            None => self.0.read(&text[start..end]).ok().map(|moment| moment.day),
        }
    }

    fn slow(&self, cell: &[u8]) -> Result<i32, String> {
        self.0.read_either("date", self.0.read(cell).map(|moment| moment.day), || DateCell.slow(cell))
    }
}

/// `timestamp` in declared formats.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedTimestamp {
    formats: Formats,
    zone: Arc<LocalTime>,
}

impl FormedTimestamp {
    pub(in crate::extract::rows) fn new(formats: &[String], zone: &Arc<LocalTime>, plain: bool) -> Option<Self> {
        Formats::new(formats, plain).map(|formats| Self { formats, zone: Arc::clone(zone) })
    }
}

impl CellParser for FormedTimestamp {
    type Value = i64;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        if self.formats.plain {
            return None;
        }
        match self.formats.formats.first().and_then(|format| format.read_template(text, start, end)) {
            Some((day, second)) => Some(self.zone.to_utc(day, second) * MICROS),
            None => self.formats.read(&text[start..end]).ok().map(|moment| moment.instant(&self.zone)),
        }
    }

    fn slow(&self, cell: &[u8]) -> Result<i64, String> {
        let formed = self.formats.read(cell).map(|moment| moment.instant(&self.zone));
        self.formats.read_either("timestamp", formed, || TimestampCell { zone: &self.zone }.slow(cell))
    }
}

/// Checks that a format can parse dates: it must be valid strftime and contain a complete date.
///
/// # Errors
/// What is wrong with it, as text that follows the format, and what to do.
pub fn check_moment_format(written: &str) -> Result<(), (&'static str, &'static str)> {
    const LETTERS: &str = "use strftime codes, such as %d.%m.%Y or %Y-%m-%d %H:%M:%S";
    const WHOLE: &str = "it needs year, month and day, such as %d.%m.%Y, and %p with %I";
    let items = StrftimeItems::new(written).parse_to_owned().map_err(|_| ("is not a date format", LETTERS))?;
    if items.iter().any(|item| matches!(item, Item::Fixed(Fixed::TimezoneName))) {
        return Err(("has %Z, but zone names are ambiguous", "use %z for offsets, or set time_zone"));
    }
    // Cells that chrono writes in the format must give the same day when read.
    let format = Format::of(items.clone());
    let reads = |sample: &DateTime<FixedOffset>| {
        let moment = format.read(written_in(sample, &items)?.as_bytes()).ok()?;
        let day = sample.date_naive().to_epoch_days();
        let of_offset = |offset: i64| i64::from(moment.day) * DAY_SECONDS + moment.second - offset;
        match moment.offset {
            None => (moment.day == day).then_some(()),
            Some(offset) => (of_offset(offset).abs_diff(sample.timestamp()) < DAY_SECONDS as u64).then_some(()),
        }
    };
    if samples().iter().all(|sample| reads(sample).is_some()) {
        Ok(())
    } else {
        Err(("does not contain a complete date", WHOLE))
    }
}

/// A cell that two formats parse as two different times, so that its meaning would be a guess.
pub fn formats_at_odds(first: &str, second: &str) -> Option<String> {
    let (earlier, later) = (Format::new(first)?, Format::new(second)?);
    let items = StrftimeItems::new(second).parse_to_owned().ok()?;
    samples().iter().find_map(|sample| {
        let cell = written_in(sample, &items)?;
        let (a, b) = (earlier.read(cell.as_bytes()).ok()?, later.read(cell.as_bytes()).ok()?);
        (a != b).then_some(cell)
    })
}

fn written_in(sample: &DateTime<FixedOffset>, items: &[Item<'static>]) -> Option<String> {
    let mut cell = String::new();
    write!(cell, "{}", sample.format_with_items(items.iter())).ok().map(|()| cell)
}

/// Times whose day, month and year could be confused with each other, and whose hour is after noon.
fn samples() -> Vec<DateTime<FixedOffset>> {
    let texts = ["2004-05-06T14:05:06.789012+02:00", "2012-10-11T22:10:11+02:00", "2010-11-12T13:12:10.5+01:00"];
    texts.iter().filter_map(|text| DateTime::parse_from_rfc3339(text).ok()).collect()
}
