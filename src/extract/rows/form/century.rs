//! The year for its last two digits, by the rule that the column declares.

use chrono::{Datelike, NaiveDate};

use super::super::moment::{Miss, day_of};
use super::super::notes::Note;
use crate::source::CenturyRule;

/// A rule with the days that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract::rows) enum Century {
    /// The latest year in which the day is not after the first day here. Up to the second, the present day, a day of the
    /// later century may have been meant.
    Past { as_of: NaiveDate, today: NaiveDate },
    /// 1900 and these two digits is the first of a hundred years.
    From(u32),
}

impl Century {
    /// The rule of a column; as strftime has it for formats that were only checked.
    pub(in crate::extract::rows) fn new(rule: Option<CenturyRule>, as_of: NaiveDate, today: NaiveDate) -> Self {
        match rule {
            Some(CenturyRule::Past) => Self::Past { as_of, today },
            Some(CenturyRule::Pivot(first)) => Self::From(first),
            None => Self::From(70),
        }
    }

    /// The day of a year of two digits, which `day` completes, with a note where another century is as likely.
    pub(super) fn day(
        self,
        of_century: u32,
        day: impl Fn(u32) -> Result<i32, Miss>,
    ) -> Result<(i32, Option<Note>), Miss> {
        match self {
            Self::From(first) => {
                let year = if of_century >= first { 1900 + of_century } else { 2000 + of_century };
                Ok((day(year)?, None))
            }
            Self::Past { as_of, today } => {
                let century = u32::try_from(as_of.year()).map_err(|_| Miss::Years)? / 100 * 100;
                let later = day(century + of_century);
                match later {
                    Ok(day) if day <= as_of.to_epoch_days() => Ok((day, None)),
                    later => {
                        let earlier = day((century + of_century).checked_sub(100).ok_or(Miss::Years)?)?;
                        let is_open = later.is_ok_and(|later| later <= today.to_epoch_days());
                        Ok((earlier, is_open.then_some(Note::EarlierCentury)))
                    }
                }
            }
        }
    }

    /// As [`Century::day`] for a calendar day.
    pub(super) fn calendar_day(self, of_century: u32, month: u32, day: u32) -> Result<(i32, Option<Note>), Miss> {
        self.day(of_century, |year| day_of(year, month, day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_past_is_the_latest_day_that_is_not_after_the_as_of_day() {
        let past = Century::Past { as_of: day("2025-06-30"), today: day("2026-11-30") };
        for (year, month, of_month, expected) in [
            (58, 3, 15, Some("1958-03-15")),
            (25, 6, 30, Some("2025-06-30")),
            (25, 7, 1, Some("1925-07-01")),
            (26, 1, 1, Some("1926-01-01")),
            (0, 2, 29, Some("2000-02-29")),
            (28, 2, 29, Some("1928-02-29")),
            (26, 2, 29, None),
            (99, 12, 31, Some("1999-12-31")),
        ] {
            let found = past.calendar_day(year, month, of_month).ok();
            let found = found.map(|(day, _)| NaiveDate::from_epoch_days(day).unwrap().to_string());
            assert_eq!(found.as_deref(), expected, "{year} {month} {of_month}");
        }
        // 1900 had no 29 February.
        let turn = Century::Past { as_of: day("2000-01-15"), today: day("2000-01-15") };
        assert!(turn.calendar_day(0, 2, 29).is_err());
        // Between the as-of day and the present day, both centuries are likely.
        assert_eq!(past.calendar_day(26, 1, 1).unwrap().1, Some(Note::EarlierCentury));
        assert_eq!(past.calendar_day(27, 1, 1).unwrap().1, None);
        assert_eq!(past.calendar_day(25, 6, 30).unwrap().1, None);
    }

    #[test]
    fn a_pivot_is_the_first_year_of_the_last_century() {
        let year = |pivot, year| {
            let (day, _) = Century::From(pivot).calendar_day(year, 1, 1).unwrap();
            NaiveDate::from_epoch_days(day).unwrap().year()
        };
        assert_eq!([year(30, 29), year(30, 30), year(30, 0), year(30, 99)], [2029, 1930, 2000, 1999]);
        assert_eq!([year(0, 0), year(0, 99), year(100, 99), year(70, 69)], [1900, 1999, 2099, 2069]);
    }
}
