//! Days and local time: calendar arithmetic with tables instead of divisions, and the offset of a time zone on every
//! day that extracts may contain.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::source::YEARS;

/// The first year allowed for dates.
pub(super) const FIRST_YEAR: u32 = *YEARS.start();
/// The last year allowed for dates.
pub(super) const LAST_YEAR: u32 = *YEARS.end();
/// 1900-01-01 in days since 1970-01-01.
const FIRST_DAY: i32 = -25_567;
const MONTHS: usize = (LAST_YEAR - FIRST_YEAR + 1) as usize * 12;
/// Replaces the offset on days on which it changes.
const CHANGES: i32 = i32::MIN;
const DAY_SECONDS: i64 = 86_400;

/// The first day of each month, in days since 1970-01-01, and the day after the last month.
static MONTH_STARTS: [i32; MONTHS + 1] = month_starts();

const fn month_starts() -> [i32; MONTHS + 1] {
    let mut starts = [0; MONTHS + 1];
    let mut day = FIRST_DAY;
    let mut month = 0;
    while month < MONTHS {
        starts[month] = day;
        let year = FIRST_YEAR + (month / 12) as u32;
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        day += match month % 12 {
            1 if leap => 29,
            1 => 28,
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        };
        month += 1;
    }
    starts[MONTHS] = day;
    starts
}

/// A calendar day in days since 1970-01-01; `None` if it does not exist or is outside the years allowed.
#[inline]
pub(super) fn day_number(year: u32, month: u32, day: u32) -> Option<i32> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let index = ((year - FIRST_YEAR) * 12 + month - 1) as usize;
    let (start, next) = (MONTH_STARTS[index], MONTH_STARTS[index + 1]);
    (day >= 1 && day <= (next - start) as u32).then_some(start + day as i32 - 1)
}

/// Whether a day, in days since 1970-01-01, is in the years allowed.
pub(super) fn covers(day: i64) -> bool {
    (i64::from(FIRST_DAY)..i64::from(MONTH_STARTS[MONTHS])).contains(&day)
}

/// Local time in a time zone, for the years 1900 to 2100.
///
/// A time that clocks skip is moved forward by the skipped time. A time that they show twice is its earlier instant. On
/// days without a change of offset, a conversion is one table lookup.
#[derive(Clone, Debug)]
pub struct LocalTime {
    zone: Tz,
    /// Seconds east of UTC for each day, or `CHANGES`.
    offsets: Vec<i32>,
}

impl LocalTime {
    /// Looks up the zone's offsets. This takes some milliseconds, so sources should share the value.
    pub fn new(zone: Tz) -> Self {
        let last = MONTH_STARTS[MONTHS];
        let offset = |local: i64| offset_at(zone, local);
        // An offset is less than a day. If it is the same at the day's edges in UTC, widened by that offset, it did not
        // change in between.
        let offsets = (FIRST_DAY..last)
            .map(|day| {
                let midnight = i64::from(day) * DAY_SECONDS;
                let guess = offset(midnight);
                let start = offset(midnight - i64::from(guess) - 1);
                let end = offset(midnight - i64::from(guess) + DAY_SECONDS);
                if start == guess && end == guess { guess } else { CHANGES }
            })
            .collect();
        Self { zone, offsets }
    }

    /// The zone's offsets, looked up once per process.
    pub(super) fn shared(zone: Tz) -> Arc<Self> {
        static KNOWN: Mutex<Vec<Arc<LocalTime>>> = Mutex::new(Vec::new());
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

    /// Seconds since 1970 UTC for `second` (of the day) on a day from [`day_number`].
    #[inline]
    pub(super) fn to_utc(&self, day: i32, second: i64) -> i64 {
        let local = i64::from(day) * DAY_SECONDS + second;
        match self.offsets.get((day - FIRST_DAY) as usize) {
            Some(offset) if *offset != CHANGES => local - i64::from(*offset),
            _ => self.resolve(local),
        }
    }

    /// Microseconds since 1970 UTC of a wall-clock time in microseconds; `None` outside the years covered.
    pub(in crate::extract) fn micros_to_utc(&self, local: i64) -> Option<i64> {
        let seconds = local.div_euclid(1_000_000);
        let day = i32::try_from(seconds.div_euclid(DAY_SECONDS)).ok()?;
        let covered = usize::try_from(day - FIRST_DAY).ok().filter(|at| *at < self.offsets.len());
        covered.map(|_| self.to_utc(day, seconds.rem_euclid(DAY_SECONDS)) * 1_000_000 + local.rem_euclid(1_000_000))
    }

    #[cold]
    fn resolve(&self, local: i64) -> i64 {
        let Some(naive) = naive(local) else { return local };
        let offset = self.zone.offset_from_local_datetime(&naive);
        match (offset.earliest(), offset.latest()) {
            (Some(a), Some(b)) => local - i64::from(a.fix().local_minus_utc().max(b.fix().local_minus_utc())),
            // In a gap: use the offset before it.
            _ => local - i64::from(offset_at(self.zone, local - DAY_SECONDS)),
        }
    }
}

fn naive(second: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(second, 0).map(|t| t.naive_utc())
}

/// Seconds east of UTC at an instant.
fn offset_at(zone: Tz, second: i64) -> i32 {
    let epoch = NaiveDate::default().and_time(chrono::NaiveTime::MIN);
    let at = epoch.checked_add_signed(TimeDelta::seconds(second)).unwrap_or(epoch);
    zone.offset_from_utc_datetime(&at).fix().local_minus_utc()
}
