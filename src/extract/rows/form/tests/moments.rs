//! Dates and timestamps in declared forms, compared with chrono.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{
    super::{
        super::parse::{CellParser, DateCell},
        *,
    },
    read, strings,
};
use crate::local_time::LocalTime;

fn date(formats: &[&str]) -> FormedDate {
    FormedDate::new(&strings(formats), false).unwrap()
}

fn timestamp(formats: &[&str], zone: Tz) -> FormedTimestamp {
    FormedTimestamp::new(&strings(formats), &LocalTime::shared(zone), false).unwrap()
}

fn day(text: &str) -> i32 {
    DateCell.slow(text.as_bytes()).unwrap()
}

#[test]
fn dates_in_declared_forms() {
    for (format, cell, expected) in [
        ("%d.%m.%Y", "29.02.2024", "2024-02-29"),
        ("%d.%m.%Y", "1.2.2024", "2024-02-01"),
        ("%d.%m.%Y", "31.12.2100", "2100-12-31"),
        ("%d/%m-%y", "05/06-24", "2024-06-05"),
        ("%d/%m-%y", "05/06-69", "2069-06-05"),
        ("%d/%m-%y", "05/06-70", "1970-06-05"),
        ("%d/%m-%y", "05/06-00", "2000-06-05"),
        ("%Y%m%d", "20240229", "2024-02-29"),
        ("%y%m%d", "240229", "2024-02-29"),
        ("%m/%d/%Y", "12/31/1999", "1999-12-31"),
        ("%F", "2024-02-29", "2024-02-29"),
        ("%Y-%j", "2024-366", "2024-12-31"),
        ("%Y.%j", "2023.1", "2023-01-01"),
        ("%e.%m.%Y", " 1.02.2024", "2024-02-01"),
        ("%d %b %Y", "1 Feb 2024", "2024-02-01"),
        ("%d %B %Y", "29 february 2024", "2024-02-29"),
        ("%A %d %B %Y", "Thursday 29 February 2024", "2024-02-29"),
        ("%G-W%V-%u", "2024-W09-4", "2024-02-29"),
        ("%d.%m.%Y %H:%M", "29.02.2024 23:59", "2024-02-29"),
        ("%Y-%m-%d 00:00:00.000", "2024-02-29 00:00:00.000", "2024-02-29"),
        ("%Y år %m månad %d", "2024 år 02 månad 29", "2024-02-29"),
        ("%Y%%%m%%%d", "2024%02%29", "2024-02-29"),
    ] {
        assert_eq!(read(&date(&[format]), cell), Ok(day(expected)), "{format} {cell}");
    }
}

#[test]
fn cells_that_do_not_match_a_date_format() {
    for (format, cells) in [
        (
            "%d.%m.%Y",
            &[
                "31.02.2024",
                "29.02.2023",
                "29.02.1900",
                "00.01.2024",
                "01.00.2024",
                "01.13.2024",
                "32.01.2024",
                "",
                "01.02.24",
                "01.02.024",
                "01.02.20245",
                "2024-02-01",
                "01-02-2024",
                "01.02.2024 ",
                " 01.02.2024",
                "01.02.2024x",
                "01..2024",
                "01.02.",
                "٠١.02.2024",
                "1.2.2024.",
                "001.02.2024",
                "01.02.-2024",
                "01.02.+2024",
                "01. 02.2024",
                "0１.02.2024",
            ][..],
        ),
        ("%Y%m%d", &["2024115", "202401015", "2024010", "24010101x", "20241301", "20240230", "2024 101"][..]),
        ("%d/%m-%y", &["05/06-2024", "05/06-4", "05-06-24"][..]),
        ("%Y-%j", &["2023-366", "2024-000", "2024-367"][..]),
        ("%d.%m.%Y %H:%M", &["29.02.2024 24:00", "29.02.2024 23:60", "29.02.2024 2359", "29.02.2024"][..]),
        ("%A %d %B %Y", &["Friday 29 February 2024", "Thursday 30 February 2024"][..]),
    ] {
        for cell in cells {
            assert_eq!(read(&date(&[format]), cell).unwrap_err(), format!("is not a date ({format})"), "{cell}");
        }
    }
    for cell in ["31.12.1899", "01.01.2101", "01.01.0000", "01.01.9999"] {
        assert_eq!(read(&date(&["%d.%m.%Y"]), cell).unwrap_err(), "is outside the years 1900 to 2100", "{cell}");
    }
    assert_eq!(
        read(&date(&["%d.%m.%Y", "%Y%m%d", "%d/%m-%y"]), "2024-01-01").unwrap_err(),
        "is not a date (%d.%m.%Y, %Y%m%d or %d/%m-%y)"
    );
}

