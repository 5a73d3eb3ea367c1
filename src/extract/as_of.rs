//! The as-of day of a run that names none: the newest day of an event, a version or a delivery that is plausible.
//!
//! One mistyped year must not make everybody a lapsed customer. Rows after the present day, and a few rows that stand far
//! beyond all others, do not set the day; they are named. If too many rows are concerned to call them mistakes, the run
//! asks for `--as-of`.

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// Fewer rows than one in so many do not set the day.
const ONE_IN: u64 = 1000;
/// Rows beyond a gap that are fewer than one in so many may be mistakes or not: nobody but the user can know.
const DOUBTFUL_ONE_IN: u64 = 100;

/// Several rows that are at least one in so many of their own column's were not typed by mistake.
const WAVE_ONE_IN: u64 = 10;

/// Among a few dozen rows a share says little: up to so many rows may be mistakes, if they are fewer than one in
/// [`WAVE_ONE_IN`] and no other gap is half as long as the one before them.
const LONE_ROWS: u64 = 3;
/// Among fewer rows than these, a gap is nothing unusual.
const FEWEST_ROWS: u64 = 30;

/// What is known when the as-of day is chosen.
#[derive(Debug, Clone, Copy)]
pub struct DayRules {
    /// The present day in the pipeline's zone.
    pub today: NaiveDate,
    /// How many days without any row make what follows doubtful.
    pub gap_days: u32,
}

/// The chosen day, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// The day; rows after it do not set it.
    Day(NaiveDate),
    /// So many of all rows lie after this day, the last one before the doubtful ones.
    Doubtful { after: Option<NaiveDate>, rows: u64, all: u64 },
    /// No row has a day.
    Nothing,
}

/// Chooses among the rows of all sources. `clocks` has the rows by day of each column that dates rows.
pub(super) fn choose(clocks: &[BTreeMap<NaiveDate, u64>], rules: DayRules) -> Choice {
    let mut rows: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    clocks.iter().flatten().for_each(|(day, count)| *rows.entry(*day).or_default() += count);
    let all: u64 = rows.values().sum();
    let few = |rows: u64, one_in: u64| rows.saturating_mul(one_in) < all;
    // A wave of answers to a survey is few beside a million orders, and no mistake.
    let is_wave = |from: NaiveDate| {
        clocks.iter().any(|clock| {
            let beyond: u64 = clock.range(from..).map(|(_, rows)| rows).sum();
            beyond > 1 && beyond.saturating_mul(WAVE_ONE_IN) >= clock.values().sum()
        })
    };
    let future: u64 = rows.iter().filter(|(day, _)| **day > rules.today).map(|(_, rows)| rows).sum();
    let past: Vec<(NaiveDate, u64)> =
        rows.iter().filter(|(day, _)| **day <= rules.today).map(|(day, rows)| (*day, *rows)).collect();
    let tomorrow = rules.today.succ_opt().unwrap_or(rules.today);
    if future > 0 && (!few(future, ONE_IN) || is_wave(tomorrow)) {
        return Choice::Doubtful { after: past.last().map(|(day, _)| *day), rows: future, all };
    }
    // From the newest day on: the rows passed so far, and the newest day of those that stand together.
    let (mut passed, mut newest) = (future, None);
    for at in (0..past.len()).rev() {
        let (day, count) = past[at];
        newest.get_or_insert(day);
        passed += count;
        let Some((before, _)) = at.checked_sub(1).map(|at| past[at]) else { break };
        if (day - before).num_days() <= i64::from(rules.gap_days) {
            continue;
        }
        if few(passed, ONE_IN) && !is_wave(day) {
            newest = None;
        } else if few(passed, DOUBTFUL_ONE_IN)
            || (all >= FEWEST_ROWS && few(passed, WAVE_ONE_IN) && stands_alone(&past[..=at], passed))
        {
            return Choice::Doubtful { after: Some(before), rows: passed, all };
        } else {
            break;
        }
    }
    newest.map_or(Choice::Nothing, Choice::Day)
}

