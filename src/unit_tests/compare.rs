//! Compares rows with the expected ones and pairs those that differ, so that a difference can be shown cell by cell.

use std::cmp::Reverse;

/// A row as texts; null is none.
pub(super) type Row = Vec<Option<String>>;

/// How rows are compared.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// How far the floats of a column may differ; none where the texts must be equal.
    pub(super) tolerances: Vec<Option<f64>>,
    /// The columns that identify a row; empty if they are not known.
    pub(super) key: Vec<usize>,
    /// Whether the order counts.
    pub(super) ordered: bool,
}

/// A row that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Difference {
    /// An expected row and the one that came out for it, by their numbers, with the columns that differ.
    Differs { expected: usize, found: usize, columns: Vec<usize> },
    /// An expected row that did not come out.
    Missing { expected: usize },
    /// A row that nobody expected.
    Unexpected { found: usize },
}

/// More pairs of rows than this are not compared to find those that are most alike.
const MOST_PAIRS: usize = 250_000;

impl Rules {
    /// The differences, in the order of the expected rows, then of those that came out.
    pub(super) fn differences(&self, expected: &[Row], found: &[Row]) -> Vec<Difference> {
        if self.ordered {
            return self.in_order(expected, found);
        }
        let mut open: Vec<bool> = vec![true; found.len()];
        let mut missing = Vec::new();
        for (number, row) in expected.iter().enumerate() {
            let equal = (0..found.len()).find(|at| open[*at] && self.differing(row, &found[*at]).is_empty());
            match equal {
                Some(at) => open[at] = false,
                None => missing.push(number),
            }
        }
        let mut left: Vec<usize> = (0..found.len()).filter(|at| open[*at]).collect();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        if self.key.is_empty() {
            pairs = self.most_alike(expected, found, &missing, &left);
        } else {
            for &number in &missing {
                let is_same = |at: &usize| self.key.iter().all(|key| expected[number][*key] == found[*at][*key]);
                let other = left.iter().copied().find(|at| is_same(at) && !pairs.iter().any(|(_, found)| found == at));
                pairs.extend(other.map(|at| (number, at)));
            }
        }
        left.retain(|at| !pairs.iter().any(|(_, found)| found == at));
        let of_expected = missing.iter().map(|number| match pairs.iter().find(|(expected, _)| expected == number) {
            Some((_, at)) => Difference::Differs {
                expected: *number,
                found: *at,
                columns: self.differing(&expected[*number], &found[*at]),
            },
            None => Difference::Missing { expected: *number },
        });
        of_expected.chain(left.iter().map(|at| Difference::Unexpected { found: *at })).collect()
    }

    fn in_order(&self, expected: &[Row], found: &[Row]) -> Vec<Difference> {
        let both = expected.len().min(found.len());
        let differing = (0..both).filter_map(|at| {
            let columns = self.differing(&expected[at], &found[at]);
            (!columns.is_empty()).then_some(Difference::Differs { expected: at, found: at, columns })
        });
        let missing = (both..expected.len()).map(|expected| Difference::Missing { expected });
        let more = (both..found.len()).map(|found| Difference::Unexpected { found });
        differing.chain(missing).chain(more).collect()
    }

    /// Pairs of rows that have at least half of their cells in common, the most alike first.
    fn most_alike(&self, expected: &[Row], found: &[Row], missing: &[usize], left: &[usize]) -> Vec<(usize, usize)> {
        if missing.len().saturating_mul(left.len()) > MOST_PAIRS {
            return Vec::new();
        }
        let mut alike: Vec<(usize, usize, usize)> = Vec::new();
        for &number in missing {
            for &at in left {
                let same = expected[number].len() - self.differing(&expected[number], &found[at]).len();
                if same > 0 && same * 2 >= expected[number].len() {
                    alike.push((same, number, at));
                }
            }
        }
        alike.sort_by_key(|(same, number, at)| (Reverse(*same), *number, *at));
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (_, number, at) in alike {
            if !pairs.iter().any(|(expected, found)| *expected == number || *found == at) {
                pairs.push((number, at));
            }
        }
        pairs
    }

