use chrono::{Days, NaiveDate};
use chrono_tz::TZ_VARIANTS;

use super::*;

/// From an instant in seconds on, a zone has an offset.
#[derive(Clone, Copy)]
struct Span {
    begin: i64,
    end: i64,
    offset: i64,
}

/// The offsets of a zone from 1990 to 2040, found with nothing but the offset at an instant: every half day, and between
/// two that differ by bisection.
fn spans(zone: Tz) -> Vec<Span> {
    let at = |seconds: i64| {
        let utc = DateTime::from_timestamp(seconds, 0).expect("in range").naive_utc();
        i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
    };
    const STEP: i64 = 43_200;
    let first = 631_152_000;
    let mut spans = vec![Span { begin: i64::MIN, end: i64::MAX, offset: at(first) }];
    for start in (first..2_208_988_800).step_by(STEP as usize) {
        let (mut before, mut after) = (start, start + STEP);
        let last = spans.last_mut().expect("one at least");
        if at(after) == last.offset {
            continue;
        }
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            *(if at(middle) == last.offset { &mut before } else { &mut after }) = middle;
        }
        last.end = after;
        spans.push(Span { begin: after, end: i64::MAX, offset: at(after) });
    }
    spans
}

/// The rule, stated on spans. A local time is its earliest instant, or moves forward from the span that it follows.
fn expected_instant(spans: &[Span], local: i64) -> i64 {
    let shown = spans.iter().find(|span| (span.begin..span.end).contains(&(local - span.offset)));
    let skipped = || spans.iter().rev().find(|span| local - span.offset >= span.end);
    local - shown.or_else(skipped).expect("spans have no end").offset
}

/// A day starts at the first instant at which the calendar shows it, or a later one.
fn expected_start(spans: &[Span], day: NaiveDate) -> i64 {
    let midnight = i64::from(day.to_epoch_days()) * DAY_SECONDS;
    let firsts = spans.iter().map(|span| (span.begin.max(midnight - span.offset), span));
    firsts.filter(|(first, span)| *first < span.end).map(|(first, _)| first).min().expect("spans have no end")
}

#[test]
fn every_zone_keeps_the_rule_at_all_its_changes_since_1990() {
    let (mut changes, mut skipped, mut shown_twice, mut whole_days) = (0, 0, 0, 0);
    for zone in TZ_VARIANTS {
        let spans = spans(zone);
        let local_time = LocalTime::new(zone);
        for (index, pair) in spans.windows(2).enumerate() {
            let (before, after) = (pair[0], pair[1]);
            // The spans around the change: none of them lasts only days.
            let near = &spans[index.saturating_sub(3)..(index + 5).min(spans.len())];
            let change = after.begin;
            changes += 1;

            for micros in [-DAY_SECONDS * MICROS, -1, 0, 1, DAY_SECONDS * MICROS] {
                let utc = change * MICROS + micros;
                let span = near.iter().find(|span| (span.begin..span.end).contains(&utc.div_euclid(MICROS)));
                let local = utc + span.expect("spans have no gap").offset * MICROS;
                assert_eq!(local_time.micros_to_local(utc), Some(local), "{zone} at {change} s and {micros} µs");
                assert_eq!(
                    local_time.day_at(utc).map(i64::from),
                    Some(local.div_euclid(DAY_SECONDS * MICROS)),
                    "{zone} at {change} s and {micros} µs"
                );
            }

            let (left, right) = (change + before.offset, change + after.offset);
            for edge in [left, right, i64::midpoint(left, right)] {
                for second in [-DAY_SECONDS, -3_600, -1_800, -60, -1, 0, 1, 60, 1_800, 3_600, DAY_SECONDS] {
                    let local = edge + second;
                    let day = i32::try_from(local.div_euclid(DAY_SECONDS)).expect("in range");
                    let found = local_time.to_utc(day, local.rem_euclid(DAY_SECONDS));
                    assert_eq!(found, expected_instant(near, local), "{zone}, local time {local} s");
                    let micros = local_time.micros_to_utc(local * MICROS + 5);
                    assert_eq!(micros, Some(found * MICROS + 5), "{zone}, local time {local} s");
                }
            }

            let day_of = |local: i64| DateTime::from_timestamp(local, 0).expect("in range").date_naive();
            let from = day_of(left.min(right)) - Days::new(2);
            for day in from.iter_days().take(7) {
                let start = expected_start(near, day);
                assert_eq!(start_of_day(day, zone).timestamp(), start, "{zone} {day}");
                assert_eq!(local_time.start_of_day(day), start * MICROS, "{zone} {day}");
                let next = expected_start(near, day + Days::new(1));
                assert_eq!(end_of_day(day, zone).timestamp(), next, "{zone} {day}");
                assert!(start <= next, "{zone} {day}");
                let midnight = i64::from(day.to_epoch_days()) * DAY_SECONDS;
                skipped += i32::from((left..right).contains(&midnight));
                shown_twice += i32::from((right..left).contains(&midnight));
                whole_days += i32::from(start == next);
            }
        }
    }
    // What the test is about does occur.
    assert!(changes > 20_000 && skipped > 1_000 && shown_twice > 300, "{changes} {skipped} {shown_twice}");
    assert!(whole_days >= 4, "{whole_days} days that a zone skipped");
}