#[test]
fn the_first_format_that_fits_is_used() {
    let both = date(&["%d.%m.%Y", "%Y%m%d", "%d/%m-%y"]);
    for cell in ["03.04.2024", "20240403", "3/4-24"] {
        assert_eq!(read(&both, cell), Ok(day("2024-04-03")), "{cell}");
    }
    let plain = FormedDate::new(&strings(&["%d.%m.%Y"]), true).unwrap();
    assert_eq!(read(&plain, "2024-04-03"), Ok(day("2024-04-03")));
    assert_eq!(read(&plain, "03.04.2024"), Ok(day("2024-04-03")));
    assert_eq!(read(&plain, "3/4/2024").unwrap_err(), "is not a date (%d.%m.%Y)");
    let swapped = FormedDate::new(&strings(&["%Y-%d-%m"]), true).unwrap();
    assert_eq!(read(&swapped, "2024-04-04"), Ok(day("2024-04-04")));
    assert_eq!(read(&swapped, "2024-04-13"), Ok(day("2024-04-13")));
    assert!(read(&swapped, "2024-04-03").unwrap_err().starts_with("is ambiguous"));
}

const SECOND: i64 = 1_000_000;

fn utc(text: &str) -> i64 {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap().and_utc().timestamp_micros()
}

#[test]
fn timestamps_in_declared_forms() {
    for (format, cell, expected) in [
        ("%d.%m.%Y %H:%M", "01.07.2024 12:30", "2024-07-01 10:30:00"),
        ("%d.%m.%Y %H:%M", "1.7.2024  9:05", "2024-07-01 07:05:00"),
        ("%d.%m.%Y %H.%M.%S", "01.12.2024 12.30.59", "2024-12-01 11:30:59"),
        ("%d.%m.%Y kl. %H:%M", "01.12.2024 kl. 12:30", "2024-12-01 11:30:00"),
        ("%Y%m%d%H%M%S", "20240701123059", "2024-07-01 10:30:59"),
        ("%Y%m%d", "20240701", "2024-06-30 22:00:00"),
        ("%m/%d/%Y %I:%M %p", "07/01/2024 12:30 AM", "2024-06-30 22:30:00"),
        ("%m/%d/%Y %I:%M %p", "07/01/2024 12:30 pm", "2024-07-01 10:30:00"),
        ("%m/%d/%Y %I:%M %p", "07/01/2024 1:30 Pm", "2024-07-01 11:30:00"),
        ("%m/%d/%Y %I:%M%P", "07/01/2024 11:30pm", "2024-07-01 21:30:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-07-01T12:30:00+0000", "2024-07-01 12:30:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-07-01T12:30:00-03:30", "2024-07-01 16:00:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-07-01T12:30:00Z", "2024-07-01 12:30:00"),
        ("%d.%m.%Y %H:%M:%S %:z", "01.07.2024 12:30:00 +05:00", "2024-07-01 07:30:00"),
        ("%d.%m.%Y %H:%M:%S%.f", "01.07.2024 12:30:00.25", "2024-07-01 10:30:00.25"),
        ("%d.%m.%Y %H:%M:%S%.f", "01.07.2024 12:30:00", "2024-07-01 10:30:00"),
        ("%d.%m.%Y %H:%M:%S,%f", "01.07.2024 12:30:00,123", "2024-07-01 10:30:00.123"),
        ("%d.%m.%Y %H:%M:%S.%f", "01.07.2024 12:30:00.123456000", "2024-07-01 10:30:00.123456"),
        ("%d.%m.%Y %H:%M:%S.%3f", "01.07.2024 12:30:00.123", "2024-07-01 10:30:00.123"),
        ("%s", "1719829800", "2024-07-01 10:30:00"),
        ("%d %b %Y %H:%M", "1 Jul 2024 12:30", "2024-07-01 10:30:00"),
        ("%d %b %Y", "1 Jul 2024", "2024-06-30 22:00:00"),
        ("%a, %d %b %Y %H:%M:%S %z", "Mon, 01 Jul 2024 12:30:00 +0300", "2024-07-01 09:30:00"),
    ] {
        let parser = timestamp(&[format], chrono_tz::Europe::Stockholm);
        assert_eq!(read(&parser, cell), Ok(utc(expected)), "{format} {cell}");
    }
}

