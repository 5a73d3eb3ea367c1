//! Cells of a sheet as text: numbers as the spreadsheet program shows them, days and times in ISO form.

use calamine::{DataRef, ExcelDateTime};

/// Whole numbers below are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Ids have at most 20 digits; a greater number is a quantity.
const ID: f64 = 1e20;

/// A cell as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// Text, or a value written like text in every column.
    Plain(String),
    /// A number with a decimal point.
    Number(String),
    /// A number that is shown as a percentage, such as 0.125 as 12.5 %.
    Percent(String),
    /// A formula without a value: no program has computed it.
    NotComputed,
    /// A whole number that is shown with zeros in front, such as a postal code: with them, and their count.
    Padded(String, usize),
    Bool(bool),
    /// An error such as #N/A.
    Error(String),
    /// A whole number beyond 2^53, as a number of 64 bits has it: which one was written is not known.
    Inexact(String),
}

impl Text {
    /// Its text in messages.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Plain(text)
            | Self::Number(text)
            | Self::Percent(text)
            | Self::Padded(text, _)
            | Self::Error(text)
            | Self::Inexact(text) => text,
            Self::NotComputed => "",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
        }
    }
}

/// The text of a cell; `None` for an empty one.
pub(super) fn text(cell: &DataRef<'_>) -> Option<Text> {
    Some(match cell {
        DataRef::Empty => return None,
        DataRef::String(text) if text.is_empty() => return None,
        DataRef::SharedString("") => return None,
        DataRef::String(text) | DataRef::DateTimeIso(text) => Text::Plain(text.clone()),
        DataRef::DurationIso(text) => Text::Plain(clock(text).unwrap_or_else(|| text.clone())),
        DataRef::SharedString(text) => Text::Plain((*text).to_owned()),
        DataRef::Int(number) => Text::Number(number.to_string()),
        DataRef::Float(number) if number.fract() == 0.0 && (EXACT..ID).contains(&number.abs()) => {
            Text::Inexact(shown(*number))
        }
        DataRef::Float(number) => Text::Number(shown(*number)),
        DataRef::Bool(value) => Text::Bool(*value),
        DataRef::DateTime(at) => time(at),
        DataRef::Error(error) => Text::Error(error.to_string()),
    })
}

/// A text as a number format shows it: `00000` shows 1234 as 01234, and `0 %` shows 0.5 as a percentage.
pub(super) fn formatted(text: Text, format_code: &str) -> Text {
    match text {
        Text::Number(number) if format_code.contains('%') => Text::Percent(number),
        text => padded(text, format_code),
    }
}

/// A number in percent: 12.5 for 0.125.
pub(super) fn in_percent(number: &str) -> String {
    number.parse().map_or_else(|_| number.to_owned(), |value: f64| shown(value * 100.0))
}

fn padded(text: Text, format_code: &str) -> Text {
    let is_of_zeros = format_code.len() > 1 && format_code.bytes().all(|byte| byte == b'0');
    match text {
        Text::Number(number) if is_of_zeros && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            let zeros = format_code.len().saturating_sub(number.len());
            if zeros == 0 {
                Text::Number(number)
            } else {
                Text::Padded(format!("{}{number}", "0".repeat(zeros)), zeros)
            }
        }
        other => other,
    }
}

/// A number without the noise of binary fractions: 15 digits, as the spreadsheet program keeps them. Whole numbers keep
/// all of their digits.
fn shown(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return format!("{}", number as i64);
    }
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

