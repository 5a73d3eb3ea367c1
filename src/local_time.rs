//! Local time and UTC: the one statement of how they meet, and its one implementation.
//!
//! Clocks that change skip some local times and show others twice, at midnight too in many zones. The rule, for every
//! zone of the IANA database:
//!
//! - A local time that clocks skip moves forward by the skipped time.
//! - A local time that clocks show twice is its earlier instant.
//! - A day starts at the first instant at which the calendar shows it. A day that a zone skips as a whole is empty: it
//!   starts and ends at the change. A day ends where the next one starts.
//!
//! Cells of extracts, the end of the as-of day and the SQL functions of time all use it. Searching the time zone
//! database takes longer than parsing a cell, so [`LocalTime`] holds the offsets of a zone by day: on days without a
//! change, a conversion is one lookup.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

const DAY_SECONDS: i64 = 86_400;
const MICROS: i64 = 1_000_000;
/// 1900-01-01 in days since 1970-01-01: the first day in the tables. Other days are searched in the database.
const FIRST_DAY: i64 = -25_567;
/// 1900-01-01 to 2101-01-01.
const DAYS: usize = 73_414;
/// Replaces the offset on days on which it changes.
const CHANGES: i32 = i32::MIN;

/// The first instant of a day in a zone.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    within_calendar(first_second(day, zone))
}

/// The first instant after a day in a zone.
pub fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| start_of_day(next, zone))
}

/// Local time in a time zone.
#[derive(Debug)]
pub struct LocalTime {
    zone: Tz,
    /// Seconds east of UTC on each UTC day from `FIRST_DAY`, or `CHANGES`.
    by_utc_day: Vec<i32>,
    /// The same by local day.
    by_local_day: Vec<i32>,
}

impl LocalTime {
    /// Looks up the zone's offsets. This takes some milliseconds: [`LocalTime::shared`] does it once per process.
    pub fn new(zone: Tz) -> Self {
        let mut by_utc_day = Vec::with_capacity(DAYS);
        let mut start = offset_at(zone, FIRST_DAY * DAY_SECONDS);
        for day in (FIRST_DAY + 1..).take(DAYS) {
            let end = offset_at(zone, day * DAY_SECONDS);
            by_utc_day.push(if start == end { start } else { CHANGES });
            start = end;
        }
        // An offset is less than a day, so a local day lies within three days of UTC.
        let mut by_local_day = vec![CHANGES; DAYS];
        for (local, around) in by_local_day.iter_mut().skip(1).zip(by_utc_day.windows(3)) {
            if let &[before, on, after] = around
                && before == on
                && on == after
            {
                *local = on;
            }
        }
        Self { zone, by_utc_day, by_local_day }
    }

    /// The zone's offsets, looked up once per process.
    pub fn shared(zone: Tz) -> Arc<Self> {
        static KNOWN: Mutex<Vec<Arc<LocalTime>>> = Mutex::new(Vec::new());
        // A thread that panicked with the lock held left a valid list, because it only adds.
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        match known.iter().find(|known| known.zone == zone) {
            Some(found) => Arc::clone(found),
            None => {
                let found = Arc::new(Self::new(zone));
                known.push(Arc::clone(&found));
                found
            }
        }
    }

    /// The zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Seconds since 1970 UTC for `second` (of the day) on a local day in days since 1970-01-01.
    #[inline]
    pub fn to_utc(&self, day: i32, second: i64) -> i64 {
        let local = i64::from(day) * DAY_SECONDS + second;
        match of_day(&self.by_local_day, i64::from(day)) {
            Some(offset) => local - i64::from(offset),
            None => self.search(local),
        }
    }

    #[cold]
    fn search(&self, local: i64) -> i64 {
        local - offset_of_local(within_calendar(local).naive_utc(), self.zone)
    }

    /// Microseconds since 1970 UTC of a local time in microseconds; `None` if 64 bits cannot hold them.
    pub fn micros_to_utc(&self, local: i64) -> Option<i64> {
        let seconds = local.div_euclid(MICROS);
        let day = i32::try_from(seconds.div_euclid(DAY_SECONDS)).ok()?;
        let utc = self.to_utc(day, seconds.rem_euclid(DAY_SECONDS));
        utc.checked_mul(MICROS)?.checked_add(local.rem_euclid(MICROS))
    }

    /// The first instant of a day, in microseconds since 1970 UTC.
    pub fn start_of_day(&self, day: NaiveDate) -> i64 {
        let days = i64::from(day.to_epoch_days());
        match of_day(&self.by_local_day, days) {
            Some(offset) => (days * DAY_SECONDS - i64::from(offset)) * MICROS,
            None => start_of_day(day, self.zone).timestamp_micros(),
        }
    }

    /// The local time, in microseconds, at an instant in microseconds since 1970 UTC; `None` outside the years of the
    /// calendar.
    #[inline]
    pub fn micros_to_local(&self, utc: i64) -> Option<i64> {
        let offset = match of_day(&self.by_utc_day, utc.div_euclid(DAY_SECONDS * MICROS)) {
            Some(offset) => offset,
            None => offset_at(self.zone, DateTime::from_timestamp_micros(utc)?.timestamp()),
        };
        utc.checked_add(i64::from(offset) * MICROS)
    }

    /// The local day, in days since 1970-01-01, at an instant in microseconds since 1970 UTC; `None` outside the years
    /// of the calendar.
    #[inline]
    pub fn day_at(&self, utc: i64) -> Option<i32> {
        i32::try_from(self.micros_to_local(utc)?.div_euclid(DAY_SECONDS * MICROS)).ok()
    }
}

/// The offset in a table on a day without a change.
#[inline]
fn of_day(table: &[i32], day: i64) -> Option<i32> {
    let index = usize::try_from(day - FIRST_DAY).ok()?;
    table.get(index).copied().filter(|offset| *offset != CHANGES)
}

/// Seconds since 1970 UTC of the first instant of a day: midnight, or the end of the gap that skips midnight.
fn first_second(day: NaiveDate, zone: Tz) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN);
    match GapInfo::new(&midnight, &zone).and_then(|gap| gap.end) {
        Some(end) => end.timestamp(),
        None => midnight.and_utc().timestamp() - offset_of_local(midnight, zone),
    }
}

/// Seconds east of UTC with which a local time is read: those of its earlier instant, or in a gap, those before it.
fn offset_of_local(local: NaiveDateTime, zone: Tz) -> i64 {
    let found = zone.offset_from_local_datetime(&local);
    let offset = match (found.earliest(), found.latest()) {
        (Some(a), Some(b)) => a.fix().local_minus_utc().max(b.fix().local_minus_utc()),
        // The same numbers read as UTC, a day earlier, lie before the gap: it is as long as a day at the most, and a
        // whole day is skipped only by zones that are west of UTC until then.
        _ => offset_at(zone, local.and_utc().timestamp() - DAY_SECONDS),
    };
    i64::from(offset)
}

/// Seconds east of UTC at an instant in seconds since 1970 UTC.
fn offset_at(zone: Tz, seconds: i64) -> i32 {
    zone.offset_from_utc_datetime(&within_calendar(seconds).naive_utc()).fix().local_minus_utc()
}

/// An instant in seconds since 1970 UTC. The calendar covers the years -262143 to 262142, and an instant beyond them is
/// its first or last: no zone changes its offset near there.
fn within_calendar(seconds: i64) -> DateTime<Utc> {
    let edge = if seconds < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp(seconds, 0).unwrap_or(edge)
}

#[cfg(test)]
#[path = "local_time_tests.rs"]
mod tests;