    /// The columns in which two rows differ.
    fn differing(&self, expected: &Row, found: &Row) -> Vec<usize> {
        let differs = |at: &usize| match (&expected[*at], &found[*at]) {
            (None, None) => false,
            (Some(expected), Some(found)) => !self.are_equal(*at, expected, found),
            _ => true,
        };
        (0..expected.len()).filter(differs).collect()
    }

    fn are_equal(&self, column: usize, expected: &str, found: &str) -> bool {
        if expected == found {
            return true;
        }
        let Some(tolerance) = self.tolerances.get(column).copied().flatten() else { return false };
        match (expected.parse::<f64>(), found.parse::<f64>()) {
            // A difference of infinities is not a number, so that it is never small enough.
            (Ok(expected), Ok(found)) => (expected - found).abs() <= tolerance,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let cell = |cell: &str| (cell != "-").then(|| cell.to_owned());
        text.lines().map(|line| line.split_whitespace().map(cell).collect()).collect()
    }

    fn differences(rules: &Rules, expected: &str, found: &str) -> Vec<Difference> {
        rules.differences(&rows(expected), &rows(found))
    }

    #[test]
    fn rows_are_equal_in_any_order_and_as_often() {
        let rules = Rules { tolerances: vec![None, None], ..Rules::default() };
        assert_eq!(differences(&rules, "a 1\nb -\na 1", "b -\na 1\na 1"), []);
        assert_eq!(differences(&rules, "a 1\na 1", "a 1"), [Difference::Missing { expected: 1 }]);
        assert_eq!(differences(&rules, "a 1", "a 1\na 1"), [Difference::Unexpected { found: 1 }]);
        let ordered = Rules { ordered: true, ..rules };
        assert_eq!(differences(&ordered, "a 1\nb 1", "b 1\na 1").len(), 2);
        assert_eq!(differences(&ordered, "a 1\nb 1", "a 1"), [Difference::Missing { expected: 1 }]);
    }

    #[test]
    fn null_is_nothing_but_null() {
        let rules = Rules { tolerances: vec![None, Some(5.0)], ..Rules::default() };
        assert_eq!(differences(&rules, "a -", "a 0").len(), 1);
        assert_eq!(differences(&rules, "a 0", "a -").len(), 1);
    }

    #[test]
    fn floats_may_differ_by_the_tolerance_and_no_more() {
        let rules = |tolerance| Rules { tolerances: vec![None, Some(tolerance)], ..Rules::default() };
        assert_eq!(differences(&rules(0.01), "1.0 0.5", "1.0 0.509"), []);
        assert_eq!(differences(&rules(0.01), "1.0 0.5", "1.0 0.511").len(), 1);
        assert_eq!(differences(&rules(0.01), "1.0 0.5", "1.001 0.5").len(), 1);
        assert_eq!(differences(&rules(0.0), "1.0 0.0", "1.0 -0.0"), []);
        assert_eq!(differences(&rules(9.0), "1.0 inf", "1.0 -inf").len(), 1);
        assert_eq!(differences(&rules(9.0), "1.0 NaN", "1.0 1.0").len(), 1);
    }

    #[test]
    fn rows_that_differ_are_paired_by_key_or_by_likeness() {
        let by_key = Rules { tolerances: vec![None; 3], key: vec![0], ordered: false };
        let expected = "a 1 x\nb 2 y\nc 3 z";
        let found = "d 3 z\nb 9 q\na 1 x";
        let of_key = [
            Difference::Differs { expected: 1, found: 1, columns: vec![1, 2] },
            Difference::Missing { expected: 2 },
            Difference::Unexpected { found: 0 },
        ];
        assert_eq!(differences(&by_key, expected, found), of_key);
        let by_likeness = Rules { key: Vec::new(), ..by_key };
        let alike = [
            Difference::Missing { expected: 1 },
            Difference::Differs { expected: 2, found: 0, columns: vec![0] },
            Difference::Unexpected { found: 1 },
        ];
        assert_eq!(differences(&by_likeness, expected, found), alike);
    }
}
