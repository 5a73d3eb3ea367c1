//! Dates and timestamps by strftime formats, of which the first that fits counts.
//!
//! A date lies in the years 1900 to 2100, like every date; a time of day goes from 00:00 to 23:59:59, and is midnight
//! where the format has none. An offset in the text settles the instant, otherwise the column's zone does.

use std::{fmt::Write, sync::Arc};

use chrono::{
    DateTime, Datelike, NaiveDateTime, NaiveTime, Timelike,
    format::{Fixed, Item, Parsed, StrftimeItems, parse},
};

use super::{
    super::{
        parse::{CellParser, DateCell, MICROS, TimestampCell},
        zone::{FIRST_YEAR, LAST_YEAR, LocalTime, day_number},
    },
    Miss, choice,
    steps::{Parts, Steps, Template, full_year},
};

const DAY_SECONDS: i64 = 86_400;

/// What a cell says: a day since 1970-01-01, a time of that day, and an offset from UTC.
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

    /// What chrono found, where only it reads the format.
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
        // A leap second is none of the clock's.
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

/// How a format is read.
#[derive(Clone, Debug)]
enum Way {
    Steps(Steps),
    Chrono(Vec<Item<'static>>),
}

/// One format, made ready.
#[derive(Clone, Debug)]
struct Format {
    template: Option<Template>,
    way: Way,
}

impl Format {
    /// `None` for a format that is none; those have been found when the pipeline was read.
    fn new(written: &str) -> Option<Self> {
        let items = StrftimeItems::new(written).parse_to_owned().ok()?;
        Some(match Steps::of(&items) {
            Some(steps) => Self { template: steps.template(), way: Way::Steps(steps) },
            None => Self { template: None, way: Way::Chrono(items) },
        })
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

    /// The day and second of the day of a cell that fills the template.
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
    /// `None` if the column has none.
    fn new(written: &[String], plain: bool) -> Option<Self> {
        let formats: Vec<Format> = written.iter().filter_map(|format| Format::new(format)).collect();
        (!formats.is_empty()).then(|| Self { formats, plain, shown: choice(written) })
    }

    /// What the first format that fits makes of a cell.
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

    /// A cell in a declared form, or, where that is accepted, in the plain one.
    fn read_either<V: PartialEq>(
        &self,
        what: &str,
        formed: Result<V, Miss>,
        plain: impl FnOnce() -> Result<V, String>,
    ) -> Result<V, String> {
        let plain = if self.plain { plain().ok() } else { None };
        match (formed, plain) {
            (Ok(formed), Some(plain)) if formed != plain => {
                Err(format!("could be two: a {what} by {}, or one as in ISO 8601", self.shown))
            }
            (Ok(value), _) | (Err(_), Some(value)) => Ok(value),
            (Err(Miss::Form), None) => Err(format!("is not a {what} ({})", self.shown)),
            (Err(Miss::Digits), None) => Err("has more than 6 digits after the second".to_owned()),
            (Err(Miss::Years), None) => Err(format!("lies outside the years {FIRST_YEAR} to {LAST_YEAR}")),
        }
    }
}

/// `date` in declared formats. A time of day in the text is left out.
#[derive(Clone, Debug)]
pub(in crate::extract::csv) struct FormedDate(Formats);

impl FormedDate {
    pub(in crate::extract::csv) fn new(formats: &[String], plain: bool) -> Option<Self> {
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
pub(in crate::extract::csv) struct FormedTimestamp {
    formats: Formats,
    zone: Arc<LocalTime>,
}

impl FormedTimestamp {
    pub(in crate::extract::csv) fn new(formats: &[String], zone: &Arc<LocalTime>, plain: bool) -> Option<Self> {
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

/// Checks that cells of a format can be read as dates: it must be strftime's, and hold a whole date.
///
/// # Errors
/// What is wrong with it, to follow the format, and what to do.
pub fn check_moment_format(written: &str) -> Result<(), (&'static str, &'static str)> {
    const LETTERS: &str = "use strftime's letters, such as %d.%m.%Y or %Y-%m-%d %H:%M:%S";
    const WHOLE: &str = "it needs year, month and day, such as %d.%m.%Y, and %p beside %I";
    let no_form = ("is no form of a date", LETTERS);
    let format = Format::new(written).ok_or(no_form)?;
    let items = StrftimeItems::new(written).parse_to_owned().map_err(|_| no_form)?;
    if items.iter().any(|item| matches!(item, Item::Fixed(Fixed::TimezoneName))) {
        return Err(("has %Z, but names of zones are ambiguous", "use %z for offsets, or say time_zone"));
    }
    // A cell in the format, as chrono writes it, must give the day again.
    let afternoon = DateTime::parse_from_rfc3339("2024-11-23T14:05:06.789012+02:00").map_err(|_| no_form)?;
    let mut cell = String::new();
    write!(cell, "{}", afternoon.format_with_items(items.iter())).map_err(|_| no_form)?;
    let whole = ("says no whole date", WHOLE);
    let moment = format.read(cell.as_bytes()).map_err(|_| whole)?;
    let local: NaiveDateTime = afternoon.naive_local();
    let days = i64::from(moment.day) * DAY_SECONDS + moment.second + moment.offset.map_or(0, |offset| 7200 - offset);
    if days.div_euclid(DAY_SECONDS) == local.and_utc().timestamp().div_euclid(DAY_SECONDS) { Ok(()) } else { Err(whole) }
}