#[test]
fn cells_that_do_not_match_a_timestamp_format() {
    for (format, cells) in [
        (
            "%d.%m.%Y %H:%M",
            &[
                "01.07.2024 24:00",
                "01.07.2024 12:60",
                "01.07.2024 12",
                "01.07.2024",
                "01.07.202412:30",
                "01.07.2024 12:30:00",
                "01.07.2024T12:30",
                "01.07.2024 -1:30",
                "31.02.2024 10:00",
                "01.07.2024\u{a0}12:30",
                "01.07.2024 12:30 PM",
            ][..],
        ),
        (
            "%m/%d/%Y %I:%M %p",
            &["07/01/2024 13:30 PM", "07/01/2024 0:30 AM", "07/01/2024 1:30", "07/01/2024 1:30 XM"][..],
        ),
        ("%d.%m.%Y %H:%M:%S", &["01.07.2024 23:59:60", "01.07.2024 23:59:6x"][..]),
        ("%d.%m.%Y %H:%M:%S.%f", &["01.07.2024 12:30:00.", "01.07.2024 12:30:00"][..]),
        ("%d.%m.%Y %H:%M %z", &["01.07.2024 12:30", "01.07.2024 12:30 CET", "01.07.2024 12:30 +25:00"][..]),
        ("%d %b %Y %H:%M:%S", &["1 Jul 2024 12:30:60", "1 Juli 2024 12:30:00", "1 Maj 2024 12:30:00"][..]),
    ] {
        let parser = timestamp(&[format], chrono_tz::Europe::Stockholm);
        for cell in cells {
            assert_eq!(read(&parser, cell).unwrap_err(), format!("is not a timestamp ({format})"), "{cell}");
        }
    }
    let parser = timestamp(&["%d.%m.%Y %H:%M:%S.%f"], chrono_tz::Europe::Stockholm);
    assert!(read(&parser, "01.07.2024 12:30:00.1234567").unwrap_err().contains("6 decimals"));
    assert!(read(&parser, "01.07.1899 12:30:00.1").unwrap_err().contains("outside"));
}

#[test]
fn gaps_move_forward_and_overlaps_take_the_earlier_instant() {
    use chrono_tz::{Atlantic::Reykjavik, Europe::*};
    for (zone, local, instant) in [
        (Stockholm, "31.03.2024 02:30:00", "2024-03-31 01:30:00"),
        (Stockholm, "27.10.2024 02:30:00", "2024-10-27 00:30:00"),
        (Helsinki, "31.03.2024 03:30:00", "2024-03-31 01:30:00"),
        (Helsinki, "27.10.2024 03:30:00", "2024-10-27 00:30:00"),
        (Lisbon, "31.03.2024 01:30:00", "2024-03-31 01:30:00"),
        (Lisbon, "27.10.2024 01:30:00", "2024-10-27 00:30:00"),
        // Portugal adopted Central European Time: no gap, as the change coincided with the start of summer time.
        (Lisbon, "27.09.1992 01:30:00", "1992-09-27 00:30:00"),
        // Clock changes in wartime and in 1980, when Sweden reintroduced summer time.
        (Stockholm, "06.04.1980 02:30:00", "1980-04-06 01:30:00"),
        (Stockholm, "01.10.1916 00:30:00", "1916-09-30 22:30:00"),
        (Helsinki, "29.03.1981 02:30:00", "1981-03-29 00:30:00"),
        (Reykjavik, "01.07.2024 12:00:00", "2024-07-01 12:00:00"),
    ] {
        let parser = timestamp(&["%d.%m.%Y %H:%M:%S"], zone);
        assert_eq!(read(&parser, local), Ok(utc(instant)), "{zone} {local}");
    }
}

