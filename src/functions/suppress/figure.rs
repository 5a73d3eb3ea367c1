//! Whether a figure, of a month or of a window of twelve months, is hidden.
//!
//! A month is shown if its series is shown by month. A window is shown if it begins and ends at borders up to which
//! the series is shown, and contains no answer of a year in which the series is hidden. So everything shown consists
//! of pieces of time with enough answers each. A border within a piece does no harm if all answers of the piece are
//! on one side of it: the window contains all of them or none.

use super::Limits;
use super::rhythm::Rhythms;
use super::series::Series;

/// Months of a window. Only such windows and single months are judged.
pub(super) const WINDOW: i64 = 12;

/// A figure to be judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    /// Index of its series.
    pub(super) series: usize,
    /// Whether it covers the [`WINDOW`] that ends with its month, not the month alone.
    pub(super) is_window: bool,
    /// The month with which it ends.
    pub(super) month: i64,
    pub(super) answers: i64,
}

/// Whether `figure`, one of `series`, is hidden.
pub(super) fn is_suppressed(figure: Figure, series: &Series, rhythms: &Rhythms, limits: Limits) -> bool {
    let end = rhythms.at(figure.series, figure.month);
    if figure.answers < limits.least {
        return true;
    }
    if !figure.is_window {
        return end.is_hidden || end.months > 1;
    }
    let before = figure.month - WINDOW;
    let begin = rhythms.at(figure.series, before);
    let of_hidden_end = end.is_hidden && series.answers(year_of(figure.month).0, figure.month) > 0;
    let of_hidden_begin = begin.is_hidden && series.answers(before + 1, year_of(before).1) > 0;
    of_hidden_end
        || of_hidden_begin
        || is_split(series, figure.month, end.months, limits)
        || is_split(series, before, begin.months, limits)
}

/// Whether a border after `month` splits the answers of the piece of `length` months that `month` is in. A piece that
/// is not over can get more answers, so it counts as split.
fn is_split(series: &Series, month: i64, length: i64, limits: Limits) -> bool {
    let (first, last) = piece_of(month, length);
    month < last
        && series.answers(first, month) > 0
        && (series.answers(month + 1, last) > 0 || last > limits.last_month)
}

/// First and last month of the piece of `length` months that `month` is in.
fn piece_of(month: i64, length: i64) -> (i64, i64) {
    let first = month.div_euclid(length) * length;
    (first, first + length - 1)
}

fn year_of(month: i64) -> (i64, i64) {
    piece_of(month, 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { least: 5, last_month: 12 * 2025 + 11 };

    fn quarterly(months: &[(i64, i64)]) -> bool {
        // By quarter in 2024 and 2025; the window ends with January 2025.
        let series = Series::new(Some(0), None, months.to_vec());
        let rhythms = Rhythms::of_quarters(&[(0, 2024), (0, 2025)]);
        let figure = Figure { series: 0, is_window: true, month: 12 * 2025, answers: 50 };
        is_suppressed(figure, &series, &rhythms, LIMITS)
    }

    #[test]
    fn a_window_that_splits_the_answers_of_a_piece_is_hidden() {
        assert!(quarterly(&[(12 * 2024 + 6, 40), (12 * 2025, 5), (12 * 2025 + 1, 5)]), "at its end");
        assert!(quarterly(&[(12 * 2024, 5), (12 * 2024 + 2, 5), (12 * 2024 + 6, 40)]), "at its beginning");
    }

    #[test]
    fn a_border_with_all_answers_of_the_piece_on_one_side_does_no_harm() {
        assert!(!quarterly(&[(12 * 2024 + 6, 40), (12 * 2025, 10)]));
        assert!(!quarterly(&[(12 * 2024, 5), (12 * 2024 + 6, 40), (12 * 2025 + 1, 5)]));
    }

    #[test]
    fn a_piece_that_is_not_over_is_split_by_any_border() {
        let series = Series::new(Some(0), None, vec![(12 * 2025, 50)]);
        let rhythms = Rhythms::of_quarters(&[(0, 2025)]);
        let figure = Figure { series: 0, is_window: true, month: 12 * 2025, answers: 50 };
        let today = Limits { last_month: 12 * 2025, ..LIMITS };
        assert!(is_suppressed(figure, &series, &rhythms, today));
        assert!(!is_suppressed(figure, &series, &rhythms, Limits { last_month: 12 * 2025 + 2, ..LIMITS }));
    }

    #[test]
    fn months_need_a_monthly_rhythm_and_enough_answers() {
        let series = Series::new(Some(0), None, vec![(12 * 2025, 50)]);
        let month = Figure { series: 0, is_window: false, month: 12 * 2025, answers: 50 };
        assert!(is_suppressed(month, &series, &Rhythms::of_quarters(&[(0, 2025)]), LIMITS));
        assert!(!is_suppressed(month, &series, &Rhythms::of_quarters(&[]), LIMITS));
        assert!(is_suppressed(Figure { answers: 4, ..month }, &series, &Rhythms::of_quarters(&[]), LIMITS));
    }
}
