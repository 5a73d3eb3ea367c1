//! A day with a time of day, as a cell names it, and what keeps a cell from being one.

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::extract::rows::days::{FIRST_YEAR, LAST_YEAR, covers, day_number};
use crate::extract::rows::notes::Note;
use crate::local_time::LocalTime;

pub(in crate::extract::rows) const MICROS: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;

/// Why a cell does not match a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract::rows) enum Miss {
    /// It has another form.
    Form,
    /// It has the form, but more digits than the type holds.
    Digits,
    /// It has the form, but is outside the years allowed.
    Years,
    /// It has the form, and this is wrong with it.
    Because(&'static str),
}

impl Miss {
    /// What is wrong, as text that follows the cell; `form` describes the forms allowed.
    pub(in crate::extract::rows) fn reason(self, form: impl FnOnce() -> String) -> String {
        match self {
            Self::Form => form(),
            Self::Digits => "has more than 6 decimals in its seconds (fractions: reject)".to_owned(),
            Self::Years => format!("is outside the years {FIRST_YEAR} to {LAST_YEAR}"),
            Self::Because(reason) => reason.to_owned(),
        }
    }
}

/// Whose clock shows the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract::rows) enum Clock {
    /// That of the column's zone.
    Local,
    /// One that is so many seconds east of UTC.
    Offset(i64),
    /// That of a zone named in the cell.
    Zone(Tz),
}

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract::rows) struct Moment {
    /// Days since 1970-01-01, in any year.
    pub(in crate::extract::rows) day: i32,
    /// The second of the day.
    pub(in crate::extract::rows) second: i64,
    pub(in crate::extract::rows) micros: i64,
    pub(in crate::extract::rows) clock: Clock,
    /// Whether digits finer than a microsecond were cut off.
    pub(in crate::extract::rows) is_cut: bool,
    /// What else its reader should know.
    pub(in crate::extract::rows) note: Option<Note>,
}

/// A time of day as written: 24:00:00 is the end of the day, and no other time has the hour 24.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract::rows) struct TimeOfDay {
    pub(in crate::extract::rows) hour: u32,
    pub(in crate::extract::rows) minute: u32,
    pub(in crate::extract::rows) second: u32,
    pub(in crate::extract::rows) micros: u32,
    pub(in crate::extract::rows) is_cut: bool,
}

const LEAP_SECOND: Miss =
    Miss::Because("has a leap second, which clock time does not have: write 59 seconds, or the next minute");
const OTHER_OFFSET: Miss = Miss::Because("has an offset that is not that of the zone in brackets at this time");

impl Moment {
    /// A time of a day, by the column's clock.
    pub(in crate::extract::rows) fn new(day: i32, time: TimeOfDay) -> Result<Self, Miss> {
        let TimeOfDay { hour, minute, second, micros, is_cut } = time;
        if second == 60 && minute == 59 && hour < 24 {
            return Err(LEAP_SECOND);
        }
        let is_end = hour == 24 && minute == 0 && second == 0 && micros == 0 && !is_cut;
        if (hour > 23 && !is_end) || minute > 59 || second > 59 {
            return Err(Miss::Form);
        }
        let (day, hour) = if is_end { (day.checked_add(1).ok_or(Miss::Years)?, 0) } else { (day, hour) };
        let second = i64::from(hour * 3600 + minute * 60 + second);
        Ok(Self { day, second, micros: i64::from(micros), clock: Clock::Local, is_cut, note: None })
    }

    /// An instant, in microseconds since 1970 UTC.
    pub(in crate::extract::rows) fn of_instant(instant: i64) -> Result<Self, Miss> {
        let seconds = instant.div_euclid(MICROS);
        let day = i32::try_from(seconds.div_euclid(DAY_SECONDS)).map_err(|_| Miss::Years)?;
        let second = seconds.rem_euclid(DAY_SECONDS);
        let micros = instant.rem_euclid(MICROS);
        Ok(Self { day, second, micros, clock: Clock::Offset(0), is_cut: false, note: None })
    }