#[test]
fn every_hour_of_unusual_years_matches_the_zone() {
    use chrono_tz::{America::St_Johns, Europe::*, Pacific::Apia};
    const FORM: &str = "%d.%m.%Y %H:%M:%S";
    for (zone, year) in [
        (Stockholm, 1916),
        (Stockholm, 1980),
        (Stockholm, 2024),
        (Helsinki, 1942),
        (Helsinki, 1981),
        (Lisbon, 1992),
        (Lisbon, 1996),
        (Lisbon, 1942),
        (London, 1968),
        (London, 1971),
        (Moscow, 2011),
        (Moscow, 2014),
        (Apia, 2011),
        (St_Johns, 2006),
        (Dublin, 1916),
    ] {
        let parser = timestamp(&[FORM], zone);
        let mut local = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_hms_opt(0, 15, 0).unwrap();
        let end = NaiveDate::from_ymd_opt(year + 1, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        while local < end {
            let found = read(&parser, &local.format(FORM).to_string()).unwrap();
            match zone.from_local_datetime(&local).earliest() {
                Some(earliest) => assert_eq!(found, earliest.timestamp() * SECOND, "{zone} {local}"),
                None => {
                    // Moved forward by the skipped time, so it is as far after the start of the gap as the text states.
                    let shown = zone.from_utc_datetime(&DateTime::from_timestamp_micros(found).unwrap().naive_utc());
                    assert!(shown.naive_local() > local, "{zone} {local}: {shown}");
                }
            }
            local += TimeDelta::minutes(30);
        }
    }
}

/// Formats that the steps parse, each with a complete date and time.
const FORMATS: &[&str] = &[
    "%d.%m.%Y %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%d/%m-%y %H.%M.%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%Y-%jT%T",
    "%e/%m/%Y %k:%M:%S",
    "%D %l:%M:%S%P",
    "%FT%T%.f",
    "%F %T,%f",
];

fn moments() -> impl Strategy<Value = NaiveDateTime> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
    (0_i64..36_500, 0_u32..86_400, 0_u32..1_000_000).prop_map(move |(days, second, micros)| {
        (epoch + TimeDelta::days(days)).and_hms_opt(0, 0, 0).unwrap()
            + TimeDelta::seconds(i64::from(second))
            + TimeDelta::microseconds(i64::from(micros))
    })
}

proptest! {
    #[test]
    fn a_time_written_in_a_format_is_read_back(moment in moments()) {
        for format in FORMATS {
            let cell = moment.format(format).to_string();
            let chrono = NaiveDateTime::parse_from_str(&cell, format).unwrap();
            let parser = timestamp(&[format], chrono_tz::UTC);
            prop_assert_eq!(read(&parser, &cell), Ok(chrono.and_utc().timestamp_micros()), "{} {}", format, cell);
            let day = chrono.date().to_epoch_days();
            prop_assert_eq!(read(&date(&[format]), &cell), Ok(day), "{} {}", format, cell);
        }
    }

    #[test]
    fn no_time_is_parsed_differently_from_chrono(moment in moments(), at in 0_usize..24, with in "[0-9 :.a-z-]{0,2}") {
        for format in FORMATS.iter().filter(|format| !format.contains("%f")) {
            let mut cell: Vec<char> = moment.format(format).to_string().chars().collect();
            let at = at.min(cell.len());
            let end = (at + 1).min(cell.len());
            cell.splice(at..end, with.chars());
            let cell: String = cell.into_iter().collect();
            if let Ok(instant) = read(&timestamp(&[format], chrono_tz::UTC), &cell) {
                let chrono = NaiveDateTime::parse_from_str(&cell, format);
                prop_assert_eq!(chrono.map(|time| time.and_utc().timestamp_micros()), Ok(instant), "{} {}", format, cell);
            }
        }
    }
}

#[test]
fn formats_without_a_complete_date_are_refused() {
    for sound in ["%d.%m.%Y", "%d/%m-%y", "%Y%m%d", "%d %b %Y", "%s", "%FT%T%z", "%I %p %D", "%Y-%j", "%G-W%V-%u", "%+"]
    {
        assert_eq!(check_moment_format(sound), Ok(()), "{sound}");
    }
    for wrong in
        ["%q", "%", "dd.mm.yyyy", "%d.%m", "%H:%M", "", "%d.%m.%Y %I:%M", "%d.%m.%Y %H:%M %Z", "%Y-W%V", "%Y%d"]
    {
        assert!(check_moment_format(wrong).is_err(), "{wrong}");
    }
    assert_eq!(formats_at_odds("%d.%m.%Y", "%Y%m%d"), None);
    assert_eq!(formats_at_odds("%d.%m.%Y", "%d.%m.%y"), None);
    assert_eq!(formats_at_odds("%d.%m.%Y", "%e.%m.%Y"), None);
    assert_eq!(formats_at_odds("%d/%m/%Y", "%m/%d/%Y").as_deref(), Some("05/06/2004"));
    assert_eq!(formats_at_odds("%y%m%d", "%d%m%y").as_deref(), Some("060504"));
}
