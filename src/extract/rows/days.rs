//! The days that extracts may contain: calendar arithmetic with a table instead of divisions.

use crate::source::YEARS;

/// The first year allowed for dates.
pub(super) const FIRST_YEAR: u32 = *YEARS.start();
/// The last year allowed for dates.
pub(super) const LAST_YEAR: u32 = *YEARS.end();
/// 1900-01-01 in days since 1970-01-01.
const FIRST_DAY: i32 = -25_567;
const MONTHS: usize = (LAST_YEAR - FIRST_YEAR + 1) as usize * 12;

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