fn time(at: &ExcelDateTime) -> Text {
    /// The day after 9999-12-31.
    const END: f64 = 2_958_466.0;
    let value = at.as_f64();
    if !(0.0..END).contains(&value) {
        return Text::Number(shown(value));
    }
    if at.is_duration() {
        let seconds = (value * 86_400.0).round() as u64;
        return Text::Plain(format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let clock = match milli {
        0 => format!("{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    };
    // A value below one has no day: it is a time of day, with midnight at zero.
    Text::Plain(if value < 1.0 {
        clock
    } else if value.fract() == 0.0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {clock}")
    })
}

/// A duration of an .ods sheet (`PT06H05M00S`) as other sheets have it: `06:05:00`.
fn clock(duration: &str) -> Option<String> {
    let rest = duration.strip_prefix("PT")?.strip_suffix('S')?;
    let (hours, rest) = rest.split_once('H')?;
    let (minutes, seconds) = rest.split_once('M')?;
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let [hours, minutes, seconds] = [hours, minutes, seconds].map(|part| part.parse::<u32>().ok());
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{:02}:{:02}:{:02}{point}{fraction}", hours?, minutes?, seconds?))
}

/// Name of a cell, such as C7. Both numbers count from 0.
pub(super) fn place(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), u64::from(row) + 1)
}

/// Name of a column, such as C or AA.
pub(super) fn letters(column: u32) -> String {
    let mut text = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        text.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    text.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_a_spreadsheet_does() {
        let table = [
            (0.1 + 0.2, "0.3"),
            (1.0, "1"),
            (-0.0, "0"),
            (1234.5, "1234.5"),
            (1e15, "1000000000000000"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (1e20, "100000000000000000000"),
            (1e-7, "0.0000001"),
            (49.99, "49.99"),
            (1.005 * 100.0, "100.5"),
            (-7.1, "-7.1"),
        ];
        for (number, text) in table {
            assert_eq!(shown(number), text, "{number}");
        }
    }

    #[test]
    fn days_and_times_are_iso() {
        use calamine::ExcelDateTimeType::{DateTime, TimeDelta};
        let table = [
            (45_658.0, DateTime, false, "2025-01-01"),
            (45_658.5, DateTime, false, "2025-01-01 12:00:00"),
            (44_196.0, DateTime, true, "2025-01-01"),
            (0.25, DateTime, false, "06:00:00"),
            (1.5, TimeDelta, false, "36:00:00"),
            (-1.0, DateTime, false, "-1"),
            (59.0, DateTime, false, "1900-02-28"),
            (61.0, DateTime, false, "1900-03-01"),
        ];
        for (value, kind, is_1904, expected) in table {
            let cell = DataRef::DateTime(ExcelDateTime::new(value, kind, is_1904));
            assert_eq!(text(&cell).unwrap().shown(), expected, "{value}");
        }
    }

    #[test]
    fn zeros_that_a_format_shows_belong_to_the_text() {
        let number = |text: &str| Text::Number(text.to_owned());
        assert_eq!(padded(number("1234"), "00000"), Text::Padded("01234".to_owned(), 1));
        assert_eq!(padded(number("7"), "000"), Text::Padded("007".to_owned(), 2));
        for (cell, format) in
            [("90210", "00000"), ("7", "0"), ("7", "0.00"), ("-7", "000"), ("1.5", "000"), ("7", "General")]
        {
            assert_eq!(padded(number(cell), format), number(cell), "{cell} {format}");
        }
    }

    #[test]
    fn percentages_are_known_by_their_format() {
        let number = |text: &str| Text::Number(text.to_owned());
        assert_eq!(formatted(number("0.125"), "0.0 %"), Text::Percent("0.125".to_owned()));
        assert_eq!(formatted(number("0.125"), "0.00"), number("0.125"));
        for (stored, shown) in [("0.125", "12.5"), ("0.07", "7"), ("1", "100"), ("-0.0025", "-0.25"), ("0.333", "33.3")]
        {
            assert_eq!(in_percent(stored), shown);
        }
    }

    #[test]
    fn durations_of_open_documents_are_clock_times() {
        for (written, shown) in [("PT06H05M00S", "06:05:00"), ("PT36H00M01.500000S", "36:00:01.5"), ("P1D", "P1D")] {
            assert_eq!(text(&DataRef::DurationIso(written.to_owned())).unwrap().shown(), shown);
        }
    }

    #[test]
    fn places_are_named_by_letters() {
        let table = [(6, 2, "C7"), (0, 0, "A1"), (0, 25, "Z1"), (0, 26, "AA1"), (0, 16_383, "XFD1")];
        for (row, column, expected) in table {
            assert_eq!(place(row, column), expected);
        }
    }
}
