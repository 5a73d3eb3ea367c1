//! The end of a day in a time zone.

use chrono::{Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The first instant after the as-of day in the zone, in UTC.
pub fn end_of_day(as_of: NaiveDate, zone: Tz) -> chrono::DateTime<Utc> {
    let midnight = as_of.checked_add_days(Days::new(1)).unwrap_or(as_of).and_time(NaiveTime::MIN);
    // A zone may skip midnight on the day its clocks change: then the day ends at the first instant that exists.
    let local = (0..240)
        .find_map(|minutes| zone.from_local_datetime(&(midnight + chrono::Duration::minutes(minutes))).earliest());
    local.map_or_else(|| midnight.and_utc(), |instant| instant.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_local_midnight() {
        let day = NaiveDate::from_ymd_opt(2025, 12, 31).unwrap();
        assert_eq!(end_of_day(day, Tz::Europe__Stockholm).to_rfc3339(), "2025-12-31T23:00:00+00:00");
        assert_eq!(end_of_day(day, Tz::UTC).to_rfc3339(), "2026-01-01T00:00:00+00:00");
    }
}
