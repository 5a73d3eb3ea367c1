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
use crate::config::Fractions;
use crate::extract::rows::notes::Note;
use crate::local_time::LocalTime;
use crate::source::{CenturyRule, ValueForm};

fn means(form: &ValueForm) -> Means {
    let day = |text: &str| text.parse().unwrap();
    let century = Century::new(form.two_digit_years, day("2025-06-30"), day("2025-06-30"));
    Means::new(century, &form.months, form.decimal_sign)
}

fn date_of(form: &ValueForm, plain: bool) -> FormedDate {
    FormedDate::new(form, &means(form), plain).unwrap()
}

fn timestamp_of(form: &ValueForm, zone: Tz, plain: bool) -> FormedTimestamp {
    FormedTimestamp::new(form, &means(form), &LocalTime::shared(zone), plain).unwrap()
}

fn date(formats: &[&str]) -> FormedDate {
    date_of(&ValueForm { date_formats: strings(formats), ..ValueForm::default() }, false)
}

fn timestamp(formats: &[&str], zone: Tz) -> FormedTimestamp {
    timestamp_of(&ValueForm { timestamp_formats: strings(formats), ..ValueForm::default() }, zone, false)
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
        ("%d.%m.%Y %H:%M", &["29.02.2024 24:01", "29.02.2024 23:60", "29.02.2024 2359", "29.02.2024"][..]),
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
    let plain = |format: &str| date_of(&ValueForm { date_formats: strings(&[format]), ..ValueForm::default() }, true);
    let swapped = plain("%Y-%d-%m");
    let plain = plain("%d.%m.%Y");
    assert_eq!(read(&plain, "2024-04-03"), Ok(day("2024-04-03")));
    assert_eq!(read(&plain, "03.04.2024"), Ok(day("2024-04-03")));
    assert_eq!(read(&plain, "3/4/2024").unwrap_err(), "is not a date (%d.%m.%Y)");
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
                "01.07.2024 24:01",
                "01.07.2024 12:60",
                "01.07.2024 12",
                "01.07.2024",
                "01.07.202412:30",
                "01.07.2024 12:30:00",
                "01.07.2024T12:30",
                "01.07.2024 -1:30",
                "31.02.2024 10:00",
                "01.07.2024\u{200b}12:30",
                "01.07.2024 12:30 PM",
            ][..],
        ),
        (
            "%m/%d/%Y %I:%M %p",
            &["07/01/2024 13:30 PM", "07/01/2024 0:30 AM", "07/01/2024 1:30", "07/01/2024 1:30 XM"][..],
        ),
        ("%d.%m.%Y %H:%M:%S", &["01.07.2024 23:58:60", "01.07.2024 23:59:6x"][..]),
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
    let finer = parser.slow_noted(b"01.07.2024 12:30:00.1234567");
    assert_eq!(finer, Ok((utc("2024-07-01 10:30:00.123456"), Some(Note::FractionCut))));
    assert!(parser.fast(b"01.07.2024 12:30:00.1234567", 0, 27).is_none(), "the slow path counts it");
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
    fn a_time_written_in_a_named_form_is_read_back(moment in moments()) {
        let at = moment.and_utc().timestamp_micros();
        let iso = timestamp(&["iso_8601"], chrono_tz::America::St_Johns);
        for written in [
            "%Y-%m-%dT%H:%M:%S%.6fZ", "%Y%m%dT%H%M%S,%6fz", "%G-W%V-%uT%H:%M:%S.%6f+00:00", "%GW%V%uT%H%M%S.%6f+0000",
            "%Y-%jt%H:%M:%S,%6f UTC", "%Y%j %H%M%S.%6f -00",
        ] {
            let cell = moment.format(written).to_string();
            prop_assert_eq!(read(&iso, &cell), Ok(at), "{}", cell);
        }
        for (format, cell, expected) in [
            ("epoch_microseconds", at.to_string(), at),
            ("epoch_milliseconds", format!("{}.{:03}", at / 1000, at % 1000), at),
            ("epoch_seconds", format!("{}.{:06}", at / 1_000_000, at % 1_000_000), at),
            ("epoch_seconds", (at / 1_000_000).to_string(), at / 1_000_000 * 1_000_000),
        ] {
            prop_assert_eq!(read(&timestamp(&[format], chrono_tz::UTC), &cell), Ok(expected), "{} {}", format, cell);
        }
        // As spreadsheets hold times: numbers of 64 bits, of which 15 digits or 17 are written.
        let millis = at.div_euclid(1000);
        let serial = 25_569.0 + millis as f64 / 86_400_000.0;
        for cell in [format!("{serial}"), format!("{serial:.10}")] {
            let parser = timestamp(&["excel_1900"], chrono_tz::UTC);
            prop_assert_eq!(read(&parser, &cell), Ok(millis * 1000), "{}", cell);
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
        assert!(check_moment_format(sound).is_ok(), "{sound}");
    }
    for wrong in [
        "%s%f",
        "%s.%f",
        "epoch_millis",
        "%Y epoch_seconds",
        "%q",
        "%",
        "dd.mm.yyyy",
        "%d.%m",
        "%H:%M",
        "",
        "%d.%m.%Y %I:%M",
        "%d.%m.%Y %H:%M %Z",
        "%Y-W%V",
        "%Y%d",
    ] {
        assert!(check_moment_format(wrong).is_err(), "{wrong}");
    }
    let needs = |format: &str| check_moment_format(format).unwrap();
    for short in ["%d.%m.%y", "%D", "%g-W%V-%u", "%d-%b-%y %I.%M.%S.%f %p", "%x"] {
        assert!(needs(short).century, "{short}");
    }
    for whole in ["%d.%m.%Y", "%C%y-%m-%d", "%G-W%V-%u", "%s", "%Y %y %m %d", "epoch_seconds"] {
        assert!(!needs(whole).century, "{whole}");
    }
    assert!(needs("epoch_milliseconds").instant && needs("/Date(epoch_milliseconds)/").instant);
    assert!(!needs("excel_1904").instant && !needs("iso_8601").instant);
    for (one, other) in [
        ("epoch_seconds", "epoch_milliseconds"),
        ("excel_1900", "excel_1904"),
        ("epoch_seconds", "%Y%m%d"),
        ("%y%m%d", "excel_1900"),
        ("iso_8601", "%Y-%d-%m"),
        ("iso_8601", "epoch_seconds"),
    ] {
        assert!(formats_at_odds(one, other).is_some() && formats_at_odds(other, one).is_some(), "{one} {other}");
    }
    for (one, other) in [
        ("iso_8601", "%Y%m%d"),
        ("excel_1900", "%d.%m.%Y"),
        ("excel_1900", "iso_8601"),
        ("epoch_milliseconds", "%d.%m.%Y %H:%M"),
        ("/Date(epoch_milliseconds)/", "epoch_seconds"),
    ] {
        assert_eq!(formats_at_odds(one, other), None, "{one} {other}");
    }
    assert_eq!(formats_at_odds("%d.%m.%Y", "%Y%m%d"), None);
    assert_eq!(formats_at_odds("%d.%m.%Y", "%d.%m.%y"), None);
    assert_eq!(formats_at_odds("%d.%m.%Y", "%e.%m.%Y"), None);
    assert_eq!(formats_at_odds("%d/%m/%Y", "%m/%d/%Y").as_deref(), Some("05/06/2004"));
    assert_eq!(formats_at_odds("%y%m%d", "%d%m%y").as_deref(), Some("060504"));
}