    /// The same time by the clock that an offset and a zone name; the two must agree.
    pub(in crate::extract::rows) fn by(self, offset: Option<i64>, zone: Option<Tz>) -> Result<Self, Miss> {
        let clock = match (offset, zone) {
            (None, None) => self.clock,
            (Some(offset), None) => Clock::Offset(offset),
            (None, Some(zone)) => Clock::Zone(zone),
            (Some(offset), Some(zone)) => {
                let at = DateTime::from_timestamp(self.wall_seconds() - offset, 0).ok_or(Miss::Years)?;
                let found = zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
                if i64::from(found) != offset {
                    return Err(OTHER_OFFSET);
                }
                Clock::Offset(offset)
            }
        };
        Ok(Self { clock, ..self })
    }

    /// The result of chrono.
    pub(in crate::extract::rows) fn of_chrono(local: chrono::NaiveDateTime, offset: Option<i64>) -> Result<Self, Miss> {
        let nanos = local.nanosecond();
        if nanos >= 1_000_000_000 {
            return Err(LEAP_SECOND);
        }
        Ok(Self {
            day: local.date().to_epoch_days(),
            second: i64::from(local.num_seconds_from_midnight()),
            micros: i64::from(nanos / 1000),
            clock: offset.map_or(Clock::Local, Clock::Offset),
            is_cut: !nanos.is_multiple_of(1000),
            note: None,
        })
    }

    fn wall_seconds(self) -> i64 {
        i64::from(self.day) * DAY_SECONDS + self.second
    }

    /// What its clock shows, in microseconds since 1970-01-01 00:00 of that clock. Days of 32 bits fit.
    pub(in crate::extract::rows) fn wall(self) -> i64 {
        self.wall_seconds() * MICROS + self.micros
    }

    /// Microseconds since 1970 UTC; `zone` is the column's.
    pub(in crate::extract::rows) fn instant(self, zone: &LocalTime) -> i64 {
        let seconds = match self.clock {
            Clock::Offset(offset) => self.wall_seconds() - offset,
            Clock::Local => zone.to_utc(self.day, self.second),
            Clock::Zone(zone) => LocalTime::shared(zone).to_utc(self.day, self.second),
        };
        seconds * MICROS + self.micros
    }

    /// Whether it is the first moment of its day, by the column's clock.
    pub(in crate::extract::rows) fn is_whole_day(self) -> bool {
        self.second == 0 && self.micros == 0 && !self.is_cut && self.clock == Clock::Local
    }

    /// The same moment if its day is in the years allowed.
    pub(in crate::extract::rows) fn in_years(self) -> Result<Self, Miss> {
        if covers(i64::from(self.day)) { Ok(self) } else { Err(Miss::Years) }
    }

    /// What its reader should know.
    pub(in crate::extract::rows) fn noted(self) -> Option<Note> {
        if self.is_cut { Some(Note::FractionCut) } else { self.note }
    }
}

/// A calendar day of any year of four digits, in days since 1970-01-01.
pub(in crate::extract::rows) fn day_of(year: u32, month: u32, day: u32) -> Result<i32, Miss> {
    if let Some(known) = day_number(year, month, day) {
        return Ok(known);
    }
    let found = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    found.map(|day| day.to_epoch_days()).ok_or(Miss::Form)
}

/// As [`day_of`], in the years allowed.
pub(in crate::extract::rows) fn day_in_years(year: u32, month: u32, day: u32) -> Option<i32> {
    day_number(year, month, day)
}

/// The year, month and day of a day since 1970-01-01; `None` beyond the calendar.
pub(in crate::extract::rows) fn date_of(day: i32) -> Option<(i32, u32, u32)> {
    NaiveDate::from_epoch_days(day).map(|day| (day.year(), day.month(), day.day()))
}
