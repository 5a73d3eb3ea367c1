//! Cell parsers: spellings, limits, and the two special hours of the year.

use super::notes::Note;
use super::parse::{BoolCell, CellParser, DateCell, DecimalCell, IntCell, TimestampCell};
use crate::extract::random::Random;
use crate::local_time::LocalTime;

/// Both paths, which must agree, with and without text after the cell.
fn read<P: CellParser>(parser: &P, cell: &str) -> Result<P::Value, String>
where
    P::Value: std::fmt::Debug,
{
    let slow = parser.slow(cell.as_bytes());
    let padded = format!(",{cell},99999999");
    for (text, start) in [(padded.as_str(), 1), (cell, 0)] {
        if let Some(fast) = parser.fast(text.as_bytes(), start, start + cell.len()) {
            assert!(slow.as_ref().is_ok_and(|slow| *slow == fast), "{cell}: {fast:?} or {slow:?}");
        }
    }
    slow
}

#[test]
fn ints() {
    for value in [0, 7, 12345678, 123456789, 1234567890123456, i64::MAX, i64::MIN, -1] {
        assert_eq!(read(&IntCell, &value.to_string()), Ok(value));
    }
    assert_eq!(read(&IntCell, "+5"), Ok(5));
    assert_eq!(read(&IntCell, "007"), Ok(7));
    for cell in ["1.5", "1,000", "abc", "-", "1 2", "1.5e0", "12345678x", "1234567/", "12:4", "1.", ".0", "1.0.0"] {
        assert!(read(&IntCell, cell).is_err(), "{cell}");
    }
    assert!(read(&IntCell, "9223372036854775808").unwrap_err().contains("too large"));
}

#[test]
fn decimals() {
    let money = DecimalCell { precision: 12, scale: 2 };
    for (cell, value) in [
        ("186.11", 18611),
        ("0.00", 0),
        ("-0.05", -5),
        ("+1.5", 150),
        ("7", 700),
        (".5", 50),
        ("5.", 500),
        ("1.2500000", 125),
        ("12345.67", 1234567),
        ("9999999999.99", 999999999999),
        ("0000000000001.00", 100),
    ] {
        assert_eq!(read(&money, cell), Ok(value), "{cell}");
    }
    assert_eq!(read(&money, "1.255").unwrap_err(), "has more than 2 digits after the decimal point");
    assert_eq!(read(&money, "10000000000.00").unwrap_err(), "is too large for decimal(12,2)");
    for cell in ["", ".", "-", "1,5", "1.2.3", "1e2.5", "NaN", "1 000.00", "12345/67", "x.11"] {
        assert!(read(&money, cell).is_err(), "{cell}");
    }
    let small = DecimalCell { precision: 4, scale: 2 };
    assert_eq!(read(&small, "99.99"), Ok(9999));
    assert!(read(&small, "100.00").is_err());
    let widest = DecimalCell { precision: 38, scale: 0 };
    assert_eq!(read(&widest, &"9".repeat(38)), Ok(10_i128.pow(38) - 1));
    assert!(read(&widest, &"9".repeat(39)).is_err());
    assert!(read(&widest, &"9".repeat(50)).is_err());
}

#[test]
fn fast_and_slow_decimals_agree_on_anything() {
    let mut random = Random(77);
    for _ in 0..50_000 {
        let size = 1 + random.below(10);
        let cell = String::from_utf8(random.text(size, &["0", "1", "5", "9", ".", "-", "/", ":"])).unwrap();
        for scale in 0..8 {
            let _ = read(&DecimalCell { precision: 9, scale }, &cell);
        }
        let _ = read(&IntCell, &cell);
    }
}

#[test]
fn dates() {
    assert_eq!(read(&DateCell, "1970-01-01"), Ok(0));
    assert_eq!(read(&DateCell, "2024-02-29"), Ok(19782));
    assert_eq!(read(&DateCell, "1900-01-01"), Ok(-25567));
    assert_eq!(read(&DateCell, "2100-12-31"), Ok(47846));
    for cell in
        ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-1-01", "2024/01/01", "2024-01-01x"]
    {
        assert_eq!(read(&DateCell, cell).unwrap_err(), "is not a date (YYYY-MM-DD)", "{cell}");
    }
    for cell in ["2024-02-29 00:00:00", "2024-02-29T00:00:00.000", "2024-02-28 24:00:00"] {
        assert_eq!(read(&DateCell, cell), Ok(19782), "{cell}");
    }
    for cell in ["2024-02-29 00:00:01", "2024-02-29T00:00:00Z", "2024-02-29 00:00:00.0000001"] {
        assert!(read(&DateCell, cell).unwrap_err().starts_with("has a time of day"), "{cell}");
    }
    assert!(read(&DateCell, "20240229").unwrap_err().ends_with("; iso_8601 in date_formats reads it"));
    for cell in ["1899-12-31", "2101-01-01", "0000-00-00"] {
        assert_eq!(read(&DateCell, cell).unwrap_err(), "is outside the years 1900 to 2100", "{cell}");
    }
}

#[test]
fn every_day_equals_that_of_chrono() {
    let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
    for number in -25567..=47846 {
        let day = epoch + chrono::TimeDelta::days(number);
        assert_eq!(read(&DateCell, &day.to_string()), Ok(number as i32));
    }
}

const SECOND: i64 = 1_000_000;