#[test]
fn days_start_where_the_calendar_shows_them_first() {
    for (zone, day, start, end) in [
        (Tz::Europe__Stockholm, "2025-12-31", "2025-12-30T23:00:00Z", "2025-12-31T23:00:00Z"),
        (Tz::UTC, "2025-12-31", "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z"),
        // Midnight is skipped: the day begins at 01:00.
        (Tz::America__Santiago, "2025-09-07", "2025-09-07T04:00:00Z", "2025-09-08T03:00:00Z"),
        (Tz::America__Sao_Paulo, "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        (Tz::Asia__Beirut, "2025-03-30", "2025-03-29T22:00:00Z", "2025-03-30T21:00:00Z"),
        (Tz::Africa__Cairo, "2025-04-25", "2025-04-24T22:00:00Z", "2025-04-25T21:00:00Z"),
        // The hour before midnight is shown twice: the day has 25 hours.
        (Tz::America__Santiago, "2025-04-05", "2025-04-05T03:00:00Z", "2025-04-06T04:00:00Z"),
        // Midnight is shown twice: the earlier one counts.
        (Tz::America__Havana, "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"),
        // 23:30 to 00:30 is skipped: the day begins at 00:30, and 00:00 is read as 01:00.
        (Tz::America__Toronto, "1919-03-31", "1919-03-31T04:30:00Z", "1919-04-01T04:00:00Z"),
        // A day that Samoa skipped.
        (Tz::Pacific__Apia, "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
    ] {
        let day: NaiveDate = day.parse().expect("a date");
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        assert_eq!(start_of_day(day, zone), at(start), "start of {day} in {zone}");
        assert_eq!(end_of_day(day, zone), at(end), "end of {day} in {zone}");
    }
    let toronto = LocalTime::new(Tz::America__Toronto);
    let midnight: DateTime<Utc> = "1919-03-31T00:00:00Z".parse().expect("an instant");
    let one_o_clock: DateTime<Utc> = "1919-03-31T05:00:00Z".parse().expect("an instant");
    assert_eq!(toronto.micros_to_utc(midnight.timestamp_micros()), Some(one_o_clock.timestamp_micros()));
}

#[test]
fn the_calendar_has_a_first_and_a_last_day() {
    for zone in [Tz::America__Santiago, Tz::Pacific__Kiritimati, Tz::Etc__GMTPlus12] {
        assert!(start_of_day(NaiveDate::MIN, zone) < start_of_day(NaiveDate::MIN + Days::new(2), zone));
        assert!(start_of_day(NaiveDate::MAX, zone) <= end_of_day(NaiveDate::MAX, zone));
        let local_time = LocalTime::new(zone);
        assert_eq!(local_time.micros_to_local(i64::MAX), None);
        assert_eq!(local_time.micros_to_local(i64::MIN), None);
        let start = start_of_day(NaiveDate::MAX, zone).timestamp_micros();
        assert_eq!(local_time.start_of_day(NaiveDate::MAX), start);
    }
}

/// Every three hours for seventy years, in zones that change at unusual hours, by half hours, or for Ramadan.
#[test]
fn tables_equal_the_time_zone_database() {
    for zone in [
        Tz::Europe__Stockholm,
        Tz::America__New_York,
        Tz::Australia__Lord_Howe,
        Tz::Africa__Casablanca,
        Tz::Pacific__Apia,
    ] {
        let local_time = LocalTime::new(zone);
        for step in -40_000..200_000_i64 {
            let micros = step * 3 * 3_600 * MICROS + 1;
            let wanted = DateTime::from_timestamp_micros(micros).expect("in range").with_timezone(&zone).naive_local();
            let found = local_time.micros_to_local(micros);
            assert_eq!(found, Some(wanted.and_utc().timestamp_micros()), "{zone} {wanted}");
        }
    }
}