#[test]
fn months_and_weekdays_of_a_declared_language() {
    use crate::config::MonthLanguage::{Da, De, En, Fi, Nb, Sv};
    let form = |format: &str, months: &[crate::config::MonthLanguage]| ValueForm {
        date_formats: strings(&[format]),
        months: months.to_vec(),
        two_digit_years: Some(CenturyRule::Pivot(70)),
        ..ValueForm::default()
    };
    for (languages, format, cell, expected) in [
        (&[Sv][..], "%d %b %Y", "3 maj 2025", "2025-05-03"),
        (&[Sv], "%d-%b-%y", "03-okt-25", "2025-10-03"),
        (&[Sv], "%A den %d %B %Y", "lördag den 1 mars 2025", "2025-03-01"),
        (&[Sv], "%a %d %b %Y", "Mån 3 FEB. 2025", "2025-02-03"),
        (&[Nb], "%d. %B %Y", "17. mai 2025", "2025-05-17"),
        (&[Nb], "%d. %b. %Y", "24. des. 2025", "2025-12-24"),
        (&[Da], "%d. %B %Y", "1. marts 2025", "2025-03-01"),
        (&[Fi], "%d. %B %Y", "1. maaliskuuta 2025", "2025-03-01"),
        (&[Fi], "%a %d. %b %Y", "la 1. maalis 2025", "2025-03-01"),
        (&[De], "%d. %B %Y", "1. März 2025", "2025-03-01"),
        (&[De], "%d.%b.%Y", "01.Mrz.2025", "2025-03-01"),
        (&[De], "%d. %b %Y", "1. Sept. 2025", "2025-09-01"),
        (&[Sv, En, Fi], "%d %b %Y", "6 Oct 2025", "2025-10-06"),
        (&[Sv, En, Fi], "%d %b %Y", "6 kesä 2025", "2025-06-06"),
        (&[], "%d %b %Y", "6 October 2025", "2025-10-06"),
    ] {
        assert_eq!(read(&date_of(&form(format, languages), false), cell), Ok(day(expected)), "{format} {cell}");
    }
    for (languages, format, cell) in [
        (&[Sv][..], "%d %b %Y", "3 May 2025"),
        (&[Sv], "%d %b %Y", "3 majj 2025"),
        (&[Sv], "%A den %d %B %Y", "söndag den 1 mars 2025"),
        (&[De], "%d. %B %Y", "1. Marz 2025"),
        (&[], "%d %b %Y", "3 maj 2025"),
        (&[Fi], "%d. %B %Y", "31. huhtikuuta 2025"),
    ] {
        assert!(read(&date_of(&form(format, languages), false), cell).is_err(), "{format} {cell}");
    }
}

