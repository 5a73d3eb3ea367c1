//! How often each series is shown: by month, or only up to the ends of quarters, half-years or years.
//!
//! A series is shown in pieces of time that have enough answers each. [`rhythms`] begins with the series that have
//! too few in a year and then divides ([`divide`]) years into half-years, those into quarters, and those into months.
//! Pieces are those of the calendar, so that a later run divides time in the same places.

use std::collections::HashMap;

use super::Limits;
use super::divide::{Division, Stretch, divide, years};
use super::series::Series;

/// The divisions, from coarse to fine.
const DIVISIONS: [Division; 3] = [
    Division { around: 12, stretch: 12, part: 6 },
    Division { around: 12, stretch: 6, part: 3 },
    Division { around: 6, stretch: 3, part: 1 },
];

/// How often a series is shown at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rhythm {
    /// Not at all in the calendar year.
    pub(super) is_hidden: bool,
    /// Up to the ends of pieces of 1, 3, 6 or 12 months.
    pub(super) months: i64,
}

/// The rhythm of each series in each year in which it has a month.
#[derive(Debug, Default)]
pub(super) struct Rhythms(HashMap<(usize, i64), Year>);

/// A series in a calendar year.
#[derive(Debug, Clone, Copy)]
struct Year {
    is_hidden: bool,
    /// Months of the rhythm in each quarter.
    quarters: [i64; 4],
}

/// The rhythms of `series`. Among members of a family with equally many answers, the first is hidden with another.
pub(super) fn rhythms(series: &[Series], limits: Limits) -> Rhythms {
    let mut found = Rhythms::default();
    let mut around = years(series, limits.least);
    for division in DIVISIONS {
        let stretches = divide(series, &around, division, limits);
        stretches.iter().for_each(|stretch| found.note(stretch, division.stretch));
        around = stretches;
    }
    found.with_parents(series)
}

impl Rhythms {
    /// The rhythm of `series` in `month`: by month in a year without answers, which reveals nothing.
    pub(super) fn at(&self, series: usize, month: i64) -> Rhythm {
        let year = self.0.get(&(series, month.div_euclid(12))).copied().unwrap_or_default();
        Rhythm { is_hidden: year.is_hidden, months: year.quarters[quarter_of(month)] }
    }

    /// Notes how a series is shown in a stretch of `length` months.
    fn note(&mut self, stretch: &Stretch, length: i64) {
        let first = stretch.number * length;
        let year = self.0.entry((stretch.series, first.div_euclid(12))).or_default();
        year.is_hidden |= stretch.is_hidden;
        if stretch.is_undivided {
            for months in &mut year.quarters[quarter_of(first)..=quarter_of(first + length - 1)] {
                *months = length.max(*months);
            }
        }
    }

    /// These rhythms, limited so that no series is shown more often than its parent, whose figures would follow as
    /// sums.
    fn with_parents(&self, series: &[Series]) -> Self {
        let with_parents = |(&(index, number), own): (&(usize, i64), &Year)| {
            let parents = std::iter::successors(series[index].parent, |parent| series[*parent].parent);
            // At most as many steps as there are series, so that a cycle of parents ends.
            let years = parents.take(series.len()).map_while(|parent| self.0.get(&(parent, number)));
            ((index, number), years.fold(*own, Year::under))
        };
        Self(self.0.iter().map(with_parents).collect())
    }

    #[cfg(test)]
    pub(super) fn of_quarters(years: &[(usize, i64)]) -> Self {
        Self(years.iter().map(|key| (*key, Year { is_hidden: false, quarters: [3; 4] })).collect())
    }
}

impl Default for Year {
    fn default() -> Self {
        Self { is_hidden: false, quarters: [1; 4] }
    }
}

impl Year {
    /// Shown at most as often as `parent`.
    fn under(mut self, parent: &Self) -> Self {
        self.is_hidden |= parent.is_hidden;
        for (months, above) in self.quarters.iter_mut().zip(parent.quarters) {
            *months = above.max(*months);
        }
        self
    }
}

