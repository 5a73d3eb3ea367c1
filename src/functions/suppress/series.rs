//! The series of a partition: families, parents, and answers by month.

/// A series: figures of one item over time. Months are counted from year 0: 12 x year + month - 1.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Series {
    /// The family with which it adds up to its parent; `None` for a series that is only named as a parent.
    pub(super) family: Option<usize>,
    /// The series to which its family adds up. Without one, readers do not know a total.
    pub(super) parent: Option<usize>,
    /// Months with answers, in order, and how many.
    months: Vec<(i64, i64)>,
}

impl Series {
    /// A series with answers in `months`, each month once, in any order.
    pub(super) fn new(family: Option<usize>, parent: Option<usize>, mut months: Vec<(i64, i64)>) -> Self {
        months.sort_unstable();
        Self { family, parent, months }
    }

    /// Answers from month `first` to month `last`, both included.
    pub(super) fn answers(&self, first: i64, last: i64) -> i64 {
        self.between(first, last).iter().map(|(_, answers)| answers).sum()
    }

    /// Whether a month from `first` to `last` is in the data.
    pub(super) fn has(&self, first: i64, last: i64) -> bool {
        !self.between(first, last).is_empty()
    }

    /// Years with a month in the data, in order.
    pub(super) fn years(&self) -> impl Iterator<Item = i64> + '_ {
        self.months.chunk_by(|one, next| one.0 / 12 == next.0 / 12).filter_map(|year| Some(year.first()?.0 / 12))
    }

    fn between(&self, first: i64, last: i64) -> &[(i64, i64)] {
        let from = self.months.partition_point(|(month, _)| *month < first);
        let rest = &self.months[from..];
        &rest[..rest.partition_point(|(month, _)| *month <= last)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_between_two_months() {
        let series = Series::new(Some(0), None, vec![(30, 4), (23, 1), (24, 2)]);
        assert_eq!(series.answers(23, 24), 3);
        assert_eq!(series.answers(25, 29), 0);
        assert_eq!(series.answers(30, 12), 0);
        assert!(series.has(24, 24) && !series.has(25, 29));
        assert_eq!(series.years().collect::<Vec<_>>(), [1, 2]);
    }
}
