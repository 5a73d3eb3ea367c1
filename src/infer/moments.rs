//! Possible declarations of cells that are days or times in another form than the usual ones: counts since 1970, serial
//! days, names of months in several languages, and the rarer forms of ISO 8601.

use super::draft::{Form, Values};
use crate::source::ColumnType;

/// The languages of names of months.
const LANGUAGES: [&str; 6] = ["en", "sv", "nb", "da", "fi", "de"];
/// Counts since 1970 of the years 2000 to 2100, in seconds, with the unit and the name of the format.
const COUNTS: [(u64, &str); 3] =
    [(1, "epoch_seconds"), (1_000, "epoch_milliseconds"), (1_000_000, "epoch_microseconds")];
const FIRST_SECOND: u64 = 946_684_800;
const LAST_SECOND: u64 = 4_102_444_800;
/// Serial days of the years 1980 to 2100.
const SERIAL_DAYS: std::ops::RangeInclusive<f64> = 29_221.0..=73_415.0;
/// Formats with the name of a month, and whether they have a time.
const WITH_MONTHS: [(&str, bool); 16] = [
    ("%d %b %Y", false),
    ("%d-%b-%Y", false),
    ("%d. %b %Y", false),
    ("%b %d, %Y", false),
    ("%d-%b-%y", false),
    ("%d %b %y", false),
    ("%d %b %Y %H:%M", true),
    ("%d %b %Y, %H:%M", true),
    ("%d %b %Y kl. %H:%M", true),
    ("%d %b %Y kl %H:%M", true),
    ("%d %b %Y %H:%M:%S", true),
    ("%d-%b-%Y %H:%M:%S", true),
    ("%b %d, %Y %I:%M %p", true),
    ("%d-%b-%y %I.%M.%S.%f %p", true),
    ("%a, %d %b %Y %H:%M:%S %z", true),
    ("%d/%b/%Y:%H:%M:%S %z", true),
];
/// Other formats of times.
const TIMES: [&str; 4] = ["iso_8601", "%Y-%m-%d %H:%M:%S%.f %z", "/Date(epoch_milliseconds)/", "%Y-%m-%d %I:%M:%S %p"];

/// The possible declarations of the cells of a column called `name`.
pub(super) fn moments(name: &str, cells: &[String]) -> Vec<Form> {
    let is_count = |cell: &String| {
        cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && cell.starts_with(|first: char| first.is_ascii_digit())
    };
    let digits = |cell: &String| cell.bytes().filter(u8::is_ascii_digit).count();
    if cells.iter().all(is_count) {
        return if is_timely(name) { counts(cells) } else { Vec::new() };
    }
    if cells.iter().any(|cell| digits(cell) < 3) {
        return Vec::new();
    }
    let form = |ty: ColumnType, formats: Vec<&str>, months: Option<&'static str>| {
        let formats: Vec<String> = formats.into_iter().map(str::to_owned).collect();
        let century = formats.iter().any(|format| format.contains("%y")).then(|| "past".to_owned());
        let what = formats.join(" or ");
        let mut values = Values { two_digit_years: century, months: months.into_iter().collect(), ..Values::default() };
        match ty {
            ColumnType::Date => values.date_formats = formats,
            _ => values.timestamp_formats = formats,
        }
        Form { ty, values, what, open: None }
    };
    let has_word =
        |cell: &String| cell.split(|letter: char| !letter.is_alphabetic()).any(|word| word.chars().count() > 2);
    if cells.iter().all(has_word) && !cells.iter().all(|cell| cell.starts_with("/Date(")) {
        let forms = LANGUAGES.into_iter().flat_map(|language| {
            WITH_MONTHS
                .into_iter()
                .map(move |(format, has_time)| (format, has_time, Some(language).filter(|language| *language != "en")))
        });
        let forms = forms.map(|(format, has_time, months)| {
            form(if has_time { ColumnType::Timestamp } else { ColumnType::Date }, vec![format], months)
        });
        // The word may also be the name of a zone.
        return TIMES.into_iter().map(|format| form(ColumnType::Timestamp, vec![format], None)).chain(forms).collect();
    }
    // Serial days among dates, as in a workbook.
    let mixed = cells.iter().any(is_count) && is_timely(name);
    let serial = ["iso_8601", "%d.%m.%Y", "%d/%m/%Y"].into_iter().filter(|_| mixed);
    let serial = serial.map(|format| form(ColumnType::Timestamp, vec![format, "excel_1900"], None));
    TIMES.into_iter().map(|format| form(ColumnType::Timestamp, vec![format], None)).chain(serial).collect()
}

/// Whether a name is that of a day or a time.
pub(super) fn is_timely(name: &str) -> bool {
    const WORDS: [&str; 27] = [
        "at",
        "placed",
        "ordered",
        "paid",
        "sent",
        "occurred",
        "registered",
        "received",
        "on",
        "date",
        "datum",
        "dato",
        "day",
        "dag",
        "time",
        "tid",
        "tidpunkt",
        "timestamp",
        "ts",
        "created",
        "createdate",
        "modified",
        "updated",
        "changed",
        "skapad",
        "andrad",
        "pvm",
    ];
    name.split('_').any(|word| {
        WORDS.contains(&word) || word.ends_with("date") || word.ends_with("datum") || word.ends_with("time")
    })
}

/// Counts since 1970, or serial days.
fn counts(cells: &[String]) -> Vec<Form> {
    let numbers: Vec<f64> = cells.iter().filter_map(|cell| cell.parse().ok()).collect();
    let within = |least: f64, most: f64| numbers.iter().all(|number| (least..=most).contains(number));
    #[expect(clippy::cast_precision_loss, reason = "bounds of centuries")]
    let count = COUNTS.into_iter().find(|(unit, _)| within((FIRST_SECOND * unit) as f64, (LAST_SECOND * unit) as f64));
    let format = match count {
        Some((_, format)) => format,
        None if within(*SERIAL_DAYS.start(), *SERIAL_DAYS.end()) => "excel_1900",
        None => return Vec::new(),
    };
    let values = Values { timestamp_formats: vec![format.to_owned()], ..Values::default() };
    vec![Form {
        ty: ColumnType::Timestamp,
        values,
        what: format!("{format}, by its name and numbers: please check"),
        open: None,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str, cells: &[&str]) -> Option<String> {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        moments(name, &cells).into_iter().next().map(|form| form.values.timestamp_formats.join(" "))
    }

    #[test]
    fn counts_are_times_only_under_a_name_of_a_time() {
        assert_eq!(first("created_at", &["1741084512123", "1741084512000"]).unwrap(), "epoch_milliseconds");
        assert_eq!(first("created_at", &["1741084512"]).unwrap(), "epoch_seconds");
        assert_eq!(first("orderdatum", &["45720", "45721.5"]).unwrap(), "excel_1900");
        assert_eq!(first("ean", &["4006381333931"]), None);
        assert_eq!(first("created_at", &["7"]), None);
    }

    #[test]
    fn words_are_tried_in_every_language_and_few_digits_are_no_time() {
        let cells = vec!["3 maj 2025".to_owned()];
        let languages: Vec<&str> = moments("x", &cells).iter().flat_map(|form| form.values.months.clone()).collect();
        assert!(languages.contains(&"sv") && languages.contains(&"fi"));
        assert!(moments("x", &["12 a".to_owned()]).is_empty());
    }
}