/// The place of the quarter of `month` in its year.
const fn quarter_of(month: i64) -> usize {
    (month.rem_euclid(12) / 3) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const JANUARY: i64 = 12 * 2025;
    const LIMITS: Limits = Limits { least: 5, last_month: JANUARY + 11 };

    /// Series of one family under series 0, which is their sum; each has the answers of consecutive months.
    fn family(members: &[[i64; 12]]) -> Vec<Series> {
        let months = |answers: Vec<i64>| (JANUARY..).zip(answers).filter(|(_, answers)| *answers > 0).collect();
        let total = (0..12).map(|month| members.iter().map(|member| member[month]).sum()).collect();
        std::iter::once(Series::new(Some(0), None, months(total)))
            .chain(members.iter().map(|member| Series::new(Some(1), Some(0), months(member.to_vec()))))
            .collect()
    }

    /// The rhythm of each series in each quarter of 2025; 0 where it is hidden.
    fn found(series: &[Series], limits: Limits) -> Vec<[i64; 4]> {
        let rhythms = rhythms(series, limits);
        let months = |series, quarter: i64| match rhythms.at(series, JANUARY + 3 * quarter) {
            Rhythm { is_hidden: true, .. } => 0,
            Rhythm { months, .. } => months,
        };
        (0..series.len()).map(|series| [0, 1, 2, 3].map(|quarter| months(series, quarter))).collect()
    }

    #[test]
    fn with_enough_answers_each_month_all_are_shown_by_month() {
        assert_eq!(found(&family(&[[9; 12], [5; 12]]), LIMITS), [[1; 4]; 3]);
    }

    #[test]
    fn a_thin_month_and_its_sibling_are_shown_by_quarter() {
        let mut thin = [9; 12];
        thin[4] = 2;
        let series = family(&[thin, [20; 12], [30; 12]]);
        assert_eq!(found(&series, LIMITS), [[1; 4], [1, 3, 1, 1], [1, 3, 1, 1], [1; 4]]);
    }

    #[test]
    fn a_thin_quarter_is_shown_by_half_year_and_a_thin_half_by_year() {
        let quarter = [9, 9, 9, 2, 0, 0, 9, 9, 9, 9, 9, 9];
        assert_eq!(found(&family(&[quarter, [30; 12], [40; 12]]), LIMITS)[1], [6, 6, 1, 1]);
        let half = [9, 9, 9, 9, 9, 9, 2, 0, 0, 0, 0, 0];
        assert_eq!(found(&family(&[half, [30; 12], [40; 12]]), LIMITS)[1], [12; 4]);
    }

    #[test]
    fn a_thin_year_and_the_smallest_sibling_are_hidden() {
        let thin = [2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let series = family(&[[30; 12], thin, [20; 12]]);
        // In the second half-year one hidden series is alone, so the third is shown for the year only.
        assert_eq!(found(&series, LIMITS), [[1; 4], [12; 4], [0; 4], [0; 4]]);
    }

    #[test]
    fn two_thin_years_with_enough_together_need_nobody_else() {
        let thin = [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let series = family(&[[30; 12], thin, thin]);
        assert_eq!(found(&series, LIMITS)[1], [1; 4]);
    }

    #[test]
    fn children_are_not_shown_more_often_than_the_levels_above() {
        let mut thin = [9; 12];
        thin[4] = 2;
        let mut series = family(&[thin, [20; 12], [30; 12]]);
        let child = |parent| Series::new(Some(2), Some(parent), (JANUARY..JANUARY + 12).map(|m| (m, 9)).collect());
        series.extend([child(1), child(4)]);
        let found = found(&series, LIMITS);
        assert_eq!(found[4..], [[1, 3, 1, 1], [1, 3, 1, 1]]);
    }

    #[test]
    fn a_half_year_that_is_not_over_is_not_judged() {
        let begun = [9, 9, 9, 9, 9, 9, 2, 0, 0, 0, 0, 0];
        let series = family(&[begun, [30; 12], [40; 12]]);
        let now = Limits { last_month: JANUARY + 6, ..LIMITS };
        assert_eq!(found(&series, now)[1], [1, 1, 3, 1], "the month is judged, its quarter and half are not");
    }

    #[test]
    fn parents_in_a_circle_come_to_an_end() {
        let months: Vec<(i64, i64)> = (JANUARY..JANUARY + 12).map(|month| (month, 9)).collect();
        let series = [Series::new(Some(0), Some(1), months.clone()), Series::new(Some(1), Some(0), months)];
        assert_eq!(found(&series, LIMITS), [[1; 4]; 2]);
    }
}