fn utc(text: &str) -> i64 {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap().and_utc().timestamp() * SECOND
}

#[test]
fn timestamps() {
    let zone = LocalTime::new(chrono_tz::Europe::Stockholm);
    let cell = TimestampCell { zone: &zone };
    assert_eq!(read(&cell, "2022-01-02 14:33:54"), Ok(utc("2022-01-02 13:33:54")));
    assert_eq!(read(&cell, "2022-07-02T14:33:54"), Ok(utc("2022-07-02 12:33:54")));
    assert_eq!(read(&cell, "2022-07-02"), Ok(utc("2022-07-01 22:00:00")));
    assert_eq!(read(&cell, "2022-07-02 14:33:54.5"), Ok(utc("2022-07-02 12:33:54") + 500_000));
    assert_eq!(read(&cell, "2022-07-02 14:33:54.123456000"), Ok(utc("2022-07-02 12:33:54") + 123_456));
    assert_eq!(read(&cell, "2022-07-02 14:33:54Z"), Ok(utc("2022-07-02 14:33:54")));
    for offset in ["+05:30", "+0530"] {
        assert_eq!(read(&cell, &format!("2022-07-02 14:33:54{offset}")), Ok(utc("2022-07-02 09:03:54")));
    }
    assert_eq!(read(&cell, "2022-07-02T14:33:54.25-03"), Ok(utc("2022-07-02 17:33:54") + 250_000));
    for wrong in [
        "2024-13-01 10:00:00",
        "2024-01-01 24:00:01",
        "2024-01-01 10:60:00",
        "2024-01-01 10:00:60",
        "2024-01-01_10:00:00",
        "2024-01-01 10:00:00.",
        "2024-01-01 10:00:00+",
        "2024-01-01 1o:00:00",
        "10:00",
    ] {
        assert_eq!(read(&cell, wrong).unwrap_err(), "is not a timestamp (YYYY-MM-DD HH:MM:SS)", "{wrong}");
    }
    let without_seconds = read(&cell, "2024-01-01 10:00").unwrap_err();
    assert!(without_seconds.ends_with("; iso_8601 in timestamp_formats reads it"), "{without_seconds}");
    let finer = cell.slow_noted(b"2024-01-01 10:00:00.1234567");
    assert_eq!(finer, Ok((utc("2024-01-01 09:00:00") + 123_456, Some(Note::FractionCut))));
    assert_eq!(read(&cell, "2024-01-01 24:00:00"), Ok(utc("2024-01-01 23:00:00")));
    assert!(read(&cell, "2016-12-31 23:59:60Z").unwrap_err().contains("leap second"));
    assert_eq!(
        read(&cell, "45720").unwrap_err(),
        "is not a timestamp (YYYY-MM-DD HH:MM:SS); it looks like a serial day of a spreadsheet, 2025-03-04 by excel_1900, \
         2029-03-05 by excel_1904: name one in timestamp_formats"
    );
    assert!(read(&cell, "9999-12-31 00:00:00").unwrap_err().contains("outside"));
}

#[test]
fn a_skipped_time_moves_forward_and_a_repeated_one_is_the_first() {
    let zone = LocalTime::new(chrono_tz::Europe::Stockholm);
    let cell = TimestampCell { zone: &zone };
    for (local, instant) in [
        ("2024-03-31 01:59:59", "2024-03-31 00:59:59"),
        ("2024-03-31 02:30:00", "2024-03-31 01:30:00"), // 03:30 summer time
        ("2024-03-31 03:00:00", "2024-03-31 01:00:00"),
        ("2024-10-27 01:59:59", "2024-10-26 23:59:59"),
        ("2024-10-27 02:30:00", "2024-10-27 00:30:00"), // still summer time
        ("2024-10-27 03:00:00", "2024-10-27 02:00:00"),
    ] {
        assert_eq!(read(&cell, local), Ok(utc(instant)), "{local}");
    }
}

#[test]
fn offsets_are_those_of_the_zone_at_every_hour() {
    use chrono::TimeZone;
    for zone in [chrono_tz::Europe::Stockholm, chrono_tz::Pacific::Apia, chrono_tz::America::St_Johns, chrono_tz::UTC] {
        let table = LocalTime::new(zone);
        let mut local = chrono::NaiveDate::from_ymd_opt(1901, 1, 1).unwrap().and_hms_opt(0, 17, 0).unwrap();
        while chrono::Datelike::year(&local) < 2100 {
            if let Some(earliest) = zone.from_local_datetime(&local).earliest() {
                let text = local.format("%Y-%m-%d %H:%M:%S").to_string();
                let expected = earliest.timestamp() * SECOND;
                assert_eq!(read(&TimestampCell { zone: &table }, &text), Ok(expected), "{zone} {text}");
            }
            local += chrono::TimeDelta::minutes(60 * 3 + 30);
        }
    }
}

#[test]
fn bools() {
    for cell in ["true", "TRUE", "True", "t", "T", "1", "yes", "Yes"] {
        assert_eq!(read(&BoolCell, cell), Ok(true), "{cell}");
    }
    for cell in ["false", "FALSE", "f", "0", "no", "NO"] {
        assert_eq!(read(&BoolCell, cell), Ok(false), "{cell}");
    }
    for cell in ["y", "n", "2", "truee", "falsy", "ja"] {
        assert!(read(&BoolCell, cell).is_err(), "{cell}");
    }
}