/// Whether the last of these days follows a gap that is more than twice as long as every other, with a few rows after it.
fn stands_alone(days: &[(NaiveDate, u64)], rows: u64) -> bool {
    let mut gaps = days.windows(2).map(|pair| (pair[1].0 - pair[0].0).num_days());
    let last = gaps.next_back();
    let longest = gaps.max().unwrap_or(0);
    rows <= LONE_ROWS && last.is_some_and(|last| last > 2 * longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn chosen(rows: &[(&str, u64)]) -> Choice {
        let rows = rows.iter().map(|(at, rows)| (day(at), *rows)).collect();
        choose(&[rows], DayRules { today: day("2026-01-15"), gap_days: 31 })
    }

    #[test]
    fn a_mistyped_year_does_not_set_the_day() {
        let usual = [("2025-11-30", 4000), ("2025-12-31", 4000)];
        assert_eq!(chosen(&usual), Choice::Day(day("2025-12-31")));
        for wrong in ["2052-11-03", "2026-02-01"] {
            assert_eq!(chosen(&[&usual[..], &[(wrong, 1)]].concat()), Choice::Day(day("2025-12-31")), "{wrong}");
        }
        let several =
            [("2025-06-30", 9000), ("2025-09-01", 1), ("2025-09-02", 1), ("2025-11-03", 1), ("2099-12-31", 2)];
        assert_eq!(chosen(&several), Choice::Day(day("2025-06-30")));
    }

    #[test]
    fn days_close_to_the_others_set_the_day_however_few_their_rows_are() {
        assert_eq!(chosen(&[("2025-12-01", 9999), ("2026-01-01", 1)]), Choice::Day(day("2026-01-01")));
        assert_eq!(chosen(&[("2025-02-01", 1), ("2025-10-26", 1)]), Choice::Day(day("2025-10-26")));
        assert_eq!(chosen(&[("2025-12-31", 5)]), Choice::Day(day("2025-12-31")));
    }

    #[test]
    fn a_lone_row_of_a_small_extract_is_for_the_user_to_judge() {
        let usual = [("2024-11-01", 10), ("2024-11-20", 10), ("2024-12-15", 10)];
        let lone = |wrong: &'static str| chosen(&[&usual[..], &[(wrong, 1)]].concat());
        assert_eq!(lone("2025-11-03"), Choice::Doubtful { after: Some(day("2024-12-15")), rows: 1, all: 31 });
        assert_eq!(lone("2025-01-20"), Choice::Day(day("2025-01-20")));
        // A company that sells every other month.
        let rare = [("2024-06-01", 10), ("2024-08-15", 10), ("2024-11-01", 10), ("2025-02-01", 1)];
        assert_eq!(chosen(&rare), Choice::Day(day("2025-02-01")));
    }

    #[test]
    fn a_wave_of_answers_is_not_voted_away_by_many_orders() {
        let orders = BTreeMap::from([(day("2025-09-30"), 1_000_000)]);
        let answers = BTreeMap::from([(day("2025-05-01"), 1000), (day("2025-11-15"), 900)]);
        let rules = DayRules { today: day("2026-01-15"), gap_days: 31 };
        let doubtful = Choice::Doubtful { after: Some(day("2025-09-30")), rows: 900, all: 1_001_900 };
        assert_eq!(choose(&[orders, answers], rules), doubtful);
    }

    #[test]
    fn the_user_decides_what_rows_cannot() {
        let future = Choice::Doubtful { after: Some(day("2025-01-20")), rows: 1, all: 12 };
        assert_eq!(chosen(&[("2025-01-20", 11), ("2099-12-31", 1)]), future);
        let beyond = Choice::Doubtful { after: Some(day("2025-06-30")), rows: 5, all: 1005 };
        assert_eq!(chosen(&[("2025-06-30", 1000), ("2025-09-30", 5)]), beyond);
        assert_eq!(chosen(&[("2030-01-01", 3)]), Choice::Doubtful { after: None, rows: 3, all: 3 });
        assert_eq!(chosen(&[]), Choice::Nothing);
    }
}