#[test]
fn years_of_two_digits_follow_their_rule() {
    let form = |format: &str, rule| ValueForm {
        date_formats: strings(&[format]),
        two_digit_years: Some(rule),
        ..ValueForm::default()
    };
    for (format, rule, cell, expected) in [
        ("%d.%m.%y", CenturyRule::Past, "15.03.58", "1958-03-15"),
        ("%d.%m.%y", CenturyRule::Past, "30.06.25", "2025-06-30"),
        ("%d.%m.%y", CenturyRule::Past, "01.07.25", "1925-07-01"),
        ("%y%j", CenturyRule::Past, "24366", "2024-12-31"),
        ("%g-W%V-%u", CenturyRule::Past, "25-W09-6", "2025-03-01"),
        ("%g-W%V-%u", CenturyRule::Past, "26-W01-1", "1926-01-04"),
        ("%d %U %y %w", CenturyRule::Pivot(20), "01 08 25 6", "none"),
        ("%d.%m.%y", CenturyRule::Pivot(20), "01.02.20", "1920-02-01"),
        ("%d.%m.%y", CenturyRule::Pivot(20), "01.02.19", "2019-02-01"),
        ("%a %d.%m.%y", CenturyRule::Pivot(70), "Sat 01.03.25", "2025-03-01"),
        // The weekday is that of 1925.
        ("%a %d.%m.%y", CenturyRule::Pivot(70), "Sun 01.03.25", "none"),
    ] {
        let found = read(&date_of(&form(format, rule), false), cell);
        assert_eq!(found.ok(), (expected != "none").then(|| day(expected)), "{format} {cell}");
    }
}

#[test]
fn spaces_that_do_not_break_and_the_end_of_the_day() {
    for (format, cell, expected) in [
        ("%m/%d/%Y, %I:%M %p", "7/1/2024, 1:30\u{202f}PM", "2024-07-01 11:30:00"),
        ("%m/%d/%Y, %I:%M %p", "7/1/2024,\u{a0}1:30 \u{a0}am", "2024-06-30 23:30:00"),
        ("%m/%d/%Y %I:%M %p", "7/1/2024 1:30 p.m.", "2024-07-01 11:30:00"),
        ("%d.%m.%Y %H:%M", "30.06.2024 24:00", "2024-06-30 22:00:00"),
        ("%d.%m.%Y %H:%M:%S", "31.12.2024 24:00:00", "2024-12-31 23:00:00"),
        ("%d.%m.%Y %H:%M %z", "01.07.2024 12:30 GMT+1", "2024-07-01 11:30:00"),
        ("%d.%m.%Y %H:%M%z", "01.07.2024 12:30 +0100", "2024-07-01 11:30:00"),
        ("%d.%m.%Y %H:%M%z", "01.07.2024 12:30+02:00[Europe/Stockholm]", "2024-07-01 10:30:00"),
        ("%a, %d %b %Y %H:%M:%S %z", "Mon, 01 Jul 2024 12:30:00 GMT", "2024-07-01 12:30:00"),
        ("%d-%b-%y %I.%M.%S.%f %p", "01-JUL-24 01.30.12.500000 PM", "2024-07-01 11:30:12.5"),
        ("epoch_milliseconds", "1719829800500", "2024-07-01 10:30:00.5"),
        ("excel_1900", "45474.5", "2024-07-01 10:00:00"),
        ("iso_8601", "2024-W27-1T12:30+0200", "2024-07-01 10:30:00"),
    ] {
        let parser = timestamp(&[format], chrono_tz::Europe::Stockholm);
        assert_eq!(read(&parser, cell), Ok(utc(expected)), "{format} {cell}");
    }
}

