//! Bounds that follow the as-of day: `$as_of`, `$as_of - 120 years`, `$as_of + 7 days`.

use chrono::{Days, Months, NaiveDate};

/// The words of a bound, in messages.
pub const AS_OF_BOUND: &str = "write $as_of, or $as_of with + or - and a number of days, weeks, months or years, such as \
                               $as_of - 120 years";
const LONGEST: u32 = 10_000;

/// A bound that follows the as-of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOfBound {
    days: i64,
    months: i64,
}

impl AsOfBound {
    /// Whether a bound means the as-of day, soundly or not.
    pub fn is_meant(written: &str) -> bool {
        written.trim_start().starts_with("$as_of")
    }

    /// The bound as written; `None` if it is not one.
    pub fn parse(written: &str) -> Option<Self> {
        let rest = written.trim().strip_prefix("$as_of")?;
        if rest.is_empty() {
            return Some(Self { days: 0, months: 0 });
        }
        let rest = rest.trim_start();
        let (sign, rest) = match rest.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, rest.strip_prefix('+')?),
        };
        let mut words = rest.split_whitespace();
        let (number, unit, None) = (words.next()?, words.next()?, words.next()) else { return None };
        let number = number.parse::<u32>().ok().filter(|number| *number <= LONGEST)?;
        let number = sign * i64::from(number);
        match unit {
            "day" | "days" => Some(Self { days: number, months: 0 }),
            "week" | "weeks" => Some(Self { days: number * 7, months: 0 }),
            "month" | "months" => Some(Self { days: 0, months: number }),
            "year" | "years" => Some(Self { days: 0, months: number * 12 }),
            _ => None,
        }
    }

    /// The day that it means on an as-of day; the last of its month if the month has no such day. Beyond the calendar it is
    /// the calendar's first or last day.
    pub fn day(self, as_of: NaiveDate) -> NaiveDate {
        let (months, days) = (Months::new(self.months.unsigned_abs() as u32), Days::new(self.days.unsigned_abs()));
        let found = if self.months < 0 { as_of.checked_sub_months(months) } else { as_of.checked_add_months(months) };
        let found =
            found.and_then(|day| if self.days < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) });
        found.unwrap_or(if self.months < 0 || self.days < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_follow_the_day() {
        let as_of = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        for (written, expected) in [
            ("$as_of", "2024-02-29"),
            ("$as_of - 120 years", "1904-02-29"),
            ("$as_of - 1 year", "2023-02-28"),
            ("$as_of-7 days", "2024-02-22"),
            ("$as_of + 1 week", "2024-03-07"),
            (" $as_of +  1 month ", "2024-03-29"),
        ] {
            let bound = AsOfBound::parse(written).unwrap_or_else(|| panic!("{written}"));
            assert_eq!(bound.day(as_of).to_string(), expected, "{written}");
        }
        for wrong in [
            "as_of",
            "$as_off",
            "$as_of 7 days",
            "$as_of - days",
            "$as_of - 7",
            "$as_of - 7 hours",
            "$as_of - -7 days",
            "$as_of - 7 days + 1 day",
            "$as_of - 1.5 years",
            "$as_of - 99999999999 days",
            "",
        ] {
            assert_eq!(AsOfBound::parse(wrong), None, "{wrong}");
        }
    }
}