/// Whether a cell is empty: a value that is one too, or a cell that no value has.
fn is_null<P: CellParser>(parser: &P, cell: &[u8]) -> bool {
    parser.is_null(cell) || (parser.slow(cell).is_err() && parser.is_far_null(cell))
}

#[test]
fn a_null_word_is_compared_as_the_time_that_it_means() {
    let form = ValueForm {
        null_words: strings(&["9999-12-31", "1900-01-01", "NULL"]),
        timestamp_formats: strings(&["%d.%m.%Y %H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]),
        date_formats: strings(&["%d.%m.%Y"]),
        ..ValueForm::default()
    };
    let plain = ValueForm { timestamp_formats: Vec::new(), date_formats: Vec::new(), ..form.clone() };
    let stockholm = chrono_tz::Europe::Stockholm;
    let timestamps = [timestamp_of(&form, stockholm, false), timestamp_of(&plain, stockholm, false)];
    for (cells, parser) in [
        (&["31.12.9999 00:00:00", "9999-12-31 00:00:00.000", "01.01.1900 00:00:00"][..], &timestamps[0]),
        (
            &[
                "9999-12-31",
                "9999-12-31T00:00:00",
                "9999-12-31 00:00:00.000000",
                "9999-12-31T00:00:00Z",
                "9999-12-30T23:00:00Z",
                "1900-01-01 00:00:00",
                "1900-01-01",
            ],
            &timestamps[1],
        ),
    ] {
        for cell in cells {
            assert!(is_null(parser, cell.as_bytes()), "{cell}");
            assert_eq!(parser.fast(cell.as_bytes(), 0, cell.len()), None, "{cell}");
        }
    }
    for cell in ["9999-12-31 00:00:01", "9998-12-31", "1900-01-02", "2024-01-01 00:00:00"] {
        assert!(!is_null(&timestamps[1], cell.as_bytes()), "{cell}");
    }
    let zero = ValueForm { null_words: strings(&["0000-00-00"]), ..ValueForm::default() };
    let zero = timestamp_of(&zero, stockholm, false);
    assert!(is_null(&zero, b"0000-00-00 00:00:00") && is_null(&zero, b"0000-00-00") && !is_null(&zero, b"0000-00-01"));
    let dates = [date_of(&form, false), date_of(&plain, false)];
    assert!(is_null(&dates[0], b"31.12.9999") && is_null(&dates[0], b"01.01.1900"));
    assert!(is_null(&dates[1], b"9999-12-31") && is_null(&dates[1], b"9999-12-31 00:00:00"));
    assert_eq!(dates[0].fast(b"01.01.1900", 0, 10), None);
    assert!(!is_null(&dates[1], b"9999-12-30") && !is_null(&dates[1], b"9999-12-31 12:00:00"));
}

#[test]
fn a_day_in_a_named_form_has_no_time() {
    let parser = date(&["excel_1900", "iso_8601"]);
    for cell in ["45717", "45717.0", "2025-W09-6", "20250301T000000"] {
        assert_eq!(read(&parser, cell), Ok(day("2025-03-01")), "{cell}");
    }
    for cell in ["45717.5", "20250301T000001", "2025-03-01T00:00:00Z"] {
        assert!(read(&parser, cell).unwrap_err().starts_with("has a time of day"), "{cell}");
    }
}

#[test]
fn fractions_are_cut_or_rejected() {
    let form = |fractions| ValueForm { fractions, null_words: strings(&["-"]), ..ValueForm::default() };
    let cut = timestamp_of(&form(Fractions::Truncate), chrono_tz::UTC, false);
    let strict = timestamp_of(&form(Fractions::Reject), chrono_tz::UTC, false);
    for cell in ["2025-03-01T12:45:12.123456789Z", "2025-03-01 12:45:12,1234569+00:00", "2025-03-01 12:45:12.1234561"] {
        assert_eq!(
            cut.slow_noted(cell.as_bytes()),
            Ok((utc("2025-03-01 12:45:12.123456"), Some(Note::FractionCut))),
            "{cell}"
        );
        assert!(strict.slow(cell.as_bytes()).unwrap_err().contains("6 decimals"), "{cell}");
    }
    assert_eq!(strict.slow_noted(b"2025-03-01 12:45:12.123456000"), Ok((utc("2025-03-01 12:45:12.123456"), None)));
    // Before 1970 too, the digits that are cut off would have made the time later.
    assert_eq!(cut.slow(b"1969-12-31 23:59:59.9999999"), Ok(-1));
}
